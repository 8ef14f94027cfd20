"""Relocation sites: three kinds with room, jobs and land of their own, the finance of a move, and what follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.processes.queue import admit
from fupin.model.settings import Dated, setting
from fupin.model.sums import sums_of
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

CENTRAL, TOWN, SEAT = range(3)
SITES = {CENTRAL: ("中心村", "central village"), TOWN: ("集镇", "township"), SEAT: ("县城", "county seat")}


def part(default: float, zh: str, en: str, source: str, high: float = 1.0, unit: str = "share") -> Any:
    """A setting from zero up."""
    return setting(default, unit=unit, zh=zh, en=en, low=0, high=high, source=source, status="assumption")


class SiteSettings(Funded):
    """Choice of site, finance and follow-up; all off by default."""

    cost_ratio: Dated = setting(
        0, unit="ratio", zh="搬迁成本门槛", en="eligible if works in place cost so many moves (0: by remoteness)",
        low=0, high=20, source="mechanisms.csv M187: works cost per head > k * move cost; off by default",
        status="assumption",
    )  # fmt: skip
    sites: Dated = setting(
        0, unit="1 on, 0 off", zh="按承载力选址", en="households choose among three kinds of sites with limited room",
        low=0, high=1, source="mechanisms.csv M189: site with free capacity and best job access; off by default",
        status="seed",
    )  # fmt: skip
    central_room: Dated = part(0.4, "中心村安置占比", "room in central villages, of all places", "M189; size assumed")
    town_room: Dated = part(
        0.35, "集镇安置占比", "room in townships, of all places; the rest in the seat", "M189; assumed"
    )
    central_land: Dated = part(0.9, "中心村土地可及", "land that can still be worked from there", "near sites; assumed")
    town_land: Dated = part(0.5, "集镇土地可及", "land that can still be worked from there", "assumed")
    seat_land: Dated = part(0.15, "县城土地可及", "land that can still be worked from there", "far; assumed")
    central_jobs: Dated = part(0.4, "中心村就业倍数", "jobs against the mean of the sites", "assumed", 5, "ratio")
    town_jobs: Dated = part(1.0, "集镇就业倍数", "jobs against the mean of the sites", "assumed", 5, "ratio")
    seat_jobs: Dated = part(2.0, "县城就业倍数", "jobs against the mean of the sites", "assumed", 5, "ratio")
    joint_planning: Dated = setting(
        0, unit="jobs/household", zh="同步规划产业", en="jobs planned with the site for each household with a worker",
        low=0, high=2, source="mechanisms.csv M322: full follow-up, 100 %; off by default", status="seed",
    )  # fmt: skip
    project: Dated = setting(
        0, unit="yuan/household", zh="到户产业项目", en="project for a moved household without a job (0: none)", low=0,
        high=100000, source="mechanisms.csv M194: follow-up industry household by household; off by default",
        status="assumption",
    )  # fmt: skip
    swap_price: Dated = setting(
        0, unit="yuan/mu", zh="增减挂钩指标价格", en="price of saved building land (0: no land swap)", low=0, high=1e6,
        source="mechanisms.csv M188: land-swap revenue; off by default", status="assumption",
    )  # fmt: skip
    saved_land: Dated = part(0.4, "节余指标", "building land saved by the move of a home", "assumed", 3, "mu/household")
    loan: Dated = setting(
        0, unit="1 on, 0 off", zh="搬迁贴息贷款", en="the own part that savings do not cover is lent without interest",
        low=0, high=1, source="mechanisms.csv M188: subsidised loans; off by default", status="seed",
    )  # fmt: skip
    loan_years: Dated = part(5, "贷款年限", "years in which the loan is paid back", "general knowledge", 30, "years")
    loan_rate: Dated = part(
        0.0475, "贴息利率", "interest that the budget pays", "bank rate (general knowledge)", 0.2, "1/year"
    )
    desired_space: Dated = setting(
        0, unit="m2/person", zh="意愿住房面积", en="space that a household at the line wants (0: the standard)", low=0,
        high=100, source="mechanisms.csv M193: the limit matters where people want more; off by default",
        status="assumption",
    )  # fmt: skip
    space_cap: Dated = setting(
        25, unit="m2/person", zh="住房面积上限", en="largest space that may be built", low=25, high=200,
        source="M193: 002 sets a limit without a number; 25 m2 a person (general knowledge, to verify)",
        status="assumption",
    )  # fmt: skip
    standard_space: Dated = part(
        25, "标准住房面积", "space that the public money builds", "programme_totals.csv, unverified", 200, "m2/person"
    )
    space_income: Dated = part(0.5, "面积收入弹性", "rise of the space wanted with income", "assumed", 2, "elasticity")
    space_poorest: Dated = part(
        0.2, "面积需求收入下限", "income below which the space wanted falls no more", "assumed", 1, "share of the line"
    )
    space_richest: Dated = part(
        5, "面积需求收入上限", "income above which the space wanted rises no more", "assumed", 50, "share of the line"
    )
    space_debt: Dated = part(
        0.5, "超面积借款上限", "most that is borrowed for more space", "assumed", 5, "years of income"
    )
    space_price: Dated = part(
        1500, "超面积单价", "cost of more space", "general knowledge, to verify", 20000, "yuan/m2"
    )


def works_cost(region: Region) -> Amounts:
    """What it would cost to bring full services to each village where it is, yuan a person.

    Costs are those of the works in the package, or as declared where there are none.
    """
    from fupin.model.instruments.services import KINDS

    h, v = region.rows("household"), region.rows("village")
    members = sums_of(region, "village", h.weight * h.members)
    heads = members / np.maximum(sums_of(region, "village", h.weight), 1e-9)
    total = np.zeros(len(v))
    for kind in KINDS:
        there = [item for item in region.instruments if isinstance(item, kind)]
        s = (there[0] if there else kind()).settings.at(region.month)
        hard = np.where(v.terrain == MOUNTAIN, 1.0 + s.hard_terrain, 1.0)
        total += s.cost * hard * (1.0 - getattr(v, kind.service_name))
    return np.asarray(total / np.maximum(heads, 1.0))


def dear_to_serve(region: Region, s: Any) -> Any:
    """Villages where services in place cost more than so many moves."""
    return works_cost(region) > s.cost_ratio * s.cost_per_head


def sites_of(state: Any, households: int) -> Rows:
    """Kind of site of each household, −1 none."""
    if not hasattr(state, "site"):
        state.site = np.full(households, -1)
    return np.asarray(state.site)


def land_of_sites(s: Any) -> Amounts:
    """Part of the land that can be worked from each kind of site."""
    return np.array([s.central_land, s.town_land, s.seat_land])


def jobs_of_sites(s: Any) -> Amounts:
    """Jobs at each kind of site against the mean."""
    return np.array([s.central_jobs, s.town_jobs, s.seat_jobs])


def worth_of_sites(region: Region, s: Any, rows: Rows) -> Amounts:
    """What a household expects to earn in a year at each kind of site, (sites, rows): land and a chance of a job."""
    h, p = region.rows("household"), region.p
    access = np.maximum(land_of_sites(s), 1e-3)[:, None] ** p.land_exponent
    farm = h.home_return[rows] * h.own_labour[rows] * access
    chance = np.minimum(s.jobs_per_worker * jobs_of_sites(s), 1.0)[:, None]
    return np.asarray(farm + chance * p.local_wage * h.workers[rows])


def choose_sites(region: Region, s: Any, rows: Rows, luck: Amounts) -> Rows:
    """Site of each household: the best that has room, in the order of the lot; −1 where all are full."""
    h = region.rows("household")
    worth = worth_of_sites(region, s, rows)
    wish = np.argsort(-worth, axis=0, kind="stable")
    town = min(s.town_room, 1.0 - min(s.central_room, 1.0))
    room = s.places * np.array([min(s.central_room, 1.0), town, max(1.0 - s.central_room - town, 0.0)])
    found = np.full(len(rows), -1)
    heads = h.weight[rows] * h.members[rows]
    for rank in range(len(SITES)):
        left = (found < 0).nonzero()[0]
        site = wish[rank, left]
        got = left[admit(site, luck[left], heads[left], room, h.uid[rows[left]])]
        found[got] = wish[rank, got]
        room = np.maximum(room - np.bincount(found[got], heads[got], minlength=len(SITES)), 0.0)
    return found


def settle_in(region: Region, s: Any, state: Any, rows: Rows, sign: float = 1.0) -> None:
    """At a site nearer to (farther from) the fields than the mean more (less) of the land can be worked."""
    site = sites_of(state, len(region.rows("household")))[rows]
    at = rows[site >= 0]
    if len(at):
        access = np.maximum(land_of_sites(s)[site[site >= 0]], 1e-3) / max(region.p.site_land_access, 1e-3)
        shift = region.p.land_exponent * np.log(access)
        if sign > 0.0:
            state.access = getattr(state, "access", np.zeros(len(region.rows("household"))))
            state.access[at] = shift
        modify(region, "farm.productivity", at, sign * state.access[at])


def extra_space(region: Region, s: Any, rows: Rows) -> Amounts:
    """What households pay for space beyond the standard, yuan: they want more the more they earn, up to the limit."""
    if s.desired_space <= 0.0:
        return np.zeros(len(rows))
    h, p = region.rows("household"), region.p
    heads = np.maximum(h.members[rows], 1.0)
    rich = np.clip(h.income_year[rows] / heads / p.poverty_line, s.space_poorest, s.space_richest)
    wanted = np.minimum(s.desired_space * rich**s.space_income, s.space_cap)
    return np.asarray(np.maximum(wanted - s.standard_space, 0.0) * heads * s.space_price)


def build_larger(region: Region, s: Any, rows: Rows, instrument: Instrument) -> None:
    """More space is paid out of savings, then by debt to kin, up to a part of a year's income."""
    h, more = region.rows("household"), extra_space(region, s, rows)
    if not more.any():
        return
    cash = np.minimum(more, np.maximum(h.savings[rows], 0.0))
    lent = np.minimum(more - cash, s.space_debt * np.maximum(h.income_year[rows], 0.0))
    h.savings[rows] -= cash
    h.debt[rows] += lent
    ledger, homes = region.ledger, Side("households", lent, rows)
    ledger.post("debt.borrowed", Side("kin"), homes, instrument=instrument.id)
    ledger.post("debt.owed", homes, Side("kin"), "debt", instrument.id)
    paid = Side("households", cash + lent, rows)
    ledger.post("relocation.own_share", paid, Side("markets"), instrument=instrument.id)


