"""Claims about dates, dated values and the parameter book."""

from __future__ import annotations

import datetime
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupin.errors import FupinError
from fupin.model.dated import ALWAYS, dated_values, month_label, month_number, overlay, series, value_at
from fupin.model.parameters import ParameterBook, load_parameters

JAN14 = 2014 * 12
FARM = """
[farm.land_exponent]
zh = "土地产出弹性"
en = "land exponent of home production"
unit = "1"
values = { 2012-01-01 = 0.30 }
range = [0.25, 0.45]
status = "published estimate"
source = "literature section 3"
uncertain = true

[wages.migrant_wage]
zh = "外出务工工资"
en = "migrant wage"
unit = "yuan/year"
values = { "2014-01" = 20000, "2016" = 24000 }
range = [5000, 60000]
status = "driver"
source = "yearbook"
between = "geometric"
growth = 0.05
back = true
"""


def book(folder: Path, text: str = FARM) -> ParameterBook:
    (folder / "farm.toml").write_text(text, encoding="utf-8")
    return load_parameters(folder)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(FupinError) as caught:
        book(folder, text)
    return str(caught.value)


def test_a_month_is_year_times_twelve_plus_month_minus_one() -> None:
    assert month_number("2014-01") == JAN14
    assert month_number("2014-12-31") == JAN14 + 11
    assert month_number(2014) == month_number("2014") == month_number(datetime.date(2014, 1, 9)) == JAN14
    assert month_number(JAN14 + 5) == JAN14 + 5


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)))
def test_the_label_of_a_month_names_it(day: datetime.date) -> None:
    assert month_number(month_label(month_number(day))) == month_number(day)
    assert month_label(month_number(day)) == f"{day:%Y-%m}"


@pytest.mark.parametrize("date", ["2014-13", "2014-00", "2015-02-29", "spring", "", "14-01", 3000, True, 2014.0])
def test_an_impossible_date_is_refused_with_what_is_allowed(date: object) -> None:
    with pytest.raises(FupinError, match="allowed: a month 2014-01"):
        month_number(date)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["5", None, True, float("nan"), float("inf"), {}, {"2014-01": "5"}, [1]])
def test_a_dated_value_is_a_finite_number(value: object) -> None:
    with pytest.raises(FupinError):
        dated_values(value)


knots = st.dictionaries(st.integers(JAN14, JAN14 + 60), st.floats(0.1, 100), min_size=1, max_size=5)


@given(knots, st.sampled_from(["step", "linear", "geometric"]), st.floats(-0.1, 0.2))
def test_a_series_passes_through_every_dated_value(values: dict[int, float], between: str, growth: float) -> None:
    found = series(values, JAN14 - 24, JAN14 + 90, between=between, growth=growth, growth_before=growth)
    for month, value in values.items():
        assert found[month - (JAN14 - 24)] == pytest.approx(value, rel=1e-12)


@given(knots, st.integers(JAN14 - 12, JAN14 + 72))
def test_a_step_series_agrees_with_the_value_in_force(values: dict[int, float], month: int) -> None:
    assert series(values, month, month)[0] == value_at(values, month)


@given(knots, knots, st.booleans())
def test_an_overlay_changes_nothing_before_its_first_date(
    earlier: dict[int, float], later: dict[int, float], always: bool
) -> None:
    earlier = {ALWAYS: 1.0} | earlier if always else earlier
    merged = overlay(earlier, later)
    for month in range(JAN14, JAN14 + 60):
        expected = later if month >= min(later) else earlier
        if month >= min(later) or any(date <= month for date in earlier):
            assert value_at(merged, month) == value_at(expected, month)


def test_growth_compounds_after_the_last_value_and_traces_back_before_the_first(tmp_path: Path) -> None:
    wage = book(tmp_path).resolve(JAN14 - 12, JAN14 + 48).series("wages.migrant_wage")
    assert wage[[0, 12, 36, 48]] == pytest.approx([20000 / 1.05, 20000, 24000, 25200])
    assert wage[24] == pytest.approx(np.sqrt(20000 * 24000))


def test_linear_values_meet_halfway() -> None:
    assert series({JAN14: 1.0, JAN14 + 12: 3.0}, JAN14 + 6, JAN14 + 6, between="linear")[0] == 2.0


