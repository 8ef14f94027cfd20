"""In which order effort is spent: works of villages, places in a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.shared_lists import hard_homes

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]

FIRST = 1e3  # lifts poor villages above all others, whatever their gaps


def works_order(region: Region, gap: Amounts, coverage: Amounts) -> Amounts:
    """How urgent works are in each village: the gap, by class of distance, deep poverty and poverty first.

    With everything off it is the gap itself.
    """
    v, p = region.rows("village"), region.p
    urgency = gap
    if not p.effort_unmet == p.effort_near == p.effort_met == 1.0:
        urgency = urgency * distance_weight(coverage, p)
    if p.deep_share:
        urgency = urgency + p.deep_weight * v.deep_poor
    if p.poverty_first:
        urgency = urgency + poverty_first(region, coverage)
    return urgency


def distance_weight(coverage: Amounts, p: Any) -> Amounts:
    """Weight of a village by how far its service is from the standard of exit: unmet, near or met (M288)."""
    missing = p.village_services - coverage
    classes = [missing > p.effort_margin, missing > 0.0]
    return np.asarray(np.select(classes, [p.effort_unmet, p.effort_near], p.effort_met))


def poverty_first(region: Region, coverage: Amounts) -> Amounts:
    """What poor villages below the standard gain: all of them come before any other village (M287)."""
    v = region.rows("village")
    return np.where(v.poor_village & (coverage < region.p.village_services), FIRST, 0.0)


def hardship_first(region: Region, rows: NDArray[np.int64], hardship_weight: float) -> Amounts:
    """What households of the four hardship groups gain in a queue by lot (M281)."""
    return np.asarray(gain_by_hardship(region, rows, hard=Lookup(hard_homes(region)), weight=float(hardship_weight)))


@rowwise("household")
def gain_by_hardship(region: Region, h: Any, hard: Lookup, weight: float) -> Any:
    """The same by row."""
    return np.where(hard[h.span] | (h.dibao > 0) | (h.wubao > 0), weight, 0.0)
