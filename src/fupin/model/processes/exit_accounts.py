"""How each household left poverty: its income by source in the year of exit against that of the year of listing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.household import EXITED, NO_GAIN, REGISTERED

if TYPE_CHECKING:
    from fupin.model.region import Region

SOURCES = ("operating", "wage", "property", "transfer")  # in the order of the channels 1 to 4
TRANSFER = 3  # place of transfers among them
MOSTLY = 0.5  # share of the gain from which an exit rests on transfers (threshold of ours, M286)

type Amounts = NDArray[np.float64]


def left_this_year(region: Region, h: Any) -> NDArray[np.bool_]:
    """Households that left the register in the present year and have not returned."""
    return np.asarray((h.registry == EXITED) & (h.exited_month >= 12 * region.year))


def by_source(h: Any, rows: Any) -> Amounts:
    """Income per head of the calendar year by source, (4, households)."""
    heads = np.maximum(h.members[rows], 1.0)
    return np.array([getattr(h, f"{name}_income")[rows] / heads for name in SOURCES])


def exit_channel(gain: Amounts) -> tuple[NDArray[np.int64], Amounts]:
    """Channel of the largest gain (1–4, NO_GAIN if income has not grown), and transfers as a share of the gain."""
    total = gain.sum(axis=0)
    grown = total > 0.0
    channel = np.where(grown, 1 + np.argmax(gain, axis=0), NO_GAIN)
    transfers = np.clip(np.where(grown, gain[TRANSFER] / np.where(grown, total, 1.0), 0.0), 0.0, 1.0)
    return channel, transfers


def exit_accounts(region: Region) -> None:
    """December, when the year's income is complete: the starting point of the listed, the account of those who left."""
    if region.month < region.start:
        return
    h = region.rows("household")
    new = np.flatnonzero((h.registry == REGISTERED) & (h.registered_month >= 12 * region.year))
    for name, values in zip(SOURCES, by_source(h, new), strict=True):
        getattr(h, f"listed_{name}")[new] = values
    gone = np.flatnonzero(left_this_year(region, h))
    if len(gone):
        before = np.array([getattr(h, f"listed_{name}")[gone] for name in SOURCES])
        h.exit_channel[gone], h.exit_transfers[gone] = exit_channel(by_source(h, gone) - before)
