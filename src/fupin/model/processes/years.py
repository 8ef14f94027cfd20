"""January: the books of the year are opened, luck moves on, households grow older."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import MOTHER, MOTHER_LAST, OLD, VERY_OLD, WORK
from fupin.model.columns import columns_of
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.person import CARE, LOCAL, NOT_IN_SCHOOL, Person
from fupin.model.processes.away_jobs import QUARTER
from fupin.model.processes.estates import settle_estates
from fupin.model.processes.household_sums import PERSONS, earn, homes, members_of, refresh_pay, sum_labour, sum_members
from fupin.model.processes.labour import TASTE_COLUMNS, draw_tastes
from fupin.model.processes.queue import run_starts
from fupin.model.processes.retirement import pay_ends, retire
from fupin.model.rules.farming import autoregression
from fupin.model.rules.scales import SEEN_GROWTH
from fupin.model.rules.vocabulary import clip, exp, maximum, minimum, power, where
from fupin.model.rules.wages import learning

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]

LUCK = declare_stream("household.luck", "yearly innovation of household productivity")
WAGE_LUCK = declare_stream("person.wage_luck", "yearly innovation of a person's pay")
LIFE = declare_stream("person.life", "death of a person in a year")
BIRTH = declare_stream("household.birth", "birth of a child in a year")

YEAR = 12.0  # months
MOST_MORTAL = 0.9  # chance of death in a year, at most: the exponential rise ends there
YEAR_TO_DATE = (
    "wage_income", "operating_income", "property_income", "transfer_income", "consumption", "health_spending",
    "school_spending", "shortfall", "forgone", "benefits", "programme_income",
)  # fmt: skip

OF_THE_PLACE = frozenset(("uid", "household", "turn", "priority", "taste_epoch", *TASTE_COLUMNS))
"""Columns of a place in a household, whoever lives in it: its key and its luck. All others begin anew with a child."""


def alive(person: Any) -> Any:
    """Members who live, not the free places for others."""
    return person.alive


def able(person: Any) -> Any:
    """Members who can work."""
    return person.able


def open_year(region: Region) -> None:
    """Remember last year's income and growth; set the year's accumulators to zero."""
    turn_year(region.rows("household"), region.p)
    village, enterprise = region.rows("village"), region.rows("enterprise")
    village.collective_income = 0.0
    village.dividends = 0.0
    enterprise.profit = 0.0


def turn_year(h: Any, p: Any) -> None:
    """The year's books of a household. Elementwise."""
    base = maximum(h.income_before, p.subsistence_share * p.poverty_line * maximum(h.members, 1.0))
    h.income_growth = clip((h.income_year - h.income_before) / base, -SEEN_GROWTH, SEEN_GROWTH)
    h.income_before = h.income_year
    h.programme_income_before = h.programme_income
    h.unmet_before = (h.forgone > 0.0) | (h.shortfall > 0.0)
    for name in YEAR_TO_DATE:
        setattr(h, name, 0.0)


def open_quarter(region: Region) -> None:
    """The memory of last year's same quarter gives way to the new quarter."""
    region.table_of("household")[f"income_q{region.quarter + 1}"] = 0.0


def move_luck(region: Region) -> None:
    """AR(1) luck of households and workers; workers in local jobs learn."""
    year_of_household(region)
    year_of_worker(region)
    region.out_of_date[:] = True


@rowwise("household")
def year_of_household(region: Region, h: Any) -> None:
    """A year's luck of a household."""
    luck_of_household(h, region.p, region.draws.normal(LUCK, region.month, h.uid))


@among("person", able, block=2 * PERSONS)
def year_of_worker(region: Region, worker: Any) -> None:
    """A year's luck and learning of an able person, and the pay that follows."""
    luck_of_worker(worker, region.p, region.draws.normal(WAGE_LUCK, region.month, worker.uid))
    earn(worker, region.p)


def luck_of_household(h: Any, p: Any, shock: Any) -> None:
    """A year's luck of farm and business. Elementwise."""
    h.luck = autoregression(h.luck, p.luck_persistence, shock, p.luck_sd)


