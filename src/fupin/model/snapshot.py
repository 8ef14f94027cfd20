"""A region at one moment, as outcomes read it: households (all, or a part of them), villages, employers, money."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import ADULT, TEEN
from fupin.model.household import DANGEROUS, REACHED, REACHED_BITS
from fupin.model.instruments.allowance_list import listed_by_kind
from fupin.model.ledger import weighted_sum
from fupin.model.measures import mean
from fupin.model.person import COLLEGE, JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, SKILLED, VOCATIONAL, YEARS
from fupin.model.processes.exit_accounts import left_this_year
from fupin.model.processes.listing import hardship_group
from fupin.model.targeting import Aim

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]
type Mask = NDArray[np.bool_]

YOUNG = 45.0  # years: to this age a worker counts as young (002: 青壮年)
LATER_STAGES = {
    "junior": ((JUNIOR,), YEARS[PRIMARY]),
    "senior": ((SENIOR, VOCATIONAL), YEARS[JUNIOR]),
    "college": ((COLLEGE,), YEARS[SENIOR]),
}
"""Stages that a pupil may leave unfinished, and the years of schooling with which they begin."""
WORKS = ("road", "water", "power", "broadband", "clinic", "sanitation")
"""Services of villages that have a column."""
SOURCES = {
    "centre": ("中央财政", "centre"),
    "province": ("省级财政", "province"),
    "city": ("市级财政", "city"),
    "county": ("县级财政", "county"),
}
"""Who pays for the instruments, with labels."""
FUNDING = {"grant.centre": "centre", "grant.province": "province", "grant.city": "city", "county.revenue": "county"}
"""The purposes by which each source's money comes in."""


