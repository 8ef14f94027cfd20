"""A Mesa model whose agents live in tables: `ArrayModel`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from mesa import Model  # type: ignore[import-untyped]
from mesa.experimental.data_collection import DataRegistry  # type: ignore[import-untyped]
from mesa.experimental.mesa_signals import ModelSignals, emit  # type: ignore[import-untyped]

from fupin.model.agent import ArrayAgent
from fupin.model.agent_table import AgentTable
from fupin.model.agentset import ArrayAgentSet
from fupin.model.agentset_live import LiveAgentSet
from fupin.model.columns import Column, columns_of
from fupin.model.roster import Roster


class ColumnarDataRegistry(DataRegistry):  # type: ignore[misc]
    """Mesa's registry of data sets, guarding the columns."""

    def track_agents_numpy(
        self, agent_type: type[Any], name: str, fields: str | list[str] | None = None, **settings: Any
    ) -> Any:
        """Track undeclared attributes in an array of Mesa's own; raises ValueError for a column, which has one."""
        for field in [fields] if isinstance(fields, str) else fields or []:
            if isinstance(getattr(agent_type, field, None), Column):
                raise ValueError(f"{field!r} is a column of {agent_type.__name__}: read it from an agent set")
        return super().track_agents_numpy(agent_type, name, fields, **settings)


class ArrayModel(Model):  # type: ignore[misc]
    """A `mesa.Model` that keeps one table for each agent class and knows its agents by their rows.

    Array-backed agents and plain Mesa agents may live in it together. Everything a Mesa model does, it does: `agents`,
    `agents_by_type`, `register_agent`, events, data collection, pickling.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data_registry = ColumnarDataRegistry()
        self._roster = Roster(self, LiveAgentSet.of)
        self._all_agents = self._roster.everyone
        self._agents_by_type = self._roster.by_type

    def table(self, agent_class: type[Any]) -> AgentTable:
        """The table of exactly this class, made when first asked for; `table.agents` is the set of its living agents.

        Raises TypeError if a column has a name that means something else on agents or on agent sets.
        """
        backed = issubclass(agent_class, ArrayAgent)
        if backed and agent_class not in self._roster.by_class:
            for name in columns_of(agent_class):
                if name == "model" or hasattr(ArrayAgent, name) or hasattr(ArrayAgentSet, name):
                    raise TypeError(f"column {name!r} of {agent_class.__name__}: agents or agent sets use this name")
        return self._roster.table(agent_class, backed)

    def add_rows[A: ArrayAgent](
        self, agent_class: type[A], values: Mapping[str, Any] | None = None, n: int | None = None
    ) -> ArrayAgentSet[A]:
        """Register many agents at once from columns, without running any agent's `__init__`.

        `values` maps column names to arrays of one length or to scalars; columns not given get their defaults.
        `n` is needed if there is no array. Raises KeyError for an unknown column and ValueError for unequal lengths,
        before anything is registered.
        """
        table = self.table(agent_class)
        columns = {name: np.asarray(value) for name, value in (values or {}).items()}
        for name, column in columns.items():
            table[name]  # raises for an unknown name
            if column.ndim:
                n = len(column) if n is None else n
                if column.shape != (n,):
                    raise ValueError(f"column {name!r} of {n} new agents was given the shape {column.shape}")
        if n is None:
            raise ValueError(f"how many agents of {agent_class.__name__}? no column is an array and n is not given")
        fitting = {name: column.astype(table.columns[name].dtype, copy=False) for name, column in columns.items()}
        span = table.grow(n)
        for name, column in fitting.items():
            table.arrays[name][span] = column
        keys = np.arange(table.base + span.start, table.base + span.stop)
        made: ArrayAgentSet[A] = ArrayAgentSet.of_keys(self._roster, table, keys, self.random)
        if self._watched(ModelSignals.AGENT_ADDED) or agent_class._datasets:
            for agent in made:
                self.notify("agents", ModelSignals.AGENT_ADDED, args=(agent,))
                for dataset in agent_class._datasets:
                    self.data_registry[dataset].add_agent(agent)
        return made

    def drop_rows(self, agents: ArrayAgentSet[Any]) -> None:
        """Remove all agents of a set, as `agent.remove()` on each does; at once where nobody would see a difference."""
        for table, rows, _ in agents._parts():
            if (
                table.backed
                and table.agent_class.remove is ArrayAgent.remove
                and not table.agent_class._datasets
                and not self._watched(ModelSignals.AGENT_REMOVED)
            ):
                table.drop(np.arange(table.n)[rows])
            else:
                for row in np.arange(table.n)[rows].tolist():
                    if table.alive[row]:
                        table.agent(row).remove()

    def _watched(self, signal: Any) -> bool:
        return self._batch_context is not None or self._has_subscribers("agents", signal)

    @emit("agents", ModelSignals.AGENT_ADDED)  # type: ignore[untyped-decorator]
    def register_agent(self, agent: Any) -> None:
        """Give an agent a row and a unique id; `Agent.__init__` does this."""
        self._roster.admit(agent, self.table(type(agent)))

    @emit("agents", ModelSignals.AGENT_REMOVED)  # type: ignore[untyped-decorator]
    def deregister_agent(self, agent: Any) -> None:
        """Take an agent out of the model; `Agent.remove` does this. Raises KeyError if it is not in it."""
        self._roster.expel(agent)
