"""Figures of decisions: worlds and the box in which a policy wins, regret, Pareto points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from fupin.experiments.decide.conditions import Named, with_unit
from fupin.experiments.decide.prim import Box
from fupin.experiments.decide.search import Aim, Found
from fupin.experiments.decide.tables import aim_label, unit_over
from fupin.experiments.figures import (
    BLUE,
    FAINT,
    GREY,
    INK,
    ORANGE,
    SERIES,
    Drawing,
    Thousands,
    folded,
    legend,
    thousands,
)
from fupin.experiments.tables import change_unit, factor
from fupin.labels import Labelled, pick, tell
from fupin.model.outcomes import OUTCOMES

NUMBER_ROOM = 13.0  # points that the number of a Pareto point needs for itself


def drawing_of_box(
    points: pd.DataFrame, wins: NDArray[np.bool_], box: Box, labels: Mapping[str, Named], said: str, lang: str
) -> Drawing:
    """The worlds over the two most telling factors, those in which the policy wins marked, with the box."""
    title = tell("在什么条件下占优", "Under which conditions it wins", lang)
    about = folded(said, 108, 3)
    return Drawing("conditions", title, about, partial(_box, points, wins, box, labels, lang, about.count("\n") > 1))


def _box(
    points: pd.DataFrame,
    wins: NDArray[np.bool_],
    box: Box,
    labels: Mapping[str, Named],
    lang: str,
    long: bool,
    figure: Figure,
) -> None:
    lower = 0.04 * long  # where what is said takes three lines
    figure.subplots_adjust(left=0.1, right=0.97, top=0.76 - lower, bottom=0.16)
    ax = figure.add_subplot()
    first = box.limits[0].factor
    second = box.limits[1].factor if len(box.limits) > 1 else next(c for c in [*points.columns, first] if c != first)
    x, y = points[first].to_numpy(np.float64), points[str(second)].to_numpy(np.float64)
    for mask, colour, text in (
        (wins, BLUE, tell("占优的世界", "wins here", lang)),
        (~wins, ORANGE, tell("不占优的世界", "does not win here", lang)),
    ):
        ax.scatter(x[mask], y[mask], s=16, color=colour, alpha=0.65, linewidths=0, label=text)
    bounds = {limit.factor: (limit.low, limit.high) for limit in box.limits}
    corners = []
    for name, values in ((first, x), (str(second), y)):
        low, high = bounds.get(name, (-np.inf, np.inf))
        room = 0.02 * np.ptp(values)
        corners.append((max(low, values.min() - room), min(high, values.max() + room)))
    (left, right), (bottom, top) = corners
    ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK, linewidth=1.4))
    for axis, name in ((ax.xaxis, first), (ax.yaxis, str(second))):
        label, unit = labels[name]
        axis.set_label_text(with_unit(label, unit, lang))
    legend(figure, ax, y=0.83 - lower)


def drawing_of_regret(values: pd.DataFrame, outcome: str, labels: Mapping[str, Labelled], lang: str) -> Drawing:
    """Regret of each policy over the worlds, sorted: how much is lost, and in how many worlds."""
    unit = change_unit(OUTCOMES[outcome].unit, lang)
    title = tell("各政策的遗憾", "Regret of each policy", lang)
    name = pick(OUTCOMES[outcome], lang)
    about = tell(
        f"{name}（{unit}）：与该世界中最好的政策之差；世界按遗憾从小到大排列",
        f"{name} ({unit}): what the best policy would have given more; worlds sorted by regret",
        lang,
    )
    return Drawing("regret", title, about, partial(_regret, values, outcome, labels, lang))


def _regret(values: pd.DataFrame, outcome: str, labels: Mapping[str, Labelled], lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.09, right=0.97, top=0.78, bottom=0.16)
    ax = figure.add_subplot()
    good = (OUTCOMES[outcome].direction or 1) * values.to_numpy(np.float64) * factor(OUTCOMES[outcome].unit, lang)
    regret = np.sort(good.max(axis=1, keepdims=True) - good, axis=0)
    share = 100.0 * (np.arange(len(values)) + 1) / len(values)
    for place, name in enumerate(values.columns):
        text = pick(labels[name], lang) if name in labels else str(name)
        ax.plot(share, regret[:, place], color=SERIES[place % len(SERIES)], label=text)
    ax.set_xlabel(tell("世界占比（%）", "share of worlds (%)", lang))
    ax.set_ylim(bottom=0)
    legend(figure, ax, y=0.86)


def drawing_of_pareto(found: Found, lang: str) -> Drawing:
    """All points over the first two aims, the Pareto points joined and numbered."""
    title = tell("帕累托前沿", "Pareto points", lang)
    about = tell(
        "每点是一个政策组合；没有别的点在所有目标上不差于蓝点（密处只标部分编号）",
        "each point is a policy; no other is as good as a blue one in every aim (where dense, some are numbered)",
        lang,
    )
    return Drawing("pareto", title, about, partial(_pareto, found, lang))


def _pareto(found: Found, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.12, right=0.97, top=0.8, bottom=0.16)
    ax = figure.add_subplot()
    shown = list(found.aims[:2]) if len(found.aims) > 1 else [found.aims[0], Aim("public_cost", "sum")]
    x, y = (_column(found.points, aim, lang) for aim in shown)
    ax.scatter(x, y, s=14, color=GREY, alpha=0.6, linewidths=0, label=tell("试过的组合", "tried", lang))
    px, py = (_column(found.pareto, aim, lang) for aim in shown)
    ax.scatter(px, py, s=36, color=BLUE, label=tell("帕累托点", "Pareto points", lang), zorder=3)
    for place in apart(ax.transData.transform(np.column_stack([px, py])), NUMBER_ROOM * figure.dpi / 72):
        ax.annotate(
            str(place), (px[place], py[place]), textcoords="offset points", xytext=(5, 4), fontsize=8, color=FAINT
        )
    ax.set_xlabel(aim_label(shown[0], lang))
    ax.set_ylabel(aim_label(shown[1], lang))
    ax.xaxis.set_major_formatter(Thousands())
    thousands(ax)
    legend(figure, ax, y=0.87)


def apart(places: NDArray[np.float64], room: float) -> list[int]:
    """Points that may be numbered without one number upon another: the first, the last, and what lies `room` from all
    chosen before."""
    chosen: list[int] = []
    for place in [0, len(places) - 1, *range(1, len(places) - 1)][: len(places)]:
        if all(np.hypot(*(places[place] - places[other])) >= room for other in chosen):
            chosen.append(place)
    return sorted(chosen)


def _column(points: pd.DataFrame, aim: Aim, lang: str) -> NDArray[np.float64]:
    name = f"{aim.outcome}@{aim.over}"
    values = points[name if name in points.columns else "cost"].to_numpy(np.float64)
    return values * factor(unit_over(aim.outcome, aim.over), lang)
