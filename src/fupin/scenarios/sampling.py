"""Which villages a sample holds, and for how many each stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fupin.errors import FupinError, nearest
from fupin.model.draws import Draws, declare_stream
from fupin.model.region_data import Columns
from fupin.scenarios.profiles import Profile

SAMPLE = declare_stream("synthesis.sampling", "order in which the villages of a stratum enter a sample")
LEAST = 2  # villages a stratum: with one, nothing could be said about precision


def strata(villages: Columns) -> NDArray[np.int64]:
    """Stratum of each village: county and poor / not poor."""
    return np.asarray(2 * villages["county"] + villages["poor_village"], np.int64)


def draw_villages(villages: Columns, sample: float, draws: Draws) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of the sampled villages (sorted) and their weights N_h / n_h.

    Simple random sampling without replacement within each stratum, `sample` of its villages and at least two. The order
    in which villages enter is keyed by uid, so a small sample is part of a larger one with the same seed.
    Raises FupinError unless 0 < sample <= 1.
    """
    if not 0 < sample <= 1:
        raise FupinError(f"sample {sample:g} is out of range; allowed: above 0, at most 1 (0.01 is one per cent)")
    stratum = strata(villages)
    order = np.lexsort((villages["uid"], draws.uniform(SAMPLE, 0, villages["uid"]), stratum))
    size = np.bincount(stratum)
    wanted = np.minimum(np.maximum(np.floor(sample * size + 0.5), LEAST), size).astype(np.int64)
    start = np.cumsum(size) - size
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - start[stratum[order]]
    rows = np.flatnonzero(place < wanted[stratum])
    return rows, (size / np.maximum(wanted, 1))[stratum[rows]]


def county_places(profile: Profile) -> dict[str, int]:
    """Place of each county in the profile, by its English name in small letters and by its Chinese one."""
    names: dict[str, int] = {}
    for place, county in enumerate(profile.county):
        short = county.zh.removesuffix("县")
        names |= {county.en.casefold(): place, f"{county.en.casefold()} county": place, county.zh: place}
        names |= {short: place} if len(short) > 1 else {}
    return names


def counties_of(profile: Profile, area: Sequence[str]) -> list[int]:
    """Places in the profile of the counties that `area` names, in Chinese or English; all for an empty area."""
    names = county_places(profile)
    chosen = set()
    for name in area:
        key = name.strip().casefold()
        if key not in names:
            shown = [f"{county.en} {county.zh}" for county in profile.county]
            raise FupinError(
                f"no county {name!r} in {profile.name}; {nearest(key, names)} (counties: {', '.join(shown)})"
            )
        chosen.add(names[key])
    return sorted(chosen) or list(range(len(profile.county)))
