"""The task of a sweep: one world, simulated with the varied parameters and settings of its row.

Arms are resolved scenario texts; a row's columns other than `arm` are keys of the scenario (`seed`, `sample`), paths of
parameters or `ID.setting` of instruments, as `--set` knows them. Gives back `outcomes`: all outcomes by year.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from fupin.experiments.study.design import Job, Tables
from fupin.library import library
from fupin.model.outcomes import OUTCOMES, measure
from fupin.model.parameters import ParameterBook, load_parameters
from fupin.model.region_data import RegionData
from fupin.model.snapshot import Snapshot
from fupin.scenarios.build import build_region
from fupin.scenarios.overrides import with_sets
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import Scenario, scenario_of_text

TASK_OF_A_WORLD = f"{__name__}:simulate"
OWN_COLUMNS = ("arm", "replicate", "sample_point")  # of the design, and no keys of a scenario


def simulate(job: Job) -> Tables:
    """One world by year, from its start on."""
    return {"outcomes": by_year(world_of(job), parameter_book(), job.check)}


def by_year(world: ResolvedScenario, book: ParameterBook, check: Callable[[], None]) -> dict[str, list[float]]:
    """All outcomes of a world, a column each, by year; `check` is called every month.

    Raises LedgerError if the books do not balance.
    """
    region = build_region(world, population(world), book)
    found: dict[str, list[float]] = {"year": [], **{name: [] for name in OUTCOMES}}
    while region.month < world.last:
        region.step()
        check()
        if region.calendar_month == 12 and region.month >= world.start:
            found["year"].append(region.year)
            for name, value in measure(Snapshot(region)).items():
                found[name].append(value)
    region.ledger.check()
    return found


def world_of(job: Job) -> ResolvedScenario:
    """The scenario of a row: its arm with the row's keys, parameters and settings laid over it."""
    scenario = scenario_of(str(job.arm["toml"]))
    sets = [f"{path}={value!r}" for path, value in job.row.items() if path not in OWN_COLUMNS]
    return with_sets(scenario, sets).resolve(absent_ok=True)


@lru_cache(maxsize=32)
def scenario_of(text: str) -> Scenario:
    """The scenario of a resolved text, read once a process."""
    return scenario_of_text(text)


def population(world: ResolvedScenario) -> RegionData:
    """The people of a world, kept for the next run on the same: of the same profile and tables as they are now."""
    return _population(str(world.region_file), world.region_identity(), world.sample, world.area, world.seed)


@lru_cache(maxsize=2)
def _population(file: str, region: str, sample: float, area: tuple[str, ...], seed: int) -> RegionData:
    return build_region_data(file, sample, area, seed)


@lru_cache(maxsize=1)
def parameter_book() -> ParameterBook:
    """The book of parameters, read once a process."""
    return load_parameters(library("model", "parameters"))
