"""Random worlds in both engines: every outcome of every year, and every decision that stands in a column at the end.

Three manners of world take turns: shipped policies in a sampled county, a random package in a sampled county, and a
random package in the gallery region; in each every third uncertain parameter is anywhere in its range. A world that
differs is run again in step, process by process, to find the first difference (`lockstep`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from fupin.experiments.benchmark.speed import ALTERNATIVES, everything
from fupin.experiments.gallery import BURN_IN, START, gallery_data, parameter_book
from fupin.experiments.lockstep import TOLERANCE, Difference, columns_apart, first_difference
from fupin.experiments.random_packages import random_package
from fupin.model.instruments.base import Instrument
from fupin.model.near import noting
from fupin.model.outcomes import OUTCOMES, measure
from fupin.model.parameters import ParameterPath
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.model.snapshot import Snapshot
from fupin.scenarios.build import region_data
from fupin.scenarios.scenario import load_scenario

ENGINES = ("numpy", "compiled")
LEAST = {"yuan": 1e-2, "yuan/year": 1e-2}  # a sum over the region this close to nothing is nothing; others 1e-12
SAMPLE = 0.002
COUNTIES = ("Fuping", "Laiyuan", "Tang", "Yi", "Quyang", "Wangdu")
SINGLES = ("history", *sorted(ALTERNATIVES - {"do-nothing"}))

type Rng = np.random.Generator


@dataclass(frozen=True)
class World:
    """What is run in both engines. The instruments keep no state, so both regions may have the same."""

    label: str
    data: RegionData
    parameters: ParameterPath
    instruments: tuple[Instrument, ...]
    seed: int
    start: int

    def region(self, engine: str) -> Region:
        """The world before its first month."""
        first = self.parameters.first
        return Region(
            self.data, self.parameters, self.instruments, seed=self.seed, first=first, start=self.start, engine=engine
        )


class Verdict(NamedTuple):
    """What came of one world: the largest relative difference of an outcome, and what differs first, if anything."""

    label: str
    households: int
    instruments: int
    largest: float
    outcome: str  # of which
    discrete: int  # columns of decisions that differ at the end
    first: Difference | None
    seconds: tuple[float, float]  # of each engine
    near: int  # decisions, in both engines, that rounding might have made otherwise

    @property
    def same(self) -> bool:
        """Do the engines agree?"""
        return self.largest <= TOLERANCE and not self.discrete


def drawn_parameters(rng: Rng) -> dict[str, float]:
    """Every third uncertain parameter, anywhere in its range."""
    moved = [one for one in parameter_book().values() if one.uncertain and one.distribution != "discrete"]
    return {one.path: float(rng.uniform(one.low, one.high)) for one in moved if rng.random() < 1 / 3}


def random_world(seed: int, years: int = 7) -> World:
    """One of the worlds that are compared; the same for the same seed and number of years."""
    rng = np.random.default_rng(seed)
    overrides = drawn_parameters(rng)
    manner = seed % 3
    if manner == 2:
        path = parameter_book().resolve(START - BURN_IN, START + 12 * years - 1, overrides)
        return World(f"gallery {seed}", gallery_data(), path, tuple(random_package(rng)), seed, START)
    policies = shipped(rng) if manner == 0 else []
    changes: dict[str, Any] = {"sample": SAMPLE, "area": (str(rng.choice(COUNTIES)),), "years": years, "seed": seed}
    resolved = load_scenario("baoding").with_policies(policies).changed(**changes).resolve()
    path = parameter_book().resolve(resolved.first, resolved.last, overrides)
    package = resolved.build_instruments() if policies else random_package(rng)
    label = f"{resolved.area[0]} {seed}" + (f": {' + '.join(policies)}" if policies else "")
    return World(label, region_data(resolved), path, tuple(package), seed, resolved.start)


def shipped(rng: Rng) -> list[str]:
    """A package of the library by itself, or some of the policies that can stand beside each other."""
    if rng.random() < 0.4:
        return [str(rng.choice(SINGLES))]
    allowed = everything()
    return [name for name in allowed if name == "baseline-2014" or rng.random() < 0.3]


def compare(world: World, locate: bool = True) -> Verdict:
    """Run a world in both engines; where they differ, again in step."""
    regions, seconds = [world.region(engine) for engine in ENGINES], [0.0, 0.0]
    largest, which = 0.0, ""
    near = 0
    for december in range(world.start + 11, world.parameters.last + 1, 12):
        measured = []
        for place, region in enumerate(regions):
            begun = time.perf_counter()
            with noting() as ties:
                region.run_to(december)
            seconds[place] += time.perf_counter() - begun
            near += ties.total()
            measured.append(measure(Snapshot(region)))
        error, name = furthest(*measured)
        if error > largest:
            largest, which = error, f"{name} {december // 12}"
    one, other = regions
    discrete = [
        name
        for kind, name, _ in columns_apart(one, other)
        if name == "*" or one.table_of(kind).columns[name].dtype.kind != "f"
    ]
    first = None
    if locate and (largest > TOLERANCE or discrete):
        first = first_difference(world.region(ENGINES[0]), world.region(ENGINES[1]), world.parameters.last)
    homes = len(one.rows("household"))
    spent = seconds[0], seconds[1]
    return Verdict(world.label, homes, len(world.instruments), largest, which, len(discrete), first, spent, near)


def furthest(one: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, str]:
    """The outcome that differs most, relative to its size."""
    worst = 0.0, ""
    for name, value in one.items():
        against = other[name]
        if value == against or (math.isnan(value) and math.isnan(against)):
            continue
        size = max(abs(value), abs(against))
        least = LEAST.get(OUTCOMES[name].unit, 1e-12)
        error = math.inf if not math.isfinite(size) else max(abs(value - against) - least, 0.0) / size
        worst = max(worst, (error, name))
    return worst


def check_engines(scenarios: int, years: int, seed: int, progress: Callable[[int, int], None]) -> Iterator[Verdict]:
    """Compare so many random worlds, one after the other."""
    for place in range(scenarios):
        yield compare(random_world(seed + place, years))
        progress(place + 1, scenarios)
