"""Sensitivity: known indices come back through the whole pipeline, noise is no effect, paths keep their shape."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_runs import resolved

from fupin import cli
from fupin.errors import FupinError
from fupin.experiments.figures import draw
from fupin.experiments.sensitivity import Analysis, Factor, Plan, Target, analyse, factors_of, study_of
from fupin.experiments.sensitivity.analysis import outputs_of
from fupin.experiments.sensitivity.factors import SCALE, SHIFT, VALUE, lognormal, moved_values, triangular
from fupin.experiments.sensitivity.figures import drawings_of_sensitivity
from fupin.experiments.sensitivity.known import YEAR, ishigami_indices, plain_factors, sobol_g_indices
from fupin.experiments.sensitivity.methods import METHODS, indices, pawn_medians, sample
from fupin.experiments.sensitivity.noise import two_way
from fupin.experiments.sensitivity.plan import design_of
from fupin.experiments.sensitivity.worlds import moved
from fupin.experiments.study import open_study, run_study
from fupin.experiments.study.simulate import parameter_book, scenario_of
from fupin.scenarios.overrides import with_sets

ISHIGAMI = "fupin.experiments.sensitivity.known:ishigami"
SOBOL_G = "fupin.experiments.sensitivity.known:sobol_g"
ANGLES = plain_factors(3, -math.pi, math.pi)
Y = Target("y", YEAR)
SMALL = ("--years", "1", "--sample", "0.02", "--area", "Fuping", "--set", "burn_in_years=1")


def study(plan: Plan, folder: Path, task: str = ISHIGAMI, **shared: object) -> Analysis:
    asked = replace(study_of(plan, task=task, shared=shared), chunk=500)  # fewer parts to write
    return analyse(plan, run_study(asked, folder, engine="here"), Y)


@pytest.fixture(scope="module")
def ishigami(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    plan = Plan("sobol", 256, ANGLES, second_order=True, replicates=1)
    return study(plan, tmp_path_factory.mktemp("ishigami") / "s")


# known functions


def test_ishigami_comes_back_within_its_intervals(ishigami: Analysis) -> None:
    for path, (first, total) in ishigami_indices().items():
        row = ishigami.indices.set_index("item").loc[path]
        assert row["first_low"] <= first <= row["first_high"], path
        assert row["total_low"] <= total <= row["total_high"], path
        assert row["total_high"] - row["total_low"] < 0.4
    assert list(ishigami.indices["item"]) == ["x1", "x2", "x3"]


def test_the_pair_of_ishigami_that_interacts_is_found(ishigami: Analysis) -> None:
    shares = {(row["one"], row["other"]): row for _, row in ishigami.pairs.iterrows()}
    known = ishigami_indices()["x3"][1]
    assert shares[0, 2]["low"] <= known <= shares[0, 2]["high"]
    assert shares[0, 2]["low"] > 0
    assert all(shares[pair]["low"] < 0 < shares[pair]["high"] for pair in ((0, 1), (1, 2)))


def test_sobol_g_comes_back_within_its_intervals(tmp_path: Path) -> None:
    found = study(Plan("sobol", 128, plain_factors(6, 0.0, 1.0), replicates=0), tmp_path / "s", SOBOL_G).indices
    for path, (first, total) in sobol_g_indices().items():
        row = found.set_index("item").loc[path]
        assert row["first_low"] <= first <= row["first_high"], path
        assert row["total_low"] <= total <= row["total_high"], path


def test_groups_of_sobol_g_have_the_shares_of_their_members(tmp_path: Path) -> None:
    plan = Plan("sobol", 128, plain_factors(6, 0.0, 1.0), grouped=True, replicates=0)
    found = study(plan, tmp_path / "s", SOBOL_G).indices.set_index("item")
    variance = {path: first for path, (first, _) in sobol_g_indices().items()}
    assert list(plan.items) == ["g1", "g2", "g3"]
    assert found.loc["g1", "first_low"] <= variance["x1"] + variance["x2"] + 0.04  # and what the two have together
    assert found.loc["g1", "total"] > 0.9
    assert found.loc["g3", "total"] < 0.01


@pytest.mark.parametrize(("method", "samples"), [("morris", 20), ("pawn", 400), ("rbd_fast", 400), ("delta", 100)])
def test_every_method_tells_strong_factors_from_idle_ones(method: str, samples: int) -> None:
    u = sample(method, 6, None, samples, False, 1)
    y = np.prod([(np.abs(4 * u[:, n] - 2) + a) / (1 + a) for n, a in enumerate((0, 1, 4.5, 9, 99, 99))], axis=0)
    table, _ = indices(method, u, y, None, False, 1, resamples=2)
    main = METHODS[method].main
    assert table[main].iloc[:2].min() > table[main].iloc[3:].max() or method == "delta"
    assert table[main].idxmax() == 0
    assert (table[f"{main}_low"] <= table[main]).all()
    assert (table[main] <= table[f"{main}_high"]).all()


# one's own parts against SALib


def test_pawn_medians_are_those_of_salib() -> None:
    from SALib.analyze import pawn

    rng = np.random.default_rng(1)
    u = rng.random((300, 3))
    y = np.round(u[:, 0] + 0.3 * u[:, 1] ** 2, 1)  # with ties
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    np.testing.assert_allclose(pawn_medians(u, y), pawn.analyze(problem, u, y, S=10)["median"], atol=1e-12)


def test_salib_leaves_the_process_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    u = sample("delta", 2, None, 60, False, 1)
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    indices("delta", u, u[:, 0], None, False, 5, resamples=2)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    assert capsys.readouterr() == ("", "")


def test_the_same_seed_gives_the_same_intervals_and_a_longer_sample_begins_with_the_shorter() -> None:
    u = sample("sobol", 3, None, 64, False, 1)
    tables = [indices("sobol", u, u[:, 0] * u[:, 1], None, False, 7)[0] for _ in range(2)]
    pd.testing.assert_frame_equal(*tables)
    for method in ("morris", "sobol"):
        short, long = (sample(method, 3, None, count, False, 1) for count in (32, 64))
        np.testing.assert_array_equal(short, long[: len(short)])


# outputs that are not numbers


def test_one_value_that_is_not_finite_is_refused_and_its_run_named(tmp_path: Path) -> None:
    plan = Plan("sobol", 8, ANGLES, replicates=0)
    asked = replace(study_of(plan, task=ISHIGAMI, shared={"spoil": 17}), chunk=40)
    results = run_study(asked, tmp_path / "s", engine="here")
    row = design_of(plan)["x2"][17]
    with pytest.raises(FupinError, match=rf"run 17 gave y {YEAR} = nan.* x2={row:g}"):
        analyse(plan, results, Y)


def test_a_run_that_failed_is_named(tmp_path: Path) -> None:
    plan = Plan("morris", 2, (*ANGLES[:2], Factor("x9", "", "", "", "", "", "", 0, 1, 0)), replicates=0)
    results = run_study(study_of(plan, task=ISHIGAMI), tmp_path / "s", engine="here")
    with pytest.raises(FupinError, match=r"8 runs failed.* run 0 \(KeyError: 'x3'\): sample_point=0"):
        analyse(plan, results, Y)


def test_an_outcome_that_nothing_moves_is_told(tmp_path: Path) -> None:
    ends = tuple(replace(one, distribution="discrete", levels=(0.0, 1.0)) for one in plain_factors(6, 0.0, 1.0))
    plan = Plan("morris", 2, ends)  # |4 x - 2| is the same at both ends
    results = run_study(replace(study_of(plan, task=SOBOL_G), chunk=50), tmp_path / "s", engine="here")
    with pytest.raises(FupinError, match="none of these factors moves it"):
        analyse(plan, results, Y)


# noise


def test_factors_that_do_no_more_than_noise_are_listed_and_not_ranked(tmp_path: Path) -> None:
    plan = Plan("sobol", 64, plain_factors(6, 0.0, 1.0))
    found = study(plan, tmp_path / "s", SOBOL_G, noise=0.3)
    assert list(found.ranked["item"].head(2)) == ["x1", "x2"]
    idle = found.indices[found.indices["item"].isin(["x5", "x6"])]
    assert (idle["rank"] == 0).all()
    assert len(found.indices) == 6
    assert found.noise.deviation == pytest.approx(0.3, rel=0.35)
    assert found.noise.share == pytest.approx(0.09 / found.values.var(), rel=0.7)


def test_what_a_seed_does_to_all_points_alike_is_no_noise() -> None:
    points, seeds = np.array([1.0, 5.0, 9.0]), np.array([0.0, 2.0])
    deviation, shift = two_way(points + seeds[:, None])
    assert deviation == pytest.approx(0.0, abs=1e-12)
    assert shift == pytest.approx(math.sqrt(2.0))


def test_repeated_points_have_other_seeds_and_the_same_factors() -> None:
    design = design_of(Plan("morris", 3, ANGLES, replicates=2), ("a", "b"), seed=5)
    first = design[(design["sample_point"] == 2)]
    assert sorted(zip(first["replicate"], first["seed"], first["arm"], strict=True)) == [
        (0, 5, "a"), (0, 5, "b"), (1, 6, "a"), (1, 6, "b"), (2, 7, "a"), (2, 7, "b"),
    ]  # fmt: skip
    assert first["x1"].nunique() == 1
    assert len(design) == 2 * (3 * 4 + 2 * 2 * 4)


# factors


def factor(**facts: object) -> Factor:
    given = {"path": "x", "zh": "", "en": "", "unit": "", "group": "", "group_zh": "", "group_en": ""}
    return Factor(**{**given, "low": 1.0, "high": 5.0, "declared": 2.0, **facts})  # type: ignore[arg-type]


def test_inverse_distributions_have_their_quantiles() -> None:
    u = (np.arange(4000) + 0.5) / 4000
    for name in ("uniform", "triangular", "lognormal"):
        x = factor(distribution=name).at(u)
        assert np.all(np.diff(x) >= 0)
        assert factor(distribution=name).at(np.array([0.0, 1.0])) == pytest.approx([1.0, 5.0])
    assert triangular(u, 1.0, 5.0, 2.0).mean() == pytest.approx((1 + 5 + 2) / 3, rel=1e-3)
    assert np.median(lognormal(u, 1.0, 4.0, 2.0)) == pytest.approx(2.0, rel=1e-3)
    levels = factor(distribution="discrete", levels=(0.0, 1.0, 4.0)).at(u)
    assert [int((levels == level).sum()) for level in (0.0, 1.0, 4.0)] == [1333, 1334, 1333]
    assert factor(distribution="discrete", levels=("a", "b")).at(np.array([0.1, 1.0])).tolist() == ["a", "b"]


def test_all_uncertain_parameters_are_factors_and_those_with_a_shape_are_scaled() -> None:
    found = {one.path: one for one in factors_of((), [resolved("baseline-2014")])}
    book = parameter_book()
    assert len(found) >= 40
    assert set(found) == {path for path, entry in book.items() if entry.uncertain}
    for path, one in found.items():
        entry = book[path]
        shaped = len(entry.values) > 1 or entry.growth or entry.growth_before
        assert one.how == (SCALE if shaped else VALUE), path
        ends = [value * end for value in entry.values.values() for end in (one.low, one.high)] if shaped else []
        assert all(entry.low <= value <= entry.high for value in ends), path


def test_a_path_with_growth_keeps_its_growth_and_one_with_dates_its_dates() -> None:
    world, book = resolved("baseline-2014"), parameter_book()
    factors = {path: {"how": SCALE, "setting": False} for path in ("farm.fixed_inputs", "registry.entry_share")}
    scaled, theirs = moved(scenario_of(world.to_toml()), book, factors, dict.fromkeys(factors, 0.5))
    for path in factors:
        before = world.parameters_over(book).series(path)
        np.testing.assert_allclose(scaled.parameters_over(theirs).series(path), 0.5 * before)
    grown = scaled.parameters_over(theirs).series("farm.fixed_inputs")
    assert grown[-1] > grown[0]


def test_a_constant_is_replaced_and_a_policy_override_counts_as_shape() -> None:
    world, book = resolved("baseline-2014"), parameter_book()
    path = "labour.switching_cost"
    moved_world, _ = moved(scenario_of(world.to_toml()), book, {path: {"how": VALUE, "setting": False}}, {path: 1.5})
    assert set(moved_world.parameters_over(book).series(path)) == {1.5}
    stepped = with_sets(scenario_of(world.to_toml()), [f"{path}@2016-01=1.8"]).resolve()
    one = factors_of([path], [stepped])[0]
    assert one.how == SCALE  # 1.1 before 2016 and 1.8 from then on
    assert one.high == pytest.approx(2.0 / 1.8)
    scaled, theirs = moved(scenario_of(stepped.to_toml()), book, {path: {"how": SCALE, "setting": False}}, {path: 1.1})
    assert sorted(set(scaled.parameters_over(theirs).series(path))) == pytest.approx([1.21, 1.98])
    assert moved_values({0: 1.0, 24180: -2.0}, SHIFT, 0.5) == {0: 1.5, 24180: -1.5}


def test_settings_are_factors_with_their_declared_ranges() -> None:
    worlds = [resolved("relocation"), resolved("baseline-2014")]
    found = {one.path: one for one in factors_of(["relocation", "relocation.budget=1e6:1e9"], worlds)}
    assert found["relocation.take_up"].high == 1.0
    assert found["relocation.sites"].levels == (0.0, 1.0)
    assert found["relocation.budget"].high == 1e9
    assert {one.group for one in found.values()} == {"policy.relocation"}
    factors = {"relocation.take_up": {"how": VALUE, "setting": True}}
    world, _ = moved(scenario_of(worlds[0].to_toml()), parameter_book(), factors, {"relocation.take_up": 0.9})
    settings = {one.id: one.settings for one in world.instruments}["relocation"]
    assert settings.at(2016 * 12).take_up == 0.9
    same, _ = moved(scenario_of(worlds[1].to_toml()), parameter_book(), factors, {"relocation.take_up": 0.9})
    assert same.identity() == worlds[1].identity()  # a world without the instrument is left as it is


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("farm.land_exponnt", "did you mean 'farm.land_exponent'"),
        ("farm.land_exponent=0.3:0.2", "the range must rise"),
        ("farm.land_exponent=0.1:0.9", "allowed: 0.25 to 0.45"),
        ("registry.entry_share=0:5", "times the declared path"),
        ("registry.entry_share=0.1:0.3", "a range that holds 1"),
        ("registry.entry_share=0.1,0.3", "a range that holds 1"),
        ("farm.land_exponent=a:b", "allowed: PATH, PATH=LOW:HIGH"),
        ("farm.land_exponent=0.3,0.3", "two or more different levels"),
        ("relocation.budget", "no range is declared"),
        ("relocation.start", "needs its levels"),
    ],
)
def test_a_factor_that_cannot_be_varied_is_told(given: str, message: str) -> None:
    with pytest.raises(FupinError, match=message):
        factors_of([given], [resolved("relocation")])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "fast"}, "did you mean"),
        ({"method": "pawn", "samples": 100, "grouped": True}, "no index of a group"),
        ({"method": "sobol", "samples": 100}, "power of two"),
        ({"samples": 1}, "too few"),
        ({"second_order": True}, "goes with sobol"),
        ({"factors": ANGLES[:1]}, "two factors"),
        ({"seed": 0}, "1 or more"),
    ],
)
def test_a_plan_that_makes_no_sense_is_told(options: dict[str, object], message: str) -> None:
    with pytest.raises(FupinError, match=message):
        Plan(**{"method": "morris", "samples": 8, "factors": ANGLES, **options})  # type: ignore[arg-type]


def test_a_plan_survives_its_record() -> None:
    plan = Plan("morris", 4, factors_of((), [resolved("baseline-2014")]))
    assert Plan.of_record(json.loads(json.dumps(plan.record()))) == plan


# the command, on worlds


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three trajectories of three factors in two worlds, run and written by the command."""
    folder = tmp_path_factory.mktemp("worlds") / "study"
    with pytest.raises(SystemExit) as caught:
        cli.main(command(folder, "--lang", "zh"))
    assert not caught.value.code
    return folder