def test_a_month_reads_its_parameters_as_plain_floats_by_leaf(tmp_path: Path) -> None:
    paths = book(tmp_path).resolve(JAN14, JAN14 + 11)
    values = paths.at(JAN14 + 3)
    assert type(values.land_exponent) is float
    assert values.land_exponent == 0.30
    assert values is paths.at(JAN14 + 3)
    assert values.migrant_wage == paths.series("wages.migrant_wage")[3]
    assert pickle.loads(pickle.dumps(values)).land_exponent == 0.30
    with pytest.raises(AttributeError, match="did you mean 'land_exponent'"):
        _ = values.land_exponnent
    with pytest.raises(IndexError, match="2015-01 is outside the calendar 2014-01 to 2014-12"):
        paths.at(JAN14 + 12)


def test_a_dated_override_replaces_values_from_that_date_on_and_no_others(tmp_path: Path) -> None:
    entries = book(tmp_path)
    plain = entries.resolve(JAN14, JAN14 + 59).series("wages.migrant_wage")
    changed = entries.resolve(JAN14, JAN14 + 59, {"wages.migrant_wage": {"2015-06": 30000}})
    wage = changed.series("wages.migrant_wage")
    assert np.array_equal(wage[:17], plain[:17])
    assert wage[[17, 29]] == pytest.approx([30000, 31500])


def test_a_bare_override_holds_for_all_time(tmp_path: Path) -> None:
    wage = book(tmp_path).resolve(JAN14 - 24, JAN14 + 59, {"wages.migrant_wage": 30000}).series("wages.migrant_wage")
    assert set(wage) == {30000.0}


def test_an_override_outside_the_range_names_the_range(tmp_path: Path) -> None:
    with pytest.raises(FupinError, match=r"^farm.land_exponent: 0\.9 from 2015-01 is out .*0\.25 to 0\.45$"):
        book(tmp_path).resolve(JAN14, JAN14, {"farm.land_exponent": {"2014-01": 0.3, "2015-01": 0.9}})


def test_an_unknown_path_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(FupinError, match=r"did you mean 'farm.land_exponent'"):
        book(tmp_path).resolve(JAN14, JAN14, {"farm.land_exponet": 0.3})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('unit = "1"', "", r"line 2, key farm.land_exponent: the parameter has no `unit`"),
        ('unit = "1"', "unit = 1", r"line 5, key farm.land_exponent.unit: 1 has the wrong type; allowed: text"),
        ("uncertain = true", "uncertian = true", r"line 10, .*did you mean 'uncertain'"),
        ('"published estimate"', '"guess"', r"line 8, .*'guess' is not known; allowed: seed, official"),
        ("2012-01-01 = 0.30", "2012-13-01 = 0.30", r"line 6, .*the date '2012-13-01' does not exist"),
        ("2012-01-01 = 0.30", "2012-01-01 = 0.7", r"line 6, .*0.7 from 2012-01 is out of range; .*0.25 to 0.45"),
        ("[0.25, 0.45]", "[0.45]", r"line 7, .*is not a range; allowed: \[low, high\]"),
        ("range = [0.25, 0.45]", "", r"an uncertain parameter needs `range`"),
        (
            "[wages.migrant_wage]",
            "[wages.land_exponent]",
            r"line 12, .*taken by farm.land_exponent \(farm.toml, line 2\)",
        ),
        ("[wages.migrant_wage]", '[wages."migrant wage"]', "must be a plain word"),
        ("values = { 2012-01-01 = 0.30 }", "", "line 3, key farm.land_exponent.zh: .* a table with `values`"),
        ("[farm.land_exponent]", "[farm.land_exponent", r"farm.toml, line 2, column \d+: not valid TOML"),
    ],
)
def test_a_malformed_entry_is_refused_with_file_line_and_key(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in FARM
    message = complaint(tmp_path, FARM.replace(old, new, 1))
    assert "farm.toml" in message
    assert re.search(expected, message), message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FupinError, match="no parameter files"):
        load_parameters(tmp_path)


def test_files_with_a_byte_order_mark_are_read_and_other_encodings_refused(tmp_path: Path) -> None:
    (tmp_path / "farm.toml").write_bytes(b"\xef\xbb\xbf" + FARM.encode())
    assert load_parameters(tmp_path)["farm.land_exponent"].zh == "土地产出弹性"
    (tmp_path / "farm.toml").write_bytes(FARM.encode("gbk"))
    with pytest.raises(FupinError, match="line 3: not UTF-8"):
        load_parameters(tmp_path)


def test_the_table_tells_everything_about_a_parameter(tmp_path: Path) -> None:
    record = book(tmp_path).table()[1]
    assert record["path"] == "wages.migrant_wage"
    assert record["values"] == {"2014-01": 20000.0, "2016-01": 24000.0}
    assert record["source"] == "yearbook"
