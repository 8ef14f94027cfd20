"""Tables that a planner reads: outcomes by year with labels and units in one language, from the declarations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from fupin.experiments.run import WorldResult
from fupin.labels import pick, tell
from fupin.model.ledger import SECTORS
from fupin.model.outcomes import GROUPS, OUTCOMES, UNITS
from fupin.model.snapshot import FUNDING, SOURCES

HEADLINES: dict[str, tuple[str, ...]] = {
    "income": (
        "income", "wage_income", "operating_income", "property_income", "transfer_income", "consumption",
    ),
    "poverty": ("headcount", "poor_persons", "poverty_gap"),
    "inequality": ("gini",),
    "registry": ("registered", "entries", "exits", "returns"),
}  # fmt: skip
PARTS = {"wage_income", "operating_income", "property_income", "transfer_income"}


@dataclass(frozen=True)
class Line:
    """One line of a table: label with unit, formatted values; a heading has no values."""

    label: str
    values: tuple[str, ...] = ()


def unit_name(unit: str, lang: str) -> str:
    """The unit as it is written in a language."""
    return pick(UNITS[unit], lang)


def factor(unit: str, lang: str) -> float:
    """What a value is multiplied by to be shown in `unit_name`."""
    return UNITS[unit].zh_factor if lang == "zh" else UNITS[unit].en_factor


def number(value: float, unit: str, lang: str, *, signed: bool = False) -> str:
    """A value in the unit's scale and decimals; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    digits = UNITS[unit].zh_digits if lang == "zh" else UNITS[unit].en_digits
    text = f"{value * factor(unit, lang):{'+' if signed else ''},.{digits}f}"
    zero = f"{0.0:.{digits}f}"
    return zero if text.lstrip("+-") == zero else text.replace("-", "−")


def label_of(name: str, lang: str) -> str:
    """Label of an outcome with its unit."""
    outcome = OUTCOMES[name]
    return f"{pick(outcome, lang)} ({unit_name(outcome.unit, lang)})"


def change_unit(unit: str, lang: str) -> str:
    """The unit of a difference: percentage points where the values are shown in per cent."""
    name = unit_name(unit, lang)
    return unit_name("points", lang) if name == "%" else name


def change_label_of(name: str, lang: str) -> str:
    """Label of an outcome with the unit of its differences."""
    return f"{pick(OUTCOMES[name], lang)} ({change_unit(OUTCOMES[name].unit, lang)})"


def level_and_change_label_of(name: str, lang: str) -> str:
    """Label of an outcome whose value and differences stand in one line; names both units where they are not one."""
    unit = OUTCOMES[name].unit
    level, change = unit_name(unit, lang), change_unit(unit, lang)
    if level == change:
        return label_of(name, lang)
    return f"{pick(OUTCOMES[name], lang)} ({level}{tell('；差：', '; differences: ', lang)}{change})"


def planner_table(world: WorldResult, lang: str) -> tuple[list[int], list[Line]]:
    """Years, and the lines of the table of the main job: income by source, poverty, registry, spending by programme."""
    table = world.outcomes
    years = [int(year) for year in table.index]
    lines = []
    for group, names in HEADLINES.items():
        lines.append(Line(tell(*GROUPS[group], lang)))
        for name in names:
            unit = OUTCOMES[name].unit
            label = pick(OUTCOMES[name], lang) if name in PARTS else label_of(name, lang)
            values = (number(value, unit, lang) for value in table[name])
            lines.append(Line(("    " if name in PARTS else "  ") + label, tuple(values)))
    lines.append(Line(tell("各项目财政支出", "public spending by programme", lang)))
    total = tuple(number(value, "yuan/year", lang) for value in table["public_cost"])
    lines.append(Line("  " + label_of("public_cost", lang), total))
    for id_, zh, en in world.instruments:
        spent = world.programmes[world.programmes["instrument"] == id_].set_index("year")["spent"]
        values = (number(float(spent.get(year, math.nan)), "yuan/year", lang) for year in years)
        lines.append(Line("    " + tell(zh, en, lang), tuple(values)))
    return years, lines + money_by_source(world, years, lang)


def money_by_source(world: WorldResult, years: list[int], lang: str) -> list[Line]:
    """Lines of who pays: what came in for the programmes of the year from each source that gave anything, yuan.

    Without budget rules this is the spending of the year; under them counties may spend it later. Donors are no public
    source, so the sum may exceed public spending by theirs.
    """
    ledger = world.ledger.assign(source=world.ledger["purpose"].map(FUNDING | {"grant.society": "society"}))
    paid = ledger.dropna(subset=["source"]).query("instrument != ''").groupby(["source", "year"])["yuan"].sum()
    lines = [Line(tell("资金来源", "money by source", lang) + f" ({unit_name('yuan/year', lang)})")]
    zh, en = SECTORS["society"]
    for source, words in (SOURCES | {"society": (f"{zh}（另计）", f"{en} (beside public spending)")}).items():
        amounts = [float(paid.get((source, year), 0.0)) for year in years[1:]]  # the first is the year before
        if any(amounts):
            shown = tuple(number(one, "yuan/year", lang) for one in (math.nan, *amounts))
            lines.append(Line("  " + tell(*words, lang), shown))
    return lines if len(lines) > 1 else []


def outcomes_by_year(outcomes: pd.DataFrame) -> pd.DataFrame:
    """All outcomes with labels and units, one row an outcome and one column a year (the CSV file)."""
    head = [
        {"outcome": name, "group": item.group, "zh": item.zh, "en": item.en, "unit": item.unit}
        for name, item in OUTCOMES.items()
    ]
    years = outcomes[list(OUTCOMES)].T.reset_index(drop=True)
    return pd.concat([pd.DataFrame(head), years.set_axis([str(year) for year in outcomes.index], axis=1)], axis=1)


def outcomes_long(outcomes: pd.DataFrame) -> pd.DataFrame:
    """All outcomes, one row an outcome and year (the Parquet file)."""
    table = outcomes_by_year(outcomes)
    head = ["outcome", "group", "zh", "en", "unit"]
    long = table.melt(head, var_name="year", value_name="value", ignore_index=True)
    return long.assign(year=long["year"].astype(int))
