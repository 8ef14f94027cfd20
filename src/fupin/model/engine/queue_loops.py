"""The loops of `queueing`: read as a text and compiled when first needed, imported by nobody.

What they give is to the last bit what `processes/queue.py` gives. Sorting is stable everywhere, so that those who are
alike in all respects stay in order of position.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fupin.model.engine.compiling import compiled_by_hand

SHORT = 24  # up to here insertion is quicker than merging
BITS = 44  # of a key within its group, at most
LIMITS = 2**19  # groups that fit above the key and the position in one whole number
BUCKETS = 4096  # for one group, at most
ROUNDS = 4  # of ever finer buckets
ULP = 2.3e-16  # a rounding, at most, as a part of the number
EVERYBODY, NOBODY, SOME = 1, 0, 2  # who of a group gets in


@compiled_by_hand
def arrange(value: Any, order: Any, n: int) -> None:
    """Sort the first n values, and the positions beside them; quick where they are in order already."""
    for p in range(1, n):
        if value[p] < value[p - 1]:
            break
    else:
        return
    for first in range(0, n, SHORT):
        for p in range(first + 1, min(first + SHORT, n)):
            v, o, q = value[p], order[p], p
            while q > first and v < value[q - 1]:
                value[q], order[q] = value[q - 1], order[q - 1]
                q -= 1
            value[q], order[q] = v, o
    run = SHORT
    while run < n:
        values, orders = value[:n].copy(), order[:n].copy()
        for first in range(0, n, 2 * run):
            middle, end = min(first + run, n), min(first + 2 * run, n)
            one, other = first, middle
            for p in range(first, end):
                if other == end or (one < middle and not values[other] < values[one]):
                    value[p], order[p] = values[one], orders[one]
                    one += 1
                else:
                    value[p], order[p] = values[other], orders[other]
                    other += 1
        run *= 2


@compiled_by_hand
def break_ties(key: Any, order: Any, first: int, end: int, apart: float, column: Any, rows: Any) -> Any:
    """Put the positions from `first` to `end` in order of key and, where keys follow each other no further `apart`
    than that, of uid; how often keys follow each other so that are not equal."""
    n, close = end - first, 0
    mine = order[first:end]
    keys, uids = np.empty(n), np.empty(n, np.int64)
    for p in range(n):
        keys[p] = key[mine[p]]
    arrange(keys, mine, n)
    begin = 0
    for p in range(1, n + 1):
        if p < n and keys[p] <= keys[p - 1] + apart:
            close += keys[p] != keys[p - 1]
        else:
            if p - begin > 1:
                for q in range(begin, p):
                    uids[q] = column[rows[mine[q]]] if len(rows) else column[mine[q]]
                arrange(uids[begin:p], mine[begin:p], p - begin)
            begin = p
    return close


@compiled_by_hand
def pack(group: Any, key: Any, near: float, packed: Any) -> Any:
    """Group, key in fine steps and position in one whole number each; the bits of position and key, how far apart keys
    may tie, and the same in steps. No bits where it cannot be done."""
    n = len(key)
    low, high, groups, numbers = np.inf, -np.inf, 0, True
    for i in range(n):
        k = key[i]
        low = k if k < low else low
        high = k if k > high else high
        numbers &= k == k
    for i in range(len(group)):
        groups |= group[i]
    width = high - low
    if not numbers or not width < np.inf or groups < 0 or groups >= LIMITS:
        return 0, 0, 0.0, 0
    below = above = 0
    while (n - 1) >> below:
        below += 1
    while groups >> above:
        above += 1
    bits = min(BITS, 63 - below - above)
    steps = 2.0**bits - 1.0
    per = steps / width if width > 0.0 else 0.0
    if not per < np.inf:
        per = 0.0
    apart = near * max(abs(low), abs(high))
    for i in range(n):
        packed[i] = (np.int64((key[i] - low) * per) << below) | i
    for i in range(len(group)):
        packed[i] |= group[i] << (bits + below)
    return below, bits, apart, np.int64(min(apart * per, steps)) + 2 if apart > 0.0 else 0


@compiled_by_hand
def unpack(
    packed: Any, below: int, apart: float, step: int, bits: int, key: Any, column: Any, rows: Any, order: Any
) -> Any:
    """Positions in order, from packed numbers that have been sorted; how many near ties there were."""
    n, close = len(packed), 0
    mask = (1 << below) - 1
    for p in range(n):
        order[p] = packed[p] & mask
    p = 1
    while p < n:
        here, before = packed[p] >> below, packed[p - 1] >> below
        if here - before <= step and here >> bits == before >> bits:
            first = p - 1
            while p < n and here - before <= step and here >> bits == before >> bits:
                p += 1
                if p < n:
                    here, before = packed[p] >> below, here
            close += break_ties(key, order, first, p, apart, column, rows)
        p += 1
    return close


@compiled_by_hand
def stand(packed: Any, shift: int, weight: Any, order: Any, before: Any) -> None:
    """Weight before the middle of each, from the order and the packed numbers, which tell the groups."""
    total = base = 0.0
    last = -1
    for p in range(len(order)):
        i, group = order[p], packed[p] >> shift
        w = weight[i]
        total += w
        if group != last:
            base, last = total - w, group
        before[i] = total - base - 0.5 * w


@compiled_by_hand
def select(
    group: Any, key: Any, weight: Any, column: Any, rows: Any, room: Any, slack: float, near: float, out: Any
) -> Any:
    """Positions of those admitted: how many they are, and how many near ties of ranks and of room there were; −1 where
    all must be ranked.

    The candidates of a group are put into buckets by key. The weights of whole buckets tell in which of them the room
    is used up; those in it are put into finer buckets, and at last in order. Sums are not made in the order of
    `stand`: where that might matter, all must be ranked.
    """
    n, m = len(group), len(room)
    asked, low, high, count = np.zeros(m), np.full(m, np.inf), np.full(m, -np.inf), np.zeros(m, np.int64)
    fine, lightest = True, np.inf
    for i in range(n):
        g, k, w = group[i], key[i], weight[i]
        if g < 0 or g >= m:
            return -1, 0, 0
        fine &= (k == k) & (w >= 0.0) & (w < np.inf)
        lightest = w if w < lightest else lightest
        asked[g] += w
        count[g] += 1
        low[g] = k if k < low[g] else low[g]
        high[g] = k if k > high[g] else high[g]
    if not fine:
        return -1, 0, 0
    state, floor, ceiling, crowd, tight = np.empty(m, np.int64), np.empty(m), np.empty(m), 0, 0
    least, most, total = np.inf, -np.inf, 0.0
    for g in range(m):
        r, a = room[g], asked[g]
        tolerance = slack * max(abs(r), 1.0)
        tight += a != r and a > 0.0 and abs(a - r) <= tolerance and abs(r) < np.inf
        state[g] = EVERYBODY if a <= r + tolerance else NOBODY
        if state[g] == NOBODY and r > 0.0:
            state[g], floor[g], ceiling[g] = SOME, r - tolerance, r + tolerance
            crowd += count[g]
            total += a
            least, most = min(least, low[g]), max(most, high[g])
    taken = np.empty(n, np.bool_)
    for i in range(n):
        taken[i] = state[group[i]] == EVERYBODY
    close = 0
    if crowd:
        if not most - least < np.inf:
            return -1, 0, 0
        margin = ULP * (n + 32) * total  # by which sums in another order may differ
        floor -= margin
        ceiling += margin
        candidates, extent = (group, key, weight, column, rows), (low, high, count)
        apart = near * max(abs(least), abs(most))
        close = cut(candidates, floor, ceiling, apart, 0.5 * lightest, state, extent, taken)
        if close < 0:
            return -1, 0, 0
    admitted = 0
    for i in range(n):
        out[admitted] = i
        admitted += taken[i]
    return admitted, close, tight


@compiled_by_hand
def cut(
    candidates: Any, floor: Any, ceiling: Any, apart: float, half: float, state: Any, extent: Any, taken: Any
) -> Any:
    """Who is taken, of the groups of which some are; how many near ties there were, −1 if rounding might matter.

    A candidate whose middle stands up to `floor` is in, and out above `ceiling`. `extent` has the smallest and largest
    keys of each group and how many they are, `half` is half of the smallest weight.
    """
    group, key, weight, column, rows = candidates
    low, high, count = extent
    m, pool = len(floor), np.empty(0, np.int64)
    base, scale, under, over = np.zeros(m), np.empty(m), np.full(m, -np.inf), np.full(m, np.inf)
    start, last = np.empty(m, np.int64), np.empty(m, np.int64)
    first, end = np.empty(m, np.int64), np.empty(m, np.int64)
    places = (state == SOME).sum()
    for turn in range(ROUNDS):
        buckets, crowd = 0, len(pool) if turn else len(group)
        for g in range(m):
            if state[g] == SOME:
                mine, width = min(count[g] // 4 + 1, BUCKETS), high[g] - low[g]
                start[g] = buckets
                buckets += mine
                scale[g] = (mine - 1) / width if width > 0.0 else 0.0
                if not scale[g] < np.inf:
                    scale[g] = 0.0
        size, inside = np.zeros(buckets), np.zeros(buckets, np.int32)
        bucket = np.empty(crowd, np.int32)
        for p in range(crowd):
            i = pool[p] if turn else p
            g = group[i]
            if state[g] == SOME:
                b = start[g] + np.int64((key[i] - low[g]) * scale[g])
                bucket[p] = b
                size[b] += weight[i]
                inside[b] += 1
        listed = 0
        for g in range(m):
            if state[g] == SOME:
                b, used = start[g], base[g]
                stop = b + min(count[g] // 4 + 1, BUCKETS)
                # everybody in a bucket stands with his middle below its end, by half of his weight
                while b < stop and used + size[b] - half <= floor[g]:
                    used += size[b]
                    b += 1
                base[g], last[g], first[g], end[g] = used, b, listed, listed
                low[g], high[g], count[g] = np.inf, -np.inf, inside[b] if b < stop else 0
                if b < stop and used + size[b] + half <= ceiling[g]:
                    return -1
                listed += count[g]
        line = np.empty(listed, np.int64)
        for p in range(crowd):
            i = pool[p] if turn else p
            g, k = group[i], key[i]
            if state[g] == SOME:
                b, c = bucket[p], last[g]
                taken[i] = b < c
                below, above = k if b < c else -np.inf, k if b > c else np.inf
                under[g] = below if below > under[g] else under[g]
                over[g] = above if above < over[g] else over[g]
                if b == c:
                    line[end[g]] = i
                    end[g] += 1
                    low[g] = k if k < low[g] else low[g]
                    high[g] = k if k > high[g] else high[g]
        enough = listed <= 8 * places or 2 * listed > crowd
        pool = line
        if enough:
            break
    close = 0
    for g in range(m):
        if state[g] == SOME:
            close += break_ties(key, pool, first[g], end[g], apart, column, rows)
            if low[g] <= under[g] + apart or over[g] <= high[g] + apart:
                return -1
            used = base[g]
            for p in range(first[g], end[g]):
                w = weight[pool[p]]
                used += w
                middle = used - 0.5 * w
                if floor[g] < middle <= ceiling[g]:
                    return -1
                taken[pool[p]] = middle <= floor[g]
    return close


@compiled_by_hand
def lead(grouped: Any, key: Any, column: Any, rows: Any, near: float, best: Any) -> Any:
    """The position of the smallest key of each run, by uid where several tie with it; how many runs, −1 if some key is
    no number."""
    n, runs = len(key), 0
    low, high, numbers = np.inf, -np.inf, True
    for i in range(n):
        k = key[i]
        low = k if k < low else low
        high = k if k > high else high
        numbers &= k == k
    if not numbers:
        return -1
    size = max(abs(low), abs(high))
    apart = near * size if size < np.inf else 0.0
    first = 0
    while first < n:
        found, least, tied, end = first, key[first], 0, first + 1
        while end < n and grouped[end] == grouped[first]:
            if key[end] < least:
                found, least = end, key[end]
            end += 1
        if end - first > 1:
            for i in range(first, end):
                tied += key[i] <= least + apart
            if tied > 1:
                uid = np.int64(0)
                tied = 0
                for i in range(first, end):
                    if key[i] <= least + apart:
                        u = column[rows[i]] if len(rows) else column[i]
                        if tied == 0 or u < uid:
                            found, uid, tied = i, u, 1
        best[runs] = found
        runs += 1
        first = end
    return runs


@compiled_by_hand
def lay(group: Any, weight: Any, place: Any, free: Any, room: Any, employer: Any) -> Any:
    """The employer of each winner, in order; how many employers have jobs.

    Jobs stand end to end, by place and row of the employer, and winners by group: who follows is mostly found a step
    further on.
    """
    m = len(room)
    taken, used, reached, first = np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(m + 1, np.int64)
    for p in range(len(group)):
        taken[group[p]] += weight[p]
    for f in range(len(place)):
        first[place[f] + 1] += free[f] > 0.0
    for g in range(m):
        first[g + 1] += first[g]
    for g in range(1, m):
        used[g], reached[g] = used[g - 1] + taken[g - 1], reached[g - 1] + room[g - 1]
    firms, ends = np.empty(first[m], np.int64), np.empty(first[m])
    for f in range(len(place)):
        if free[f] > 0.0:
            firms[first[place[f]]] = f
            first[place[f]] += 1
    total = 0.0
    for slot in range(len(firms)):
        total += free[firms[slot]]
        ends[slot] = total
    total, here = 0.0, 0
    for p in range(len(group) if len(firms) else 0):
        g, w = group[p], weight[p]
        total += w
        spread = room[g] / (taken[g] if taken[g] > 0.0 else 1.0)
        position = (total - 0.5 * w - used[g]) * (spread if spread > 1.0 else 1.0)
        wanted = reached[g] + position * (1.0 - 1e-12)
        while here > 0 and ends[here - 1] >= wanted:
            here -= 1
        while here < len(firms) and ends[here] < wanted:
            here += 1
        employer[p] = firms[min(here, len(firms) - 1)]
    return len(firms)
