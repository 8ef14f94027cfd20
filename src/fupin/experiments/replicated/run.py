"""Run a comparison over replicates: find the sizes under a budget, run all replicates, correct, put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fupin.errors import FupinError
from fupin.experiments.replicated.budget import Fit, corrected, fits_of, settled, sizing_study
from fupin.experiments.replicated.design import Asked
from fupin.experiments.replicated.findings import Findings, ended_well, findings, stacked
from fupin.experiments.study import Results, run_study
from fupin.labels import Label, pick

PASSES = 4  # times that all replicates are run to meet a budget, at most
SIZES, RUNS = Label("按预算确定规模", "sizing to the budget"), Label("模拟各次重复", "running replicates")

type Tell = Callable[[Label], Callable[[Any], None] | None]


def run_replicates(asked: Asked, folder: Path, tell: Tell = lambda _: None, **how: Any) -> Findings:
    """Run everything that is not yet done in the folder; the same call after an interruption goes on.

    `how` goes to `run_study` (engine, workers, deadline, retry_failed); `tell(label)` gives the progress of a phase.
    """
    fits: dict[str, Fit] = {}
    if asked.budget is not None:
        sized = run_study(sizing_study(asked), folder / "sizes", progress=tell(SIZES), **how)
        if len(sized.failed):
            first = sized.failed.iloc[0]
            raise FupinError(
                pick(
                    Label(
                        f"没有找到 {first['arm']!r} 的规模：{first['reason']}",
                        f"the size of {first['arm']!r} was not found: {first['reason']}",
                    )
                )
            )
        fits = dict(fits_of(sized.frame(table="sizes")))
    parts: list[tuple[Results, list[str]]] = []
    seen: dict[str, list[tuple[float, float]]] = {}
    todo = list(asked.arms)
    for number in range(PASSES):
        arms = {name: fits[name].scenario(asked.arms[name], asked) if fits else asked.arms[name] for name in todo}
        place = folder / ("runs" if number == 0 else f"runs-{number + 1}")
        results = run_study(asked.study(arms), place, progress=tell(RUNS), **how)
        parts = [(earlier, [name for name in names if name not in todo]) for earlier, names in parts]
        parts.append((results, todo))
        if not fits or not ended_well(parts):
            break
        spent = stacked(asked, parts, "sums").groupby("arm")["gross"].mean()
        better: dict[str, Fit | None] = {}
        for name in todo:
            arm = asked.arms[name]
            seen.setdefault(name, []).append((fits[name].factor, float(spent[name])))
            fits[name] = settled(fits[name], float(spent[name]), asked, arm)
            better[name] = corrected(fits[name], seen[name], asked, arm)
        todo = [name for name in todo if better[name] is not None]
        if not todo or number == PASSES - 1:
            break
        fits |= {name: found for name, found in better.items() if found is not None}
    return findings(asked, parts, fits)
