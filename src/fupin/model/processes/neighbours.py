"""Reference groups: what neighbours do and earn, as seen by the households of a village."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.rules.vocabulary import clip, maximum, where

if TYPE_CHECKING:
    from fupin.model.region import Region


def reference_groups(region: Region) -> None:
    """Norm of motivation, migration network and income of each village, quarterly."""
    h, v = region.rows("household"), region.rows("village")
    if not region.markets_on:
        return
    n = len(v)
    lived_in = h.members > 0
    follow_neighbours(
        v,
        np.bincount(h.village, lived_in, minlength=n),
        np.bincount(h.village, np.where(lived_in, h.motivation, 0.0), minlength=n),
        np.bincount(h.village, h.workers, minlength=n),
        np.bincount(h.village, h.migrants, minlength=n),
        region.p.network_speed,
    )


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
    n = len(v)
    compare_years(v, np.bincount(h.village, h.income_year, minlength=n), np.bincount(h.village, h.members, minlength=n))


def compare_years(v: Any, income: Any, members: Any) -> None:
    """Mean income of the past year against that of the year before. Elementwise."""
    mean = income / maximum(members, 1.0)
    growth = clip(mean / maximum(v.mean_income, 1.0) - 1.0, -0.5, 0.5)
    v.income_growth = where(v.mean_income > 0.0, growth, 0.0)
    v.mean_income = mean
