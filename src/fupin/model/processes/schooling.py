"""September: pupils move up a year, drop out, go on to the next stage, or leave school for work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.person import COLLEGE, JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, VOCATIONAL
from fupin.model.processes.household_sums import homes, refresh_pay, sum_labour, sum_school
from fupin.model.processes.years import enter_labour_force, grown_up
from fupin.model.rules.schooling import dropout_probability, vocational_probability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

SCHOOL = declare_stream("person.school", "dropping out, going on and the kind of school, yearly")
YEARS = {PRIMARY: 6.0, JUNIOR: 9.0, SENIOR: 12.0, VOCATIONAL: 12.0, COLLEGE: 16.0}  # schooling when a stage is finished


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
    starters = (
        person.alive & (person.stage == NOT_IN_SCHOOL) & (person.age >= 6) & (person.age < 8) & (person.schooling < 1)
    ).nonzero()[0]
    pupils = (person.alive & (person.stage != NOT_IN_SCHOOL)).nonzero()[0]
    person.stage[starters] = PRIMARY
    person.schooling[pupils] += 1.0
    u = region.draws.uniforms(SCHOOL, region.month, person.uid[pupils], 3)
    finished = person.schooling[pupils] >= np.array([np.inf, *YEARS.values()])[person.stage[pupils]]
    leave = drop_out(region, pupils, u[0]) & (person.stage[pupils] >= JUNIOR) & ~finished
    person.stage[pupils[leave]] = NOT_IN_SCHOOL
    go_on(region, pupils[finished], u[1][finished], u[2][finished])
    entered = grown_up(region)
    enter_labour_force(region, entered)
    sum_school(region, homes(region, starters, pupils, entered))
    refresh_pay(region, entered)
    sum_labour(region)


def drop_out(region: Region, pupils: NDArray[np.int64], u: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Who would leave: one keyed draw each against the dropout rule."""
    person, h, v, p = region.rows("person"), region.rows("household"), region.rows("village"), region.p
    home = person.household[pupils]
    year = SchoolYear(v.remoteness[h.village[home]], person.school_aid[pupils])
    for instrument in region.instruments if region.month >= region.start else ():
        instrument.ease_school(region, pupils, year)
    chance = dropout_probability(
        p.dropout_constant,
        h.income_year[home] / np.maximum(h.members[home], 1.0),
        p.poverty_line,
        year.aid,
        np.minimum(h.severely_ill[home], 1.0),
        year.distance,
        p.dropout_income,
        p.dropout_aid,
        p.dropout_health,
        p.dropout_distance,
        year.quality,
        p.dropout_quality,
    )
    return np.asarray(u < chance * (1.0 - year.kept))


def go_on(region: Region, who: NDArray[np.int64], u: NDArray[np.float64], kind: NDArray[np.float64]) -> None:
    """Graduates of a stage enter the next one or leave school; vocational graduates bring a skill."""
    person, p = region.rows("person"), region.p
    stage = person.stage[who]
    vocational = kind < vocational_probability(
        p.vocational_share, person.vocational_aid[who] / 1000.0, p.vocational_pull
    )
    after_junior = np.where(u < p.senior_entry, np.where(vocational, VOCATIONAL, SENIOR), NOT_IN_SCHOOL)
    after_senior = np.where(u < p.college_entry, COLLEGE, NOT_IN_SCHOOL)
    following = np.select(
        [stage == PRIMARY, stage == JUNIOR, stage == SENIOR], [JUNIOR, after_junior, after_senior], NOT_IN_SCHOOL
    )
    skilled = who[stage == VOCATIONAL]
    person.skill[skilled] = np.maximum(person.skill[skilled], p.vocational_skill)
    person.stage[who] = following
