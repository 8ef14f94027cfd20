"""Who is supported as a poor household: the listed, and for a time those who have left (buffer and taper)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.household import EXITED, REGISTERED
from fupin.model.rules.exits import keeps_support

if TYPE_CHECKING:
    from fupin.model.region import Region

TAPER = declare_stream("buffer.taper", "how long into the taper a household that left is still supported")


def supported(region: Region, rows: Any = slice(None)) -> NDArray[np.bool_]:
    """Mask over household rows: listed, or out of the register and still within buffer or taper."""
    h, p = region.rows("household"), region.p
    registry = h.registry[rows]
    mask = np.asarray(registry == REGISTERED)
    if p.buffer_years + p.taper_years > 0:
        out = np.flatnonzero(registry == EXITED)
        left = h.exited_month[rows][out]
        draw = region.draws.uniform(TAPER, left, h.uid[rows][out])
        mask[out] = keeps_support(region.month - left, p.buffer_years, p.taper_years, draw)
    return mask
