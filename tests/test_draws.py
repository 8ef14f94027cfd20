"""Draws: the right numbers, random in every direction one could look, and the same for an agent in every world."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from fupin.errors import FupinError
from fupin.model import draws as module
from fupin.model.draws import STREAMS, Draws, declare_stream, philox, standard_normal
from fupin.model.rules.vocabulary import scalar

LUCK = declare_stream("test.luck", "anything, in the tests of draws")
OTHER = declare_stream("test.other", "anything else, in the tests of draws")
N = 200_000
UIDS: Any = np.arange(N)
LIMIT = 5 / np.sqrt(N)  # five standard errors of a correlation of independent draws

ones = 0xFFFFFFFF
KNOWN = [  # the known answers published with Random123
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ones, ones, ones, ones), (ones, ones), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
uids = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=40, unique=True).map(np.array)
months = st.integers(0, 2**32 - 1)
seeds = st.integers(0, 2**70)


def compiled_words(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    """The words as a loop of the compiled engine makes them."""
    pytest.importorskip("numba", reason="the compiled engine is an extra")
    from fupin.model.engine.mathematics import philox as in_a_loop

    return tuple(int(word) for word in in_a_loop(*(np.uint64(number) for number in (*counter, *key))))


def column_words(counter: tuple[int, ...], key: tuple[int, int]) -> tuple[int, ...]:
    uid = np.full(9, counter[0] | counter[1] << 32, np.uint64)
    return tuple(int(word[-1]) for word in module._columns.words(key, uid, counter[2], counter[3]))


# The right numbers


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_every_engine_gives_the_published_answers(counter: Any, key: Any, words: Any) -> None:
    assert philox(counter, key) == words
    assert column_words(counter, key) == words
    assert compiled_words(counter, key) == words


@given(seeds, uids, months, st.integers(0, 9))
@settings(max_examples=50)
def test_one_agent_a_column_and_a_compiled_loop_get_the_same_words(seed: int, uid: Any, month: int, block: int) -> None:
    key = module._key(seed, LUCK)
    words = np.array(Draws(seed).words(LUCK, month, uid, block)).T
    for one, own in zip(uid.tolist(), words.tolist(), strict=True):
        counter = one & 0xFFFFFFFF, one >> 32, month, block
        assert tuple(own) == philox(counter, key)
        assert tuple(own) == compiled_words(counter, key)


@pytest.mark.parametrize("rows", [512, 513, 2048, 2049, 16_400])
@pytest.mark.parametrize("large", [False, True])
def test_a_long_column_gets_the_words_of_its_agents_however_many_are_wanted(rows: int, large: bool) -> None:
    key, uid = module._key(11, LUCK), UIDS[:rows] * 21_401 % 2**32
    uid[-1] += large * 2**32  # one of more than 32 bits, or none
    for count, month in product((1, 2, 3, 6), [UIDS[:rows] % 5, 3]):
        drawn = Draws(11).uniforms(LUCK, month, uid, count)
        for place in (0, 1, rows // 2, rows - 1):
            counter = int(uid[place]) % 2**32, int(uid[place]) >> 32, int((np.zeros(rows, int) + month)[place])
            words = philox((*counter, 0), key) + philox((*counter, 1), key)
            assert drawn[:, place].tolist() == [(word + 0.5) * 2.0**-32 for word in words[:count]]


def test_numbers_stay_what_they_were_when_the_first_results_were_published() -> None:
    pinned = [
        [3220601517, 3958358154, 2263199964],
        [540822676, 3151145852, 1355358902],
        [2140786559, 1785944035, 1761187809],
        [512183025, 271092520, 2670263792],
    ]
    first = [word.tolist() for word in Draws(2014).words(LUCK, 3, np.array([0, 7, 2**40]))]
    assert first == pinned


@pytest.mark.parametrize("verb", ["uniforms", "normals", "gumbels"])
@pytest.mark.parametrize("rows", [1, 4, 5, 130, 8192, 8193, 20_001])
def test_a_single_agent_gets_bitwise_what_it_gets_in_a_column(verb: str, rows: int) -> None:
    draw = getattr(Draws(5), verb)
    uid, month = UIDS[:rows] * 2**33 + 5, UIDS[:rows] % 84
    columns = draw(LUCK, month, uid, 6)
    assert columns.shape == (6, rows)
    for i in {0, rows // 2, rows - 1}:
        assert (draw(LUCK, int(month[i]), int(uid[i]), 6) == columns[:, i]).all()


@pytest.mark.parametrize("month", [-1, 0, 2**32 - 1, 2**40 + 3])
def test_any_whole_number_is_a_month_and_the_same_one_on_every_path(month: int) -> None:
    d = Draws(5)
    alone = [d.uniform(LUCK, month, int(uid)) for uid in UIDS[:9]]
    assert d.uniform(LUCK, month, UIDS[:9]).tolist() == alone
    assert d.uniform(LUCK, np.full(9, month), UIDS[:9]).tolist() == alone
    assert d.uniform(LUCK, np.full(3, month), UIDS[:3].astype(np.int32)).tolist() == alone[:3]


def test_a_single_agent_gets_plain_floats() -> None:
    d = Draws(5)
    assert type(d.uniform(LUCK, 3, 77)) is type(d.normal(LUCK, 3, 77)) is float
    assert d.uniform(LUCK, 3, 77) == d.uniform(LUCK, 3, np.array([77]))[0]


def test_uniform_draws_use_all_four_words_of_a_block_before_the_next() -> None:
    d, uid = Draws(1), UIDS[:100]
    words = np.array([*d.words(LUCK, 2, uid), *d.words(LUCK, 2, uid, block=1)])
    assert (d.uniforms(LUCK, 2, uid, 8) == (words + 0.5) / 2**32).all()


def test_uniform_draws_stay_inside_the_open_interval_even_for_extreme_words() -> None:
    extremes = np.array([0.0, 0xFFFFFFFF])
    module._finish(extremes, None)
    assert extremes.tolist() == [2**-33, 1 - 2**-33]
    for transform in (module._to_normal, module._to_gumbel):
        values = extremes.copy()
        transform(values)
        assert np.isfinite(values).all()


# Random in every direction


def test_each_of_the_four_words_is_uniform() -> None:
    for row in Draws(1).uniforms(LUCK, 1, UIDS, 4):
        assert stats.kstest(row, "uniform").pvalue > 1e-3


def test_every_byte_and_every_pair_of_neighbours_is_equally_frequent() -> None:
    for word in Draws(1).words(LUCK, 1, UIDS):
        for shift in (0, 8, 16, 24):
            assert stats.chisquare(np.bincount(word >> shift & 0xFF, minlength=256)).pvalue > 1e-4
        cells = (word[:-1] >> 28) * 16 + (word[1:] >> 28)
        assert stats.chisquare(np.bincount(cells, minlength=256)).pvalue > 1e-4


def test_months_of_one_household_are_uniform_and_without_memory() -> None:
    path = Draws(1).uniform(LUCK, UIDS, np.full(N, 12345))
    assert stats.kstest(path, "uniform").pvalue > 1e-3
    assert max(abs(correlation(path[lag:], path[:-lag])) for lag in range(1, 13)) < LIMIT


def correlation(x: Any, y: Any) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def largest_shifted_correlation(draw: Any, reach: int = 3) -> float:
    """Of household i at t against household i + a at t + b, over all small shifts (a, b) but none."""
    here = draw(50, UIDS[reach:-reach])
    shifts = [(a, b) for a, b in product(range(-reach, reach + 1), repeat=2) if (a, b) != (0, 0)]
    return max(abs(correlation(here, draw(50 + b, UIDS[reach:-reach] + a))) for a, b in shifts)


def test_a_household_does_not_inherit_the_luck_of_its_neighbour_of_last_month() -> None:
    assert largest_shifted_correlation(lambda month, uid: Draws(1).uniform(LUCK, month, uid)) < LIMIT


def test_the_shifted_correlations_would_show_a_hash_of_the_sum() -> None:
    assert largest_shifted_correlation(lambda month, uid: Draws(1).uniform(LUCK, 0, uid + month)) == pytest.approx(1)


def test_streams_seeds_words_and_halves_of_the_uid_are_unrelated() -> None:
    d = Draws(1)
    here = d.uniform(LUCK, 1, UIDS)
    others = [
        d.uniform(OTHER, 1, UIDS),
        *(Draws(seed).uniform(LUCK, month, UIDS + shift) for seed, month, shift in product((0, 2), (0, 1, 2), (0, 1))),
        *d.uniforms(LUCK, 1, UIDS, 12)[1:],
        d.uniform(LUCK, 1, UIDS << 32),
        d.uniform(LUCK, 1, UIDS + 2**32),
        d.uniform(LUCK, UIDS, np.ones(N, np.int64)),
    ]
    assert max(abs(correlation(here, other)) for other in others) < LIMIT


def test_no_two_streams_share_a_key() -> None:
    keys = {module._key(seed, stream) for seed in range(200) for stream in STREAMS}
    assert len(keys) == 200 * len(STREAMS)


# Shapes


def test_the_inverse_normal_is_exact_to_rounding_over_all_that_a_draw_can_be() -> None:
    half = np.geomspace(2.0**-33, 0.5, 50_000)
    for u in (half, 1 - half, np.linspace(0.001, 0.999, 50_000)):
        assert np.abs(standard_normal(u) - ndtri(u)).max() < 1e-13
        shortcut = u.copy()
        module._to_normal(shortcut)
        assert (shortcut == standard_normal(u)).all()


@given(st.integers(0, 2**32 - 1))
def test_the_inverse_normal_of_one_household_is_that_of_a_column(word: int) -> None:
    u = (word + 0.5) / 2**32
    assert scalar(standard_normal)(u) == pytest.approx(standard_normal(np.array([u]))[0], rel=1e-12, abs=1e-12)


def test_the_inverse_normal_is_antisymmetric_and_rises_with_luck() -> None:
    u = np.linspace(2.0**-33, 0.5, 100_001)
    z = standard_normal(np.concatenate([u, 1 - u[-2::-1]]))
    assert (np.diff(z) > 0).all()
    assert np.allclose(z, -z[::-1], rtol=0, atol=1e-6)  # 1 - u keeps only nine digits of the smallest u


def test_normal_draws_have_the_moments_and_tails_of_a_normal() -> None:
    z = Draws(3).normals(LUCK, 1, UIDS, 5).ravel()
    assert stats.kstest(z, "norm").pvalue > 1e-3
    error = 4 / np.sqrt(z.size)
    for power, moment, spread in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - moment) < error * np.sqrt(spread)
    for beyond in (2.0, 3.0, 4.0):
        expected = z.size * stats.norm.sf(beyond)
        for count in ((z > beyond).sum(), (z < -beyond).sum()):
            assert abs(count - expected) < 4 * np.sqrt(expected)


def test_gumbel_draws_are_gumbel() -> None:
    for row in Draws(3).gumbels(LUCK, 1, UIDS, 6):
        assert stats.kstest(row, "gumbel_r").pvalue > 1e-3


def test_choices_by_gumbel_have_logit_probabilities() -> None:
    utility = np.array([0.0, 0.5, -1.0, 1.5, -3.0])
    choice = (utility[:, None] + Draws(3).gumbels(LUCK, 9, UIDS, 5)).argmax(axis=0)
    expected = N * np.exp(utility) / np.exp(utility).sum()
    assert stats.chisquare(np.bincount(choice, minlength=5), expected).pvalue > 1e-3


@given(seeds, st.lists(st.floats(-5, 5), min_size=2, max_size=6), st.data())
@settings(max_examples=40)
def test_an_improved_alternative_moves_nobody_between_the_others(seed: int, utility: list[float], data: Any) -> None:
    better = data.draw(st.integers(0, len(utility) - 1))
    gain = data.draw(st.floats(0, 3))
    taste = Draws(seed).gumbels(LUCK, 1, UIDS[:500], len(utility)) + np.array(utility)[:, None]
    before = taste.argmax(axis=0)
    taste[better] += gain
    after = taste.argmax(axis=0)
    assert ((after == before) | (after == better)).all()


# The same in every world


@given(seeds, uids, months, st.integers(1, 9), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_draws_do_not_depend_on_order_on_others_or_on_earlier_calls(
    seed: int, uid: Any, month: int, count: int, shuffle: Any
) -> None:
    d = Draws(seed)
    before = d.normals(LUCK, month, uid, count)
    some = np.array(shuffle.sample(range(len(uid)), shuffle.randint(1, len(uid))))
    d.uniforms(OTHER, month, uid, 3)
    assert (d.normals(LUCK, month, uid[some], count) == before[:, some]).all()
    assert (d.normals(LUCK, month, np.append(uid, UIDS[:50]), count + 3)[:count, : len(uid)] == before).all()


def test_draws_may_be_renewed_in_a_month_of_ones_own() -> None:
    d, epoch = Draws(1), UIDS[:20_000] % 7
    together = d.gumbels(LUCK, epoch, UIDS[:20_000], 5)
    for month in range(7):
        assert (together[:, epoch == month] == d.gumbels(LUCK, month, UIDS[:20_000][epoch == month], 5)).all()


def test_threads_draw_at_the_same_time_without_meeting() -> None:
    d = Draws(1)
    alone = [d.normals(LUCK, month, UIDS[:30_000], 3) for month in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda month: d.normals(LUCK, month, UIDS[:30_000], 3), range(12)))
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


def test_draws_travel_to_another_process() -> None:
    d = pickle.loads(pickle.dumps(Draws(2**80)))
    assert d == Draws(2**80)
    assert (d.uniform(LUCK, 1, UIDS[:9]) == Draws(2**80).uniform(LUCK, 1, UIDS[:9])).all()


def test_no_agents_need_no_draws() -> None:
    d, nobody = Draws(1), np.empty(0, np.int64)
    assert d.normals(LUCK, 1, nobody, 3).shape == (3, 0)
    assert d.words(LUCK, 1, nobody)[0].shape == d.lottery(LUCK, 1, nobody, 1.0, 5).shape == (0,)


# Lotteries under a quota

candidates = st.dictionaries(st.integers(0, 2**40), st.floats(0, 50), min_size=1, max_size=40)


def winners(seed: int, weight: dict[int, float], quota: float) -> set[int]:
    uid = np.array(list(weight))
    won = Draws(seed).lottery(LUCK, 4, uid, np.array(list(weight.values())), quota)
    return set(uid[won].tolist())


@given(seeds, candidates, st.floats(0, 1000))
def test_a_lottery_never_exceeds_its_quota_and_stops_only_at_a_candidate_that_does_not_fit(
    seed: int, weight: dict[int, float], quota: float
) -> None:
    won = winners(seed, weight, quota)
    used = sum(weight[uid] for uid in won)
    assert used <= quota + 1e-6
    if lost := set(weight) - won:
        first = min(lost, key=lambda uid: Draws(seed).uniform(LUCK, 4, uid))
        assert used + weight[first] > quota
        assert all(Draws(seed).uniform(LUCK, 4, uid) <= Draws(seed).uniform(LUCK, 4, first) for uid in won)


@given(seeds, candidates, st.floats(0, 500), st.floats(0, 500))
def test_a_larger_quota_only_adds_winners(seed: int, weight: dict[int, float], quota: float, more: float) -> None:
    assert winners(seed, weight, quota) <= winners(seed, weight, quota + more)


@given(seeds, candidates, st.floats(0, 500), st.integers(2**41, 2**42), st.floats(0.01, 50))
def test_a_further_candidate_only_displaces(
    seed: int, weight: dict[int, float], quota: float, uid: int, its_weight: float
) -> None:
    assert winners(seed, weight | {uid: its_weight}, quota) - {uid} <= winners(seed, weight, quota)


@given(seeds, candidates, st.floats(0, 500), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(
    seed: int, weight: dict[int, float], quota: float, shuffle: Any
) -> None:
    items = list(weight.items())
    shuffle.shuffle(items)
    assert winners(seed, dict(items), quota) == winners(seed, weight, quota)


@given(seeds, candidates, st.floats(0, 500), st.data())
def test_when_losers_withdraw_the_winners_still_win(
    seed: int, weight: dict[int, float], quota: float, data: Any
) -> None:
    won = winners(seed, weight, quota)
    stay = won | data.draw(st.sets(st.sampled_from(sorted(weight))))
    assert won <= winners(seed, {uid: w for uid, w in weight.items() if uid in stay}, quota)


def test_a_lottery_takes_the_smallest_draws_and_breaks_ties_by_uid() -> None:
    many = np.arange(400_000)
    d = Draws(1)
    u = d.uniform(LUCK, 0, many)
    ranked = np.lexsort((many, u))
    assert (np.diff(u[ranked]) == 0).any()  # so that ties are there to be broken
    backwards = many[::-1]
    for quota in (0, 1, 12_345, 399_999, 400_000):
        assert set(backwards[d.lottery(LUCK, 0, backwards, 1.0, quota)].tolist()) == set(ranked[:quota].tolist())


def test_each_candidate_wins_with_the_same_chance() -> None:
    won = np.array([Draws(1).lottery(LUCK, month, UIDS[:500], 1.0, 100).sum() for month in range(50)])
    assert (won == 100).all()
    wins = np.sum([Draws(1).lottery(LUCK, month, UIDS[:500], 1.0, 100) for month in range(1000)], axis=0)
    assert stats.kstest(wins, stats.binom(1000, 0.2).cdf).pvalue > 1e-4


# Mistakes


def test_a_misspelt_stream_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(KeyError, match=r"no stream 'test.lukc'; did you mean 'test.luck'\?"):
        Draws(1).uniform("test.lukc", 1, UIDS[:3])


def test_a_stream_has_one_meaning() -> None:
    assert declare_stream(LUCK, STREAMS[LUCK]) == LUCK
    with pytest.raises(ValueError, match="already means"):
        declare_stream(LUCK, "something new")


@pytest.mark.parametrize("seed", [-1, 1.5, "7"])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(FupinError, match="whole number"):
        Draws(seed)


def test_seeds_from_numpy_and_from_python_are_the_same() -> None:
    assert Draws(np.int64(7)) == Draws(7)  # type: ignore[arg-type]
