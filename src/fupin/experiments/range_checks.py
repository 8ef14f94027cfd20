"""Range checks: every setting of every instrument at its minimum, default and maximum keeps outcomes meaningful.

What is allowed is text, `calibration/ranges.toml`: ranges of outcomes by unit or name, of counts of people, of money.
A numeric setting is tried at its declared bounds (an open one at `random_packages.MOST`), a switch at both values, a
word at each choice; every instrument once as declared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.experiments.gallery import START
from fupin.experiments.random_packages import highest, lowest
from fupin.experiments.register_forks import fork
from fupin.experiments.register_trials import Rules
from fupin.labels import tell
from fupin.library import library
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.outcomes import OUTCOMES, measure
from fupin.model.person import CARE
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot
from fupin.model.tomlfile import Source, read_toml

YEARS = 2
SEED = 1

type Range = tuple[float, float]


class Case(NamedTuple):
    """One world: an instrument with one of its settings (none: all as declared) at a value."""

    kind: str
    setting: str
    value: Any


class Breach(NamedTuple):
    """What left its range in which year of which case."""

    case: Case
    year: int
    quantity: str
    value: float
    allowed: Range


class Ranges(NamedTuple):
    """The file: ranges by quantity, and the settings with which an instrument finds somebody."""

    allowed: Mapping[str, Range]
    settings: Mapping[str, Mapping[str, Any]]


def read_ranges(path: Path | None = None) -> Ranges:
    """Read and check the file: every outcome has a range, nothing unknown is named."""
    content, source = read_toml(path or library("calibration", "ranges.toml"))
    for name in content:
        if name not in ("units", "outcomes", "people", "money", "with"):
            raise source.error("unknown table; allowed: units, outcomes, people, money, with", (name,))
    units, named = _spans(content, "units", source), _spans(content, "outcomes", source)
    for name in named:
        if name not in OUTCOMES:
            raise source.error(f"no such outcome; {nearest(name, OUTCOMES)}", ("outcomes", name))
    allowed = {}
    for outcome in OUTCOMES.values():
        found = named.get(outcome.name) or units.get(outcome.unit)
        if not found:
            raise source.error(f"{outcome.name} ({outcome.unit}) has no range, by name or by unit")
        allowed[outcome.name] = found
    for table, known in (("people", set(PEOPLE)), ("money", set(MONEY))):
        spans = _spans(content, table, source)
        for name in spans.keys() ^ known:
            raise source.error(f"names exactly: {', '.join(sorted(known))}", (table, name))
        allowed |= spans
    for kind, settings in content.get("with", {}).items():
        if kind not in instrument_kinds():
            raise source.error(f"unknown instrument; {nearest(kind, instrument_kinds())}", ("with", kind))
        for name in settings:
            if name not in instrument_kinds()[kind].Settings.model_fields:
                raise source.error("unknown setting", ("with", kind, name))
    return Ranges(allowed, content.get("with", {}))


def _spans(content: Mapping[str, Any], table: str, source: Source) -> dict[str, Range]:
    spans = {}
    for name, given in content.get(table, {}).items():
        numbers = [one for one in given if isinstance(one, int | float)] if isinstance(given, list) else []
        if len(numbers) != 2 or not numbers[0] <= numbers[1]:
            raise source.error(f"{given!r} is not a range; allowed: [low, high]", (table, name))
        spans[name] = (float(numbers[0]), float(numbers[1]))
    return spans


def cases(kind: str = "") -> list[Case]:
    """All cases of all instruments, or of one."""
    if kind and kind not in instrument_kinds():
        raise FupinError(
            tell(
                f"没有政策工具 {kind!r}；{nearest(kind, instrument_kinds())}",
                f"unknown instrument {kind!r}; {nearest(kind, instrument_kinds())}",
            )
        )
    found = []
    for name, cls in instrument_kinds().items():
        if kind in ("", name):
            found.append(Case(name, "", None))
            for record in cls.Settings.describe():
                found += [Case(name, record["name"], value) for value in _ends(record)]
    return found


def _ends(record: Mapping[str, Any]) -> tuple[Any, ...]:
    match record["kind"]:
        case "number":
            return lowest(dict(record)), highest(dict(record))
        case "true or false":
            return False, True
        case "text":
            return tuple(record["choices"] or ())
        case _:
            return ()


def check_case(case: Case, ranges: Ranges) -> list[Breach]:
    """Live the gallery under one case; what leaves its range at any December."""
    settings = dict(ranges.settings.get(case.kind, {}))
    if case.setting:
        settings[case.setting] = case.value
    world = fork(SEED, Rules(package=((case.kind, tuple(settings.items())),)))
    found = []
    for year in range(1, YEARS + 1):
        world.run_to(START + 12 * year - 1)
        values = {**measure(Snapshot(world)), **{name: count(world) for name, count in (PEOPLE | MONEY).items()}}
        for name, (low, high) in ranges.allowed.items():
            value = values[name]
            if not math.isnan(value) and not low <= value <= high:
                found.append(Breach(case, world.year, name, value, (low, high)))
    return found


def check_cases(chosen: list[Case], ranges: Ranges) -> Iterator[tuple[Case, list[Breach]]]:
    """The cases one after another."""
    for case in chosen:
        yield case, check_case(case, ranges)


@cache
def _living(year: int) -> float:
    """Living persons of the gallery without any instrument at the end of a year."""
    world = fork(SEED, Rules())
    world.run_to(12 * year + 11)
    return float(world.rows("person").alive.sum())


def _members_not_found(region: Region) -> float:
    h, person = region.rows("household"), region.rows("person")
    living = np.bincount(person.household[person.alive], minlength=len(h))
    return float(np.abs(living - h.members).max())


def _homes_without_village(region: Region) -> float:
    village = region.rows("household").village
    return float(((village < 0) | (village >= len(region.rows("village")))).sum())


def _jobs_beyond_workers(region: Region) -> float:
    h, person = region.rows("household"), region.rows("person")
    busy = person.alive & (person.activity >= 0) & (person.activity <= CARE)
    return float((np.bincount(person.household[busy], minlength=len(h)) > h.workers).sum())


def _below_zero(name: str) -> Callable[[Region], float]:
    return lambda region: float(max(0.0, -region.table_of("household")[name].min()))


def _unbalanced(region: Region) -> float:
    allowed = 1e-10 * max([0.0, *region.ledger.turnover().values()])
    return max(0.0, max(region.ledger.differences().values()) - allowed)


PEOPLE: dict[str, Callable[[Region], float]] = {
    "members_not_found": _members_not_found,
    "homes_without_village": _homes_without_village,
    "lost_persons": lambda region: abs(float(region.rows("person").alive.sum()) - _living(region.year)),
    "workers_beyond_members": lambda region: float(
        (region.rows("household").workers > region.rows("household").members).sum()
    ),
    "jobs_beyond_workers": _jobs_beyond_workers,
}
MONEY: dict[str, Callable[[Region], float]] = {
    "negative_savings": _below_zero("savings"),
    "negative_debt": _below_zero("debt"),
    "negative_capital": _below_zero("capital"),
    "negative_consumption": _below_zero("consumption"),
    "unbalanced": _unbalanced,
}
