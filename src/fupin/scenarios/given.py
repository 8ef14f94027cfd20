"""What a user's tables say, in the order of a region: villages by county, households by village, members by household.

All columns are floats with NaN where nothing was given; `filled` lays them over what the recipe draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.labels import pick, tell
from fupin.model.region_data import Columns
from fupin.scenarios.given_checks import cannot_work, check_households, check_persons
from fupin.scenarios.profiles import Profile
from fupin.scenarios.sampling import county_places
from fupin.scenarios.scores import Floats, Ints
from fupin.scenarios.table_columns import MOST_MEMBERS, TABLES
from fupin.scenarios.table_files import table_files
from fupin.scenarios.tables import UserTable, read_table, read_tables

MEMBERS = "children", "pupils", "workers", "elders", "other_adults"


@dataclass(frozen=True)
class Given:
    """A user's region.

    `villages` has `county` (place in the profile) and `uid` (place in the file); `start` (villages + 1,) bounds each
    village's rows of `households`, `member_start` (households + 1,) each household's rows of `persons`.
    """

    villages: Columns
    households: Columns
    start: Ints
    persons: Columns | None = None
    member_start: Ints | None = None
    enterprises: Columns | None = None
    budgets: Mapping[str, Mapping[int, float]] = field(default_factory=dict)


def filled(drawn: Columns, given: Mapping[str, Floats]) -> Columns:
    """The drawn columns with the given values in their places; a NaN leaves what was drawn."""
    for name, values in given.items():
        if name in drawn and not np.isnan(values).all():
            drawn[name] = np.where(np.isnan(values), drawn[name], values).astype(drawn[name].dtype)
    return drawn


def load_given(profile: Profile, folder: Path) -> Given:
    """Read and link a folder of tables; raises FupinError with file, row and column."""
    tables = read_tables(folder)
    households = tables["households"]
    names, villages, county = _villages(profile, tables.get("villages"), households)
    place = {name: row for row, name in enumerate(names)}
    village = _linked(households, "village", place)
    _agreeing(profile, households, village, county)
    _unique(households, "household")
    order = np.argsort(county, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    by_village = np.argsort(rank[village], kind="stable")
    start = np.searchsorted(rank[village][by_village], np.arange(len(names) + 1))
    persons, member_start = None, None
    if "persons" in tables:
        persons, member_start = _persons(tables["persons"], households, by_village)
        check_households(households, np.full(households.rows, np.inf))
    else:
        members = np.sum(counted(households.numbers, MEMBERS), axis=0)
        _inhabited(households, members)
        check_households(households, members)
    return Given(
        villages={name: values[order] for name, values in villages.items()} | {"county": county[order], "uid": order},
        households={name: values[by_village] for name, values in households.numbers.items()},
        start=start,
        persons=persons,
        member_start=member_start,
        enterprises=_enterprises(profile, tables.get("enterprises")),
        budgets=_budgets(tables.get("budgets")),
    )


def _villages(profile: Profile, table: UserTable | None, households: UserTable) -> tuple[list[str], Columns, Ints]:
    """Names of the villages, their given columns, and their counties."""
    if table is not None:
        _unique(table, "village")
        return table.texts["village"], dict(table.numbers), _counties(profile, table)
    county = _counties(profile, households)
    first: dict[str, int] = {}
    for row, name in enumerate(households.texts["village"]):
        if county[first.setdefault(name, row)] != county[row]:
            raise households.error(
                row,
                "county",
                tell(
                    f"村 {name!r} 在第 {first[name] + 2} 行属于另一个县",
                    f"village {name!r} is in another county in row {first[name] + 2}",
                ),
            )
    return list(first), {}, county[list(first.values())]


def _counties(profile: Profile, table: UserTable) -> Ints:
    """Place in the profile of each row's county; a profile with one county needs no column."""
    names, places = table.texts.get("county"), county_places(profile)
    if names is None or not any(names):
        if len(profile.county) == 1:
            return np.zeros(table.rows, np.int64)
        allowed = tell("、", ", ").join(pick(county) for county in profile.county)
        raise FupinError(
            tell(
                f"{table.file}：没有说明各行在哪个县的 county 列；可用：{allowed}",
                f"{table.file}: no column 'county' says where each row lies; allowed: one of {allowed}",
            )
        )
    return np.array([_county(profile, places, table, row, name) for row, name in enumerate(names)], np.int64)


def _county(profile: Profile, places: Mapping[str, int], table: UserTable, row: int, name: str) -> int:
    if not name:
        named = tell("、", ", ").join(pick(county) for county in profile.county)
        raise table.error(row, "county", tell(f"这一格是空的；可用：{named}", f"the cell is empty; allowed: {named}"))
    if name.casefold() not in places:
        near = nearest(name, [pick(county) for county in profile.county])
        raise table.error(
            row,
            "county",
            tell(f"{profile.name} 里没有县 {name!r}；{near}", f"no county {name!r} in {profile.name}; {near}"),
        )
    return places[name.casefold()]


