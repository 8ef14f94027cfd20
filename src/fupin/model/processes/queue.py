"""Queues in population units: who gets in when places are fewer than candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ranked(key: NDArray[Any], uid: NDArray[np.int64], group: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Positions in order of group, key and uid: `np.lexsort`, several times quicker where keys are seldom equal."""
    order = np.argsort(key)
    if group is not None:
        order = order[np.argsort(_short(group[order]), kind="stable")]
    here = key[order]
    same = here[1:] == here[:-1]
    if group is not None:
        where = group[order]
        same &= where[1:] == where[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        run = np.cumsum(~np.append(False, same)[tied])
        order[tied] = order[tied][np.lexsort((uid[order[tied]], run))]
    return order


def _short(group: NDArray[np.int64]) -> NDArray[Any]:
    """Small numbers as 16 bits, which are sorted by radix."""
    return group.astype(np.uint16) if group.min(initial=0) >= 0 and group.max(initial=0) < 65536 else group


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
