"""The task of a comparison over replicates: all worlds of one replicate, on one population and with the same luck.

Gives back, with a column `arm`: `effects` (every outcome by year in both worlds), `groups` (differences by group),
`gains` (who gains and loses), `twins`, `accounts`, `programmes`, `ledger` (money), `sums`; `dimensions` (names of the
groups), `sample`; and for the first replicate `lives` (the household most lifted, and what parts its two lives).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.balance import refuse_unbalanced
from fupin.experiments.compare import Arm, Comparison, compare_worlds
from fupin.experiments.lives import pick_household, two_lives
from fupin.experiments.replicated.costs import cost_sums, ledger_differences, programme_costs
from fupin.experiments.replicated.gains import accounts, gains_by_group
from fupin.experiments.replicated.lasting import lasting
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.tables_twin import news_of, parting_line
from fupin.experiments.twins import Pair, pair_worlds
from fupin.labels import Label, tell
from fupin.model.region_data import RegionData
from fupin.scenarios.build import region_data
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import scenario_of_text

LABELS = ["zh", "en", "unit"]  # words that are not stored with every replicate


def replicate(job: Job) -> Tables:
    """The worlds of one replicate, compared."""
    shared, seed = job.shared, int(job.row["seed"])
    worlds = {name: world_of(text, seed) for name, text in shared["worlds"].items()}
    against, base = str(shared["against"]), world_of(shared["reference"], seed)
    data = region_data(base)
    reference = Arm(Label("", ""), base)
    arms = {name: Arm(Label("", ""), world) for name, world in worlds.items()}
    found = compare_worlds(arms, against, reference, data=data, further=True, progress=lambda *_: job.check())
    tables = tables_of(found, float(shared["discount"]))
    refuse_unbalanced(found.imbalances)
    if job.row["replicate"] == 0:
        tables["lives"] = _lives(found, arms, reference, data)
    return {name: {str(key): table[key].to_numpy() for key in table.columns} for name, table in tables.items()}


def world_of(text: str, seed: int) -> ResolvedScenario:
    """A resolved scenario from its text, with another seed."""
    return scenario_of_text(text).changed(seed=seed).resolve()


def tables_of(found: Comparison, rate: float) -> dict[str, pd.DataFrame]:
    """All tables of one replicate."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for arm, world in found.worlds.items():
        other = found.reference
        pairs = pair_worlds(world, other)
        tables = {
            "gains": gains_by_group(world, pairs),
            "accounts": accounts(world, other),
            "programmes": programme_costs(world, other, rate),
            "ledger": ledger_differences(world, other, rate),
            "sums": pd.DataFrame([_sums(found, arm, pairs, rate)]),
        }
        for name, table in tables.items():
            table.insert(0, "arm", arm)
            parts.setdefault(name, []).append(table)
    stacked = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    kept = ["arm", "year", "outcome", "reference", "policy", "error"]
    first = found.reference
    named = [
        {"place": place, "dimension": one.name, "dimension_zh": one.zh, "dimension_en": one.en}
        | {"group": group, "zh": zh, "en": en}
        for place, one in enumerate(first.dimensions)
        for group, (zh, en) in enumerate(one.labels)
    ]
    return {
        "dimensions": pd.DataFrame(named),
        "sample": pd.DataFrame([first.sample]),
        "effects": found.effects[kept],
        "groups": found.groups.drop(columns=[name for name in LABELS if name in found.groups.columns]),
        "twins": found.twins,
        **stacked,
    }


def _sums(found: Comparison, arm: str, pairs: list[Pair], rate: float) -> dict[str, float]:
    """One row an arm: what it does over all years and for how long, its cost, the sampled households reached."""
    sums = found.sums(arm)
    row = {name: sums[name] for name in ("lifted", "harmed", "net_lifted", "net_households")}
    row |= cost_sums(found.worlds[arm], found.reference, rate)
    return row | lasting(pairs) | {"reached_sampled": float(pairs[-1].reached.sum())}


def _lives(found: Comparison, arms: dict[str, Arm], reference: Arm, data: RegionData) -> pd.DataFrame:
    """The household most lifted by each arm (none: uid −1), and the first that happens to it in one world alone."""
    rows: list[dict[str, Any]] = []
    for name, arm in arms.items():
        row: dict[str, Any] = {"arm": name, "uid": -1, "parted": 0, "month": 0, "zh": "", "en": ""}
        try:
            row["uid"] = pick_household(pair_worlds(found.worlds[name], found.reference), "lifted")
        except FupinError:
            rows.append(row)
            continue
        lives = two_lives(arm, reference, row["uid"], data, until_apart=True)
        row["parted"] = lives.parting.month if lives.parting else 0
        lone = [event for event in lives.events if event.world != "both"]
        row["month"] = lone[0].month if lone else row["parted"]
        for lang in ("zh", "en"):
            first = [event for event in lone if event.month == row["month"]]
            row[lang] = tell("；", "; ", lang).join(news_of(first, lang)) or parting_line(lives, lang)
        rows.append(row)
    return pd.DataFrame(rows)
