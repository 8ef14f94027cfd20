"""Governance: what takes and gives the time of teams: plans, inspections, relief from them, gifts, talks, links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.teamwork import TeamInstrument, by_county, of_all_teams, of_teams
from fupin.model.person import CARE
from fupin.model.processes.teams import by_village, matching_by_village
from fupin.model.rules.cadres import paperwork_of_filing, paperwork_of_inspections, paperwork_of_plans
from fupin.model.rules.scales import SMALL
from fupin.model.rules.teams import visits_per_household
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import supported_homes, supported_rows, supported_workers

if TYPE_CHECKING:
    from fupin.model.region import Region

NEWS = declare_stream("teams.job_news", "whether an idle worker who is told of jobs thinks again this quarter")


class PaperSettings(Settings):
    """What is asked of teams on paper."""

    plans: Dated = setting(
        33, unit="plans", zh="方案数", en="plans that ask every team for numbers", low=0, high=200,
        source="M054: 1 + 9 + 23 plans (seed 004, damaged text)", status="seed",
    )  # fmt: skip
    days_per_plan: Dated = setting(
        1.0, unit="days/year", zh="每方案用时", en="days of a team for a plan", low=0, high=20,
        source="a form a plan and half-year; assumed", status="assumption",
    )  # fmt: skip
    levels: Dated = setting(
        3, unit="levels", zh="备案层级", en="levels with which a village plan is filed", low=0, high=6,
        source="M300: village, township, county plans, filed with the city (seed 001)", status="seed",
    )  # fmt: skip
    days_per_filing: Dated = setting(
        1.0, unit="days", zh="每次备案用时", en="days of a team for a filing", low=0, high=20,
        source="assumed", status="assumption",
    )  # fmt: skip
    inspections: Dated = setting(
        12, unit="1/year", zh="督查次数", en="inspections of a village", low=0, high=100,
        source="monthly dispatch (seed 002); number assumed", status="assumption",
    )  # fmt: skip
    days_per_inspection: Dated = setting(
        2.0, unit="days", zh="每次迎检用时", en="days of a team for an inspection", low=0, high=20,
        source="assumed", status="assumption",
    )  # fmt: skip


class PlansAndInspections(TeamInstrument):
    """Plans to fill in, to file and to be inspected on: each takes days that no household gets."""

    kind = "plans_and_inspections"
    zh, en = "方案备案与督查", "plans, filings and inspections"
    about_zh = "编方案、报备案、迎督查，各占用工作日，走访农户的时间减少。"
    not_sized = sizes.FREE
    Settings = PaperSettings

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (region.p.days_per_member, *of_teams(region, "members"))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        members, days = region.rows("workteam").members, region.p.days_per_member
        plans = paperwork_of_plans(s.plans, s.days_per_plan, members, days)
        filing = paperwork_of_filing(s.levels, s.days_per_filing, members, days)
        inspections = paperwork_of_inspections(s.inspections, s.days_per_inspection, members, days)
        return {"team.paperwork": np.asarray(plans + filing + inspections)}


class ReliefSettings(Funded):
    """The three levers of the source: more posts, fewer inspections, errors forgiven."""

    posts: Dated = setting(
        0.1, unit="share", zh="增编增员", en="more members", low=0, high=2,
        source="M075: a proposal of seed 004, without numbers; assumed", status="assumption",
    )  # fmt: skip
    paperwork_cut: Dated = setting(
        0.5, unit="share", zh="减负比例", en="paperwork and inspections that are done away with", low=0, high=1,
        source="M075: a proposal of seed 004, without numbers; assumed", status="assumption",
    )  # fmt: skip
    tolerance: Dated = setting(
        1.0, unit="0-1", zh="容错程度", en="tolerance of errors that break no principle", low=0, high=1,
        source="M075: a proposal of seed 004; off or on", status="assumption",
    )  # fmt: skip
    pay: Dated = setting(
        60000, unit="yuan/person/year", zh="新增人员经费", en="pay of a new post", low=0, high=300000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class GrassrootsRelief(TeamInstrument):
    """Lighter work for cadres: more of them, fewer forms, and no fear of every error (M075)."""

    kind = "grassroots_relief"
    zh, en = "基层减负与容错", "relief and tolerance for cadres"
    about_zh = "为基层干部减负：增加人手，减少报表，谅解非原则性错误。"
    sized_by = ("posts",)
    Settings = ReliefSettings

    def relieved(self, region: Region, s: Any) -> Amounts:
        """Share of days that are given back: part of all paperwork that others ask for."""
        team = region.rows("workteam")
        mine = self.held(region).get("team.paperwork", np.zeros(0))
        others = team.paperwork_shift - np.append(mine, np.zeros(len(team) - len(mine)))
        return np.asarray(s.paperwork_cut * np.clip(team.paperwork + others, 0.0, 1.0))

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (
            region.p.days_per_member,
            *of_teams(region, "members", "paperwork", "paperwork_shift"),
        )

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        team = region.rows("workteam")
        relieved = self.relieved(region, s)
        left = 1.0 - np.clip(team.paperwork - relieved, 0.0, 1.0)
        return {
            "team.paperwork": -relieved,
            "team.days": np.asarray(s.posts * team.members * region.p.days_per_member * left),
            "county.tolerance": np.zeros(len(region.rows("county"))) + s.tolerance,
        }

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        return by_county(region, s.posts * s.pay * region.rows("workteam").members)


class AgendaSettings(Funded):
    """How teams spend their days beyond lists and projects."""

    gift_share: Dated = setting(
        0.0, unit="share of days", zh="送钱送物用时", en="days for gifts", low=0, high=1,
        source="M070: from gifts to methods (seed 002); none unless chosen", status="assumption",
    )  # fmt: skip
    gift: Dated = setting(
        300, unit="yuan/visit", zh="每次慰问金", en="money of a visit with a gift", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    job_news: Dated = setting(
        0.5, unit="share", zh="岗位信息", en="idle workers who choose anew for news of jobs, a quarter",
        low=0, high=1, source="M070: methods instead of gifts; size assumed", status="assumption",
    )  # fmt: skip
    talk_share: Dated = setting(
        0.2, unit="share of days", zh="扶志用时", en="days for talks on motivation", low=0, high=0.5,
        source="M092: motivation planned and inspected like material help, sweep 0 to 0.5 (seed 000)",
        status="assumption",
    )  # fmt: skip


class TeamAgenda(TeamInstrument):
    """Days for gifts and for talks, taken from knowing households and projects.

    A gift is money at once (M070); a talk moves motivation more than a call (M092). What is left is for methods: lists,
    projects that fit, news of what is on offer.
    """

    kind = "team_agenda"
    zh, en = "驻村工作安排", "agenda of work teams"
    about_zh = "驻村时间分给慰问和扶志谈心，了解农户、跑项目的时间相应减少。"
    not_sized = sizes.EVERYWHERE
    Settings = AgendaSettings

    def gift_visits(self, region: Region, s: Any) -> Amounts:
        """Visits with a gift that a household in charge receives a month, by village (M070)."""
        team, p = region.rows("workteam"), region.p
        charge = team.load * np.maximum(team.days * np.clip(1.0 - team.talk_share - team.gift_share, 0.0, 1.0), SMALL)
        calls = visits_per_household(s.gift_share * team.days, p.days_per_visit, charge, p.most_visits)
        return by_village(region, np.asarray(calls), np.zeros(len(region.rows("village"))))

    def gift_days(self, region: Region, s: Any) -> Amounts:
        """Share of days for gifts, for every team (M070)."""
        return of_all_teams(region, s.gift_share)

    def talks(self, region: Region, s: Any) -> Amounts:
        """Share of days for talks, for every team: what is on the agenda beside material help (M092)."""
        return of_all_teams(region, s.talk_share)

    def offer(self, region: Region, s: Any) -> None:
        """At the end of a quarter the news of jobs is told, and the gifts go through the pipeline."""
        if region.calendar_month in QUARTER_ENDS and s.job_news > 0.0:
            self.tell_of_jobs(region, s)
        if region.calendar_month in QUARTER_ENDS and s.gift_share * s.gift > 0.0:
            Instrument.offer(self, region, s)

    def tell_of_jobs(self, region: Region, s: Any) -> None:
        """Idle workers of listed households who hear of vacancies choose anew now, not when their turn comes."""
        person, h = region.rows("person"), region.rows("household")
        idle = supported_workers(region)
        idle = idle[person.activity[idle] == CARE]
        told = s.job_news * matching_by_village(region)[h.village[person.household[idle]]]
        person.restless[idle[region.draws.uniform(NEWS, region.month, person.uid[idle]) < told]] = True

    def eligible(self, region: Region, s: Any) -> Rows:
        rows, visited = supported_homes(region), self.gift_visits(region, s) > 0.0
        return rows[visited[region.rows("household").village[rows]]]

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(3.0 * s.gift * self.gift_visits(region, s)[region.rows("household").village[rows]])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """The money of the quarter's visits."""
        self.pay(region, s, "team.gifts", rows, self.cost(region, s, rows))

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return ()

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        return {"team.gifts": self.gift_days(region, s), "team.talk": self.talks(region, s)}


