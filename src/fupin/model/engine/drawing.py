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
    """The loop that makes `count` draws, the first `transformed` of them no longer uniform."""
    trace = Trace(None, "")
    uid = trace.given("uid", np.dtype(np.uint64))
    month = trace.given("month", np.dtype(np.uint32)) if by_row else trace.leaf("given", "month", 0)
    words = SymbolicDraws(trace).uniforms("", month, uid, count)
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
    """Fill `out` (count, n) with the draws of agents `uid` (n,) in a month, or in a month each."""
    by_row = isinstance(month, np.ndarray)
    loop = _loop(len(out), transform, transformed, by_row)
    leaf = np.empty(0) if by_row else np.array([month], float)
    loop.run(0, out.shape[1], leaf, key, uid, *([month] if by_row else []), *out)
