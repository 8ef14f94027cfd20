"""Claims about comparisons over replicates: pairs, intervals, discounting, dominance, equal budgets, interaction."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from replicated_worlds import NAMES, SMALL, asked

from fupin import cli
from fupin.errors import FupinError
from fupin.experiments.arms import arms_of
from fupin.experiments.compare import Arm
from fupin.experiments.figures import draw
from fupin.experiments.replicated import tables
from fupin.experiments.replicated.costs import cost_sums, programme_costs, worth
from fupin.experiments.replicated.dominance import standings
from fupin.experiments.replicated.figures import drawings_of_findings, note_of_findings
from fupin.experiments.replicated.findings import Findings
from fupin.experiments.replicated.gains import accounts
from fupin.experiments.replicated.interaction import triples
from fupin.experiments.replicated.intervals import paired, ratio_interval
from fupin.experiments.replicated.run import run_replicates
from fupin.experiments.replicated.save import summary
from fupin.experiments.report.content import Picture
from fupin.experiments.report.of_comparison import report_of_comparison
from fupin.experiments.run import run_world
from fupin.labels import Label, tell
from fupin.scenarios.build import region_data
from fupin.scenarios.scenario import load_scenario


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replicates")


@pytest.fixture(scope="module")
def found(place: Path) -> Findings:
    return run_replicates(asked(*NAMES), place, engine="here")


# intervals


def test_paired_differences_have_the_textbook_interval_and_ratio() -> None:
    luck, noise = np.array([1.0, 5.0, 3.0, 7.0]), np.array([0.1, -0.2, 0.3, 0.0])
    table = pd.DataFrame({"arm": "a", "reference": luck, "policy": luck - 2.0 + noise})
    (row,) = paired(table, ["arm"]).to_dict("records")
    assert row["difference"] == pytest.approx(-1.95)
    half = 3.182446305 * noise.std(ddof=1) / 2  # t of three degrees of freedom
    assert row["high"] - row["difference"] == pytest.approx(half)
    apart = luck.var(ddof=1) + (luck - 2.0 + noise).var(ddof=1)
    assert row["ratio"] == pytest.approx(noise.var(ddof=1) / apart)
    assert row["needed"] == pytest.approx(4 / row["ratio"])


def pairs(rng: np.random.Generator, runs: int, worlds: int) -> pd.DataFrame:
    """Many comparisons of as many runs; the true ratio is 0.02 / (1 + 1.02)."""
    luck = rng.normal(0.0, 1.0, (worlds, runs))
    policy = luck + rng.normal(0.0, math.sqrt(0.02), (worlds, runs))
    arm = np.repeat(np.arange(worlds), runs)
    return pd.DataFrame({"arm": arm, "reference": luck.ravel(), "policy": policy.ravel()})


@pytest.mark.parametrize("runs", [3, 4, 10, 40])
def test_the_interval_of_what_pairing_is_worth_holds_the_truth_as_often_as_it_says(runs: int) -> None:
    found, truth = paired(pairs(np.random.default_rng(runs), runs, 4000), ["arm"]), 0.02 / 2.02
    inside = ((found["ratio_low"] <= truth) & (truth <= found["ratio_high"])).mean()
    assert 0.94 <= inside <= 0.96
    needed = (found["needed_low"] <= runs / truth) & (runs / truth <= found["needed_high"])
    assert needed.mean() == inside
    assert ((found["ratio_low"] < found["ratio"]) & (found["ratio"] < found["ratio_high"])).all()


def test_two_or_three_replicates_are_too_few_to_tell_what_pairing_is_worth() -> None:
    for runs, least in ((2, 50), (3, 45)):
        rows = paired(pairs(np.random.default_rng(runs), runs, 50), ["arm"]).to_dict("records")
        assert sum(tables.worth_of_pairing(row, "en") == "too few" for row in rows) >= least
        assert sum(tables.worth_of_pairing(row, "zh") == "次数太少" for row in rows) >= least
    (row,) = paired(pairs(np.random.default_rng(1), 40, 1), ["arm"]).to_dict("records")
    found = re.fullmatch(r"0\.0\d\d \(([\d,]+)–([\d,]+)\)", tables.worth_of_pairing(row, "en"))
    assert found
    low, high = (float(end.replace(",", "")) for end in found.groups())
    assert low < 40 / row["ratio"] < high < 5 * low


def test_differences_that_do_not_vary_need_endlessly_many_independent_seeds() -> None:
    same = pd.DataFrame({"arm": "a", "reference": [1.0, 2.0, 4.0], "policy": [1.0, 2.0, 4.0]})
    (row,) = paired(same, ["arm"]).to_dict("records")
    assert tables.worth_of_pairing(row, "en") == "0.000 (∞)"


def test_one_replicate_has_no_interval_and_a_run_without_a_value_is_left_out() -> None:
    table = pd.DataFrame({"arm": ["a", "b", "b"], "reference": [1.0, math.nan, 2.0], "policy": [2.0, 3.0, 5.0]})
    one, other = paired(table, ["arm"]).to_dict("records")
    assert (one["difference"], other["difference"], other["runs"]) == (1.0, 3.0, 1)
    assert math.isnan(one["low"])


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    rng, inside = np.random.default_rng(1), 0
    for _ in range(1000):
        effects = rng.normal(10.0, 3.0, 8)
        costs = 40.0 + 6.0 * (effects - 10.0) + rng.normal(0.0, 4.0, 8)
        _, low, high = ratio_interval(costs, effects)
        inside += low <= 4.0 <= high
    assert 0.93 <= inside / 1000 <= 0.97


def test_a_ratio_to_an_effect_that_may_be_nothing_has_no_bounds() -> None:
    value, low, high = ratio_interval(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 5.0, 1.0]))
    assert value > 0
    assert math.isnan(low)
    assert math.isnan(high)
    assert math.isnan(ratio_interval(np.array([1.0, 1.0]), np.array([-1.0, 0.5]))[0])


# who is dominated


def test_dominance_and_extended_dominance_by_hand() -> None:
    points = {"cheap": (10.0, 10.0), "poor value": (30.0, 11.0), "dear": (40.0, 20.0), "worse": (45.0, 15.0)}
    found = standings(points, "nothing")
    assert found["cheap"].state == found["dear"].state == "frontier"
    assert found["worse"] == ("dominated", ("dear",), pytest.approx(math.nan, nan_ok=True), "")
    assert found["poor value"].state == "extended"
    assert found["poor value"].by == ("cheap", "dear")
    assert found["cheap"].incremental == pytest.approx(1.0)
    assert (found["dear"].incremental, found["dear"].over) == (pytest.approx(3.0), "cheap")


def test_what_costs_and_lifts_nobody_is_dominated_by_doing_nothing() -> None:
    assert standings({"harm": (5.0, -1.0)}, "nothing")["harm"].by == ("nothing",)
    assert standings({"saver": (-5.0, 2.0)}, "nothing")["saver"].state == "frontier"


def test_names_of_arms_with_spaces_stay_whole_where_it_is_said_who_dominates(tmp_path: Path) -> None:
    question = asked("industry", replicates=1)
    dearer, _, _ = arms_of(
        "fuping", ["industry"], question.against, ["production_grant.administration_share=0.3"], SMALL
    )
    plain, dear = (Arm(Label(one, one), arm.scenario) for one, arm in
                   (("朴素", question.arms["industry"]), ("铺张", dearer["industry"])))  # fmt: skip
    arms = {"my plain one": plain, "my dear one": dear}
    found = run_replicates(replace(question, arms=arms, names={}), tmp_path, engine="here")
    assert found.standings["my dear one"].by == ("my plain one",)
    assert tables.standing_of(found, "my dear one", "zh") == "被朴素占优"
    assert tables.standing_of(found, "my dear one", "en") == "dominated: 朴素"
    told = {row["arm"]: row["dominated_by"] for row in summary(found, tmp_path)["cost"]}
    assert told == {"my plain one": [], "my dear one": ["my plain one"]}


# money


def test_money_is_worth_less_the_later_it_is_spent() -> None:
    assert worth(np.array([24000, 24012, 24024]), 24000, 0.05).tolist() == pytest.approx([1.0, 1 / 1.05, 1 / 1.05**2])
    assert worth(np.array([24000, 24012]), 24000, 0.0).tolist() == [1.0, 1.0]


def test_gross_less_savings_is_the_change_of_all_public_spending(found: Findings) -> None:
    arms = asked("industry").arms
    reference = asked("industry").reference.scenario
    data = region_data(reference)
    mine, theirs = (run_world(world, data, panel=False) for world in (arms["industry"].scenario, reference))
    plain = cost_sums(mine, theirs, 0.0)
    years = mine.years
    change = float((mine.outcomes["public_cost"] - theirs.outcomes["public_cost"]).loc[years].sum())
    assert plain["gross"] == pytest.approx(plain["gross_undiscounted"])
    assert plain["gross"] - plain["savings"] == pytest.approx(change)
    table = programme_costs(mine, theirs, 0.05)
    assert table["difference"].sum() == pytest.approx(change)
    assert table[["centre", "province", "city", "county"]].sum().sum() == pytest.approx(change)
    own = table[(table["shared"] == 0) & (table["difference"] > 0)]
    assert (own["discounted"] < own["difference"]).all()
    first = found.plane[(found.plane["arm"] == "industry") & (found.plane["replicate"] == 0)]
    assert first["gross_undiscounted"].iloc[0] == pytest.approx(plain["gross"])


# the twins


def test_the_twins_give_both_headcounts_back_at_each_date(found: Findings) -> None:
    for arm in found.arms:
        told = found.effect(arm, "headcount").set_index("year")
        counted = found.accounts[found.accounts["arm"] == arm].set_index("year")
        assert counted["headcount_policy"].to_numpy() == pytest.approx(told["policy"].to_numpy(), abs=1e-12)
        assert counted["headcount_reference"].to_numpy() == pytest.approx(told["reference"].to_numpy(), abs=1e-12)


def test_the_accounts_hold_where_households_and_members_are_unmatched() -> None:
    arms = asked("industry")
    data = region_data(arms.reference.scenario)
    worlds = [run_world(one.scenario, data, panel=False) for one in (arms.arms["industry"], arms.reference)]
    last = [world.decembers[-1] for world in worlds]
    half = len(last[0].uid) // 2
    mine = replace(last[0], **{name: getattr(last[0], name)[5:] for name in ("uid", "weight", "members", "poor")})
    members = last[1].members.copy()
    members[half:] += 1
    theirs = replace(last[1], members=members)
    cut = replace(theirs, **{name: getattr(theirs, name)[:-7] for name in ("uid", "weight", "members", "poor")})
    pair = [replace(world, decembers=(december,)) for world, december in zip(worlds, (mine, cut), strict=True)]
    (row,) = accounts(*pair).to_dict("records")
    assert row["only_policy"] > 0
    assert row["only_reference"] > 0
    assert row["more_members"] < 0
    assert row["poor_policy"] == pytest.approx(float((mine.persons * mine.poor).sum()))
    assert row["poor_reference"] == pytest.approx(float((cut.persons * cut.poor).sum()))
    assert row["headcount_reference"] == pytest.approx(row["poor_reference"] / float(cut.persons.sum()))


def test_a_placebo_moves_nothing_in_any_replicate(tmp_path: Path) -> None:
    path = tmp_path / "placebo.toml"
    path.write_text(
        'includes = ["baseline-2014"]\n[[instrument]]\nkind = "production_grant"\nsettings = { share_per_year = 0 }\n',
        encoding="utf-8",
    )
    nothing = run_replicates(asked(str(path), replicates=2), tmp_path / "out", engine="here")
    assert (nothing.effects["difference"].dropna() == 0).all()
    assert (nothing.plane[["lifted", "harmed", "gross", "savings", "reached_sampled"]] == 0).all(axis=None)
    assert (nothing.gains[nothing.gains["quantity"].isin(["gained", "lost", "yuan"])]["mean"] == 0).all()
    assert (nothing.ledger["difference"] == 0).all()
    assert nothing.cost["state"].tolist() == ["unranked"]
    assert nothing.lives["uid"].tolist() == [-1]


def test_gains_by_group_add_up_to_the_difference_of_income(found: Findings) -> None:
    for dimension, rows in found.gains[found.gains["arm"] == "security"].groupby("dimension"):
        last = rows[rows["year"] == max(found.years)].pivot(index="group", columns="quantity", values="mean")
        sums = found.plane[found.plane["arm"] == "security"]
        assert last["persons"].sum() == pytest.approx(found.gains["mean"].iloc[0] and _persons(found)), dimension
        assert last["lifted"].sum() <= sums["lifted"].mean() + 1e-6
        assert (last["gained"] + last["lost"] <= last["persons"] + 1e-6).all()


def _persons(found: Findings) -> float:
    row = found.accounts[(found.accounts["arm"] == "security") & (found.accounts["year"] == max(found.years))].iloc[0]
    return float(row[["lifted", "anyway", "not_lifted", "harmed"]].sum())


# replicates


def test_replicates_are_other_people_with_other_luck_and_both_worlds_share_them(found: Findings) -> None:
    assert found.plane["seed"].unique().tolist() == [1, 2, 3]
    row = found.effect("security", "headcount").iloc[-1]
    assert row["runs"] == 3
    assert row["variance_paired"] < row["variance_independent"]
    assert row["low"] < row["difference"] < row["high"]


def test_one_replicate_is_no_reason_to_say_that_the_effect_may_be_nothing(found: Findings) -> None:
    ends = {f"gross_per_household_year_{end}": math.nan for end in ("low", "high")}
    told = [
        report_of_comparison(
            replace(found, asked=replace(found.asked, replicates=count), cost=found.cost.assign(**ends)), "fupin", "en"
        )
        .numbers[2]
        .note
        for count in (1, 3)
    ]
    assert "no bound" not in told[0]
    assert "no bound" in told[1]


def test_the_same_command_goes_on_and_finds_the_same(tmp_path: Path, place: Path, found: Findings) -> None:
    shutil.copytree(place / "runs", tmp_path / "runs")
    done = [tmp_path / "runs" / "parts" / f"runs-{chunk:05d}.parquet" for chunk in range(found.asked.replicates)]
    done[1].unlink()  # as though it had been killed in between
    before = [part.stat().st_mtime_ns for part in done[::2]]
    again = run_replicates(asked(*NAMES), tmp_path, engine="here")
    assert done[1].exists()
    assert [part.stat().st_mtime_ns for part in done[::2]] == before
    for name in ("effects", "cost", "twins", "winners", "ledger"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_exact=True)


def test_interaction_is_what_is_left_of_the_joint_effect(found: Findings) -> None:
    assert triples(found.asked) == [("industry+security", "industry", "security")]
    part = found.interactions[found.interactions["outcome"] == "income"].set_index("part")["mean"]
    assert part["interaction"] == pytest.approx(part["joint"] - part["first"] - part["second"])
    last = [found.effect(arm, "income")["difference"].iloc[-1] for arm in ("industry", "security")]
    assert part["sum"] == pytest.approx(sum(last))


def test_packages_that_share_what_the_reference_lacks_are_not_asked_for_interaction(found: Findings) -> None:
    arms, against, reference = arms_of("fuping", NAMES, "do-nothing", [], SMALL)
    other = replace(found, asked=replace(found.asked, arms=arms, against=against, reference=reference))
    assert "counted twice" in " ".join(tables.sentences(replace(other, labels=found.labels), "en"))


@pytest.mark.parametrize("wrong", [{"replicates": 0}, {"budget": -1.0}, {"discount": 1.0}])
def test_bad_numbers_are_answered_with_what_is_allowed(wrong: dict[str, float]) -> None:
    with pytest.raises(FupinError, match="allowed"):
        replace(asked("industry"), **wrong)


# what a planner reads


@cache
def heads(lang: str) -> dict[str, str]:
    return {"zh": {"reach": "受益", "cost": "毛成本"}, "en": {"reach": "reached", "cost": "gross cost"}}[lang]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_and_figures_in_both_languages(found: Findings, lang: str, tmp_path: Path) -> None:
    made = (tables.effects_table, tables.twins_table, tables.cost_table, tables.pairing_table, tables.gains_table,
            tables.programmes_table, tables.interactions_table)  # fmt: skip
    for table in made:
        head, lines = table(found, lang)
        assert lines
        assert all(len(line.values) in (0, len(head) - 1) for line in lines), table.__name__
    text = "\n".join(line.label for line in tables.cost_table(found, lang)[1])
    assert all(word in text for word in heads(lang).values())
    drawn = draw(drawings_of_findings(found, lang), tmp_path / "figures", note_of_findings(found, lang))
    assert [path.stem for path in drawn] == ["effects", "twins", "groups", "plane", "interaction"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_differences_of_shares_are_points_and_levels_are_per_cent(found: Findings, lang: str) -> None:
    name, points = tell("贫困发生率", "poverty headcount", lang), tell("百分点", "percentage points", lang)

    def label(table: Callable[[Findings, str], tuple[list[str], list[tables.Line]]]) -> str:
        return next(line.label.strip() for line in table(found, lang)[1] if name in line.label)

    assert label(tables.effects_table) == f"{name} (%{tell('；差：', '; differences: ', lang)}{points})"
    assert label(tables.interactions_table) == f"{name} ({points})"
    assert label(tables.pairing_table) == name  # a ratio of variances has no unit
    for place, drawing in enumerate(drawings_of_findings(found, lang)):
        figure = Figure()
        if drawing.name in ("effects", "interaction"):
            drawing.fill(figure)
            assert points in figure.axes[0].get_title("left"), place
    report = report_of_comparison(found, "fupin compare", lang)
    charts = [block.chart for block in report.blocks() if isinstance(block, Picture)]
    titles = [chart.y_label for chart in charts if chart]
    assert tell(f"与对照之差：{name} ({points})", f"difference of {name} ({points})", lang) in titles


def test_the_note_says_that_the_size_of_the_sample_is_a_mean(found: Findings) -> None:
    assert re.search(r"\(mean \d+ villages, [\d,]+ households\), seeds 1–3\.", note_of_findings(found, "en"))
    assert re.search(r"（平均 \d+ 村 [\d,]+ 户），种子 1–3。", note_of_findings(found, "zh"))


@pytest.mark.parametrize(("lang", "word"), [("zh", "再多一户年"), ("en", "a further household-year")])
def test_the_cost_on_the_frontier_says_of_what(found: Findings, lang: str, word: str) -> None:
    told = [tables.standing_of(found, arm, lang) for arm in found.arms]
    priced = [one for one in told if re.search(r"\d,\d", one)]
    assert priced
    assert all(word in one for one in priced)


def test_the_command_over_replicates(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    call = ["compare", "fuping", "--sample", "0.02", "--years", "2", "--policy", "security", "--policy", "industry",
            "--replicates", "2", "--engine", "here", "--no-figures", "--against", "baseline-2014"]  # fmt: skip
    with pytest.raises(SystemExit) as caught:
        cli.main([*call, "--lang", "en"])
    assert not caught.value.code
    text = " ".join(capsys.readouterr().out.split())
    assert "replicates these would have needed" in text
    assert '"too few": from so few replicates nothing can be told' in text
    (folder,) = Path("results").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["replicates"] == 2
    assert "--replicates 2" in manifest["command"]
    assert all((folder / name).exists() for name in manifest["files"])
    written = load_scenario("fuping").with_policies([str((folder / "policies" / "security.toml").resolve())]).resolve()
    assert written.instruments == load_scenario("fuping").with_policies(["security"]).resolve().instruments
    with pytest.raises(SystemExit):
        cli.main([*call, "--json"])
    assert {row["arm"] for row in json.loads(capsys.readouterr().out)["cost"]} == {"security", "industry"}


def test_pairing_is_checked_on_the_same_households(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["check", "pairing", "fuping", "--replicates", "3", "--sample", "0.02", "--years", "3", "--json"]
    words += ["--engine", "here", "--policy", "security", "--policy", "industry", "--out", str(tmp_path)]
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    told = json.loads(capsys.readouterr().out)
    assert caught.value.code == 1  # two packages cannot be three
    assert told["replicates"] == 3
    rows = {(row["arm"], row["outcome"]): row for row in told["packages"]}
    assert rows["security", "headcount"]["ratio"] < 0.25
    assert rows["security", "headcount"]["variance_independent"] > 0
