"""Governance: who comes from above and what is taught: city units, courses, seconded specialists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded
from fupin.model.instruments.teamwork import (
    NOTHING,
    TeamInstrument,
    by_county,
    lasting_draw,
    of_all_teams,
    of_teams,
    work_funds,
)
from fupin.model.processes.support import supported
from fupin.model.rules.cadres import gain_of_course, led_by, specialist_support
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

CITY_UNITS = declare_stream("teams.city_units", "which teams are sent by units of the city")
COURSES = declare_stream("cadres.courses", "order in which the persons of a village go to courses, yearly")


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
    about_zh = "一部分工作队由市直单位派出，能力达到市直单位的水平。"
    sized_by = ("groups",)
    Settings = CitySettings

    def sent(self, region: Region, s: Any) -> Any:
        """Mask of the teams that the city sends: by lot, the same every year."""
        team = region.rows("workteam")
        return lasting_draw(region, self, CITY_UNITS, team.uid, s.groups, team.weight)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return of_teams(region, "uid", "weight", "skill")

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
    about_zh = "培训书记，使其识别更准；培训致富带头人，使项目更对路。"
    sized_by = ("places",)
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

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        state = region.state_of(self)
        return tuple(getattr(state, name, NOTHING).tobytes() for name in ("skill", "fit"))

    def service(self, region: Region, s: Any) -> None:
        """Courses are paid and held while in force; nobody forgets."""
        if self.settings.active(region.month):
            self.paid_share(region, s)
            self.before(region, s)
        if not self.as_before(region, s, 1.0):
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
    about_zh = "专业干部到县里对口部门挂职，在职期间项目更对路，产品找得到买家。"
    sized_by = ("specialists",)
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

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return of_teams(region, "village")

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        many = self.seconded(region, s)[region.rows("village").county[region.rows("workteam").village]]
        return {
            "team.fit": np.asarray(specialist_support(many, s.specialists_half, s.strength)),
            "team.matching": np.asarray(specialist_support(many, s.specialists_half, s.buyers)),
        }

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return np.asarray(self.seconded(region, s) * s.cost)


TEAM_KINDS = (CityUnits, CadreTraining, Secondments)
