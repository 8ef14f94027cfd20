"""The prior predictive check: do the patterns lie within what the model can say before it is calibrated?

All uncertain parameters are drawn together from their declared ranges (a Latin hypercube), each draw with another seed
and so with another sample of villages, and every quantity of `patterns.csv` is computed in the world in which it is
judged. Data that lie outside the middle 90 per cent of the draws point at the structure of the model or at its ranges,
which no choice of parameters will mend (Gelman et al. 2020, Bayesian workflow).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from fupin.calibration.allowance import allowance_quantities
from fupin.calibration.experiments import paired_quantities
from fupin.calibration.history import REFERENCE, WORLD, excess_over, levels, registers
from fupin.calibration.patterns import Target, load_targets, panel_of, world_quantities
from fupin.errors import FupinError
from fupin.experiments.sensitivity.factors import Factor, factors_of
from fupin.experiments.sensitivity.methods import latin_hypercube
from fupin.experiments.sensitivity.worlds import moved
from fupin.experiments.study.design import Job, Study, Tables
from fupin.experiments.study.simulate import parameter_book, population, scenario_of
from fupin.experiments.study.store import Results
from fupin.labels import tell
from fupin.scenarios.resolved import ResolvedScenario

TASK = "fupin.calibration.prior:patterns_at"
LOW, HIGH = 0.05, 0.95
FEWEST = 10


@dataclass(frozen=True)
class PriorRow:
    """One pattern beside the draws: quantiles, share of the draws within its tolerance, number of draws that count."""

    target: Target
    world: str
    low: float
    middle: float
    high: float
    within: float
    draws: int

    @property
    def inside(self) -> bool:
        """Does the data lie within the middle 90 per cent of the draws?"""
        return self.low <= self.target.target <= self.high

    @property
    def reached(self) -> bool:
        """Does the middle 90 per cent of the draws meet the tolerance of the data?"""
        return self.low <= self.target.high and self.target.low <= self.high


def patterns_at(job: Job) -> Tables:
    """Every quantity of a world at one draw of the parameters, with the paired experiments if its arm asks for them."""
    factors, seed = job.shared["factors"], int(job.row["seed"])
    world, book = moved(scenario_of(job.arm["toml"]).changed(seed=seed), parameter_book(), factors, job.row)
    data = population(world)
    with np.errstate(all="ignore"):  # a draw in which nobody is registered has no share of the registered
        region, base = panel_of(world, data=data, book=book)
        job.check()
        weight = region.table_of("household")["weight"]
        persons = {year: weight * columns["members"] for year, columns in base.items()}
        found = world_quantities(region, base) | levels(region, base, persons) | registers(region, base, persons)
        found |= allowance_quantities(region, base)
        if job.arm["paired"]:
            found |= paired_quantities(partial(panel_of, world, data=data, book=book), region, base)
        if job.arm["reference"]:
            other = scenario_of(job.arm["reference"]).changed(seed=seed)
            without, same = moved(other, parameter_book(), factors, job.row)
            found |= excess_over(*panel_of(without, data=data, book=same), base, persons)
    return {"patterns": {name: [value] for name, value in found.items()}}


def prior_study(
    worlds: Mapping[str, ResolvedScenario], draws: int, seed: int = 1, reference: ResolvedScenario | None = None
) -> Study:
    """The study of `draws` draws in each world; paired experiments are made in the first, which judges `all` rows.

    `reference` is what the world `history` is compared with for what its programmes added.
    """
    if draws < FEWEST:
        raise FupinError(
            tell(
                f"--prior {draws} 次不够算区间；至少 {FEWEST}",
                f"--prior {draws} is too few for an interval; at least {FEWEST}",
            )
        )
    check_years(worlds.values())
    factors = factors_of((), [*worlds.values(), *([reference] if reference else [])])
    arms = {
        name: {
            "toml": world.to_toml(),
            "paired": place == 0,
            "reference": reference.to_toml() if reference and name == WORLD else "",
        }
        for place, (name, world) in enumerate(worlds.items())
    }
    shared = {"factors": {one.path: {"how": one.how, "setting": one.setting} for one in factors}}
    first = next(iter(worlds.values()))
    design = design_of(factors, draws, list(arms), seed)
    return Study(f"prior-{first.name}", TASK, design, shared, arms, f"先验检验：{first.zh}", f"prior check: {first.en}")


def check_years(worlds: Any) -> None:
    """Raise FupinError if a world does not live through the years that the patterns speak of."""
    for world in worlds:
        if world.first // 12 > 2012 or world.last // 12 < 2019:
            raise FupinError(
                tell(
                    "各模式说的是 2012 至 2019 年；情景须模拟这些年份",
                    "the patterns speak of 2012 to 2019; the scenario must simulate these years",
                )
            )


def design_of(factors: Sequence[Factor], draws: int, arms: Sequence[str], seed: int) -> pd.DataFrame:
    """One row a draw and arm: sample_point, arm, seed, the value of every parameter."""
    u = latin_hypercube(len(factors), draws, seed + 1)
    columns: dict[str, Any] = {
        "sample_point": np.repeat(np.arange(draws), len(arms)),
        "arm": np.tile(np.array(arms, dtype=object), draws),
        "seed": np.repeat(seed + np.arange(draws), len(arms)),
    }
    for place, factor in enumerate(factors):
        columns[factor.path] = np.repeat(factor.at(u[:, place]), len(arms))
    return pd.DataFrame(columns)


def judge_prior(results: Results) -> list[PriorRow]:
    """Every target that one of the study's worlds judges, beside the draws."""
    return judge_draws(results.frame(table="patterns"), list(results.about["arms"]))


def judge_draws(frame: pd.DataFrame, arms: Sequence[str]) -> list[PriorRow]:
    """Targets beside draws: one row a draw and arm, one column a quantity; draws without a number are left out."""
    rows = []
    for target in load_targets():
        world = arms[0] if target.holds_in == "all" else target.holds_in
        if world not in arms or target.quantity not in frame.columns:
            continue
        values = frame[frame["arm"] == world][target.quantity].to_numpy(np.float64)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        low, middle, high = np.quantile(values, [LOW, 0.5, HIGH])
        within = float(np.mean((values >= target.low) & (values <= target.high)))
        rows.append(PriorRow(target, world, float(low), float(middle), float(high), within, len(values)))
    return rows


__all__ = ["REFERENCE", "WORLD", "PriorRow", "judge_draws", "judge_prior", "patterns_at", "prior_study"]
