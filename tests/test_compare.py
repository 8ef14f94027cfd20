"""Claims about comparisons: nothing changes nothing, everybody is counted once, and the two directions mirror."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from small_runs import OPTIONS, arm, comparison, population, resolved, scenario, world

from fupin import cli
from fupin.errors import FupinError
from fupin.experiments.arms import arms_of, label_of, split
from fupin.experiments.compare import Arm, compare_worlds
from fupin.experiments.figures import draw
from fupin.experiments.figures_compare import drawings_of_comparison, note_of_comparison
from fupin.experiments.panel import December
from fupin.experiments.tables_compare import cost_table, effects_table, twins_table
from fupin.experiments.twins import STATUSES, Pair, pair_decembers, pair_worlds, sampling_error, twin_table
from fupin.labels import tell
from fupin.model.outcomes import OUTCOMES
from fupin.scenarios.policy import load_policy

PLACEBO = """
name = "placebo"
[[instrument]]
kind = "production_grant"
settings = { share_per_year = 0 }
"""


# nothing changes nothing


@pytest.fixture(scope="module")
def placebo(tmp_path_factory: pytest.TempPathFactory) -> Arm:
    """A policy that is eligible to nobody and costs nothing."""
    path = tmp_path_factory.mktemp("policies") / "placebo.toml"
    path.write_text(PLACEBO, encoding="utf-8")
    changed = scenario("do-nothing").with_policies([load_policy(str(path))])
    return Arm(label_of(changed), changed.resolve())


def test_a_placebo_changes_nothing_lifts_and_harms_nobody(placebo: Arm) -> None:
    found = compare_worlds({"placebo": placebo}, "do-nothing", arm("do-nothing"), data=population(), panel=True)
    treated, other = found.worlds["placebo"], found.reference
    assert treated.instruments != other.instruments
    for name in ("outcomes", "groups", "ledger", "panel"):
        pd.testing.assert_frame_equal(getattr(treated, name), getattr(other, name), check_exact=True)
    assert (found.effects["difference"].dropna() == 0).all()
    sums = found.twin_sums("placebo", "all")
    assert sums["lifted"] == sums["harmed"] == sums["only_policy"] == sums["only_reference"] == 0
    assert sum(found.twin_sums("placebo", "reached").values()) == 0
    assert found.sums("placebo")["extra_cost"] == 0
    assert math.isnan(found.sums("placebo")["cost_per_person_year"])


def test_the_reference_compared_with_itself_is_run_once_and_differs_in_nothing() -> None:
    found = comparison("baseline-2014", against="baseline-2014")
    assert found.worlds["baseline-2014"] is found.reference
    assert (found.effects["difference"].dropna() == 0).all()


# everybody once


def test_every_person_of_the_policy_world_is_counted_once() -> None:
    found = comparison("industry", "security")
    for name, result in found.worlds.items():
        table = found.twins[(found.twins["arm"] == name) & (found.twins["who"] == "all")].set_index("year")
        for december in result.decembers[1:]:
            counted = table.loc[december.year, [*STATUSES, "only_policy"]].sum()
            assert counted == pytest.approx(december.persons.sum())


def test_reached_and_not_reached_add_up_to_all() -> None:
    found = comparison("industry", "security")
    for name in found.worlds:
        reached, others, everybody = (found.twin_sums(name, who) for who in ("reached", "others", "all"))
        assert reached["lifted"] + reached["anyway"] > 0
        for status in STATUSES:
            assert reached[status] + others[status] == pytest.approx(everybody[status])


def test_lifted_less_harmed_is_the_difference_of_the_poor() -> None:
    found = comparison("industry", "security")
    for name in found.worlds:
        everybody = found.twins[(found.twins["arm"] == name) & (found.twins["who"] == "all")]
        net = (everybody["lifted"] - everybody["harmed"]).to_numpy()
        assert net == pytest.approx(-found.effect(name, "poor_persons")["difference"].to_numpy(), abs=1e-6)


def test_the_other_direction_mirrors_lifted_and_harmed() -> None:
    there = comparison("security", against="baseline-2014").twin_sums("security", "all")
    back = comparison("baseline-2014", against="security").twin_sums("baseline-2014", "all")
    assert there["lifted"] == pytest.approx(back["harmed"])
    assert there["harmed"] == pytest.approx(back["lifted"])
    assert there["anyway"] == pytest.approx(back["anyway"])
    assert there["lifted"] > 0


def test_a_programme_of_the_reference_only_counts_as_reach_too() -> None:
    pair = pair_worlds(world("do-nothing"), world("baseline-2014"))[-1]
    assert pair.reached.any()
    assert not pair_worlds(world("baseline-2014"), world("baseline-2014"))[-1].reached.any()


def test_the_cost_of_a_person_year_is_extra_money_over_net_lifted() -> None:
    found = comparison("industry", "security")
    sums, world_ = found.sums("security"), found.worlds["security"]
    spent = world_.programmes["spent"].sum() - found.reference.programmes["spent"].sum()
    assert sums["extra_cost"] == pytest.approx(spent)
    assert sums["cost_per_person_year"] == pytest.approx(spent / (sums["lifted"] - sums["harmed"]))


def test_households_keep_their_members_in_every_world() -> None:
    found = comparison("industry", "security")
    for result in found.worlds.values():
        for mine, theirs in zip(result.decembers, found.reference.decembers, strict=True):
            assert (mine.uid == theirs.uid).all()
            assert (mine.members == theirs.members).all()


def test_effects_by_group_add_up_to_the_effect() -> None:
    found = comparison("industry", "security")
    rows = found.groups[(found.groups["arm"] == "security") & (found.groups["year"] == 2016)]
    effect = found.effect("security", "income")["difference"].to_numpy()[-1]
    for dimension, part in rows.groupby("dimension"):
        mean = (part["persons"] * part["income"].fillna(0)).sum() / part["persons"].sum()
        assert mean == pytest.approx(effect), dimension


# by hand


def december(uid: list[int], income: list[float], members: list[float], reached: list[int]) -> December:
    n = len(uid)
    poor = np.array(income) < 2000.0
    return December(
        year=2015, line=2000.0, uid=np.array(uid), weight=np.full(n, 10.0), members=np.array(members),
        income=np.array(income), poor=poor, village=np.zeros(n, np.int64),
        reached=np.array([reached, [0] * n, [0] * n]),
    )  # fmt: skip


def test_twins_of_six_households_counted_by_hand() -> None:
    policy = december([1, 2, 3, 4, 6], [2500, 2600, 900, 1500, 3000], [1, 2, 3, 4, 5], [1, 0, 1, 2, 1])
    reference = december([1, 2, 3, 4, 5], [1500, 2500, 800, 2500, 1000], [1, 2, 3, 4, 7], [0, 0, 0, 2, 0])
    table = twin_table([pair_decembers(policy, reference, np.array([0b01, 0, 0]), np.zeros(3, np.int64))]).set_index(
        "who"
    )
    everybody = table.loc["all"]
    assert [everybody[status] for status in STATUSES] == [10, 20, 30, 40]
    assert (everybody["only_policy"], everybody["only_reference"]) == (50, 70)
    assert [table.loc["reached", status] for status in STATUSES] == [10, 0, 30, 0]  # bit 2 is in both worlds
    assert [everybody[f"households_{status}"] for status in STATUSES] == [10, 10, 10, 10]
    assert everybody["income_difference"] == pytest.approx((1000 + 2 * 100 + 3 * 100 - 4 * 1000) / 10)


def test_the_sampling_error_is_the_textbook_one_for_villages_of_one_size() -> None:
    means = np.array([1.0, 4.0, 2.0, 9.0, 3.0, 3.0])
    n, size = len(means), 5
    pair = Pair(
        year=2015, uid=np.arange(n * size), weight=np.full(n * size, 10.0), persons=np.full(n * size, 3.0),
        income=np.repeat(means, size), poor=np.zeros(n * size, bool), was_poor=np.zeros(n * size, bool),
        reached=np.zeros(n * size, bool), village=np.repeat(np.arange(n), size), only_policy=0, only_reference=0,
    )  # fmt: skip
    expected = means.std(ddof=1) / math.sqrt(n) * math.sqrt(1 - 1 / 10)  # one village in ten is in
    assert sampling_error(pair.income, pair, np.zeros(n, np.int64)) == pytest.approx(expected)
    assert sampling_error(np.full(n * size, 7.0), pair, np.zeros(n, np.int64)) == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(sampling_error(pair.income, pair, np.arange(n)))  # one village a stratum tells nothing
    whole = replace(pair, weight=np.ones(n * size))
    assert sampling_error(whole.income, whole, np.zeros(n, np.int64)) == 0.0  # every village is in


# what a planner types and reads


def test_arms_are_policies_joined_by_plus() -> None:
    arms, against, reference = arms_of("fuping", ["industry+finance", "security"], None, [], {"years": 2})
    assert list(arms) == ["industry+finance", "security"]
    assert arms["industry+finance"].scenario.policies == ("industry", "finance")
    assert against == "do-nothing"
    assert reference.scenario.instruments == ()
    assert arms["security"].scenario.years == reference.scenario.years == 2
    assert arms["industry+finance"].label.en == "industry + finance"
    with pytest.raises(FupinError, match="a policy name is missing"):
        split("industry++finance")


def test_without_policies_the_scenario_itself_is_the_arm() -> None:
    arms, against, _ = arms_of("fuping", [], None, [], {})
    assert [item.scenario.identity() for item in arms.values()] == [
        arms_of("fuping", ["baseline-2014"], None, [], {})[0]["baseline-2014"].scenario.identity()
    ]
    assert against == "do-nothing"


def test_a_set_changes_the_arms_that_have_the_instrument() -> None:
    sets = ["production_grant.grant=9000"]
    arms, _, reference = arms_of("fuping", ["industry", "security"], "baseline-2014", sets, {})
    (grant,) = [item for item in arms["industry"].scenario.instruments if item.id == "production_grant"]
    assert grant.settings.text()["grant"] == 9000
    assert reference.scenario.identity() == arms_of("fuping", [], "baseline-2014", [], {})[2].scenario.identity()
    with pytest.raises(FupinError, match="no instrument 'relocation'"):
        arms_of("fuping", ["industry", "security"], None, ["relocation.own_cap=1"], {})


def test_arms_of_one_label_are_called_by_their_own_names_too(tmp_path: Path) -> None:
    names = [str(tmp_path / f"{name}.toml") for name in ("one", "other")]
    for name in names:
        Path(name).write_text('zh = "同名"\nen = "the same"\n' + PLACEBO, encoding="utf-8")
    arms, _, _ = arms_of("fuping", [*names, "industry"], None, [], {})
    assert [arms[name].label.en for name in names] == [f"the same ({name})" for name in names]
    assert [arms[name].label.zh for name in names] == [f"同名（{name}）" for name in names]
    assert arms["industry"].label == label_of(scenario("industry"))


def test_worlds_of_different_samples_are_not_compared() -> None:
    other = replace(arm("security"), scenario=replace(resolved("security"), seed=2))
    with pytest.raises(ValueError, match="differs from the reference in seed"):
        compare_worlds({"security": other}, "baseline-2014", arm("baseline-2014"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_name_every_arm_and_every_status(lang: str) -> None:
    found = comparison("industry", "security")
    head, lines = effects_table(found, lang)
    assert len(head) == 4
    assert all(len(line.values) in (0, 3) for line in lines)
    assert any("±" in value for line in lines for value in line.values)
    headcount = next(line.label for line in lines if tell("贫困发生率", "poverty headcount", lang) in line.label)
    assert tell("(%；差：百分点)", "(%; differences: percentage points)", lang) in headcount
    assert not any("%" in line.label for line in lines if tell("人均消费", "consumption per head", lang) in line.label)
    head, lines = twins_table(found, lang)
    assert len(lines) == 2 * 4
    assert all(len(line.values) in (0, len(head) - 1) for line in lines)
    head, lines = cost_table(found, lang)
    assert all(len(line.values) == 2 for line in lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_are_drawn_in_both_languages(lang: str, tmp_path: Path) -> None:
    found = comparison("industry", "security")
    made = draw(drawings_of_comparison(found, lang), tmp_path / "figures", note_of_comparison(found, lang))
    assert [path.stem for path in made] == ["effects", "twins", "gains", "cost"]
    figure = Figure()
    drawings_of_comparison(found, lang)[0].fill(figure)
    title = tell("贫困发生率 (百分点)", "poverty headcount (percentage points)", lang)
    assert figure.axes[0].get_title("left") == title


def test_a_comparison_in_which_nobody_is_lifted_can_be_drawn(tmp_path: Path) -> None:
    found = comparison("baseline-2014", against="baseline-2014")
    assert len(draw(drawings_of_comparison(found, "en"), tmp_path / "figures", "")) == 4


def test_the_command_prints_differences_twins_and_cost_and_writes_a_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    call = ("compare", "fuping", *OPTIONS, "--policy", "industry+finance", "--policy", "security", "--no-figures")

    def printed(*more: str) -> str:
        with pytest.raises(SystemExit) as caught:
            cli.main([*call, "--against", "baseline-2014", *more])
        assert not caught.value.code
        return capsys.readouterr().out

    text = printed("--lang", "en")
    assert re.search(r"industry \+ finance +safety net", text)
    assert "cost per person-year lifted (yuan/person-year)" in text
    (folder,) = Path("results").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["worlds"]) == {"baseline-2014", "industry+finance", "security"}
    assert all((folder / name).exists() for name in manifest["files"])
    assert {path.name for path in (folder / "worlds").iterdir()} == set(manifest["worlds"])
    assert "净脱贫" in printed("--lang", "zh")
    told = json.loads(printed("--json", "--out", "here"))
    assert told["arms"]["security"]["summary"]["net_lifted"] > 0
    assert set(told["arms"]["security"]["differences"]) == set(OUTCOMES)


def test_an_unknown_reference_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["compare", "fuping", "--policy", "security", "--against", "baseline-2015"])
    assert caught.value.code == 2
    assert "did you mean 'baseline-2014'?" in capsys.readouterr().err


def test_a_policy_compared_with_itself_is_told_so_and_an_option_of_replicates_is_refused_without_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from fupin.commands.compare import DISCOUNT
    from fupin.experiments.replicated import costs

    assert costs.DISCOUNT == DISCOUNT
    call = ["compare", "fuping", *OPTIONS, "--policy", "baseline-2014", "--against", "baseline-2014", "--no-figures"]
    with pytest.raises(SystemExit) as caught:
        cli.main([*call, "--lang", "en", "--out", str(tmp_path / "same")])
    assert not caught.value.code
    told = capsys.readouterr()
    assert "the same world as the reference" in told.err
    assert "add --replicates 10" in told.out
    with pytest.raises(SystemExit) as caught:
        cli.main([*call, "--lang", "en", "--discount", "0.08", "--out", str(tmp_path / "other")])
    assert caught.value.code == 2
    assert "--discount" in capsys.readouterr().err
