"""Leaders: pledges, villages and counties in their charge, task forces, a late start, trials that spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from exit_worlds import WILLING, WITHIN_REACH
from team_worlds import differs, staffed, team
from worlds import START, villages

from fupin.model.county import IDLE
from fupin.model.household import EXITED, REGISTERED
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.cadres import gap_of_late_start, pressure_passed_down


def test_hours_rise_with_the_deadline_and_with_what_is_passed_down() -> None:
    late, soon = (
        staffed(3, "responsibility_pledges", parameters={"gaming.household_deadline": year}) for year in (2020, 2014)
    )
    assert (team(soon, "days") > team(late, "days")).all()
    assert pressure_passed_down(0.5, 0.9, 3.0) == pytest.approx(0.5 * 0.9**3)
    deaf = staffed(3, "responsibility_pledges", responsibility_pledges={"passed_on": 0})
    assert not team(deaf, "days_shift").any()


def test_leaders_look_at_the_villages_they_took_and_at_no_other() -> None:
    made = staffed(3, "leaders_in_charge", leaders_in_charge={"villages": team(staffed(1), "weight").sum() / 2})
    helped = team(made, "days_shift") > 0.0
    assert 0 < helped.sum() < len(helped)
    assert team(made, "days")[helped] == pytest.approx(1.3 * team(made, "members")[helped] * 20.0 * 0.7)


def test_a_leader_is_in_charge_of_counties_without_the_title() -> None:
    data = villages(40, 1, 0.06)
    titled = staffed(2, "leaders_in_charge")
    untitled = staffed(2, "leaders_in_charge", data=replace(data, counties=data.counties | {"poor_county": [False]}))
    assert titled.rows("county").attention.tolist() == [0.0]
    assert untitled.rows("county").attention.tolist() == [0.3]


def test_a_task_force_comes_for_the_application_and_goes_afterwards() -> None:
    data = villages(40, 1, 0.06)
    flags = {"fully_simulated": np.ones(1, bool), "poor_county": np.ones(1, bool)}
    can = WITHIN_REACH | WILLING | {"village_exit.village_incidence": 1.0, "county_exit.county_incidence": 1.0}
    lenient = {"county_exit.misexit_limit": 1.0, "county_exit.omission_limit": 1.0, "county_exit.approval_least": 0.0}
    parameters = can | lenient | {"procedure.procedure_on": 1.0}
    made = staffed(1, "exit_task_force", data=replace(data, counties=data.counties | flags), parameters=parameters)
    helped, stages = [], []
    while made.month < START + 40:
        made.step()
        helped.append(bool(team(made, "days_shift").any()))
        stages.append(int(made.rows("county").exit_stage[0]))
    assert stages[0] == IDLE
    assert stages[-1] == 6
    for month in range(1, len(stages)):  # it is told of last month's stage
        assert helped[month] == (stages[month - 1] not in (IDLE, 6))


def test_who_began_late_catches_up() -> None:
    late = staffed(2, "late_start", late_start={"everywhere": 1, "thinness": 0.8})
    plain = staffed(2)
    assert (accuracy_by_village(late) < accuracy_by_village(plain)).all()
    at_first = accuracy_by_village(plain)
    late.run_to(START + 40)
    assert late.rows("village").cadre_shift == pytest.approx(0.0)
    assert gap_of_late_start(0.8, 1.5, 3.0) == pytest.approx(0.4)
    titled = staffed(6, "late_start")
    assert differs(staffed(6), titled) == set()
    data = villages(40, 1, 0.06)
    untitled = staffed(2, "late_start", data=replace(data, counties=data.counties | {"poor_county": np.zeros(1, bool)}))
    assert (accuracy_by_village(untitled) < at_first).all()


def in_two_counties() -> Any:
    """Our villages, the first half of them in a county of its own; both counties have employers."""
    data = villages(40, 1, 0.06)
    n = len(data.villages["uid"])
    county = (np.arange(n) >= n // 2).astype(np.int64)
    two = {name: np.repeat(values, 2) for name, values in data.counties.items()} | {"uid": np.array([1, 2])}
    jobs = len(data.enterprises["county"])
    return replace(
        data,
        counties=two,
        county_names=(("甲", "A"), ("乙", "B")),
        villages=data.villages | {"county": county},
        households=data.households | {"county": county[data.households["village"]]},
        enterprises=data.enterprises | {"county": (np.arange(jobs) >= jobs // 2).astype(np.int64)},
    )


@pytest.mark.parametrize(("copying", "copied"), [(1.0, True), (0.0, False)])
def test_counties_copy_the_one_where_most_left(copying: float, copied: bool) -> None:
    made = staffed(12, "local_trials", data=in_two_counties(), local_trials={"copying": copying})
    trials = made.instruments[0]
    own = made.state_of(trials).method.copy()
    assert own[0] != own[1]
    v, t = made.rows("village"), made.rows("workteam")
    assert t.talk_share == pytest.approx(own[v.county[t.village]])
    h = made.rows("household")
    h.exited_month = -1
    h.registry[h.registry == EXITED] = REGISTERED
    gone = np.flatnonzero((h.registry == REGISTERED) & (h.county == 1))[:20]
    h.registry[gone], h.exited_month[gone] = EXITED, made.month
    made.step()
    assert made.state_of(trials).method.tolist() == [own[1] if copied else own[0], own[1]]
