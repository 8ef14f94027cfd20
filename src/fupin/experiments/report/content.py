"""What a report consists of, before it is a page, a workbook or a PDF; all texts are in the report's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, NamedTuple

from fupin.experiments.figures import Drawing, figure_of, styled
from fupin.experiments.tables import Line

type Cell = str | float


class Number(NamedTuple):
    """One of the big numbers that a report opens with."""

    label: str
    value: str
    note: str = ""


class Grid(NamedTuple):
    """A table: the first column holds labels; a row of one cell is a heading. Floats stay numbers in the workbook.

    Two spaces before a label put its row one level below the last row that has fewer, as on the terminal.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    words: bool = False  # columns hold sentences, not numbers


class Row(NamedTuple):
    """A row of a table as it is to be set: `level` of its label, and whether rows of a lower level follow it."""

    cells: Sequence[Cell]
    level: int
    heads: bool


def rows_of(grid: Grid) -> list[Row]:
    """The rows of a table, labels without the spaces before them."""
    levels = [_level(row[0]) if row else 0 for row in grid.rows]
    below = [*levels[1:], 0][: len(levels)]  # a table may be empty
    return [
        Row([first.lstrip() if isinstance(first, str) else first, *rest], level, nxt > level)
        for (first, *rest), level, nxt in zip(grid.rows, levels, below, strict=True)
    ]


_FIGURES = re.compile(r"(?:[\d.,%/\s−–±∞+-]|to|至)+")


def figures_in(grid: Grid) -> list[bool]:
    """Of each column of a table: does it hold figures (or intervals) alone? These are set to the right, unbroken."""
    columns = [[row[place] for row in grid.rows if len(row) > place] for place in range(len(grid.head))]
    return [
        bool(cells) and all(not isinstance(cell, str) or bool(_FIGURES.fullmatch(cell)) for cell in cells)
        for cells in columns
    ]


def _level(label: Cell) -> int:
    return (len(label) - len(label.lstrip(" "))) // 2 if isinstance(label, str) else 0


class Chart(NamedTuple):
    """What a picture shows, as numbers: for the workbook's own chart. Series are named, all over the same points."""

    kind: Literal["line", "bar", "column", "scatter"]
    points: Sequence[Cell]
    series: Sequence[tuple[str, Sequence[float]]]
    x_label: str = ""
    y_label: str = ""


class Picture(NamedTuple):
    """A figure, which carries its title and says below it what bands and marks are."""

    drawing: Drawing
    chart: Chart | None = None


class Words(NamedTuple):
    """Paragraphs, or items if `listed`; if `led`, what stands before the first colon of each says what it is about."""

    paragraphs: Sequence[str]
    listed: bool = False
    led: bool = False
    title: str = ""


def lead_of(paragraph: str) -> tuple[str, str]:
    """A paragraph up to its first colon, colon included, and the rest."""
    found = re.match(r"[^:：]*(：|: )", paragraph)
    return (found[0], paragraph[found.end() :]) if found else ("", paragraph)


type Block = Grid | Picture | Words


@dataclass(frozen=True)
class Section:
    """A part of a report."""

    title: str
    blocks: Sequence[Block]
    sheet_only: bool = False  # too long to be read: in the workbook alone


@dataclass(frozen=True)
class Report:
    """A report in one language; `numbers` stand first, `command` makes it again."""

    title: str
    subtitle: str
    lang: str
    numbers: Sequence[Number]
    sections: Sequence[Section]
    command: str
    made: str = ""  # versions, identity, date

    def blocks(self) -> list[Block]:
        """All blocks in their order."""
        return [block for section in self.sections for block in section.blocks]


def svg_of(picture: Picture) -> str:
    """A picture as SVG with its letters as outlines, so that it needs no font; without the XML head."""
    out = BytesIO()
    with styled():
        figure_of(picture.drawing).savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue().decode("utf-8")
    return text[text.index("<svg") :]


def grid_of(title: str, table: tuple[list[str], list[Line]], note: str = "", *, words: bool = False) -> Grid:
    """A table as the terminal prints it."""
    head, lines = table
    return Grid(
        title, head, [(line.label, *line.values) if line.values else (line.label,) for line in lines], note, words
    )
