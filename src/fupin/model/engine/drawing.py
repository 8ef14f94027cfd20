"""Draws made by a compiled loop: Philox, and what becomes of its words, in one pass."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine import store
from fupin.model.engine.tracing import SymbolicDraws, Trace
from fupin.model.engine.writing import write
from fupin.model.rules.normal import standard_normal
from fupin.model.rules.vocabulary import log

CHANGES: dict[str, Callable[[Any], Any]] = {
    "": lambda u: u,
    "_to_normal": standard_normal,
    "_to_gumbel": lambda u: -log(-log(u)),
}


@functools.cache
def _loop(count: int, transform: str, transformed: int, by_row: bool) -> store.Loop:
    """The loop that makes `count` draws of four, the first `transformed` of them no longer uniform."""
    trace = Trace(None, "")
    uid = trace.given("uid", np.dtype(np.uint64))
    month = trace.given("month", np.dtype(np.uint32)) if by_row else trace.leaf("given", "month", 0)
    words = SymbolicDraws(trace).uniforms("", month, uid, count, trace.leaf("given", "block", 0))
    change = CHANGES[transform]
    values = tuple(change(u) if place < transformed else u for place, u in enumerate(words))
    return store.Loop(write(trace, values, False).text)


def fill(
    out: NDArray[np.float64],
    month: NDArray[np.uint32] | int,
    uid: NDArray[np.uint64],
    key: NDArray[np.uint64],
    transform: str,
    transformed: int,
) -> None:
    """Fill `out` (count, n) with the draws of agents `uid` (n,) in a month, or in a month each.

    Philox makes four draws at a time, and so do the loops: a few of them serve for any number of draws.
    """
    by_row = isinstance(month, np.ndarray)
    for first in range(0, len(out), 4):
        four = out[first : first + 4]
        changed = min(max(transformed - first, 0), len(four))
        loop = _loop(len(four), transform if changed else "", changed, by_row)
        leaf = np.array([first // 4] if by_row else [month, first // 4], float)
        loop.run(0, out.shape[1], leaf, key, uid, *([month] if by_row else []), *four)
