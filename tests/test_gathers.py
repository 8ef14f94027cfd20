"""Gathers of listed rows are not held against the table while a month runs (`columns.gathered`); here they are."""

from __future__ import annotations

from typing import Any

import pytest

from fupin.experiments.benchmark.speed import everything, world_of
from fupin.model import columns
from fupin.model.engine import families
from fupin.model.processes import income
from fupin.scenarios.build import build_region


def test_no_process_or_instrument_asks_for_a_row_that_its_table_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def strict(column: Any, rows: Any) -> Any:
        nonlocal asked
        asked += 1
        if len(rows):
            assert 0 <= rows.min() <= rows.max() < len(column)
        return column.take(rows)

    for module in (columns, families, income):
        monkeypatch.setattr(module, "gathered", strict)
    world = world_of(1000, 7, everything())
    build_region(world).run_to(world.start + 26)
    assert asked > 100
