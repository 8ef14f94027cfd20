"""Who gains and who loses, by group; and the accounts of the twins, which must give both headcounts back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fupin.experiments.panel import December
from fupin.experiments.run import WorldResult
from fupin.experiments.twins import STATUSES, Pair

NOTICED = 0.01  # a household gains or loses if its income per head differs by more than this share of the poverty line


def gains_by_group(policy: WorldResult, pairs: list[Pair]) -> pd.DataFrame:
    """Persons who gain, lose, are lifted and harmed, and their total difference of income, by group and year.

    A person gains (loses) if the household's income per head is higher (lower) than in the reference by more than one
    per cent of the poverty line. Households founded after the start belong to no group.
    """
    lines = {december.year: december.line for december in policy.decembers}
    order = np.argsort(policy.founders, kind="stable")
    sorted_uid = policy.founders[order]
    parts = []
    for pair in pairs:
        place = np.minimum(np.searchsorted(sorted_uid, pair.uid), len(order) - 1)
        known = sorted_uid[place] == pair.uid
        row, persons, income = order[place][known], pair.persons[known], pair.income[known]
        status, edge = pair.status[known], NOTICED * lines[pair.year]
        measured = {
            "persons": persons,
            "gained": persons * (income > edge),
            "lost": persons * (income < -edge),
            "lifted": persons * (status == 0),
            "harmed": persons * (status == 3),
            "yuan": persons * income,
        }
        for dimension in policy.dimensions:
            group, count = dimension.group[row], len(dimension.labels)
            sums = {name: np.bincount(group, value, minlength=count) for name, value in measured.items()}
            head = {"year": pair.year, "dimension": dimension.name, "group": np.arange(count)}
            parts.append(pd.DataFrame(head | sums))
    return pd.concat(parts, ignore_index=True)


def accounts(policy: WorldResult, reference: WorldResult) -> pd.DataFrame:
    """The persons of both worlds at each December, added up from the twins; households in one world only included.

    `poor_policy` and `poor_reference` are made of the statuses (and of the poor among those who live in one world only,
    and of members whom a household has in one world only); `headcount_…` are these over all persons. They must equal
    the outcomes.
    """
    years = set(policy.years)
    pairs = zip(policy.decembers, reference.decembers, strict=True)
    return pd.DataFrame([_account(mine, theirs) for mine, theirs in pairs if mine.year in years])


def _account(policy: December, reference: December) -> dict[str, float]:
    _, mine, theirs = np.intersect1d(policy.uid, reference.uid, assume_unique=True, return_indices=True)
    alone, missed = np.ones(len(policy.uid), np.bool_), np.ones(len(reference.uid), np.bool_)
    alone[mine], missed[theirs] = False, False
    persons, before = policy.persons[mine], reference.persons[theirs]
    poor, was_poor = policy.poor[mine], reference.poor[theirs]
    status = np.where(was_poor, np.where(poor, 2, 0), np.where(poor, 3, 1))
    row: dict[str, float] = {"year": policy.year}
    row |= dict(zip(STATUSES, np.bincount(status, persons, minlength=4).tolist(), strict=True))
    row["only_policy"] = float(policy.persons[alone].sum())
    row["only_policy_poor"] = float((policy.persons * policy.poor)[alone].sum())
    row["only_reference"] = float(reference.persons[missed].sum())
    row["only_reference_poor"] = float((reference.persons * reference.poor)[missed].sum())
    row["more_members"] = float((persons - before).sum())
    row["more_members_poor"] = float(((persons - before) * was_poor).sum())
    row["poor_policy"] = row["not_lifted"] + row["harmed"] + row["only_policy_poor"]
    row["poor_reference"] = (
        row["lifted"] + row["not_lifted"] - row["more_members_poor"] + row["only_reference_poor"]
    )  # fmt: skip
    matched = sum(row[name] for name in STATUSES)
    row["headcount_policy"] = row["poor_policy"] / (matched + row["only_policy"])
    row["headcount_reference"] = row["poor_reference"] / (matched - row["more_members"] + row["only_reference"])
    return row
