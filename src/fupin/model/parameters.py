"""Parameters: every number of the model as a small text entry with dates, unit, label, range, status and source.

`model/parameters/*.toml` holds the entries; a table with the key `values` is a parameter and the table names before it
make its path (`farm.land_exponent`). The last name, the leaf, is unique in the book: rules name their arguments after
it. A scenario resolves the book once, with its overrides, into arrays over the calendar (`ParameterPath`); the month
then reads plain floats (`p.land_exponent`).
"""

from __future__ import annotations

import datetime
import keyword
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.errors import FupinError, nearest
from fupin.labels import Label, pick, tell
from fupin.model.dated import BETWEEN, dated_values, labelled, month_label, out_of_range, series
from fupin.model.tomlfile import Source, read_toml

STATUSES = ("seed", "official statistic", "published estimate", "assumption", "calibrated", "driver")
DISTRIBUTIONS = ("uniform", "triangular", "lognormal", "discrete")
_NEEDED = ("zh", "en", "unit", "status", "source")
_KEYS: dict[str, type | tuple[type, ...]] = {
    "zh": str,
    "en": str,
    "unit": str,
    "values": (int, float, dict),
    "range": list,
    "status": str,
    "source": str,
    "uncertain": bool,
    "distribution": str,
    "levels": list,
    "between": str,
    "growth": (int, float),
    "growth_before": (int, float),
    "back": bool,
    "note": str,
}

type Override = float | Mapping[str | datetime.date | int, float]


@dataclass(frozen=True)
class Parameter:
    """One entry of the book; `values` is `{month: number}`, `low` and `high` bound every value it may be given."""

    path: str
    leaf: str
    zh: str
    en: str
    unit: str
    values: Mapping[int, float]
    low: float
    high: float
    status: str
    source: str
    between: str = "step"
    growth: float = 0.0
    growth_before: float = 0.0
    uncertain: bool = False
    distribution: str = "uniform"
    levels: tuple[float, ...] = ()
    note: str = ""
    file: str = ""
    line: int | None = None

    def check(self, given: Any) -> dict[int, float]:
        """An override of this parameter as `{month: number}`; raises `FupinError` outside the range."""
        values = dated_values(given)
        if problem := out_of_range(values, self.low, self.high, "" if self.unit == "1" else self.unit):
            raise FupinError(problem)
        if self.between == "geometric" and min(values.values()) <= 0:
            raise FupinError(
                tell("按几何插值的参数必须大于零", "a value interpolated geometrically must be above zero")
            )
        return values

    def series(self, first: int, last: int, override: Mapping[int, float] | None = None) -> NDArray[np.float64]:
        """The value in each month from `first` to `last`; an override takes over from its first date on."""

        def over(values: Mapping[int, float]) -> NDArray[np.float64]:
            trend = {"between": self.between, "growth": self.growth, "growth_before": self.growth_before}
            return series(values, first, last, **trend)  # type: ignore[arg-type]

        base = over(self.values)
        if not override:
            return base
        return np.where(np.arange(first, last + 1) < min(override), base, over(override))


