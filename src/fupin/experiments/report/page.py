"""A report as one HTML file: nothing in it points outside, and it carries the letters it needs."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path
from typing import Any

from markupsafe import Markup

from fupin.experiments.report.content import Grid, Picture, Report, figures_in, lead_of, rows_of, svg_of
from fupin.experiments.results import write_text
from fupin.fonts import font_path
from fupin.labels import tell

TEMPLATE = Path(__file__).with_name("page.html.j2")


def write_page(report: Report, path: Path) -> None:
    """Write the report as HTML."""
    write_text(path, page_of(report))


def page_of(report: Report) -> str:
    """The whole page."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(TEMPLATE.read_text(encoding="utf-8"))
    fixed = {
        "contents": tell("目录", "Contents", report.lang),
        "again": tell("再现这份报告", "To make this report again", report.lang),
        "said_by": tell("fupin 模拟结果，不是统计数据", "Simulated by fupin; these are not statistics", report.lang),
    }
    filled: dict[str, Any] = {
        "report": report,
        "sections": [
            (section, [_ready(block) for block in section.blocks])
            for section in report.sections
            if not section.sheet_only
        ],
        "text": fixed,
        "font": "",
        "cell": _unbroken,
        "lead": lead_of,
    }
    plain = template.render(filled)
    return template.render(filled | {"font": Markup(font_with(plain))})


def _unbroken(value: Any) -> str:
    """A cell, in which a value of several dates (`2014-01: 5; 2016-01: 6`) breaks between them only."""
    parts = cell_text(value).split("; ")
    if len(parts) == 1 or not all(re.fullmatch(r"[^:\s]+: \S+", part) for part in parts):
        return cell_text(value)
    return Markup("; ").join(Markup('<span class="whole">{}</span>').format(part) for part in parts)


def _ready(block: Any) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {"kind": "picture", "block": block, "svg": Markup(svg_of(block))}
    if isinstance(block, Grid):
        return {"kind": "grid", "block": block, "rows": rows_of(block), "figures": _figures(block)}
    return {"kind": "words", "block": block}


def _figures(grid: Grid) -> list[bool]:
    """Of each column of a table of words: is it one of figures? In a table of figures none is singled out."""
    return figures_in(grid) if grid.words else [False] * len(grid.head)


def cell_text(value: Any) -> str:
    """A cell as it is read: numbers with thousands separators and a true minus."""
    if isinstance(value, str):
        return value
    if value != value:  # not a number: there is none
        return "–"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 3
    return f"{value:,.{digits}f}".replace("-", "−")


def font_with(text: str) -> str:
    """The letters of a text out of the font we ship, as a data address (WOFF)."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        chosen = subset.Subsetter(options)
        chosen.populate(text=text)
        chosen.subset(font)
        font.flavor = "woff"
        out = BytesIO()
        font.save(out)
    return "data:font/woff;base64," + base64.b64encode(out.getvalue()).decode("ascii")
