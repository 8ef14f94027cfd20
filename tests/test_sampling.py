"""Villages are drawn in proportion to their households: nested, unbiased, and with errors that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.model.draws import Draws
from fupin.scenarios.frame import build_frame
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.sampling import LEAST, draw_villages, entry, inclusion, strata
from fupin.scenarios.survey import Survey

PROFILE = load_profile("baoding")


def test_every_stratum_is_sampled_twice_and_its_weights_restore_its_households():
    villages = build_frame(PROFILE, Draws(3)).villages
    stratum, size = strata(villages), villages["households"]
    for share in (0.001, 0.01, 0.3, 0.7):
        rows, weights = draw_villages(villages, share, Draws(3))
        assert np.bincount(stratum[rows]).min() >= LEAST
        assert weights.min() >= 1.0
        restored = np.bincount(stratum[rows], weights * size[rows])
        np.testing.assert_allclose(restored, np.bincount(stratum, size))
        assert share < 0.01 or size[rows].sum() / size.sum() == pytest.approx(share, rel=0.45 if share < 0.1 else 0.05)


sizes = st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=25)


@given(sizes, st.integers(0, 2**32 - 1))
def test_a_sample_grows_village_by_village_and_holds_those_that_are_certain(size, seed):
    size = np.array(size)
    place = entry(np.random.default_rng(seed).uniform(size=len(size)), size)
    assert sorted(place) == list(range(len(size)))
    for wanted in range(1, len(size) + 1):
        chance = inclusion(size, wanted)
        assert chance.sum() == pytest.approx(wanted)
        assert (place[chance == 1.0] < wanted).all()
        rest = chance < 1.0
        np.testing.assert_allclose(chance[rest] / size[rest], (chance[rest] / size[rest])[:1].repeat(rest.sum()))


def test_a_village_is_drawn_as_often_as_its_size_says():
    size, drawn = np.repeat([100.0, 200.0, 400.0], 10), np.zeros(30)
    rng = np.random.default_rng(5)
    for _ in range(4000):
        drawn += entry(rng.uniform(size=30), size) < 4
    often = drawn.reshape(3, 10).mean(axis=1) / 4000
    np.testing.assert_allclose(often, inclusion(size, 4)[[0, 10, 20]], rtol=0.04)


@pytest.fixture(scope="module")
def drawn_often():
    """The frame's villages and 250 samples of them, each as rows and a survey of villages alone."""
    frame = build_frame(PROFILE, Draws(1)).villages
    samples = []
    for seed in range(250):
        rows, weights = draw_villages(frame, 0.01, Draws(seed))
        samples.append((rows, Survey({name: frame[name][rows] for name in frame} | {"weight": weights}, {}, {})))
    return frame, samples


def test_samples_are_unbiased_for_totals_and_know_their_errors(drawn_often):
    frame, samples = drawn_often
    for of_village in (np.ones(len(frame["uid"])), frame["collective_assets"], frame["households"] * frame["road"]):
        totals = [survey.total(of_village[rows]) for rows, survey in samples]
        told = [survey.standard_error(total) for (_, survey), total in zip(samples, totals, strict=True)]
        values = [total.value for total in totals]
        assert abs(np.mean(values) - of_village.sum()) < 3 * np.std(values) / np.sqrt(len(values))
        assert np.sqrt(np.mean(np.square(told))) == pytest.approx(np.std(values), rel=0.15)


def test_what_follows_the_number_of_households_is_known_better_than_from_equal_chances(drawn_often):
    frame, samples = drawn_often
    homes, stratum = frame["households"] * frame["road"], strata(frame)  # homes with a hardened road
    found = [survey.total(homes[rows]).value for rows, survey in samples]
    n = np.maximum(np.round(0.01 * np.bincount(stratum)), LEAST)
    equal = sum(len(y) ** 2 / n[h] * y.var(ddof=1) for h in range(18) for y in [homes[stratum == h]])
    assert np.var(found) < 0.25 * equal
