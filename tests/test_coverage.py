"""Samples of villages tell the truth about their region, and how far they may be from it."""

from __future__ import annotations

import json
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import START, instruments, region, villages

from fupin.cli import app
from fupin.errors import FupinError
from fupin.experiments.coverage import HEADLINE, LEVEL, QUANTITIES, Coverage, Judged, coverage, measured
from fupin.model.draws import standard_normal
from fupin.model.measures import gini, gini_of_sample
from fupin.model.outcomes import measure
from fupin.model.snapshot import Snapshot
from fupin.scenarios.overrides import prepare
from fupin.scenarios.survey import Survey

RNG = np.random.default_rng(7)
COUNTY = np.repeat([0, 1], [5, 4])
AMOUNT, HEADS = RNG.gamma(2.0, 50.0, len(COUNTY)), RNG.integers(20, 60, len(COUNTY)).astype(float)


def survey_of(rows: Any, weight: Any) -> Survey:
    """Villages of the small population; every village is one household."""
    rows = np.asarray(rows)
    poor = np.zeros(len(rows), bool)
    tables = {"weight": np.asarray(weight, float), "county": COUNTY[rows], "poor_village": poor}
    return Survey(tables, {"village": np.arange(len(rows))}, {})


def all_samples() -> list[tuple[list[int], list[float]]]:
    """Every way to draw two villages of each stratum, with the design weights."""
    first, second = combinations(range(5), 2), combinations(range(5, 9), 2)
    return [([*a, *b], [5 / 2] * 2 + [4 / 2] * 2) for a, b in product(first, second)]


def test_over_all_samples_totals_and_their_variances_are_right_on_average() -> None:
    values, variances = [], []
    for rows, weight in all_samples():
        survey = survey_of(rows, weight)
        estimate = survey.total(AMOUNT[rows])
        values.append(estimate.value)
        variances.append(survey.standard_error(estimate) ** 2)
    assert len(values) == 60
    assert np.mean(values) == pytest.approx(AMOUNT.sum(), rel=1e-12)
    assert np.mean(variances) == pytest.approx(np.var(values), rel=1e-12)


def test_over_all_samples_ratios_are_nearly_right_on_average() -> None:
    values, variances = [], []
    for rows, weight in all_samples():
        survey = survey_of(rows, weight)
        estimate = survey.ratio(AMOUNT[rows], HEADS[rows])
        values.append(estimate.value)
        variances.append(survey.standard_error(estimate) ** 2)
    assert np.mean(values) == pytest.approx(AMOUNT.sum() / HEADS.sum(), rel=0.02)
    assert np.mean(variances) == pytest.approx(np.var(values), rel=0.2)


def test_a_sample_of_everything_has_no_error() -> None:
    everything = survey_of(np.arange(len(COUNTY)), np.ones(len(COUNTY)))
    for estimate in (everything.total(AMOUNT), everything.ratio(AMOUNT, HEADS), everything.gini(AMOUNT, HEADS)):
        assert everything.standard_error(estimate) == 0.0
        assert everything.degrees_of_freedom(estimate) == np.inf
    assert everything.ratio(AMOUNT, HEADS).value == AMOUNT.sum() / HEADS.sum()


def test_degrees_of_freedom_are_between_those_of_the_worst_stratum_and_villages_less_strata() -> None:
    for rows, weight in all_samples():
        survey = survey_of(rows, weight)
        assert 1.0 <= survey.degrees_of_freedom(survey.total(AMOUNT[rows])) <= len(rows) - 2


def test_gini_of_a_sample_counts_neighbours_as_often_as_the_region_does() -> None:
    village = np.repeat(np.arange(5), [3, 4, 2, 5, 3])
    income, heads = RNG.gamma(2.0, 50.0, 17), RNG.integers(1, 5, 17).astype(float)
    times = np.array([3.0, 1.0, 7.0, 2.0, 5.0])
    near = village[:, None] == village[None, :]
    pairs = np.outer(heads * times[village], heads * times[village])
    everybody, right = pairs.sum(), np.where(near, np.outer(heads, heads) * times[village], 0.0)
    right += np.where(near, 0.0, pairs * (everybody - right.sum()) / pairs[~near].sum())
    mean = income @ (heads * times[village]) / np.sqrt(everybody)
    expected = (right * np.abs(income[:, None] - income[None, :])).sum() / everybody / (2.0 * mean)
    assert gini_of_sample(income, heads, times[village], village) == pytest.approx(expected, rel=1e-12)
    assert gini_of_sample(income, heads, np.ones(17), village) == gini(income, heads)
    assert gini_of_sample(income, heads, np.full(17, 9.0), np.zeros(17, int)) == pytest.approx(gini(income, heads))


def test_what_a_quota_fixes_has_no_error_and_what_its_holders_get_has_one() -> None:
    for rows, weight in all_samples()[:5]:
        survey = survey_of(rows, weight)
        assert survey.standard_error(survey.of_fixed_number(3.0 * HEADS[rows], HEADS[rows])) < 1e-9
        paid = survey.of_fixed_number(AMOUNT[rows], HEADS[rows])
        assert paid.value == pytest.approx(survey.total(AMOUNT[rows]).value)
        assert survey.standard_error(paid) > 0.0


def test_contributions_to_gini_are_its_derivatives_by_the_weights() -> None:
    weight = RNG.uniform(1.0, 5.0, len(COUNTY))
    rows = np.arange(len(COUNTY))
    estimate, plain = survey_of(rows, weight).gini(AMOUNT, HEADS), gini(AMOUNT, weight * HEADS)
    for row in rows:
        more = weight.copy()
        more[row] *= 1.0 + 1e-6
        slope = (gini(AMOUNT, more * HEADS) - plain) / 1e-6
        assert estimate.contribution[row] == pytest.approx(slope, abs=1e-7)


