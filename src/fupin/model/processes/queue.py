"""Queues in population units: who gets in when places are fewer than candidates.

While a process of a compiled region runs, `engine.queueing` does the same in loops, to the last bit, wherever it can.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine import at_work, queueing
from fupin.model.near import note, room_for, tie

FEW = 200  # up to here the plain way is quicker
BITS = 44  # of a key within its group, at most: fewer where there are many candidates and groups
WORD = 63  # bits of a whole number without its sign
GROUPS = 2**19  # groups that fit above the key and the position in one whole number


class Keys:
    """Keys of some rows of a column, looked up where ties must be broken: in most queues there are none."""

    def __init__(self, column: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        self.column, self.rows = column, rows

    def __getitem__(self, which: Any) -> Keys:
        return Keys(self.column, self.rows[which])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.int64]:
        return self.column[self.rows]


type Uids = NDArray[np.int64] | Keys


def _places(uid: Uids) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The column in which uids stand and their rows in it; no rows if they are the column."""
    return (uid.column, uid.rows) if isinstance(uid, Keys) else (uid, queueing.NONE)


def ranked(key: NDArray[Any], uid: Uids, group: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Positions in order of group, key and uid, as `np.lexsort` gives them, many times quicker.

    Keys that differ by rounding only tie (`near.tie`). Group, key (in fine steps) and position are packed into one
    whole number, since numbers are sorted quicker than positions by them; those that share group and step, or may tie,
    are then ordered exactly.
    """
    n = len(key)
    if not n:
        return np.empty(0, np.int64)
    if at_work.here.compiled and (found := queueing.ranked(key, *_places(uid), group)) is not None:
        return found
    low, high = key.min(), key.max()
    apart = tie(low, high)
    if n < FEW:
        return _plainly(key, uid, group, apart)
    if group is None:
        order = key.argsort()
        here = key[order]
        same = here[1:] <= here[:-1] + apart
    else:
        last = int(group.max())
        width = high - low
        if not 0.0 < width < np.inf or group.min() < 0 or last >= GROUPS:
            return _plainly(key, uid, group, apart)
        below = (n - 1).bit_length()
        bits = min(BITS, WORD - below - last.bit_length())
        step = width / (2.0**bits - 1.0)
        packed = ((key - low) * (1.0 / step)).astype(np.int64)
        packed += group.astype(np.int64, copy=False) << bits
        packed <<= below
        packed |= np.arange(n)
        packed.sort()
        order = packed & ((1 << below) - 1)
        here = packed >> below
        same = here[1:] - here[:-1] <= (int(min(apart / step, 2.0**bits)) + 1 if apart else 0)
        same &= (here[1:] >> bits) == (here[:-1] >> bits)
    if same.any():
        starts = np.append(True, ~same)
        tied = (np.append(same, False) | ~starts).nonzero()[0]
        run, among = np.cumsum(starts)[tied], order[tied]
        order[tied] = among[_plainly(key[among], uid[among], run, apart)]
    return order


def _plainly(key: NDArray[Any], uid: Uids, group: NDArray[np.int64] | None, apart: float) -> NDArray[np.int64]:
    """`ranked` for few: sorted as it stands, then by uid where keys are not further `apart` than that."""
    order = np.lexsort((uid, key) if group is None else (uid, key, group))
    if apart:
        here = key[order]
        same = here[1:] <= here[:-1] + apart
        if group is not None:
            same &= group[order[1:]] == group[order[:-1]]
        if (close := (here[1:] != here[:-1])[same]).any():
            note("rank", close)
            order = order[np.lexsort((uid[order], np.cumsum(np.append(True, ~same))))]
    return order


def admit(group: NDArray[np.int64], key: Any, weight: Any, room: NDArray[np.float64], uid: Uids) -> NDArray[np.int64]:
    """Positions of the candidates admitted in each group: smallest key first, ties by uid, until the room is used.

    A candidate of weight w needs w places and is admitted if at least half of them are free, so that on average as many
    places are filled as there are. Groups in which everybody fits are not ranked.
    """
    if not len(group):
        return np.empty(0, np.int64)
    if at_work.here.compiled and (found := queueing.admit(group, key, weight, room, *_places(uid))) is not None:
        return found
    asked = np.bincount(group, weight, minlength=len(room))
    everybody = room_for(asked, room)
    contested = (~everybody & (room > 0))[group].nonzero()[0]
    admitted = everybody[group]
    if len(contested):
        before = standing(group[contested], key[contested], weight[contested], uid[contested])
        admitted[contested] = room_for(before, room[group[contested]])
    return np.asarray(admitted.nonzero()[0])


def standing(group: NDArray[np.int64], key: Any, weight: Any, uid: Uids) -> NDArray[np.float64]:
    """Weight that stands before the middle of each candidate in its group: smallest key first, ties by uid."""
    if (
        at_work.here.compiled
        and len(group)
        and (before := queueing.standing(group, key, weight, *_places(uid))) is not None
    ):
        return before
    order = ranked(key, uid, group)
    w = weight[order]
    total, first = w.cumsum(), run_starts(group[order])
    base = np.repeat(total[first] - w[first], run_lengths(first, len(w)))
    before = np.empty(len(group))
    before[order] = total - base - 0.5 * w
    return before


def foremost(grouped: NDArray[np.int64], key: NDArray[np.float64], uid: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of the candidate with the smallest key of each group, whose candidates stand together; ties by uid."""
    if at_work.here.compiled and (found := queueing.foremost(grouped, key, *_places(uid))) is not None:
        return found
    starts = run_starts(grouped)
    if not len(starts):
        return starts
    run = np.repeat(np.arange(len(starts)), run_lengths(starts, len(key)))
    least = np.minimum.reduceat(key, starts) + tie(key.min(), key.max())
    best = (key <= least[run]).nonzero()[0]
    if len(best) > len(starts):
        best = best[np.lexsort((uid[best], run[best]))]
        best = best[run_starts(run[best])]
    return np.asarray(best)


def laid_over(
    group: NDArray[np.int64],
    weight: NDArray[np.float64],
    place: NDArray[Any],
    free: NDArray[np.float64],
    room: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Row of the employer of each winner: those of a group, in order, are laid end to end over its jobs.

    `free` are the jobs of each employer and `place` its group, which has `room` in all. Employers stand in order of
    row; where there are fewer winners than jobs, all of them find some.
    """
    if at_work.here.compiled and (found := queueing.laid_over(group, weight, place, free, room)) is not None:
        return found
    middle = np.cumsum(weight) - 0.5 * weight
    taken = np.bincount(group, weight, minlength=len(room))
    spread = np.maximum(room / np.where(taken > 0.0, taken, 1.0), 1.0)
    position = (middle - _before(taken)[group]) * spread[group]
    firms = (free > 0).nonzero()[0]
    firms = firms[np.argsort(place[firms], kind="stable")]
    slot = np.searchsorted(np.cumsum(free[firms]), _before(room)[group] + position * (1.0 - 1e-12), side="left")
    return np.asarray(firms[np.minimum(slot, len(firms) - 1)])


def _before(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the amounts that stand before each."""
    found = np.zeros(len(amounts))
    np.cumsum(amounts[:-1], out=found[1:])
    return found


def run_begins(grouped: NDArray[Any]) -> NDArray[np.bool_]:
    """Does a run of equal values begin here?"""
    begins = np.ones(len(grouped), np.bool_)
    np.not_equal(grouped[1:], grouped[:-1], out=begins[1:])
    return begins


def run_starts(grouped: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins."""
    return run_begins(grouped).nonzero()[0]


def run_lengths(starts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many of the `count` values each run has, from where the runs begin."""
    lengths = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1:] = count - starts[-1:]
    return lengths
