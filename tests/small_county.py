"""A small county for tests of models: households and migrants in tables, officials as plain Mesa agents."""

from __future__ import annotations

from typing import Any

import mesa
from mesa.discrete_space import CellAgent

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column
from fupin.model.population import ArrayModel


class Household(ArrayAgent):
    land = Column("f8", "mu", "土地", "land", default=1)
    size = Column("i4", "1", "人口", "persons", default=4)

    def harvest(self) -> None:
        self.land += 1


class Migrant(Household):
    city = Column("i4", "1", "城市", "city")

    def __init__(self, model: Any, city: int = 1, name: str = "") -> None:
        super().__init__(model)
        self.city, self.name = city, name

    def remove(self) -> None:
        self.model.gone.append(self.name)
        super().remove()


class Official(mesa.Agent):
    def __init__(self, model: Any, rank: int) -> None:
        super().__init__(model)
        self.rank = rank


class Walker(ArrayAgent, CellAgent):
    steps = Column("i4", "1", "步数", "steps")

    def step(self) -> None:
        self.cell = self.cell.neighborhood.select_random_cell()
        self.steps += 1


class County(ArrayModel):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gone: list[str] = []

    def step(self) -> None:
        self.agents.shuffle_do("harvest")
