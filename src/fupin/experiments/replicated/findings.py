"""Everything a comparison over replicates found, as tidy tables with labels in both languages.

effects       arm, year, outcome: reference, policy, paired difference with interval, worth of pairing
twins         arm, year, who, quantity: persons and households by status, with interval
accounts      arm, year: both headcounts made of the twins, beside the outcomes (means over replicates)
groups        arm, year, dimension, group, outcome: difference with interval
gains         arm, year, dimension, group, quantity: persons who gain, lose, are lifted, harmed; with interval
winners       arm, dimension, group, quantity: mean over the years of the difference of income per head, shares of
              persons who gain and lose in the last year, person-years lifted and harmed; with interval
programmes    arm, year, programme: spending in both worlds, difference by source, discounted
ledger        arm, purpose, payer, payee: yuan over the horizon in both worlds, discounted difference
cost          one row an arm: gross, savings, net, lifted, cost of a household-year with interval, rank, dominance
plane         arm, replicate: cost and household-years lifted
interactions  two policies, each alone, their sum, both together
sizes         under a budget: every setting that was scaled
lives         one household an arm, and where its two lives part
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.breakdown import FOLLOWED
from fupin.experiments.replicated.budget import Fit
from fupin.experiments.replicated.design import Asked
from fupin.experiments.replicated.dominance import Standing, standings
from fupin.experiments.replicated.interaction import interactions
from fupin.experiments.replicated.intervals import means, paired, ratio_interval
from fupin.experiments.study import Results
from fupin.experiments.twins import ONE_WORLD, STATUSES
from fupin.labels import Label, tell
from fupin.model.ledger import SECTORS
from fupin.model.outcomes import OUTCOMES
from fupin.model.purposes import PURPOSES
from fupin.model.snapshot import SOURCES

RESAMPLES, ENOUGH_TO_DRAW = 1000, 5  # samples of the replicates that tell how sure a rank is; from so few it is untold
LEAST_REACHED = 100  # sampled households; arms that reach fewer are shown but not ranked
TABLES = (
    "effects", "twins", "accounts", "groups", "gains", "winners", "programmes", "ledger", "cost", "plane",
    "interactions", "sizes", "lives",
)  # fmt: skip
OF_RUNS = ["run", "replicate", "seed"]
ORDERED = ("year", "who", "dimension", "group", "instrument", "purpose", "payer", "payee")
PROGRAMMES = ["arm", "year", "instrument", "kind", "family", "zh", "en", "shared"]
COUNTED = ("persons", "gained", "lost", "lifted", "harmed", "yuan")
TWINS = [*STATUSES, *ONE_WORLD, *(f"households_{status}" for status in STATUSES), "income_difference"]


@dataclass(frozen=True)
class Findings:
    """The tables; `labels` are those of the arms and the reference, `failed` the replicates that are missing,
    `standings` where each arm is on the plane of cost and effect (`cost` has the same as text)."""

    asked: Asked
    labels: dict[str, Label]
    dimensions: pd.DataFrame
    sample: dict[str, float]
    failed: pd.DataFrame
    fits: dict[str, Fit]
    effects: pd.DataFrame
    twins: pd.DataFrame
    accounts: pd.DataFrame
    groups: pd.DataFrame
    gains: pd.DataFrame
    winners: pd.DataFrame
    programmes: pd.DataFrame
    ledger: pd.DataFrame
    cost: pd.DataFrame
    plane: pd.DataFrame
    interactions: pd.DataFrame
    sizes: pd.DataFrame
    lives: pd.DataFrame
    years: list[int] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)

    @property
    def arms(self) -> list[str]:
        """Names of the arms in order."""
        return list(self.asked.arms)

    def effect(self, arm: str, outcome: str) -> pd.DataFrame:
        """Rows of `effects` of one arm and outcome, by year."""
        return self.effects[(self.effects["arm"] == arm) & (self.effects["outcome"] == outcome)]

    def twin(self, arm: str, who: str, quantity: str) -> pd.DataFrame:
        """Rows of `twins` of one arm, who and quantity, by year."""
        table = self.twins
        return table[(table["arm"] == arm) & (table["who"] == who) & (table["quantity"] == quantity)]

    def of_group(self, arm: str, dimension: str, group: int, quantity: str) -> tuple[float, float, float]:
        """Mean, low and high of a quantity of `winners`; NaN where the group is empty."""
        table = self.winners
        mine = (table["arm"] == arm) & (table["dimension"] == dimension) & (table["group"] == group)
        rows = table[mine & (table["quantity"] == quantity)]
        if not len(rows):
            return math.nan, math.nan, math.nan
        mean, low, high = (float(rows[name].iloc[0]) for name in ("mean", "low", "high"))
        return mean, low, high

    def costs(self, arm: str) -> dict[str, float]:
        """The row of `cost` of an arm: its numbers."""
        row = self.cost[self.cost["arm"] == arm].iloc[0]
        return {str(name): float(value) for name, value in row.items() if isinstance(value, (int, float, np.number))}


def stacked(asked: Asked, parts: Sequence[tuple[Results, Sequence[str]]], table: str) -> pd.DataFrame:
    """A table of all arms, each from the study that ran it last, in the order of the arms and their replicates.

    A replicate that failed for one arm is left out for all: arms are compared on the same people and luck.
    """
    found, ended = [], ended_well(parts)
    for results, arms in parts:
        if table in results.tables():
            rows = results.frame(table=table)
            found.append(rows[rows["arm"].isin(list(arms)) & rows["run"].isin(ended)])
    if not found:
        return pd.DataFrame(columns=["arm", *OF_RUNS])
    whole = pd.concat(found, ignore_index=True)
    order = {name: place for place, name in enumerate(asked.arms)}
    keys = [name for name in ORDERED if name in whole]
    places = {name: place for place, name in enumerate(OUTCOMES)}
    outcome = whole["outcome"].map(places) if "outcome" in whole else 0
    whole = whole.assign(_arm=whole["arm"].map(order), _outcome=outcome)
    keys = ["_arm", *keys, "_outcome", "run"]
    return whole.sort_values(keys, kind="stable", ignore_index=True).drop(columns=["_arm", "_outcome"])


def ended_well(parts: Sequence[tuple[Results, Sequence[str]]]) -> set[int]:
    """The replicates that ended well in all of the studies that still have an arm to tell of."""
    sets = [
        {int(run) for run in results.query(f"SELECT run FROM {results.marks()}")["run"]}
        for results, arms in parts
        if len(arms)
    ]
    return set.intersection(*sets) if sets else set()


def findings(asked: Asked, parts: Sequence[tuple[Results, Sequence[str]]], fits: dict[str, Fit]) -> Findings:
    """Put together what the studies found; raises FupinError if no replicate ended well."""
    first, ended = parts[0][0], ended_well(parts)
    if not ended:
        wrong = next((results for results, _ in parts if len(results.failed)), first)
        reason = wrong.failed["reason"].iloc[0] if len(wrong.failed) else "?"
        raise FupinError(
            tell(
                f"没有一次重复对所有方案都正常结束；第一个的原因：{reason}（见 {wrong.folder / 'failed'}）",
                f"no replicate ended well for all arms; the first one says: {reason} (see {wrong.folder / 'failed'})",
            )
        )
    frames = {
        name: stacked(asked, parts, name)
        for name in ("effects", "twins", "accounts", "groups", "gains", "programmes", "ledger", "sums")
    }
    effects = paired(frames["effects"], ["arm", "year", "outcome"])
    for place, name in enumerate(("zh", "en", "unit")):
        effects.insert(3 + place, name, [getattr(OUTCOMES[outcome], name) for outcome in effects["outcome"]])
    labels = first.frame(table="dimensions")
    labels = labels[labels["run"] == labels["run"].min()].sort_values(["place", "group"], ignore_index=True)
    labels = labels.drop(columns=[*OF_RUNS, "place"])
    sample = first.frame(table="sample").drop(columns=OF_RUNS)
    groups = means(frames["groups"], ["arm", "year", "dimension", "group"], FOLLOWED).rename(
        columns={"quantity": "outcome"}
    )
    gains = means(frames["gains"], ["arm", "year", "dimension", "group"], COUNTED)
    ledger = _mean(frames["ledger"], ["arm", "purpose", "payer", "payee"])
    for side in ("purpose", "payer", "payee"):
        words = (
            {name: Label(PURPOSES[name].zh, PURPOSES[name].en) for name in PURPOSES} if side == "purpose" else SECTORS
        )
        for place, lang in enumerate(("zh", "en")):
            ledger[f"{side}_{lang}"] = [words[name][place] for name in ledger[side]]
    cost, stand = _cost(asked, frames["sums"])
    return Findings(
        asked=asked,
        labels={asked.against: asked.reference.label} | {name: arm.label for name, arm in asked.arms.items()},
        dimensions=labels,
        sample={str(name): float(sample[name].mean()) for name in sample.columns},
        failed=pd.concat([results.failed for results, _ in parts], ignore_index=True),
        fits=fits,
        effects=effects,
        twins=means(frames["twins"], ["arm", "year", "who"], TWINS),
        accounts=frames["accounts"].drop(columns=OF_RUNS).groupby(["arm", "year"], sort=False).mean().reset_index(),
        groups=_labelled(groups, labels),
        gains=_labelled(gains, labels),
        winners=_labelled(_winners(frames["gains"]), labels),
        programmes=_mean(frames["programmes"], PROGRAMMES),
        ledger=ledger,
        cost=cost,
        plane=frames["sums"].drop(columns="run"),
        interactions=interactions(asked, frames["effects"], frames["sums"]),
        sizes=pd.concat([fit.table(name, asked) for name, fit in fits.items()], ignore_index=True)
        if fits
        else pd.DataFrame(columns=["arm"]),
        lives=stacked(asked, parts, "lives").drop(columns=OF_RUNS),
        years=sorted(int(year) for year in effects["year"].unique()),
        standings=stand,
    )


def _mean(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Means over the replicates; a flow or programme that a replicate does not have counts as nothing there."""
    runs = table["run"].nunique()
    values = [name for name in ("reference", "policy", "difference", "discounted", *SOURCES) if name in table]
    return (table.groupby(keys, sort=False)[values].sum() / runs).reset_index()


