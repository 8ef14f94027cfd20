"""Intervals over replicates, what pairing is worth, and the cost of a household-year lifted.

Replicates differ in the sampled villages and their people and in all luck, so an interval contains these; it does not
contain the uncertainty of parameters nor that of the model's structure. Differences are paired: both worlds of a
replicate have the same people and the same luck. A mean of n differences d has the interval
mean ± t(n−1) · s_d / √n; with independent seeds the variance of a difference would be var(A) + var(B), so that the same
interval would have needed n / R replicates, R = var(d) / (var(A) + var(B)).

R is estimated from n runs and has an interval itself. With d = A − B and s = A + B, var(A) + var(B) is half of
var(d) + var(s), so R = 2φ / (1 + φ) with φ = var(d) / var(s): a ratio of two correlated variances, whose interval for
normal values is that of Pitman (1939) and Morgan (1939), f · (K ± √(K² − 1)), where f is the observed ratio,
K = 1 + 2 (1 − r²) t² / (n − 2), r the correlation of d and s, and t the quantile of n − 2 degrees of freedom. Two runs
have none of these and so say nothing about what pairing is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
PAIRED = [
    "runs", "reference", "policy", "difference", "error", "low", "high", "variance_paired", "variance_independent",
    "ratio", "ratio_low", "ratio_high", "needed", "needed_low", "needed_high",
]  # fmt: skip
TELLING = 100.0  # where the ends of the interval of the ratio are further apart than so many times, it says nothing
MEAN = ["runs", "mean", "error", "low", "high"]


@cache
def quantile(runs: int) -> float:
    """The quantile of Student's t for an interval of `runs` values; NaN for fewer than two."""
    return float(stats.t.ppf(0.5 + LEVEL / 2, runs - 1)) if runs > 1 else math.nan


def half_widths(variance: pd.Series, runs: pd.Series) -> pd.Series:
    """Half of the interval of each mean; NaN for fewer than two runs."""
    return runs.map(quantile) * np.sqrt(variance / runs)


def paired(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Paired differences of `policy` and `reference` over the runs, one row for each value of `keys`, in their order.

    Runs in which one of the two is not a number are left out; `needed` is infinite where pairing leaves no variance.
    """
    there = np.isfinite(table["policy"].to_numpy(float)) & np.isfinite(table["reference"].to_numpy(float))
    sides = table[[*keys, "reference", "policy"]].copy()
    sides.loc[~there, ["reference", "policy"]] = math.nan
    sides["difference"] = sides["policy"] - sides["reference"]
    grouped = sides.groupby(list(keys), sort=False)[["reference", "policy", "difference"]]
    middle, variance, runs = grouped.mean(), grouped.var(ddof=1), grouped.count()["difference"]
    found = middle.copy()
    found.insert(0, "runs", runs)
    together, apart = variance["difference"], variance["policy"] + variance["reference"]
    half = half_widths(together, runs)
    found["error"] = np.sqrt(together / runs)
    found["low"], found["high"] = middle["difference"] - half, middle["difference"] + half
    found["variance_paired"], found["variance_independent"] = together, apart
    found["ratio"] = (together / apart).where(apart > 0)
    found["needed"] = (runs / found["ratio"]).where(found["ratio"] > 0, found["ratio"].map(_endless))
    found["ratio_low"], found["ratio_high"] = ratio_bounds(variance, runs)
    found["needed_low"], found["needed_high"] = runs / found["ratio_high"], runs / found["ratio_low"]
    return found.reset_index()[[*keys, *PAIRED]]


def ratio_bounds(variance: pd.DataFrame, runs: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ends of the interval of var(d) / (var(A) + var(B)) (Pitman 1939, Morgan 1939); NaN for fewer than three runs.

    `variance` has the columns `reference`, `policy`, `difference`. Also NaN where d or s does not vary.
    """
    d, a, b = variance["difference"], variance["policy"], variance["reference"]
    s = 2.0 * (a + b) - d  # of the sum A + B
    varied = (d > 0) & (s > 0)
    unexplained = (1.0 - (a - b) ** 2 / (d * s).where(varied)).clip(0.0, 1.0)  # 1 − r²
    t = (runs - 1).map(quantile)
    k = 1.0 + 2.0 * unexplained * t**2 / (runs - 2).where(runs > 2)
    wide = k + np.sqrt(k**2 - 1.0)
    low, high = d / s / wide, d / s * wide
    return 2.0 * low / (1.0 + low), 2.0 * high / (1.0 + high)


def tells(low: float, high: float) -> bool:
    """Is the interval of a ratio narrow enough to say anything?"""
    return high <= TELLING * low  # false for NaN


def _endless(ratio: float) -> float:
    return math.inf if ratio == 0 else math.nan


def means(table: pd.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """Means over the runs with their intervals: one row for each value of `keys` and each of the columns `values`."""
    finite = table[[*keys, *values]].replace([math.inf, -math.inf], math.nan)
    grouped = finite.groupby(list(keys), sort=False)[list(values)]
    sides = {"runs": grouped.count(), "mean": grouped.mean(), "variance": grouped.var(ddof=1)}
    long = {name: side.rename_axis(columns="quantity").stack(future_stack=True) for name, side in sides.items()}
    found = pd.DataFrame(long)
    half = half_widths(found["variance"], found["runs"])
    found["error"] = np.sqrt(found["variance"] / found["runs"])
    found["low"], found["high"] = found["mean"] - half, found["mean"] + half
    return found.reset_index()[[*keys, "quantity", *MEAN]]


def interval(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean, standard error and interval of what the runs found."""
    values = values[np.isfinite(values)]
    runs = len(values)
    middle = float(values.mean()) if runs else math.nan
    error = math.sqrt(float(values.var(ddof=1)) / runs) if runs > 1 else math.nan
    half = quantile(runs) * error
    return {"runs": runs, "mean": middle, "error": error, "low": middle - half, "high": middle + half}


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
    t = quantile(runs)
    g = t * t * e / (runs * effect * effect)
    if g >= 1:
        return value, math.nan, math.nan
    middle = value - t * t * ce / (runs * effect * effect)
    inner = c - 2 * value * ce + value * value * e - g * (c - (ce * ce / e if e > 0 else 0.0))
    spread = t / effect * math.sqrt(max(inner, 0.0) / runs)
    return value, (middle - spread) / (1 - g), (middle + spread) / (1 - g)
