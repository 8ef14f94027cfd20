"""What the commands that simulate show on the terminal: a progress bar, tables by year, a summary for machines."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from fupin.commands.chinese import wrapped
from fupin.errors import nearest
from fupin.experiments.compare import Arm, Comparison
from fupin.experiments.lives import Lives
from fupin.experiments.run import WorldResult
from fupin.experiments.tables import Line
from fupin.experiments.twins import WHO
from fupin.labels import pick, tell
from fupin.model.dated import month_label, month_number
from fupin.model.engine.store import listen
from fupin.model.outcomes import OUTCOMES
from fupin.scenarios.catalogue import catalogue, is_path
from fupin.scenarios.given import budgeted
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.resolved import ResolvedScenario

PIPE_WIDTH = 160  # columns when the output is no terminal
MOST_IDLE = 5  # instruments named that do nothing
LEAST_LABEL, MOST_LABEL, GAP = 12, 36, 3  # letters of a label's column, and between columns


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, if that is a terminal; yields what a run calls after each month.

    Where loops of the compiled engine have to be compiled first, it says so.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        with listen(_Compiling(bar, task, label)):
            yield lambda done, months: bar.update(task, completed=done, total=months)


class _Compiling:
    """Says that loops are compiled for this machine, on the bar or, without one, in a line."""

    def __init__(self, bar: Progress, task: Any, label: str) -> None:
        self.bar, self.task, self.label, self.loops = bar, task, label, 0

    def __call__(self, begun: int) -> None:
        self.loops += begun
        text = tell("首次使用，为本机编译（只此一次）", "first use: compiling for this machine, once")
        if not self.bar.disable:
            more = f"{text} … {self.loops}" if begun else self.label
            self.bar.update(self.task, description=more)
        elif self.loops == 1 and begun:
            print(text, file=sys.stderr, flush=True)


def tell_idle(worlds: Iterable[ResolvedScenario], lang: str) -> None:
    """Say on stderr which instruments are in force in none of the months simulated: a slip of a date, or few years."""
    kinds, found = catalogue().kinds, {}
    for world in worlds:
        for one in world.instruments:
            if not one.settings.active_within(world.start, world.last):
                start, end = one.settings.start, one.settings.end
                late = start is not None and month_number(start) > world.last
                span = tell(f"{start} 起", f"from {start}", lang) if late else tell(f"至 {end}", f"until {end}", lang)
                found[one.id] = tell(f"{kinds[one.kind].zh}（{span}）", f"{kinds[one.kind].en} ({span})", lang)
    if found:
        named = tell("、", ", ", lang).join(list(found.values())[:MOST_IDLE])
        rest = len(found) - MOST_IDLE
        more = tell(f" 等 {len(found)} 种", f" and {rest} more", lang) if rest > 0 else ""
        told = tell("模拟的月份里不起作用的工具：", "not in force in the months simulated: ", lang)
        print(f"{told}{named}{more}", file=sys.stderr, flush=True)


def tell_same(arms: Mapping[str, Arm], reference: Arm, lang: str) -> None:
    """Say on stderr which arms are the very world they are compared with: all their differences are nothing."""
    same = [pick(arm.label, lang) for arm in arms.values() if arm.scenario.identity() == reference.scenario.identity()]
    if same:
        named = tell("、", ", ", lang).join(same)
        told = tell("与对照是同一个世界，差别都是零：", "the same world as the reference, so nothing differs: ", lang)
        print(f"{told}{named}", file=sys.stderr, flush=True)


def tell_tables(worlds: Sequence[ResolvedScenario], lang: str) -> None:
    """Say on stderr to which month a user's own tables belong, and which of their budgets no instrument has."""
    world = worlds[0]
    tables = load_profile(world.region_file).tables if is_path(world.region) else None
    if tables is None:
        return
    begins = month_label(world.first)
    if world.burn_in_years:
        zh = f"自带的表写的是 {begins} 以前的状况，预热 {world.burn_in_years} 年后才报告；"
        en = f"your tables stand for the time before {begins}, and {world.burn_in_years} years of burn-in follow; "
        zh, en = (
            zh + "表若是起始年的普查，请用 --set burn_in_years=0",
            en + "with a census of the start use --set burn_in_years=0",
        )
        print(tell(zh, en, lang), file=sys.stderr, flush=True)
    here = {name for one in worlds for chosen in one.instruments for name in (chosen.id, chosen.kind)}
    for name in sorted(budgeted(Path(tables)) - here):
        near = nearest(name, here | set(catalogue().kinds))
        told = tell(
            f"budgets 表：这里没有工具 {name!r}，其金额不用；",
            f"budgets: no instrument {name!r} here to have it; ",
            lang,
        )
        print(told + near, file=sys.stderr, flush=True)


