"""A search for policies: many settings at once, several aims that pull apart, one budget (NSGA-II, extra `search`).

Every generation is a small study, run and stored like any other: an interrupted search goes on where it stopped, and a
point of the result is a run that can be made again. Aims are means over the replicates. Points that cost more than the
budget count as worse than all that do not (constrained domination, Deb et al. 2002, "A fast and elitist multiobjective
genetic algorithm: NSGA-II").
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.asked_outcomes import outcome_named
from fupin.experiments.study import Progress, Results, Study, run_study
from fupin.experiments.study.simulate import TASK_OF_A_WORLD
from fupin.labels import Label, tell
from fupin.model.outcomes import OUTCOMES
from fupin.scenarios.overrides import with_sets
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import Scenario

COST = "public_cost"
SEARCHED = "searched"


@dataclass(frozen=True)
class Lever:
    """A setting `ID.name` (or parameter) that the search may move between two values."""

    path: str
    low: float
    high: float

    @classmethod
    def read(cls, text: str) -> Lever:
        """`grants.budget=0:5e8`; raises FupinError."""
        path, equals, span = text.partition("=")
        try:
            low, high = (float(part) for part in span.split(":"))
        except ValueError:
            low = high = np.nan
        if not equals or not low < high:
            raise FupinError(
                tell(
                    f"--lever {text!r} 不能识别；允许：ID.设置=低:高，低小于高",
                    f"--lever {text!r} is not understood; allowed: ID.setting=LOW:HIGH with LOW below HIGH",
                )
            )
        return cls(path.strip(), low, high)


@dataclass(frozen=True)
class Aim:
    """An outcome, and over which years it is taken: `last`, `mean` or `sum`."""

    outcome: str
    over: str = "last"

    @classmethod
    def read(cls, text: str) -> Aim:
        """`poverty_gap`, `public_cost@sum`; raises FupinError."""
        name, _, over = text.partition("@")
        outcome_named(name, f"--aim {text!r}", judged=name != COST)
        if over not in ("", "last", "mean", "sum"):
            raise FupinError(
                tell(
                    f"--aim {text!r}：{over!r} 不能识别；允许：last、mean、sum",
                    f"--aim {text!r}: {over!r} is not known; allowed: last, mean, sum",
                )
            )
        return cls(name, over or "last")

    @property
    def direction(self) -> int:
        """1 if more is better."""
        return OUTCOMES[self.outcome].direction or -1

    def value(self, years: pd.DataFrame) -> float:
        """Of one run."""
        column = years.sort_values("year")[self.outcome].to_numpy(np.float64)
        return float({"last": column[-1], "mean": column.mean(), "sum": column.sum()}[self.over])


@dataclass(frozen=True)
class Found:
    """What a search left: all points (generation, levers, aims, cost in yuan over the years) and the Pareto set.

    `failed`: the runs in quarantine; a point of which one failed is not among the points. `runs`: how many were made,
    `replicates` seeds a point. `on_fresh_seeds` adds to the Pareto set what other seeds say.
    """

    points: pd.DataFrame
    pareto: pd.DataFrame
    levers: tuple[Lever, ...]
    aims: tuple[Aim, ...]
    scenario: Scenario
    failed: pd.DataFrame = field(default_factory=pd.DataFrame)
    replicates: int = 1
    runs: int = 0

    @property
    def without(self) -> int:
        """Points at which an aim has no number: they are worse than any other."""
        values = self.points[list(_named(self.aims, [0.0] * len(self.aims)))].to_numpy(np.float64)
        return int((~np.isfinite(values).all(axis=1)).sum())

    def sets(self, point: int) -> list[str]:
        """The `--set` texts that make a point of the Pareto set."""
        row = self.pareto.iloc[point]
        return [f"{lever.path}={float(row[lever.path])!r}" for lever in self.levers]

    def world(self, point: int) -> Scenario:
        """A point of the Pareto set as a scenario."""
        return with_sets(self.scenario, self.sets(point)).changed(name=f"pareto-{point:02d}")


def search(
    scenario: Scenario,
    levers: Sequence[Lever],
    aims: Sequence[Aim],
    folder: Path,
    *,
    budget: float = np.inf,
    generations: int = 10,
    size: int = 20,
    replicates: int = 1,
    seed: int = 1,
    progress: Callable[[Progress], None] | None = None,
    **running: Any,
) -> Found:
    """Search `generations` times `size` points; `running` goes to `run_study` (engine, workers, deadline).

    `budget` is population yuan of public spending over all years. The same arguments give the same points, on any
    engine. Raises FupinError for a lever that the scenario does not have, and where Optuna is not installed.
    """
    if not levers or not aims:
        raise FupinError(
            tell("搜索至少需要一个 --lever 和一个 --aim", "a search needs at least one --lever and one --aim")
        )
    for lever in levers:
        for end in (lever.low, lever.high):
            try:
                with_sets(scenario, [f"{lever.path}={end!r}"]).resolve()
            except FupinError as error:
                raise FupinError(str(error).replace("--set ", "--lever ")) from None
    sampler = _Sampler(aims, size, seed)
    world = scenario.resolve()
    arms = arms_of_search(world)
    rows: list[pd.DataFrame] = []
    failed: list[pd.DataFrame] = []
    spent = 0.0
    for generation in range(generations):
        asked = [sampler.ask(levers) for _ in range(size)]
        design = design_of_points(asked, [world.seed + place for place in range(replicates)])
        about = Label(f"政策搜索第 {generation + 1} 代：{world.zh}", f"search, generation {generation + 1}: {world.en}")
        name, chunk = f"generation-{generation:03d}", max(1, replicates)
        study = Study(name, TASK_OF_A_WORLD, design, {}, arms, about.zh, about.en, chunk)
        begun = time.monotonic()
        results = run_study(study, folder / f"generation-{generation:03d}", **running)
        spent += time.monotonic() - begun
        failed.append(results.failed)
        measured = _measured(results, aims, size)
        for place, (_, values, cost) in enumerate(measured):
            sampler.tell(place, values, cost - budget)
        rows.append(
            pd.DataFrame(
                [
                    {"generation": generation, **asked[place], **_named(aims, values), "cost": cost}
                    for place, values, cost in measured
                    if values is not None
                ]
            )
        )
        if progress:
            done, each = (generation + 1) * len(design), spent / (generation + 1)
            lost = sum(map(len, failed))
            progress(Progress(done, generations * len(design), lost, spent, each * (generations - generation - 1)))
    points = pd.concat(rows, ignore_index=True)
    pareto, missing = pareto_of(points, aims, budget), pd.concat(failed, ignore_index=True)
    made = generations * size * replicates
    return Found(points, pareto, tuple(levers), tuple(aims), scenario, missing, replicates, made)


def pareto_of(points: pd.DataFrame, aims: Sequence[Aim], budget: float = np.inf) -> pd.DataFrame:
    """The points within the budget that no other such point beats in one aim without losing in another.

    A point at which an aim has no number cannot be told from any other, and is none of them.
    """
    there = np.isfinite(points[list(_named(aims, [0.0] * len(aims)))].to_numpy(np.float64)).all(axis=1)
    allowed = points[there & (points["cost"] <= budget)].drop_duplicates(list(_named(aims, [0.0] * len(aims))))
    values = allowed[list(_named(aims, [0.0] * len(aims)))].to_numpy(np.float64) * [aim.direction for aim in aims]
    beaten = [bool(((values >= row).all(axis=1) & (values > row).any(axis=1)).any()) for row in values]
    first = next(iter(_named(aims, [0.0] * len(aims))))
    return allowed[~np.array(beaten, np.bool_)].sort_values(first, ignore_index=True)


def _named(aims: Sequence[Aim], values: Sequence[float] | None) -> dict[str, float]:
    return {f"{aim.outcome}@{aim.over}": float(value) for aim, value in zip(aims, values or (), strict=True)}


def arms_of_search(world: ResolvedScenario) -> dict[str, dict[str, str]]:
    """The one arm of the studies of a search."""
    return {SEARCHED: {"toml": world.to_toml(), "identity": world.identity()}}


def design_of_points(points: Sequence[Mapping[str, float]], seeds: Iterable[int]) -> pd.DataFrame:
    """One row a point and seed."""
    rows = [{"arm": SEARCHED, "sample_point": place, "seed": seed, **point}
            for place, point in enumerate(points) for seed in seeds]  # fmt: skip
    return pd.DataFrame(rows)


def _measured(results: Results, aims: Sequence[Aim], size: int) -> list[tuple[int, list[float] | None, float]]:
    """Place, mean of each aim over the replicates and mean cost of each point; None where a run failed."""
    frame = results.frame(list(dict.fromkeys([*(aim.outcome for aim in aims), COST])))
    expected = results.design.groupby("sample_point").size()
    found: list[tuple[int, list[float] | None, float]] = []
    for place in range(size):
        runs = [years for _, years in frame[frame["sample_point"] == place].groupby("run")]
        if len(runs) < expected[place]:
            found.append((place, None, np.inf))
            continue
        values = [float(np.mean([aim.value(years) for years in runs])) for aim in aims]
        found.append((place, values, float(np.mean([years[COST].sum() for years in runs]))))
    return found


class _Sampler:
    """Optuna's NSGA-II, asked for a generation and told its values."""

    def __init__(self, aims: Sequence[Aim], size: int, seed: int) -> None:
        try:
            import optuna
        except ModuleNotFoundError:
            raise FupinError(
                tell("搜索需要 Optuna；请安装 fupin[search]", "a search needs Optuna; install fupin[search]")
            ) from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.NSGAIISampler(population_size=size, seed=seed)
        better = optuna.study.StudyDirection
        directions = [better.MAXIMIZE if aim.direction > 0 else better.MINIMIZE for aim in aims]
        self.study = optuna.create_study(directions=directions, sampler=sampler)
        self.asked: list[Any] = []

    def ask(self, levers: Sequence[Lever]) -> dict[str, float]:
        """One point."""
        trial = self.study.ask()
        self.asked.append(trial)
        return {lever.path: trial.suggest_float(lever.path, lever.low, lever.high) for lever in levers}

    def tell(self, place: int, values: Sequence[float] | None, over: float) -> None:
        """What came out at a point of the generation asked last; `over` is what it costs beyond the budget."""
        import optuna

        trial = self.asked[place]
        if values is None or not np.isfinite(values).all():
            self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            trial.set_constraint("budget", over)
            self.study.tell(trial, list(values))
        if place == len(self.asked) - 1:
            self.asked = []
