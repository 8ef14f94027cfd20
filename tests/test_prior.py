"""The prior predictive check: draws see the very quantities that the patterns check sees, in the worlds that judge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fupin import cli
from fupin.calibration.experiments import all_quantities
from fupin.calibration.history import back_in, history_quantities
from fupin.calibration.patterns import panel_of
from fupin.calibration.prior import judge_draws, patterns_at, prior_study
from fupin.errors import FupinError
from fupin.experiments.study.design import Job, Study
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import load_scenario

REFERENCE, HISTORY = "baseline-2014", "history"


def world(policy: str) -> ResolvedScenario:
    small = load_scenario("baoding").changed(sample=0.001, area=("Fuping",), years=6)
    return small.with_policies([policy]).resolve()


@pytest.fixture(scope="module")
def study() -> Study:
    return prior_study({REFERENCE: world(REFERENCE), HISTORY: world(HISTORY)}, 10, seed=1, reference=world(REFERENCE))


def declared(study: Study, run: int) -> Job:
    """A job with every parameter where it is declared."""
    from fupin.experiments.sensitivity import factors_of

    same = {factor.path: factor.declared for factor in factors_of((), [world(REFERENCE), world(HISTORY)])}
    job = study.job(run, lambda: None)
    return Job({**job.row, **same}, job.shared, job.arm, job.check)


def test_at_the_declared_values_a_draw_is_what_the_patterns_check_computes(study: Study) -> None:
    found = patterns_at(declared(study, 0))["patterns"]
    known = all_quantities(world(REFERENCE))
    assert set(found) == set(known)
    for name, value in known.items():
        np.testing.assert_allclose(found[name][0], value, rtol=1e-9, err_msg=name)


def test_history_is_compared_with_the_reference_at_the_same_draw(study: Study) -> None:
    found = patterns_at(declared(study, 1))["patterns"]
    assert "health_shock_year_1" not in found  # paired experiments are made once, in the first world
    region, panel = panel_of(world(HISTORY))
    known = history_quantities(world(HISTORY), region, panel)
    for name in ("excess_wage_2019", "excess_transfer_2019", "registered_2015"):
        np.testing.assert_allclose(found[name][0], known[name], rtol=1e-9, err_msg=name)


def test_who_is_back_on_the_list_is_counted_in_persons_of_those_who_had_left() -> None:
    panel = {2015: {"registry": np.array([2, 2, 2, 1, 0])}, 2016: {"registry": np.array([1, 2, 2, 1, 1])}}
    persons = {2015: np.full(5, 9.0), 2016: np.array([3.0, 4.0, 5.0, 6.0, 7.0])}
    assert back_in(2016, panel, persons) == 3.0 / 12.0
    assert back_in(2016, {2015: panel[2016], 2016: panel[2015]}, persons) == 0.0
    nobody = {2015: {"registry": np.array([0, 1])}, 2016: {"registry": np.array([1, 1])}}
    assert back_in(2016, nobody, {2016: np.ones(2)}) is None


def test_every_draw_has_its_own_seed_and_the_same_parameters_in_both_worlds(study: Study) -> None:
    design = study.design
    assert design.groupby("sample_point")["seed"].nunique().max() == 1
    assert design["seed"].nunique() == 10
    assert (design.groupby("sample_point")["labour.earnings_weight"].nunique() == 1).all()
    u = np.sort(design["labour.earnings_weight"].unique())
    parts = np.floor((u - 0.8) / (2.5 - 0.8) * 10)
    assert parts.tolist() == list(range(10))  # one in every tenth of the range


def test_data_are_inside_if_the_middle_of_the_draws_holds_them() -> None:
    draws = np.linspace(0.0, 1.0, 101)
    frame = pd.DataFrame({"arm": REFERENCE, "headcount_2014": 14.0 + draws, "gini_2017": np.nan, "wage_2014": 1e4})
    frame["property_2014"] = 90.0 + draws  # the datum is 82, its tolerance goes to 102
    rows = {row.target.quantity: row for row in judge_draws(frame, [REFERENCE])}
    assert set(rows) == {"headcount_2014", "wage_2014", "property_2014"}
    assert not rows["property_2014"].inside
    assert rows["property_2014"].reached
    assert rows["headcount_2014"].inside
    assert (rows["headcount_2014"].low, rows["headcount_2014"].high) == pytest.approx((14.05, 14.95))
    assert rows["headcount_2014"].within == 1.0
    assert not rows["wage_2014"].inside
    assert not rows["wage_2014"].reached
    assert rows["wage_2014"].within == 0.0


def test_rows_of_a_world_that_is_not_simulated_are_not_judged() -> None:
    frame = pd.DataFrame({"arm": [HISTORY], "headcount_2019": [3.0], "log_sd_2014": [0.6], "wage_2014": [2240.0]})
    assert {row.target.quantity for row in judge_draws(frame, [HISTORY])} == {"headcount_2019", "log_sd_2014"}


def test_years_that_the_patterns_need_must_be_simulated() -> None:
    short = load_scenario("baoding").changed(years=3).resolve()
    with pytest.raises(FupinError, match="2012 to 2019"):
        prior_study({REFERENCE: short}, 20)


def test_too_few_draws_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["check", "patterns", "--prior", "3"])
    assert caught.value.code == 2
    assert "at least 10" in capsys.readouterr().err
