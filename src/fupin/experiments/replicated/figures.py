"""The figures of a comparison over replicates: all with intervals."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fupin.experiments.figures import (
    FAINT,
    GREEN,
    GREY,
    INK,
    RED,
    SERIES,
    Drawing,
    label_ends,
    legend,
    note_of,
    thousands,
    year_axis,
)
from fupin.experiments.figures_compare import PANELS, room, wrapped
from fupin.experiments.replicated.findings import Findings
from fupin.experiments.replicated.interaction import PARTS
from fupin.experiments.replicated.tables import labels_of_arms, outcome_label
from fupin.experiments.tables import change_label_of, factor, number, unit_name
from fupin.labels import Label, pick, tell
from fupin.model.outcomes import OUTCOMES

SHOWN_GROUPS = ("fifth", "registry", "terrain", "village", "cause", "county")
MOST_COUNTIES = 12


def drawings_of_findings(found: Findings, lang: str) -> list[Drawing]:
    """The figures, those of groups and of interaction only where there is something to show."""
    span, against = f"{found.years[0]}–{found.years[-1]}", pick(found.labels[found.asked.against], lang)
    reference = tell(f"对照：{against}", f"reference: {against}", lang)
    band = tell("95 % 区间（重复之间）", "95 % intervals over replicates", lang)
    persons, income = unit_name("persons", lang), unit_name("yuan/person/year", lang)
    found_drawings = [
        Drawing(
            "effects",
            tell("与对照世界的差别", "Differences from the reference world", lang),
            f"{reference}; {band}" if lang == "en" else f"{reference}；{band}",
            partial(_effects, found, lang),
        ),
        Drawing(
            "twins",
            tell("逐年：因政策脱贫与因政策致贫", "Lifted and harmed by the policy, year by year", lang),
            tell(f"{persons}，各年12月；{reference}；{band}", f"{persons} each December; {reference}; {band}", lang),
            partial(_twins, found, lang),
        ),
        Drawing(
            "groups",
            tell("谁受益、谁受损", "Who gains and who loses", lang),
            tell(f"人均收入的差别，{income}，{span} 年平均；{reference}；{band}",
                 f"income per head, {income}, mean of {span}; {reference}; 95 % intervals", lang),
            partial(_groups, found, lang),
        ),
        Drawing(
            "plane",
            tell("成本与效果", "Cost and effect", lang),
            tell(f"{span} 年；毛成本（折现）与净脱贫户年；{reference}；小点为各次重复",
                 f"{span}: gross cost (discounted) and household-years; {reference}; small dots: replicates", lang),
            partial(_plane, found, lang),
        ),
    ]  # fmt: skip
    if len(found.interactions):
        found_drawings.append(
            Drawing(
                "interaction",
                tell("两项政策同时实施", "Two policies together", lang),
                tell(f"{found.years[-1]} 年与对照的差别；{reference}；{band}",
                     f"differences from the reference in {found.years[-1]}; {reference}; {band}", lang),
                partial(_interaction, found, lang),
            )
        )  # fmt: skip
    return found_drawings


def note_of_findings(found: Findings, lang: str) -> str:
    """The note under the figures."""
    base = found.asked.reference.scenario
    runs, first = found.asked.replicates, base.seed
    seeds = f"{first}–{first + runs - 1}" if runs > 1 else str(first)
    missing = tell(
        f"{runs} 次重复；未反映参数的不确定性",
        f"{runs} replicates; uncertainty of parameters not shown",
        lang,
    )
    sample = {name: float(round(value)) for name, value in found.sample.items()}
    arms = tell("、", ", ", lang).join(pick(found.labels[arm], lang) for arm in found.arms)
    return note_of(tell(base.zh, base.en, lang), arms, sample, base.sample, seeds, missing, lang)


def _colours(found: Findings) -> dict[str, str]:
    return {arm: SERIES[place % len(SERIES)] for place, arm in enumerate(found.arms)}


def _effects(found: Findings, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.075, right=0.975, top=0.80, bottom=0.20, hspace=0.5, wspace=0.18)
    for ax, name in zip(figure.subplots(2, 2).flat, PANELS, strict=True):
        scale = factor(OUTCOMES[name].unit, lang)
        for arm, colour in _colours(found).items():
            rows = found.effect(arm, name)
            values, low, high = (scale * rows[column].to_numpy(float) for column in ("difference", "low", "high"))
            if np.isfinite(low).all():
                ax.fill_between(found.years, low, high, color=colour, alpha=0.15, linewidth=0)
            label = pick(found.labels[arm], lang)
            ax.plot(found.years, values, color=colour, marker="o", markersize=3.5, linewidth=1.8, label=label)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(change_label_of(name, lang), loc="left", fontsize=9.5)
        year_axis(ax, found.years)
        ax.set_ylim(*room(ax.get_ylim()))
        thousands(ax)
    names = -(-len(found.arms) // 4)  # lines of the legend
    figure.subplots_adjust(bottom=0.165 + 0.035 * names)
    legend(figure, figure.axes[0], y=0.075, corner="lower left")


def _panels(figure: Figure, count: int, **space: float) -> list[Axes]:
    columns = min(count, 3)
    rows = math.ceil(count / columns)
    axes = [figure.add_subplot(rows, columns, place + 1) for place in range(count)]
    figure.subplots_adjust(**({"left": 0.08, "right": 0.975, "top": 0.745, "bottom": 0.15, "hspace": 0.55} | space))
    return axes


def _twins(found: Findings, lang: str, figure: Figure) -> None:
    """One panel an arm: lifted above, harmed below, the net as a line; all on one scale."""
    scale = factor("persons", lang)
    axes = _panels(figure, len(found.arms), wspace=0.12)
    top, bottom = 0.0, 0.0
    for ax, arm in zip(axes, found.arms, strict=True):
        parts = {name: found.twin(arm, "all", name) for name in ("lifted", "harmed")}
        for name, colour, sign in (("lifted", GREEN, 1.0), ("harmed", RED, -1.0)):
            rows = parts[name]
            values, low, high = (sign * scale * rows[column].to_numpy(float) for column in ("mean", "low", "high"))
            label = tell("因政策脱贫", "lifted", lang) if sign > 0 else tell("因政策致贫", "harmed", lang)
            ax.bar(found.years, values, 0.72, color=colour, alpha=0.8, label=label)
            if np.isfinite(low).all():
                ax.vlines(found.years, low, high, color=INK, linewidth=0.9)
            shown = np.concatenate([values, low[np.isfinite(low)], high[np.isfinite(high)]])
            top, bottom = max(top, float(shown.max())), min(bottom, float(shown.min()))
        net = scale * (parts["lifted"]["mean"].to_numpy(float) - parts["harmed"]["mean"].to_numpy(float))
        net_label = tell("净脱贫", "net lifted", lang)
        ax.plot(found.years, net, color=INK, marker="o", markersize=3, linewidth=1.3, label=net_label)
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_title(wrapped(pick(found.labels[arm], lang)), loc="left", fontsize=9.5)
        ax.set_xticks(found.years[:: max(1, math.ceil(len(found.years) / 4))])
    span = max(top - bottom, 1e-9)
    for place, ax in enumerate(axes):
        ax.set_ylim(bottom - 0.05 * span, top + 0.05 * span)
        ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.4g}")
        if place % 3:
            ax.set_yticklabels([])
    legend(figure, axes[0])


def _groups(found: Findings, lang: str, figure: Figure) -> None:
    """A dot with its interval for each group and arm, one block a dimension."""
    scale = factor("yuan/person/year", lang)
    names = found.dimensions
    counts = names.groupby("dimension").size()
    shown = [one for one in SHOWN_GROUPS if one in counts and 1 < counts[one] <= MOST_COUNTIES]
    columns = _balanced(shown, counts)
    colours = _colours(found)
    for column, dimensions in enumerate(columns):
        ax = figure.add_axes((0.155 + 0.5 * column, 0.15, 0.335, 0.655))
        ticks, labels, y = [], [], 0.0
        for dimension in dimensions:
            entries = names[names["dimension"] == dimension].sort_values("group")
            ticks.append(y)
            labels.append(pick(Label(entries["dimension_zh"].iloc[0], entries["dimension_en"].iloc[0]), lang))
            y += 1.0
            for entry in entries.to_dict("records"):
                drawn = False
                for place, (arm, colour) in enumerate(colours.items()):
                    middle, low, high = found.of_group(arm, dimension, int(entry["group"]), "income_per_head")
                    if not math.isfinite(middle):
                        continue
                    at = y + (place - 0.5 * (len(colours) - 1)) * 0.7 / len(colours)
                    if math.isfinite(low):
                        ax.plot([scale * low, scale * high], [at, at], color=colour, linewidth=1.2)
                    ax.plot([scale * middle], [at], "o", color=colour, markersize=3.4)
                    drawn = True
                if drawn:
                    ticks.append(y)
                    labels.append("  " + tell(entry["zh"], entry["en"], lang))
                    y += 1.0
            y += 0.4
        heads = {pick(Label(zh, en), lang) for zh, en in zip(names["dimension_zh"], names["dimension_en"], strict=True)}
        ax.set_yticks(ticks, labels, fontsize=7.2)
        for text in ax.get_yticklabels():
            text.set_color(INK if text.get_text() in heads else FAINT)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.set_ylim(y - 0.4, -0.8)
        ax.grid(axis="y", visible=False)
        ax.grid(axis="x", visible=True)
        ax.tick_params(axis="x", labelsize=8)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    handles = [figure.axes[0].plot([], [], "o", color=colour, label="")[0] for colour in colours.values()]
    figure.legend(
        handles, labels_of_arms(found, lang), loc="upper left", bbox_to_anchor=(0.015, 0.87), ncols=5,
        handlelength=1.0, columnspacing=1.2, fontsize=8.5,
    )  # fmt: skip


def _balanced(shown: list[str], counts: Any) -> list[list[str]]:
    """Dimensions in two columns of about the same height, in order."""
    heights = [float(counts[name]) + 1.4 for name in shown]
    cut = min(range(1, len(shown) + 1), key=lambda place: abs(sum(heights[:place]) - 0.5 * sum(heights)))
    return [part for part in (shown[:cut], shown[cut:]) if part]


def _plane(found: Findings, lang: str, figure: Figure) -> None:
    """Household-years lifted against cost; the frontier joins the arms that nothing dominates."""
    figure.subplots_adjust(left=0.10, right=0.745, bottom=0.2)
    ax = figure.add_subplot()
    effect_scale, money_scale = factor("household-years", lang), factor("yuan", lang)
    ends: list[tuple[float, str, str]] = []
    for arm, colour in _colours(found).items():
        cloud = found.plane[found.plane["arm"] == arm]
        x, y = effect_scale * cloud["net_households"].to_numpy(float), money_scale * cloud["gross"].to_numpy(float)
        row = found.costs(arm)
        ax.scatter(x, y, s=9, color=colour, alpha=0.35, linewidths=0)
        middle = effect_scale * row["net_households"], money_scale * row["gross"]
        if math.isfinite(row["net_households_high"]):
            ax.plot([effect_scale * row["net_households_low"], effect_scale * row["net_households_high"]],
                    [middle[1]] * 2, color=colour, linewidth=1.2)  # fmt: skip
            ax.plot([middle[0]] * 2, [money_scale * row["gross_low"], money_scale * row["gross_high"]],
                    color=colour, linewidth=1.2)  # fmt: skip
        unranked = str(found.cost[found.cost["arm"] == arm]["state"].iloc[0]) == "unranked"
        ax.plot(*middle, "o", color="white" if unranked else colour, markeredgecolor=colour, markersize=7)
        ends.append((middle[1], f"{wrapped(pick(found.labels[arm], lang))}\n{_cost_label(found, arm, lang)}", colour))
    frontier = found.cost[found.cost["state"] == "frontier"].sort_values("gross")
    xs = [0.0, *(effect_scale * frontier["net_households"])]
    ys = [0.0, *(money_scale * frontier["gross"])]
    ax.plot(xs, ys, color=GREY, linewidth=1.2, linestyle="--", zorder=0)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.grid(axis="x", visible=True)
    ax.set_xlabel(
        tell("净脱贫户年", "household-years lifted on balance", lang) + f" ({unit_name('household-years', lang)})"
    )
    ax.set_ylabel(tell("毛成本（折现）", "gross cost, discounted", lang) + f" ({unit_name('yuan', lang)})")
    ax.margins(0.08)
    thousands(ax)
    label_ends(ax, ends, size=8.2)


def _cost_label(found: Findings, arm: str, lang: str) -> str:
    row = found.costs(arm)
    if str(found.cost[found.cost["arm"] == arm]["state"].iloc[0]) == "unranked":
        return tell("样本户过少，不排名", "too few households:\nnot ranked", lang)
    if not math.isfinite(row["gross_per_household_year"]):
        return tell("没有净脱贫", "nobody lifted\non balance", lang)
    if found.asked.replicates > 1 and not math.isfinite(row["gross_per_household_year_high"]):
        return tell("效果可能为零", "effect may be\nnothing", lang)
    cost = number(row["gross_per_household_year"], "yuan/household-year", lang)
    return tell(f"每户年 {cost} 元", f"{cost} yuan per\nhousehold-year", lang)


def _interaction(found: Findings, lang: str, figure: Figure) -> None:
    """Bars of the parts with intervals: one row a pair, one panel an outcome."""
    table = found.interactions
    pairs = list(dict.fromkeys(zip(table["joint"], table["first"], table["second"], strict=True)))[:2]
    outcomes = ["headcount", "income", "net_households"]
    figure.subplots_adjust(left=0.2, right=0.97, top=0.78, bottom=0.14, wspace=0.28, hspace=0.6)
    axes = figure.subplots(len(pairs), len(outcomes), squeeze=False)
    for row, (joint, first, second) in enumerate(pairs):
        words = [pick(found.labels[first], lang), pick(found.labels[second], lang)]
        words += [tell(*PARTS[name], lang) for name in ("sum", "joint", "interaction")]
        for column, outcome in enumerate(outcomes):
            ax = axes[row, column]
            label, unit = outcome_label(outcome, lang)
            part = table[(table["joint"] == joint) & (table["outcome"] == outcome)].set_index("part").loc[list(PARTS)]
            _parts(ax, part, factor(unit, lang))
            ax.set_title(label.replace(" (", "\n("), loc="left", fontsize=8.5)
            ax.set_yticks(range(len(PARTS)), [wrapped(word) for word in words] if column == 0 else [""] * len(PARTS))
            ax.tick_params(axis="y", labelcolor=INK, labelsize=8.5)


def _parts(ax: Axes, part: pd.DataFrame, scale: float) -> None:
    colours = [SERIES[0], SERIES[1], GREY, SERIES[2], INK]
    values, low, high = (scale * part[name].to_numpy(float) for name in ("mean", "low", "high"))
    ax.barh(range(len(part)), values, 0.6, color=colours, alpha=0.85)
    if np.isfinite(low).all():
        ax.hlines(range(len(part)), low, high, color=INK, linewidth=1.1)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_ylim(len(part) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.3g}".replace("-", "−"))
    ax.locator_params(axis="x", nbins=4)
    ax.tick_params(axis="x", labelsize=8)
