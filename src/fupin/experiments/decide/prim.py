"""Patient rule induction: the box of conditions under which something happens, peeled a little at a time.

From all points, one face of the box after another is cut off, each time the one that leaves the largest share of cases
inside (Friedman & Fisher 1999, "Bump hunting in high-dimensional data", Statistics and Computing 9). Of the boxes on
the way the one with the best balance of coverage (share of all cases inside) and density (share of cases among the
points inside) is taken, and limits that could be chance are let go (Bryant & Lempert 2010, "Thinking inside the box",
Technological Forecasting & Social Change 77: binomial test of the density without the limit).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from fupin.errors import FupinError
from fupin.labels import tell

PEEL = 0.05  # share of the points inside that one cut takes off: patience
FEWEST = 0.05  # share of all points that a box must hold
CHANCE = 0.05  # a limit stays if the box without it would give such a density less often than this

type Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Limit:
    """One condition: the factor's value lies from `low` to `high` (infinite where that side is open)."""

    factor: str
    low: float
    high: float
    p_value: float

    def holds(self, points: pd.DataFrame) -> Flags:
        """Which points meet it."""
        values = points[self.factor].to_numpy(np.float64)
        return np.asarray((values >= self.low) & (values <= self.high))


@dataclass(frozen=True)
class Box:
    """Conditions that hold together; `coverage` of the cases lie inside, `density` of those inside are cases."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float  # share of all points inside
    base: float  # share of cases among all points

    def holds(self, points: pd.DataFrame) -> Flags:
        """Which points lie in the box."""
        inside = np.ones(len(points), np.bool_)
        for limit in self.limits:
            inside &= limit.holds(points)
        return inside


def find_boxes(
    points: pd.DataFrame, cases: Sequence[bool] | Flags, most: int = 3, *, peel: float = PEEL, fewest: float = FEWEST
) -> list[Box]:
    """Up to `most` boxes, each found among the points outside those before it; none if nothing sets the cases apart.

    `points`: one row a world, one column a factor (numbers); `cases`: whether it happened there. Coverage and density
    are over all points. Raises FupinError where there are no cases or nothing else, and for values that are no numbers.
    """
    happened = np.asarray(cases, np.bool_)
    for name in points:
        if any(isinstance(value, str) for value in points[name]):
            raise FupinError(
                tell(
                    f"因素 {name!r} 的取值是文字，没有大小，不能成为盒的边界；请分别研究它的各个取值",
                    f"the levels of factor {name!r} are words, which no box has a bound in; study its levels apart",
                )
            )
    values = points.to_numpy(np.float64)
    if not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0][0])
        raise FupinError(
            tell(f"研究中的世界 {row} 有一个因素不是数字", f"world {row} of the study has a factor that is no number")
        )
    if not happened.any() or happened.all():
        raise FupinError(
            tell(
                f"{len(happened)} 个世界中有 {int(happened.sum())} 个如此：没有条件可找",
                f"it happened in {int(happened.sum())} of {len(happened)} worlds: no conditions to look for",
            )
        )
    boxes: list[Box] = []
    left = np.ones(len(points), np.bool_)
    while len(boxes) < most and happened[left].any() and left.sum() >= 2.0 * fewest * len(points):
        box = _found(points[left], happened[left], peel, fewest * len(points))
        if box is None:
            break
        inside = box.holds(points)
        boxes.append(
            Box(
                box.limits,
                float(happened[inside].sum() / happened.sum()),
                float(happened[inside].mean()),
                float(inside.mean()),
                float(happened.mean()),
            )
        )
        left &= ~inside
    return boxes


def _found(points: pd.DataFrame, happened: Flags, peel: float, fewest: float) -> Box | None:
    """The best box on one peeling, its chance limits let go; None if no limit remains."""
    path = _peeled(points.to_numpy(np.float64), happened, peel, fewest)
    total, best, chosen = int(happened.sum()), -1.0, None
    for low, high, inside in path:
        coverage, density = happened[inside].sum() / total, happened[inside].mean()
        balance = 2.0 * coverage * density / (coverage + density) if coverage + density > 0 else 0.0
        if balance > best:
            best, chosen = balance, (low, high)
    assert chosen is not None
    bounds = dict(zip(map(str, points.columns), zip(*chosen, strict=True), strict=True))
    limits = _kept(points, happened, {name: (float(a), float(b)) for name, (a, b) in bounds.items()})
    return Box(limits, 0.0, 0.0, 0.0, 0.0) if limits else None


def _peeled(
    values: NDArray[np.float64], happened: Flags, peel: float, fewest: float
) -> list[tuple[NDArray[np.float64], NDArray[np.float64], Flags]]:
    """The boxes of one peeling: lower and upper bounds and which points are inside, the open box first."""
    low, high = np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)
    inside = np.ones(len(values), np.bool_)
    path = [(low.copy(), high.copy(), inside.copy())]
    while True:
        best, cut = -1.0, None
        for factor in range(values.shape[1]):
            column = values[:, factor]
            for side in (0, 1):
                bound = _cut_at(column[inside], peel, side)
                if bound is None:
                    continue
                kept = inside & ((column >= bound) if side == 0 else (column <= bound))
                if kept.sum() >= fewest and happened[kept].mean() > best:
                    best, cut = float(happened[kept].mean()), (factor, side, bound, kept)
        if cut is None:
            return path
        factor, side, bound, inside = cut
        (low if side == 0 else high)[factor] = bound
        path.append((low.copy(), high.copy(), inside.copy()))
        if best >= 1.0:
            return path


def _cut_at(inside: NDArray[np.float64], peel: float, side: int) -> float | None:
    """The new bound if a share `peel` of the points is cut off below (side 0) or above; None if all are alike.

    Of values that come in levels at least one whole level goes.
    """
    levels = np.unique(inside)
    if len(levels) < 2:
        return None
    if side == 0:
        bound = float(np.quantile(inside, peel, method="higher"))
        return bound if bound > levels[0] else float(levels[1])
    bound = float(np.quantile(inside, 1.0 - peel, method="lower"))
    return bound if bound < levels[-1] else float(levels[-2])


def _kept(points: pd.DataFrame, happened: Flags, bounds: Mapping[str, tuple[float, float]]) -> tuple[Limit, ...]:
    """The limits that are no chance: dropped one at a time, the least telling first."""
    limits = [
        Limit(name, low, high, 0.0) for name, (low, high) in bounds.items() if np.isfinite(low) or np.isfinite(high)
    ]
    while limits:
        tested = [Limit(item.factor, item.low, item.high, _chance(points, happened, limits, item)) for item in limits]
        worst = max(tested, key=lambda item: item.p_value)
        if worst.p_value <= CHANCE:
            return tuple(sorted(tested, key=lambda item: item.p_value))
        limits = [item for item in tested if item.factor != worst.factor]
    return ()


def _chance(points: pd.DataFrame, happened: Flags, limits: Sequence[Limit], left_out: Limit) -> float:
    """Probability of the box's density or more if the limit told nothing: the box without it draws at random."""
    without = np.ones(len(points), np.bool_)
    for limit in limits:
        if limit is not left_out:
            without &= limit.holds(points)
    inside = without & left_out.holds(points)
    share = float(np.clip(happened[without].mean(), 1e-12, 1.0))
    return float(binomtest(int(happened[inside].sum()), int(inside.sum()), share, alternative="greater").pvalue)
