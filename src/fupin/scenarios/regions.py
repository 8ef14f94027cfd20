"""From a profile, a sample and a seed to the columns a region starts from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.model.columns import Column, columns_of
from fupin.model.draws import Draws
from fupin.model.household import Household
from fupin.model.person import LOCAL, Person
from fupin.model.region_data import Columns, RegionData
from fupin.scenarios.employers import build_enterprises, build_teams, employers
from fupin.scenarios.frame import Frame, build_frame
from fupin.scenarios.given import Given, load_given
from fupin.scenarios.profiles import Profile, load_profile
from fupin.scenarios.sampling import counties_of, draw_villages
from fupin.scenarios.scores import Floats, Ints
from fupin.scenarios.synthesis import build_households, mean_members

SPARE_PLACES = 1.2  # free places a household, a little more than there are
GROWTH = 8  # a store that is too small grows by such a part of its size
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

    `sample` is the share of households (in whole villages, at least two a stratum), `area` names counties (none: all),
    `seed` decides what the region is like and, unless `sample_seed` is given, which villages are sampled.
    Raises FupinError for an unknown profile or county and for a sample outside (0, 1].
    """
    if not isinstance(profile, Profile):
        profile = load_profile(profile)
    given = None if profile.tables is None else load_given(profile, Path(profile.tables))
    frame = build_frame(profile, Draws(seed), given)
    rows, weights = draw_villages(frame.villages, sample, Draws(seed if sample_seed is None else sample_seed))
    counties = [place for place in counties_of(profile, area) if frame.counties["villages"][place]]
    inside = np.isin(frame.villages["county"][rows], counties)
    if not inside.any():
        raise FupinError(
            tell(
                f"{profile.name} 在 {', '.join(area)} 没有村；允许：有村的县",
                f"no village of {profile.name} lies in {', '.join(area)}; allowed: counties that have villages",
            )
        )
    return populate(profile, frame, rows[inside], weights[inside], counties, seed, given=given, sample=sample)


def populate(
    profile: Profile,
    frame: Frame,
    rows: Ints,
    weights: Floats,
    counties: Sequence[int],
    seed: int,
    *,
    given: Given | None = None,
    sample: float = 1.0,
) -> RegionData:
    """Fill villages of a frame (sorted rows, design weights) with households; `counties` are those to keep."""
    draws = Draws(seed)
    kept = list(counties)
    enterprises = build_enterprises(profile, draws, frame.counties["households"], given)
    households, persons, residence = _people(profile, frame, draws, rows, enterprises, given)

    villages = {name: values[rows] for name, values in frame.villages.items()}
    villages["weight"] = weights * villages["weight"]
    households["weight"] = villages["weight"][households["village"]]
    villages |= _village_means(households, len(rows))
    county_table = {name: values[kept] for name, values in frame.counties.items()}
    thinned = np.bincount(villages["county"], villages["weight"] != 1, minlength=len(profile.county))
    simulated = np.bincount(villages["county"], minlength=len(profile.county))
    county_table["fully_simulated"] = (thinned[kept] == 0) & (simulated[kept] == county_table["villages"])
    # what serves a whole county is kept whole, with a capacity that fits the households that the sample stands for
    scale = np.bincount(villages["county"], villages["weight"] * frame.planned[rows], minlength=len(profile.county))
    scale[kept] /= np.maximum(county_table["households"], 1)  # of a user's villages those of a county may be empty
    county_table["quota"] = county_table["quota"] * scale[kept]
    firms_kept = np.flatnonzero(np.isin(enterprises["county"], kept))
    firms = {name: values[firms_kept] for name, values in enterprises.items()}
    for name in ("jobs", "capital", "cash", "loan"):
        firms[name] = firms[name] * scale[firms["county"]]

    # rows of the region's own tables in place of places in the frame
    county_row = np.full(len(profile.county), -1)
    county_row[kept] = np.arange(len(kept))
    firm_row = np.full(len(enterprises["uid"]) + 1, -1)
    firm_row[firms_kept] = np.arange(len(firms_kept))
    for table in (villages, households, firms):
        table["county"] = county_row[table["county"]]
    persons["employer"] = firm_row[persons["employer"]].astype(np.int32)
    hired = persons["employer"] >= 0
    weight = households["weight"][persons["household"][hired]]
    firms["filled"] = np.bincount(persons["employer"][hired], weight, minlength=len(firms_kept)).astype(np.float64)
    return RegionData(
        counties=county_table,
        villages=villages,
        households=households,
        persons=persons,
        enterprises=firms,
        teams=build_teams(profile, draws, villages),
        county_names=tuple((profile.county[place].zh, profile.county[place].en) for place in kept),
        profile=profile.name,
        sample=sample,
        seed=seed,
        budgets={} if given is None else given.budgets,
        residence=residence,
    )