def command(folder: Path, *more: str) -> list[str]:
    named = ("labour.earnings_weight", "farm.fixed_inputs", "farm.labour_exponent")
    factors = [part for path in named for part in ("--factor", path)]
    return [
        "sensitivity", "baoding", "--samples", "3", "--replicates", "1", "--policy", "security", "--against",
        "do-nothing", *factors, *SMALL, "--engine", "here", "--out", str(folder), *more,
    ]  # fmt: skip


def test_the_effect_of_a_policy_is_the_paired_difference(worlds: Path) -> None:
    results = open_study(worlds)
    effect = outputs_of(results, Target("income", 2014, "security", "do-nothing"))
    wide = results.frame(["income"]).pivot_table(index=["sample_point", "replicate"], columns="arm", values="income")
    for key, value in effect.items():
        assert value == wide.loc[key, "security"] - wide.loc[key, "do-nothing"]
    assert len(effect) == 3 * 4 + 2 * 4


def test_the_command_writes_tables_figures_and_a_report(worlds: Path) -> None:
    about = json.loads((worlds / "sensitivity.json").read_text(encoding="utf-8"))
    assert [(one["arm"], one["against"]) for one in about["targets"]] == [
        ("security", "do-nothing"), ("do-nothing", ""),
    ]  # fmt: skip
    for target in about["targets"]:
        table = pd.read_csv(worlds / target["folder"] / "indices.csv")
        assert len(table) == 3
        assert {"mu_star", "mu_star_low", "floor", "rank"} <= set(table.columns)
        assert (worlds / target["folder"] / "figures" / "mu-sigma.png").exists()
    page = (worlds / "report.zh.html").read_text(encoding="utf-8")
    assert "哪些因素左右" in page
    assert "收入权重" in page


