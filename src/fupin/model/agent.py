"""Agents whose declared attributes live in columns.

    class Household(ArrayAgent):
        land = Column("f8", "mu", "土地", "land")

        def step(self):
            self.land += 1

Everything else is a Mesa agent: a plain `mesa.Agent` subclass becomes array-backed by inheriting from `ArrayAgent`
instead, and declares as many or as few columns as it likes. Attributes that are not declared stay in the object, which
lives as long as the agent does. Mesa's agents of cell spaces work by mixing: `class Sheep(ArrayAgent, CellAgent)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from mesa import Agent  # type: ignore[import-untyped]

from fupin.errors import nearest
from fupin.model.agent_table import AgentTable, UniqueId
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import columns_of

if TYPE_CHECKING:
    from fupin.model.population import ArrayModel


class ArrayAgent(Agent):  # type: ignore[misc]
    """One agent, seen through its row of the table of its class.

    `Household(model, land=3.0)` registers a new one, with the given columns and defaults for the others. A subclass
    with an `__init__` of its own calls `super().__init__(model)` before it writes to columns. Pickling or deep-copying
    an agent brings its model, as with Mesa.
    """

    _row: int
    _table: AgentTable
    model: Any
    unique_id = UniqueId()
    pos: Any = None

    def __init__(self, model: ArrayModel, *args: Any, **values: Any) -> None:
        declared = columns_of(type(self)) if values else {}
        given = {name: values.pop(name) for name in list(values) if name in declared}
        if values and getattr(super(Agent, self).__init__, "__objclass__", None) is object:  # nobody else to take them
            name = next(iter(values))
            raise TypeError(f"{type(self).__name__} has no column {name!r}; {nearest(name, declared)}")
        super().__init__(model, *args, **values)
        for name, value in given.items():
            setattr(self, name, value)

    @classmethod
    def _view(cls, table: AgentTable, row: int) -> Self:
        """The object for a row that was registered without one."""
        view = object.__new__(cls)
        view._row, view._table, view.model = row, table, table.roster.model
        return view

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>" if hasattr(self, "_table") else object.__repr__(self)

    def __copy__(self) -> Self:
        raise TypeError("an agent is a row of its table and cannot be copied alone; deepcopy takes its model along")

    @classmethod
    def create_agents(cls, model: ArrayModel, n: int, *args: Any, **kwargs: Any) -> ArrayAgentSet[Self]:
        """Create `n` agents. A list, tuple, array or Series of length `n` has a value for each, the rest is for all.

        A class that has no `__init__` of its own gets its columns filled without a Python step for each agent.
        """
        columnar = all(np.ndim(value) == 0 or np.shape(value) == (n,) for value in kwargs.values())
        if cls._is_plain() and not args and set(kwargs) <= set(columns_of(cls)) and columnar:
            return model.add_rows(cls, kwargs, n)
        made = [
            cls(model, *positional, **dict(zip(kwargs, named, strict=True)))
            for positional, named in zip(_records(args, n), _records(kwargs.values(), n), strict=True)
        ]
        return ArrayAgentSet(made, model.random)

    @classmethod
    def from_dataframe(cls, model: ArrayModel, df: pd.DataFrame, **kwargs: Any) -> ArrayAgentSet[Self]:
        """Create an agent from each row of a table, whose columns (and the constants in `kwargs`) go to `__init__`.

        Raises TypeError for a sequence among the constants.
        """
        for key, value in kwargs.items():
            if isinstance(value, SEQUENCES):
                raise TypeError(
                    f"from_dataframe does not support sequence data in kwargs ({key!r}). "
                    "Please add this data to the DataFrame before calling from_dataframe."
                )
        given: dict[str, Any] = {**{str(name): df[name].to_numpy() for name in df.columns}, **kwargs}
        if cls._is_plain() and set(given) <= set(columns_of(cls)):
            return model.add_rows(cls, given, len(df))
        records: list[dict[Any, Any]] = df.to_dict(orient="records")
        made = [cls(model, **(record | kwargs)) for record in records]
        return ArrayAgentSet(made, model.random)

    @classmethod
    def _is_plain(cls) -> bool:
        """Whether making an agent does nothing but fill its columns."""
        return cls.__init__ is ArrayAgent.__init__ and cls.__new__ is object.__new__


SEQUENCES = (list, np.ndarray, tuple, pd.Series)


def _records(arguments: Iterable[Any], n: int) -> list[tuple[Any, ...]]:
    """For each of `n` agents, its value of each argument."""
    columns = [list(value) if isinstance(value, SEQUENCES) and len(value) == n else [value] * n for value in arguments]
    return list(zip(*columns, strict=True)) if columns else [()] * n
