"""Reference groups: what neighbours do and earn, as seen by the households of a village."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fupin.model.region import Region


def reference_groups(region: Region) -> None:
    """Norm of motivation, migration network and income of each village, quarterly."""
    h, v = region.rows("household"), region.rows("village")
    if not region.markets_on:
        return
    n = len(v)
    homes = np.maximum(np.bincount(h.village[h.members > 0], minlength=n), 1.0)
    v.households = homes
    v.norm = np.bincount(h.village, np.where(h.members > 0, h.motivation, 0.0), minlength=n) / homes
    workers = np.maximum(np.bincount(h.village, h.workers, minlength=n), 1.0)
    away = np.bincount(h.village, h.migrants, minlength=n) / workers
    v.network += 0.25 * (away - v.network)


def village_growth(region: Region) -> None:
    """Each January: mean income per head of the village and its growth."""
    h, v = region.rows("household"), region.rows("village")
    if not region.markets_on:
        return
    n = len(v)
    people = np.maximum(np.bincount(h.village, h.members, minlength=n), 1.0)
    mean = np.bincount(h.village, h.income_year, minlength=n) / people
    v.income_growth = np.where(v.mean_income > 0, np.clip(mean / np.maximum(v.mean_income, 1.0) - 1.0, -0.5, 0.5), 0.0)
    v.mean_income = mean
