"""Agents come into a model whose agents live in tables, and leave it."""

from __future__ import annotations

import gc
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest
from small_county import County, Household, Migrant, Official

from fupin.model.agent import ArrayAgent
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import Column


@pytest.fixture
def county() -> County:
    return County(rng=3)


def test_many_rows_are_registered_at_once(county: County) -> None:
    made = county.add_rows(Household, {"land": np.arange(5.0), "size": 3})
    assert made.get(["unique_id", "land", "size"]) == [[i + 1, i, 3] for i in range(5)]
    assert county.add_rows(Household, n=2).get("land") == [1, 1]
    assert county.agents_by_type[Household] == county.agents
    assert county.agent_types == [Household]
    assert county.agent_id_counter == 8


def test_a_row_added_in_bulk_is_an_agent_like_any_other(county: County) -> None:
    household = county.add_rows(Household, n=1).to_list()[0]
    assert isinstance(household, mesa.Agent)
    assert (household.model, household.pos, household.unique_id) == (county, None, 1)
    assert household.random is county.random
    assert household.rng is county.rng
    household.harvest()
    household.note = ["anything", {"at": "all"}]
    assert county.agents.get(["land", "note"]) == [[2, ["anything", {"at": "all"}]]]
    with pytest.raises(AttributeError, match="nothing"):
        _ = household.nothing


def test_what_does_not_fit_is_refused_before_anything_is_registered(county: County) -> None:
    with pytest.raises(KeyError, match="did you mean 'land'"):
        county.add_rows(Household, {"lnad": [1, 2]})
    with pytest.raises(ValueError, match=r"column 'size' of 2 new agents was given the shape \(3,\)"):
        county.add_rows(Household, {"land": [1, 2], "size": [1, 2, 3]})
    with pytest.raises(ValueError, match="how many agents of Household"):
        county.add_rows(Household, {"land": 1})
    with pytest.raises(ValueError, match="could not convert"):
        county.add_rows(Household, {"land": ["much", "little"]})
    assert len(county.agents) == 0
    assert county.agent_id_counter == 1


def test_an_agent_made_by_its_class_takes_columns_as_arguments(county: County) -> None:
    household = Household(county, land=7)
    assert (household.land, household.size) == (7, 4)
    with pytest.raises(TypeError, match=r"Household has no column 'lend'; did you mean 'land'\?"):
        Household(county, lend=7)


def test_agents_made_at_once_equal_agents_made_one_by_one() -> None:
    by_columns, one_by_one = County(rng=1), County(rng=1)
    made = Household.create_agents(by_columns, 3, land=[1, 2, 3], size=np.array([4, 5, 6]))
    for land, size in [(1, 4), (2, 5), (3, 6)]:
        Household(one_by_one, land=land, size=size)
    fields = ["unique_id", "land", "size", "pos"]
    assert made.get(fields) == one_by_one.agents.get(fields)
    assert Household.create_agents(by_columns, 2).get("land") == [1, 1]
    assert Household.create_agents(by_columns, 2, land=pd.Series([8, 9], index=[5, 6])).get("land") == [8, 9]
    assert len(Household.create_agents(by_columns, 0)) == 0
    with pytest.raises(ValueError, match="setting an array element"):
        Household.create_agents(by_columns, 2, land=[1, 2, 3])


def test_agents_with_an_init_of_their_own_are_made_by_it(county: County) -> None:
    made = Migrant.create_agents(county, 3, [5, 6, 7], name=("a", "b", "c"))
    assert made.get(["city", "name"]) == [[5, "a"], [6, "b"], [7, "c"]]
    assert Migrant.create_agents(county, 2, 1, name="same").get(["city", "name"]) == [[1, "same"]] * 2
    assert isinstance(made, ArrayAgentSet)
    assert len(made) == 3


