"""Members of a user's households: from a table of persons, or from counts by age group with ages that fit together."""

from __future__ import annotations

import numpy as np

from fupin.model import ages
from fupin.model.draws import Draws, declare_stream
from fupin.model.person import PER_HOUSEHOLD
from fupin.scenarios.families import (
    ADULT,
    ELDER,
    FREE,
    YOUNG,
    Members,
    couple_age,
    elder_age,
    evenly,
    fertile,
    grade_age,
    grandparent_age,
    grown_age,
    may_bear,
    spouse_age,
    with_grandparents,
)
from fupin.scenarios.given import Given, counted
from fupin.scenarios.profiles import Profile
from fupin.scenarios.scores import Bools, Floats, Ints

KNOWN_FAMILY = declare_stream("synthesis.known family", "age of the couple of a household whose members are counted")
KNOWN_MEMBER = declare_stream("synthesis.known member", "age and sex of a member who is counted")


def known_members(profile: Profile, draws: Draws, given: Given, rows: Ints, uid: Ints) -> Members:
    """Members of the households in `rows` of a user's table, whose keys are `uid` (n,)."""
    households = {name: values[rows] for name, values in given.households.items()}
    if given.persons is None or given.member_start is None:
        return _from_counts(profile, draws, households, uid)
    first, last = given.member_start[rows], given.member_start[rows + 1]
    household = np.repeat(np.arange(len(rows)), last - first)
    place = _place(household, len(rows))
    persons = {name: values[first[household] + place] for name, values in given.persons.items()}
    age, stage = persons["age"], persons.get("stage", np.full(len(place), np.nan))
    # without a stage, children below the age of work are in school and all others out of it
    young = np.where(np.isnan(stage), age < ages.WORK, (stage > 0) | (age < ages.SCHOOL))
    kind = np.where(young, YOUNG, np.where(age >= ages.OLD, ELDER, ADULT))
    return _with_places(household, place, kind, age, persons["female"] > 0, persons, len(rows))


def _from_counts(profile: Profile, draws: Draws, households: dict[str, Floats], uid: Ints) -> Members:
    """Workers first, then adults unable to work, elders, children and pupils; couples as old as their pupils ask."""
    recipe, person = profile.family, profile.person
    workers, others, elders, children, pupils = counted(
        households, ("workers", "other_adults", "elders", "children", "pupils")
    )
    ends = np.cumsum([workers, others, elders, children, pupils], axis=0)
    household = np.repeat(np.arange(len(uid)), ends[-1].astype(np.int64))
    place = _place(household, len(uid))
    group = (place >= ends[:, household]).sum(axis=0)
    kind = np.array([ADULT, ADULT, ELDER, YOUNG, YOUNG])[group]
    u = draws.uniforms(KNOWN_MEMBER, 0, uid[household] * PER_HOUSEHOLD + place, 2)
    family = draws.uniforms(KNOWN_FAMILY, 0, uid, 1)[0]

    small, pupil = np.floor(ages.SCHOOL * u[0]), grade_age(person, u[0], ages.SCHOOL)
    age = np.select([group == 3, group == 4], [small, pupil], -1.0)
    eldest = np.full(len(uid), -1.0)
    np.maximum.at(eldest, household, age)
    couple = couple_age(recipe, eldest, evenly(recipe.couple_counted, family), family)[household]
    grandparent, grown = grandparent_age(recipe, couple, u[0]), grown_age(recipe, couple, u[0])
    further = np.where(with_grandparents(recipe, couple), grandparent, grown)
    adult = np.select([place == 0, place == 1], [couple, spouse_age(recipe, couple, u[0])], further)
    age = np.select([kind == ADULT, kind == ELDER], [adult, elder_age(person, u[0])], age)
    female = u[1] < np.array(recipe.counted_female)[np.minimum(place, 2)]
    known = {"disabled": np.select([group == 0, group == 1], [0.0, 1.0], np.nan)}
    if "schooling" in households:
        known["schooling"] = np.where(group == 0, households["schooling"][household], np.nan)
    if "ill" in households:
        known |= _ill(households["ill"], household, age)
    return _with_places(household, place, kind, age, female, known, len(uid))


def _ill(count: Floats, household: Ints, age: Floats) -> dict[str, Floats]:
    """The oldest members are the ill ones, chronically; nobody else is."""
    oldest = np.lexsort((-age, household))
    rank = np.empty(len(age), np.int64)
    rank[oldest] = _place(household, len(count))
    ill = np.where(np.isnan(count[household]), np.nan, rank < count[household])
    return {"chronic": ill, "illness_months": np.where(np.isnan(ill), np.nan, 0.0)}


def _with_places(
    household: Ints, place: Ints, kind: Ints, age: Floats, female: Bools, known: dict[str, Floats], count: int
) -> Members:
    """Members with the free places of their households: one where a woman or girl may yet bear a child, and another
    where it may be soon."""
    free = np.zeros(count, np.int64)
    for wanted in (may_bear, fertile):
        free[np.unique(household[wanted(female, age)])] += 1
    everyone = np.concatenate([household, np.repeat(np.arange(count), free)])
    order = np.argsort(everyone, kind="stable")
    extra = len(everyone) - len(household)

    def padded[T: np.generic](
        values: np.ndarray[tuple[int], np.dtype[T]], empty: float
    ) -> np.ndarray[tuple[int], np.dtype[T]]:
        return np.concatenate([values, np.full(extra, empty, values.dtype)])[order]

    return Members(
        household=everyone[order],
        place=_place(everyone[order], count),
        kind=padded(kind, FREE),
        age=padded(age, 0),
        female=padded(female, 0),
        known={name: padded(values, np.nan) for name, values in known.items()},
        exact=True,
    )


def _place(household: Ints, count: int) -> Ints:
    """Place of each member within its household, from 0; `household` is sorted."""
    size = np.bincount(household, minlength=count)
    return np.asarray(np.arange(len(household)) - (np.cumsum(size) - size)[household])
