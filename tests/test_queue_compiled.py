"""Queues in compiled loops: to the last bit what arrays give, for whatever stands in line."""

from __future__ import annotations

import dataclasses
import threading
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_queue import KEYS
from worlds import START, region

from fupin.model.engine import queueing
from fupin.model.engine.at_work import here
from fupin.model.near import noting
from fupin.model.processes import queue
from fupin.model.processes.queue import Keys, admit, foremost, laid_over, ranked, standing

pytest.importorskip("numba", reason="the compiled engine is an extra")

HARD = KEYS | {
    "whole numbers": lambda rng, n: rng.integers(-3, 3, n),
    "one far away": lambda rng, n: np.where(np.arange(n) == n // 2, 1e12, rng.random(n)),
    "falling off": lambda rng, n: rng.random(n) ** 40,
    "no number": lambda rng, n: np.where(rng.random(n) < 0.01, np.nan, rng.random(n)),
    "nothing and its opposite": lambda rng, n: np.where(rng.random(n) < 0.5, 0.0, -0.0),
}
WEIGHTS = {
    "people": lambda rng, n: rng.gamma(2.0, 5.0, n),
    "alike": lambda rng, n: np.full(n, 9.87),
    "some nothing": lambda rng, n: np.where(rng.random(n) < 0.3, 0.0, rng.random(n)),
    "nothing": lambda rng, n: np.zeros(n),
    "whole": lambda rng, n: rng.integers(0, 4, n),
    "of every size": lambda rng, n: 10.0 ** rng.integers(-8, 8, n),
}
ROOMS = {
    "half": lambda rng, asked: 0.5 * asked,
    "any": lambda rng, asked: rng.random(len(asked)) * 1.2 * asked,
    "almost all": lambda rng, asked: asked * (1.0 - 1e-9 * rng.integers(0, 3, len(asked))),
    "for some exactly": lambda rng, asked: rng.integers(0, 9, len(asked)) * 9.87,
    "without end": lambda rng, asked: rng.choice([np.inf, -np.inf, np.nan, 1.0], len(asked)),
    "whole": lambda rng, asked: (0.7 * asked).astype(np.int64),
}
NUMBERS = st.one_of(st.integers(0, 60), st.integers(0, 3000))


@contextmanager
def compiled(manner=True):
    here.compiled = manner
    try:
        yield
    finally:
        here.compiled = False


def both(function, *arguments):
    """What a function gives on either engine."""
    with np.errstate(invalid="ignore", over="ignore"):
        one = function(*arguments)
        with compiled():
            other = function(*arguments)
    return one, other


def alike(one, other) -> bool:
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


def line(seed, n, kind, groups):
    """Candidates: group, key and uid, now and then as some rows of a column, or all alike where there are groups (NumPy
    promises no order of equals without)."""
    rng = np.random.default_rng(seed)
    uid: object = Keys(rng.permutation(3 * n), rng.permutation(3 * n)[:n])
    if seed % 2:
        uid = np.zeros(n, np.int64) if groups and seed % 3 else rng.permutation(2 * n)[:n]
    return rng, rng.integers(0, groups or 1, n), HARD[kind](rng, n), uid


@pytest.mark.parametrize("kind", HARD)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), n=NUMBERS, groups=st.sampled_from([None, 1, 9, 300, 10**6]))
def test_the_order_and_what_stands_before_each_are_those_of_arrays(kind, seed, n, groups):
    rng, group, key, uid = line(seed, n, kind, groups)
    assert alike(*both(ranked, key, uid, None if groups is None else group))
    for make in WEIGHTS.values():
        assert alike(*both(standing, group, key, make(rng, n), uid))


@pytest.mark.parametrize("kind", HARD)
@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=NUMBERS,
    groups=st.sampled_from([1, 2, 9, 300]),
    weights=st.sampled_from(sorted(WEIGHTS)),
    rooms=st.sampled_from(sorted(ROOMS)),
)
def test_the_same_are_admitted(kind, seed, n, groups, weights, rooms):
    rng, group, key, uid = line(seed, n, kind, groups)
    weight = WEIGHTS[weights](rng, n)
    room = ROOMS[rooms](rng, np.bincount(group, weight, minlength=groups))
    assert alike(*both(admit, group, key, weight, room, uid))


