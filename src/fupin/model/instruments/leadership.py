"""Governance: what leaders do: pledges, villages and counties in their charge, task forces, a late start, trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.county import APPLIED, RECTIFYING, SELF_CHECK, SPOT_CHECK, VERIFICATION
from fupin.model.draws import declare_stream
from fupin.model.household import EXITED
from fupin.model.instruments.base import Amounts, Funded
from fupin.model.instruments.teamwork import TeamInstrument, by_county, lasting_draw, of_all_teams, of_teams
from fupin.model.processes.support import supported
from fupin.model.rules.cadres import effort_under_pressure, gap_of_late_start, pressure_passed_down
from fupin.model.rules.exits import deadline_pressure
from fupin.model.rules.teams import free_days
from fupin.model.settings import Dated, Settings, setting
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

SPONSORS = declare_stream("leaders.villages", "which poor villages a leader of the city takes")
COUNTIES = declare_stream("leaders.counties", "which counties a leader of the city is in charge of")
TRIAL = declare_stream("trials.first", "method that a county tries first")
COPIES = declare_stream("trials.copies", "whether a county copies its best neighbour this year")


def own_days(region: Region) -> Amounts:
    """Person-days a month that each team has by itself, before what others add."""
    team = region.rows("workteam")
    return np.asarray(free_days(team.members, region.p.days_per_member, team.paperwork))


class PledgeSettings(Settings):
    """How much a pledge makes cadres work, and what of the pressure arrives."""

    effort: Dated = setting(
        0.3, unit="share", zh="加班程度", en="days beyond the usual under full pressure", low=0, high=1,
        source="M057: pressure raises hours; size assumed", status="assumption",
    )  # fmt: skip
    passed_on: Dated = setting(
        0.9, unit="share", zh="层层传导率", en="part of the pressure that a tier passes on", low=0, high=1,
        source="M056: three tiers each hold the next to account (seed 003); size assumed", status="assumption",
    )  # fmt: skip
    tiers: Dated = setting(
        3, unit="tiers", zh="责任层级", en="tiers between the centre and those who carry it out", low=0, high=5,
        source="M056: centre plans, province answers, city and county carry out (seed 003)", status="seed",
    )  # fmt: skip


class Pledges(TeamInstrument):
    """Leaders sign for the deadline; pressure rises as it nears, and with it the hours of the teams (M057).

    The same pressure leads to exits on paper, where `gaming.gaming_on` is set.
    """

    kind = "responsibility_pledges"
    zh, en = "脱贫责任书", "responsibility pledges"
    about_zh = "领导签订限期脱贫责任书；期限越近压力越大，工作队投入的时间也越多。"
    not_sized = sizes.FREE
    Settings = PledgeSettings

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (
            region.p.household_deadline - region.year,
            region.p.days_per_member,
            *of_teams(region, "members", "paperwork"),
        )

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        signed = deadline_pressure(region.p.household_deadline - region.year)
        pressure = pressure_passed_down(signed, s.passed_on, s.tiers)
        return {"team.days": np.asarray(effort_under_pressure(pressure, s.effort, own_days(region)))}


class LeaderSettings(Settings):
    """What leaders of the city take upon themselves."""

    villages: Dated = setting(
        40, unit="villages", zh="市级领导包村数", en="poor villages that leaders take", low=0, high=2000, scaled=True,
        source="M298: leaders of the city take villages (seed 004); number assumed", status="assumption",
    )  # fmt: skip
    village_attention: Dated = setting(
        0.3, unit="share", zh="包村关注", en="days gained in a village that a leader takes", low=0, high=2,
        source="M298: attention multiplier; size assumed", status="assumption",
    )  # fmt: skip
    county_share: Dated = setting(
        1.0, unit="share", zh="包县比例", en="counties with a leader in charge", low=0, high=1,
        source="M059: each county without the title has one (seed 000)", status="seed",
    )  # fmt: skip
    county_attention: Dated = setting(
        0.3, unit="share", zh="包县关注", en="more projects asked for in a county with a leader", low=0, high=2,
        source="M059: multiplier 1 + a on the implementation rate; size assumed", status="assumption",
    )  # fmt: skip
    poor_counties: Dated = setting(
        0, unit="1 on, 0 off", zh="含贫困县", en="poor counties have a leader too", low=0, high=1,
        source="M059: counties without the title only (seed 000)", status="seed",
    )  # fmt: skip


class LeadersInCharge(TeamInstrument):
    """Leaders of the city answer for villages, where the team works more, and for counties, which apply for more."""

    kind = "leaders_in_charge"
    zh, en = "市级领导包联", "leaders in charge"
    about_zh = "市级领导包联到村，工作队投入更多；包联到县，县申报更积极。"
    not_sized = sizes.FREE
    Settings = LeaderSettings

    def village_attention(self, region: Region, s: Any) -> Amounts:
        """Days gained in villages that a leader takes: poor ones, by lot, the same every year (M298)."""
        team, v = region.rows("workteam"), region.rows("village")
        poor = np.flatnonzero(v.poor_village[team.village])
        taken = np.zeros(len(team))
        won = lasting_draw(region, self, SPONSORS, team.uid[poor], s.villages, team.weight[poor])
        taken[poor[won]] = 1.0
        return np.asarray(s.village_attention * taken * own_days(region))

    def county_attention(self, region: Region, s: Any) -> Amounts:
        """Attention to counties with a leader: those without the title, unless poor ones have one too (M059)."""
        county = region.rows("county")
        open_to = ~county.poor_county | (s.poor_counties >= 0.5)
        has_leader = region.lifelong(COUNTIES, "county") < s.county_share
        return np.where(open_to & has_leader, s.county_attention, 0.0)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (
            region.p.days_per_member,
            region.rows("village").poor_village.tobytes(),
            region.rows("county").poor_county.tobytes(),
            *of_teams(region, "uid", "village", "weight", "members", "paperwork"),
        )

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        return {
            "team.days": self.village_attention(region, s),
            "county.attention": self.county_attention(region, s),
        }


class TaskForceSettings(Funded):
    """What comes to a county in the year in which it applies."""

    staff: Dated = setting(
        60, unit="persons/county", zh="专班人数", en="members of task force and province's group", low=0,
        high=1000, source="M095: + s in the year of application (seed 002); number assumed", status="assumption",
    )  # fmt: skip
    cost: Dated = setting(
        10000, unit="yuan/person/year", zh="专班经费", en="funds of a member", low=0, high=300000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class ExitTaskForce(TeamInstrument):
    """A county that applies has a task force and the province's group beside its teams, until it is out (M095)."""

    kind = "exit_task_force"
    zh, en = "退出工作组与工作专班", "exit working group and task force"
    about_zh = "县申请退出后，除工作队外还有县工作专班和省退出工作组，直至退出。"
    sized_by = ("staff",)
    Settings = TaskForceSettings

    def applying(self, region: Region) -> Any:
        """Mask of counties between their self-check and the decision."""
        stages = np.array((SELF_CHECK, APPLIED, VERIFICATION, RECTIFYING, SPOT_CHECK))
        return (region.rows("county").exit_stage[:, None] == stages).any(axis=1)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (region.p.days_per_member, self.applying(region).tobytes(), *of_teams(region, "village", "weight"))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        """Days of the task force, shared by the teams of the county."""
        team, v = region.rows("workteam"), region.rows("village")
        days = s.staff * region.p.days_per_member * self.applying(region)
        each = days / np.maximum(by_county(region, of_all_teams(region, 1.0)), 1.0)
        return {"team.days": each[v.county[team.village]]}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return np.asarray(s.staff * s.cost * self.applying(region))


