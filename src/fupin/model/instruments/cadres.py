"""Governance: who else comes: city units, courses, seconded specialists, graduates, volunteers, township stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.instruments.team_modes import has_team, one_person
from fupin.model.instruments.teamwork import TeamInstrument, by_county, of_all_teams, yearly_draw
from fupin.model.processes.support import supported
from fupin.model.rules.cadres import gain_of_course, led_by, specialist_support
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

CITY_UNITS = declare_stream("teams.city_units", "which teams are sent by units of the city")
COURSES = declare_stream("cadres.courses", "order in which the persons of a village go to courses, yearly")
GRADUATES = declare_stream("cadres.graduates", "which villages get a graduate as village official")


def work_funds(yuan: float, source: str = "general knowledge, to verify") -> Any:
    """A yearly cost per team or person."""
    return setting(
        yuan, unit="yuan/year", zh="人均或队均经费", en="yearly cost of each", low=0, high=500000, source=source,
        status="assumption",
    )  # fmt: skip


class CitySettings(Funded):
    """How many groups the city's own units send, and what they know."""

    groups: Dated = setting(
        204, unit="teams", zh="市直单位工作组", en="groups sent by units of the city", low=0, high=2000, scaled=True,
        source="baoding.csv: 158 city units sent 204 groups (of 1,082); seed 004", status="seed",
    )  # fmt: skip
    skill: Dated = setting(
        0.7, unit="0-1", zh="市直单位能力", en="skill of a group of the city", low=0, high=1,
        source="M064: city skill level; above the mean of 0.6, size assumed", status="assumption",
    )  # fmt: skip
    share_of_skill: Dated = setting(
        1.0, unit="share", zh="派出单位作用", en="part of a team's skill that is the sending unit's", low=0, high=1,
        source="M064: the group is the unit's", status="assumption",
    )  # fmt: skip
    cost: Dated = work_funds(20000)


class CityUnits(TeamInstrument):
    """Units of the city send some of the teams, which know as much as a city unit does (M064)."""

    kind = "city_units"
    zh, en = "市直单位派驻工作组", "groups sent by city units"
    Settings = CitySettings

    def sent(self, region: Region, s: Any) -> Any:
        """Mask of the teams that the city sends: by lot, the same every year."""
        team = region.rows("workteam")
        return yearly_draw(region, CITY_UNITS, 0, team.uid, s.groups, team.weight)

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        lift = led_by(s.share_of_skill, s.skill, region.rows("workteam").skill)
        return {"team.skill": np.where(self.sent(region, s), lift, 0.0)}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return by_county(region, np.where(self.sent(region, s), s.cost, 0.0))


