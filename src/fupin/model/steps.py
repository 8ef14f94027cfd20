"""The per-agent path: each kind of agent's turns, one agent at a time, by the same bodies as the columns.

A turn is named after the process of the month that does the same for everybody. `step` takes those turns of an agent
that are due in the present month, in the order of the month, so that `region.households.do("step")` at the end of a
quarter is `settle`, in any order of the households. What belongs to several agents at once (matching jobs, renting
land, the registry, instruments) has no turn.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.ledger import Side, weighted_sum
from fupin.model.month import MONTH
from fupin.model.processes import (
    accounts,
    collectives,
    enterprises,
    household_sums,
    income,
    markets,
    neighbours,
    settle,
    settlement,
    teams,
    years,
)
from fupin.model.processes.support import supported
from fupin.model.rules.enterprises import firm_fails
from fupin.model.rules.teams import visits_that_count
from fupin.model.rules.vocabulary import scalar

if TYPE_CHECKING:
    from fupin.model.region import Region

type Turn = Callable[[Region, Any], None]

MONTHS = {process.name: process.months for process in MONTH}


def step(kind: str, agent: Any) -> None:
    """All that the present month has due for one agent of a kind."""
    region = agent.model
    for name, turn in TURNS[kind].items():
        if region.calendar_month in MONTHS[name]:
            turn(region, agent)


def as_columns(flows: Any) -> SimpleNamespace:
    """Flows of one agent as columns of length one, as the books want them."""
    return SimpleNamespace(**{name: np.array([value]) for name, value in vars(flows).items()})


# households and their members


def year_of_household(region: Region, h: Any) -> None:
    """Last year's income is remembered and the year's sums start from zero."""
    scalar(years.turn_year)(h, region.p)


def luck_of_household(region: Region, h: Any) -> None:
    """A year's luck of farm and business."""
    scalar(years.luck_of_household)(h, region.p, region.draws.normal(years.LUCK, region.month, h.uid))


def quarter_opens(region: Region, h: Any) -> None:
    """The memory of last year's same quarter gives way."""
    setattr(h, f"income_q{region.quarter + 1}", 0.0)


def household_quarter(region: Region, h: Any) -> None:
    """The household quarter, its flows booked and its members' wages charged to their employers."""
    p, f = settlement.quarter_values(region), SimpleNamespace()
    v = settlement.Place(region.table_of("village").arrays, h.village)
    d = settlement.quarter_draws(region, h.uid)
    for phase in settle.PHASES:
        scalar(phase)(h, v, p, d, f)
    settlement.book(region.ledger, as_columns(f), slice(h._row, h._row + 1))
    settlement.charge_employers(region, h._row)


def luck_of_person(region: Region, person: Any) -> None:
    """A year's luck and learning of an able person, and the pay that follows."""
    if person.able:
        scalar(years.luck_of_worker)(person, region.p, region.draws.normal(years.WAGE_LUCK, region.month, person.uid))
        scalar(household_sums.earn)(person, region.p)
        region.out_of_date[person.household] = True


# villages, teams, counties


def households_of(region: Region, village: int) -> slice:
    """Rows of the households of a village: they stand together."""
    first, last = np.searchsorted(region.table_of("household")["village"], [village, village + 1])
    return slice(int(first), int(last))


def total(region: Region, rows: slice, name: str) -> float:
    """Sum of a household column over some rows."""
    return float(region.table_of("household")[name][rows].sum())


def year_of_village(region: Region, v: Any) -> None:
    """The collective's books of the year."""
    v.collective_income = 0.0
    v.dividends = 0.0


def growth_of_village(region: Region, v: Any) -> None:
    """Mean income of the village against the year before."""
    if region.markets_on:
        rows = households_of(region, v._row)
        income, members = total(region, rows, "income_year"), total(region, rows, "members")
        scalar(neighbours.compare_years)(v, income, members)


def weather_of_village(region: Region, v: Any) -> None:
    """Weather, rent, and the price of the county."""
    if region.markets_on:
        v.price = settlement.Place(region.table_of("county").arrays, v.county).price
    v.weather = region.draws.normal(markets.WEATHER, region.month, v.uid)
    v.rent = region.p.rent_level


