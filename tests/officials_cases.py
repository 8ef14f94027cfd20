"""Cases as an official would put them: given this household, village and county and these rules, then this follows.

A case is a `[[case]]` of a file in `tests/cases/`. It builds a place of its own, lets one month's processes do their
work (`run`, by default the instruments), and says what must come out, to a hundredth of a per mille:

    [[case]]
    zh = "分散供养特困老人"
    en = "an old man without family, living at home"
    source = "004 IV.4: 4,000 yuan a year at home from 2016"
    covers = ["extremely_poor_support.dispersed"]
    month = "2016-01"
    instrument.extremely_poor_support = { in_homes = 0 }
    given.household = { observed_income = 800, persons = [{ age = 70 }] }
    then.pays.extremely_poor = 333.333333

`offered` are calendar months in which the instruments make their offer, where those are not their usual ones.
`given` fills the columns of the county, the village (or several), the households (each may stand for many: `weight`,
and be repeated: `count`, or `in_villages` from the first to the last), their `persons`, enterprises and the teams;
`given.bill` is a hospital bill of the first household in the month, yuan.

The first household is the one that `then` speaks of: `then.household` columns, `then.pays` yuan received (paid, if
negative) by purpose, `then.goods` the same for loans, debts and assets by purpose. `then.spent` is the public money of
an instrument, `then.served` the households (or villages, firms, pupils: what its funnel counts) that it selected, in
population units; `then.village`, `then.county`, `then.enterprise`, `then.person`, `then.workteam` hold columns of the
first of each, or of the first few, if they are a list (`count` repeats one). `then.all` is the sum of a `kind.column`
over all rows, `then.books` population yuan by purpose. `within` is the share by which a lottery may carry the outcome
away from what is expected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from worlds import BOOK

from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.dated import month_number
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.month import MONTH
from fupin.model.processes.health import bill
from fupin.model.region import Region
from fupin.model.region_data import Columns, RegionData
from fupin.model.settings import Dated

FOLDER = Path(__file__).with_name("cases")
EXACT = 1e-5
KEYS = {
    "zh", "en", "source", "covers", "month", "months", "run", "instrument", "offered",
    "parameters", "given", "then", "within",
}  # fmt: skip
PLURAL = {"county": "counties", "village": "villages", "enterprise": "enterprises", "workteam": "teams"}
IN_EACH = {"in_villages": "village", "in_counties": "county"}
PROCESSES = {process.name: process for process in MONTH}


@dataclass(frozen=True)
class Case:
    """One case: names, the numbers that it holds, what is given and what must follow."""

    zh: str
    en: str
    source: str
    month: str
    covers: tuple[str, ...] = ()
    months: int = 1
    run: tuple[str, ...] = ("policies",)
    instrument: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    offered: tuple[int, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)
    within: float = EXACT
    file: str = ""


def all_cases() -> Iterator[Case]:
    """Every case of every file, in order."""
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            unknown = set(entry) - KEYS
            assert not unknown, f"{path.name}, {entry.get('en')}: unknown {', '.join(sorted(unknown))}"
            listed = {name: tuple(entry[name]) for name in ("covers", "run", "offered") if name in entry}
            yield Case(**{**entry, **listed, "file": path.name})


# building the place


def entries(given: Any) -> list[dict[str, Any]]:
    """One table or a list of them; `count` repeats one, `in_villages` puts one into each from the first to the last."""
    listed = []
    for one in given if isinstance(given, list) else [given]:
        same = dict(one)
        count = same.pop("count", 1)
        name, places = next(((name, same.pop(key)) for key, name in IN_EACH.items() if key in same), ("", None))
        put = [{name: place} for place in range(places[0], places[1] + 1)] if places else [{}]
        listed += [same | place for place in put for _ in range(count)]
    return listed


def columns(kind: str, listed: list[dict[str, Any]], keys: Mapping[str, Any]) -> Columns:
    """Columns of one kind of agent: what is given, else the declared default."""
    declared = columns_of(AGENT_CLASSES[kind])
    names = {name for one in listed for name in one}
    assert names <= set(declared), f"no column of a {kind}: {', '.join(sorted(names - set(declared)))}"
    made = {
        name: np.array([one.get(name, declared[name].default) for one in listed], declared[name].dtype)
        for name in names
    }
    return made | {name: np.asarray(values) for name, values in keys.items()}


def place(given: Mapping[str, Any]) -> tuple[RegionData, list[dict[str, Any]]]:
    """The region of a case, and the households' columns to be set once sums over members have been made."""
    counties = entries(given.get("county", {}))
    villages = entries(given.get("village", {}))
    households = sorted(entries(given.get("household", {})), key=lambda one: one.get("village", 0))
    persons = [one.pop("persons", [{"age": 40.0, "able": True}]) for one in households]
    county_of = np.array([one.get("county", 0) for one in villages])
    village = np.array([one.pop("village", 0) for one in households])
    for one, at in zip(households, village, strict=True):
        one.setdefault("weight", villages[at].get("weight", 1.0))
    uid = (7 + village) * 65536 + np.arange(len(households))
    home = np.repeat(np.arange(len(households)), [len(members) for members in persons])
    members = [{"alive": True} | dict(member) for family in persons for member in family]
    firms = entries(given.get("enterprise", [{"jobs": 0.0, "alive": False}]))
    teams = entries(given.get("workteam", [])) if "workteam" in given else []
    data = RegionData(
        counties=columns("county", counties, {"uid": np.arange(len(counties))}),
        villages=columns("village", villages, {"uid": 7 + np.arange(len(villages)), "county": county_of}),
        households=columns("household", households, {"uid": uid, "village": village, "county": county_of[village]}),
        persons=columns("person", members, {"uid": uid[home] * 64 + place_in(home), "household": home}),
        enterprises=columns("enterprise", firms, {"uid": 11 + np.arange(len(firms))}),
        teams=columns("workteam", teams, {"uid": 5 + np.arange(len(teams))}) if teams else {},
        county_names=tuple(("县", "county") for _ in counties),
        profile="case",
    )
    return data, households


