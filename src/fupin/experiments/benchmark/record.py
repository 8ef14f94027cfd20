"""Results of the benchmark as a JSON file: the machine, how it was measured, and every figure with its repeats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fupin.errors import FupinError
from fupin.experiments.benchmark.declared import KINDS
from fupin.experiments.benchmark.figures import Figure
from fupin.experiments.benchmark.machine import machine
from fupin.experiments.results import write_text
from fupin.labels import tell

FORMAT = 2
SAME = ("processor", "cores", "memory_gb", "system")  # what makes it the same machine


@dataclass(frozen=True)
class Record:
    """One result: what it was measured on, how, and the figures in the order in which they came."""

    machine: dict[str, Any]
    settings: dict[str, Any]
    figures: list[Figure]

    def where(self, lang: str) -> str:
        """The machine in a line."""
        known = {"processor": "处理器", "cores": "核数", "memory_gb": "内存 GB", "system": "系统"}
        told = (f"{tell(known.get(key, key), key, lang)} {value}" for key, value in self.machine.items())
        return tell("，", ", ", lang).join(told)


def record_of(figures: Sequence[Figure], **settings: Any) -> Record:
    """The record of what has just been measured here."""
    return Record(machine(), settings, list(figures))


def write_record(record: Record, path: Path) -> None:
    """Write a record as JSON."""
    rows = [
        {
            "part": one.kind.part,
            "name": one.kind.name,
            "at": one.at,
            "engine": one.engine,
            "zh": one.zh,
            "en": one.en,
            "households": one.households,
            "value": one.value,
            "unit": one.kind.unit,
            "repeats": [float(f"{value:.6g}") for value in one.repeats],
            "budget": one.budget,
            "met": one.met,
        }
        for one in record.figures
    ]
    content = {"format": FORMAT, "machine": record.machine, "settings": record.settings, "figures": rows}
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_record(path: Path) -> Record:
    """A record from its file; raises FupinError for a file that is none, or one of another format."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError):
        raise FupinError(
            tell(f"{path}：不是 fupin bench 的结果（不是 JSON）", f"{path}: no result of fupin bench (not JSON)")
        ) from None
    if isinstance(content, dict) and {"machine", "figures"} <= set(content) and content.get("format") != FORMAT:
        raise FupinError(
            tell(
                f"{path}：由另一版本的 fupin bench 写成；请重新测量",
                f"{path}: written by another version of fupin bench; measure again",
            )
        )
    try:
        figures = [_figure(row) for row in content["figures"] if row["name"] in KINDS]
        return Record(dict(content["machine"]), dict(content["settings"]), figures)
    except (KeyError, TypeError, ValueError):
        raise FupinError(tell(f"{path}：不是 fupin bench 的结果", f"{path}: no result of fupin bench")) from None


def _figure(row: dict[str, Any]) -> Figure:
    budget = None if row["budget"] is None else float(row["budget"])
    zh, en, at, engine = (str(row[name]) for name in ("zh", "en", "at", "engine"))
    repeats = tuple(float(value) for value in row["repeats"])
    households = None if row["households"] is None else int(row["households"])
    return Figure(KINDS[row["name"]], float(row["value"]), zh, en, at, engine, budget, repeats, households)
