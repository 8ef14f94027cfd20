"""How figures look: one style, colours that the colour-blind tell apart, labels at the lines, a note below.

A drawing function takes a blank `Figure` and fills it; `draw` gives it style, title and note and saves PNG and SVG.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

from fupin.experiments.results import replacing
from fupin.fonts import use_font
from fupin.labels import tell

BLUE, ORANGE, GREEN, RED, SKY, PURPLE, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#8C8C8C",
)  # fmt: skip
SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, GREY)
INK, FAINT = "#222222", "#6B6B6B"
SIZE = (8.0, 5.0)
DPI = 200
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": "#BBBBBB",
    "axes.labelcolor": FAINT,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.major.size": 0,
    "xtick.major.pad": 6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "ytick.left": False,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.fonttype": "path",
    "svg.hashsalt": "fupin",
}


class Drawing(NamedTuple):
    """One figure: file name, title, what is shown (with units), and the function that draws it."""

    name: str
    title: str
    subtitle: str
    fill: Callable[[Figure], None]


def draw(drawings: Sequence[Drawing], folder: Path, note: str) -> list[Path]:
    """Draw the figures into a folder (made if need be) and return the paths of the PNG files."""
    folder.mkdir(exist_ok=True)
    made = []
    with styled():
        for drawing in drawings:
            figure = figure_of(drawing, note)
            for kind in ("png", "svg"):
                path = folder / f"{drawing.name}.{kind}"
                with replacing(path) as temporary:
                    figure.savefig(temporary, format=kind, dpi=DPI, metadata={"Date": None} if kind == "svg" else None)
            made.append(folder / f"{drawing.name}.png")
    return made


def styled() -> AbstractContextManager[None]:
    """The style, for as long as figures are made and saved."""
    return mpl.rc_context({**STYLE, "font.family": [use_font()]})


def figure_of(drawing: Drawing, note: str = "") -> Figure:
    """A drawing with its title and note, inside `styled()`."""
    figure = Figure(figsize=SIZE)
    FigureCanvasAgg(figure)
    figure.subplots_adjust(left=0.09, right=0.775, top=0.83, bottom=0.155)
    drawing.fill(figure)
    title = figure.text(0.025, 0.965, drawing.title, fontsize=15, va="top")
    wide = title.get_window_extent().width / figure.bbox.width
    title.set_fontsize(15 * min(1.0, 0.95 / wide) if wide else 15)  # a long one stays inside the figure
    figure.text(0.025, 0.898, drawing.subtitle, fontsize=9.5, color=FAINT, va="top", linespacing=1.4)
    figure.text(0.025, 0.02, note, fontsize=7.2, color=FAINT, va="bottom", linespacing=1.5)
    return figure


def label_ends(ax: Axes, labels: Sequence[tuple[float, str, str]], *, size: float = 9.5) -> None:
    """Write labels (height, text, colour) to the right of the axes, moved apart where they would touch."""
    if not labels:
        return
    low, high = ax.get_ylim()
    if ax.get_yscale() == "log":
        labels = [(float(np.log(y)), text, colour) for y, text, colour in labels]
        low, high = np.log(low), np.log(high)
    order = sorted(range(len(labels)), key=lambda place: labels[place][0])
    height = ax.get_position().height * SIZE[1] * 72.0
    lines = [labels[place][1].count("\n") + 1 for place in order]
    room = [size * 1.35 * count / height for count in lines]  # share of the axes each label takes
    wanted = np.array([(labels[place][0] - low) / (high - low) for place in order])
    for place, y in zip(order, _apart(wanted, np.array(room)), strict=True):
        _, text, colour = labels[place]
        ax.text(
            1.015, y, text, transform=ax.transAxes, color=dark(colour), fontsize=size, va="center", ha="left",
            linespacing=1.2, clip_on=False,
        )  # fmt: skip


def dark(colour: str) -> tuple[float, float, float]:
    """The colour for text: as it is if dark enough on white, else darker."""
    red, green, blue = to_rgb(colour)
    bright = 0.30 * red + 0.59 * green + 0.11 * blue
    shade = min(1.0, 0.42 / bright) if bright > 0 else 1.0
    return red * shade, green * shade, blue * shade


def _apart(wanted: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Heights as near to those wanted (ascending) as the room of each label allows."""
    y = wanted.copy()
    for _ in range(200):
        moved = False
        for i in range(len(y) - 1):
            overlap = y[i] + 0.5 * (room[i] + room[i + 1]) - y[i + 1]
            if overlap > 1e-4:
                y[i] -= 0.5 * overlap
                y[i + 1] += 0.5 * overlap
                moved = True
        y = np.clip(y, 0.5 * room, 1.02 - 0.5 * room)
        if not moved:
            break
    return y


