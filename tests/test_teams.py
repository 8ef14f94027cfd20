"""Work teams: what time, load and mode do to how well they see, how often they call and what they tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from team_worlds import BUSY, differs, mean_visits, staffed, team, without_teams
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.household import EXITED, REGISTERED
from fupin.model.modifiers import modify
from fupin.model.outcomes import measure
from fupin.model.processes.registry import observe
from fupin.model.processes.support import supported
from fupin.model.processes.teams import accuracy_by_village, matching_by_village, team_month
from fupin.model.region import Region
from fupin.model.rules.teams import hears_of_offer, reach_of_neighbours, team_accuracy, team_matching
from fupin.model.snapshot import Snapshot
from fupin.model.steps import team_month as turn_of_team
from fupin.model.workteam import NEIGHBOUR_TEAM, SHARED_TEAM

MODES = ("own_share", "shared_share", "neighbour_share")


def with_mode(mode: str, months: int = 4, **settings: Any) -> Region:
    """Fourteen villages in which those without a team get one in one way."""
    shares = {name: float(name == mode) for name in MODES}
    return staffed(months, "team_modes", team_modes={"least_registered": 1} | shares | settings)


def error_of_income(made: Region) -> float:
    """Mean distance of observed from reported income, logs."""
    h = made.rows("household")
    ok = (h.members > 0) & (h.reported_income > 100.0) & (h.observed_income > 0.0)
    reported = h.reported_income[ok] / h.members[ok]
    return float(np.abs(np.log(h.observed_income[ok] / reported)).mean())


# load


def test_overload_saturates_accuracy() -> None:
    loads = np.array([0.0, 1.0, 6.0, 60.0, 600.0])
    seen = team_accuracy(0.6, loads, 6.0, 0.9)
    assert (np.diff(seen) < 0).all()
    assert seen[0] == pytest.approx(0.54)
    assert seen[2] == pytest.approx(0.27)
    assert seen[-1] < 0.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_overload_lowers_identification_and_under_a_quota_raises_exclusion_error(seed: int) -> None:
    """The same households and luck; in one world the teams fill in forms nearly all of the time.

    Without a quota more noise lists more households, so that the error of exclusion need not rise.
    """
    noisy = {"registry.noise_sd": 1.0, "listing.quota_rule": 1.0, "teams.village_accuracy": 0.0}
    worlds = []
    for paper in (0.0, 0.97):
        made = region(villages(110, seed, 0.06), years=2, burn_in=12, seed=seed, overrides=noisy)
        modify(made, "team.paperwork", np.arange(len(made.rows("workteam"))), paper)
        made.run_to(START + 23)
        worlds.append(made)
    easy, overloaded = worlds
    assert (team(overloaded, "accuracy") < team(easy, "accuracy")).all()
    assert error_of_income(overloaded) > error_of_income(easy)
    for error in ("exclusion_error", "inclusion_error"):
        assert measure(Snapshot(overloaded))[error] > measure(Snapshot(easy))[error]


def test_paperwork_takes_visits_and_relief_from_it_gives_them_back() -> None:
    plain, asked, relieved = (
        mean_visits(staffed(6, *kinds, parameters=BUSY))
        for kinds in ((), ("plans_and_inspections",), ("plans_and_inspections", "grassroots_relief"))
    )
    assert asked < plain
    assert relieved > asked


def test_freed_capacity_goes_to_those_who_remain() -> None:
    before, after = (staffed(3, parameters=BUSY) for _ in "ab")
    h = after.rows("household")
    listed = np.flatnonzero(h.registry == REGISTERED)
    h.registry[listed[::2]] = EXITED
    h.exited_month[listed[::2]] = after.month
    stay = listed[1::2]
    for made in (before, after):
        made.step()
    visits = [made.rows("household").visits[stay] for made in (before, after)]
    served = visits[0] > 0.0
    assert (visits[1][served] > visits[0][served]).all()
    assert (visits[1][~served] == 0.0).all()
    assert (after.rows("household").visits[listed[::2]] == 0.0).all()
    assert (team(after, "accuracy") > team(before, "accuracy")).all()


def test_a_team_that_sees_better_lets_households_hear_of_more() -> None:
    assert team_matching(0.8, 1.0, 0.5, 0.0) > team_matching(0.5, 1.0, 0.5, 0.0) > team_matching(0.5, 0.2, 0.5, 0.0)
    assert hears_of_offer(0.0, 0.1) == 1.0
    assert hears_of_offer(0.6, 0.5) == pytest.approx(0.7)


def test_where_teams_tell_nothing_fewer_take_up_what_is_offered() -> None:
    grant: dict[str, Any] = {"production_grant": {"share_per_year": 1.0, "take_up": 1.0}}
    told, untold, everybody = (
        staffed(4, "production_grant", parameters=BUSY | {"teams.information_gap": gap}, data=data, **grant)
        for gap, data in ((0.8, None), (0.8, without_teams(villages(40, 1, 0.06))), (0.0, None))
    )
    reached = [float((made.rows("household").granted_month >= 0).sum()) for made in (untold, told, everybody)]
    assert 0 < reached[0] < reached[1] < reached[2]
    matching = matching_by_village(told)
    poor = told.rows("village").poor_village
    assert (matching[poor] > 0.3).all()
    assert (matching[~poor] == 0.0).all()


# one team for several villages


def test_without_a_team_village_cadres_do_what_they_can() -> None:
    made = staffed(3)
    seen, poor = accuracy_by_village(made), made.rows("village").poor_village
    assert (seen[~poor] == made.p.village_accuracy).all()
    assert (seen[poor] > made.p.village_accuracy).all()


def test_an_own_team_covers_every_village_that_had_none() -> None:
    plain, made = staffed(4), with_mode("own_share")
    assert len(made.rows("workteam")) == len(made.rows("village"))
    assert (accuracy_by_village(made) >= accuracy_by_village(plain)).all()
    new = slice(len(plain.rows("workteam")), None)
    assert (team(made, "members")[new] == 3.0).all()
    assert mean_visits(made) > mean_visits(plain)


def test_a_shared_team_has_the_households_of_all_its_villages_in_charge() -> None:
    """Charge of one team = villages a team × mean of the listed, whatever the weights of the rows."""
    made = with_mode("shared_share", villages_per_team=3)
    v, t, h = made.rows("village"), made.rows("workteam"), made.rows("household")
    listed = np.bincount(h.village[supported(made)], minlength=len(v))
    shared = np.flatnonzero(t.mode == SHARED_TEAM)
    assert len(shared) >= 2
    for row in shared.tolist():
        served = np.append(np.flatnonzero(v.team_in_charge == row), t.village[row])
        assert len(served) <= 3
        assert len(np.unique(v.county[served])) == 1
        assert t.weight[row] == pytest.approx(v.weight[served].sum() / 3)
        charge = (v.weight[served] * listed[served]).sum() / t.weight[row]
        assert t.load[row] * t.days[row] == pytest.approx(charge)
    assert t.weight[shared].sum() == pytest.approx(v.weight[~v.poor_village].sum() / 3)


def test_a_shared_team_sees_less_than_an_own_one_and_more_than_nobody() -> None:
    own, shared, nobody = with_mode("own_share"), with_mode("shared_share"), staffed(4)
    new = ~own.rows("village").poor_village
    seen = [accuracy_by_village(made)[new] for made in (own, shared, nobody)]
    assert (seen[0] >= seen[1]).all()
    assert seen[0].mean() > seen[1].mean() > seen[2].mean()


def test_a_neighbours_team_takes_on_more_and_less_of_its_work_arrives() -> None:
    plain, made = staffed(4), with_mode("neighbour_share")
    v, t = made.rows("village"), made.rows("workteam")
    lent = np.flatnonzero(v.team_in_charge >= 0)
    assert len(lent) == (~v.poor_village).sum()
    lender = np.unique(v.team_in_charge[lent])
    assert (t.mode[lender] == NEIGHBOUR_TEAM).all()
    assert (t.load[lender] > team(plain, "load")[lender]).all()
    assert (t.accuracy[lender] < team(plain, "accuracy")[lender]).all()
    assert (v.team_reach[lent] < 1.0).any()
    assert (accuracy_by_village(made)[lent] >= accuracy_by_village(plain)[lent]).all()
    assert reach_of_neighbours(1.0, 2.0) == pytest.approx(np.exp(-0.5))


def test_a_village_that_loses_its_team_keeps_only_its_cadres() -> None:
    made = staffed(4, "team_modes", team_modes=dict.fromkeys(MODES, 0.0) | {"merged_share": 1.0})
    assert (team(made, "days") == 0.0).all()
    assert (accuracy_by_village(made) == made.p.village_accuracy).all()
    assert mean_visits(made) == 0.0


def test_merged_villages_get_the_mode_that_is_left() -> None:
    made = with_mode("shared_share", merged_share=1.0, villages_per_team=2)
    v, t = made.rows("village"), made.rows("workteam")
    covered = np.isin(np.arange(len(v)), t.village[t.mode == SHARED_TEAM]) | (v.team_in_charge >= 0)
    assert covered.all()
    assert len(np.unique(t.uid)) == len(t) == len(np.unique(t.village))
    assert mean_visits(made) > 0.0


def test_teams_that_were_sent_go_home_when_the_programme_ends() -> None:
    made = with_mode("shared_share", months=6, end="2014-04")
    v = made.rows("village")
    assert (v.team_in_charge < 0).all()
    assert (accuracy_by_village(made)[~v.poor_village] == made.p.village_accuracy).all()


def test_no_team_is_sent_where_nobody_is_listed() -> None:
    made = with_mode("own_share", least_registered=1000)
    assert len(made.rows("workteam")) == len(villages(40, 1, 0.06).teams["uid"])


@pytest.mark.parametrize("mode", MODES)
def test_teams_that_take_their_turns_do_what_the_process_does(mode: str) -> None:
    together, alone = (with_mode(mode, merged_share=0.5) for _ in "ab")
    team_month(together)
    for row in reversed(range(len(alone.rows("workteam")))):
        turn_of_team(alone, alone.table_of("workteam").agent(row))
    for kind, name in (("workteam", "accuracy"), ("workteam", "matching"), ("household", "visits")):
        assert alone.table_of(kind)[name] == pytest.approx(together.table_of(kind)[name], rel=1e-9)


# inactive by default


def test_what_nobody_sets_changes_nothing() -> None:
    plain = staffed(24)
    t, v, county = (plain.rows(kind) for kind in ("workteam", "village", "county"))
    assert (t.project_fit == t.accuracy).all()
    for name in ("days_shift", "presence_shift", "paperwork_shift", "skill_shift", "fit_shift", "talk_share"):
        assert not getattr(t, name).any()
    assert not v.cadre_shift.any()
    assert (v.team_in_charge == -1).all()
    assert not county.attention.any()


def test_settings_of_cadres_are_idle_where_nobody_is_liable_or_uninformed() -> None:
    moved = {"cadres.fear_weight": 1.0, "cadres.tolerance_weight": 1.0, "teams.talk_weight": 6.0}
    one, other = (staffed(14, "production_grant", parameters=each) for each in ({}, moved))
    assert differs(one, other) == set()


def test_observation_is_of_the_village_team_in_charge() -> None:
    """A village that is lent to a perfect team is seen without error."""
    data = villages(40, 1, 0.06)
    made = region(replace(data), instruments(), years=1)
    made.run_to(START)
    t, v = made.rows("workteam"), made.rows("village")
    away = int(np.flatnonzero(~v.poor_village)[0])
    before = snapshot(made, ("household",))
    v.team_in_charge[away] = 0
    t.accuracy = 1.0
    observe(made)
    h = made.rows("household")
    here = (h.village == away) & (h.members > 0)
    assert h.observed_income[here] == pytest.approx(h.reported_income[here] / h.members[here])
    assert not same_bits(before["household", "observed_income"], h.observed_income)
