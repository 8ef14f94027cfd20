"""Does a sample tell the truth? The whole region and independent samples of it, lived through alike.

The region is simulated once with every village and again with independent draws of its villages: the same contents of
villages, the same luck. Each sample gives every quantity with its design-based standard error and a 90 per cent
interval, so the error of a sample, the worth of its standard error and what markets and queues do to lumps of weight
(a sampled worker fills a hundred jobs) all show.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, stdtrit

from fupin.errors import FupinError
from fupin.experiments.benchmark.machine import peak_memory
from fupin.experiments.run import Progress
from fupin.labels import tell
from fupin.library import library
from fupin.model.household import NEVER, REGISTERED
from fupin.model.instruments.security import full_lists
from fupin.model.outcomes import OUTCOMES
from fupin.model.parameters import load_parameters
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot
from fupin.scenarios.build import build_region
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.survey import Estimate, Survey

type Amounts = NDArray[np.float64]

HEADLINE = ("income", "consumption", "headcount", "poverty_gap", "gini", "registered", "public_cost")
"""What a planner's table leads with: living standard, poverty, inequality, the register, the bill. Judged strictly."""
LEVEL = 0.90  # of the intervals
LEAST, MOST = 0.80, 0.97  # share of the intervals that may hold the truth
STANDARD_ERRORS = 2.0  # that the mean error may differ from 0
NO_ERROR = 1e-9  # of the value: rounding
FALSE_ALARM = 0.01  # over all verdicts
FULL_REGION = 60  # steps of the progress bar for the whole region, a sample being one


@dataclass(frozen=True)
class Quantity:
    """What is estimated from a sample.

    `rationed`: counties hand it out (jobs, and the wages they bring) in proportion to the households that the sample
    stands for. Samples then differ less than independent villages would, and intervals may be too wide.
    """

    name: str
    zh: str
    en: str
    unit: str
    rationed: bool
    estimate: Callable[[Survey, Snapshot], Estimate]

    @property
    def headline(self) -> bool:
        """Is it among what a planner's table leads with?"""
        return self.name in HEADLINE


def _outcome(name: str, estimate: Callable[[Survey, Snapshot], Estimate], *, rationed: bool = False) -> Quantity:
    declared = OUTCOMES[name]
    return Quantity(name, declared.zh, declared.en, declared.unit, rationed, estimate)


def _per_person(amounts: Callable[[Snapshot], Any]) -> Callable[[Survey, Snapshot], Estimate]:
    return lambda survey, s: survey.ratio(_of_village(survey, s, amounts(s)), _of_village(survey, s, s.h.members))


def _per_worker(name: str) -> Callable[[Survey, Snapshot], Estimate]:
    return lambda survey, s: survey.ratio(
        _of_village(survey, s, getattr(s.h, name)), _of_village(survey, s, s.h.workers)
    )


def _of_village(survey: Survey, s: Snapshot, amounts: Any) -> Amounts:
    """Totals of villages over their lived-in homes."""
    return survey.summed(survey.households, np.where(s.h.members > 0, amounts, 0.0))


def _shortfall(s: Snapshot) -> Amounts:
    return np.clip(1.0 - s.income / s.p.poverty_line, 0.0, 1.0)


def _spending(survey: Survey, s: Snapshot) -> Estimate:
    """Public spending, laid on the villages as their households had of it.

    Quotas fix how many have something, so only what they have more or less than the mean beneficiary is left to chance.
    Where the list of the allowance is not filled up to its cap, chance is in how many have it, too.
    """
    cost, full = OUTCOMES["public_cost"].compute(s), full_lists(s.region)[s.h.county]
    had, open_list = s.h.benefits, ~full
    by_quota = survey.of_fixed_number(*(_of_village(survey, s, x * full) for x in (had, had > 0.0)))
    by_need = survey.of_fixed_number(*(_of_village(survey, s, x * open_list) for x in (had, s.h.members)))
    paid = by_quota.value + by_need.value
    contribution = by_quota.contribution + by_need.contribution
    return Estimate(cost, contribution * (cost / paid if paid > 0 else 0.0))


def _stock(survey: Survey, s: Snapshot) -> Estimate:
    """Registered persons: quotas fix how many the first list holds, chance is left in who left it and who came."""
    h = s.h
    first = (h.registry != NEVER) & ((h.registered_month <= s.region.start) | (h.returns > 0))
    listed, founders = (_of_village(survey, s, rows * h.members) for rows in (h.registry == REGISTERED, first))
    return survey.of_fixed_number(listed, founders)


