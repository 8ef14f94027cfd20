"""Ten ways in which a collective can earn: what each would bring, what it takes to begin, and what it then pays.

Every way answers with two columns over villages: the income of a year at present prices and the outlay. An outlay of
zero means that the village lacks what the way needs. What is held is remembered by the instrument, by way and village.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fupin.model.enterprise import LEADING, WORKSHOP
from fupin.model.household import MOVED
from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.processes.stakes import earn
from fupin.model.rules.collectives import crowded_price, service_turnover
from fupin.model.shared_lists import output_of_villages
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

type Amounts = NDArray[np.float64]
type Prospect = tuple[Amounts, Amounts]


def firm_in_village(region: Region, kind: int | None = None) -> NDArray[np.int64]:
    """Row of an employer of each village that is in business (of one kind, or of any), −1 where there is none."""
    e = region.rows("enterprise")
    found = np.full(len(region.rows("village")), -1, np.int64)
    here = (e.alive & (e.village >= 0) & ((e.kind == kind) if kind is not None else True)).nonzero()[0]
    found[e.village[here]] = here
    return found


def resources(region: Region, s: Any) -> Prospect:
    """Free land is cleared and let at the village's rent, as far as land finds takers."""
    v = region.rows("village")
    return region.p.land_lease * v.rent * v.rented_share * v.free_land, s.clearing * v.free_land


def shares(region: Region, s: Any) -> Prospect:
    """A stake in a leading firm of the county, where there is one."""
    v, e = region.rows("village"), region.rows("enterprise")
    firms = e.alive & (e.kind == LEADING) & (e.village < 0)
    there = np.bincount(e.county[firms], minlength=len(region.rows("county")))[v.county] > 0
    return np.where(there, s.dividend * s.stake, 0.0), np.where(there, s.stake, 0.0)


def farm_output(region: Region) -> Amounts:
    """Expected farm output of each village, its own yuan a year."""
    return output_of_villages(region) / np.maximum(region.rows("village").weight, 1e-9)


def services(region: Region, s: Any) -> Prospect:
    """Machines, inputs and sales for the farms of the village, at a margin; the county's price moves with it."""
    v, county = region.rows("village"), region.rows("county")
    output = farm_output(region) * county.price[v.county]
    return s.margin * service_turnover(s.stake, s.turnover, output), np.where(output > 0.0, s.stake, 0.0)


def occupied(region: Region) -> Amounts:
    """Part of business property in the county that finds a tenant: where firms fill their jobs they want rooms."""
    county = region.rows("county")
    e = region.rows("enterprise")
    filled = np.bincount(e.county, np.where(e.alive, e.filled, 0.0), minlength=len(county))
    return np.asarray((filled / np.maximum(filled + county.vacancies, 1e-9))[region.rows("village").county])


def premises(region: Region, s: Any) -> Prospect:
    """Shops and sheds near the road, let to firms of the county."""
    return s.property_yield * s.stake * occupied(region), np.full(len(region.rows("village")), s.stake)


def mixed(region: Region, s: Any) -> Prospect:
    """A partnership with a private employer in the village: a part of its profit that follows the capital put in.

    The profit is last year's, as an employer founded since has none to show.
    """
    e, firm = region.rows("enterprise"), firm_in_village(region)
    profit, weight = np.zeros(len(e)), region.rows("village").weight
    last = getattr(s.memory, "profit", profit[:0])
    profit[: len(last)] = last
    part = weight * s.stake / np.maximum(weight * s.stake + e.capital[firm], 1.0)
    gain = part * np.maximum(profit[firm], 0.0) / np.maximum(weight, 1e-9)
    return np.where(firm >= 0, gain, 0.0), np.where(firm >= 0, s.stake, 0.0)


def homesteads(region: Region) -> Amounts:
    """Building land of homes that nobody lives in, of each village, in homes."""
    h, v = region.rows("household"), region.rows("village")
    empty = ((h.members <= 0.0) | (h.location == MOVED)).nonzero()[0]
    return np.bincount(h.village[empty], h.weight[empty], minlength=len(v)) / np.maximum(v.weight, 1e-9)


