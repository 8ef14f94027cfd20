"""Weighted measures of poverty and inequality. All take incomes per head and person weights, arrays of one length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.ledger import weighted_sum
from fupin.model.person import NOT_IN_SCHOOL

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]

PARENTS, YOUNG = (40.0, 60.0), (18.0, 30.0)  # years of age: whose schooling is compared, from and below
FIFTHS = 5  # groups of equal size by income
LOWEST_INCOME = 300.0  # yuan a head and year; incomes below it count as it where a logarithm is taken


def mean(values: Amounts | NDArray[np.bool_], weight: Amounts) -> float:
    """Weighted mean; NaN if nobody is there. That of a condition is a share, which rounding does not take above one."""
    total = float(weight.sum())
    if total <= 0.0:
        return float("nan")
    found = weighted_sum(np.asarray(values, np.float64), weight) / total
    return min(found, 1.0) if values.dtype == np.bool_ else found


def fgt(income: Amounts, line: float, order: int, weight: Amounts) -> float:
    """Foster–Greer–Thorbecke index: headcount (order 0), gap (1), severity (2), as shares of the line.

    An income below zero counts as zero, so the gap of one person never exceeds the line.
    """
    short = np.clip((line - income) / line, 0.0, 1.0)
    return mean((income < line) * short**order if order else income < line, weight)


def gini(income: Amounts, weight: Amounts) -> float:
    """Gini coefficient by the weighted Lorenz curve; negative incomes count as zero."""
    order = np.argsort(income, kind="stable")
    w, y = weight[order], np.maximum(income[order], 0.0)
    total, money = float(w.sum()), weighted_sum(y, w)
    if total <= 0 or money <= 0:
        return float("nan")
    lorenz = np.cumsum(w * y) / money
    below = np.concatenate([[0.0], lorenz[:-1]])
    return float(1.0 - weighted_sum(lorenz + below, w / total))


def gini_of_sample(income: Amounts, heads: Amounts, weight: Amounts, village: NDArray[np.integer]) -> float:
    """Gini coefficient of a region of which whole villages were sampled, corrected for the pairs of neighbours.

    The coefficient is half the mean difference of all pairs of persons over their mean income. A sample of 42 villages
    pairs a person with a neighbour once in 42 times, the region once in thousands, and neighbours differ less: the
    plain coefficient is too low. A pair of one village counts with the village's weight here, not with its square, and
    pairs of different villages fill up the rest. With all weights 1 this is `gini`. Rows of a village share its weight.
    """
    plain = gini(income, weight * heads)
    persons = np.bincount(village, heads)
    times = np.ones(len(persons))
    times[village] = weight
    everybody = weighted_sum(persons, times)
    near, counted = weighted_sum(persons**2, times), weighted_sum(persons**2, times**2)
    if everybody**2 - counted <= 0.0 or not (times[persons > 0] != 1.0).any():
        return plain  # one village, or everybody
    order = np.lexsort((income, village))
    here, h, y = village[order], heads[order], np.maximum(income[order], 0.0)
    before = np.cumsum(h) - np.concatenate([[0.0], np.cumsum(persons)])[here] - h  # of the village, poorer
    difference = np.bincount(here, h * y * (2.0 * before + h - persons[here]), minlength=len(persons))
    all_pairs = plain * everybody * weighted_sum(heads * np.maximum(income, 0.0), times[village])
    others = (everybody**2 - near) / (everybody**2 - counted)
    pairs = weighted_sum(difference, times) + others * (all_pairs - weighted_sum(difference, times**2))
    return float(plain * pairs / all_pairs) if all_pairs > 0 else plain


def quintile_means(income: Amounts, weight: Amounts) -> Amounts:
    """Mean income of each fifth of persons, poorest first; a household that straddles two fifths is split."""
    order = np.argsort(income, kind="stable")
    w, y = weight[order], income[order]
    total = float(w.sum())
    if total <= 0:
        return np.full(FIFTHS, np.nan)
    cuts = np.linspace(0.0, total, FIFTHS + 1)
    money = np.interp(cuts, np.concatenate([[0.0], np.cumsum(w)]), np.concatenate([[0.0], np.cumsum(w * y)]))
    return np.asarray(np.diff(money) / (total / FIFTHS))


def quintiles(income: Amounts, weight: Amounts) -> NDArray[np.int64]:
    """The fifth (0 poorest to 4) that each household belongs to by the middle of its persons."""
    order = np.argsort(income, kind="stable")
    w = weight[order]
    middle = (np.cumsum(w) - 0.5 * w) / max(float(w.sum()), 1e-300)
    place = np.empty(len(income), np.int64)
    place[order] = np.minimum((FIFTHS * middle).astype(np.int64), FIFTHS - 1)
    return place


def log_sd(income: Amounts, weight: Amounts) -> float:
    """Standard deviation of log income, incomes floored at `LOWEST_INCOME`."""
    logs = np.log(np.maximum(income, LOWEST_INCOME))
    middle = mean(logs, weight)
    return float(np.sqrt(mean((logs - middle) ** 2, weight)))


def schooling_persistence(region: Region) -> float:
    """How far schooling is handed down: slope of the young's years of schooling on those of their household's elders.

    Least squares over members of 18-29 who are out of school against the mean of members of 40-59, with the survey
    weights of their households. 0: parents make no difference; 1: a year of theirs is a year of their children's.
    """
    h, person = region.rows("household"), region.rows("person")
    at_work = person.alive & (person.stage == NOT_IN_SCHOOL)
    old = np.flatnonzero(at_work & (person.age >= PARENTS[0]) & (person.age < PARENTS[1]))
    young = np.flatnonzero(at_work & (person.age >= YOUNG[0]) & (person.age < YOUNG[1]))
    heads = np.bincount(person.household[old], minlength=len(h))
    mean = np.bincount(person.household[old], person.schooling[old], minlength=len(h)) / np.maximum(heads, 1)
    young = young[heads[person.household[young]] > 0]
    home = person.household[young]
    weight = h.weight[home] / max(float(h.weight[home].sum()), 1e-9)
    parents = mean[home] - weighted_sum(mean[home], weight)
    children = person.schooling[young] - weighted_sum(person.schooling[young], weight)
    spread = weighted_sum(parents**2, weight)
    return weighted_sum(parents * children, weight) / spread if spread > 0.0 else 0.0