def neighbours_of_village(region: Region, v: Any) -> None:
    """What neighbours do, as the village's households will see it."""
    if not region.markets_on:
        return
    rows, h = households_of(region, v._row), region.table_of("household")
    lived_in = h["members"][rows] > 0
    homes, motivation = int(lived_in.sum()), float(h["motivation"][rows][lived_in].sum())
    workers, migrants = total(region, rows, "workers"), total(region, rows, "migrants")
    scalar(neighbours.follow_neighbours)(v, homes, motivation, workers, migrants, region.p.network_speed)


def year_of_collective(region: Region, v: Any) -> None:
    """Leases, works and dividends, booked."""
    rows, f = households_of(region, v._row), SimpleNamespace()
    holders = rows.start + np.flatnonzero(region.table_of("household")["members"][rows] > 0)
    scalar(collectives.run_collective)(v, region.p, len(holders), f)
    f = as_columns(f)
    collectives.book_collective(region, f, [v._row])
    payer = Side("collectives", f.dividends, [v._row])
    income.pay_households(region, "collective.dividends", payer, holders, np.repeat(f.dividend_each, len(holders)))


def team_month(region: Region, team: Any) -> None:
    """The team's month, and its visits to the registered of its village and of those lent to it."""
    v, h = region.rows("village"), region.table_of("household")
    lent = np.flatnonzero(v.team_in_charge == team._row).tolist()
    places = lent if v.team_in_charge[team.village] >= 0 else [*lent, team.village]
    listed = {place: supported(region, households_of(region, place)) for place in places}
    charge = sum(float(here.sum()) * (v.weight[place] / team.weight) for place, here in listed.items())
    scalar(teams.work)(team, charge if region.markets_on else 1.0, region.p)
    contacts = visits_that_count(team.visits, team.talk_share, region.p.talk_weight)
    for place, here in listed.items():
        reach = v.team_reach[place] if place in lent else 1.0
        h["visits"][households_of(region, place)] = np.where(here, contacts * reach, 0.0)


def trend_of_county(region: Region, county: Any) -> None:
    """The trend of supply follows supply."""
    scalar(markets.follow_supply)(county, region.p)


def market_of_county(region: Region, county: Any) -> None:
    """Supply, price and wage cost of the county."""
    if region.markets_on:
        h = region.table_of("household")
        here = h["county"] == county._row
        scalar(markets.county_market)(county, weighted_sum(h["expected_output"][here], h["weight"][here]), region.p)


# enterprises


def year_of_enterprise(region: Region, e: Any) -> None:
    """The profit of the year starts from zero."""
    e.profit = 0.0


def jobs_of_enterprise(region: Region, e: Any) -> None:
    """Orders move and jobs are planned."""
    c = settlement.Place(region.table_of("county").arrays, e.county)
    shock = region.draws.normal(enterprises.ORDERS, region.month, e.uid)
    scalar(accounts.plan)(e, c, enterprises.firm_values(region), shock)


def accounts_of_enterprise(region: Region, e: Any) -> None:
    """The quarter's accounts, booked, and the end of a firm that fails."""
    p, f = enterprises.firm_values(region), SimpleNamespace()
    c = settlement.Place(region.table_of("county").arrays, e.county)
    for phase in accounts.ACCOUNTS:
        scalar(phase)(e, c, p, f)
    accounts.book_accounts(region.ledger, as_columns(f), slice(e._row, e._row + 1))
    if region.markets_on and e.alive and scalar(firm_fails)(e.cash, e.losses, e.payroll, p.patience):
        enterprises.close(region, np.array([e._row]))


TURNS: dict[str, dict[str, Turn]] = {
    "county": {"supply_trends": trend_of_county, "weather_and_prices": market_of_county},
    "village": {
        "open_year": year_of_village,
        "village_growth": growth_of_village,
        "weather_and_prices": weather_of_village,
        "neighbours": neighbours_of_village,
        "collectives": year_of_collective,
    },
    "workteam": {"teams": team_month},
    "enterprise": {
        "open_year": year_of_enterprise,
        "plan_jobs": jobs_of_enterprise,
        "firm_accounts": accounts_of_enterprise,
    },
    "household": {
        "open_year": year_of_household,
        "move_luck": luck_of_household,
        "open_quarter": quarter_opens,
        "settle": household_quarter,
    },
    "person": {"move_luck": luck_of_person},
}
