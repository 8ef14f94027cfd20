"""Small comparisons over replicates: one county, three years, the fewest villages there can be."""

from __future__ import annotations

from fupin.experiments.arms import arms_of, split
from fupin.experiments.replicated.design import Asked

SMALL = {"sample": 0.02, "years": 3}
NAMES = ("industry", "security", "industry+security")


def asked(*names: str, replicates: int = 3, budget: float | None = None, against: str = "baseline-2014") -> Asked:
    """A small comparison in one county."""
    arms, against, reference = arms_of("fuping", names, against, [], SMALL)
    return Asked(arms, against, reference, replicates, budget=budget, names={name: tuple(split(name)) for name in arms})
