"""The frame of a region: all its counties and villages, drawn whatever the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupin.model.draws import Draws, declare_stream
from fupin.model.region_data import Columns
from fupin.scenarios.given import Given, filled
from fupin.scenarios.profiles import Profile
from fupin.scenarios.scores import Bools, Floats, Ints, apportion, lognormal, mixed, normal_score, rank_within

SCORES = tuple(
    declare_stream(f"synthesis.village.{name}", f"rank of a village: {name}")
    for name in (
        "size",
        "remoteness",
        "productivity",
        "wage",
        "ability",
        "terrain",
        "designation",
        "township",
        "collective land",
        "collective assets",
        "collective cash",
        "road",
        "water",
        "power",
        "broadband",
        "clinic",
        "sanitation",
        "participation",
        "disclosure",
        "industry_quality",
    )
)
INFRASTRUCTURE = (
    "road",
    "water",
    "power",
    "broadband",
    "clinic",
    "sanitation",
    "participation",
    "disclosure",
    "industry_quality",
)


@dataclass(frozen=True)
class Frame:
    """Counties and villages of the whole region: declared columns, and what only the synthesis uses.

    `ability` (villages,) normal score of human capital; `land_factor` (villages,) land by terrain, mean 1; `planned`
    (villages,) the households for which the counties' quotas and enterprises are made.
    """

    counties: Columns
    villages: Columns
    ability: Floats
    land_factor: Floats
    planned: Floats


def build_frame(profile: Profile, draws: Draws, given: Given | None = None) -> Frame:
    """All villages of the region, sorted by county; `county` is the place in the profile.

    `uid` is the place of a village in the frame, or in the user's file. What is `given` replaces what would be drawn.
    """
    if given is None:
        county = np.repeat(np.arange(len(profile.county)), [one.villages for one in profile.county])
        uid = np.arange(len(county))
    else:
        county, uid = given.villages["county"], given.villages["uid"]
    known = {} if given is None else given.villages
    counts = np.bincount(county, minlength=len(profile.county))
    recipe = profile.village
    rank = {stream.rpartition(".")[2]: rank_within(draws.uniform(stream, 0, uid), county) for stream in SCORES}
    score = {name: normal_score((place + 0.5) / counts[county]) for name, place in rank.items()}
    remote = filled({"remoteness": score.pop("remoteness")}, known)["remoteness"]
    score = {name: _unrelated(values, remote, county) for name, values in score.items()}

    def linked(name: str, correlation: float) -> Floats:
        return mixed(correlation, remote, score[name])

    productivity = linked("productivity", recipe.productivity_remoteness)
    poor = _designate(profile, remote - productivity, recipe.designation_noise * score["designation"], county)
    offsets = np.array([one.productivity for one in profile.county])
    villages: Columns = filled(
        {
            "uid": uid,
            "county": county,
            "weight": np.ones(len(uid)),
            "township": _townships(profile, linked("township", recipe.township_remoteness), county),
            "poor_village": poor,
            "households": _sizes(profile, score["size"], county) if given is None else np.diff(given.start) * 1.0,
            "terrain": _terrain(profile, linked("terrain", recipe.terrain_remoteness), county),
            "remoteness": remote,
            "productivity": recipe.sd_productivity * productivity + offsets[county],
            "wage_level": recipe.sd_wage_level * linked("wage", recipe.wage_remoteness),
        },
        known,
    )
    poor = villages["poor_village"]
    for name in INFRASTRUCTURE:
        mean, far, if_poor, spread = getattr(recipe, name)
        villages[name] = np.clip(mean + far * remote + if_poor * poor + spread * score[name], 0.0, 1.0)
    for name in ("land", "assets", "cash"):
        mean = getattr(recipe, f"collective_{name}") * (recipe.collective_poor if name != "land" else 1.0) ** poor
        villages[f"collective_{name}"] = mean * lognormal(1.0, recipe.collective_sd, score[f"collective {name}"])
    villages = filled(villages, known)
    land = np.array(profile.household.land_terrain)[villages["terrain"]]
    return Frame(
        counties=_counties(profile, villages, given is not None),
        villages=villages,
        ability=linked("ability", recipe.ability_remoteness),
        land_factor=land / land.mean(),
        planned=villages["households"].copy(),
    )


def _unrelated(score: Floats, other: Floats, county: Ints) -> Floats:
    """The part of a score that is uncorrelated with another within each county, at unit spread."""
    n = np.maximum(np.bincount(county), 1)
    slope = np.bincount(county, score * other) / np.maximum(np.bincount(county, other**2), 1e-12)
    rest = score - slope[county] * other
    return np.asarray(rest / np.sqrt(np.maximum(np.bincount(county, rest**2) / n, 1e-12))[county])


def _designate(profile: Profile, need: Floats, noise: Floats, county: Ints) -> Bools:
    """The neediest villages of each county, seen with noise."""
    share = np.array([one.poor_villages / one.villages for one in profile.county])
    poor = np.round(share * np.bincount(county, minlength=len(share)))
    return np.asarray(rank_within(-(need / max(need.std(), 1e-9) + noise), county) < poor[county])


def _terrain(profile: Profile, height: Floats, county: Ints) -> Ints:
    place = (rank_within(height, county) + 0.5) / np.bincount(county)[county]
    plain, hill, _ = np.array([one.terrain for one in profile.county]).T
    return np.asarray((place > plain[county]).astype(np.int64) + (place > (plain + hill)[county]))


def _townships(profile: Profile, position: Floats, county: Ints) -> Ints:
    number = np.array([one.townships for one in profile.county])
    place = (rank_within(position, county) * number[county]) // np.bincount(county)[county]
    return np.asarray(place + (np.cumsum(number) - number)[county])


def _sizes(profile: Profile, score: Floats, county: Ints) -> Floats:
    """Households of each village: lognormal, truncated, and with the county's mean."""
    frame = profile.frame
    share = np.array([one.rural_share for one in profile.county])
    wanted = frame.households * share / np.bincount(county)
    size = np.exp(frame.village_size_sd * score)
    for _ in range(3):  # clipping moves the mean a little: settle it
        size *= (wanted / (np.bincount(county, size) / np.bincount(county)))[county]
        size = np.clip(size, frame.village_size_min, frame.village_size_max)
    return np.round(size)


def _counties(profile: Profile, villages: Columns, given: bool) -> Columns:
    frame, counties = profile.frame, profile.county
    share = np.array([one.rural_share for one in counties])
    poor = np.array([one.poor_villages / one.villages for one in counties])
    spread = frame.registered_poor_village - frame.registered_other_village
    incidence = frame.registered_other_village + poor * spread
    known = np.array([np.nan if one.incidence is None else one.incidence for one in counties])
    incidence = np.where(np.isnan(known), incidence, known)
    quota = apportion(round(frame.registered), share * incidence).astype(np.float64)
    standing = villages["weight"] * villages["households"]
    households = np.bincount(villages["county"], standing, minlength=len(counties))
    if given:  # the user's population has the profile's quota in proportion
        quota = quota * households / (frame.households * share)
    return {
        "uid": np.arange(len(counties)),
        "poor_county": np.array([one.poor_county for one in counties]),
        "national_list": np.array([one.poor_county and one.national_list for one in counties]),
        "villages": np.bincount(villages["county"], minlength=len(counties)).astype(np.float64),
        "households": households,
        "quota": quota,
        "absorption": np.full(len(counties), float(profile.administration.absorption)),
        "audit": np.full(len(counties), float(profile.administration.audit)),
    }
