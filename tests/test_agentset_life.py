"""Array-backed agents in spaces, events, signals, data collection and pickles: as Mesa's agents."""

from __future__ import annotations

import copy
import gc
import pickle
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agentset import AgentSet
from mesa.discrete_space import OrthogonalMooreGrid
from mesa.experimental.mesa_signals import ModelSignals
from mesa.time import Schedule
from small_county import County, Household, Migrant, Official, Walker

from fupin.model.agent import ArrayAgent
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import Column


@pytest.fixture
def county() -> County:
    return County(rng=3)


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
