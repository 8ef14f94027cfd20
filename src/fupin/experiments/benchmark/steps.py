"""The steps that cross households, apart from the region: ranking, rationing, matching, lots.

On NumPy each sorts at most once, so that its cost grows as n log n: ten times the candidates cost twelve times as much,
an exponent of 1.08 between 100,000 and a million. What is measured above that is memory: a million candidates no longer
lie in the cache when they are taken in another order. On the compiled engine ranking sorts as well and rationing only
looks for the cut; what matching does besides, and lots, are the same code on both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from fupin.experiments.benchmark.core import repeated
from fupin.experiments.benchmark.engines import COMPILED, NUMPY
from fupin.model.draws import Draws
from fupin.model.engine.at_work import on
from fupin.model.processes.labour import RENEWAL as LUCK
from fupin.model.processes.labour import assign
from fupin.model.processes.queue import admit, ranked

STEPS = {
    "ranking": ("在各村内排序", "ranking within villages"),
    "rationing": ("各村按配额选取一半", "rationing half of a village's candidates"),
    "matching": ("各县求职者与空缺匹配", "matching seekers of a county with vacancies"),
    "lots": ("按配额抽签", "a lottery under a quota"),
}
VILLAGE, COUNTIES, FIRMS = 200, 9, 400  # candidates of a village; counties; firms with vacancies


def candidates(n: int) -> Mapping[str, Callable[[], Any]]:
    """Each step, ready to be run, for so many candidates."""
    draws, uid = Draws(1), np.arange(n)
    key, other = draws.uniforms(LUCK, 0, uid, 2)
    village, county = uid // VILLAGE, (other * COUNTIES).astype(np.int64)
    weight = np.full(n, 10.0)
    room = np.full(n // VILLAGE + 1, 5.0 * VILLAGE)
    place, free = np.arange(FIRMS) % COUNTIES, np.full(FIRMS, 3.0 * n / FIRMS)
    return {
        "ranking": lambda: ranked(key, uid, village),
        "rationing": lambda: admit(village, key, weight, room, uid),
        "matching": lambda: assign(county, key, weight, uid, place, free),
        "lots": lambda: draws.lottery(LUCK, 0, uid, weight, 3.0 * n),
    }


def step_times(n: int, repeats: int, engine: str = NUMPY) -> dict[str, list[float]]:
    """Nanoseconds a candidate of each step on an engine, once for each repeat."""
    found = {}
    for name, run in candidates(n).items():
        on(engine == COMPILED, run)
        found[name] = [1e9 * s / n for s in on(engine == COMPILED, repeated, run, repeats)]
    return found


def growth(small: float, large: float, factor: float) -> float:
    """Exponent of the whole cost when a cost per candidate goes from `small` to `large` as they become `factor` as
    many."""
    return 1.0 + math.log(large / small) / math.log(factor)
