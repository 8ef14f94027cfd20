"""Processes that sum over the members of households, in either engine: as array operations or as two nested loops.

    @familywise
    def sum_work(region, family):
        away = family.those(family.person.activity == MIGRANT)
        family.h.migrants = away.sum()
        family.h.migrant_pay = away.sum(away.pay)

    sum_work(region)               # all households
    sum_work(region, households)   # those in some rows

Persons stand in the order of their households. The NumPy engine takes a stretch of households at a time, while their
members are in the cache, and looks only at the members who count. The compiled engine makes one pass: for each
household a loop over its members, whose sums grow in their order and so come out to the last bit as NumPy's.

A value that has one item for each household is by household, one that belongs to `family.person` or to a selection of
members is by member. Sums may be used in what is asked of the members next: that is another loop over them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows, gathered
from fupin.model.engine.kernels import Rowwise
from fupin.model.engine.store import Loop
from fupin.model.engine.symbols import FLOAT, INT, ROW, Symbol
from fupin.model.engine.tracing import Lookup, SymbolicRows, Trace

if TYPE_CHECKING:
    from fupin.model.region import Region

HOUSEHOLDS = 16384  # summed at a time, with some 85,000 places for members

type Index = NDArray[np.int64]


MEMBERS = Loop("""import numpy as np
from fupin.model.engine.compiling import compiled_by_hand

@compiled_by_hand
def loop(first, places, members, home):
    n = np.uint64(0)
    for i in range(np.uint64(len(first))):
        for place in range(np.uint64(places[i])):
            members[n] = first[i] + np.int64(place)
            home[n] = i
            n += np.uint64(1)
""")


class Familywise(Rowwise):
    """A process over households that sums over their members."""

    def __call__(self, region: Region, rows: Index | None = None, **given: Any) -> Any:
        """Run it for all households, or for those in some rows; arrays among `given` have a value for each of them."""
        first = region.first_person
        return super().__call__(region, rows, first=Lookup(first[:-1]), last=Lookup(first[1:]), **given)


def familywise(body: Callable[..., Any]) -> Familywise:
    """Declare a process that sums over the members of households."""

    def over_rows(region: Any, h: Any, first: Any, last: Any, **given: Any) -> Any:
        if isinstance(h, SymbolicRows):
            return body(region, SymbolicFamily(h, first, last), **given)
        return body(region, Family(region, h), **given)

    over_rows.__name__, over_rows.__doc__, over_rows.__module__ = body.__name__, body.__doc__, body.__module__
    return Familywise(over_rows, "household", HOUSEHOLDS)


def members_of(region: Region, households: Index) -> tuple[Index, Index]:
    """Rows of all members of some households, one household after the other, and whose members they are."""
    first = region.first_person[households]
    places = region.first_person[households + 1] - first
    if region.compiled:
        members, home = np.empty((2, int(places.sum())), np.int64)
        MEMBERS.run(first, places, members, home)
        return members, home
    home = np.arange(len(households)).repeat(places)
    return np.arange(len(home)) + (first - places.cumsum() + places)[home], home


class Family:
    """Some households `h` and all their members `person`: two windows, and the sums from one to the other.

    `home` is the place of each member's household among the `h`.
    """

    def __init__(self, region: Region, h: Rows) -> None:
        self.h, table = h, region.table_of("person")
        if isinstance(h.span, slice):
            first = region.first_person
            self.person = table.rows(int(first[h.span.start]), int(first[h.span.stop]))
            self.home = self.person.household - h.span.start
        else:
            members, self.home = members_of(region, h.span)
            self.person = Rows(table, members)

    def those(self, condition: NDArray[np.bool_]) -> Members:
        """The members for whom a condition holds."""
        return Members(self, condition.nonzero()[0])

    def each(self, values: NDArray[Any]) -> NDArray[Any]:
        """A value of the household, for each of its members."""
        return np.asarray(values[self.home])


class Members:
    """Some members of some households: their columns, of them and nobody else, and sums by household.

    `span` are their rows and `home` the places of their households.
    """

    _family: Family
    _places: Index

    def __init__(self, family: Family, places: Index) -> None:
        self.__dict__.update(_family=family, _places=places)

    def __getattr__(self, name: str) -> NDArray[Any]:
        person, places = self._family.person, self._places
        if name == "home":
            found = self._family.home[places]
        elif name == "span":
            found = places + person.span.start if isinstance(person.span, slice) else person.span[places]
        else:
            column, span = person.table.arrays[name], person.span
            found = gathered(column[span], places) if isinstance(span, slice) else gathered(column, span[places])
        self.__dict__[name] = found
        return np.asarray(found)

    def those(self, condition: NDArray[np.bool_]) -> Members:
        """Those among them for whom a condition on them holds as well."""
        return Members(self._family, self._places[condition.nonzero()[0]])

    def each(self, values: NDArray[Any]) -> NDArray[Any]:
        """A value of the household, for each of them."""
        return np.asarray(values[self.home])

    def sum(self, values: Any = None) -> NDArray[Any]:
        """How many they are in each household, or the sum of a value that they have."""
        return np.bincount(self.home, values, minlength=len(self._family.h))


class SymbolicFamily:
    """A household and its members, standing for all, while a process is traced."""

    def __init__(self, h: SymbolicRows, first: Any, last: Any) -> None:
        trace: Trace = h.__dict__["_trace"]
        self.h, self.person = h, SymbolicRows(trace, "person", trace.member)
        self._trace, self._ends = trace, (first[trace.row], last[trace.row])

    def those(self, condition: Symbol) -> SymbolicMembers:
        """The members for whom a condition holds."""
        return SymbolicMembers(self._trace, self._ends, condition)

    def each(self, values: Symbol) -> Symbol:
        """A value of the household, for each of its members."""
        return values


class SymbolicMembers(SymbolicRows):
    """Members who meet a condition: what is asked of them is asked of all, and counts for them only."""

    _trace: Trace
    _ends: tuple[Symbol, Symbol]
    _condition: Symbol

    def __init__(self, trace: Trace, ends: tuple[Symbol, Symbol], condition: Symbol) -> None:
        super().__init__(trace, "person", trace.member)
        self.__dict__.update(_ends=ends, _condition=condition)

    def those(self, condition: Symbol) -> SymbolicMembers:
        """Those among them for whom a condition on them holds as well."""
        return SymbolicMembers(self._trace, self._ends, self._condition & condition)

    def each(self, values: Symbol) -> Symbol:
        """A value of the household, for each of them."""
        return values

    def sum(self, values: Any = None) -> Symbol:
        """How many they are in the household, or the sum of a value that they have."""
        graph = self._trace.graph
        if values is None:
            return graph.node("sum", (*self._ends, self._condition), INT, ROW)
        value = graph.of(values).astype(np.float64)
        return graph.node("sum", (*self._ends, self._condition, value), FLOAT, ROW)
