"""Governance: first secretaries of six origins, sent to villages by lot or by what the villages need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.instruments.teamwork import TeamInstrument, by_county, of_all_teams, of_teams
from fupin.model.processes.support import supported
from fupin.model.rules.cadres import led_by, match_of_secretary, skill_for_lists, skill_of_secretary
from fupin.model.settings import Dated, setting
from fupin.model.workteam import ONE_PERSON, YOUNG_CADRE

if TYPE_CHECKING:
    from fupin.model.region import Region

ORIGIN = declare_stream("secretaries.origin", "origin of the first secretary of a team, by term")
SKILLS = declare_stream("secretaries.skills", "skills of the first secretary of a team, by term")
LEADER = declare_stream("secretaries.leader", "skills of a team leader who is not the first secretary, by term")
BY_NEED = declare_stream(
    "secretaries.by_need", "whether a team's secretary is chosen by the needs of villages, by term"
)
FIELDS = ("industry", "governance", "welfare")
KINDS = ("graduate", "entrepreneur", "veteran", "returnee", "young", "enterprise")


def share_of(zh: str, en: str, default: float) -> Any:
    """How often an origin is chosen, relative to the others."""
    return setting(
        default, unit="relative", zh=f"{zh}来源", en=f"secretaries: {en}", low=0, high=1,
        source="M062: six sources (seed 003), without shares; assumed", status="assumption",
    )  # fmt: skip


def mean_of(zh: str, en: str, default: float) -> Any:
    """Mean skill of an origin in a field."""
    return setting(
        default, unit="0-1", zh=f"{zh}能力", en=f"mean skill: {en}", low=0, high=1,
        source="M062: skill by source; the ranking of trades is general knowledge, the sizes assumed",
        status="assumption",
    )  # fmt: skip


class SecretarySettings(Funded):
    """Where secretaries come from, what they know, and how they are placed."""

    graduate_share: Dated = share_of("大学生村官", "graduate village officials", 0.15)
    entrepreneur_share: Dated = share_of("创业致富能手", "entrepreneurs", 0.1)
    veteran_share: Dated = share_of("复退军人", "veterans", 0.1)
    returnee_share: Dated = share_of("返乡农民工", "returned migrant workers", 0.1)
    young_share: Dated = share_of("年轻后备干部", "young and reserve cadres", 0.35)
    enterprise_share: Dated = share_of("国有企事业人员", "staff of enterprises and institutions", 0.2)
    graduate_industry: Dated = mean_of("大学生村官产业", "graduates, industry", 0.5)
    graduate_governance: Dated = mean_of("大学生村官治理", "graduates, governance", 0.7)
    graduate_welfare: Dated = mean_of("大学生村官民政", "graduates, welfare", 0.75)
    entrepreneur_industry: Dated = mean_of("致富能手产业", "entrepreneurs, industry", 0.9)
    entrepreneur_governance: Dated = mean_of("致富能手治理", "entrepreneurs, governance", 0.55)
    entrepreneur_welfare: Dated = mean_of("致富能手民政", "entrepreneurs, welfare", 0.5)
    veteran_industry: Dated = mean_of("复退军人产业", "veterans, industry", 0.55)
    veteran_governance: Dated = mean_of("复退军人治理", "veterans, governance", 0.85)
    veteran_welfare: Dated = mean_of("复退军人民政", "veterans, welfare", 0.6)
    returnee_industry: Dated = mean_of("返乡农民工产业", "returnees, industry", 0.8)
    returnee_governance: Dated = mean_of("返乡农民工治理", "returnees, governance", 0.55)
    returnee_welfare: Dated = mean_of("返乡农民工民政", "returnees, welfare", 0.6)
    young_industry: Dated = mean_of("年轻干部产业", "young cadres, industry", 0.55)
    young_governance: Dated = mean_of("年轻干部治理", "young cadres, governance", 0.75)
    young_welfare: Dated = mean_of("年轻干部民政", "young cadres, welfare", 0.85)
    enterprise_industry: Dated = mean_of("企事业人员产业", "staff, industry", 0.8)
    enterprise_governance: Dated = mean_of("企事业人员治理", "staff, governance", 0.65)
    enterprise_welfare: Dated = mean_of("企事业人员民政", "staff, welfare", 0.55)
    skill_sd: Dated = setting(
        0.12, unit="0-1", zh="能力离散", en="spread of skill within an origin", low=0, high=0.4,
        source="as of the members of teams (region profile)", status="assumption",
    )  # fmt: skip
    head_weight: Dated = setting(
        0.5, unit="share", zh="负责人作用", en="part of a team's skill that is its head's", low=0, high=1,
        source="seed 003: whether a village is rich lies with the branch; size assumed", status="assumption",
    )  # fmt: skip
    matched: Dated = setting(
        1.0, unit="share", zh="因村派人比例", en="secretaries placed by the needs of villages, the rest by lot", low=0,
        high=1, source="M344: people sent to a village by its needs (seed 003)", status="seed",
    )  # fmt: skip
    focus: Dated = setting(
        3, unit="power", zh="需求侧重", en="how much a village's greatest need outweighs the others", low=0, high=10,
        source="M344: needs of a village; assumed", status="assumption",
    )  # fmt: skip
    combined: Dated = setting(
        1, unit="1 on, 0 off", zh="队长兼第一书记", en="the team leader is the first secretary", low=0, high=1,
        source="M063: everywhere in Baoding (seed 004)", status="seed",
    )  # fmt: skip
    coordination_days: Dated = setting(
        4, unit="days/month", zh="两头协调用时", en="days that two heads need to agree", low=0, high=20,
        source="M063: control of two heads; a day a week, assumed", status="assumption",
    )  # fmt: skip
    term: Dated = setting(
        2, unit="years", zh="任期", en="term", low=1, high=10,
        source="terms of two years (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    work_funds: Dated = setting(
        10000, unit="yuan/team/year", zh="第一书记经费", en="working funds of a secretary", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class FirstSecretaries(TeamInstrument):
    """Each team gets a head of one of six origins, whose skills fit the needs of the village well or less well.

    What the head knows of lists moves how well the team sees, and skills times needs how well projects fit.
    """

    kind = "first_secretaries"
    zh, en = "第一书记选派", "first secretaries"
    about_zh = "每队选派一名第一书记，来源有六类，其专长与村的需要或合或不合。"
    not_sized = sizes.EVERYWHERE
    single = Label("每队只有一名第一书记", "a team has one first secretary")
    Settings = SecretarySettings

    def before(self, region: Region, s: Any) -> None:
        """At the start of a term: draw the secretaries, and place them."""
        state, team = region.state_of(self), region.rows("workteam")
        if getattr(state, "year", None) != region.year:
            state.year, state.needs = region.year, village_needs(region, s.focus)
        if region.month < getattr(state, "until", -1) and len(team) == len(state.leader):
            return
        if region.month >= getattr(state, "until", -1):
            state.until, state.word = region.month + 12 * int(s.term), region.year
        origin, skills = self.candidates(region, s, state.word)
        place = self.placed(region, s, skills, state.word)
        team.origin = origin[place]
        for name, skill in zip(FIELDS, skills, strict=True):
            region.table_of("workteam")[f"{name}_skill"][:] = skill[place]
        state.leader = self.other_leader(region, s, state.word)

    def candidates(self, region: Region, s: Any, word: int) -> tuple[Rows, Amounts]:
        """Origin and skills (fields, candidates) of as many candidates as there are teams (M062)."""
        uid = region.rows("workteam").uid
        shares = np.array([getattr(s, f"{kind}_share") for kind in KINDS])
        ends = np.cumsum(shares) / max(shares.sum(), 1e-9)
        drawn = np.searchsorted(ends, region.draws.uniform(ORIGIN, word, uid), side="right")
        origin = np.minimum(drawn, len(KINDS) - 1)
        news = region.draws.normals(SKILLS, word, uid, len(FIELDS))
        means = [np.array([getattr(s, f"{kind}_{field}") for kind in KINDS])[origin] for field in FIELDS]
        skills = [skill_of_secretary(mean, s.skill_sd, z) for mean, z in zip(means, news, strict=True)]
        return origin, np.array(skills)

    def other_leader(self, region: Region, s: Any, word: int) -> Amounts:
        """Skill for lists of a leader beside the secretary: a young cadre of the sending unit."""
        news = region.draws.normals(LEADER, word, region.rows("workteam").uid, 2)
        kind = KINDS[YOUNG_CADRE]
        governance, welfare = (
            skill_of_secretary(getattr(s, f"{kind}_{field}"), s.skill_sd, z)
            for field, z in zip(FIELDS[1:], news, strict=True)
        )
        return np.asarray(skill_for_lists(governance, welfare))

    def placed(self, region: Region, s: Any, skills: Amounts, word: int) -> Rows:
        """Candidate of each team: by lot; those placed by need change places in the county while that gains (M344)."""
        team, v = region.rows("workteam"), region.rows("village")
        place = np.arange(len(team))
        chosen = region.draws.uniform(BY_NEED, word, team.uid) < s.matched
        needs = region.state_of(self).needs[:, team.village]
        for county in np.unique(v.county[team.village]):
            here = np.flatnonzero(chosen & (v.county[team.village] == county))
            skill, need = skills[:, here, None], needs[:, None, here]
            worth = team.weight[here] * match_of_secretary(*skill, *need)  # candidates by teams
            place[here] = here[exchanged(np.asarray(worth))]
        return place

    def heads(self, region: Region, s: Any) -> tuple[Amounts, Amounts, Amounts]:
        """Skill of the head for lists and for projects, and days gained by a second head (M063)."""
        team = region.rows("workteam")
        needs = region.state_of(self).needs[:, team.village]
        projects = match_of_secretary(team.industry_skill, team.governance_skill, team.welfare_skill, *needs)
        if s.combined >= 0.5:
            lists = skill_for_lists(team.governance_skill, team.welfare_skill)
            return np.asarray(lists), np.asarray(projects), of_all_teams(region, 0.0)
        second = region.p.days_per_member * (1.0 - team.paperwork) - s.coordination_days
        return region.state_of(self).leader, np.asarray(projects), np.asarray(second)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        state, skills = region.state_of(self), (f"{field}_skill" for field in FIELDS)
        teams = of_teams(region, "village", "mode", "paperwork", "skill", *skills)
        return (*teams, state.needs.tobytes(), state.leader.tobytes(), region.p.days_per_member)

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        """What the heads change, of a skill that was the team's own before."""
        lists, projects, days = self.heads(region, s)
        skill = led_by(s.head_weight, lists, region.rows("workteam").skill)
        led = self.has_head(region)
        return {
            "team.skill": np.where(led, skill, 0.0),
            "team.fit": np.where(led, s.head_weight * (projects - lists), 0.0),
            "team.days": np.where(led, days, 0.0),
        }

    def has_head(self, region: Region) -> Any:
        """Mask of teams that a secretary leads: one person in charge of a village is nobody's team."""
        return region.rows("workteam").mode != ONE_PERSON

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """Working funds of the secretaries."""
        return by_county(region, np.where(self.has_head(region), s.work_funds, 0.0))


