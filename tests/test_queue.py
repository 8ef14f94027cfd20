"""Queues: the quick order is the exact order, and places go to the first in line as long as they last."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.model.near import noting
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
    np.testing.assert_array_equal(ranked(key, uid, group), by_hand(key, uid, group))


def by_hand(key, uid, group):
    """In order of group and key; those that follow each other within rounding of the largest key, in order of uid."""
    group = np.zeros(len(key), np.int64) if group is None else group
    size = np.abs(key).max(initial=0.0)
    near = 1e-12 * size if np.isfinite(size) else 0.0
    run, runs, last = 0, np.zeros(len(key), np.int64), None
    for place in np.lexsort((key, group)):
        if last is not None and not (group[place] == group[last] and key[place] <= key[last] + near):
            run += 1
        runs[place], last = run, place
    return np.lexsort((uid, runs))


def test_keys_that_differ_by_rounding_tie_whatever_the_number_of_candidates():
    for n in (10, 5000):
        uid = np.arange(n)[::-1].copy()
        key = np.where(uid % 2 == 0, 0.1 + 0.2, 0.3) * 1e4
        assert (ranked(key, uid) == np.argsort(uid)).all()
        assert (ranked(key, uid, uid % 3) == np.lexsort((uid, uid % 3))).all()
        assert (ranked(key * (1.0 + 1e-9 * uid), uid) == np.argsort(key * (1.0 + 1e-9 * uid))).all()


def test_a_budget_that_pays_for_three_houses_pays_for_three_houses():
    alike, cost = np.zeros(3, np.int64), np.full(3, 0.1)
    for budget in (0.1 + 0.1 + 0.1, 0.3):  # the same yuan, but for the last bit
        assert len(admit(alike, np.arange(3.0), cost, np.array([budget]), np.arange(3))) == 3
        assert len(admit(alike, np.arange(3.0), cost, np.array([budget - 0.05]), np.arange(3))) == 3
        assert len(admit(alike, np.arange(3.0), cost, np.array([budget - 0.051]), np.arange(3))) == 2


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


def test_near_ties_are_counted_for_those_who_ask():
    alike, cost, uid = np.zeros(3, np.int64), np.full(3, 0.1), np.arange(3)
    with noting() as found:
        admit(alike, np.arange(3.0), cost, np.array([0.3]), uid)  # three times 0.1 is a little more
        ranked(np.array([0.3, 0.1 + 0.2, 1.0]), uid)
    assert found == {"room": 1, "rank": 1}
