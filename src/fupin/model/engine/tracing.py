"""What a process sees while it is traced: a region, windows and draws that are made of symbols.

A process that is written for rows (`region.rows("household").luck[home]`, `h.savings += f.income`) is called once with
these; every column it reads, gathers, writes or sums is noted in the `Trace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.engine.symbols import BOOL, FLOAT, INT, MEMBER, ROW, UNIFORM, Graph, NotElementwiseError, Symbol
from fupin.model.rules.normal import standard_normal
from fupin.model.rules.vocabulary import log

if TYPE_CHECKING:
    from fupin.model.columns import Table
    from fupin.model.parameters import Values

STEP = 2.0**-32
AS_READ = {"f": FLOAT, "i": INT, "u": INT, "b": BOOL}  # by kind of NumPy type


@dataclass(frozen=True)
class Totals:
    """What a row-wise process wants added up: values by row, each times the weight of the row."""

    values: Mapping[str, Any]
    weight: Any


@dataclass(frozen=True)
class ByGroup:
    """What a row-wise process wants added up by the agents of another table.

    Name -> kind of agent, the row of the agent to whom the value goes, and the value. Sums come back as an array each.
    """

    values: Mapping[str, tuple[str, Any, Any]]


class Trace:
    """What one call of a process with symbols leaves behind."""

    def __init__(self, region: Any, kind: str) -> None:
        self.region, self.kind = region, kind
        self.graph = Graph()
        self.row = self.graph.node("row", (), INT, ROW)
        self.member = self.graph.node("member", (), INT, MEMBER)  # row of a member of this household (`families`)
        self.leaves: dict[tuple[str, str], Symbol] = {}  # numbers that are the same for all rows
        self.constants: dict[tuple[str, str], Any] = {}  # and what is no number, for which the trace holds
        self.columns: dict[tuple[str, str], Any] = {}  # (kind, column) -> dtype, in order of first use
        self.values: dict[tuple[str, str], Symbol] = {}  # what a column of this row has been set to
        self.streams: dict[str, int] = {}  # stream -> place of its key
        self.gathered: set[tuple[str, str]] = set()

    def leaf(self, source: str, name: str, now: Any) -> Any:
        """A number that is the same for all rows, or something else that has to stay what it is."""
        now = now.item() if isinstance(now, np.generic) else now
        if not isinstance(now, bool | int | float):
            self.constants[source, name] = now
            return now
        dtype = BOOL if isinstance(now, bool) else INT if isinstance(now, int) else FLOAT
        found = self.graph.node("leaf", (source, name), dtype, UNIFORM, now)
        self.leaves[source, name] = found
        return found

    def given(self, name: str, dtype: Any) -> Symbol:
        """A value of an array that has one for each row the loop runs over."""
        return self.graph.node("given", (name,), AS_READ[dtype.kind], ROW)

    def table(self, kind: str) -> Table:
        """The table behind the symbols."""
        table: Table = self.region.table_of(kind)
        return table

    def read(self, kind: str, name: str, index: Symbol) -> Symbol:
        """A value of a column: of this row, as it now is, or of another row, as it was before the loop."""
        table = self.table(kind)
        if name not in table.columns:
            raise AttributeError(table._unknown(name))
        if kind == self.kind and index is self.row and (kind, name) in self.values:
            return self.values[kind, name]
        dtype = table.columns[name].dtype
        self.columns.setdefault((kind, name), dtype)
        if not (kind == self.kind and index is self.row):
            self.gathered.add((kind, name))
        as_read = AS_READ[dtype.kind]
        return self.graph.node("read", (kind, name, index), as_read)

    def write(self, kind: str, name: str, index: Symbol, value: Any) -> None:
        """Set a column of this row."""
        if kind != self.kind or index is not self.row:
            raise NotElementwiseError(f"a loop over {self.kind} rows cannot write {kind}.{name} of another row")
        table = self.table(kind)
        if name not in table.columns:
            raise AttributeError(table._unknown(name))
        self.columns.setdefault((kind, name), table.columns[name].dtype)
        self.values[kind, name] = self.graph.of(value).astype(table.columns[name].dtype)


class Lookup:
    """An array with a value for each agent of another kind, given to a row-wise process, which takes values by row."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __getitem__(self, index: Any) -> Any:
        return self.array[index]


