"""What differs between two scenarios: plain keys, policies, instruments, and dated values over the months simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fupin.labels import Label
from fupin.model.dated import month_label
from fupin.model.settings import Dated
from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.resolved import ChosenInstrument, ResolvedScenario
from fupin.scenarios.sampling import counties_of
from fupin.scenarios.scenario import Scenario

KEYS = ("region", "area", "sample", "start", "years", "burn_in_years", "seed")


@dataclass(frozen=True)
class Span:
    """Two values and the months in which they differ; None where that is from the beginning or to the end."""

    before: Any
    after: Any
    first: int | None = None
    last: int | None = None

    def record(self) -> dict[str, Any]:
        """For JSON, with months as 2016-01."""
        dates = {"from": self.first, "to": self.last}
        named = {name: None if month is None else month_label(month) for name, month in dates.items()}
        return named | {"before": self.before, "after": self.after}


@dataclass(frozen=True)
class Change:
    """One number or word that differs: its path, label and unit, the instrument that it is a setting of, and when."""

    path: str
    label: Label
    unit: str
    spans: tuple[Span, ...]
    of: Label | None = None

    def record(self) -> dict[str, Any]:
        """For JSON."""
        about: dict[str, Any] = {"path": self.path, "zh": self.label.zh, "en": self.label.en, "unit": self.unit}
        about |= {"instrument": self.of._asdict()} if self.of else {}
        return about | {"values": [span.record() for span in self.spans]}


@dataclass(frozen=True)
class Part:
    """An instrument that only one of the two has, with the dates between which it is in force."""

    id: str
    kind: str
    zh: str
    en: str
    start: str | None
    end: str | None


@dataclass(frozen=True)
class Difference:
    """Scenario `b` as seen from scenario `a`."""

    a: str
    b: str
    same: bool
    keys: Mapping[str, Span]
    policies: tuple[tuple[Label, ...], tuple[Label, ...]]
    removed: tuple[Part, ...]
    added: tuple[Part, ...]
    settings: tuple[Change, ...]
    parameters: tuple[Change, ...]

    @property
    def other_policies(self) -> bool:
        """Do the two name different policies?"""
        return self.policies[0] != self.policies[1]

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "a": self.a,
            "b": self.b,
            "same": self.same,
            "keys": {name: {"before": _plain(x.before), "after": _plain(x.after)} for name, x in self.keys.items()},
            "policies": {
                side: [label._asdict() for label in labels]
                for side, labels in zip(("before", "after"), self.policies, strict=True)
            },
            "removed": [asdict(part) for part in self.removed],
            "added": [asdict(part) for part in self.added],
            "settings": [change.record() for change in self.settings],
            "parameters": [change.record() for change in self.parameters],
        }


def difference(a: Scenario, b: Scenario, known: Catalogue | None = None) -> Difference:
    """Everything in which two scenarios differ within the months that either of them simulates."""
    known = known or catalogue()
    first, second = a.resolve(known), b.resolve(known)
    mine, theirs = ({item.id: item for item in world.instruments} for world in (first, second))
    both = [(mine[name], theirs[name]) for name in mine if name in theirs and mine[name].kind == theirs[name].kind]
    kept = {item.id for item, _ in both}
    keys = {
        name: Span(_key(name, a, first), _key(name, b, second))
        for name in KEYS
        if getattr(first, name) != getattr(second, name)
    }
    return Difference(
        a.name,
        b.name,
        first.identity() == second.identity(),
        keys,
        (tuple(Label(x.zh, x.en) for x in a.policies), tuple(Label(x.zh, x.en) for x in b.policies)),
        tuple(_part(item, known) for item in first.instruments if item.id not in kept),
        tuple(_part(item, known) for item in second.instruments if item.id not in kept),
        tuple(change for pair in both for change in _settings(*pair, first, second, known)),
        tuple(_parameters(first, second, known)),
    )


def _plain(given: Any) -> Any:
    """Labels as dictionaries of both languages."""
    if isinstance(given, Label):
        return given._asdict()
    return [_plain(item) for item in given] if isinstance(given, tuple) else given


def _key(name: str, written: Scenario, world: ResolvedScenario) -> Any:
    """The value of a plain key; regions and counties by their labels."""
    if name not in ("region", "area"):
        return getattr(written.text, name)
    profile = load_profile(world.region_file)
    if name == "region":
        return Label(profile.zh, profile.en)
    chosen = [profile.county[place] for place in counties_of(profile, world.area)] if world.area else []
    return tuple(Label(county.zh, county.en) for county in chosen)


def _part(item: ChosenInstrument, known: Catalogue) -> Part:
    cls = known.kinds[item.kind]
    return Part(item.id, item.kind, cls.zh, cls.en, item.settings.start, item.settings.end)


def _settings(
    one: ChosenInstrument, other: ChosenInstrument, first: ResolvedScenario, second: ResolvedScenario, known: Catalogue
) -> Iterator[Change]:
    """Settings of an instrument that both have; dated ones from the month in which the policies begin."""
    cls = known.kinds[one.kind]
    about = {record["name"]: record for record in type(one.settings).describe()}
    months = range(min(first.start, second.start), max(first.last, second.last) + 1)
    for name, record in about.items():
        before, after = getattr(one.settings, name), getattr(other.settings, name)
        if before == after:
            continue
        if isinstance(before, Dated) and isinstance(after, Dated):
            knots = {month for value in (before, after) for month, _ in value.values}
            spans = _spans([before.at(month) for month in months], [after.at(month) for month in months], months, knots)
        else:
            spans = (Span(before, after),)
        if spans:
            label, of = Label(record["zh"], record["en"]), Label(cls.zh, cls.en)
            yield Change(f"{one.id}.{name}", label, record["unit"], spans, of)


def _parameters(first: ResolvedScenario, second: ResolvedScenario, known: Catalogue) -> Iterator[Change]:
    """Parameters over the whole calendar, the run-up included."""
    mine, theirs = dict(first.parameters), dict(second.parameters)
    start, last = min(first.first, second.first), max(first.last, second.last)
    for path in sorted(mine.keys() | theirs.keys()):
        if mine.get(path) == theirs.get(path):
            continue
        entry = known.book[path]
        series = [entry.series(start, last, dict(given.get(path, ())) or None).tolist() for given in (mine, theirs)]
        knots = {*entry.values, *dict(mine.get(path, ())), *dict(theirs.get(path, ()))}
        spans = _spans(series[0], series[1], range(start, last + 1), knots)
        if spans:
            yield Change(path, Label(entry.zh, entry.en), entry.unit, spans)


def _spans(before: Sequence[float], after: Sequence[float], months: range, knots: set[int]) -> tuple[Span, ...]:
    """Months between two dates that matter in which two series differ, with the values at their beginning."""
    edges = sorted({months.start, *(month for month in knots if month in months)})
    found: list[Span] = []
    for edge, end in zip(edges, [*edges[1:], months.stop], strict=True):
        here = slice(edge - months.start, end - months.start)
        if before[here] == after[here]:
            continue
        values, first = (before[here][0], after[here][0]), edge
        if found and found[-1].last == edge - 1 and (found[-1].before, found[-1].after) == values:
            first = found.pop().first or edge
        found.append(Span(*values, first, end - 1))
    whole = (months.start, months.stop - 1)
    return tuple(
        Span(x.before, x.after, None if x.first == whole[0] else x.first, None if x.last == whole[1] else x.last)
        for x in found
    )
