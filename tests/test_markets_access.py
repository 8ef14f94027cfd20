"""Better prices are for those able to use the channel, and only while demand lasts; insurance pays on losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.household import REGISTERED
from fupin.model.region import Region

EASY = {"share_per_year": 1.0, "least_schooling": 0, "least_output": 0, "demand": 1e9}


def world_with(kind: str, months: int = 12, overrides: dict[str, float] | None = None, **settings: Any) -> Region:
    package = instruments(kind, **{kind: settings})
    world = region(villages(), package, years=5, audit=True, overrides=overrides)
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


def booked(world: Region, purpose: str) -> float:
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose)


def same_as_nothing(world: Region, months: int, apart: set[str] = frozenset()) -> bool:  # type: ignore[assignment]
    plain = region(villages(), years=5, audit=True)
    plain.run_to(START + months - 1)
    other = snapshot(world)
    return all(same_bits(values, other[key]) for key, values in snapshot(plain).items() if key[1] not in apart)


# e-commerce


def test_sellers_live_where_a_station_is_and_receive_more() -> None:
    world = world_with("ecommerce_station", 24, **EASY)
    h, v = world.rows("household"), world.rows("village")
    sellers = h.price_shift > 0.0
    assert sellers.any()
    assert v.station[h.village[sellers]].all()
    plain = region(villages(), years=5)
    plain.run_to(START + 23)
    gain = h.operating_income - plain.rows("household").operating_income
    assert gain[sellers].mean() > 100.0


def test_sellers_share_what_buyers_take_and_without_buyers_there_is_no_premium() -> None:
    h = world_with("ecommerce_station", 5, **EASY).rows("household")
    sellers = h.price_shift > 0.0
    volume = float(h.weight[sellers] @ h.expected_output[sellers])
    shifts = [
        float(world_with("ecommerce_station", 5, **EASY | {"demand": x * volume}).rows("household").price_shift.sum())
        for x in (2.0, 0.5, 0.25, 0.0)
    ]
    assert shifts[0] == float(h.price_shift.sum())
    assert shifts[0] > shifts[1]
    assert shifts[1] == pytest.approx(2.0 * shifts[2])
    assert shifts[3] == 0.0


def test_schooling_and_output_decide_who_can_sell_online() -> None:
    h = world_with("ecommerce_station", **EASY | {"least_schooling": 9}).rows("household")
    sellers = h.price_shift > 0.0
    others = (h.own_labour > 0) & ~sellers
    assert h.schooling[sellers].mean() > h.schooling[others].mean()
    big = world_with("ecommerce_station", **EASY | {"least_output": 20000}).rows("household")
    assert np.all(big.expected_output[big.price_shift > 0.0] > 10000)


def test_a_station_serves_so_many_and_no_more() -> None:
    h = world_with("ecommerce_station", sellers=3, **EASY).rows("household")
    assert np.bincount(h.village[h.price_shift > 0.0]).max() == 3


def test_where_there_is_no_line_nothing_differs() -> None:
    assert same_as_nothing(world_with("ecommerce_station", 18, **EASY | {"least_broadband": 1.0}), 18)


def test_prices_return_when_the_instrument_ends() -> None:
    world = world_with("ecommerce_station", 25, end="2015-12", **EASY)
    assert world.rows("village").station.any()
    assert not world.rows("household").price_shift.any()


# purchases


def test_partners_pay_a_premium_to_registered_producers_only() -> None:
    h = world_with("partner_purchases").rows("household")
    buyers = h.price_shift > 0.0
    assert buyers.any()
    assert np.all(h.registry[buyers] == REGISTERED)
    assert h.price_shift.max() <= np.log1p(0.15 * 0.6) + 1e-12


def test_a_fixed_volume_is_spread_thinner_over_more_sellers() -> None:
    little, much = (world_with("partner_purchases", volume=x).rows("household").price_shift.max() for x in (1e5, 1e9))
    assert 0.0 < little < 0.3 * much


# contracts


def test_the_buyer_tops_up_the_price_only_below_the_contract_price() -> None:
    high = world_with("contract_farming", price=1.3, take_up=1.0)
    assert booked(high, "contract.premium") > 0.0
    low = world_with("contract_farming", price=0.5, temptation=0.0, take_up=1.0)
    assert booked(low, "contract.premium") == 0.0
    assert (low.rows("household").contract_firm >= 0).any()


def test_households_sell_aside_when_the_market_pays_more() -> None:
    faithful, tempted = (
        world_with("contract_farming", 3, price=0.5, temptation=x, take_up=1.0).rows("household").contract_firm
        for x in (0.0, 1.0)
    )
    assert (faithful >= 0).any()
    assert not (tempted >= 0).any()


def test_a_buyer_that_closes_ends_its_contracts() -> None:
    world = world_with("contract_farming", 2, price=1.3, take_up=1.0)
    h, e = world.rows("household"), world.rows("enterprise")
    bound = h.contract_firm >= 0
    assert bound.any()
    e.alive[h.contract_firm[bound]] = False
    world.step()
    assert not (h.contract_firm >= 0).any()
    assert booked(world, "contract.premium") == 0.0


def test_an_enterprise_buys_no_more_than_its_capital_allows() -> None:
    world = world_with("contract_farming", 2, volume_to_capital=0.0, take_up=1.0)
    assert not (world.rows("household").contract_firm >= 0).any()


# insurance


def test_the_insured_are_paid_their_part_of_every_loss_and_nobody_else_is() -> None:
    risky = {"farm.loss_hazard_quarter": 0.1}
    world = world_with("crop_insurance", 3, overrides=risky, take_up=0.5, cover=0.5)
    h = world.rows("household")
    insured = h.crop_cover > 0
    lost = world.fate().loss_draw < 0.1
    plain = region(villages(), years=5, overrides=risky)
    plain.run_to(START + 2)
    gain = h.transfer_income - plain.rows("household").transfer_income
    assert np.all(gain[insured & lost & (h.expected_output > 0)] > 0.0)
    assert not gain[~(insured & lost)].any()


def test_the_budget_and_the_household_share_the_premium() -> None:
    world = world_with("crop_insurance", 3, subsidy=0.75, take_up=1.0)
    assert booked(world, "insurance.premium") == pytest.approx(booked(world, "insurance.subsidy") / 3.0)


def test_insured_households_fall_less_deep() -> None:
    risky = {"farm.loss_hazard_quarter": 0.1, "farm.loss_share": 1.0}
    spreads = []
    for take_up in (0.0, 1.0):
        world = world_with("crop_insurance", 36, overrides=risky, take_up=take_up, cover=1.0)
        h = world.rows("household")
        farms = h.own_labour > 0
        spreads.append(float(h.weight[farms] @ h.shortfall[farms]) + 1e-9 * float(h.income_year[farms].min()))
    assert spreads[1] <= spreads[0]


def test_cover_ends_with_the_instrument() -> None:
    assert not world_with("crop_insurance", 14, end="2014-12").rows("household").crop_cover.any()
