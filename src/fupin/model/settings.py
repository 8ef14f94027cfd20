"""Settings of an instrument: declared once, with unit, label, range, source and status, and read by everything else.

An instrument's settings are a subclass of `Settings`:

    class Grants(Settings):
        grant: Dated = setting(5000, unit="yuan", zh="补助", en="grant", low=0, source="…", status="assumption")
        target: str = setting("poor", zh="对象", en="whom", choices=("poor", "all"), source="…", status="assumption")

A planner may give every number as it stands or dated, `{ "2016-01" = 6000 }`: a dated one takes over from the default
on its first date. `settings.at(month)` is a namespace of plain values for the month.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticUndefined, core_schema

from fupin.errors import FupinError, nearest
from fupin.labels import Label, tell
from fupin.model.dated import dated_values, labelled, month_label, month_number, out_of_range, overlay, value_at
from fupin.model.parameters import STATUSES


@dataclass(frozen=True, slots=True)
class Dated:
    """A number that may change with time: `(month, number)` pairs in order of time."""

    values: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, given: Any) -> Self:
        """From a number, a table `{date: number}` or another `Dated`; raises `FupinError` for anything else."""
        return given if isinstance(given, cls) else cls(tuple(dated_values(given).items()))

    def at(self, month: int) -> float:
        """The value in force in a month; before all dates, the first one."""
        return value_at(dict(self.values), month) if len(self.values) > 1 else self.values[0][1]

    @property
    def text(self) -> float | dict[str, float]:
        """The form in which it stands in a file."""
        return labelled(dict(self.values))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _told(cls.of),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda dated: dated.text),
        )


def _told(check: Any) -> Any:
    def checked(given: Any) -> Any:
        try:
            return check(given)
        except FupinError as error:  # pydantic adds the place to a ValueError
            raise ValueError(str(error)) from None

    return checked


def setting(
    default: Any = ...,
    *,
    zh: str,
    en: str,
    source: str,
    status: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    scaled: bool = False,
    choices: tuple[str, ...] | None = None,
) -> Any:
    """Declare one setting; without a default a planner must give it.

    `low` and `high` bound numbers, `choices` the words of a text or list of texts. `scaled` marks a quantity of the
    whole region (jobs, places, yuan in all), of which named counties have their share (`fupin.scenarios.parts`).
    """
    if status not in STATUSES:
        raise ValueError(f"status {status!r} of {en!r} is not one of {', '.join(STATUSES)}")
    facts = {"zh": zh, "en": en, "unit": unit, "source": source, "status": status, "scaled": scaled}
    facts |= {"low": low} if low is not None else {}
    facts |= {"high": high} if high is not None else {}
    facts |= {"choices": list(choices)} if choices is not None else {}
    if isinstance(default, (int, float, Mapping)) and not isinstance(default, bool):
        default = Dated.of(default)
    # TOML has lists only, so tuples must accept them
    lenient = {"strict": False} if isinstance(default, tuple) else {}
    return Field(default, title=en, description=f"{zh} · {en}", json_schema_extra=facts, **lenient)  # type: ignore[call-overload]


class Settings(BaseModel):
    """Base of all instruments' settings: frozen, hashable, no unknown keys, in force from `start` to `end`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_default=True, ignored_types=(cached_property,)
    )

    start: str | None = Field(
        None,
        title="first month in force",
        description="首月（不填：一开始）· first month in force (none: from the beginning)",
        json_schema_extra={
            "zh": "首月",
            "en": "first month in force",
            "format": "month",
            "source": "a decision of the scenario",
            "unset": ["不设：自运行首月起", "not set: from the run's first month"],
            "allowed": ["年-月，如 2016-03", "year-month, as 2016-03"],
        },
    )
    end: str | None = Field(
        None,
        title="last month in force",
        description="末月（不填：一直）· last month in force (none: for ever)",
        json_schema_extra={
            "zh": "末月",
            "en": "last month in force",
            "format": "month",
            "source": "a decision of the scenario",
            "unset": ["不设：至运行末月止", "not set: until the run's last month"],
            "allowed": ["年-月，不早于首月", "year-month, not before the first"],
        },
    )

    @field_validator("start", "end", mode="before")
    @classmethod
    def _month(cls, given: Any) -> str | None:
        return None if given is None else month_label(_told(month_number)(given))

    @field_validator("*", mode="after")
    @classmethod
    def _allowed(cls, given: Any, info: ValidationInfo) -> Any:
        declared = cls.model_fields[info.field_name or ""]
        facts = declared.json_schema_extra if isinstance(declared.json_schema_extra, dict) else {}
        if isinstance(given, Dated):
            if isinstance(declared.default, Dated):
                given = Dated(tuple(overlay(dict(declared.default.values), dict(given.values)).items()))
            _check_range(given, facts)
        elif choices := facts.get("choices"):
            assert isinstance(choices, list)
            for word in given if isinstance(given, tuple) else (given,):
                if word is not None and word not in choices:
                    allowed = [str(choice) for choice in choices]
                    near = nearest(str(word), allowed)
                    raise ValueError(tell(f"没有 {word!r} 这个选项；{near}", f"{word!r} is not known; {near}"))
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and month_number(self.start) > month_number(self.end):
            raise ValueError(
                tell(
                    f"末月（{self.end}）早于首月（{self.start}）",
                    f"it ends ({self.end}) before it starts ({self.start})",
                )
            )
        return self

    @cached_property
    def _declared(self) -> dict[str, Any]:
        """The settings by name, as they were given."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    @cached_property
    def _changes(self) -> list[int]:
        """The months in which some setting takes another value."""
        dated = (value for value in self._declared.values() if isinstance(value, Dated))
        return sorted({month for value in dated for month, _ in value.values})

    @cached_property
    def _dates(self) -> list[float]:
        """The months in which some setting takes another value, or the instrument begins or is over."""
        first, last = self._span
        return sorted({-math.inf, *self._changes, first, last + 1.0, math.inf})

    @cached_property
    def _in_force(self) -> dict[int, SimpleNamespace]:
        return {}

    @cached_property
    def _span(self) -> tuple[float, float]:
        first = month_number(self.start) if self.start else -math.inf
        return first, month_number(self.end) if self.end else math.inf

    def active(self, month: int) -> bool:
        """Is the instrument in force in a month?"""
        first, last = self._span
        return first <= month <= last

    def begun(self, month: int) -> bool:
        """Has the instrument come into force by a month?"""
        return self._span[0] <= month

    def active_within(self, first: int, last: int) -> bool:
        """Is the instrument in force in any of the months from `first` to `last`?"""
        begins, ends = self._span
        return begins <= last and first <= ends

    def at(self, month: int) -> SimpleNamespace:
        """The settings in force in a month: dated ones as floats, others as declared. Do not change it: it is kept."""
        since = bisect_right(self._changes, month)
        found = self._in_force.get(since)
        if found is None:
            declared = self._declared.items()
            plain = {name: value.at(month) if isinstance(value, Dated) else value for name, value in declared}
            found = self._in_force[since] = SimpleNamespace(**plain)
        return found

    def spell(self, month: int) -> tuple[float, float]:
        """The months around a month with the same settings, all in force or none: the first, and the first after."""
        place = bisect_right(self._dates, month)
        return self._dates[place - 1], self._dates[place]

    def text(self) -> dict[str, Any]:
        """All settings in the form in which they stand in a file, defaults included, absent ones left out."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def describe(cls) -> list[dict[str, Any]]:
        """One record a setting: name, kind, zh, en, unit, default, low, high, choices, scaled, status, source.

        A setting that may stay unset has the labels `unset` and `allowed` besides: what it then means, what it may be.
        """
        records = []
        for name, declared in cls.model_fields.items():
            facts = declared.json_schema_extra if isinstance(declared.json_schema_extra, dict) else {}
            default = declared.default
            records.append(
                {
                    "name": name,
                    "kind": _kind(declared.annotation, facts),
                    "zh": facts.get("zh", ""),
                    "en": facts.get("en", declared.title or name),
                    "unit": facts.get("unit", ""),
                    "default": None if default is PydanticUndefined else getattr(default, "text", default),
                    "required": declared.is_required(),
                    "low": facts.get("low"),
                    "high": facts.get("high"),
                    "choices": facts.get("choices"),
                    "scaled": facts.get("scaled", False),
                    "status": facts.get("status", ""),
                    "source": facts.get("source", ""),
                    "unset": _both(facts.get("unset")),
                    "allowed": _both(facts.get("allowed")),
                }
            )
        return records


def _both(words: Any) -> Label | None:
    return Label(*words) if words else None


def _check_range(given: Dated, facts: Mapping[str, Any]) -> None:
    low, high = facts.get("low", -math.inf), facts.get("high", math.inf)
    if problem := out_of_range(dict(given.values), low, high, facts.get("unit", "")):
        raise ValueError(problem)


def _kind(annotation: Any, facts: Mapping[str, Any]) -> str:
    if facts.get("format") == "month":
        return "month"
    if annotation is Dated:
        return "number"
    words = {bool: "true or false", str: "text", int: "whole number", float: "number"}
    return words.get(annotation, "list of text")
