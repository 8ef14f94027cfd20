"""Columns are declared once, tables keep them as arrays, windows read and write them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.model.columns import Column, Table, columns_of


class Field:
    area = Column("f8", "mu", "面积", "area", default=2.5, low=0)
    crop = Column("i1", "1", "作物", "crop", choices={0: "wheat", 1: "maize"})


class Terrace(Field):
    slope = Column("f4", "degrees", "坡度", "slope")
    area = Column("f8", "ha", "面积", "area", default=0.1)


def field_table(rows: int = 0) -> Table:
    return Table(columns_of(Field), rows)


def test_columns_come_base_class_first_and_a_subclass_may_declare_one_anew() -> None:
    assert list(columns_of(Terrace)) == ["area", "crop", "slope"]
    assert columns_of(Terrace)["area"].unit == "ha"
    assert columns_of(Field)["area"].unit == "mu"
    assert Field.crop.choices == {0: "wheat", 1: "maize"}


def test_a_new_table_is_filled_with_defaults_of_the_declared_type() -> None:
    table = field_table(3)
    assert table["area"].tolist() == [2.5] * 3
    assert table["crop"].dtype == np.int8
    assert len(table) == 3
    assert "area" in table
    assert "slope" not in table


def test_an_unknown_column_is_answered_with_the_nearest_name() -> None:
    table = field_table(1)
    with pytest.raises(KeyError, match=r"no column 'aera'; did you mean 'area'\?"):
        table["aera"]
    with pytest.raises(AttributeError, match=r"did you mean 'crop'\?"):
        _ = table.rows().corp
    with pytest.raises(AttributeError, match=r"no column 'xyz'$"):
        table.rows().xyz = 1


def test_a_window_writes_into_the_table() -> None:
    table = field_table(4)
    window = table.rows(1, 3)
    window.area = [7, 8]
    window.crop = 1
    window.area[0] += 0.5
    assert table["area"].tolist() == [2.5, 7.5, 8, 2.5]
    assert table["crop"].tolist() == [0, 1, 1, 0]
    assert len(window) == 2


@given(rows=st.integers(0, 40), size=st.integers(1, 15))
def test_blocks_cover_every_row_once_and_in_order(rows: int, size: int) -> None:
    table = field_table(rows)
    for block in table.blocks(size):
        block.area += 1
        assert 0 < len(block) <= size
    assert table["area"].tolist() == [3.5] * rows


@given(st.lists(st.integers(0, 9), max_size=30))
def test_growth_keeps_old_rows_and_gives_defaults_to_new_ones(steps: list[int]) -> None:
    table = field_table()
    expected: list[float] = []
    for step in steps:
        span = table.grow(step)
        assert table["area"][span].tolist() == [2.5] * step
        table["area"][span] = np.arange(step) + len(expected)
        expected += [float(number + len(expected)) for number in range(step)]
        assert table["area"].tolist() == expected
        assert table.capacity >= len(table) == len(expected)


def test_growing_row_by_row_copies_the_table_a_handful_of_times() -> None:
    table = field_table()
    sizes = set()
    for _ in range(1000):
        table.grow(1)
        sizes.add(table.capacity)
    assert len(sizes) <= 12
    assert table.nbytes == table.capacity * 9


def test_a_table_without_columns_still_counts_its_rows() -> None:
    table = Table({})
    table.grow(2)
    assert (len(table), table.capacity, table.nbytes) == (2, 2, 0)


def test_a_table_and_a_window_survive_pickling() -> None:
    table = field_table(2)
    table["area"] = [1, 2]
    window = pickle.loads(pickle.dumps(table.rows(1, 2)))
    assert window.area.tolist() == [2]
    assert window.table["area"].tolist() == [1, 2]
    assert window.table["area"] is not table["area"]


def test_a_column_shows_its_name_type_and_unit() -> None:
    assert repr(Field.area) == "Column('area', '<f8', unit='mu')"
