"""How fast a region runs: cost per household-quarter and per month against size, and process by process, by engine.

A household-quarter is three months with every process and every instrument in them, divided by the households. Months
of the same world are timed several times and the quickest of each counts, because other programs only ever slow one
down.
"""

from __future__ import annotations

import dataclasses
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.experiments.benchmark.engines import ENGINES, NUMPY
from fupin.experiments.benchmark.machine import peak_memory
from fupin.library import library
from fupin.model.parameters import load_parameters
from fupin.scenarios.build import region_data
from fupin.scenarios.scenario import load_scenario

if TYPE_CHECKING:
    from fupin.model.region import Region
    from fupin.scenarios.resolved import ResolvedScenario

FIVE = ("baseline-2014", "industry", "relocation", "education", "finance")  # one instrument of each family, and dibao
ALTERNATIVES = {  # packages of documents, and those that stand for another one
    *("do-nothing", "anhui-exit-2018", "baoding-2016", "chongqing-upgrade-2018", "five-batches", "hebei-before-2019"),
    *(
        "hebei-nonpoor-2019",
        "nonpoor-seven",
        "budgets-weighted",
        "dibao-within-means",
        "medical-anhui",
        "services-by-date",
    ),
}
SIZES: dict[int, dict[str, Any]] = {  # households, roughly: whole villages are sampled, at least two a stratum
    1_000: {"sample": 0.001, "area": ("Laiyuan",)},
    10_000: {"sample": 0.01},
    30_000: {"sample": 0.03},
    100_000: {"sample": 0.1},
    300_000: {"sample": 0.3},
    1_000_000: {"sample": 1.0},
}


def everything() -> list[str]:
    """All policies that can stand beside each other, in the order of the rules of 2014, history, and the alphabet."""
    files = library("scenarios", "policies").glob("*.toml")
    first = ["baseline-2014", "history"]
    return first + sorted({file.stem for file in files} - ALTERNATIVES - set(first))


def world_of(size: int, years: int = 7, policies: Sequence[str] = FIVE) -> ResolvedScenario:
    """The world that is timed: Baoding under one instrument of each family, or other policies, of about that size."""
    changes = SIZES[size] | {"years": years}
    return load_scenario("baoding").with_policies(list(policies)).changed(**changes).resolve()


@dataclasses.dataclass(frozen=True)
class Speed:
    """Seconds of every month of a world (the quickest of the repeats), its size, and its memory.

    `runs` are the seconds of all months together, once for each repeat; `waits` those from a changed setting to the
    last month, building and burn-in included; `peak` is the largest memory of the process so far, GB.
    """

    households: int
    months: NDArray[np.float64]
    bytes_per_household: float
    runs: tuple[float, ...] = ()
    waits: tuple[float, ...] = ()
    peak: float | None = None

    @property
    def seconds(self) -> float:
        """The whole run, without building and burn-in."""
        return float(self.months.sum())

    @property
    def household_quarter(self) -> float:
        """Nanoseconds."""
        return self.per_quarter(self.seconds)

    def per_quarter(self, seconds: float) -> float:
        """Nanoseconds a household-quarter of a run of so many seconds."""
        return 3e9 * seconds / len(self.months) / self.households

    @property
    def month(self) -> float:
        """Mean milliseconds of a month."""
        return 1e3 * self.seconds / len(self.months)


def measure_speed(world: ResolvedScenario, repeats: int = 3, engine: str = NUMPY) -> Speed:
    """Time every month of a world after its burn-in, which also warms up what is made once."""
    quickest = np.full(world.last - world.start + 1, np.inf)
    book, use, runs, waits = load_parameters(library("model", "parameters")), ENGINES[engine], [], []
    data = region_data(world) if repeats > 1 else None  # not kept: a region that makes its own lets it go
    for _ in range(repeats):
        first = time.perf_counter()
        region = use.build(world, data, book)
        region.run_to(world.start - 1)
        months = np.zeros_like(quickest)
        for month in range(len(quickest)):
            begun = time.perf_counter()
            region.step()
            months[month] = time.perf_counter() - begun
        waits.append(time.perf_counter() - first)
        runs.append(float(months.sum()))
        np.minimum(quickest, months, out=quickest)
    households = len(region.rows("household"))
    return Speed(households, quickest, column_bytes(region) / households, tuple(runs), tuple(waits), peak_memory())


def column_bytes(region: Region) -> int:
    """Bytes of all columns of a region."""
    return sum(region.table_of(kind).nbytes for kind in ("household", "person", "village", "enterprise", "workteam"))


def small_run(engine: str = NUMPY) -> None:
    """One year of a small world, in which an engine does all that it ever does."""
    world = world_of(1_000, 1)
    ENGINES[engine].build(world).run_to(world.last)


def fixed_cost(speeds: Sequence[Speed]) -> tuple[float, float]:
    """Milliseconds a month that do not depend on size, and nanoseconds a household-quarter that do.

    Least squares of the relative error of month = a + b · households, over the sizes up to 100,000 households.
    """
    few = [speed for speed in speeds if speed.households < 150_000]
    month = np.array([speed.month for speed in few])
    terms = np.column_stack([np.ones(len(few)), [speed.households for speed in few]])
    (a, b), *_ = np.linalg.lstsq(terms / month[:, None], np.ones(len(few)), rcond=None)
    return float(a), float(3e6 * b)


def exponent(small: Speed, large: Speed) -> float:
    """How the cost of a run grows with its households: 1 in proportion, more if faster."""
    return float(np.log(large.month / small.month) / np.log(large.households / small.households))


def profile(world: ResolvedScenario, repeats: int = 3, engine: str = NUMPY) -> tuple[int, dict[str, float]]:
    """Number of households, and seconds of each process and (indented) instrument in the whole run (quickest)."""
    households, runs = profiles(world, repeats, engine)
    return households, {name: min(taken) for name, taken in runs.items()}


def profiles(world: ResolvedScenario, repeats: int = 3, engine: str = NUMPY) -> tuple[int, dict[str, list[float]]]:
    """Number of households, and seconds of each process and (indented) instrument in the whole run, by repeat."""
    data, book = region_data(world), load_parameters(library("model", "parameters"))
    found: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        region, clock = ENGINES[engine].build(world, data, book), _Clock()
        region.run_to(world.start - 1)
        region.processes = tuple(
            dataclasses.replace(item, run=clock.timed(item.name, item.run)) for item in region.processes
        )
        for instrument in region.instruments:
            vars(instrument)["run"] = clock.timed(f"  {instrument.id}", instrument.run)
        region.run_to(world.last)
        for name, seconds in clock.seconds.items():
            found[name].append(seconds)
    return len(region.rows("household")), dict(found)


class _Clock:
    """Seconds spent in named functions."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, name: str, run: Callable[[Region], None]) -> Callable[[Region], None]:
        def timed(region: Region) -> None:
            begun = time.perf_counter()
            run(region)
            self.seconds[name] += time.perf_counter() - begun

        return timed