class Values:
    """The parameters of one month: one float attribute a leaf."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> float:
        raise AttributeError(f"no parameter {name!r}; {nearest(name, self.__dict__)}")


class ParameterPath:
    """Parameters over the months `first` to `last`, overrides applied."""

    def __init__(self, first: int, last: int, paths: Sequence[str], columns: Sequence[NDArray[np.float64]]) -> None:
        self.first, self.last = first, last
        self._place = {path: place for place, path in enumerate(paths)}
        self._leaves = [path.rpartition(".")[2] for path in paths]
        # one row a month, so that a month's values are one contiguous read
        self._table = np.column_stack(columns) if columns else np.empty((last - first + 1, 0))
        self._table.flags.writeable = False
        self._months: dict[int, Values] = {}

    def at(self, month: int) -> Values:
        """The values in force in a month; raises `IndexError` outside the calendar."""
        found = self._months.get(month)
        if found is None:
            if not self.first <= month <= self.last:
                span = f"{month_label(self.first)} to {month_label(self.last)}"
                raise IndexError(f"{month_label(month)} is outside the calendar {span}")
            row, before = self._table[month - self.first], self._months.get(month - 1)
            if before is None:
                found = Values(dict(zip(self._leaves, row.tolist(), strict=True)))
            else:  # few change from month to month, if any
                changed = (row != self._table[month - 1 - self.first]).nonzero()[0].tolist()
                new = {self._leaves[place]: row.item(place) for place in changed}
                found = Values(vars(before) | new) if new else before
            self._months[month] = found
        return found

    def series(self, path: str) -> NDArray[np.float64]:
        """One parameter over all months, read-only."""
        if path not in self._place:
            raise FupinError(
                tell(
                    f"没有参数 {path!r}；{nearest(path, self._place)}",
                    f"unknown parameter {path!r}; {nearest(path, self._place)}",
                )
            )
        return self._table[:, self._place[path]]


class ParameterBook(Mapping[str, Parameter]):
    """All parameters by path."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self._entries = {parameter.path: parameter for parameter in sorted(parameters, key=lambda entry: entry.path)}

    def __getitem__(self, path: str) -> Parameter:
        return self._entries[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, path: str) -> Parameter:
        """The parameter of a path; raises `FupinError` with the nearest path if there is none."""
        try:
            return self._entries[path]
        except KeyError:
            near = nearest(path, self._entries, labels={name: entry.zh for name, entry in self._entries.items()})
            raise FupinError(tell(f"没有参数 {path!r}；{near}", f"unknown parameter {path!r}; {near}")) from None

    def resolve(self, first: int, last: int, overrides: Mapping[str, Override] | None = None) -> ParameterPath:
        """Every parameter over the months `first` to `last` (both included), `overrides` applied.

        An override is a number, which holds for all time, or `{date: number}`, which takes over from its first date on
        (the declared growth continues after its last date). Raises `FupinError` for an unknown path, an impossible
        date and a value out of range.
        """
        checked = {}
        for path, given in (overrides or {}).items():
            entry = self.find(path)
            try:
                checked[path] = entry.check(given)
            except FupinError as error:
                raise FupinError(f"{path}: {error}") from None
        columns = [entry.series(first, last, checked.get(path)) for path, entry in self._entries.items()]
        return ParameterPath(first, last, list(self._entries), columns)

    def table(self) -> list[dict[str, Any]]:
        """One record a parameter, for tables and documents."""
        return [
            {
                "path": entry.path,
                "zh": entry.zh,
                "en": entry.en,
                "unit": entry.unit,
                "values": labelled(entry.values),
                "low": entry.low,
                "high": entry.high,
                "between": entry.between,
                "growth": entry.growth,
                "status": entry.status,
                "uncertain": entry.uncertain,
                "source": entry.source,
                "note": entry.note,
                "file": entry.file,
            }
            for entry in self.values()
        ]


