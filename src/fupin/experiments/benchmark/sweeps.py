"""How much the runner costs beside the runs, how well two workers share them, how quick a large store answers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from fupin.experiments.study import Study, open_study, run_study
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.study.simulate import TASK_OF_A_WORLD
from fupin.experiments.study.store import Store
from fupin.experiments.study.worker import run_chunk
from fupin.scenarios.overrides import prepare

OUTCOMES, YEARS = 40, 11  # of a run in the large store
STORED = 100_000


def numbers(job: Job) -> Tables:
    """Forty outcomes over eleven years that depend on the row alone."""
    years = np.arange(YEARS)
    values = np.sin(np.outer(np.arange(1.0, OUTCOMES + 1), years + float(job.row["x"])))
    return {"outcomes": {"year": 2010 + years, **{f"outcome_{k}": row for k, row in enumerate(values)}}}


def sweep(runs: int, sample: float, years: int) -> Study:
    """Real worlds, one seed each."""
    world = prepare("baoding", sample=sample, years=years).resolve()
    arms = {"baseline": {"toml": world.to_toml(), "identity": world.identity()}}
    design = pd.DataFrame({"arm": "baseline", "seed": np.arange(1, runs + 1)})
    return Study("sweep", TASK_OF_A_WORLD, design, {}, arms)


def overhead(runs: int = 160) -> tuple[float, float]:
    """Seconds a run beyond the task itself, and seconds of the task, in one process, parts and marks written."""
    study = sweep(runs, 0.001, 2)
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room, "study")
        begun = time.perf_counter()
        Store.create(study, folder)
        tasks = sum(run_chunk(str(folder), chunk).seconds for chunk in range(study.chunks))
        return (time.perf_counter() - begun - tasks) / runs, tasks / runs


def sharing(runs: int = 72, repeats: int = 2) -> tuple[list[float], list[float]]:
    """Seconds of a sweep of the default sample over seven years with one worker and with two, their start included.

    By turns: two workers need the whole machine, and a second of somebody else's is a tenth off their ratio.
    """
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for workers, taken in enumerate(found, start=1):
            with tempfile.TemporaryDirectory() as room:
                begun = time.perf_counter()
                run_study(sweep(runs, 0.01, 7), Path(room, "study"), workers=workers)
                taken.append(time.perf_counter() - begun)
    return found


def large_store(runs: int = STORED, repeats: int = 5) -> Iterator[tuple[str, list[float]]]:
    """Seconds to run and store many small runs, bytes of the store, seconds of a fan of quantiles by year."""
    study = Study("large", f"{__name__}:numbers", pd.DataFrame({"x": np.arange(runs) / 1e3}))
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room, "study")
        begun = time.perf_counter()
        results = run_study(study, folder, workers=2)
        yield "store_runs", [time.perf_counter() - begun]
        yield "store_bytes", [float(sum(path.stat().st_size for path in (folder / "parts").iterdir()))]
        for name in ("store_query", "store_compact"):
            taken = []
            for _ in range(repeats):
                begun = time.perf_counter()
                fan = open_study(folder).quantiles("outcome_7", ("year",))
                taken.append(time.perf_counter() - begun)
            assert len(fan) == YEARS
            yield name, taken
            if name == "store_query":
                results.store.compact()
