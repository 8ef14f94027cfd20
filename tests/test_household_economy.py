"""The household economy, sentence by sentence of the design: money, prices and transfers of a household."""

from __future__ import annotations

from typing import Any

import numpy as np
from worlds import START, region, villages

from fupin.model.person import LOCAL, OWN
from fupin.model.processes.health import cost_of_stay
from fupin.model.processes.household_sums import refresh_pay, sum_labour
from fupin.model.processes.labour import worths_at_home
from fupin.model.processes.retirement import pay_ends
from fupin.model.processes.years import year_of_worker
from fupin.model.region import Region
from fupin.model.rules.enterprises import labour_demand, orders_at_hand
from fupin.model.rules.farming import home_earnings, output_per_labour_power
from fupin.model.rules.wages import pay_factor

MONEY = ("wage_income", "operating_income", "property_income", "transfer_income", "consumption")


def world(months: int, change: Any = None, **given: Any) -> Region:
    made = region(villages(60), **given)
    if change is not None:
        change(made)
        made.ledger.open(made.month)
    made.run_to(START + months - 1)
    return made


# savings, debt and assets


def test_a_hole_in_savings_is_filled_with_credit_before_assets_are_sold() -> None:
    def indebted(made: Region) -> None:
        h = made.rows("household")
        h.savings = -0.5 * np.maximum(h.income_year, 0.0)
        h.debt = 0.0

    made = world(3, indebted)
    sold = sum(one.amount for one in made.ledger.journal if one.purpose == "distress.sale")
    lent = sum(one.amount for one in made.ledger.journal if one.purpose == "debt.borrowed")
    h = made.rows("household")
    room = np.maximum(1.5 * np.maximum(h.income_year, 0.0) - h.debt, 0.0)
    assert lent > 0.0
    assert sold < 0.01 * lent
    assert (h.savings[room > 1.0] >= -1e-6).all()


# transfers have a holder


def test_retirement_pay_ends_with_who_draws_it() -> None:
    def frail(made: Region) -> None:
        person = made.rows("person")
        person.age[person.retiree] = 150.0  # nobody lives as long: nine in ten die in January

    usual, made = world(1), world(1, frail)
    person, h = made.rows("person"), made.rows("household")
    drawn = np.bincount(person.household[person.retiree], minlength=len(h))
    assert ((h.formal_pension > 0.0) == (drawn > 0)).all()
    assert (person.alive | ~person.retiree).all()
    assert (h.formal_pension > 0.0).sum() < 0.5 * (usual.rows("household").formal_pension > 0.0).sum()


def test_the_pay_of_two_is_halved_when_one_of_them_dies() -> None:
    made = region(villages(60))
    person, h = made.rows("person"), made.rows("household")
    home = int(np.flatnonzero(h.elders >= 2)[0])
    members = np.flatnonzero((person.household == home) & person.alive & (person.age >= 60))
    person.retiree[members[:2]] = True
    h.formal_pension[home] = 20000.0
    pay_ends(made, members[:1])
    assert h.formal_pension[home] == 10000.0
    pay_ends(made, members[1:2])
    assert h.formal_pension[home] == 0.0


def test_workers_who_were_employees_begin_to_draw_pay_at_60_and_more_of_the_able_do() -> None:
    def all_turn_60(made: Region) -> None:
        person = made.rows("person")
        person.age[person.able] = 59.0

    none, some = (
        world(1, all_turn_60, overrides={"transfers.retired_share": share, "demography.mortality_base": 0.006})
        for share in (0.0, 0.3)
    )
    before, after = (made.rows("household").formal_pension for made in (none, some))
    begun = after > before
    assert 0.2 < np.mean(some.rows("person").retiree[some.rows("person").age == 60.0]) < 0.4
    ability = some.rows("household").ability
    assert ability[begun].mean() > ability[~begun].mean()


def test_a_household_in_which_nobody_lives_earns_and_spends_nothing() -> None:
    def deserted(made: Region) -> None:
        person = made.rows("person")
        person.age[made.rows("household").village[person.household] % 2 == 0] = 150.0

    made = world(24, deserted)
    h = made.rows("household")
    empty = h.members == 0
    assert empty.sum() > 20
    for name in (*MONEY, "savings", "land"):
        assert (getattr(h, name)[empty] == 0.0).all(), name
    assert (h.rented_out[empty] == 0.0).all()


# prices


