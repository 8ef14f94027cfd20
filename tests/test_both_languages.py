"""Whatever the command prints of a declaration it prints in both languages: nobody may forget one."""

from __future__ import annotations

import re

import pytest

from fupin.commands.region import numbers_of
from fupin.labels import LANGUAGES, Label, pick
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
