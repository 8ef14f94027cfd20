"""TOML files as users write them: read with care, and errors that say where.

Windows editors leave a byte order mark: it is tolerated. `Source` remembers a file's text, so that a complaint about
`instrument.1.settings.grant` can name the line on which that key stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from fupin.errors import FupinError
from fupin.labels import tell

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w.-]+|\s)+?)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Source:
    """Where a piece of text came from: a file, or words such as `--set` when there is none."""

    name: str
    text: str = field(default="", repr=False)

    def error(self, problem: str, key: Sequence[str | int] = ()) -> FupinError:
        """The error to raise for a key of this file: `file, line 3, key farm.rent: problem`."""
        line = self.line_of(key)
        place = (
            [self.name]
            + ([tell(f"第 {line} 行", f"line {line}")] if line else [])
            + ([tell(f"键 {dotted(key)}", f"key {dotted(key)}")] if key else [])
        )
        return FupinError(f"{', '.join(place)}: {problem}")

    def line_of(self, key: Sequence[str | int]) -> int | None:
        """The line on which a key, or the innermost table around it that can be found, stands; None if none can."""
        wanted = tuple(str(part) for part in key)
        places = (self._lines.get(wanted[:depth]) for depth in range(len(wanted), 0, -1))
        return next((line for line in places if line), None)

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        lines: dict[tuple[str, ...], int] = {}
        for number, path in _keys(self.text):
            for depth in range(1, len(path) + 1):
                lines.setdefault(path[:depth], number)
        return lines


def dotted(key: Sequence[str | int]) -> str:
    """A key path as one writes it: parts joined by dots."""
    return ".".join(str(part) for part in key)


def _parts(key: str) -> list[str]:
    return ["".join(found) for found in _PART.findall(key)]


def _keys(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Every key of a TOML text, with the line it stands on; an entry of an array of tables carries its number."""
    found: list[tuple[int, tuple[str, ...]]] = []
    counts: dict[str, int] = {}
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
            outer = ".".join(table[:1])
            if outer in counts:
                table = [table[0], str(counts[outer]), *table[1:]]
            found.append((number, tuple(table)))
        elif entry := _ENTRY.match(line):
            path = (*table, *_parts(entry[1]))
            found.append((number, path))
            # keys of an inline table on the same line
            found += [(number, (*path, *_parts(inner))) for inner in re.findall(r"[{,]\s*([\w\"'.-]+)\s*=", line)]
    return found


def read_toml(path: Path, name: str | None = None) -> tuple[dict[str, Any], Source]:
    """The content of a TOML file and its source; `name` is how messages call it (default: the path).

    Raises `FupinError` for a missing file, text that is not UTF-8 and a syntax error (line and column).
    """
    name = name or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FupinError(tell(f"{name}：没有这个文件", f"{name}: there is no such file")) from None
    except OSError as error:
        raise FupinError(
            tell(f"{name}：文件读不出（{error.strerror}）", f"{name}: the file cannot be read ({error.strerror})")
        ) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FupinError(
            tell(
                f"{name} 第 {line} 行：不是 UTF-8 文本；请存为 UTF-8",
                f"{name}, line {line}: not UTF-8 text; save the file as UTF-8",
            )
        ) from None
    return parse_toml(text, name), Source(name, text)


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The content of a TOML text; raises `FupinError` with line and column for a syntax error."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        where = _WHERE.search(message)
        zh, en = ("，文件末尾", ", at its end") if where else ("", "")
        if where and where[1]:
            zh, en = f" 第 {where[1]} 行第 {where[2]} 列", f", line {where[1]}, column {where[2]}"
        wrong = _WHERE.sub("", message)
        raise FupinError(
            tell(f"{name}{zh}：不是有效的 TOML：{wrong}", f"{name}{en}: not valid TOML: {wrong}")
        ) from None
