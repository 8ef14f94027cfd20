"""A report as a PDF, set by Typst (extra `pdf`) in the font we ship."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from fupin.errors import FupinError
from fupin.experiments.report.content import Grid, Picture, Report, figures_in, lead_of, rows_of, svg_of
from fupin.experiments.report.page import cell_text
from fupin.experiments.results import replacing, write_text
from fupin.fonts import FAMILY, font_path
from fupin.labels import tell

HEAD = """#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1 / 1")
#set text(font: "{family}", size: 9.5pt, lang: "{lang}")
#set par(leading: 0.75em)
#set smartquote(enabled: false)
#show heading: set text(weight: "regular")
#show heading.where(level: 3): set text(fill: rgb("#0072b2"), size: 10pt)
#set table(stroke: (x, y) => if y == 0 {{ (bottom: 0.7pt) }} else {{ (bottom: 0.3pt + luma(220)) }})
#set table(inset: (x: 3pt, y: 3pt))
"""
SENTENCE = 24  # letters in a line of a column of words
SIZES = (8.5, 7.5, 7.0, 6.5)  # of the letters of tables, points
PAPER = 480.0  # points between the margins
LETTER = 0.54  # how wide a letter is in its size, half of a Chinese one at least


def write_paper(report: Report, path: Path) -> None:
    """Write the report as a PDF; raises FupinError where Typst is not installed."""
    try:
        import typst
    except ModuleNotFoundError:
        raise FupinError(
            tell("写 PDF 需要 Typst；请安装 fupin[pdf]", "a PDF needs Typst; install fupin[pdf]")
        ) from None
    with tempfile.TemporaryDirectory() as room, replacing(path) as temporary:
        source = Path(room, "report.typ")
        write_text(source, _source(report, Path(room)))
        typst.compile(str(source), output=str(temporary), format="pdf", font_paths=[str(font_path().parent)])


def _source(report: Report, room: Path) -> str:
    parts = [HEAD.format(family=FAMILY, lang=report.lang), f"= {_text(report.title)}\n", f"{_text(report.subtitle)}\n"]
    boxes = ", ".join(
        f'box(stroke: (top: 2pt + rgb("#0072b2")), inset: (y: 6pt), width: 100%)[{_text(n.label)}\\ '
        f"#text(size: 15pt)[{_text(n.value)}]\\ #text(size: 8pt, fill: luma(100))[{_text(n.note)}]]"
        for n in report.numbers
    )
    if boxes:
        columns = min(len(report.numbers), 4)
        parts.append(f"#grid(columns: ({'1fr, ' * columns}), gutter: 8pt, {boxes})\n")
    for section in (section for section in report.sections if not section.sheet_only):
        parts.append(f"== {_text(section.title)}\n")
        parts += [_block(block, room) for block in section.blocks]
    again = tell("再现这份报告", "To make this report again", report.lang)
    parts += [
        f"== {again}\n",
        f"{_text(report.command)}\n",
        f"#text(size: 8pt, fill: luma(100))[{_text(report.made)}]\n",
    ]
    return "\n".join(parts)


def _block(block: Any, room: Path) -> str:
    if isinstance(block, Picture):
        name = f"figure-{len(list(room.glob('*.svg')))}.svg"
        write_text(room / name, svg_of(block))
        return f'#image("{name}", width: 100%)\n'
    if isinstance(block, Grid):
        return _grid(block)
    mark = "- " if block.listed else ""
    title = f"=== {_text(block.title)}\n" if block.title else ""
    lines = [(_lead(line) if block.led else _text(line)) for line in block.paragraphs]
    return title + "\n\n".join(mark + line for line in lines) + "\n"


def _lead(line: str) -> str:
    lead, rest = lead_of(line)
    return f'#text(fill: rgb("#0072b2"))[{_text(lead)}]{_text(rest)}'


def _grid(grid: Grid) -> str:
    width = len(grid.head)
    size = _size(grid)
    cells = [f"table.header({', '.join(f'[{_text(name)}]' for name in grid.head)})"]
    for row in rows_of(grid):
        inset = f"#h({1.2 * row.level:g}em)" if row.level else ""
        label = f"{inset}{_text(cell_text(row.cells[0]))}"
        if row.heads or (len(row.cells) == 1 and row.level == 0):
            label = f'#text(fill: rgb("#0072b2"))[{label}]'
        if len(row.cells) == 1 and width > 1:
            cells.append(f"table.cell(colspan: {width})[{label}]")
        else:
            cells += [f"[{label}]", *(f"[{_text(cell_text(cell))}]" for cell in row.cells[1:])]
    align, columns = "(x, y) => if x == 0 { left } else { right }", f"(1.6fr, {'auto, ' * (width - 1)})"
    if grid.words or size == SIZES[-1]:  # figures that fit in no size share the room too, and break where they may
        figures = figures_in(grid) if grid.words else [False] * width
        align = f"({''.join('right, ' if one else 'left, ' for one in figures)})" if grid.words else align
        columns = f"({''.join(f'{one}fr, ' for one in _room(grid, figures))})"
    note = f"\n#text(size: 8pt, fill: luma(100))[{_text(grid.note)}]" if grid.note else ""
    body = ",\n  ".join(cells)
    table = f"#table(columns: {columns}, align: {align},\n  {body})"
    return f"=== {_text(grid.title)}\n#text(size: {size:g}pt)[{table}]{note}\n"


def _size(grid: Grid) -> float:
    """The largest of the sizes in which a table of figures is no wider than the paper, its labels over two lines."""
    if grid.words:
        return 7.0 if len(grid.head) > 6 else SIZES[0]
    cells = [[cell_text(cell) for cell in row] for row in grid.rows if len(row) > 1]
    wide = [
        max(map(_wide, [name, *(row[place] for row in cells if len(row) > place)]))
        for place, name in enumerate(grid.head)
    ]
    letters = min(wide[0], 2 * SENTENCE) / 2 + sum(wide[1:])
    return next((size for size in SIZES[:-1] if letters * LETTER * size + 6 * len(wide) <= PAPER), SIZES[-1])


def _wide(text: str) -> int:
    """Letters of a text; a Chinese one is two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _room(grid: Grid, figures: list[bool]) -> list[int]:
    """How much room each column of a table of words wants, in letters (a Chinese one is two): what must not be broken,
    and of longer sentences a line of some length."""

    found = []
    for place, (name, plain) in enumerate(zip(grid.head, figures, strict=True)):
        cells = [cell_text(row[place]) for row in grid.rows if len(row) > place]
        pieces = re.findall(r"[^\s\u2e80-\uffff]+", " ".join([name, *cells]))
        whole = [_wide(cell) for cell in cells]
        found.append(2 + max([4, *map(len, pieces), *(whole if plain else [min(one, SENTENCE) for one in whole])]))
    return found


def _text(text: str) -> str:
    """Plain text, with the signs that mean something in Typst made harmless."""
    return "".join("\\" + sign if sign in "\\#$*_`<>@[]=-+/~" else sign for sign in text)
