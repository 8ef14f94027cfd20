"""What a household has of its members: composition, labour, pay, care. Sums over the person table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.columns import Rows
from fupin.model.person import COLLEGE, JUNIOR, LOCAL, MIGRANT, OWN, POST, PRIMARY, SENIOR, VOCATIONAL
from fupin.model.rules.health import illness_hazard, working_capacity
from fupin.model.rules.vocabulary import where
from fupin.model.rules.wages import pay_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

SLOTS = 6  # five activities and, last, everybody outside the labour force


def refresh_pay(region: Region, who: NDArray[np.int64] | None = None) -> None:
    """Capacity and pay of the given persons (all by default)."""
    table = region.table_of("person")
    earn_by_capacity(table.rows() if who is None else Rows(table, who), region.p)


def earn_by_capacity(person: Any, p: Any) -> None:
    """What a person can do and would be paid for it. Elementwise."""
    capacity = working_capacity(person.able, person.age, person.illness_loss, p.elder_capacity)
    person.capacity = where(person.alive, capacity, 0.0)
    person.pay = person.capacity * pay_factor(
        person.schooling,
        person.skill,
        person.talent,
        person.wage_luck,
        p.return_to_nine,
        p.return_above_nine,
        p.return_to_skill,
    )


def sum_labour(region: Region) -> None:
    """Labour and pay by activity, quarterly: one pass over the persons."""
    person, h, p = region.rows("person"), region.rows("household"), region.p
    n = len(h)
    key = person.household * SLOTS + np.where(person.activity < 0, SLOTS - 1, person.activity)
    capacity = np.bincount(key, person.capacity, minlength=n * SLOTS).reshape(n, SLOTS)
    pay = np.bincount(key, person.pay, minlength=n * SLOTS).reshape(n, SLOTS)
    heads = np.bincount(key, minlength=n * SLOTS).reshape(n, SLOTS)
    h.own_workers, h.local_workers, h.migrants = heads[:, OWN], heads[:, LOCAL], heads[:, MIGRANT]
    h.post_pay = heads[:, POST]
    h.local_pay, h.migrant_pay = pay[:, LOCAL], pay[:, MIGRANT]
    away = np.flatnonzero(person.non_resident & (person.activity == MIGRANT))
    h.remitted_pay = np.bincount(person.household[away], person.pay[away], minlength=n)
    h.residents = h.members - np.bincount(person.household[away], minlength=n)
    helping = capacity[:, OWN] + capacity[:, SLOTS - 1] + p.harvest_help * heads[:, MIGRANT]
    h.own_labour = np.maximum(helping - p.carer_time * h.severely_ill, 0.0)


def sum_members(region: Region) -> None:
    """Composition of households, after births, deaths, school and illness."""
    person, h, p = region.rows("person"), region.rows("household"), region.p
    n = len(h)

    def count(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(person.household[mask], minlength=n).astype(np.float64)

    alive = person.alive
    h.members = count(alive)
    h.children = count(alive & (person.age < 6))
    h.pupils = count(alive & (person.stage > 0))
    h.elders = count(alive & (person.age >= 60))
    h.disabled = count(alive & person.disabled)
    able = alive & person.able
    h.workers = count(able)
    schooling = np.bincount(person.household[able], person.schooling[able], minlength=n)
    h.schooling = schooling / np.maximum(h.workers, 1.0)
    hazard = illness_hazard(
        person.age, person.chronic, p.child_hazard, p.adult_hazard, p.elder_hazard, p.chronic_multiple
    )
    h.illness_load = np.bincount(person.household[alive], hazard[alive], minlength=n)
    costs = np.zeros(len(person.stage))
    for stage, cost in (
        (PRIMARY, p.cost_primary),
        (JUNIOR, p.cost_junior),
        (SENIOR, p.cost_senior),
        (VOCATIONAL, p.cost_vocational),
        (COLLEGE, p.cost_college),
    ):
        costs[alive & (person.stage == stage)] = cost
    h.school_cost = np.bincount(person.household, costs, minlength=n)
    sum_illness(region)


def sum_illness(region: Region) -> None:
    """Ill members and the care they and small children need."""
    person, h, p = region.rows("person"), region.rows("household"), region.p
    n = len(h)
    severe = np.flatnonzero(person.alive & (person.illness_months > 0))
    h.severely_ill = np.bincount(person.household[severe], minlength=n)
    sick = np.flatnonzero(person.alive & (person.chronic | (person.illness_months > 0)))
    h.ill = np.bincount(person.household[sick], minlength=n)
    h.care_burden = p.child_care * h.children + p.carer_time * h.severely_ill
