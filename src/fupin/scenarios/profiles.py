"""Region profiles: the TOML text that says of what a synthetic region is made, validated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.library import library
from fupin.model.tomlfile import Source, read_toml
from fupin.scenarios import consistency
from fupin.scenarios.problems import complaint
from fupin.scenarios.quantities import Status
from fupin.scenarios.recipes import (
    LATER,
    Administration,
    CountyFields,
    CountyProfile,
    EnterpriseRecipe,
    FamilyRecipe,
    FirstIncome,
    Frame,
    HealthRecipe,
    HouseholdRecipe,
    HouseholdTypes,
    Loads,
    PersonRecipe,
    Section,
    TeamRecipe,
    VillageRecipe,
    WorkRecipe,
)

PATTERN = "baoding"  # the shipped profile that has all keys


class Margin(Section):
    """A number that the region must meet; `expression` names how it is computed (`fupin.scenarios.margins`)."""

    name: str
    expression: str
    zh: str
    en: str
    unit: str
    target: float
    source: str
    status: Status

    @field_validator("target")
    @classmethod
    def _not_zero(cls, target: float) -> float:
        if target == 0:
            raise ValueError(
                tell("0 没有相对容差；允许：其他任何数", "0 has no relative tolerance; allowed: any other number")
            )
        return target


class Profile(Section):
    """A region profile: recipe and margins."""

    name: str
    zh: str
    en: str
    tables: str | None = None
    frame: Frame
    county_fields: CountyFields
    county: tuple[CountyProfile, ...] = Field(min_length=1)
    village: VillageRecipe
    household_types: HouseholdTypes
    person: PersonRecipe
    family: Annotated[FamilyRecipe, LATER]
    health: HealthRecipe
    load: Loads
    household: HouseholdRecipe
    work: WorkRecipe
    first_income: FirstIncome
    enterprise: EnterpriseRecipe
    team: TeamRecipe
    administration: Administration
    margin: tuple[Margin, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        consistency.check(self)
        return self


def load_profile(name: str | Path) -> Profile:
    """Read a profile by the name of a shipped one (`baoding`) or by the path of a TOML file.

    A relative `tables` folder is taken from where the file stands. Raises FupinError for an unknown name, a missing
    file, broken TOML, and every key that is unknown, missing or out of range.
    """
    path = profile_path(name)
    content, source = profile_content(path)
    try:
        profile = Profile.model_validate(content)
    except ValidationError as error:
        raise _advice(error, source) from None
    if profile.tables is not None:
        folder = own_tables(path, content)
        if folder is None:
            raise source.error(
                tell(f"地区资料旁没有文件夹 {profile.tables!r}", f"{profile.tables!r} is no folder beside the profile"),
                ("tables",),
            )
        profile = profile.model_copy(update={"tables": str(folder)})
    return profile


def own_tables(path: Path, content: Mapping[str, Any]) -> Path | None:
    """The folder of the user's own tables that the profile at `path`, of this content, names, if it is there."""
    named = content.get("tables")
    folder = path.parent / named if isinstance(named, str) else None
    return folder if folder is not None and folder.is_dir() else None


def profile_content(path: Path) -> tuple[dict[str, Any], Source]:
    """What a profile says, not yet validated: keys that came later and that it lacks are those of `baoding`."""
    content, source = read_toml(path)
    lacking = [
        (section, key)
        for section, key in later_keys()
        if isinstance(content.get(section, {}), dict)
        and key not in content.get(section, {})
        and (section in content or LATER in Profile.model_fields[section].metadata)
    ]
    if lacking:
        pattern, _ = read_toml(profile_path(PATTERN))
        for section, key in lacking:
            content.setdefault(section, {})[key] = pattern[section][key]
    return content, source


def later_keys() -> list[tuple[str, str]]:
    """Sections and keys that came later: those marked, and all of a section that is."""
    return [
        (name, key)
        for name, section in Profile.model_fields.items()
        if isinstance(section.annotation, type) and issubclass(section.annotation, Section)
        for key, entry in section.annotation.model_fields.items()
        if LATER in section.metadata or LATER in entry.metadata
    ]


def profile_path(name: str | Path) -> Path:
    """The file of a profile: a path if it ends in `.toml` or holds a separator, else a shipped profile of that name."""
    text = str(name)
    if text.endswith(".toml") or "/" in text or "\\" in text:
        return Path(name)
    shipped = profile_names()
    if text not in shipped:
        advice = nearest(text, shipped)
        raise FupinError(
            tell(
                f"没有地区 {text!r}；{advice}（自己的文件请写以 .toml 结尾的路径）",
                f"unknown region {text!r}; {advice} (a file of your own: give its path, ending in .toml)",
            )
        )
    return library("scenarios", "regions", f"{text}.toml")


def profile_names() -> list[str]:
    """Names of the shipped profiles."""
    return sorted(path.stem for path in library("scenarios", "regions").glob("*.toml"))


def _advice(error: ValidationError, source: Source) -> FupinError:
    problems = error.errors()
    # a misspelt key is both unknown and missing: the first says more
    first = next((item for item in problems if item["type"] != "missing"), problems[0])
    known = _keys_beside(first["loc"])
    found = complaint(error, source, known, missing_counts=False) or complaint(error, source, known)
    assert found is not None
    return found


def _keys_beside(key: tuple[str | int, ...]) -> list[str]:
    """The keys that exist in the table that holds `key`."""
    model: Any = Profile
    for part in key[:-1]:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            annotation = model.model_fields[part].annotation
            model = getattr(annotation, "__args__", (annotation,))[0]
    if isinstance(model, type) and issubclass(model, BaseModel):
        return list(model.model_fields)
    return ["value", "unit", "zh", "en", "source", "status"]
