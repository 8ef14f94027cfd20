"""Columns mean what they say in every month of three small worlds, the richest and the barest (`invariants.py`)."""

from __future__ import annotations

import numpy as np
import pytest
from invariants import Moment, broken, dtypes_and_bounds, of_one_month, world_of


@pytest.mark.parametrize(
    ("policy", "households", "years", "seed"),
    [("do-nothing", 12, 2, 3), ("history", 8, 4, 1), ("everything", 6, 2, 2)],
)
def test_claims_about_columns_hold_in_every_month(policy: str, households: int, years: int, seed: int) -> None:
    world = world_of(policy, households, years, seed, burn_in=12)
    assert broken(world, 12 + 12 * years) == {}
    assert dtypes_and_bounds(world) == []


def test_the_claims_can_fail() -> None:
    world = world_of("do-nothing", 6, 1, 1, burn_in=0)
    world.step()
    assert not any(np.any(wrong) for _, wrong in of_one_month(Moment(world)))
    world.rows("person").alive[:] = False
    assert sum(bool(np.any(wrong)) for _, wrong in of_one_month(Moment(world))) > 5
