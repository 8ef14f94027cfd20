"""Groups of agents: Mesa's `GroupBy`, which reads columns where the groups are array-backed sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mesa.agentset import AbstractAgentSet, GroupBy  # type: ignore[import-untyped]


class ArrayGroupBy(GroupBy):  # type: ignore[misc]
    """What `groupby` returns: `groups` maps each value to an agent set or a list of agents."""

    def agg(self, attr_name: str, func: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """Apply a function to the list of an attribute's values in each group."""
        return {
            value: func(
                group.get(attr_name)
                if isinstance(group, AbstractAgentSet)
                else [getattr(agent, attr_name) for agent in group]
            )
            for value, group in self.groups.items()
        }
