"""Every unit that a table shows has a Chinese name."""

from __future__ import annotations

from fupin.calibration.patterns import load_targets
from fupin.library import library
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.parameters import STATUSES, load_parameters
from fupin.units import STATUS_LABELS, unit_in


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
