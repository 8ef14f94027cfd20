"""Columns: an agent attribute declared once, stored as one NumPy array a region.

A `Column` on an agent class says dtype, unit, label (zh, en), meaning and plausible range; the data dictionary, the
per-agent attribute, the table and the checks of user tables all read that declaration. A `Table` holds the arrays;
`Rows` is a window on a table whose attributes are array slices, so that an elementwise process reads `h.land` and
writes `h.savings = ...` in the same words for a population, for one agent view and for a plain object.

Codes are kept in one byte and numbers of persons, months and rows in four, not two: with whole numbers NumPy counts in
their own type, and `age * 365` or `members * 4000` would silently pass the end of two bytes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from fupin.labels import Label

type Array = NDArray[Any]

FEW = 500  # rows up to which they are gathered as quickly by the usual way
PAGE, APART = 4096, 320  # bytes of a page of memory, and between the beginnings of columns within it: five cache lines


class Column:
    """One declared attribute of an agent class.

    `dtype` is a NumPy type code; `low` and `high` bound plausible values (checked in user tables, used as the domain of
    rule tests); `choices` names the codes of an integer column: plain words, or labels whose English is the word in
    tables. `meaning` says more than the label, in English and in Chinese.
    """

    __slots__ = (
        "choices",
        "codes",
        "default",
        "dtype",
        "en",
        "high",
        "low",
        "meaning",
        "meaning_zh",
        "name",
        "unit",
        "zh",
    )

    def __init__(
        self,
        dtype: str,
        unit: str,
        zh: str,
        en: str,
        meaning: str = "",
        meaning_zh: str = "",
        *,
        default: float = 0,
        low: float = -np.inf,
        high: float = np.inf,
        choices: Mapping[int, str | Label] | None = None,
    ) -> None:
        self.name = ""
        self.dtype = np.dtype(dtype)
        self.unit, self.zh, self.en, self.meaning, self.meaning_zh = unit, zh, en, meaning, meaning_zh
        self.default, self.low, self.high = default, low, high
        labels = {code: Label("", word) if isinstance(word, str) else word for code, word in (choices or {}).items()}
        self.codes = labels
        self.choices = {code: label.en for code, label in labels.items()} or None

    @property
    def about(self) -> Label:
        """Its meaning in both languages; both empty where the label says all."""
        return Label(self.meaning_zh, self.meaning)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        return agent._table.arrays[self.name].item(agent._row)

    def __set__(self, agent: Any, value: Any) -> None:
        agent._table.arrays[self.name][agent._row] = value

    def __repr__(self) -> str:
        return f"Column({self.name!r}, {self.dtype.str!r}, unit={self.unit!r})"


def columns_of(agent_class: type) -> dict[str, Column]:
    """Declared columns of a class, base classes first, in order of declaration."""
    found: dict[str, Column] = {}
    for cls in reversed(agent_class.__mro__):
        found.update({name: item for name, item in vars(cls).items() if isinstance(item, Column)})
    return found


class Table:
    """Structure of arrays for the declared columns of one kind of agent.

    `arrays[name]` has the full capacity; `table[name]` is the part in use. Rows are never moved, so a row number is an
    identity for as long as the table lives.
    """

    def __init__(self, columns: Mapping[str, Column], rows: int = 0) -> None:
        self.columns = dict(columns)
        self.n = rows
        self.arrays: dict[str, Array] = {
            name: _defaults(column, rows, place) for place, (name, column) in enumerate(self.columns.items())
        }

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, name: str) -> Array:
        try:
            return self.arrays[name][: self.n]
        except KeyError:
            raise KeyError(self._unknown(name)) from None

    def __setitem__(self, name: str, values: Any) -> None:
        self[name][:] = values

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.columns, 1)
        return f"no column {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")

    @property
    def capacity(self) -> int:
        """Rows that fit before the arrays must grow."""
        return len(next(iter(self.arrays.values()))) if self.arrays else self.n

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, spare capacity included."""
        return sum(array.nbytes for array in self.arrays.values())

    def grow(self, count: int) -> slice:
        """Append `count` rows of defaults and return where they are; doubles the capacity when it is exceeded."""
        start, self.n = self.n, self.n + count
        if self.n > self.capacity:
            capacity, before = max(self.n, 2 * start), self.arrays
            self.arrays = {}  # another one, so that who keeps columns sees that they are no longer the table's
            for place, (name, old) in enumerate(before.items()):
                new = self.arrays[name] = _defaults(self.columns[name], capacity, place)
                new[:start] = old[:start]
        else:
            for name, array in self.arrays.items():
                array[start : self.n] = self.columns[name].default
        return slice(start, self.n)

    def rows(self, start: int = 0, stop: int | None = None) -> Rows:
        """A window on the rows from `start` to `stop` (default: all in use)."""
        return Rows(self, slice(start, self.n if stop is None else stop))

    def blocks(self, size: int) -> Iterator[Rows]:
        """Windows of at most `size` rows, in order: the unit of work that stays in the cache."""
        for start in range(0, self.n, size):
            yield self.rows(start, min(start + size, self.n))


