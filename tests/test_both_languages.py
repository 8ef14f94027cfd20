"""Whatever the command prints of a declaration it prints in both languages: nobody may forget one."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fupin
from fupin.cli import main
from fupin.commands.region import numbers_of
from fupin.labels import LANGUAGES, Label, language, pick
from fupin.library import library
from fupin.model.agents import AGENT_CLASSES, AGENT_LABELS
from fupin.model.columns import Column, columns_of
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.families import FAMILIES
from fupin.model.instruments.kinds import OWN
from fupin.model.month import MONTH, Process
from fupin.model.parameters import load_parameters
from fupin.scenarios.profiles import load_profile
from fupin.sources import CITATION, phrases, source_in

COLUMNS = {f"{kind}.{name}": column for kind, cls in AGENT_CLASSES.items() for name, column in columns_of(cls).items()}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = re.compile(r"\w+[._]\w+|\w*\d\w*|logit|exp|Gompertz|Genicot|Ray")
"""Of the program, of formulas and of authors: they are the same in every language."""


def in_both(label: Label) -> bool:
    """Chinese has Chinese characters, English has letters and no Chinese."""
    return bool(CHINESE.search(label.zh) and re.search(r"[A-Za-z]", label.en) and not CHINESE.search(label.en))


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.kind)
def test_an_instrument_says_what_it_is_in_both_languages(kind: type[Instrument]) -> None:
    about = kind.about()
    assert in_both(Label(kind.zh, kind.en))
    assert in_both(about)
    assert about.zh.endswith("。")
    assert about.en.endswith(".")
    assert about.zh != pick(Label(kind.zh, kind.en), "zh")


def test_no_two_instruments_say_the_same() -> None:
    for lang in LANGUAGES:
        assert len({pick(kind.about(), lang) for kind in OWN}) == len(OWN)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_has_its_label_meaning_and_codes_in_both_languages(name: str) -> None:
    column: Column = COLUMNS[name]
    assert in_both(Label(column.zh, column.en))
    assert in_both(column.about) or column.about == Label("", "")
    assert all(in_both(word) for word in column.codes.values())
    assert list(column.choices or {}) == list(column.codes)


def test_every_kind_of_agent_is_named_in_both_languages() -> None:
    assert list(AGENT_LABELS) == list(AGENT_CLASSES)
    assert all(in_both(label) for label in AGENT_LABELS.values())


@pytest.mark.parametrize("process", MONTH, ids=lambda process: process.name)
def test_a_process_of_the_month_says_what_it_does_in_both_languages(process: Process) -> None:
    assert in_both(Label(process.zh, process.en))
    assert in_both(process.about)
    assert process.about.zh.endswith("。")
    assert process.about.en.endswith(".")


def test_an_instrument_of_ones_own_may_have_no_chinese() -> None:
    class Heating(OWN[0]):  # type: ignore[misc, valid-type]
        """Pays for coal.

        In November.
        """

    assert Heating.about() == Label("", "Pays for coal.")
    assert pick(Heating.about(), "zh") == "Pays for coal."


def declared_sources() -> set[str]:
    """Sources of all settings, parameters and shipped region profiles."""
    found = {record["source"] for kind in OWN for record in kind.Settings.describe()}
    found |= {entry.source for entry in load_parameters(library("model", "parameters")).values()}
    for file in library("scenarios", "regions").glob("*.toml"):
        profile = load_profile(file.stem)
        found |= {row[-1] for row in numbers_of(profile, "en")} | {margin.source for margin in profile.margin}
    return found


def test_a_source_is_told_in_chinese_but_for_what_it_cites() -> None:
    sources = declared_sources()
    assert len(sources) > 900
    left = {}
    for source in sources:
        told = source_in(source, "zh")
        assert source_in(source, "en") == source
        if re.search(r"[A-Za-z]{3,}", NAMES.sub("", CITATION.sub("", told))):
            left[source] = told
    assert not left, f"phrases without Chinese in model/sources.csv: {left}"


def test_phrases_of_sources_have_chinese() -> None:
    for english, chinese in phrases().items():
        assert CHINESE.search(chinese) or not re.search(r"[A-Za-z]{3,}", NAMES.sub("", chinese)), english


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("none: unlimited", "无：不限"),
        ("mechanisms.csv M020: effect is matched to the cause; off by default",
         "mechanisms.csv M020：措施与致贫原因匹配才有效；默认关闭"),
        ("bank practice (general knowledge, to verify)", "银行惯例（一般知识，待核实）"),
        ("literature.md section 3, model.md rule 8", "literature.md 第 3 节、model.md 规则 8"),
        ("opinions change within a year or two [K]", "看法在一两年内改变（一般知识，待核实）"),
        ("M062; seed 003", "M062；原文 003"),
        ("my own survey of 2015 (section 3)", "my own survey of 2015 (section 3)"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_cited_stays_and_words_are_translated(source: str, told: str) -> None:
    assert source_in(source, "zh") == told


def test_every_family_of_instruments_is_named_in_both_languages() -> None:
    assert {kind.family for kind in OWN} == set(FAMILIES)
    assert all(in_both(label) for label in FAMILIES.values())


OF_DEVELOPERS = {"experiments/neutral.py", "experiments/range_checks.py", "experiments/register_trials.py"}
"""Messages about the register and the ranges, which are changed by who writes the model."""
OF_NO_LANGUAGE = {"labels.py", "experiments/study/runner.py", "model/mechanisms.py"}
"""The language is not known, or a script's author or the author of the register is spoken to."""


