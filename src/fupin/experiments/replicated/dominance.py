"""The cost-effectiveness plane: which arms are worth a look, and what a further household-year costs with them.

An arm is dominated if another one (or the reference) lifts at least as many for no more money, and by extension if a
mixture of two others does. What is left lies on a frontier; each arm on it has the incremental cost of a household-year
over the one before it (Drummond et al., Methods for the Economic Evaluation of Health Care Programmes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from fupin.labels import Label

STATES = {
    "frontier": Label("在效率前沿上", "on the frontier"),
    "dominated": Label("被占优", "dominated"),
    "extended": Label("被组合占优", "dominated by a mixture"),
    "unranked": Label("受益样本户过少，不排名", "too few sampled households, not ranked"),
}


class Standing(NamedTuple):
    """Where an arm stands: state, by which arms it is dominated, incremental cost and over which arm."""

    state: str
    by: tuple[str, ...] = ()
    incremental: float = math.nan
    over: str = ""


def standings(points: Mapping[str, tuple[float, float]], against: str) -> dict[str, Standing]:
    """Cost (yuan) and effect (household-years) of each arm, the reference being at nothing for nothing."""
    everyone = {against: (0.0, 0.0)} | {name: point for name, point in points.items() if name != against}
    found: dict[str, Standing] = {}
    for name, (cost, effect) in everyone.items():
        better = [
            other
            for other, (yuan, lifted) in everyone.items()
            if other != name and yuan <= cost and lifted >= effect and (yuan < cost or lifted > effect)
        ]
        if better:
            found[name] = Standing("dominated", tuple(sorted(better, key=lambda other: -everyone[other][1])[:1]))
    left = sorted((name for name in everyone if name not in found), key=lambda name: everyone[name])
    place = 1
    while place < len(left) - 1:
        before, name, after = left[place - 1 : place + 2]
        if _slope(everyone[before], everyone[name]) > _slope(everyone[name], everyone[after]):
            found[name] = Standing("extended", (before, after))
            left.remove(name)
            place = max(place - 1, 1)
        else:
            place += 1
    found[left[0]] = Standing("frontier")
    for before, name in pairwise(left):
        found[name] = Standing("frontier", (), _slope(everyone[before], everyone[name]), before)
    return {name: found[name] for name in points}


def _slope(before: tuple[float, float], after: tuple[float, float]) -> float:
    more = after[1] - before[1]
    return (after[0] - before[0]) / more if more else math.inf
