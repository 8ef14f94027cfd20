"""Claims about the command: it is quick to answer, and a mistake costs one clear message and exit code 2."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from fupin import cli
from fupin.errors import FupinError
from fupin.labels import Label, language, pick

app = typer.Typer(add_completion=False)  # two subcommands of our own, hung into the table below


@app.command()
def interrupted() -> None:
    """Behave like a run that the user stops."""
    raise KeyboardInterrupt


@app.command()
def write(folder: Path) -> None:
    """Write a result."""
    (folder / "result.csv").write_text("", encoding="utf-8")


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(call: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command in this process, which has two more subcommands: exit code, stdout, stderr."""
    for name in ("interrupted", "write"):
        monkeypatch.setitem(cli.COMMANDS, name, (__name__, Label("试", "try")))
    return call


def mistake(run: Run, *arguments: str) -> str:
    """The message of a call that must fail as a mistake in the input does."""
    code, _, message = run(*arguments)
    assert code == 2, message
    assert "Traceback" not in message
    return message


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    call = [sys.executable, "-m", "fupin", *arguments]
    settings = {**os.environ, "FUPIN_LANG": "en", **environment}
    return subprocess.run(call, capture_output=True, encoding="utf-8", env=settings, check=False)


def test_help_lists_every_command_without_loading_the_model() -> None:
    # what costs seconds must not be loaded; the time itself is told by the benchmarks
    heavy = "{'mesa', 'numpy', 'pandas', 'scipy', 'pydantic', 'matplotlib', 'duckdb', 'rich'}"
    script = (
        "import sys, fupin, fupin.cli\n"
        "try: fupin.cli.main(['--help'])\n"
        f"except SystemExit: print(sorted({heavy} & set(sys.modules)))"
    )
    settings = {**os.environ, "FUPIN_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=settings, check=True
    )
    assert done.stdout.rstrip().endswith("[]"), done.stdout[-200:]
    for name in cli.COMMANDS:
        assert re.search(rf"^  {name} +\w", done.stdout, re.MULTILINE), name


def test_help_answers_at_once() -> None:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert command("--help").returncode == 0
        times.append(time.perf_counter() - start)
    assert min(times) < 0.5


def test_a_mistake_ends_the_process_with_code_2_and_one_line() -> None:
    done = command("scenario", "show", "baodign")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("fupin: unknown scenario 'baodign'; did you mean 'baoding'?")
    assert done.stderr.count("\n") == 1