def land_tickets(region: Region, s: Any) -> Prospect:
    """Empty homesteads become fields, and the right to build elsewhere is sold once; leaders spread it over years.

    What many villages sell in one year lowers the price.
    """
    v, county = region.rows("village"), region.rows("county")
    mu = s.homestead * np.maximum(homesteads(region) - held(region, s.homesteads, "tickets_sold"), 0.0)
    offered = np.bincount(v.county, v.weight * mu, minlength=len(county))[v.county]
    price = crowded_price(s.ticket_price, offered, s.ticket_market, 1.0)
    return s.collective_part * price * mu / s.ticket_years, s.reclaiming * mu


def forest_rights(region: Region, s: Any) -> Prospect:
    """The collective's part of the village's forest is let; a road brings the buyer."""
    h, v, county = region.rows("household"), region.rows("village"), region.rows("county")
    mu = s.forest_part * sums_of(region, "village", h.weight * h.forest_land) / np.maximum(v.weight, 1e-9)
    return s.forest_rent * mu * v.road * county.price[v.county], s.forest_survey * mu


def photovoltaics(region: Region, s: Any) -> Prospect:
    """Panels on the collective's roofs, where the grid takes the power."""
    v = region.rows("village")
    fits = v.power >= s.least_power
    return np.where(fits, s.kw * (s.sun_hours * s.tariff - s.kw_upkeep), 0.0), np.where(fits, s.kw * s.cost_per_kw, 0.0)


def workshop_rent(region: Region, s: Any) -> Prospect:
    """Rooms for a workshop of the village, paid for by the place that is taken."""
    e, v = region.rows("enterprise"), region.rows("village")
    firm = firm_in_village(region, WORKSHOP)
    places = np.where(firm >= 0, e.filled[firm], 0.0) / np.maximum(v.weight, 1e-9)
    return s.rent_per_place * places, np.where(firm >= 0, s.stake, 0.0)


def borrowers(region: Region, s: Any) -> NDArray[np.int64]:
    """Households whose own business returns more on another yuan than the fund's fee, and who owe it nothing."""
    h, p = region.rows("household"), region.p
    back = p.capital_exponent * (1.0 - p.input_share) * h.expected_output / np.maximum(h.capital, p.capital_floor)
    return np.asarray(
        ((h.members > 0.0) & (h.own_labour > 0.0) & (h.soft_debt <= 0.0) & (back > s.fee + s.hurdle)).nonzero()[0]
    )


def mutual_fund(region: Region, s: Any) -> Prospect:
    """Loans to members for their business, as many as want one; the fee is the fund's income."""
    h, v = region.rows("household"), region.rows("village")
    who = borrowers(region, s)
    wanted = s.loan * np.bincount(h.village[who], h.weight[who], minlength=len(v)) / np.maximum(v.weight, 1e-9)
    lent = np.minimum(wanted, s.stake)
    return s.fee * lent, lent


class Way(NamedTuple):
    """A way to earn: labels, what it promises, and whether leaders of some strength must vouch for it."""

    zh: str
    en: str
    prospect: Callable[[Region, Any], Prospect]
    partnership: bool


WAYS: tuple[Way, ...] = (
    Way("资源开发", "resources let", resources, False),
    Way("资产入股", "shares in firms", shares, True),
    Way("服务创收", "services to farms", services, False),
    Way("物业经营", "property let", premises, False),
    Way("混合经营", "mixed ownership", mixed, True),
    Way("地票收益", "land tickets", land_tickets, False),
    Way("林权流转", "forest rights", forest_rights, False),
    Way("光伏发电", "photovoltaics", photovoltaics, False),
    Way("车间租金", "workshop rent", workshop_rent, False),
    Way("互助金收益", "mutual fund", mutual_fund, False),
)
RESOURCES, SHARES, SERVICES, PROPERTY, MIXED, TICKETS, FOREST, POWER, ROOMS, FUND = range(10)


def held(region: Region, state: Any, name: str) -> Amounts:
    """A quantity that the instrument remembers for each village."""
    if not hasattr(state, name):
        setattr(state, name, np.zeros(len(region.rows("village"))))
    return np.asarray(getattr(state, name))


