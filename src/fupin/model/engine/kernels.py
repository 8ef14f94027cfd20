"""Processes that are elementwise over the rows of a table, in either engine: as array operations or as one loop.

    @rowwise("person")
    def thinks(region, person):
        return person.able & ((person.turn == region.quarter) | person.restless)

    mask = thinks(region)                   # all rows
    worth = worths(region, rows, pay=pay)   # listed rows, with an array of their own

The NumPy engine calls the body with a window on the rows. The compiled engine calls it once with symbols and runs the
loop that the body amounts to; each combination of branches on parameters is a variant with a loop of its own. What the
body returns, one value or several, comes back as arrays by row; `Totals` come back as sums.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Array, Rows, Table
from fupin.model.engine import store
from fupin.model.engine.sharing import shared_out
from fupin.model.engine.symbols import Symbol, present
from fupin.model.engine.tracing import (
    ByGroup,
    Lookup,
    SymbolicLookup,
    SymbolicRegion,
    SymbolicRows,
    SymbolicValues,
    Totals,
    Trace,
)
from fupin.model.engine.turns import group_sums
from fupin.model.engine.writing import CHUNK, Written, write
from fupin.model.ledger import weighted_sum
from fupin.model.parameters import Values

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Form = tuple[Any, ...]
"""What of a call decides which loop is for it: rows listed or not, names and types of what is given."""

WORDS = str, tuple
TYPES = {"f8": np.float64, "i8": np.int64, "b1": np.bool_}
LOOPS: list[Rowwise] = []
"""All row-wise processes that have been declared."""


class Variant:
    """One trace of a process: the branches and constants for which it holds, its text, the loop, and what it takes."""

    def __init__(self, trace: Trace, written: Written) -> None:
        self.guards, self.constants, self.written = trace.graph.guards, trace.constants, written
        self.loop = store.Loop(written.text)
        self.outputs = [TYPES[dtype] for dtype in written.outputs]
        self._columns = [(kind, _picker(names, operator.itemgetter)) for kind, names in _grouped(written.columns)]
        self._leaves = _reader(written.leaves)
        self._numbers: tuple[tuple[Any, ...], NDArray[np.float64]] = (), np.empty(0)  # leaves as last looked up
        asked = {leaf.args: None for one in self.guards for leaf in one.leaves()} | dict.fromkeys(self.constants)
        self._asked = _reader(tuple(sorted(asked)))
        self._answers: tuple[Any, ...] = ()

    def tables(self, region: Region) -> list[tuple[Table, dict[str, Array]]]:
        """The tables whose columns the loop reads and writes, and these as they now are."""
        tables = [region.table_of(kind) for kind, _ in self._columns]
        return [(table, table.arrays) for table in tables]

    def arrays(self, region: Region) -> list[Array]:
        """The columns that the loop reads and writes."""
        return [array for kind, pick in self._columns for array in pick(region.table_of(kind).arrays)]

    def leaves(self, region: Region, given: dict[str, Any]) -> NDArray[np.float64]:
        """The numbers that are the same for all rows."""
        found, (before, numbers) = self._leaves(region, given), self._numbers
        if found != before:
            numbers = np.array(found, float)
            self._numbers = found, numbers
        return numbers

    def holds(self, region: Region, given: dict[str, Any]) -> bool:
        """Do the branches and constants of the trace hold? They do for the numbers for which they last did."""
        answers = self._asked(region, given)
        if answers == self._answers:
            return True
        if any(_value(region, given, key) != then for key, then in self.constants.items()):
            return False
        known: dict[Symbol, Any] = {}

        def look(node: Symbol) -> Any:
            if node not in known:
                op, args = node.op, node.args
                leaf = op == "leaf"
                known[node] = (
                    args[0] if op == "number" else _value(region, given, args) if leaf else present(op, args, look)
                )
            return known[node]

        found = all(bool(look(guard.test)) is guard.outcome for guard in self.guards)
        if found:
            self._answers = answers
        return found


class Call(NamedTuple):
    """A loop as it was last called in a region, and what is the same until one of its tables grows."""

    variant: Variant
    table: Table
    tables: list[tuple[Table, dict[str, Array]]]
    arrays: list[Array]
    keys: NDArray[np.uint64]

    def stands(self, region: Region, given: dict[str, Any]) -> bool:
        """Is it called alike once more?"""
        for table, arrays in self.tables:
            if table.arrays is not arrays:
                return False
        return self.variant.holds(region, given)


class Calls(dict[tuple[Any, ...], Call]):
    """How loops were last called in a region. A copy of the region has columns of its own: it finds them anew."""

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        return type(self), ()


class Rowwise:
    """A process that is elementwise over the rows of a table of one kind."""

    def __init__(self, body: Callable[..., Any], kind: str, block: int | None = None) -> None:
        self.body, self.kind, self.block = body, kind, block
        self.__name__, self.__doc__, self.__module__ = body.__name__, body.__doc__, body.__module__
        self.variants: dict[Form, list[Variant]] = {}
        LOOPS.append(self)

    def __call__(self, region: Region, rows: Index | None = None, **given: Any) -> Any:
        """Run the process for all rows, or for the listed ones; arrays among `given` have a value for each of them."""
        return self.loop(region, rows, given) if region.compiled else self.columns(region, rows, given)

    # as array operations

    def columns(self, region: Region, rows: Index | None, given: dict[str, Any]) -> Any:
        """The same by the NumPy engine."""
        table = region.table_of(self.kind)
        n = len(table) if rows is None else len(rows)
        if self.block is None or n <= self.block:
            window = region.rows(self.kind) if rows is None else Rows(table, rows)
            return _finish(region, [self.body(region, window, **given)])
        found = []
        for start in range(0, n, self.block):
            part = slice(start, min(start + self.block, n))
            window = Rows(table, part if rows is None else rows[part])
            mine = {name: one[part] if isinstance(one, np.ndarray) else one for name, one in given.items()}
            found.append(self.body(region, window, **mine))
        return _finish(region, found)

    # as a loop

    def loop(self, region: Region, rows: Index | None, given: dict[str, Any]) -> Any:
        """The same by the compiled engine."""
        form: Form = (self, rows is None)
        if given:
            form += (*given, *[one.dtype if type(one) is np.ndarray else _form(one) for one in given.values()])
        call = region.calls.get(form)
        if call is None or not call.stands(region, given):
            call = region.calls[form] = self._call(region, form, given)
        variant, written = call.variant, call.variant.written
        n = call.table.n if rows is None else len(rows)
        kept: list[Array] = [np.empty(n, dtype) for dtype in variant.outputs]
        arguments = [variant.leaves(region, given), call.keys]
        if rows is not None:
            arguments.append(_lent(rows))
        arguments += call.arrays
        for name in written.given:
            arguments.append(_lent(getattr(given[name], "array", given[name])))
        arguments += kept
        if written.sums:
            totals = np.empty((-(-n // CHUNK), len(written.sums)))
            shared_out(variant.loop, n, [*arguments, totals])
            return dict(zip(written.sums, totals.sum(axis=0).tolist(), strict=True))
        if written.groups:
            found = {name: np.zeros(len(region.table_of(kind))) for name, kind in written.groups}
            variant.loop.run(0, n, *arguments, *found.values())
            return found
        shared_out(variant.loop, n, arguments)
        return None if not kept else kept[0] if written.single else tuple(kept)

    def _call(self, region: Region, form: Form, given: dict[str, Any]) -> Call:
        variant = self._variant(region, form, given)
        keys = region.draws.keys(variant.written.streams)
        return Call(variant, region.table_of(self.kind), variant.tables(region), variant.arrays(region), keys)

    def _variant(self, region: Region, form: Form, given: dict[str, Any]) -> Variant:
        variants = self.variants.setdefault(form, [])
        for variant in variants:
            if variant.holds(region, given):
                return variant
        written, trace = self.written(region, not form[1], given)
        variant = Variant(trace, written)
        variants.append(variant)
        return variant

    def written(self, region: Region, by_list: bool, given: dict[str, Any]) -> tuple[Written, Trace]:
        """The loop that the process is in this region, as text."""
        trace = Trace(region, self.kind)
        window = SymbolicRows(trace, self.kind, trace.row)
        wrapped = {name: _symbolic(trace, name, value) for name, value in given.items()}
        return write(trace, self.body(SymbolicRegion(trace), window, **wrapped), by_list), trace


def rowwise(kind: str, block: int | None = None) -> Callable[[Callable[..., Any]], Rowwise]:
    """Declare a process that is elementwise over the rows of a table; the NumPy engine takes `block` rows at a time."""
    return lambda body: Rowwise(body, kind, block)


def _symbolic(trace: Trace, name: str, value: Any) -> Any:
    if isinstance(value, Lookup):
        return SymbolicLookup(trace, name, value.array.dtype)
    if isinstance(value, Values):
        return SymbolicValues(trace, name, value)
    return trace.given(name, value.dtype) if isinstance(value, np.ndarray) else trace.leaf("given", name, value)


def _finish(region: Region, found: list[Any]) -> Any:
    """What the body returned for each block, put together."""
    first = found[0]
    if isinstance(first, Totals):
        sums = dict.fromkeys(first.values, 0.0)
        for one in found:
            for name, values in one.values.items():
                sums[name] += weighted_sum(values, one.weight)
        return sums
    if isinstance(first, ByGroup):
        return {
            name: group_sums(region, *_end_to_end(name, found), len(region.table_of(kind)))
            for name, (kind, _, _) in first.values.items()
        }
    if len(found) == 1 or first is None:
        return first
    if isinstance(first, tuple):
        return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))
    return np.concatenate(found)


def _form(given: Any) -> Any:
    """What of something given decides which loop it is for: the type of an array, and what is no number."""
    if isinstance(given, np.ndarray):
        return given.dtype
    return given.array.dtype if isinstance(given, Lookup) else given if isinstance(given, WORDS) else type(given)


def _lent(array: Array) -> Array:
    """An array that the loop only reads: Numba would compile a loop twice for those that may be written and others."""
    array = array.view() if array.flags.c_contiguous else np.ascontiguousarray(array)
    array.setflags(write=False)
    return array


def _end_to_end(name: str, found: list[ByGroup]) -> tuple[Any, Any]:
    """Groups and values of all blocks, so that they are added up as one."""
    if len(found) == 1:
        return found[0].values[name][1:]
    index, value = (np.concatenate([one.values[name][part] for one in found]) for part in (1, 2))
    return index, value


def _value(region: Region, given: dict[str, Any], key: tuple[str, str]) -> Any:
    source, name = key
    if source == "given":
        return given[name]
    holder = region if source == "region" else region.p if source == "region.p" else given[source]
    return operator.attrgetter(name)(holder)


def _reader(keys: Iterable[tuple[str, str]]) -> Callable[[Region, dict[str, Any]], tuple[Any, ...]]:
    """What looks up some numbers in one go: what is given, attributes of the region, and parameters."""
    words, parameters = [], "(p := region.p)"
    for source, name in keys:
        if source == "given":
            words.append(f"given[{name!r}]")
        elif source == "region.p":
            words.append(f"{parameters}.{name}")
            parameters = "p"
        else:
            words.append(f"region.{name}" if source == "region" else f"given[{source!r}].{name}")
    found: Callable[[Region, dict[str, Any]], tuple[Any, ...]] = eval(
        f"lambda region, given: ({''.join(f'{word}, ' for word in words)})"
    )
    return found


def _grouped(keys: tuple[tuple[str, str], ...]) -> list[tuple[str, list[str]]]:
    return [(first, [name for _, name in group]) for first, group in itertools.groupby(keys, operator.itemgetter(0))]


def _picker(names: list[str], getter: Callable[..., Any]) -> Callable[[Any], Any]:
    """What picks some items or attributes, one or several, in one call."""
    pick = getter(*names)
    return (lambda source: (pick(source),)) if len(names) == 1 else pick
