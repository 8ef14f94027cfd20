"""Queues in population units: who gets in when places are fewer than candidates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
        order = contested[np.lexsort((uid[contested], key[contested], group[contested]))]
        grouped, w = group[order], weight[order]
        total = np.cumsum(w)
        first = np.flatnonzero(np.diff(grouped, prepend=-1))
        base = np.repeat(total[first] - w[first], np.diff(np.append(first, len(grouped))))
        admitted[order] = total - base - 0.5 * w <= room[grouped]
    return np.flatnonzero(admitted)
