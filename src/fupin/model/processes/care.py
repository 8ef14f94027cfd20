"""Care that somebody outside the family takes over: what instruments relieve a household of, and the burden left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.processes.household_sums import sum_illness
from fupin.model.shared_lists import able_members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region


def relieve(region: Region, state: Any, wanted: NDArray[np.float64]) -> None:
    """Make an instrument's relief of each household what it wants (workers' time), instead of what it was before.

    `state` is what the region remembers for the instrument. Workers of households whose burden changes think again.
    """
    h = region.rows("household")
    before = getattr(state, "relief", np.zeros(len(h)))
    rows = (wanted != before).nonzero()[0]
    if not len(rows):
        return
    h.care_relief[rows] = np.maximum(h.care_relief[rows] + (wanted - before)[rows], 0.0)
    state.relief = wanted
    sum_illness(region, rows)
    region.rows("person").restless[able_members(region, rows)] = True
