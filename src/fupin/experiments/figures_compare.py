"""The figures of a comparison: effects over time, twins, who gains, cost of lifting."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from matplotlib.figure import Figure

from fupin.experiments.balance import unbalanced_note
from fupin.experiments.breakdown import FIFTHS
from fupin.experiments.compare import Comparison
from fupin.experiments.figures import FAINT, GREEN, INK, RED, SERIES, Drawing, legend, note_of, thousands, year_axis
from fupin.experiments.tables import change_label_of, factor, number, unit_name
from fupin.experiments.tables_compare import arm_labels
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES

PANELS = ("headcount", "income", "poverty_gap", "public_cost")
LIGHT_GREEN, LIGHT_RED = "#8FD3BC", "#F0B48A"


def drawings_of_comparison(found: Comparison, lang: str) -> list[Drawing]:
    """The figures of a comparison."""
    years, unit = found.reference.years, unit_name("person-years", lang)
    against = pick(found.labels[found.against], lang)
    income, span = unit_name("yuan/person/year", lang), f"{years[0]}–{years[-1]}"
    return [
        Drawing(
            "effects",
            tell("与对照世界的差别", "Differences from the reference world", lang),
            tell(f"同样的住户、同样的运气；对照：{against}；阴影为抽样误差的 ±1.96 倍",
                 f"same households, same luck; reference: {against}; shaded: ±1.96 standard errors of sampling", lang),
            partial(_effects, found, lang),
        ),
        Drawing(
            "twins",
            tell("因政策脱贫与因政策致贫", "Lifted and harmed by the policy", lang),
            tell(f"{unit}，{span} 年各年12月合计；对照：{against}",
                 f"{unit}, sum of the Decembers of {span}; reference: {against}", lang),
            partial(_twins, found, lang),
        ),
        Drawing(
            "gains",
            tell("谁受益：按期初收入分组", "Who gains: by income at the start", lang),
            tell(f"人均收入的差别，{income}，{span} 年平均；对照：{against}",
                 f"difference of income per head, {income}, mean of {span}; reference: {against}", lang),
            partial(_gains, found, lang),
        ),
        Drawing(
            "cost",
            tell("每净脱贫一人年的财政成本", "Public cost per person-year lifted", lang),
            tell(f"元/人年，{span} 年；新增财政支出除以净脱贫人年；对照：{against}",
                 f"yuan, {span}: extra public spending over net person-years lifted; reference: {against}", lang),
            partial(_cost, found, lang),
        ),
    ]  # fmt: skip


def note_of_comparison(found: Comparison, lang: str) -> str:
    """The note under the figures of a comparison."""
    world = found.reference
    name = unbalanced_note(found.imbalances, lang) + tell(world.scenario.zh, world.scenario.en, lang)
    policies = tell("、", ", ", lang).join(pick(found.labels[arm], lang) for arm in found.worlds)
    missing = tell("未反映参数的不确定性", "uncertainty of parameters not shown", lang)
    return note_of(name, policies, world.sample, world.scenario.sample, world.scenario.seed, missing, lang)


def _colours(found: Comparison) -> dict[str, str]:
    return {arm: SERIES[place % len(SERIES)] for place, arm in enumerate(found.worlds)}


def _effects(found: Comparison, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.075, right=0.975, top=0.80, bottom=0.20, hspace=0.5, wspace=0.18)
    years, colours = found.reference.years, _colours(found)
    for ax, name in zip(figure.subplots(2, 2).flat, PANELS, strict=True):
        scale = factor(OUTCOMES[name].unit, lang)
        for arm, colour in colours.items():
            rows = found.effect(arm, name)
            values, error = scale * rows["difference"].to_numpy(), scale * rows["error"].to_numpy()
            if np.isfinite(error).all():
                band = 1.96 * error
                ax.fill_between(years, values - band, values + band, color=colour, alpha=0.15, linewidth=0)
            label = pick(found.labels[arm], lang)
            ax.plot(years, values, color=colour, marker="o", markersize=3.5, linewidth=1.8, label=label)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(change_label_of(name, lang), loc="left", fontsize=9.5)
        year_axis(ax, years)
        ax.set_ylim(*room(ax.get_ylim()))
        thousands(ax)
    names = -(-len(found.worlds) // 4)  # lines of the legend
    figure.subplots_adjust(bottom=0.165 + 0.035 * names)
    legend(figure, figure.axes[0], y=0.075, corner="lower left")


def room(limits: tuple[float, float]) -> tuple[float, float]:
    """Limits that leave an effect of nothing looking like nothing."""
    low, high = limits
    return (low, high) if high - low > 1e-6 else (-1.0, 1.0)


def _twins(found: Comparison, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.24, right=0.94, top=0.80)
    ax = figure.add_subplot()
    scale = factor("person-years", lang)
    arms = list(found.worlds)
    parts = (
        ("lifted", "reached", GREEN, 1, tell("脱贫：受益户", "lifted, reached", lang)),
        ("lifted", "others", LIGHT_GREEN, 1, tell("脱贫：未受益户", "lifted, not reached", lang)),
        ("harmed", "reached", RED, -1, tell("致贫：受益户", "harmed, reached", lang)),
        ("harmed", "others", LIGHT_RED, -1, tell("致贫：未受益户", "harmed, not reached", lang)),
    )
    height = 0.5 if len(arms) > 1 else 0.3
    for place, arm in enumerate(arms):
        edge = {1: 0.0, -1: 0.0}
        for status, who, colour, sign, text in parts:
            value = scale * found.twin_sums(arm, who)[status]
            ax.barh(place, sign * value, height, left=edge[sign], color=colour, label=text if place == 0 else None)
            edge[sign] += sign * value
        net = number((edge[1] + edge[-1]) / scale, "person-years", lang, signed=True)
        text = tell(f"净 {net}", f"net {net}", lang)
        ax.annotate(text, (edge[1], place), (5, 0), textcoords="offset points", va="center")
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(arms)), [wrapped(label) for label in arm_labels(found, lang)], fontsize=9.5, color=INK)
    ax.set_ylim(len(arms) - 0.4, -0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(low - 0.03 * (high - low), high + 0.16 * (high - low))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.4g}")
    legend(figure, ax)


def _gains(found: Comparison, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.09, right=0.975, top=0.80)
    ax = figure.add_subplot()
    table = found.groups[found.groups["dimension"] == "fifth"]
    colours = _colours(found)
    width = 0.8 / len(colours)
    for place, (arm, colour) in enumerate(colours.items()):
        x = np.arange(len(FIFTHS)) + (place - 0.5 * (len(colours) - 1)) * width
        mine = table[table["arm"] == arm]
        values = [float(mine[mine["group"] == group]["income"].mean()) for group in range(len(FIFTHS))]
        ax.bar(x, values, 0.92 * width, color=colour, label=pick(found.labels[arm], lang))
        for at, value in zip(x, values, strict=True):
            if np.isfinite(value):
                text, up = number(value, "yuan/person/year", lang, signed=True), value >= 0
                ax.annotate(
                    text, (at, value), (0, 3 if up else -3), textcoords="offset points", ha="center", color=FAINT,
                    va="bottom" if up else "top", fontsize=8 if len(colours) < 4 else 6.5,
                )  # fmt: skip
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xticks(range(len(FIFTHS)), [tell(*label, lang) for label in FIFTHS], fontsize=9.5, color=INK)
    ax.margins(y=0.12)
    thousands(ax)
    legend(figure, ax)


def _cost(found: Comparison, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.24, right=0.94)
    ax = figure.add_subplot()
    colours = _colours(found)
    most = float(np.nanmax([*found.summary["cost_per_person_year"], 1.0]))
    for place, (arm, colour) in enumerate(colours.items()):
        row = found.sums(arm)
        cost = row["cost_per_person_year"] if math.isfinite(row["cost_per_person_year"]) else 0.0
        spent = f"{number(row['extra_cost'], 'yuan', lang)} {unit_name('yuan', lang)}"
        net = f"{number(row['net_lifted'], 'person-years', lang)} {unit_name('person-years', lang)}"
        nobody = tell("没有净脱贫", "nobody lifted on balance", lang)
        basis = tell(f"支出 {spent}\n净脱贫 {net}", f"spent {spent}\nnet lifted {net}", lang)
        head = number(cost, "yuan/person-year", lang) if row["net_lifted"] > 0 else nobody
        ax.barh(place, max(cost, 0.0), 0.5 if len(colours) > 1 else 0.3, color=colour)
        ax.annotate(
            f"{head}\n{basis}", (max(cost, 0.0), place), (5, 0), textcoords="offset points", va="center", fontsize=8.5,
            linespacing=1.3,
        )  # fmt: skip
    ax.set_xlim(0, 1.65 * most)
    ax.set_yticks(range(len(colours)), [wrapped(label) for label in arm_labels(found, lang)], fontsize=9.5, color=INK)
    ax.set_ylim(len(colours) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def wrapped(label: str) -> str:
    """A long label on two lines or more."""
    lines = [""]
    for word in label.replace(" + ", " + \n").replace("＋", "＋\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(word) > 24:
            lines.append("")
        lines[-1] += word
    return "\n".join(line.rstrip() for line in lines)
