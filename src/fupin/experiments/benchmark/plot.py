"""The plot of the benchmark, from a result alone: cost of a household-quarter against size, both axes logarithmic.

On the left whole months (every process, five instruments or all of them), on the right the household core, which is
also carried out by Mesa objects and by Polars, above the limit that memory sets.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from fupin.errors import FupinError
from fupin.experiments.benchmark.engines import COMPILED, NAMES, NUMPY
from fupin.experiments.benchmark.record import Record
from fupin.experiments.figures import BLUE, FAINT, GREEN, GREY, ORANGE, PURPLE, Drawing, dark, draw, label_ends
from fupin.experiments.results import open_folder
from fupin.labels import Label, pick, tell

type Points = list[tuple[float, float]]


class Line(NamedTuple):
    """One line of the plot: a kind of figure and an engine, how it looks, and what stands at its end."""

    kind: str
    engine: str
    colour: str
    dashes: str
    label: Label


BY_NUMPY, BY_COMPILED = (Label(*NAMES[name]) for name in (NUMPY, COMPILED))
LINES = {
    "month": (
        Line("all_quarter", NUMPY, BLUE, "--", BY_NUMPY),
        Line("quarter", NUMPY, BLUE, "-", BY_NUMPY),
        Line("all_quarter", COMPILED, ORANGE, "--", BY_COMPILED),
        Line("quarter", COMPILED, ORANGE, "-", BY_COMPILED),
    ),
    "core": (
        Line("household_objects", "", PURPLE, "-", Label("Mesa 对象", "Mesa objects")),
        Line("polars", "", GREEN, "-", Label("Polars", "Polars")),
        Line("core", NUMPY, BLUE, "-", BY_NUMPY),
        Line("core", COMPILED, ORANGE, "-", BY_COMPILED),
        Line("limit", "", GREY, ":", Label("内存极限", "limit of memory")),
    ),
}
MEANING = {"--": Label("全部政策", "everything on"), "-": Label("五种工具", "five instruments")}  # of whole months


def draw_speed(record: Record, path: Path, lang: str) -> list[Path]:
    """Draw a result as `path` in PNG and in SVG (whatever its ending); raises FupinError if it has nothing to draw."""
    drawing = drawing_of_speed(record, path.stem if path.suffix in (".png", ".svg") else path.name, lang)
    where = record.machine
    note = tell(
        f"{where.get('processor')}，{where.get('cores')} 核，Python {where.get('python')}，NumPy {where.get('numpy')}。"
        "农户核心：同样的规则、同样的数，状态相同到 1e-9；Mesa 对象和 NumPy 用一个核，Polars 用全部核。",
        f"{where.get('processor')}, {where.get('cores')} cores, Python {where.get('python')}, "
        f"NumPy {where.get('numpy')}. Household core: the same rules on the same numbers, equal to 1e-9;\n"
        "Mesa objects and NumPy on one core, Polars on all.",
        lang,
    )
    return draw([drawing], open_folder(path.parent), note)


def drawing_of_speed(record: Record, name: str, lang: str) -> Drawing:
    """The drawing of a result."""
    panels = {panel: [(line, points) for line in lines if (points := _points(record, line))]
              for panel, lines in LINES.items()}  # fmt: skip
    if not any(panels.values()):
        raise FupinError(tell("结果中没有可画的项目", "the result holds nothing that is drawn"))
    return Drawing(
        name,
        tell("一户一季要多久", "What a household-quarter costs", lang),
        tell(
            "每户每季纳秒，对户数；双对数坐标",
            "Nanoseconds a household and quarter against households; logarithmic",
            lang,
        ),
        partial(_fill, {panel: lines for panel, lines in panels.items() if lines}, lang),
    )


def _points(record: Record, line: Line) -> Points:
    found = [one for one in record.figures if (one.kind.name, one.engine) == (line.kind, line.engine)]
    return sorted((float(one.households), one.value) for one in found if one.households)


def _fill(panels: dict[str, list[tuple[Line, Points]]], lang: str, canvas: Canvas) -> None:
    canvas.subplots_adjust(left=0.085, right=0.845, top=0.77, bottom=0.185, wspace=0.27)
    titles = {
        "month": tell("整个月份：所有过程与工具", "Whole months: every process and instrument", lang),
        "core": tell("农户核心：六步规则", "Household core: the rules of six phases", lang),
    }
    every = [points for lines in panels.values() for _, points in lines]
    widest = max(points[-1][0] for points in every)
    first: Axes | None = None
    for place, (panel, lines) in enumerate(panels.items()):
        ax = canvas.add_subplot(1, len(panels), place + 1, sharey=first, sharex=first)
        first = first or ax
        for line, points in lines:
            ax.plot(*zip(*points, strict=True), line.dashes, color=line.colour, marker="o", markersize=3.5, lw=1.8)
        ax.set_xscale("log")
        ax.set_yscale("log")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            axis.set_minor_locator(NullLocator())
        ax.set_title(titles[panel], loc="left", fontsize=10, color=FAINT, pad=10)
        ax.set_xlabel(tell("户数", "households", lang))
        if place:
            ax.tick_params(labelleft=False)  # the heights are those of the first
    for ax, (panel, lines) in zip(canvas.axes, panels.items(), strict=True):
        _names(ax, lines, widest, lang)
        if panel == "month":
            styles = dict.fromkeys(line.dashes for line, _ in lines)
            handles = [Line2D([], [], color=FAINT, ls=style, lw=1.8) for style in styles]
            ax.legend(handles, [pick(MEANING[style], lang) for style in styles], loc="upper right", handlelength=2.4)


def _names(ax: Axes, lines: list[tuple[Line, Points]], widest: float, lang: str) -> None:
    """Names beside the axes at the height where a line ends (of several, the widest), or at ends far from there."""
    ends: dict[str, tuple[float, float, str]] = {}
    for line, points in lines:
        (x, y), name = points[-1], pick(line.label, lang)
        if x < 0.5 * widest and line.kind == "household_objects":
            at_end: dict[str, Any] = {"xytext": (7, 0), "textcoords": "offset points", "va": "center"}
            ax.annotate(name, (x, y), color=dark(line.colour), fontsize=9, **at_end)
        else:
            ends[name] = max(ends.get(name, (0.0, 0.0, "")), (x, y, line.colour))
    label_ends(ax, [(y, name, colour) for name, (_, y, colour) in ends.items()], size=9)
