"""From a finished study to its findings: outputs, indices with intervals and floors, convergence, response curves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.errors import FupinError
from fupin.experiments.results import plain_name
from fupin.experiments.sensitivity.factors import Factor
from fupin.experiments.sensitivity.methods import METHODS, indices
from fupin.experiments.sensitivity.noise import Noise, measure_noise
from fupin.experiments.sensitivity.plan import Plan
from fupin.experiments.study.store import Results
from fupin.labels import Label, tell

BINS = 10  # of a response curve
SHOWN = 12  # values of a row that a message names
CURVE_FACTORS = 12
FEWER = 40  # resamples on the way to convergence, where only the trend matters

type Floats = NDArray[np.float64]


NOBODY = Label("", "")


@dataclass(frozen=True)
class Target:
    """What is explained: an outcome in a year, of one arm, or its paired difference from another arm; their labels."""

    outcome: str
    year: int
    arm: str = ""
    against: str = ""
    label: Label = NOBODY
    against_label: Label = NOBODY

    @property
    def name(self) -> str:
        """A name for files: `headcount-2020-relocation`, `headcount-2020-relocation-less-baseline-2014`."""
        less = f"-less-{self.against}" if self.against else ""
        return plain_name("-".join(part for part in (self.outcome, str(self.year), self.arm + less) if part))


@dataclass(frozen=True)
class Analysis:
    """What a study says about one target.

    `indices`: one row a factor or group, ordered by the main index; `item`, `zh`, `en`, `unit`, `low`, `high`, the
    indices with their intervals, `floor`, `rank` (0: not above the noise). `pairs`: second-order shares. `convergence`:
    main index of every item from the first `samples` samples. `curves`: mean outcome and its standard error by bin of
    a factor. `values` (points,) are the outputs of the design.
    """

    plan: Plan
    target: Target
    indices: pd.DataFrame
    pairs: pd.DataFrame
    convergence: pd.DataFrame
    curves: pd.DataFrame
    noise: Noise
    values: Floats

    @property
    def main(self) -> str:
        """The index by which factors are ranked."""
        return METHODS[self.plan.method].main

    @property
    def ranked(self) -> pd.DataFrame:
        """The rows of factors above the noise."""
        return self.indices[self.indices["rank"] > 0]

    @property
    def settled(self) -> float:
        """Rank correlation (Spearman) of the main index between half of the samples and all of them."""
        counts = sorted({int(count) for count in self.convergence["samples"]})
        if len(counts) < 2:
            return math.nan
        half = min(counts, key=lambda count: abs(count - 0.5 * counts[-1]))
        ranks = self.convergence.pivot_table(index="item", columns="samples", values="value").rank()
        with np.errstate(invalid="ignore"):  # all factors alike have no order
            return float(np.corrcoef(ranks[half], ranks[counts[-1]])[0, 1])


def outputs_of(results: Results, target: Target) -> dict[tuple[int, int], float]:
    """The target's value by (sample point, replicate); raises FupinError, naming the run, if any is not finite.

    One value that is not finite makes variance shares zero or undefined for all factors, so none is passed on.
    """
    if len(results.failed):
        first = results.failed.iloc[0]
        raise FupinError(
            tell(
                f"{len(results.failed)} 次运行失败，缺了它们无法计算指数；第一个是第 "
                f"{first['run']} 次（{first['reason']}）：{row_text(results.design, int(first['run']))}；"
                "见研究文件夹的 failed/；用 --retry-failed 重试",
                f"{len(results.failed)} runs failed, and no index can be computed without them; the first is run "
                f"{first['run']} ({first['reason']}): {row_text(results.design, int(first['run']))}; "
                "see failed/ in the study's folder, and --retry-failed",
            )
        )
    if not results.finished:
        raise FupinError(
            tell(
                f"{results.folder}：研究没有完成；用同样的命令继续",
                f"{results.folder}: the study is not finished; the same command goes on",
            )
        )
    frame = results.frame([target.outcome])
    if "year" in frame.columns:
        years = sorted(set(frame["year"]))
        if target.year not in years:
            raise FupinError(
                tell(
                    f"--year {target.year} 没有模拟；允许：{years[0]} 至 {years[-1]}",
                    f"--year {target.year} was not simulated; allowed: {years[0]} to {years[-1]}",
                )
            )
        frame = frame[frame["year"] == target.year]
    bad = frame[~np.isfinite(frame[target.outcome])]
    if len(bad):
        run, value = int(bad["run"].iloc[0]), float(bad[target.outcome].iloc[0])
        raise FupinError(
            tell(
                f"第 {run} 次运行的 {target.outcome} {target.year} = {value}；共 {len(bad)} 次没有有限数值，"
                f"无法据此计算指数。其设计点：{row_text(results.design, run)}",
                f"run {run} gave {target.outcome} {target.year} = {value}; in all {len(bad)} runs gave no finite "
                f"number, and no index can be computed with them. Its row: {row_text(results.design, run)}",
            )
        )
    if "arm" not in frame.columns:
        return _by_point(frame, target.outcome)
    found = _by_point(frame[frame["arm"] == target.arm], target.outcome)
    if not target.against:
        return found
    other = _by_point(frame[frame["arm"] == target.against], target.outcome)
    return {key: value - other[key] for key, value in found.items()}


def _by_point(frame: pd.DataFrame, outcome: str) -> dict[tuple[int, int], float]:
    return dict(zip(zip(frame["sample_point"], frame["replicate"], strict=True), frame[outcome], strict=True))


def row_text(design: pd.DataFrame, run: int) -> str:
    """A row of the design in one line, the last factors left out where there are many."""
    row = design[design["run"] == run].drop(columns=["run", "key"], errors="ignore").iloc[0]
    parts = [f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in row.items()]
    more = len(parts) - SHOWN
    return ", ".join(parts[:SHOWN]) + (f" and {more} more (design.parquet)" if more > 0 else "")


def analyse(plan: Plan, results: Results, target: Target) -> Analysis:
    """Indices, noise, convergence and curves of one target of a finished study."""
    found, u, repeated = outputs_of(results, target), plan.points(), plan.repeated()
    y = np.array([found[point, 0] for point in range(len(u))])
    if np.ptp(y) == 0.0:
        raise FupinError(
            tell(
                f"{target.outcome} {target.year} 在每个设计点上都是 {y[0]:g}：这些因素都不影响它",
                f"{target.outcome} {target.year} is {y[0]:g} at every point of the design: none of these factors "
                "moves it",
            )
        )
    seeds = range(1, plan.replicates + 1)
    again = np.array([[found[int(point), seed] for point in repeated] for seed in seeds], np.float64)
    stand = plan.places(u) if plan.method == "morris" else u
    table, pairs = indices(plan.method, stand, y, plan.groups, plan.second_order, plan.seed)
    noise = measure_noise(plan.method, stand, y, again, repeated, plan.groups, len(plan.items), plan.seed)
    return Analysis(
        plan,
        target,
        _labelled(plan, table, noise),
        pairs,
        _convergence(plan, stand, y),
        _curves(plan, u, y, table),
        noise,
        y,
    )


def _labelled(plan: Plan, table: pd.DataFrame, noise: Noise) -> pd.DataFrame:
    """The indices with labels, floors and ranks, the largest first."""
    main = METHODS[plan.method].main
    head = pd.DataFrame([_item(plan, item) for item in plan.items])
    full = pd.concat([head, table], axis=1)
    full["floor"] = noise.floor
    above = full[f"{main}_low"] > full["floor"]
    full = full.assign(above=above).sort_values(["above", main], ascending=False, kind="stable")
    full["rank"] = np.where(full["above"], np.arange(1, len(full) + 1), 0)
    return full.drop(columns="above").reset_index(drop=True)


def _item(plan: Plan, item: str) -> dict[str, Any]:
    if plan.grouped:
        inside = [factor for factor in plan.factors if factor.group == item]
        first = inside[0]
        return {
            "item": item, "zh": f"{first.group_zh}（{len(inside)}）", "en": f"{first.group_en} ({len(inside)})",
            "unit": "", "low": math.nan, "high": math.nan,
        }  # fmt: skip
    factor = next(one for one in plan.factors if one.path == item)
    keys = ("zh", "en", "unit", "low", "high")
    return {"item": item} | {key: getattr(factor, key) for key in keys}


def growing(plan: Plan) -> list[int]:
    """Numbers of samples at which the indices are computed, up to all of them."""
    n, fewest = plan.samples, METHODS[plan.method].fewest
    steps = {n // 8, n // 4, n // 2, n} if plan.method != "morris" else {round(n * k / 6) for k in range(1, 7)}
    return sorted(step for step in steps if step >= fewest)


def _convergence(plan: Plan, u: Floats, y: Floats) -> pd.DataFrame:
    """Main index and interval from the first samples: `item`, `samples`, `value`, `low`, `high`."""
    main, rows = METHODS[plan.method].main, []
    for count in growing(plan):
        last = count * plan.block
        if np.ptp(y[:last]) == 0.0:
            continue
        table, _ = indices(plan.method, u[:last], y[:last], plan.groups, plan.second_order, plan.seed, FEWER)
        part = table[[main, f"{main}_low", f"{main}_high"]].set_axis(["value", "low", "high"], axis=1)
        rows.append(part.assign(item=list(plan.items), samples=count))
    return pd.concat(rows, ignore_index=True)[["item", "samples", "value", "low", "high"]]


def _curves(plan: Plan, u: Floats, y: Floats, table: pd.DataFrame) -> pd.DataFrame:
    """Mean outcome by bin of a factor (its levels where it has few), for the factors or members of groups in front."""
    sample = np.arange(len(y)) // plan.block
    order = table[METHODS[plan.method].main].to_numpy().argsort()[::-1]
    front = {plan.items[place] for place in order[:CURVE_FACTORS]}
    shown = [(place, factor) for place, factor in enumerate(plan.factors) if {factor.path, factor.group} & front]
    rows = [row for place, factor in shown for row in _curve(factor, u[:, place], y, sample)]
    return pd.DataFrame(rows)


def _curve(factor: Factor, u: Floats, y: Floats, sample: NDArray[np.int64]) -> list[Mapping[str, Any]]:
    """Mean and standard error of the outcome by bin; points of one sample stand close together and count as one."""
    levels = np.unique(np.round(u, 9))
    if factor.distribution == "discrete":
        bins = np.minimum((u * len(factor.levels)).astype(np.int64), len(factor.levels) - 1)
    elif len(levels) <= BINS:
        bins = np.searchsorted(levels, np.round(u, 9))
    else:
        bins = np.minimum((u * BINS).astype(np.int64), BINS - 1)
    rows: list[Mapping[str, Any]] = []
    for place in np.unique(bins):
        inside = bins == place
        value = factor.at(np.array([float(np.median(u[inside]))]))[0]
        part = pd.Series(y[inside]).groupby(sample[inside]).mean()
        count = len(part)
        rows.append(
            {
                "path": factor.path,
                "place": int(place),
                "value": float("nan") if factor.words else float(value),
                "level": str(value) if factor.words else "",
                "mean": float(part.mean()),
                "error": float(part.std(ddof=1) / math.sqrt(count)) if count > 1 else math.nan,
                "q05": float(np.quantile(part, 0.05)),
                "q95": float(np.quantile(part, 0.95)),
                "samples": count,
            }
        )
    return rows