# quantities of a region that has lived


def test_a_quantity_is_the_outcome_it_is_named_after() -> None:
    world = region(villages(40), instruments("dibao"), years=2)
    world.run_to(START + 23)
    outcomes, found = measure(Snapshot(world)), measured(world)
    named = [quantity.name for quantity in QUANTITIES if quantity.name in outcomes]
    assert len(named) >= 13
    for name in named:
        assert found[name][0] == pytest.approx(outcomes[name], rel=1e-12), name
    h = world.rows("household")
    persons = float(h.weight @ h.members)
    assert found["persons"][0] == pytest.approx(persons)
    assert found["registered_share"][0] == pytest.approx(outcomes["registered"] / persons)
    for name in ("income", "headcount", "gini", "local_share", "public_cost"):
        _, error, width = found[name]
        assert width > 1.6 * error > 0.0, name
    homes = float(h.weight[h.members > 0].sum())
    assert found["households"][0] == pytest.approx(homes)


# verdicts


def judged(estimates: Any, half_width: float, name: str = "income") -> Judged:
    quantity = next(quantity for quantity in QUANTITIES if quantity.name == name)
    estimates = np.asarray(estimates, float)
    return Judged(quantity, 100.0, estimates, np.ones_like(estimates), np.full_like(estimates, half_width))


def verdicts(*of: Judged) -> Coverage:
    return Coverage(prepare("baoding").resolve(), (), of, 0, 0.0, 0.0, 0.0, None)


def test_mean_error_its_standard_error_and_coverage_are_counted() -> None:
    one = judged([98.0, 100.0, 101.0, 105.0], half_width=2.0)
    assert one.bias == 1.0
    assert one.bias_error == pytest.approx(np.std([98, 100, 101, 105], ddof=1) / 2)
    assert one.covered == 0.75
    assert one.unbiased
    assert not one.covers


def normal(samples: int, bias: float = 0.0) -> Any:
    """Errors whose quantiles are those of the normal distribution, in units of their standard deviation."""
    return 100.0 + bias + standard_normal((np.arange(samples) + 0.5) / samples)


def test_right_intervals_of_an_unbiased_estimator_hold() -> None:
    one = judged(normal(100), half_width=1.645)
    assert one.covered == LEVEL
    assert verdicts(one).holds


@pytest.mark.parametrize(
    ("estimates", "half_width"),
    [(normal(100, bias=0.6), 1.645), (normal(100), 0.8), (normal(200), 4.0)],
    ids=["biased", "too narrow", "too wide"],
)
def test_a_biased_estimator_and_wrong_intervals_do_not_pass(estimates: Any, half_width: float) -> None:
    assert not verdicts(judged(estimates, half_width)).holds


@pytest.mark.parametrize(
    ("bias", "half_width"), [(0.4, 1.645), (0.0, 2.5), (0.0, 1.1)], ids=["off", "too wide", "too narrow"]
)
def test_headline_quantities_are_judged_strictly(bias: float, half_width: float) -> None:
    good = judged(normal(30), half_width=1.645)
    found = verdicts(good, good, judged(normal(30, bias), half_width, "poverty_gap"))
    assert found.headline_out == 1
    assert not found.holds
    assert verdicts(good, good, judged(normal(30, bias), half_width, "own_share")).holds
    assert set(HEADLINE) <= {quantity.name for quantity in QUANTITIES}


def test_what_chance_may_do_to_the_others_is_out_of_the_limits_but_passes() -> None:
    wide = judged(normal(30), 2.5, "own_share")
    off = judged(normal(30, bias=0.4), 1.645, "migrant_share")
    good = judged(normal(30), half_width=1.645)
    assert wide.covered == 1.0
    assert not off.unbiased
    assert verdicts(wide, off, good, good, good).out == 2
    assert verdicts(wide, off, good, good, good).holds


def test_intervals_of_what_counties_ration_may_be_wide_but_not_narrow() -> None:
    assert verdicts(judged(normal(30), 1.645), judged(normal(200), 4.0, "local_share")).holds
    assert not verdicts(judged(normal(30), 1.645), judged(normal(200), 0.8, "local_share")).holds


# the whole region beside samples of it

CASE = ("check", "coverage", "--area", "Wangdu", "--sample", "0.1", "--samples", "4", "--years", "1", "--json")


def test_samples_of_a_county_are_judged_against_the_county() -> None:
    shown = CliRunner().invoke(app, CASE)
    found = json.loads(shown.stdout)
    assert shown.exit_code == (0 if found["holds"] else 1)
    assert found["seeds"] == [2, 3, 4, 5]
    quantities = {one["name"]: one for one in found["quantities"]}
    # the first list is filled to its quota
    assert quantities.keys() == {quantity.name for quantity in QUANTITIES} - {"registered"}
    assert found["households"] > 60_000
    for one in quantities.values():
        assert len(set(one["estimates"])) == 4, one["name"]
        assert abs(one["mean_error"]) < 6.0 * one["standard_error_of_mean"], one["name"]
        assert one["rationed"] or 0.1 < one["spread"] / one["standard_error"] < 4.0, one["name"]


def test_one_sample_or_a_sample_of_everything_cannot_be_judged() -> None:
    with pytest.raises(FupinError, match="allowed: 2 or more"):
        coverage(prepare("baoding").resolve(), 1)
    with pytest.raises(FupinError, match="below 1"):
        coverage(prepare("baoding", sample=1.0).resolve(), 3)
