"""The benchmark as a table: each figure beside its budget, in two languages, and as JSON with the machine it ran on."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from fupin.experiments import benchmark, benchmark_machine, benchmark_objects, benchmark_runner
from fupin.library import library
from fupin.model.month import MONTH
from fupin.model.parameters import load_parameters
from fupin.scenarios.build import build_region, region_data

PARTS = ("all", "size", "everything", "profile", "objects", "machine", "runner")
USUAL = (1_000, 10_000, 30_000, 100_000)
FULL = (*USUAL, 300_000, 1_000_000)
PROFILED = (10_000, 100_000)


@dataclass(frozen=True)
class Figure:
    """One measured figure. `budget` is what it should be at most (or, with `more`, at least)."""

    zh: str
    en: str
    value: float
    unit: str
    budget: float | None = None
    more: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.more else self.value <= self.budget

    @property
    def share(self) -> float | None:
        """The figure in shares of its budget."""
        return None if self.budget is None else self.value / self.budget


def speed_figures(sizes: Sequence[int], years: int = 7, repeats: int = 3) -> Iterator[Figure]:
    """Cost against size. Sizes from 300,000 households are timed once; the largest comes first, to know its memory."""
    by_size, peak = {}, None
    for size in sorted(sizes, reverse=True):
        by_size[size] = benchmark.measure_speed(benchmark.world_of(size, years), repeats if size <= 100_000 else 1)
        peak = peak or benchmark_machine.peak_memory()
        gc.collect()
    speeds = [by_size[size] for size in sizes]
    for size, speed in zip(sizes, speeds, strict=True):
        n = f"{speed.households:,}"
        quarter = 600.0 if size >= 10_000 else None  # the budget of architecture section 8
        yield Figure(
            f"{n} 户：一户一季", f"{n} households: a household-quarter", speed.household_quarter, "ns", quarter
        )
        yield Figure(f"{n} 户：一个月", f"{n} households: a month", speed.month, "ms")
        allowed = {10_000: 0.4, 1_000_000: 60.0}.get(size)
        budget = None if allowed is None else allowed * years / 7 * speed.households / size
        yield Figure(f"{n} 户：{years} 年", f"{n} households: {years} years", speed.seconds, "s", budget)
        if size == 1_000_000 and peak:
            yield Figure(f"{n} 户：内存峰值", f"{n} households: peak memory", peak, "GB", 2.5)
    if len(speeds) > 1:
        fixed, each = benchmark.fixed_cost(speeds)
        yield Figure("每月固定成本（回归）", "fixed cost of a month (regression)", fixed, "ms", 1.5)
        yield Figure("每户季边际成本（回归）", "cost of one more household-quarter (regression)", each, "ns", 600)
    if {10_000, 1_000_000} <= set(by_size):
        growth = by_size[1_000_000].household_quarter / by_size[10_000].household_quarter
        yield Figure("百万户对一万户，每户成本", "a household at 1,000,000 against 10,000", growth, "×", 1.5)
    largest = speeds[-1]
    yield Figure("列存储每户字节", "bytes a household, columns", largest.bytes_per_household, "B")


def everything_figures(sizes: Sequence[int] = PROFILED, years: int = 7, repeats: int = 3) -> Iterator[Figure]:
    """Cost with nearly every instrument in force, and the dearest processes and instruments at the largest size."""
    for size in sizes:
        world = benchmark.world_of(size, years, benchmark.everything())
        speed = benchmark.measure_speed(world, repeats)
        n, many = f"{speed.households:,}", len(world.instruments)
        what = f"{n} 户，{many} 种工具：一户一季", f"{n} households, {many} instruments: a household-quarter"
        yield Figure(*what, speed.household_quarter, "ns", 1000.0)
        fixed = f"{n} 户，{many} 种工具：{years} 年", f"{n} households, {many} instruments: {years} years"
        yield Figure(*fixed, speed.seconds, "s", 0.4 * years / 7 * speed.households / size if size == 10_000 else None)
    yield from profile_figures(sizes[-1], years, 1, benchmark.everything())[:25]


def object_figures(size: int = 10_000, repeats: int = 5) -> Iterator[Figure]:
    """The same rules on plain Mesa agents, and how far the columns are from the speed of memory."""
    world = benchmark.world_of(size, 1)
    region = build_region(world, region_data(world), load_parameters(library("model", "parameters")))
    region.run_to(world.start + 2)
    household = benchmark_objects.compare_households(region, repeats)
    person = benchmark_objects.compare_persons(region, repeats)
    for zh, en, found, budget in (
        ("住户一季的规则", "rules of the household quarter", household, 60.0),
        ("个人一月的规则", "rules of a person's January", person, None),
    ):
        if not found.difference < 1e-9:
            raise ArithmeticError(f"objects and columns differ by {found.difference:.3g} after the {en}")
        yield Figure(f"{zh}：列", f"{en}: columns", found.columns, "ns")
        yield Figure(f"{zh}：Mesa 对象", f"{en}: Mesa objects", found.objects, "ns")
        yield Figure(f"{zh}：倍数", f"{en}: ratio", found.ratio, "×", budget, more=True)
        yield Figure(f"{zh}：最大相对差", f"{en}: largest relative difference", found.difference, "", 1e-9)
    yield Figure("创建一个 Mesa 住户对象", "making a Mesa household", household.making / 1e3, "µs")
    persons = len(region.table_of("person")) / len(region.table_of("household"))
    held = household.bytes_each + persons * person.bytes_each
    yield Figure("Mesa 对象每户字节（含成员）", "bytes a household with members, Mesa objects", held, "B")
    names = benchmark_machine.touched_columns(region)
    limit = benchmark_machine.moving(region.table_of("household"), names)
    zh, en = f"内存极限：搬动所触及的 {len(names)} 列", f"limit of memory: moving the {len(names)} columns touched"
    yield Figure(zh, en, limit, "ns")
    yield Figure("住户一季对内存极限", "household quarter against that limit", household.columns / limit, "×")


def machine_figures(repeats: int = 5) -> Iterator[Figure]:
    """How long programs take to start."""
    budgets = {"import fupin": 0.3, "fupin --help": 0.5}
    for name, seconds in benchmark_machine.start_times(repeats).items():
        yield Figure(f"启动：{name}", f"start: {name}", seconds, "s", budgets.get(name))


def runner_figures() -> Iterator[Figure]:
    """What running many worlds costs beside the worlds themselves."""
    beyond, each = benchmark_runner.overhead()
    yield Figure("每次运行的额外时间", "a run beyond the model's own time", 1e3 * beyond, "ms", 5.0)
    yield Figure("同上，模型自身时间", "the model's own time there", 1e3 * each, "ms")
    one, two = benchmark_runner.sharing()
    yield Figure("扫描，一个工作进程", "a sweep with one worker", one, "s")
    yield Figure("扫描，两个工作进程", "the same with two workers", two, "s")
    yield Figure("两个比一个快", "two workers against one", one / two, "×", 1.8, more=True)
    n, names = f"{benchmark_runner.STORED:,}", {
        "stored": ("运行并存储", "run and stored", "s", None),
        "bytes": ("占用", "size", "MB", None),
        "parts": ("逐年分位数查询", "a query of quantiles by year", "s", 0.5),
        "compact": ("合并后查询", "the same when compacted", "s", 0.5),
    }  # fmt: skip
    for name, value in benchmark_runner.large_store():
        zh, en, unit, budget = names[name]
        yield Figure(f"{n} 次小运行：{zh}", f"{n} small runs: {en}", value / (1e6 if unit == "MB" else 1), unit, budget)


def profile_figures(
    size: int = 10_000, years: int = 7, repeats: int = 3, policies: Sequence[str] = benchmark.FIVE
) -> list[Figure]:
    """Nanoseconds a household-quarter of each process and instrument, dearest first."""
    names = {item.name: (item.zh, item.en) for item in MONTH}
    households, found = benchmark.profile(benchmark.world_of(size, years, policies), repeats)
    quarters = households * 4 * years
    total = sum(seconds for name, seconds in found.items() if name in names)
    by_cost = sorted(found.items(), key=lambda item: -item[1])
    figures = [Figure(*names.get(name, (name, name)), 1e9 * seconds / quarters, "ns") for name, seconds in by_cost]
    return [
        Figure(f"{households:,} 户：合计", f"{households:,} households: sum", 1e9 * total / quarters, "ns"),
        *figures,
    ]


def measure(
    part: str = "all",
    *,
    full: bool = False,
    years: int = 7,
    repeats: int = 3,
    progress: Callable[[Figure], None] = lambda figure: None,
) -> dict[str, list[Figure]]:
    """All the figures of a part, by part; `progress` sees each as it comes."""
    makers: dict[str, Callable[[], Any]] = {
        "size": lambda: speed_figures(FULL if full else USUAL, years, repeats),
        "everything": lambda: everything_figures(years=years, repeats=repeats),
        "machine": lambda: machine_figures(repeats),
        "runner": runner_figures,
        "objects": lambda: object_figures(repeats=repeats),
        **{f"profile {size}": partial(profile_figures, size, years, repeats) for size in PROFILED},
    }
    found: dict[str, list[Figure]] = {}
    for name, make in makers.items():
        if part in ("all", name.partition(" ")[0]):
            found[name] = []
            for figure in make():
                progress(figure)
                found[name].append(figure)
    return found


def as_record(found: dict[str, list[Figure]]) -> dict[str, Any]:
    """What is written as JSON."""
    return {
        "machine": benchmark_machine.machine(),
        "figures": {
            part: [asdict(figure) | {"met": figure.met} for figure in figures] for part, figures in found.items()
        },
    }