class CourseSettings(Funded):
    """How many are trained, in which of the three roles, and what it is worth."""

    places: Dated = setting(
        14600, unit="person-times/year", zh="培训人次", en="person-times of training a year", low=0, high=1e6,
        scaled=True, source="baoding.csv: 239 courses, 14,600 person-times (seed 004)", status="seed",
    )  # fmt: skip
    leaders_share: Dated = setting(
        0.4, unit="share", zh="致富带头人占比", en="part of the places for leaders in getting rich", low=0, high=1,
        source="M078: three roles; split assumed", status="assumption",
    )  # fmt: skip
    heads: Dated = setting(
        10, unit="persons", zh="每村应训人数", en="persons of a village to be trained, of each sort", low=1, high=100,
        source="village committee, party branch and leaders; assumed", status="assumption",
    )  # fmt: skip
    gain: Dated = setting(
        0.1, unit="share", zh="培训提升", en="part of the gap in skill that a full year closes", low=0, high=1,
        source="M078: g; short courses, size assumed", status="assumption",
    )  # fmt: skip
    most_gain: Dated = setting(
        0.3, unit="0-1", zh="累计提升上限", en="most that courses can add to skill", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    course_cost: Dated = setting(
        600, unit="yuan/person-time", zh="培训成本", en="cost of a place", low=0, high=10000,
        source="a course of three days at 200 yuan a day (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class CadreTraining(TeamInstrument):
    """Courses for secretaries, who then see better, and for leaders in getting rich, whose projects fit better (M078).

    What was learned stays when the courses end.
    """

    kind = "cadre_training"
    zh, en = "三支队伍培训", "courses for secretaries and leaders"
    Settings = CourseSettings
    purpose = "cadre.training"

    def trained(self, region: Region, places: float, heads: float) -> Amounts:
        """Part of the persons of each village that found a place this year: villages go in turn, by lot."""
        team = region.rows("workteam")
        word = self._key(region)
        order = np.lexsort((team.uid, region.draws.uniform(COURSES, word, team.uid)))
        before = np.cumsum(team.weight[order] * heads) - team.weight[order] * heads
        part = np.empty(len(team))
        part[order] = np.clip((places - before) / np.maximum(team.weight[order] * heads, 1e-9), 0.0, 1.0)
        return part

    def before(self, region: Region, s: Any) -> None:
        """Once a year: the courses."""
        state, team = region.state_of(self), region.rows("workteam")
        if getattr(state, "year", None) == region.year:
            return
        state.year = region.year
        for name, share in (("skill", 1.0 - s.leaders_share), ("fit", s.leaders_share)):
            learned = np.zeros(len(team))
            known = getattr(state, name, learned)
            learned[: len(known)] = known
            part = self.trained(region, state.share * share * s.places, s.heads)
            more = gain_of_course(s.gain, part, np.clip(team.skill + learned, 0.0, 1.0))
            setattr(state, name, np.minimum(learned + more, s.most_gain))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        state, n = region.state_of(self), len(region.rows("workteam"))
        learned = {"team.skill": getattr(state, "skill", np.zeros(0)), "team.fit": getattr(state, "fit", np.zeros(0))}
        return {name: np.append(known, np.zeros(n - len(known))) for name, known in learned.items()}

    def service(self, region: Region, s: Any) -> None:
        """Courses are paid and held while in force; nobody forgets."""
        if self.settings.active(region.month):
            self.paid_share(region, s)
            self.before(region, s)
        self.hold(region, self.shifts(region, s))

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """The places, shared out over counties as the teams are."""
        team = region.rows("workteam")
        full = by_county(region, of_all_teams(region, 1.0))
        return np.asarray(s.places * s.course_cost * full / max(full.sum(), 1e-9)) if len(team) else full


class SecondmentSettings(Funded):
    """How many specialists are seconded, and what they are worth."""

    specialists: Dated = setting(
        63, unit="persons", zh="挂职专业干部", en="specialists seconded to the counties", low=0, high=1000, scaled=True,
        source="baoding.csv: 63 from 11 counties without poverty, in 9 trades (seed 004)", status="seed",
    )  # fmt: skip
    chiefs: Dated = setting(
        10, unit="persons", zh="科级挂职干部", en="section chiefs seconded to the poorest county", low=0, high=200,
        source="baoding.csv: 10 section chiefs to Fuping (seed 004)", status="seed",
    )  # fmt: skip
    strength: Dated = setting(
        0.2, unit="0-1", zh="挂职作用", en="project fit that very many specialists add", low=0, high=1,
        source="M079: sector survival + s; size assumed", status="assumption",
    )  # fmt: skip
    buyers: Dated = setting(
        0.1, unit="share", zh="对接作用", en="matching that very many specialists add", low=0, high=1,
        source="M079: buyer links + s; size assumed", status="assumption",
    )  # fmt: skip
    specialists_half: Dated = setting(
        7, unit="persons", zh="半效人数", en="specialists of a county with half of the effect", low=0.1, high=200,
        source="63 to 9 counties are 7 each; assumed", status="assumption",
    )  # fmt: skip
    cost: Dated = work_funds(30000, "allowance and travel (general knowledge, to verify)")


class Secondments(TeamInstrument):
    """Specialists of a trade sit in the county's offices: projects fit and buyers are found while they stay (M079)."""

    kind = "secondments"
    zh, en = "专业干部挂职", "seconded specialists"
    Settings = SecondmentSettings

    def seconded(self, region: Region, s: Any) -> Amounts:
        """Specialists of each county: alike many, and the section chiefs in the county with most on the list."""
        h, n = region.rows("household"), len(region.rows("county"))
        state = region.state_of(self)
        if not hasattr(state, "poorest"):
            listed, all_of_them = (
                np.bincount(h.county, h.members * h.weight * mask, minlength=n)
                for mask in (supported(region), h.members > 0)
            )
            state.poorest = int(np.argmax(listed / np.maximum(all_of_them, 1.0)))
        many = np.full(n, s.specialists / n)
        many[state.poorest] += s.chiefs
        return many

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        many = self.seconded(region, s)[region.rows("village").county[region.rows("workteam").village]]
        return {
            "team.fit": np.asarray(specialist_support(many, s.specialists_half, s.strength)),
            "team.matching": np.asarray(specialist_support(many, s.specialists_half, s.buyers)),
        }

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return self.seconded(region, s) * s.cost


class GraduateSettings(Funded):
    """Where graduates are posted and what they take off the others."""

    coverage: Dated = setting(
        1.0, unit="share of poor villages", zh="大学生村官覆盖率", en="poor villages with a graduate", low=0, high=1,
        source="M080: all poor villages (seed 001)", status="seed",
    )  # fmt: skip
    sight: Dated = setting(
        0.1, unit="0-1", zh="识别提升", en="accuracy that a graduate adds to the village's own cadres", low=0, high=0.5,
        source="effects.csv E24: more of the eligible are reached; size assumed", status="assumption",
    )  # fmt: skip
    paperwork: Dated = setting(
        0.1, unit="share", zh="分担填表", en="paperwork that a graduate takes off the team", low=0, high=1,
        source="general knowledge; size assumed", status="assumption",
    )  # fmt: skip
    governance: Dated = setting(
        0.1, unit="0-1", zh="治理提升", en="participation and disclosure that a graduate adds", low=0, high=0.5,
        source="M080: governance + a a graduate; size assumed", status="assumption",
    )  # fmt: skip
    cost: Dated = work_funds(30000, "pay of a graduate village official (general knowledge, to verify)")


class GraduateOfficials(TeamInstrument):
    """A graduate in the office of a poor village: lists and forms are kept, accounts are hung out (M080)."""

    kind = "graduate_officials"
    zh, en = "大学生村官", "graduates as village officials"
    Settings = GraduateSettings

    def posted(self, region: Region, s: Any) -> Any:
        """Mask of villages with a graduate: poor villages, by lot where there are too few."""
        v = region.rows("village")
        luck = region.draws.uniform(GRADUATES, 0, v.uid)
        return v.poor_village & (luck < s.coverage)

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        posted = self.posted(region, s)
        here = posted[region.rows("workteam").village]
        return {
            "village.cadres": np.where(posted, s.sight, 0.0),
            "team.paperwork": np.where(here, -s.paperwork, 0.0),
        }

    def service(self, region: Region, s: Any) -> None:
        """As any; and what a graduate adds to participation and disclosure, as far as there is room for more."""
        super().service(region, s)
        share = region.state_of(self).share if self.settings.active(region.month) else 0.0
        wanted = share * s.governance * self.posted(region, s)
        for name in ("participation", "disclosure"):
            column, before = region.table_of("village")[name], getattr(region.state_of(self), name, 0.0 * wanted)
            after = np.minimum(wanted, 1.0 - (column - before))
            column += after - before
            setattr(region.state_of(self), name, after)

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        v = region.rows("village")
        pay = v.weight * s.cost * self.posted(region, s)
        return np.asarray(np.bincount(v.county, pay, minlength=len(region.rows("county"))))


class VolunteerSettings(Funded):
    """How much time volunteers give."""

    days: Dated = setting(
        4, unit="days/month", zh="志愿服务", en="days of volunteers a team and month", low=0, high=60,
        source="M088: team hours + v a village; size assumed", status="assumption",
    )  # fmt: skip
    cost: Dated = work_funds(2000, "travel and insurance; assumed")


class Volunteers(TeamInstrument):
    """Volunteers call on households beside the team: more days, without forms (M088)."""

    kind = "volunteers"
    zh, en = "扶贫志愿者", "volunteers"
    Settings = VolunteerSettings

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        return {"team.days": of_all_teams(region, s.days)}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return by_county(region, of_all_teams(region, s.cost))


class StationSettings(Funded):
    """Where stations are set up, and whom they employ."""

    heavy_task: Dated = setting(
        60, unit="persons/village", zh="设站门槛", en="listed persons a village, from which a township has a station",
        low=0, high=2000, source="M061: townships with heavy tasks (seed 000); number assumed", status="assumption",
    )  # fmt: skip
    staff: Dated = setting(
        3, unit="persons", zh="扶贫工作站人员", en="staff of a station", low=0, high=30,
        source="M061: + s staff; number assumed", status="assumption",
    )  # fmt: skip
    villages: Dated = setting(
        30, unit="villages", zh="每乡镇村数", en="villages of a township", low=1, high=100,
        source="3,600 villages in 118 townships (region profile, baoding.csv)", status="seed",
    )  # fmt: skip
    many_poor: Dated = setting(
        60, unit="persons", zh="专人负责门槛", en="listed persons from which a village without a team has one person",
        low=0, high=2000, source="M061: non-poor villages with many poor (seed 000); number assumed",
        status="assumption",
    )  # fmt: skip
    skill: Dated = setting(
        0.5, unit="0-1", zh="专人能力", en="skill of the person in charge", low=0, high=1,
        source="township cadres; assumed", status="assumption",
    )  # fmt: skip
    paperwork: Dated = setting(
        0.3, unit="share", zh="填表占比", en="paperwork", low=0, high=1, source="as in the region profile",
        status="assumption",
    )  # fmt: skip
    cost: Dated = work_funds(40000, "pay of a township clerk (general knowledge, to verify)")


class TownshipStations(TeamInstrument):
    """Townships with heavy tasks get a station that helps every team; a village with many poor gets a person (M061)."""

    kind = "township_stations"
    zh, en = "乡镇扶贫工作站", "township poverty stations"
    Settings = StationSettings

    def before(self, region: Region, s: Any) -> None:
        """Once a year: count the listed, set up stations and persons in charge."""
        state, h, v = region.state_of(self), region.rows("household"), region.rows("village")
        if getattr(state, "year", None) == region.year:
            return
        state.year = region.year
        listed = np.bincount(h.village, h.members * supported(region), minlength=len(v))
        station, township = np.unique(v.township, return_inverse=True)
        persons, villages = (np.bincount(township, x, minlength=len(station)) for x in (v.weight * listed, v.weight))
        state.heavy = (persons >= s.heavy_task * np.maximum(villages, 1e-9))[township]
        alone = np.flatnonzero(~has_team(region) & ~v.poor_village & (listed >= max(s.many_poor, 1.0)))
        known: Rows = getattr(state, "persons", np.empty(0, np.int64))
        state.persons = np.union1d(known, one_person(region, alone, s.skill, s.paperwork))

    def service(self, region: Region, s: Any) -> None:
        """As any; persons in charge are there only while the programme lasts and as far as they are paid."""
        active = self.settings.active(region.month)
        if active:
            self.before(region, s)
        share = self.paid_share(region, s) if active else 0.0
        state = region.state_of(self)
        presence = of_all_teams(region, 0.0)
        presence[getattr(state, "persons", np.empty(0, np.int64))] = share - 1.0
        self.hold(region, {"team.presence": presence, "team.days": share * self.station_days(region, s)})

    def station_days(self, region: Region, s: Any) -> Amounts:
        """Days a month of the station for each team of a township that has one."""
        heavy = getattr(region.state_of(self), "heavy", np.zeros(len(region.rows("village")), np.bool_))
        each = s.staff * region.p.days_per_member / s.villages
        return np.where(heavy[region.rows("workteam").village], each, 0.0)

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """Pay of the staff and of the persons in charge."""
        v, state = region.rows("village"), region.state_of(self)
        staff = v.weight * state.heavy * s.staff / s.villages
        persons = of_all_teams(region, 0.0)
        persons[state.persons] = s.cost
        pay = np.bincount(v.county, staff * s.cost, minlength=len(region.rows("county")))
        return np.asarray(pay + by_county(region, persons))


TEAM_KINDS = (CityUnits, CadreTraining, Secondments, GraduateOfficials, Volunteers, TownshipStations)
