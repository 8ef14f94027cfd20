"""Medical cover lowers what the registered pay, caps it, and lets nobody go without treatment for want of cash."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import instruments, region, same_bits, snapshot, villages

from fupin.model.household import REGISTERED
from fupin.model.processes.health import bill
from fupin.model.region import Region

OFF = {"basic_bonus": 0, "critical_bonus": 0, "assistance": 0}


def world_with(years: int = 2, **settings: Any) -> Region:
    return region(villages(), instruments("medical_cover", medical_cover=settings), years=years, audit=True)


def run(world: Region, months: int = 24) -> Region:
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


def billed(cost: float, savings: float = 1e6, times: int = 1, **settings: Any) -> tuple[Region, np.ndarray, np.ndarray]:
    """A bill sent to everybody in the second month: who is registered, and what share was treated."""
    world = run(world_with(**settings), 2)
    h = world.rows("household")
    h.savings = savings
    h.debt = 1e6
    world.ledger.open(world.month)
    rows = np.arange(len(h))
    for _ in range(times):
        taken = bill(world, rows, np.full(len(h), cost), 0.0, 0.0)
    world.ledger.check()
    return world, h.registry == 1, taken


def test_layers_are_taken_one_after_another_for_the_registered_only() -> None:
    world, listed, _ = billed(30000.0, basic_bonus=0.1, critical_threshold=5000, critical_bonus=0.5, assistance=0.2)
    due = world.rows("household").health_due
    own = 30000.0 * (1.0 - world.p.basic_reimbursement)
    assert due[~listed] == pytest.approx(own)
    rest = own - 3000.0
    assert due[listed] == pytest.approx(0.8 * (rest - 0.5 * (rest - 5000.0)))


@pytest.mark.parametrize(("cost", "cap"), [(12000.0, 3000.0), (40000.0, 5000.0), (90000.0, 10000.0)])
def test_own_cost_is_capped_by_level_of_hospital(cost: float, cap: float) -> None:
    world, listed, _ = billed(cost, annual_caps=1, **OFF)
    assert world.rows("household").health_due[listed] == pytest.approx(cap)


def test_the_cap_is_one_of_the_year_and_not_of_the_stay() -> None:
    world, listed, _ = billed(12000.0, times=3, annual_caps=1, **OFF)
    assert world.rows("household").health_due[listed] == pytest.approx(3000.0)


def test_without_cash_treatment_is_forgone_unless_it_may_be_paid_later() -> None:
    at_once, listed, taken = billed(12000.0, savings=600.0, **OFF)
    assert np.all(taken < 0.2)
    later, _, treated = billed(12000.0, savings=600.0, pay_later=1, at_discharge=0.5, **OFF)
    assert np.all(treated[listed] == 1.0)
    assert np.all(treated[~listed] == taken[~listed])
    h = later.rows("household")
    assert h.care_debt[listed] == pytest.approx(12000.0 * (1.0 - later.p.basic_reimbursement) - 300.0)
    assert not h.forgone[listed].any()
    assert at_once.rows("household").forgone[listed].all()


def test_what_is_owed_to_hospitals_is_paid_back_out_of_savings() -> None:
    world, _, _ = billed(12000.0, savings=600.0, pay_later=1, at_discharge=0, instalment=0.5, **OFF)
    h = world.rows("household")
    owed = float(h.weight @ h.care_debt)
    assert owed > 0.0
    run(world, 22)
    flows = dict.fromkeys(("medical.deferred", "medical.repaid"), 0.0)
    for one in world.ledger.journal:
        if one.purpose in flows:
            flows[one.purpose] += one.amount
    assert flows["medical.repaid"] > 0.1 * owed
    assert float(h.weight @ h.care_debt) == pytest.approx(flows["medical.deferred"] - flows["medical.repaid"])


def test_the_chronic_top_up_lowers_outpatient_cost_of_the_ill_and_leaves_nothing_behind() -> None:
    package = {"chronic_top_up": 0.8, "end": "2014-12"}
    world = run(world_with(**OFF, **package), 12)
    h = world.rows("household")
    helped = h.outpatient_shift < 0
    assert helped.any()
    assert np.all(h.registry[helped] == REGISTERED)
    assert np.all(h.outpatient_shift >= np.log(0.2) - 1e-9)
    run(world, 3)
    assert np.allclose(h.outpatient_shift, 0.0)


def test_cover_lowers_what_the_registered_pay_and_what_they_forgo() -> None:
    strong = {"basic_bonus": 0.2, "critical_bonus": 0.6, "assistance": 0.6, "pay_later": 1}
    spent = {}
    for name, given in (("off", OFF), ("on", strong)):
        world = run(world_with(5, **given), 60)
        spent[name] = sum(e.amount for e in world.ledger.journal if e.purpose == "health.own")
    assert spent["on"] < 0.95 * spent["off"]


def test_without_any_layer_the_cover_changes_no_stock() -> None:
    plain = run(region(villages(), years=2, audit=True))
    other = snapshot(run(world_with(**OFF)))
    same = {key for key, values in snapshot(plain).items() if same_bits(values, other[key])}
    assert set(other) - same <= {("household", "reached"), ("household", "hospital_paid")}


def test_the_cover_pays_no_more_than_the_budget_of_the_year() -> None:
    rich = run(world_with(chronic_top_up=0.8))
    need = rich.instruments[0].spent(rich)
    poor = run(world_with(chronic_top_up=0.8, budget=need / 3.0))
    for year, spent in poor.state_of(poor.instruments[0]).spent.items():
        assert spent <= need / 3.0 * (1.0 + 1e-9), year
    assert 0.2 * need < poor.instruments[0].spent(poor)


def test_cover_without_a_budget_is_no_cover() -> None:
    world, without = run(world_with(budget=0, chronic_top_up=0.8)), region(villages(), years=2, audit=True)
    run(without)
    for name in ("savings", "health_due", "health_spending", "forgone", "outpatient_shift"):
        assert same_bits(world.rows("household").table[name], without.rows("household").table[name]), name


def test_what_cover_induces_is_paid_by_everybodys_insurance_too() -> None:
    world, listed, taken = billed(30000.0, induced=0.3, basic_bonus=0.1)
    h, share = world.rows("household"), world.p.basic_reimbursement
    assert (taken == 1.0).all()
    more = (h.health_due + h.benefits) / (30000.0 * (1.0 - share))  # treatment against need
    assert more[~listed] == pytest.approx(1.0)
    assert (more[listed] > 1.0).all()
    world.ledger.close_month()
    insured = sum(one.amount for one in world.ledger.journal if one.purpose == "health.insured")
    assert insured == pytest.approx(float(h.weight @ (30000.0 * share * more)))
