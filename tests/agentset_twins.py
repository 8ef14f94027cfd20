"""The same little farm on Mesa and on array-backed agents, and a script of operations to run on each of them.

A farm has cows and hens, named in order of birth. `run` performs a list of operations and returns everything that can
be seen of them: names in order, values, types of exceptions, and a last random number, which shows that just as many
were drawn.
"""

from __future__ import annotations

import copy
import operator
import pickle
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import mesa
from mesa.agentset import AgentSet

from fupin.model.agent import ArrayAgent
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import Column
from fupin.model.population import ArrayModel


class Tended:
    """What every animal can do, on Mesa and here."""

    name: str
    weight: float
    age: int
    model: Any

    def fed(self, amount: float = 1.0) -> str:
        self.weight += amount
        return f"{self.name} weighs {self.weight}"

    def slaughter_two(self) -> str:
        """Remove the next two animals by name, perhaps oneself."""
        names = sorted(animal.name for animal in self.model.agents)
        at = names.index(self.name)
        doomed = names[at : at + 2]
        for animal in list(self.model.agents):
            if animal.name in doomed:
                animal.remove()
        return self.name

    def calve(self) -> str:
        type(self)(self.model, self.name + "'", self.weight / 2, 0)
        return self.name


class MesaCow(Tended, mesa.Agent):
    def __init__(self, model: Any, name: str, weight: float, age: int) -> None:
        super().__init__(model)
        self.name, self.weight, self.age = name, weight, age


class MesaHen(MesaCow):
    eggs = 3


class PlainCow(Tended, ArrayAgent):
    def __init__(self, model: Any, name: str, weight: float, age: int) -> None:
        super().__init__(model)
        self.name, self.weight, self.age = name, weight, age


class PlainHen(PlainCow):
    eggs = 3


class ColumnCow(Tended, ArrayAgent):
    weight = Column("f8", "kg", "体重", "weight")
    age = Column("i4", "years", "年龄", "age")

    def __init__(self, model: Any, name: str, weight: float, age: int) -> None:
        super().__init__(model)
        self.name, self.weight, self.age = name, weight, age


class ColumnHen(ColumnCow):
    eggs = 3


WORLDS: dict[str, tuple[Any, Any, Any, Any]] = {
    "mesa": (mesa.Model, AgentSet, MesaCow, MesaHen),
    "plain": (ArrayModel, ArrayAgentSet, PlainCow, PlainHen),
    "columns": (ArrayModel, ArrayAgentSet, ColumnCow, ColumnHen),
    "guests": (ArrayModel, ArrayAgentSet, MesaCow, MesaHen),
}


class Farm:
    """A model with some animals and a pool of sets of them."""

    def __init__(self, world: str, animals: int = 7, seed: int = 42) -> None:
        model, self.set_class, self.cow, self.hen = WORLDS[world]
        self.model = model(rng=seed)
        for number in range(animals):
            self.born(number)
        self.sets: list[Any] = [self.model.agents]

    def born(self, number: int) -> Any:
        kind = self.hen if number % 3 == 2 else self.cow
        return kind(self.model, f"{chr(97 + number % 26)}{number}", float(number * 7 % 5), number % 4)

    def pick(self, number: int) -> Any:
        return self.sets[number % len(self.sets)]

    def animal(self, number: int) -> Any:
        every = self.model.agents.to_list()
        return every[number % len(every)]


def names(agents: Iterable[Any]) -> list[str]:
    return [agent.name for agent in agents]


def _keep(farm: Farm, made: Any) -> Any:
    if len(made):  # an empty set of Mesa's operators has a generator of its own, seeded by nobody
        farm.sets.append(made)
    return names(made)


def _copied(farm: Farm, j: int) -> Any:
    """Operators are compared on derived sets: those of a model's own set hold removed agents fast in Mesa."""
    return copy.copy(farm.pick(j))


def _even(animal: Any) -> bool:
    return int(animal.age) % 2 == 0


def _struck_off(farm: Farm, animal: Any, own: Any) -> bool:
    """Taken by hand out of one of the two sets of the model that hold it: allowed, though warned against."""
    held = animal in farm.model.agents and animal in farm.model.agents_by_type[type(animal)]
    if held:
        own.remove(animal)
    return held


def _renamed(farm: Farm, i: int) -> list[str]:
    farm.animal(i).name += "*"
    return names(farm.model.agents)


def _groups(grouped: Any) -> Any:
    return {str(key): names(group) for key, group in grouped}, grouped.count(), len(grouped)