def test_agents_come_from_a_data_frame(county: County) -> None:
    frame = pd.DataFrame({"land": [1.5, 2.5], "size": [3, 5]}, index=[7, 8])
    assert Household.from_dataframe(county, frame).get(["land", "size"]) == [[1.5, 3], [2.5, 5]]
    assert Household.from_dataframe(county, frame[["land"]], size=9).get("size") == [9, 9]
    people = Migrant.from_dataframe(county, pd.DataFrame({"name": ["x", "y"]}), city=2)
    assert people.get(["name", "city"]) == [["x", 2], ["y", 2]]
    assert [type(name) for name in people.get("name")] == [str, str]
    with pytest.raises(TypeError, match="sequence data in kwargs"):
        Household.from_dataframe(county, frame, size=[1, 2])
    with pytest.raises(TypeError, match="has no column 'depth'"):
        Household.from_dataframe(county, pd.DataFrame({"depth": [1]}))


def test_a_user_may_assign_any_unique_id_and_the_row_stays_the_identity(county: County) -> None:
    first, second = county.add_rows(Household, n=3).to_list()[:2]
    first.unique_id, second.unique_id = "Zhang", 1
    assert county.agents.get("unique_id") == ["Zhang", 1, 3]
    assert first is county.agents.to_list()[0]
    assert Household(county).unique_id == 4


@pytest.mark.parametrize("name", ["sort", "unique_id", "model", "pos", "random", "step"])
def test_a_column_cannot_take_a_name_that_agents_or_sets_use(county: County, name: str) -> None:
    odd = type("Odd", (ArrayAgent,), {name: Column("i4", "1", "种类", "kind")})
    with pytest.raises(TypeError, match=f"column {name!r} of Odd: agents or agent sets use this name"):
        county.add_rows(odd, n=1)


def test_the_table_grows_and_earlier_agents_keep_their_values(county: County) -> None:
    first = Household(county, land=5)
    for number in range(200):
        Household(county, land=number)
    assert first.land == 5
    assert county.agents.land.tolist() == [5, *range(200)]
    assert county.table(Household).alive.sum() == 201


def test_two_models_share_nothing() -> None:
    one, two = County(rng=1), County(rng=1)
    for model in one, two:
        model.add_rows(Household, {"land": [1, 2]})
    one.agents.land = 9
    one.agents.to_list()[0].note = "here only"
    one.agents.to_list()[1].remove()
    assert two.agents.get("land") == [1, 2]
    assert two.agents.get("note", "default") == [None, None]
    assert one.table(Household) is not two.table(Household)
    assert not any(agent in two.agents for agent in one.agents)
    assert (one.agents.copy() & two.agents.copy()).to_list() == []
    assert one.agents != two.agents


def test_a_set_is_of_one_model_and_of_array_models_only(county: County) -> None:
    stranger, official = Household(County(rng=1)), Official(mesa.Model(rng=1), 3)
    members = ArrayAgentSet([Household(county)])
    assert members.random is county.random
    for method in members.add, lambda agent: ArrayAgentSet([*members, agent]):
        with pytest.raises(ValueError, match="belongs to another model"):
            method(stranger)
        with pytest.raises(TypeError, match="not an agent of an ArrayModel"):
            method(official)
    for nobody in stranger, official, 5, [], None:
        assert nobody not in members
        members.discard(nobody)
        with pytest.raises(KeyError):
            members.remove(nobody)


def test_an_empty_set_needs_a_generator(county: County) -> None:
    with pytest.warns(UserWarning, match="No Agents specified in creation of AgentSet"):
        empty: ArrayAgentSet[Household] = ArrayAgentSet([])
    assert (len(empty), list(empty), empty.to_list()) == (0, [], [])
    empty.add(Household(county, land=4))
    assert empty.land.tolist() == [4]


def test_indexing_a_set_is_deprecated_as_in_mesa(county: County) -> None:
    made = county.add_rows(Household, n=3)
    with pytest.warns(PendingDeprecationWarning, match="AgentSet.__getitem__ is deprecated"):
        assert made[-1].unique_id == 3
    with pytest.warns(PendingDeprecationWarning), pytest.raises(IndexError):
        _ = ArrayAgentSet([], county.random)[0]
    assert county.agents[0].unique_id == 1
    assert [agent.unique_id for agent in county.agents[1:]] == [2, 3]