def borrow(region: Region, state: Any, rows: Rows, loan: Amounts, instrument: Instrument) -> None:
    """A bank lends; the budget pays its interest."""
    h = region.rows("household")
    if not hasattr(state, "loan"):
        state.loan, state.first = np.zeros(len(h)), np.zeros(len(h))
    state.loan[rows] += loan
    state.first[rows] = state.loan[rows]
    h.soft_debt[rows] += loan
    homes = Side("households", loan, rows)
    region.ledger.post("relocation.loan", Side("banks"), homes, instrument=instrument.id)
    region.ledger.post("relocation.loan_owed", homes, Side("banks"), "debt", instrument.id)
    region.ledger.post("relocation.own_share", homes, Side("markets"), instrument=instrument.id)


def repay(region: Region, s: Any, state: Any, instrument: Instrument) -> None:
    """Each December an instalment out of savings; the budget pays the interest on what is left, as far as it goes.

    Where it is short, all get the same part; the rest the bank forgoes.
    """
    h = region.rows("household")
    rows = (getattr(state, "loan", np.zeros(0)) > 0.0).nonzero()[0]
    if not len(rows):
        return
    interest = s.loan_rate * state.loan[rows]
    yuan = weighted_sum(interest, h.weight[rows]) * (1.0 + s.administration_share)
    by_county = instrument.charge(region, s, rows, part_within(yuan, instrument.left(region, s)) * interest)
    region.ledger.post("relocation.loan_interest", Side("counties", by_county), Side("banks"), instrument=instrument.id)
    due = np.minimum(state.first[rows] / max(s.loan_years, 1.0), state.loan[rows])
    paid = np.minimum(due, np.maximum(h.savings[rows], 0.0))
    h.savings[rows] -= paid
    h.soft_debt[rows] = np.maximum(h.soft_debt[rows] - paid, 0.0)
    state.loan[rows] -= paid
    homes = Side("households", paid, rows)
    region.ledger.post("relocation.loan_repaid", homes, Side("banks"), instrument=instrument.id)
    region.ledger.post("relocation.loan_cleared", Side("banks"), homes, "debt", instrument.id)


def projects(region: Region, s: Any, state: Any, idle: Rows, instrument: Instrument) -> None:
    """Moved households without a job get a stall, shed or tools, once each, the largest first, while money lasts."""
    h = region.rows("household")
    if not hasattr(state, "project"):
        state.project = np.zeros(len(h), np.bool_)
    if s.project <= 0.0:
        return
    rows = idle[~state.project[idle] & (h.workers[idle] > 0.0)]
    order = rows[np.lexsort((h.uid[rows], -h.workers[rows]))]
    yuan = np.cumsum(h.weight[order]) * s.project * (1.0 + s.administration_share)
    rows = np.sort(order[yuan <= instrument.left(region, s)])
    if len(rows):
        value = np.full(len(rows), s.project)
        instrument.buy(region, s, "relocation.project", rows, value)
        goods = Side("households", value, rows)
        region.ledger.post("relocation.project_goods", Side("markets"), goods, "assets", instrument.id)
        h.capital[rows] += value
        state.project[rows] = True
