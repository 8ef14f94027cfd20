"""Forest income comes late and crowds itself, water limits cost yield and are paid for, services arrive by a date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.instruments.base import Instrument
from fupin.model.region import Region


def one(kind: str, **settings: Any) -> list[Instrument]:
    return instruments(kind, **{kind: settings})


def world(package: list[Instrument], month: int = START + 23, data: Any = None, **prepared: Any) -> Region:
    made = region(data or villages(), package, years=6, audit=True)
    for name, value in prepared.items():
        kind, _, column = name.partition("_")
        made.table_of(kind)[column][:] = value
    while made.month < month:
        made.step()
        made.ledger.check()
    return made


def booked(made: Region, purpose: str, months: range | None = None) -> float:
    entries = [entry for entry in made.ledger.journal if entry.purpose == purpose]
    return sum(entry.amount for entry in entries if months is None or entry.month in months)


def assert_same(a: Region, b: Region) -> None:
    other = snapshot(b)
    assert all(same_bits(values, other[key]) for key, values in snapshot(a).items())


# forest


def test_an_orchard_yields_after_its_years_and_the_understorey_sooner() -> None:
    made = world(one("forest_economy", orchard_lag=2, understorey_lag=1), START + 35)
    years = [range(START + 12 * n, START + 12 * n + 12) for n in range(3)]
    assert [booked(made, "forest.orchard", year) > 0.0 for year in years] == [False, False, True]
    assert [booked(made, "forest.understorey", year) > 0.0 for year in years] == [False, True, True]


def test_the_price_falls_when_everybody_plants_the_same() -> None:
    few, many = (booked(world(one("forest_economy", market=m), START + 23), "forest.understorey") for m in (1e7, 100))
    assert 0.0 < many < few


def test_guests_of_the_forest_come_to_tourism_villages_only() -> None:
    assert booked(world(one("forest_economy")), "forest.wellness") == 0.0
    assert booked(world(one("forest_economy"), village_tourism=True), "forest.wellness") > 0.0


def test_public_forest_is_compensated_by_the_mu() -> None:
    made = world(one("forest_economy", orchard_part=0, understorey_part=0, public_part=1.0), START + 11)
    h = made.rows("household")
    lived_in = h.members > 0
    assert booked(made, "forest.compensation") == pytest.approx(
        15.0 * float(h.weight[lived_in] @ h.forest_land[lived_in])
    )


def test_without_forest_nobody_lives_off_it() -> None:
    from dataclasses import replace

    nothing = np.zeros(len(villages().households["uid"]))
    bare = replace(villages(), households=villages().households | {"forest_land": nothing})
    assert_same(world([], data=bare), world(instruments("forest_economy", "forest_work"), data=bare))


def test_seasonal_work_goes_to_the_poor_first_and_to_mountain_villages_only() -> None:
    given = {"watch_days": 0.2, "restored": 0.0, "most_days": 10}
    made = world(one("forest_work", **given), START + 11)
    h = made.rows("household")
    hired = h.reached > 0
    assert hired.any()
    assert np.average(h.registry[hired] == 1) > np.average(h.registry == 1)
    assert booked(world(one("forest_work", **given), START + 11, village_terrain=0), "forest.days") == 0.0


def test_there_is_no_more_work_than_the_forest_asks_for() -> None:
    made = world(one("forest_work", watch_days=0.5, restored=0.0, most_days=5), START + 11)
    h = made.rows("household")
    days = 0.5 * float(h.weight @ h.forest_land)
    assert 0.0 < booked(made, "forest.days") / 100.0 <= days + 5.0 * float(h.weight.max()) * 4


# water


def test_land_that_is_not_irrigated_yields_less_and_is_paid_for() -> None:
    made, plain = world(one("groundwater_control", supply=0.0), START + 11), world([], START + 11)
    h, other = made.rows("household"), plain.rows("household")
    dry = made.state_of(made.instruments[0]).dry
    assert np.all(h.productivity_shift[dry > 0.0] < 0.0)
    assert h.expected_output[dry > 0.0].mean() < other.expected_output[dry > 0.0].mean()
    assert booked(made, "water.compensation") == pytest.approx(
        500.0 * float(h.weight @ (dry * (h.members > 0))), rel=0.02
    )


def test_central_supply_comes_with_the_limits() -> None:
    made, plain = world(one("groundwater_control"), START + 11), world([], START + 11)
    assert np.all(made.rows("village").water > plain.rows("village").water)
    assert made.rows("household").safe_water.sum() > plain.rows("household").safe_water.sum()


def test_when_the_limits_end_the_land_is_as_before() -> None:
    made = world(one("groundwater_control", end="2014-12"), START + 14)
    assert made.rows("household").productivity_shift == pytest.approx(np.zeros(len(made.rows("household"))))


def test_compensation_is_paid_in_part_where_money_is_short() -> None:
    terms = {"supply": 0.0, "administration_share": 0.0}
    full = world(one("groundwater_control", **terms), START + 11)
    due = booked(full, "water.compensation")
    short = world(one("groundwater_control", budget=0.9 * due, **terms), START + 11)
    assert booked(short, "water.compensation") == pytest.approx(0.9 * due)


def test_land_that_was_never_irrigated_is_left_alone() -> None:
    given = {"mountain": 0.0, "hill": 0.0, "plain": 0.0}
    assert_same(world([], START + 11), world(one("groundwater_control", **given), START + 11))


# services by a date


def test_the_grid_of_the_deepest_township_comes_first_and_all_of_the_plan_by_the_date() -> None:
    two = {"townships": 2, "deadline": 2015}
    first, last = (world(one("township_grid", **two), START + month).rows("village").power for month in (12, 24))
    assert [int((power >= 1.0).sum()) for power in (first, last)] == [1, 2]
    before = villages().villages["power"]
    assert np.argmax(first - before) in np.argsort(before)[:2]


def test_power_raises_what_home_businesses_produce() -> None:
    made, plain = world(one("township_grid", deadline=2014), START + 15), world([], START + 15)
    own = made.rows("household").business
    shift = made.rows("household").productivity_shift
    assert np.all(shift[own] > 0.0)
    assert not shift[~own].any()
    assert made.rows("household").expected_output[own].sum() > plain.rows("household").expected_output[own].sum()


def test_newly_identified_villages_get_all_items_by_the_date_and_designated_ones_none() -> None:
    made = world(one("service_list", listed=0.0, deadline=2015), START + 24)
    poor = made.rows("village").poor_village
    met = made.instruments[0].items_met(made, 0.9)  # type: ignore[attr-defined]
    assert np.all(met[~poor] == 1.0)
    before = world([], START + 24).rows("village")
    assert np.array_equal(made.rows("village").road[poor], before.road[poor])


def test_where_nobody_is_listed_no_village_is_newly_identified() -> None:
    assert_same(world([]), world(one("service_list", listed=1.0)))


def test_a_village_added_to_the_list_gets_the_service_list_however_few_are_listed_there() -> None:
    made = region(villages(), one("service_list", listed=1.0, deadline=2014), years=1)
    v = made.rows("village")
    v.listed_late[:] = np.arange(len(v)) == 1
    v.power[:] = 0.2
    made.run_to(START + 11)
    assert (made.rows("village").power > 0.5).tolist() == v.listed_late.tolist()


def test_hard_regions_come_first_if_they_weigh_more() -> None:
    chosen = []
    for weight in (0.0, 1.0):
        made = region(
            villages(), one("village_roads", hard_weight=weight, poor_only=False, share_per_year=0.6), years=1
        )
        v = made.rows("village")
        v.road[:] = np.array([0.6, 0.2, 0.6, 0.6])  # the second village is near, the others are far in the mountains
        made.run_to(START + 2)
        chosen.append(sorted({village for village, _, _ in made.state_of(made.instruments[0]).sites}))
    assert 1 in chosen[0]
    assert 1 not in chosen[1]