SET_RESULTS: dict[str, Callable[[Farm, int, int], Any]] = {
    "even": lambda f, i, j: f.pick(i).select(_even),
    "first": lambda f, i, j: f.pick(i).select(at_most=j),
    "share": lambda f, i, j: f.pick(i).select(at_most=(j % 11) / 10),
    "hens": lambda f, i, j: f.pick(i).select(agent_type=f.hen),
    "even hens": lambda f, i, j: f.pick(i).select(_even, at_most=j % 5, agent_type=f.hen),
    "everything": lambda f, i, j: f.pick(i).select(),
    "copy": lambda f, i, j: copy.copy(f.pick(i)),
    "shuffle": lambda f, i, j: f.pick(i).shuffle(),
    "by weight": lambda f, i, j: f.pick(i).sort("weight", ascending=j % 2 == 0),
    "by name": lambda f, i, j: f.pick(i).sort("name", ascending=j % 2 == 0),
    "by function": lambda f, i, j: f.pick(i).sort(lambda a: (a.age, -a.weight), ascending=j % 2 == 0),
    "shuffle here": lambda f, i, j: f.pick(i).shuffle(inplace=True),
    "sort here": lambda f, i, j: f.pick(i).sort("age", inplace=True),
    "new set": lambda f, i, j: f.set_class(list(f.pick(i)), f.model.random),
    "by type": lambda f, i, j: f.model.agents_by_type[(f.hen, f.cow)[i % 2]],
    "and": lambda f, i, j: _copied(f, i) & _copied(f, j),
    "or": lambda f, i, j: _copied(f, i) | _copied(f, j),
    "minus": lambda f, i, j: _copied(f, i) - _copied(f, j),
    "xor": lambda f, i, j: _copied(f, i) ^ _copied(f, j),
    "and list": lambda f, i, j: _copied(f, i) & list(f.pick(j)),
    "or list": lambda f, i, j: _copied(f, i) | list(f.pick(j)),
    "do": lambda f, i, j: f.pick(i).do("fed", 2.0),
    "shuffle do": lambda f, i, j: f.pick(i).shuffle_do("fed", amount=0.5),
    "do function": lambda f, i, j: f.pick(i).do(lambda a, more: a.fed(more), more=3.0),
    "set": lambda f, i, j: f.pick(i).set("weight", j),
    "set new": lambda f, i, j: f.pick(i).set("mood", "calm"),
    "do slaughter": lambda f, i, j: f.pick(i).do("slaughter_two"),
    "shuffle slaughter": lambda f, i, j: f.pick(i).shuffle_do("slaughter_two"),
    "do calve": lambda f, i, j: f.pick(i).select(at_most=2).do("calve"),
    "group by age": lambda f, i, j: f.pick(i).groupby("age").groups[j % 4],
}
IN_PLACE: dict[str, Callable[[Farm, int, int], Any]] = {  # on derived sets: Mesa warns against editing the model's own
    "select here": lambda f, i, j: _copied(f, i).select(_even, inplace=True),
    "clear": lambda f, i, j: _copied(f, i).clear(),
    "or here": lambda f, i, j: operator.ior(_copied(f, i), _copied(f, j)),
    "and here": lambda f, i, j: operator.iand(_copied(f, i), _copied(f, j)),
    "minus here": lambda f, i, j: operator.isub(_copied(f, i), _copied(f, j)),
    "xor here": lambda f, i, j: operator.ixor(_copied(f, i), list(f.pick(j))),
    "update": lambda f, i, j: _copied(f, i)._update(f.pick(j)),
}
VALUES: dict[str, Callable[[Farm, int, int], Any]] = {
    "born": lambda f, i, j: f.born(i).name,
    "removed": lambda f, i, j: f.animal(i).remove(),
    "removed twice": lambda f, i, j: (lambda a: (a.remove(), a.remove(), a in f.model.agents))(f.animal(i)),
    "deregistered": lambda f, i, j: (lambda a: (f.model.deregister_agent(a), f.model.deregister_agent(a)))(f.animal(i)),
    "renamed": lambda f, i, j: _renamed(f, i),
    "add": lambda f, i, j: (_copied(f, i).add(f.animal(j)), names(f.pick(i))),
    "added": lambda f, i, j: (s := _copied(f, i), s.add(f.animal(j)), names(s))[2],
    "discarded": lambda f, i, j: (s := _copied(f, i), s.discard(f.animal(j)), names(s))[2],
    "taken out": lambda f, i, j: (s := _copied(f, i), s.remove(f.animal(j)), names(s))[2],
    "popped": lambda f, i, j: (s := _copied(f, i), s.pop().name, names(s))[1:],
    "contains": lambda f, i, j: [f.animal(j) in s for s in f.sets],
    "lengths": lambda f, i, j: [(len(s), bool(s)) for s in f.sets],
    "contents": lambda f, i, j: [names(s) for s in f.sets],
    "item": lambda f, i, j: f.pick(i)[j].name,
    "last": lambda f, i, j: f.pick(i)[-1].name,
    "slice": lambda f, i, j: names(f.pick(i)[1:j:2]),
    "list": lambda f, i, j: names(f.pick(i).to_list()),
    "position": lambda f, i, j: _copied(f, i).index(f.animal(j)),
    "occurrences": lambda f, i, j: _copied(f, i).count(f.animal(j)),
    "reversed": lambda f, i, j: names(reversed(_copied(f, i))),
    "get": lambda f, i, j: f.pick(i).get("weight"),
    "get several": lambda f, i, j: f.pick(i).get(["name", "age", "weight"]),
    "get columns": lambda f, i, j: f.pick(i).get(["age", "weight"]),
    "get nothing": lambda f, i, j: f.pick(i).get([]),
    "get ids": lambda f, i, j: f.pick(i).get("unique_id"),
    "get eggs": lambda f, i, j: f.pick(i).get("eggs"),
    "get eggs or none": lambda f, i, j: f.pick(i).get("eggs", handle_missing="default"),
    "get mood": lambda f, i, j: f.pick(i).get(["mood", "weight"], handle_missing="default", default_value="?"),
    "get wrongly": lambda f, i, j: f.pick(i).get("weight", handle_missing="ignore"),
    "agg": lambda f, i, j: f.pick(i).agg("weight", sum),
    "agg several": lambda f, i, j: f.pick(i).agg("age", [min, max, len, type]),
    "map": lambda f, i, j: f.pick(i).map("fed"),
    "map function": lambda f, i, j: f.pick(i).map(lambda a, b: a.name * b, 2),
    "map slaughter": lambda f, i, j: f.pick(i).map("slaughter_two"),
    "groups": lambda f, i, j: _groups(f.pick(i).groupby("age")),
    "groups of lists": lambda f, i, j: _groups(f.pick(i).groupby("name", result_type="list")),
    "groups by function": lambda f, i, j: _groups(f.pick(i).groupby(lambda a: a.weight > 2)),
    "group map": lambda f, i, j: list(f.pick(i).groupby("age").map(lambda g: names(g)).items()),
    "group map name": lambda f, i, j: f.pick(i).groupby("age").map("get", "weight"),
    "group do": lambda f, i, j: names(f.pick(i).groupby("age").do("do", "fed").groups[0]),
    "group shuffle": lambda f, i, j: f.pick(i).groupby("age").do("shuffle", inplace=True).map(lambda g: names(g)),
    "group agg": lambda f, i, j: f.pick(i).groupby("age").agg("weight", max),
    "group agg lists": lambda f, i, j: f.pick(i).groupby("age", "list").agg("weight", lambda v: (type(v), v)),
    "equal": lambda f, i, j: (f.pick(i) == f.pick(j), f.pick(i) != f.pick(j)),
    "subset": lambda f, i, j: (f.pick(i) <= f.pick(j), f.pick(i) < f.pick(j)),
    "superset": lambda f, i, j: (f.pick(i) >= f.pick(j), f.pick(i) > f.pick(j)),
    "disjoint": lambda f, i, j: f.pick(i).isdisjoint(f.pick(j)),
    "against a set": lambda f, i, j: (f.pick(i) == set(f.pick(j)), f.pick(i) <= set(f.pick(j))),
    "hash": lambda f, i, j: hash(f.pick(i)),
    "types": lambda f, i, j: [kind.__name__[-3:] for kind in f.model.agent_types],
    "own id": lambda f, i, j: setattr(f.animal(i), "unique_id", j),
    "pickled set": lambda f, i, j: names(pickle.loads(pickle.dumps(f.pick(i)))),
    "pickled agent": lambda f, i, j: names(pickle.loads(pickle.dumps(f.animal(i))).model.agents),
    "struck off": lambda f, i, j: _struck_off(f, f.animal(i), f.model.agents),
    "struck off by type": lambda f, i, j: _struck_off(f, f.animal(i), f.model.agents_by_type[f.cow]),
    "put back": lambda f, i, j: f.model.agents.add(f.model.agents_by_type[f.cow].to_list()[i]),
    "ordered": lambda f, i, j: names(f.model.agents_by_type[f.cow].sort("name", inplace=True)),
    "selected": lambda f, i, j: (
        j == 13 and names(f.model.agents.select(lambda a: type(a) is f.cow or _even(a), inplace=True))
    ),
    "returned": lambda f, i, j: (lambda a: (a.remove(), f.model.register_agent(a), a.unique_id))(f.animal(i)),
    "registered twice": lambda f, i, j: (lambda a: (f.model.register_agent(a), a.unique_id))(f.animal(i)),
    "remove all": lambda f, i, j: f.model.remove_all_agents() if j == 13 else None,
}
OPERATIONS = {
    **{name: lambda f, i, j, op=op: _keep(f, op(f, i, j)) for name, op in SET_RESULTS.items()},
    **{name: lambda f, i, j, op=op: (lambda made: made and names(made))(op(f, i, j)) for name, op in IN_PLACE.items()},
    **VALUES,
}


def run(world: str, script: Iterable[tuple[str, int, int]], farm: Farm | None = None) -> list[Any]:
    """Everything that can be seen of a script: for each operation its outcome, at the end the state of the farm."""
    farm = farm or Farm(world)
    seen: list[Any] = []
    for operation, i, j in script:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                outcome = OPERATIONS[operation](farm, i, j)
            except Exception as error:  # the two must fail alike, whatever the failure
                outcome = type(error)
        kinds = sorted({warning.category.__name__ for warning in caught if warning.category is not UserWarning})
        seen.append((operation, outcome, kinds))
    seen.append([names(agents) for agents in farm.sets])
    seen.append([(animal.name, animal.unique_id, animal.weight, animal.age) for animal in farm.model.agents])
    seen.append((farm.model.random.random(), farm.model.rng.random()))
    return seen
