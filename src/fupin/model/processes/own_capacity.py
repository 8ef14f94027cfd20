"""Own capacity takes time: households that are accompanied learn to stand on their own, slowly (M290)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fupin.model.modifiers import modify
from fupin.model.processes.support import supported
from fupin.model.rules.capacity import capacity_gain

if TYPE_CHECKING:
    from fupin.model.region import Region


def own_capacity(region: Region) -> None:
    """January: what a year of work under guidance adds to the productivity of supported households, for good.

    Only where somebody works at home and somebody calls: a household that loses its support stops learning.
    """
    h, p = region.rows("household"), region.p
    if region.month <= region.start or p.capacity_growth <= 0.0:
        return
    rows = (supported(region) & (h.visits > 0.0) & (h.own_labour > 0.0) & (h.members > 0)).nonzero()[0]
    gain = capacity_gain(h.own_capacity[rows], h.visits[rows], p.capacity_growth, p.capacity_cap)
    h.own_capacity[rows] += gain
    modify(region, "farm.productivity", rows, gain)