def _stock_share(survey: Survey, s: Snapshot) -> Estimate:
    """Registered persons in a hundred."""
    stock, persons = _stock(survey, s), survey.total(_of_village(survey, s, s.h.members))
    share = stock.value / persons.value
    return Estimate(share, (stock.contribution - share * persons.contribution) / persons.value)


QUANTITIES = (
    _outcome("income", _per_person(lambda s: s.total_income)),
    _outcome("wage_income", _per_person(lambda s: s.h.wage_income), rationed=True),
    _outcome("operating_income", _per_person(lambda s: s.h.operating_income)),
    _outcome("property_income", _per_person(lambda s: s.h.property_income)),
    _outcome("transfer_income", _per_person(lambda s: s.h.transfer_income)),
    _outcome("consumption", _per_person(lambda s: s.h.consumption)),
    _outcome("headcount", _per_person(lambda s: s.poor * s.h.members)),
    _outcome("poverty_gap", _per_person(lambda s: _shortfall(s) * s.h.members)),
    _outcome("gini", lambda survey, s: survey.gini(s.income, np.maximum(s.h.members, 0.0))),
    _outcome(
        "registered",
        _stock,
    ),
    Quantity(
        "registered_share",
        "在册人口占比",
        "registered share of persons",
        "share",
        False,
        _stock_share,
    ),
    _outcome("own_share", _per_worker("own_workers")),
    _outcome("local_share", _per_worker("local_workers"), rationed=True),
    _outcome("migrant_share", _per_worker("migrants")),
    _outcome("public_cost", _spending),
    Quantity(
        "households",
        "户数",
        "households",
        "households",
        False,
        lambda survey, s: survey.total(_of_village(survey, s, 1.0)),
    ),
    Quantity(
        "persons",
        "人口",
        "persons",
        "persons",
        False,
        lambda survey, s: survey.total(_of_village(survey, s, s.h.members)),
    ),
)


@dataclass(frozen=True)
class Judged:
    """One quantity: its true value, and (samples,) estimates, standard errors and half widths of the intervals."""

    quantity: Quantity
    truth: float
    estimates: Amounts
    errors: Amounts
    half_widths: Amounts

    @property
    def bias(self) -> float:
        """Mean error."""
        return float(np.mean(self.estimates) - self.truth)

    @property
    def bias_error(self) -> float:
        """Standard error of the mean error, from the differences between samples."""
        return float(np.std(self.estimates, ddof=1) / np.sqrt(len(self.estimates)))

    @property
    def covered(self) -> float:
        """Share of the intervals that hold the true value."""
        return float(np.mean(np.abs(self.estimates - self.truth) <= self.half_widths))

    @property
    def unbiased(self) -> bool:
        """The mean error is within two standard errors."""
        return abs(self.bias) <= STANDARD_ERRORS * self.bias_error

    @property
    def covers(self) -> bool:
        """Neither too few nor too many intervals hold the truth."""
        return self.covered >= LEAST and (self.quantity.rationed or self.covered <= MOST)

    def bias_by_chance(self, risk: float) -> bool:
        """A mean error as large would come by chance with at least the probability `risk` if there were no bias."""
        limit = float(stdtrit(len(self.estimates) - 1, 1.0 - risk / 2))
        return abs(self.bias) <= max(limit, STANDARD_ERRORS) * self.bias_error

    def coverage_by_chance(self, risk: float) -> bool:
        """A count as high or low would come by chance with at least that probability within the limits."""
        count, samples = round(self.covered * len(self.estimates)), len(self.estimates)
        few, many = bdtr(count, samples, LEAST), bdtrc(count - 1, samples, MOST) if count else 1.0
        return bool(self.covers or (few >= risk and (self.quantity.rationed or many >= risk)))

    @property
    def standard_error(self) -> float:
        """Root mean square of the samples' own standard errors."""
        return float(np.sqrt(np.mean(self.errors**2)))

    @property
    def spread(self) -> float:
        """Standard deviation of the estimates, which the samples' own standard errors should tell."""
        return float(np.std(self.estimates, ddof=1))


