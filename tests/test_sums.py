"""Sums over households of places: what `numpy.bincount` gives, to the last bit, in whatever turn they are taken."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from worlds import region

from fupin.model.engine import turns
from fupin.model.engine.turns import taken_in_turn
from fupin.model.sums import sums_of

RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def every_sum_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONG", 1)


@pytest.mark.parametrize(
    "places",
    [
        np.sort(RNG.integers(0, 300, 20_000)),
        np.repeat([0, 2, 3], [7, 9_000, 1]),  # nobody in one of them, nearly all in another
        RNG.integers(0, 40, 5_000),  # neighbours need not stand together
        np.array([3]),
    ],
)
def test_households_in_turn_are_all_households_and_stay_in_order_within_a_place(places: Any) -> None:
    column, order, in_turn = taken_in_turn(places)
    assert sorted(order.tolist()) == list(range(len(places)))
    assert (column == places).all()
    assert (in_turn == places[order]).all()
    for place in np.unique(places):
        assert (np.diff(order[in_turn == place]) > 0).all()


def test_the_next_household_is_of_another_place() -> None:
    in_turn = taken_in_turn(np.sort(RNG.integers(0, 300, 20_000))).places
    assert (in_turn[1:] == in_turn[:-1]).mean() < 0.02


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
@pytest.mark.parametrize("place", ["village", "county"])
def test_sums_are_those_of_bincount_to_the_last_bit(engine: str, place: str) -> None:
    if engine == "compiled":
        pytest.importorskip("numba", reason="the compiled engine is an extra")
    world = region(engine=engine)
    h, count = world.rows("household"), len(world.rows(place))
    for values in (h.weight * RNG.gamma(1.0, 1e3, len(h)), h.members, h.land > 5.0):
        expected = np.bincount(getattr(h, place), values, minlength=count)
        for _ in range(2):  # the second time the turns are known
            assert sums_of(world, place, values).tobytes() == expected.tobytes()
    assert bool(world.turns_of_homes) == (engine == "numpy")


def test_who_moves_to_another_village_counts_there_at_once() -> None:
    world = region(engine="numpy")
    h = world.rows("household")
    before = sums_of(world, "village", h.weight)
    mover = int((h.village == 0).nonzero()[0][3])
    world.table_of("household")["village"][mover] = 1
    after = sums_of(world, "village", h.weight)
    assert after[0] < before[0]
    assert after[1] > before[1]
    assert after.tobytes() == np.bincount(h.village, h.weight, minlength=len(after)).tobytes()


def test_a_copy_of_a_region_finds_its_own_turns() -> None:
    world = region(engine="numpy")
    sums_of(world, "village", world.rows("household").weight)
    twin = copy.deepcopy(world)
    assert world.turns_of_homes
    assert not twin.turns_of_homes
    assert (sums_of(twin, "village", twin.rows("household").weight) > 0.0).any()