@pytest.mark.parametrize("kind", HARD)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), n=NUMBERS, groups=st.sampled_from([1, 9, 3000]))
def test_the_same_are_foremost(kind, seed, n, groups):
    _, group, key, uid = line(seed, n, kind, groups)
    assert alike(*both(foremost, np.sort(group), key, np.asarray(uid)))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=NUMBERS,
    groups=st.sampled_from([1, 2, 9, 300]),
    weights=st.sampled_from(sorted(set(WEIGHTS) - {"whole"})),
    filled=st.sampled_from([0.3, 1.0, 1.2]),
)
def test_winners_find_the_same_employers(seed, n, groups, weights, filled):
    rng = np.random.default_rng(seed)
    group, place = np.sort(rng.integers(0, groups, n)), rng.integers(0, groups, 4 * groups)
    weight = WEIGHTS[weights](rng, n)
    free = np.where(rng.random(len(place)) < 0.3, 0.0, rng.gamma(1.0, weight.sum() / groups + 1.0, len(place)))
    free[0] = 1.0
    free *= filled
    room = np.bincount(place, free, minlength=groups)
    assert alike(*both(laid_over, group, weight, place, free, room))


def test_most_queues_are_taken_by_loops_and_few_of_them_are_put_in_order(monkeypatch):
    rng = np.random.default_rng(1)
    group, key, weight, uid = rng.integers(0, 9, 5000), rng.random(5000), rng.random(5000), np.arange(5000)
    monkeypatch.setattr(queue, "room_for", None)  # the way of arrays
    with compiled():
        assert len(admit(group, key, weight, np.full(9, 50.0), uid))
        assert len(admit(group, key, np.ones(5000), np.full(9, 50), uid)) == 450
        assert len(standing(group, np.round(key, 1), weight, uid)) == 5000
        assert len(foremost(np.sort(group), key, uid)) == 9


def test_where_rounding_might_decide_everybody_is_put_in_order():
    n, asked = 1000, []
    key, weight = np.arange(n) * 1.0, np.full(n, 0.1)
    for room in (10.0, 10.05, 10.05 + 1e-12, 10.06):  # 10.05 is the middle of the hundred-and-first
        found = queueing.admit(np.zeros(n, np.int64), key, weight, np.array([room]), np.arange(n), queueing.NONE)
        asked.append(None if found is None else len(found))
    assert asked == [100, None, None, 101]


def test_arrays_that_loops_cannot_take_are_left_to_arrays():
    three, line_of = np.arange(3), (np.zeros(3, np.int64), np.arange(3.0), np.ones(3))
    for group, key, weight in (
        (line_of[0] - 1, *line_of[1:]),
        (line_of[0] + 1, *line_of[1:]),  # a group without a room
        (line_of[0], line_of[1][:2], line_of[2]),
        (line_of[0], line_of[1].astype(np.float32), line_of[2]),
        (*line_of[:2], -line_of[2]),
    ):
        assert queueing.admit(group, key, weight, np.ones(1), three, queueing.NONE) is None
    shut = np.arange(3.0)
    shut.flags.writeable = False
    assert alike(*both(ranked, shut, three))
    assert alike(*both(ranked, np.arange(6.0)[::2], three))


def test_near_ties_are_counted_as_by_arrays():
    rng = np.random.default_rng(2)
    key = 1.0 + rng.integers(0, 4, 500) * 2.0**-52
    found = []
    for manner in (False, True):
        with compiled(manner), noting() as ties:
            standing(rng.integers(0, 3, 500) * 0, key, np.ones(500), np.arange(500))
            admit(np.zeros(3, np.int64), np.arange(3.0), np.full(3, 0.1), np.array([0.3]), np.arange(3))
        found.append(dict(ties))
    assert found[0] == found[1] == {"rank": 3, "room": 1}


def test_a_region_says_which_engine_is_at_work_and_only_in_its_own_thread(monkeypatch):
    seen = {}

    def look(world):
        seen[world.compiled] = here.compiled
        other = threading.Thread(target=lambda: seen.update(elsewhere=here.compiled))
        other.start()
        other.join()
        raise RuntimeError("enough")

    for engine in ("numpy", "compiled"):
        world = region(engine=engine)
        world.processes = (dataclasses.replace(world.processes[0], run=look, months=tuple(range(1, 13))),)
        with pytest.raises(RuntimeError, match="enough"):
            world.run_to(START)
        assert not here.compiled
    assert seen == {False: False, True: True, "elsewhere": False}
