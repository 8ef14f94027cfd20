"""January: the books of the year are opened, luck moves on, households grow older."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.person import CARE, LOCAL, NOT_IN_SCHOOL
from fupin.model.processes.household_sums import PERSONS, earn, refresh_pay, sum_labour, sum_members
from fupin.model.processes.labour import draw_tastes
from fupin.model.rules.farming import autoregression
from fupin.model.rules.vocabulary import clip, maximum, minimum, where
from fupin.model.rules.wages import learning

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]

LUCK = declare_stream("household.luck", "yearly innovation of household productivity")
WAGE_LUCK = declare_stream("person.wage_luck", "yearly innovation of a person's pay")
LIFE = declare_stream("person.life", "death of a person in a year")
BIRTH = declare_stream("household.birth", "birth of a child in a year")

YEAR_TO_DATE = (
    "wage_income", "operating_income", "property_income", "transfer_income", "consumption", "health_spending",
    "school_spending", "shortfall", "forgone", "benefits",
)  # fmt: skip


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
    h.income_growth = clip((h.income_year - h.income_before) / base, -0.5, 0.5)
    h.income_before = h.income_year
    for name in YEAR_TO_DATE:
        setattr(h, name, 0.0)


def open_quarter(region: Region) -> None:
    """The memory of last year's same quarter gives way to the new quarter."""
    region.table_of("household")[f"income_q{region.quarter + 1}"] = 0.0


def move_luck(region: Region) -> None:
    """AR(1) luck of households and workers; workers in local jobs learn."""
    h, person, p = region.rows("household"), region.table_of("person"), region.p
    luck_of_household(h, p, region.draws.normal(LUCK, region.month, h.uid))
    able = person["able"].nonzero()[0]
    for cut in range(0, len(able), PERSONS):
        who = able[cut : cut + PERSONS]
        worker = Rows(person, who)
        luck_of_worker(worker, p, region.draws.normal(WAGE_LUCK, region.month, worker.uid))
        earn(worker, p)
    region.out_of_date[:] = True


def luck_of_household(h: Any, p: Any, shock: Any) -> None:
    """A year's luck of farm and business. Elementwise."""
    h.luck = autoregression(h.luck, p.luck_persistence, shock, p.luck_sd)


def luck_of_worker(person: Any, p: Any, shock: Any) -> None:
    """A year's luck of an able person, and what is learnt in a local job. Elementwise."""
    person.wage_luck = autoregression(person.wage_luck, p.luck_persistence_wage, shock, p.luck_sd_wage)
    learnt = learning(person.skill, 1.0 - (1.0 - p.learning_rate) ** 4)
    person.skill = where(person.activity == LOCAL, learnt, person.skill)


def age_members(region: Region) -> None:
    """A year older: deaths, births, retirement, and members who come of working age out of school."""
    person, h = region.rows("person"), region.rows("household")
    dies, changed = grow_older(region)
    leave_work(region, dies)
    person.alive[dies] = False
    person.able[dies] = False
    person.illness_months[dies] = 0.0
    person.illness_loss[dies] = 0.0
    person.stage[dies] = NOT_IN_SCHOOL
    retired = (person.able & (person.age >= 60.0)).nonzero()[0]
    leave_work(region, retired)
    person.able[retired] = False
    infants = born(region)
    grown_up = enter_labour_force(region)
    sum_members(region)
    h.dibao_members = np.minimum(h.dibao_members, h.members)
    refresh_pay(region, np.concatenate([dies, changed, retired, infants, grown_up]))
    sum_labour(region)


def grow_older(region: Region) -> tuple[Index, Index]:
    """A birthday for everybody; returns who dies, and who comes to an age at which labour capacity changes."""
    p, table = region.p, region.table_of("person")
    dead, changed = [], []
    for person in table.blocks(PERSONS):
        alive = person.alive.nonzero()[0]
        age = person.age[alive] + 1.0
        person.age[alive] = age
        mortality = minimum(p.mortality_base * np.exp(p.mortality_growth * (age - 60.0)), 0.9)
        dies = region.draws.uniform(LIFE, region.month, person.uid[alive]) < mortality
        turns = ((age >= 60.0) & (age < 61.0)) | ((age >= 80.0) & (age < 81.0))
        dead.append(person.span.start + alive[dies.nonzero()[0]])
        changed.append(person.span.start + alive[turns.nonzero()[0]])
    return np.concatenate(dead), np.concatenate(changed)


def leave_work(region: Region, who: Index) -> None:
    """Take persons out of the labour force."""
    person = region.rows("person")
    person.activity[who] = -1
    person.employer[who] = -1
    person.tenure[who] = 0.0


def enter_labour_force(region: Region) -> Index:
    """Members of working age, out of school and not disabled become able workers and choose at once: who they are."""
    person = region.rows("person")
    free = person.alive & (person.stage == NOT_IN_SCHOOL)
    new = (free & ~person.disabled & ~person.able).nonzero()[0]
    age = person.age[new]
    new = new[((age >= 16.0) & (age < 60.0)).nonzero()[0]]
    person.able[new] = True
    person.activity[new] = CARE
    person.tenure[new] = 0.0
    person.restless[new] = True
    draw_tastes(region, new)
    return np.asarray(new)


def born(region: Region) -> Index:
    """Births to women of 20–34, in the first free place of the household, if there is one; returns the infants."""
    person, p = region.rows("person"), region.p
    mothers = (person.alive & person.female & (person.age >= 20.0) & (person.age < 35.0)).nonzero()[0]
    u = region.draws.uniform(BIRTH, region.month, person.uid[mothers])
    awaits = np.zeros(len(region.rows("household")), np.bool_)
    awaits[person.household[mothers[u < p.birth_rate]]] = True
    free = (~person.alive).nonzero()[0]
    home = person.household[free]
    places = free[(awaits[home] & (np.diff(home, prepend=-1) != 0)).nonzero()[0]]
    sex = region.draws.uniform(BIRTH, region.month, person.uid[places])
    person.alive[places] = True
    person.female[places] = sex < p.female_births
    for name in ("age", "schooling", "skill", "talent", "wage_luck", "illness_loss", "illness_months", "tenure"):
        region.table_of("person")[name][places] = 0.0
    for name in ("able", "chronic", "disabled", "non_resident"):
        region.table_of("person")[name][places] = False
    person.stage[places] = NOT_IN_SCHOOL
    person.activity[places] = -1
    person.employer[places] = -1
    return np.asarray(places)
