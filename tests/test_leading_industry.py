"""A village's industry suits the place or not, gets better, is sold in a market that can be full, and may be lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from industry_worlds import after, differs, places, total
from worlds import villages

from fupin.model.instruments.leading_industry import FRUIT, five_goods, has_cooperative, place_fit, price_of_product
from fupin.model.region import Region
from fupin.model.rules.industry import maturity, net_city_price, price_in_glut, project_survives, quality_of_industry
from fupin.model.village import PLAIN

AT_ONCE: dict[str, Any] = {"share_per_year": 1.0, "survival_constant": 8}
NO_LAG = AT_ONCE | {"lag": 0, "orchard_lag": 0, "ramp": 1, "set_aside": 0}


def industry(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "leading_industry", data=data, leading_industry=settings)


def test_villages_that_look_at_the_place_choose_what_suits_it_better_than_blind_ones() -> None:
    data = places(villages(6, sample=0.03))
    fits = []
    for weight in (0.0, 30.0):
        world = industry(3, data, fit_weight=weight, **AT_ONCE)
        chosen = world.rows("village").industry
        assert np.all(chosen >= 0)
        fits.append(place_fit(world, np.arange(len(chosen)))[chosen, np.arange(len(chosen))].mean())
    assert fits[1] > fits[0] + 0.05


def test_what_suits_the_place_becomes_better_and_yields_more() -> None:
    data = places(villages(6, sample=0.03))
    blind, fit = (industry(49, data, fit_weight=w, glut_elasticity=0, **NO_LAG) for w in (0.0, 30.0))
    assert fit.rows("village").industry_quality.mean() > blind.rows("village").industry_quality.mean()
    assert fit.rows("village").village_shift.mean() > blind.rows("village").village_shift.mean()


def test_quality_grows_with_skill_and_with_scale() -> None:
    assert quality_of_industry(0.8, 0.9, 0.5, 1.0, 0.15) > quality_of_industry(0.8, 0.1, 0.5, 1.0, 0.15)
    assert quality_of_industry(0.8, 0.5, 0.5, 1.0, 0.15) > quality_of_industry(0.8, 0.5, 0.5, 0.1, 0.15)
    assert quality_of_industry(0.8, 1.0, 0.5, 1.0, 0.15) == pytest.approx(0.8)
    able, unable = (industry(37, cadre_skill=skill, **AT_ONCE) for skill in (1.0, 0.0))
    assert able.rows("village").industry_quality.mean() > unable.rows("village").industry_quality.mean()


def test_young_trees_cost_output_for_years_before_they_bear() -> None:
    slow = {"orchard_lag": 30, "ramp": 6} | AT_ONCE
    shifts = []
    for months in (27, 60):
        world = industry(months, **slow)
        v = world.rows("village")
        trees = v.industry == FRUIT
        assert trees.any()
        shifts.append(v.village_shift[trees])
    assert np.all(shifts[0] < 0.0)
    assert np.all(shifts[1] > 0.0)
    assert maturity(29.0, 30.0, 6.0) == 0.0
    assert maturity(36.0, 30.0, 6.0) == 1.0


def all_alike(alike: bool, **more: Any) -> Region:
    """Every village with the same product, or each with another one, at once and in full."""
    world = industry(4, places(villages(20)), spread=0.0, **AT_ONCE | more)
    v = world.rows("village")
    v.industry[:] = FRUIT if alike else np.arange(len(v)) % 5
    v.industry_share[:] = 0.5
    for _ in range(2):
        world.step()
    return world


def test_the_price_falls_when_every_village_plants_the_same() -> None:
    crowd, varied = all_alike(True), all_alike(False)
    assert crowd.rows("village").market_shift.max() < varied.rows("village").market_shift.min() - 0.1
    s = crowd.instruments[0].settings.at(crowd.month)
    price = price_of_product(crowd, s)
    assert price[0, FRUIT] < 0.7
    assert np.all(np.delete(price[0], FRUIT) == 1.0)


def test_with_a_market_that_takes_everything_it_does_not_fall() -> None:
    assert np.all(all_alike(True, local_demand=2.0).rows("village").market_shift == 0.0)
    assert price_in_glut(1.0, 2.0, 0.6, 0.2) == 1.0
    assert price_in_glut(4.0, 2.0, 0.6, 0.2) == pytest.approx(2**-0.6)


def test_a_crowd_that_imitates_grows_less_kinds_than_one_that_does_not() -> None:
    data, few = places(villages(6, sample=0.03)), {"share_per_year": 0.3, "survival_constant": 8, "fit_weight": 0}
    kinds = [len(set(industry(40, data, herd=herd, **few).rows("village").industry.tolist())) for herd in (0, 30)]
    assert kinds[1] < kinds[0]


def test_more_of_the_five_goods_keep_a_project_alive() -> None:
    assert project_survives(5.0, 0.5, 0.7) > project_survives(0.0, 0.5, 0.7)
    weak = {"share_per_year": 1.0, "survival_constant": -2.0}
    kept = [(industry(13, survival_weight=w, **weak).rows("village").industry >= 0).sum() for w in (0.0, 5.0)]
    assert kept[0] < kept[1]


def test_a_village_that_loses_its_industry_is_as_before_but_for_what_it_learnt() -> None:
    world = industry(14, survival_constant=-5.0, survival_weight=0.0, share_per_year=1.0, end="2014-12")
    v = world.rows("village")
    assert np.all(v.industry == -1)
    assert np.allclose(v.village_shift, 0.0)
    assert np.allclose(v.market_shift, 0.0)


def test_a_share_cooperative_counts_and_nine_villages_of_ten_have_one() -> None:
    world = industry(3, places(villages(6, sample=0.03)), **AT_ONCE)
    rows = np.arange(len(world.rows("village")))
    s = world.instruments[0].settings.at(world.month)
    none, all_ = (type(s)(**vars(s) | {"cooperative": share}) for share in (0.0, 1.0))
    assert not has_cooperative(world, none).any()
    assert np.all(five_goods(world, all_, rows) == five_goods(world, none, rows) + 1)


def test_without_a_poor_village_nothing_differs() -> None:
    data = places(poor_village=False)
    assert differs(industry(24, data, **AT_ONCE), after(24, data=data)) == set()


def test_contracts_go_where_there_is_a_product() -> None:
    pull = {"industry_pull": 20.0, "take_up": 0.1}
    data = places(villages(60), industry_quality=1.0)
    both = {"leading_industry": AT_ONCE | {"most_share": 1.0, "spread": 1.0}, "contract_farming": pull}
    with_product = after(14, "leading_industry", "contract_farming", data=data, **both)
    without = after(14, "contract_farming", data=data, contract_farming=pull)
    signed = [(w.rows("household").contract_firm >= 0).sum() for w in (with_product, without)]
    assert signed[0] > signed[1]


# Beijing and Tianjin


def city(months: int, data: Any = None, **settings: Any) -> Region:
    data = data or places(industry_quality=0.9)
    made = AT_ONCE | {"quality_speed": 0.0, "spread": 0.5}
    return after(months, "leading_industry", "city_market", data=data, leading_industry=made, city_market=settings)


def test_the_cities_pay_more_for_what_is_good_and_less_the_longer_the_way() -> None:
    assert net_city_price(0.35, 0.9, 0.05, 180.0) > net_city_price(0.35, 0.4, 0.05, 180.0)
    assert net_city_price(0.35, 0.9, 0.05, 700.0) == 0.0
    near, far = (city(6, distance=km).rows("village").market_shift.max() for km in (50, 400))
    assert near > far


def test_bad_roads_keep_the_cities_away() -> None:
    bad, good = (
        city(6, places(industry_quality=0.9, road=r), bad_road=3.0, distance=250).rows("village").city_sales.sum()
        for r in (0.0, 1.0)
    )
    assert bad < good


def test_the_demand_of_the_cities_can_be_full() -> None:
    small, large = (city(6, demand=d).rows("village").city_sales.max() for d in (1e5, 1e11))
    assert small < 0.1 * large
    assert large == pytest.approx(0.8)


def test_what_is_sold_away_no_longer_weighs_on_the_county() -> None:
    glut = AT_ONCE | {"local_demand": 0.005, "quality_speed": 0.0, "spread": 0.5}
    data = places(industry_quality=0.9)
    home = after(6, "leading_industry", data=data, leading_industry=glut)
    away = after(6, "leading_industry", "city_market", data=data, leading_industry=glut, city_market={"demand": 1e11})
    s = home.instruments[0].settings.at(home.month)
    assert price_of_product(home, s).min() < price_of_product(away, s).min()


def test_without_good_produce_nobody_sells_to_the_cities() -> None:
    poor, nothing = places(industry_quality=0.0), {"ordinary": 0.0}
    assert differs(after(14, "city_market", data=poor), after(14, data=poor)) == set()
    assert differs(after(14, "city_market", city_market=nothing), after(14)) == set()


def test_villages_sell_what_they_grow_anyway_if_it_is_good() -> None:
    world = after(14, "city_market", data=places(industry_quality=0.9), city_market={"demand": 1e11})
    assert np.all(world.rows("village").market_shift > 0.0)


# barren hills

HILLS = {"share_per_year": 1.0, "lag": 24, "ramp": 12}


def test_hill_orchards_pay_planting_days_at_once_and_fruit_only_after_the_lag() -> None:
    world = after(48, "barren_hills", barren_hills=HILLS)
    assert total(world, "hills.days") > 0.0
    first = [one.month for one in world.ledger.journal if one.purpose == "hills.fruit" and one.amount > 0]
    assert min(first) == 2016 * 12 + 8  # planted in March 2014, nothing borne before March 2016
    assert np.all(world.rows("village").hill_orchard == 300.0)


def test_nobody_picks_fruit_where_nobody_works_at_home() -> None:
    less = after(36, "barren_hills", barren_hills=HILLS | {"mu_per_worker": 0.5})
    more = after(36, "barren_hills", barren_hills=HILLS | {"mu_per_worker": 50.0})
    assert 0.0 < total(less, "hills.fruit") < 0.5 * total(more, "hills.fruit")


def test_more_hills_than_the_market_wants_lower_the_price_of_fruit() -> None:
    scarce, plenty = (after(36, "barren_hills", barren_hills=HILLS | {"demand": d}) for d in (1e11, 1e6))
    assert total(plenty, "hills.fruit") < 0.7 * total(scarce, "hills.fruit")


def test_there_are_no_barren_hills_in_the_plain() -> None:
    data = replace(places(), villages=places(terrain=PLAIN).villages)
    assert differs(after(30, "barren_hills", data=data, barren_hills=HILLS), after(30, data=data)) == set()


def test_a_quota_of_less_than_a_village_adds_up_until_it_is_one() -> None:
    slow = {"share_per_year": 0.2, "survival_constant": 8}  # of four villages of unequal weight
    planted = [(industry(months, **slow).rows("village").industry >= 0).sum() for months in (3, 15, 27, 39, 51, 63)]
    assert planted == sorted(planted)
    assert planted[0] <= 1
    assert 3 <= planted[-1] <= 4