class Snapshot:
    """What outcomes are computed from; `within` gives the same for a part of the households.

    `h` has the household columns of the part as attributes; household sums are weighted by the survey weight, figures
    of persons by weight times members. Households without members count nowhere. Columns are read when asked for, so a
    snapshot is used before the region moves on.
    """

    def __init__(self, region: Region, rows: Mask | None = None, whole: Snapshot | None = None) -> None:
        self.region, self.whole = region, whole or self
        self.p = region.p
        self.h = _Columns(region, rows)
        self._rows = rows
        self.w: Amounts = np.where(self.h.members > 0, self.h.weight, 0.0)
        self.persons: Amounts = self.w * self.h.members
        self._heads = np.maximum(self.h.members, 1.0)

    def within(self, rows: Mask) -> Snapshot:
        """The same for the households (of the whole region) that `rows` marks."""
        return Snapshot(self.region, rows, self.whole)

    @property
    def listed(self) -> bool:
        """Has the register been drawn up (and have instruments begun)?"""
        return self.region.month >= self.region.start

    @property
    def poor_villages(self) -> Mask:
        """Villages (of the whole region) on the list of poor villages, or that have left it by exit."""
        v = self.region.rows("village")
        return np.asarray(v.poor_village | v.exited)

    # incomes and poverty of the households

    @cached_property
    def total_income(self) -> Amounts:
        """Income of the household in the calendar year so far: the four sources, December's dividends included."""
        h = self.h
        return np.asarray(h.wage_income + h.operating_income + h.property_income + h.transfer_income)

    @cached_property
    def income(self) -> Amounts:
        """Income per head of the calendar year, yuan."""
        return np.asarray(self.total_income / self._heads)

    @cached_property
    def reached(self) -> Mask:
        """Households that any instrument has reached since the start."""
        words = [getattr(self.h, name) for name in REACHED[: 1 + (len(self.region.instruments) - 1) // REACHED_BITS]]
        return np.asarray(np.bitwise_or.reduce(words) != 0) if words else np.zeros(len(self.h.members), np.bool_)

    @cached_property
    def spending(self) -> Amounts:
        """Consumption per head of the calendar year, yuan."""
        return np.asarray(self.h.consumption / self._heads)

    @cached_property
    def poor(self) -> Mask:
        """Income per head below the national line of the year."""
        return np.asarray(self.income < self.p.poverty_line)

    @property
    def other_line(self) -> float:
        """The poverty line of one's choice, yuan a head and year: no rule reads it."""
        return float(self.p.other_line * self.p.poverty_line)

    # what transfers reach

    @cached_property
    def allowance(self) -> Aim:
        """The minimum living allowance of the year's list, over income of the year without it."""
        return self._aim(12.0 * self.h.dibao, self.total_income - 12.0 * self.h.dibao)

    @cached_property
    def lasting_allowance(self) -> Aim:
        """The same over lasting income (what the household has come to expect of a year), without it."""
        return self._aim(12.0 * self.h.dibao, self.h.permanent_income - 12.0 * self.h.dibao)

    @cached_property
    def benefits(self) -> Aim:
        """All benefits of the year, in cash and kind, over income of the year without what of them is income."""
        return self._aim(self.h.benefits, self.total_income - self.h.programme_income)

    def _aim(self, yuan: Amounts, without: Amounts) -> Aim:
        return Aim(yuan, without / self._heads, self.w, self.h.members)

    @cached_property
    def school_age(self) -> tuple[Amounts, Amounts]:
        """Members of 13–17, and those of them who are out of school, by household."""
        if self.whole is not self:
            youths, out = self.whole.school_age
            return youths[self._rows], out[self._rows]
        person = self.region.rows("person")
        who = np.flatnonzero(person.alive & (person.age >= TEEN) & (person.age < ADULT))
        home, n = person.household[who], len(self.w)
        out_of_school = (person.stage[who] == 0).astype(np.float64)
        return np.bincount(home, minlength=n).astype(np.float64), np.bincount(home, out_of_school, minlength=n)

    @cached_property
    def unfinished(self) -> dict[str, tuple[Amounts, Amounts]]:
        """Pupils who had not finished their stage in September, and those of them who left, by stage and household.

        Who has come back to school since has not left. Nobody leaves primary school unfinished.
        """
        if self.whole is not self:
            return {
                name: (all_of[self._rows], left[self._rows]) for name, (all_of, left) in self.whole.unfinished.items()
            }
        person, n, found = self.region.rows("person"), len(self.w), {}
        pupil = person.alive & (person.stage != NOT_IN_SCHOOL)
        for name, (stages, begins) in LATER_STAGES.items():
            stays = (pupil & np.isin(person.stage, stages) & (person.schooling != begins)).nonzero()[0]
            left = (person.alive & ~pupil & np.isin(person.left_stage, stages)).nonzero()[0]
            stayed, gone = (np.bincount(person.household[who], minlength=n).astype(np.float64) for who in (stays, left))
            found[name] = stayed + gone, gone
        return found

    def dropout(self, *stages: str) -> float:
        """Share of the pupils of some stages who left with it unfinished, of all who had not finished it."""
        pupils, left = (np.sum([self.unfinished[name][place] for name in stages], axis=0) for place in (0, 1))
        return self.ratio(left, pupils)

    @cached_property
    def listed_by_kind(self) -> dict[str, Amounts]:
        """Members on the allowance by household: in all, old, minors, disabled."""
        if self.whole is not self:
            return {name: persons[self._rows] for name, persons in self.whole.listed_by_kind.items()}
        return listed_by_kind(self.region)

    @cached_property
    def left(self) -> NDArray[np.int64]:
        """Rows (of this part) of the households that left the register this year and have not returned."""
        return np.flatnonzero(left_this_year(self.region, self.h) & (self.h.members > 0))

    def left_in(self, year: int) -> Mask:
        """Households that left the register in a year, whether they have returned since or not."""
        found = np.zeros(len(self.region.rows("household")), np.bool_)
        for rows in self.region.left_in.get(year, ()):
            found[rows] = True
        return found if self._rows is None else found[self._rows]

    @cached_property
    def hardship(self) -> Mask:
        """Households in one of the four hardship groups."""
        return hardship_group(self.h)

    @cached_property
    def young(self) -> tuple[float, float]:
        """Able members of 16 to 45, and those of them with a job skill of 0.1 or more, population persons."""
        person = self.region.rows("person")
        who = np.flatnonzero(person.able & (person.age <= YOUNG))
        weight = self.whole.w[person.household[who]]
        return float(weight.sum()), float(weight[person.skill[who] >= SKILLED].sum())

    # ways to add up

    def share(self, mask: Any) -> float:
        """Share of persons who live in the marked households."""
        return mean(mask, self.persons)

    def share_among(self, mask: Mask, group: Mask) -> float:
        """Share of the persons of `group` who live in the marked households."""
        return mean(mask[group], self.persons[group])

    def persons_in(self, mask: Any) -> float:
        """Persons of the population who live in the marked households."""
        return weighted_sum(mask, self.persons)

    def total(self, amounts: Any) -> float:
        """Household amounts summed over the population."""
        return weighted_sum(amounts, self.w)

    def per_person(self, amounts: Amounts) -> float:
        """Household amounts over persons."""
        return _ratio(weighted_sum(amounts, self.w), float(self.persons.sum()))

    def per_household(self, amounts: Any) -> float:
        """Mean over households."""
        return mean(amounts, self.w)

    def share_of(self, amounts: Amounts, group: Mask) -> float:
        """Household amounts over persons, of a group of households."""
        return _ratio(weighted_sum(amounts[group], self.w[group]), float(self.persons[group].sum()))

    def ratio(self, above: Amounts, below: Amounts) -> float:
        """Ratio of two weighted totals."""
        return _ratio(weighted_sum(above, self.w), weighted_sum(below, self.w))

    # villages and money

    @cached_property
    def villages(self) -> Any:
        """Columns of the village collectives."""
        return self.region.rows("village")

    @cached_property
    def sound_houses(self) -> Amounts:
        """Share of the households of each village, of the whole region, that live in a house which is not dangerous."""
        h, n = self.region.rows("household"), len(self.villages)
        lived_in = h.members > 0
        homes = np.bincount(h.village, lived_in, minlength=n)
        sound = np.bincount(h.village, lived_in & (h.housing != DANGEROUS), minlength=n)
        return np.asarray(sound / np.maximum(homes, 1))

    @cached_property
    def stands_for(self) -> Amounts:
        """How many enterprises each stands for: one of a village as many as the village does, others themselves."""
        e, weight = self.region.rows("enterprise"), self.villages.weight
        return np.asarray(np.where(e.village >= 0, weight[np.maximum(e.village, 0)], 1.0))

    @cached_property
    def works(self) -> Amounts:
        """Index of works of each village: mean coverage with road, water, power, lines, sanitation, sound houses."""
        covered = [getattr(self.villages, name) for name in WORKS if name != "clinic"]
        return np.asarray(np.mean([*covered, self.sound_houses], axis=0))

    def of_villages(self, values: Any) -> float:
        """Mean over villages by their weight."""
        return mean(values, self.villages.weight)

    @cached_property
    def flows(self) -> dict[str, float]:
        """Flows of the calendar year by purpose, population yuan, from the ledger."""
        year, found = self.region.year, dict[str, float]()
        for entry in reversed(self.region.ledger.journal):
            if entry.month // 12 != year:
                break
            found[entry.purpose] = found.get(entry.purpose, 0.0) + entry.amount
        return found

    def paid(self, source: str) -> float:
        """What a source of `SOURCES` paid for instruments (administration included) this year, yuan."""
        return sum(self.flows.get(purpose, 0.0) for purpose, payer in FUNDING.items() if payer == source)


class _Columns:
    """Household columns as attributes, whole or of the marked rows."""

    def __init__(self, region: Region, rows: Mask | None) -> None:
        self._table, self._rows = region.table_of("household"), rows

    def __getattr__(self, name: str) -> Any:
        if name not in self._table:
            raise AttributeError(name)
        column = self._table[name]
        found = column if self._rows is None else column[self._rows]
        self.__dict__[name] = found
        return found


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")
