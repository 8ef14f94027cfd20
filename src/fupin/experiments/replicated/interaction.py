"""Two policies and both together: is the whole more or less than the sum of its parts?

Interaction = effect of A and B together − effect of A − effect of B, replicate by replicate. It is only asked where the
reference holds what the packages of A and B have in common; else that would be counted twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from fupin.experiments.replicated.design import Asked
from fupin.experiments.replicated.intervals import MEAN, interval

PARTS = {
    "first": ("前一政策", "the first alone"),
    "second": ("后一政策", "the second alone"),
    "sum": ("两者之和", "sum of the two"),
    "joint": ("同时实施", "both together"),
    "interaction": ("交互作用", "interaction"),
}
ASKED = ("headcount", "poverty_gap", "income", "consumption")
COLUMNS = ["joint", "first", "second", "outcome", "part", *MEAN]


def triples(asked: Asked) -> list[tuple[str, str, str]]:
    """The arms (A+B, A, B) that a comparison holds."""
    sets = {name: frozenset(asked.names.get(name, (name,))) for name in asked.arms}
    found = []
    for joint, whole in sets.items():
        for first in asked.arms:
            for second in asked.arms:
                parts = sets[first], sets[second]
                in_order = list(asked.arms).index(first) < list(asked.arms).index(second)
                if (
                    in_order
                    and parts[0] | parts[1] == whole
                    and not parts[0] & parts[1]
                    and joint not in (first, second)
                ):
                    found.append((joint, first, second))
    return found


def counted_twice(asked: Asked, first: str, second: str) -> bool:
    """Do the two have something in common that the reference lacks?"""
    known = {(chosen.kind, chosen.id) for chosen in asked.reference.scenario.instruments}
    mine, theirs = (
        {(chosen.kind, chosen.id) for chosen in asked.arms[name].scenario.instruments} for name in (first, second)
    )
    return bool((mine & theirs) - known)


def interactions(asked: Asked, effects: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Parts and interaction of every pair of policies whose joint arm is there: differences of the last year, and the
    household-years lifted on balance; intervals over replicates. Nothing under a budget, where arms differ in size."""
    if asked.budget is not None:
        return pd.DataFrame(columns=COLUMNS)
    last = effects[effects["year"] == effects["year"].max()]
    values: dict[str, Mapping[str, pd.Series]] = {}
    for outcome in ASKED:
        rows = last[last["outcome"] == outcome]
        values[outcome] = {
            str(name): (part.set_index("run")["policy"] - part.set_index("run")["reference"])
            for name, part in rows.groupby("arm")
        }
    values["net_households"] = {
        str(name): part.set_index("run")["net_households"] for name, part in sums.groupby("arm")
    }
    found = []
    for joint, first, second in triples(asked):
        if counted_twice(asked, first, second):
            continue
        for outcome, by_arm in values.items():
            a, b, ab = (by_arm[name].to_numpy(float) for name in (first, second, joint))
            parts = {"first": a, "second": b, "sum": a + b, "joint": ab, "interaction": ab - a - b}
            head = {"joint": joint, "first": first, "second": second, "outcome": outcome}
            found += [head | {"part": name} | interval(np.asarray(value)) for name, value in parts.items()]
    return pd.DataFrame(found, columns=COLUMNS)


def not_asked(asked: Asked) -> Sequence[tuple[str, str, str]]:
    """Triples whose interaction would count something twice."""
    return [triple for triple in triples(asked) if counted_twice(asked, triple[1], triple[2])]
