"""Claims about `fupin run`: the same bytes every time, a folder that says what it holds, tables a planner can read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from small_runs import OPTIONS, population, resolved, scenario, world

from fupin.errors import FupinError
from fupin.experiments.figures import _apart, dark, draw
from fupin.experiments.figures_run import drawings_of_run, note_of_run
from fupin.experiments.results import (
    default_folder,
    open_folder,
    plain_name,
    plain_names,
    replacing,
    write_csv,
    write_parquet,
)
from fupin.experiments.run import run_world
from fupin.experiments.save import save_world
from fupin.experiments.tables import label_of, number, outcomes_by_year, outcomes_long, planner_table
from fupin.model.outcomes import OUTCOMES, UNITS
from fupin.scenarios.scenario import load_scenario

Run = Callable[..., tuple[int, str, str]]
TABLES = ("outcomes", "groups", "programmes", "funnel", "ledger")


# the same result


def test_a_run_is_the_same_in_every_process(tmp_path: Path) -> None:
    save_world(world("industry"), open_folder(tmp_path / "here"), [], "en", figures=False)
    call = [sys.executable, "-m", "fupin", "run", "fuping", *OPTIONS, "--policy", "industry", "--no-figures"]
    environment = os.environ | {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1"}
    subprocess.run([*call, "--out", "there"], check=True, capture_output=True, cwd=tmp_path, env=environment)
    for path in sorted((tmp_path / "here").iterdir()):
        if path.name not in ("manifest.json", "README.md"):
            assert path.read_bytes() == (tmp_path / "there" / path.name).read_bytes(), path.name


def test_a_second_run_gives_the_same_tables_to_the_last_bit() -> None:
    again = run_world(resolved("industry"), population())
    for name in (*TABLES, "panel"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(world("industry"), name), check_exact=True)


def test_another_seed_is_another_world() -> None:
    other = run_world(scenario("industry").changed(years=1, burn_in_years=0, seed=2).resolve())
    assert other.outcomes.loc[2015, "income"] != world("industry").outcomes.loc[2015, "income"]
    assert other.outcomes.index.tolist() == [2015]  # without burn-in there is no December before the start


def test_progress_counts_every_month_once() -> None:
    seen: list[tuple[int, int]] = []
    run_world(resolved("industry"), population(), panel=False, progress=lambda *step: seen.append(step))
    assert seen == [(month, 36) for month in range(1, 37)]


def test_a_large_sample_keeps_no_panel_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fupin.experiments.run.PANEL_HOUSEHOLDS", 100)
    assert run_world(resolved("industry"), population()).panel is None


# the folder


def test_the_folder_holds_what_its_manifest_says(run: Run, tmp_path: Path) -> None:
    code, printed, message = run("run", "fuping", *OPTIONS, "--no-figures")
    assert (code, message) == (0, "")
    folder = Path(re.search(r"results in (.*)", printed)[1])  # type: ignore[index]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert all((folder / name).exists() for name in manifest["files"])
    assert manifest["command"].startswith("fupin run fuping --set start=2015-01")
    assert manifest["seed"] == 1
    assert manifest["versions"]["numpy"] == np.__version__
    assert folder.name == f"fuping-{manifest['worlds']['fuping']['identity'][:8]}"
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_saved_scenario_is_the_same_world(tmp_path: Path) -> None:
    save_world(world("industry"), tmp_path, [], "en", figures=False)
    again = load_scenario(str(tmp_path / "scenario.toml")).resolve()
    assert again.identity() == resolved("industry").identity()


def test_csv_files_open_in_excel_and_say_the_same_as_parquet(tmp_path: Path) -> None:
    import duckdb

    save_world(world("industry"), tmp_path, [], "zh", figures=False)
    assert (tmp_path / "outcomes.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    wide = pd.read_csv(tmp_path / "outcomes.csv", encoding="utf-8-sig").set_index("outcome")
    long = duckdb.sql(f"SELECT outcome, year, value FROM '{(tmp_path / 'outcomes.parquet').as_posix()}'").df()
    assert len(long) == len(OUTCOMES) * 3
    for outcome, year, value in long.itertuples(index=False):
        assert wide.loc[outcome, str(year)] == pytest.approx(value, rel=1e-9, nan_ok=True)


def test_the_wide_and_the_long_table_hold_every_outcome() -> None:
    table = world("industry").outcomes
    assert outcomes_by_year(table)["outcome"].tolist() == list(OUTCOMES)
    assert set(outcomes_long(table)["year"]) == {2014, 2015, 2016}


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_simulated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    code, printed, message = run("run", "fuping", "--out", "taken")
    assert (code, printed) == (2, "")
    assert message.startswith("fupin: cannot write results to taken")
    assert "--out" in message
    with pytest.raises(FupinError, match="name another folder"):
        open_folder(tmp_path / "taken" / "below")


def test_runs_that_begin_at_once_may_open_the_same_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(open_folder, [tmp_path / "same"] * 400))
    assert set(opened) == {tmp_path / "same"}
    assert not list((tmp_path / "same").iterdir())


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_csv(path, pd.DataFrame({"a": [1]}))
    before = path.read_bytes()

    def fail() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_with_a_quote_is_only_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "a planner's"
    folder.mkdir()
    write_parquet(folder / "t.parquet", pd.DataFrame({"县": ["阜平"]}))
    assert [path.name for path in folder.iterdir()] == ["t.parquet"]


@pytest.mark.parametrize(("name", "plain"), [("保定 九县/2014", "保定-九县-2014"), ("a+b", "a+b"), ("..", "world")])
def test_any_scenario_name_gives_a_folder_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("name", ["con", "NUL", "aux.2014", "LPT1", "保定/../con"])
def test_no_name_is_one_that_windows_takes_for_a_device(name: str) -> None:
    assert plain_name(name).partition(".")[0].casefold() not in {"con", "nul", "aux", "lpt1"}
    assert plain_name("contract") == "contract"


def test_two_arms_never_share_a_file() -> None:
    names = plain_names(["a/x.toml", "b/x.toml", "X", "x-2", "y"])
    assert names["a/x.toml"] == "x"
    assert names["y"] == "y"
    assert len({plain.casefold() for plain in names.values()}) == 5


def test_the_default_folder_depends_on_what_is_run() -> None:
    one, other = resolved("industry"), resolved("security")
    folders = {default_folder(one), default_folder(other), default_folder(one, other), default_folder(other, one)}
    assert len(folders) == 4
    assert all(folder.parts[0] == "results" for folder in folders)


# what is printed


@pytest.mark.parametrize(("lang", "words"), [("zh", ("人均可支配收入 (元/人/年)", "万人", "万元/年", "农村低保")),
                                             ("en", ("income per head (yuan/person/year)", "thousand persons",
                                                     "million yuan/year", "dibao"))])  # fmt: skip
def test_the_table_has_units_in_its_labels_and_one_column_a_year(run: Run, lang: str, words: Sequence[str]) -> None:
    code, printed, _ = run("run", "fuping", *OPTIONS, "--no-figures", "--lang", lang, "--out", "here")
    assert code == 0
    assert re.search(r"2014 +2015 +2016", printed)
    assert all(word in printed for word in words)
    assert bool(re.search("[\u4e00-\u9fff]", printed)) is (lang == "zh")


def test_the_table_shows_the_outcomes_of_the_run() -> None:
    result = world("industry")
    years, lines = planner_table(result, "en")
    assert years == [2014, 2015, 2016]
    shown = {line.label.strip(): line.values for line in lines}
    assert shown[label_of("income", "en")][-1] == f"{result.outcomes.loc[2016, 'income']:,.0f}"
    assert shown[label_of("headcount", "en")][0] == f"{100 * result.outcomes.loc[2014, 'headcount']:.1f}"
    assert shown[label_of("registered", "en")][0] == "–"
    grants = result.programmes[result.programmes["instrument"] == "production_grant"]
    assert shown["production grants"] == ("–", *(f"{yuan / 1e6:,.1f}" for yuan in grants["spent"]))


def test_the_table_names_who_pays() -> None:
    result = world("industry")
    shown = {line.label.strip(): line.values for line in planner_table(result, "en")[1]}
    paid = [float(shown[source][-1].replace(",", "")) for source in ("centre", "province", "city", "county")]
    assert sum(paid) == pytest.approx(result.outcomes.loc[2016, "public_cost"] / 1e6, abs=0.3)
    assert min(paid) > 0.0
    assert not [label for label in shown if label.startswith("donors")]


def test_donors_are_told_to_be_beside_public_spending() -> None:
    result = world("industry")
    given = result.ledger.iloc[[0]].assign(purpose="grant.society", year=2016, instrument="budget_rules", yuan=5e6)
    shown = planner_table(replace(result, ledger=pd.concat([result.ledger, given])), "en")[1]
    assert "donors and paired regions (beside public spending)" in {line.label.strip() for line in shown}


def test_json_is_all_that_stands_on_stdout(run: Run) -> None:
    code, printed, message = run("run", "fuping", *OPTIONS, "--no-figures", "--no-panel", "--json", "--out", "here")
    assert (code, message) == (0, "")
    told = json.loads(printed)
    assert told["years"] == [2014, 2015, 2016]
    assert set(told["outcomes"]) == set(OUTCOMES)
    assert told["outcomes"]["registered"]["values"][0] is None
    assert told["results"] == "here"
    assert not Path("here", "households.parquet").exists()


def test_set_and_policy_change_the_world(run: Run) -> None:
    common = ("run", "fuping", *OPTIONS, "--no-figures", "--json")
    plain = json.loads(run(*common, "--out", "a")[1])
    generous = json.loads(run(*common, "--set", "dibao.coverage=0.3", "--out", "b")[1])
    nothing = json.loads(run(*common, "--policy", "do-nothing", "--out", "c")[1])
    cost = [told["outcomes"]["public_cost"]["values"][-1] for told in (generous, plain, nothing)]
    assert cost[0] > 1.2 * cost[1] > 0
    assert cost[2] == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "fupping"], "did you mean 'fuping'?"),
        (["run", "fuping", "--policy", "industri"], "did you mean 'industry'?"),
        (["run", "fuping", "--years", "0"], "--years"),
        (["run", "fuping", "--sample", "2"], "--sample"),
        (["run", "fuping", "--area", "阜平线"], "did you mean '阜平"),
        (["run", "fuping", "--seed", "-1"], "--seed"),
    ],
)
def test_a_mistake_is_one_message(run: Run, arguments: list[str], expected: str) -> None:
    code, printed, message = run(*arguments)
    assert (code, printed) == (2, "")
    assert expected in message
    assert "Traceback" not in message
    assert not Path("results").exists()


@pytest.mark.parametrize("unit", UNITS)
def test_numbers_are_shown_in_the_scale_of_their_unit(unit: str) -> None:
    for lang in ("zh", "en"):
        assert number(float("nan"), unit, lang) == "–"
        assert not number(-1e-12, unit, lang).startswith("−")
        assert number(-3e7, unit, lang).startswith("−")
        assert number(3e7, unit, lang, signed=True).startswith("+")


# the figures


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_are_drawn_in_both_languages_without_a_missing_character(lang: str, tmp_path: Path) -> None:
    result = world("industry")  # a missing glyph is a warning, and warnings are errors
    made = draw(drawings_of_run(result, lang), tmp_path / "figures", note_of_run(result, lang))
    assert len(made) == 6
    for path in made:
        assert path.read_bytes().startswith(b"\x89PNG")
        svg = path.with_suffix(".svg").read_text(encoding="utf-8")
        assert "<text" not in svg  # letters are outlines, so no font is needed to read them
    if lang == "en":
        texts = " ".join(f"{item.title} {item.subtitle}" for item in drawings_of_run(result, lang))
        assert not re.search("[\u4e00-\u9fff]", texts + note_of_run(result, lang))


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_the_headcount_is_written_on_the_side_where_the_register_is_not(factor: float) -> None:
    result = world("industry")
    outcomes = result.outcomes.assign(registered=factor * result.outcomes["poor_persons"])
    figure = Figure()
    next(item.fill for item in drawings_of_run(replace(result, outcomes=outcomes), "en") if item.name == "poverty")(
        figure
    )
    written = [text for text in figure.axes[0].texts if re.fullmatch(r"\([\d.]+%\)", text.get_text())]
    assert len(written) == len(outcomes)
    assert {text.get_va() for text in written} == {"bottom" if factor < 1 else "top"}


def test_a_whole_region_has_no_uncertainty_of_sampling() -> None:
    result = world("industry")
    whole = replace(result, scenario=replace(result.scenario, sample=1.0))
    assert "parameters and sampling" in note_of_run(result, "en")
    assert "sampling" not in note_of_run(whole, "en")


def test_a_world_without_instruments_has_no_figure_of_spending() -> None:
    names = [item.name for item in drawings_of_run(world("do-nothing"), "en")]
    assert "spending" not in names
    assert len(names) == 5


def test_labels_at_the_lines_do_not_touch() -> None:
    room = np.full(5, 0.1)
    places = _apart(np.array([0.1, 0.11, 0.12, 0.5, 0.98]), room)
    assert (np.diff(places) >= 0.0999).all()
    assert (places >= 0.05).all()
    assert (places <= 1.0).all()


def test_text_colours_are_dark_enough_to_read() -> None:
    for colour in ("#E69F00", "#56B4E9", "#C8C8C8", "#0072B2"):
        red, green, blue = dark(colour)
        assert 0.30 * red + 0.59 * green + 0.11 * blue <= 0.421
