"""Processes that are elementwise and look for somebody: who dies, who falls ill, who leaves school.

    def alive(person):
        return person.alive

    @among("person", alive)
    def birthday(region, person):
        person.age += 1.0
        return person.age == 60.0, person.age == 80.0

    sixty, eighty = birthday(region)        # rows of persons

The body is one for `rowwise` that returns conditions. It is asked of those only of whom something holds: the NumPy
engine takes them as a list, so that nobody draws or computes for the others; the compiled engine passes over all rows,
which is quicker than following a list, and leaves the others as they are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.engine.kernels import Rowwise
from fupin.model.engine.store import Loop
from fupin.model.rules.vocabulary import where

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Condition = Callable[[Any], Any]
"""What holds of a window, elementwise."""

FEW = 2**14  # rows below which NumPy's way is quicker, or as quick

LISTING = Loop("""import numpy as np
from fupin.model.engine.compiling import compiled

@compiled
def loop(eights, mask, rows):
    n = np.uint64(0)
    for place in range(np.uint64(len(eights))):
        if eights[place] != np.uint64(0):
            for i in range(place * np.uint64(8), place * np.uint64(8) + np.uint64(8)):
                rows[n] = i
                n += np.uint64(mask[i])
    for i in range(np.uint64(8 * len(eights)), np.uint64(len(mask))):
        rows[n] = i
        n += np.uint64(mask[i])
    return n
""")


class Among:
    """A row-wise process over those rows of a table of which something holds, or over all."""

    def __init__(self, body: Callable[..., Any], kind: str, those: Condition | None, block: int | None) -> None:
        self.body, self.kind, self.those, self.block = body, kind, those, block
        self.__name__, self.__doc__, self.__module__ = body.__name__, body.__doc__, body.__module__
        self.passing = Rowwise(_for_those(body, those) if those else body, kind)

    def __call__(self, region: Region, rows: Index | None = None, **given: Any) -> Any:
        """Run the process, for listed rows too if it is for all; the rows in which each condition holds."""
        if not region.compiled:
            return self.columns(region, rows, given)
        return _each(self.passing(region, rows, **given), rows_where, 0 if rows is None else rows)

    def columns(self, region: Region, rows: Index | None, given: dict[str, Any]) -> Any:
        """The same by the NumPy engine, block by block."""
        table = region.table_of(self.kind)
        n = len(table) if rows is None else len(rows)
        size = self.block or max(n, 1)
        found = []
        for start in range(0, max(n, 1), size):
            part = slice(start, min(start + size, n))
            mine = {name: one[part] if isinstance(one, np.ndarray) else one for name, one in given.items()}
            which: Any = start
            window = Rows(table, part)
            if rows is not None:
                which = rows[part]
            elif self.those is not None:
                which = start + _places(self.those(window))
            if which is not start:
                window = Rows(table, which)
            found.append(_each(self.body(region, window, **mine), _places, which))
        if len(found) == 1 or found[0] is None:
            return found[0]
        several = isinstance(found[0], tuple)
        return tuple(map(np.concatenate, zip(*found, strict=True))) if several else np.concatenate(found)


def among(kind: str, those: Condition | None = None, block: int | None = None) -> Callable[[Callable[..., Any]], Among]:
    """Declare a process that looks for rows of a table, among those of which something holds; the NumPy engine takes
    `block` rows at a time."""
    return lambda body: Among(body, kind, those, block)


def places_where(region: Region, mask: NDArray[np.bool_]) -> Index:
    """`mask.nonzero()[0]`, by the region's engine: for masks of many of which few are meant."""
    return rows_where(mask) if region.compiled else mask.nonzero()[0]


def rows_where(mask: NDArray[np.bool_]) -> Index:
    """`mask.nonzero()[0]` by the compiled engine: two to three times as quick where few of many rows are meant."""
    count = len(mask)
    if count < FEW:
        return mask.nonzero()[0]
    ones = mask.view(np.uint8)
    rows = np.empty(count + 1, np.int64)
    found = LISTING.run(ones[: count // 8 * 8].view(np.uint64), ones, rows)
    return rows[: int(found)].copy()


def _places(mask: NDArray[np.bool_]) -> Index:
    return mask.nonzero()[0]


def _each(masks: Any, places_of: Callable[[NDArray[np.bool_]], Index], rows: Index | int) -> Any:
    """Conditions as rows: those of the listed `rows` in which each holds, or of all from a first row on."""
    if masks is None:
        return None
    if isinstance(masks, tuple):
        return tuple(_each(mask, places_of, rows) for mask in masks)
    places = places_of(masks)
    return rows[places] if isinstance(rows, np.ndarray) else places + rows if rows else places


def _for_those(body: Callable[..., Any], those: Condition) -> Callable[..., Any]:
    """The body for symbols: it changes nothing, and finds nobody, where the condition does not hold."""

    @functools.wraps(body)
    def passing(region: Any, window: Any, **given: Any) -> Any:
        trace, holds = window._trace, those(window)
        found = body(region, window, **given)
        changed = dict(trace.values)
        trace.values.clear()
        for (kind, name), value in changed.items():
            trace.write(kind, name, trace.row, where(holds, value, trace.read(kind, name, trace.row)))
        if found is None:
            return None
        return tuple(holds & one for one in found) if isinstance(found, tuple) else holds & found

    return passing
