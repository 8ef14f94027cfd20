"""Factors: the numbers that a sensitivity study varies, with range and distribution from their declarations.

A factor is a parameter or a setting of an instrument (`ID.setting`). A number that is the same at all times is replaced
by the factor's value. A path that has a shape (several dates, or growth) keeps it: the factor multiplies the whole path
(or, where values can be below zero, is added to it), within limits that keep every declared value in its range.

SALib samples u in [0, 1]; `Factor.at` turns u into values by the inverse distribution function.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from fupin.errors import FupinError, nearest
from fupin.experiments.sensitivity.choosing import Given, read_given
from fupin.experiments.sensitivity.groups import group_label
from fupin.labels import tell
from fupin.model.dated import ALWAYS
from fupin.model.instruments.families import family_label
from fupin.model.parameters import Parameter
from fupin.model.settings import Dated
from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.resolved import ChosenInstrument, ResolvedScenario

VALUE, SCALE, SHIFT = "value", "scale", "shift"
TAIL = 1.96  # a lognormal range holds the middle 95 per cent, and is cut there
LEAST_SCALE = 1e-6  # a path interpolated geometrically must stay above zero
SWITCH = "1 on, 0 off"

type Level = float | str | bool


@dataclass(frozen=True)
class Factor:
    """One number that is varied: between `low` and `high`, or over `levels` that are equally likely.

    `how` says what a value does: `value` replaces the number, `scale` multiplies its path, `shift` is added to it.
    `declared` is the value without the study (1 for a scale, 0 for a shift). `unit` is that of the factor's values.
    """

    path: str
    zh: str
    en: str
    unit: str
    group: str
    group_zh: str
    group_en: str
    low: float
    high: float
    declared: float
    how: str = VALUE
    setting: bool = False
    distribution: str = "uniform"
    levels: tuple[Level, ...] = ()
    source: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        if self.distribution != "discrete" and not (math.isfinite(self.low) and self.low < self.high < math.inf):
            raise FupinError(
                tell(
                    f"因素 {self.path!r}：从 {self.low:g} 到 {self.high:g} 无可变动",
                    f"factor {self.path!r}: from {self.low:g} to {self.high:g} nothing can be varied",
                )
            )
        if self.distribution == "discrete" and len(self.levels) < 2:
            raise FupinError(
                tell(
                    f"因素 {self.path!r}：离散因素需要两个以上取值",
                    f"factor {self.path!r}: a discrete factor needs two levels or more",
                )
            )

    def at(self, u: NDArray[np.float64]) -> NDArray[Any]:
        """Values (n,) at probabilities u (n,): the inverse of the factor's distribution function."""
        if self.distribution == "discrete":
            place = np.minimum((u * len(self.levels)).astype(np.int64), len(self.levels) - 1)
            return np.array(self.levels, dtype=object if self.words else np.float64)[place]
        found = _CONTINUOUS[self.distribution](u, self.low, self.high, self.declared)
        return np.asarray(np.clip(found, self.low, self.high))

    def place(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the factor stands between its low (first) end, 0, and its high (last) one, 1: u, or that of a level."""
        if self.distribution != "discrete":
            return u
        last = len(self.levels) - 1
        return np.minimum(np.floor(u * len(self.levels)), last) / last

    @property
    def words(self) -> bool:
        """Are its levels words or switches, which have no size?"""
        return any(isinstance(level, (str, bool)) for level in self.levels)

    def record(self) -> dict[str, Any]:
        """All fields, JSON-like."""
        return asdict(self) | {"levels": list(self.levels)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Factor:
        """The factor of a record."""
        return cls(**{**record, "levels": tuple(record["levels"])})


def uniform(u: NDArray[np.float64], low: float, high: float, declared: float) -> NDArray[np.float64]:
    """Equally likely everywhere in the range."""
    return low + u * (high - low)


def triangular(u: NDArray[np.float64], low: float, high: float, declared: float) -> NDArray[np.float64]:
    """Most likely at the declared value, falling in straight lines to both ends of the range."""
    width, rise = high - low, declared - low
    left = low + np.sqrt(u * width * rise)
    right = high - np.sqrt((1.0 - u) * width * (high - declared))
    return np.where(u * width < rise, left, right)


def lognormal(u: NDArray[np.float64], low: float, high: float, declared: float) -> NDArray[np.float64]:
    """Median at the declared value; the range is the middle 95 per cent and everything outside is cut off."""
    spread = math.log(high / low) / (2 * TAIL) if low > 0 else math.log(high / declared) / TAIL
    first = ndtr(math.log(low / declared) / spread) if low > 0 else 0.0
    last = ndtr(math.log(high / declared) / spread)
    p = np.clip(first + u * (last - first), 1e-12, 1.0 - 1e-12)
    return np.asarray(declared * np.exp(spread * ndtri(p)))


_CONTINUOUS = {"uniform": uniform, "triangular": triangular, "lognormal": lognormal}


def factors_of(
    named: Iterable[str] = (),
    worlds: Sequence[ResolvedScenario] = (),
    known: Catalogue | None = None,
) -> tuple[Factor, ...]:
    """The factors that are named, in order; without any all parameters that are declared uncertain.

    A name is a path, `PATH=LOW:HIGH`, `PATH=A,B,C` (equally likely levels), a group of parameters (`farm`: its
    uncertain ones), the id of an instrument (its settings with a declared range), or `uncertain`. `worlds` are those
    that will be simulated: settings are looked up in them, and their own overrides count as a path's values.
    """
    known = known or catalogue()
    book, chosen = known.book, _instruments(worlds)
    found: dict[str, Factor] = {}
    for given in [read_given(text) for text in named] or [Given("uncertain", "uncertain")]:
        for path in _paths(given, known, chosen):
            if path in book:
                found[path] = _of_parameter(book[path], given, worlds)
            else:
                found[path] = _of_setting(path, given, chosen, known)
    return tuple(found.values())


def _instruments(worlds: Sequence[ResolvedScenario]) -> dict[str, ChosenInstrument]:
    return {chosen.id: chosen for world in worlds for chosen in world.instruments}


def _paths(given: Given, known: Catalogue, chosen: Mapping[str, ChosenInstrument]) -> list[str]:
    """The paths that a name stands for."""
    name, book = given.name, known.book
    uncertain = [path for path, entry in book.items() if entry.uncertain]
    if name in book:
        return [name]
    owner, dot, setting = name.partition(".")
    if dot and owner in chosen and setting in known.settings_of(chosen[owner].kind).model_fields:
        return [name]
    several = {
        "uncertain": uncertain,
        **{id_: _bounded(id_, one, known) for id_, one in chosen.items()},
        **{group: [path for path in uncertain if path.startswith(f"{group}.")] for group in _groups(uncertain)},
    }
    if name in several and not given.spread:
        if not several[name]:
            raise FupinError(
                tell(
                    f"--factor {name}：这项工具没有声明了范围的设置；请写 路径=低:高",
                    f"--factor {name}: no setting of this instrument has a declared range; give PATH=LOW:HIGH",
                )
            )
        return several[name]
    settings = [f"{id_}.{field}" for id_, one in chosen.items() for field in known.settings_of(one.kind).model_fields]
    raise FupinError(
        tell(
            f"--factor {given.text!r} 不能识别；{nearest(name, [*book, *settings, *several])}",
            f"--factor {given.text!r} is not known; {nearest(name, [*book, *settings, *several])}",
        )
    )


def _groups(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(path.partition(".")[0] for path in paths))


def _bounded(id_: str, chosen: ChosenInstrument, known: Catalogue) -> list[str]:
    return [
        f"{id_}.{record['name']}"
        for record in known.settings_of(chosen.kind).describe()
        if record["kind"] == "number" and record["low"] is not None and record["high"] is not None
    ]


def _of_parameter(entry: Parameter, given: Given, worlds: Sequence[ResolvedScenario]) -> Factor:
    overrides = [values for world in worlds for path, values in world.parameters if path == entry.path]
    values = [*entry.values.values(), *(value for dated in overrides for _, value in dated)]
    shaped = len(entry.values) > 1 or bool(entry.growth or entry.growth_before)
    shaped |= any(month != ALWAYS and value != values[0] for dated in overrides for month, value in dated)
    zh, en = group_label(entry.path)
    facts = {
        "zh": entry.zh,
        "en": entry.en,
        "unit": entry.unit,
        "group": entry.path.partition(".")[0],
        "group_zh": zh,
        "group_en": en,
        "source": entry.source,
        "status": entry.status,
    }
    least = LEAST_SCALE if entry.between == "geometric" else 0.0
    kind = (entry.distribution, entry.levels)
    return _factor(entry.path, given, values, shaped, (entry.low, entry.high), kind, facts, least)


def _of_setting(path: str, given: Given, chosen: Mapping[str, ChosenInstrument], known: Catalogue) -> Factor:
    owner, _, name = path.partition(".")
    one = chosen[owner]
    record = next(item for item in known.settings_of(one.kind).describe() if item["name"] == name)
    value = getattr(one.settings, name)
    dated = isinstance(value, Dated)
    if not dated and not given.levels:
        raise FupinError(
            tell(
                f"--factor {path}：不是数字的设置需要给出取值：{path}=A,B",
                f"--factor {path}: a setting that is no number needs its levels: {path}=A,B",
            )
        )
    values = [number for _, number in value.values] if dated else [math.nan]
    shaped = dated and len({number for _, number in value.values}) > 1
    family = known.kinds[one.kind].family
    zh, en = family_label(family)
    facts = {
        "zh": record["zh"],
        "en": record["en"],
        "unit": record["unit"],
        "group": f"policy.{family}",
        "group_zh": zh,
        "group_en": en,
        "source": record["source"],
        "status": record["status"],
        "setting": True,
    }
    low = -math.inf if record["low"] is None else float(record["low"])
    high = math.inf if record["high"] is None else float(record["high"])
    kind = ("discrete", (0.0, 1.0)) if record["unit"] == SWITCH else ("uniform", ())
    return _factor(path, given, values, shaped, (low, high), kind, facts, 0.0)


def _factor(
    path: str,
    given: Given,
    values: Sequence[float],
    shaped: bool,
    bounds: tuple[float, float],
    kind: tuple[str, tuple[float, ...]],
    facts: dict[str, Any],
    least: float,
) -> Factor:
    """A factor of a number with these values, which is shaped if it changes over time."""
    how = VALUE if not shaped or kind[0] == "discrete" else SCALE if min(values) >= 0 < max(values) else SHIFT
    limits = _limits(values, how, bounds, least)
    declared = {VALUE: values[0], SCALE: 1.0, SHIFT: 0.0}[how]
    if how == SCALE:
        facts = facts | {"unit": "x declared"}
    spread, distribution = limits, kind[0]
    levels: tuple[Level, ...] = kind[1]
    if given.levels:
        distribution, levels = "discrete", given.levels
    elif given.range:
        spread, distribution, levels = given.range, "uniform", ()
    word = next((level for level in levels if isinstance(level, str)), None)
    if word is not None and not math.isnan(values[0]):
        raise FupinError(
            tell(
                f"--factor {given.text}：{word!r} 不是数；允许：{limits[0]:g} 至 {limits[1]:g} 的数",
                f"--factor {given.text}: {word!r} is no number; allowed: numbers from {limits[0]:g} to {limits[1]:g}",
            )
        )
    numbers = [level for level in levels if not isinstance(level, (str, bool))]
    ends = (min(numbers, default=0.0), max(numbers, default=1.0)) if distribution == "discrete" else spread
    if given.spread and (numbers or not levels) and not (limits[0] <= ends[0] <= ends[1] <= limits[1]):
        what = {
            VALUE: "",
            SCALE: tell("倍于声明的路径（随时间变化）", " times the declared path, which changes over time"),
            SHIFT: tell("，加在路径上", " added to the path"),
        }[how]
        raise FupinError(
            tell(
                f"--factor {given.text}：允许：{limits[0]:g} 至 {limits[1]:g}{what}",
                f"--factor {given.text}: allowed: {limits[0]:g} to {limits[1]:g}{what}",
            )
        )
    if given.spread and how != VALUE and (numbers or not levels) and not ends[0] <= declared <= ends[1]:
        what = {
            SCALE: tell("倍数，声明的路径是 1", "times the declared path, which is 1"),
            SHIFT: tell("加在路径上的数，声明的路径是 0", "added to the path, which itself is 0"),
        }[how]
        raise FupinError(
            tell(
                f"--factor {given.text}：{path} 随时间变化，这里写的是{what}；范围要含 {declared:g}，在 {limits[0]:g} "
                f"至 {limits[1]:g} 之内；要试水平，先用 --set {path}=数 把它定为一个数",
                f"--factor {given.text}: {path} changes over time, so a range is {what}; allowed: a range that holds "
                f"{declared:g}, from {limits[0]:g} to {limits[1]:g}; to try levels make it one number first, "
                f"--set {path}=NUMBER",
            )
        )
    if not all(map(math.isfinite, ends)):
        raise FupinError(
            tell(
                f"--factor {path}：没有声明范围；请写 {path}=低:高",
                f"--factor {path}: no range is declared for it; give {path}=LOW:HIGH",
            )
        )
    return Factor(
        path, low=ends[0], high=ends[1], declared=declared, how=how, distribution=distribution, levels=levels, **facts
    )


def _limits(values: Sequence[float], how: str, bounds: tuple[float, float], least: float) -> tuple[float, float]:
    """What the factor may be, so that no value leaves its range."""
    low, high = bounds
    if how == VALUE:
        return bounds
    if how == SHIFT:
        return low - min(values), high - max(values)
    above = [value for value in values if value > 0]
    return max(least, *(low / value for value in above)), min(high / value for value in above)


def moved_values(values: Mapping[int, float], how: str, by: float) -> dict[int, float]:
    """Dated values as a factor's value leaves them."""
    if how == VALUE:
        return {ALWAYS: by}
    return {month: value * by if how == SCALE else value + by for month, value in values.items()}
