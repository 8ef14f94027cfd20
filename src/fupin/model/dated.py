"""Dates and dated values: a month is one number, and a value that changes is a few of them with numbers beside.

A month is `year * 12 + month - 1` everywhere in the model, in draw keys too. A dated value is `{month: number}`; the
key `ALWAYS` (0, written `always` in text) holds what was given without a date: it is in force from the beginning and
does not grow.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.errors import FupinError
from fupin.labels import language, tell
from fupin.units import profile_unit_in

ALWAYS = 0
BETWEEN = ("step", "linear", "geometric")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_PLAIN = re.compile(r"(-?\d+(?:\.\d+)?)\s*([%％万亿]?)[元户人]?")
_TIMES = {"": 1.0, "%": 0.01, "％": 0.01, "万": 1e4, "亿": 1e8}
_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def _allowed_dates() -> str:
    return tell(
        f'可写月份 "2014-01"、日期 "2014-01-01" 或年份 2014，从 {_FIRST_YEAR} 到 {_LAST_YEAR} 年',
        f"allowed: a month 2014-01, a day 2014-01-01 or a year 2014, from {_FIRST_YEAR} to {_LAST_YEAR}",
    )


def month_number(date: datetime.date | str | int) -> int:
    """The month that holds a date: `"2014-01"`, `"2014-01-01"`, `2014` (its January) or a `datetime.date`.

    A whole number beyond all years is a month's number already. Raises `FupinError` for a date that does not exist.
    """
    if isinstance(date, datetime.date):
        year, month = date.year, date.month
    elif isinstance(date, int) and _FIRST_YEAR * 12 <= date < (_LAST_YEAR + 1) * 12:
        year, month = date // 12, date % 12 + 1
    elif isinstance(date, bool) or not isinstance(date, (int, str)):
        raise _no_date(date)
    else:
        form = _FORM.fullmatch(str(date).strip())
        if not form:
            raise _no_date(date)
        year, month, day = int(form[1]), int(form[2] or 1), int(form[3] or 1)
        try:
            datetime.date(year, month, day)
        except ValueError as error:
            allowed = _allowed_dates()
            raise FupinError(
                tell(f"没有 {date!r} 这个日期；{allowed}", f"the date {date!r} does not exist ({error}); {allowed}")
            ) from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise FupinError(
            tell(f"年份 {year} 超出范围；{_allowed_dates()}", f"the year {year} is out of reach; {_allowed_dates()}")
        )
    return year * 12 + month - 1


def _no_date(given: Any) -> FupinError:
    return FupinError(tell(f"{given!r} 不是日期；{_allowed_dates()}", f"{given!r} is not a date; {_allowed_dates()}"))


def month_label(month: int) -> str:
    """`"2014-01"` for the number of that month; `"always"` for `ALWAYS`."""
    return "always" if month == ALWAYS else f"{month // 12:04d}-{month % 12 + 1:02d}"


def dated_values(given: Any) -> dict[int, float]:
    """`{month: number}`, in order of time, from a number or from a table `{date: number}`.

    A table may hold `always` beside its dates. Raises `FupinError` for anything that is not a finite number, for
    impossible dates, for two dates in one month and for an empty table.
    """
    if not isinstance(given, Mapping):
        return {ALWAYS: _number(given)}
    if not given:
        raise FupinError(
            tell(
                "空表；可写一个数，或 { 日期 = 数, … }",
                "an empty table of dated values; allowed: a number, or {date = number, …}",
            )
        )
    found: dict[int, float] = {}
    for date, value in given.items():
        month = ALWAYS if date in ("always", ALWAYS) else month_number(date)
        if month in found:
            when = month_label(month)
            raise FupinError(
                tell(f"{when} 有两个值；一个月只能有一个", f"two values for {when}; allowed: one value a month")
            )
        found[month] = _number(value)
    return dict(sorted(found.items()))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        hint = _number_meant(value) if isinstance(value, str) else ""
        raise FupinError(
            tell(
                f"{value!r} 不是数；可写一个数，或 {{ 日期 = 数, … }}{hint}",
                f"{value!r} is not a number; allowed: a number, or {{date = number, …}}{hint}",
            )
        )
    return float(value)


def number_meant(text: str) -> float | None:
    """The number that a planner writes with a unit or separators ("90%", "3亿", "6,000"); None if it is none."""
    form = _PLAIN.fullmatch(text.strip().replace(",", "").replace("，", ""))
    return float(form[1]) * _TIMES[form[2] or ""] if form else None


def _number_meant(text: str) -> str:
    """How a number written as a planner writes it ("90%", "2000万元", "6,000") stands in a file; else nothing."""
    number = number_meant(text)
    if number is None:
        return ""
    return tell(
        f"（这里写 {number:.12g}，不加引号、单位和千分号）", f" (write {number:.12g}, without quotes and units)"
    )


def out_of_range(values: Mapping[int, float], low: float, high: float, unit: str = "") -> str | None:
    """What to tell about the first value below `low` or above `high`; None if all are within."""
    for month, value in values.items():
        if not low <= value <= high:
            return _outside(value, month, low, high, unit)
    return None


def _outside(value: float, month: int, low: float, high: float, unit: str) -> str:
    when = "" if month == ALWAYS else tell(f"（{month_label(month)} 起）", f" from {month_label(month)}")
    if high == math.inf:
        span = tell(f"至少 {low:g}", f"at least {low:g}")
    elif low == -math.inf:
        span = tell(f"至多 {high:g}", f"at most {high:g}")
    else:
        span = tell(f"{low:g} 至 {high:g}", f"{low:g} to {high:g}")
    share = high == 1 and 1 < value <= 100
    hint = tell(f"；{value:g} % 写作 {value / 100:g}", f"; {value:g} % is written {value / 100:g}") if share else ""
    written = profile_unit_in(unit, language())
    told = tell(f"超出范围；可取 {span} {written}", f"is out of range; allowed: {span} {written}").rstrip()
    return f"{value:g}{when}{'' if when.endswith('）') else ' '}{told}{hint}"


def labelled(values: Mapping[int, float]) -> float | dict[str, float]:
    """The text form of dated values: a bare number if it holds always, else `{"2014-01": number, …}`."""
    if list(values) == [ALWAYS]:
        return values[ALWAYS]
    return {month_label(month): value for month, value in sorted(values.items())}


def overlay(earlier: Mapping[int, float], later: Mapping[int, float]) -> dict[int, float]:
    """Dated values of which the later ones replace the earlier ones from their first date on."""
    start = min(later)
    return {month: value for month, value in earlier.items() if month < start} | dict(later)


def value_at(values: Mapping[int, float], month: int) -> float:
    """The value in force in a month: that of the latest date not after it, the first one before all dates."""
    return values[max((date for date in values if date <= month), default=min(values))]


def series(
    values: Mapping[int, float],
    first: int,
    last: int,
    *,
    between: str = "step",
    growth: float = 0.0,
    growth_before: float = 0.0,
) -> NDArray[np.float64]:
    """Dated values as one array over the months `first` to `last`, both included.

    `between` says how to go from one date to the next; after the last date the value grows by `growth` a year
    (compounded monthly), before the first one it is traced back with `growth_before`. A value given for `ALWAYS` holds
    until the first date and does not grow.
    """
    months = np.arange(first, last + 1)
    dates = np.array(sorted(month for month in values if month != ALWAYS), np.int64)
    if not len(dates):
        return np.full(len(months), values[ALWAYS])
    knots = np.array([values[int(date)] for date in dates])
    if between == "linear":
        found = np.interp(months, dates, knots)
    elif between == "geometric":
        found = np.exp(np.interp(months, dates, np.log(knots)))
    else:
        found = knots[np.maximum(np.searchsorted(dates, months, side="right") - 1, 0)]
    found = found * (1.0 + growth) ** (np.maximum(months - dates[-1], 0) / 12.0)
    if ALWAYS in values:
        return np.where(months < dates[0], values[ALWAYS], found)
    traced: NDArray[np.float64] = found * (1.0 + growth_before) ** (np.minimum(months - dates[0], 0) / 12.0)
    return traced