def _defaults(column: Column, rows: int, place: int = 0) -> Array:
    """A new array of defaults. Zeros take no memory until they are written.

    The columns of a table begin at different places of a page (`place` counts them): were they all to begin at the
    same one, as the C library has it, the same rows of fifty columns would compete for eight places of the
    processor's cache.
    """
    size = rows * column.dtype.itemsize
    raw = np.zeros(size + 2 * PAGE, np.uint8)
    start = -raw.ctypes.data % PAGE + place * APART % PAGE
    array = raw[start : start + size].view(column.dtype)
    if column.default:
        array[:] = column.default
    return array


def gathered(column: Array, rows: Array) -> Array:
    """`column[rows]`, in three quarters of its time: rows are not held against the capacity, which is not their number
    anyway. For rows that were found in the table."""
    return column.take(rows, mode="wrap") if len(rows) > FEW else column[rows]


class Rows:
    """A window on a table: attributes are array slices (views), and assigning one writes into the table.

    `span` may also be an array of rows: then reading an attribute copies, and only assigning it writes.

    A view that was looked up once is kept as a plain attribute, which Python finds several times quicker; a window must
    not be kept over a growth of the table anyway.
    """

    table: Table
    span: Any

    def __init__(self, table: Table, span: slice | Array) -> None:
        self.__dict__["table"] = table
        self.__dict__["span"] = span

    def __getattr__(self, name: str) -> Array:
        span = self.span
        try:
            column: Array = self.table.arrays[name]
        except KeyError:
            raise AttributeError(self.table._unknown(name)) from None
        if type(span) is slice:
            column = self.__dict__[name] = column[span]
            return column
        return gathered(column, span)

    def __setattr__(self, name: str, values: Any) -> None:
        if values is self.__dict__.get(name):  # `h.savings += …` has written it already
            return
        try:
            self.table.arrays[name][self.span] = values
        except KeyError:
            raise AttributeError(self.table._unknown(name)) from None

    def __len__(self) -> int:
        span = self.span
        return span.stop - span.start if type(span) is slice else len(span)

    def __reduce__(self) -> tuple[type[Self], tuple[Table, Any]]:
        return type(self), (self.table, self.span)


def one_of(window: Any, names: tuple[str, ...], number: Any) -> Any:
    """The column of a window, one of some, that a number tells: the same number for all rows.

    A compiled loop does not know the number yet and chooses by row, so that one loop serves for all of them.
    """
    if isinstance(number, int):
        return getattr(window, names[number])
    found = getattr(window, names[0])
    for place, name in enumerate(names[1:], 1):
        found = np.where(number == place, getattr(window, name), found)
    return found


def set_one_of(window: Any, names: tuple[str, ...], number: Any, values: Any) -> None:
    """Set that column, and leave the others as they are."""
    if isinstance(number, int):
        setattr(window, names[number], values)
        return
    for place, name in enumerate(names):
        setattr(window, name, np.where(number == place, values, getattr(window, name)))
