"""Village works, sound houses and land that returns to forest: need, time, upkeep, effect and limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from test_employment import after, differs, everywhere, total
from worlds import START, villages

from fupin.model.household import DANGEROUS, SOUND
from fupin.model.instruments.services import KINDS
from fupin.model.processes.public_works import SERVICES, improve
from fupin.model.region import Region

ALL = {"share_per_year": 1.0, "poor_only": False}
works = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
# column that the works of a service shift, and the sign
SHIFTS = {
    "village_roads": ("village", "market_shift", 1.0),
    "safe_water_supply": ("household", "hazard_shift", -1.0),
    "rural_power": ("household", "productivity_shift", 1.0),
    "village_broadband": ("household", "price_shift", 1.0),
    "village_clinics": ("household", "care_shift", -1.0),
    "village_sanitation": ("household", "hazard_shift", -1.0),
}


@works
def test_coverage_rises_to_the_goal_when_the_works_are_ready_and_not_before(kind: Any) -> None:
    settings = {kind.kind: ALL | {"start": "2014-03", "end": "2014-12"}}
    world, plain = after(3, kind.kind, **settings), after(3)
    name = kind.service_name
    assert not differs(plain, world) - {"county.cash"}
    ready = int(world.instruments[0].settings.at(START).building_months)  # type: ignore[attr-defined]
    world.run_to(START + 2 + min(ready, 8))
    before, coverage = plain.table_of("village")[name], world.table_of("village")[name]
    assert np.all(coverage >= before)
    built = before < 0.95
    if ready <= 8:
        np.testing.assert_allclose(coverage[built], 0.95)
    else:
        assert np.all((coverage[built] > before[built]) & (coverage[built] < 0.95))


@works
def test_works_move_what_the_service_is_for(kind: Any) -> None:
    world = after(13, kind.kind, **{kind.kind: ALL})
    table, column, sign = SHIFTS[kind.kind]
    shift = sign * world.table_of(table)[column]
    assert shift.min() >= 0.0
    assert shift.max() > 0.0
    assert total(world, "works.upkeep") > 0.0


def test_works_cut_short_by_the_year_end_rule_leave_part_undone() -> None:
    reached = []
    for rule in (True, False):
        world = after(16, "village_roads", village_roads=ALL | {"done_by_november": rule, "building_months": 12.0})
        reached.append(float(world.rows("village").road.min()))
    assert reached[0] < reached[1]
    waiting = after(11, "village_roads", village_roads=ALL | {"done_by_november": False, "building_months": 12.0})
    hurried = after(11, "village_roads", village_roads=ALL | {"building_months": 12.0})
    assert hurried.rows("village").road.min() > waiting.rows("village").road.min()


def test_without_upkeep_what_was_built_decays_and_only_that() -> None:
    plain = after(37)
    road = {}
    for end in ("2014-12", "2018-12"):
        road[end] = after(37, "village_roads", village_roads=ALL | {"end": end}).rows("village").road
    assert np.all(road["2014-12"] < road["2018-12"])
    assert np.all(road["2014-12"] > plain.rows("village").road)


def test_the_worst_served_village_comes_first_and_money_is_a_limit() -> None:
    plain, free = after(13), after(13, "village_clinics", village_clinics=ALL)
    budget = 0.4 * sum(one.amount for one in free.ledger.journal if one.purpose == "works.building")
    world = after(13, "village_clinics", village_clinics=ALL | {"budget": budget})
    gained = world.rows("village").clinic - plain.rows("village").clinic
    first = int(np.argmin(plain.rows("village").clinic))
    assert gained[first] > 0.0
    assert np.sum(gained > 0.0) < len(gained)


def test_water_reaches_households_and_fewer_fall_ill() -> None:
    strong = {"services.water_hazard": 0.3, "services.sanitation_hazard": 0.3}
    ill = {}
    for kinds in ((), ("safe_water_supply", "village_sanitation")):
        world = after(48, *kinds, parameters=strong, data=villages(150), **dict.fromkeys(kinds, ALL))
        ill[kinds] = (world.rows("household").safe_water.mean(), world.rows("household").severely_ill.sum())
    plain, better = ill.values()
    assert better[0] > 0.9 > plain[0]
    assert better[1] <= plain[1]


def test_a_clinic_lowers_what_households_pay_for_care() -> None:
    plain, world = after(48), after(48, "village_clinics", village_clinics=ALL)
    paid = [float(one.rows("household").health_spending.sum()) for one in (plain, world)]
    assert paid[1] < paid[0]


def test_full_coverage_leaves_nothing_to_do() -> None:
    full = everywhere(road=1.0, water=1.0, power=1.0, broadband=1.0, clinic=1.0, sanitation=1.0)
    kinds = [kind.kind for kind in KINDS]
    assert not differs(after(13, data=full), after(13, *kinds, data=full))


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_gained_and_lost_again_leaves_no_trace(name: str) -> None:
    world = after(1)
    rows = np.arange(len(world.rows("village")))
    gained = improve(world, name, rows, np.full(len(rows), 0.05))
    improve(world, name, rows, -gained)
    shifts = [world.table_of("household")[column] for column in ("productivity_shift", "price_shift", "care_shift")]
    if SERVICES[name].whom != "connected":  # there chance decides who is connected
        assert all(np.allclose(shift, 0.0) for shift in (*shifts, world.rows("household").hazard_shift))
    assert np.allclose(world.rows("village").market_shift, 0.0)


# houses


def unsound(world: Region) -> Any:
    return world.rows("household").housing == DANGEROUS


def test_houses_of_the_four_groups_become_sound_and_nobody_borrows_for_them() -> None:
    plain, world = after(11), after(11, "housing_renewal", housing_renewal={"take_up": 1.0})
    rebuilt = unsound(plain) & ~unsound(world)
    h = world.rows("household")
    assert rebuilt.sum() > 3
    assert np.all(h.housing[rebuilt] == SOUND)
    early = after(4, "housing_renewal", housing_renewal={"take_up": 1.0})
    assert np.array_equal(early.rows("household").debt, after(4).rows("household").debt)
    assert early.rows("household").savings[rebuilt].min() > -1e-9
    assert total(world, "housing.grant") > total(world, "housing.own_share") > 0.0


def test_the_task_of_the_year_and_the_groups_are_limits() -> None:
    plain = after(11)
    none = after(11, "housing_renewal", housing_renewal={"task": {"2014-01": 0.0}})
    assert not differs(plain, none)
    some = after(11, "housing_renewal", housing_renewal={"take_up": 1.0})
    everyone = after(11, "housing_renewal", housing_renewal={"take_up": 1.0, "four_groups_only": False})
    assert unsound(everyone).sum() < unsound(some).sum()
    assert unsound(everyone).sum() == 0


def test_a_fixed_grant_leaves_those_without_savings_in_their_old_house() -> None:
    full = after(11, "housing_renewal", housing_renewal={"take_up": 1.0})
    fixed = after(11, "housing_renewal", housing_renewal={"take_up": 1.0, "without_debt": False})
    assert unsound(fixed).sum() > unsound(full).sum()


def test_where_houses_are_sound_nothing_is_spent() -> None:
    data = villages(40)
    sound = replace(data, households=data.households | {"housing": np.full(len(data.households["uid"]), SOUND)})
    assert not differs(after(24, data=sound), after(24, "housing_renewal", data=sound))


# forest


def test_slope_land_becomes_forest_and_is_paid_for_some_years() -> None:
    plain, world = after(12), after(12, "land_retirement")
    h, before = world.rows("household"), plain.rows("household")
    lost = before.land - h.land
    assert lost.max() > 0.0
    np.testing.assert_allclose(lost, h.forest_land - before.forest_land)
    assert np.all(h.rented_out <= h.land + 1e-9)
    area = float(h.weight @ lost)
    assert total(world, "ecology.retirement") == pytest.approx(240.0 * area)
    short = after(36, "land_retirement", land_retirement={"years": 1.0, "end": "2014-12"})
    years = {one.month // 12 for one in short.ledger.journal if one.purpose == "ecology.retirement"}
    assert years == {2014}


def test_trees_yield_after_their_lag() -> None:
    world = after(48, "land_retirement", land_retirement={"lag": 2.0})
    years = {one.month // 12 for one in world.ledger.journal if one.purpose == "ecology.forest" and one.amount > 0}
    assert min(years) == 2016


def test_nobody_retires_land_that_yields_more_than_the_payment() -> None:
    assert not after(3, "land_retirement", land_retirement={"payment": 0.0}).rows("household").productivity_shift.any()
    plenty = {"slope_yield": 1.0}
    low, high = (
        after(3, "land_retirement", land_retirement=plenty | {"payment": payment}) for payment in (150.0, 1500.0)
    )
    assert total(low, "ecology.planting") < total(high, "ecology.planting")


def test_the_area_of_the_year_is_a_limit() -> None:
    world = after(3, "land_retirement", land_retirement={"quota": {"2014-01": 2000.0}})
    assert 0.0 < total(world, "ecology.planting") / 300.0 < 3000.0


def test_rangers_are_hired_where_the_forest_is() -> None:
    given = {"rangers": {"2014-01": 400.0, "2016-01": 400.0, "2017-01": 400.0, "2018-01": 400.0}, "pay": 1500.0}
    world = after(12, "forest_rangers", forest_rangers=given)
    person, h = world.rows("person"), world.rows("household")
    home = person.household[person.post >= 0]
    assert 0.0 < h.weight[home].sum() <= 400.0 + 41.0
    plain = everywhere(terrain=0)
    assert not differs(after(12, data=plain), after(12, "forest_rangers", "land_retirement", data=plain))
