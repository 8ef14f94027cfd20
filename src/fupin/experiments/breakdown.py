"""Outcomes by groups of households: groups are formed at the scenario's start and can be followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.model.household import REGISTERED
from fupin.model.measures import quintiles
from fupin.model.outcomes import OUTCOMES
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

FOLLOWED = (
    "income", "wage_income", "operating_income", "property_income", "transfer_income", "consumption", "headcount",
    "poverty_gap", "out_of_school", "migrant_share", "motivation",
)  # fmt: skip
FIFTHS = (
    ("最低五分之一", "poorest fifth"),
    ("次低五分之一", "second fifth"),
    ("中间五分之一", "middle fifth"),
    ("次高五分之一", "fourth fifth"),
    ("最高五分之一", "richest fifth"),
)
HARDSHIPS = (
    ("重病或慢性病", "illness"),
    ("残疾", "disability"),
    ("无劳动力", "no able worker"),
    ("供养学生", "members at school"),
    ("无上述情况", "none of these"),
)


@dataclass(frozen=True)
class Dimension:
    """One way to divide the households: the group of each (row order), and what the groups are called."""

    name: str
    zh: str
    en: str
    group: NDArray[np.int64]
    labels: tuple[tuple[str, str], ...]


def starting_groups(region: Region) -> tuple[Dimension, ...]:
    """Divide the households by county, village, fifth of income and main hardship; before any instrument has acted."""
    s = Snapshot(region)
    h = s.h
    signs = [h.ill > 0, h.disabled > 0, h.workers <= 0, h.pupils > 0]
    income = h.income_year / np.maximum(h.members, 1.0)
    hardship = np.select(signs, list(range(4)), 4)
    poor_village = region.rows("village").poor_village[h.village]
    villages = (("非贫困村", "other villages"), ("贫困村", "poor villages"))
    return (
        Dimension("county", "县", "county", h.county.copy(), region.data.county_names),
        Dimension("village", "村", "village", poor_village.astype(np.int64), villages),
        Dimension("fifth", "期初收入组", "income at the start", quintiles(income, s.persons), FIFTHS),
        Dimension("hardship", "期初主要困难", "main hardship at the start", hardship, HARDSHIPS),
    )


def first_register(region: Region) -> Dimension:
    """Divide the households by the register as it is first drawn up; after the scenario's first month."""
    listed = region.rows("household").registry == REGISTERED
    labels = (("未建档", "not registered"), ("建档立卡", "registered"))
    return Dimension("registry", "期初建档", "registry at the start", listed.astype(np.int64), labels)


def by_group(snapshot: Snapshot, dimensions: tuple[Dimension, ...]) -> pd.DataFrame:
    """The followed outcomes of every group: one row a group, with persons and labels."""
    rows = []
    for dimension in dimensions:
        for code, (zh, en) in enumerate(dimension.labels):
            part = snapshot.within(dimension.group == code)
            row = {"dimension": dimension.name, "group": code, "zh": zh, "en": en}
            row |= {"persons": float(part.persons.sum())}
            rows.append(row | {name: OUTCOMES[name].compute(part) for name in FOLLOWED})
    table = pd.DataFrame(rows)
    table.insert(0, "year", snapshot.region.year)
    return table
