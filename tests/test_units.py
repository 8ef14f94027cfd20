"""Every unit that a table shows has a Chinese name."""

from __future__ import annotations

import re

import pytest

from fupin.calibration.patterns import load_targets
from fupin.commands.region import numbers_of
from fupin.commands.show import instrument
from fupin.library import library
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.parameters import STATUSES, load_parameters
from fupin.scenarios.catalogue import catalogue
from fupin.scenarios.profiles import load_profile
from fupin.units import STATUS_LABELS, profile_status_in, profile_unit_in, unit_in


def declared_units() -> set[str]:
    """Units of columns, parameters, settings and targets."""
    columns = {column.unit for cls in AGENT_CLASSES.values() for column in columns_of(cls).values()}
    parameters = {entry.unit for entry in load_parameters(library("model", "parameters")).values()}
    settings = {row["unit"] for kind in instrument_kinds().values() for row in kind.Settings.describe()}
    return columns | parameters | settings | {target.unit for target in load_targets()}


def test_every_declared_unit_reads_as_chinese() -> None:
    for unit in declared_units():
        assert not any(char.isascii() and char.isalpha() for char in unit_in(unit, "zh")), unit


def test_units_are_left_alone_in_english() -> None:
    assert all(unit_in(unit, "en") == unit for unit in declared_units())


def test_every_status_has_a_label() -> None:
    assert set(STATUS_LABELS) == set(STATUSES)


def test_every_unit_and_status_of_a_region_profile_reads_as_chinese() -> None:
    for name in catalogue().names("region"):
        profile = load_profile(name)
        numbers = [(margin.unit, margin.status) for margin in profile.margin]
        numbers += [(row[3], row[4]) for row in numbers_of(profile, "en")]
        for unit, status in numbers:
            told = profile_unit_in(unit, "zh") + profile_status_in(status, "zh")
            assert not any(char.isascii() and char.isalpha() for char in told), (unit, status)


def test_a_profile_of_ones_own_keeps_its_words() -> None:
    assert profile_unit_in("baskets", "zh") == "baskets"
    assert profile_status_in("my own survey", "zh") == "my own survey"


@pytest.mark.parametrize("kind", ["dibao", "budget_rules", "relocation"])
def test_what_a_setting_may_be_reads_as_chinese(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    instrument(kind, lang="zh")
    printed = capsys.readouterr().out
    assert "true or false" not in printed
    assert "1e+12" not in printed, "a budget without a limit is called so"
    assert not re.search(r" (month|text) ", printed)
