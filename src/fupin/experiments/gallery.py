"""The gallery region: twelve villages, 1,500 households, one of every precondition, for the test of the register.

The villages and households come from the synthetic region `baoding` (three counties, four villages each, of each
village the first 125 households) and stand for themselves only: every weight is 1, so that quotas, queues and prices
are those of 1,500 households. Where the synthesis need not hold a case, columns are set: a county that is not poor,
a county off the national list, a village without a road, one with a photovoltaic plant, dangerous houses, landless
households, idle land, forest, empty and full accounts of collectives. The counties count as wholly simulated, so that
their exit has a date. Everything follows from one seed; the luck of a run has another one (`start`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.library import library
from fupin.model.draws import Draws
from fupin.model.household import DANGEROUS
from fupin.model.parameters import ParameterBook, load_parameters
from fupin.model.region import Region
from fupin.model.region_data import Columns, RegionData
from fupin.model.village import HILL, MOUNTAIN, PLAIN
from fupin.scenarios.frame import Frame, build_frame
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.regions import populate

PROFILE = "baoding"
POPULATION = 1  # seed of the synthesis
PER_VILLAGE = 125
START = 2014 * 12  # absolute month in which the forks begin
BURN_IN = 12  # months lived before, so that incomes of a year and of the year before are known
LONGEST = 36  # months of the longest fork


class Place(NamedTuple):
    """One village of the gallery: where it is taken from, and the columns that are set."""

    zh: str
    en: str
    county: str
    poor: bool
    terrain: int
    columns: Mapping[str, float]


def _road(level: float) -> dict[str, float]:
    return {"road": level, "broadband": 0.6 * level}


SERVED = dict.fromkeys(("road", "water", "power", "broadband", "clinic", "sanitation"), 0.95)
PLACES = (
    Place("深山无路村", "deep mountain, no road", "Fuping", True, MOUNTAIN, {"remoteness": 2.2, **_road(0.05)}),
    Place("旅游潜力村", "mountain, fit for tourism", "Fuping", True, MOUNTAIN, {"remoteness": 0.0, **_road(0.85)}),
    Place("闲置土地村", "hill, idle land", "Fuping", True, HILL, {"collective_land": 600.0, "idle_land": 200.0}),
    Place("山区非贫困村", "mountain, not a poor village", "Fuping", False, MOUNTAIN, {}),
    Place("光伏村", "plain, with a photovoltaic plant", "Yi", True, PLAIN, {"pv_kw": 60.0, "pv_tariff": 0.85}),
    Place("丘陵贫困村", "hill, poor village", "Yi", True, HILL, {"clinic": 0.1, "water": 0.2, "sanitation": 0.05}),
    Place(
        "空壳村", "mountain, shell village", "Yi", True, MOUNTAIN, {"collective_assets": 0.0, "collective_cash": 0.0}
    ),
    Place("平原非贫困村", "plain, not a poor village", "Yi", False, PLAIN, {"collective_assets": 2.0e6}),
    Place("插花贫困村", "poor village of a county that is not poor", "Wangdu", True, PLAIN, {}),
    Place("近出列村", "poor village that is ready to exit", "Wangdu", True, PLAIN, {**SERVED, "industry_quality": 0.9}),
    Place("富裕村", "well-served village", "Wangdu", False, PLAIN, {**SERVED, "collective_assets": 3.0e6}),
    Place("普通村", "ordinary village", "Wangdu", False, PLAIN, {}),
)
"""The villages in their order: sorted by county, as the region wants them."""
POOR_COUNTIES = {"Fuping": True, "Yi": True, "Wangdu": False}
NATIONAL = {"Fuping": True, "Yi": False, "Wangdu": False}


@lru_cache(maxsize=1)
def parameter_book() -> ParameterBook:
    """The parameters of the library."""
    return load_parameters(library("model", "parameters"))


@lru_cache(maxsize=2)
def gallery_data(population: int = POPULATION) -> RegionData:
    """The columns that the gallery starts from, the same at every call."""
    profile = load_profile(PROFILE)
    frame = build_frame(profile, Draws(population))
    names = [one.en for one in profile.county]
    counties = [names.index(name) for name in POOR_COUNTIES]
    rows = _villages(frame, names)
    data = populate(profile, frame, rows, np.ones(len(rows)), counties, population)
    return _completed(_thinned(data))


def _villages(frame: Frame, names: list[str]) -> NDArray[np.int64]:
    """For each place the most populous village of its county, status and terrain that is not yet taken, in order."""
    villages, taken = frame.villages, []
    for place in PLACES:
        here = (villages["county"] == names.index(place.county)) & (villages["poor_village"] == place.poor)
        fits = np.flatnonzero(here & (villages["terrain"] == place.terrain))
        order = fits[np.argsort(-villages["households"][fits], kind="stable")]
        taken.append(next(int(row) for row in order if row not in taken))
    return np.array(taken)


def _thinned(data: RegionData) -> RegionData:
    """The first households of each village; employers and quotas of a county shrink with its households."""
    village = data.households["village"]
    kept = np.flatnonzero(np.arange(len(village)) - np.searchsorted(village, village) < PER_VILLAGE)
    first, last = (np.searchsorted(data.persons["household"], kept, side) for side in ("left", "right"))
    members = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    households = _rows(data.households, kept)
    persons = _rows(data.persons, members) | {"household": np.repeat(np.arange(len(kept)), last - first)}
    before, after = (np.bincount(table["county"]) for table in (data.households, households))
    share = after / before
    firms = data.enterprises | {
        name: data.enterprises[name] * share[data.enterprises["county"]] for name in ("jobs", "capital", "cash", "loan")
    }
    return replace(
        data,
        households=households,
        persons=persons,
        enterprises=firms,
        villages=data.villages | {"households": np.bincount(households["village"]).astype(np.float64)},
        counties=data.counties | {"quota": data.counties["quota"] * share, "households": after.astype(np.float64)},
    )


def _rows(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _completed(data: RegionData) -> RegionData:
    """Columns set so that every precondition is there."""
    villages, households, counties = dict(data.villages), dict(data.households), dict(data.counties)
    villages["uid"] = data.villages["uid"].copy()
    for row, place in enumerate(PLACES):
        for name, value in place.columns.items():
            old = villages.get(name, np.zeros(len(PLACES)))
            villages[name] = np.where(np.arange(len(PLACES)) == row, value, old)
    village = households["village"]
    nth = np.arange(len(village)) - np.searchsorted(village, village)
    # every fifth house of the deep mountains and of the hills is dangerous, and every second has no safe water
    housing, safe_water = households["housing"].copy(), households["safe_water"].copy()
    housing[np.isin(village, (0, 5)) & (nth % 5 == 0)] = DANGEROUS
    safe_water[np.isin(village, (0, 5)) & (nth % 2 == 0)] = False
    # land that is forest or too steep in the mountains, as land retirement and rangers want it
    forest = np.where(np.isin(village, (0, 1, 2, 3, 6)), np.maximum(households["forest_land"], 4.0), 0.0)
    land = np.where(nth % 25 == 7, 0.0, households["land"])  # landless, some in every village
    counties["poor_county"] = np.array(list(POOR_COUNTIES.values()))
    counties["national_list"] = np.array(list(NATIONAL.values()))
    counties["fully_simulated"] = np.ones(len(POOR_COUNTIES), np.bool_)
    counties["villages"] = np.bincount(villages["county"]).astype(np.float64)
    households |= {"housing": housing, "safe_water": safe_water, "forest_land": forest, "land": land}
    return replace(data, villages=villages, households=households, counties=counties)


@lru_cache(maxsize=8)
def start(seed: int) -> Region:
    """The gallery at the end of its burn-in with no programme, by the luck of `seed`. Not to be stepped: fork it."""
    path = parameter_book().resolve(START - BURN_IN, START + LONGEST - 1)
    region = Region(gallery_data(), path, seed=seed, first=START - BURN_IN, start=START, engine="numpy")
    region.run_to(START - 1)
    return region


def counts() -> dict[str, int]:
    """Households, persons and villages of each precondition (name: how many) at the start."""
    region = start(1)
    h, person, v = (region.rows(kind) for kind in ("household", "person", "village"))
    found: dict[str, Any] = {
        "dangerous house": h.housing == DANGEROUS,
        "no safe water": ~h.safe_water,
        "forest land": h.forest_land > 0,
        "no land": h.land < 0.1,
        "business": h.business,
        "no able worker": (h.workers == 0) & (h.members > 0),
        "elders alone": (h.elders > 0) & (h.workers == 0),
        "no support from children": (h.workers == 0) & (h.elders > 0) & (h.absent_support == 0),
        "disabled member": h.disabled > 0,
        "severe illness": h.severely_ill > 0,
        "chronic illness": (h.ill > 0) & (h.severely_ill == 0),
        "migrant": h.migrants > 0,
        "local job": h.local_workers > 0,
        "child under six": h.children > 0,
        "income below the line": (h.income_year < region.p.poverty_line * h.members) & (h.members > 0),
        "debt": h.debt > 0,
        "road missing": v.road < 0.1,
        "poor village": v.poor_village,
        "shell village": v.collective_assets == 0,
        "photovoltaic plant": v.pv_kw > 0,
        **{f"school stage {stage}": person.alive & (person.stage == stage) for stage in range(1, 6)},
        **{f"terrain {terrain}": v.terrain == terrain for terrain in (PLAIN, HILL, MOUNTAIN)},
    }
    return {name: int(np.sum(mask)) for name, mask in found.items()}
