"""Sums over all households of each village or county."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup

if TYPE_CHECKING:
    from fupin.model.region import Region


def sums_of(region: Region, place: str, values: Any) -> NDArray[np.float64]:
    """Sum of the values, one a household, over all households of each `village` or `county`."""
    found: NDArray[np.float64] = summed(region, place=place, values=np.asarray(values, np.float64))["sum"]
    return found


@rowwise("household")
def summed(region: Region, h: Any, place: str, values: Any) -> ByGroup:
    """The same, and nothing else."""
    return ByGroup({"sum": (place, getattr(h, place), values)})
