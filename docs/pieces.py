"""Pieces of a generated page: headings, tables, cells, and what a docstring says."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTE = "<!-- written by docs/generate.py from the declarations: change those, then run it again -->"


def page(title: str, about: str, chapters: Iterable[tuple[str, str]]) -> str:
    """A page of a title, a paragraph and chapters."""
    parts = [f"# {title}", NOTE, about.strip()]
    for heading, body in chapters:
        parts += [f"## {heading}", body] if heading else [body]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(value: Any) -> str:
    """A value as the text of a table cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {cell(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(item) for item in value)
    return "" if value is None else re.sub(r"\s+", " ", str(value)).replace("|", "\\|")


def dated(given: Any) -> Any:
    """Dated values; one that holds from the beginning stands without its date."""
    return next(iter(given.values())) if isinstance(given, Mapping) and len(given) == 1 else given


def code(name: str) -> str:
    """A name of the program."""
    return f"`{name}`"


def span(low: float | None, high: float | None) -> str:
    """A range."""
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    if math.isinf(low) and math.isinf(high):
        return ""
    return f"≥ {low:g}" if math.isinf(high) else f"≤ {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def prose(thing: Any) -> str:
    """A docstring as one paragraph."""
    return re.sub(r"\s+", " ", inspect.getdoc(thing) or "")


def first_line(thing: Any) -> str:
    """The first sentence or line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".") + "."


def named_numbers(module: Any) -> list[tuple[str, float, str]]:
    """Name, value and comment of the numbers that a module declares, one a line or several of one meaning."""
    found = []
    for line in inspect.getsource(module).splitlines():
        if told := re.fullmatch(r"([A-Z][A-Z_0-9, ]*) = [-\d.]+(?:, [-\d.]+)*  # (.+)", line):
            found += [(name, getattr(module, name), told[2]) for name in told[1].split(", ")]
    return found
