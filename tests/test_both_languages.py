"""Whatever the command prints of a declaration it prints in both languages: nobody may forget one."""

from __future__ import annotations

import re

import pytest

from fupin.labels import LANGUAGES, Label, pick
from fupin.model.agents import AGENT_CLASSES, AGENT_LABELS
from fupin.model.columns import Column, columns_of
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import OWN
from fupin.model.month import MONTH, Process

COLUMNS = {f"{kind}.{name}": column for kind, cls in AGENT_CLASSES.items() for name, column in columns_of(cls).items()}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


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