def exchanged(worth: Amounts) -> Rows:
    """Candidate of each place: places are exchanged by twos, the best exchange first, as long as both together gain."""
    got = np.arange(len(worth))
    for _ in range(4 * len(worth)):  # as a rule a few are enough; it must end
        now = worth[got, np.arange(len(got))]
        gain = worth[got].T + worth[got] - now[:, None] - now  # of exchanging the holders of two places
        best = int(np.argmax(gain))
        one, other = divmod(best, len(got))
        if gain[one, other] <= 1e-12:
            break
        got[[one, other]] = got[[other, one]]
    return got


def village_needs(region: Region, focus: float) -> Amounts:
    """Needs of each village (industry, governance, welfare; columns sum to one), from the register and the branch.

    Industry: listed households with workers. Welfare: listed households without, or with severe illness or disability.
    Governance: what decisions and accounts lack in participation and disclosure. Each is taken against the mean of all
    villages, to the power of `focus`: what a village needs more than others outweighs the rest.
    """
    h, v = region.rows("household"), region.rows("village")
    n, listed = len(v), np.flatnonzero(supported(region))
    place = h.village[listed]
    weak = (h.workers[listed] <= 0.0) | (h.severely_ill[listed] > 0.0) | (h.disabled[listed] > 0.0)
    count = np.maximum(np.bincount(place, minlength=n), 1.0)
    welfare = np.bincount(place, weak, minlength=n) / count
    industry = np.bincount(place, h.workers[listed] > 0.0, minlength=n) / count
    governance = 1.0 - 0.5 * (v.participation + v.disclosure)
    needs = np.maximum(np.array([industry, governance, welfare]), 1e-3)
    needs = (needs / needs.mean(axis=1, keepdims=True)) ** focus
    return np.asarray(needs / needs.sum(axis=0))
