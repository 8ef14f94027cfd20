"""The runner: nothing lost, nothing twice, the same bytes on every engine, and those that fail stay out of the way."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fupin.errors import FupinError
from fupin.experiments import leftovers
from fupin.experiments.results import replacing
from fupin.experiments.study import Study, open_study, run_study
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.study.engines import opened
from fupin.experiments.study.lock import locked
from fupin.experiments.study.runner import Progress
from fupin.experiments.study.store import Store
from fupin.experiments.study.trials import kill_trial, trial_study
from fupin.experiments.study.worker import run_chunk

MISBEHAVE = "fupin.experiments.study.trials:misbehave"
SUMS = "fupin.experiments.study.trials:sums"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "parts").iterdir())}


def small_study(runs: int = 25, chunk: int = 10) -> Study:
    return Study("small", SUMS, pd.DataFrame({"x": np.arange(runs) / 3.0}), chunk=chunk)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calm") / "study"
    run_study(small_study(), folder, engine="here")
    return folder


def test_every_run_is_stored_once_beside_its_row_of_the_design(calm: Path) -> None:
    found = open_study(calm).frame()
    assert list(found["run"]) == np.repeat(np.arange(25), 11).tolist()
    np.testing.assert_allclose(found["headcount"], np.sin(found["x"] + found["year"]))
    assert open_study(calm).finished


def test_long_frames_hold_the_same_numbers_as_wide_ones(calm: Path) -> None:
    results = open_study(calm)
    long = results.frame(["headcount", "gap"], long=True)
    again = long.pivot_table(index=["run", "year"], columns="outcome", values="value").reset_index()
    wide = results.frame(["headcount", "gap"])
    np.testing.assert_array_equal(again["gap"], wide["gap"])


def test_quantiles_are_those_of_numpy(calm: Path) -> None:
    results = open_study(calm)
    fan = results.quantiles("headcount")
    wide = results.frame(["headcount"])
    for year, part in wide.groupby("year"):
        row = fan[fan["year"] == year].iloc[0]
        np.testing.assert_allclose(row["q05"], np.quantile(part["headcount"], 0.05), atol=1e-12)
        assert row["runs"] == 25


def test_processes_give_the_same_bytes_as_one_process(calm: Path, tmp_path: Path) -> None:
    run_study(small_study(), tmp_path / "study", workers=2)
    assert bytes_of(tmp_path / "study") == bytes_of(calm)


def test_a_dask_cluster_gives_the_same_bytes_as_one_process(calm: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        run_study(small_study(), tmp_path / "study", engine=address, workers=2)
    assert bytes_of(tmp_path / "study") == bytes_of(calm)


def test_a_study_goes_on_where_it_stopped(calm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"

    def stop(progress: Progress) -> None:
        if progress.done == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(small_study(), folder, engine="here", progress=stop)
    first = (folder / "parts" / "outcomes-00000.parquet").stat().st_mtime_ns
    steps: list[int] = []
    run_study(small_study(), folder, engine="here", progress=lambda progress: steps.append(progress.done))
    assert steps == [10, 20, 25]
    assert (folder / "parts" / "outcomes-00000.parquet").stat().st_mtime_ns == first
    assert bytes_of(folder) == bytes_of(calm)


def test_a_sweep_that_is_killed_ends_like_one_left_in_peace(tmp_path: Path) -> None:
    verdict = kill_trial(tmp_path, runs=200, kills=3, pause=0.01)
    assert verdict.passed
    assert verdict.drivers_killed + verdict.workers_killed >= 2


WRITER = "import sys, time; from pathlib import Path; from fupin.experiments.results import replacing\n"
WRITER += (
    "with replacing(Path(sys.argv[1])) as part: part.write_bytes(b'half'); print(part, flush=True); time.sleep(60)"
)


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_is_not(calm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(calm, folder)
    target = folder / "parts" / "outcomes-00001.parquet"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        part = Path(writer.stdout.readline().strip())
        with replacing(target) as ours:
            ours.write_bytes(b"half")
            run_study(small_study(), folder, engine="here")
            assert ours.exists()
            ours.write_bytes(target.read_bytes())  # as a worker that comes to the same end a little later
        assert part.exists()
        writer.kill()
    assert part.exists()  # it could not tidy up after itself
    (folder / "parts" / "runs-00001.parquet").unlink()
    run_study(small_study(), folder, engine="here")
    assert bytes_of(folder) == bytes_of(calm)


def test_a_writer_on_another_machine_is_gone_when_it_has_not_written_for_an_hour(calm: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(calm, folder)
    ours = leftovers.temporary(folder / "failed" / "run-000003.json").name
    fresh, old = (folder / "failed" / re.sub("[0-9a-f]{8}-", f"{place}-", ours) for place in ("0123abcd", "abcd0123"))
    for left in (fresh, old):
        left.write_bytes(b"half")
    os.utime(old, (time.time() - 3700,) * 2)
    mine = folder / ".notes.part"  # which we did not write
    mine.write_bytes(b"")
    run_study(small_study(), folder, engine="here")
    assert set(folder.rglob(".*")) == {fresh, mine}


@pytest.fixture(scope="module")
def misbehaved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "study"
    deeds = ["fine", "raise", "fine", "hang", "kill", "fine", "dawdle", "fine"]
    study = Study("bad", MISBEHAVE, pd.DataFrame({"x": np.arange(8.0), "deed": deeds}), chunk=4)
    run_study(study, folder, workers=2, deadline=0.5)
    return folder


def test_runs_that_raise_hang_or_kill_are_put_aside_and_the_rest_completes(misbehaved: Path) -> None:
    results = open_study(misbehaved)
    assert sorted(results.frame()["x"].unique()) == [0.0, 2.0, 5.0, 7.0]
    reasons = dict(zip(results.failed["deed"], results.failed["reason"], strict=True))
    assert reasons["raise"].startswith("ValueError: this run was told to raise")
    assert reasons["hang"] == reasons["dawdle"] == "deadline"
    assert reasons["kill"] == "ended its process"
    entry = json.loads((misbehaved / "failed" / "run-000003.json").read_text(encoding="utf-8"))
    assert entry["row"] == {"x": 3.0, "deed": "hang"}
    assert "misbehave" in entry["traceback"]  # the timer says where it hung


def test_failed_runs_are_tried_again_only_when_asked(tmp_path: Path) -> None:
    study = Study("again", MISBEHAVE, pd.DataFrame({"x": [0.0, 1.0], "deed": ["fine", "raise"]}), chunk=1)
    results = run_study(study, tmp_path / "s", engine="here")
    entry = tmp_path / "s" / "failed" / "run-000001.json"
    before = entry.stat().st_mtime_ns
    run_study(study, tmp_path / "s", engine="here")
    assert entry.stat().st_mtime_ns == before
    run_study(study, tmp_path / "s", engine="here", retry_failed=True)
    assert entry.stat().st_mtime_ns > before
    assert len(results.failed) == 1


def test_runs_of_another_study_with_the_same_content_are_taken_over(tmp_path: Path) -> None:
    run_study(small_study(20), tmp_path / "first", engine="here")
    larger = Study("larger", SUMS, pd.DataFrame({"x": np.arange(30) / 3.0}), chunk=10)
    steps: list[int] = []
    results = run_study(larger, tmp_path / "second", engine="here", progress=lambda p: steps.append(p.done))
    assert steps[0] == 20  # taken over before anything was run
    np.testing.assert_allclose(results.frame()["headcount"], np.sin(results.frame()["x"] + results.frame()["year"]))


def test_compaction_changes_nothing_that_is_read(tmp_path: Path) -> None:
    results = run_study(small_study(), tmp_path / "study", engine="here")
    before = results.frame()
    Store.enter(tmp_path / "study").compact()
    assert {path.name for path in (tmp_path / "study" / "parts").iterdir()} == {"outcomes.parquet", "runs.parquet"}
    pd.testing.assert_frame_equal(open_study(tmp_path / "study").frame(), before)
    run_study(small_study(), tmp_path / "study", engine="here")


def test_two_drivers_cannot_run_one_study(calm: Path) -> None:
    with locked(calm), pytest.raises(FupinError, match=r"is being run by|正由"):
        run_study(small_study(), calm, engine="here")


def test_a_folder_of_another_study_is_refused(calm: Path) -> None:
    with pytest.raises(FupinError, match="holds another study"):
        run_study(small_study(26), calm, engine="here")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"engine": "ray"}, "--engine 'ray' is not known; allowed: local"),
        ({"engine": "dask://127.0.0.1:1"}, "no Dask scheduler answers"),
        ({"workers": 0}, "--workers 0"),
        ({"deadline": -1.0}, "--deadline -1"),
    ],
)
def test_bad_options_are_told_in_one_message(
    options: dict[str, object], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fupin.experiments.study.engines.ANSWER", 0.2)
    with pytest.raises(FupinError, match=message):
        run_study(small_study(), tmp_path / "study", **options)  # type: ignore[arg-type]


def test_a_folder_that_was_removed_and_made_again_is_another_study_for_a_worker_that_lives_on(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    run_study(small_study(5, 5), folder, engine="here")
    shutil.rmtree(folder)
    other = Study("other", SUMS, pd.DataFrame({"x": [7.0, 8.0]}))
    found = run_study(other, folder, engine="here").frame(["headcount"])
    np.testing.assert_allclose(found["headcount"], np.sin(found["x"] + found["year"]))
    assert sorted(found["x"].unique()) == [7.0, 8.0]
    assert len(found) == 22


def test_workers_that_cannot_start_are_told_not_tried_for_ever(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    lines = (
        "from fupin.experiments.study import run_study",
        "from fupin.experiments.study.trials import trial_study",
        f"run_study(trial_study(20, 0.0), {str(tmp_path / 'study')!r}, workers=1)",
    )
    script.write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert "workers end before their first run" in done.stderr
    assert done.returncode == 1


def test_an_unknown_outcome_is_told_with_the_nearest_one(calm: Path) -> None:
    with pytest.raises(FupinError, match="did you mean 'headcount'"):
        open_study(calm).frame(["headcuont"])


def test_a_folder_without_a_study_is_told(tmp_path: Path) -> None:
    with pytest.raises(FupinError, match="holds no study"):
        open_study(tmp_path)


def test_the_key_of_a_run_depends_on_its_content_and_not_on_its_place() -> None:
    one = Study("a", SUMS, pd.DataFrame({"x": [1.0, 2.0]}))
    other = Study("b", SUMS, pd.DataFrame({"x": [2.0, 1.0, 3.0]}))
    assert one.keys() == [other.keys()[1], other.keys()[0]]
    paused = Study("a", SUMS, pd.DataFrame({"x": [1.0]}), {"pause": 1})
    assert paused.keys()[0] != one.keys()[0]


def test_the_driver_costs_little_beside_the_runs(tmp_path: Path) -> None:
    study = trial_study(200, 0.0)
    Store.create(study, tmp_path / "s")
    begun = time.process_time()
    for chunk in range(study.chunks):
        run_chunk(str(tmp_path / "s"), chunk)
    each = (time.process_time() - begun) / len(study)
    assert each < 0.05  # ten times what is promised: the figure itself is a benchmark's


def test_the_world_of_a_run_is_gone_when_the_next_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class World:
        def __init__(self) -> None:
            self.agents = [self]  # as a model and its agents hold one another

    left: list[weakref.ref[World]] = []
    alive: list[int] = []

    def task(job: Job) -> Tables:
        alive.append(sum(world() is not None for world in left))
        left.append(weakref.ref(World()))
        return {}

    monkeypatch.setattr(Study, "function", lambda study: task)
    Store.create(trial_study(8, 0.0), tmp_path / "s")
    run_chunk(str(tmp_path / "s"), 0)
    assert len(alive) > 3
    assert not any(alive)


def test_the_executor_of_this_process_holds_what_a_task_raises() -> None:
    with opened("here", 1) as executor:
        assert isinstance(executor.submit(int, "x").exception(), ValueError)
