"""Conditions, regret and search: planted truths are found, and what is found can be run again."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fupin import cli
from fupin.errors import FupinError
from fupin.experiments.decide.conditions import condition, factor_labels, sentence
from fupin.experiments.decide.figures import apart, drawing_of_regret
from fupin.experiments.decide.fresh import on_fresh_seeds
from fupin.experiments.decide.pairs import advantage, by_arm
from fupin.experiments.decide.prim import Limit, find_boxes
from fupin.experiments.decide.robust import regret_table
from fupin.experiments.decide.search import Aim, Lever, pareto_of, search
from fupin.experiments.decide.tables import pareto_table
from fupin.experiments.report.of_search import explained, report_of_search
from fupin.experiments.report.page import page_of
from fupin.experiments.sensitivity import Plan, study_of
from fupin.experiments.sensitivity.known import plain_factors
from fupin.experiments.study import Study, open_study, run_study
from fupin.experiments.study.design import Job
from fupin.experiments.study.simulate import TASK_OF_A_WORLD, simulate
from fupin.labels import Label
from fupin.library import library
from fupin.model.ledger import LedgerError
from fupin.model.parameters import load_parameters
from fupin.scenarios.scenario import load_scenario


def planted(count: int = 1000) -> tuple[pd.DataFrame, np.ndarray]:
    luck = np.random.default_rng(3)
    points = pd.DataFrame(luck.uniform(size=(count, 5)), columns=list("abcde"))
    inside = (points["b"] > 0.6) & (points["d"] < 0.5)
    return points, np.asarray(np.where(inside, luck.uniform(size=count) < 0.95, luck.uniform(size=count) < 0.05))


def test_a_planted_box_is_found_with_its_two_limits_and_no_other() -> None:
    points, happened = planted()
    box = find_boxes(points, happened, most=1)[0]
    assert {limit.factor for limit in box.limits} == {"b", "d"}
    limits = {limit.factor: limit for limit in box.limits}
    assert limits["b"].low == pytest.approx(0.6, abs=0.05)
    assert np.isinf(limits["b"].high)
    assert limits["d"].high == pytest.approx(0.5, abs=0.05)
    assert box.density > 0.85
    assert box.coverage > 0.75


def test_coverage_and_density_are_what_they_say() -> None:
    points, happened = planted()
    for box in find_boxes(points, happened):
        inside = box.holds(points)
        assert box.density == pytest.approx(happened[inside].mean())
        assert box.coverage == pytest.approx((happened & inside).sum() / happened.sum())


def test_where_nothing_matters_no_box_is_found() -> None:
    luck = np.random.default_rng(5)
    points = pd.DataFrame(luck.uniform(size=(400, 2)), columns=["a", "b"])
    found = [find_boxes(points, luck.uniform(size=400) < 0.5, most=1) for _ in range(20)]
    # a peeling looks at many boxes, so chance limits survive its test now and then, but such boxes tell little
    assert np.mean([not boxes or boxes[0].density < 0.75 for boxes in found]) > 0.8


def test_levels_are_peeled_whole() -> None:
    points = pd.DataFrame({"levels": np.repeat([1.0, 2.0, 3.0], 100), "x": np.tile(np.arange(100.0), 3)})
    box = find_boxes(points, (points["levels"] == 3.0).to_numpy(), most=1)[0]
    assert [(limit.factor, limit.low) for limit in box.limits] == [("levels", 3.0)]
    assert box.density == box.coverage == 1.0


def test_worlds_that_are_no_numbers_are_refused() -> None:
    points, happened = planted(50)
    points.iloc[7, 2] = np.nan
    with pytest.raises(FupinError, match="world 7"):
        find_boxes(points, happened)
    with pytest.raises(FupinError, match="0 of 50"):
        find_boxes(planted(50)[0], np.zeros(50, np.bool_))


def test_a_condition_at_the_end_of_a_range_is_one_that_worlds_can_meet() -> None:
    low = Limit("x", -math.inf, -1.5, 0.01)  # the lowest of some levels: no world lies below it
    label = Label("本地务工偏好", "local taste")
    assert condition(low, label, "", "zh") == "本地务工偏好不高于 −1.5"
    assert condition(low, label, "", "en") == "local taste is at most −1.5"
    assert condition(Limit("x", 2.0, math.inf, 0.01), label, "", "en") == "local taste is at least 2"


def test_a_factor_whose_levels_are_words_is_told() -> None:
    with pytest.raises(FupinError, match="the levels of factor 'mode' are words"):
        find_boxes(pd.DataFrame({"mode": ["a", "b"] * 10}), [True, False] * 10)


def test_a_box_is_said_in_a_sentence_in_both_languages() -> None:
    book = load_parameters(library("model", "parameters"))
    points = pd.DataFrame(
        {"wages.return_to_nine": np.linspace(0.02, 0.045, 200), "grants.share": np.linspace(0, 1, 200)}
    )
    happened = (points["wages.return_to_nine"] > 0.03).to_numpy()
    box = find_boxes(points[["wages.return_to_nine"]], happened, most=1)[0]
    labels = factor_labels(list(points.columns), book, {})
    a, b = Label("产业", "industry"), Label("搬迁", "relocation")
    assert sentence(box, a, b, labels, "en").startswith(
        "industry beats relocation when return to a year of schooling to nine years is at least 0.0297 log/year: so in"
    )
    told = sentence(box, a, b, labels, "en", "income per head", "5 %")
    assert "industry beats relocation in income per head by more than 5 % when" in told
    assert "产业在人均收入上优于搬迁（超过 5 %）" in sentence(box, a, b, labels, "zh", "人均收入", "5 %")
    assert sentence(box, a, b, labels, "zh").startswith("当初中及以下教育回报不低于 0.0297 对数/年时，产业优于搬迁")


def test_regret_is_what_the_best_would_have_given_more() -> None:
    values = pd.DataFrame({"a": [10.0, 1.0], "b": [6.0, 5.0], "c": [5.0, 5.0]})
    table = regret_table(values, 1, enough=5.0).set_index("policy")
    assert list(table.index) == ["a", "b", "c"] or list(table.index) == ["b", "a", "c"]
    assert table.loc["a", "regret_most"] == 4.0
    assert table.loc["b", "regret_most"] == 4.0
    assert table.loc["c", "regret_mean"] == 2.5
    assert table.loc["b", "satisfied"] == 1.0
    assert table.loc["a", "satisfied"] == 0.5
    less = regret_table(-values, -1).set_index("policy")
    assert less.loc["c", "regret_most"] == 5.0


def task(job: Job) -> dict[str, dict[str, list[float]]]:
    """A headcount in which the arm `plan` does better where x is above a half."""
    x = float(job.row["x"])
    return {"outcomes": {"year": [2020.0], "headcount": [0.2 if job.row["arm"] == "as it is" else 0.25 - 0.1 * x]}}


@pytest.mark.parametrize(("lang", "points", "level"), [("en", "percentage points", "%"), ("zh", "百分点", "%")])
def test_differences_of_a_share_are_said_in_points(
    lang: str, points: str, level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    x = np.linspace(0.0, 1.0, 60)
    design = pd.DataFrame({"arm": np.repeat(["plan", "as it is"], 60), "x": np.tile(x, 2)})
    study = Study("made", f"{__name__}:task", design, {}, arms={"plan": {}, "as it is": {}})
    run_study(study, tmp_path / "study", engine="here")

    def told(*words: str) -> str:
        with pytest.raises(SystemExit) as caught:
            cli.main([words[0], str(tmp_path / "study"), *words[1:], "--lang", lang])
        assert not caught.value.code
        return capsys.readouterr().out

    by = told("discover", "--better", "plan", "--other", "as it is", "--by", "0.02")
    assert f"2.0 {points}" in by
    assert f"2.0 {level}" not in by
    head = told("robust").splitlines()[0]
    assert head.count(points) == 3  # the three columns of regret
    assert f"({level})" in head  # the outcome itself
    values = pd.DataFrame({"plan": [0.1, 0.2], "as it is": [0.2, 0.2]})
    assert points in drawing_of_regret(values, "headcount", {}, lang).subtitle


def failing(job: Job) -> dict[str, dict[str, list[float]]]:
    """`task`, but that some runs end badly."""
    if job.row["x"] == 0.0:
        raise (LedgerError if job.shared["books"] else ValueError)("it went wrong")
    return task(job)


@pytest.mark.parametrize(("books", "code"), [(False, 0), (True, 3)])
@pytest.mark.parametrize("command", ["discover", "robust"])
def test_runs_that_failed_are_told_and_unbalanced_books_by_the_exit_code(
    command: str, books: bool, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = pd.DataFrame({"arm": np.repeat(["plan", "as it is"], 60), "x": np.tile(np.linspace(0.0, 1.0, 60), 2)})
    study = Study("made", f"{__name__}:failing", design, {"books": books}, arms={"plan": {}, "as it is": {}})
    run_study(study, tmp_path / "study", engine="here")
    words = ["--better", "plan", "--other", "as it is"] if command == "discover" else []
    with pytest.raises(SystemExit) as caught:
        cli.main([command, str(tmp_path / "study"), *words, "--lang", "en"])
    told = capsys.readouterr()
    assert (caught.value.code or 0) == code
    assert f"2 of 120 runs failed and are not in: {'Ledger' if books else 'Value'}Error: it went wrong" in told.err
    assert "plan" in told.out


def test_numbers_of_pareto_points_do_not_stand_upon_each_other() -> None:
    places = np.column_stack([np.arange(50.0), np.zeros(50)])
    chosen = apart(places, 10.0)
    assert {0, 49} <= set(chosen)
    assert min(np.diff(chosen)) >= 9
    assert len(chosen) >= 5
    assert apart(places[:1], 10.0) == [0]
    assert apart(places[:0], 10.0) == []
    assert apart(places * 20, 10.0) == list(range(50))  # where there is room, all are numbered


def test_pareto_points_are_those_that_nothing_beats() -> None:
    aims = [Aim("headcount"), Aim("public_cost", "sum")]
    points = pd.DataFrame(
        {
            "headcount@last": [0.1, 0.2, 0.2, 0.05],
            "public_cost@sum": [5.0, 4.0, 6.0, 99.0],
            "cost": [5.0, 4.0, 6.0, 99.0],
        }
    ).assign(cost=lambda table: table["public_cost@sum"])
    assert list(pareto_of(points, aims, budget=10.0)["headcount@last"]) == [0.1, 0.2]
    assert len(pareto_of(points, aims)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [("grants.budget", "not understood"), ("grants.budget=5:1", "LOW below HIGH"), ("x=a:b", "not understood")],
)
def test_a_lever_that_is_not_understood_is_told(text: str, message: str) -> None:
    with pytest.raises(FupinError, match=message):
        Lever.read(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [("headcout", "did you mean 'headcount'"), ("headcount@first", "allowed: last"), ("own_share", "nobody says")],
)
def test_an_aim_that_is_not_known_is_told(text: str, message: str) -> None:
    with pytest.raises(FupinError, match=message):
        Aim.read(text)


def results_of(folder: Path) -> pd.DataFrame:
    return open_study(folder).frame(["poverty_gap"])


def test_a_point_without_a_number_is_no_pareto_point() -> None:
    points = pd.DataFrame(
        {"headcount@last": [0.1, math.nan, 0.2], "gini@last": [0.3, 0.1, 0.4], "cost": [1.0, 1.0, 1.0]}
    )
    assert list(pareto_of(points, [Aim("headcount"), Aim("gini")])["headcount@last"]) == [0.1]


def test_a_search_finds_a_pareto_set_whose_points_run_again_to_the_same_numbers(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    scenario = load_scenario("baoding").with_policies(["industry"])
    scenario = scenario.changed(sample=0.001, area=("Fuping",), years=1, burn_in_years=0)
    kind = scenario.instrument_ids[0]
    levers = [Lever(f"{kind}.budget", 0.0, 5e7)]
    aims = [Aim("poverty_gap"), Aim("public_cost", "sum")]
    found = search(scenario, levers, aims, tmp_path / "a", budget=4e7, generations=2, size=4, engine="here")
    assert len(found.points) == 8
    assert 1 <= len(found.pareto) <= 8
    assert (found.pareto["cost"] <= 4e7).all()
    world = found.world(0).resolve()
    study = Study("again", TASK_OF_A_WORLD, pd.DataFrame({"arm": ["x"]}), {}, {"x": {"toml": world.to_toml()}})
    again = run_study(study, tmp_path / "b" / "again", engine="here").frame(["poverty_gap", "public_cost"])
    row = found.pareto.iloc[0]
    assert again["poverty_gap"].iloc[-1] == row["poverty_gap@last"]
    assert again["public_cost"].sum() == row["public_cost@sum"]
    assert explained(found, "en")[0].count("pareto-00") == 1
    page = page_of(report_of_search(found, 4e7, {levers[0].path: (Label("预算", "budget"), "")}, "fupin search", "zh"))
    assert page.count("<svg") == 1
    checked = on_fresh_seeds(found, tmp_path / "a", 3, engine="here")
    row = checked.pareto.iloc[0]
    tried = results_of(tmp_path / "a" / "fresh-3")
    assert set(tried["seed"]) == {world.seed + 1, world.seed + 2, world.seed + 3}  # none that it was chosen on
    assert row["poverty_gap@last.fresh"] == pytest.approx(tried[tried["sample_point"] == 0]["poverty_gap"].mean())
    assert row["poverty_gap@last.fresh_low"] <= row["poverty_gap@last.fresh"] <= row["poverty_gap@last.fresh_high"]
    assert checked.runs == 8 + 3 * len(found.pareto)
    assert "fresh seeds: poverty gap" in pareto_table(checked, {levers[0].path: (Label("", ""), "")}, "en")[0][3]
    twice = search(scenario, levers, aims, tmp_path / "c", budget=4e7, generations=2, size=4, engine="here")
    pd.testing.assert_frame_equal(twice.points, found.points)


def test_arms_of_a_stored_study_stand_side_by_side_in_each_world(tmp_path: Path) -> None:
    rows = [{"arm": arm, "seed": 1, "x": x} for x in (0.0, 1.0, 2.0) for arm in ("a", "b")]
    study = Study("pairs", "fupin.experiments.study.trials:sums", pd.DataFrame(rows), {}, {"a": {}, "b": {}})
    results = run_study(study, tmp_path / "pairs", engine="here")
    factors, values = by_arm(results, "headcount", 2015)
    assert list(factors["x"]) == [0.0, 1.0, 2.0]
    np.testing.assert_allclose(values["a"], np.sin(np.arange(3.0) + 2015))
    assert (advantage(values, "a", "b", 1) == 0.0).all()
    with pytest.raises(FupinError, match="no year 1999"):
        by_arm(open_study(tmp_path / "pairs"), "headcount", 1999)
    with pytest.raises(FupinError, match="no arm 'z'"):
        advantage(values, "z", "b", 1)


def noisy(job: Job) -> dict[str, dict[str, list[float]]]:
    """A headcount that a seed decides, and that is no number at one point if so asked."""
    spoilt = job.shared.get("spoilt") == job.row["sample_point"]
    return {"outcomes": {"year": [2020.0], "headcount": [math.nan if spoilt else float(job.row["seed"])]}}


def test_points_that_were_repeated_to_measure_noise_count_once(tmp_path: Path) -> None:
    plan = Plan("morris", 3, plain_factors(2, 0.0, 1.0), replicates=2)
    arms = {"a": {"zh": "a"}, "b": {"zh": "b"}}
    results = run_study(study_of(plan, arms, task=f"{__name__}:noisy"), tmp_path / "once", engine="here")
    factors, values = by_arm(results, "headcount")
    assert len(factors) == len(values) == 3 * 3
    assert (values == 1.0).all(axis=None)  # the seed of the design itself


def test_a_world_without_a_number_is_not_left_out_in_silence(tmp_path: Path) -> None:
    plan = Plan("morris", 3, plain_factors(2, 0.0, 1.0), replicates=0)
    asked = study_of(plan, {"a": {}, "b": {}}, task=f"{__name__}:noisy", shared={"spoilt": 4})
    with pytest.raises(FupinError, match=r"2 runs in .* have no number for headcount"):
        by_arm(run_study(asked, tmp_path / "nan", engine="here"), "headcount")


def test_a_study_that_is_not_finished_is_not_judged(tmp_path: Path) -> None:
    asked = study_of(Plan("morris", 3, plain_factors(2, 0.0, 1.0)), {"a": {}, "b": {}}, task=f"{__name__}:noisy")
    run_study(asked, tmp_path / "half", engine="here")
    next((tmp_path / "half" / "parts").glob("runs-*.parquet")).unlink()
    with pytest.raises(FupinError, match="not finished"):
        by_arm(open_study(tmp_path / "half"), "headcount")


def test_a_folder_that_is_no_study_of_arms_is_told_what_would_be(tmp_path: Path) -> None:
    run_study(
        Study("plain", "fupin.experiments.study.trials:sums", pd.DataFrame([{"seed": 1, "x": 0.0}]), {}),
        tmp_path / "above" / "runs",
        engine="here",
    )
    with pytest.raises(FupinError, match="fupin sensitivity SCENARIO --policy A --against B"):
        by_arm(open_study(tmp_path / "above" / "runs"), "headcount")
    with pytest.raises(FupinError, match="studies in it: runs"):
        open_study(tmp_path / "above")


def test_the_task_of_a_world_is_the_function_it_names() -> None:
    assert Study("x", TASK_OF_A_WORLD, pd.DataFrame({"seed": [1]})).function() is simulate