def load_parameters(folder: Path) -> ParameterBook:
    """The book of all `*.toml` files in a folder.

    Raises `FupinError` (file, line, key) for a malformed entry, a missing label, unit, status or source, a value out of
    its range, and a leaf or path used twice.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise FupinError(tell(f"{folder}：这里没有参数文件（*.toml）", f"{folder}: no parameter files (*.toml) here"))
    leaves: dict[str, Parameter] = {}
    for file in files:
        content, source = read_toml(file)
        for entry in _entries(content, source, ()):
            if other := leaves.get(entry.leaf):
                raise source.error(
                    tell(
                        f"名称 {entry.leaf!r} 已用于 {other.path}（{Path(other.file).name} 第 {other.line} 行）；"
                        "规则的参数按它取名：请另取一个",
                        f"the name {entry.leaf!r} is taken by {other.path} ({Path(other.file).name}, line {other.line})"
                        "; rules name their arguments after it: choose another",
                    ),
                    entry.path.split("."),
                )
            leaves[entry.leaf] = entry
    return ParameterBook(list(leaves.values()))


def _entries(table: Mapping[str, Any], source: Source, path: tuple[str, ...]) -> Iterator[Parameter]:
    if "values" in table:
        yield _parameter(table, source, path)
        return
    for name, inner in table.items():
        if not isinstance(inner, dict):
            raise source.error(
                tell(
                    "参数之外的数字或文字；参数是含 `values` 的表",
                    "a number or word outside a parameter; a parameter is a table with `values`",
                ),
                (*path, name),
            )
        yield from _entries(inner, source, (*path, name))


def _parameter(table: Mapping[str, Any], source: Source, path: tuple[str, ...]) -> Parameter:
    for key, value in table.items():
        if key not in _KEYS:
            raise source.error(
                tell(f"没有这个键；{nearest(key, _KEYS)}", f"unknown key; {nearest(key, _KEYS)}"), (*path, key)
            )
        if not isinstance(value, _KEYS[key]) or (isinstance(value, bool) and _KEYS[key] is not bool):
            raise source.error(
                tell(
                    f"{value!r} 类型不对；允许：{_type_name(_KEYS[key])}",
                    f"{value!r} has the wrong type; allowed: {_type_name(_KEYS[key])}",
                ),
                (*path, key),
            )
    if not path or not path[-1].isidentifier() or keyword.iskeyword(path[-1]) or path[-1].startswith("_"):
        raise source.error(
            tell(
                "参数名的最后一段须为普通单词，如 land_exponent",
                "the last name of a parameter must be a plain word such as land_exponent",
            ),
            path,
        )
    for key in _NEEDED:
        if not table.get(key):
            raise source.error(
                tell(
                    f"参数没有 `{key}`；需要：{', '.join(_NEEDED)}",
                    f"the parameter has no `{key}`; needed: {', '.join(_NEEDED)}",
                ),
                path,
            )
    for key, allowed in (("status", STATUSES), ("between", BETWEEN), ("distribution", DISTRIBUTIONS)):
        if key in table and table[key] not in allowed:
            raise source.error(
                tell(
                    f"{table[key]!r} 不能识别；允许：{', '.join(allowed)}",
                    f"{table[key]!r} is not known; allowed: {', '.join(allowed)}",
                ),
                (*path, key),
            )
    low, high = _bounds(table.get("range"), source, path)
    levels = tuple(table.get("levels", ()))
    uncertain, distribution = table.get("uncertain", False), table.get("distribution", "uniform")
    if uncertain and (not levels if distribution == "discrete" else not math.isfinite(high - low)):
        needed = "`levels`" if distribution == "discrete" else "`range`"
        raise source.error(
            tell(
                f"不确定的参数需要 {needed}，否则无法抽样",
                f"an uncertain parameter needs {needed}, or nothing can be sampled",
            ),
            path,
        )
    growth = float(table.get("growth", 0.0))
    before = growth if table.get("back") else float(table.get("growth_before", 0.0))
    described = {key: table[key] for key in _NEEDED} | {key: table[key] for key in ("between", "note") if key in table}
    try:
        entry = Parameter(
            path=".".join(path),
            leaf=path[-1],
            values=dated_values(table["values"]),
            low=low,
            high=high,
            growth=growth,
            growth_before=before,
            uncertain=uncertain,
            distribution=distribution,
            levels=levels,
            file=source.name,
            line=source.line_of(path),
            **described,
        )
        entry.check(table["values"])
    except FupinError as error:
        raise source.error(str(error), (*path, "values")) from None
    return entry


def _bounds(given: Any, source: Source, path: tuple[str, ...]) -> tuple[float, float]:
    if given is None:
        return -math.inf, math.inf
    numbers = [item for item in given if isinstance(item, (int, float)) and not isinstance(item, bool)]
    if len(given) != 2 or len(numbers) != 2 or not numbers[0] <= numbers[1]:
        raise source.error(
            tell(f"{given!r} 不是范围；允许：[低, 高]", f"{given!r} is not a range; allowed: [low, high]"),
            (*path, "range"),
        )
    return float(numbers[0]), float(numbers[1])


def _type_name(kind: type | tuple[type, ...]) -> str:
    words = {
        str: Label("文字", "text"),
        bool: Label("true 或 false", "true or false"),
        list: Label("列表", "a list"),
        int: Label("一个数", "a number"),
        dict: Label("{日期 = 数, …}", "{date = number, …}"),
    }
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return tell(" 或 ", " or ").join(pick(words[item]) for item in kinds if item in words)
