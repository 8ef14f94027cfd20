"""Policies compared on the same households and the same luck: paired differences, twins, cost per person lifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fupin.experiments.run import Progress, WorldResult, run_world
from fupin.experiments.twins import ONE_WORLD, STATUSES, Pair, pair_worlds, sampling_error, twin_table
from fupin.labels import Label
from fupin.library import library
from fupin.model.ledger import Imbalance
from fupin.model.outcomes import OUTCOMES
from fupin.model.parameters import load_parameters
from fupin.model.region_data import RegionData
from fupin.scenarios.build import region_data
from fupin.scenarios.resolved import ResolvedScenario


@dataclass(frozen=True)
class Arm:
    """One world of a comparison: how it is called and which scenario it is."""

    label: Label
    scenario: ResolvedScenario


@dataclass(frozen=True)
class Comparison:
    """What a comparison leaves; worlds by name, the reference apart. Tables have a column `arm`.

    `effects`: year, outcome, value in the reference and under the policy, difference, standard error if there is one.
    `twins`: see `twin_table`. `groups`: differences by group. `summary`: one row an arm.
    """

    against: str
    labels: dict[str, Label]
    reference: WorldResult
    worlds: dict[str, WorldResult]
    effects: pd.DataFrame
    groups: pd.DataFrame
    twins: pd.DataFrame
    summary: pd.DataFrame

    @property
    def imbalances(self) -> dict[str, tuple[Imbalance, ...]]:
        """Accounts that did not balance, by world, the reference among them."""
        return {name: world.imbalances for name, world in ({self.against: self.reference} | self.worlds).items()}

    def effect(self, arm: str, outcome: str) -> pd.DataFrame:
        """Rows of `effects` of one arm and outcome, by year."""
        return self.effects[(self.effects["arm"] == arm) & (self.effects["outcome"] == outcome)]

    def twin_sums(self, arm: str, who: str) -> dict[str, float]:
        """Person-years (and `households_…` household-years) of an arm by status, summed over the Decembers."""
        rows = self.twins[(self.twins["arm"] == arm) & (self.twins["who"] == who)]
        names = [*STATUSES, *ONE_WORLD, *(f"households_{status}" for status in STATUSES)]
        return {name: float(rows[name].sum()) for name in names}

    def sums(self, arm: str) -> dict[str, float]:
        """The row of `summary` of an arm."""
        row = self.summary[self.summary["arm"] == arm].drop(columns="arm")
        return {str(name): float(row[name].to_numpy()[0]) for name in row.columns}


def compare_worlds(
    arms: Mapping[str, Arm],
    against: str,
    reference: Arm,
    *,
    data: RegionData | None = None,
    panel: bool = False,
    further: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Run every arm and the reference on one population, and compare (`further`: by more groups).

    All scenarios must share region, area, sample, seed, start and years. A world that is asked for twice is run once.
    """
    base = reference.scenario
    shape = ("region_file", "area", "sample", "seed", "start", "years", "burn_in_years")
    for name, arm in arms.items():
        different = [key for key in shape if getattr(arm.scenario, key) != getattr(base, key)]
        if different:
            raise ValueError(f"arm {name!r} differs from the reference in {', '.join(different)}")
    data = data or region_data(base)
    book = load_parameters(library("model", "parameters"))
    wanted = {arm.scenario.identity(): arm.scenario for arm in (reference, *arms.values())}
    done: dict[str, WorldResult] = {}
    for place, (identity, scenario) in enumerate(wanted.items()):

        def tell_progress(month: int, months: int, before: int = place) -> None:
            if progress:
                progress(before * months + month, len(wanted) * months)

        done[identity] = run_world(scenario, data, book, panel=panel, progress=tell_progress, further=further)
    other = done[base.identity()]
    worlds = {name: done[arm.scenario.identity()] for name, arm in arms.items()}
    pairs = {name: pair_worlds(world, other) for name, world in worlds.items()}
    twins = {name: twin_table(pair) for name, pair in pairs.items()}
    return Comparison(
        against=against,
        labels={against: reference.label} | {name: arm.label for name, arm in arms.items()},
        reference=other,
        worlds=worlds,
        effects=_stack({name: effects_of(world, other, pairs[name]) for name, world in worlds.items()}),
        groups=_stack({name: group_effects(world, other) for name, world in worlds.items()}),
        twins=_stack(twins),
        summary=_stack({name: summary_of(world, other, twins[name]) for name, world in worlds.items()}),
    )


def _stack(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [table.assign(arm=name) for name, table in tables.items()]
    stacked = pd.concat(parts, ignore_index=True)
    return stacked[["arm", *(name for name in stacked.columns if name != "arm")]]


def effects_of(policy: WorldResult, reference: WorldResult, pairs: list[Pair]) -> pd.DataFrame:
    """Paired differences of every outcome by year; `error` is the standard error of sampling villages."""
    errors = {
        (pair.year, name): sampling_error(difference, pair, policy.strata)
        for pair in pairs
        for name, difference in (
            ("income", pair.income),
            ("headcount", pair.poor.astype(np.float64) - pair.was_poor),
        )
    }
    rows = [
        {
            "year": year,
            "outcome": name,
            "zh": item.zh,
            "en": item.en,
            "unit": item.unit,
            "reference": reference.outcomes.loc[year, name],
            "policy": policy.outcomes.loc[year, name],
            "error": errors.get((year, name), np.nan),
        }
        for year in policy.years
        for name, item in OUTCOMES.items()
    ]
    table = pd.DataFrame(rows)
    table.insert(7, "difference", table["policy"] - table["reference"])
    return table


def group_effects(policy: WorldResult, reference: WorldResult) -> pd.DataFrame:
    """Differences of the followed outcomes by year and group; groups were formed before any instrument acted."""
    keys = ["year", "dimension", "group", "zh", "en"]
    mine, theirs = policy.groups, reference.groups
    same = mine[keys].merge(theirs[keys], on=keys)
    mine, theirs = same.merge(mine, on=keys), same.merge(theirs, on=keys)
    values = [name for name in mine.columns if name not in (*keys, "persons")]
    return pd.concat([mine[[*keys, "persons"]], mine[values] - theirs[values]], axis=1)


def summary_of(policy: WorldResult, reference: WorldResult, twins: pd.DataFrame) -> pd.DataFrame:
    """Sums over the years: persons and households lifted less harmed, extra cost, cost of a person-year lifted.

    The cost is public money for instruments beyond that of the reference; extra payments of the health insurance, which
    an instrument may cause, stand beside it. Where nobody is lifted on balance there is no cost per person (NaN).
    """
    total = twins[twins["who"] == "all"]
    lifted, harmed = float(total["lifted"].sum()), float(total["harmed"].sum())
    households = float((total["households_lifted"] - total["households_harmed"]).sum())
    years = policy.years
    extra = (policy.outcomes - reference.outcomes).loc[years, ["public_cost", "insurance"]].sum()
    cost = float(extra["public_cost"])
    return pd.DataFrame(
        [
            {
                "years": len(years),
                "lifted": lifted,
                "harmed": harmed,
                "net_lifted": lifted - harmed,
                "net_households": households,
                "extra_cost": cost,
                "extra_insurance": float(extra["insurance"]),
                "cost_per_person_year": cost / (lifted - harmed) if lifted > harmed else np.nan,
                "cost_per_household_year": cost / households if households > 0 else np.nan,
            }
        ]
    )
