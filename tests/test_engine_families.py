"""Sums from members to households are the same to the last bit in both engines, for all households and for some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import START, random_region, same_bits

from fupin.model.engine.families import familywise
from fupin.model.engine.tracing import Lookup
from fupin.model.person import MIGRANT
from fupin.model.processes import household_sums as sums
from fupin.model.region import Region

pytest.importorskip("numba")

type Run = Callable[[Region, NDArray[np.int64] | None], Any]

SUMMED = (
    "members", "residents", "children", "pupils", "workers", "elders", "ill", "disabled", "illness_load", "care_burden",
    "schooling", "own_labour", "casual_labour", "local_pay", "migrant_pay", "remitted_pay", "post_pay", "own_workers",
    "local_workers", "migrants", "school_cost", "severely_ill",
)  # fmt: skip
RUNS: dict[str, Run] = {
    "labour": sums.sum_work,
    "school": sums.sum_school,
    "illness": sums.sum_illness,
    "members": lambda world, rows: sums.sum_members(world),
}


@pytest.fixture(scope="module")
def world() -> Region:
    """Members of every kind, with numbers whose sum depends on their order."""
    return random_region(3, 700, START)


def in_engine(world: Region, engine: str, run: Callable[[], Any]) -> dict[str, NDArray[Any]]:
    """What a run leaves in the columns that hold sums, begun from the same wrong sums, and what it returns."""
    table = world.table_of("household")
    for place, name in enumerate(SUMMED):
        table[name] = place
    world.compiled = engine == "compiled"
    returned = run()
    return {name: table[name].copy() for name in SUMMED} | ({} if returned is None else {"returned": returned})


def assert_same(world: Region, run: Callable[[], Any]) -> dict[str, NDArray[Any]]:
    """Run in both engines, hold the results against each other and give back those of NumPy."""
    one, other = (in_engine(world, engine, run) for engine in ("numpy", "compiled"))
    assert one.keys() == other.keys()
    for name, values in one.items():
        assert same_bits(values, other[name]), name
    return one


@pytest.mark.parametrize("by_list", [False, True], ids=["all", "listed"])
@pytest.mark.parametrize("name", RUNS)
def test_sums_are_the_same_to_the_last_bit(world: Region, name: str, by_list: bool) -> None:
    rows = np.arange(0, len(world.rows("household")), 3) if by_list else None
    found = assert_same(world, lambda: RUNS[name](world, rows))
    untouched = np.full(len(world.rows("household")), by_list and name != "members")
    untouched[::3] = False
    for place, column in enumerate(SUMMED):
        assert np.all(found[column][untouched] == place), column


def test_nobody_listed_is_nobody_summed(world: Region) -> None:
    nobody = np.empty(0, np.int64)
    found = assert_same(world, lambda: sums.sum_work(world, nobody))
    assert np.all(found["migrants"] == SUMMED.index("migrants"))


@pytest.mark.parametrize("rows", [[], [0], [5, 3, 3, 699], range(0, 700, 3), range(700)])
def test_members_of_some_households_are_the_same_and_stand_in_their_order(world: Region, rows: Any) -> None:
    households = np.array(rows, np.int64)
    both = []
    for world.compiled in (False, True):
        both.append(sums.members_of(world, households))
    (members, home), others = both
    for one, other in zip((members, home), others, strict=True):
        assert same_bits(one, other)
    assert (world.rows("person").household[members] == households[home]).all()
    assert len(members) == sum((world.rows("person").household == one).sum() for one in households)


@familywise
def best_paid(region: Region, family: Any, line: Any, asked: Any) -> tuple[Any, Any]:
    """Members paid above `line` times the mean of their household, and what the asked among them are paid."""
    everybody = family.those(family.person.alive)
    mean = everybody.sum(everybody.pay) / np.maximum(everybody.sum(), 1)
    above = everybody.those(everybody.pay > everybody.each(line * mean))
    asked_of = above.those(asked[above.span])
    return above.sum(), asked_of.sum(asked_of.pay)


@pytest.mark.parametrize("by_list", [False, True], ids=["all", "listed"])
def test_sums_may_be_asked_about_in_other_sums(world: Region, by_list: bool) -> None:
    person = world.rows("person")
    rows = np.arange(1, len(world.rows("household")), 2) if by_list else np.arange(len(world.rows("household")))
    asked, line = person.uid % 3 == 0, np.linspace(0.5, 1.5, len(rows))
    for engine in (False, True):
        world.compiled = engine
        count, pay = best_paid(world, rows if by_list else None, line=line, asked=Lookup(asked))
        for place, row in enumerate(rows[:50]):
            own = slice(world.first_person[row], world.first_person[row + 1])
            theirs, alive = person.pay[own], person.alive[own]
            above = alive & (theirs > line[place] * theirs[alive].sum() / max(alive.sum(), 1))
            assert count[place] == above.sum()
            assert pay[place] == pytest.approx(theirs[above & asked[own]].sum())


def test_only_households_in_which_something_changed_are_summed(world: Region) -> None:
    """A member who goes away, pay that has changed and illness count; nobody else's sums are touched."""
    person = world.rows("person")
    for compiled in (False, True):
        world.compiled = compiled
        sums.refresh_pay(world)
        sums.sum_labour(world)
        h = world.rows("household")
        h.local_pay = -1.0
        gone, better = world.first_person[[5, 60]]
        person.activity[gone] = MIGRANT if person.activity[gone] != MIGRANT else -1
        sums.refresh_pay(world, np.array([better]))
        sums.sum_illness(world, np.array([33]))
        sums.sum_labour(world)
        assert np.flatnonzero(h.local_pay >= 0.0).tolist() == [5, 33, 60]


def test_pay_of_some_and_of_all_is_the_same_in_both_engines(world: Region) -> None:
    person, found = world.rows("person"), []
    for compiled in (False, True):
        world.compiled = compiled
        person.pay = person.capacity = 0.0
        sums.refresh_pay(world, np.arange(0, len(person), 2))
        assert not person.pay[1::2].any()
        half = person.pay.copy()
        sums.refresh_pay(world)
        assert same_bits(half[::2], person.pay[::2])
        found.append((person.capacity.copy(), person.pay.copy()))
    assert same_bits(found[0][0], found[1][0])
    np.testing.assert_allclose(found[1][1], found[0][1], rtol=1e-14)
