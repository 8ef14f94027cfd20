"""Random worlds come out the same in both engines, and a difference is found where it begins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fupin.experiments.engine_check import compare, furthest, random_world
from fupin.experiments.lockstep import apart, first_difference
from fupin.model.engine.kernels import LOOPS
from fupin.model.month import MONTH


@pytest.fixture(autouse=True)
def _numba():
    pytest.importorskip("numba", reason="the compiled engine is an extra")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_world_is_the_same_in_both_engines(seed):
    found = compare(random_world(seed, years=2), locate=True)
    assert found.same, found
    assert found.households > 500


@pytest.mark.parametrize("block", [97, 10**9])
def test_the_number_of_rows_that_numpy_takes_at_a_time_changes_nothing(monkeypatch, block):
    for loop in LOOPS:
        monkeypatch.setattr(loop, "block", block)
    found = compare(random_world(2, years=1), locate=False)
    assert found.same, found


def test_a_difference_is_found_in_the_month_and_after_the_process_that_makes_it():
    world = random_world(2, years=1)
    one, other = world.region("numpy"), world.region("numpy")
    month = world.start + 5

    def wrong(region):
        if region.month == month:
            region.rows("household").savings[7] += 1.0

    other.processes = tuple(
        replace(step, run=lambda region, run=step.run: (run(region), wrong(region))) if step.name == "settle" else step
        for step in MONTH
    )
    found = first_difference(one, other, month + 1)
    assert found is not None
    assert (found.month, found.process, found.kind, found.column, found.row) == (
        month,
        "settle",
        "household",
        "savings",
        7,
    )
    assert found.values[1] - found.values[0] == pytest.approx(1.0)
    assert not found.discrete


def test_numbers_may_differ_by_rounding_and_decisions_not_at_all():
    amounts = np.array([1e5, 2e5, np.nan, np.inf])
    assert not len(apart(amounts, amounts * (1.0 + 1e-12)))
    assert apart(amounts, amounts * (1.0 + 1e-7)).tolist() == [0, 1]
    assert apart(np.array([1, 2]), np.array([1, 3])).tolist() == [1]
    assert furthest({"headcount": 0.1}, {"headcount": 0.1 + 1e-16})[0] < 1e-12
    error, name = furthest({"headcount": 0.1}, {"headcount": 0.2})
    assert (error, name) == (pytest.approx(0.5), "headcount")
