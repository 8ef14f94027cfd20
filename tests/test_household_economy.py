"""The household economy, sentence by sentence of the design: money, prices and transfers of a household."""

from __future__ import annotations

from typing import Any

import numpy as np
from worlds import START, region, villages

from fupin.model.processes.retirement import pay_ends
from fupin.model.region import Region
from fupin.model.rules.farming import home_earnings

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
    assert (h.savings[empty] > 0.0).any()
    for name in MONEY:
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
