"""Agent sets over arrays: Mesa's `AbstractAgentSet` as an ordered array of agent keys.

`ArrayAgentSet` behaves as `mesa.agentset.AgentSet` does, and besides reads and writes declared columns as NumPy arrays:
`households.income`, `households.income = values`, `households.select(mask)`. One difference is deliberate. Mesa's sets
hold weak references, so a removed agent stays in a set for as long as somebody else happens to hold the object; here a
removed agent leaves every set at once.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from fupin.errors import nearest
from fupin.model.agent_table import AgentTable, key_of
from fupin.model.groups import ArrayGroupBy
from fupin.model.membership import Membership
from fupin.model.roster import Keys

type Part = tuple[AgentTable, Any, Any]  # a table, the selection of its rows, their positions in the set


class ArrayAgentSet[A](Membership[A]):
    """An ordered set of agents of one model, of one class or of several.

    Built like Mesa's: from agents and, if there are none, the random generator to shuffle with. A Python object for an
    agent is made only where one is asked for: iteration, indexing, callables, attributes that are not columns.
    """

    def __repr__(self) -> str:
        classes = ", ".join(table.agent_class.__name__ for table, _, _ in self._parts())
        return f"<{type(self).__name__} of {len(self)} agents{classes and f' ({classes})'}>"

    # ---- attributes -------------------------------------------------------------------------------------------------

    def _parts(self) -> list[Part]:
        """The members by table, for the tables that occur."""
        keys = self._now()
        if self._table is not None:
            return [(self._table, keys - self._table.base, slice(None))]
        return list(self._roster.parts(keys)) if self._roster is not None else []

    def _declared(self, name: str) -> list[Part]:
        """The parts, all of which declare the column `name`; raises AttributeError otherwise."""
        parts = self._parts()
        if not parts and self._roster is not None:  # an empty set has the columns of any class of its model
            parts = [(table, slice(0), slice(0)) for table in self._roster.tables if table.declares(name)]
            missing = [] if parts else self._roster.tables[:1]
        else:
            missing = [table for table, _, _ in parts if not table.declares(name)]
        if missing or not parts:
            advice = f"; {nearest(name, missing[0].columns)}" if missing else ""
            raise AttributeError(f"{type(self).__name__!r} object has no attribute or column {name!r}{advice}")
        return parts

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "random":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        parts = self._declared(name)
        if len(parts) == 1:
            return parts[0][0][name][parts[0][1]]
        column = np.empty(len(self), np.result_type(*(table.columns[name].dtype for table, _, _ in parts)))
        for table, rows, where in parts:
            column[where] = table[name][rows]
        return column

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or name == "random":
            object.__setattr__(self, name, value)
            return
        if hasattr(type(self), name):
            raise AttributeError(f"{name!r} of an agent set cannot be assigned")
        parts = self._declared(name)
        values = np.asarray(value)
        if values.ndim and len(values) != len(self):
            raise ValueError(f"{name} of {len(self)} agents was given {len(values)} values")
        for table, rows, where in parts:
            table[name][rows] = values[where] if values.ndim else values

    def _values(self, name: str) -> list[Any] | None:
        """One Python value for each agent, if all can be read from the tables without making the agents."""
        parts = self._parts()
        if not all(table.reads(name) for table, _, _ in parts):
            return None
        if len(parts) == 1:
            return parts[0][0].values(name, parts[0][1])
        values: list[Any] = [None] * len(self)
        for table, rows, where in parts:
            for at, value in zip(where.tolist(), table.values(name, rows), strict=True):
                values[at] = value
        return values

    def get(
        self,
        attr_names: str | Iterable[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,
    ) -> list[Any]:
        """One attribute, or a list of several, of each agent.

        Missing ones raise AttributeError, or are replaced by `default_value` if `handle_missing` is "default".
        Raises ValueError for any other `handle_missing`.
        """
        if handle_missing not in {"error", "default"}:
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        spare = () if handle_missing == "error" else (default_value,)
        if isinstance(attr_names, str):
            values = self._values(attr_names)
            return [getattr(agent, attr_names, *spare) for agent in self] if values is None else values
        names = list(attr_names)
        columns = [column for name in names if (column := self._values(name)) is not None]
        if names and len(columns) == len(names):
            return [list(row) for row in zip(*columns, strict=True)]
        return [[getattr(agent, name, *spare) for name in names] for agent in self]

    def set(self, attr_name: str, value: Any) -> Self:
        """Give one attribute of every agent the same value; returns the set."""
        parts = self._parts()
        if all(table.declares(attr_name) for table, _, _ in parts) and np.ndim(value) == 0:
            for table, rows, _ in parts:
                table[attr_name][rows] = value
        else:
            for agent in self:
                setattr(agent, attr_name, value)
        return self

    # ---- choosing, ordering, grouping -------------------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[A], bool] | NDArray[Any] | None = None,
        at_most: float = math.inf,
        inplace: bool = False,
        agent_type: type[A] | None = None,
    ) -> Self:
        """The agents for which `filter_func` is true, of a class, the first so many or the first share of the set.

        `filter_func` may also be an array: a mask with a value for each agent, or positions in the set. A float
        `at_most` up to 1.0 is a share, rounded down. Raises ValueError if a mask has the wrong length.
        """
        if filter_func is None and agent_type is None and at_most == math.inf:
            return self if inplace else self.copy()
        keys = self._now()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(keys) * at_most)
        if callable(filter_func):
            chosen: list[int] = []
            for agent in self:
                if len(chosen) >= at_most:
                    break
                if filter_func(agent) and (not agent_type or isinstance(agent, agent_type)):
                    chosen.append(key_of(agent))
            return self._with(np.array(chosen, np.int64), inplace)
        if filter_func is not None:
            keys = _picked(keys, np.asarray(filter_func))
        if agent_type and self._roster is not None:
            fits = np.empty(len(keys), np.bool_)
            for table, _, where in self._roster.parts(keys):
                fits[where] = issubclass(table.agent_class, agent_type)
            keys = keys[fits]
        if at_most < len(keys):
            keys = keys[: max(0, math.ceil(at_most))]
        return self._with(keys, inplace)

    def shuffle(self, inplace: bool = False) -> Self:
        """The agents in a random order, drawn from the set's generator exactly as Mesa draws it."""
        keys = self._now().tolist()
        self.random.shuffle(keys)
        return self._with(np.array(keys, np.int64), inplace)

    def sort(self, key: Callable[[A], Any] | str, ascending: bool = False, inplace: bool = False) -> Self:
        """The agents in the order of an attribute or of a function; descending unless asked otherwise; stable."""
        keys = self._now()
        if isinstance(key, str) and (column := self._sortable(key)) is not None:
            order = np.argsort(column if ascending else column[::-1], kind="stable")
            if not ascending:
                order = len(keys) - 1 - order[::-1]
        else:
            values = self._values(key) if isinstance(key, str) else None
            if values is None:
                measure = operator.attrgetter(key) if isinstance(key, str) else key
                values = [measure(agent) for agent in self]
            order = np.array(sorted(range(len(values)), key=values.__getitem__, reverse=not ascending), np.int64)
        return self._with(keys[order], inplace)

    def _sortable(self, name: str) -> NDArray[Any] | None:
        """A numeric column that NumPy puts in the same order as Python does: one without NaN."""
        if self._table is None or not self._table.declares(name):
            return None
        column: NDArray[Any] = getattr(self, name)
        plain = column.dtype.kind in "bui" or (column.dtype.kind == "f" and not np.isnan(column).any())
        return column if plain else None

    def groupby(
        self, by: Callable[[A], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> ArrayGroupBy:
        """The agents grouped by an attribute or a function, groups in order of appearance: agent sets or lists."""
        keys = self._now().tolist()
        values = self._values(by) if isinstance(by, str) else None
        groups: defaultdict[Any, list[int]] = defaultdict(list)
        if values is not None:
            for key, value in zip(keys, values, strict=True):
                groups[value].append(key)
        else:
            for agent in self:
                groups[getattr(agent, by) if isinstance(by, str) else by(agent)].append(key_of(agent))
        if result_type == "agentset":
            return ArrayGroupBy({value: self._with(np.array(held, np.int64)) for value, held in groups.items()})
        lists: defaultdict[Any, list[A]] = defaultdict(list)
        if self._roster is not None:
            lists.update((value, self._roster.agents(held)) for value, held in groups.items())
        return ArrayGroupBy(lists)

    # ---- calling ----------------------------------------------------------------------------------------------------

    def _call(self, keys: list[int], method: str | Callable[..., Any], args: Any, kwargs: Any) -> list[Any]:
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self._walk(keys)]
        return [method(agent, *args, **kwargs) for agent in self._walk(keys)]

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method (by name) of each agent, or a function on each agent; returns the set."""
        self._call(self._now().tolist(), method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """As `do`, in a random order; the order of the set itself stays as it is."""
        keys = self._now().tolist()
        self.random.shuffle(keys)
        self._call(keys, method, args, kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """As `do`, returning the results."""
        return self._call(self._now().tolist(), method, args, kwargs)


def _picked(keys: Keys, chosen: NDArray[Any]) -> Keys:
    """Keys under a mask, or at positions (each once)."""
    if chosen.dtype == np.bool_:
        if chosen.shape != keys.shape:
            raise ValueError(f"a mask of shape {chosen.shape} for {len(keys)} agents")
        kept: Keys = keys[chosen]
        return kept
    picked: Keys = keys[chosen]
    first = np.unique(picked, return_index=True)[1]
    return picked if len(first) == len(picked) else picked[np.sort(first)]
