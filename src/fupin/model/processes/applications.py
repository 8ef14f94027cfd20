"""Applications: projects that the cadres of a village do not ask for, because they fear to answer for them (M073)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.rules.cadres import application_chance, sponsored_chance

if TYPE_CHECKING:
    from fupin.model.region import Region

ASKING = declare_stream("cadres.asking", "whether the cadres of a village ask for an instrument's project this year")
PROJECTS = ("industry", "finance", "services")  # families whose money must be asked for; entitlements are not


def village_applies(region: Region, instrument: Any) -> NDArray[np.bool_]:
    """Villages whose cadres ask for an instrument's projects this year: fewer with liability, more with tolerance."""
    p, v, county = region.p, region.rows("village"), region.rows("county")
    tolerance = np.clip(county.tolerance, 0.0, 1.0)
    chance = application_chance(p.liability, tolerance, p.fear_weight, p.tolerance_weight)
    chance = sponsored_chance(chance, np.maximum(county.attention, 0.0))[v.county]
    return np.asarray(asking_luck(region, instrument) < chance)


def asking_luck(region: Region, instrument: Any) -> NDArray[np.float64]:
    """The luck of the villages in asking for an instrument's projects this year.

    It is drawn once a year for all liable instruments together: many small draws cost more than a large one.
    """
    kept: tuple[int, NDArray[np.float64]] | None = getattr(region.state_of(instrument), "asking", None)
    if kept is not None and kept[0] == region.year:
        return kept[1]
    uid = region.rows("village").uid
    asking = [instrument, *(one for one in region.instruments if one is not instrument and liable(region, one))]
    words = np.array([zlib.crc32(f"{one.id} {region.year}".encode()) for one in asking])
    luck = region.draws.uniform(ASKING, np.repeat(words, len(uid)), np.tile(uid, len(asking)))
    for one, mine in zip(asking, luck.reshape(len(asking), len(uid)), strict=True):
        region.state_of(one).asking = region.year, mine
    return np.asarray(luck[: len(uid)])  # its own stand first


def liable(region: Region, instrument: Any) -> bool:
    """Must cadres answer for the projects of an instrument?"""
    return bool(region.p.liability > 0.0) and instrument.family in PROJECTS