def test_the_sets_of_a_model_cannot_be_replaced(county: County) -> None:
    with pytest.raises(AttributeError, match=r"You are trying to set model\.agents"):
        county.agents = []


def test_a_removed_agent_is_in_no_set_even_if_somebody_holds_it(county: County) -> None:
    made = county.add_rows(Household, {"land": [1, 2, 3]})
    held = made.to_list()[1]
    held.note = "still readable"
    held.remove()
    for agents in made, county.agents, county.agents_by_type[Household], ArrayAgentSet(made, county.random):
        assert held not in agents
        assert len(agents) == 2
    made.add(held)
    assert ArrayAgentSet([held], county.random).to_list() == []
    assert made.get("land") == [1, 3]
    assert (held.land, held.note, held.unique_id) == (2, "still readable", 2)
    held.remove()
    with pytest.raises(KeyError):
        county.deregister_agent(held)


def test_an_agent_may_come_back(county: County) -> None:
    made = county.add_rows(Household, {"land": [1, 2]})
    first = made.to_list()[0]
    first.remove()
    county.register_agent(first)
    assert county.agents.get(["unique_id", "land"]) == [[2, 2], [3, 1]]
    assert county.agents.to_list()[1] is first


def test_agents_are_dropped_at_once_or_by_their_own_remove(county: County) -> None:
    county.add_rows(Household, {"land": np.arange(6.0)})
    Migrant.create_agents(county, 3, name=["a", "b", "c"])
    named = county.agents.to_list()[1]
    county.drop_rows(county.agents.select(np.array([0, 1, 4, 6, 8])))
    assert county.gone == ["a", "c"]
    assert named not in county.agents
    assert county.agents.get("land") == [2, 3, 5, 1]
    assert county.table(Household).count == 3


def test_the_order_of_registration_outlasts_many_generations(county: County) -> None:
    for generation in range(200):
        county.drop_rows(county.agents.select(county.agents.land < generation - 1) if generation else county.agents)
        county.add_rows(Household, {"land": generation}, 2)
        Migrant(county).land = generation
    assert county.agents.get("land") == [198, 198, 198, 199, 199, 199]
    assert county.agents.get("unique_id") == list(range(595, 601))
    assert len(county._roster.spans) < 10
    county.drop_rows(county.agents)
    assert list(county.agents) == []
    Household(county)
    assert county.agents.get("unique_id") == [601]


def test_agents_of_one_model_cannot_be_registered_in_another(county: County) -> None:
    with pytest.raises(ValueError, match="belongs to another model"):
        county.register_agent(Household(County(rng=1)))


def test_a_class_of_which_nobody_was_made_is_no_type_of_the_model(county: County) -> None:
    assert len(Household.create_agents(county, 0)) == 0
    assert len(county.table(Migrant).agents) == 0
    assert county.agent_types == []


def test_remove_all_agents_removes_them_all(county: County) -> None:
    county.add_rows(Household, n=4)
    Migrant(county, name="last")
    Official(county, 1)
    county.remove_all_agents()
    assert len(county.agents) == 0
    assert county.gone == ["last"]
    assert county.agent_types == [Household, Migrant, Official]


def test_iteration_passes_over_those_who_leave_meanwhile(county: County) -> None:
    county.add_rows(Household, {"land": np.arange(6.0)})
    seen = []
    for agent in county.agents:
        seen.append(agent.land)
        if agent.land % 2 == 0:
            county.drop_rows(county.agents.select(county.agents.land == agent.land + 1))
    assert seen == [0, 2, 4]


def test_a_removed_agent_that_nobody_holds_is_freed(county: County) -> None:
    official = Official(county, 2)
    watch = weakref.ref(official)
    official.remove()
    del official
    gc.collect()
    assert watch() is None
