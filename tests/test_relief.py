"""The rest of the safety net reaches those it is for, once, and no more than the rule gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.instruments.base import Instrument
from fupin.model.person import NOT_IN_SCHOOL
from fupin.model.region import Region


def run(package: list[Instrument], months: int = 12, **kwargs: Any) -> Region:
    world = region(villages(), package, years=5, audit=True, **kwargs)
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


def paid(world: Region, purpose: str, *months: int) -> float:
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose and one.month in months)


# the extremely poor


def test_support_of_the_extremely_poor_rises_in_2016_to_four_and_six_thousand() -> None:
    for in_homes, before, after in ((0, 3000, 4000), (1, 5000, 6000)):
        given = {"in_homes": in_homes, "income_limit": 5.0}
        world = run(instruments("extremely_poor_support", extremely_poor_support=given), 25)
        h = world.rows("household")
        persons = np.minimum(h.elders + h.disabled, h.members)
        listed = h.wubao > 0
        assert listed.any()
        assert h.wubao[listed] * 12 == pytest.approx(persons[listed] * after)
        early = run(instruments("extremely_poor_support", extremely_poor_support=given), 1).rows("household")
        some = early.wubao > 0
        heads = np.minimum(early.elders + early.disabled, early.members)
        assert early.wubao[some] * 12 == pytest.approx(heads[some] * before)


def test_only_households_without_workers_pension_and_children_are_listed() -> None:
    h = run(instruments("extremely_poor_support")).rows("household")
    listed = h.wubao > 0
    for column in (h.workers, h.absent_support, h.formal_pension):
        assert not column[listed].any()


def test_dibao_is_deducted_so_that_nobody_draws_both_in_full() -> None:
    given = {"income_limit": 5.0}
    both = region(villages(), instruments("extremely_poor_support", extremely_poor_support=given), audit=True)
    h = both.rows("household")
    h.dibao = 100.0
    both.step()
    both.ledger.check()
    due = float(h.weight @ np.maximum(h.wubao - h.dibao, 0.0))
    assert paid(both, "extremely_poor", START) == pytest.approx(due)
    assert 0.0 < due < float(h.weight @ h.wubao)


# relief


def test_relief_reaches_families_in_want_only_and_once_a_year() -> None:
    world = region(villages(), instruments("temporary_relief", temporary_relief={"take_up": 1.0}), years=5, audit=True)
    world.run_to(START + 2)
    h = world.rows("household")
    h.health_spending[:20] += 20000.0
    struck = h.health_spending > 20000.0 - 1.0
    world.run_to(START + 3)
    relieved = h.relief_month == START + 3
    assert relieved[struck].any()
    assert not relieved[h.health_spending + h.forgone + h.shortfall <= 1000.0].any()
    most = 0.5 * world.p.poverty_line * h.members
    received = paid(world, "temporary_relief", START + 3)
    assert 0.0 < received <= float(h.weight[relieved] @ most[relieved]) + 1e-6
    world.run_to(START + 6)
    assert np.all(h.relief_month[relieved] == START + 3)


def test_where_nobody_is_in_want_relief_changes_nothing() -> None:
    package = instruments("temporary_relief", temporary_relief={"hardship": 5.0, "income_limit": 0.0})
    plain, other = snapshot(run([])), snapshot(run(package))
    assert all(same_bits(values, other[key]) for key, values in plain.items())


# the disabled and pensions


def test_disabled_members_of_poor_households_are_paid_by_head() -> None:
    given = {"take_up": 1.0, "monthly": 50}
    world = run(instruments("disability_subsidy", disability_subsidy=given), 3)
    h = world.rows("household")
    due = 150.0 * float(h.weight @ (h.disabled * (h.registry == 1) * (h.members > 0)))
    assert due > 0.0
    assert paid(world, "disability_subsidy", START + 2) == pytest.approx(due)


def test_premiums_fill_the_accounts_of_the_registered_and_pay_them_from_sixty_on() -> None:
    world = run(instruments("pension_premium", pension_premium={"premium": 1000}), 36)
    person, h = world.rows("person"), world.rows("household")
    has = person.pension_account > 0
    assert has.any()
    assert np.all(person.stage[has & (person.age < 59) & (person.tenure > 40)] == NOT_IN_SCHOOL)
    old = has & person.alive & (person.age >= 60)
    assert old.any()
    due = float(h.weight[person.household[old]] @ person.pension_account[old]) * 3 / 139
    assert paid(world, "pension.account", START + 35) == pytest.approx(due)


def test_an_account_grows_by_one_premium_a_year() -> None:
    world = run(instruments("pension_premium"), 12)
    person = world.rows("person")
    assert set(np.unique(person.pension_account)) == {0.0, 100.0}
    assert np.all(world.rows("household").registry[person.household[person.pension_account > 0]] > 0)
