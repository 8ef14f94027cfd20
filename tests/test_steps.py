"""One agent at a time or all at once: the same rules, the same state, the same books."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import START, assert_same_world, instruments, random_region, region, villages

from fupin.model.agents import AGENT_CLASSES
from fupin.model.month import MONTH
from fupin.model.processes.registry import enrol
from fupin.model.region import Region
from fupin.model.steps import TURNS

PROCESSES = {process.name: process for process in MONTH}
TURNING = [name for name in PROCESSES if any(name in turns for turns in TURNS.values())]
# what stepping agents of some kinds replaces in a month: (month, kinds in order, processes)
STEPS = {
    "households at the end of a quarter": (3, ["household"], ["settle"]),
    "enterprises at the end of a quarter": (6, ["enterprise"], ["plan_jobs", "firm_accounts"]),
    "counties and villages at the end of a quarter": (9, ["county", "village"], ["weather_and_prices", "neighbours"]),
    "counties and villages in December": (
        12,
        ["county", "village"],
        ["weather_and_prices", "neighbours", "collectives"],
    ),
    "teams in any month": (5, ["workteam"], ["teams"]),
    "everybody in January": (
        1,
        ["county", "village", "enterprise", "household", "person"],
        ["open_year", "village_growth", "supply_trends", "move_luck", "open_quarter"],
    ),
}
populations = given(
    seed=st.integers(0, 2**32), households=st.integers(1, 30), year=st.integers(2012, 2019), markets=st.booleans()
)


def take_turns(world: Region, process: str, seed: int = 0) -> None:
    """Every agent that has a part in a process takes it, in a random order of the agents."""
    rng = np.random.default_rng(seed)
    for kind, turns in TURNS.items():
        if process in turns:
            for row in rng.permutation(len(world.table_of(kind))).tolist():
                turns[process](world, world.table_of(kind).agent(row))


@pytest.mark.parametrize("name", TURNING)
@populations
@settings(max_examples=20)
def test_agents_that_take_their_turns_do_what_the_process_does(
    name: str, seed: int, households: int, year: int, markets: bool
) -> None:
    month = year * 12 + PROCESSES[name].months[seed % len(PROCESSES[name].months)] - 1
    together, alone = (random_region(seed, households, month, markets=markets) for _ in range(2))
    PROCESSES[name].run(together)
    take_turns(alone, name, seed)
    assert_same_world(together, alone)


@pytest.mark.parametrize("what", STEPS)
@pytest.mark.parametrize("verb", ["do", "shuffle_do"])
@populations
@settings(max_examples=8)
def test_stepping_all_agents_of_a_kind_is_the_column_step(
    what: str, verb: str, seed: int, households: int, year: int, markets: bool
) -> None:
    calendar_month, kinds, processes = STEPS[what]
    together, alone = (random_region(seed, households, year * 12 + calendar_month - 1, markets=markets) for _ in "ab")
    for name in processes:
        PROCESSES[name].run(together)
    for kind in kinds:
        if AGENT_CLASSES[kind] in alone.agents_by_type:  # there may be no team
            getattr(alone.agents_by_type[AGENT_CLASSES[kind]], verb)("step")
    assert_same_world(together, alone)


class SteppedRegion(Region):
    """A region whose month goes agent by agent wherever agents have a turn."""

    def step(self) -> None:
        self.month += 1
        self.ledger.month = self.month
        if self.month == self.start:
            enrol(self)
        for process in MONTH:
            if self.calendar_month in process.months:
                take_turns(self, process.name, self.month) if process.name in TURNING else process.run(self)
        self.ledger.close_month()


def test_two_years_agent_by_agent_are_the_same_two_years() -> None:
    package = ("dibao", "production_grant", "village_workshop", "education_aid", "micro_credit")
    together, alone = (
        region(villages(12), instruments(*package), years=2, cls=cls, audit=True) for cls in (Region, SteppedRegion)
    )
    for world in (together, alone):
        world.run_to(START + 23)
        world.ledger.check()
    assert_same_world(together, alone)


def test_nothing_happens_to_a_household_that_steps_in_a_month_without_business() -> None:
    world, same = (random_region(5, 10, START + 1) for _ in "ab")
    world.households.do("step")
    assert_same_world(world, same, 0.0)


def test_a_household_that_has_not_stepped_is_missing_from_the_column_step() -> None:
    together, alone = (random_region(5, 10, START + 2) for _ in "ab")
    PROCESSES["settle"].run(together)
    alone.households.select(at_most=9).do("step")
    with pytest.raises(AssertionError):
        assert_same_world(together, alone)
