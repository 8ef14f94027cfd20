"""Queues by the compiled engine: what `processes/queue.py` does with arrays, in the loops of `queue_loops`.

`ranked` and `standing` pack group, key and position into one whole number each in one pass, leave the sorting of these
to NumPy, whose sort uses the widest instructions of the processor, and unpack them in another. `admit` sorts nobody but
those around the cut. Each function gives to the last bit what the other way gives, or None where it does not apply:
keys that are infinite or no numbers, negative groups, arrays of other types.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.store import Loop
from fupin.model.near import NEAR, TIE, count

type Index = NDArray[np.int64]

INT, FLOAT = np.dtype(np.int64), np.dtype(np.float64)
NONE = np.empty(0, np.int64)


@functools.cache
def _loop(name: str) -> Loop:
    return Loop(Path(__file__).with_name("queue_loops.py").read_text(encoding="utf-8"), name)


def ranked(key: Any, column: Any, rows: Any, group: Any) -> Index | None:
    """`queue.ranked` for candidates whose uids stand in some rows of a column, or are the column."""
    found = _ready(len(key), (key, FLOAT), (NONE if group is None else group, INT), (column, INT), (rows, INT))
    return None if found is None else _in_order(*found)[0]


def standing(group: Any, key: Any, weight: Any, column: Any, rows: Any) -> NDArray[np.float64] | None:
    """`queue.standing`."""
    found = _ready(len(group), (key, FLOAT), (group, INT), (column, INT), (rows, INT), (weight, FLOAT))
    if found is None:
        return None
    *queue, weight = found
    order, packed, shift = _in_order(*queue)
    if order is None:
        return None
    before = np.empty(len(order))
    _loop("stand").run(packed, shift, weight, order, before)
    return before


def admit(group: Any, key: Any, weight: Any, room: Any, column: Any, rows: Any) -> Index | None:
    """`queue.admit`. Near ties of rank are counted only where they are near the cut as well."""
    if isinstance(room, np.ndarray) and room.dtype == INT:
        room = room.astype(FLOAT)
    found = _ready(len(group), (group, INT), (key, FLOAT), (weight, FLOAT), (column, INT), (rows, INT))
    places = _ready(0, (room, FLOAT))
    if found is None or places is None:
        return None
    out = np.empty(len(group), np.int64)
    admitted, close, tight = _loop("select").run(*found, *places, NEAR, TIE, out)
    if admitted < 0:
        return None
    count("rank", close)
    count("room", tight)
    return out[:admitted].copy()


def foremost(grouped: Any, key: Any, column: Any, rows: Any) -> Index | None:
    """`queue.foremost`."""
    found = _ready(len(grouped), (grouped, INT), (key, FLOAT), (column, INT), (rows, INT))
    if found is None:
        return None
    best = np.empty(len(grouped), np.int64)
    runs = _loop("lead").run(*found, TIE, best)
    return None if runs < 0 else best[:runs].copy()


def laid_over(group: Any, weight: Any, place: Any, free: Any, room: Any) -> Index | None:
    """`queue.laid_over`."""
    winners = _ready(len(group), (group, INT), (weight, FLOAT))
    jobs = _ready(0, (place, INT), (free, FLOAT), (room, FLOAT))
    if winners is None or jobs is None:
        return None
    employer = np.empty(len(group), np.int64)
    return employer if _loop("lay").run(*winners, *jobs, employer) else None


def _in_order(key: Any, group: Any, column: Any, rows: Any) -> tuple[Any, Any, int]:
    """Positions in order, or None; the packed numbers, sorted, and by how many bits the group stands above."""
    packed = np.empty(len(key), np.int64)
    below, bits, apart, step = _loop("pack").run(group, key, TIE, packed)
    if not bits:
        return None, packed, 0
    packed.sort()
    order = np.empty(len(key), np.int64)
    count("rank", _loop("unpack").run(packed, below, apart, step, bits, key, column, rows, order))
    return order, packed, below + bits


def _ready(length: int, *arrays: tuple[Any, np.dtype[Any]]) -> list[NDArray[Any]] | None:
    """Arrays as loops want them, None if some are not of their type or none of a `length`: loops look past an end."""
    found = []
    for array, dtype in arrays:
        if dtype is INT and type(array) is np.ndarray and array.dtype.kind == "i":
            array = array.astype(INT, copy=False)
        if type(array) is not np.ndarray or array.dtype != dtype or array.ndim != 1:
            return None
        if len(array) < length and array is not NONE:
            return None
        found.append(array if array.flags.carray else array.copy())
    return found
