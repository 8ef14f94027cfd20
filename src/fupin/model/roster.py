"""Who lives in a model: one table of rows for each agent class, and the order in which they were registered.

An agent is known by its key, `table.base + row`, one int64 for every agent of every class of a model. Rows are never
moved and never used twice, so a key is an identity: agent sets are arrays of keys. The Python object of an agent (its
*view*) is made when somebody asks for it and is then kept by the table for as long as the agent lives, so that `is`,
weak references, undeclared attributes and scheduled events behave as with plain Mesa agents.
"""

from __future__ import annotations

import weakref
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Column, Table, columns_of

if TYPE_CHECKING:
    from fupin.model.agentset_live import LiveAgentSet

type Keys = NDArray[np.int64]

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


class Roster:
    """All tables of one model and the order in which their rows were registered.

    `deaths` counts removals, so that a set knows whether it has to look for members that have left. `live_set` makes
    the set of the living agents of a table, or of all.
    """

    def __init__(self, model: Any, live_set: Callable[[Roster, AgentTable | None], LiveAgentSet[Any]]) -> None:
        self.model = model
        self.tables: list[AgentTable] = []
        self.by_class: dict[type[Any], AgentTable] = {}
        self.by_type: dict[type[Any], LiveAgentSet[Any]] = {}
        self.spans: list[tuple[int, int]] = []  # runs of keys in order of registration
        self.deaths = 0
        self.live_set = live_set
        self.everyone = live_set(self, None)

    def table(self, agent_class: type[Any], backed: bool) -> AgentTable:
        """The table of exactly this class, made when first asked for."""
        found = self.by_class.get(agent_class)
        if found is None:
            found = self.by_class[agent_class] = AgentTable(self, agent_class, backed)
            self.tables.append(found)
        return found

    def take_ids(self, count: int) -> int:
        """Reserve consecutive unique ids from the model's counter; returns the first."""
        first = int(self.model.agent_id_counter)
        self.model.agent_id_counter += count
        return first

    def enrol(self, table: AgentTable, start: int, stop: int) -> None:
        """Note new (or returned) rows at the end of the order of registration."""
        first, last = table.base + start, table.base + stop
        if self.spans and self.spans[-1][1] == first:
            self.spans[-1] = (self.spans[-1][0], last)
        else:
            self.spans.append((first, last))
        self.by_type.setdefault(table.agent_class, table.agents)
        table.agents._enrol(first, last)
        self.everyone._enrol(first, last)

    def admit(self, agent: Any, table: AgentTable) -> None:
        """Register an agent that its class has just made, or one that had been removed."""
        key = self.key(agent)
        if key is None:
            if getattr(agent, "_table", table).roster is not self:
                raise ValueError(f"{agent!r} belongs to another model")
            row = table.grow(1).start
            table.views[row] = agent
            agent._table, agent._row = table, row
            if not table.keeps_ids():  # a guest, or a class that has made something else of the attribute
                agent.unique_id = table.unique_id(row)
            return
        row = key & ROW
        agent.unique_id = self.take_ids(1)
        own = (table.agents, self.everyone)
        if self.living(agent) is None:
            for agents in own:
                agents._lookup().pop(key, None)
            table.restore(row, agent)
        for agents in own:
            agents.add(agent)

    def expel(self, agent: Any) -> None:
        """Take an agent out of the model. Raises KeyError if it is not in it."""
        key = self.living(agent)
        if key is None or not self.table_of(key).agents._holds(key):
            raise KeyError(agent)
        listed = self.everyone._holds(
            key
        )  # somebody may have struck it off by hand, which Mesa complains of afterwards
        self.table_of(key).drop(key & ROW)
        if not listed:
            raise KeyError(agent)

    def key(self, agent: Any) -> int | None:
        """The key of an agent of this model, living or not; None for anything else."""
        table = getattr(agent, "_table", None)
        if not isinstance(table, AgentTable) or table.roster is not self:
            return None
        row: int = agent._row
        if table._alive[row] and table.views.get(row) is not agent:  # a copy of a plain Mesa agent
            return None
        return key_of(agent)

    def living(self, agent: Any) -> int | None:
        """The key of an agent that is in this model now; None for anything else, also for a copy of an agent."""
        try:
            table, row = agent._table, agent._row
        except AttributeError:
            return None
        if isinstance(table, AgentTable) and table.roster is self and table.views.get(row) is agent:
            return key_of(agent)
        return None

    def lives(self, key: int) -> bool:
        """Whether the agent of a key is still in the model."""
        return bool(self.tables[key >> SHIFT]._alive[key & ROW])

    def alive(self, keys: Keys) -> NDArray[np.bool_]:
        """For each key, whether its agent is still in the model."""
        living = np.empty(len(keys), np.bool_)
        for table, rows, where in self.parts(keys):
            living[where] = table._alive[rows]
        return living

    def parts(self, keys: Keys) -> Iterator[tuple[AgentTable, Keys, Any]]:
        """Cut keys by table: (table, rows, positions among the keys), for the tables that occur."""
        if not len(keys):
            return
        kinds = keys >> SHIFT
        if (kinds == kinds[0]).all():
            yield self.tables[kinds[0]], keys & ROW, slice(None)
            return
        for kind in np.flatnonzero(np.bincount(kinds)):
            where = np.flatnonzero(kinds == kind)
            yield self.tables[kind], keys[where] & ROW, where

    def table_of(self, key: int) -> AgentTable:
        """The table of a key."""
        return self.tables[key >> SHIFT]

    def keys(self) -> Keys:
        """Keys of all living agents, in order of registration."""
        starts, stops = np.array(self.spans, np.int64).reshape(-1, 2).T
        counts = stops - starts
        keys: Keys = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        if not self.deaths:
            return keys
        living = keys[self.alive(keys)]
        if len(living) < len(keys) // 2:  # mostly the dead: note the runs of the living only
            breaks = np.flatnonzero(np.diff(living) != 1) + 1
            runs = np.split(living, breaks) if len(living) else []
            self.spans = [(int(run[0]), int(run[-1]) + 1) for run in runs]
        return living

    def agent(self, key: int) -> Any:
        """The agent of a key."""
        table = self.tables[key >> SHIFT]
        view = table.views.get(key & ROW)
        return table.agent(key & ROW) if view is None else view

    def agents(self, keys: Iterable[int]) -> list[Any]:
        """The agents of many keys."""
        return [self.agent(key) for key in keys]
