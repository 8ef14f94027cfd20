"""A scenario: a region, a calendar, a sample, policies and overrides, read from text and validated.

Text -> `Scenario` (what was written; can be changed and stacked with policies) -> `ResolvedScenario` (one world, ready
to be simulated). The scenario's own overrides win over its policies, `--set` wins over both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from fupin.errors import FupinError, nearest
from fupin.labels import Label, tell
from fupin.model.dated import month_label, month_number
from fupin.model.tomlfile import Source, parse_toml, read_toml
from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.parts import for_part
from fupin.scenarios.policy import (
    AboutText,
    Choice,
    Package,
    Policy,
    load_policy,
    policy_files,
    read_choice,
    read_package,
    read_text,
)
from fupin.scenarios.problems import complaint
from fupin.scenarios.resolved import ChosenInstrument, ResolvedScenario
from fupin.scenarios.together import check_together


class ScenarioText(AboutText):
    """The plain keys of a scenario file; `[parameters]` and `[[instrument]]` are read beside them."""

    region: str = Field(description="地区 · region: a name of the library or a .toml file")
    start: str = Field("2014-01", description="起始月 · first month, such as 2014-01")
    years: int = Field(7, ge=1, le=50, description="年数 · years simulated")
    burn_in_years: int = Field(2, ge=0, le=20, description="预热年数 · years run before the start, not reported")
    sample: float = Field(
        0.01, gt=0, le=1, description="抽样比例 · share of households simulated, in whole villages, 1 for all"
    )
    area: tuple[str, ...] = Field((), strict=False, description="县 · names of counties; none for the whole region")
    seed: int = Field(1, ge=0, lt=2**63, description="随机种子 · seed of all random draws")
    policies: tuple[str, ...] = Field((), strict=False, description="政策 · policies, stacked in this order")
    against: str = Field("do-nothing", description="对照 · the world to compare with: a policy")

    @field_validator("start", mode="before")
    @classmethod
    def _month(cls, given: Any) -> str:
        try:
            return month_label(month_number(given))
        except FupinError as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True)
class Tune:
    """One `--set INSTRUMENT.setting=value`; a dated value is a `Dated`, a list a tuple."""

    id: str
    setting: str
    value: Any
    source: Source


@dataclass(frozen=True)
class Scenario:
    """What a scenario file says, its policies loaded; frozen: `changed`, `+` and `with_policies` give another one."""

    text: ScenarioText
    policies: tuple[Policy, ...] = ()
    own: Package = field(default_factory=Package)
    extra: Package = field(default_factory=Package)
    tunes: tuple[Tune, ...] = ()
    folder: Path | None = None

    @property
    def name(self) -> str:
        """The scenario's short name."""
        return self.text.name

    @property
    def package(self) -> Package:
        """Policies, own overrides and `--set` overrides of parameters, merged."""
        return sum((policy.package for policy in self.policies), Package()) + self.own + self.extra

    @property
    def instrument_ids(self) -> tuple[str, ...]:
        """The ids of its instruments, in order."""
        return tuple(choice.id for choice in self.package.instruments)

    def __add__(self, policy: Policy) -> Scenario:
        return replace(self, policies=(*self.policies, policy))

    def with_policies(self, policies: Sequence[str | Policy], known: Catalogue | None = None) -> Scenario:
        """The same scenario under other policies: names, files or `Policy` objects, stacked in order."""
        loaded = [load_policy(item, self.folder, known) if isinstance(item, str) else item for item in policies]
        return replace(self, policies=tuple(loaded))

    def changed(self, source: Source | None = None, /, known: Catalogue | None = None, **keys: Any) -> Scenario:
        """The scenario with other values of its plain keys (`years=3, area=["阜平县"], policies=["grants"]`).

        Raises `FupinError`, told to come from `source`, for an unknown key or a value that is not allowed.
        """
        source, known = source or Source(f"scenario {self.name!r}"), known or catalogue()
        text = read_text(ScenarioText, self.text.model_dump() | keys, source)
        changed = replace(self, text=text)
        if "region" in keys:
            known.find("region", text.region, self.folder)
        if "against" in keys:
            policy_files(text.against, self.folder, known)
        return changed.with_policies(text.policies, known) if "policies" in keys else changed

    def resolve(self, known: Catalogue | None = None, *, absent_ok: bool = False) -> ResolvedScenario:
        """One world: packages merged, settings complete, region found.

        `absent_ok`: pass over a `--set` for an instrument that this world does not have (the reference world of a
        comparison). Raises `FupinError` for whatever does not fit together.
        """
        known = known or catalogue()
        region, area = known.find("region", self.text.region, self.folder), tuple(sorted(set(self.text.area)))
        policies = sum((policy.package for policy in self.policies), Package())
        package = for_part(policies, self.own + self.extra, region, area, known)
        chosen = {choice.id: choice for choice in package.instruments}
        for tune in self.tunes:
            if tune.id in chosen:
                chosen[tune.id] += _tuned(tune, chosen[tune.id].kind, known)
            elif not absent_ok:
                raise tune.source.error(_absent(tune, chosen, known))
        check_together(chosen.values(), known)
        text = self.text
        return ResolvedScenario(
            name=text.name,
            zh=text.zh or text.name,
            en=text.en or text.name,
            description=text.description,
            region=text.region,
            region_file=region,
            start=month_number(text.start),
            years=text.years,
            burn_in_years=text.burn_in_years,
            sample=text.sample,
            area=area,
            seed=text.seed,
            policies=tuple(policy.name for policy in self.policies),
            against=text.against,
            instruments=tuple(_chosen(choice, known) for choice in chosen.values()),
            parameters=package.parameters,
            description_zh=text.description_zh,
            author=text.author,
            date=text.date,
            sources=text.sources,
            policy_labels=tuple(Label(policy.zh, policy.en) for policy in self.policies),
        )


