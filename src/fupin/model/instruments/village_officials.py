"""Governance: who works in villages beside the team: graduates, volunteers, township stations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.instruments.team_modes import has_team, one_person
from fupin.model.instruments.teamwork import TeamInstrument, by_county, of_all_teams, of_teams, work_funds
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

GRADUATES = declare_stream("cadres.graduates", "which villages get a graduate as village official")


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
    about_zh = "大学生到贫困村任村官：名单表册有人管，账目有人公示。"
    sized_by = ("coverage",)
    Settings = GraduateSettings

    def posted(self, region: Region, s: Any) -> Any:
        """Mask of villages with a graduate: poor villages, by lot where there are too few."""
        return region.rows("village").poor_village & (region.lifelong(GRADUATES, "village") < s.coverage)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (region.rows("village").poor_village.tobytes(), *of_teams(region, "village"))

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
        state, v = region.state_of(self), region.rows("village")
        wanted = share * s.governance * self.posted(region, s)
        for name in ("participation", "disclosure"):
            column, before = getattr(v, name), getattr(state, name, 0.0)
            after = np.minimum(wanted, 1.0 - (column - before))
            column += after - before
            setattr(state, name, after)

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
    day_cost: Dated = setting(
        42, unit="yuan/day", zh="每日志愿服务费用", en="travel and insurance of a volunteer's day", low=0, high=1000,
        source="2,000 yuan a team and year; assumed", status="assumption",
    )  # fmt: skip


class Volunteers(TeamInstrument):
    """Volunteers call on households beside the team: more days, without forms (M088)."""

    kind = "volunteers"
    zh, en = "扶贫志愿者", "volunteers"
    about_zh = "志愿者配合工作队走访农户：工作日增加，不添表格。"
    sized_by = ("days",)
    Settings = VolunteerSettings

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return ()

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        return {"team.days": of_all_teams(region, s.days)}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return by_county(region, of_all_teams(region, 12.0 * s.days * s.day_cost))


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
        source="118 townships (baoding.csv), 3,600 villages assumed in the region profile", status="assumption",
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
    about_zh = "任务重的乡镇设扶贫工作站，协助各工作队；贫困人口多的村安排专人。"
    sized_by = ("staff",)
    Settings = StationSettings

    def before(self, region: Region, s: Any) -> None:
        """Once a year: count the listed, set up stations and persons in charge."""
        state, h, v = region.state_of(self), region.rows("household"), region.rows("village")
        if getattr(state, "year", None) == region.year:
            return
        state.year = region.year
        listed = sums_of(region, "village", h.members * supported(region))
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
        if self.as_before(region, s, share) and share:
            return
        state = region.state_of(self)
        presence = of_all_teams(region, 0.0)
        presence[getattr(state, "persons", np.empty(0, np.int64))] = share - 1.0
        self.hold(region, {"team.presence": presence, "team.days": share * self.station_days(region, s)})

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        state, teams = region.state_of(self), of_teams(region, "village")
        return (region.p.days_per_member, state.persons.tobytes(), state.heavy.tobytes(), *teams)

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


TEAM_KINDS = (GraduateOfficials, Volunteers, TownshipStations)
