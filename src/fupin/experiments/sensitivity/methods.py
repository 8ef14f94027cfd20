"""The methods: how each samples and which indices it gives, with intervals. Samplers and analysers are SALib's;
the effects of Morris are ours, since factors here may come in levels.

    morris     mean absolute elementary effect µ*, mean µ, spread σ  (Morris 1991; Campolongo et al. 2007)
    sobol      first-order and total shares of the variance, pairs   (Saltelli et al. 2010)
    pawn       median distance of conditional distributions          (Pianosi and Wagener 2015)
    delta      moment-independent δ, and first-order shares          (Borgonovo 2007; Plischke et al. 2013)
    rbd_fast   first-order shares                                    (Tarantola et al. 2006)

All factors are sampled in [0, 1], and an elementary effect is the change of the outcome over a factor's whole range.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.labels import Label

LEVELS = 4  # of the Morris grid
SLICES = 10  # of PAWN
RESAMPLES = 200
DELTA_RESAMPLES = 20  # its analyser is slow
CONFIDENCE = 0.95

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Method:
    """One method: its names, the index by which factors are ranked, what a sample is, what it can do."""

    label: Label
    main: str
    index: Label
    sample: Label
    usual: int
    fewest: int
    groups: bool
    share: bool  # is the main index a share of the variance?


METHODS = {
    "morris": Method(
        Label("Morris 筛选", "Morris screening"), "mu_star", Label("µ*", "µ*"),
        Label("条轨迹", "trajectories"), 20, 2, True, False,
    ),
    "sobol": Method(
        Label("Sobol 方差分解", "Sobol variance shares"), "total", Label("总效应", "total share"),
        Label("个基点", "base points"), 256, 8, True, True,
    ),
    "pawn": Method(
        Label("PAWN 分布距离", "PAWN distances of distributions"), "pawn", Label("PAWN 指数", "PAWN index"),
        Label("个点", "points"), 1000, 50, False, False,
    ),
    "delta": Method(
        Label("δ 矩无关指数", "moment-independent delta"), "delta", Label("δ", "delta"),
        Label("个点", "points"), 500, 50, False, False,
    ),
    "rbd_fast": Method(
        Label("RBD-FAST 一阶份额", "RBD-FAST first-order shares"), "first", Label("一阶份额", "first-order share"),
        Label("个点", "points"), 1000, 50, False, True,
    ),
}  # fmt: skip

INDEX_LABELS = {
    "mu_star": Label("µ*（绝对效应均值）", "µ* (mean absolute effect)"),
    "mu": Label("µ（效应均值）", "µ (mean effect)"),
    "sigma": Label("σ（效应离散）", "σ (spread of effects)"),
    "first": Label("一阶份额", "first-order share"),
    "total": Label("总效应份额", "total share"),
    "pawn": Label("PAWN 指数（中位数）", "PAWN index (median)"),
    "delta": Label("δ 指数", "delta"),
}


def block_size(method: str, items: int, second_order: bool) -> int:
    """Points of one sample."""
    if method == "morris":
        return items + 1
    if method == "sobol":
        return 2 * items + 2 if second_order else items + 2
    return 1


def sample(
    method: str, factors: int, groups: Sequence[str] | None, samples: int, second_order: bool, seed: int
) -> Floats:
    """Probabilities (samples · block, factors); a longer sample of the same seed begins with the shorter one.

    That holds for morris and sobol; the others are Latin hypercubes, which are new for every size.
    """
    from SALib.sample import morris, sobol

    problem = _problem(factors, groups)
    if method == "morris":
        return np.asarray(morris.sample(problem, samples, num_levels=LEVELS, seed=seed))
    if method == "sobol":
        return np.asarray(sobol.sample(problem, samples, calc_second_order=second_order, seed=seed))
    return latin_hypercube(factors, samples, seed)


def latin_hypercube(factors: int, samples: int, seed: int) -> Floats:
    """Probabilities (samples, factors) of which every factor has one in each of `samples` equal parts of [0, 1]."""
    from SALib.sample import latin

    return np.asarray(latin.sample(_problem(factors), samples, seed=seed))


def _problem(factors: int, groups: Sequence[str] | None = None) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "num_vars": factors,
        "names": [f"x{place:04d}" for place in range(factors)],
        "bounds": [[0.0, 1.0]] * factors,
    }
    return problem | ({"groups": list(groups)} if groups else {})


@contextmanager
def _contained() -> Iterator[None]:
    """Keep what SALib does to the process (prints, warnings, NumPy's global generator) inside."""
    form, state = warnings.formatwarning, np.random.get_state()  # noqa: NPY002 — it is SALib that seeds it
    try:
        with warnings.catch_warnings(record=True), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        warnings.formatwarning = form
        np.random.set_state(state)  # noqa: NPY002


def indices(
    method: str,
    u: Floats,
    y: Floats,
    groups: Sequence[str] | None,
    second_order: bool,
    seed: int,
    resamples: int = RESAMPLES,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indices of every factor or group, and of pairs (empty unless second-order indices are wanted).

    The first table has one row a factor in order and, for each index, its estimate and the ends of its 95 per cent
    interval (`mu_star`, `mu_star_low`, `mu_star_high`); the second has `one`, `other` (places), `share`, `low`, `high`.
    `u` are the probabilities of the sample; for morris where each factor stands in its range (`Plan.places`).
    """
    problem = _problem(u.shape[1], groups)
    with _contained():
        if method == "morris":
            return _morris(u, y, groups, seed, resamples), _pairs({})
        if method == "sobol":
            return _sobol(problem, y, second_order, seed, resamples)
        if method == "pawn":
            return _pawn(u, y, seed, resamples), _pairs({})
        if method == "delta":
            return _delta(problem, u, y, seed, min(resamples, DELTA_RESAMPLES)), _pairs({})
        return _rbd_fast(problem, u, y, seed, resamples), _pairs({})


def elementary_effects(u: Floats, y: Floats, groups: Sequence[str] | None) -> Floats:
    """Elementary effects (trajectories, items) of a Morris sample: the change of y over the share of the range moved.

    The item of each step is the one whose factors changed. `u` (points, factors) says where each factor stands between
    its low end (0) and its high end (1). A switch goes all the way in one step where a continuous factor goes two
    thirds of it. Of a group the mean share that its factors move counts, and the sign is that of the change of y.
    """
    names = list(groups) if groups else list(range(u.shape[1]))
    items = {name: place for place, name in enumerate(dict.fromkeys(names))}
    member = np.array([items[name] for name in names])
    length = len(items) + 1
    points, values = u.reshape(-1, length, u.shape[1]), y.reshape(-1, length)
    moves, changes = np.diff(points, axis=1), np.diff(values, axis=1)
    mover = np.abs(moves).argmax(axis=2)  # any factor of the item that moved
    found = np.empty((len(points), len(items)))
    if groups:
        moved = np.abs(moves).sum(axis=2) / np.maximum(np.count_nonzero(moves, axis=2), 1)
    else:
        moved = np.take_along_axis(moves, mover[:, :, None], axis=2)[:, :, 0]
    np.put_along_axis(found, member[mover], changes / moved, axis=1)
    return found


def _morris(u: Floats, y: Floats, groups: Sequence[str] | None, seed: int, resamples: int) -> pd.DataFrame:
    """Means and spread of the effects; SALib's own, which takes every factor to move two thirds of its range."""
    effects = elementary_effects(u, y, groups)
    r = np.random.default_rng(seed).integers(len(effects), size=(resamples, len(effects)))
    drawn = effects[r]  # (resamples, trajectories, items)
    table = _with_interval("mu_star", np.abs(effects).mean(axis=0), np.abs(drawn).mean(axis=1))
    if not groups:
        table |= _with_interval("mu", effects.mean(axis=0), drawn.mean(axis=1))
        table |= _with_interval("sigma", effects.std(axis=0, ddof=1), drawn.std(axis=1, ddof=1))
    return pd.DataFrame(table)


def _floats(values: Any) -> Floats:
    return np.asarray(np.ma.filled(values, np.nan), np.float64)


def _with_interval(name: str, estimate: Floats, drawn: Floats) -> dict[str, Floats]:
    """Percentiles of the resampled estimates."""
    tail = 0.5 * (1.0 - CONFIDENCE)
    low, high = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return {name: estimate, f"{name}_low": np.minimum(low, estimate), f"{name}_high": np.maximum(high, estimate)}


def _around(name: str, estimate: Any, half: Any) -> dict[str, Floats]:
    """SALib's own interval: the estimate and half its width."""
    centre, width = _floats(estimate), np.nan_to_num(_floats(half))
    return {name: centre, f"{name}_low": centre - width, f"{name}_high": centre + width}


def _sobol(
    problem: dict[str, Any], y: Floats, second_order: bool, seed: int, resamples: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from SALib.analyze import sobol

    found = sobol.analyze(problem, y, calc_second_order=second_order, num_resamples=resamples, seed=seed)
    table = _around("first", found["S1"], found["S1_conf"]) | _around("total", found["ST"], found["ST_conf"])
    return pd.DataFrame(table), _pairs(found)


def _pairs(found: Any) -> pd.DataFrame:
    empty: dict[str, list[float]] = {"one": [], "other": [], "share": [], "low": [], "high": []}
    if "S2" not in found:
        return pd.DataFrame(empty)
    share, half = _floats(found["S2"]), _floats(found["S2_conf"])
    j, k = np.triu_indices(len(share), 1)
    s, w = share[j, k], half[j, k]
    return pd.DataFrame({"one": j, "other": k, "share": s, "low": s - w, "high": s + w})


def pawn_medians(u: Floats, y: Floats) -> Floats:
    """Median over ten slices of each factor of the Kolmogorov-Smirnov distance to all outcomes, as SALib has it."""
    order = np.argsort(y, kind="stable")
    last = np.append(np.diff(y[order]) > 0, True)  # of equal outcomes only the last one is a step
    whole = np.arange(1, len(y) + 1)[last] / len(y)
    found = np.empty(u.shape[1])
    for at in range(u.shape[1]):
        x = u[:, at]
        edges = np.quantile(x, np.arange(SLICES + 1) / SLICES)
        inside = (x[order, None] >= edges[:-1]) & (x[order, None] < edges[1:])
        counts = inside.sum(axis=0)
        steps = np.cumsum(inside, axis=0)[last][:, counts > 0] / counts[counts > 0]
        found[at] = np.median(np.abs(steps - whole[:, None]).max(axis=0))
    return found


def _pawn(u: Floats, y: Floats, seed: int, resamples: int) -> pd.DataFrame:
    from SALib.analyze import pawn

    found = pawn.analyze(_problem(u.shape[1]), u, y, S=SLICES, seed=seed)
    rows = np.random.default_rng(seed).integers(len(y), size=(resamples, len(y)))
    drawn = np.array([pawn_medians(u[r], y[r]) for r in rows])
    return pd.DataFrame(_around("pawn", found["median"], 1.96 * drawn.std(axis=0, ddof=1)))


def _delta(problem: dict[str, Any], u: Floats, y: Floats, seed: int, resamples: int) -> pd.DataFrame:
    from SALib.analyze import delta

    found = delta.analyze(problem, u, y, num_resamples=resamples, seed=seed)
    name = "delta_raw" if "delta_raw" in found else "delta"  # as SALib 1.6 and as 1.5 call it
    table = _around("delta", found[name], found[f"{name}_conf"]) | _around("first", found["S1"], found["S1_conf"])
    return pd.DataFrame(table)


def _rbd_fast(problem: dict[str, Any], u: Floats, y: Floats, seed: int, resamples: int) -> pd.DataFrame:
    from SALib.analyze import rbd_fast

    found = rbd_fast.analyze(problem, u, y, num_resamples=resamples, seed=seed)
    return pd.DataFrame(_around("first", found["S1"], found["S1_conf"]))
