"""Noise: by how much the outcome of a point, and what comes of it, would have differed with another seed.

Some points were run again with other seeds (another sample of villages, other luck). What a seed does to all points
alike is no noise here, since one seed serves the whole design; what is left after the means of points and of seeds is.
An index that noise alone would reach is the floor of a factor: below it the factor is listed and not ranked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from fupin.experiments.sensitivity.methods import METHODS, elementary_effects, indices

DUMMIES = {"pawn": 20, "rbd_fast": 20, "delta": 5}  # made-up factors that find the floor of indices from given data
UPPER = 0.95

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Noise:
    """What was measured on `points` points with `seeds` seeds each (0 and 1 if nothing was repeated).

    `deviation` is the standard deviation of the outcome at a point from one seed to the next, less what the seed does
    to all points; `shift` is the standard deviation of the latter; both in the outcome's unit. `share` is the first,
    squared, of the variance over the design. `floor` is the main index that noise alone would give, for each item.
    """

    points: int
    seeds: int
    deviation: float
    shift: float
    share: float
    floor: Floats


def measure_noise(
    method: str,
    u: Floats,
    y: Floats,
    again: Floats,
    repeated: NDArray[np.int64],
    groups: Sequence[str] | None,
    items: int,
    seed: int,
) -> Noise:
    """Noise of a study: `y` (points,) and `again` (other seeds, repeated points)."""
    if not again.size:
        return Noise(0, 1, 0.0, 0.0, 0.0, _floor(method, u, y, 0.0, items, seed))
    cells = np.vstack([y[repeated], again])  # (seeds, points)
    deviation, shift = two_way(cells)
    share = min(deviation**2 / float(np.var(y)), 1.0)
    if method == "morris":
        effects = np.array(
            [elementary_effects(u[repeated], row, groups) for row in cells]
        )  # seeds, trajectories, items
        own = effects.var(axis=0, ddof=1).mean(axis=0)
        spread = np.sqrt(np.maximum(own, 0.5 * (own + np.median(own))))  # few repeats: a small one may be luck
        floor = spread * math.sqrt(2.0 / math.pi)  # the mean of |x| where x is normal with that spread
    else:
        floor = _floor(method, u, y, share, items, seed)
    return Noise(cells.shape[1], cells.shape[0], deviation, shift, share, floor)


def two_way(cells: Floats) -> tuple[float, float]:
    """Standard deviations of the residuals and of the seeds' means in a table (seeds, points) without replication."""
    seeds, points = cells.shape
    rest = cells - cells.mean(axis=0) - cells.mean(axis=1, keepdims=True) + cells.mean()
    left = float((rest**2).sum()) / max((seeds - 1) * (points - 1), 1)
    return math.sqrt(left), float(cells.mean(axis=1).std(ddof=1))


def _floor(method: str, u: Floats, y: Floats, share: float, items: int, seed: int) -> Floats:
    """The main index that a factor without any effect, or with no more than the noise has, would reach.

    A total share of the variance counts the noise in full. Indices from given data are never quite zero: made-up
    factors that carry the share of the noise, and nothing else, say what they come to (their 95 per cent quantile).
    """
    if method in ("morris", "sobol"):
        return np.full(items, share if method == "sobol" else 0.0)
    rng, found = np.random.default_rng(seed), []
    main, deviation = METHODS[method].main, float(y.std())
    for _ in range(DUMMIES[method]):
        x = (rng.permutation(len(y)) + rng.random(len(y))) / len(y)
        made = math.sqrt(1.0 - share) * rng.permutation(y) + math.sqrt(share) * deviation * ndtri(x)
        table, _ = indices(method, x[:, None], made, None, second_order=False, seed=seed, resamples=2)
        found.append(float(table[main].iloc[0]))
    return np.full(items, max(float(np.quantile(found, UPPER)), 0.0))