def messages(path: Path) -> list[str]:
    """Words of errors, as they stand in a module, that are not told in two languages."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    names = ("FupinError", "error", *(["ValueError"] if path.parent.name == "scenarios" else []))  # a file's mistakes
    raised = (call for call in calls if ast.unparse(call.func).rpartition(".")[2] in names)
    given = (ast.unparse(word) for call in raised for word in call.args if not isinstance(word, ast.Call | ast.Name))
    return [said for said in given if re.search(r"[a-z]{2,} [a-z]{2,}", said) and not re.search(r"(tell|pick)\(", said)]


def test_an_error_is_told_in_both_languages() -> None:
    package = Path(fupin.__file__).parent
    left = {path.relative_to(package).as_posix(): messages(path) for path in package.rglob("*.py")}
    assert {name for name, found in left.items() if found} <= OF_DEVELOPERS | OF_NO_LANGUAGE


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "没有政策工具 'dbao'；是不是 'dibao'？"), ("en", "did you mean 'dibao'?")]
)
def test_what_lang_asks_for_holds_for_errors_and_only_for_this_command(
    lang: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FUPIN_LANG", "en" if lang == "zh" else "zh")
    with pytest.raises(SystemExit):
        main(["show", "instrument", "dbao", "--lang", lang])
    assert told in capsys.readouterr().err
    assert language() != lang


@pytest.mark.parametrize(
    ("lang", "first", "last"),
    [("zh", ("不设：自运行首月起", "年-月，如 2016-03", "情景设定"), "不设：至运行末月止"),
     ("en", ("not set: from the run's first month", "year-month, as 2016-03", "scenario"), "not set: until the run's")],
)  # fmt: skip
def test_the_first_and_last_month_of_an_instrument_say_what_they_are_unset(
    lang: str, first: tuple[str, ...], last: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["show", "instrument", "dibao", "--lang", lang, "--markdown"])
    lines = capsys.readouterr().out.splitlines()
    (start,) = (line for line in lines if line.startswith("| start"))
    (end,) = (line for line in lines if line.startswith("| end"))
    assert all(word in start for word in first)
    assert last in end
    assert not any("|  |" in line for line in (start, end))


@pytest.mark.parametrize("command", [[], ["show"], ["sweep"], ["show", "instrument"]], ids=" ".join)
def test_a_page_of_help_is_framed_in_chinese(command: list[str]) -> None:
    # in a process of its own: the words of options are chosen when a command is imported
    asked = [sys.executable, "-m", "fupin", *command, "--help"]
    page = subprocess.run(asked, env=os.environ | {"FUPIN_LANG": "zh"}, capture_output=True, check=True).stdout.decode()
    assert page.startswith(f"用法：{' '.join(['fupin', *command])} ")
    assert "显示本说明" in page
    # help of single options is in the language in which their module was first imported: the frame alone is held
    assert not re.search(r"Usage|Options:|Commands:|Arguments:|Show this|\[required|\[default", page)