def _agreeing(profile: Profile, households: UserTable, village: Ints, county: Ints) -> None:
    """Counties that households name beside a table of villages must be those of their villages."""
    places = county_places(profile)
    for row, name in enumerate(households.texts.get("county", ())):
        if name and _county(profile, places, households, row, name) != county[village[row]]:
            there = profile.county[county[village[row]]]
            raise households.error(
                row,
                "county",
                tell(
                    f"这一户的村在{there.zh}（见 villages 表）；可用：{there.zh}，或留空",
                    f"the village of this household lies in {there.en} (see villages); allowed: {there.en}, or nothing",
                ),
            )


def _linked(table: UserTable, column: str, place: Mapping[str, int]) -> Ints:
    for row, name in enumerate(table.texts[column]):
        if name not in place:
            raise table.error(
                row,
                column,
                tell(
                    f"{column}s 里没有 {column} {name!r}；{nearest(name, place)}",
                    f"no {column} {name!r} in {column}s; {nearest(name, place)}",
                ),
            )
    return np.array([place[name] for name in table.texts[column]], np.int64)


def _unique(table: UserTable, column: str) -> None:
    seen: dict[str, int] = {}
    for row, name in enumerate(table.texts[column]):
        if seen.setdefault(name, row) != row:
            raise table.error(
                row,
                column,
                tell(
                    f"{name!r} 在第 {seen[name] + 2} 行也有；允许：各用自己的编号",
                    f"{name!r} stands in row {seen[name] + 2} too; allowed: its own name",
                ),
            )


def _persons(table: UserTable, households: UserTable, by_village: Ints) -> tuple[Columns, Ints]:
    place = {name: row for row, name in enumerate(households.texts["household"])}
    file_row = _linked(table, "household", place)
    count = np.bincount(file_row, minlength=households.rows)
    _inhabited(households, count)
    check_persons(table)
    numbers = dict(table.numbers)
    if "activity" in numbers:  # whoever is said to work can do so
        able = ~np.isnan(numbers["activity"]) & ~cannot_work(table)
        disabled = numbers.get("disabled", np.full(table.rows, np.nan))
        numbers["disabled"] = np.where(able, 0.0, disabled)
    rank = np.empty(len(by_village), np.int64)
    rank[by_village] = np.arange(len(by_village))
    home = rank[file_row]
    order = np.argsort(home, kind="stable")
    start = np.searchsorted(home[order], np.arange(households.rows + 1))
    return {name: values[order] for name, values in numbers.items()}, start


def _inhabited(households: UserTable, count: Floats | Ints) -> None:
    wrong = np.flatnonzero((count < 1) | (count > MOST_MEMBERS))
    if len(wrong):
        row = int(wrong[0])
        name = households.texts["household"][row]
        problem = tell(
            f"{name!r} 有 {count[row]:g} 人；允许：1 至 {MOST_MEMBERS}",
            f"{name!r} has {count[row]:g} members; allowed: 1 to {MOST_MEMBERS}",
        )
        raise households.error(row, "household", problem)


def _enterprises(profile: Profile, table: UserTable | None) -> Columns | None:
    if table is None:
        return None
    _unique(table, "enterprise")
    county = _counties(profile, table)
    order = np.argsort(county, kind="stable")
    return {name: values[order] for name, values in table.numbers.items()} | {"county": county[order], "uid": order}


def _budgets(table: UserTable | None) -> dict[str, dict[int, float]]:
    budgets: dict[str, dict[int, float]] = {}
    if table is None:
        return budgets
    years, yuan = table.numbers["year"], table.numbers["yuan"]
    from fupin.model.instruments.base import Funded  # instruments load the model: only when needed
    from fupin.model.instruments.kinds import instrument_kinds

    kinds = instrument_kinds()
    for row, name in enumerate(table.texts["instrument"]):
        if name in kinds and not issubclass(kinds[name].Settings, Funded):
            raise table.error(
                row,
                "instrument",
                tell(f"{name} 不花财政资金，没有预算", f"{name} spends no public money and has no budget"),
            )
        amounts, year = budgets.setdefault(name, {}), int(years[row])
        if year in amounts:
            raise table.error(
                row,
                "year",
                tell(
                    f"{name} 在 {year} 年已有金额；允许：一年一个",
                    f"{name} has an amount for {year} already; allowed: one a year",
                ),
            )
        amounts[year] = float(yuan[row])
    return budgets


def budgeted(folder: Path) -> set[str]:
    """The instruments that a folder's table of budgets names."""
    files = [path for path in table_files(folder) if path.stem.lower() == "budgets"]
    return {name for path in files for name in read_table(path, TABLES["budgets"]).texts["instrument"]}


def counted(households: Columns, names: Sequence[str]) -> list[Floats]:
    """Counts of members, 0 where a column or a cell is missing."""
    count = len(next(iter(households.values())))
    return [np.nan_to_num(households.get(name, np.zeros(count))) for name in names]
