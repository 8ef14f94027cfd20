"""Results of the benchmark: budgets judged the right way, told by engine, compared, drawn, in two languages."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import string
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from fupin.cli import main
from fupin.errors import FupinError
from fupin.experiments.benchmark import engines, frames, measures
from fupin.experiments.benchmark.changes import changes, noise_of
from fupin.experiments.benchmark.declared import KINDS, PARTS, figure
from fupin.experiments.benchmark.engines import COMPILED, ENGINES, NUMPY
from fupin.experiments.benchmark.plot import drawing_of_speed
from fupin.experiments.benchmark.record import Record, read_record, record_of, write_record
from fupin.experiments.benchmark.tables import TITLES, budgets, tables

HERE = {"processor": "P", "cores": 2, "memory_gb": 24.0, "system": "Linux", "numpy": "2.5"}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])
    return int(ended.value.code or 0)


def measured(value: float = 500.0, engine: str = NUMPY, size: int = 10_000, repeats: tuple[float, ...] = ()):
    return figure("quarter", value, engine, size=size, repeats=repeats)


@pytest.fixture
def results(tmp_path):
    """Writes a result of some figures and returns its path."""

    def written(name: str, *figures, machine=HERE, **settings):
        path = tmp_path / f"{name}.json"
        write_record(Record(dict(machine), settings, list(figures)), path)
        return str(path)

    return written


def test_a_budget_is_an_upper_or_a_lower_bound():
    assert measured(600.0).met
    assert not measured(601.0).met
    assert figure("household_ratio", 60.0, NUMPY, size=10_000).met
    assert not figure("household_ratio", 59.0, NUMPY, size=10_000).met
    assert figure("month", 5.0, NUMPY, size=10_000).met is None


def test_each_engine_has_its_own_budget_and_small_worlds_have_none():
    assert measured(200.0).met
    assert not measured(200.0, COMPILED).met
    assert not figure("household_ratio", 200.0, COMPILED, size=10_000).met
    assert measured(5_000.0, size=1_000).budget is None
    assert figure("all_years", 0.1, COMPILED, size=10_000, factor=2.0, years=7, many="").budget == pytest.approx(0.3)


def test_every_figure_is_labelled_in_both_languages_with_the_same_blanks():
    for kind in KINDS.values():
        blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (kind.zh, kind.en)]
        assert blanks[0] == blanks[1]
        assert kind.zh
    assert set(PARTS) == set(TITLES)


def test_a_result_reads_back_as_it_was_written(tmp_path):
    record = record_of([measured(500.0, repeats=(500.0, 510.0)), figure("start_fupin", 0.02)], years=7)
    write_record(record, tmp_path / "r.json")
    again = read_record(tmp_path / "r.json")
    assert again == dataclasses.replace(record, machine=again.machine)
    assert again.machine["numpy"] == np.__version__


def test_engines_stand_side_by_side_and_columns_without_figures_are_left_out():
    (alone,) = tables([measured()], "en")
    assert alone.head == ["figure", "unit", "NumPy", "budget", ""]
    (both,) = tables([measured(), measured(100.0, COMPILED)], "en")
    assert both.rows == [
        ["10,000 households: a household-quarter", "ns", "500", "≤ 600", "met 0.83×", "100", "≤ 150", "met 0.67×"]
    ]


def test_the_table_of_budgets_has_every_row_of_the_plan_measured_or_not():
    printed = budgets([measured(700.0), figure("start_help", 0.1)], "en")
    told = {row[0]: row[2:] for row in printed.rows}
    assert told["10,000 households: a household-quarter"] == ["700", "≤ 600", "missed 1.2×", "", "≤ 150", ""]
    assert told["start: fupin --help"] == ["0.1", "≤ 0.5", "met 0.2×", "", "", ""]
    assert told["1,000,000 households: peak memory"] == ["", "≤ 2.5", "", "", "≤ 1.5", ""]
    assert {kind.row for kind in KINDS.values() if kind.row} == set(range(1, 10))
    half = figure("all_years", 0.1, NUMPY, size=10_000, factor=0.5, years=3, many=("", ""))
    (row,) = (row for row in budgets([half], "en").rows if row[0].endswith("3 years"))
    assert row[2:] == ["0.1", "≤ 0.2", "met 0.5×", "", "≤ 0.075", ""]  # the other engine's is scaled too


def test_slower_and_quicker_are_told_beyond_the_floor_of_noise_only():
    def factor(new: float, kind: str = "quarter", repeats: tuple[float, ...] = ()):
        old, now = (figure(kind, x, NUMPY, size=100_000, repeats=r) for x, r in ((100.0, ()), (new, repeats)))
        found = changes(Record({}, {}, [old]), Record({}, {}, [now]))
        return len(found.slower()), len(found.quicker())

    assert factor(111.0) == (0, 0)
    assert factor(113.0) == (1, 0)
    assert factor(90.0) == (0, 0)
    assert factor(88.0) == (0, 1)
    assert factor(60.0, "household_ratio") == (1, 0)  # fewer times quicker than objects is worse
    assert factor(120.0, repeats=(120.0, 150.0, 160.0)) == (0, 0)  # the repeats say how disturbed it was
    assert factor(103.0, "bytes") == (1, 0)  # what is counted has hardly any noise


def test_a_machine_that_was_slower_by_itself_is_told_and_its_drift_is_noise(results, capsys):
    def result(name: str, quarter: float, drift: float):
        of_machine = [figure("memory_speed", 1e5 / x / drift, size=x) for x in (1_000, 10_000, 100_000)]
        return results(name, measured(quarter, size=100_000), *of_machine)

    old, new = result("old", 500.0, 1.0), result("new", 640.0, 1.3)
    assert run("compare", old, new, "--fail", "--lang", "en") == 0  # 28 % slower on a machine 30 % slower
    told = capsys.readouterr().out
    assert "The machine itself: +30 % (median of 3" in told
    assert "1 within noise" in told  # the figures of the machine are not among those of fupin
    assert run("compare", old, result("worse", 700.0, 1.3), "--fail") == 1
    assert run("compare", old, result("calm", 640.0, 1.0), "--fail") == 1


def test_noise_is_how_far_the_middle_repeat_lies_above_the_quickest():
    assert noise_of(measured(100.0, repeats=(130.0, 100.0, 120.0))) == pytest.approx(0.2)
    assert noise_of(measured()) == 0.0


def test_figures_of_one_result_alone_are_counted_and_checks_are_no_costs():
    check = figure("household_difference", 1e-12, NUMPY, size=10_000)
    old = Record({}, {}, [measured(), measured(size=1_000), check])
    new = Record({}, {}, [measured(), measured(100.0, COMPILED), dataclasses.replace(check, value=1e-10)])
    found = changes(old, new)
    assert (len(found.both), found.gone, found.new) == (1, 1, 1)
    with pytest.raises(FupinError, match="no figure in common"):
        changes(Record({}, {}, [check]), new)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_what_became_slower(results, capsys, lang):
    old = results("old", measured(500.0), measured(900.0, size=1_000), figure("start_help", 0.3))
    new = results("new", measured(700.0), measured(500.0, size=1_000), figure("start_help", 0.31))
    assert run("compare", old, new, "--lang", lang) == 0
    told = capsys.readouterr().out
    assert ("变慢 1 项，变快 1 项，噪声之内 1 项" if lang == "zh" else "1 slower, 1 quicker, 1 within noise") in told
    assert "+40 %" in told
    assert "-44 %" in told
    assert run("compare", old, new, "--fail") == 1
    assert run("compare", new, new, "--fail") == 0


def test_results_of_different_machines_are_compared_only_when_told_to(results, capsys):
    old, new = results("old", measured()), results("new", measured(550.0), machine=HERE | {"cores": 64})
    assert run("compare", old, new, "--lang", "en") == 2
    refused = capsys.readouterr().err
    assert "different machines: cores 2 / 64" in refused
    assert refused.count("\n") == 1
    assert run("compare", old, new, "--anyway", "--lang", "en") == 0
    told = capsys.readouterr()
    assert "different machines" in told.err
    assert "1 within noise" in told.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("speed!", "not JSON"),
        ("[1, 2]", "no result"),
        ('{"figures": {}, "machine": {}}', "another version"),
        ('{"format": 2, "figures": [{"name": "quarter"}], "machine": {}, "settings": {}}', "no result"),
    ],
)
def test_files_that_are_no_results_are_one_message_and_exit_code_2(
    results, tmp_path, capsys, monkeypatch, content, message
):
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    assert run("compare", results("old", measured()), str(tmp_path / "bad.json"), "--lang", "en") == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert run("compare", str(tmp_path / "none.json"), results("new", measured())) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_measures_writes_and_draws(tmp_path, capsys, monkeypatch, lang):
    monkeypatch.setattr(measures, "USUAL", (1_000,))
    out, plot = tmp_path / "figures.json", tmp_path / "plots" / "speed.png"
    options = [
        "--engine",
        NUMPY,
        "--years",
        "1",
        "--repeats",
        "1",
        "--out",
        str(out),
        "--plot",
        str(plot),
        "--lang",
        lang,
    ]
    assert run("size", *options) == 0
    printed = capsys.readouterr().out
    assert ("一户一季" if lang == "zh" else "a household-quarter") in printed
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["machine"]["numpy"] == np.__version__
    assert record["settings"] == {"part": "size", "engines": [NUMPY], "full": False, "years": 1, "repeats": 1}
    quarter = record["figures"][0]
    assert (quarter["name"], quarter["engine"], quarter["unit"]) == ("quarter", "numpy", "ns")
    assert quarter["budget"] is None  # budgets hold from 10,000 households on
    assert len(quarter["repeats"]) == 1
    first = plot.read_bytes()
    assert plot.with_suffix(".svg").stat().st_size > 5_000
    plot.unlink()
    assert run("plot", str(out), str(plot), "--lang", lang) == 0  # from the file alone
    assert plot.read_bytes() == first


def test_the_plot_has_a_line_for_each_engine_objects_polars_and_the_limit():
    lines = [
        figure(kind, value * n**-0.1, engine, size=n, many=("", ""), threads=2, bytes=529)
        for n in (1_000, 10_000, 100_000)
        for kind, engine, value in (
            *(("quarter", engine, 900.0) for engine in (NUMPY, COMPILED)),
            *(("core", engine, 90.0) for engine in (NUMPY, COMPILED)),
            *((name, "", 400.0) for name in ("household_objects", "polars", "limit")),
        )
    ]
    canvas = Figure()
    drawing_of_speed(Record(HERE, {}, lines), "speed", "en").fill(canvas)
    months, core = canvas.axes
    assert (months.get_xscale(), months.get_yscale(), core.get_yscale()) == ("log", "log", "log")
    assert (len(months.lines), len(core.lines)) == (2, 5)
    np.testing.assert_allclose(
        core.lines[0].get_ydata(), [one.value for one in lines if one.kind.name == "household_objects"]
    )
    named = {text.get_text() for text in core.texts}
    assert named == {"Mesa objects", "Polars", "NumPy", "compiled", "limit of memory"}


def test_a_result_without_anything_to_draw_is_one_message(results, tmp_path, capsys):
    assert run("plot", results("r", figure("start_help", 0.1)), str(tmp_path / "p.png")) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_polars_the_core_is_measured_against_memory_alone(capsys, monkeypatch):
    monkeypatch.setattr(frames.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(measures, "CORES", (100,))
    monkeypatch.setattr(measures.stream, "region_of_core", lambda size=0: measures.speed.ENGINES[NUMPY].build(WORLD))
    assert run("core", "--engine", NUMPY, "--repeats", "1", "--lang", "en") == 0
    told = capsys.readouterr()
    assert "Polars is not installed" in told.err
    assert "fupin[bench]" in told.err
    assert "limit of memory" in told.out
    assert "households: against Polars" not in told.out

    def missing(name: str):
        raise ImportError(name)

    monkeypatch.setattr(frames.importlib, "import_module", missing)
    with pytest.raises(FupinError, match=r"fupin\[bench\]"):
        frames.polars()


WORLD = measures.speed.world_of(1_000, 1)


def test_a_further_engine_is_measured_by_every_part_that_depends_on_one(monkeypatch):
    monkeypatch.setitem(engines.ENGINES, COMPILED, ENGINES[NUMPY])  # NumPy under another name: nothing is compiled
    both = engines.chosen()
    assert both == [NUMPY, COMPILED]
    assert engines.chosen(COMPILED) == [COMPILED]
    region = ENGINES[NUMPY].build(WORLD)
    monkeypatch.setattr(measures.stream, "region_of_core", lambda size=0: region)
    found = [
        *measures.size_figures([1_000], both, 1, 1),
        *measures.core_figures(both, [200], 1),
        *measures.phase_figures(both, 200, 1),
        *measures.object_figures(both, [1_000], 1),
    ]
    by_engine = [{one.kind.name for one in found if one.engine == name} for name in both]
    assert by_engine[0] - by_engine[1] == {"person_rules", "person_ratio", "person_difference"}  # on columns only
    assert {"quarter", "core", "polars_ratio", "phase", "phase_ratio", "household_ratio"} <= by_engine[1]
    assert len({one.identity for one in found}) == len(found)


def test_an_engine_that_is_not_here_is_one_message(capsys):
    for name, message in ((COMPILED, "fupin[fast]"), ("nump", "'numpy'")):
        if name not in ENGINES:
            assert run("size", "--engine", name, "--lang", "en") == 2
            assert message in capsys.readouterr().err


def test_an_unknown_part_is_one_message_and_exit_code_2(capsys):
    assert run("profle") == 2
    assert "'profile'" in capsys.readouterr().err


def test_help_names_the_other_commands(capsys):
    assert run("--help") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "bench compare" in told
    assert "bench plot" in told


def test_a_result_is_printed_again_as_it_was(results, capsys):
    path = results("r", measured(500.0), figure("start_help", 0.1))
    assert run("show", path, "--markdown", "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "| 10,000 households: a household-quarter | ns | 500 | ≤ 600 | met 0.83× |\n" in told
    assert "## Budgets of architecture section 8" in told
    assert "processor P, cores 2" in told


def test_the_page_shows_the_tables_of_the_latest_result():
    spec = importlib.util.spec_from_file_location("benchmarks_run", Path(__file__).parents[1] / "benchmarks" / "run.py")
    run_py = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run_py)
    page = run_py.PAGE.read_text(encoding="utf-8")
    assert run_py.renewed(page) == page
    assert "### Budgets of architecture section 8" in page
    for name in ("speed.png", "speed.svg"):
        assert (run_py.HERE / name).is_file()
    for house, lang in run_py.HOUSE:
        told = house.read_text(encoding="utf-8")
        assert run_py.first_page(told, lang) == told
        assert "<!-- measured: speed -->" in told