def test_another_outcome_of_the_same_study_runs_nothing_again(
    worlds: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a run was made again")

    monkeypatch.setattr("fupin.experiments.study.runner.run_chunk", never)
    with pytest.raises(SystemExit) as caught:
        cli.main(command(worlds, "--outcome", "income", "--json", "--no-figures", "--lang", "en"))
    assert not caught.value.code
    found = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in found] == ["income", "income"]
    assert {row["item"] for row in found[1]["indices"]} == {
        "labour.earnings_weight", "farm.fixed_inputs", "farm.labour_exponent",
    }  # fmt: skip


def test_mistakes_are_told_in_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    for given, message in (
        (["--outcome", "headcuont"], "did you mean 'headcount'"),
        (["--year", "2030"], "allowed: 2014 to 2020"),
        (["--method", "sobl"], "did you mean 'sobol'"),
        (["--policy", "security", "--against", "security"], "nothing can differ"),
    ):
        with pytest.raises(SystemExit) as caught:
            cli.main(["sensitivity", "baoding", *given])
        assert caught.value.code == 2
        assert message in capsys.readouterr().err


def test_figures_of_shares_have_a_map_of_pairs_and_each_says_what_it_shows(ishigami: Analysis, tmp_path: Path) -> None:
    for lang, first in (("zh", "总效应份额与一阶份额："), ("en", "Total share and first-order share: ")):
        drawings = drawings_of_sensitivity(ishigami, lang)
        assert [drawing.name for drawing in drawings] == ["indices", "tornado", "pairs", "curves", "convergence"]
        assert len({drawing.title for drawing in drawings}) == len(drawings)
        assert drawings[0].title == first + ishigami.target.outcome
        assert all(drawing.title.endswith(first[-1] + ishigami.target.outcome) for drawing in drawings)
    draw(drawings_of_sensitivity(ishigami, "en")[2:3], tmp_path / "figures", "")
    assert (tmp_path / "figures" / "pairs.svg").exists()
