"""Who is in an agent set and in which order: an array of keys, or a dict of keys while single agents come and go.

The membership half of `fupin.model.agentset`: construction, iteration, `in`, `add`/`discard`/`remove`, set operators.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Self, overload

import numpy as np
from mesa.agentset import AbstractAgentSet  # type: ignore[import-untyped]

from fupin.model.agent_table import AgentTable
from fupin.model.roster import Keys, Roster

NO_KEYS: Keys = np.zeros(0, np.int64)


class Membership[A](AbstractAgentSet[A], Sequence[A]):  # type: ignore[misc]
    """An ordered set of agent keys of one model that answers as a set of agents.

    A removed agent is in no set: it leaves at once, and adding it has no effect.
    """

    # Either representation, or both in step: an array for whole-set work, a dict for one agent at a time.
    _keys: Keys | None
    _members: dict[int, None] | None
    _roster: Roster | None  # None until the first agent comes
    _table: AgentTable | None  # the table of all members, None if unknown or mixed
    _deaths: int  # removals of the roster already accounted for
    _tampered = False
    random: Random

    def __init__(self, agents: Iterable[A], random: Random | None = None) -> None:
        self._start(None, None, NO_KEYS)
        self._update(agents)
        if random is None and len(self):
            assert self._roster is not None
            random = self._roster.model.random
        elif random is None:
            warnings.warn(
                "No Agents specified in creation of AgentSet and no random number generator specified. "
                "This can make models non-reproducible. Please pass a random number generator explicitly",
                UserWarning,
                stacklevel=2,
            )
            random = Random()
        self.random = random

    def _start(self, roster: Roster | None, table: AgentTable | None, keys: Keys | None) -> None:
        self._roster, self._table, self._keys, self._members = roster, table, keys, None
        self._deaths = roster.deaths if roster is not None else 0

    @classmethod
    def of_keys(cls, roster: Roster | None, table: AgentTable | None, keys: Keys, random: Random) -> Self:
        """A set of living agents given by their keys, without repetition."""
        made = cls.__new__(cls)
        made._start(roster, table, keys)
        made.random = random
        return made

    def _with(self, keys: Keys, inplace: bool = False) -> Self:
        """These keys as the members: of this set itself, or of a new one."""
        if inplace:
            self._replace(keys)
            return self
        return self._made(type(self), keys)

    def _made[S: Membership[Any]](self, kind: type[S], keys: Keys) -> S:
        made = kind.of_keys(self._roster, self._table, keys, self.random)
        made._deaths = self._deaths  # as of when the keys were read: whoever has left since is still to be found
        return made

    def _from_iterable(self, agents: Iterable[A]) -> Self:
        """What the set operators make of agents that come one by one."""
        return self._with(NO_KEYS)._update(agents)

    def _now(self) -> Keys:
        """Keys of the members that are still in the model, in order."""
        keys = self._keys
        if keys is None:
            assert self._members is not None
            keys = np.fromiter(self._members, np.int64, len(self._members))
        if self._roster is not None and self._deaths != self._roster.deaths:
            alive = self._roster.alive(keys)
            if not alive.all():
                keys, self._members = keys[alive], None
            self._deaths = self._roster.deaths
        self._keys = keys
        return keys

    def _lookup(self) -> dict[int, None]:
        """The members as a dict of keys; may hold keys of agents that have left."""
        if self._members is None:
            self._members = dict.fromkeys(self._now().tolist())
        return self._members

    def _replace(self, keys: Keys) -> None:
        self._keys, self._members = keys, None

    def _holds(self, key: int) -> bool:
        """Whether the key of a living agent is that of a member."""
        return key in self._lookup()

    def _key(self, agent: Any) -> int | None:
        """The key of an agent, which decides the model of a set that has none yet; None for a removed agent.

        Raises ValueError for an agent of another model and TypeError for what is no agent of an ArrayModel.
        """
        table = getattr(agent, "_table", None)
        if not isinstance(table, AgentTable):
            raise TypeError(f"{agent!r} is not an agent of an ArrayModel")
        if self._roster is None:
            self._roster, self._deaths = table.roster, table.roster.deaths
        if table.roster is not self._roster:
            raise ValueError(f"{agent!r} belongs to another model than the agents of this set")
        return self._roster.living(agent)

    def _update(self, agents: Iterable[A]) -> Self:
        if isinstance(agents, Membership) and (self._roster is None or self._roster is agents._roster):
            keys, self._roster, self._table = agents._now(), agents._roster, agents._table
            self._deaths = agents._deaths
        else:
            found = dict.fromkeys(key for agent in agents if (key := self._key(agent)) is not None)
            keys, self._table = np.fromiter(found, np.int64, len(found)), None
        self._replace(keys)
        return self

    def copy(self) -> Self:
        """A new set of the same agents in the same order, with the same random generator."""
        return self._with(self._now())

    def __copy__(self) -> Self:
        return self.copy()

    # ---- one agent at a time ----------------------------------------------------------------------------------------

    def add(self, agent: A) -> None:
        """Put an agent at the end, unless it is in the set; an agent that has left the model is not put anywhere."""
        key = self._key(agent)
        if key is not None and not self._holds(key):
            assert self._roster is not None
            if self._roster.table_of(key) is not self._table:
                self._table = None
            members = self._lookup()
            members.pop(key, None)
            members[key] = None
            self._keys = None

    def discard(self, agent: A) -> None:
        """Take an agent out of the set if it is there; the agent stays in the model."""
        if agent in self:
            self.remove(agent)

    def remove(self, agent: A) -> None:
        """Take an agent out of the set; the agent stays in the model. Raises KeyError if it is not in the set."""
        key = self._roster.living(agent) if self._roster is not None else None
        if key is None or not self._holds(key):
            raise KeyError(agent)
        del self._lookup()[key]
        self._keys = None

    def clear(self) -> None:
        """Take all agents out of the set."""
        self._replace(NO_KEYS)

    def __len__(self) -> int:
        return len(self._now())

    def __contains__(self, agent: object) -> bool:
        key = self._roster.living(agent) if self._roster is not None else None
        return key is not None and self._holds(key)

    def __iter__(self) -> Iterator[A]:
        return self._walk(self._now().tolist())

    def _walk(self, keys: list[int]) -> Iterator[A]:
        """The agents of these keys, except those that leave before their turn comes."""
        roster = self._roster
        if roster is None:
            return
        start, agent_of = roster.deaths, roster.agent
        for key in keys:
            if (roster.deaths == start or roster.lives(key)) and (not self._tampered or self._holds(key)):
                yield agent_of(key)

    def to_list(self) -> list[A]:
        """All agents of the set as a list."""
        return self._roster.agents(self._now().tolist()) if self._roster is not None else []

    @overload
    def __getitem__(self, item: int) -> A: ...
    @overload
    def __getitem__(self, item: slice) -> list[A]: ...
    def __getitem__(self, item: int | slice) -> A | list[A]:
        """The agent at a position or the list of agents of a slice; Mesa deprecates this in favour of `to_list`."""
        warnings.warn(
            "AgentSet.__getitem__ is deprecated and will be removed in Mesa 4.0. "
            "Use AgentSet.to_list()[index] instead. "
            "See https://mesa.readthedocs.io/latest/migration_guide.html#AgentSet-sequence-behavior",
            PendingDeprecationWarning,
            stacklevel=2,
        )
        picked: A | list[A] = self._at(item)
        return picked

    def _at(self, item: int | slice) -> Any:
        keys = self._now()
        if self._roster is None:
            return ([])[item]
        if isinstance(item, slice):
            return self._roster.agents(keys[item].tolist())
        return self._roster.agent(keys.data[operator.index(item)])

    # ---- set operators: as collections.abc.Set defines them, on keys where both sides have them ---------------------

    def _kin(self, other: object) -> Keys | None:
        """Keys of another set of the same model."""
        return other._now() if isinstance(other, Membership) and other._roster is self._roster else None

    def _common(self, table: AgentTable | None) -> None:
        if table is not self._table:
            self._table = None

    def __and__(self, other: Any) -> Any:
        theirs = self._kin(other)
        if theirs is None:
            return super().__and__(other)
        return self._with(theirs[np.isin(theirs, self._now())])  # in the order of the other, as Mesa's do

    def __or__(self, other: Any) -> Any:
        theirs = self._kin(other)
        if theirs is None:
            return super().__or__(other)
        mine = self._now()
        joined = self._with(np.concatenate([mine, theirs[~np.isin(theirs, mine)]]))
        joined._common(other._table)
        return joined

    def __ior__(self, other: Any) -> Self:
        if self._kin(other) is None:
            for agent in other:
                self.add(agent)
        else:
            self._replace((self | other)._now())
            self._common(other._table)
        return self

    def __sub__(self, other: Any) -> Any:
        theirs = self._kin(other)
        if theirs is None:
            return super().__sub__(other)
        mine = self._now()
        return self._with(mine[~np.isin(mine, theirs)])

    def __isub__(self, other: Any) -> Self:
        if self._kin(other) is None:
            for agent in other:
                self.discard(agent)
        else:
            self._replace((self - other)._now())
        return self

    def __xor__(self, other: Any) -> Any:
        return super().__xor__(other) if self._kin(other) is None else (self - other) | (other - self)

    def __le__(self, other: Any) -> Any:
        theirs = self._kin(other)
        return super().__le__(other) if theirs is None else bool(np.isin(self._now(), theirs).all())

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Whether the two have no agent in common."""
        theirs = self._kin(other)
        return bool(super().isdisjoint(other)) if theirs is None else not np.isin(theirs, self._now()).any()
