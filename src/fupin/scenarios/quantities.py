"""Numbers of a profile: a float, or a tuple of floats, that carries its unit, its names, its source and its status."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from fupin.labels import Label, tell
from fupin.model.rules.scales import DECADE, PRIME

Status = Literal[
    "seed",  # from the documents the project grows from
    "official statistic",
    "published estimate",
    "general knowledge, to verify",
    "assumption",
    "assumption to calibrate",
    "calibrated",  # solved so that a pattern is met
]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    unit: str
    zh: str
    en: str
    source: str
    status: Status


class _One(_Entry):
    value: float = Field(strict=True)


class _Many(_Entry):
    value: tuple[float, ...]


class _Labelled:
    unit: str
    zh: str
    en: str
    source: str
    status: str

    def _label(self, entry: _Entry) -> Self:
        self.unit, self.zh, self.en = entry.unit, entry.zh, entry.en
        self.source, self.status = entry.source, entry.status
        return self


class Quantity(_Labelled, float):
    """One number of a profile, written `{ value = 8, unit = "mu", zh = "…", en = "…", source = "…", status = "…" }`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            lambda entry: cls(entry.value)._label(entry), handler.generate_schema(_One)
        )


class Quantities(_Labelled, tuple[float, ...]):
    """Several numbers of a profile that belong together; `unit` says what each stands for."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            lambda entry: cls(entry.value)._label(entry), handler.generate_schema(_Many)
        )


LEAST = 1e-9  # of what must be above 0


def within(low: float, high: float) -> AfterValidator:
    """Bounds of a number, or of each of several."""

    def check(given: Any) -> Any:
        for value in given if isinstance(given, tuple) else (given,):
            if not low <= value <= high:
                zh, en = f"{low:g} 至 {high:g}", f"{low:g} to {high:g}"
                if low == LEAST:
                    zh, en = f"大于 0，至多 {high:g}", f"above 0, at most {high:g}"
                raise ValueError(tell(f"{value:g} 超出范围；允许：{zh}", f"{value:g} is out of range; allowed: {en}"))
        return given

    return AfterValidator(check)


def count(number: int, meaning: Label, low: float, high: float) -> AfterValidator:
    """How many numbers belong together, what they mean, and the bounds of each."""
    bounds = within(low, high).func

    def check(given: Any) -> Any:
        if len(given) != number:
            raise ValueError(
                tell(
                    f"给了 {len(given)} 个数；允许：{number} 个（{meaning.zh}）",
                    f"{len(given)} numbers given; allowed: {number} ({meaning.en})",
                )
            )
        return bounds(given)  # type: ignore[call-arg]

    return AfterValidator(check)


def several(low: float, high: float) -> AfterValidator:
    """One number or more, and the bounds of each."""
    bounds = within(low, high).func

    def check(given: Any) -> Any:
        if not given:
            raise ValueError(tell("一个数也没有；允许：一个或更多", "no number given; allowed: one or more"))
        return bounds(given)  # type: ignore[call-arg]

    return AfterValidator(check)


def whole(low: float, high: float) -> AfterValidator:
    """Bounds of a whole number."""
    bounds = within(low, high).func

    def check(given: Any) -> Any:
        if given % 1:
            raise ValueError(
                tell(
                    f"{given:g}；允许：{low:g} 至 {high:g} 的整数",
                    f"{given:g}; allowed: a whole number from {low:g} to {high:g}",
                )
            )
        return bounds(given)  # type: ignore[call-arg]

    return AfterValidator(check)


def span(low: float, high: float, *, wholly: bool = True) -> AfterValidator:
    """The least and the most of numbers (whole ones, unless not `wholly`), and the bounds of both."""
    bounds = count(2, Label("最小与最大", "least and most"), low, high).func

    def check(given: Any) -> Any:
        bounds(given)  # type: ignore[call-arg]
        if given[0] > given[1] or (wholly and any(value % 1 for value in given)):
            zh, en = ("整数", "whole numbers") if wholly else ("数", "numbers")
            raise ValueError(
                tell(
                    f"[{given[0]:g}, {given[1]:g}]；允许：两个{zh}，小的在前",
                    f"[{given[0]:g}, {given[1]:g}]; allowed: two {en}, the smaller one first",
                )
            )
        return given

    return AfterValidator(check)


Share = Annotated[Quantity, within(0, 1)]
Load = Annotated[Quantity, within(-1, 1)]
Positive = Annotated[Quantity, within(LEAST, 1e12)]
Spread = Annotated[Quantity, within(LEAST, 5)]  # of a logarithm, or of a share
AnyNumber = Annotated[Quantity, within(-1e12, 1e12)]
Item = Annotated[
    Quantities,
    count(
        4,
        Label("均值、偏远的影响、贫困村的影响、离散", "mean, effect of remoteness, of a poor village, spread"),
        -10,
        10,
    ),
]
Taste = Annotated[
    Quantities,
    count(
        6,
        Label(
            f"常数、{PRIME:g} 岁以上每 {DECADE:g} 岁、女性、受教育、偏远、幼儿",
            f"constant, per {DECADE:g} years of age above {PRIME:g}, woman, schooling, remoteness, small child",
        ),
        -10,
        10,
    ),
]
