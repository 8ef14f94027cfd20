"""Who lives in a household: places, ages and sexes that fit together, keyed by household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from fupin.model.draws import Draws, declare_stream
from fupin.scenarios.recipes import PersonRecipe
from fupin.scenarios.scores import Bools, Floats, Ints

FAMILY = declare_stream("synthesis.family", "ages and sexes of the members of a household")

ADULT, ELDER, YOUNG, FREE = range(4)  # kinds of members; FREE is a place for a birth
# Every household has the same places; a member keeps the place, and its uid, whatever the others are.
KINDS = np.array([ADULT] * 4 + [ELDER] * 2 + [YOUNG] * 3 + [FREE] * 2)
ADULTS, ELDERS, YOUNGER = slice(0, 4), slice(4, 6), slice(6, 9)
OLDEST = 98
GRADES = np.arange(22)  # years of age at which a young member is in grade


@dataclass(frozen=True)
class Members:
    """Members of households, sorted by household and place, arrays (m,); `age` of the young is that of their grade.

    `known` holds what a user's table says about them, by column, NaN where it says nothing; with `exact` the ages of
    the young are their own.
    """

    household: Ints
    place: Ints
    kind: Ints
    age: Floats
    female: Bools
    known: Mapping[str, Floats] = field(default_factory=dict)
    exact: bool = False


def build_families(
    recipe: PersonRecipe, draws: Draws, uid: Ints, types: tuple[Floats, Floats, Floats], grade: Floats
) -> Members:
    """Ages and sexes of households of the given types (adults, elders, young), each (n,).

    `grade` (n,) are the uniform numbers that choose the age of the first young member.
    Couples are 21-30 years older than their eldest young member; further adults are grandparents below 60 where the
    couple is young, else grown children; elders who live with adults are a generation older.
    """
    adults, elders, young = types
    n = len(uid)
    u = draws.uniforms(FAMILY, 0, uid, 18)
    age, female = np.zeros((len(KINDS), n)), np.zeros((len(KINDS), n), np.bool_)
    taken = np.zeros((len(KINDS), n), np.bool_)
    for places, number in ((ADULTS, adults), (ELDERS, elders), (YOUNGER, young)):
        taken[places] = np.arange(places.stop - places.start)[:, None] < number

    age[YOUNGER], female[YOUNGER] = _young(recipe, grade, u[:2]), u[2:5] < 0.47
    eldest = np.where(taken[YOUNGER], age[YOUNGER], -1).max(axis=0)
    # a couple: parents of the young, or young or settled on its own
    alone = np.where((u[5] < recipe.young_couples) & (adults < 3), 20 + np.floor(16 * u[6]), 40 + np.floor(20 * u[6]))
    couple = np.minimum(np.where(young > 0, eldest + 21 + np.floor(10 * u[6]), alone), 59)
    age[0], female[0] = couple, np.where(adults > 1, u[7] < 0.12, u[7] < 0.40)
    age[1], female[1] = np.clip(couple - 4 + np.floor(7 * u[8]), 18, 59), ~female[0]
    # further adults
    older = couple <= 37
    grandparent = np.clip(couple + 20 + np.floor(5 * u[9]), 44, 59)
    grown = 16 + np.floor(u[10:12] * np.clip(couple - 36, 1, 18))
    age[2], female[2] = np.where(older, grandparent, grown[0]), u[12] < np.where(older, 0.55, 0.45)
    age[3] = np.where(older, np.clip(grandparent - 2 + np.floor(5 * u[13]), 44, 59), grown[1])
    female[3] = np.where(older, ~female[2], u[14] < 0.45)
    # elders
    elder = elder_age(recipe, u[15])
    age[4] = np.maximum(elder, np.where(adults > 0, np.minimum(couple + 18, 75), 0))
    age[5] = np.maximum(age[4] - 4 + np.floor(7 * u[16]), 60)
    female[4] = u[17] < np.where(elders > 1, 0.3, 0.6)
    female[5] = ~female[4]
    # free places for births
    taken[9] = True
    taken[10] = (taken & female & (age >= 20) & (age <= 34))[ADULTS].any(axis=0)
    household, place = np.nonzero(taken.T)
    return Members(household, place, KINDS[place], age[place, household], female[place, household])


def elder_age(recipe: PersonRecipe, u: Floats) -> Floats:
    """Ages from 60 on: an exponential tail, cut at the oldest age."""
    tail = -np.expm1(-(OLDEST - 60) / recipe.elder_age_scale)
    return np.asarray(60 + np.floor(-recipe.elder_age_scale * np.log1p(-tail * u)))


def grade_age(recipe: PersonRecipe, u: Floats, first: int = 0) -> Floats:
    """Ages of young members from `first` on, all of them in grade, by enrolment."""
    density = np.where(GRADES < 15, 1.0, np.where(GRADES < 18, recipe.senior_enrolment, recipe.college_enrolment))
    cumulative = np.cumsum(density * (first <= GRADES))
    return np.searchsorted(cumulative / cumulative[-1], u, side="right").astype(np.float64)


def _young(recipe: PersonRecipe, grade: Floats, u: Floats) -> Floats:
    """Grade ages of up to three young members: the first by enrolment, the others a few years younger or older."""
    first = grade_age(recipe, grade)
    gap = 2 + np.floor(4 * u[0])  # what is left of u[0] is a fresh uniform: it says whether the sibling is older
    up = (first + gap <= 17) & ((first - gap < 0) | (u[0] * 4 % 1 < 0.5))
    second = np.where(up, first + gap, first - gap)
    gap = 2 + np.floor(3 * u[1])
    low, high = np.minimum(first, second), np.maximum(first, second)
    up = (high + gap <= 17) & ((low - gap < 0) | (u[1] * 3 % 1 < 0.5))
    return np.stack([first, second, np.maximum(np.where(up, high + gap, low - gap), 0)])
