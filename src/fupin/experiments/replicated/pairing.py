"""What pairing is worth: the same households with other luck, again and again, with and without each package.

The population is drawn once (the scenario's seed); each replicate has another seed of the luck. Both worlds of a
replicate share it, so their difference is paired. With independent seeds the same runs would give differences of the
variance var(A) + var(B).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.arms import label_of
from fupin.experiments.replicated.intervals import paired
from fupin.experiments.study import Results, Study, run_study
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.study.simulate import parameter_book, population
from fupin.labels import Label, tell
from fupin.model.outcomes import measure
from fupin.model.snapshot import Snapshot
from fupin.scenarios.build import build_region
from fupin.scenarios.overrides import prepare
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import scenario_of_text

FAMILIES = ("industry", "relocation", "education", "security", "finance")
REFERENCE = "baseline-2014"
ENOUGH = 0.25  # the ratio of variances that a package should not exceed ...
PACKAGES = 3  # ... for at least so many of the packages
ASKED = ("headcount", "poverty_gap", "income")


@dataclass(frozen=True)
class Pairing:
    """Worth of pairing for each package: arm, outcome and what `paired` gives; its worlds, and where the runs lie."""

    worlds: Mapping[str, ResolvedScenario]  # the reference first
    replicates: int
    households: int
    labels: Mapping[str, Label]
    table: pd.DataFrame
    folder: Path

    @property
    def scenario(self) -> ResolvedScenario:
        """The reference."""
        return next(iter(self.worlds.values()))

    @property
    def good(self) -> int:
        """Packages whose headcount effect has at most a quarter of the variance."""
        rows = self.table[self.table["outcome"] == "headcount"]
        return int((rows["ratio"] <= ENOUGH).sum())

    @property
    def holds(self) -> bool:
        """Is pairing worth what it should be for enough packages?"""
        return self.good >= PACKAGES


def pairing_study(
    name: str, policies: Sequence[str], against: str, replicates: int, **keys: Any
) -> tuple[Study, dict[str, ResolvedScenario], dict[str, Label]]:
    """The study: one row a seed of the luck; every world of it on one population. Worlds: the reference first."""
    if replicates < 2:
        raise FupinError(
            tell(
                f"--replicates {replicates} 不允许；允许：2 以上",
                f"--replicates {replicates} is not allowed; allowed: 2 or more",
            )
        )
    worlds: dict[str, ResolvedScenario] = {}
    labels: dict[str, Label] = {}
    for policy in dict.fromkeys([against, *policies]):
        scenario = prepare(name, policies=[policy], **keys)
        worlds[policy], labels[policy] = scenario.resolve(), label_of(scenario)
    base = worlds[against]
    study = Study(
        name=f"{base.name}-pairing",
        task="fupin.experiments.replicated.pairing:other_luck",
        design=pd.DataFrame({"luck": range(base.seed, base.seed + replicates)}),
        shared={
            "against": against,
            "arms": [policy for policy in worlds if policy != against],
            "worlds": {policy: world.to_toml() for policy, world in worlds.items()},
        },
        zh="配对的作用",
        en="what pairing is worth",
    )
    return study, worlds, labels


def other_luck(job: Job) -> Tables:
    """The task: outcomes of the last December of every world, on the same people, with the luck of the row."""
    against, luck = str(job.shared["against"]), int(job.row["luck"])
    found = {name: _last(text, luck, job) for name, text in job.shared["worlds"].items()}
    rows = [
        {"arm": arm, "outcome": outcome, "reference": found[against][outcome], "policy": found[arm][outcome]}
        for arm in job.shared["arms"]
        for outcome in ASKED
    ]
    households = [found[against]["households"]]
    return {
        "effects": {name: [row[name] for row in rows] for name in ("arm", "outcome", "reference", "policy")},
        "sample": {"households": households},
    }


def _last(text: str, luck: int, job: Job) -> dict[str, float]:
    world = scenario_of_text(text).resolve()
    people = population(world)  # of the scenario's own seed
    region = build_region(replace(world, seed=luck), people, parameter_book())
    while region.month < world.last:
        region.step()
        job.check()
    region.ledger.check()
    return measure(Snapshot(region)) | {"households": float(len(region.rows("household")))}


def pairing(
    name: str,
    replicates: int,
    folder: Path | None = None,
    policies: Sequence[str] = FAMILIES,
    against: str = REFERENCE,
    *,
    how: Mapping[str, Any] | None = None,
    **keys: Any,
) -> Pairing:
    """Run it (`how` goes to `run_study`, `keys` are those of the scenario) and judge."""
    study, worlds, labels = pairing_study(name, policies, against, replicates, **keys)
    results = run_study(study, folder, **dict(how or {}))
    return judged(results, worlds, labels, replicates)


def judged(
    results: Results, worlds: Mapping[str, ResolvedScenario], labels: Mapping[str, Label], replicates: int
) -> Pairing:
    """The table of a study that is done."""
    if len(results.failed):
        raise FupinError(
            tell(
                f"{len(results.failed)} 次重复失败：{results.failed['reason'].iloc[0]}",
                f"{len(results.failed)} replicates failed: {results.failed['reason'].iloc[0]}",
            )
        )
    rows = results.frame(table="effects")
    places = {name: place for place, name in enumerate([*labels, *ASKED])}
    rows = rows.assign(_arm=rows["arm"].map(places), _outcome=rows["outcome"].map(places))
    rows = rows.sort_values(["_arm", "_outcome", "run"], kind="stable")
    households = int(results.frame(table="sample")["households"].iloc[0])
    table = paired(rows, ["arm", "outcome"])
    return Pairing(worlds, replicates, households, dict(labels), table, results.folder)
