"""What a household has of its members: composition, labour, pay, care. Sums over the person table.

Persons stand in the order of their households, so the sums are made a stretch of households at a time, while their
members are in the cache, and over the members who count only: workers, pupils, the ill.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.person import LOCAL, MIGRANT, OWN, POST
from fupin.model.rules.health import illness_hazard, working_capacity
from fupin.model.rules.vocabulary import maximum, where
from fupin.model.rules.wages import pay_factor

if TYPE_CHECKING:
    from fupin.model.region import Region

HOUSEHOLDS = 16384  # summed at a time, with some 85,000 places for members
PERSONS = 16384  # refreshed at a time

type Index = NDArray[np.int64]


class Family:
    """Some households `h` and all their members `person`: two windows, and the sums from one to the other.

    `home` is the place of each member's household among the `h`.
    """

    def __init__(self, h: Rows, person: Rows, home: Index) -> None:
        self.h, self.person, self.home = h, person, home

    def sum(self, members: Index, values: Any = None) -> NDArray[Any]:
        """Sum of `values` (default: the number) of some members, rows of `person`, by household."""
        return np.bincount(self.home[members], values, minlength=len(self.h))

    def of(self, name: str, members: Index) -> NDArray[Any]:
        """A column of some members, and of nobody else."""
        column, span = self.person.table.arrays[name], self.person.span
        return column[span][members] if isinstance(span, slice) else column[span[members]]


def families(region: Region, households: Index | None = None) -> Iterator[Family]:
    """All households, or those in some rows, with their members, a stretch at a time."""
    table, member, first = region.table_of("household"), region.table_of("person"), region.first_person
    if households is None:
        for h in table.blocks(HOUSEHOLDS):
            person = member.rows(int(first[h.span.start]), int(first[h.span.stop]))
            yield Family(h, person, person.household - h.span.start)
    else:
        for cut in range(0, len(households), HOUSEHOLDS):
            rows = households[cut : cut + HOUSEHOLDS]
            members, home = members_of(region, rows)
            yield Family(Rows(table, rows), Rows(member, members), home)


def members_of(region: Region, households: Index) -> tuple[Index, Index]:
    """Rows of all members of some households, one household after the other, and whose members they are."""
    first = region.first_person[households]
    places = region.first_person[households + 1] - first
    home = np.repeat(np.arange(len(households)), places)
    return np.arange(len(home)) + (first - np.cumsum(places) + places)[home], home


def homes(region: Region, *persons: Index) -> Index:
    """Rows of the households of some persons, each once, in order."""
    touched = np.zeros(len(region.table_of("household")), np.bool_)
    for who in persons:
        touched[region.table_of("person")["household"][who]] = True
    return touched.nonzero()[0]


def refresh_pay(region: Region, who: Index | None = None) -> None:
    """Capacity and pay of the given persons (all by default)."""
    table = region.table_of("person")
    for person in table.blocks(PERSONS) if who is None else [Rows(table, who)]:
        earn_by_capacity(person, region.p)
    if who is None:
        region.out_of_date[:] = True
    else:
        out_of_date(region, who)


def earn_by_capacity(person: Any, p: Any) -> None:
    """What a person can do and would be paid for it. Elementwise."""
    capacity = working_capacity(person.able, person.age, person.illness_loss, p.elder_capacity)
    person.capacity = where(person.alive, capacity, 0.0)
    earn(person, p)


def earn(person: Any, p: Any) -> None:
    """What a person of known capacity would be paid. Elementwise."""
    person.pay = person.capacity * pay_factor(
        person.schooling,
        person.skill,
        person.talent,
        person.wage_luck,
        p.return_to_nine,
        p.return_above_nine,
        p.return_to_skill,
    )


def out_of_date(region: Region, persons: Index) -> None:
    """Note that the households of some persons have other labour than was last summed."""
    region.out_of_date[region.table_of("person")["household"][persons]] = True


def sum_labour(region: Region) -> None:
    """Labour and pay by activity of the households in which a member's work, pay or health is not what it was."""
    activity = region.rows("person").activity
    out_of_date(region, (activity != region.summed_activity).nonzero()[0])
    households = region.out_of_date.nonzero()[0]
    sum_work(region, households if 2 * len(households) < len(region.out_of_date) else None)
    region.out_of_date[:] = False
    region.summed_activity = activity.copy()


