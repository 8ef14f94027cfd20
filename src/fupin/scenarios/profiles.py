"""Region profiles: the TOML text that says of what a synthetic region is made, validated."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from fupin.errors import FupinError, nearest
from fupin.library import library
from fupin.model.tomlfile import Source, read_toml
from fupin.scenarios.quantities import Status
from fupin.scenarios.recipes import (
    Administration,
    CountyFields,
    CountyProfile,
    EnterpriseRecipe,
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
        total = sum(county.rural_share for county in self.county)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the counties' rural_share sum to {total:g}; allowed: 1")
        return self


def load_profile(name: str | Path) -> Profile:
    """Read a profile by the name of a shipped one (`baoding`) or by the path of a TOML file.

    A relative `tables` folder is taken from where the file stands. Raises FupinError for an unknown name, a missing
    file, broken TOML, and every key that is unknown, missing or out of range.
    """
    path = profile_path(name)
    content, source = read_toml(path)
    try:
        profile = Profile.model_validate(content)
    except ValidationError as error:
        raise _advice(error, source, content) from None
    if profile.tables is not None:
        folder = path.parent / profile.tables
        if not folder.is_dir():
            raise source.error(f"{profile.tables!r} is no folder beside the profile", ("tables",))
        profile = profile.model_copy(update={"tables": str(folder)})
    return profile


def profile_path(name: str | Path) -> Path:
    """The file of a profile: a path if it ends in `.toml`, else a shipped profile of that name."""
    if str(name).endswith(".toml"):
        return Path(name)
    shipped = profile_names()
    if str(name) not in shipped:
        raise FupinError(
            f"no region profile {str(name)!r}; {nearest(str(name), shipped)} (or give the path of a .toml file)"
        )
    return library("scenarios", "regions", f"{name}.toml")


def profile_names() -> list[str]:
    """Names of the shipped profiles."""
    return sorted(path.stem for path in library("scenarios", "regions").glob("*.toml"))


def _advice(error: ValidationError, source: Source, content: dict[str, Any]) -> FupinError:
    first = error.errors()[0]
    key = tuple(part for part in first["loc"] if isinstance(part, int) or not str(part).startswith("function-"))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = f"unknown key {key[-1]!r}; {nearest(str(key[-1]), _keys_beside(key))}"
    elif first["type"] == "missing":
        message = "the key is missing" + (f"; {_misspelt(key, content)}" if _misspelt(key, content) else "")
    elif first["type"] != "value_error":
        message = f"{first['input']!r} given; {message}"
    more = error.error_count() - 1
    return source.error(message + (f" (and {more} more)" if more else ""), key)


def _keys_beside(key: tuple[str | int, ...]) -> list[str]:
    model: Any = Profile
    for part in key[:-1]:
        if isinstance(part, str) and isinstance(model, type) and issubclass(model, BaseModel):
            if part not in model.model_fields:
                return []
            annotation = model.model_fields[part].annotation
            inner = getattr(annotation, "__args__", (annotation,))
            model = inner[0]
    if isinstance(model, type) and issubclass(model, BaseModel):
        return list(model.model_fields)
    return ["value", "unit", "zh", "en", "source", "status"]


def _misspelt(key: tuple[str | int, ...], content: Any) -> str:
    for part in key[:-1]:
        content = content[part]
    given = list(content) if isinstance(content, dict) else []
    unknown = [name for name in given if name not in _keys_beside(key)]
    return f"is {unknown[0]!r} meant to be it?" if unknown else ""
