"""Village collectives decide: assets are found and used, ways to earn need what they need, shares need a reform."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.enterprise import WORKSHOP
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.collective_ways import ALL, CollectiveWays
from fupin.model.instruments.ways import FUND, POWER, ROOMS
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.model.village import SHELL

QUICK = {"deadline": 2014, "search": 1.0}  # an inventory at once, and tenants
SMALL = {"share_per_year": 1.0, "stake": 5000, "startup": 20000, "misjudgement": 0.0}


def world(package: list[Instrument], months: int = 24, data: RegionData | None = None, **prepared: Any) -> Region:
    """A few villages run for some months, with columns of the villages set before; books checked every month."""
    made = region(data or villages(), package, years=6, audit=True)
    for name, value in prepared.items():
        made.table_of("village")[name][:] = value
    for _ in range(months):
        made.step()
        made.ledger.check()
    return made


def one(kind: str, **settings: Any) -> list[Instrument]:
    return instruments(kind, **{kind: settings})


def booked(made: Region, purpose: str) -> float:
    return sum(entry.amount for entry in made.ledger.journal if entry.purpose == purpose)


def bare() -> RegionData:
    """Villages whose collectives own nothing."""
    nothing = np.zeros(len(villages().villages["uid"]))
    empty = {"collective_assets": nothing, "collective_land": nothing}
    return replace(villages(), villages=villages().villages | empty)


def shells(made: Region) -> float:
    v = made.rows("village")
    return float(v.weight @ (v.collective_income < SHELL))


# inventory and share reform


def test_shell_villages_fall_when_assets_are_inventoried_and_let() -> None:
    before = shells(world([], 36, bare()))
    after = shells(world(one("asset_reform", **QUICK, found_assets=3000), 36, bare()))
    assert after < before


def test_assets_found_but_not_let_earn_nothing() -> None:
    assert shells(world(one("asset_reform", deadline=2014, search=0.0, found_assets=3000), 36, bare())) == shells(
        world([], 36, bare())
    )


def test_strong_leaders_let_more_of_what_they_found() -> None:
    left = [
        world(one("asset_reform", **QUICK), 12, participation=x, disclosure=x).rows("village").idle_assets.sum()
        for x in (0.1, 0.4)
    ]
    assert left[1] < left[0]


def test_the_reform_is_done_when_the_deadline_has_passed() -> None:
    years = [world(one("asset_reform", deadline=2016), months).rows("village").inventoried for months in (12, 36)]
    assert not years[0].all()
    assert years[1].all()
    assert world(one("asset_reform", deadline=2016), 50).rows("village").reformed.all()


def test_only_weak_villages_that_are_not_poor_are_revived_when_the_reform_is_for_them() -> None:
    v = world(one("asset_reform", whom="weak", deadline=2014), 12, bare()).rows("village")
    assert v.inventoried.any()
    assert not v.inventoried[v.poor_village].any()


def test_idle_assets_become_shares_where_leaders_are_strong_and_are_let_elsewhere() -> None:
    slow = {"deadline": 2014, "search": 0.3}  # something is left when the collective has been reformed
    strong, weak = (world(one("asset_reform", **slow), 30, participation=x, disclosure=x) for x in (0.8, 0.3))
    assert booked(strong, "collective.stake_goods") > 0.0
    assert booked(strong, "collective.stake_income") > 0.0
    assert booked(weak, "collective.stake_goods") == 0.0
    assert (weak.rows("village").collective_assets > villages().villages["collective_assets"]).all()


def test_scenery_earns_in_tourism_villages_only_and_less_where_many_offer_it() -> None:
    given = {**QUICK, "found_forest": 0}
    some, none = world(one("asset_reform", **given), 24, tourism=True), world(one("asset_reform", **given), 24)
    assert booked(none, "collective.resources") == 0.0
    alone = world(one("asset_reform", **given, crowding=0.0), 24, tourism=True)
    assert 0.0 < booked(some, "collective.resources") < booked(alone, "collective.resources")


# shares


def reformed(*kinds: str, months: int = 36, prepared: dict[str, Any] | None = None, **settings: Any) -> Region:
    package = instruments("asset_reform", *kinds, asset_reform=QUICK, **settings)
    return world(package, months, **(prepared or {}))


@pytest.mark.parametrize("kind", ["fund_shares", "three_changes"])
def test_without_share_reform_there_are_no_shares(kind: str) -> None:
    given = {"share_per_year": 1.0}
    nothing, with_it = world([], 24), world(one(kind, **given), 24)
    other = snapshot(with_it)
    assert all(same_bits(values, other[key]) for key, values in snapshot(nothing).items())


def test_fund_built_assets_pay_the_collective_and_the_registered_in_the_agreed_parts() -> None:
    given = {"share_per_year": 1.0, "fund": 20000, "collective_part": 0.25}
    made = reformed("fund_shares", fund_shares=given)
    to_homes, all_paid = booked(made, "fund_shares.dividends"), booked(made, "collective.stake_income")
    only_shares = sum(
        entry.amount
        for entry in made.ledger.journal
        if entry.purpose == "collective.stake_income" and entry.instrument == "fund_shares"
    )
    assert only_shares == pytest.approx(to_homes / 3.0)
    assert all_paid >= only_shares


PILOT = {"share_per_year": 1.0, "fund": 30000, "jobs_per_mu": 0.5, "least_base": 0.0, "least_listed": 0.0}


def test_three_changes_start_only_where_the_branch_is_strong() -> None:
    given = PILOT | {"least_strength": 0.45}
    made = reformed("three_changes", three_changes=given, months=30)
    v = made.rows("village")
    strong = (v.participation + v.disclosure + v.branch_strength) / 3.0 >= 0.45
    begun = made.state_of(made.instruments[1]).firm >= 0
    assert strong.any()
    assert not strong.all()
    assert np.array_equal(begun, strong)


def test_three_changes_need_an_industry_and_many_poor() -> None:
    for missing in ({"least_base": 1.0}, {"least_listed": 1.0}):
        made = reformed("three_changes", three_changes=PILOT | {"least_strength": 0.0} | missing, months=24)
        assert booked(made, "three_changes.grant") == 0.0


def test_members_of_the_co_operative_put_land_in_and_share_its_profit() -> None:
    made = reformed("three_changes", three_changes=PILOT | {"least_strength": 0.0}, months=48)
    state = made.state_of(made.instruments[1])
    h = made.rows("household")
    members = np.flatnonzero(state.land > 0.0)
    first = region(villages()).rows("household").land
    assert len(members)
    assert h.land[members] + state.land[members] == pytest.approx(first[members])
    assert booked(made, "three_changes.dividends") > 0.0


def test_land_goes_back_when_the_co_operative_closes() -> None:
    made = reformed("three_changes", three_changes=PILOT | {"least_strength": 0.0}, months=26)
    state, e = made.state_of(made.instruments[1]), made.rows("enterprise")
    held = state.firm[state.firm >= 0]
    before, inside = made.rows("household").land.copy(), state.land.copy()
    e.alive[held] = False
    made.instruments[1].service(made, None)
    while made.calendar_month != 12:
        made.month += 1
    made.instruments[1].service(made, made.instruments[1].settings.at(made.month))
    assert made.rows("household").land == pytest.approx(before + inside)


# ten ways


def one_way(way: str, months: int = 24, data: RegionData | None = None, **prepared: Any) -> Region:
    given = SMALL | {"ways": (way,), "kw": 1, "share_per_year": 1.0}
    return world(one("collective_ways", **given), months, data, **prepared)


NEEDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {  # way -> its income, what it needs, and what it lacks
    "resources_let": ("collective.outlay", {"free_land": 20.0}, {}),
    "shares_in_firms": ("collective.stake_income", {}, {"participation": 0.0, "disclosure": 0.0}),
    "services_to_farms": ("collective.services", {}, {"rent": 0.0}),
    "property_let": ("collective.property", {}, {}),
    "forest_rights": ("collective.resources", {}, {"road": 0.0}),
    "photovoltaics": ("collective.power", {"power": 0.9}, {"power": 0.1}),
    "mutual_fund": ("fund.interest", {}, {}),
}


@pytest.mark.parametrize("way", NEEDS)
def test_a_way_earns_where_the_village_has_what_it_needs(way: str) -> None:
    purpose, needs, _ = NEEDS[way]
    assert booked(one_way(way, **needs), purpose) > 0.0


@pytest.mark.parametrize("way", ["resources_let", "shares_in_firms", "forest_rights", "photovoltaics"])
def test_a_way_is_not_begun_where_the_village_lacks_what_it_needs(way: str) -> None:
    _, _, lacks = NEEDS[way]
    nothing, made = world([], 24, **lacks), one_way(way, **lacks)
    other = snapshot(made)
    assert all(same_bits(values, other[key]) for key, values in snapshot(nothing).items())


@pytest.mark.parametrize("way", ["mixed_ownership", "workshop_rent"])
def test_partners_in_the_village_are_needed_for_a_part_of_their_profit_or_rooms(way: str) -> None:
    shops = {"least_workers": 0, "share_per_year": 1.0}
    ours = SMALL | {"ways": (way,), "stake": 500, "startup": 1000, "rent_per_place": 3000}
    alone = world(one("collective_ways", **ours), 24)
    assert not alone.rows("village").ways.any()
    both = instruments("village_workshop", "collective_ways", village_workshop=shops, collective_ways=ours)
    assert world(both, 40).rows("village").ways.any()


def test_workshops_pay_rent_for_the_places_that_are_taken() -> None:
    made = region(villages(), one("collective_ways", **SMALL), years=3)
    made.run_to(START + 10)
    made.month = START + 11
    e, v, ways = made.rows("enterprise"), made.rows("village"), made.instruments[0]
    e.village[0], e.kind[0], e.filled[0], e.cash[0] = 1, WORKSHOP, 20.0, 1e6
    v.ways[1] |= 1 << ROOMS
    ways.run(made)
    made.ledger.close_month()
    assert booked(made, "collective.workshop_rent") == pytest.approx(600.0 * 20.0)


def test_land_tickets_need_empty_homesteads_and_cost_less_when_many_are_sold() -> None:
    assert booked(one_way("land_tickets"), "collective.tickets") == 0.0
    prices, given = [], SMALL | {"ways": ("land_tickets",), "startup": 1e6}
    for market in (500, 20000):
        made = region(villages(), one("collective_ways", **given, ticket_market=market))
        made.rows("household").location[::4] = 1
        made.ledger.open(START)
        made.run_to(START + 2)
        prices.append(booked(made, "collective.tickets"))
        assert booked(made, "collective.tickets_home") == pytest.approx(prices[-1] * 0.85 / 0.15)
    assert 0.0 < prices[0] < prices[1]


def test_the_best_way_is_chosen_by_leaders_who_judge_well() -> None:
    made = region(villages(), one("collective_ways", **SMALL), years=2)
    made.run_to(START + 1)
    ways = made.instruments[0]
    assert isinstance(ways, CollectiveWays)
    s = ways.settings.at(START)
    s.memory = s.homesteads = made.state_of(ways)
    yearly, outlay = ways.prospects(made, s)
    chosen, _ = ways.decide(made, s)
    worth = np.where((outlay > 0.0) & (outlay <= s.startup + made.rows("village").collective_cash), yearly, 0.0)
    worth = np.where(worth > 0.0, worth - s.charge * outlay, 0.0)
    assert np.array_equal(chosen, np.where(worth.max(axis=0) > 0.0, worth.argmax(axis=0), -1))


def test_weak_leaders_choose_worse() -> None:
    worth = []
    for strength in (0.3, 1.0):
        made = region(villages(), one("collective_ways", **SMALL | {"misjudgement": 2.0}), years=2)
        made.run_to(START + 1)
        v, ways = made.rows("village"), made.instruments[0]
        assert isinstance(ways, CollectiveWays)
        s = ways.settings.at(START)
        s.memory = s.homesteads = made.state_of(ways)
        gained = 0.0
        for month in range(20):
            v.participation = v.disclosure = strength
            made.month = START + 2 + month
            yearly, outlay = ways.prospects(made, s)
            way, _ = ways.decide(made, s)
            gained += float((yearly - s.charge * outlay)[way, np.arange(len(v))][way >= 0].sum())
        worth.append(gained)
    assert worth[0] < worth[1]


def test_the_mutual_fund_lends_what_it_has_and_gets_it_back() -> None:
    made = one_way("mutual_fund", 60)
    v, h = made.rows("village"), made.rows("household")
    assert booked(made, "fund.lent") > booked(made, "fund.repaid") > 0.0
    assert float(v.weight @ v.fund_lent) == pytest.approx(float(h.weight @ h.soft_debt), abs=1.0)
    assert (v.ways >> FUND & 1).any()


def test_tasks_come_before_dividends() -> None:
    given = SMALL | {"ways": ("property_let",), "task_pay": 200}
    first = world(one("collective_ways", **given, task_share=1.0), 26)
    both = world(one("collective_ways", **given, task_share=0.5), 26)
    assert booked(first, "collective.tasks") > 0.0
    assert booked(first, "collective.shares_paid") == 0.0
    assert booked(both, "collective.shares_paid") > 0.0
    assert both.rows("village").collective_cash.min() >= -1e-6


def test_ways_wear_out_without_new_outlay() -> None:
    made = one_way("photovoltaics", 48, power=0.9)
    assert (made.rows("village").ways >> POWER & 1).any()
    assert booked(made, "collective.wear") > 0.0


def test_every_way_has_a_name_of_its_own() -> None:
    assert len(set(ALL)) == 10


# idle houses and labour


def test_owners_of_idle_houses_get_rent_and_keep_the_house() -> None:
    given = {"demand": 1.0, "willing": 1.0}
    made = world(one("idle_houses", **given), 36)
    before = world([], 36)
    let = made.state_of(made.instruments[0]).since >= 0
    assert booked(made, "idle_houses.rent") == pytest.approx(4.0 * booked(made, "idle_houses.fee"))
    assert let.any()
    assert np.array_equal(made.rows("household").housing, before.rows("household").housing)


def test_where_every_house_is_lived_in_none_is_let() -> None:
    made = region(villages(), one("idle_houses", demand=1.0, willing=1.0), years=2)
    made.rows("household").children = 1.0
    assert not len(made.instruments[0].eligible(made, made.instruments[0].settings.at(START)))


def test_rent_falls_where_many_houses_are_on_offer() -> None:
    few, many = (booked(world(one("idle_houses", demand=1.0, willing=1.0, market=m), 36), "idle_houses.rent")
                 for m in (10000, 10))  # fmt: skip
    assert 0.0 < many < few


def test_works_given_to_a_labour_co_operative_pay_villagers_and_works_given_outside_do_not() -> None:
    given = {"share_per_year": 1.0, "project": 20000}
    ours, theirs = (
        world(one("labour_cooperative", **given, cooperative=on), 13, participation=1.0, disclosure=1.0)
        for on in (1, 0)
    )
    assert booked(ours, "labour_coop.wages") > 0.0
    assert booked(ours, "labour_coop.margin") > 0.0
    assert booked(theirs, "labour_coop.wages") == 0.0
    assert booked(theirs, "labour_coop.contractor") > 0.0
    assert same_bits(ours.rows("village").sanitation, theirs.rows("village").sanitation)
    assert booked(ours, "county.revenue") == pytest.approx(booked(theirs, "county.revenue"))


def test_weak_leaders_win_no_works() -> None:
    made = world(
        one("labour_cooperative", share_per_year=1.0), 13, participation=0.0, disclosure=0.0, branch_strength=0.0
    )
    assert booked(made, "labour_coop.wages") == 0.0
