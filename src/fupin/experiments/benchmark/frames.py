"""The household core as a Polars query, made by the rules' own bodies: their words are bound to expressions.

A column that a phase assigns becomes a column of the query (`savings·7` is the seventh value assigned), and expressions
that need nothing of each other stand in one `with_columns`, which Polars spreads over its threads. Two ways to cut the
query are tried, with and without a column for the result of each rule; the quicker one counts.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from fupin.errors import FupinError
from fupin.experiments.benchmark.core import Core, Step, repeated
from fupin.labels import tell
from fupin.model.processes import settle, settlement
from fupin.model.rules import vocabulary

type Expression = Any  # polars.Expr, which need not be installed

VILLAGE, DRAW, FLOW = "village ", "draw ", "flow "  # prefixes of columns that are not the household's


@dataclass(frozen=True)
class Framed:
    """Nanoseconds a household of the Polars step in each repeat; the largest relative difference; threads used."""

    nanoseconds: list[float]
    difference: float
    threads: int


def polars() -> Any:
    """The library, or FupinError where it is not installed."""
    try:
        return importlib.import_module("polars")
    except ImportError:
        raise FupinError(
            tell("与 Polars 比较需要安装 fupin[bench]", "a comparison with Polars needs Polars; install fupin[bench]")
        ) from None


def installed() -> bool:
    """Whether Polars is here."""
    return importlib.util.find_spec("polars") is not None


def words() -> dict[Any, Callable[..., Any]]:
    """The vocabulary of the rules as Polars expressions."""
    pl = polars()

    def as_expression(x: Any) -> Expression:
        return x if isinstance(x, pl.Expr) else pl.lit(x)

    def where(condition: Any, yes: Any, no: Any) -> Expression:
        return pl.when(as_expression(condition)).then(as_expression(yes)).otherwise(as_expression(no))

    def maximum(x: Any, y: Any) -> Expression:
        return pl.max_horizontal(as_expression(x), as_expression(y))

    def minimum(x: Any, y: Any) -> Expression:
        return pl.min_horizontal(as_expression(x), as_expression(y))

    def clip(x: Any, low: Any, high: Any) -> Expression:
        return minimum(maximum(x, low), high)

    def logistic(x: Any) -> Expression:
        return 1.0 / (1.0 + (-maximum(x, -700.0)).exp())

    return {
        np.where: where,
        vocabulary.maximum: maximum,
        vocabulary.minimum: minimum,
        np.exp: lambda x: as_expression(x).exp(),
        np.log: lambda x: as_expression(x).log(),
        np.sqrt: lambda x: as_expression(x).sqrt(),
        np.power: lambda x, y: as_expression(x) ** y,
        np.logical_and: lambda x, y: as_expression(x) & y,
        np.logical_or: lambda x, y: as_expression(x) | y,
        np.logical_not: lambda x: ~as_expression(x),
        vocabulary.clip: clip,
        vocabulary.logistic: logistic,
    }


class _Query:
    """Layers of expressions: each needs only columns of the layers before it."""

    def __init__(self) -> None:
        self.layers: list[list[Expression]] = []
        self._layer: dict[str, int] = {}
        self._pl = polars()

    def keep(self, name: str, value: Any) -> Expression:
        """A column for a value, in the first layer that can have it; returns the name as an expression."""
        expression = value if isinstance(value, self._pl.Expr) else self._pl.lit(value)
        layer = max((self._layer.get(root, -1) for root in expression.meta.root_names()), default=-1) + 1
        new = f"{name}·{len(self._layer)}"
        self._layer[new] = layer
        if layer == len(self.layers):
            self.layers.append([])
        self.layers[layer].append(expression.alias(new))
        return self._pl.col(new)

    def sources(self) -> set[str]:
        """Columns that must be there before the first layer."""
        roots = {root for layer in self.layers for expression in layer for root in expression.meta.root_names()}
        return roots - set(self._layer)


class _Side:
    """Stands in for the household, its village, its draws or its flows: attributes are expressions."""

    def __init__(self, query: _Query, prefix: str) -> None:
        vars(self).update(query=query, prefix=prefix, now={})

    def __getattr__(self, name: str) -> Expression:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.now[name] if name in self.now else self.query._pl.col(self.prefix + name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.now[name] = self.query.keep(self.prefix + name, value)


def step(core: Core, columns_for_rules: bool) -> Callable[[], Any]:
    """The household quarter over copies of the core's columns: a call makes a frame of the columns that are assigned.

    Flows are worked out as far as the state needs them, so that no engine is asked for less than Polars.
    """
    pl, query, faces = polars(), _Query(), dict[Any, Any]()
    bound = words()
    if columns_for_rules:
        inner = dict(bound)
        for name, rule in vocabulary.RULES.items():
            bound[rule] = _kept(query, name, partial(_call, rule, inner, faces))
    h, v, d, f = (_Side(query, prefix) for prefix in ("", VILLAGE, DRAW, FLOW))
    for phase in settle.PHASES:
        vocabulary.face(phase, bound, dict[Any, Any]())(h, v, core.values, d, f)
    needed = query.sources()
    columns = {name: core.table[name] for name in core.table.columns if name in needed | {"village"}}
    frame = pl.DataFrame(columns | {DRAW + name: draw for name, draw in core.draws.items()})
    places = settlement.Place(core.villages, slice(None))
    seen = [name.removeprefix(VILLAGE) for name in needed if name.startswith(VILLAGE)]
    from_villages = [
        pl.lit(pl.Series(getattr(places, name))).gather(pl.col("village")).alias(VILLAGE + name) for name in seen
    ]
    wanted = [column.alias(name) for name, column in h.now.items()]

    def run() -> Any:
        lazy = frame.lazy().with_columns(from_villages)
        for layer in query.layers:
            lazy = lazy.with_columns(layer)
        return lazy.select(wanted).collect()

    return run


def _call(rule: Any, bound: Mapping[Any, Any], faces: dict[Any, Any], *arguments: Any) -> Any:
    return vocabulary.face(rule, dict(bound), faces)(*arguments)


def _kept(query: _Query, name: str, rule: Callable[..., Any]) -> Callable[..., Expression]:
    return lambda *arguments: query.keep(f"rule {name}", rule(*arguments))


def compare_frames(core: Core, quarter: Callable[[Core], Step], repeats: int = 5) -> Framed:
    """The Polars step on copies of the core's households, whose state afterwards is held against the columns'.

    The core's own columns are changed: the quarter is carried out on them once, by an engine's step.
    """
    tries = [step(core, kept) for kept in (False, True)]
    frames = [one() for one in tries]  # what is made once is made now
    taken = [repeated(one, repeats) for one in tries]
    quarter(core)()
    difference = max(_differences(core, frame) for frame in frames)
    best = min(taken, key=min)
    return Framed([1e9 * seconds / len(core.table) for seconds in best], difference, polars().thread_pool_size())


def _differences(core: Core, frame: Any) -> float:
    worst = 0.0
    for name in frame.columns:
        if name in core.table:
            here, there = core.table[name].astype(float), frame[name].to_numpy()
            worst = max(worst, float(np.max(np.abs(here - there) / np.maximum(np.abs(here), 1.0))))
    return worst
