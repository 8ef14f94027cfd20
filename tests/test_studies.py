"""Studies as data and sweeps: what a file asks is what is run, mistakes are told where they stand."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fupin.cli import main
from fupin.commands.decide import factor_labels_of
from fupin.errors import FupinError
from fupin.experiments.arms import arms_of
from fupin.experiments.figures import SIZE, styled
from fupin.experiments.study import open_study, run_study
from fupin.experiments.study.described import begun, described, varied_in
from fupin.experiments.study.store import Store
from fupin.experiments.study_text import load_study_file, studies
from fupin.experiments.sweep import Sweep, Vary, drawing_of_fans, fans, lines_of, rows_of

SMALL = 'years = 1\nsample = 0.001\narea = ["Fuping"]\nreplicates = 2\n'
TEXT = f"""
name = "try"
zh = "试"
en = "try"
command = "sweep"
scenario = "baoding"
[options]
policy = ["security"]
vary = ["wages.return_to_skill=0.2,0.4"]
{SMALL}"""


def study_file(folder: Path, text: str = TEXT) -> str:
    (folder / "try.toml").write_text(text, encoding="utf-8")
    return str(folder / "try.toml")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = 0
    try:
        main(list(words))
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_study_file_runs_and_its_report_is_written_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = study_file(tmp_path), tmp_path / "results"
    code, printed, _ = run(capsys, "study", "run", file, "--out", str(out), "--engine", "here", "--lang", "en")
    assert code == 0
    assert "poverty headcount" in printed
    assert len(open_study(out).design) == 4
    before = {path: path.stat().st_mtime_ns for path in (out / "parts").iterdir()}
    assert run(capsys, "study", "report", file, "--out", str(out), "--lang", "zh")[0] == 0
    assert {path: path.stat().st_mtime_ns for path in (out / "parts").iterdir()} == before  # nothing was run again
    assert {"report.en.html", "report.zh.html", "report.en.xlsx", "report.zh.xlsx"} <= {p.name for p in out.iterdir()}
    code, printed, _ = run(capsys, "study", "show", str(out), "--lang", "en")
    assert "4 / 4" in printed
    assert all(word in printed for word in ("sweep: Baoding", "varied: return to full skill", "arms: safety net"))
    assert begun(open_study(out)) in printed
    assert "取值扫描：保定" in run(capsys, "study", "show", str(out), "--lang", "zh")[1]
    assert run(capsys, "study", "compact", str(out))[0] == 0


def test_studies_of_one_scenario_are_told_apart_by_what_they_ask(tmp_path: Path) -> None:
    told = []
    for place, (arms, levels, seed) in enumerate(
        ((["security", "industry"], (0.2, 0.4), 1), (["security"], (0.2, 0.4), 1), (["security"], (0.2,), 5))
    ):
        keys = {"years": 1, "sample": 0.001, "area": ("Fuping",), "seed": seed}
        asked = Sweep(arms_of("baoding", arms, None, (), keys)[0], (Vary("wages.return_to_skill", levels),), 2, ())
        study = asked.study()
        Store.create(study, tmp_path / str(place))
        results = open_study(tmp_path / str(place))
        assert varied_in(results) == (["wages.return_to_skill"] if len(levels) > 1 else [])
        told.append([described(results, {}, lang) for lang in ("zh", "en")])
    assert told[0] == [
        "方案：低保兜底、产业扶贫；变动：wages.return_to_skill 0.2、0.4；种子 1–2；2014 年；抽样 0.1%；阜平县",
        "arms: safety net, industry; varied: wages.return_to_skill 0.2, 0.4; seeds 1–2; 2014; sample 0.1%; Fuping",
    ]
    assert told[1][1].startswith("arms: safety net; varied")
    assert told[2][1] == "arms: safety net; seeds 5–6; 2014; sample 0.1%; Fuping"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('command = "sweep"', 'command = "swep"', "line 5, key command: 'swep' is not known; did you mean 'sweep'?"),
        ("replicates = 2", "replicate = 2", "has no option 'replicate'; did you mean 'replicates'?"),
        ('policy = ["security"]', 'policy = ["securty"]', "did you mean 'security'"),
        ("replicates = 2", "replicates = true", "allowed: numbers, words, or a list of them"),
        ("wages.return_to_skill=0.2", "wages.return_to_skil=0.2", "did you mean 'wages.return_to_skill'"),
        ("=0.2,0.4", "=0.2,9", "--vary wages.return_to_skill=9"),
        ("=0.2,0.4", "=a", "allowed: PATH=NUMBER"),
        ('zh = "试"', 'zhh = "试"', "key zhh: unknown key; did you mean 'zh'?"),
    ],
)
def test_a_mistake_in_a_study_file_is_told_once(
    old: str, new: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = study_file(tmp_path, TEXT.replace(old, new))
    code, _, told = run(capsys, "study", "run", file, "--out", str(tmp_path / "out"), "--engine", "here")
    assert code == 2
    assert message in told
    assert told.count("\n") == 1


def test_an_unknown_study_is_told_with_the_nearest() -> None:
    with pytest.raises(FupinError, match="did you mean 'buffer-and-funding-stop'"):
        load_study_file("buffer-and-funding")


def test_a_report_of_what_was_never_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = run(capsys, "study", "report", study_file(tmp_path), "--out", str(tmp_path / "none"))
    assert (code, "run the study first" in told) == (2, True)


def test_results_of_another_version_are_named_where_there_are_none_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    older = Path("results", "studies", "five-families-00000000")
    older.mkdir(parents=True)
    _, _, told = run(capsys, "study", "report", "five-families")
    assert str(older) in told
    assert "of another version" in told


@pytest.mark.parametrize("name", studies())
def test_every_study_of_the_library_is_signed_and_its_options_are_known(name: str) -> None:
    from fupin.cli import load

    file = load_study_file(name)
    assert file.text.author
    assert file.text.date
    assert file.text.sources
    assert file.text.zh
    assert file.text.en
    known = {str(one.name): bool(getattr(one, "is_flag", False)) for one in load(file.text.command).params}
    known |= {"set": False}
    assert file.arguments(known)[0] == file.text.scenario


def test_a_sweep_shares_its_seeds_between_arms_and_levels(tmp_path: Path) -> None:
    keys = {"years": 1, "sample": 0.001, "area": ("Fuping",), "seed": 5}
    arms, _, _ = arms_of("baoding", ["security", "do-nothing"], None, (), keys)
    asked = Sweep(arms, (Vary("wages.return_to_skill", (0.2, 0.4)),), 2, ("headcount",))
    design = asked.study().design
    assert len(design) == 8
    assert design.groupby(["arm", "wages.return_to_skill"])["seed"].apply(list).map(tuple).unique().tolist() == [(5, 6)]
    results = run_study(asked.study(), tmp_path / "sweep", engine="here")
    table = fans(asked, results)
    assert len(lines_of(asked, table)) == 4
    for key in lines_of(asked, table):
        rows = rows_of(table, "headcount", key)
        frame = results.frame(["headcount"])
        same = frame[(frame["arm"] == key["arm"]) & (frame["wages.return_to_skill"] == key["wages.return_to_skill"])]
        assert rows["q50"].iloc[-1] == pytest.approx(same["headcount"].median())


def test_a_legend_stays_inside_its_figure_and_names_what_is_varied_once(tmp_path: Path) -> None:
    keys = {"years": 1, "sample": 0.001, "area": ("Fuping",), "seed": 5}
    arms, _, _ = arms_of("baoding", ["security", "do-nothing"], None, (), keys)
    varied = (Vary("wages.return_to_skill", (0.2, 0.4)), Vary("buffer.buffer_years", (0, 3)))
    asked = Sweep(arms, varied, 1, ("headcount",))
    table = fans(asked, run_study(asked.study(), tmp_path / "sweep", engine="here"))
    named = factor_labels_of([one.path for one in varied], asked.study().arms)
    for lang in ("zh", "en"):
        drawing = drawing_of_fans(asked, table, named, lang)
        figure = Figure(figsize=SIZE)
        FigureCanvasAgg(figure)
        with styled():
            drawing.fill(figure)
            figure.draw_without_rendering()
        (box,) = [legend.get_window_extent() for legend in figure.legends]
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
        axes = figure.axes[0].get_tightbbox()
        assert axes is not None
        assert box.y1 <= axes.y0 + 1.0
    assert "levels of: return to full skill, years in which support goes on after exit" in drawing.subtitle.replace(
        "\n", " "
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another event there")
def test_control_c_stops_with_one_line_and_the_same_command_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "sweep"
    words = ["sweep", "baoding", "--sample", "0.001", "--area", "Fuping", "--years", "1", "--replicates", "16"]
    words += ["--no-figures", "--out", str(out), "--lang", "en"]
    handled = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # a shell may have it ignored
    code = f"{handled}; from fupin.cli import main; main({words})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        until = time.monotonic() + 60.0
        while not list((out / "parts").glob("runs-*")) and first.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        first.send_signal(signal.SIGINT)
        _, told = first.communicate(timeout=60)
    assert first.returncode == 130
    assert told.decode().strip() == "fupin: interrupted; what is done is kept, the same command goes on"
    done = {path.name: path.stat().st_mtime_ns for path in (out / "parts").glob("runs-*")}
    assert 0 < len(done) < open_study(out).store.study.chunks
    with pytest.raises(SystemExit) as exit_:
        main([*words, "--engine", "here"])
    assert not exit_.value.code
    assert open_study(out).finished
    assert all((out / "parts" / name).stat().st_mtime_ns == before for name, before in done.items())