def place_in(home: Any) -> Any:
    """Number of each member within the family."""
    return np.arange(len(home)) - np.searchsorted(home, home)


type Change = tuple[float, float]
"""What a number is multiplied by, and what is added then."""


def altered(values: Mapping[str, Any], changes: Mapping[str, Change], prefix: str, fields: Any) -> dict[str, Any]:
    """Settings with some sourced numbers changed: what the mutation command tries."""
    changed = dict(values)
    for path, (factor, more) in changes.items():
        kind, _, name = path.partition(".")
        if kind != prefix or name not in fields:
            continue
        default = changed.get(name, fields[name].default)
        if isinstance(default, bool):
            changed[name] = not default
        elif isinstance(default, Dated):
            changed[name] = Dated(tuple((month, factor * value + more) for month, value in default.values))
        else:
            changed[name] = factor * default + more
    return changed


def build(case: Case, changes: Mapping[str, Change]) -> tuple[Region, list[Instrument]]:
    """The region of a case in its month, before anything has happened."""
    month = month_number(case.month)
    kinds = instrument_kinds()
    package = [
        kinds[kind](kinds[kind].Settings(**altered(given, changes, kind, kinds[kind].Settings.model_fields)))
        for kind, given in case.instrument.items()
    ]
    for item in package if case.offered else ():
        vars(item)["months"] = case.offered
    overrides: dict[str, Any] = dict(case.parameters)
    for path, (factor, more) in changes.items():
        if path in BOOK:
            overrides[path] = {when: factor * value + more for when, value in BOOK.find(path).values.items()}
    data, households = place(case.given)
    path = BOOK.resolve(month, month + case.months - 1, overrides)
    region = Region(data, path, package, seed=1, first=month, start=month, audit=True)
    table = region.table_of("household")
    for name in {name for one in households for name in one}:
        for row, one in enumerate(households):
            if name in one:
                table[name][row] = one[name]
    for kind in ("county", "village", "enterprise", "workteam"):
        for row, one in enumerate(entries(case.given.get(kind, []) or [])):
            for name, value in one.items():
                region.table_of(kind)[name][row] = value
    region.ledger.traced = np.array([0])
    region.ledger.open(month)
    return region, package


def outcome_of(case: Case, changes: Mapping[str, Change] | None = None) -> dict[str, Any]:
    """What a case comes to, in the form of its `then`; with `changes` to some sourced numbers."""
    region, package = build(case, changes or {})
    for month in range(region.first, region.first + case.months):
        region.month = region.ledger.month = month
        if "bill" in case.given:
            bill(region, np.array([0]), np.array([float(case.given["bill"])]), 0.0, 0.0)
        for name in case.run:
            if region.calendar_month in PROCESSES[name].months:
                PROCESSES[name].run(region)
        region.ledger.close_month()
    region.ledger.check()
    moved: dict[str, dict[str, float]] = {"pays": {}, "goods": {}}
    for _, _, purpose, holding, amount, *_ in region.ledger.trace:
        found = moved["pays" if holding == "cash" else "goods"]
        found[purpose] = found.get(purpose, 0.0) + amount
    books: dict[str, float] = {}
    for one in region.ledger.journal:
        books[one.purpose] = books.get(one.purpose, 0.0) + one.amount
    spent = {item.id: sum(region.state_of(item).spent.values()) for item in package}
    served: dict[str, float] = {}
    for _, name, _, _, selected in region.funnel:
        served[name] = served.get(name, 0.0) + selected
    agents = {kind: region.table_of(kind) for kind in AGENT_CLASSES}
    return {**moved, **agents, "books": books, "spent": spent, "served": served}


def value_in(found: Mapping[str, Any], part: str, row: int, name: str) -> Any:
    """What came out: a column of a row, the sum of a column, or an amount by name."""
    if part == "all":
        kind, _, name = name.partition(".")
        return found[kind][name].sum().item()
    return found[part][name][row].item() if part in AGENT_CLASSES else found[part].get(name, 0.0)


def differences(case: Case, changes: Mapping[str, Change] | None = None) -> list[str]:
    """Where a case does not come out as it says: one line each, empty if it holds."""
    found = outcome_of(case, changes)
    wrong = []
    for part, expected in case.then.items():
        for row, one in enumerate(entries(expected)):
            for name, value in one.items():
                got = value_in(found, part, row, name)
                if not np.isclose(got, value, case.within, EXACT):
                    wrong.append(f"{part}.{name}, row {row}: expected {value}, got {got}")
    return wrong
