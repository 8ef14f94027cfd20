"""Symbols: values that are not known yet but remember how they are made.

A rule is called with symbols instead of columns. NumPy hands each of its functions on to them (`__array_ufunc__`,
`__array_function__`), so the body needs no other words: what the call leaves behind is the graph of its arithmetic, in
which equal expressions are one node.

A symbol that is the same for all rows (made of parameters and dates) knows its present value, so that a process may
branch on it; the branch is noted as a `Guard`, and what was traced holds for as long as the guard does.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from fupin.model.rules.vocabulary import SCALAR

UNIFORM, ROW, MEMBER = range(3)
"""How far a symbol varies: the same for all rows, by row, by member of the row's household."""

FLOAT, INT, BOOL = "f8", "i8", "b1"
_RANK = {BOOL: 0, INT: 1, FLOAT: 2}

UFUNCS: dict[Any, str] = {
    np.add: "add",
    np.subtract: "subtract",
    np.multiply: "multiply",
    np.true_divide: "divide",
    np.negative: "negative",
    np.absolute: "absolute",
    np.maximum: "maximum",
    np.minimum: "minimum",
    np.exp: "exp",
    np.log: "log",
    np.sqrt: "sqrt",
    np.power: "power",
    np.floor: "floor",
    np.less: "less",
    np.less_equal: "less_equal",
    np.greater: "greater",
    np.greater_equal: "greater_equal",
    np.equal: "equal",
    np.not_equal: "not_equal",
    np.logical_and: "both",
    np.logical_or: "either",
    np.logical_not: "negate",
    np.bitwise_and: "both",
    np.bitwise_or: "either",
    np.invert: "negate",
}
_CONDITIONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "both", "either", "negate"}
_FLOATS = {"divide", "exp", "log", "sqrt", "power", "floor"}
_NOW: dict[str, Callable[..., Any]] = {
    name: SCALAR.get(ufunc, {np.floor: math.floor}.get(ufunc, ufunc)) for ufunc, name in UFUNCS.items()
} | {"where": SCALAR[np.where], "maximum": max, "minimum": min}


class NotElementwiseError(TypeError):
    """A process did with a symbol what no loop over rows can do."""


class Guard(NamedTuple):
    """A branch that was taken while tracing: `test` was `outcome`."""

    test: Symbol
    outcome: bool


