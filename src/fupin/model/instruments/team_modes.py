"""Governance: how villages without a work team get one, and whether teams stay when their village has left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.instruments.own_rows import all_over, alone, own, take
from fupin.model.instruments.teamwork import TeamInstrument, by_county, of_all_teams, of_teams, yearly_draw
from fupin.model.processes.enterprises import derived_uid
from fupin.model.processes.support import supported
from fupin.model.rules.teams import reach_of_neighbours
from fupin.model.settings import Dated, setting
from fupin.model.workteam import NEIGHBOUR_TEAM, ONE_PERSON, OWN_TEAM, SHARED_TEAM, WorkTeam

if TYPE_CHECKING:
    from fupin.model.region import Region

MODE = declare_stream("teams.mode", "which villages get a work team, and in which way, yearly")
NEW_TEAM = declare_stream("teams.new", "key of a new work team")


class ModeSettings(Funded):
    """Which villages get a team, in which way, and what such teams are."""

    least_registered: Dated = setting(
        20, unit="households", zh="纳入户数门槛", en="listed households from which a village gets a team",
        low=0, high=1000, source="seed 000: non-poor villages with many poor; number assumed", status="assumption",
    )  # fmt: skip
    merged_share: Dated = setting(
        0.0, unit="share of poor villages", zh="贫困村撤并比例", en="poor villages that lose their own team", low=0,
        high=1, source="baoding.csv: one team a poor village, so none; for experiments", status="assumption",
    )  # fmt: skip
    own_share: Dated = setting(
        0.34, unit="share", zh="县乡组队比例", en="villages with a team of county unit and township", low=0, high=1,
        source="seed 000 names three modes, without shares; a third each", status="assumption",
    )  # fmt: skip
    shared_share: Dated = setting(
        0.33, unit="share", zh="一队拖多村比例", en="villages that share a team", low=0, high=1,
        source="seed 000 names three modes, without shares; a third each", status="assumption",
    )  # fmt: skip
    neighbour_share: Dated = setting(
        0.33, unit="share", zh="邻村代管比例", en="villages that a neighbour's team has in charge", low=0, high=1,
        source="seed 000 names three modes, without shares; a third each", status="assumption",
    )  # fmt: skip
    villages_per_team: Dated = setting(
        3, unit="villages", zh="每队村数", en="villages of a shared team", low=1, high=10,
        source="M066: n > 1; number assumed", status="assumption",
    )  # fmt: skip
    county_members: Dated = setting(
        1, unit="persons", zh="县直单位队员", en="members from county units", low=0, high=5,
        source="M065: county unit and township cadres; number assumed", status="assumption",
    )  # fmt: skip
    township_members: Dated = setting(
        2, unit="persons", zh="乡镇队员", en="members from the township", low=0, high=5,
        source="M065: county unit and township cadres; number assumed", status="assumption",
    )  # fmt: skip
    skill: Dated = setting(
        0.5, unit="0-1", zh="队员能力", en="skill of such teams", low=0, high=1,
        source="a little below the 0.6 of teams of higher units (region profile)", status="assumption",
    )  # fmt: skip
    paperwork: Dated = setting(
        0.3, unit="share", zh="填表占比", en="paperwork", low=0, high=1, source="as in the region profile",
        status="assumption",
    )  # fmt: skip
    reach_distance: Dated = setting(
        2.0, unit="score", zh="代管距离尺度", en="way at which a third of the work arrives", low=0.1, high=20,
        source="M067: exp(-distance/d0); a township is one, remoteness counts in standard scores", status="assumption",
    )  # fmt: skip
    work_funds: Dated = setting(
        20000, unit="yuan/team/year", zh="工作经费", en="working funds of a new team", low=0, high=500000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class TeamModes(TeamInstrument):
    """Villages without a work team get one in one of three ways: their own, one of several villages, a neighbour's."""

    kind = "team_modes"
    zh, en = "驻村工作队派驻方式", "modes of work teams"
    about_zh = "没有工作队的村以三种方式之一派驻：本村专队、一队拖多村、邻村工作队代管。"
    not_sized = sizes.EVERYWHERE
    single = Label("每村的工作队只按一种办法派驻", "a village is given its team in one way")
    Settings = ModeSettings

    def before(self, region: Region, s: Any) -> None:
        """Once a year: choose the villages and give them their teams."""
        state = self.memory(region)
        if state.year == region.year or not region.markets_on:
            return
        state.year = region.year
        wanting = np.concatenate([self.merge(region, s), self.uncovered(region, s)])
        own, shared, neighbour = self.divide(region, s, wanting)
        self.send_own(region, s, own)
        self.share_teams(region, s, shared)
        self.lend_teams(region, s, neighbour)

    def divide(self, region: Region, s: Any, villages: Rows) -> tuple[Rows, Rows, Rows]:
        """By lot, in the shares of the three modes; what is left of one is without a team as before."""
        v = region.rows("village")
        luck = region.draws.uniform(MODE, 0, v.uid[villages])
        first, second = s.own_share, s.own_share + s.shared_share
        third = second + s.neighbour_share
        cuts = (luck < first, (luck >= first) & (luck < second), (luck >= second) & (luck < third))
        return tuple(np.sort(villages[cut]) for cut in cuts)

    def uncovered(self, region: Region, s: Any) -> Rows:
        """Villages without any team in which enough households are listed."""
        h, v = region.rows("household"), region.rows("village")
        listed = np.bincount(h.village[supported(region)], minlength=len(v))
        covered = has_team(region)
        if not alone(region, self):
            covered[region.rows("workteam").village[self.gone_home(region)]] = False
        return np.flatnonzero(~covered & (listed >= max(s.least_registered, 1.0)))

    def gone_home(self, region: Region) -> Rows:
        """Rows of the teams that others of its kind, now over, had sent."""
        over = (one for one in region.of_kind(self.kind) if not one.settings.active(region.month))
        sent = [one.own_teams(region) for one in over if isinstance(one, TeamModes)]
        return np.concatenate([np.empty(0, np.int64), *sent])

    def own_teams(self, region: Region) -> Rows:
        """Rows of the teams that it has sent and nobody has called up since."""
        return own(region, self, self.memory(region).sent, "workteam")

    def merge(self, region: Region, s: Any) -> Rows:
        """Poor villages that lose their own team (once): it goes back to where it came from."""
        v, team, state = region.rows("village"), region.rows("workteam"), self.memory(region)
        if state.merged or s.merged_share <= 0.0:
            return np.empty(0, np.int64)
        state.merged = True
        alone = np.flatnonzero(v.poor_village[team.village] & (v.team_in_charge[team.village] < 0))
        places = s.merged_share * float(team.weight[alone].sum())
        won = yearly_draw(region, MODE, 1, team.uid[alone], places, team.weight[alone])
        state.gone = alone[won]
        return np.asarray(team.village[state.gone])

    def send_own(self, region: Region, s: Any, villages: Rows) -> None:
        """A team of county unit and township cadres for each village (M065)."""
        members = max(s.county_members + s.township_members, 1.0)
        v = region.rows("village")
        self.send(region, s, villages, v.weight[villages], members, OWN_TEAM)

    def share_teams(self, region: Region, s: Any, villages: Rows) -> None:
        """One such team for several villages of a county, township by township; the rest of it is lent (M066)."""
        v = region.rows("village")
        order = villages[np.lexsort((v.uid[villages], v.township[villages], v.county[villages]))]
        members, each = max(s.county_members + s.township_members, 1.0), max(s.villages_per_team, 1.0)
        groups: list[list[int]] = []
        for village in order.tolist():
            same = groups and v.county[groups[-1][0]] == v.county[village] and len(groups[-1]) + 1 <= each
            groups[-1].append(village) if same else groups.append([village])
        for group in groups:
            served = np.array(group)
            weight = np.array([v.weight[served].sum() / each])  # teams that so many villages need
            (row,) = self.send(region, s, served[:1], weight, members, SHARED_TEAM, each)
            v.team_in_charge[served[1:]] = row
            v.team_reach[served[1:]] = 1.0

    def lend_teams(self, region: Region, s: Any, villages: Rows) -> None:
        """The nearest team of the county has the village in charge too; less of its work arrives (M067)."""
        v, team = region.rows("village"), region.rows("workteam")
        gone = np.isin(np.arange(len(team)), self.memory(region).gone)
        most = WorkTeam.villages.high
        for village in villages.tolist():
            near = np.flatnonzero((v.county[team.village] == v.county[village]) & (team.village != village) & ~gone)
            near = near[v.team_in_charge[team.village[near]] < 0]
            if not len(near):
                continue
            way = way_between(region, village, team.village[near])
            nearest = int(near[np.lexsort((team.uid[near], way))[0]])
            team.mode[nearest] = NEIGHBOUR_TEAM
            team.villages[nearest] = min(team.villages[nearest] + v.weight[village] / team.weight[nearest], most)
            v.team_in_charge[village] = nearest
            v.team_reach[village] = reach_of_neighbours(way.min(), s.reach_distance)

    def send(
        self, region: Region, s: Any, villages: Rows, weight: Amounts, members: float, mode: int, each: float = 1.0
    ) -> Rows:
        """New teams with their seat in some villages; one that lost its team gets the new one in its place."""
        rows = seat_teams(region, villages, weight, members, s.skill, s.paperwork, mode, each)
        take(region, self, rows, "workteam")
        state = self.memory(region)
        state.gone = np.setdiff1d(state.gone, rows)
        state.sent = np.union1d(state.sent, rows)
        return rows

    def memory(self, region: Region) -> SimpleNamespace:
        """The year arranged last, whether teams were merged, and the rows of teams that are gone and that were sent."""
        state = region.state_of(self)
        if not hasattr(state, "gone"):
            state.year, state.merged = None, False
            state.gone, state.sent = np.empty(0, np.int64), np.empty(0, np.int64)
        return state

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return self.memory(region).gone.tobytes(), self.own_teams(region).tobytes()

    def service(self, region: Region, s: Any) -> None:
        """Arrange, pay, and keep the teams in the villages as far as they are paid for; afterwards they go home."""
        state, v, share = self.memory(region), region.rows("village"), 0.0
        if self.settings.active(region.month):
            self.before(region, s)
            share = self.paid_share(region, s)
        elif state.year is not None and all_over(region, self):
            v.team_in_charge = -1
        if self.as_before(region, s, share) and share:
            return
        presence = of_all_teams(region, 0.0)
        presence[state.gone], presence[self.own_teams(region)] = -1.0, share - 1.0
        self.hold(region, {"team.presence": presence})

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """Working funds of the teams that were sent."""
        funds = of_all_teams(region, 0.0)
        funds[self.own_teams(region)] = s.work_funds
        return by_county(region, funds)


