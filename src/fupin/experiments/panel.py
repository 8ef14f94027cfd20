"""What is kept of every household at each December: little to compare worlds, more for the panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.model.household import REACHED
from fupin.model.snapshot import Snapshot

PANEL_HOUSEHOLDS = 20_000  # samples up to this size keep the panel unless told otherwise
PANEL_COLUMNS = (
    "members", "residents", "workers", "own_workers", "local_workers", "migrants", "wage_income", "operating_income",
    "property_income", "transfer_income", "consumption", "health_spending", "benefits", "capital", "savings", "debt",
    "loan", "motivation", "registry", "returns", *REACHED, "dibao",
)  # fmt: skip


@dataclass(frozen=True)
class December:
    """Every living household at the end of a year: key, weight, members, income per head, poverty, village."""

    year: int
    line: float
    uid: NDArray[np.int64]
    weight: NDArray[np.float64]
    members: NDArray[np.float64]
    income: NDArray[np.float64]
    poor: NDArray[np.bool_]
    reached: NDArray[np.int64]  # (words, households): one bit an instrument
    village: NDArray[np.int64]

    @classmethod
    def of(cls, s: Snapshot) -> December:
        """Take what is needed out of a snapshot; `uid` is sorted."""
        living = np.flatnonzero(s.h.members > 0)
        order = living[np.argsort(s.h.uid[living], kind="stable")]
        return cls(
            year=s.region.year,
            line=float(s.p.poverty_line),
            uid=s.h.uid[order],
            weight=s.h.weight[order],
            members=s.h.members[order],
            income=s.income[order],
            poor=s.poor[order],
            reached=np.array([getattr(s.h, name)[order] for name in REACHED]),
            village=s.h.village[order],
        )

    @property
    def persons(self) -> NDArray[np.float64]:
        """Persons that each household stands for."""
        return self.weight * self.members


def panel_rows(s: Snapshot) -> pd.DataFrame:
    """One row a living household: uid, place, weight, members, incomes, spending, stocks, registry, programmes."""
    living = s.h.members > 0
    h, counties = s.h, s.region.data.county_names
    rows = pd.DataFrame({name: getattr(h, name)[living] for name in PANEL_COLUMNS})
    rows.insert(0, "year", s.region.year)
    rows.insert(1, "uid", h.uid[living])
    rows.insert(2, "county", np.array([en for _, en in counties], object)[h.county[living]])
    rows.insert(3, "village", s.villages.uid[h.village[living]])
    rows.insert(4, "weight", h.weight[living])
    rows["income"] = s.total_income[living]
    rows["poor"] = s.poor[living]
    return rows
