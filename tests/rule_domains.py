"""What the arguments of rules may be: the declared range of each name, and columns drawn from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fupin.library import library
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.parameters import load_parameters
from fupin.model.rules.arguments import ARGUMENTS


@dataclass(frozen=True)
class Domain:
    """The values that an argument can take, and whether it is one number for all households (a parameter)."""

    low: float
    high: float
    dtype: str = "f8"
    choices: tuple[float, ...] = ()
    parameter: bool = False

    @property
    def bounded(self) -> bool:
        """Whether every value that it can take is finite."""
        return bool(self.choices) or self.dtype == "?" or bool(np.isfinite([self.low, self.high]).all())

    def draw(self, rng: np.random.Generator, rows: int) -> Any:
        """`rows` values: spread over the range, close to its low end, and exactly at the ends and at zero."""
        kind = np.dtype(self.dtype).kind
        if kind == "b":
            return rng.random(rows) < 0.5
        if self.choices:
            return rng.choice(np.array(self.choices), rows).astype(self.dtype)
        low, high = self.low, self.high
        corners = [low, high, 0.0 if low <= 0 <= high else low]
        manner = rng.choice(5, rows, p=[0.55, 0.3, 0.05, 0.05, 0.05])
        u = rng.random(rows)
        values = np.choose(manner, [low + (high - low) * u, low + (high - low) * 10 ** (-6 * u), *corners])
        return (np.rint(values) if kind in "iu" else values).astype(self.dtype)

    def union(self, other: Domain) -> Domain:
        """Both ranges; a whole-number column met by a real one is drawn as real."""
        choices = () if not (self.choices and other.choices) else (*self.choices, *other.choices)
        dtype = self.dtype if self.dtype == other.dtype else "f8"
        return Domain(min(self.low, other.low), max(self.high, other.high), dtype, choices)


def of_columns() -> dict[str, Domain]:
    """Every declared column; a name that several kinds of agents share has the union of their ranges."""
    known: dict[str, Domain] = {}
    for agent_class in AGENT_CLASSES.values():
        for name, column in columns_of(agent_class).items():
            domain = Domain(column.low, column.high, column.dtype.str, tuple(column.choices or ()))
            known[name] = known[name].union(domain) if name in known else domain
    return known


def of_parameters() -> dict[str, Domain]:
    """Every parameter by its leaf name."""
    book = load_parameters(library("model", "parameters"))
    return {entry.leaf: Domain(entry.low, entry.high, parameter=True) for entry in book.values()}


def of_arguments() -> dict[str, Domain]:
    """Draws and results of other rules: name -> (unit, meaning, low, high); two bools make a condition."""
    return {
        name: Domain(low, high, "?" if isinstance(low, bool) and isinstance(high, bool) else "f8")
        for name, (_, _, low, high) in ARGUMENTS.items()
    }


def known_names() -> dict[str, Domain]:
    """Everything that a rule may name as an argument."""
    return of_columns() | of_parameters() | of_arguments()


def arguments_of(function: Callable[..., Any]) -> list[str]:
    """Names of the arguments, in order."""
    return list(inspect.signature(function).parameters)


def columns_for(names: Iterable[str], known: Mapping[str, Domain], rows: int, seed: int) -> list[Any]:
    """One read-only column for each name."""
    rng = np.random.default_rng(seed)
    columns = [known[name].draw(rng, rows) for name in names]
    for column in columns:
        column.flags.writeable = False
    return columns
