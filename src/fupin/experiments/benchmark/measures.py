"""What is measured, part by part: each function yields figures as they come, for every engine that is asked for."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from fupin.experiments.benchmark import core as cores
from fupin.experiments.benchmark import frames, machine, objects, speed, steps, stream, sweeps
from fupin.experiments.benchmark.declared import figure
from fupin.experiments.benchmark.engines import ENGINES, NUMPY
from fupin.experiments.benchmark.figures import Figure
from fupin.model.engine import sharing
from fupin.model.month import MONTH

USUAL = (1_000, 10_000, 30_000, 100_000)
FULL = (*USUAL, 300_000, 1_000_000)
ALL_ON = (1_000, 10_000, 100_000, 1_000_000)
PROFILED = (10_000, 100_000)
STEPPED = (10_000, 100_000, 1_000_000)
CORES = (1_000, 10_000, 100_000, 1_000_000)
OBJECTS = (1_000, 10_000, 100_000)
STREAMED = 10_000_000
OWN_PROCESS = 300_000  # sizes from here on are timed once, in a process of their own whose memory is theirs
PHASES = {
    "produce": ("生产", "produce"),
    "earn": ("工资", "earn"),
    "receive": ("财产与转移", "receive"),
    "spend": ("支出", "spend"),
    "invest": ("投资", "invest"),
    "feel": ("心态", "feel"),
    cores.WHOLE: ("六步合为一遍", "all six in one pass"),
}

type Figures = Iterator[Figure]


def speeds_of(
    sizes: Sequence[int], engine: str, years: int, repeats: int, policies: Sequence[str] = speed.FIVE
) -> Iterator[tuple[int, speed.Speed]]:
    """Speed at every size, as it is measured: who stops it keeps what is there."""
    for size in sizes:
        world = speed.world_of(size, years, policies)
        if size < OWN_PROCESS:
            found = speed.measure_speed(world, repeats, engine)
        else:
            found = machine.in_process(speed.measure_speed, world, 1, engine)
        gc.collect()
        yield size, found


def size_figures(sizes: Sequence[int], engines: Sequence[str], years: int = 7, repeats: int = 3) -> Figures:
    """Cost against size, five instruments."""
    for engine in engines:
        by_size = {}
        for size, found in speeds_of(sizes, engine, years, repeats):
            by_size[size] = found
            n, factor = found.households, years / 7 * found.households / size
            quarters = [found.per_quarter(run) for run in found.runs]
            yield figure("quarter", found.household_quarter, engine, size=size, households=n, repeats=quarters)
            yield figure("month", found.month, engine, size=size, households=n)
            yield figure(
                "years", found.seconds, engine, size=size, households=n, years=years, factor=factor, repeats=found.runs
            )
            if size >= OWN_PROCESS and found.peak:
                yield figure("memory", found.peak, engine, size=size, households=n)
            if size >= OWN_PROCESS and ENGINES[engine].shares:
                threads = os.cpu_count() or 1
                with sharing.using(threads):
                    shared = dict(speeds_of([size], engine, years, 1))[size]
                yield figure(
                    "years_shared", shared.seconds, engine, size=size, households=n, factor=factor, years=years,
                    threads=threads,
                )  # fmt: skip
        if len(by_size) > 1:
            fixed, each = speed.fixed_cost(list(by_size.values()))
            yield figure("fixed", fixed, engine)
            yield figure("marginal", each, engine)
        if {10_000, 100_000, 1_000_000} <= set(by_size):
            small, middle, large = (by_size[size] for size in (10_000, 100_000, 1_000_000))
            yield figure("growth", large.household_quarter / small.household_quarter, engine)
            yield figure("exponent", speed.exponent(middle, large), engine)
        yield figure("bytes", by_size[max(sizes)].bytes_per_household, engine)


def history_figures(engines: Sequence[str], sizes: Sequence[int], years: int, repeats: int) -> Figures:
    """Cost with the programmes of 2014 to 2020 as they happened: what users run."""
    policies = ["history"]
    count = len(speed.world_of(min(sizes), years, policies).instruments)
    many = f"{count} 种工具", f"{count} instruments"
    for engine in engines:
        for size, found in speeds_of(sizes, engine, years, repeats, policies):
            quarters = [found.per_quarter(run) for run in found.runs]
            here = partial(figure, engine=engine, size=size, households=found.households, many=many)
            yield here("history_quarter", found.household_quarter, repeats=quarters)


def all_figures(engines: Sequence[str], sizes: Sequence[int] = ALL_ON[:3], years: int = 7, repeats: int = 3) -> Figures:
    """Cost with nearly every instrument in force, and the dearest processes and instruments."""
    policies = speed.everything()
    count = len(speed.world_of(min(sizes), years, policies).instruments)
    many = f"{count} 种工具", f"{count} instruments"
    for engine in engines:
        by_size = {}
        for size, found in speeds_of(sizes, engine, years, repeats, policies):
            by_size[size] = found
            n, factor = found.households, years / 7 * found.households / size
            quarters = [found.per_quarter(run) for run in found.runs]
            yield figure(
                "all_quarter", found.household_quarter, engine, size=size, households=n, many=many, repeats=quarters
            )
            yield figure(
                "all_years",
                found.seconds,
                engine,
                size=size,
                households=n,
                many=many,
                years=years,
                factor=factor,
                repeats=found.runs,
            )
            wait = min(found.waits)
            yield figure("all_wait", wait, engine, size=size, households=n, years=years, repeats=found.waits)
        if len(by_size) > 1:
            fixed, each = speed.fixed_cost(list(by_size.values()))
            yield figure("all_fixed", fixed, engine)
            yield figure("all_marginal", each, engine)
    yield from history_figures(engines, [size for size in sizes if size < OWN_PROCESS], years, repeats)
    yield from profile_figures("all_process", max(n for n in sizes if n < OWN_PROCESS), engines, years, 1, policies, 25)


def profile_figures(
    kind: str,
    size: int,
    engines: Sequence[str],
    years: int = 7,
    repeats: int = 3,
    policies: Sequence[str] = speed.FIVE,
    most: int | None = None,
) -> Figures:
    """Nanoseconds a household-quarter of each process and instrument, dearest first (as the first engine has it)."""
    names = {item.name: (item.zh, item.en) for item in MONTH}
    chosen: list[str] = []
    for engine in engines:
        households, found = speed.profiles(speed.world_of(size, years, policies), repeats, engine)
        per = 1e9 / (households * 4 * years)
        found["sum"] = [sum(runs[i] for name, runs in found.items() if name in names) for i in range(repeats)]
        chosen = chosen or sorted(found, key=lambda name: -min(found[name]))[:most]
        for name in chosen:
            label = ("合计", "sum") if name == "sum" else names.get(name, (name, name))
            taken = [per * run for run in found[name]]
            at = f"{size} {name.strip()}"
            yield figure(kind, min(taken), engine, at=at, households=households, what=label, repeats=taken)


def object_figures(engines: Sequence[str], sizes: Sequence[int] = OBJECTS[:2], repeats: int = 5) -> Figures:
    """The same rules on plain Mesa agents."""
    for size in sizes:
        region = stream.region_of_core(size)
        for place, engine in enumerate(engines):
            found = objects.compare_households(region, repeats, ENGINES[engine].quarter)
            here = partial(figure, size=size, households=found.agents)
            _agree(found.difference, "objects and columns", engine)
            if not place:
                taken = found.objects
                yield here("household_objects", min(taken), repeats=taken)
            yield here("household_rules", min(found.columns), engine, repeats=found.columns)
            yield here("household_ratio", min(taken) / min(found.columns), engine)
            yield here("household_difference", found.difference, engine)
    person = objects.compare_persons(region, repeats)
    _agree(person.difference, "objects and columns of persons", NUMPY)
    yield figure("person_objects", min(person.objects), repeats=person.objects)
    yield figure("person_rules", min(person.columns), NUMPY, repeats=person.columns)
    yield figure("person_ratio", person.ratio, NUMPY)
    yield figure("person_difference", person.difference, NUMPY)
    yield figure("object_making", found.making / 1e3)
    persons = len(region.table_of("person")) / len(region.table_of("household"))
    yield figure("object_bytes", found.bytes_each + persons * person.bytes_each)


def core_figures(engines: Sequence[str], sizes: Sequence[int] = CORES[:3], repeats: int = 5) -> Figures:
    """The household core beside Polars and the speed of memory; without Polars, beside the latter alone."""
    base = cores.core_of(stream.region_of_core())
    for size in sizes:
        here, best, alike = partial(figure, size=size), {}, {}
        for engine in engines:
            core = cores.copies(base, size)
            quarter = ENGINES[engine].quarter(core)
            quarter()  # what is made once is made now
            taken = [1e9 * seconds / size for seconds in cores.repeated(quarter, repeats)]
            best[engine] = min(taken)
            yield here("core", best[engine], engine, repeats=taken)
            alike[engine] = best[engine]  # one thread, draws supplied
            if supplied := ENGINES[engine].supplied:
                step = supplied(core)
                step()
                taken = [1e9 * seconds / size for seconds in cores.repeated(step, repeats)]
                alike[engine] = min(taken)
                yield here("core_supplied", alike[engine], engine, repeats=taken)
        if frames.installed():
            framed = frames.compare_frames(cores.copies(base, size), ENGINES[NUMPY].quarter, repeats)
            _agree(framed.difference, "Polars and columns", NUMPY)
            quickest = min(framed.nanoseconds)
            yield here("polars", quickest, repeats=framed.nanoseconds, threads=framed.threads)
            yield here("polars_difference", framed.difference)
            for engine, own in best.items():
                if ENGINES[engine].shares and framed.threads > 1:
                    with sharing.using(framed.threads):
                        step = ENGINES[engine].quarter(cores.copies(base, size))
                        taken = [1e9 * seconds / size for seconds in cores.repeated(step, 2 * repeats)]
                    yield here("core_shared", min(taken), engine, repeats=taken, threads=framed.threads)
                    own = min(*taken, own)
                yield here("polars_ratio", quickest / own, engine)
                yield here("polars_one", quickest / alike[engine], engine)
        nbytes = cores.traffic_of(core)[cores.WHOLE].bytes(core.table)
        limit = 1e9 * machine.moving(nbytes * size) / size
        yield here("memory_speed", nbytes / limit)
        yield here("limit", limit, bytes=nbytes)
        for engine, own in best.items():
            yield here("limit_ratio", own / limit, engine)


def step_figures(engines: Sequence[str], repeats: int = 5) -> Figures:
    """The steps that cross households, at several numbers of candidates."""
    for engine in engines:
        best = {size: steps.step_times(size, repeats, engine) for size in STEPPED}
        for name, label in steps.STEPS.items():
            here = partial(figure, engine=engine, step=label)
            for size, found in best.items():
                yield here("step", min(found[name]), at=f"{size} {name}", households=size, repeats=found[name])
            small, large = (min(best[size][name]) for size in STEPPED[-2:])
            yield here("step_growth", steps.growth(small, large, STEPPED[-1] / STEPPED[-2]), at=name)


def phase_figures(engines: Sequence[str], size: int = 100_000, repeats: int = 5) -> Figures:
    """Each phase of the household quarter beside the time it takes to move the bytes that it must."""
    base = cores.core_of(stream.region_of_core())
    times = {}
    for engine in engines:
        core = cores.copies(base, size)
        times[engine] = ENGINES[engine].times(core, repeats)
    traffic = cores.traffic_of(core)
    for phase, moved in traffic.items():
        here = partial(figure, at=f"{size} {phase}", phase=PHASES[phase])
        for engine, found in times.items():
            if phase in found:
                yield here("phase", min(found[phase]), engine, repeats=found[phase])
        nbytes, columns = moved.bytes(core.table), (len(moved.read), len(moved.written))
        limit = 1e9 * machine.moving(nbytes * size) / size
        yield here("phase_limit", limit, bytes=nbytes, read=columns[0], written=columns[1])
        for engine, found in times.items():
            if phase in found:
                yield here("phase_ratio", min(found[phase]) / limit, engine)


def stream_figures(engines: Sequence[str], households: int = STREAMED, size: int = 10_000) -> Figures:
    """Ten million households through the core, block by block, and the memory that takes."""
    stages = {"generate": "生成", "draw": "抽取随机数", "run": "运行六步", "reduce": "汇总"}
    for engine in engines:
        found = stream.streamed(households, size, engine)
        total = sum(found.nanoseconds.values())
        here = partial(figure, engine=engine, size=households, households=found.households)
        yield here("stream", total)
        for stage, taken in found.nanoseconds.items():
            yield here("stream_stage", taken, at=f"{households} {stage}", stage=(stages[stage], stage))
        yield here("stream_seconds", total * found.households / 1e9)
        if found.before and found.peak:
            yield here("stream_before", found.before)
            yield here("stream_memory", found.peak, block=f"{found.block:,}")
        yield here("stream_held", found.held * found.households / 1e9)


def machine_figures(engines: Sequence[str], repeats: int = 5) -> Figures:
    """How long programs take to start, at first use and later; then a process that simulates."""
    kinds = {"import fupin": "start_fupin", "fupin --help": "start_help"}
    for name, taken in machine.start_times(repeats).items():
        kind = kinds.get(name)
        yield (
            figure(kind, min(taken), repeats=taken)
            if kind
            else figure("start", min(taken), at=name, what=name, repeats=taken)
        )
    for name, taken in machine.cold_times().items():
        yield figure("cold", min(taken), at=name, what=name, repeats=taken)
    usual = None
    for engine in engines:
        cold, warm = machine.first_runs(engine, max(repeats // 2, 1))
        usual = usual or min(warm)
        yield figure("first_run", cold, engine)
        yield figure("next_run", min(warm), engine, repeats=warm)
        if engine != NUMPY:
            yield figure("next_run_more", min(warm) - usual, engine)


def runner_figures() -> Figures:
    """What running many worlds costs beside the worlds themselves."""
    beyond, each = sweeps.overhead()
    yield figure("run_beyond", 1e3 * beyond)
    yield figure("run_itself", 1e3 * each)
    one, two = sweeps.sharing()
    yield figure("sweep_one", min(one), repeats=one)
    yield figure("sweep_two", min(two), repeats=two)
    yield figure("sweep_ratio", min(one) / min(two))
    for kind, taken in sweeps.large_store():
        scale = 1e6 if kind == "store_bytes" else 1.0
        yield figure(kind, min(taken) / scale, households=sweeps.STORED, repeats=[one / scale for one in taken])


def measure(
    part: str = "all",
    *,
    engines: Sequence[str] = (NUMPY,),
    full: bool = False,
    years: int = 7,
    repeats: int = 3,
    progress: Callable[[Figure], None] = lambda figure: None,
) -> list[Figure]:
    """All the figures of a part; `progress` sees each as it comes."""
    makers: dict[str, Callable[[], Figures]] = {
        "size": lambda: size_figures(FULL if full else USUAL, engines, years, repeats),
        "everything": lambda: all_figures(engines, ALL_ON if full else ALL_ON[:3], years, repeats),
        "core": lambda: core_figures(engines, CORES if full else CORES[:3], 4 * repeats),
        "steps": lambda: step_figures(engines, repeats),
        "phases": lambda: phase_figures(engines, CORES[3 if full else 2], repeats),
        "stream": lambda: stream_figures(engines, STREAMED if full else STREAMED // 10),
        "machine": lambda: machine_figures(engines, repeats),
        "runner": runner_figures,
        "objects": lambda: object_figures(engines, OBJECTS if full else OBJECTS[:2], repeats),
        **{f"profile {size}": partial(profile_figures, "process", size, engines, years, repeats) for size in PROFILED},
    }
    found: list[Figure] = []
    for name, make in makers.items():
        if part in ("all", name.partition(" ")[0]):
            for one in make():
                progress(one)
                found.append(one)
    return found


def _agree(difference: float, what: str, engine: str) -> None:
    if not (np.isfinite(difference) and difference < 1e-9):
        raise ArithmeticError(f"{what} differ by {difference:.3g} ({engine} engine)")