def test_a_better_price_draws_labour_and_investment_to_the_farm() -> None:
    def sells_well(made: Region) -> None:
        made.rows("household").price_shift = np.log(1.3)

    usual, dear = world(24), world(24, sells_well)
    a, b = (made.rows("household") for made in (usual, dear))
    assert b.own_workers.sum() > 1.02 * a.own_workers.sum()
    assert b.capital.sum() > a.capital.sum()


def test_what_a_worker_adds_falls_more_than_the_price() -> None:
    usual, less, least = home_earnings(10000.0, 1.0, 0.35, 0.42, np.array([1.0, 0.9, 0.3]))
    np.testing.assert_allclose(less / usual, (0.9 - 0.42) / (1.0 - 0.42))
    assert least == 0.0


# more variance adds no income


def test_a_wider_spread_of_luck_adds_no_output_and_no_pay_and_one_of_orders_no_jobs() -> None:
    z = np.random.default_rng(1).standard_normal(400_000)
    land = (8.0, 14000.0, 0.6, 0.3, 0.35, 0.18, 0.7, 0.3, 200.0, 1.0)
    output = [output_per_labour_power(1386.0, 0.0, 0.0, sd * z, sd, *land).mean() for sd in (0.0, 0.1, 0.35)]
    np.testing.assert_allclose(output, output[0], rtol=3e-3)
    pay = [pay_factor(8.0, 0.0, 0.0, sd * z, sd, 0.032, 0.118, 0.25).mean() for sd in (0.0, 0.1, 0.35)]
    np.testing.assert_allclose(pay, 1.0, rtol=3e-3)
    jobs = [
        labour_demand(8.0, orders_at_hand(sd / variety**0.5 * z, variety, sd, 0.55), 4e5, 9000.0, 0.55, 0.3).mean()
        for sd, variety in ((0.0, 1.0), (0.05, 1.0), (0.4, 1.0), (0.4, 4.0))
    ]
    np.testing.assert_allclose(jobs, jobs[0], rtol=2e-2)


def test_a_region_whose_orders_swing_more_does_not_employ_more() -> None:
    calm, wild = (
        world(36, overrides={"enterprises.orders_sd": sd}).rows("household").local_workers.sum() for sd in (0.05, 0.4)
    )
    assert wild < 1.03 * calm


# health


def test_hospital_stays_cost_little_as_a_rule_and_much_now_and_then() -> None:
    made = region(villages(60))
    made.month = START
    rows = np.arange(len(made.rows("household")))
    cost = np.concatenate([cost_of_stay(made, rows) for made.month in range(START, START + 24)])
    mean = np.mean([made.parameters.at(month).hospital_cost for month in range(START, START + 24)])
    np.testing.assert_allclose(cost.mean(), mean, rtol=0.03)
    np.testing.assert_allclose(np.log(cost).std(), made.p.hospital_cost_sd, rtol=0.05)
    assert np.median(cost) < 0.8 * mean


def test_an_ill_worker_is_hired_for_fewer_days() -> None:
    made = region(villages(60))
    person, h = made.rows("person"), made.rows("household")
    own = np.flatnonzero(person.activity == OWN)
    person.illness_loss[own], person.illness_months[own] = 0.4, 60.0
    refresh_pay(made, own)
    sum_labour(made)
    np.testing.assert_allclose(h.casual_labour, 0.6 * h.own_workers)


# skill


def test_a_worker_learns_for_as_long_as_the_job_has_lasted() -> None:
    made = region(villages(60))
    person = made.rows("person")
    local = np.flatnonzero(person.activity == LOCAL)
    person.skill[local] = 0.0
    for months, quarters in ((0, 0), (3, 1), (9, 3), (12, 4), (60, 4)):
        person.tenure[local] = months
        person.skill[local] = 0.0
        year_of_worker(made)
        np.testing.assert_allclose(person.skill[local], 1.0 - (1.0 - made.p.learning_rate) ** quarters, rtol=1e-12)


# real comparisons


def test_time_at_home_is_worth_the_same_when_prices_double() -> None:
    usual, dear = (region(villages(60), overrides={"prices.consumer_prices": prices}) for prices in (1.0, 2.0))
    who = np.flatnonzero(usual.rows("person").able)
    caring = np.zeros(len(who))
    (own, care), (own_dear, care_dear) = (
        worths_at_home(made, who, made.rows("person").activity[who], caring) for made in (usual, dear)
    )
    np.testing.assert_allclose(own_dear, own)
    np.testing.assert_allclose(care_dear - care, usual.p.earnings_weight * np.log(2.0))
