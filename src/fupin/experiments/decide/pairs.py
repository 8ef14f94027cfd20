"""Arms of a stored study side by side: the worlds in which they were run, and what came out in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fupin.errors import FupinError, nearest
from fupin.experiments.study import Results
from fupin.labels import tell

NO_FACTORS = {"run", "key", "arm", "year", "seed", "replicate", "sample_point"}


def by_arm(results: Results, outcome: str, year: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Factors (one row a world) and values (the same rows, one column an arm) of an outcome in a year (default: last).

    A world is a row of the design but for the arm; those that lack an arm (a run failed) are left out. So are points
    of a sensitivity study that were repeated with other seeds to measure noise: every point counts once. Raises
    FupinError for a study without arms, one that is not finished, a year that it does not have, values that are no
    numbers (they would be worlds of one kind).
    """
    design = results.design
    if "arm" not in design.columns:
        raise FupinError(
            tell(
                f"{results.folder} 没有在不确定的世界里比较方案；"
                "这样的研究用 fupin sensitivity 情景 --policy A --against B 来做",
                f"{results.folder} compares no arms in uncertain worlds; "
                "such a study is made by: fupin sensitivity SCENARIO --policy A --against B",
            )
        )
    if not results.finished:
        raise FupinError(
            tell(
                f"{results.folder}：研究没有完成；用同样的命令继续",
                f"{results.folder}: the study is not finished; the same command goes on",
            )
        )
    found = results.frame([outcome])
    if {"sample_point", "replicate"} <= set(design.columns):
        found = found[found["replicate"] == found.groupby("sample_point")["replicate"].transform("min")]
    years = sorted(found["year"].unique().tolist()) if "year" in found.columns else []
    chosen = year if year is not None else (years[-1] if years else None)
    if chosen is not None:
        if chosen not in years:
            raise FupinError(
                tell(
                    f"{results.folder} 没有 {chosen} 年；允许：{years[0]} 至 {years[-1]}",
                    f"{results.folder} has no year {chosen}; allowed: {years[0]} to {years[-1]}",
                )
            )
        found = found[found["year"] == chosen]
    bad = found[~np.isfinite(found[outcome])]
    if len(bad):
        run = int(bad["run"].iloc[0])
        raise FupinError(
            tell(
                f"{results.folder} 中 {len(bad)} 次运行没有 {outcome} 的数值（第一个是第 {run} 次运行）；"
                "去掉它们会使结论有偏，请换一个结果指标或年份",
                f"{len(bad)} runs in {results.folder} have no number for {outcome} (the first is run {run}); without "
                "them what is found would be biased: take another outcome or year",
            )
        )
    world = [name for name in design.columns if name not in ("run", "key", "arm")]
    wide = found.pivot(index=world, columns="arm", values=outcome).dropna()
    factors = wide.index.to_frame(index=False)
    varied = [name for name in factors.columns if name not in NO_FACTORS and factors[name].nunique() > 1]
    return factors[varied], wide.reset_index(drop=True)


def advantage(values: pd.DataFrame, better: str, other: str, direction: int) -> pd.Series:
    """By how much one arm does better than another in each world (positive: it does); raises FupinError."""
    for name in (better, other):
        if name not in values.columns:
            known: Sequence[str] = [str(column) for column in values.columns]
            raise FupinError(
                tell(
                    f"这个研究没有方案 {name!r}；{nearest(name, known)}",
                    f"the study has no arm {name!r}; {nearest(name, known)}",
                )
            )
    return direction * (values[better] - values[other])
