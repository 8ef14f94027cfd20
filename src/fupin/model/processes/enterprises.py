"""Enterprises: demand for labour before the match; revenue, debt, growth and failure after wages are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import WORKSHOP
from fupin.model.ledger import Side
from fupin.model.rules.enterprises import (
    firm_borrowing,
    firm_fails,
    firm_investment,
    firm_repayment,
    firm_revenue,
    labour_demand,
)
from fupin.model.rules.farming import autoregression

if TYPE_CHECKING:
    from fupin.model.region import Region

ORDERS = declare_stream("enterprise.orders", "demand shock of an enterprise in a quarter")
ENTRY = declare_stream("enterprise.entry", "whether an enterprise has an imitator this year")


def firm_level(region: Region) -> float:
    """Log productivity that keeps labour demand level when wages and capital rise alike."""
    p = region.p
    return float((1.0 - p.firm_capital_exponent) * np.log(p.local_wage / region.base_wage))


def plan_jobs(region: Region) -> None:
    """Orders move and every enterprise says how many workers it wants at the going wage."""
    e, p = region.rows("enterprise"), region.p
    shock = region.draws.normal(ORDERS, region.month, e.uid)
    e.orders = autoregression(e.orders, p.orders_persistence, shock, p.orders_sd)
    county = region.rows("county")
    e.jobs = np.where(
        e.alive,
        labour_demand(
            e.productivity + firm_level(region),
            e.orders,
            e.capital,
            county.wage_cost[e.county],
            p.firm_labour_exponent,
            p.firm_capital_exponent,
        ),
        0.0,
    )
    e.jobs = np.where(e.kind == WORKSHOP, np.minimum(e.jobs, e.places), e.jobs)


def firm_accounts(region: Region) -> None:
    """Revenue comes in, interest and overheads go out, profit is drawn or invested, some firms fail."""
    e, p, ledger = region.rows("enterprise"), region.p, region.ledger
    wage_cost = region.rows("county").wage_cost[e.county]
    labour = e.payroll / (0.25 * wage_cost)  # efficiency workers: the skilled earn more because they make more
    revenue = firm_revenue(
        e.productivity + firm_level(region), e.orders, e.capital, labour, p.firm_labour_exponent, p.firm_capital_exponent
    )
    overheads = p.overhead_share * revenue
    interest = 0.25 * p.lending_rate * e.loan
    worn = e.capital * (1.0 - (1.0 - p.firm_depreciation) ** 0.25)
    profit = revenue - overheads - interest - e.payroll - worn
    e.cash += revenue - overheads - interest
    e.capital -= worn
    ledger.post("firm.revenue", Side("markets"), Side("enterprises", revenue))
    ledger.post("firm.overheads", Side("enterprises", overheads), Side("markets"))
    ledger.post("firm.interest", Side("enterprises", interest), Side("banks"))
    ledger.post("firm.depreciation", Side("enterprises", worn), Side("nature"), "assets")
    e.profit += revenue - overheads - interest - worn
    e.losses = np.where(profit < 0.0, e.losses + 1.0, 0.0)
    finance(region, profit)
    close_failed(region)


def finance(region: Region, profit: np.ndarray) -> None:
    """Investment and drawings out of profit, working credit and its repayment."""
    e, p, ledger = region.rows("enterprise"), region.p, region.ledger
    invested = firm_investment(profit, e.cash, p.reinvested_share, e.payroll) * e.alive
    replaced = np.clip(e.cash - 2.0 * e.payroll - invested, 0.0, 0.25 * p.firm_depreciation * e.capital) * e.alive
    invested = invested + replaced
    drawn = np.clip(e.cash - invested - 3.0 * e.payroll - e.loan, 0.0, None) * e.alive
    e.cash -= invested + drawn
    e.capital += invested
    ledger.post("firm.investment", Side("enterprises", invested), Side("markets"))
    ledger.post("firm.goods", Side("markets"), Side("enterprises", invested), "assets")
    ledger.post("firm.owners", Side("enterprises", drawn), Side("markets"))
    more = firm_borrowing(e.cash, e.loan, e.capital, p.loan_to_capital) * e.alive
    e.cash += more
    e.loan += more
    ledger.post("firm.borrowed", Side("banks"), Side("enterprises", more))
    ledger.post("firm.owed", Side("enterprises", more), Side("banks"), "loan")
    back = firm_repayment(e.cash, e.loan, e.payroll)
    e.cash -= back
    e.loan -= back
    ledger.post("firm.repaid", Side("enterprises", back), Side("banks"))
    ledger.post("firm.cleared", Side("banks"), Side("enterprises", back), "loan")
    equity = np.maximum(-e.cash, 0.0)
    e.cash += equity
    ledger.post("firm.equity", Side("markets"), Side("enterprises", equity))


def close_failed(region: Region) -> None:
    """Firms that fail close: the bank bears the loan, assets are lost, cash goes to the owners."""
    e, p, ledger = region.rows("enterprise"), region.p, region.ledger
    if not region.markets_on:
        return
    rows = np.flatnonzero(e.alive & firm_fails(e.cash, e.losses, e.payroll, p.patience))
    if not len(rows):
        return
    ledger.post("firm.closure", Side("enterprises", e.cash[rows], rows), Side("markets"))
    ledger.post("firm.write_off", Side("banks"), Side("enterprises", e.loan[rows], rows), "loan")
    ledger.post("firm.scrapped", Side("enterprises", e.capital[rows], rows), Side("nature"), "assets")
    for column in (e.cash, e.loan, e.capital, e.jobs):
        column[rows] = 0.0
    e.alive[rows] = False


def found_enterprises(region: Region) -> None:
    """Each January some enterprises have an imitator in the county: half the parent's size, paid by its owners."""
    e, p = region.rows("enterprise"), region.p
    if not region.markets_on:
        return
    u = region.draws.uniform(ENTRY, region.month, e.uid)
    parents = np.flatnonzero(e.alive & (e.village < 0) & (u < p.entry_rate))
    if not len(parents):
        return
    capital = 0.5 * e.capital[parents]
    cash = 0.25 * np.maximum(e.payroll[parents], 0.0)
    born = {
        "uid": e.uid[parents] * 4096 + (region.month - 22800) // 12,
        "county": e.county[parents],
        "kind": e.kind[parents],
        "productivity": e.productivity[parents],
        "capital": capital,
        "cash": cash,
    }
    rows = region.add("enterprise", born)
    region.ledger.post("firm.equity", Side("markets"), Side("enterprises", cash, rows))
    region.ledger.post("firm.founded", Side("markets"), Side("enterprises", capital, rows), "assets")
