"""Who lives in a household: places, ages and sexes that fit together, keyed by household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fupin.model import ages
from fupin.model.draws import Draws, declare_stream
from fupin.model.person import COLLEGE, JUNIOR, PRIMARY, SENIOR, YEARS
from fupin.scenarios.profiles import Profile
from fupin.scenarios.recipes import MOST_ADULTS, MOST_ELDERS, MOST_YOUNG, FamilyRecipe, PersonRecipe
from fupin.scenarios.scores import Bools, Floats, Ints

FAMILY = declare_stream("synthesis.family", "ages and sexes of the members of a household")
NUMBERS = 18  # uniform numbers a household has for them

ADULT, ELDER, YOUNG, FREE = range(4)  # kinds of members; FREE is a place for a birth
# Every household has the same places; a member keeps the place, and its uid, whatever the others are.
KINDS = np.array([ADULT] * MOST_ADULTS + [ELDER] * MOST_ELDERS + [YOUNG] * MOST_YOUNG + [FREE] * 2)
ADULTS = slice(0, MOST_ADULTS)
ELDERS = slice(ADULTS.stop, ADULTS.stop + MOST_ELDERS)
YOUNGER = slice(ELDERS.stop, ELDERS.stop + MOST_YOUNG)
OLDEST_ADULT = ages.OLD - 1  # years of age: who is older is an elder
# years of age at which a stage of school is over, for those in grade
PRIMARY_OVER, JUNIOR_OVER, SENIOR_OVER, COLLEGE_OVER = (
    ages.SCHOOL + YEARS[stage] for stage in (PRIMARY, JUNIOR, SENIOR, COLLEGE)
)
GRADES = np.arange(COLLEGE_OVER)  # years of age at which a young member is in grade


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
    profile: Profile, draws: Draws, uid: Ints, types: tuple[Floats, Floats, Floats], grade: Floats
) -> Members:
    """Ages and sexes of households of the given types (adults, elders, young), each (n,).

    `grade` (n,) are the uniform numbers that choose the age of the first young member.
    Couples are a generation older than their eldest young member; further adults are grandparents who are not yet
    elders where the couple is young, else grown children; elders who live with adults are a generation older.
    """
    recipe = profile.family
    adults, elders, young = types
    n = len(uid)
    u = draws.uniforms(FAMILY, 0, uid, NUMBERS)
    age, female = np.zeros((len(KINDS), n)), np.zeros((len(KINDS), n), np.bool_)
    taken = np.zeros((len(KINDS), n), np.bool_)
    for places, number in ((ADULTS, adults), (ELDERS, elders), (YOUNGER, young)):
        taken[places] = np.arange(places.stop - places.start)[:, None] < number

    age[YOUNGER], female[YOUNGER] = _young(profile, grade, u[:2]), u[2:5] < recipe.young_female
    eldest = np.where(taken[YOUNGER], age[YOUNGER], -1).max(axis=0)
    # a couple: parents of the young, or young or settled on its own; one with grown children is not young
    starting = (u[5] < profile.person.young_couples) & (adults < 3)
    alone = np.where(starting, evenly(recipe.couple_young, u[6]), evenly(recipe.couple_settled, u[6]))
    couple = couple_age(recipe, eldest, alone, u[6])
    with_others, single = recipe.head_female
    age[0], female[0] = couple, u[7] < np.where(adults > 1, with_others, single)
    age[1], female[1] = spouse_age(recipe, couple, u[8]), ~female[0]
    # further adults
    older = with_grandparents(recipe, couple)
    grandparent, grown = grandparent_age(recipe, couple, u[9]), grown_age(recipe, couple, u[10:12])
    age[2] = np.where(older, grandparent, grown[0])
    female[2] = u[12] < np.where(older, recipe.grandparent_female, recipe.grown_female)
    other = np.clip(grandparent + evenly(recipe.grandparent_spouse, u[13]), recipe.grandparent_min, OLDEST_ADULT)
    age[3] = np.where(older, other, grown[1])
    female[3] = np.where(older, ~female[2], u[14] < recipe.grown_female)
    # elders
    generation = np.where(adults > 0, np.minimum(couple + recipe.elder_gap, recipe.elder_gap_until), 0)
    age[4] = np.maximum(elder_age(profile.person, u[15]), generation)
    age[5] = np.maximum(age[4] + evenly(recipe.spouse_gap, u[16]), ages.OLD)
    of_two, single = recipe.elder_female
    female[4] = u[17] < np.where(elders > 1, of_two, single)
    female[5] = ~female[4]
    # free places for births
    taken[-2] = (taken & may_bear(female, age)).any(axis=0)
    taken[-1] = (taken & fertile(female, age))[ADULTS].any(axis=0)
    household, place = np.nonzero(taken.T)
    return Members(household, place, KINDS[place], age[place, household], female[place, household])


def evenly(span: Sequence[float], u: Floats) -> Floats:
    """Whole numbers from the first to the second, all equally frequent."""
    least, most = span
    return np.asarray(least + np.floor((most - least + 1) * u))


def couple_age(recipe: FamilyRecipe, eldest: Floats, alone: Floats, u: Floats) -> Floats:
    """Age of a couple: from that of its eldest young member, or `alone` where there is none (-1)."""
    return np.minimum(np.where(eldest >= 0, eldest + evenly(recipe.parent_gap, u), alone), OLDEST_ADULT)


def spouse_age(recipe: FamilyRecipe, couple: Floats, u: Floats) -> Floats:
    """Age of the second of a couple, who is of full age and no elder."""
    return np.clip(couple + evenly(recipe.spouse_gap, u), ages.ADULT, OLDEST_ADULT)


def with_grandparents(recipe: FamilyRecipe, couple: Floats) -> Bools:
    """Are further adults of a household the grandparents, and not grown children?"""
    return np.asarray(couple <= recipe.grandparents_until)


def grandparent_age(recipe: FamilyRecipe, couple: Floats, u: Floats) -> Floats:
    """Age of a grandparent who is not yet an elder."""
    return np.clip(couple + evenly(recipe.grandparent_gap, u), recipe.grandparent_min, OLDEST_ADULT)


def grown_age(recipe: FamilyRecipe, couple: Floats, u: Floats) -> Floats:
    """Age of a grown child: of working age, and no older than the age of the couple and `grown_max` allow."""
    oldest = np.minimum(couple - recipe.parent_gap[0], recipe.grown_max)
    return ages.WORK + np.floor(u * np.maximum(oldest - ages.WORK + 1, 1))


def may_bear(female: Bools, age: Floats) -> Bools:
    """Women and girls who may yet bear children: without one, nobody is ever born into a household."""
    return np.asarray(female & (age < ages.MOTHER_LAST))


def fertile(female: Bools, age: Floats) -> Bools:
    """Women who may bear children soon: their household has a second free place."""
    return np.asarray(female & (age >= ages.MOTHER) & (age <= ages.MOTHER_LAST - 1))


def elder_age(recipe: PersonRecipe, u: Floats) -> Floats:
    """Ages of elders: an exponential tail, cut at the oldest age."""
    tail = -np.expm1(-(recipe.elder_age_max - ages.OLD) / recipe.elder_age_scale)
    return np.asarray(ages.OLD + np.floor(-recipe.elder_age_scale * np.log1p(-tail * u)))


def grade_age(recipe: PersonRecipe, u: Floats, first: float = 0) -> Floats:
    """Ages of young members from `first` on, all of them in grade, by enrolment."""
    enrolled = np.where(GRADES < SENIOR_OVER, recipe.senior_enrolment, recipe.college_enrolment)
    density = np.where(GRADES < JUNIOR_OVER, 1.0, enrolled)
    cumulative = np.cumsum(density * (first <= GRADES))
    return np.searchsorted(cumulative / cumulative[-1], u, side="right").astype(np.float64)


def _young(profile: Profile, grade: Floats, u: Floats) -> Floats:
    """Grade ages of up to three young members: the first by enrolment, the others a few years younger or older."""
    recipe = profile.family
    first = grade_age(profile.person, grade)
    second = _sibling(recipe.sibling_gap, recipe.older_sibling, first, first, u[0])
    third = _sibling(recipe.third_gap, recipe.older_sibling, np.minimum(first, second), np.maximum(first, second), u[1])
    return np.stack([first, second, np.maximum(third, 0)])


def _sibling(span: Sequence[float], older: float, youngest: Floats, eldest: Floats, u: Floats) -> Floats:
    """Age of one more: older than the eldest unless senior high would be over, younger than the youngest if born."""
    least, most = span
    gap = evenly(span, u)
    fresh = u * (most - least + 1) % 1  # what is left of u is a fresh uniform number: is the sibling an older one?
    up = (eldest + gap < SENIOR_OVER) & ((youngest - gap < 0) | (fresh < older))
    return np.where(up, eldest + gap, youngest - gap)
