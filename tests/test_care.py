"""Care: bills are met for whom and where the rule says, money has limits, and care taken over frees a household."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.instruments.base import Instrument
from fupin.model.processes.health import bill, choose_member
from fupin.model.region import Region


def one(kind: str, **settings: Any) -> list[Instrument]:
    return instruments(kind, **{kind: settings})


def world(package: list[Instrument], month: int = START, **kwargs: Any) -> Region:
    made = region(villages(), package, years=5, audit=True, **kwargs)
    while made.month < month:
        made.step()
        made.ledger.check()
    return made


def booked(made: Region, purpose: str) -> float:
    made.ledger.close_month()
    return sum(entry.amount for entry in made.ledger.journal if entry.purpose == purpose)


def own_cost(made: Region, cost: float, rows: Any = None) -> Any:
    """What households owe of a hospital bill of this cost, yuan."""
    h = made.rows("household")
    rows = np.flatnonzero(h.members > 0) if rows is None else rows
    before = h.health_due.copy()
    bill(made, rows, np.full(len(rows), cost), 0.0, 0.0)
    return (h.health_due - before)[rows]


# full cover of the old


def old_patients(made: Region) -> Any:
    rows = np.flatnonzero(made.rows("household").members > 0)
    return made.rows("person").age[choose_member(made, rows)] >= 60.0


def test_patients_of_sixty_and_more_pay_nothing_in_county_hospitals_and_others_pay_as_before() -> None:
    made, plain = world(one("elder_cover", insured=1.0)), world([])
    old = old_patients(made)
    with_it, without = own_cost(made, 6000.0), own_cost(plain, 6000.0)
    assert old.any()
    assert not with_it[old].any()
    assert np.array_equal(with_it[~old], without[~old])
    assert booked(made, "care.elders") > 0.0


@pytest.mark.parametrize(
    "given", [{"county": "涞源县"}, {"insured": 0.0}, {"county_hospital": 100}, {"end": "2013-12"}]
)
def test_the_pilot_is_for_one_county_its_hospitals_and_the_insured(given: dict[str, Any]) -> None:
    made, plain = world(one("elder_cover", **given)), world([])
    assert np.array_equal(own_cost(made, 6000.0), own_cost(plain, 6000.0))


# control of over-treatment


def test_cover_induces_treatment_and_control_takes_it_back() -> None:
    paid = {}
    for name, given in (
        ("none", {}),
        ("induced", {"induced": 0.3}),
        ("checked", {"induced": 0.3, "control": 0.5}),
        ("ended", {"induced": 0.3, "control": 1.0}),
    ):
        made = world(one("medical_cover", **given))
        made.rows("household").registry = 1
        made.rows("household").savings = 1e6
        own_cost(made, 6000.0)
        paid[name] = booked(made, "medical.layers")
    assert paid["none"] == pytest.approx(paid["ended"])
    assert paid["none"] < paid["checked"] < paid["induced"]


def test_control_costs_money_for_every_bill() -> None:
    made = world(one("medical_cover", induced=0.3, control=0.5, control_cost=100))
    h = made.rows("household")
    h.registry = 1
    own_cost(made, 6000.0)
    assert booked(made, "care.control") == pytest.approx(50.0 * float(h.weight[h.members > 0].sum()))


# four auxiliary reliefs

NONE = {"insured_share": 0.0, "emergency": 0.0, "charity": 0.0, "donations": 0.0}
EACH = {
    "care.insurer": {"insured_share": 0.5, "insured_from": 1000},
    "care.emergency": {"emergency": 1.0},
    "care.charity": {"charity": 1.0, "charity_from": 1000},
    "care.donations": {"donations": 1e9},
}


@pytest.mark.parametrize("purpose", EACH)
def test_each_relief_pays_by_itself_and_lowers_what_is_owed(purpose: str) -> None:
    plain, made = world([]), world(one("auxiliary_relief", **NONE | EACH[purpose]))
    for each in (plain, made):
        each.rows("household").savings = 500.0
        each.rows("household").registry = 1
    plain.month = made.month = START
    made.instruments[0].run(made)
    without, with_it = own_cost(plain, 30000.0).sum(), own_cost(made, 30000.0)
    assert booked(made, purpose) > 0.0
    assert all(booked(made, other) == 0.0 for other in EACH if other != purpose)
    forgone = [each.rows("household").forgone.sum() for each in (plain, made)]
    assert with_it.sum() + forgone[1] < without + forgone[0]


def test_reliefs_of_nothing_change_no_bill() -> None:
    plain, made = world([]), world(one("auxiliary_relief", **NONE))
    assert np.array_equal(own_cost(plain, 6000.0), own_cost(made, 6000.0))


def test_donations_end_when_the_years_are_used_up() -> None:
    made = world(one("auxiliary_relief", **NONE | {"donations": 500000.0}))
    made.rows("household").registry = 1
    made.instruments[0].run(made)
    own_cost(made, 30000.0)
    own_cost(made, 30000.0)
    assert 0.0 < booked(made, "care.donations") <= 500000.0


def test_households_that_were_never_listed_get_no_auxiliary_relief() -> None:
    made, plain = world(one("auxiliary_relief")), world([])
    never = np.flatnonzero((plain.rows("household").registry == 0) & (plain.rows("household").members > 0))
    assert np.array_equal(own_cost(made, 30000.0, never), own_cost(plain, 30000.0, never))


def test_a_health_shock_without_cover_pushes_near_poor_households_below_the_line() -> None:
    below = []
    for package in ([], instruments("medical_cover", "auxiliary_relief", auxiliary_relief={"emergency": 1.0})):
        made = world(package)
        h, line = made.rows("household"), made.p.poverty_line
        near = np.flatnonzero((h.income_year > line * h.members) & (h.income_year < 2.5 * line * h.members))
        h.registry[near] = 1
        for instrument in made.instruments:
            instrument.run(made)
        due = own_cost(made, 20000.0, near)
        left = (h.income_year[near] - due) / h.members[near]
        below.append(int(np.count_nonzero(left < line)))
    assert below[1] < below[0]


# mutual care


def test_a_home_takes_over_care_of_ill_elders_only() -> None:
    made = world(one("happiness_homes", share_per_year=1.0, hours=1.0), START + 4)
    person, h = made.rows("person"), made.rows("household")
    old = np.flatnonzero(person.alive & (person.age >= 60))[:5]
    person.illness_months[old] = 36.0
    young = np.flatnonzero(person.alive & (person.age < 50) & ~np.isin(person.household, person.household[old]))[:5]
    person.illness_months[young] = 36.0
    made.step()
    made.ledger.check()
    relieved = np.flatnonzero(h.care_relief > 0.0)
    assert set(person.household[old]) <= set(relieved)
    assert not set(person.household[young]) & set(relieved)
    assert h.care_relief[person.household[old[0]]] >= made.p.carer_time


def test_children_who_pledge_send_more_and_strangers_send_nothing() -> None:
    made = world(one("happiness_homes", share_per_year=1.0, pledge=1.0), START + 11)
    plain = world([], START + 11)
    h = made.rows("household")
    more = h.transfer_income > plain.rows("household").transfer_income + 1.0
    assert more.any()
    assert np.all(h.absent_support[more] > 0.0)
    assert booked(made, "care.children") > 0.0


def test_without_money_for_the_homes_nothing_differs() -> None:
    made, plain = world(one("happiness_homes", budget=0), START + 11), world([], START + 11)
    other = snapshot(made)
    assert all(same_bits(values, other[key]) for key, values in snapshot(plain).items())


# dibao


def lists(month: int = START + 36, **settings: Any) -> Region:
    return world(one("dibao", **settings), month)


def test_the_standard_grows_while_the_counties_can_bear_it_and_else_holds() -> None:
    rich, poor = (lists(growth=0.1, standard=3000, means=m) for m in (1.0, 0.0))
    assert rich.state_of(rich.instruments[0]).standard == pytest.approx(3000 * 1.1**3)
    assert poor.state_of(poor.instruments[0]).standard == 3000.0


def test_a_standard_that_moves_with_the_means_pays_more_where_means_are() -> None:
    rich, poor = (lists(growth=0.2, standard=3000, means=m, coverage=0.5) for m in (1.0, 0.0))
    assert booked(rich, "dibao") > booked(poor, "dibao")


def test_cadres_bring_the_three_groups_onto_the_list_and_no_others() -> None:
    made = world(one("dibao"))
    s, dibao = made.instruments[0].settings, made.instruments[0]
    rows = np.flatnonzero(made.rows("household").members > 0)
    made.rows("household").dibao = 0.0
    plain = dibao.take_up(made, s.at(START), rows)
    all_in = dibao.take_up(made, one("dibao", groups=1.0)[0].settings.at(START), rows)
    known = dibao.known_cases(made, rows)  # type: ignore[attr-defined]
    assert known.any()
    assert not known.all()
    assert np.all(np.asarray(all_in)[known] == 1.0)
    assert np.all(np.asarray(all_in)[~known] == np.asarray(plain)[~known])


@pytest.mark.parametrize("purpose", ["care.insurer", "care.charity", "care.donations"])
def test_what_others_pay_is_what_households_owe_less(purpose: str) -> None:
    plain, made = world([]), world(one("auxiliary_relief", **NONE | EACH[purpose]))
    for each in (plain, made):
        each.rows("household").savings = 1e6
        each.rows("household").registry = 1
    made.instruments[0].run(made)
    weight = made.rows("household").weight[made.rows("household").members > 0]
    less = float(weight @ (own_cost(plain, 30000.0) - own_cost(made, 30000.0)))
    assert booked(made, purpose) == pytest.approx(less)
