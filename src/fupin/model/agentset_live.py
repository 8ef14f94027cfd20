"""The sets a model keeps of its agents: all of them, and those of each class, always up to date.

As long as nobody reorders or edits such a set it stores nothing: its members are the living rows of its tables in the
order of registration, and its columns are windows on the table.
"""

from __future__ import annotations

from typing import Any, Self

from fupin.model.agent_table import SHIFT, AgentTable
from fupin.model.agentset import ArrayAgentSet, Part
from fupin.model.roster import Keys, Roster


class LiveAgentSet[A](ArrayAgentSet[A]):
    """`model.agents` and the sets of `model.agents_by_type`; what is derived from it is a plain `ArrayAgentSet`.

    Like Mesa's own it is not meant to be edited directly, and like Mesa's it allows it.
    """

    @classmethod
    def of(cls, roster: Roster, table: AgentTable | None) -> Self:
        """The living agents of a table, or of the whole model."""
        made = cls.__new__(cls)
        made._start(roster, table, None)
        made.random = roster.model.random
        return made

    def _with(self, keys: Keys, inplace: bool = False) -> Any:
        if inplace:
            self._replace(keys)
            return self
        return self._made(ArrayAgentSet, keys)

    def _now(self) -> Keys:
        roster = self._roster
        assert roster is not None
        if self._tampered:
            return super()._now()
        if self._keys is None or self._deaths != roster.deaths:
            self._keys = roster.keys() if self._table is None else self._table.base + self._table.living()
            self._deaths = roster.deaths
        return self._keys

    def _lookup(self) -> dict[int, None]:
        members = super()._lookup()
        self._tampered = True  # whoever asks for the dict may write to it
        return members

    def _replace(self, keys: Keys) -> None:
        super()._replace(keys)
        self._tampered = True

    def _enrol(self, first: int, last: int) -> None:
        """Newly registered keys join at the end."""
        if self._tampered:
            self._lookup().update(dict.fromkeys(range(first, last)))
        if self._keys is not None:
            self._keys = None

    def _holds(self, key: int) -> bool:
        if self._tampered:
            return super()._holds(key)
        return self._table is None or key >> SHIFT == self._table.base >> SHIFT

    def __len__(self) -> int:
        if self._tampered or self._roster is None:
            return super().__len__()
        return self._table.count if self._table is not None else sum(table.count for table in self._roster.tables)

    def __getitem__(self, item: Any) -> Any:
        """The agent at a position or the list of agents of a slice."""
        return self._at(item)

    def _parts(self) -> list[Part]:
        table = self._table
        if self._tampered or table is None:
            return super()._parts()
        return [(table, slice(0, table.n) if table.count == table.n else table.living(), slice(None))]
