"""`--set path=value` and `--set path@2016-01=value`: changes made on the command line.

The path is a key of the scenario (`sample`), a parameter (`farm.land_exponent`) or a setting of an instrument
(`grants.amount`, by the instrument's id). The value is TOML; a word that is not may stand without quotes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.settings import Dated
from fupin.model.tomlfile import Source
from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.policy import Package
from fupin.scenarios.scenario import Scenario, ScenarioText, Tune, labels_of_settings, load_scenario


def prepare(
    name: str,
    *,
    policies: Sequence[str] = (),
    sets: Sequence[str] = (),
    known: Catalogue | None = None,
    **keys: Any,
) -> Scenario:
    """A scenario as the command line asks for it: by name, with other policies, `--set` and plain keys.

    `policies` replace those of the scenario if any are given; keys that are None (options not used) change nothing.
    """
    known = known or catalogue()
    scenario = load_scenario(name, known)
    if policies:
        # files named on the command line are relative to the current folder, not to the scenario's
        scenario = replace(replace(scenario, folder=None).with_policies(policies, known), folder=scenario.folder)
    for key, value in keys.items():
        if value is not None:
            scenario = scenario.changed(Source(f"--{key.replace('_', '-')}"), known, **{key: value})
    return with_sets(scenario, sets, known)


def with_sets(scenario: Scenario, sets: Sequence[str], known: Catalogue | None = None) -> Scenario:
    """The scenario with `path=value` changes laid over it, in order; raises `FupinError` for what is not allowed."""
    known = known or catalogue()
    for given in sets:
        scenario = _with_set(scenario, given, known)
    return scenario


def _with_set(scenario: Scenario, given: str, known: Catalogue) -> Scenario:
    source = Source(f"--set {given}")
    left, equals, right = given.partition("=")
    path, at, date = (part.strip() for part in left.partition("@"))
    if not equals or not path or (at and not date):
        raise source.error(tell("写作 路径=值 或 路径@2016-01=值", "allowed: path=value or path@2016-01=value"))
    value = _value(right.strip())
    dated = {date: value} if at else value
    if path in ScenarioText.model_fields:
        if at:
            raise source.error(
                tell(
                    f"情景的 {path!r} 不分日期；写作 {path}=值",
                    f"the scenario's {path!r} has no dates; allowed: {path}=value",
                )
            )
        return scenario.changed(source, known, **{path: value})
    if path in known.book:
        try:
            values = tuple(known.book[path].check(dated).items())
        except FupinError as error:
            raise source.error(str(error)) from None
        return replace(scenario, extra=scenario.extra + Package(parameters=((path, values),)))
    owner, dot, setting = path.partition(".")
    is_group = any(other.startswith(f"{owner}.") for other in known.book)
    if dot and "." not in setting and (owner in scenario.instrument_ids or not is_group):
        return replace(scenario, tunes=(*scenario.tunes, Tune(owner, setting, _frozen(dated, source), source)))
    labels = labels_of_settings(scenario.package.instruments, known)
    near = nearest(path, [*known.book, *ScenarioText.model_fields, *labels], labels=labels)
    raise source.error(tell(f"没有 {path!r} 这个数；{near}", f"unknown path {path!r}; {near}"))


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # no TOML: words
        return text


def _frozen(value: Any, source: Source) -> Any:
    if isinstance(value, list):
        return tuple(value)
    try:
        return Dated.of(value) if isinstance(value, dict) else value
    except FupinError as error:
        raise source.error(str(error)) from None
