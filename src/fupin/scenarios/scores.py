"""Normal scores: how the synthesis turns ranks and uniform numbers into distributions that fit."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]

POWER = 11  # the sequence is made of at least 2**11 points, so that one serves the villages of nearly all regions


def normal_score(share: Any) -> Floats:
    """The standard normal value below which a share of the population lies; elementwise."""
    return np.asarray(ndtri(np.asarray(share, np.float64)), np.float64)


def mixed(load: float, common: Floats, own: Floats) -> Floats:
    """A normal score that has the correlation `load` with the common one."""
    return np.asarray(load * common + np.sqrt(1 - load**2) * own)


def lognormal(mean: float, sd: float, score: Floats) -> Floats:
    """The lognormal value at a normal score, for a mean and a log standard deviation."""
    return np.asarray(mean * np.exp(sd * score - sd**2 / 2))


def rank_within(values: Floats, group: Ints) -> Ints:
    """Rank from 0 of each value within its group; `group` is sorted."""
    order = np.lexsort((values, group))
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values)) - np.searchsorted(group, group)
    return rank


def apportion(total: int, weights: Floats) -> Ints:
    """Whole numbers that sum to `total`, in proportion to `weights` (largest remainders)."""
    exact = total * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    missing = total - whole.sum()
    whole[np.argsort(whole - exact, kind="stable")[:missing]] += 1
    return whole


@functools.lru_cache(maxsize=4)
def _sobol(dimensions: int, power: int) -> Floats:
    return np.ascontiguousarray(qmc.Sobol(dimensions, scramble=False).random_base2(power).T)


def rotated_points(shift: Floats, group: Ints, place: Ints) -> Floats:
    """Uniform numbers (dimensions, n) in (0, 1): Sobol point `place`, rotated by the shift of its group.

    `shift` (dimensions, groups) are draws in (0, 1), `group` and `place` (n,). Each number is exactly uniform, each
    group fits the uniform distribution closely (Cranley and Patterson 1976), and a point never depends on how many
    others there are: a longer Sobol sequence begins with the shorter one.
    """
    power = max(POWER, int(place.max(initial=0)).bit_length())
    # shifts are odd multiples of 2**-33 and Sobol points multiples of 2**-30, so no sum is a whole number
    return np.asarray((_sobol(len(shift), power)[:, place] + shift[:, group]) % 1.0)