def _labelled(table: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    return table.merge(labels, on=["dimension", "group"], how="left")


def _winners(gains: pd.DataFrame) -> pd.DataFrame:
    """What each group gains over all years, with intervals over the replicates in which the group has people."""
    keys = ["arm", "dimension", "group"]
    sums = gains.groupby([*keys, "run"], sort=False)[list(COUNTED)].sum().reset_index()
    last = gains[gains["year"] == gains["year"].max()]
    table = sums.merge(last, on=[*keys, "run"], suffixes=("", "_last"))
    table = table[table["persons"] > 0]
    table["income_per_head"] = table["yuan"] / table["persons"]
    table["share_gained"] = table["gained_last"] / table["persons_last"]
    table["share_lost"] = table["lost_last"] / table["persons_last"]
    return means(table, keys, ["income_per_head", "share_gained", "share_lost", "lifted", "harmed"])


def _cost(asked: Asked, sums: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Standing]]:
    rows = []
    for arm in asked.arms:
        part = sums[sums["arm"] == arm]
        values = [name for name in part.columns if name not in ("run", "replicate", "seed", "arm")]
        row: dict[str, object] = {"arm": arm, "runs": len(part)}
        for line in means(part, ["arm"], values).to_dict("records"):
            name = line["quantity"]
            row |= {name: line["mean"], f"{name}_low": line["low"], f"{name}_high": line["high"]}
        for basis in ("gross", "net"):
            for unit, effect in (("household_year", "net_households"), ("person_year", "net_lifted")):
                found = ratio_interval(part[basis].to_numpy(float), part[effect].to_numpy(float))
                names = (f"{basis}_per_{unit}{tail}" for tail in ("", "_low", "_high"))
                row |= dict(zip(names, found, strict=True))
        rows.append(row)
    table = pd.DataFrame(rows)
    ranked = table["reached_sampled"] >= LEAST_REACHED
    points = {
        str(row["arm"]): (_money(asked, float(row["gross"])), float(row["net_households"]))
        for row in table[ranked].to_dict("records")
    }
    stand = standings(points, asked.against)
    order = sorted(points, key=lambda arm: _merit(*points[arm]))
    stand |= {arm: Standing("unranked") for arm in asked.arms if arm not in stand}
    sure = _first_in(asked, sums, order)
    ranks = {arm: place + 1.0 for place, arm in enumerate(order)}
    told = [
        (*one[:1], "; ".join(one.by), *one[2:], ranks.get(arm, math.nan), sure.get(arm, math.nan))
        for arm, one in ((str(arm), stand[arm]) for arm in table["arm"])
    ]
    head = ["state", "dominated_by", "incremental", "over", "rank", "first_in"]
    return pd.concat([table, pd.DataFrame(told, columns=head)], axis=1), stand


