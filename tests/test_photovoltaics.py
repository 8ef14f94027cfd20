"""Photovoltaics earn by kilowatt, sun and tariff; tasks come first, dividends second; land is a limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.region import Region


def plants(years: int = 3, **settings: Any) -> Region:
    given = {"share_per_year": 1.0, "sun_sd": 0.0} | settings
    world = region(
        villages(), instruments("village_photovoltaics", village_photovoltaics=given), years=years, audit=True
    )
    for _ in range(12 * years):
        world.step()
        world.ledger.check()
    return world


def booked(world: Region, purpose: str, months: range | None = None) -> float:
    entries = [one for one in world.ledger.journal if one.purpose == purpose]
    return sum(one.amount for one in entries if months is None or one.month in months)


def test_a_plant_earns_kilowatts_times_sun_times_tariff() -> None:
    world = plants(fading=0.0, tariff=0.8, sun_hours=1000)
    v = world.rows("village")
    year = range(START + 12, START + 24)
    assert booked(world, "photovoltaics.power", year) == pytest.approx(float(v.weight @ v.pv_kw) * 1000 * 0.8)


def test_a_village_of_300_kilowatts_keeps_about_two_hundred_thousand_yuan() -> None:
    world = plants(tariff=0.88)
    costs = sum(booked(world, f"photovoltaics.{name}") for name in ("upkeep", "debt_service"))
    v = world.rows("village")
    plants_years = 2.5 * float(v.weight[v.pv_kw > 0].sum())
    assert 150e3 < (booked(world, "photovoltaics.power") - costs) / plants_years < 260e3


def test_the_tariff_of_connection_is_kept_when_the_tariff_falls() -> None:
    world = plants(tariff={"2014-01": 0.95, "2015-01": 0.5}, fading=0.0)
    v = world.rows("village")
    built = v.pv_kw > 0
    assert np.all(v.pv_tariff[built] == 0.95)
    first, second = (booked(world, "photovoltaics.power", range(START + m, START + m + 12)) for m in (12, 24))
    assert first == pytest.approx(second)


def test_capacity_fades() -> None:
    v = plants(fading=0.02).rows("village")
    assert np.all(v.pv_kw[v.pv_kw > 0] < 0.97 * 300)


def test_no_more_is_built_than_land_is_approved() -> None:
    v = villages().villages
    one_village = float(v["weight"][v["poor_village"]].min())
    for approved in (0.0, 0.5):
        world = plants(1, quota=one_village * 300 / 0.5, approved=approved)
        here = world.rows("village")
        assert float(here.weight @ here.pv_kw) <= one_village * 300 * 2 * approved + 1e-6
        assert bool((here.pv_kw > 0).any()) == (approved > 0)


def test_villages_without_power_or_not_poor_get_no_plant() -> None:
    assert not plants(1, least_power=1.0).rows("village").pv_kw.any()
    v = plants(1, least_power=0.0).rows("village")
    assert not v.pv_kw[~v.poor_village].any()


def test_where_no_plant_stands_nothing_differs() -> None:
    without = region(villages(), years=2)
    without.run_to(START + 23)
    with_one = plants(2, least_power=1.0)
    other = snapshot(with_one)
    assert all(same_bits(values, other[key]) for key, values in snapshot(without).items())


def test_tasks_come_before_dividends_and_both_stay_within_the_income() -> None:
    world = plants(task_share=1.0, dividend_share=0.0, task_pay=300)
    assert booked(world, "photovoltaics.tasks") > 0.0
    assert booked(world, "photovoltaics.dividends") == 0.0
    assert world.rows("village").collective_cash.min() >= 0.0


def test_registered_households_without_workers_get_dividends_up_to_the_cap() -> None:
    world = plants(1, task_share=0.0, dividend_share=1.0, dividend_cap=400)
    h = world.rows("household")
    unable = (h.registry == 1) & (h.workers <= 0) & (h.members > 0) & (world.rows("village").pv_kw[h.village] > 0)
    assert booked(world, "photovoltaics.dividends") == pytest.approx(200 * float(h.weight[unable].sum()), rel=0.01)


def test_roofs_pay_their_owners_and_nobody_else() -> None:
    worlds = []
    for roofs in (0, 500):
        given = {"households_per_year": roofs}
        package = instruments("household_photovoltaics", household_photovoltaics=given)
        world = region(villages(), package, years=1, audit=True)
        world.run_to(START + 11)
        world.ledger.check()
        worlds.append(world.rows("household"))
    owners = worlds[1].pv_income > 0
    assert owners.any()
    gain = worlds[1].income_year - worlds[0].income_year
    assert np.all(gain[owners] > 700)
    assert worlds[1].weight[owners].sum() < 500 + worlds[1].weight.max()
