"""Small worlds for the tests of the model: a few villages of the synthetic region, and tables of random numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rule_domains import Domain

from fupin.library import library
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.draws import Draws, declare_stream
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.parameters import ParameterPath, load_parameters
from fupin.model.person import LOCAL
from fupin.model.processes.household_sums import sum_work
from fupin.model.region import Region
from fupin.model.region_data import Columns, RegionData
from fupin.scenarios.frame import build_frame
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.regions import populate
from fupin.scenarios.sampling import counties_of, strata

type Snapshot = dict[tuple[str, str], NDArray[Any]]

BOOK = load_parameters(library("model", "parameters"))
START = 2014 * 12  # absolute month in which the scenarios of these tests begin
AT_WORK: dict[str, dict[str, Any]] = {  # settings with which every instrument finds somebody in our few small villages
    "village_workshop": {"least_workers": 0, "share_per_year": 1.0},
    "village_photovoltaics": {"share_per_year": 1.0},
    "household_photovoltaics": {"households_per_year": 500},
    "land_retirement": {"lag": 2},
    "forest_rangers": {"rangers": 100},
    "medical_cover": {
        "annual_caps": 1,
        "chronic_top_up": 0.8,
        "pay_later": 1,
        "at_discharge": 0,
        "induced": 0.2,
        "control": 0.5,
    },
    "ecommerce_station": {"share_per_year": 1.0, "least_schooling": 4, "least_output": 0},
    "village_tourism": {"share_per_year": 1.0, "least_road": 0},
    "team_modes": {"least_registered": 1, "merged_share": 0.5},
    "team_agenda": {"gift_share": 0.1},
    "leaders_in_charge": {"poor_counties": 1},
    "leader_training": {"share_per_year": 1.0, "spawn": 1.0},
    "duty_lists": {"duty_cost": 0.7},
    "exit_perks": {"earned_share": 0.1},
    "budget_rules": {
        **dict.fromkeys(("central", "sector", "donations", "policy_credit"), 20000),
        "growth_share": 0.1,
        "approval_steps": 0,
        "sector_farm": 0.5,
        "sector_works": 0.5,
    },
    "micro_credit": {
        "four_ways": {"2014-01": 0, "2016-01": 1},
        "uptake_constant": 0,
        "budget": {"2014-01": 1e12, "2018-01": 0},
    },
    "mutual_fund": {"share_per_year": 1.0, "largest": 3000, "uptake_constant": 1, "patience": 3},
    "women_credit": {"share_per_year": 1.0, "uptake_constant": 1, "largest": 20000},
    "credit_guarantee": {"loan_part": 1.0, "caution": 0},
    "award_support": {"share_per_year": 1.0},
    "pension_premium": {"collective": 5},
    "temporary_relief": {"schooling": 1.0},
    "land_quota": {"plan_pass": 1.0, "swap_pass": 1.0, "balance_pass": 1.0},
    "joint_workshop": {"least_workers": 0, "share_per_year": 1.0},
    "firm_pairing": {"chance": 1.0},
    "leading_industry": {"share_per_year": 1.0},
    "city_market": {"distance": 0},
    "barren_hills": {"share_per_year": 1.0, "lag": 1},
    "home_handicraft": {"share_per_year": 1.0},
    "shed_base": {"share_per_year": 1.0, "sheds": 4, "shed_rent": 500, "demand": 1e11},
    "guest_houses": {"share_per_year": 1.0, "least_road": 0},
    "visitor_farms": {"share_per_year": 1.0},
    "operator_support": {"support_effect": 10},
    "returnees": {"rate": 0.02, "least_months": 0, "parks": 1, "capital": 30000, "grant": 10000, "online_growth": 1.0},
    "outside_capital": {"entry": 20, "jobs": 5, "leaves": 0.0},
    "industrial_projects": {"jobs": 30, "capital_per_job": 20000},
    "labour_factories": {"entry": 5},
    "labour_brands": {"least_motivation": 0.2},
    "safe_water_supply": {"share_per_year": 1.0},
    "land_park": {"share_per_year": 1.0, "take_up": 1.0, "rent": 3000, "patience": 0},
    "asset_reform": {"deadline": 2014, "search": 0.4, "share_mode": 0.4},
    "fund_shares": {"share_per_year": 1.0, "fund": 20000},
    "three_changes": {"share_per_year": 1.0, "fund": 30000, "jobs_per_mu": 0.5, "least_strength": 0.3, "least_base": 0},
    "idle_houses": {"demand": 1.0, "willing": 1.0},
    "labour_cooperative": {"share_per_year": 1.0, "project": 10000, "cooperative": {"2014-01": 1, "2015-01": 0}},
    "village_schools": {"least_pupils": 1, "share": 1.0},
    "preschool": {"share_per_year": 1.0},
    "happiness_homes": {"share_per_year": 1.0},
    "auxiliary_relief": {
        "charity": 1.0,
        "charity_from": 0,
        "charity_share": 0.1,
        "insured_from": 100,
        "insured_share": 0.1,
        "emergency": 1.0,
        "donations": 1e5,
    },
    "dibao": {"growth": 0.05, "groups": 1.0},
    "relocation": {"loan": 1, "sites": 1, "project": 3000, "swap_price": 10000},
    "doubtful_houses": {"grant": 5000},
    "forest_economy": {"orchard_lag": 1},
    "service_list": {"listed": 0.0},
    "collective_ways": {
        "share_per_year": 1.0,
        "stake": 4000,
        "kw": 1,
        "tariff": 0.9,  # roofs must be somebody's best way
        "property_yield": 0.3,
        "dividend": 0.3,
        "fee": 0.3,
    },
}
HARD_TIMES = {  # firms borrow and fail, households cannot bridge a loan
    "enterprises.overhead_share": 0.3,
    "schooling.dropout_constant": -1.5,
    "housing.house_wear": 0.1,
    "housing.house_decay": 0.1,
    "enterprises.firm_labour_exponent": 0.7,
    "consumption.debt_ceiling": 0.5,
    "governance.leak_share": 0.2,
    "governance.capture_share": 0.5,
    "governance.strength_spread": 0.1,
    "motivation.idle_habit_share": 0.1,
}


@lru_cache(maxsize=64)
def parameters(first: int, last: int, overrides: tuple[tuple[str, float], ...] = ()) -> ParameterPath:
    return BOOK.resolve(first, last, dict(overrides))


# A few villages


EQUAL_CHANCES = declare_stream("synthesis.sampling", "order in which the tests' few villages are drawn")


@lru_cache(maxsize=8)
def villages(per_village: int = 30, seed: int = 1, sample: float = 0.0001) -> RegionData:
    """Some of Fuping's villages (four at least), of each the first households; employers and quotas shrink too.

    They are of one size then, and so they are drawn with equal chances within each stratum.
    """
    profile, draws = load_profile("baoding"), Draws(seed)
    frame, fuping = build_frame(profile, draws), counties_of(load_profile("baoding"), ["阜平县"])
    stratum, luck = strata(frame.villages), draws.uniform(EQUAL_CHANCES, 0, frame.villages["uid"])
    rows, weights = [], []
    for here in (np.flatnonzero(stratum == one) for one in np.unique(stratum)):
        if frame.villages["county"][here[0]] in fuping:
            wanted = min(max(int(sample * len(here) + 0.5), 2), len(here))
            rows.append(here[np.argsort(luck[here], kind="stable")[:wanted]])
            weights.append(np.full(wanted, len(here) / wanted))
    order = np.argsort(np.concatenate(rows))
    drawn = np.concatenate(rows)[order], np.concatenate(weights)[order]
    return thinned(populate(profile, frame, *drawn, fuping, seed, sample=sample), per_village)


def aged(data: RegionData, every: int = 8) -> RegionData:
    """The same with nobody below 95 in every so many households: they will soon have died out."""
    old = data.persons["household"] % every == 0
    return replace(data, persons=data.persons | {"age": np.where(old, data.persons["age"] + 95.0, data.persons["age"])})


def thinned(data: RegionData, per_village: int) -> RegionData:
    """The first households of each village."""
    village = data.households["village"]
    place = np.arange(len(village)) - np.searchsorted(village, village)
    kept = kept_households(data, np.flatnonzero(place < per_village))
    share = kept.households["weight"].sum() / data.households["weight"].sum()
    smaller = {name: data.enterprises[name] * share for name in ("jobs", "capital", "cash", "loan")}
    counts = np.bincount(kept.households["village"], minlength=len(data.villages["uid"])).astype(float)
    return replace(
        kept,
        villages=data.villages | {"households": counts},
        enterprises=data.enterprises | smaller,
        counties=data.counties | {"quota": data.counties["quota"] * share},
    )


def kept_households(data: RegionData, rows: NDArray[np.int64]) -> RegionData:
    """The same region with these households (rows in order; one may occur twice) and their members."""
    first, last = (np.searchsorted(data.persons["household"], rows, side) for side in ("left", "right"))
    members = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    return replace(
        data,
        households=taken(data.households, rows),
        persons=taken(data.persons, members) | {"household": np.repeat(np.arange(len(rows)), last - first)},
    )


def owing(data: RegionData, principal: float, months: int) -> RegionData:
    """The same region in which every third household owes a bank."""
    owes = np.arange(len(data.households["uid"])) % 3 == 0
    loans = {"loan": np.where(owes, principal, 0.0), "loan_months": np.where(owes, months, 0)}
    return replace(data, households=data.households | loans)


def taken(columns: Columns, rows: Any) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def with_twin_of(data: RegionData, row: int) -> RegionData:
    """One more household, at the end of the village of the household in `row` and like it, but with keys of its own."""
    village = data.households["village"]
    at = int(np.searchsorted(village, village[row], side="right"))
    more = kept_households(data, np.insert(np.arange(len(village)), at, row))
    uid = int(data.households["uid"][at - 1]) + 1
    more.households["uid"][at] = uid
    new = np.flatnonzero(more.persons["household"] == at)
    more.persons["uid"][new] = uid * 64 + np.arange(len(new))
    return more


def instruments(*kinds: str, **settings: Mapping[str, Any]) -> list[Instrument]:
    """Instruments by kind; settings as `dibao={"take_up": 1.0}`."""
    known = instrument_kinds()
    return [known[kind](known[kind].Settings(**settings.get(kind, {}))) for kind in kinds]


def region(
    data: RegionData | None = None,
    package: Sequence[Instrument] = (),
    *,
    years: int = 3,
    burn_in: int = 0,
    seed: int = 1,
    cls: type[Region] = Region,
    overrides: Mapping[str, float] | None = None,
    **kwargs: Any,
) -> Region:
    """A region that begins `burn_in` months before START and may run `years` years from there."""
    path = parameters(START - burn_in, START + 12 * years - 1, tuple(sorted((overrides or {}).items())))
    return cls(data or villages(), path, package, seed=seed, first=START - burn_in, start=START, **kwargs)


# Comparison


def snapshot(world: Region, kinds: Iterable[str] = AGENT_CLASSES) -> Snapshot:
    """A copy of all columns."""
    tables = {kind: world.table_of(kind) for kind in kinds}
    return {(kind, name): table[name].copy() for kind, table in tables.items() for name in table.columns}


def changed(before: Snapshot, after: Snapshot) -> set[str]:
    """Columns (`kind.name`) that are not bitwise the same."""
    return {f"{kind}.{name}" for (kind, name), values in before.items() if not same_bits(values, after[kind, name])}


def same_bits(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def money(world: Region) -> dict[tuple[Any, ...], float]:
    """The journal: population yuan by month, purpose, holding, payer, payee and instrument."""
    world.ledger.close_month()
    return {
        (one.month, one.purpose, one.holding, one.payer, one.payee, one.instrument): one.amount
        for one in world.ledger.journal
    }


def assert_same_world(a: Region, b: Region, tolerance: float = 1e-9) -> None:
    """Equal columns and equal books, to a relative tolerance; what is left of a cleared account counts against the
    largest one, and nothing below a ten-millionth of a yuan counts, because a debt of millions paid back in another
    order leaves a billionth of a yuan."""
    other = snapshot(b)
    for (kind, name), values in snapshot(a).items():
        here, there = values.astype(float), other[kind, name].astype(float)
        least = max(tolerance, 1e-3 * tolerance * float(np.max(np.abs(here), initial=0.0)))
        if a.table_of(kind).columns[name].unit == "yuan":
            least = max(least, 1e-7)
        np.testing.assert_allclose(there, here, tolerance, least, err_msg=f"{kind}.{name}")
    books, others = money(a), money(b)
    assert books.keys() == others.keys()
    np.testing.assert_allclose([others[key] for key in books], list(books.values()), tolerance, 1e-6)


# Random numbers in every column

KEYS = {"uid", "team_in_charge", "village", "county", "weight", "township", "household", "employer", "villages"}
WIDE = 1e6  # stands for a bound that a column does not declare


def random_region(seed: int, households: int, month: int, *, markets: bool = True, audit: bool = True) -> Region:
    """Tables whose keys make sense and whose other columns are random within their declared ranges."""
    rng = np.random.default_rng(seed)
    counties = int(rng.integers(1, 3))
    places = int(rng.integers(1, 6))
    county = np.sort(np.concatenate([np.arange(counties), rng.integers(0, counties, places)]))
    uid = 7 + np.arange(len(county)) * 3
    village = np.sort(rng.integers(0, len(county), households))
    household_uid = uid[village] * 65536 + np.arange(households)
    home = np.repeat(np.arange(households), rng.integers(1, 5, households))
    firm_county = np.sort(np.concatenate([np.arange(counties), rng.integers(0, counties, int(rng.integers(1, 8)))]))
    weight = rng.uniform(0.5, 20.0, len(county))
    staffed = np.flatnonzero(rng.random(len(county)) < 0.6)
    data = RegionData(
        counties={"uid": np.arange(counties)},
        villages={"uid": uid, "county": county, "weight": weight},
        households={
            "uid": household_uid,
            "village": village,
            "county": county[village],
            "weight": weight[village],
        },
        persons={"uid": household_uid[home] * 64 + np.arange(len(home)), "household": home},
        enterprises={"uid": 11 + np.arange(len(firm_county)), "county": firm_county},
        teams={"uid": uid[staffed], "village": staffed, "weight": weight[staffed]},
        county_names=tuple(("县", "county") for _ in range(counties)),
        profile="random",
    )
    path = parameters(month, month, (("switches.markets_on", float(markets)),))
    world = Region(data, path, seed=seed, first=month, start=month, audit=audit)
    world.month = world.ledger.month = month
    fill(world, rng)
    world.ledger.open(month)
    return world


def fill(world: Region, rng: np.random.Generator) -> None:
    """Overwrite all columns but keys with numbers from their declared ranges, then make the sums over members agree."""
    for kind, agent_class in AGENT_CLASSES.items():
        table = world.table_of(kind)
        for name, column in columns_of(agent_class).items():
            if name not in KEYS:
                low, high = max(column.low, -WIDE), min(column.high, WIDE)
                table[name] = Domain(low, high, column.dtype.str, tuple(column.choices or ())).draw(rng, len(table))
    person, h, e = world.rows("person"), world.rows("household"), world.rows("enterprise")
    firms = [np.flatnonzero(e.county == county) for county in range(len(world.rows("county")))]
    drawn = [rng.choice(firms[county]) for county in h.county[person.household]]
    person.employer = np.where(person.activity == LOCAL, drawn, -1)
    sum_work(world)
    h.visits = np.where(np.isin(h.village, world.rows("workteam").village), h.visits, 0.0)
