"""Who lives in a model: one table of rows for each agent class, and the order in which they were registered.

An agent is known by its key, `table.base + row`, one int64 for every agent of every class of a model: agent sets are
arrays of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.agent_table import ROW, SHIFT, AgentTable, key_of

if TYPE_CHECKING:
    from fupin.model.agentset_live import LiveAgentSet

type Keys = NDArray[np.int64]


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
