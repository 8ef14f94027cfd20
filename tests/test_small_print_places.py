"""Sentences said in passing about projects and sites, read nowhere else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from worlds import START, instruments, region, villages

from fupin.model.enterprise import WORKSHOP
from fupin.model.instruments.sites import extra_space
from fupin.model.processes.project_fit import project_fit
from fupin.model.processes.year_plan import YearPlan
from fupin.model.rules.approval import sense_of_gain
from fupin.model.rules.governance import capture_rate
from fupin.model.rules.labour import worth_of_migration


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.5, 0.7, 0.8])
def test_workshops_of_a_year_exceed_its_share_by_half_a_village_at_most(share: float) -> None:
    given = {"least_workers": 0, "share_per_year": share}
    world = region(villages(), instruments("village_workshop", village_workshop=given), audit=True)
    world.run_to(START + 11)
    v, e = world.rows("village"), world.rows("enterprise")
    poor = v.weight[v.poor_village]
    built = np.unique(e.village[(e.kind == WORKSHOP) & (e.village >= 0)])
    assert abs(v.weight[built].sum() - share * poor.sum()) <= 0.5 * poor.max() + 1e-9


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.5, 0.7, 0.8])
def test_workshops_exceed_the_years_budget_by_half_a_village_at_most(share: float) -> None:
    poor = villages().villages["weight"][villages().villages["poor_village"]]
    given = {"least_workers": 0, "share_per_year": 1.0, "setup": 1e5, "administration_share": 0.0}
    given["budget"] = share * 1e5 * float(poor.sum())
    world = region(villages(), instruments("village_workshop", village_workshop=given), audit=True)
    world.run_to(START + 11)
    e = world.rows("enterprise")
    built = np.unique(e.village[(e.kind == WORKSHOP) & (e.village >= 0)])
    spent = 1e5 * world.rows("village").weight[built].sum()
    assert abs(spent - given["budget"]) <= 0.5e5 * poor.max() + 1e-6


def test_space_beyond_the_standard_is_wanted_by_who_earns_more_up_to_a_limit_and_paid_by_the_head() -> None:
    world = region(villages())
    world.run_to(START)
    h, line = world.rows("household"), world.p.poverty_line
    rows = np.arange(4)
    h.members[rows] = 2, 2, 4, 2
    h.income_year[rows] = line * h.members[rows] * np.array([1.0, 4.0, 4.0, 1e6])
    s = SimpleNamespace(
        desired_space=30.0, space_cap=70.0, standard_space=25.0, space_income=0.5, space_poorest=0.1,
        space_richest=9.0, space_price=1000.0,
    )  # fmt: skip
    assert extra_space(world, s, rows) == pytest.approx([10e3, 70e3, 140e3, 90e3])
    s.space_cap = 50.0
    assert extra_space(world, s, rows) == pytest.approx([10e3, 50e3, 100e3, 50e3])
    s.desired_space = 20.0
    assert extra_space(world, s, rows)[0] == 0.0


def test_an_award_is_paid_to_homes_that_somebody_still_lives_in() -> None:
    given = {"share_per_year": 1.0}
    world = region(villages(), instruments("award_support", award_support=given), audit=True)
    world.run_to(START + 10)
    rows, amount = world.state_of(world.instruments[0]).promised
    assert (amount > 0.0).any()
    h = world.rows("household")
    left = rows[np.flatnonzero(amount > 0.0)[:1]]
    h.members[left] = 0
    world.step()
    assert h.benefits[left[0]] == 0.0
    assert (h.benefits[rows[amount > 0.0]] > 0.0).any()


# rules, by hand


def test_who_works_away_weighs_pay_network_age_care_illness_skill_road_and_taste() -> None:
    told = dict.fromkeys(("network", "caring", "ill_at_home", "skill", "road", "taste_migrant"), 0.0)
    told |= {"migrant_wage": 40e3, "living_share": 0.25, "pay": 1.0, "age": 30.0, "earnings_weight": 2.0}
    told |= {"migration_constant": -1.0, "network_weight": 0.7, "age_weight": 0.5, "care_weight": 0.9}
    told |= {"illness_weight": 0.4, "skill_weight": 0.3, "road_weight": 0.2}
    plain = worth_of_migration(**told)
    assert plain == pytest.approx(2.0 * np.log(30e3) - 1.0)
    for name, value, more in (
        ("network", 1.0, 0.7),
        ("age", 40.0, -0.5),
        ("caring", 1.0, -0.9),
        ("ill_at_home", 1.0, -0.4),
        ("skill", 1.0, 0.3),
        ("road", 1.0, 0.2),
        ("taste_migrant", 0.6, 0.6),
    ):
        assert worth_of_migration(**told | {name: value}) == pytest.approx(plain + more), name


def test_taking_part_adds_to_approval_above_one_half_and_takes_below() -> None:
    assert sense_of_gain(0.75, 0.4) == pytest.approx(0.1)
    assert sense_of_gain(0.25, 0.4) == pytest.approx(-0.1)


def test_each_of_three_stages_that_is_watched_takes_its_part_of_capture() -> None:
    assert capture_rate(0.0, 0.0, 0.0, 0.4, 0.5, 0.5, 0.2) == pytest.approx(0.4)
    assert capture_rate(0.0, 0.0, 1.0, 0.4, 0.5, 0.5, 0.2) == pytest.approx(0.4 * (1.0 - 3 * 0.2))
    assert capture_rate(1.0, 0.5, 0.0, 0.4, 0.5, 0.5, 0.2) == pytest.approx(0.4 * 0.5 * 0.75)


# assets that are granted


def test_a_grant_that_does_not_fit_loses_at_most_its_declared_part_and_one_that_fits_nothing() -> None:
    world = region(villages(), instruments("production_grant"), audit=True)
    world.run_to(START)
    (grant,) = world.instruments
    h, s = world.rows("household"), grant.settings.at(world.month)
    h.capital, h.grant_pending, h.grant_ready = 0.0, 1000.0, world.month
    grant.pending(world)[:] = True
    world.ledger.open(world.month)
    grant.service(world, s)
    world.ledger.check()
    fit = project_fit(world)[h.village]
    lost = 1000.0 - h.capital
    assert (lost <= 1000.0 * s.loss * (1.0 - fit)).all()
    assert (lost >= 0.0).all()
    if s.loss > 0.0:
        assert lost.sum() == pytest.approx(0.5 * (1000.0 * s.loss * (1.0 - fit)).sum(), rel=0.3)
    assert (h.grant_pending == 0.0).all()


# what is asked for next year, what is sold in the city


def test_who_used_up_its_part_asks_for_no_less_next_year_and_others_for_what_they_could_spend() -> None:
    plan = YearPlan(wanted={"grants": np.array([900.0, 900.0]), "roads": np.array([0.0, 0.0])})
    plan.allotted = {"grants": np.array([0.0, 500.0]), "roads": np.array([0.0, 0.0])}
    plan.paid = {"grants": np.array([400.0, 400.0]), "roads": np.array([70.0, 0.0])}
    plan.refused = {"grants": np.array([100.0, 0.0])}
    plan.close_year()
    assert plan.wanted["grants"].tolist() == [900.0, 400.0]
    assert plan.wanted["roads"].tolist() == [70.0, 0.0]
    assert plan.eager["grants"].tolist() == [True, False]
    assert not plan.paid
    assert not plan.refused


def test_what_is_sold_in_the_city_is_no_longer_offered_in_the_county_until_the_links_end() -> None:
    world = region(villages(), instruments("city_market", city_market={"distance": 0, "end": "2015-06"}), audit=True)
    v, sold = world.rows("village"), []
    for _ in range(24):
        world.step()
        sold.append(float(v.city_sales.max()))
    assert max(sold[:18]) > 0.0
    assert max(sold[18:]) == 0.0
