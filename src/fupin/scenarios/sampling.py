"""Which villages a sample holds, and for how many each stands."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.draws import Draws, declare_stream
from fupin.model.region_data import Columns
from fupin.scenarios.profiles import Profile
from fupin.scenarios.scores import Floats, Ints

SAMPLE = declare_stream("sampling.village.6", "order in which the villages of a stratum enter a sample")
LEAST = 2  # villages a stratum: with one, nothing could be said about precision
ROUNDING = 1e-9  # villages: equal sizes are certain together, when all are in


def strata(villages: Columns) -> Ints:
    """Stratum of each village: county and poor / not poor."""
    return np.asarray(2 * villages["county"] + villages["poor_village"], np.int64)


def draw_villages(villages: Columns, sample: float, draws: Draws) -> tuple[Ints, Floats]:
    """Rows of the sampled villages (sorted) and their weights, the inverse inclusion probabilities.

    Within each stratum villages are drawn without replacement in proportion to the households they stand for (weight x
    households of the frame), by the nested order of Ohlsson's sequential Poisson sampling (see `entry`). Their number
    is such that `sample` of the stratum's households are expected in, at least two villages. Weights times households
    then add up to the stratum's households exactly. Raises FupinError unless 0 < sample <= 1.
    """
    if not 0 < sample <= 1:
        raise FupinError(
            tell(
                f"抽样比例 {sample:g} 超出范围；应大于 0，至多为 1（0.01 即百分之一）",
                f"sample {sample:g} is out of range; allowed: above 0, at most 1 (0.01 is one per cent)",
            )
        )
    stratum = strata(villages)
    # a village without households can be drawn too, or the number of villages would be too low
    size = np.maximum(villages["households"], 1.0) * villages["weight"]
    u = draws.uniform(SAMPLE, 0, villages["uid"])
    weights = np.zeros(len(stratum))
    by_stratum = np.lexsort((villages["uid"], stratum))
    for here in np.split(by_stratum, np.cumsum(np.bincount(stratum))[:-1]):
        if len(here):
            wanted = _wanted(size[here], sample)
            inside = entry(u[here], size[here]) < wanted
            weights[here[inside]] = 1.0 / inclusion(size[here], wanted)[inside]
    rows = np.flatnonzero(weights)
    return rows, weights[rows]


def _certain_from(size: Floats) -> Floats:
    """Villages a sample must have for each to be in it for certain: k + (all from it on) / its size, k larger ones."""
    order = np.argsort(-size, kind="stable")
    found = np.empty(len(size))
    found[order] = np.arange(len(size)) + np.cumsum(size[order][::-1])[::-1] / size[order]
    return found


def inclusion(size: Floats, wanted: int) -> Floats:
    """Inclusion probability of each of a stratum's villages in a sample of `wanted`: min(1, c size), with that sum."""
    certain = _certain_from(size) <= wanted + ROUNDING
    rest = np.where(certain, 0.0, size)
    return np.asarray(np.where(certain, 1.0, (wanted - certain.sum()) * rest / max(rest.sum(), 1e-300)))


def _wanted(size: Floats, sample: float) -> int:
    """Villages of a stratum: the number whose expected share of its households comes nearest to `sample`."""

    def share(n: int) -> float:
        return float(inclusion(size, n) @ size) / float(size.sum())

    most = len(size)
    enough = bisect_left(range(1, most), sample, key=share) + 1
    nearest_below = enough > 1 and sample - share(enough - 1) < share(enough) - sample
    return min(max(enough - nearest_below, LEAST), most)


def entry(u: Floats, size: Floats) -> Ints:
    """Place at which each village of a stratum enters a sample that grows: a sample of n has those of places below n.

    The order is that of u / size (Ohlsson 1998, sequential Poisson sampling). It is filled from the end, so that no
    village comes later than where it is certain to be in.
    """
    latest = np.ceil(_certain_from(size) - ROUNDING).astype(np.int64)
    waiting: list[tuple[float, int]] = []
    by_latest = list(np.argsort(latest, kind="stable"))
    place = np.empty(len(size), np.int64)
    for n in range(len(size), 0, -1):
        while by_latest and latest[by_latest[-1]] >= n:
            village = int(by_latest.pop())
            heapq.heappush(waiting, (-u[village] / size[village], village))
        place[heapq.heappop(waiting)[1]] = n - 1
    return place


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
            shown = ", ".join(f"{county.en} {county.zh}" for county in profile.county)
            near = nearest(
                name.strip(), [*(county.en for county in profile.county), *(one.zh for one in profile.county)], most=0
            )
            near = "" if near.endswith("…") else near + " "  # all counties follow anyway
            raise FupinError(
                tell(
                    f"{profile.name} 里没有县 {name!r}；{near.strip()}各县：{shown}",
                    f"no county {name!r} in {profile.name}; {near}(counties: {shown})",
                )
            )
        chosen.add(names[key])
    return sorted(chosen) or list(range(len(profile.county)))