class SymbolicLookup:
    """The same while it is traced."""

    def __init__(self, trace: Trace, name: str, dtype: Any) -> None:
        self._trace, self._name, self._dtype = trace, name, AS_READ[dtype.kind]

    def __getitem__(self, index: Symbol) -> Symbol:
        return self._trace.graph.node("lookup", (self._name, index), self._dtype)


class SymbolicValues:
    """The parameters of the month."""

    def __init__(self, trace: Trace, source: str, values: Values) -> None:
        self._trace, self._source, self._values = trace, source, values

    def __getattr__(self, name: str) -> Any:
        return self._trace.leaf(self._source, name, getattr(self._values, name))


class SymbolicColumn:
    """A whole column: only single values of it can be had, by the row that they stand in."""

    def __init__(self, trace: Trace, kind: str, name: str) -> None:
        self._trace, self._kind, self._name = trace, kind, name

    def __getitem__(self, index: Any) -> Symbol:
        if not isinstance(index, Symbol):
            raise NotElementwiseError(f"a compiled loop takes single values of {self._kind}.{self._name}")
        return self._trace.read(self._kind, self._name, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._trace.write(self._kind, self._name, index, value)


class SymbolicTable:
    """All rows of a kind of agent: `region.rows("village").rent[place]`."""

    def __init__(self, trace: Trace, kind: str) -> None:
        self._trace, self._kind = trace, kind

    @property
    def arrays(self) -> SymbolicTable:
        """The columns by name, as a table has them."""
        return self

    def __getattr__(self, name: str) -> SymbolicColumn:
        return SymbolicColumn(self._trace, self._kind, name)

    __getitem__ = __getattr__


class SymbolicRows:
    """A window on one row of a table, standing for all: `h.savings += income`."""

    _trace: Trace
    _kind: str
    span: Symbol

    def __init__(self, trace: Trace, kind: str, index: Symbol) -> None:
        self.__dict__.update(_trace=trace, _kind=kind, span=index)

    def __getattr__(self, name: str) -> Symbol:
        return self._trace.read(self._kind, name, self.span)

    def __setattr__(self, name: str, value: Any) -> None:
        self._trace.write(self._kind, name, self.span, value)


class SymbolicDraws:
    """The region's draws: the same streams, made where they are used."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def uniforms(self, stream: str, month: Any, uid: Symbol, count: int = 1, block: Any = 0) -> list[Symbol]:
        """Uniform draws, as `Draws.uniforms`; or those from the fourfold of `block` on."""
        trace, graph = self._trace, self._trace.graph
        place = trace.streams.setdefault(stream, len(trace.streams))
        found = []
        for number in range(count):
            four = graph.node("philox", (uid, graph.of(month), block + number // 4, place), INT)
            word = graph.node("word", (four, number % 4), FLOAT)
            found.append(word * STEP + STEP / 2)
        return found

    def uniform(self, stream: str, month: Any, uid: Symbol) -> Symbol:
        """One uniform draw."""
        return self.uniforms(stream, month, uid, 1)[0]

    def normals(self, stream: str, month: Any, uid: Symbol, count: int = 1) -> list[Symbol]:
        """Standard normal draws."""
        return [standard_normal(u) for u in self.uniforms(stream, month, uid, count)]

    def normal(self, stream: str, month: Any, uid: Symbol) -> Any:
        """One standard normal draw."""
        return standard_normal(self.uniform(stream, month, uid))

    def shocks(self, stream: str, month: Any, uid: Symbol, normals: int, uniforms: int) -> list[Any]:
        """Standard normal draws, then uniform ones."""
        found = self.uniforms(stream, month, uid, normals + uniforms)
        return [standard_normal(u) for u in found[:normals]] + found[normals:]

    def gumbels(self, stream: str, epoch: Any, uid: Symbol, alternatives: int) -> list[Any]:
        """Standard Gumbel draws."""
        return [-log(-log(u)) for u in self.uniforms(stream, epoch, uid, alternatives)]


class SymbolicRegion:
    """The region as a traced process sees it."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self._region = trace, trace.region
        self.draws = SymbolicDraws(trace)
        self.p = SymbolicValues(trace, "region.p", trace.region.p)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._region, name)
        if not isinstance(value, bool | int | float | str):
            raise NotElementwiseError(f"region.{name} has no place in a compiled loop")
        return self._trace.leaf("region", name, value)

    def rows(self, kind: str) -> SymbolicTable:
        """All rows of a kind of agent."""
        return SymbolicTable(self._trace, kind)

    table_of = rows