def _first_in(asked: Asked, sums: pd.DataFrame, order: Sequence[str]) -> dict[str, float]:
    """Share of bootstrap samples of the replicates in which each ranked arm comes first; none from too few of them."""
    wide = {name: sums.pivot(index="run", columns="arm", values=name) for name in ("gross", "net_households")}
    runs = len(wide["gross"])
    if not order or runs < ENOUGH_TO_DRAW:
        return {}
    drawn = np.random.default_rng(1).integers(runs, size=(RESAMPLES, runs))
    cost, effect = (wide[name][list(order)].to_numpy(float)[drawn].mean(axis=1) for name in wide)
    merits = [
        [_merit(_money(asked, float(yuan)), float(lifted)) for yuan, lifted in zip(*row, strict=True)]
        for row in zip(cost, effect, strict=True)
    ]
    best = [row.index(min(row)) for row in merits]
    return {arm: best.count(place) / RESAMPLES for place, arm in enumerate(order)}


def _money(asked: Asked, gross: float) -> float:
    """What an arm costs on the plane: the budget itself if it was met, so that one per cent decides nothing."""
    met = asked.budget is not None and abs(gross / asked.budget - 1.0) <= 0.01
    return float(asked.budget or gross) if met else gross


def _merit(cost: float, effect: float) -> tuple[int, float]:
    """Cheapest household-year first; arms that lift nobody on balance last."""
    return (0, cost / effect) if effect > 0 else (1, -effect)
