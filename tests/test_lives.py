"""Births and illness, person by person: a child begins a life of its own, no illness is cut short by another."""

from __future__ import annotations

import numpy as np
from worlds import START, region, villages

from fupin.model.columns import columns_of
from fupin.model.person import Person
from fupin.model.processes import health, years


def test_a_child_inherits_nothing_from_who_had_its_place_before() -> None:
    made = region(villages(200))
    person = made.table_of("person")
    free = np.flatnonzero(~person["alive"])
    for name, column in columns_of(Person).items():
        if name not in years.OF_THE_PLACE | {"alive"}:
            person[name][free] = np.asarray(1).astype(column.dtype)  # whatever the member left behind who died
    mothers = np.flatnonzero(person["alive"] & person["female"] & (person["age"] >= 20) & (person["age"] < 35))
    infants = years.born(made, mothers)
    assert len(infants) > 5
    assert person["alive"][infants].all()
    assert 0 < person["female"][infants].sum() < len(infants)
    for name, column in columns_of(Person).items():
        if name not in years.OF_THE_PLACE | {"alive", "female"}:
            assert np.all(person[name][infants] == column.default), name


def test_who_falls_ill_again_is_not_well_sooner() -> None:
    made = region(villages(200))
    person, p = made.rows("person"), made.p
    made.month = START
    who = np.flatnonzero(person.alive)[:40]
    long, middle = p.duration_high + 12.0, np.full(len(who), 0.5)
    person.illness_months[who] = np.where(np.arange(len(who)) < 20, long, 1.0)
    health.fall_ill(made, who, taken=np.ones(len(who)), severity=middle, length=middle)
    assert np.all(person.illness_months[who[:20]] == long)
    assert np.all(person.illness_months[who[20:]] == 0.5 * (p.duration_low + p.duration_high))


def test_a_formal_pension_ends_with_the_last_elder_of_the_household() -> None:
    world = region(villages(20))
    person, h = world.rows("person"), world.rows("household")
    h.formal_pension = 12000.0
    before = h.elders.copy()
    person.age = np.where(person.age >= 60, 104, person.age).astype(person.age.dtype)  # nine in ten die in the year
    world.month = START  # a January
    years.age_members(world)
    bereft, left = (before > 0) & (h.elders == 0), h.elders > 0
    assert bereft.any()
    assert left.any()
    assert (h.formal_pension[bereft] == 0.0).all()
    assert (h.formal_pension[left] == 12000.0).all()
    assert (h.formal_pension[(before == 0) & ~left] == 12000.0).all()  # that of somebody who retired before 60
