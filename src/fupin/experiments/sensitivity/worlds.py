"""The task of a sensitivity study: one world at one point of the design, with its factors moved.

`shared["factors"]` says what is moved and how, the row holds the values, the arm the resolved scenario. A path that has
a shape is moved in the book of parameters itself, so that dates and growth stay as declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fupin.experiments.sensitivity.factors import VALUE, moved_values
from fupin.experiments.study.design import Job, Tables
from fupin.experiments.study.simulate import by_year, parameter_book, scenario_of
from fupin.model.parameters import ParameterBook
from fupin.model.settings import Dated
from fupin.model.tomlfile import Source
from fupin.scenarios.policy import Package
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import Scenario, Tune


def simulate_point(job: Job) -> Tables:
    """All outcomes by year of the world of a row."""
    scenario = scenario_of(str(job.arm["toml"])).changed(seed=int(job.row["seed"]))
    world, book = moved(scenario, parameter_book(), job.shared["factors"], job.row)
    return {"outcomes": by_year(world, book, job.check)}


def moved(
    scenario: Scenario, book: ParameterBook, factors: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]
) -> tuple[ResolvedScenario, ParameterBook]:
    """The world and the book with every factor at its value; `factors` maps paths to `how` and `setting`.

    Settings of instruments that this world does not have change nothing. Raises FupinError for a value out of range.
    """
    own = dict(scenario.package.parameters)
    entries = dict(book)
    parameters, tunes = [], []
    for path, factor in factors.items():
        value, how = values[path], str(factor["how"])
        if factor["setting"]:
            tunes.append(_tune(scenario, path, how, value))
            continue
        entry = book[path]
        if how == VALUE:
            parameters.append((path, tuple(entry.check(float(value)).items())))
            continue
        entries[path] = replace(entry, values=entry.check(moved_values(entry.values, how, float(value))))
        if path in own:
            parameters.append((path, tuple(entry.check(moved_values(dict(own[path]), how, float(value))).items())))
    changed = replace(
        scenario,
        extra=scenario.extra + Package(parameters=tuple(parameters)),
        tunes=(*scenario.tunes, *(tune for tune in tunes if tune)),
    )
    moved_book = (
        ParameterBook(list(entries.values())) if any(entries[path] is not book[path] for path in book) else book
    )
    return changed.resolve(absent_ok=True), moved_book


def _tune(scenario: Scenario, path: str, how: str, value: Any) -> Tune | None:
    owner, _, name = path.partition(".")
    chosen = {one.id: one for one in scenario.resolve(absent_ok=True).instruments} if how != VALUE else {}
    if how != VALUE and owner not in chosen:
        return None
    if how == VALUE:
        return Tune(owner, name, value, Source(f"factor {path}"))
    dated: Dated = getattr(chosen[owner].settings, name)
    return Tune(owner, name, Dated(tuple(moved_values(dict(dated.values), how, float(value)).items())), Source(path))