class LinkSettings(Funded):
    """How often the responsible person calls, and how long."""

    calls: Dated = setting(
        0.5, unit="visits/month", zh="走访频次", en="calls of the person responsible", low=0, high=4,
        source="M068: one named cadre a household; every other month, assumed", status="assumption",
    )  # fmt: skip
    until_exit: Dated = setting(
        1, unit="1 on, 0 off", zh="不脱贫不脱钩", en="the link ends only at exit", low=0, high=1,
        source="M068: no unlinking before exit (seed 000)", status="seed",
    )  # fmt: skip
    months: Dated = setting(
        12, unit="months", zh="结对期", en="months of a link that may end before exit", low=1, high=120,
        source="a year's duty; for the control", status="assumption",
    )  # fmt: skip
    visit_cost: Dated = setting(
        33, unit="yuan/visit", zh="每次走访成本", en="travel to a household", low=0, high=1000,
        source="about 200 yuan a household and year (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class HouseholdLinks(Instrument):
    """Each registered household has a cadre who answers for it and calls on it, until it has left the list (M068).

    The calls come on top of the team's, also in villages without one.
    """

    kind, family = "household_links", "governance"
    zh, en = "帮扶责任人", "persons responsible for households"
    about_zh = "每个建档立卡户有一名干部负责帮扶并上门走访，不脱贫不脱钩。"
    sized_by = ("calls",)
    Settings = LinkSettings
    months = QUARTER_ENDS

    def since(self, region: Region) -> Rows:
        """Month in which each household was given its cadre; −1: it has none."""
        state = region.state_of(self)
        if not hasattr(state, "since"):
            state.since = np.full(len(region.rows("household")), -1)
        found: Rows = state.since
        return found

    def paid(self, region: Region) -> Any:
        """Mask of households whose cadre's travel is paid this quarter: nobody calls without."""
        state = region.state_of(self)
        if not hasattr(state, "paid"):
            state.paid = np.zeros(len(region.rows("household")), np.bool_)
        return state.paid

    def offer(self, region: Region, s: Any) -> None:
        """Who is called on in the quarter is decided anew."""
        self.paid(region)[:] = False
        super().offer(region, s)

    def linked(self, region: Region, s: Any) -> Rows:
        """Households whose cadre still answers for them."""
        rows = supported_rows(region)
        since = self.since(region)[rows]
        holds = since >= 0
        if s.until_exit < 0.5:
            holds &= region.month - since < s.months
        return rows[holds]

    def eligible(self, region: Region, s: Any) -> Rows:
        return supported_homes(region)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), 3.0 * s.calls * s.visit_cost)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Name a cadre for those who have none, and pay the quarter's travel to those who are linked."""
        since = self.since(region)
        new = rows[since[rows] < 0]
        since[new] = region.month
        linked = np.intersect1d(self.linked(region, s), rows, assume_unique=True)
        self.buy(region, s, "team.links", linked, self.cost(region, s, linked))
        self.paid(region)[linked] = True

    def service(self, region: Region, s: Any) -> None:
        """The month's calls; a household that has left is nobody's charge any more."""
        since, rows = self.since(region), supported_rows(region)
        held = since[rows]
        since.fill(-1)
        since[rows] = held
        if self.settings.active(region.month):
            linked = self.linked(region, s)
            region.rows("household").visits[linked[self.paid(region)[linked]]] += s.calls


TEAM_KINDS = (PlansAndInspections, GrassrootsRelief, TeamAgenda, HouseholdLinks)
