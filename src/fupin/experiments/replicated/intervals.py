"""Intervals over replicates, what pairing is worth, and the cost of a household-year lifted.

Replicates differ in the sampled villages and their people and in all luck, so an interval contains these; it does not
contain the uncertainty of parameters nor that of the model's structure. Differences are paired: both worlds of a
replicate have the same people and the same luck. A mean of n differences d has the interval
mean ± t(n−1) · s_d / √n; with independent seeds the variance of a difference would be var(A) + var(B), so that the same
interval would have needed n · (var(A) + var(B)) / var(d) replicates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
PAIRED = [
    "runs", "reference", "policy", "difference", "error", "low", "high", "variance_paired", "variance_independent",
    "ratio", "needed",
]  # fmt: skip
MEAN = ["runs", "mean", "error", "low", "high"]


def half_width(variance: float, runs: int) -> float:
    """Half of the interval of a mean; NaN for fewer than two runs."""
    return float(stats.t.ppf(0.5 + LEVEL / 2, runs - 1) * math.sqrt(variance / runs)) if runs > 1 else math.nan


def paired(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Paired differences of `policy` and `reference` over the runs, one row for each value of `keys`, in their order.

    Runs in which one of the two is not a number are left out; `needed` is infinite where pairing leaves no variance.
    """
    rows = []
    for key, part in table.groupby(list(keys), sort=False):
        mine, theirs = part["policy"].to_numpy(float), part["reference"].to_numpy(float)
        there = np.isfinite(mine) & np.isfinite(theirs)
        rows.append(dict(zip(keys, _tuple(key), strict=True)) | _pair(mine[there], theirs[there]))
    return pd.DataFrame(rows, columns=[*keys, *PAIRED])


def _pair(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> dict[str, float]:
    runs = len(mine)
    if not runs:
        return {"runs": 0} | dict.fromkeys(PAIRED[1:], math.nan)
    difference = mine - theirs
    middle = float(difference.mean())
    found = {"runs": runs, "reference": float(theirs.mean()), "policy": float(mine.mean()), "difference": middle}
    if runs < 2:
        return found | dict.fromkeys(PAIRED[4:], math.nan)
    together = float(difference.var(ddof=1))
    apart = float(mine.var(ddof=1) + theirs.var(ddof=1))
    half = half_width(together, runs)
    ratio = together / apart if apart > 0 else math.nan
    needed = runs / ratio if ratio > 0 else math.inf if ratio == 0 else math.nan
    return found | {
        "error": math.sqrt(together / runs), "low": middle - half, "high": middle + half,
        "variance_paired": together, "variance_independent": apart, "ratio": ratio, "needed": needed,
    }  # fmt: skip


def means(table: pd.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """Means over the runs with their intervals: one row for each value of `keys` and each of the columns `values`."""
    rows = []
    for key, part in table.groupby(list(keys), sort=False):
        head = dict(zip(keys, _tuple(key), strict=True))
        for name in values:
            rows.append(head | {"quantity": name} | interval(part[name].to_numpy(float)))
    return pd.DataFrame(rows, columns=[*keys, "quantity", *MEAN])


def interval(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean, standard error and interval of what the runs found."""
    values = values[np.isfinite(values)]
    runs = len(values)
    middle = float(values.mean()) if runs else math.nan
    variance = float(values.var(ddof=1)) if runs > 1 else math.nan
    half = half_width(variance, runs)
    error = math.sqrt(variance / runs) if runs > 1 else math.nan
    return {"runs": runs, "mean": middle, "error": error, "low": middle - half, "high": middle + half}


def _tuple(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)


def ratio_interval(costs: NDArray[np.float64], effects: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean cost over mean effect with Fieller's interval (Fieller 1954); NaN bounds where there is none.

    There is no value where the mean effect is not positive, and no bound where it does not differ from nothing.
    """
    runs, effect, cost = len(effects), float(effects.mean()), float(costs.mean())
    if effect <= 0:
        return math.nan, math.nan, math.nan
    value = cost / effect
    if runs < 2:
        return value, math.nan, math.nan
    covariance = np.cov(costs, effects, ddof=1)
    c, e, ce = (float(covariance[place]) for place in ((0, 0), (1, 1), (0, 1)))
    t = float(stats.t.ppf(0.5 + LEVEL / 2, runs - 1))
    g = t * t * e / (runs * effect * effect)
    if g >= 1:
        return value, math.nan, math.nan
    middle = value - t * t * ce / (runs * effect * effect)
    inner = c - 2 * value * ce + value * value * e - g * (c - (ce * ce / e if e > 0 else 0.0))
    spread = t / effect * math.sqrt(max(inner, 0.0) / runs)
    return value, (middle - spread) / (1 - g), (middle + spread) / (1 - g)
