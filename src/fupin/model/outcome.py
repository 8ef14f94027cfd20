"""What an outcome is: its declaration, the units in which it is written, the groups under which it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fupin.model.snapshot import Snapshot


class Unit(NamedTuple):
    """How a unit is written in each language: its name there, the factor to it, the decimals to show."""

    zh: str
    en: str
    zh_factor: float = 1.0
    en_factor: float = 1.0
    zh_digits: int = 0
    en_digits: int = 0


UNITS = {
    "yuan/person/year": Unit("元/人/年", "yuan/person/year"),
    "yuan/household": Unit("元/户", "yuan/household"),
    "yuan/village/year": Unit("元/村/年", "yuan/village/year"),
    "yuan/year": Unit("万元/年", "million yuan/year", 1e-4, 1e-6, 0, 1),
    "share": Unit("%", "%", 100.0, 100.0, 1, 1),
    "persons": Unit("万人", "thousand persons", 1e-4, 1e-3, 1, 1),
    "persons/year": Unit("万人/年", "thousand persons/year", 1e-4, 1e-3, 1, 1),
    "points": Unit("百分点", "percentage points", 100.0, 100.0, 1, 1),
    "households": Unit("万户", "thousand households", 1e-4, 1e-3, 1, 1),
    "jobs": Unit("万个", "thousand jobs", 1e-4, 1e-3, 1, 1),
    "enterprises": Unit("家", "enterprises"),
    "ratio": Unit("倍", "ratio", zh_digits=2, en_digits=2),
    "index": Unit("0–1", "0–1", zh_digits=3, en_digits=3),
    "log": Unit("对数", "log points", zh_digits=3, en_digits=3),
    "yuan": Unit("万元", "million yuan", 1e-4, 1e-6, 0, 1),
    "person-years": Unit("万人年", "thousand person-years", 1e-4, 1e-3, 2, 1),
    "household-years": Unit("万户年", "thousand household-years", 1e-4, 1e-3, 2, 1),
    "yuan/person-year": Unit("元/人年", "yuan/person-year"),
    "yuan/household-year": Unit("元/户年", "yuan/household-year"),
}
GROUPS = {
    "income": ("收入与消费", "income and consumption"),
    "poverty": ("贫困", "poverty"),
    "inequality": ("不平等", "inequality"),
    "registry": ("建档立卡", "registry"),
    "targeting": ("瞄准", "targeting"),
    "work": ("就业", "work"),
    "school": ("教育", "schooling"),
    "health": ("健康", "health"),
    "assets": ("资产与负债", "assets and debt"),
    "mind": ("动力与认可", "motivation and approval"),
    "village": ("村集体", "village collectives"),
    "services": ("基础设施与公共服务", "infrastructure and services"),
    "exit": ("退出与考核", "exit and evaluation"),
    "money": ("资金", "public money"),
}


class Outcome(NamedTuple):
    """One declared outcome; `direction` is +1 if more is better, −1 if less is better, 0 if neither."""

    name: str
    zh: str
    en: str
    unit: str
    direction: int
    group: str
    meaning: str
    compute: Callable[[Snapshot], float]
    by_group: bool = True
