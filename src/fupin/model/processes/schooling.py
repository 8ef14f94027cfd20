"""September: pupils move up a year, drop out, go on to the next stage, or leave school for work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import SCHOOL, SCHOOL_LATE, WORK
from fupin.model.calendar import SEPTEMBER
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.person import COLLEGE, JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, VOCATIONAL, YEARS
from fupin.model.processes.household_sums import PERSONS, homes, refresh_pay, sum_labour, sum_school
from fupin.model.processes.years import enter_labour_force, grown_up
from fupin.model.rules.scales import THOUSAND
from fupin.model.rules.schooling import dropout_probability, vocational_probability
from fupin.model.rules.vocabulary import maximum, minimum, where

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Floats = NDArray[np.float64]

PUPILS = declare_stream("person.school", "dropping out, going on and the kind of school, yearly")


@dataclass
class SchoolYear:
    """What pupils face when they decide whether to stay, arrays (pupils,): instruments may change it.

    `distance` is a score of remoteness, `aid` yuan a year, `quality` a score that programmes add, `kept` the share of
    those who would leave that is talked into staying.
    """

    distance: NDArray[np.float64]
    aid: NDArray[np.float64]
    quality: NDArray[np.float64] | float = 0.0
    kept: NDArray[np.float64] | float = 0.0


def schooling(region: Region) -> None:
    """One school year for everybody of school age."""
    person = region.rows("person")
    starters, pupils = of_school_age(region)
    person.stage[starters] = PRIMARY
    finished, staying = year_at_school(region, pupils)
    u = region.draws.uniform(PUPILS, region.month, person.uid[staying])
    leave_school(region, staying[drop_out(region, staying, u)])
    go_on(region, finished)
    entered = grown_up(region)
    enter_labour_force(region, entered)
    sum_school(region, homes(region, starters, pupils, entered))
    refresh_pay(region, entered)
    sum_labour(region)


def due_at_school(region: Region, person: Any) -> NDArray[np.bool_]:
    """Members who are to be at school by law: six years old by the last September, below 16, nine years not finished.

    Whoever has become six since January begins in September; who has finished junior high school is free to go.
    """
    begins = SCHOOL if region.calendar_month >= SEPTEMBER else SCHOOL + 1.0
    of_age = (person.age >= begins) & (person.age < WORK) & (person.schooling < YEARS[JUNIOR])
    return np.asarray(person.alive & of_age & ~person.disabled)


def kept_from_school(region: Region, person: Any) -> NDArray[np.bool_]:
    """Those of them who are not."""
    return np.asarray(due_at_school(region, person) & (person.stage == NOT_IN_SCHOOL))


@among("person", block=PERSONS)
def of_school_age(region: Region, person: Any) -> tuple[Any, Any]:
    """Children who start school, and pupils."""
    out = person.alive & (person.stage == NOT_IN_SCHOOL)
    starts = out & (person.age >= SCHOOL) & (person.age < SCHOOL_LATE) & (person.schooling < 1)
    return starts, person.alive & (person.stage != NOT_IN_SCHOOL)


@among("person", block=PERSONS)
def year_at_school(region: Region, pupil: Any) -> tuple[Any, Any]:
    """Pupils have a year more; who has finished a stage, and who else is old enough to leave."""
    stage, done = pupil.stage, pupil.schooling + 1.0
    pupil.schooling = done
    later = where(stage == JUNIOR, YEARS[JUNIOR], where(stage == COLLEGE, YEARS[COLLEGE], YEARS[SENIOR]))
    finished = done >= where(stage == PRIMARY, YEARS[PRIMARY], later)
    return finished, ~finished & (stage >= JUNIOR)


def drop_out(region: Region, pupils: Index, u: Floats) -> NDArray[np.bool_]:
    """Who would leave: one keyed draw each against the dropout rule."""
    person, h, v = region.rows("person"), region.rows("household"), region.rows("village")
    year = SchoolYear(v.remoteness[h.village[person.household[pupils]]], person.school_aid[pupils])
    for instrument in region.answering("ease_school") if region.month >= region.start else ():
        instrument.ease_school(region, pupils, year)
    quality, kept = (one + np.zeros(len(pupils)) for one in (year.quality, year.kept))
    return np.asarray(leaves(region, pupils, u=u, distance=year.distance, aid=year.aid, quality=quality, kept=kept))


@rowwise("person")
def leaves(region: Region, pupil: Any, u: Any, distance: Any, aid: Any, quality: Any, kept: Any) -> Any:
    """Does a pupil leave, by the income and health of its household and by what school and programmes offer?"""
    return u < chance_of_leaving(region, pupil, distance, aid, quality) * (1.0 - kept)


@rowwise("person")
def at_risk(region: Region, pupil: Any, distance: Any, aid: Any, quality: Any) -> Any:
    """Chance that a pupil leaves if nobody talks to it."""
    return chance_of_leaving(region, pupil, distance, aid, quality)


def chance_of_leaving(region: Region, pupil: Any, distance: Any, aid: Any, quality: Any) -> Any:
    """The same. Elementwise."""
    h, home, p = region.rows("household"), pupil.household, region.p
    return dropout_probability(
        p.dropout_constant,
        h.income_year[home] / maximum(h.members[home], 1.0),
        p.poverty_line,
        aid,
        minimum(h.severely_ill[home], 1.0),
        distance,
        p.dropout_income,
        p.dropout_aid,
        p.dropout_health,
        p.dropout_distance,
        quality,
        p.dropout_quality,
    )


def leave_school(region: Region, who: Index) -> None:
    """Pupils who drop out; it is remembered for a year which stage they have left."""
    person = region.rows("person")
    person.left_stage = NOT_IN_SCHOOL
    person.left_stage[who] = person.stage[who]
    person.stage[who] = NOT_IN_SCHOOL


def go_on(region: Region, who: Index) -> None:
    """Graduates of a stage enter the next one or leave school; vocational graduates bring a skill."""
    person = region.rows("person")
    skilled = who[person.stage[who] == VOCATIONAL]
    person.skill[skilled] = np.maximum(person.skill[skilled], region.p.vocational_skill)
    person.stage[who] = following(region, who)


@rowwise("person")
def following(region: Region, graduate: Any) -> Any:
    """The stage that comes after the one a pupil has finished."""
    p, stage = region.p, graduate.stage
    _, u, kind = region.draws.uniforms(PUPILS, region.month, graduate.uid, 3)  # the first is for dropping out
    subsidy = graduate.vocational_aid / THOUSAND
    vocational = kind < vocational_probability(p.vocational_share, subsidy, p.vocational_pull, p.most_vocational)
    after_junior = where(u < p.senior_entry, where(vocational, VOCATIONAL, SENIOR), NOT_IN_SCHOOL)
    after_senior = where(u < p.college_entry, COLLEGE, NOT_IN_SCHOOL)
    further = where(stage == JUNIOR, after_junior, where(stage == SENIOR, after_senior, NOT_IN_SCHOOL))
    return where(stage == PRIMARY, JUNIOR, further)