def sum_work(region: Region, households: Index | None = None) -> None:
    """The same for the households in some rows, or for all."""
    p = region.p
    for family in families(region, households):
        h, activity = family.h, family.person.activity
        own, local, away, posted = ((activity == kind).nonzero()[0] for kind in (OWN, LOCAL, MIGRANT, POST))
        away_pay, idle = family.of("pay", away), (activity < 0).nonzero()[0]
        left, idle_capacity = family.of("non_resident", away).nonzero()[0], family.of("capacity", idle)
        helping = (idle_capacity > 0.0).nonzero()[0]
        abroad, helpers, migrants = away[left], idle[helping], family.sum(away)
        h.own_workers, h.local_workers, h.migrants = family.sum(own), family.sum(local), migrants
        h.post_pay = family.sum(posted)
        h.local_pay, h.migrant_pay = family.sum(local, family.of("pay", local)), family.sum(away, away_pay)
        h.remitted_pay = family.sum(abroad, away_pay[left])
        h.residents = h.members - family.sum(abroad)
        labour = family.sum(own, family.of("capacity", own)) + family.sum(helpers, idle_capacity[helping])
        if len(posted):
            labour = labour + p.post_spare * family.sum(posted, family.of("capacity", posted))
        h.own_labour = maximum(labour + p.harvest_help * migrants - p.carer_time * h.severely_ill, 0.0)


def sum_members(region: Region) -> None:
    """Composition, school, health of all households: after births and deaths."""
    sum_people(region)
    sum_school(region)
    sum_illness(region)


def sum_people(region: Region) -> None:
    """How many members, of which age, and how likely one of them falls ill."""
    p = region.p
    for family in families(region):
        h, person = family.h, family.person
        alive = person.alive.nonzero()[0]
        age = person.age[alive]
        h.members = family.sum(alive)
        h.children = family.sum(alive[(age < 6).nonzero()[0]])
        h.elders = family.sum(alive[(age >= 60).nonzero()[0]])
        h.disabled = family.sum((person.alive & person.disabled).nonzero()[0])
        hazard = illness_hazard(
            age, person.chronic[alive], p.child_hazard, p.adult_hazard, p.elder_hazard, p.chronic_multiple
        )
        h.illness_load = family.sum(alive, hazard)


def sum_school(region: Region, households: Index | None = None) -> None:
    """Who is at school and what it costs, who can work and what they have learnt (by default in all households)."""
    p = region.p
    costs = np.array([0.0, p.cost_primary, p.cost_junior, p.cost_senior, p.cost_vocational, p.cost_college])
    for family in families(region, households):
        h, alive, stage = family.h, family.person.alive, family.person.stage
        pupils, able = (alive & (stage > 0)).nonzero()[0], (alive & family.person.able).nonzero()[0]
        workers = family.sum(able)
        h.pupils, h.workers = family.sum(pupils), workers
        h.school_cost = family.sum(pupils, costs[stage[pupils]])
        h.schooling = family.sum(able, family.of("schooling", able)) / np.maximum(workers, 1)


def sum_illness(region: Region, households: Index | None = None) -> None:
    """Ill members and the care they and small children need (by default in all households, whoever is out of date)."""
    p = region.p
    if households is not None:
        region.out_of_date[households] = True
    for family in families(region, households):
        h, alive = family.h, family.person.alive
        severe = alive & (family.person.illness_months > 0)
        h.severely_ill = family.sum(severe.nonzero()[0])
        h.ill = family.sum((severe | (alive & family.person.chronic)).nonzero()[0])
        h.care_burden = maximum(p.child_care * h.children + p.carer_time * h.severely_ill - h.care_relief, 0.0)
