"""What a household has of its members: composition, labour, pay, care. Sums over the person table.

Sums are made by families (`engine.families`): over the members who count, for all households or for those in some rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import OLD, SCHOOL
from fupin.model.engine.among import places_where
from fupin.model.engine.families import familywise
from fupin.model.engine.families import members_of as members_of
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.person import LOCAL, MIGRANT, OWN, POST
from fupin.model.rules.health import illness_hazard, working_capacity
from fupin.model.rules.vocabulary import maximum, where
from fupin.model.rules.wages import pay_factor

if TYPE_CHECKING:
    from fupin.model.region import Region

PERSONS = 16384  # refreshed at a time

type Index = NDArray[np.int64]


def homes(region: Region, *persons: Index) -> Index:
    """Rows of the households of some persons, each once, in order."""
    touched = np.zeros(len(region.table_of("household")), np.bool_)
    for who in persons:
        touched[region.table_of("person")["household"][who]] = True
    return places_where(region, touched)


def refresh_pay(region: Region, who: Index | None = None) -> None:
    """Capacity and pay of the given persons (all by default)."""
    capacity_and_pay(region, who)
    if who is None:
        region.out_of_date[:] = True
    else:
        out_of_date(region, who)


@rowwise("person", block=PERSONS)
def capacity_and_pay(region: Region, person: Any) -> None:
    """What persons can do and would be paid for it."""
    earn_by_capacity(person, region.p)


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
        p.luck_sd_wage,
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
    out_of_date(region, places_where(region, activity != region.summed_activity))
    households = places_where(region, region.out_of_date)
    sum_work(region, households if 2 * len(households) < len(region.out_of_date) else None)
    region.out_of_date[:] = False
    region.summed_activity = activity.copy()


@familywise
def sum_work(region: Region, family: Any) -> None:
    """The same for the households in some rows, or for all."""
    h, activity, p = family.h, family.person.activity, region.p
    own, local, away, posted = (family.those(activity == kind) for kind in (OWN, LOCAL, MIGRANT, POST))
    idle, abroad, migrants = family.those(activity < 0), away.those(away.non_resident), away.sum()
    helping = idle.those(idle.capacity > 0.0)
    h.own_workers, h.local_workers, h.migrants = own.sum(), local.sum(), migrants
    h.post_pay = posted.sum()
    h.local_pay, h.migrant_pay = local.sum(local.pay), away.sum(away.pay)
    h.remitted_pay = abroad.sum(abroad.pay)
    h.residents = h.members - abroad.sum()
    h.casual_labour = own.sum(own.capacity)
    labour = h.casual_labour + helping.sum(helping.capacity) + p.post_spare * posted.sum(posted.capacity)
    h.own_labour = maximum(labour + p.harvest_help * migrants - p.carer_time * h.severely_ill, 0.0)


def sum_members(region: Region) -> None:
    """Composition, school, health of all households: after births and deaths."""
    sum_all(region, cost=school_costs(region.p))


@familywise
def sum_all(region: Region, family: Any, cost: Lookup) -> None:
    """The same in one pass."""
    sum_people(region, family)
    at_school(region, family, cost)
    in_need_of_care(region, family)


def sum_people(region: Region, family: Any) -> None:
    """How many members, of which age, and how likely one of them falls ill."""
    h, person, p = family.h, family.person, region.p
    alive = family.those(person.alive)
    h.members = alive.sum()
    h.children, h.elders = alive.those(alive.age < SCHOOL).sum(), alive.those(alive.age >= OLD).sum()
    h.disabled = family.those(person.alive & person.disabled).sum()
    hazard = illness_hazard(
        alive.age, alive.chronic, p.child_hazard, p.adult_hazard, p.elder_hazard, p.chronic_multiple
    )
    h.illness_load = alive.sum(hazard)


def sum_school(region: Region, households: Index | None = None) -> None:
    """Who is at school and what it costs, who can work and what they have learnt (by default in all households)."""
    sum_pupils(region, households, cost=school_costs(region.p))


def school_costs(p: Any) -> Lookup:
    """What a year of each stage of school costs, by its code."""
    return Lookup(np.array([0.0, p.cost_primary, p.cost_junior, p.cost_senior, p.cost_vocational, p.cost_college]))


def at_school(region: Region, family: Any, cost: Lookup) -> None:
    """The same for some families."""
    h, person = family.h, family.person
    pupils, able = family.those(person.alive & (person.stage > 0)), family.those(person.alive & person.able)
    workers = able.sum()
    h.pupils, h.workers = pupils.sum(), workers
    h.school_cost = pupils.sum(cost[pupils.stage])
    h.schooling = able.sum(able.schooling) / np.maximum(workers, 1)


sum_pupils = familywise(at_school)


def sum_illness(region: Region, households: Index | None = None) -> None:
    """Ill members and the care they and small children need (by default in all households, whoever is out of date)."""
    if households is not None:
        region.out_of_date[households] = True
    sum_care(region, households)


def in_need_of_care(region: Region, family: Any) -> None:
    """The same for some families."""
    h, person, p = family.h, family.person, region.p
    severe = person.alive & (person.illness_months > 0)
    h.severely_ill = family.those(severe).sum()
    h.ill = family.those(severe | (person.alive & person.chronic)).sum()
    h.care_burden = care_left(h, p)


def care_left(h: Any, p: Any) -> Any:
    """Care that small children and the severely ill need, less what kindergarten and neighbours take over, workers."""
    return maximum(p.child_care * h.children + p.carer_time * h.severely_ill - h.care_relief, 0.0)


sum_care = familywise(in_need_of_care)
