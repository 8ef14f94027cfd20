"""Bank loans that households bring along are paid off by themselves, whatever programmes there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import START, instruments, money, owing, region, same_bits, villages

from fupin.model.instruments.base import Instrument
from fupin.model.region import Region

MONTHS = 24


def indebted(*package: Instrument, principal: float = 900.0, savings: float = 1e6) -> Region:
    """A world in which every third household owes a bank and has these savings."""
    data = owing(villages(20), principal, MONTHS)
    has = np.where(data.households["loan"] > 0.0, savings, data.households["savings"])
    data = replace(data, households=data.households | {"savings": has})
    return region(data, package, years=3, audit=True)


def test_what_is_owed_and_the_months_that_are_left_fall_each_quarter_to_nothing() -> None:
    world = indebted()
    h, owes = world.rows("household"), world.rows("household").loan > 0.0
    assert owes.any()
    for quarter in range(1, MONTHS // 3 + 1):
        world.run_to(START + 3 * quarter - 1)
        h = world.rows("household")
        assert (h.loan_months[owes] == MONTHS - 3 * quarter).all()
        assert h.loan[owes] == pytest.approx(900.0 * (1.0 - 3.0 * quarter / MONTHS))
    assert (h.loan == 0.0).all()
    purposes = {key[1] for key in money(world)}
    assert {"loan.interest", "loan.repaid", "loan.cleared"} <= purposes
    assert not any(purpose.startswith("loan.write") for purpose in purposes)


def test_interest_is_that_of_banks_on_what_is_owed() -> None:
    world = indebted()
    owed = world.rows("household").weight @ world.rows("household").loan
    world.run_to(START + 2)
    (interest,) = (amount for key, amount in money(world).items() if key[1] == "loan.interest")
    assert interest == pytest.approx(0.25 * world.p.lending_rate * owed)


def test_who_cannot_pay_borrows_privately_and_the_bank_loses_the_rest() -> None:
    world = indebted(principal=60000.0 / 2, savings=0.0)
    debt = world.rows("household").debt.sum()
    world.run_to(START + MONTHS - 1)
    h = world.rows("household")
    assert h.debt.sum() > debt
    assert (h.loan == 0.0).all()
    assert any(key[1] == "loan.write_off" for key in money(world))


def test_a_programme_does_not_pay_for_what_it_has_not_lent() -> None:
    credit = instruments("micro_credit", micro_credit={"share_per_year": 0.0})
    with_it, without = indebted(*credit), indebted()
    for world in (with_it, without):
        world.run_to(START + MONTHS - 1)
    assert not any(key[1].startswith("credit.") for key in money(with_it))
    for name in ("loan", "loan_months", "savings", "debt"):
        assert same_bits(with_it.table_of("household")[name], without.table_of("household")[name])


def test_without_such_loans_nothing_is_booked() -> None:
    world = region(villages(20), years=1)
    world.run_to(START + 5)
    assert not any(key[1].startswith("loan.") for key in money(world))
