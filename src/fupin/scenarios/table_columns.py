"""The columns that a user's own tables may have: names, units, bounds, in the words of the declared columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fupin.labels import Label, tell
from fupin.model.columns import columns_of
from fupin.model.enterprise import Enterprise
from fupin.model.household import Household
from fupin.model.person import Person
from fupin.model.village import Village
from fupin.units import unit_in

MOST_MEMBERS = int(columns_of(Household)["members"].high)  # persons: a higher count in a household's row is refused
TEXT, NUMBER, WHOLE, FLAG, CHOICE = "text", "number", "whole number", "yes or no", "choice"
KINDS = {"f": NUMBER, "i": WHOLE, "b": FLAG}  # what a cell holds, by the kind of number that its column keeps


@dataclass(frozen=True)
class TableColumn:
    """One column of a user's table. An empty cell of an optional column is drawn from the profile's recipe."""

    name: str
    kind: str
    zh: str
    en: str
    unit: str = ""
    required: bool = False
    low: float = float("-inf")
    high: float = float("inf")
    choices: Mapping[int, Label] = field(default_factory=dict)
    example: str = ""
    meaning: str = ""
    meaning_zh: str = ""

    @property
    def allowed(self) -> str:
        """What a cell may hold, in words."""
        if self.kind == TEXT:
            return tell("任何文字", "any text")
        if self.kind == FLAG:
            return "1, 0, yes, no, true, false, 是, 否"
        if self.kind == CHOICE:
            return ", ".join(f"{code} ({label.zh} {label.en})" for code, label in self.choices.items())
        zh, bounds = f"，{self.low:,.15g} 至 {self.high:,.15g}", f" from {self.low:,.15g} to {self.high:,.15g}"
        if self.high == float("inf"):
            zh = bounds = ""
            if self.low != float("-inf"):
                zh, bounds = f"，至少 {self.low:,.15g}", f", at least {self.low:,.15g}"
        unit = f" {self.unit}" if self.unit not in ("", "0-1") else ""
        counted = "整数" if self.kind == WHOLE else "数"
        return tell(f"{counted}{zh} {unit_in(unit.strip(), 'zh')}".rstrip(), f"a {self.kind}{bounds}{unit}")


def _declared(owner: type[Any], examples: Mapping[str, str], required: tuple[str, ...] = ()) -> list[TableColumn]:
    """Table columns that mean what the agent's declared column means."""
    columns = columns_of(owner)
    made = []
    for name, example in examples.items():
        column = columns[name]
        kind = CHOICE if column.choices else KINDS[column.dtype.kind]
        measures = kind in (NUMBER, WHOLE)
        bounds = {"low": column.low, "high": column.high} if measures else {}
        made.append(
            TableColumn(
                name,
                kind,
                column.zh,
                column.en,
                column.unit if measures else "",
                name in required,
                choices=column.codes,
                example=example,
                meaning=column.meaning,
                meaning_zh=column.meaning_zh,
                **bounds,
            )
        )
    return made


def _villages(examples: Mapping[str, str]) -> list[TableColumn]:
    """Columns of villages; a weight below 1 would be relative, and quotas, jobs and money count households."""
    return [replace(one, low=1) if one.name == "weight" else one for one in _declared(Village, examples)]


def _members(name: str, zh: str, en: str, example: str, required: bool = True) -> TableColumn:
    more = ("not needed with a persons table", "有成员表则不需要") if required else ("", "")
    return TableColumn(name, WHOLE, zh, en, "persons", required, 0, MOST_MEMBERS, {}, example, *more)


def _county(example: str = "") -> TableColumn:
    return TableColumn(
        "county",
        TEXT,
        "县",
        "county",
        example=example,
        meaning="its Chinese or English name",
        meaning_zh="中文名或英文名",
    )


HOUSEHOLDS = [
    TableColumn(
        "household",
        TEXT,
        "户编号",
        "household",
        required=True,
        example="H1",
        meaning="its own in every row",
        meaning_zh="每行各不相同",
    ),
    TableColumn("village", TEXT, "村编号", "village", required=True, example="V1"),
    _county(),
    _members("children", "0-5 岁儿童", "children 0-5", "1"),
    _members("pupils", "在校生", "pupils and students", "1"),
    _members("workers", "有劳动能力者", "able to work, 16-59, out of school", "2"),
    _members("elders", "60 岁及以上", "60 and older", "1"),
    _members("other_adults", "16-59 岁无劳动能力者", "16-59, unable to work", "0", required=False),
    TableColumn("ill", WHOLE, "患病人数", "ill members", "persons", low=0, high=10, example="1"),
    *_declared(
        Household,
        {
            "schooling": "8",
            "land": "7.5",
            "forest_land": "2",
            "business": "0",
            "capital": "12000",
            "savings": "8000",
            "debt": "0",
            "loan": "0",
            "loan_months": "0",
            "housing": "2",
            "safe_water": "1",
            "motivation": "0.6",
            "formal_pension": "0",
            "income_year": "21000",
            "productivity": "",
        },
    ),
]

PERSONS = [
    TableColumn("household", TEXT, "户编号", "household", required=True, example="H1"),
    *_declared(
        Person,
        {
            "age": "41",
            "female": "0",
            "schooling": "8",
            "stage": "0",
            "chronic": "0",
            "disabled": "0",
            "illness_months": "0",
            "activity": "0",
            "non_resident": "0",
        },
        required=("age", "female"),
    ),
]

VILLAGES = [
    TableColumn("village", TEXT, "村编号", "village", required=True, example="V1"),
    _county("Fuping"),
    *_villages(
        {
            "weight": "1",
            "poor_village": "1",
            "terrain": "2",
            "remoteness": "0.8",
            "productivity": "-0.2",
            "wage_level": "",
            "road": "0.7",
            "water": "0.7",
            "power": "",
            "broadband": "",
            "clinic": "1",
            "sanitation": "",
            "participation": "",
            "disclosure": "",
            "industry_quality": "",
            "collective_land": "120",
            "collective_assets": "150000",
            "collective_cash": "5000",
        },
    ),
]

ENTERPRISES = [
    TableColumn("enterprise", TEXT, "企业编号", "enterprise", required=True, example="E1"),
    _county("Fuping"),
    *_declared(
        Enterprise,
        {"kind": "1", "jobs": "40", "capital": "2400000", "cash": "160000", "loan": "0"},
        required=("kind", "jobs"),
    ),
]

BUDGETS = [
    TableColumn(
        "instrument",
        TEXT,
        "政策工具",
        "instrument",
        required=True,
        example="dibao",
        meaning="its id or kind",
        meaning_zh="其编号或种类",
    ),
    TableColumn("year", WHOLE, "年份", "year", required=True, low=1990, high=2100, example="2014"),
    TableColumn("yuan", NUMBER, "金额", "amount", "yuan/year", True, 0, 1e13, example="20000000"),
]

TABLES: dict[str, list[TableColumn]] = {
    "households": HOUSEHOLDS,
    "persons": PERSONS,
    "villages": VILLAGES,
    "enterprises": ENTERPRISES,
    "budgets": BUDGETS,
}