def test_chinese_is_printed_whatever_the_console_speaks() -> None:
    done = command("--help", FUPIN_LANG="zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "模拟一个情景" in done.stdout


def test_an_interrupted_command_says_so_and_ends_with_130(run: Run) -> None:
    code, _, message = run("interrupted")
    assert code == 130
    assert message == "fupin: interrupted\n"


def test_a_place_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert re.search(r"^fupin: .*result.csv: \w", mistake(run, "write", str(tmp_path / "file")))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["compare", "baoding", "--policy", "industry", "--workers", "2"], "add --replicates N or --budget YUAN"),
        (["scenarios"], "no command 'scenarios'; did you mean 'scenario'?"),
        (["scenario", "shw"], "No such command 'shw'"),
        (["scenario", "list", "--loud"], "No such option"),
        (["scenario", "check"], "Missing argument"),
        (["scenario", "list", "--lang", "fr"], "'fr' is not spoken here; allowed: zh, en"),
        (["scenario", "check", "gone.toml"], "gone.toml: there is no such scenario file"),
        (["scenario", "show", "baoding", "--policy", "baseline-2015"], "did you mean 'baseline-2014'?"),
        (["scenario", "show", "baoding", "--set", "smaple=1"], "unknown path 'smaple'; did you mean 'sample'?"),
        (["scenario", "show", "baoding", "--set", "start=2014-13"], "the date '2014-13' does not exist"),
        (["scenario", "show", "baoding", "--set", "wages.migrant_wage=-5"], "-5 is out of range; allowed: "),
        (["scenario", "diff", "baoding", "fupping"], "did you mean 'fuping'?"),
        (["scenario", "new", "a/b"], "'a/b' cannot be a name"),
        (["show", "parameters", "wagges"], "no parameter begins with 'wagges'"),
        (["show", "instrument", "grnt"], "unknown instrument 'grnt'"),
    ],
)
def test_a_mistake_on_the_command_line_is_answered_with_what_is_allowed(
    run: Run, arguments: list[str], expected: str
) -> None:
    assert expected in mistake(run, *arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('regoin = "baoding"\nyears = 7', "mine.toml: the key `region` is missing (and 1 more)"),
        ('region = "baoding"\nyaers = 7', "mine.toml, line 2, key yaers: unknown key; did you mean 'years'?"),
        ('region = "baoding"\nyears = "7"', "mine.toml, line 2, key years: '7' has the wrong type"),
        ('region = "baoding"\nstart = 2014-02-30', "mine.toml, line 2, column "),
        ('region = "baoding"\narea = ["阜平线"]', "no county '阜平线' in baoding; did you mean '阜平"),
        ('region = "baoding"\npolicies = ["grants"]', "mine.toml, line 2, key policies.0: unknown policy 'grants'"),
        ("region = baoding", "mine.toml, line 1, column "),
        ('[[instrument]]\nkind = "wand"', "mine.toml, line 2, key instrument.0.kind: unknown instrument 'wand'"),
    ],
)
def test_a_mistake_in_a_file_is_answered_with_its_place(run: Run, tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    assert expected in mistake(run, "scenario", "check", str(file))


def test_a_file_in_another_encoding_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes('region = "baoding"\nzh = "保定"\n'.encode("gbk"))
    assert "mine.toml, line 2: not UTF-8 text" in mistake(run, "scenario", "check", str(file))


def test_every_scenario_and_policy_of_the_library_is_valid(run: Run) -> None:
    for name in ("baoding", "fuping", "do-nothing", "baseline-2014"):
        code, printed, message = run("scenario", "check", name)
        assert code == 0, message
        assert "is valid" in printed


def test_a_new_scenario_and_a_new_policy_pass_the_check(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("scenario", "new", "mine")[0] == 0
    assert run("scenario", "new", "ours", "--policy")[0] == 0
    assert "exists already" in mistake(run, "scenario", "new", "mine")
    for name in ("mine", "ours"):
        code, _, message = run("scenario", "check", f"{name}.toml")
        assert code == 0, message
    assert json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8"))["title"] == "fupin scenario"


def test_a_shown_scenario_is_a_scenario_file_of_the_same_world(run: Run, tmp_path: Path) -> None:
    shown = run("scenario", "show", "baoding")[1]
    (tmp_path / "again.toml").write_text(shown, encoding="utf-8")
    again = str(tmp_path / "again.toml")
    assert "the same world" in run("scenario", "diff", "baoding", again)[1]
    assert json.loads(run("scenario", "show", "baoding", "--json")[1])["identity"] in run("scenario", "show", again)[1]


def test_a_difference_between_scenarios_is_shown_with_both_values(run: Run) -> None:
    printed = run("scenario", "diff", "baoding", "fuping", "--table")[1]
    assert re.search(r"sample +0\.01 +0\.1", printed)
    assert "阜平县" in printed
    assert "start" not in printed


@pytest.mark.parametrize("what", ["parameters", "columns", "month", "instruments"])
def test_what_the_model_declares_can_be_printed_in_both_languages(run: Run, what: str) -> None:
    zh, en = (run("show", what, "--lang", lang) for lang in ("zh", "en"))
    assert zh[0] == en[0] == 0
    assert re.search("[\u4e00-\u9fff]", zh[1])
    assert not re.search("[\u4e00-\u9fff]", en[1])
    assert run("show", what, "--markdown", "--lang", "en")[1].lstrip("# \n").count("| --- |") >= 1


def test_a_language_is_taken_from_the_option_then_the_environment_then_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FUPIN_LANG", "zh")
    assert (language(), language("en")) == ("zh", "en")
    monkeypatch.delenv("FUPIN_LANG")
    for system, spoken in (("zh_CN.UTF-8", "zh"), ("fr_FR.UTF-8", "en"), ("C", "en")):
        monkeypatch.setenv("LC_ALL", system)
        assert language() == spoken
    monkeypatch.setenv("FUPIN_LANG", "klingon")
    with pytest.raises(FupinError, match="FUPIN_LANG 'klingon' is not spoken here"):
        language()


def test_a_label_that_lacks_one_language_falls_back_to_the_other() -> None:
    assert pick(Label("县", ""), "en") == "县"
    assert pick(Label("", "county"), "zh") == "county"