def sell_tickets(region: Region, s: Any, rows: NDArray[np.int64], instrument: str) -> None:
    """The price of the day: the collective keeps its part, households that left get theirs; the fields are let."""
    h, v, county = region.rows("household"), region.rows("village"), region.rows("county")
    sold = held(region, s.homesteads, "tickets_sold")
    new = np.maximum(homesteads(region) - sold, 0.0)
    mu = s.homestead * new
    chosen = np.zeros(len(v))
    chosen[rows] = 1.0
    offered = np.bincount(v.county, v.weight * mu * chosen, minlength=len(county))[v.county]
    value = crowded_price(s.ticket_price, offered, s.ticket_market, 1.0) * mu
    earn(region, "collective.tickets", Side("markets"), rows, s.collective_part * value[rows], instrument)
    v.collective_land[rows] += mu[rows]
    moved = ((h.location == MOVED) & (h.members > 0.0) & (chosen[h.village] > 0.0)).nonzero()[0]
    fresh = moved[~np.isin(moved, s.homesteads.ticketed)] if hasattr(s.homesteads, "ticketed") else moved
    each = s.homestead * (1.0 - s.collective_part)
    each = each * (value / np.maximum(mu, 1e-9))[h.village[fresh]]
    pay_households(region, "collective.tickets_home", Side("markets"), fresh, each)
    s.homesteads.ticketed = np.union1d(getattr(s.homesteads, "ticketed", np.empty(0, np.int64)), fresh)
    sold[rows] += new[rows]


def lend(region: Region, s: Any, rows: NDArray[np.int64], instrument: str) -> None:
    """The fund lends to members who want to buy assets, as far as it is endowed, to each the same part."""
    h, v = region.rows("household"), region.rows("village")
    room = held(region, s.memory, "fund") - v.fund_lent
    open_to = np.zeros(len(v), np.bool_)
    open_to[rows] = True
    who = borrowers(region, s)
    who = who[open_to[h.village[who]]]
    want = np.bincount(h.village[who], h.weight[who] * s.loan, minlength=len(v)) / np.maximum(v.weight, 1e-9)
    can = np.minimum(np.maximum(room, 0.0), np.maximum(v.collective_cash, 0.0))
    part = np.minimum(1.0, can / np.maximum(want, 1e-9))
    who = who[part[h.village[who]] > s.least_lent]
    loan = s.loan * part[h.village[who]]
    lent = np.bincount(h.village[who], h.weight[who] * loan, minlength=len(v)) / np.maximum(v.weight, 1e-9)
    v.collective_cash -= lent
    v.fund_lent += lent
    h.soft_debt[who] += loan
    h.capital[who] += loan
    homes, funds = Side("households", loan, who), Side("collectives", lent)
    for purpose, payer, payee, holding in (
        ("fund.lent", funds, homes, "cash"),
        ("fund.owed", homes, funds, "debt"),
        ("fund.bought", homes, Side("markets"), "cash"),
        ("fund.goods", Side("markets"), homes, "assets"),
    ):
        region.ledger.post(purpose, payer, payee, holding, instrument)
    debtor = held_by_household(region, s.memory)
    debtor[who] += loan


def held_by_household(region: Region, state: Any) -> Amounts:
    """What each household owes to the fund."""
    if not hasattr(state, "owed"):
        state.owed = np.zeros(len(region.rows("household")))
    return np.asarray(state.owed)


def repay(region: Region, s: Any, instrument: str) -> None:
    """A year later members pay the fee and a part of what they owe, as far as savings go; small debts in full."""
    h, v = region.rows("household"), region.rows("village")
    owed = held_by_household(region, s.memory)
    who = ((owed > 0.0) & (h.savings > 0.0)).nonzero()[0]
    if not len(who):
        return
    fee = np.minimum(s.fee * owed[who], h.savings[who])
    due = np.maximum(s.repaid * owed[who], np.minimum(owed[who], s.least_instalment * s.loan))
    back = np.minimum(due, h.savings[who] - fee)
    h.savings[who] -= fee + back
    h.soft_debt[who] = np.maximum(h.soft_debt[who] - back, 0.0)
    owed[who] -= back
    weight = np.maximum(v.weight, 1e-9)
    fees = np.bincount(h.village[who], h.weight[who] * fee, minlength=len(v)) / weight
    paid = np.bincount(h.village[who], h.weight[who] * back, minlength=len(v)) / weight
    v.collective_cash += paid
    v.fund_lent -= paid
    region.ledger.post("fund.repaid", Side("households", back, who), Side("collectives", paid), instrument=instrument)
    claims = Side("collectives", paid), Side("households", back, who)
    region.ledger.post("fund.cleared", *claims, "debt", instrument)
    rows = (fees > 0.0).nonzero()[0]
    earn(region, "fund.interest", Side("households", fee, who), rows, fees[rows], instrument)
