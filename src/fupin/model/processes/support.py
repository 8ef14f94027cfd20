"""Who is supported as a poor household: the listed, and for a time those who have left (buffer and taper)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.county import OUT
from fupin.model.shared_lists import supported_among, supported_mask

if TYPE_CHECKING:
    from fupin.model.region import Region


def supported(region: Region, rows: Any = None) -> NDArray[np.bool_]:
    """Mask over household rows (None: all): listed, or out of the register and still within buffer or taper.

    Nobody in a county that has exited where programmes end with the exit (`buffer.support_ends`).
    The mask of all is shared and not to be written to. See also the lists of rows in `shared_lists`.
    """
    if rows is None:
        return supported_mask(region)
    lists = region.lists
    return lists.kept["supported_mask"][rows] if "supported_mask" in lists.kept else supported_among(region, rows)


def struck_off(region: Region) -> NDArray[np.bool_]:
    """Mask over villages: exited, or in a county that has; where programmes end with the exit they are for others."""
    v, c = region.rows("village"), region.rows("county")
    return np.asarray(v.exited | (c.exit_stage == OUT)[v.county])
