"""Processes that are elementwise and look for somebody: who dies, who falls ill, who leaves school.

    @among("person", "alive")
    def birthday(region, person):
        person.age += 1.0
        return person.age == 60.0, person.age == 80.0

    sixty, eighty = birthday(region)        # rows of persons

The body is one for `rowwise` that returns conditions. It is asked of those only for whom a column holds: the NumPy
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
from fupin.model.rules.vocabulary import where

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]


class Among:
    """A row-wise process over those rows of a table for which a column holds, or over all."""

    def __init__(self, body: Callable[..., Any], kind: str, column: str | None, block: int | None) -> None:
        self.body, self.kind, self.column, self.block = body, kind, column, block
        self.__name__, self.__doc__, self.__module__ = body.__name__, body.__doc__, body.__module__
        self.passing = Rowwise(_for_those(body, column) if column else body, kind)

    def __call__(self, region: Region, rows: Index | None = None, **given: Any) -> Any:
        """Run the process, without a column also for listed rows; the rows in which each condition holds."""
        if not region.compiled:
            return self.columns(region, rows, given)
        return _each(self.passing(region, rows, **given), 0 if rows is None else rows)

    def columns(self, region: Region, rows: Index | None, given: dict[str, Any]) -> Any:
        """The same by the NumPy engine, block by block."""
        table = region.table_of(self.kind)
        n = len(table) if rows is None else len(rows)
        size = self.block or max(n, 1)
        found = []
        for start in range(0, max(n, 1), size):
            part = slice(start, min(start + size, n))
            mine = {name: one[part] if isinstance(one, np.ndarray) else one for name, one in given.items()}
            if rows is not None:
                who = rows[part]
                found.append(_each(self.body(region, Rows(table, who), **mine), who))
            elif self.column is None:
                found.append(_each(self.body(region, Rows(table, part), **mine), start))
            else:
                who = start + table[self.column][part].nonzero()[0]
                found.append(_each(self.body(region, Rows(table, who), **mine), who))
        if len(found) == 1 or found[0] is None:
            return found[0]
        several = isinstance(found[0], tuple)
        return tuple(map(np.concatenate, zip(*found, strict=True))) if several else np.concatenate(found)


def among(kind: str, column: str | None = None, block: int | None = None) -> Callable[[Callable[..., Any]], Among]:
    """Declare a process that looks for rows of a table, among those for which a column holds; the NumPy engine takes
    `block` rows at a time."""
    return lambda body: Among(body, kind, column, block)


def _each(masks: Any, rows: Index | int) -> Any:
    """Conditions as rows: those of `rows` in which each holds, or all from a first row on."""
    if masks is None:
        return None
    if isinstance(masks, tuple):
        return tuple(_each(mask, rows) for mask in masks)
    places = masks.nonzero()[0]
    return rows[places] if isinstance(rows, np.ndarray) else places + rows if rows else places


def _for_those(body: Callable[..., Any], column: str) -> Callable[..., Any]:
    """The body for symbols: it changes nothing, and finds nobody, where the column does not hold."""

    @functools.wraps(body)
    def passing(region: Any, window: Any, **given: Any) -> Any:
        trace = window._trace
        holds = getattr(window, column)
        found = body(region, window, **given)
        changed = dict(trace.values)
        trace.values.clear()
        for (kind, name), value in changed.items():
            trace.write(kind, name, trace.row, where(holds, value, trace.read(kind, name, trace.row)))
        if found is None:
            return None
        return tuple(holds & one for one in found) if isinstance(found, tuple) else holds & found

    return passing