class Symbol:
    """One node of the graph: an operation and its arguments."""

    __slots__ = ("args", "dtype", "graph", "level", "name", "op", "value")

    def __init__(self, graph: Graph, op: str, args: tuple[Any, ...], dtype: str, level: int, value: Any = None) -> None:
        self.graph, self.op, self.args, self.dtype, self.level, self.value = graph, op, args, dtype, level, value
        self.name = ""

    def __repr__(self) -> str:
        return f"Symbol({self.op}, {self.dtype})"

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Symbol:
        if method != "__call__" or options or ufunc not in UFUNCS:
            raise NotElementwiseError(
                f"numpy.{ufunc.__name__} ({method}, {list(options)}) has no place in a compiled loop"
            )
        return self.graph.apply(UFUNCS[ufunc], *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Symbol:
        if function is not np.where or options:
            raise NotElementwiseError(f"numpy.{function.__name__} has no place in a compiled loop")
        return self.graph.apply("where", *args)

    def __bool__(self) -> bool:
        if self.level != UNIFORM:
            raise NotElementwiseError("a rule must not branch on data: use `where`")
        return self.graph.guard(self)

    def astype(self, dtype: Any, copy: bool = True) -> Symbol:
        """The value as another type, as NumPy has it."""
        wanted = {"f": FLOAT, "i": INT, "b": BOOL}[np.dtype(dtype).kind]
        return self if wanted == self.dtype else self.graph.node("cast", (self, wanted), wanted)

    def __hash__(self) -> int:
        return id(self)

    def __add__(self, other: Any) -> Symbol:
        return self.graph.apply("add", self, other)

    def __radd__(self, other: Any) -> Symbol:
        return self.graph.apply("add", other, self)

    def __sub__(self, other: Any) -> Symbol:
        return self.graph.apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return self.graph.apply("subtract", other, self)

    def __mul__(self, other: Any) -> Symbol:
        return self.graph.apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return self.graph.apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return self.graph.apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return self.graph.apply("divide", other, self)

    def __pow__(self, other: Any) -> Symbol:
        return self.graph.apply("power", self, other)

    def __neg__(self) -> Symbol:
        return self.graph.apply("negative", self)

    def __abs__(self) -> Symbol:
        return self.graph.apply("absolute", self)

    def __lt__(self, other: Any) -> Symbol:
        return self.graph.apply("less", self, other)

    def __le__(self, other: Any) -> Symbol:
        return self.graph.apply("less_equal", self, other)

    def __gt__(self, other: Any) -> Symbol:
        return self.graph.apply("greater", self, other)

    def __ge__(self, other: Any) -> Symbol:
        return self.graph.apply("greater_equal", self, other)

    def __eq__(self, other: Any) -> Symbol:  # type: ignore[override]
        return self.graph.apply("equal", self, other)

    def __ne__(self, other: Any) -> Symbol:  # type: ignore[override]
        return self.graph.apply("not_equal", self, other)

    def __and__(self, other: Any) -> Symbol:
        return self.graph.apply("both", self, other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Symbol:
        return self.graph.apply("either", self, other)

    __ror__ = __or__

    def __invert__(self) -> Symbol:
        return self.graph.apply("negate", self)


class Graph:
    """All symbols of one trace, each expression once, in the order in which they were made."""

    def __init__(self) -> None:
        self.nodes: list[Symbol] = []
        self.guards: list[Guard] = []
        self._known: dict[Any, Symbol] = {}

    def node(self, op: str, args: tuple[Any, ...], dtype: str, level: int | None = None, value: Any = None) -> Symbol:
        """The symbol of an operation on some arguments: symbols, or what the operation wants to know besides."""
        key = (op, dtype, *(id(one) if isinstance(one, Symbol) else (type(one), one) for one in args))
        found = self._known.get(key)
        if found is None:
            if level is None:
                level = max((one.level for one in args if isinstance(one, Symbol)), default=UNIFORM)
            if level == UNIFORM and value is None:
                value = present(op, args)
            found = self._known[key] = Symbol(self, op, args, dtype, level, value)
            self.nodes.append(found)
        return found

    def of(self, value: Any) -> Symbol:
        """A symbol, or a number as one."""
        if isinstance(value, Symbol):
            return value
        if isinstance(value, np.ndarray) and value.ndim:
            raise NotElementwiseError("a column that is no symbol came into a compiled loop")
        if isinstance(value, bool | np.bool_):
            return self.node("number", (bool(value),), BOOL, UNIFORM, bool(value))
        if isinstance(value, int | np.integer):
            return self.node("number", (int(value),), INT, UNIFORM, int(value))
        return self.node("number", (float(value),), FLOAT, UNIFORM, float(value))

    def apply(self, op: str, *values: Any) -> Symbol:
        """An elementwise operation on symbols and numbers."""
        args = tuple(self.of(value) for value in values)
        if op in _CONDITIONS:
            dtype = BOOL
        elif op in _FLOATS:
            dtype = FLOAT
        else:
            dtype = max((one.dtype for one in (args[1:] if op == "where" else args)), key=_RANK.__getitem__)
            dtype = INT if dtype == BOOL and op != "where" else dtype
        return self.node(op, args, dtype)

    def guard(self, test: Symbol) -> bool:
        """Note that a process branches on a symbol that is the same for all rows."""
        outcome = bool(test.value)
        guard = Guard(test, outcome)
        if not any(one.test is test for one in self.guards):
            self.guards.append(guard)
        return outcome


def present(op: str, args: tuple[Any, ...], look: Callable[[Symbol], Any] = lambda one: one.value) -> Any:
    """The present value of an operation on symbols that are the same for all rows."""
    if op == "cast":
        return {FLOAT: float, INT: int, BOOL: bool}[args[1]](look(args[0]))
    return _NOW[op](*(look(one) for one in args)) if op in _NOW else None
