"""A sweep: every arm at every combination of some levels, over seeds; what came out as fans by year."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from fupin.errors import FupinError
from fupin.experiments.asked_outcomes import outcome_named
from fupin.experiments.compare import Arm
from fupin.experiments.decide.conditions import Named
from fupin.experiments.figures import INK, SERIES, Drawing, folded, legend, thousands, year_axis
from fupin.experiments.study import Results, Study
from fupin.experiments.study.simulate import TASK_OF_A_WORLD
from fupin.experiments.tables import Line, factor, label_of, number, unit_name
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES
from fupin.units import unit_in

LINES = 8  # combinations shown in a figure
PANELS = 4  # outcomes shown in a figure
LEGEND, ROOM = 42, 118  # letters (a Chinese one is two) of a name in a legend, and of all that stand in one of its rows


@dataclass(frozen=True)
class Vary:
    """A key of the scenario, a parameter or a setting `ID.name`, and the values that it takes."""

    path: str
    levels: tuple[float, ...]

    @classmethod
    def read(cls, text: str) -> Vary:
        """`buffer.buffer_years=0,1,3`; raises FupinError."""
        path, _, levels = text.partition("=")
        try:
            found = tuple(float(level) for level in levels.split(","))
        except ValueError:
            found = ()
        if not path.strip() or not found or len(set(found)) < len(found):
            raise FupinError(
                tell(
                    f"--vary {text!r} 不能识别；允许：路径=数,数,… 各不相同",
                    f"--vary {text!r} is not understood; allowed: PATH=NUMBER,NUMBER,… all different",
                )
            )
        return cls(path.strip(), found)


@dataclass(frozen=True)
class Sweep:
    """What is asked: arms by name, what is varied, how many seeds, which outcomes are shown."""

    arms: Mapping[str, Arm]
    varied: tuple[Vary, ...]
    replicates: int
    outcomes: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.replicates < 1:
            raise FupinError(
                tell(
                    f"--replicates {self.replicates} 不允许；允许：1 以上",
                    f"--replicates {self.replicates} is not allowed; allowed: 1 or more",
                )
            )
        for name in self.outcomes:
            outcome_named(name)

    def study(self) -> Study:
        """One row a world: arm, levels, seed; all arms and levels share the seeds."""
        base = next(iter(self.arms.values())).scenario
        combined = list(itertools.product(*(vary.levels for vary in self.varied)))
        rows = [
            {"arm": arm, "replicate": replicate, "seed": base.seed + replicate}
            | {vary.path: level for vary, level in zip(self.varied, levels, strict=True)}
            for replicate in range(self.replicates)
            for arm in self.arms
            for levels in combined
        ]
        arms = {
            name: {"toml": arm.scenario.to_toml(), "identity": arm.scenario.identity(), **arm.label._asdict()}
            for name, arm in self.arms.items()
        }
        zh, en = f"取值扫描：{base.zh}", f"sweep: {base.en}"
        return Study(f"{base.name}-sweep", TASK_OF_A_WORLD, pd.DataFrame(rows), {}, arms, zh, en)

    def keys(self) -> list[str]:
        """Columns of the design that tell the lines of a fan apart."""
        return (["arm"] if len(self.arms) > 1 else []) + [vary.path for vary in self.varied]

    def label(self, key: Mapping[str, float | str], named: Mapping[str, Named], lang: str, brief: bool = False) -> str:
        """What a line is called; `brief` without the names of what is varied."""
        words = []
        for name, value in key.items():
            if name == "arm":
                words.append(pick(self.arms[str(value)].label, lang))
            else:
                label, unit = pick(named[name][0], lang), level_unit(name, named, lang)
                words.append(f"{'' if brief else f'{label} '}{float(value):g} {unit}".rstrip())
        return tell("，", ", ", lang).join(words) or tell("全部", "all", lang)


def level_unit(path: str, named: Mapping[str, Named], lang: str) -> str:
    """The unit of what is varied; nothing for switches and for numbers that have none."""
    unit = named[path][1]
    return "" if unit in ("1", "1 on, 0 off", "1 yes, 0 no", "index", "0-1") else unit_in(unit, lang)


def fans(asked: Sweep, results: Results) -> pd.DataFrame:
    """Quantiles over the seeds, one row an outcome, combination and year: outcome, keys, year, q05 … q95."""
    parts = []
    for name in asked.outcomes:
        part = results.quantiles(name, [*asked.keys(), "year"])
        parts.append(part.assign(outcome=name))
    return pd.concat(parts, ignore_index=True)


def lines_of(asked: Sweep, table: pd.DataFrame) -> list[dict[str, float | str]]:
    """The combinations in the order of the design."""
    keys = asked.keys()
    if not keys:
        return [{}]
    order = {name: place for place, name in enumerate(asked.arms)}
    found = table[keys].drop_duplicates()
    if "arm" in keys:
        found = found.assign(_arm=found["arm"].map(order))
        found = found.sort_values(["_arm", *keys[1:]]).drop(columns="_arm")
    else:
        found = found.sort_values(keys)
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


def rows_of(table: pd.DataFrame, outcome: str, key: Mapping[str, float | str]) -> pd.DataFrame:
    """The years of one line."""
    part = table[table["outcome"] == outcome]
    for name, value in key.items():
        part = part[part[name] == value]
    return part.sort_values("year")


def sweep_table(
    asked: Sweep, table: pd.DataFrame, named: Mapping[str, Named], lang: str
) -> tuple[list[str], list[Line]]:
    """Head and lines: of each outcome and combination the median in every year and the 5–95 % range of the last."""
    years = sorted(int(year) for year in table["year"].unique())
    lines = []
    for name in asked.outcomes:
        lines.append(Line(label_of(name, lang)))
        unit = OUTCOMES[name].unit
        for key in lines_of(asked, table):
            rows = rows_of(table, name, key).set_index("year")
            cells = [number(float(rows["q50"].get(year, np.nan)), unit, lang) for year in years]
            low, high = (number(float(rows[q].get(years[-1], np.nan)), unit, lang) for q in ("q05", "q95"))
            lines.append(Line("  " + asked.label(key, named, lang), (*cells, f"{low} … {high}")))
    last = tell(f"{years[-1]} 年 5–95 %", f"5–95 % in {years[-1]}", lang)
    return ["", *(str(year) for year in years), last], lines


def drawing_of_fans(asked: Sweep, table: pd.DataFrame, named: Mapping[str, Named], lang: str) -> Drawing:
    """Medians by year with the range of the seeds behind them."""
    title = tell("不同取值下的路径", "Paths at different levels", lang)
    seeds, lines = asked.replicates, lines_of(asked, table)
    about = tell(f"{seeds} 个种子的中位数；阴影为 5–95 % 区间", f"median of {seeds} seeds; shaded: 5–95 %", lang)
    brief = max(_wide(asked.label(key, named, lang)) for key in lines) > LEGEND
    if brief:  # what is varied is said once
        varied = tell("、", ", ", lang).join(pick(named[vary.path][0], lang) for vary in asked.varied)
        about += tell(f"；取值依次为：{varied}", f"; levels of: {varied}", lang)
    if len(lines) > LINES:
        rest = len(lines) - LINES
        about += tell(f"；另有 {rest} 种组合见表", f"; {rest} more combinations are in the table", lang)
    return Drawing("fans", title, folded(about, 108), partial(_fans, asked, table, named, lang, brief))


def _wide(label: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in label)


def _fans(
    asked: Sweep, table: pd.DataFrame, named: Mapping[str, Named], lang: str, brief: bool, figure: Figure
) -> None:
    shown = asked.outcomes[:PANELS]
    labels = [asked.label(key, named, lang, brief) for key in lines_of(asked, table)[:LINES]]
    columns = max(1, min(4, ROOM // (max(map(_wide, labels)) + 6)))
    below = 0.14 + 0.04 * -(-len(labels) // columns)
    figure.subplots_adjust(left=0.08, right=0.975, top=0.78, bottom=below, hspace=0.55, wspace=0.22)
    across = 1 if len(shown) == 1 else 2
    grid = figure.subplots(-(-len(shown) // across), across, squeeze=False)
    for ax in grid.flat[len(shown) :]:
        ax.axis("off")
    for ax, name in zip(grid.flat, shown, strict=False):
        scale = factor(OUTCOMES[name].unit, lang)
        for place, key in enumerate(lines_of(asked, table)[:LINES]):
            rows, colour = rows_of(table, name, key), SERIES[place % len(SERIES)]
            years = rows["year"].to_numpy()
            low, middle, high = (scale * rows[q].to_numpy(np.float64) for q in ("q05", "q50", "q95"))
            ax.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
            style = "-" if place < len(SERIES) else "--"
            ax.plot(years, middle, style, color=colour, linewidth=1.8, label=labels[place])
        unit = unit_name(OUTCOMES[name].unit, lang)
        ax.set_title(f"{pick(OUTCOMES[name], lang)} ({unit})", loc="left", fontsize=9.5, color=INK)
        year_axis(ax, [int(year) for year in sorted(table["year"].unique())])
        thousands(ax)
    legend(figure, grid.flat[0], y=0.06, columns=columns, corner="lower left")
