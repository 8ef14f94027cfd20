"""Two regions of one world, run side by side: where they first differ, to the process, the column and the row.

Made for the two engines. Both regions stand in memory and are compared in place; nothing is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.agents import AGENT_CLASSES
from fupin.model.instruments.base import Instrument
from fupin.model.month import Process
from fupin.model.region import Region

TOLERANCE = 1e-9
"""Relative difference of numbers up to which two engines agree. Whole numbers, codes and conditions are equal."""

MONEY = 1e4  # yuan: accounts through which millions pass are left with the rounding of millions
POLICIES = "policies"


class Difference(NamedTuple):
    """The first value that differs: after which process of which month, and what the two regions have there.

    `process` is the name of the process, for an instrument `policies: id`, or empty for the state before the first
    month.
    """

    month: int
    process: str
    kind: str
    column: str
    row: int
    values: tuple[float, float]
    rows: int  # that differ in this column

    @property
    def discrete(self) -> bool:
        """Is it a decision, rather than an amount?"""
        return self.column == "*" or AGENT_CLASSES[self.kind].__dict__[self.column].dtype.kind != "f"


def apart(x: NDArray[Any], y: NDArray[Any], unit: str = "") -> NDArray[np.int64]:
    """Rows in which two columns differ: at all, or as numbers by more than `TOLERANCE` of the value.

    What is left when large amounts cancel is judged by the mean size of the column, and by `MONEY` or 1.
    """
    if np.array_equal(x, y):
        return np.empty(0, np.int64)
    if x.dtype.kind != "f":
        return np.asarray((x != y).nonzero()[0])
    known = np.isfinite(x) & np.isfinite(y)
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    size = np.abs(x[known])
    allowed = np.zeros(len(x))
    least = MONEY if unit.startswith("yuan") else 1.0
    allowed[known] = TOLERANCE * np.maximum(size, max(least, size.mean() if len(size) else 0.0))
    with np.errstate(invalid="ignore"):
        return np.asarray((~same & ~(known & (np.abs(x - y) <= allowed))).nonzero()[0])


def columns_apart(one: Region, other: Region, among: Iterable[str] | None = None) -> Iterator[tuple[str, str, Any]]:
    """Kind, column and rows of each column that differs; among `kind.column` (or `kind.*`) names, by default all.

    A table that has grown in one of them only is the column `*`, from its first row that the other one lacks.
    """
    wanted = None if among is None else set(among)
    for kind in AGENT_CLASSES:
        a, b = one.table_of(kind), other.table_of(kind)
        if len(a) != len(b):
            yield kind, "*", np.arange(min(len(a), len(b)), max(len(a), len(b)))
            continue
        everything = wanted is None or f"{kind}.*" in wanted
        for name in a.columns:
            if everything or f"{kind}.{name}" in (wanted or ()):
                rows = apart(a[name], b[name], a.columns[name].unit)
                if len(rows):
                    yield kind, name, rows


def difference(one: Region, other: Region, process: str, among: Iterable[str] | None = None) -> Difference | None:
    """The first difference now, decisions before amounts."""
    found = []
    for kind, name, rows in columns_apart(one, other, among):
        row = int(rows[0])
        tables = one.table_of(kind), other.table_of(kind)
        values = tuple(float(len(table)) if name == "*" else float(table[name][row]) for table in tables)
        found.append(Difference(one.month, process, kind, name, row, (values[0], values[1]), len(rows)))
    return min(found, key=lambda item: not item.discrete, default=None)


def instrument_by_instrument(region: Region) -> None:
    """Let every instrument of a region be a process of its own, so that a difference is seen after the one that made
    it."""
    month: list[Process] = []
    for process in region.processes:
        if process.name != POLICIES:
            month.append(process)
            continue
        month += [replace(process, name=f"{POLICIES}: {one.id}", run=_alone(one)) for one in region.instruments]
    region.processes = tuple(month)


def _alone(instrument: Instrument) -> Callable[[Region], None]:
    def run(region: Region) -> None:
        if region.month >= region.start and not instrument.nothing_due(region.calendar_month):
            instrument.run(region)

    return run


def first_difference(one: Region, other: Region, last: int) -> Difference | None:
    """Run two regions that have not begun in step, up to and including a month, and tell where they part first."""
    if found := difference(one, other, ""):
        return found
    for region in (one, other):
        instrument_by_instrument(region)
    while one.month < last:
        for process, _ in zip(one.stages(), other.stages(), strict=True):
            if found := difference(one, other, process.name, process.columns):
                return found
        if found := difference(one, other, "end of the month"):
            return found
    return None
