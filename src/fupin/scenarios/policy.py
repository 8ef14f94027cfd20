"""A policy: a package of instruments and parameter overrides, written as one small text file.

Packages stack: `load_policy("baseline-2014") + load_policy("grants")`. The later one wins where both speak of the same
parameter or of the same setting of the same instrument id; a dated value takes over from its first date on.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.model.dated import overlay
from fupin.model.settings import Dated
from fupin.model.tomlfile import Source, read_toml
from fupin.scenarios.catalogue import Catalogue, catalogue, is_path, is_there
from fupin.scenarios.problems import PLAIN, complaint
from fupin.scenarios.together import check_together


class AboutText(BaseModel):
    """What every scenario and policy file may say about itself; none of it changes a result."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field("", description="短名 · short name (default: the file's)")
    zh: str = Field("", description="中文名 · name in Chinese")
    en: str = Field("", description="英文名 · name in English")
    description: str = Field("", description="英文说明 · what it is for, in English")
    description_zh: str = Field("", description="说明 · what it is for, in Chinese")
    author: str = Field("", description="作者 · who wrote it")
    date: str = Field("", description="日期 · when")
    sources: tuple[str, ...] = Field((), strict=False, description="依据 · documents it rests on")

    @field_validator("date", mode="before")
    @classmethod
    def _date(cls, given: Any) -> Any:
        if isinstance(given, datetime.date):
            return given.isoformat()[:10]
        if given and isinstance(given, str):
            try:
                datetime.date.fromisoformat(given)
            except ValueError:
                raise ValueError(
                    tell(
                        f"{given!r} 不是日期；可写某一天，如 2026-11-26",
                        f"{given!r} is not a date; allowed: a day such as 2026-11-26",
                    )
                ) from None
        return given

    @field_validator("sources")
    @classmethod
    def _said(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if not all(text.strip() for text in given):
            raise ValueError(
                tell(
                    "有一条依据是空的；请写文件及段落，或写明是假设",
                    "a source without words; allowed: a document with the passage, or what is assumed",
                )
            )
        return given


class PolicyText(AboutText):
    """The plain keys of a policy file; `[parameters]` and `[[instrument]]` are read beside them."""

    includes: tuple[str, ...] = Field((), strict=False, description="包含的政策 · policies this one adds to")


class InstrumentText(BaseModel):
    """One `[[instrument]]` of a policy or scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: str = Field(description="工具种类 · kind of instrument")
    id: str = Field("", description="标识（默认同种类）· its id (default: the kind)", pattern=PLAIN)
    settings: dict[str, Any] = Field(default_factory=dict, description="设置 · settings")


@dataclass(frozen=True)
class Choice:
    """An instrument as a package chooses it: kind, id, the settings given so far (sorted pairs), where it stands."""

    kind: str
    id: str
    settings: tuple[tuple[str, Any], ...] = ()
    at: tuple[Source, tuple[str | int, ...]] | None = field(default=None, compare=False, repr=False)

    def __add__(self, later: Choice) -> Choice:
        if later.kind != self.kind:
            raise FupinError(
                tell(
                    f"工具标识 {self.id!r} 用于两个种类：{self.kind!r} 和 {later.kind!r}；请给其中一个另取 `id`",
                    f"the instrument id {self.id!r} is used for two kinds, {self.kind!r} and {later.kind!r}; "
                    "give one of them another `id`",
                )
            )
        merged = dict(self.settings)
        for name, value in later.settings:
            before = merged.get(name)
            if isinstance(value, Dated) and isinstance(before, Dated):
                value = Dated(tuple(overlay(dict(before.values), dict(value.values)).items()))
            merged[name] = value
        return Choice(self.kind, self.id, tuple(sorted(merged.items())), self.at or later.at)


@dataclass(frozen=True)
class Package:
    """Instruments in their order and dated parameter overrides by path; `+` lays a later package over an earlier."""

    instruments: tuple[Choice, ...] = ()
    parameters: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = ()

    def __add__(self, later: Package) -> Package:
        chosen = {choice.id: choice for choice in self.instruments}
        for choice in later.instruments:
            chosen[choice.id] = chosen[choice.id] + choice if choice.id in chosen else choice
        values = {path: dict(given) for path, given in self.parameters}
        for path, given in later.parameters:
            values[path] = overlay(values[path], dict(given)) if path in values else dict(given)
        return Package(tuple(chosen.values()), tuple((path, tuple(values[path].items())) for path in sorted(values)))


@dataclass(frozen=True)
class Policy:
    """A named package; included policies are already merged into it."""

    name: str
    zh: str
    en: str
    description: str = ""
    sources: tuple[str, ...] = ()
    package: Package = field(default_factory=Package)

    def __add__(self, later: Policy) -> Policy:
        return Policy(
            f"{self.name}+{later.name}",
            f"{self.zh} + {later.zh}",
            f"{self.en} + {later.en}",
            "\n".join(text for text in (self.description, later.description) if text),
            tuple(dict.fromkeys(self.sources + later.sources)),
            self.package + later.package,
        )


def load_policy(name: str, beside: Path | None = None, known: Catalogue | None = None) -> Policy:
    """A policy of the library, a policy file, or several stacked by `+` in the name (`"baseline-2014+grants"`).

    Raises `FupinError` (file, line, key) for anything in it that does not exist or is not allowed.
    """
    known = known or catalogue()
    return reduce(Policy.__add__, (_load(file, known, ()) for file in policy_files(name, beside, known)))


def policy_files(name: str, beside: Path | None, known: Catalogue) -> list[Path]:
    """The files that a policy name stands for; raises `FupinError` for one that does not exist."""
    if "+" in name and not (is_path(name) and is_there((beside or Path()) / name)):
        return [known.find("policy", part.strip(), beside) for part in name.split("+")]
    return [known.find("policy", name, beside)]


def _load(file: Path, known: Catalogue, inside: tuple[Path, ...]) -> Policy:
    content, source = read_toml(file)
    if file in inside:
        chain = " → ".join(path.stem for path in (*inside, file))
        raise source.error(
            tell(f"政策互相包含，成了一圈：{chain}", f"policies include each other in a circle: {chain}"), ("includes",)
        )
    package = read_package(content, source, known)
    text = read_text(PolicyText, content, source)
    earlier = Package()
    for name in text.includes:
        try:
            included = known.find("policy", name, file.parent)
        except FupinError as error:
            raise source.error(str(error), ("includes",)) from None
        earlier += _load(included, known, (*inside, file)).package
    name, package = text.name or file.stem, earlier + package
    check_together(package.instruments, known)
    return Policy(name, text.zh or name, text.en or name, text.description, text.sources, package)


def read_text[T: BaseModel](model: type[T], content: Mapping[str, Any], source: Source) -> T:
    """The plain keys of a file as a model; the package tables are left out, having been read before."""
    plain = {key: value for key, value in content.items() if key not in ("parameters", "instrument")}
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        problem = complaint(error, source, [*model.model_fields, "parameters", "instrument"])
        assert problem
        raise problem from None


def read_package(content: Mapping[str, Any], source: Source, known: Catalogue) -> Package:
    """The `[parameters]` and `[[instrument]]` of a file, checked against the book and the instrument classes."""
    parameters = content.get("parameters", {})
    if not isinstance(parameters, dict):
        raise source.error(
            tell(
                '应是 [parameters] 一节，下面各行如 "farm.rent" = 150',
                'allowed: a table [parameters] with lines such as "farm.rent" = 150',
            ),
            ("parameters",),
        )
    values = {}
    for path, key, given in _flat(parameters, known):
        try:
            values[path] = tuple(known.book.find(path).check(given).items())
        except FupinError as error:
            raise source.error(str(error), ("parameters", *key)) from None
    listed = content.get("instrument", [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise source.error(
            tell(
                "每个工具写一节 [[instrument]]（两对方括号）",
                "allowed: one [[instrument]] (two brackets) for each instrument",
            ),
            ("instrument",),
        )
    choices = [read_choice(entry, source, ("instrument", place), known) for place, entry in enumerate(listed)]
    ids = [choice.id for choice in choices]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise source.error(
                tell(
                    f"有两个工具的标识都是 {name!r}；请给其中一个另取 `id`",
                    f"two instruments have the id {name!r}; give one another `id`",
                ),
                ("instrument", place),
            )
    return Package(tuple(choices), tuple(sorted(values.items())))


def _flat(
    table: Mapping[str, Any], known: Catalogue, outer: tuple[str, ...] = ()
) -> list[tuple[str, tuple[str, ...], Any]]:
    """Overrides by path, however they are written: `"farm.rent" = 1`, `farm.rent = 1` or `[parameters.farm]`."""
    found: list[tuple[str, tuple[str, ...], Any]] = []
    for name, inner in table.items():
        key = (*outer, name)
        path = ".".join(key)
        if isinstance(inner, dict) and any(other.startswith(f"{path}.") for other in known.book):
            found += _flat(inner, known, key)
        else:
            found.append((path, key, inner))
    return found


def read_choice(entry: Mapping[str, Any], source: Source, key: Sequence[str | int], known: Catalogue) -> Choice:
    """One instrument entry, its settings checked as far as they are given."""
    try:
        text = InstrumentText.model_validate(entry)
    except ValidationError as error:
        if misplaced := _setting_outside(entry, known):
            place = (*key, misplaced)
            raise source.error(
                tell(
                    f"设置要写在 settings 里：settings = {{ {misplaced} = … }}",
                    f"settings stand inside `settings`: settings = {{ {misplaced} = … }}",
                ),
                place,
            ) from None
        problem = complaint(error, source, InstrumentText.model_fields, key)
        assert problem
        raise problem from None
    try:
        settings = known.settings_of(text.kind)
    except FupinError as error:
        raise source.error(str(error), (*key, "kind")) from None
    try:
        settings.model_validate(text.settings)
    except ValidationError as error:
        inside = (*key, "settings")
        names = {record["name"]: record["zh"] for record in settings.describe()}
        if problem := complaint(error, source, settings.model_fields, inside, missing_counts=False, labels=names):
            raise problem from None
    fields = settings.model_fields
    given = {
        name: Dated.of(value)
        if fields[name].annotation is Dated
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in text.settings.items()
    }
    return Choice(text.kind, text.id or text.kind, tuple(sorted(given.items())), (source, tuple(key)))


def _setting_outside(entry: Mapping[str, Any], known: Catalogue) -> str | None:
    """A setting of the instrument that stands beside `kind` instead of inside `settings`; None if there is none."""
    kind = entry.get("kind")
    settings = known.settings_of(kind).model_fields if isinstance(kind, str) and kind in known.kinds else {}
    return next((name for name in entry if name in settings), None)
