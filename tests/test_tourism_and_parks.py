"""Tourism saturates; parks rent land, hire, and may fail; shares pay while the enterprise lives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.enterprise import PARK, TOURISM
from fupin.model.household import REGISTERED, SOUND
from fupin.model.instruments.tourism import VillageTourism
from fupin.model.region import Region


def world_with(kind: str, months: int = 24, per_village: int = 60, **settings: Any) -> Region:
    world = region(villages(per_village), instruments(kind, **{kind: settings}), years=5, audit=True)
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


def booked(world: Region, purpose: str) -> float:
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose)


def assert_like_nothing(world: Region, months: int) -> None:
    plain = region(villages(60), years=5, audit=True)
    plain.run_to(START + months - 1)
    other = snapshot(world)
    assert all(same_bits(values, other[key]) for key, values in snapshot(plain).items())


# tourism

OPEN = {"share_per_year": 1.0, "least_road": 0.0}


def test_tourism_brings_jobs_to_the_village_and_guests_to_hosts() -> None:
    world = world_with("village_tourism", **OPEN)
    h, e = world.rows("household"), world.rows("enterprise")
    here = (e.kind == TOURISM) & (e.village >= 0)
    assert e.filled[here].sum() > 0
    assert h.homestay.any()
    assert np.all(h.housing[h.homestay] == SOUND)
    assert booked(world, "tourism.guests") > 0.0


def test_more_villages_share_nearly_the_same_visitors() -> None:
    world = world_with("village_tourism", 1, **OPEN)
    item = world.instruments[0]
    assert isinstance(item, VillageTourism)
    s = item.settings.at(world.month)
    alone, crowded = item.receipts(world, s), item.receipts(world, s, more=610)
    assert alone == pytest.approx(1360000 * 73.5 / 305, rel=0.01)
    assert crowded < 0.6 * alone
    assert crowded * 915 < 1.5 * alone * 305


def test_jobs_shrink_when_visitors_stay_away() -> None:
    dated = {"visits": {"2014-01": 1360000, "2015-01": 100000}}
    world = world_with("village_tourism", 12, **OPEN, **dated)
    e = world.rows("enterprise")
    here = np.flatnonzero((e.kind == TOURISM) & (e.village >= 0))
    before = e.jobs[here].sum()
    for _ in range(12):
        world.step()
    assert world.rows("enterprise").jobs[here].sum() < 0.4 * before


def test_villages_without_a_road_get_no_visitors_and_nothing_differs() -> None:
    assert_like_nothing(world_with("village_tourism", **OPEN | {"least_road": 1.0}), 24)


def test_a_host_earns_no_more_than_rooms_and_hands_allow() -> None:
    world = world_with("village_tourism", 12, visits=1e9, guest_limit=8000, **OPEN)
    h = world.rows("household")
    assert booked(world, "tourism.guests") <= 0.75 * 8000 * float(h.weight[h.homestay].sum()) + 1e-6


# parks

PARKS = {"share_per_year": 1.0, "take_up": 1.0}


def test_a_park_pays_the_floor_rent_for_every_mu_it_leases() -> None:
    world = world_with("land_park", 3, **PARKS)
    h = world.rows("household")
    assert h.park_land.any()
    assert np.all(h.park_land <= h.land)
    lived_in = h.members > 0
    due = 250.0 * float(h.weight[lived_in] @ h.park_land[lived_in])
    assert booked(world, "park.rent") == pytest.approx(due)


def test_land_is_leased_where_the_rent_is_better_than_what_it_yields() -> None:
    cheap, dear = (world_with("land_park", 3, rent=x, **PARKS).rows("household").park_land.sum() for x in (1, 1000))
    assert cheap < 0.5 * dear


def test_leased_land_no_longer_yields_to_its_owner() -> None:
    world = world_with("land_park", 3, **PARKS)
    plain = region(villages(60), years=5)
    plain.run_to(START + 2)
    h, other = world.rows("household"), plain.rows("household")
    leased = (h.park_land > 0) & (other.expected_output > 0) & (h.own_labour == other.own_labour)
    assert np.all(h.expected_output[leased] < other.expected_output[leased])


def test_people_of_the_village_work_in_the_park_and_it_lasts() -> None:
    world = world_with("land_park", 48, **PARKS)
    e = world.rows("enterprise")
    parks = (e.kind == PARK) & (e.village >= 0) & e.alive
    assert e.filled[parks].sum() > 0


def test_a_park_that_cannot_pay_closes_and_the_land_goes_back() -> None:
    world = world_with("land_park", 24, end="2014-12", rent=5000, patience=0, jobs_per_mu=0.02, **PARKS)
    e = world.rows("enterprise")
    parks = (e.kind == PARK) & (e.village >= 0)
    assert parks.any()
    assert not e.alive[parks].any()
    assert not world.rows("household").park_land.any()


def test_where_nobody_leases_nothing_differs() -> None:
    assert_like_nothing(world_with("land_park", **PARKS | {"take_up": 0.0}), 24)


# shares


def test_shares_pay_their_dividend_out_of_the_enterprise() -> None:
    world = world_with("enterprise_shares", 12, share_per_year=1.0, dividend=0.06)
    h = world.rows("household")
    holders = (h.shares > 0) & (h.members > 0)
    assert np.all(h.registry[h.shares > 0] == REGISTERED)
    due = 0.06 * float(h.weight[holders] @ h.shares[holders])
    assert 0.0 < booked(world, "shares.dividends") <= due + 1e-6


def test_shares_of_a_closed_enterprise_are_lost() -> None:
    world = world_with("enterprise_shares", 10, share_per_year=1.0)
    h, e = world.rows("household"), world.rows("enterprise")
    e.alive[h.share_firm[h.shares > 0]] = False
    world.run_to(START + 11)
    assert not h.shares.any()
    assert booked(world, "shares.dividends") == 0.0