@dataclass(frozen=True)
class Coverage:
    """What the samples told.

    `built` and `lived` are seconds for the whole region, `memory` the peak while it was built in GB (None: unknown),
    `sampled` the mean number of households of a sample.
    """

    scenario: ResolvedScenario
    seeds: tuple[int, ...]
    judged: tuple[Judged, ...]
    households: int
    sampled: float
    built: float
    lived: float
    memory: float | None

    @property
    def risk(self) -> float:
        """Probability left to each verdict if one false alarm in a hundred such checks is accepted."""
        return FALSE_ALARM / (2 * len(self.judged))

    @property
    def pooled(self) -> float:
        """Share of all intervals that hold the truth, over the quantities that are not rationed."""
        return float(np.mean([one.covered for one in self.judged if not one.quantity.rationed]))

    @property
    def out(self) -> int:
        """Verdicts outside the plain limits; of two a quantity, chance alone makes one in fifteen or twenty so."""
        return sum((not one.unbiased) + (not one.covers) for one in self.judged)

    @property
    def headline(self) -> tuple[Judged, ...]:
        """The quantities that are judged strictly."""
        return tuple(one for one in self.judged if one.quantity.headline)

    @property
    def headline_out(self) -> int:
        """Their verdicts outside the plain limits."""
        return sum((not one.unbiased) + (not one.covers) for one in self.headline)

    @property
    def holds(self) -> bool:
        """Every headline quantity is within the plain limits, the others are not worse than chance allows."""
        risk = self.risk
        return (
            self.headline_out == 0
            and LEAST <= self.pooled <= MOST
            and all(one.bias_by_chance(risk) and one.coverage_by_chance(risk) for one in self.judged)
        )


def coverage(scenario: ResolvedScenario, samples: int = 30, *, progress: Progress | None = None) -> Coverage:
    """Simulate the whole region and `samples` independent samples of the scenario's share to its last month.

    The villages of sample k are drawn with the seed `scenario.seed` + k; the region is that of `scenario.seed`.
    `progress(done, all)` is called as the work goes on. Raises FupinError for fewer than two samples or for a sample
    that is the whole region.
    """
    if samples < 2:
        raise FupinError(
            tell(
                f"{samples} 个样本看不出离散；允许：2 个以上",
                f"{samples} samples say nothing about their spread; allowed: 2 or more",
            )
        )
    if scenario.sample >= 1:
        raise FupinError(
            tell(
                "样本须是全区的一部分；允许：--sample 大于 0 小于 1",
                "the sample must be a part of the region; allowed: --sample above 0 and below 1",
            )
        )
    book = load_parameters(library("model", "parameters"))
    begun = time.perf_counter()
    region = build_region(replace(scenario, sample=1.0), book=book)
    built, memory = time.perf_counter() - begun, peak_memory()
    months = scenario.last - scenario.first + 1

    def month_over(region: Region) -> None:
        if progress:
            progress(FULL_REGION * (region.month - scenario.first + 1) // months, FULL_REGION + samples)

    truth = {name: value for name, (value, _, _) in _lived(region, month_over).items()}
    lived, households = time.perf_counter() - begun - built, len(region.rows("household"))
    del region  # the samples need not stand beside it
    seeds = tuple(scenario.seed + place + 1 for place in range(samples))
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in truth}
    sampled = 0
    for place, seed in enumerate(seeds):
        part = build_region(scenario, book=book, sample_seed=seed)
        sampled += len(part.rows("household"))
        for name, values in _lived(part).items():
            found[name].append(values)
        if progress:
            progress(FULL_REGION + place + 1, FULL_REGION + samples)
    judged = tuple(
        Judged(quantity, truth[quantity.name], *np.array(found[quantity.name]).T)
        for quantity in QUANTITIES
        if truth[quantity.name] != 0
        and np.isfinite(truth[quantity.name])
        # what weights or a quota fix in every sample has no error to be judged
        and max(error for _, error, _ in found[quantity.name]) > NO_ERROR * abs(truth[quantity.name])
    )
    return Coverage(scenario, seeds, judged, households, sampled / samples, built, lived, memory)


def _lived(region: Region, month_over: Callable[[Region], None] | None = None) -> dict[str, tuple[float, float, float]]:
    """Value, standard error and half width of the interval of every quantity, after the last month."""
    while region.month < region.parameters.last:
        region.step()
        if month_over:
            month_over(region)
    region.ledger.check()
    return measured(region)


def measured(region: Region) -> dict[str, tuple[float, float, float]]:
    """Value, standard error and half width of the 90 per cent interval of every quantity, as the region stands."""
    survey, s = Survey.of_region(region), Snapshot(region)
    found = {}
    for quantity in QUANTITIES:
        estimate = quantity.estimate(survey, s)
        error = survey.standard_error(estimate)
        width = float(stdtrit(survey.degrees_of_freedom(estimate), 0.5 + LEVEL / 2)) * error if error > 0 else 0.0
        found[quantity.name] = (estimate.value, error, width)
    return found
