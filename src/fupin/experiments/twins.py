"""Twins: the same household with the same luck in two worlds, and what became of it in each.

At each December every person counts once: poor in the reference world and not under the policy (lifted), poor in
neither (anyway), poor in both (not lifted), poor under the policy only (harmed), or living in one world only. This is
exact arithmetic about two simulated worlds, spillovers included; it is not the effect of receiving. Reached are the
households that an instrument has served in which the two worlds differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.experiments.panel import December
from fupin.experiments.run import WorldResult
from fupin.model.household import REACHED, mark_of
from fupin.model.measures import mean
from fupin.scenarios.survey import by_stratum

STATUSES = {
    "lifted": ("因政策脱贫", "lifted"),
    "anyway": ("本来就不贫困", "not poor anyway"),
    "not_lifted": ("未能脱贫", "not lifted"),
    "harmed": ("因政策致贫", "harmed"),
}
ONE_WORLD = {
    "only_policy": ("仅在政策世界存在", "under the policy only"),
    "only_reference": ("仅在对照世界存在", "in the reference only"),
}
WHO = {"reached": ("受益户", "reached"), "others": ("未受益户", "not reached"), "all": ("全部", "all")}


@dataclass(frozen=True)
class Pair:
    """One December of two worlds, household by household: arrays over the households that live in both."""

    year: int
    uid: NDArray[np.int64]
    weight: NDArray[np.float64]
    persons: NDArray[np.float64]  # as in the policy world
    income: NDArray[np.float64]  # difference per head, yuan
    poor: NDArray[np.bool_]  # under the policy
    was_poor: NDArray[np.bool_]  # in the reference
    reached: NDArray[np.bool_]
    village: NDArray[np.int64]
    only_policy: float  # persons of households that live in one world only
    only_reference: float

    @property
    def status(self) -> NDArray[np.int64]:
        """Place in `STATUSES` of each household."""
        return np.where(self.was_poor, np.where(self.poor, 2, 0), np.where(self.poor, 3, 1))


def pair_worlds(policy: WorldResult, reference: WorldResult) -> list[Pair]:
    """The Decembers of two worlds that started from the same households, from the scenario's start on."""
    own, other = differing_bits(policy, reference), differing_bits(reference, policy)
    return [
        pair_decembers(mine, theirs, own, other)
        for mine, theirs in zip(policy.decembers, reference.decembers, strict=True)
        if mine.year in policy.years
    ]


def differing_bits(world: WorldResult, other: WorldResult) -> NDArray[np.int64]:
    """Bits, by word of `REACHED`, of the instruments of a world that the other lacks or runs by other settings."""
    known = set(other.scenario.instruments)
    bits = dict.fromkeys(REACHED, 0)
    for place, chosen in enumerate(world.scenario.instruments):
        if chosen not in known:
            word, bit = mark_of(place)
            bits[word] |= bit
    return np.array(list(bits.values()), np.int64)


def pair_decembers(policy: December, reference: December, own: NDArray[np.int64], other: NDArray[np.int64]) -> Pair:
    """Put two Decembers side by side; `own` and `other` are the bits that count as reached in each world."""
    mine_reached = ((policy.reached & own[:, None]) != 0).any(axis=0)
    their_reached = ((reference.reached & other[:, None]) != 0).any(axis=0)
    uid, mine, theirs = np.intersect1d(policy.uid, reference.uid, assume_unique=True, return_indices=True)
    alone = np.ones(len(policy.uid), np.bool_)
    alone[mine] = False
    missed = np.ones(len(reference.uid), np.bool_)
    missed[theirs] = False
    return Pair(
        year=policy.year,
        uid=uid,
        weight=policy.weight[mine],
        persons=policy.persons[mine],
        income=policy.income[mine] - reference.income[theirs],
        poor=policy.poor[mine],
        was_poor=reference.poor[theirs],
        reached=mine_reached[mine] | their_reached[theirs],
        village=policy.village[mine],
        only_policy=float(policy.persons[alone].sum()),
        only_reference=float(reference.persons[missed].sum()),
    )


def twin_table(pairs: list[Pair]) -> pd.DataFrame:
    """Persons and households by year, who (reached, others, all) and status.

    Columns: year, who, persons in each status, persons in one world only (under `all`), households in each status, and
    the mean difference of income per head.
    """
    rows = []
    for pair in pairs:
        for who in WHO:
            part = {"reached": pair.reached, "others": ~pair.reached, "all": np.ones_like(pair.reached)}[who]
            status, persons = pair.status[part], pair.persons[part]
            row: dict[str, object] = {"year": pair.year, "who": who}
            row |= dict(zip(STATUSES, np.bincount(status, persons, minlength=4).tolist(), strict=True))
            row |= {name: getattr(pair, name) if who == "all" else 0.0 for name in ONE_WORLD}
            households = np.bincount(status, pair.weight[part], minlength=4).tolist()
            row |= {f"households_{name}": value for name, value in zip(STATUSES, households, strict=True)}
            row["income_difference"] = mean(pair.income[part], persons)
            rows.append(row)
    return pd.DataFrame(rows)


def sampling_error(value: NDArray[np.float64], pair: Pair, strata: NDArray[np.int64]) -> float:
    """Standard error of the mean over persons of `value` (one number a household), villages being the units drawn.

    Linearised, within the strata of the sample; it contains the luck of households, which is independent between
    villages, but not the uncertainty of parameters. 0 when every village is in; NaN if a stratum has one of several.
    """
    total = float(pair.persons.sum())
    middle = mean(value, pair.persons)
    residual = np.bincount(pair.village, pair.persons * (value - middle) / total, minlength=len(strata))
    stands_for = np.ones(len(strata))
    stands_for[pair.village] = pair.weight
    return float(np.sqrt(by_stratum(residual, stands_for, strata)[0].sum()))
