"""What array-backed sets offer beyond Mesa's: columns as arrays, masks, and no Python object without need."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

from fupin.model import agent_table
from fupin.model.agent import ArrayAgent
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import Column
from fupin.model.population import ArrayModel


class Farmer(ArrayAgent):
    land = Column("f8", "mu", "土地", "land", default=1)
    kids = Column("i4", "1", "孩子", "children")
    poor = Column("?", "1", "贫困", "poor")

    def harvest(self) -> None:
        self.land += 1


class Tenant(Farmer):
    rent = Column("f8", "yuan", "地租", "rent", default=50)

    @property
    def kids(self) -> int:  # a subclass may make something else of a column
        return 9


class Shop(ArrayAgent):
    land = Column("i8", "mu", "土地", "land")


class Drifter(ArrayAgent):
    def __init__(self, model: Any, name: str) -> None:
        super().__init__(model)
        self.name = name


def village(n: int = 6) -> tuple[ArrayModel, ArrayAgentSet[Farmer]]:
    model = ArrayModel(rng=1)
    model.add_rows(Farmer, {"land": np.arange(n, dtype=float), "kids": np.arange(n) % 3})
    return model, model.agents_by_type[Farmer]


def test_a_column_of_the_whole_class_is_the_memory_of_the_table() -> None:
    model, farmers = village()
    assert np.shares_memory(farmers.land, model.table(Farmer).arrays["land"])
    farmers.land[2] = 70
    assert farmers.to_list()[2].land == 70


def test_once_somebody_has_left_the_columns_of_a_set_are_those_of_the_living() -> None:
    _, farmers = village()
    farmers.to_list()[1].remove()
    assert farmers.land.tolist() == [0, 2, 3, 4, 5]
    farmers.land = [9, 8, 7, 6, 5]
    farmers.land += 1
    assert farmers.get("land") == [10, 9, 8, 7, 6]


def test_the_table_knows_who_is_alive_and_never_moves_a_row() -> None:
    model, farmers = village(4)
    table = model.table(Farmer)
    farmers.to_list()[2].remove()
    assert table.alive.tolist() == [True, True, False, True]
    assert table.living().tolist() == [0, 1, 3]
    assert table["land"].tolist() == [0, 1, 2, 3]
    assert (table.count, len(table)) == (3, 4)
    with pytest.raises(LookupError, match="no living Farmer in row 2"):
        table.agent(2)
    with pytest.raises(LookupError, match="row -1"):
        table.agent(-1)


def test_a_column_of_a_subset_follows_the_order_of_the_subset() -> None:
    _, farmers = village()
    chosen = farmers.select(np.array([4, 1, 1, 3]))
    assert chosen.land.tolist() == [4, 1, 3]
    chosen.land = [40, 10, 30]
    chosen.kids = 7
    assert farmers.land.tolist() == [0, 10, 2, 30, 40, 5]
    assert farmers.kids.tolist() == [0, 7, 2, 7, 7, 2]


def test_a_mask_selects_and_must_fit() -> None:
    _, farmers = village()
    rich = farmers.select(farmers.land >= 3)
    assert rich.land.tolist() == [3, 4, 5]
    assert farmers.select(farmers.land >= 3, at_most=2).land.tolist() == [3, 4]
    assert farmers.select(farmers.land > 9).land.tolist() == []
    assert farmers.select(rich.land.argsort()[::-1]).land.tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match=r"a mask of shape \(3,\) for 6 agents"):
        farmers.select(rich.land > 0)
    with pytest.raises(IndexError):
        farmers.select(np.array([6]))
    rich.select(rich.land != 4, inplace=True)
    assert rich.land.tolist() == [3, 5]


def test_classes_that_share_a_column_share_it_in_a_mixed_set() -> None:
    model, _ = village(2)
    model.add_rows(Shop, {"land": [100]})
    model.add_rows(Farmer, {"land": [7]})
    assert model.agents.land.tolist() == [0, 1, 100, 7]
    assert model.agents.land.dtype == np.float64
    assert [type(value) for value in model.agents.get("land")] == [float, float, int, float]
    model.agents.land = [1, 2, 3, 4]
    assert model.agents.get("land") == [1, 2, 3, 4]
    model.agents.set("land", 6)
    assert model.agents_by_type[Shop].land.tolist() == [6]


def test_an_empty_set_still_has_its_columns() -> None:
    model, farmers = village()
    nobody = farmers.select(farmers.land < 0)
    assert nobody.land.dtype == np.float64
    assert nobody.land.tolist() == []
    nobody.land = 5
    assert model.agents.select(lambda agent: False).land.tolist() == []
    assert (farmers - farmers).kids.dtype == np.int32
    assert ArrayAgentSet(iter(()), model.random).get("land") == []


def test_a_misspelt_column_is_answered_with_the_nearest_name() -> None:
    model, farmers = village()
    with pytest.raises(AttributeError, match=r"no attribute or column 'lnad'; did you mean 'land'\?"):
        _ = farmers.lnad
    with pytest.raises(AttributeError, match=r"did you mean 'kids'\?"):
        farmers.kid = 3
    model.add_rows(Shop, n=1)
    with pytest.raises(AttributeError, match="no attribute or column 'kids'"):
        _ = model.agents.kids
    with pytest.raises(AttributeError, match="no attribute or column 'name'"):
        _ = ArrayAgentSet([], model.random).name


def test_an_attribute_that_is_no_column_is_none_of_the_set_either() -> None:
    model = ArrayModel(rng=1)
    drifters = Drifter.create_agents(model, 2, ["Li", "Wang"])
    assert drifters.get("name") == ["Li", "Wang"]
    assert not hasattr(drifters, "name")
    assert not hasattr(drifters, "_nothing")


def test_values_must_match_the_set_and_methods_cannot_be_overwritten() -> None:
    _, farmers = village()
    with pytest.raises(ValueError, match="land of 6 agents was given 2 values"):
        farmers.land = [1, 2]
    with pytest.raises(ValueError, match="setting an array element"):
        farmers.set("land", [1, 2])
    with pytest.raises(AttributeError, match="'select' of an agent set cannot be assigned"):
        farmers.select = 3


def test_a_subclass_that_replaces_a_column_is_believed() -> None:
    model = ArrayModel(rng=1)
    tenants = model.add_rows(Tenant, {"rent": [60, 70], "land": 2})
    assert tenants.get("kids") == [9, 9]
    assert tenants.get(["rent", "kids"]) == [[60, 9], [70, 9]]
    assert tenants.groupby("kids").count() == {9: 2}
    with pytest.raises(AttributeError, match="kids"):
        _ = tenants.kids


def test_not_a_number_sorts_and_groups_as_in_mesa() -> None:
    model = ArrayModel(rng=1)
    farmers = model.add_rows(Farmer, {"land": [2, np.nan, 1, np.nan]})
    assert farmers.groupby("land").count().popitem()[1] == 1
    assert len(farmers.groupby("land")) == 4
    ordered = sorted([2, float("nan"), 1], key=lambda value: value)
    assert str(farmers.select(at_most=3).sort("land", ascending=True).get("land")) == str([float(x) for x in ordered])


def test_work_on_whole_sets_makes_no_agent() -> None:
    model, farmers = village(50)
    table = model.table(Farmer)
    derived = farmers.select(farmers.land > 3).sort("land").shuffle() & farmers.select(at_most=0.5)
    derived.set("kids", 1)
    farmers.get(["land", "kids"])
    farmers.get("unique_id")
    farmers.agg("land", [min, max, np.mean])
    farmers.groupby("kids").agg("land", sum)
    farmers.select(agent_type=Farmer)
    assert (derived | farmers) == farmers
    assert derived <= farmers
    model.drop_rows(derived)
    assert table.views == {}
    assert len(farmers) == 50 - 21


def test_an_agent_is_always_the_same_object() -> None:
    model, farmers = village()
    first = farmers.to_list()[0]
    first.nickname = "Lao Li"
    assert next(iter(farmers)) is first
    assert model.table(Farmer).agent(0) is first
    assert farmers.sort("land").to_list()[-1].nickname == "Lao Li"


def test_idle_objects_are_forgotten_and_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_table, "IDLE_VIEWS", 8)
    model, farmers = village(100)
    table = model.table(Farmer)
    held, watched = table.agent(0), table.agent(2)
    table.agent(1).nickname = "Lao Li"
    watch = weakref.ref(watched)
    del watched
    farmers.do("harvest")
    assert len(table.views) <= 12
    assert table.agent(0) is held
    assert table.agent(1).nickname == "Lao Li"
    assert table.agent(2) is watch()
    assert farmers.land.tolist() == list(range(1, 101))


def test_a_set_describes_itself() -> None:
    model, farmers = village(3)
    model.add_rows(Shop, n=1)
    assert repr(farmers) == "<LiveAgentSet of 3 agents (Farmer)>"
    assert repr(model.agents.copy()) == "<ArrayAgentSet of 4 agents (Farmer, Shop)>"
    assert repr(ArrayAgentSet([], model.random)) == "<ArrayAgentSet of 0 agents>"
    assert repr(farmers.to_list()[1]) == "<Farmer 2>"
