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
    word = zlib.crc32(f"{instrument.id} {region.year}".encode())
    return np.asarray(region.draws.uniform(ASKING, word, v.uid) < chance)


def liable(region: Region, instrument: Any) -> bool:
    """Must cadres answer for the projects of an instrument?"""
    return bool(region.p.liability > 0.0) and instrument.family in PROJECTS