def luck_of_worker(person: Any, p: Any, shock: Any) -> None:
    """A year's luck of an able person, and what is learnt in a local job. Elementwise."""
    person.wage_luck = autoregression(person.wage_luck, p.luck_persistence_wage, shock, p.luck_sd_wage)
    quarters = minimum(person.tenure, YEAR) / QUARTER  # on the job since January
    learnt = learning(person.skill, 1.0 - power(1.0 - p.learning_rate, quarters))
    person.skill = where(person.activity == LOCAL, learnt, person.skill)


def age_members(region: Region) -> None:
    """A year older: deaths, births, retirement, and members who come of working age out of school."""
    person, h = region.rows("person"), region.rows("household")
    dies, changed, retired, mothers, grown = grow_older(region)
    leave_work(region, dies)
    pay_ends(region, dies)
    person.alive[dies] = False
    person.illness_months[dies] = 0.0
    person.illness_loss[dies] = 0.0
    person.stage[dies] = NOT_IN_SCHOOL
    leave_work(region, retired)
    retire(region, retired)
    infants = born(region, mothers)
    enter_labour_force(region, grown)
    sum_members(region)
    h.dibao_members = np.minimum(h.dibao_members, h.members)
    refresh_pay(region, np.concatenate([dies, changed, retired, infants, grown]))
    sum_labour(region)
    settle_estates(region, homes(region, dies))


@among("person", alive, block=PERSONS)
def grow_older(region: Region, person: Any) -> tuple[Any, Any, Any, Any, Any]:
    """A birthday: who dies, comes to an age at which labour capacity changes, retires, may have a child, grows up."""
    p = region.p
    age = person.age + 1.0
    person.age = age
    mortality = minimum(p.mortality_base * exp(p.mortality_growth * (age - OLD)), MOST_MORTAL)
    dies = region.draws.uniform(LIFE, region.month, person.uid) < mortality
    changes = ((age >= OLD) & (age < OLD + 1.0)) | ((age >= VERY_OLD) & (age < VERY_OLD + 1.0))
    retires = ~dies & person.able & (age >= OLD)
    fertile = ~dies & person.female & (age >= MOTHER) & (age < MOTHER_LAST)
    return dies, changes, retires, fertile, ~dies & idle(person) & of_working_age(age)


def idle(person: Any) -> Any:
    """Members who live, are out of school and not disabled, and are no workers yet or no longer."""
    return person.alive & (person.stage == NOT_IN_SCHOOL) & ~person.disabled & ~person.able


def of_working_age(age: Any) -> Any:
    """Is somebody of an age to work? Elementwise."""
    return (age >= WORK) & (age < OLD)


@among("person", idle, block=PERSONS)
def grown_up(region: Region, person: Any) -> Any:
    """Members who could work and do not yet."""
    return of_working_age(person.age)


def leave_work(region: Region, who: Index) -> None:
    """Take persons out of the labour force."""
    person = region.rows("person")
    person.able[who] = False
    person.activity[who] = -1
    person.employer[who] = -1
    person.tenure[who] = 0.0


def enter_labour_force(region: Region, who: Index) -> None:
    """Members who have grown up become able workers and choose at once."""
    person = region.rows("person")
    person.able[who] = True
    person.activity[who] = CARE
    person.tenure[who] = 0.0
    person.restless[who] = True
    draw_tastes(region, who)


@among("person")
def gives_birth(region: Region, mother: Any) -> Any:
    """Who has a child in the year, if there is a place for it."""
    return region.draws.uniform(BIRTH, region.month, mother.uid) < region.p.birth_rate


def born(region: Region, mothers: Index) -> Index:
    """Births to women of 20–34, in the first free place of the household, if there is one; returns the infants."""
    person, p = region.rows("person"), region.p
    members, home = members_of(region, homes(region, gives_birth(region, mothers)))
    free = (~person.alive[members]).nonzero()[0]
    places = members[free[run_starts(home[free])]]
    sex = region.draws.uniform(BIRTH, region.month, person.uid[places])
    for name, column in columns_of(Person).items():
        if name not in OF_THE_PLACE:
            region.table_of("person")[name][places] = column.default
    person.alive[places] = True
    person.female[places] = sex < p.female_births
    return np.asarray(places)