def _people(
    profile: Profile, frame: Frame, draws: Draws, rows: Ints, enterprises: Columns, given: Given | None
) -> tuple[Columns, Columns, Floats | None]:
    """Households and persons of villages, block by block; places in the frame for counties and enterprises.

    The last is what a user's table says of each person's residence, if it says anything.
    """
    total = int(frame.villages["households"][rows].sum())
    household_store = _Store(total, Household)
    person_store = _Store(int(total * (mean_members(profile) + SPARE_PLACES)), Person)
    residence: list[Floats] = []
    for start in range(0, len(rows), BLOCK):
        households, persons = build_households(profile, frame, draws, rows[start : start + BLOCK], given)
        local = persons["activity"] == LOCAL
        employer = np.full(len(local), -1)
        county = households["county"][persons["household"][local]]
        employer[local] = employers(enterprises, county, persons.pop("employer_draw")[local])
        persons["employer"] = employer
        residence += [persons.pop("residence")] if "residence" in persons else []
        persons["household"] += household_store.rows
        households["village"] += start
        household_store.append(households)
        person_store.append(persons)
    return household_store.columns(), person_store.columns(), np.concatenate(residence) if residence else None


class _Store:
    """Columns filled block by block, in place: joining blocks at the end would hold everything twice.

    Values are kept within the bounds that their columns declare, which cuts the far tails of the distributions.
    """

    def __init__(self, capacity: int, owner: type) -> None:
        self.capacity, self.rows = max(capacity, 1), 0
        self.arrays: Columns = {}
        self.declared = columns_of(owner)
        numbers = {name: column for name, column in self.declared.items() if _is_number(column)}
        self.bounds = {name: (column.low, column.high) for name, column in numbers.items()}

    def append(self, block: Columns) -> None:
        if not self.arrays:
            self.arrays = {name: np.empty(self.capacity, self.declared[name].dtype) for name in block}
        start, self.rows = self.rows, self.rows + len(block["uid"])
        if self.rows > self.capacity:
            self.capacity = max(self.rows, self.capacity + self.capacity // GROWTH)
            for name, old in self.arrays.items():
                self.arrays[name] = np.empty(self.capacity, old.dtype)
                self.arrays[name][:start] = old[:start]
        for name, values in block.items():
            part = self.arrays[name][start : self.rows]
            if name in self.bounds:
                np.clip(values, *self.bounds[name], out=part, casting="unsafe")
            else:
                part[:] = values

    def columns(self) -> Columns:
        return {name: values[: self.rows] for name, values in self.arrays.items()}


def _is_number(column: Column) -> bool:
    """Whether a column measures or counts something, and is no key, code or row."""
    return column.dtype.kind == "f" or (column.dtype.kind == "i" and not column.codes and np.isfinite(column.high))


def _village_means(households: Columns, count: int) -> Columns:
    """Village columns that are means over households: migration network, norm of motivation, income per head."""
    village = households["village"]

    def total(name: str) -> Floats:
        return np.bincount(village, households[name], minlength=count)

    return {
        "network": total("migrants") / np.maximum(total("workers"), 1.0),
        "norm": total("motivation") / np.maximum(np.bincount(village, minlength=count), 1),
        "mean_income": total("income_year") / np.maximum(total("members"), 1.0),
    }
