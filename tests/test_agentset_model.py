"""A model whose agents live in tables: registration, removal, events, signals, data collection, pickling."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.agentset import AgentSet
from mesa.discrete_space import CellAgent, OrthogonalMooreGrid
from mesa.experimental.mesa_signals import ModelSignals
from mesa.time import Schedule

from fupin.model.agent import ArrayAgent
from fupin.model.agentset import ArrayAgentSet
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


@pytest.fixture
def county() -> County:
    return County(rng=3)


# ---- registration ---------------------------------------------------------------------------------------------------


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


# ---- removal --------------------------------------------------------------------------------------------------------


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


# ---- plain Mesa agents and spaces -----------------------------------------------------------------------------------


def test_plain_mesa_agents_live_beside_array_backed_ones(county: County) -> None:
    county.add_rows(Household, n=2)
    officials = Official.create_agents(county, 2, [5, 6])
    assert isinstance(officials, AgentSet)
    assert county.agents.get("rank", "default", 0) == [0, 0, 5, 6]
    assert county.agents.get("unique_id") == [1, 2, 3, 4]
    assert county.agents.select(agent_type=Official).sort("rank").get("rank") == [6, 5]
    shadow = copy.copy(officials.to_list()[0])
    assert shadow not in county.agents
    ours = ArrayAgentSet(officials)
    ours.discard(officials.to_list()[0])
    assert ours.get("rank") == [6]


def test_weak_sets_of_mesa_keep_agents_that_were_made_on_demand(county: County) -> None:
    weak = AgentSet(county.add_rows(Household, n=3), county.random)
    gc.collect()
    assert len(weak) == 3
    county.agents.to_list()[0].remove()
    gc.collect()
    assert len(weak) == 2


def test_array_backed_agents_walk_on_a_grid(county: County) -> None:
    grid = OrthogonalMooreGrid((4, 4), random=county.random)
    county.add_rows(Walker, n=5).do(lambda agent: setattr(agent, "cell", grid.all_cells.cells[3]))
    for _ in range(3):
        county.agents.shuffle_do("step")
    assert county.agents.steps.tolist() == [3] * 5
    assert set(grid.agents) == set(county.agents)
    walker = county.agents.to_list()[0]
    cell = walker.cell
    walker.remove()
    assert walker not in cell.agents
    assert walker.cell is None


def test_an_agent_alone_cannot_be_copied(county: County) -> None:
    household = Household(county)
    with pytest.raises(TypeError, match="cannot be copied alone"):
        copy.copy(household)
    twin = copy.deepcopy(household)
    assert twin in twin.model.agents
    assert twin not in county.agents


# ---- events, signals, data ------------------------------------------------------------------------------------------


def test_an_event_on_an_agent_made_on_demand_fires(county: County) -> None:
    county.add_rows(Household, n=3)
    county.schedule_event(county.agents.to_list()[1].harvest, at=0.5)
    county.schedule_recurring(county.agents.to_list()[2].harvest, Schedule(interval=0.25, start=0.25, count=3))
    gc.collect()
    county.run_until(0.9)
    assert county.agents.land.tolist() == [1, 2, 4]


def test_an_event_on_an_agent_that_has_left_is_passed_over(county: County) -> None:
    county.add_rows(Household, n=2)
    county.schedule_event(county.agents.to_list()[0].harvest, after=0.5)
    county.drop_rows(county.agents.select(at_most=1))
    county.run_for(0.7)
    assert county.table(Household)["land"].tolist() == [1, 1]


def test_an_event_on_an_agent_made_on_demand_survives_pickling(county: County) -> None:
    county.add_rows(Household, n=2)
    event = county.schedule_event(county.agents.to_list()[1].harvest, at=0.5)
    again = pickle.loads(pickle.dumps(county))
    event.cancel()
    again.run_for(0.5)
    county.run_for(0.5)
    assert again.agents.land.tolist() == [1, 2]
    assert county.agents.land.tolist() == [1, 1]


def test_steps_run_for_and_run_until_advance_the_same_clock(county: County) -> None:
    county.add_rows(Household, n=2)
    county.step()
    county.run_for(2)
    county.run_until(5)
    assert (county.time, county.steps) == (5, 5)
    assert county.agents.land.tolist() == [6, 6]


def test_observers_hear_of_every_agent_that_comes_or_goes(county: County) -> None:
    heard: list[tuple[str, Any]] = []

    def note(message: Any) -> None:
        heard.append((message.signal_type.name, message.additional_kwargs["args"][0].unique_id))

    county.add_rows(Household, n=1)
    county.observe("agents", ModelSignals.AGENT_ADDED, note)
    county.observe("agents", ModelSignals.AGENT_REMOVED, note)
    made = county.add_rows(Household, n=2)
    Official(county, 3)
    county.drop_rows(made)
    assert heard == [("AGENT_ADDED", i) for i in (2, 3, 4)] + [("AGENT_REMOVED", i) for i in (2, 3)]


def test_data_sets_follow_array_backed_agents(county: County) -> None:
    class Tracked(ArrayAgent):
        land = Column("f8", "mu", "土地", "land")

    followed = county.data_registry.track_agents_numpy(Tracked, "debts", fields="debt", n=1)
    made = county.add_rows(Tracked, {"land": [5, 6, 7]})
    made.set("debt", 2)
    made.to_list()[0].debt = 9
    by_agent = county.data_registry.track_agents(county.agents, "lands", fields="land")
    assert followed.data.tolist() == [[9], [2], [2]]
    county.drop_rows(made.select(at_most=1))
    assert followed.data.tolist() == [[2], [2]]
    assert by_agent.data == [{"unique_id": 2, "land": 6}, {"unique_id": 3, "land": 7}]
    county.data_registry.close()
    with pytest.raises(
        ValueError, match="'land' is a column of Tracked"
    ):  # Mesa's would take it from the class for good
        county.data_registry.track_agents_numpy(Tracked, "again", fields=["debt", "land"])


def test_a_data_collector_reads_columns_and_other_attributes(county: County) -> None:
    county.add_rows(Household, {"land": [1, 2]})
    Migrant(county, city=8, name="Ma")
    collector = mesa.DataCollector(
        model_reporters={"land": lambda model: float(model.agents.land.sum()), "steps": "steps"},
        agent_reporters={"land": "land", "double": lambda agent: agent.land * 2},
        agenttype_reporters={Migrant: {"name": "name"}, Household: {"size": "size"}},
    )
    collector.collect(county)
    county.step()
    collector.collect(county)
    assert collector.get_model_vars_dataframe()["land"].tolist() == [4, 7]
    table = collector.get_agent_vars_dataframe()
    assert table["double"].tolist() == [2, 4, 2, 4, 6, 4]
    assert table.index.tolist() == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)]
    assert collector.get_agenttype_vars_dataframe(Migrant)["name"].tolist() == ["Ma", "Ma"]


# ---- pickling -------------------------------------------------------------------------------------------------------


def test_a_pickled_model_goes_on_as_the_original(county: County) -> None:
    county.add_rows(Household, {"land": np.arange(4.0)})
    Migrant.create_agents(county, 2, name=["a", "b"])
    Official(county, 3).harvest = None
    county.agents.select(agent_type=Official).to_list()[0].remove()
    county.agents.to_list()[1].friend = county.agents.to_list()[4]
    county.agents.to_list()[2].remove()
    again = pickle.loads(pickle.dumps(county))
    for model in county, again, copy.deepcopy(county):
        model.run_for(2)
        assert model.agents.get(["unique_id", "land"]) == [[1, 2], [2, 3], [4, 5], [5, 3], [6, 3]]
    assert again.random.random() == county.random.random()
    assert again.agents.to_list()[1].friend is again.agents.to_list()[3]
    Household(again, land=8)
    assert len(again.agents) == len(county.agents) + 1


def test_a_pickled_set_or_agent_brings_its_model(county: County) -> None:
    made = county.add_rows(Household, {"land": np.arange(4.0)}).sort("land")
    made.discard(made.to_list()[1])
    agents = pickle.loads(pickle.dumps(made))
    assert agents.get("land") == [3, 1, 0]
    agent = pickle.loads(pickle.dumps(made.to_list()[0]))
    assert agent.land == 3
    assert agent is agent.model.agents.to_list()[3]
    agent.remove()
    assert len(agent.model.agents) == 3
    assert len(county.agents) == 4


def test_a_pickled_model_keeps_who_holds_whom_together(county: County) -> None:
    household = Household(county)
    official = Official(county, 1)
    official.ward, household.official = household, official
    both = ArrayAgentSet([official, household])
    county.favourites = both
    again = pickle.loads(pickle.dumps(county))
    ward, other = again.agents.to_list()
    assert ward.official is other
    assert other.ward is ward
    assert again.favourites.to_list() == [other, ward]
    assert other in again.agents
