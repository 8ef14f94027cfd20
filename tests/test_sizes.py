"""Claims about sizes: what makes an instrument larger, the factor that meets a budget, and what cannot meet it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from replicated_worlds import asked

from fupin.experiments.compare import Arm
from fupin.experiments.replicated import budget, tables
from fupin.experiments.replicated.budget import Fit, corrected, root
from fupin.experiments.replicated.run import run_replicates
from fupin.labels import Label
from fupin.model.instruments.kinds import instrument_kinds
from fupin.scenarios.scenario import load_scenario
from fupin.scenarios.sizing import largest_factor, resized, scaled_values, unscaled


def test_every_instrument_names_what_makes_it_larger_or_says_why_nothing_does() -> None:
    for kind, cls in instrument_kinds().items():
        assert bool(cls.sized_by) != bool(cls.not_sized), kind
        for name in cls.sized_by:
            (record,) = [one for one in cls.Settings.describe() if one["name"] == name]
            assert record["kind"] == "number", (kind, name)
            assert (record["low"] is not None and record["low"] <= 0) or name == "standard", (kind, name)


def resolved(*policies: str) -> Arm:
    return Arm(Label("", ""), load_scenario("fuping").with_policies(policies).resolve())


def test_a_factor_scales_what_the_reference_lacks_and_moves_away_from_what_it_has() -> None:
    reference = resolved("baseline-2014").scenario
    industry, security = resolved("industry").scenario, resolved("security").scenario
    assert resized(industry, reference, 1.0) == industry
    double = {chosen.id: chosen.settings for chosen in resized(industry, reference, 2.0).instruments}
    assert double["production_grant"].at(24200).share_per_year == pytest.approx(0.3)
    assert double["production_grant"].at(24200).grant == 5000
    assert double["village_workshop"].at(2018 * 12).share_per_year == pytest.approx(0.24)
    assert double["dibao"] == next(iter(reference.instruments)).settings
    half = resized(security, reference, 0.5).instruments[0].settings
    assert half.at(2016 * 12).coverage == pytest.approx(0.5 * (0.077 + 0.12))
    assert half.at(2015 * 12).coverage == pytest.approx(0.081)
    assert half.at(2016 * 12).standard == reference.instruments[0].settings.at(2016 * 12).standard
    nothing = resized(security, reference, 0.0).instruments[0].settings
    theirs = reference.instruments[0].settings
    assert all(vars(nothing.at(month)) == vars(theirs.at(month)) for month in range(2012 * 12, 2021 * 12))


def test_settings_stop_at_the_end_of_their_range_and_say_so() -> None:
    reference, industry = resolved("baseline-2014").scenario, resolved("industry").scenario
    assert largest_factor(industry, reference) == pytest.approx(1 / 0.08)
    values = scaled_values(industry, reference, 10.0)
    assert {(one.instrument, one.used, one.at_limit) for one in values} == {
        ("production_grant", 1.0, True), ("village_workshop", 0.8, False), ("village_workshop", 1.0, True),
    }  # fmt: skip
    assert unscaled(industry, reference) == []
    assert unscaled(resolved("duties-and-rewards").scenario, resolved("do-nothing").scenario) != []


@pytest.mark.parametrize(
    ("spending", "state"),
    [
        (lambda factor: 3e6 * factor, "met"),
        (lambda factor: 9e6 * factor**0.4 + 1e5, "met"),
        (lambda factor: 2e6 * math.floor(200 * factor) / 200, "met"),
        (lambda factor: min(4e6 * factor, 6e6), "capacity"),
        (lambda factor: 3e7 + factor, "floor"),
    ],
)
def test_the_root_is_found_in_few_steps_or_it_is_said_why_not(spending: Callable[[float], float], state: str) -> None:
    fit = root(spending, 1e7, 50.0)
    assert fit.state == state
    assert fit.evaluations <= 8
    if state == "met":
        assert fit.spent == pytest.approx(1e7, rel=0.01)


def test_what_cannot_be_scaled_is_left_as_it_is_written() -> None:
    assert root(lambda factor: 5e6, 1e7, 0.0).state == "fixed"


def test_a_size_is_corrected_by_what_all_replicates_spent() -> None:
    question = asked("industry", budget=1e7)
    arm = question.arms["industry"]
    fit = Fit(2.0, 1.0e7, "met", slope=0.5)
    assert corrected(fit, [(2.0, 1.005e7)], question, arm) is None
    better = corrected(fit, [(2.0, 1.1e7)], question, arm)
    assert better is not None
    assert better.factor == pytest.approx(2.0 * 1.1 ** (-1 / 0.5))
    between = corrected(fit, [(1.0, 0.8e7), (2.0, 1.25e7)], question, arm)
    assert between is not None
    assert between.factor == pytest.approx(math.sqrt(2.0))
    assert corrected(fit, [(12.5, 0.5e7)], question, arm) is None  # at the end of every range


def test_arms_spend_the_budget_within_one_per_cent_or_say_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "PILOTS", 1)  # so that the size has to be corrected when the second replicate is in
    fits = run_replicates(asked("security", replicates=2, budget=2.5e7), tmp_path, engine="here")
    for arm in fits.arms:
        assert fits.fits[arm].state == "met"
        assert fits.costs(arm)["gross"] == pytest.approx(2.5e7, rel=0.01)
    assert set(fits.sizes["arm"]) == set(fits.arms)
    assert (tmp_path / "runs-2").exists()
    assert len(fits.interactions) == 0
    head, lines = tables.sizes_table(fits, "en")
    assert len(lines) > len(fits.arms)
    assert all(len(line.values) == len(head) - 1 for line in lines)
    numbers = [line.values[1].split(" → ") for line in lines if "→" in line.values[1]]
    assert all(len(number.replace(",", "").replace("0.", "", 1).strip("0")) <= 5 for pair in numbers for number in pair)
