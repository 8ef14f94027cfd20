"""Mesa models moved over by changing their imports give what they give on Mesa, number for number."""

from __future__ import annotations

import importlib
import multiprocessing
import random
from types import ModuleType
from typing import Any

import boltzmann
import mesa
import numpy as np
import pytest
from moved_models import moved

from fupin.model.agent import ArrayAgent
from fupin.model.population import ArrayModel

EXAMPLES = {
    "basic.boltzmann_wealth_model": "BoltzmannWealth",
    "basic.boid_flockers": "BoidFlockers",
    "basic.conways_game_of_life": "ConwaysGameOfLife",
    "basic.schelling": "Schelling",
    "basic.virus_on_network": "VirusOnNetwork",
    "advanced.alliance_formation": "MultiLevelAllianceModel",
    "advanced.epstein_civil_violence": "EpsteinCivilViolence",
    "advanced.pd_grid": "PdGrid",
    "advanced.sugarscape_g1mt": "SugarscapeG1mt",
    "advanced.wolf_sheep": "WolfSheep",
}


def everything(model: Any) -> list[Any]:
    """What a model shows of itself: its agents with their numbers and texts, its generators, its records."""
    agents = [
        {name: value for name, value in vars(agent).items() if name[0] != "_" and isinstance(value, int | float | str)}
        | {"class": type(agent).__name__, "unique_id": agent.unique_id}
        for agent in model.agents
    ]
    state: list[Any] = [[sorted(agent.items()) for agent in agents]]
    state += [model.time, model.steps, model.random.getstate(), model.rng.bit_generator.state]
    if hasattr(model, "datacollector"):
        collected = model.datacollector
        if collected.model_reporters:
            state.append(collected.get_model_vars_dataframe().to_dict("list"))
        if collected.agent_reporters:
            state.append(collected.get_agent_vars_dataframe().reset_index().astype(str).to_dict("list"))
        for kind in collected.agenttype_reporters:
            state.append(collected.get_agenttype_vars_dataframe(kind).reset_index().to_dict("list"))
    return state


def test_boltzmann_wealth_is_the_same_step_by_step() -> None:
    ours, mesas = moved("boltzmann").MoneyModel(rng=7), boltzmann.MoneyModel(rng=7)
    assert isinstance(ours, ArrayModel)
    assert isinstance(next(iter(ours.agents)), ArrayAgent)
    for _ in range(30):
        ours.step()
        mesas.step()
        assert everything(ours) == everything(mesas)
    assert len(ours.agents) != 25  # people have come and gone


def test_boltzmann_wealth_is_the_same_when_run_for_and_until() -> None:
    ours, mesas = moved("boltzmann").MoneyModel(rng=3), boltzmann.MoneyModel(rng=3)
    for model in ours, mesas:
        model.run_for(4.5)
        model.run_until(11)
    assert ours.time == 11
    assert everything(ours) == everything(mesas)


@pytest.mark.parametrize("seed", [None, 11])
def test_another_seed_gives_another_history(seed: int | None) -> None:
    runs = [moved("boltzmann").MoneyModel(rng=rng) for rng in (10, seed)]
    for model in runs:
        model.run_for(10)
    assert everything(runs[0]) != everything(runs[1])


def test_batch_run_gives_the_same_table() -> None:
    def batch(module: ModuleType) -> list[dict[str, Any]]:
        return mesa.batch_run(
            module.MoneyModel,
            {"n": [8, 12]},
            rng=[1, 2],
            max_steps=5,
            data_collection_period=2,
            display_progress=False,
        )

    method = multiprocessing.get_start_method()
    ours = batch(moved("boltzmann"))
    assert ours == batch(boltzmann)
    multiprocessing.set_start_method(method, force=True)  # Mesa has set another for the whole process
    assert len({record["RunId"] for record in ours}) == 4


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_that_mesa_ships_run_unchanged(example: str) -> None:
    name = f"mesa.examples.{example}.model"
    histories = []
    for module in importlib.import_module(name), moved(name):
        random.seed(4)  # one example draws its network from the global generator
        scenarios = [kind for label, kind in vars(module).items() if label.endswith("Scenario") and label != "Scenario"]
        model_class = getattr(module, EXAMPLES[example])
        model = model_class(scenario=scenarios[0](rng=9)) if scenarios else model_class(rng=9)
        for _ in range(4):
            model.step()
        histories.append(everything(model))
    assert isinstance(model, ArrayModel)
    assert repr(histories[0]) == repr(histories[1])


def test_an_example_whose_agents_stay_plain_mesa_agents_runs_in_an_array_model(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("mesa.examples.advanced.wolf_sheep.model")
    mesas = module.WolfSheep(scenario=module.WolfSheepScenario(rng=2))

    class Guested(moved("mesa.examples.advanced.wolf_sheep.model").WolfSheep):
        pass

    for name in "Wolf", "Sheep", "GrassPatch":
        monkeypatch.setitem(vars(moved(module.__name__)), name, vars(module)[name])
    ours = Guested(scenario=module.WolfSheepScenario(rng=2))
    for _ in range(10):
        ours.step()
        mesas.step()
    assert everything(ours) == everything(mesas)
    assert not any(isinstance(agent, ArrayAgent) for agent in ours.agents)
    assert not np.array_equal(ours.agents.get("unique_id"), range(1, 1 + len(ours.agents)))
