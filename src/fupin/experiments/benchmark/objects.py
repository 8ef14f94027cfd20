"""The same rules on plain Mesa agents: one Python object a household or person, floats, `math`, draws supplied.

Both sides apply the same bodies to the same state: the columns in blocks, the objects one by one with `AgentSet.do`.
The states afterwards must agree, or the comparison is worth nothing.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mesa  # type: ignore[import-untyped]
import numpy as np

from fupin.experiments.benchmark.core import core_of, numpy_quarter, repeated
from fupin.model.columns import Rows
from fupin.model.processes import household_sums, settle, years
from fupin.model.rules.vocabulary import scalar

if TYPE_CHECKING:
    from fupin.experiments.benchmark.core import Core, Step
    from fupin.model.region import Region

type Body = Callable[[Any], None]  # what happens to one agent


class PlainAgent(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent as users write them: attributes in the object, one `step`."""

    def __init__(self, model: mesa.Model, values: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(values)

    def step(self) -> None:
        """The rules."""
        self.model.body(self)


@dataclass(frozen=True)
class Comparison:
    """Nanoseconds an agent on each side in each repeat, of the same rules on the same numbers.

    `difference` is the largest relative one afterwards; `making` are nanoseconds an object, `bytes_each` its size.
    """

    agents: int
    columns: list[float]
    objects: list[float]
    difference: float
    making: float
    bytes_each: float

    @property
    def ratio(self) -> float:
        """How many times quicker the columns are."""
        return min(self.objects) / min(self.columns)


def compare_households(region: Region, repeats: int = 5, quarter: Callable[[Core], Step] = numpy_quarter) -> Comparison:
    """The household quarter (produce, earn, receive, spend, invest, feel) without booking, in the region's month.

    `quarter` makes the step of the engine that works on the columns.
    """
    core = core_of(region)
    p, draws = core.values, core.draws
    bodies = [scalar(phase) for phase in settle.PHASES]
    places = _records(core.villages | {"village_productivity": core.villages["productivity"]})
    by_uid = dict(zip(core.table["uid"].tolist(), _records(draws), strict=True))

    def one(h: Any) -> None:
        f, v, d = SimpleNamespace(), places[h.village], by_uid[h.uid]
        for phase in bodies:
            phase(h, v, p, d, f)

    return _compare(region, "household", quarter(core), one, repeats)


def compare_persons(region: Region, repeats: int = 5) -> Comparison:
    """January of a person: luck, learning, capacity and pay."""
    p, table = region.p, region.table_of("person")
    shocks = region.draws.normal(years.WAGE_LUCK, region.month, table["uid"])

    def columns() -> None:
        for person in table.blocks(household_sums.PERSONS):
            able = person.span.start + np.flatnonzero(person.able)
            years.luck_of_worker(Rows(person.table, able), p, shocks[able])
            household_sums.earn_by_capacity(person, p)

    luck, earn = scalar(years.luck_of_worker), scalar(household_sums.earn_by_capacity)
    by_uid = dict(zip(table["uid"].tolist(), shocks.tolist(), strict=True))

    def one(person: Any) -> None:
        if person.able:
            luck(person, p, by_uid[person.uid])
        earn(person, p)

    return _compare(region, "person", columns, one, repeats)


def _compare(region: Region, kind: str, columns: Callable[[], None], one: Body, repeats: int) -> Comparison:
    table = region.table_of(kind)
    before = {name: table[name].copy() for name in table.columns}
    tracemalloc.start()
    sample = _plain_agents(before, min(len(table), 2000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    bytes_each = held / len(sample.agents)
    del sample
    begun = time.perf_counter()
    model = _plain_agents(before, len(table))
    making = time.perf_counter() - begun
    model.body = one
    objects = repeated(lambda: model.agents.do("step"), 1)
    columns()
    difference = max(_differences(table, list(model.agents)))
    objects += repeated(lambda: model.agents.do("step"), max(repeats // 2, 1))
    seconds = repeated(columns, 4 * repeats)
    for name, values in before.items():
        table[name] = values
    per = 1e9 / len(table)
    return Comparison(
        len(table), [per * x for x in seconds], [per * x for x in objects], difference, per * making, bytes_each
    )


def _records(columns: dict[str, Any]) -> list[SimpleNamespace]:
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in rows]


def _plain_agents(columns: dict[str, Any], count: int) -> mesa.Model:
    model = mesa.Model(rng=1)
    for row in zip(*(column[:count].tolist() for column in columns.values()), strict=True):
        PlainAgent(model, dict(zip(columns, row, strict=True)))
    return model


def _differences(table: Any, agents: list[Any]) -> Iterator[float]:
    for name in table.columns:
        here, there = table[name].astype(float), np.array([getattr(agent, name) for agent in agents], float)
        yield float(np.max(np.abs(here - there) / np.maximum(np.abs(here), 1.0)))
