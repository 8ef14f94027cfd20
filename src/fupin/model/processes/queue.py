"""Queues in population units: who gets in when places are fewer than candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW = 64  # up to here the plain way is quicker
STEPS = 65535  # steps of a key: 16 bits are sorted by radix
MANY = 4096  # from here a second pass is cheaper than the exact order of those that share a step


def ranked(key: NDArray[Any], uid: NDArray[np.int64], group: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Positions in order of group, key and uid, as `np.lexsort` gives them, several times quicker.

    Keys are first ordered in coarse steps, and those that fall into the same step of the same group exactly.
    """
    n = len(key)
    low, width = (key.min(), np.ptp(key)) if n else (0.0, 0.0)
    if n < FEW or not 0.0 < width < np.inf:
        return np.lexsort((uid, key) if group is None else (uid, key, group))
    fine = 1 if n <= MANY else STEPS
    steps: NDArray[Any] = ((key - low) * (fine * STEPS / width)).astype(np.uint16 if fine == 1 else np.uint32)
    order = np.argsort(steps.astype(np.uint16), kind="stable")
    if fine > 1:
        order = order[np.argsort((steps >> 16).astype(np.uint16)[order], kind="stable")]
    if group is not None:
        order = order[np.argsort(_short(group)[order], kind="stable")]
    here = steps[order]
    same = here[1:] == here[:-1]
    if group is not None:
        place = group[order]
        same &= place[1:] == place[:-1]
    if same.any():
        starts = np.append(True, ~same)
        tied = np.flatnonzero(np.append(same, False) | ~starts)
        run, among = np.cumsum(starts)[tied], order[tied]
        order[tied] = among[np.lexsort((uid[among], key[among], run))]
    return order


def _short(group: NDArray[np.int64]) -> NDArray[Any]:
    """Small numbers as 16 bits, which are sorted by radix."""
    return group.astype(np.uint16) if group.min() >= 0 and group.max() <= STEPS else group


def admit(
    group: NDArray[np.int64], key: Any, weight: Any, room: NDArray[np.float64], uid: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Positions of the candidates admitted in each group: smallest key first, ties by uid, until the room is used.

    A candidate of weight w needs w places and is admitted if at least half of them are free, so that on average as many
    places are filled as there are. Groups in which everybody fits are not ranked.
    """
    if not len(group):
        return np.empty(0, np.int64)
    asked = np.bincount(group, weight, minlength=len(room))
    everybody = asked <= room
    contested = np.flatnonzero(~everybody[group] & (room[group] > 0))
    admitted = everybody[group].copy()
    if len(contested):
        before = standing(group[contested], key[contested], weight[contested], uid[contested])
        admitted[contested] = before <= room[group[contested]]
    return np.flatnonzero(admitted)


def standing(group: NDArray[np.int64], key: Any, weight: Any, uid: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight that stands before the middle of each candidate in its group: smallest key first, ties by uid."""
    order = ranked(key, uid, group)
    grouped, w = group[order], weight[order]
    total = np.cumsum(w)
    first = np.flatnonzero(np.diff(grouped, prepend=-1))
    base = np.repeat(total[first] - w[first], np.diff(np.append(first, len(grouped))))
    before = np.empty(len(group))
    before[order] = total - base - 0.5 * w
    return before
