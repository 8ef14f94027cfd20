"""The benchmark as tables: a figure a row, value and budget of each engine side by side; what no figure has is left
out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from fupin.experiments.benchmark.changes import Change, Changes
from fupin.experiments.benchmark.declared import KINDS, PARTS
from fupin.experiments.benchmark.engines import COMPILED, NAMES, NUMPY
from fupin.experiments.benchmark.figures import Figure, Kind
from fupin.labels import pick, tell

TITLES = {
    "size": ("成本与规模", "Cost against size"),
    "everything": ("全部政策", "Everything on"),
    "core": ("农户核心，与 Polars 及内存极限相比", "The household core against Polars and the limit of memory"),
    "steps": ("跨户步骤，每人纳秒", "Steps that cross households, ns a candidate"),
    "phases": ("农户核心的六步与各自的内存极限", "The six phases of the core, each against its limit of memory"),
    "stream": ("分块流过的农户核心", "The core in streamed blocks"),
    "profile": ("各过程，每户季纳秒", "Processes, nanoseconds a household-quarter"),
    "objects": ("与 Mesa 对象相比", "Against Mesa objects"),
    "machine": ("启动", "Start"),
    "runner": ("运行许多次", "Many runs"),
}
COLUMNS = ("", NUMPY, COMPILED)


class Printed(NamedTuple):
    """A table for reading."""

    title: str
    head: list[str]
    rows: list[list[str]]


def tables(figures: Sequence[Figure], lang: str) -> Iterator[Printed]:
    """The parts in order; of several, first the budgets of architecture section 8."""
    if len({one.kind.part for one in figures}) > 1:
        yield budgets(figures, lang)
    for part in (part for part in PARTS if any(one.kind.part == part for one in figures)):
        lines: dict[tuple[str, str], dict[str, Figure]] = {}
        for one in figures:
            if one.kind.part == part:
                lines.setdefault((one.kind.name, one.at), {})[one.engine] = one
        rows = [
            [pick(next(iter(line.values())), lang), KINDS[name].unit, *_cells(KINDS[name], line, lang)]
            for (name, _), line in lines.items()
        ]
        yield _without_empty(tell(*TITLES[part], lang), _head(lang), rows)


HEADLINES = (
    ("quarter", 10_000), ("quarter", 100_000), ("quarter", 1_000_000), ("all_quarter", 10_000),
    ("all_quarter", 100_000), ("years", 1_000_000), ("years_shared", 1_000_000), ("memory", 1_000_000),
    ("household_ratio", 10_000), ("polars_ratio", 10_000), ("polars_ratio", 100_000), ("polars_ratio", 1_000_000),
)  # fmt: skip
"""What the first page tells: kinds of figures and sizes."""


def headlines(figures: Iterable[Figure], lang: str) -> Printed:
    """The few figures that the first page tells, without their budgets."""
    found = {(one.kind.name, one.at, one.engine): one for one in figures}
    rows = []
    for name, size in HEADLINES:
        line = {
            engine: found[name, str(size), engine] for engine in (NUMPY, COMPILED) if (name, str(size), engine) in found
        }
        if line:
            label, unit = pick(next(iter(line.values())), lang), KINDS[name].unit
            rows.append([f"{label} ({unit})", *(number(line[e].value) if e in line else "" for e in (NUMPY, COMPILED))])
    head = [tell("项目", "figure", lang), *(tell(*NAMES[engine], lang) for engine in (NUMPY, COMPILED))]
    return Printed("", head, rows)


def dearest(figures: Iterable[Figure], lang: str, engine: str = COMPILED) -> str:
    """The largest cost of an engine with five instruments, by name, in the largest world that was profiled."""
    mine = [one for one in figures if one.kind.name == "process" and one.engine == engine]
    if not mine:
        return "–"
    largest = max(one.households or 0 for one in mine)
    whole, first = sorted((one for one in mine if one.households == largest), key=lambda one: -one.value)[:2]
    return f"{pick(first, lang)}: {number(first.value)} / {number(whole.value)} ns"


def budgets(figures: Iterable[Figure], lang: str) -> Printed:
    """Every row of the table of budgets, measured or not."""
    by_kind: dict[tuple[str, str], dict[str, Figure]] = {}
    for one in figures:
        by_kind.setdefault((one.kind.name, one.at), {})[one.engine] = one
    rows = []
    for kind in sorted((kind for kind in KINDS.values() if kind.row), key=lambda kind: kind.row or 0):
        for size in kind.sizes():
            line = by_kind.get((kind.name, str(size or "")), {})
            label = pick(next(iter(line.values())), lang) if line else _nominal(kind, size, lang)
            if "" in line:  # no engine changes it: it stands where the plan has it
                line = {NUMPY: line[""]}
            scale = _scale(kind, line, size)

            def allowed(engine: str, kind: Kind = kind, size: int | None = size, scale: float = scale) -> float | None:
                budget = kind.budget(engine, size)
                return None if budget is None else scale * budget

            rows.append([label, kind.unit, *_cells(kind, line, lang, allowed)[3:]])
    head = _head(lang)
    title = tell("架构第 8 节的预算", "Budgets of architecture section 8", lang)
    return Printed(title, head[:2] + head[5:], rows)


def _nominal(kind: Kind, size: int | None, lang: str) -> str:
    """The label of a budget that was not measured."""
    n = f"{size:,}" if size else ""
    return pick(kind, lang).format(n=n, years=7, many=tell("全部政策", "everything on", lang), threads=2)


def _head(lang: str) -> list[str]:
    names = {"": tell("数值", "value", lang), **{name: tell(*label, lang) for name, label in NAMES.items()}}
    head = [tell("项目", "figure", lang), tell("单位", "unit", lang)]
    for column in COLUMNS:
        head += [names[column], tell("预算", "budget", lang), ""]
    return head


def _cells(
    kind: Kind, line: Mapping[str, Figure], lang: str, allowed: Callable[[str], float | None] = lambda engine: None
) -> list[str]:
    """Value, budget and verdict by engine; `allowed` is the budget of an engine that was not measured."""
    cells = []
    for column in COLUMNS:
        one = line.get(column)
        budget = one.budget if one else allowed(column)
        bound = "" if budget is None else f"{'≥' if kind.more else '≤'} {number(budget)}"
        cells += [number(one.value) if one else "", bound, _mark(one, lang)]
    return cells


def _scale(kind: Kind, line: Mapping[str, Figure], size: int | None) -> float:
    """By how much the budgets of what was measured are scaled."""
    pairs = [(one.budget, kind.budget(one.engine, size)) for one in line.values()]
    return next((budget / usual for budget, usual in pairs if budget and usual), 1.0)


def _mark(one: Figure | None, lang: str) -> str:
    if one is None or one.met is None or one.share is None:
        return ""
    word = tell("达到", "met", lang) if one.met else tell("未达到", "missed", lang)
    return f"{word} {one.share:.2g}×"


def _without_empty(title: str, head: list[str], rows: list[list[str]]) -> Printed:
    kept = [i for i in range(len(head)) if i < 2 or any(row[i] for row in rows)]
    return Printed(title, [head[i] for i in kept], [[row[i] for i in kept] for row in rows])


def changed(found: Changes, lang: str) -> Iterator[Printed]:
    """The figures that became slower and those that became quicker, if any."""
    head = [tell(*words, lang) for words in (("项目", "figure"), ("引擎", "engine"), ("单位", "unit"))]
    head += [
        tell(*words, lang) for words in (("以前", "before"), ("现在", "now"), ("变化", "change"), ("噪声", "noise"))
    ]
    for title, ones in (
        (tell("变慢或变大", "Slower or larger", lang), found.slower()),
        (tell("变快或变小", "Quicker or smaller", lang), found.quicker()),
    ):
        if ones:
            yield Printed(title, head, [_change(one, lang) for one in ones])


def _change(one: Change, lang: str) -> list[str]:
    engine = tell(*NAMES[one.new.engine], lang) if one.new.engine in NAMES else one.new.engine
    change = f"{100.0 * (one.new.value / one.old.value - 1.0):+.0f} %"
    values = [number(one.old.value), number(one.new.value)]
    return [pick(one.new, lang), engine, one.new.kind.unit, *values, change, f"±{100.0 * one.noise:.0f} %"]


def number(value: float) -> str:
    """A number with three digits, or whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
