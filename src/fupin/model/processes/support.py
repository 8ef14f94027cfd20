"""Who is supported as a poor household: the listed, and for a time those who have left (buffer and taper)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.county import OUT
from fupin.model.draws import declare_stream
from fupin.model.household import EXITED, REGISTERED
from fupin.model.rules.exits import keeps_support

if TYPE_CHECKING:
    from fupin.model.region import Region

TAPER = declare_stream("buffer.taper", "how long into the taper a household that left is still supported")


def supported(region: Region, rows: Any = slice(None)) -> NDArray[np.bool_]:
    """Mask over household rows: listed, or out of the register and still within buffer or taper.

    Nobody in a county that has exited where programmes end with the exit (`buffer.support_ends`).
    """
    h, p = region.rows("household"), region.p
    registry = h.registry[rows]
    mask = np.asarray(registry == REGISTERED)
    if p.buffer_years + p.taper_years > 0:
        out = np.flatnonzero(registry == EXITED)
        left = h.exited_month[rows][out]
        draw = region.draws.uniform(TAPER, left, h.uid[rows][out])
        mask[out] = keeps_support(region.month - left, p.buffer_years, p.taper_years, draw)
    if p.support_ends:
        mask &= (region.rows("county").exit_stage != OUT)[h.county[rows]]
    return mask


def struck_off(region: Region) -> NDArray[np.bool_]:
    """Mask over villages: exited, or in a county that has; where programmes end with the exit they are for others."""
    v, c = region.rows("village"), region.rows("county")
    return np.asarray(v.exited | (c.exit_stage == OUT)[v.county])
