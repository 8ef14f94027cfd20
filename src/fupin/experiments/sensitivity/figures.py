"""Figures of a sensitivity study: indices with intervals, tornado, µ*–σ, map of shares, curves, convergence."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fupin.experiments.figures import BLUE, FAINT, GREY, INK, ORANGE, SERIES, Drawing, folded, label_ends
from fupin.experiments.sensitivity.analysis import Analysis
from fupin.experiments.sensitivity.methods import INDEX_LABELS, METHODS
from fupin.experiments.sensitivity.tables import (
    COLUMNS,
    EFFECTS,
    SHARES,
    index_label,
    method_line,
    setting_of,
    subject,
    words_of,
)
from fupin.labels import Label, pick, tell
from fupin.units import unit_in

BARS = 15
LINES = 7
SMALL = 6
MAP = 14
WIDE = 44  # letters beside bars, in a line
LOW_COLOUR, HIGH_COLOUR = BLUE, ORANGE
TITLES = {  # what a figure shows; before the subject
    "indices": Label("{indices}", "{indices}"),
    "tornado": Label("各因素的高低两端", "Low and high ends of the factors"),
    "mu-sigma": Label("影响的大小与离散", "Size and spread of the effects"),
    "pairs": Label("单独份额与交互份额", "Shares of factors and of pairs"),
    "curves": Label("随各因素的变化", "Response to each factor"),
    "convergence": Label("{index}随样本的收敛", "Convergence of {index}"),
}


def drawings_of_sensitivity(found: Analysis, lang: str) -> list[Drawing]:
    """The figures that this method and these factors allow."""
    words, method = words_of(found.target, lang), METHODS[found.plan.method]
    about = f"{setting_of(found.target, lang)}{tell('；', '; ', lang)}{method_line(found, lang)}"
    unit, change = (f" ({one})" if one else "" for one in (words.unit, words.change))

    indices = tell("与", " and ", lang).join(pick(INDEX_LABELS[name], lang) for name in _drawn(found))

    def drawing(name: str, zh: str, en: str, fill: Any) -> Drawing:
        shown = pick(TITLES[name], lang).format(indices=indices, index=pick(method.index, lang))
        capital = shown[0].upper() if shown[0].isascii() else shown[0]  # not of µ and δ
        title = f"{capital}{shown[1:]}{tell('：', ': ', lang)}{subject(found.target, lang)}"
        return Drawing(name, title, f"{about}\n{tell(zh, en, lang)}", partial(fill, found, lang))

    bars = (
        f"各因素由低到高时结果的变化{change}；线为 95% 区间，竖线为噪声线，灰色不高于噪声",
        f"change of the outcome{change} over a factor's range; lines: 95 % intervals; ticks: noise; grey: not above it",
    )
    if method.share:
        bars = (
            "占结果方差的份额；线为 95% 区间，竖线为噪声线，灰色不高于噪声",
            "shares of the outcome's variance; lines: 95 % intervals; ticks: noise; grey: not above it",
        )
    elif found.plan.method != "morris":
        bars = (
            "指数；线为 95% 区间，竖线为噪声线，灰色不高于噪声",
            "index; lines: 95 % intervals; ticks: noise; grey: not above it",
        )
    drawings = [drawing("indices", *bars, _indices)]
    if not found.plan.grouped:
        drawings.append(
            drawing(
                "tornado",
                f"因素取低端（蓝）与高端（橙）时结果与中间之差{change}",
                f"outcome at the low (blue) and high (orange) end of a factor, from the middle{change}",
                _tornado,
            )
        )
    if found.plan.method == "morris" and not found.plan.grouped:
        drawings.append(
            drawing(
                "mu-sigma",
                f"越靠右影响越大；线上方者影响随其他因素而变或非线性{change}",
                f"further right: more effect; above the line: it depends on other factors or is not linear{change}",
                _mu_sigma,
            )
        )
    if len(found.pairs):
        drawings.append(
            drawing(
                "pairs",
                "对角线：一阶份额；其余：两两交互份额；右列：总效应（%）",
                "diagonal: first-order shares; others: shares of pairs; right: total shares (%)",
                _pairs,
            )
        )
    if len(found.curves):
        drawings.append(
            drawing(
                "curves",
                f"因素取值各段上结果的均值 ± 1.96 标准误{unit}，其他因素同时变动",
                f"mean outcome by value of a factor, ±1.96 standard errors{unit}; all other factors vary too",
                _curves,
            )
        )
    if found.convergence["samples"].nunique() > 1:
        drawings.append(
            drawing(
                "convergence",
                f"由前若干样本得到的{pick(method.index, lang)}；阴影为 95% 区间",
                f"{pick(method.index, lang)} from the first samples; shaded: 95 % intervals",
                _convergence,
            )
        )
    return drawings


def _label(row: Any, lang: str, most: int) -> str:
    return folded(str(row[lang] or row["en"]), most)


def _scale(found: Analysis, name: str, lang: str) -> float:
    return words_of(found.target, lang).scale if name in EFFECTS else 100.0 if name in SHARES else 1.0


def _rows(ax: Axes, labels: list[str]) -> None:
    tight = 7.0 if any("\n" in label for label in labels) and len(labels) > SMALL else 8.5
    ax.set_yticks(range(len(labels)), labels, fontsize=tight, color=INK, linespacing=1.05)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)


def _drawn(found: Analysis) -> tuple[str, ...]:
    """The indices of the first figure."""
    return COLUMNS[found.plan.method][: 2 if found.plan.method in ("sobol", "delta") else 1]


def _indices(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.36, right=0.96, top=0.80, bottom=0.19)
    ax = figure.add_subplot()
    shown = found.indices.head(BARS)
    names = _drawn(found)
    shares = all(name in SHARES for name in names)
    scales = [_scale(found, name, lang) if shares or name in EFFECTS else 1.0 for name in names]  # one axis, one unit
    main_scale = scales[0]
    for series, name in enumerate(names):
        k, shift = scales[series], 0.17 * (series - 0.5 * (len(names) - 1))
        for place, (_, row) in enumerate(shown.iterrows()):
            colour = SERIES[series] if row["rank"] else GREY
            ends = [k * row[f"{name}_low"], k * row[f"{name}_high"]]
            ax.plot(ends, [place + shift] * 2, color=colour, linewidth=1.8, solid_capstyle="butt")
            inside = "white" if series else colour  # the second index is hollow, so that grey ones differ too
            ax.plot(k * row[name], place + shift, "o", color=colour, markerfacecolor=inside, markersize=5.5)
    if found.noise.points or found.plan.method not in ("morris", "sobol"):
        for place, floor in enumerate(shown["floor"]):
            ax.plot([main_scale * floor] * 2, [place - 0.32, place + 0.32], color=FAINT, linewidth=1.0)
    _rows(ax, [_label(row, lang, WIDE) for _, row in shown.iterrows()])
    ax.set_xlim(left=min(0.0, ax.get_xlim()[0]))
    ax.set_xlabel(
        index_label(found.main, words_of(found.target, lang), lang) if len(names) == 1 else "%" if shares else "0–1"
    )
    if len(names) > 1:
        marks = [
            Line2D([], [], color=SERIES[series], marker="o", markerfacecolor="white" if series else SERIES[series],
                   markersize=5.5, label=index_label(name, words_of(found.target, lang), lang))
            for series, name in enumerate(names)
        ]  # fmt: skip
        ax.legend(handles=marks, loc="upper right", bbox_to_anchor=(1.0, -0.055), ncols=2, columnspacing=1.2)


def ends_of(found: Analysis) -> pd.DataFrame:
    """Outcome at the low and the high end of each factor, less that in the middle, in the outcome's unit.

    With Morris, half of the mean effect to each side; else the mean outcome in the lowest and the highest bin.
    """
    if found.plan.method == "morris":
        shown = found.indices.head(BARS)
        return pd.DataFrame({"item": shown["item"], "low": -0.5 * shown["mu"], "high": 0.5 * shown["mu"]})
    middle = float(found.values.mean())
    rows = []
    for path, part in found.curves.groupby("path", sort=False):
        ordered = part.sort_values("place")["mean"]
        rows.append({"item": path, "low": ordered.iloc[0] - middle, "high": ordered.iloc[-1] - middle})
    return pd.DataFrame(rows)


def _tornado(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.36, right=0.96, top=0.80, bottom=0.19)
    ax = figure.add_subplot()
    k = words_of(found.target, lang).scale
    ends = ends_of(found).assign(width=lambda x: x[["low", "high"]].abs().max(axis=1))
    ends = ends.sort_values("width", ascending=False, kind="stable").head(BARS)
    labels = found.indices.set_index("item")
    for place, (_, row) in enumerate(ends.iterrows()):
        same = row["low"] * row["high"] > 0  # both ends on one side: one bar above the other
        for end, colour, up in (("low", LOW_COLOUR, -0.16), ("high", HIGH_COLOUR, 0.16)):
            ax.barh(place + up * same, k * row[end], 0.32 if same else 0.62, color=colour)
    ax.axvline(0, color=INK, linewidth=0.8)
    _rows(ax, [_label(labels.loc[item], lang, WIDE) for item in ends["item"]])
    ax.set_xlabel(words_of(found.target, lang).change)


def _mu_sigma(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.09, right=0.96, top=0.80, bottom=0.19)
    ax = figure.add_subplot()
    words, table = words_of(found.target, lang), found.indices
    ranked = table["rank"] > 0
    for rows, colour in ((table[~ranked], GREY), (table[ranked], BLUE)):
        ax.plot(words.scale * rows["mu_star"], words.scale * rows["sigma"], "o", color=colour, markersize=5, alpha=0.8)
    most = 1.22 * float(words.scale * table["mu_star"].max())
    ax.plot([0, most], [0, most], color=FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.set_xlim(0, most)
    ax.set_ylim(0, 1.15 * float(words.scale * table["sigma"].max()))
    _name_points(ax, table[ranked].head(10), words.scale, lang)
    ax.set_xlabel(index_label("mu_star", words, lang))
    ax.set_ylabel(index_label("sigma", words, lang))
    ax.grid(axis="x", visible=True)


def _name_points(ax: Axes, rows: pd.DataFrame, scale: float, lang: str) -> None:
    """Names beside points, moved up or down to the nearest free place, with a thin line where they had to move."""
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    taken: list[tuple[float, float, float, float]] = []  # left, right, middle, height, as shares of the axes
    for _, row in rows.iterrows():
        x, y = scale * float(row["mu_star"]) / width, scale * float(row["sigma"]) / height
        text = _label(row, lang, 36)
        longest = max(sum(2 if ord(letter) > 255 else 1 for letter in line) for line in text.split("\n"))
        long, high = 0.0088 * longest + 0.02, 0.04 * (1 + text.count("\n"))
        left = x + 0.012 if x + long < 1.0 else x - 0.012 - long
        tries = [y + 0.04 * step * sign for step in range(12) for sign in (1, -1)]
        free = [at for at in tries if 0.02 < at < 0.98 and not any(
            left < right and other < left + long and abs(at - middle) < 0.5 * (high + tall)
            for other, right, middle, tall in taken
        )]  # fmt: skip
        at = free[0] if free else y
        taken.append((left, left + long, at, high))
        line = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.6} if abs(at - y) > 0.03 else None
        ax.annotate(
            text, (x * width, y * height), (left * width, at * height), fontsize=8, va="center", arrowprops=line
        )  # fmt: skip


def _pairs(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.30, right=0.97, top=0.72, bottom=0.10)
    ax = figure.add_subplot()
    shown = found.indices.head(MAP)
    place = {found.plan.items.index(item): at for at, item in enumerate(shown["item"])}
    n = len(shown)
    cells = np.full((n, n + 1), np.nan)
    for at, (_, row) in enumerate(shown.iterrows()):
        cells[at, at], cells[at, n] = 100 * row["first"], 100 * row["total"]
    for _, row in found.pairs.iterrows():
        if int(row["one"]) in place and int(row["other"]) in place:
            a, b = sorted((place[int(row["one"])], place[int(row["other"])]))
            cells[a, b] = 100 * row["share"]
    ax.imshow(np.clip(cells, 0, None), cmap="Blues", aspect="auto", vmin=0, vmax=max(float(np.nanmax(cells)), 1.0))
    dark = 0.55 * float(np.nanmax(cells))
    for (a, b), value in np.ndenumerate(cells):
        if np.isfinite(value):
            text = "0" if abs(value) < 0.05 else f"{value:.1f}".replace("-", "−")
            ax.text(b, a, text, ha="center", va="center", fontsize=7.5, color="white" if value > dark else INK)
    labels = [_label(row, lang, WIDE) for _, row in shown.iterrows()]
    size = 6.8 if any("\n" in label for label in labels) and n > SMALL else 8
    ax.set_yticks(range(n), labels, fontsize=size, color=INK, linespacing=1.05)
    ticks = [*(str(at + 1) for at in range(n)), tell("总", "total", lang)]
    ax.set_xticks(range(n + 1), ticks, fontsize=8, color=INK)
    ax.set_yticklabels([f"{label}  {at + 1}" for at, label in enumerate(labels)])
    ax.tick_params(axis="y", pad=4)
    ax.xaxis.tick_top()
    ax.axvline(n - 0.5, color="white", linewidth=4)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)


def _curves(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.075, right=0.975, top=0.75, bottom=0.16, hspace=0.75, wspace=0.25)
    words = words_of(found.target, lang)
    factors = {factor.path: factor for factor in found.plan.factors}
    order = {item: place for place, item in enumerate(found.indices["item"])}
    items = {path: factors[path].group if found.plan.grouped else path for path in found.curves["path"].unique()}
    paths = sorted(items, key=lambda path: order[items[path]])[:SMALL]
    axes = np.atleast_2d(figure.subplots(2, 3, sharey=True))
    for ax, path in zip(axes.flat, paths, strict=False):
        part, factor = found.curves[found.curves["path"] == path].sort_values("place"), factors[path]
        x = np.arange(len(part)) if factor.words else part["value"].to_numpy(np.float64)
        mean, error = words.scale * part["mean"].to_numpy(), 1.96 * words.scale * part["error"].to_numpy()
        if factor.distribution == "discrete":
            ax.errorbar(x, mean, np.nan_to_num(error), fmt="o", color=BLUE, markersize=5)
        else:
            ax.fill_between(x, mean - error, mean + error, color=BLUE, alpha=0.15, linewidth=0)
            ax.plot(x, mean, color=BLUE, marker="o", markersize=3.5, linewidth=1.8)
        if factor.words:
            ax.set_xticks(x, list(part["level"]))
        unit = tell("倍（声明路径）", "times declared", lang) if factor.how == "scale" else unit_in(factor.unit, lang)
        ax.set_xlabel("" if factor.unit in ("", "1") else unit, fontsize=7.5)
        ax.tick_params(labelsize=7.5)
        ax.set_title(folded(pick(factor, lang), 36), loc="left", fontsize=8)
    for ax in list(axes.flat)[len(paths) :]:
        ax.set_visible(False)


def _convergence(found: Analysis, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.09, right=0.68, top=0.80, bottom=0.19)
    ax = figure.add_subplot()
    k, ends = _scale(found, found.main, lang), []
    for place, (_, row) in enumerate(found.indices.head(LINES).iterrows()):
        part = found.convergence[found.convergence["item"] == row["item"]].sort_values("samples")
        colour = SERIES[place % len(SERIES)]
        ax.fill_between(part["samples"], k * part["low"], k * part["high"], color=colour, alpha=0.08, linewidth=0)
        ax.plot(part["samples"], k * part["value"], color=colour, marker="o", markersize=3.5, linewidth=1.6)
        ends.append((float(k * part["value"].iloc[-1]), _label(row, lang, 32), colour))
    ax.set_xlabel(pick(METHODS[found.plan.method].sample, lang))
    ax.set_ylabel(index_label(found.main, words_of(found.target, lang), lang))
    ax.set_xticks(sorted(found.convergence["samples"].unique()))
    label_ends(ax, ends, size=8.5)
