"""What a sample of villages tells about its region: totals, ratios and their standard errors.

An estimator gives its value and its linearised contribution of each village; the standard error follows the design:
villages drawn whole, without replacement, within strata and in proportion to size. With every village in, it is 0. A
`Survey` reads the columns that a region starts from as well as those of a region that has lived.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fupin.model.measures import gini_of_sample
from fupin.model.region import Region
from fupin.model.region_data import Columns
from fupin.scenarios.sampling import strata
from fupin.scenarios.scores import Bools, Floats, Ints


@dataclass(frozen=True)
class Estimate:
    """A value and the contributions (villages,) of its villages to its error, already weighted."""

    value: float
    contribution: Floats


def by_stratum(contribution: Floats, weight: Floats, strata: Ints) -> tuple[Floats, Floats]:
    """Variance that each stratum adds, and its degrees of freedom, from contributions of villages (already weighted).

    With inclusion probabilities p = 1 / weight and contributions z, Rosén's (1997) estimator for order sampling:
    n / (n - 1) sum (1 - p) (z - m)^2 about m = sum (1 - p) z / sum (1 - p), over the n villages with p < 1. Those that
    are in for certain add nothing; with equal p it is n (1 - p) s^2. NaN if a stratum has one village of several.
    """
    _, stratum = np.unique(strata, return_inverse=True)
    luck = np.maximum(1.0 - 1.0 / np.maximum(weight, 1.0), 0.0)
    n = np.bincount(stratum, luck > 0)
    mean = np.bincount(stratum, luck * contribution) / np.maximum(np.bincount(stratum, luck), 1e-300)
    squares = np.bincount(stratum, luck * (contribution - mean[stratum]) ** 2)
    free = np.maximum(n - 1.0, 1.0)
    return np.where(n == 1, np.nan, n / free * squares), free


class Survey:
    """Villages, households and persons as a stratified sample of villages.

    The tables need `weight`, `county` and `poor_village` of villages, `village` of households, `household` of persons.
    """

    def __init__(self, villages: Columns, households: Columns, persons: Columns) -> None:
        self.villages, self.households, self.persons = villages, households, persons
        self.weight: Floats = villages["weight"]

    @classmethod
    def of_region(cls, region: Region) -> Survey:
        """A region as it stands; the columns are read, not copied, so use it before the region moves on."""
        tables = [region.table_of(kind) for kind in ("village", "household", "person")]
        return cls(*({name: table[name] for name in table.columns} for table in tables))

    @cached_property
    def home(self) -> Ints:
        """Village of each person."""
        return np.asarray(self.households["village"][self.persons["household"]])

    def summed(self, rows: Columns, values: Floats | Bools) -> Floats:
        """Total of each village over its households, persons, or itself."""
        if rows is self.villages:
            return np.asarray(values, np.float64)
        village = self.households["village"] if rows is self.households else self.home
        if values.dtype == np.bool_:
            return np.bincount(village[values], minlength=len(self.weight)).astype(np.float64)
        return np.bincount(village, values, minlength=len(self.weight))

    # estimators

    def exact(self, value: float) -> Estimate:
        """What sampling cannot change."""
        return Estimate(value, np.zeros(len(self.weight)))

    def total(self, of_village: Floats) -> Estimate:
        """Total over the region, from totals of villages."""
        contribution = self.weight * of_village
        return Estimate(float(contribution.sum()), contribution)

    def ratio(self, above: Floats, below: Floats) -> Estimate:
        """Ratio of two totals, from totals of villages."""
        size = self.weight @ below
        value = float(self.weight @ above / size)
        return Estimate(value, self.weight * (above - value * below) / size)

    def of_fixed_number(self, above: Floats, below: Floats) -> Estimate:
        """Total of amounts whose holders are handed out under a quota, from totals of villages.

        The ratio estimator with a known total below: only the departure from the mean amount a holder has an error.
        """
        holders = float(self.weight @ below)
        ratio = float(self.weight @ above) / holders if holders > 0 else 0.0
        return Estimate(float(self.weight @ above), self.weight * (above - ratio * below))

    def mean(self, rows: Columns, values: Floats | Bools, where: Bools | None = None) -> Estimate:
        """Mean over rows of a table."""
        where = np.ones(len(values), np.bool_) if where is None else where
        return self.ratio(self.summed(rows, np.where(where, values, False)), self.summed(rows, where))

    def spread(self, rows: Columns, values: Floats, where: Bools | None = None) -> Estimate:
        """Standard deviation."""
        centred = values - self.mean(rows, values, where).value
        variance = self.mean(rows, centred**2, where)
        sd = max(np.sqrt(variance.value), 1e-300)  # a single village has no spread
        return Estimate(float(sd), variance.contribution / (2 * sd))

    def correlation(self, rows: Columns, first: Floats, second: Floats) -> Estimate:
        """Correlation of two columns of a table."""
        x = (first - self.mean(rows, first).value) / self.spread(rows, first).value
        y = (second - self.mean(rows, second).value) / self.spread(rows, second).value
        value = self.mean(rows, x * y).value
        return Estimate(value, self.mean(rows, x * y - value * (x**2 + y**2) / 2).contribution)

    def gini(self, income: Floats, heads: Floats) -> Estimate:
        """Gini coefficient of an income per head over persons, by household; income below zero counts as zero.

        The value is that of `gini_of_sample`, the contributions are those of the plain coefficient, which is G here:
        With F the share of persons below y, H the share of all income that those above y have, and mu the mean income,
        a person of income y contributes 2 (y / mu (F - (G + 1) / 2) + H - (G + 1) / 2) (Kovacevic and Binder 1997).
        """
        home = self.households["village"]
        weight = self.weight[home] * heads
        order = np.argsort(income, kind="stable")
        w, y = weight[order], np.maximum(income[order], 0.0)
        persons, money = w.sum(), w @ y
        # half of a household's own persons stand below, half above it
        below = (np.cumsum(w) - 0.5 * w) / persons
        richer = 1.0 - (np.cumsum(w * y) - 0.5 * w * y) / money
        value = float(2.0 * (w / persons) @ richer - 1.0)
        mu = money / persons
        influence = np.empty(len(income))
        influence[order] = 2.0 * (y / mu * (below - (value + 1.0) / 2.0) + richer - (value + 1.0) / 2.0)
        contribution = np.bincount(home, weight * influence, minlength=len(self.weight)) / persons
        return Estimate(gini_of_sample(income, heads, self.weight[home], home), contribution)

    # precision

    def variances(self, estimate: Estimate) -> tuple[Floats, Floats]:
        """Variance that each stratum adds, 0 where one village cannot tell, and its degrees of freedom."""
        variance, free = by_stratum(estimate.contribution, self.weight, strata(self.villages))
        return np.nan_to_num(variance), free

    def standard_error(self, estimate: Estimate) -> float:
        """Of the stratified design."""
        return float(np.sqrt(self.variances(estimate)[0].sum()))

    def degrees_of_freedom(self, estimate: Estimate) -> float:
        """Satterthwaite's number for the standard error; at most villages less strata, infinite if there is no error.

        Most of the error comes from the few large strata, and each has only some villages to tell its variance by.
        """
        variance, free = self.variances(estimate)
        return float(variance.sum() ** 2 / np.sum(variance**2 / free)) if variance.any() else np.inf
