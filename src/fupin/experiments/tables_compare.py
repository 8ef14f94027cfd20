"""The tables of a comparison that a planner reads: differences of the last year, twins over all years, cost."""

from __future__ import annotations

import math

from fupin.experiments.compare import Comparison
from fupin.experiments.tables import Line, level_and_change_label_of, number, unit_name
from fupin.experiments.twins import ONE_WORLD, STATUSES, WHO
from fupin.labels import pick, tell
from fupin.model.outcomes import GROUPS, OUTCOMES

COMPARED = {
    "poverty": ("headcount", "poor_persons", "poverty_gap", "consumption_headcount", "deprived"),
    "income": (
        "income", "wage_income", "operating_income", "property_income", "transfer_income", "consumption",
    ),
    "inequality": ("gini",),
    "registry": ("registered", "exclusion_error"),
    "school": ("out_of_school",),
    "assets": ("debt_income",),
    "money": ("public_cost", "insurance"),
}  # fmt: skip
SUMS = {
    "extra_cost": ("新增财政支出", "extra public spending", "yuan"),
    "extra_insurance": ("新增医保支付（另计）", "extra insurance payments (beside it)", "yuan"),
    "lifted": ("因政策脱贫", "lifted", "person-years"),
    "harmed": ("因政策致贫", "harmed", "person-years"),
    "net_lifted": ("净脱贫", "net lifted", "person-years"),
    "cost_per_person_year": ("每净脱贫一人年的成本", "cost per person-year lifted", "yuan/person-year"),
    "cost_per_household_year": ("每净脱贫一户年的成本", "cost per household-year lifted", "yuan/household-year"),
}


def arm_labels(found: Comparison, lang: str) -> list[str]:
    """Labels of the arms, in order."""
    return [pick(found.labels[name], lang) for name in found.worlds]


def effects_table(found: Comparison, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: the reference in its last year, and each arm's difference (± standard error) from it."""
    year = max(found.reference.years)
    head = [
        str(year),
        tell("对照：", "reference: ", lang) + pick(found.labels[found.against], lang),
        *arm_labels(found, lang),
    ]
    lines = []
    for group, names in COMPARED.items():
        lines.append(Line(tell(*GROUPS[group], lang)))
        for name in names:
            unit = OUTCOMES[name].unit
            values = [number(found.reference.value(year, name), unit, lang)]
            for arm in found.worlds:
                rows = found.effect(arm, name)
                difference, error = (float(rows[column].to_numpy()[-1]) for column in ("difference", "error"))
                tail = "" if math.isnan(error) else f" ±{number(error, unit, lang)}"
                values.append(number(difference, unit, lang, signed=True) + tail)
            lines.append(Line("  " + level_and_change_label_of(name, lang), tuple(values)))
    return head, lines


def twins_table(found: Comparison, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: person-years by status, for reached, not reached and all, of each arm over all years."""
    unit = unit_name("person-years", lang)
    head = [
        tell(f"{unit}，各年12月合计", f"{unit}, sum of Decembers", lang),
        *(tell(*text, lang) for text in STATUSES.values()),
    ]
    head += [tell("净脱贫", "net lifted", lang), tell("仅存于一个世界", "in one world only", lang)]
    lines = []
    for arm in found.worlds:
        lines.append(Line(pick(found.labels[arm], lang)))
        for who, text in WHO.items():
            row = found.twin_sums(arm, who)
            values = [*(row[status] for status in STATUSES), row["lifted"] - row["harmed"]]
            alone = sum(row[name] for name in ONE_WORLD)
            cells = [number(value, "person-years", lang) for value in values]
            cells.append(number(alone, "person-years", lang) if who == "all" else "")
            lines.append(Line("  " + tell(*text, lang), tuple(cells)))
    return head, lines


def cost_table(found: Comparison, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: sums over the years and the cost of a person-year lifted, one column an arm."""
    years = found.reference.years
    head = [tell(f"{years[0]}–{years[-1]} 年合计", f"sum of {years[0]}–{years[-1]}", lang), *arm_labels(found, lang)]
    lines = [
        Line(
            f"{tell(zh, en, lang)} ({unit_name(unit, lang)})",
            tuple(number(found.sums(arm)[name], unit, lang) for arm in found.worlds),
        )
        for name, (zh, en, unit) in SUMS.items()
    ]
    return head, lines
