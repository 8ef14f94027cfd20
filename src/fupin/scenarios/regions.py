"""From a profile, a sample and a seed to the columns a region starts from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import Draws
from fupin.model.person import LOCAL
from fupin.model.region_data import Columns, RegionData
from fupin.scenarios.employers import build_enterprises, build_teams, employers
from fupin.scenarios.frame import Frame, build_frame
from fupin.scenarios.profiles import Profile, load_profile
from fupin.scenarios.sampling import counties_of, draw_villages
from fupin.scenarios.synthesis import build_households, mean_members

SPARE_PLACES = 1.6  # free places a household, a little more than there are
BLOCK = 48  # villages drawn at a time: some 13,000 households with their members stay in the cache


def build_region_data(
    profile: Profile | str | Path,
    sample: float = 1.0,
    area: Sequence[str] = (),
    seed: int = 1,
    *,
    sample_seed: int | None = None,
) -> RegionData:
    """The initial columns of a region.

    `sample` is the share of villages (whole villages, at least two a stratum), `area` names counties (none: all),
    `seed` decides what the region is like and, unless `sample_seed` is given, which villages are sampled.
    Raises FupinError for an unknown profile or county and for a sample outside (0, 1].
    """
    if not isinstance(profile, Profile):
        profile = load_profile(profile)
    frame = build_frame(profile, Draws(seed))
    rows, weights = draw_villages(frame.villages, sample, Draws(seed if sample_seed is None else sample_seed))
    counties = counties_of(profile, area)
    inside = np.isin(frame.villages["county"][rows], counties)
    return populate(profile, frame, rows[inside], weights[inside], counties, seed, sample)


def populate(
    profile: Profile,
    frame: Frame,
    rows: NDArray[np.int64],
    weights: NDArray[np.float64],
    counties: Sequence[int],
    seed: int,
    sample: float = 1.0,
) -> RegionData:
    """Fill villages of a frame (their rows, sorted, and weights) with households; `counties` are those to keep."""
    draws = Draws(seed)
    enterprises = build_enterprises(profile, draws)
    total = int(frame.villages["households"][rows].sum())
    household_store = _Store(total)
    person_store = _Store(int(total * (mean_members(profile) + SPARE_PLACES)))
    for start in range(0, len(rows), BLOCK):
        households, persons = build_households(profile, frame, draws, rows[start : start + BLOCK])
        local = persons["activity"] == LOCAL
        employer = np.full(len(local), -1)
        county = households["county"][persons["household"][local]]
        employer[local] = employers(enterprises, county, persons.pop("employer_draw")[local])
        persons["employer"] = employer
        persons["household"] += household_store.rows
        households["village"] += start
        household_store.append(households)
        person_store.append(persons)
    households, persons = household_store.columns(), person_store.columns()

    villages = {name: values[rows] for name, values in frame.villages.items()}
    villages["weight"] = weights
    households["weight"] = weights[households["village"]]
    villages |= _village_means(households, len(rows))
    county_table = {name: values[list(counties)] for name, values in frame.counties.items()}
    simulated = np.bincount(villages["county"], minlength=len(profile.county))[list(counties)]
    county_table["fully_simulated"] = simulated == county_table["villages"]
    # what serves a whole county is kept whole, with a capacity that fits the households that the sample stands for
    scale = np.bincount(villages["county"], weights * villages["households"], minlength=len(profile.county))
    scale[list(counties)] /= county_table["households"]
    county_table["quota"] = county_table["quota"] * scale[list(counties)]
    for name in ("jobs", "capital", "cash", "loan"):
        enterprises[name] = enterprises[name] * scale[enterprises["county"]]
    kept = np.flatnonzero(np.isin(enterprises["county"], counties))
    firms = {name: values[kept] for name, values in enterprises.items()}

    # rows of the region's own tables in place of places in the frame
    county_row = np.full(len(profile.county), -1)
    county_row[list(counties)] = np.arange(len(counties))
    firm_row = np.full(len(enterprises["uid"]) + 1, -1)
    firm_row[kept] = np.arange(len(kept))
    for table in (villages, households, firms):
        table["county"] = county_row[table["county"]]
    persons["employer"] = firm_row[persons["employer"]]
    hired = persons["employer"] >= 0
    firms["filled"] = np.bincount(
        persons["employer"][hired], households["weight"][persons["household"][hired]], minlength=len(kept)
    )
    return RegionData(
        counties=county_table,
        villages=villages,
        households=households,
        persons=persons,
        enterprises=firms,
        teams=build_teams(profile, draws, villages),
        county_names=tuple((profile.county[place].zh, profile.county[place].en) for place in counties),
        profile=profile.name,
        sample=sample,
        seed=seed,
    )


class _Store:
    """Columns filled block by block, in place: joining blocks at the end would hold everything twice."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.rows = max(capacity, 1), 0
        self.arrays: Columns = {}

    def append(self, block: Columns) -> None:
        if not self.arrays:
            self.arrays = {name: np.empty(self.capacity, values.dtype) for name, values in block.items()}
        start, self.rows = self.rows, self.rows + len(block["uid"])
        if self.rows > self.capacity:
            self.capacity = max(self.rows, self.capacity + self.capacity // 8)
            for name, old in self.arrays.items():
                self.arrays[name] = np.empty(self.capacity, old.dtype)
                self.arrays[name][:start] = old[:start]
        for name, values in block.items():
            self.arrays[name][start : self.rows] = values

    def columns(self) -> Columns:
        return {name: values[: self.rows] for name, values in self.arrays.items()}


def _village_means(households: Columns, count: int) -> Columns:
    """Village columns that are means over households: migration network, norm of motivation, income per head."""
    village = households["village"]

    def total(name: str) -> NDArray[np.float64]:
        return np.bincount(village, households[name], minlength=count)

    return {
        "network": total("migrants") / np.maximum(total("workers"), 1.0),
        "norm": total("motivation") / np.maximum(np.bincount(village, minlength=count), 1),
        "mean_income": total("income_year") / np.maximum(total("members"), 1.0),
    }