class LateSettings(Settings):
    """How thin the staff is where the work began late, and how long it takes to catch up."""

    thinness: Dated = setting(
        0.5, unit="share", zh="起步力量缺口", en="capacity missing at the start", low=0, high=1,
        source="M301: late start and thin staff (seed 000); size assumed", status="assumption",
    )  # fmt: skip
    catch_up: Dated = setting(
        3, unit="years", zh="追赶年数", en="years to catch up", low=0, high=20,
        source="M301: catch-up time is reported; assumed", status="assumption",
    )  # fmt: skip
    everywhere: Dated = setting(
        0, unit="1 on, 0 off", zh="含贫困县", en="poor counties began late too", low=0, high=1,
        source="M301: counties without the title (seed 000); for experiments", status="assumption",
    )  # fmt: skip


class LateStart(TeamInstrument):
    """Counties without the title began late: their cadres see less, their teams are there less, and catch up (M301)."""

    kind = "late_start"
    zh, en = "非贫困县起步晚", "a late start"
    about_zh = "非贫困县起步晚：干部识别不准，工作队在岗少，以后逐步赶上。"
    not_sized = sizes.FREE
    Settings = LateSettings

    def gap(self, region: Region, s: Any) -> Amounts:
        """Share of capacity that is missing in each county now."""
        state = region.state_of(self)
        if not hasattr(state, "since"):
            state.since = region.month
        late = ~region.rows("county").poor_county | (s.everywhere >= 0.5)
        return np.where(late, gap_of_late_start(s.thinness, (region.month - state.since) / 12.0, s.catch_up), 0.0)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        gap, v = self.gap(region, s), region.rows("village")
        return (gap.tobytes(), region.p.village_accuracy, v.county.tobytes(), *of_teams(region, "village"))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        v, gap = region.rows("village"), self.gap(region, s)
        return {
            "village.cadres": -region.p.village_accuracy * gap[v.county],
            "team.presence": -gap[v.county[region.rows("workteam").village]],
        }


