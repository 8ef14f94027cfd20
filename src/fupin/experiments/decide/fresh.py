"""The Pareto points of a search on seeds that the search has not seen.

Whoever is best of many on the same seeds has had some luck with these seeds (the optimizer's curse, Smith and Winkler
2006, "The Optimizer's Curse", Management Science 52): the values by which a point was chosen promise too much. Runs of
the chosen points with other villages, households and luck do not.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fupin.experiments.decide.search import COST, Found, arms_of_search, design_of_points
from fupin.experiments.replicated.intervals import interval
from fupin.experiments.study import Study, run_study
from fupin.experiments.study.simulate import TASK_OF_A_WORLD
from fupin.labels import Label

ABOUT = Label("帕累托点：搜索未用过的种子", "Pareto points on seeds that the search has not seen")


def on_fresh_seeds(found: Found, folder: Path, seeds: int, **running: Any) -> Found:
    """The same with the Pareto points run on `seeds` more seeds: to each aim `….fresh`, its interval, `cost.fresh`.

    Means over the runs that ended well and have a number, `fresh_runs` of them; `running` goes to `run_study`.
    """
    if seeds < 1 or not len(found.pareto):
        return found
    world = found.scenario.resolve()
    first = world.seed + found.replicates
    points = [{lever.path: float(row[lever.path]) for lever in found.levers} for row in found.pareto.to_dict("records")]
    design = design_of_points(points, range(first, first + seeds))
    study = Study("fresh-seeds", TASK_OF_A_WORLD, design, {}, arms_of_search(world), ABOUT.zh, ABOUT.en)
    results = run_study(study, folder / f"fresh-{seeds}", **running)
    pareto = found.pareto.copy()
    if results.tables():
        frame = results.frame(list(dict.fromkeys([*(aim.outcome for aim in found.aims), COST])))
        rows = []
        for place in range(len(points)):
            runs = [years for _, years in frame[frame["sample_point"] == place].groupby("run")]
            row: dict[str, float] = {"fresh_runs": len(runs)}
            for aim in found.aims:
                told = interval(np.array([aim.value(years) for years in runs], np.float64))
                name = f"{aim.outcome}@{aim.over}.fresh"
                row |= {name: told["mean"], f"{name}_low": told["low"], f"{name}_high": told["high"]}
            rows.append(row | {"cost.fresh": float(np.mean([years[COST].sum() for years in runs]))})
        pareto = pd.concat([pareto, pd.DataFrame(rows)], axis=1)
    failed = pd.concat([found.failed, results.failed], ignore_index=True)
    return replace(found, pareto=pareto, failed=failed, runs=found.runs + len(design))
