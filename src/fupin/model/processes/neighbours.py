"""Reference groups: what neighbours do and earn, as seen by the households of a village."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.rules.scales import SEEN_GROWTH
from fupin.model.rules.vocabulary import clip, maximum, where

if TYPE_CHECKING:
    from fupin.model.region import Region


def reference_groups(region: Region) -> None:
    """Norm of motivation, migration network and income of each village, quarterly."""
    h, v = region.rows("household"), region.rows("village")
    if not region.markets_on:
        return
    lived_in = h.members > 0
    homes, spirit = village_sums(region, lived_in), village_sums(region, np.where(lived_in, h.motivation, 0.0))
    workers, migrants = village_sums(region, h.workers), village_sums(region, h.migrants)
    follow_neighbours(v, homes, spirit, workers, migrants, region.p.network_speed)


def village_sums(region: Region, values: Any) -> NDArray[np.float64]:
    """Sum of a column of households by village, whose households stand together: four times as quick as counting."""
    inhabited, first = region.inhabited
    sums = np.zeros(len(region.rows("village")))
    sums[inhabited] = np.add.reduceat(values, first, dtype=np.float64)
    return sums


def follow_neighbours(v: Any, homes: Any, motivation: Any, workers: Any, migrants: Any, speed: Any) -> None:
    """From the sums of a village: how many they are, how spirited, and how many know the way out. Elementwise."""
    v.households = maximum(homes, 1.0)
    v.norm = motivation / v.households
    v.network = v.network + speed * (migrants / maximum(workers, 1.0) - v.network)


def village_growth(region: Region) -> None:
    """Each January: mean income per head of the village and its growth."""
    h, v = region.rows("household"), region.rows("village")
    if not region.markets_on:
        return
    compare_years(v, village_sums(region, h.income_year), village_sums(region, h.members))


def compare_years(v: Any, income: Any, members: Any) -> None:
    """Mean income of the past year against that of the year before. Elementwise."""
    mean = income / maximum(members, 1.0)
    growth = clip(mean / maximum(v.mean_income, 1.0) - 1.0, -SEEN_GROWTH, SEEN_GROWTH)
    v.income_growth = where(v.mean_income > 0.0, growth, 0.0)
    v.mean_income = mean