class TrialSettings(Settings):
    """How boldly counties try, and how ready they are to copy."""

    boldest: Dated = setting(
        0.5, unit="share of days", zh="试点幅度", en="most that a county tries of its days for talks", low=0, high=1,
        source="M299: a policy mix is tried (seed 001); here how the days of teams are split; assumed",
        status="assumption",
    )  # fmt: skip
    copying: Dated = setting(
        0.5, unit="share", zh="推广概率", en="chance a year that a county copies the best one", low=0, high=1,
        source="M299: copies the best neighbour with probability q; assumed", status="assumption",
    )  # fmt: skip


class LocalTrials(TeamInstrument):
    """Each county tries a split of its teams' days; in later years some copy where most left the list (M299)."""

    kind = "local_trials"
    zh, en = "基层试点与典型推广", "local trials and their spread"
    about_zh = "各县试行工作队时间的一种分法，以后有的县仿效脱贫最多的县。"
    not_sized = sizes.FREE
    Settings = TrialSettings

    def results(self, region: Region) -> Amounts:
        """Share of the list of each county that left in the last year, by the records."""
        h = region.rows("household")
        persons = h.members * h.weight
        out = (h.registry == EXITED) & (region.month - h.exited_month <= 12)
        left, on = (sums_of(region, "county", persons * mask) for mask in (out, supported(region) | out))
        return np.asarray(left / np.maximum(on, 1.0))

    def before(self, region: Region, s: Any) -> None:
        """In the first month each county tries its own; each later January some copy the best."""
        state, county = region.state_of(self), region.rows("county")
        if not hasattr(state, "method"):
            state.method = s.boldest * region.draws.uniform(TRIAL, 0, county.uid)
        elif region.calendar_month == 1:
            best = int(np.argmax(self.results(region)))
            copies = region.draws.uniform(COPIES, region.month, county.uid) < s.copying
            state.method = np.where(copies, state.method[best], state.method)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (region.state_of(self).method.tobytes(), *of_teams(region, "village"))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        v, team = region.rows("village"), region.rows("workteam")
        return {"team.talk": np.asarray(region.state_of(self).method[v.county[team.village]])}


TEAM_KINDS = (Pledges, LeadersInCharge, ExitTaskForce, LateStart, LocalTrials)
