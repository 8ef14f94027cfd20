"""The table of one agent class in one model: its columns, who is alive, unique ids and the objects handed out.

Rows are never moved and never used twice, so a row is an identity. The Python object of an agent (its *view*) is made
when somebody asks for it and is then kept by the table for as long as the agent lives, so that `is`, weak references,
undeclared attributes and scheduled events behave as with plain Mesa agents.
"""

from __future__ import annotations

import weakref
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Column, Table, columns_of

if TYPE_CHECKING:
    from fupin.model.agentset_live import LiveAgentSet
    from fupin.model.roster import Roster

SHIFT = 40
ROW = (1 << SHIFT) - 1
IDLE_VIEWS = 1 << 17  # views kept before the first sweep; a full table of them is some 20 MB


class AgentTable(Table):
    """The rows of one agent class in one model: declared columns, who is alive, unique ids and views.

    `backed` is false for a plain `mesa.Agent` class: its table has no columns, the attributes stay in the objects.
    """

    def __init__(self, roster: Roster, agent_class: type[Any], backed: bool) -> None:
        super().__init__(columns_of(agent_class) if backed else {})
        self.roster = roster
        self.agent_class = agent_class
        self.backed = backed
        self.base = len(roster.tables) << SHIFT
        self.count = 0
        self.views: dict[int, Any] = {}
        self._alive: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._id_starts: list[int] = []  # rows at which a run of consecutive unique ids begins, and the first of each
        self._id_firsts: list[int] = []
        self._own_ids: dict[int, Any] = {}
        self._sweep_at = IDLE_VIEWS
        self.agents: LiveAgentSet[Any] = roster.live_set(roster, self)

    @property
    def alive(self) -> NDArray[np.bool_]:
        """For each row in use, whether its agent is still in the model; a window on the table, not to be written."""
        return self._alive[: self.n]

    def living(self) -> NDArray[np.intp]:
        """Rows of the living agents, in order of registration."""
        return np.flatnonzero(self.alive)

    def grow(self, count: int) -> slice:
        """Register `count` new agents with default columns; returns their rows."""
        span = super().grow(count)
        if not count:
            return span
        if self.n > len(self._alive):
            wider = np.zeros(max(self.n, 2 * span.start), np.bool_)
            wider[: span.start] = self._alive[: span.start]
            self._alive = wider
        self._alive[span] = True
        self.count += count
        first = self.roster.take_ids(count)
        if not self._id_starts or first - span.start != self._id_firsts[-1] - self._id_starts[-1]:
            self._id_starts.append(span.start)
            self._id_firsts.append(first)
        self.roster.enrol(self, span.start, span.stop)
        return span

    def drop(self, rows: Any) -> None:
        """Take living rows (one, or an array without repetition) out of the model; their values stay readable."""
        if isinstance(rows, int):
            self.views.pop(rows, None)
            gone = 1
        else:
            gone = len(rows)
            if self.views:
                for row in rows.tolist():
                    self.views.pop(row, None)
        self._alive[rows] = False
        self.count -= gone
        self.roster.deaths += gone

    def restore(self, row: int, agent: Any) -> None:
        """Let a row that had been dropped live again."""
        self._alive[row] = True
        self.count += 1
        self.views[row] = agent

    def declares(self, name: str) -> bool:
        """Whether `name` is read from a column (a subclass may have replaced the column by something else)."""
        return name in self.columns and isinstance(getattr(self.agent_class, name, None), Column)

    def reads(self, name: str) -> bool:
        """Whether `values` can give the attribute."""
        return self.declares(name) or (name == "unique_id" and self.keeps_ids())

    def keeps_ids(self) -> bool:
        """Whether the class leaves `unique_id` to the table."""
        return isinstance(getattr(self.agent_class, "unique_id", None), UniqueId)

    def values(self, name: str, rows: Any) -> list[Any]:
        """A column (or the unique ids) of the selected rows as Python values."""
        if name in self.columns:
            return list(self.arrays[name][: self.n][rows].tolist())
        return self.unique_ids(np.arange(self.n)[rows])

    def agent(self, row: int) -> Any:
        """The agent of a living row: always the same object.

        Raises LookupError if there is no such row or its agent has left the model.
        """
        view = self.views.get(row)
        if view is None:
            if not 0 <= row < self.n or not self._alive[row]:
                raise LookupError(f"no living {self.agent_class.__name__} in row {row}")
            if len(self.views) >= self._sweep_at:
                self._sweep()
            view = self.views[row] = self.agent_class._view(self, row)
        return view

    def _sweep(self) -> None:
        """Forget the views that carry nothing and that nobody else holds; they can be made again at any time."""
        idle = [row for row, view in self.views.items() if _carries_nothing(view)] if self.backed else []
        held = {row: weakref.ref(self.views.pop(row)) for row in idle}
        self.views.update((row, view) for row, ref in held.items() if (view := ref()) is not None)
        self._sweep_at = max(IDLE_VIEWS, 2 * len(self.views))

    def unique_id(self, row: int) -> Any:
        """The `unique_id` of a row: given at registration, or what the user assigned."""
        if self._own_ids and row in self._own_ids:
            return self._own_ids[row]
        run = bisect_right(self._id_starts, row) - 1
        return self._id_firsts[run] + row - self._id_starts[run]

    def assign_id(self, row: int, value: Any) -> None:
        """Give a row a `unique_id` of the user's own."""
        self._own_ids[row] = value

    def unique_ids(self, rows: Any) -> list[Any]:
        """The `unique_id` of each of many rows (an array)."""
        run = np.searchsorted(self._id_starts, rows, side="right") - 1
        shift = np.array(self._id_firsts, np.int64) - np.array(self._id_starts, np.int64)
        ids: list[Any] = (rows + shift[run]).tolist()
        if self._own_ids:
            ids = [self._own_ids.get(row, given) for row, given in zip(rows.tolist(), ids, strict=True)]
        return ids


def _carries_nothing(view: Any) -> bool:
    """Whether a view holds its row, table and model only: no other attribute, no slot, nobody's weak reference."""
    state: Any = object.__getstate__(view)
    return isinstance(state, dict) and len(state) == 3 and not weakref.getweakrefcount(view)


def key_of(agent: Any) -> int:
    """The key of an agent of an ArrayModel, whether it is still in the model or not."""
    return int(agent._table.base + agent._row)


class UniqueId:
    """The attribute `unique_id` of an array-backed agent, kept by its table."""

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        return self if agent is None else agent._table.unique_id(agent._row)

    def __set__(self, agent: Any, value: Any) -> None:
        table = getattr(agent, "_table", None)
        if table is not None:  # Mesa sets None before it registers the agent
            table.assign_id(agent._row, value)