def labels_of_settings(chosen: Iterable[Choice], known: Catalogue) -> dict[str, str]:
    """What the settings of some instruments are called in Chinese, by `ID.setting`."""
    return {
        f"{choice.id}.{record['name']}": f"{known.kinds[choice.kind].zh}.{record['zh']}"
        for choice in chosen
        for record in known.settings_of(choice.kind).describe()
    }


def _absent(tune: Tune, chosen: Mapping[str, Choice], known: Catalogue) -> str:
    """What to tell about a change of an instrument that these policies do not have."""
    if tune.id in known.kinds:
        near = tell(
            f"请用 --policy 加上有它的政策；现有工具：{', '.join(chosen) or '无'}",
            f"add a policy that has it with --policy; instruments here: {', '.join(chosen) or 'none'}",
        )
    else:
        labels = labels_of_settings(chosen.values(), known)
        near = nearest(f"{tune.id}.{tune.setting}", [*labels, *known.book], labels=labels)
    return tell(f"这些政策里没有工具 {tune.id!r}；{near}", f"these policies have no instrument {tune.id!r}; {near}")


def _chosen(choice: Choice, known: Catalogue) -> ChosenInstrument:
    settings = known.settings_of(choice.kind)
    try:
        return ChosenInstrument(choice.kind, choice.id, settings(**dict(choice.settings)))
    except ValidationError as error:
        problem = complaint(
            error,
            Source(tell(f"工具 {choice.id!r}", f"instrument {choice.id!r}")),
            settings.model_fields,
            ("settings",),
        )
        assert problem
        raise problem from None


def _tuned(tune: Tune, kind: str, known: Catalogue) -> Choice:
    entry = {"kind": kind, "id": tune.id, "settings": {tune.setting: tune.value}}
    return read_choice(entry, tune.source, (), known)


def load_scenario(name: str, known: Catalogue | None = None) -> Scenario:
    """A scenario of the library, or a file (a name that ends in `.toml` or holds a separator).

    Raises `FupinError` (file, line, key, what was given, what is allowed) for any mistake in it or in its policies.
    """
    known = known or catalogue()
    file = known.find("scenario", name)
    content, source = read_toml(file)
    if "includes" in content and "region" not in content:
        raise source.error(
            tell(
                f"这是政策文件，不是情景；用法：fupin run baoding --policy {name}",
                f"this is a policy, not a scenario; use it so: fupin run baoding --policy {name}",
            )
        )
    return _read(content, source, {"name": file.stem}, file.parent, known)


def scenario_of_text(text: str, known: Catalogue | None = None) -> Scenario:
    """A scenario from its TOML text, as `ResolvedScenario.to_toml` writes it; the same errors as `load_scenario`."""
    return _read(parse_toml(text, "scenario"), Source("scenario", text), {}, None, known or catalogue())


def _read(
    content: Mapping[str, Any], source: Source, named: Mapping[str, str], folder: Path | None, known: Catalogue
) -> Scenario:
    own = read_package(content, source, known)
    text = read_text(ScenarioText, {**named, **content}, source)
    for key, names in (("policies", text.policies), ("against", (text.against,))):
        for place, policy in enumerate(names):
            try:
                policy_files(policy, folder, known)
            except FupinError as error:
                raise source.error(str(error), (key, place)) from None
    try:
        known.find("region", text.region, folder)
    except FupinError as error:
        raise source.error(str(error), ("region",)) from None
    policies = tuple(load_policy(policy, folder, known) for policy in text.policies)
    return Scenario(text, policies, own, folder=folder)