class PostingSettings(Funded):
    """What becomes of the team of a village that has left."""

    stay: Dated = setting(
        1, unit="1 on, 0 off", zh="不撤不退", en="teams stay when their village has left", low=0, high=1,
        source="M069: secretaries and teams are not withdrawn, to 2020 (seed 001)", status="seed",
    )  # fmt: skip
    work_funds: Dated = setting(
        10000, unit="yuan/team/year", zh="驻村工作经费", en="working funds of a team in the village", low=0,
        high=500000, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class TeamPosting(TeamInstrument):
    """Pays the teams in the villages; keeps those of villages that have left, or calls them back (M069)."""

    kind = "team_posting"
    zh, en = "工作队驻村与撤离", "stationing and withdrawal of work teams"
    about_zh = "支付驻村工作队经费；村出列后工作队不撤，或撤回。"
    not_sized = sizes.EVERYWHERE
    single = Label("工作队的经费和撤离只有一种规定", "one rule holds for what teams get and when they leave")
    Settings = PostingSettings

    def called_back(self, region: Region, s: Any) -> Any:
        """Mask of teams whose village has left, where teams do not stay."""
        return region.rows("village").exited[region.rows("workteam").village] & (s.stay < 0.5)

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        return (region.rows("village").exited.tobytes(), *of_teams(region, "village"))

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        """Whoever is called back has no day left for the village."""
        return {"team.presence": np.where(self.called_back(region, s), -1.0, 0.0)}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """Working funds of the teams that are there."""
        return by_county(region, np.where(self.called_back(region, s), 0.0, s.work_funds))


def has_team(region: Region) -> Any:
    """Mask of villages with a team of their own or one of elsewhere in charge."""
    v = region.rows("village")
    covered = v.team_in_charge >= 0
    covered[region.rows("workteam").village] = True
    return covered


def way_between(region: Region, village: int, others: Rows) -> Amounts:
    """Way from a village to others of its county: 1 to another township, and the difference in remoteness."""
    v = region.rows("village")
    apart = v.township[others] != v.township[village]
    return np.asarray(1.0 * apart + np.abs(v.remoteness[others] - v.remoteness[village]))


def seat_teams(
    region: Region,
    villages: Rows,
    weight: Amounts,
    members: float,
    skill: float,
    paperwork: float,
    mode: int,
    each: float = 1.0,
) -> Rows:
    """Rows of teams of so many members in some villages: new ones, or the old one of the village made anew.

    `weight` is the number of teams that a row stands for, `each` the villages that one of them covers.
    """
    team, v = region.rows("workteam"), region.rows("village")
    here = dict(zip(team.village.tolist(), range(len(team)), strict=True))
    fresh = np.array([village for village in villages.tolist() if village not in here], np.int64)
    if len(fresh):
        uid = derived_uid(region, NEW_TEAM, v.uid[fresh])
        added = region.add("workteam", {"uid": uid, "village": fresh})
        here |= dict(zip(fresh.tolist(), added.tolist(), strict=True))
    rows = np.array([here[village] for village in villages.tolist()], np.int64)
    made = {
        "weight": weight,
        "members": members,
        "skill": skill,
        "paperwork": paperwork,
        "mode": mode,
        "villages": each,
    }
    for name, value in made.items():
        region.table_of("workteam")[name][rows] = value
    return rows


def one_person(region: Region, villages: Rows, skill: float, paperwork: float) -> Rows:
    """A person in charge for each of some villages that have no team."""
    v = region.rows("village")
    return seat_teams(region, villages, v.weight[villages], 1.0, skill, paperwork, ONE_PERSON)
