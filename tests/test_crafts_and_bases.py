"""Piece work at home, bases of sheds, guest houses, farms for visitors, central photovoltaics: what limits each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from industry_worlds import after, differs, places, total, without_workers
from worlds import START, villages

from fupin.model.enterprise import BASE, GUEST_HOUSE, VISITOR_FARM, WORKSHOP
from fupin.model.household import NEVER, REGISTERED
from fupin.model.instruments.bases import ShedBase
from fupin.model.instruments.guest_houses import attraction, occupied, visitors
from fupin.model.instruments.handicraft import day_pay, spare_days
from fupin.model.instruments.solar_stations import kw_to_build
from fupin.model.person import CARE, OWN
from fupin.model.region import Region
from fupin.model.rules.industry import day_wage_at_base, pieces_a_day, practised
from fupin.model.village import PLAIN

CRAFT: dict[str, Any] = {"share_per_year": 1.0}


def craft(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "home_handicraft", data=data, home_handicraft=CRAFT | settings)


# handicraft


def test_a_novice_earns_sixty_yuan_a_day_and_a_master_four_to_five_thousand_a_month() -> None:
    world = craft(3)
    s = world.instruments[0].settings.at(world.month)
    person = world.rows("person")
    who = np.flatnonzero(person.able)[:2]
    person.craft[who] = [0.0, 1.0]
    assert day_pay(world, s, who)[0] == pytest.approx(60.0)
    assert 4000.0 < 26.0 * day_pay(world, s, who)[1] < 5000.0
    assert pieces_a_day(80.0, 231.0, 0.5) == pytest.approx(155.5)


def test_somebody_at_home_for_a_year_earns_six_thousand_and_a_farmer_less() -> None:
    world = craft(12)
    s = world.instruments[0].settings.at(world.month)
    person = world.rows("person")
    who = np.flatnonzero(person.able & (person.capacity == 1.0))[:2]
    person.activity[who] = [CARE, OWN]
    days = spare_days(world, s, who)
    assert days[0] * 60.0 == pytest.approx(6000.0)
    assert days[1] < days[0]


def test_practice_comes_with_the_days_and_raises_pay() -> None:
    assert practised(0.0, 200.0, 200.0) == pytest.approx(1.0 - np.exp(-1.0))
    world = craft(36)
    assert 0.0 < world.rows("person").craft.max() < 1.0
    first, last = (total(world, "handicraft.pay", since) for since in (0, 24))
    assert last > 0.33 * first


def test_pieces_are_worked_in_spare_time_by_people_at_home_in_villages_with_points() -> None:
    world = craft(24, places(poor_village=np.array([True, True, False, False])))
    person, h, v = world.rows("person"), world.rows("household"), world.rows("village")
    took = np.flatnonzero(person.craft > 0.0)
    assert len(took)
    assert np.all(v.craft_points[h.village[person.household[took]]] > 0.0)


def test_no_more_hands_work_than_the_points_supply_and_no_more_is_paid_than_ordered() -> None:
    few = craft(6, places=1.0, points=2.0)
    person, h = few.rows("person"), few.rows("household")
    hands = np.bincount(h.village[person.household], person.craft > 0.0)
    assert 0 < hands.max() <= 3
    poor = craft(15, orders=1e6)
    assert total(poor, "handicraft.pay", 12) <= 0.25 * 1e6 * 1.001
    assert total(craft(15), "handicraft.pay", 12) > 0.25 * 1e6


def test_pieces_that_pay_less_than_the_time_is_worth_find_few_farmers() -> None:
    farmers = []
    for rate in (0.02, 2.0):
        person = craft(6, piece_rate=rate, places=500).rows("person")
        farmers.append(np.sum((person.craft > 0.0) & (person.activity == OWN)))
    assert farmers[0] < 0.3 * farmers[1]


def test_where_there_are_no_poor_villages_there_are_no_points() -> None:
    data = places(poor_village=False)
    assert differs(craft(24, data), after(24, data=data)) == set()


# workshops without workers


def test_one_more_workshop_in_a_village_without_workers_stays_empty() -> None:
    data = without_workers(places())
    world = after(24, "village_workshop", data=data, village_workshop={"share_per_year": 1.0, "least_workers": 0})
    e = world.rows("enterprise")
    shops = e.kind == WORKSHOP
    assert shops.sum() == len(world.rows("village"))
    assert np.all(e.filled[shops] == 0.0)
    assert total(world, "wages.local") == 0.0


# bases

SHEDS: dict[str, Any] = {"share_per_year": 1.0, "sheds": 20}


def base(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "shed_base", data=data, shed_base=SHEDS | settings)


def test_a_day_at_the_base_pays_eighty_to_two_hundred() -> None:
    assert day_wage_at_base(80.0, 200.0, 0.0) == 80.0
    assert day_wage_at_base(80.0, 200.0, 1.0) == 200.0
    low, high = (total(base(12, base_low=wage), "base.day_wages") for wage in (60, 120))
    assert 0.0 < low < high


def test_contractors_hold_three_sheds_each() -> None:
    world = base(12, sheds_each=4.0, contracted=0.8)
    item = world.instruments[0]
    assert isinstance(item, ShedBase)
    h = world.rows("household")
    held = np.bincount(h.village, item.contractors(world))
    assert np.all(held <= 0.8 * 20 / 4.0 + 0.5)
    assert held.max() >= 3
    assert total(world, "base.contractors") > 0.0


def test_the_registered_and_the_near_come_first_when_there_is_little_work() -> None:
    world = base(6, days=2)
    h = world.rows("household")
    reached = (h.reached & 1).astype(bool) & (h.registry != REGISTERED)
    everybody = base(6, days=300).rows("household")
    many = (everybody.reached & 1).astype(bool) & (everybody.registry != REGISTERED)
    assert reached.sum() < many.sum()


def test_sheds_without_hands_bring_nothing_and_the_base_closes() -> None:
    world = base(36, without_workers(places()), patience=2)
    assert total(world, "base.sales") == 0.0
    assert total(world, "base.day_wages") == 0.0
    wanted = base(36, demand=1.0, existing=1e9, patience=2, glut_elasticity=3.0)
    e = wanted.rows("enterprise")
    assert not e.alive[e.kind == BASE].any()
    assert not wanted.rows("village").sheds.any()


def test_the_price_falls_when_all_build_sheds() -> None:
    one, crowd = (base(12, demand=d, existing=0.0) for d in (1e12, 1e6))
    assert total(crowd, "base.sales") < 0.6 * total(one, "base.sales")


# guest houses and farms

HOUSES: dict[str, Any] = {"share_per_year": 1.0, "least_road": 0.0}


def houses(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "guest_houses", data=data, guest_houses=HOUSES | settings)


def test_a_keeper_has_a_base_of_twenty_thousand_and_a_share() -> None:
    world = houses(24)
    keeper, time = world.state_of(world.instruments[0]).keeper, world.state_of(world.instruments[0]).time
    h = world.rows("household")
    assert np.all(h.registry[keeper] != NEVER)
    year = [
        one.amount for one in world.ledger.journal if one.purpose == "guesthouse.keepers" and one.month // 12 == 2015
    ]
    assert sum(year) == pytest.approx(20000.0 * float(h.weight[keeper & (h.members > 0)].sum()))
    assert total(world, "guesthouse.dividends") > 0.0
    assert np.all(time[keeper] < 0.0)


def test_too_many_rooms_stand_empty_and_the_base_is_not_paid_in_full() -> None:
    world = houses(12, nights=100)
    keeper = world.state_of(world.instruments[0]).keeper
    owed = 0.75 * 20000.0 * float(world.rows("household").weight[keeper].sum())
    assert total(world, "guesthouse.keepers") < 0.1 * owed
    s = world.instruments[0].settings.at(world.month)
    assert occupied(world, s, 50.0) == 1.0
    assert occupied(world, s, 400.0) == pytest.approx(0.25)


def test_keepers_of_a_closed_house_have_their_time_again() -> None:
    world = houses(10)
    e, h = world.rows("enterprise"), world.rows("household")
    e.alive[e.kind == GUEST_HOUSE] = False
    keeper = world.state_of(world.instruments[0]).keeper
    assert np.all(h.productivity_shift[keeper] < 0.0)
    kept = np.flatnonzero(keeper)
    for _ in range(3):  # no new house before April
        world.step()
    assert np.allclose(h.productivity_shift[kept], 0.0)


def test_there_are_no_guest_houses_in_the_plain() -> None:
    data = replace(places(), villages=places(terrain=PLAIN).villages)
    assert differs(houses(24, data), after(24, data=data)) == set()


FARMS: dict[str, Any] = {"share_per_year": 1.0}


def farms(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "visitor_farms", data=data, visitor_farms=FARMS | settings)


def test_visitors_of_farms_saturate_and_follow_access() -> None:
    world = farms(6)
    s = world.instruments[0].settings.at(world.month)
    rows = np.arange(len(world.rows("village")))
    one, all_ = visitors(world, s, rows[:1]).sum(), visitors(world, s, rows).sum()
    assert one < all_ < s.visits
    near = attraction(world, s)
    world.rows("village").road[:] = 0.1
    assert np.all(attraction(world, s) < near)


def test_part_of_the_jobs_of_a_farm_is_for_the_registered_only() -> None:
    data = places(villages(60))
    open_, kept = (farms(15, data, poor_share=q, visits=1e7) for q in (0.0, 1.0))
    person, h, e = kept.rows("person"), kept.rows("household"), kept.rows("enterprise")
    here = np.flatnonzero(person.employer >= 0)
    here = here[e.kind[person.employer[here]] == VISITOR_FARM]
    assert len(here)
    assert (h.registry[person.household[here]] == REGISTERED).mean() > 0.8  # some have left the register since
    filled = [w.rows("enterprise").filled[w.rows("enterprise").kind == VISITOR_FARM].sum() for w in (open_, kept)]
    assert filled[1] <= filled[0]


# central photovoltaics


def solar(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "central_photovoltaics", data=data, central_photovoltaics=settings)


def test_central_stations_serve_a_person_for_each_44_kilowatts_and_pay_rent_for_land() -> None:
    world = solar(12, capacity=20000.0, pace=1.0)
    kw = world.state_of(world.instruments[0]).kw @ world.rows("village").weight
    assert kw == pytest.approx(20000.0)
    h = world.rows("household")
    served = (h.reached & 1).astype(bool)
    assert 0.0 < float(h.weight[served] @ h.members[served]) <= 20000.0 / 44.5 + 2.0 * h.weight.max() * 5
    assert total(world, "solar.benefit") == pytest.approx(3000.0 * float(h.weight[served].sum()))
    assert total(world, "solar.land_rent") == pytest.approx(200.0 * 0.03 * 20000.0)


def test_the_benefit_ends_where_the_revenue_share_ends() -> None:
    world = solar(12, capacity=20000.0, pace=1.0, revenue_share=0.001)
    revenue = 20000.0 * 0.95 * 1216.0
    assert total(world, "solar.benefit") < 0.0015 * revenue


def test_land_without_approval_carries_no_station() -> None:
    assert differs(solar(24, land_quota=0.0), after(24)) == set()
    s = solar(1).instruments[0].settings.at(START)
    assert kw_to_build(s, 445000.0) == 0.0
    assert kw_to_build(s, 0.0) == pytest.approx(0.34 * 445000.0)
