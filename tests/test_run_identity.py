"""The key of a run changes with all that can change its result, so that no old result passes for a new one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from fupin.calibration.prior import prior_study
from fupin.errors import FupinError
from fupin.experiments.arms import arms_of
from fupin.experiments.replicated.budget import sizing_study
from fupin.experiments.replicated.design import Asked
from fupin.experiments.sensitivity.asking import ask
from fupin.experiments.study import Study, worker
from fupin.experiments.study.identity import source_identity
from fupin.experiments.study.simulate import population
from fupin.experiments.study.store import Store
from fupin.experiments.study.trials import trial_study
from fupin.experiments.study.worker import run_chunk
from fupin.model.engine import choice
from fupin.scenarios.overrides import prepare
from fupin.scenarios.templates import write_region

HOUSEHOLDS = "household,village,children,pupils,workers,elders,land\n甲,槐树村,1,1,2,0,{land}\n乙,槐树村,0,0,1,1,3\n"
VILLAGES = "village,county\n槐树村,阜平\n"
SCENARIO = 'name = "mine"\nregion = "mine.toml"\nsample = 1\npolicies = ["baseline-2014"]\n'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A scenario on tables of one's own, a village of two households."""
    write_region("mine", tmp_path)
    shutil.rmtree(tmp_path / "mine-tables" / "optional")
    profile = tmp_path / "mine.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("# tables = ", "tables = "), encoding="utf-8")
    for file in (tmp_path / "mine-tables").glob("*.csv"):
        file.unlink()
    (tmp_path / "mine-tables" / "villages.csv").write_text(VILLAGES, encoding="utf-8")
    give_land(tmp_path, 5.0)
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    return scenario


def give_land(folder: Path, land: float) -> None:
    """The land of the first household, mu."""
    (folder / "mine-tables" / "households.csv").write_text(HOUSEHOLDS.format(land=land), encoding="utf-8")


def compared(scenario: Path) -> Study:
    return asked(scenario).study()


def sized(scenario: Path) -> Study:
    return sizing_study(asked(scenario))


def asked(scenario: Path) -> Asked:
    arms, against, reference = arms_of(str(scenario), ["industry"], "baseline-2014", [], {})
    return Asked(arms, against, reference, 2, budget=1e6)


def explained(scenario: Path) -> Study:
    return ask(str(scenario), "morris", 2, factors=["labour.switching_cost", "labour.unearned_share"]).study


def foretold(scenario: Path) -> Study:
    return prior_study({"mine": prepare(str(scenario)).resolve()}, 10)


@pytest.mark.parametrize("study", [compared, sized, explained, foretold])
def test_a_number_in_ones_own_tables_makes_other_runs_of_every_study(mine: Path, study) -> None:  # type: ignore[no-untyped-def]
    before = study(mine).keys()
    assert study(mine).keys() == before
    give_land(mine.parent, 6.0)
    assert not set(study(mine).keys()) & set(before)


def test_a_worker_that_lives_on_sees_the_tables_as_they_are_now(mine: Path) -> None:
    world = prepare(str(mine)).resolve()
    assert population(world).households["land"][0] == 5.0
    assert population(world) is population(world)
    give_land(mine.parent, 6.5)
    assert population(world).households["land"][0] == 6.5


def test_a_resolved_scenario_finds_a_region_of_ones_own_from_any_folder(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(mine.parent)
    world = prepare("scenario.toml").resolve()
    identity = world.identity()
    (mine.parent / "results").mkdir()
    again = mine.parent / "results" / "scenario.toml"
    again.write_text(world.to_toml(), encoding="utf-8")
    assert prepare(str(again)).resolve().identity() == identity
    monkeypatch.chdir(again.parent)
    assert prepare("scenario.toml").resolve().identity() == identity


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_the_engine_that_is_asked_for_is_part_of_every_run(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    monkeypatch.setattr(choice, "installed", lambda: True)
    monkeypatch.setenv(choice.VARIABLE, "numpy")
    reference = trial_study(2, 0.0).keys()
    monkeypatch.setenv(choice.VARIABLE, engine)
    assert (trial_study(2, 0.0).keys() == reference) == (engine == "numpy")


def test_in_a_study_auto_looks_at_the_size_of_a_region_and_not_at_what_was_compiled_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice, "installed", lambda: True)
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    found = set()
    for warm in (False, True):
        monkeypatch.setattr(choice, "is_warm", lambda warm=warm: warm)
        assert choice.is_compiled(None, choice.WORTH) is warm
        with choice.steadily("auto"):
            found.add((choice.is_compiled(None, choice.WORTH), choice.is_compiled(None, choice.WORTH - 1)))
        assert choice.is_compiled(None, choice.WORTH) is warm
    assert found == {(True, False)}


def test_a_worker_uses_the_engine_of_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(Study, "function", lambda study: lambda job: seen.append(choice.is_compiled(None, 1)) or {})
    monkeypatch.setattr(choice, "installed", lambda: True)
    Store.create(trial_study(1, 0.0), tmp_path / "study")
    for engine in ("compiled", "numpy"):
        run_chunk(str(tmp_path / "study"), 0, computes=engine)
    assert seen == [True, False]


def test_the_source_of_a_task_of_ones_own_is_part_of_its_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "own_task_of_a_test.py"
    keys = []
    for factor in (1, 2):
        file.write_text(
            f"def task(job):\n    return {{'found': {{'x': [job.row['x'] * {factor}]}}}}\n", encoding="utf-8"
        )
        keys.append(Study("own", "own_task_of_a_test:task", pd.DataFrame({"x": [1.0]})).keys()[0])
    assert keys[0] != keys[1]
    assert source_identity("no_such_module_anywhere") == ""


def test_a_worker_with_other_code_refuses_to_write_under_the_name_of_the_drivers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.create(trial_study(1, 0.0), tmp_path / "study")
    monkeypatch.setattr(worker, "code_identity", lambda: "of another version")
    with pytest.raises(FupinError, match="has other code, versions or installed packages"):
        run_chunk(str(tmp_path / "study"), 0)