def year_axis(ax: Axes, years: Sequence[int]) -> None:
    """One tick a year, or every few years where there are many."""
    step = max(1, round(len(years) / 9))
    ax.set_xticks(list(years[::step]))
    ax.set_xticklabels([str(year) for year in years[::step]])


def legend(
    figure: Figure, ax: Axes, *, x: float = 0.015, y: float = 0.87, columns: int = 4, corner: Any = "upper left"
) -> None:
    """A legend of the axes' series, placed on the figure (default: below the title)."""
    handles, labels = ax.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc=corner, bbox_to_anchor=(x, y), ncols=columns, handlelength=1.0, columnspacing=1.2
    )


class Thousands(Formatter):
    """Numbers of an axis with thousands separators and as many digits as its ticks have, never a rounded one.

    With `absolute` numbers below zero stand without their sign (what goes out, drawn downwards).
    """

    def __init__(self, absolute: bool = False) -> None:
        self.absolute = absolute

    def __call__(self, value: float, place: int | None = None) -> str:
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        near = 1e-9 * max((abs(value) for value in values), default=0.0)
        exact = (d for d in range(6) if all(abs(round(value, d) - value) <= near for value in values))
        digits = next(exact, 6)
        shown = [abs(value) if self.absolute else value for value in values]
        return [f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−") for value in shown]


def thousands(ax: Axes, *, absolute: bool = False) -> None:
    """Numbers of the vertical axis with thousands separators."""
    ax.yaxis.set_major_formatter(Thousands(absolute))


def note_of(
    world: str, policies: str, sample: dict[str, float], share: float, seed: int | str, missing: str, lang: str
) -> str:
    """The line under every figure: which world, how large a sample, which seed, and what it is not.

    With seeds such as “1–10” the size of the sample is their mean, and is called so.
    """
    size = f"{100 * share:g}%"
    villages, households = f"{int(sample['villages']):,}", f"{int(sample['households']):,}"
    policies = shorten(policies, 90)  # longer ones would run out of the figure
    several = not str(seed).isdigit()
    mean, seeds = ("平均 ", "mean ") if several else ("", ""), "seeds" if several else "seed"
    return tell(
        f"{world}。政策：{policies}。\n抽样 {size}（{mean[0]}{villages} 村 {households} 户），种子 {seed}。"
        f"fupin 模拟结果，当年价；不是统计数据，{missing}。",
        f"{world}. Policies: {policies}.\n"
        f"Sample {size} ({mean[1]}{villages} villages, {households} households), {seeds} {seed}. "
        f"Simulated by fupin, current yuan; not statistics; {missing}.",
        lang,
    )


def folded(text: str, most: int, lines: int = 2) -> str:
    """A label in few lines of at most `most` letters, of which a Chinese one counts as two; what is too long is cut.

    It breaks at spaces and between Chinese letters, and no line begins with a closing mark.
    """
    made, used = [""], 0
    for piece in re.findall(r"[\u2e80-\uffff][，。；：、）》”]*|[^\s\u2e80-\uffff]+\s*|\s+", text):
        wide = 2 * len(piece) if ord(piece[0]) >= 0x2E80 else len(piece.rstrip())
        if used + wide > most and made[-1]:
            made.append("")
            used = 0
        made[-1] += piece
        used += wide + len(piece) - len(piece.rstrip())
    made = [line.rstrip() for line in made]
    return "\n".join(made if len(made) <= lines else [*made[: lines - 1], made[lines - 1].rstrip(" +,，、") + "…"])


def shorten(text: str, most: int) -> str:
    """A text of at most `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip(" +") + "…"
