"""The register of mechanisms: each mechanism that the source documents describe, and what the model makes of it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from fupin.errors import FupinError, nearest
from fupin.labels import tell

STATUSES: dict[str, tuple[str, str]] = {
    "implemented": ("已实现", "the model does it; symbol, setting and what it moves are named"),
    "represented": ("粗略体现", "a coarser mechanism stands for it; the note says what is missing"),
    "duplicate": ("重复", "the same mechanism as another row (`of`)"),
    "outcome": ("结果指标", "a target; an outcome reports it"),
    "not modelled": ("不建模", "left out for the reason in the note"),
    "open": ("待建", "to be built"),
}
"""What a row can be: Chinese name and meaning."""
CLASSES: dict[str, str] = {"behaviour": "行为", "rule": "规则", "target": "目标", "context": "背景"}
"""Kinds of mechanisms, with their Chinese names."""
SIGNS: dict[str, str] = {"ambiguous": "不定"}
"""Signs that are words, with their Chinese names."""
GROUPS: dict[str, str] = {
    "Identification, targeting, registry": "识别、瞄准与建档立卡",
    "Standards, exit and evaluation": "标准、退出与考核评估",
    "Governance, work teams, capacity": "治理、驻村帮扶与能力",
    "Budget and finance": "资金与金融",
    "Industry and markets": "产业与市场",
    "Employment and migration": "就业与外出务工",
    "Relocation and housing": "搬迁与住房",
    "Ecology": "生态",
    "Education": "教育",
    "Health and safety net": "健康与兜底保障",
    "Infrastructure and services": "基础设施与公共服务",
    "Village collective": "村集体经济",
    "Motivation": "内生动力",
}
"""Groups of the register, with their Chinese names."""


def sign_in(sign: str, lang: str) -> str:
    """The sign of a row in a language."""
    return tell(SIGNS.get(sign, sign), sign, lang)


class Mechanism(NamedTuple):
    """One row. `phrase_zh` quotes the source; `of` is the row that stands for this one.

    `symbol` is the function or class that does it, `setting` what turns it on or sets its strength, `moves` the first
    column (`kind.column`) or ledger purpose that differs, `outcome` where it is seen and `sign` in which direction when
    the setting is raised (+, -, 0, ambiguous).

    The paired experiment that holds the row to it, declared beforehand: `least` is the smallest effect on the outcome,
    in its unit; `with` what else is in force in all worlds (`kind` of an instrument, `kind.setting=value`,
    `parameter=value`, joined by `; `); `off`, `on` and `strong` the values of the setting (`absent` for an instrument
    that is not there, empty `on` for the declared default); `without` the columns by which the precondition is taken
    away (`village.poor_village=0; …`), after which off and on must not differ; `months` the length of the fork.
    """

    id: str
    group: str
    phrase_zh: str
    english: str
    cls: str
    status: str
    of: str
    symbol: str
    setting: str
    moves: str
    outcome: str
    sign: str
    least: str
    with_: str
    off: str
    on: str
    strong: str
    without: str
    months: str
    note: str


HEAD = tuple({"cls": "class", "with_": "with"}.get(name, name) for name in Mechanism._fields)


def read_mechanisms(path: Path) -> list[Mechanism]:
    """The rows of a register in their order.

    Raises FupinError, with the line, for a file of other columns or a row of another length.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head = tuple(next(reader, ()))
        if head != HEAD:
            raise FupinError(f"{path.name}, line 1: columns are {', '.join(HEAD)}; found: {', '.join(head)}")
        rows = []
        for cells in reader:
            if len(cells) != len(HEAD):
                raise FupinError(f"{path.name}, line {reader.line_num}: {len(HEAD)} cells expected, {len(cells)} found")
            rows.append(Mechanism(*cells))
    return rows


def counts(rows: Iterable[Mechanism], by: str = "cls") -> dict[str, Counter[str]]:
    """How many rows have each status, by class (`cls`) or `group`."""
    table: dict[str, Counter[str]] = {name: Counter() for name in (CLASSES if by == "cls" else GROUPS)}
    for row in rows:
        table[getattr(row, by)][row.status] += 1
    return table


def groups_named(word: str) -> list[str]:
    """Groups whose English or Chinese name holds a word; raises FupinError if there is none."""
    found = [name for name, zh in GROUPS.items() if word.lower() in name.lower() or word in zh]
    if not found:
        raise FupinError(
            tell(
                f"没有组名含 {word!r} 的组；{nearest(word, GROUPS.values(), most=len(GROUPS))}",
                f"unknown family {word!r}; {nearest(word, GROUPS)}",
            )
        )
    return found


class Tally(NamedTuple):
    """What the register amounts to: rows that change behaviour or are rules, and targets, duplicates left out."""

    acting: int
    implemented: int
    represented: int
    symbols: int
    targets: int
    outcomes: int


def tally(rows: Iterable[Mechanism]) -> Tally:
    """Count behaviours and rules, those implemented and represented, distinct symbols of the former, and targets."""
    listed = [row for row in rows if row.status != "duplicate"]
    acting = [row for row in listed if row.cls in ("behaviour", "rule")]
    targets = [row for row in listed if row.cls == "target"]
    implemented = [row for row in acting if row.status == "implemented"]
    return Tally(
        len(acting),
        len(implemented),
        sum(row.status == "represented" for row in acting),
        len({row.symbol for row in implemented}),
        len(targets),
        sum(row.status == "outcome" for row in targets),
    )