def print_lines(head: Sequence[str], lines: Sequence[Line], title: str = "", *, numbers: bool = True) -> None:
    """Print a table: first column labels, the others numbers to the right (or text).

    Columns of numbers that do not fit beside each other stand below, under the labels again: none is cut.
    """
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False)
    # a head may break, what stands below it may not
    rooms = [
        max(
            [
                max((cell_len(line.values[place]) for line in lines if line.values), default=0),
                *map(cell_len, name.split()),
            ]
        )
        for place, name in enumerate(head[1:])
    ]
    with console.capture() as drawn:
        if title:  # not the table's own, which a narrow table would break
            console.print(title, style="italic", soft_wrap=True)
        for places in _beside(rooms, lines, console.width) if numbers else [list(range(len(rooms)))]:
            table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
            table.add_column(head[0], overflow="fold", min_width=LEAST_LABEL)
            for place in places:
                justify: Any = "right" if numbers else "left"
                table.add_column(wrapped(head[1 + place]), justify=justify, min_width=rooms[place] if numbers else None)
            for line in lines:
                text = line.label.lstrip()
                inset = (0, 0, 0, len(line.label) - len(text))  # a label over two lines keeps its indent
                values = [line.values[place] for place in places] if line.values else [""] * len(places)
                table.add_row(Padding(wrapped(text), inset), *values, style="" if line.values else "bold")
            console.print(table)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()).strip("\n") + "\n")


def _beside(rooms: Sequence[int], lines: Sequence[Line], width: int) -> list[list[int]]:
    """Places of the columns, parted so that each part fits the width beside the labels (which may take two lines)."""
    label = min(max((cell_len(line.label) for line in lines), default=LEAST_LABEL), MOST_LABEL, width // 2)
    parts: list[list[int]] = [[]]
    for place in range(len(rooms)):
        if parts[-1] and label + sum(GAP + rooms[one] for one in [*parts[-1], place]) + GAP > width:
            parts.append([])
        parts[-1].append(place)
    return parts


def print_years(years: Sequence[int], lines: Sequence[Line], *, title: str, lang: str) -> None:
    """Print a table by year; on a narrow terminal only some of the years, first and last among them."""
    shown = _fitting(years, lines)
    chosen = [Line(line.label, tuple(line.values[place] for place in shown) if line.values else ()) for line in lines]
    print_lines(["", *(str(years[place]) for place in shown)], chosen, title)
    if len(shown) < len(years):
        print(tell("屏幕较窄，其余年份见结果文件夹\n", "narrow terminal: other years are in the folder\n", lang))


def _fitting(years: Sequence[int], lines: Sequence[Line]) -> list[int]:
    width = Console().width if sys.stdout.isatty() else PIPE_WIDTH
    cell = 2 + max((cell_len(value) for line in lines for value in line.values), default=6)
    label = min(max(cell_len(line.label) for line in lines), 40)
    count = max(min((width - label) // max(cell, 6), len(years)), 2)
    if count >= len(years):
        return list(range(len(years)))
    return sorted({round(place * (len(years) - 1) / (count - 1)) for place in range(count)})


def summary(world: WorldResult, folder: Path) -> dict[str, Any]:
    """A run in words a machine reads: values in the declared units (yuan, persons, shares)."""
    scenario = world.scenario
    return {
        "scenario": scenario.name,
        "policies": list(scenario.policies),
        "identity": scenario.identity(),
        "seed": scenario.seed,
        "sample": {"share": scenario.sample} | world.sample,
        "results": folder.as_posix(),
        "balanced": not world.imbalances,
        "years": [int(year) for year in world.outcomes.index],
        "outcomes": {
            name: {"zh": item.zh, "en": item.en, "unit": item.unit, "values": plain(world.outcomes[name])}
            for name, item in OUTCOMES.items()
        },
        "programmes": world.programmes.to_dict("records"),
        "seconds": round(world.seconds, 2),
    }


def comparison_summary(found: Comparison, folder: Path) -> dict[str, Any]:
    """A comparison in words a machine reads: sums, twins over all years and differences of the last year, by arm."""
    return {
        "against": found.against,
        "identity": found.reference.scenario.identity(),
        "results": folder.as_posix(),
        "balanced": not any(found.imbalances.values()),
        "years": found.reference.years,
        "arms": {
            arm: {
                "identity": world.scenario.identity(),
                "summary": {name: plain([value])[0] for name, value in found.sums(arm).items()},
                "twins": {who: found.twin_sums(arm, who) for who in WHO},
                "differences": {name: plain(found.effect(arm, name)["difference"])[-1] for name in OUTCOMES},
            }
            for arm, world in found.worlds.items()
        },
    }


def twin_summary(lives: Lives, policy: str, against: str, lang: str) -> dict[str, Any]:
    """Two lives in words a machine reads."""
    from fupin.model.columns import columns_of
    from fupin.model.household import Household

    declared = columns_of(Household)
    return {
        "uid": lives.uid,
        "county": tell(*lives.county, lang),
        "village": lives.village,
        "policy": policy,
        "against": against,
        "parting": None
        if lives.parting is None
        else {
            "month": month_label(lives.parting.month),
            "columns": [
                {"label": pick(declared[name], lang), "unit": declared[name].unit, "policy": mine, "reference": theirs}
                for name, mine, theirs in lives.parting.columns
            ],
        },
        "quarters": json.loads(lives.quarters.to_json(orient="records")),
        "flows": json.loads(lives.flows.to_json(orient="records", force_ascii=False)),
        "events": [
            {"month": month_label(event.month), "world": event.world, "event": tell(event.zh, event.en, lang)}
            for event in lives.events
        ],
    }


def plain(values: Any) -> list[float | None]:
    """Numbers for JSON, which has no NaN."""
    return [float(value) if math.isfinite(value) else None for value in values]
