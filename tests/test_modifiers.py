"""Instruments shift named quantities; the order does not matter and an effect that ends leaves nothing behind."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import region as world

from fupin.model.modifiers import QUANTITIES, modify
from fupin.model.region import Region


@pytest.fixture
def region() -> Region:
    return world()


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_shift_moves_its_quantity_and_taking_it_away_leaves_nothing(region: Region, quantity: str) -> None:
    column = region.table_of(QUANTITIES[quantity].kind)[QUANTITIES[quantity].column]
    rows = np.arange(0, len(column), 2)
    modify(region, quantity, rows, 0.1)
    modify(region, quantity, rows[:1], 0.25)
    assert column[rows[0]] == pytest.approx(0.35)
    assert not column[1::2].any()
    modify(region, quantity, rows, -0.1)
    modify(region, quantity, rows[:1], -0.25)
    assert np.allclose(column, 0.0)


def test_better_productivity_raises_income_and_a_price_premium_too() -> None:
    means = {}
    for quantity in ("", "farm.productivity", "farm.price", "village.productivity", "village.price"):
        region = world()
        if quantity:
            kind = QUANTITIES[quantity].kind
            modify(region, quantity, np.arange(len(region.table_of(kind))), np.log(1.2))
        region.run_to(region.first + 11)
        means[quantity] = region.table_of("household")["operating_income"].mean()
    assert all(means[quantity] > 1.1 * means[""] for quantity in means if quantity)


def test_a_discount_on_care_lowers_what_households_pay() -> None:
    paid = {}
    for shift in (0.0, np.log(0.5)):
        region = world()
        modify(region, "health.own_cost", np.arange(len(region.households)), shift)
        region.run_to(region.first + 11)
        paid[shift] = region.table_of("household")["health_spending"].sum()
    assert paid[np.log(0.5)] < 0.65 * paid[0.0]


def test_an_unknown_quantity_is_answered_with_the_nearest(region: Region) -> None:
    with pytest.raises(KeyError, match=r"farm\.productivity"):
        modify(region, "farm.productvity", np.arange(1), 0.1)
