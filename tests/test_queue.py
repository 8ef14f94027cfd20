"""Queues: the quick order is the exact order, and places go to the first in line as long as they last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.model.processes.queue import admit, foremost, ranked

KEYS = {
    "uniform": lambda rng, n: rng.random(n),
    "a few values": lambda rng, n: rng.integers(0, 5, n).astype(float),
    "mostly zero": lambda rng, n: np.where(rng.random(n) < 0.8, 0.0, rng.normal(size=n)),
    "all alike": lambda rng, n: np.full(n, 3.0),
    "of every size": lambda rng, n: rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, n),
    "with infinity": lambda rng, n: np.where(rng.random(n) < 0.1, np.inf, rng.random(n)),
    "next to each other": lambda rng, n: 1.0 + rng.integers(0, 4, n) * 2.0**-52,
}


@pytest.mark.parametrize("kind", KEYS)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 3000), groups=st.sampled_from([None, 1, 9, 1000, 10**6]))
def test_the_quick_order_is_that_of_a_lexicographic_sort(kind, seed, n, groups):
    rng = np.random.default_rng(seed)
    key, uid = KEYS[kind](rng, n), rng.permutation(n)
    group = None if groups is None else rng.integers(0, groups, n)
    exact = np.lexsort((uid, key) if group is None else (uid, key, group))
    np.testing.assert_array_equal(ranked(key, uid, group), exact)


def test_the_order_is_exact_where_many_share_a_key():
    rng = np.random.default_rng(1)
    n = 130_000
    key, uid, group = np.round(rng.random(n), 5), rng.permutation(n), rng.integers(0, 9, n)
    np.testing.assert_array_equal(ranked(key, uid, group), np.lexsort((uid, key, group)))


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 300))
def test_places_go_to_the_first_in_line_of_each_group_until_they_are_used(seed, n):
    rng = np.random.default_rng(seed)
    group, key, uid = rng.integers(0, 4, n), rng.random(n), rng.permutation(n)
    weight, room = rng.integers(1, 5, n) * 1.0, rng.integers(0, 60, 4) * 1.0
    won = admit(group, key, weight, room, uid)
    for place in range(4):
        line = np.flatnonzero(group == place)
        line = line[np.argsort(key[line])]
        got = np.isin(line, won)
        served = int(got.sum())
        assert got[:served].all()  # nobody is served before those who stand further in front
        used = weight[line[:served]].sum()
        assert used <= room[place] + 0.5 * weight.max()
        if served < len(line):
            assert used + 0.5 * weight[line[served]] > room[place]


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 300))
def test_the_foremost_of_each_group_has_the_smallest_key_and_among_equals_the_smallest_uid(seed, n):
    rng = np.random.default_rng(seed)
    group, key, uid = np.sort(rng.integers(0, 40, n)), rng.integers(0, 3, n) * 1.0, rng.permutation(n)
    first = foremost(group, key, uid)
    best = [min((key[row], uid[row], row) for row in np.flatnonzero(group == one))[2] for one in np.unique(group)]
    assert first.tolist() == best
