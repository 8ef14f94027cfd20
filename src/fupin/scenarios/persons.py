"""Members of synthetic households: schooling, health, capacity and first work, keyed by person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model import ages
from fupin.model.draws import Draws, declare_stream
from fupin.model.person import (
    CARE,
    COLLEGE,
    JUNIOR,
    LOCAL,
    MIGRANT,
    NOT_IN_SCHOOL,
    OWN,
    PER_HOUSEHOLD,
    PRIMARY,
    SENIOR,
    VOCATIONAL,
)
from fupin.model.region_data import Columns
from fupin.model.rules.scales import DECADE, EIGHT, PRIME
from fupin.scenarios.families import ADULT, ELDER, FREE, JUNIOR_OVER, PRIMARY_OVER, SENIOR_OVER, YOUNG, Members
from fupin.scenarios.profiles import Profile
from fupin.scenarios.recipes import AGE_BANDS, HealthRecipe, PersonRecipe, WorkRecipe
from fupin.scenarios.scores import Bools, Floats, Ints, mixed, normal_score

PERSON = declare_stream("synthesis.person", "schooling, health, luck and first work of a member")
NUMBERS = 16  # uniform numbers a member has for them
BEGAN = 7.0  # years of age at which those now out of school began it (Compulsory Education Law of 1986, article 5)


@dataclass(frozen=True)
class Setting:
    """What members take from their household, arrays (n,): uid, latent ability, remoteness of the village."""

    uid: Ints
    ability: Floats
    remoteness: Floats


def build_persons(profile: Profile, draws: Draws, members: Members, setting: Setting) -> Columns:
    """Person columns of the members of n households; `household` counts from 0 within them.

    What is known about a member takes the place of what would be drawn. Two are no declared columns: `employer_draw`,
    the uniform number by which a local worker finds its first employer, and, if given, `residence`, NaN where not said.
    """
    household, recipe = members.household, profile.person
    uid = setting.uid[household] * PER_HOUSEHOLD + members.place
    u = iter(draws.uniforms(PERSON, 0, uid, NUMBERS))
    ability, female = setting.ability[household], members.female
    adult, elder, young = members.kind == ADULT, members.kind == ELDER, members.kind == YOUNG
    alive = members.kind != FREE

    def known[T: np.generic](name: str, drawn: NDArray[T]) -> NDArray[T]:
        given = members.known.get(name)
        return drawn if given is None else np.where(np.isnan(given), drawn, given).astype(drawn.dtype)

    grade = members.age
    stage = known("stage", _stage(recipe, grade, young, next(u)))
    late = young & (grade >= ages.SCHOOL) & (next(u) < recipe.over_age) & (not members.exact)
    age = np.where(late, grade + 1, grade)
    drawn = _schooling(profile, age, elder, ability, next(u))
    schooling = known("schooling", np.where(young, np.maximum(grade - ages.SCHOOL, 0), drawn))
    chronic, disabled, months, loss = _health(profile, age, ability, u)
    chronic, disabled, months = known("chronic", chronic), known("disabled", disabled), known("illness_months", months)
    loss = np.where(alive & (months > 0), loss, 0.0)
    able = adult & (age >= ages.WORK) & (age < ages.OLD) & ~disabled
    still = elder & (age < ages.VERY_OLD) & ~disabled
    capacity = np.where(able, 1.0, np.where(still, recipe.elder_capacity, 0.0))
    talent = recipe.talent_sd * mixed(profile.load.talent, ability, normal_score(next(u)))
    wage_luck = recipe.wage_luck_sd * normal_score(next(u))
    small = np.bincount(household[young & (grade < ages.SCHOOL)], minlength=len(setting.uid)) > 0
    mother = female & small[household] & (age < profile.family.mother_until)
    first_work = _activity(profile.work, age, female, schooling, setting.remoteness[household], mother, next(u))
    activity = np.where(able, known("activity", first_work), -1)
    tenure = np.where(able, np.floor(next(u) * (profile.work.tenure_max + 1)), 0.0)
    away = (activity == MIGRANT) & (next(u) < profile.work.non_resident)
    return {
        "uid": uid,
        "household": household,
        "alive": alive,
        "female": female,
        "age": age,
        "schooling": np.where(alive, schooling, 0.0),
        "stage": stage,
        "talent": talent,
        "wage_luck": wage_luck,
        "chronic": chronic & alive,
        "disabled": disabled & alive,
        "illness_loss": loss,
        "illness_months": np.where(alive, months, 0.0),
        "able": able,
        "capacity": capacity * (1 - loss),
        "activity": activity,
        "tenure": tenure,
        "non_resident": known("non_resident", away),
        "priority": next(u),
        "employer_draw": next(u),
    } | ({"residence": members.known["non_resident"]} if "non_resident" in members.known else {})


def _stage(recipe: PersonRecipe, grade: Floats, young: Bools, u: Floats) -> Ints:
    senior = np.where(u < recipe.vocational_share, VOCATIONAL, SENIOR)
    stage = np.select(
        [~young | (grade < ages.SCHOOL), grade < PRIMARY_OVER, grade < JUNIOR_OVER, grade < SENIOR_OVER],
        [NOT_IN_SCHOOL, PRIMARY, JUNIOR, senior],
        COLLEGE,
    )
    return stage.astype(np.int64)


def _schooling(profile: Profile, age: Floats, elder: Bools, ability: Floats, u: Floats) -> Floats:
    """Completed years of those out of school: a ladder of levels by normal score, never more than age allows."""
    recipe, load, by_age = profile.person, profile.load.schooling, profile.person.schooling_age
    own = np.sqrt(max(1 - load**2 - by_age**2, 0.0)) * normal_score(u)
    mean, sd = recipe.worker_ages
    score = load * ability + own + np.where(elder, recipe.schooling_elders, by_age * (age - mean) / sd)
    steps = normal_score(np.cumsum(recipe.schooling_shares)[:-1])
    years = np.array(recipe.schooling_years)[np.searchsorted(steps, score)]
    return np.asarray(np.minimum(years, np.maximum(age - BEGAN, 0)))


def _health(profile: Profile, age: Floats, ability: Floats, u: Iterator[Floats]) -> tuple[Bools, Bools, Floats, Floats]:
    """Chronic illness, disability, months of severe illness left, capacity lost by those who are severely ill.

    The severely ill are the stock of a steady state: hazard x mean duration, durations length-biased, a uniform part
    of each left.
    """
    recipe = profile.health
    band = np.searchsorted(AGE_BANDS, age, side="right")

    def struck(load: float, share: Any, draw: Floats) -> Bools:
        return np.asarray(mixed(load, ability, normal_score(draw)) > -normal_score(share)[band])

    chronic = struck(profile.load.illness, recipe.chronic, next(u))
    disabled = struck(profile.load.disability, recipe.disabled, next(u))
    severe = struck(profile.load.illness, severe_stock(recipe), next(u))
    low, high = recipe.severe_quarters
    length = np.sqrt(low**2 + next(u) * (high**2 - low**2))
    months = np.where(severe, np.ceil(3 * length * next(u)), 0.0)
    least, most = recipe.severe_loss
    return chronic, disabled, months, least + (most - least) * next(u)


def severe_stock(recipe: HealthRecipe) -> tuple[float, ...]:
    """Share severely ill by age band: hazard x mean duration in years; nobody before 16."""
    years = sum(recipe.severe_quarters) / 2 / 4  # mean of the shortest and the longest, of four quarters
    adult, elder = recipe.severe_adult * years, recipe.severe_elder * years
    return 0.0, adult, adult, elder, elder


def _activity(
    recipe: WorkRecipe, age: Floats, female: Bools, schooling: Floats, remote: Floats, mother: Bools, u: Floats
) -> Ints:
    """What workers do at first: logit shares, chosen by one uniform number."""
    beyond, learnt = np.maximum(age - PRIME, 0) / DECADE, schooling - EIGHT
    traits: tuple[Floats | Bools, ...] = (beyond, female, learnt, remote, mother)

    def odds(taste: Sequence[float]) -> Floats:
        utility = np.full(len(age), taste[0])
        for weight, trait in zip(taste[1:], traits, strict=True):
            utility += weight * trait
        return np.asarray(np.exp(utility))

    local, migrant, care = odds(recipe.local), odds(recipe.migrant), odds(recipe.care)
    point = u * (1 + local + migrant + care)
    chosen = np.select([point < 1, point < 1 + local, point < 1 + local + migrant], [OWN, LOCAL, MIGRANT], CARE)
    return chosen.astype(np.int64)
