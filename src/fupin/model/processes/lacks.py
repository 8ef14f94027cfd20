"""What a household lacks most: hands, land, assets or health, each against what is usual in the region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.ledger import weighted_sum

if TYPE_CHECKING:
    from fupin.model.region import Region

HANDS, LAND, ASSETS, HEALTH = range(4)


def main_cause(region: Region, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Code of what each household lacks most.

    Lack is one less the household's own over the mean of all (per head for land and assets, a share of members for
    hands); health lacks where a member is severely ill.
    """
    h = region.rows("household")
    members, lived_in = np.maximum(h.members, 1.0), (h.members > 0).astype(np.float64)
    everybody = max(weighted_sum(lived_in, h.weight), 1e-9)
    lack = np.zeros((4, len(rows)))
    for code, own in ((HANDS, h.workers / members), (LAND, h.land / members), (ASSETS, h.capital / members)):
        usual = weighted_sum(own * lived_in, h.weight) / everybody
        lack[code] = 1.0 - own[rows] / max(usual, 1e-9)
    lack[HEALTH] = np.where(h.severely_ill[rows] > 0.0, 1.0, -np.inf)
    return np.argmax(lack, axis=0)
