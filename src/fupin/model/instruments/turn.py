"""An instrument's month in a region: in its months an offer, from its start on its service, also after its end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region


@dataclass
class Line:
    """Those, in the order of rows, among whom an instrument has chosen in a month, their cost and, where it mattered,
    their priority."""

    month: int
    rows: NDArray[np.int64]
    cost: NDArray[np.float64]
    key: NDArray[np.float64] | None = None


class Turn:
    """What of the months of an instrument is the same between two dates of its settings, looked up once."""

    __slots__ = ("begun", "instrument", "months", "offer", "service", "settings", "since", "terms", "until")

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.since, self.until = math.inf, -math.inf

    def take(self, region: Region) -> None:
        """One month."""
        month = region.month
        if not self.since <= month < self.until:
            self.look_up(month)
        if not self.begun:
            return
        s = self.terms(region, self.settings)
        if month % 12 + 1 in self.months:
            self.offer(region, s)
        self.service(region, s)

    def look_up(self, month: int) -> None:
        """The settings as they are from now on, and the calendar months in which it offers something."""
        one = self.instrument
        self.since, self.until = one.settings.spell(month)
        self.begun = one.settings.begun(month)
        self.settings: Any = one.settings.at(month)
        self.months = one.months if one.settings.active(month) else ()
        self.offer, self.service, self.terms = one.offer, one.service, one.terms
