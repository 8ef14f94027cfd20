"""Outcomes by groups of households: groups are formed at the scenario's start and can be followed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.model.household import REGISTERED
from fupin.model.measures import quintiles
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.causes import severities
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

LAND_FORMS = (("平原村", "plain"), ("丘陵村", "hills"), ("山区村", "mountains"))
MAIN_CAUSES = (
    ("因病", "illness"),
    ("因残", "disability"),
    ("因学", "schooling"),
    ("缺劳力", "lack of labour"),
    ("缺土地", "lack of land"),
    ("缺技术", "lack of skill"),
    ("缺资金", "lack of funds"),
    ("交通条件落后", "remoteness"),
    ("自身发展动力不足", "lack of motivation"),
    ("无明显原因", "none of these"),
)
"""In the order of the codes of the column `cause`, from 1; the last is no code."""


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


def further_groups(region: Region) -> tuple[Dimension, ...]:
    """Divide the households by the terrain of their village and by the main cause of poverty; at the same moment.

    The cause is the one that weighs most on the household in truth (`causes.severities`), recorded or not; households
    on which none weighs are a group of their own.
    """
    h, v = region.rows("household"), region.rows("village")
    weights = severities(h, v.remoteness[h.village], region.p)
    cause = np.where(weights.max(axis=0) > 0.0, np.argmax(weights, axis=0), len(weights))
    return (
        Dimension("terrain", "村庄地形", "village type", v.terrain[h.village].astype(np.int64), LAND_FORMS),
        Dimension("cause", "期初主要致贫原因", "main cause of poverty", cause.astype(np.int64), MAIN_CAUSES),
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
