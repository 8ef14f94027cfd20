"""The size at which an arm spends a budget: a root of spending in the factor of `scenarios/sizing.py`.

Spending is the discounted gross cost (`costs`) over the horizon, beyond the reference, on the same households and luck.
The root is sought for the first replicates, by regula falsi on the logarithms of factor and spending (for most
programmes these are nearly proportional), and corrected when all replicates are in. An arm that spends less than the
budget with every setting at the end of its range cannot spend it; it is left at that size, and said so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from fupin.experiments.balance import refuse_unbalanced
from fupin.experiments.compare import Arm
from fupin.experiments.replicated.costs import cost_sums
from fupin.experiments.replicated.design import Asked
from fupin.experiments.replicated.replicate import world_of
from fupin.experiments.run import run_world
from fupin.experiments.study import Study
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.study.simulate import parameter_book, population
from fupin.model.dated import month_label
from fupin.model.instruments.kinds import instrument_kinds
from fupin.scenarios.sizing import largest_factor, resized, scaled_values, unscaled

PILOTS = 2  # replicates for which the root is sought first
CLOSE = 0.003  # share of the budget within which the pilots stop
WITHIN = 0.01  # share of the budget within which all replicates must spend it
TRIES, ENOUGH = 14, 6  # sizes tried at most; and from how many on half of `WITHIN` is near enough
HASTE = 4  # sizes tried on one side of the budget before the very end is
SMALLEST = 1e-4  # factor
TIGHT = 1e-4  # log factor


@dataclass(frozen=True)
class Fit:
    """The size of an arm: factor, its spending (yuan, mean of the replicates it was found on), and what limits it.

    `state`: `met`, `capacity` (it cannot spend that much), `fixed` (nothing of it can be scaled), `floor` (it spends
    more at any size), or `near` (not within one per cent after all tries). `slope`: of log spending in log factor.
    """

    factor: float
    spent: float
    state: str
    slope: float = 1.0
    evaluations: int = 0

    def scenario(self, arm: Arm, asked: Asked) -> Arm:
        """The arm at this size."""
        return replace(arm, scenario=resized(arm.scenario, asked.reference.scenario, self.factor))

    def table(self, name: str, asked: Asked) -> pd.DataFrame:
        """Every setting that was scaled, one row a setting and date; settings at the end of their range are marked."""
        arm, reference = asked.arms[name].scenario, asked.reference.scenario
        kinds = instrument_kinds()
        by_id = {chosen.id: kinds[chosen.kind] for chosen in arm.instruments}
        rows = []
        for one in scaled_values(arm, reference, self.factor):
            cls = by_id[one.instrument]
            facts = next(record for record in cls.Settings.describe() if record["name"] == one.setting)
            rows.append(
                {"arm": name, "factor": self.factor, "spent": self.spent, "state": self.state}
                | {"instrument": one.instrument, "instrument_zh": cls.zh, "instrument_en": cls.en}
                | {"setting": one.setting, "zh": facts["zh"], "en": facts["en"], "unit": facts["unit"]}
                | {"since": month_label(one.month), "declared": one.declared, "used": one.used}
                | {"at_limit": int(one.at_limit)}
            )
        for id_ in unscaled(arm, reference):
            why = by_id[id_].not_sized
            rows.append(
                {"arm": name, "factor": self.factor, "spent": self.spent, "state": self.state}
                | {"instrument": id_, "instrument_zh": by_id[id_].zh, "instrument_en": by_id[id_].en}
                | {"setting": "", "zh": why.zh if why else "不按比例调整", "en": why.en if why else "not scaled"}
                | {"unit": "", "since": "", "declared": math.nan, "used": math.nan, "at_limit": 0}
            )
        return pd.DataFrame(rows)


def sizing_study(asked: Asked) -> Study:
    """The search for all arms, one row an arm, on the first replicates."""
    base = asked.reference.scenario
    return Study(
        name=f"{base.name}-sizes",
        task="fupin.experiments.replicated.budget:find_size",
        design=pd.DataFrame({"arm": list(asked.arms)}),
        shared={
            "reference": base.to_toml(),
            "discount": asked.discount,
            "budget": asked.budget,
            "seeds": [base.seed + replicate for replicate in range(min(PILOTS, asked.replicates))],
        },
        arms={name: {"toml": arm.scenario.to_toml()} for name, arm in asked.arms.items()},
        zh=f"各方案规模：{base.zh}",
        en=f"sizes of the arms: {base.en}",
        chunk=1,
    )


def find_size(job: Job) -> Tables:
    """The task: the size of one arm, and every size that was tried."""
    shared, budget = job.shared, float(job.shared["budget"])
    pairs = [(world_of(job.arm["toml"], seed), world_of(shared["reference"], seed)) for seed in shared["seeds"]]
    others = [
        run_world(reference, population(reference), parameter_book(), panel=False, progress=lambda *_: job.check())
        for _, reference in pairs
    ]
    refuse_unbalanced({"reference": [wrong for other in others for wrong in other.imbalances]})
    tried: list[tuple[float, float]] = []

    def spending(factor: float) -> float:
        found = []
        for (policy, reference), other in zip(pairs, others, strict=True):
            world = resized(policy, reference, factor)
            result = run_world(world, population(world), parameter_book(), panel=False, progress=lambda *_: job.check())
            refuse_unbalanced({"policy": result.imbalances})
            found.append(cost_sums(result, other, float(shared["discount"]))["gross"])
        tried.append((factor, sum(found) / len(found)))
        return tried[-1][1]

    fit = root(spending, budget, largest_factor(*pairs[0]))
    return {
        "sizes": {name: [getattr(fit, name)] for name in ("factor", "spent", "state", "slope", "evaluations")},
        "tried": {"factor": [factor for factor, _ in tried], "spent": [spent for _, spent in tried]},
    }


def root(spending: Callable[[float], float], budget: float, largest: float) -> Fit:
    """The factor at which the budget is spent, as far as it can be; `spending` should rise with its argument."""
    count = 0

    def tried(factor: float) -> float:
        nonlocal count
        count += 1
        return spending(factor)

    def off(spent: float) -> float:
        return spent / budget - 1.0

    if largest <= 0.0:
        spent = tried(1.0)
        return Fit(1.0, spent, "met" if abs(off(spent)) <= WITHIN else "fixed", evaluations=count)
    low: tuple[float, float] | None = None
    high: tuple[float, float] | None = None
    factor, slope = min(1.0, largest), 1.0
    best: tuple[float, float] | None = None
    while count < TRIES:
        spent = tried(factor)
        if best is None or abs(off(spent)) < abs(off(best[1])):
            best = factor, spent
        if abs(off(spent)) <= CLOSE or (count >= ENOUGH and abs(off(best[1])) <= 0.5 * WITHIN):
            break
        if spent < budget:
            if factor >= largest * (1 - 1e-9):
                return Fit(factor, spent, "met" if abs(off(spent)) <= WITHIN else "capacity", slope, count)
            low = factor, spent
        else:
            if factor <= SMALLEST:
                return Fit(factor, spent, "floor", slope, count)
            high = factor, spent
        if low and high:
            slope = max((_log(high[1], budget) - _log(low[1], budget)) / math.log(high[0] / low[0]), 1e-6)
            step = (_log(budget, budget) - _log(low[1], budget)) / slope
            span = math.log(high[0] / low[0])
            # keep off the ends, where regula falsi would creep
            factor = low[0] * math.exp(min(max(step, 0.05 * span), 0.95 * span))
            if span < TIGHT:  # programmes come in whole households: nothing lies between
                break
        elif low and count >= HASTE:
            factor = largest
        elif high and count >= HASTE:
            factor = SMALLEST
        elif low:
            factor = min(largest, low[0] * min(max(1.05 * budget / max(low[1], 1e-9 * budget), 1.3), 30.0))
        elif high:
            factor = max(SMALLEST, high[0] * min(max(0.95 * budget / high[1], 1 / 30.0), 0.77))
    assert best is not None
    return Fit(*best, "met" if abs(off(best[1])) <= WITHIN else "near", slope, count)


def _log(spent: float, budget: float) -> float:
    return math.log(max(spent / budget, 1e-6))


def corrected(fit: Fit, seen: Sequence[tuple[float, float]], asked: Asked, arm: Arm) -> Fit | None:
    """The next size to try, `seen` being all sizes and what all replicates spent at them; None if it is near enough.

    Between a size that spends too little and one that spends too much on a straight line of the logarithms, else along
    the slope that the last two show.
    """
    budget = float(asked.budget or math.nan)
    factor, spent = seen[-1]
    largest = largest_factor(arm.scenario, asked.reference.scenario)
    if abs(spent / budget - 1.0) <= WITHIN or fit.state == "fixed":
        return None
    if (factor >= largest and spent < budget) or (factor <= SMALLEST and spent > budget):
        return None
    low, high = (
        max((one for one in seen if one[1] < budget), default=None),
        min((one for one in seen if one[1] > budget), default=None),
    )
    slope = fit.slope
    pair = (low, high) if low and high and low[0] < high[0] else seen[-2:]
    if len(pair) == 2 and pair[0][0] != pair[1][0]:
        slope = (_log(pair[1][1], budget) - _log(pair[0][1], budget)) / math.log(pair[1][0] / pair[0][0])
    bracketed = bool(low and high and low[0] < high[0])
    slope = max(slope, 1e-3) if bracketed else min(max(slope, 0.2), 5.0)
    start = low if bracketed and low else seen[-1]
    found = start[0] * math.exp(-_log(start[1], budget) / slope)
    return replace(fit, factor=min(max(found, SMALLEST), largest))


def settled(fit: Fit, spent: float, asked: Asked, arm: Arm) -> Fit:
    """The fit with what all replicates have spent, and what is to be said about it."""
    budget = float(asked.budget or math.nan)
    largest = largest_factor(arm.scenario, asked.reference.scenario)
    if abs(spent / budget - 1.0) <= WITHIN:
        state = "met"
    elif fit.state == "fixed":
        state = "fixed"
    elif spent < budget and fit.factor >= largest * (1 - 1e-9):
        state = "capacity"
    else:
        state = "floor" if fit.factor <= SMALLEST else "near"
    return replace(fit, spent=spent, state=state)


def fits_of(rows: pd.DataFrame) -> Mapping[str, Fit]:
    """The fits that the study of sizes found."""
    return {
        str(row["arm"]): Fit(
            float(row["factor"]), float(row["spent"]), str(row["state"]), float(row["slope"]), int(row["evaluations"])
        )
        for row in rows.to_dict("records")
    }
