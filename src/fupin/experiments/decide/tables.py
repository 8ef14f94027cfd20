"""Conditions, regret and Pareto points as tables that a planner reads."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from fupin.experiments.decide.conditions import Named, condition, with_unit
from fupin.experiments.decide.prim import Box
from fupin.experiments.decide.search import Aim, Found
from fupin.experiments.tables import Line, change_unit, factor, label_of, number, unit_name
from fupin.labels import Labelled, pick, tell
from fupin.model.outcomes import OUTCOMES


def boxes_table(boxes: Sequence[Box], labels: Mapping[str, Named], lang: str) -> tuple[list[str], list[Line]]:
    """One line a condition, under its box with coverage, density and the share of worlds inside."""
    head = [
        tell("条件", "condition", lang),
        tell("涵盖率", "coverage", lang),
        tell("密度", "density", lang),
        tell("世界占比", "share of worlds", lang),
        tell("偶然概率", "p if by chance", lang),
    ]
    lines = []
    for place, box in enumerate(boxes):
        shares = [f"{100 * value:.0f} %" for value in (box.coverage, box.density, box.mass)]
        lines.append(Line(tell(f"盒 {place + 1}", f"box {place + 1}", lang), (*shares, "")))
        for limit in box.limits:
            words = condition(limit, *labels[limit.factor], lang)
            lines.append(Line(f"  {words}", ("", "", "", f"{limit.p_value:.2g}")))
    return head, lines


def regret_lines(
    table: pd.DataFrame, outcome: str, labels: Mapping[str, Labelled], lang: str
) -> tuple[list[str], list[Line]]:
    """One line a policy, the smallest largest regret first."""
    unit = OUTCOMES[outcome].unit
    names = {
        "mean": tell("平均", "mean", lang),
        "worst": tell("最差", "worst", lang),
        "best_in": tell("占优的世界", "best in", lang),
        "regret_mean": tell("平均遗憾", "mean regret", lang),
        "regret_high": tell("遗憾90%分位", "regret, 90 %", lang),
        "regret_most": tell("最大遗憾", "largest regret", lang),
        "satisfied": tell("达标的世界", "good enough in", lang),
    }
    shown = [name for name in names if name in table.columns]
    lines = []
    for row in table.to_dict("records"):
        cells = [
            f"{100 * row[name]:.0f} %" if name in ("best_in", "satisfied") else number(row[name], unit, lang)
            for name in shown
        ]
        policy = str(row["policy"])
        lines.append(Line(pick(labels[policy], lang) if policy in labels else policy, tuple(cells)))
    if (change := change_unit(unit, lang)) != unit_name(unit, lang):  # regret is a difference
        names |= {name: f"{text} ({change})" for name, text in names.items() if name.startswith("regret")}
    return [label_of(outcome, lang), *(names[name] for name in shown)], lines


OVER = {"last": ("末年", "last year"), "mean": ("各年平均", "mean of years"), "sum": ("各年累计", "sum of years")}


def aim_label(aim: Aim, lang: str) -> str:
    """An outcome, over which years it is taken, and the unit."""
    unit = unit_name(unit_over(aim.outcome, aim.over), lang)
    return f"{pick(OUTCOMES[aim.outcome], lang)}{tell('，', ', ', lang)}{tell(*OVER[aim.over], lang)} ({unit})"


def pareto_table(found: Found, labels: Mapping[str, Named], lang: str) -> tuple[list[str], list[Line]]:
    """One line a Pareto point: aims first (on fresh seeds too, if they were asked), then the levers."""
    head = [tell("点", "point", lang)]
    head += [aim_label(aim, lang) for aim in found.aims]
    fresh = [aim for aim in found.aims if f"{aim.outcome}@{aim.over}.fresh" in found.pareto]
    head += [tell(f"新种子：{aim_label(aim, lang)}", f"fresh seeds: {aim_label(aim, lang)}", lang) for aim in fresh]
    for lever in found.levers:
        label, unit = labels[lever.path]
        head.append(with_unit(label, unit, lang))
    lines = []
    for place, row in enumerate(found.pareto.to_dict("records")):
        cells = [
            _four_digits(row[f"{aim.outcome}@{aim.over}"] * factor(unit_over(aim.outcome, aim.over), lang))
            for aim in found.aims
        ]
        cells += [on_fresh(row, aim, lang) for aim in fresh]
        cells += [_four_digits(row[lever.path]) for lever in found.levers]
        lines.append(Line(str(place), tuple(cells)))
    return head, lines


def on_fresh(row: Mapping[Hashable, Any], aim: Aim, lang: str) -> str:
    """What the seeds that the search has not seen say of an aim: mean and half of the 95 per cent interval."""
    name, scale = f"{aim.outcome}@{aim.over}.fresh", factor(unit_over(aim.outcome, aim.over), lang)
    middle, high = float(row[name]), float(row[f"{name}_high"])
    if not math.isfinite(middle):
        return "–"
    half = f" ±{float(f'{scale * (high - middle):.2g}'):,.10g}" if math.isfinite(high) else ""
    return _four_digits(scale * middle) + half


def _four_digits(value: float) -> str:
    """Four digits that count, so that points that lie close together differ, and no exponent."""
    return format(Decimal(f"{value:.4g}"), ",f").replace("-", "−")


def unit_over(outcome: str, over: str) -> str:
    """The unit of an outcome over years: the sum of a yearly amount is an amount."""
    unit = OUTCOMES[outcome].unit
    return "yuan" if over == "sum" and unit == "yuan/year" else unit
