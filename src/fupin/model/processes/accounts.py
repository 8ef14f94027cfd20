"""The enterprise quarter: plan jobs, trade, invest and borrow. Elementwise: rules and nothing else.

As in `settle.py`: `e` is a window of rows or one agent view, `c` its county, `p` the parameters with `firm_level` (log
productivity that keeps labour demand level when wages and capital rise alike), `f` the flows to be booked, positive
yuan of the enterprise. For one enterprise the scalar face (`vocabulary.scalar`) is used.
"""

from __future__ import annotations

from typing import Any

from fupin.model.enterprise import WORKSHOP
from fupin.model.ledger import Ledger, Side
from fupin.model.rules.assets import depreciation
from fupin.model.rules.enterprises import (
    firm_borrowing,
    firm_drawings,
    firm_investment,
    firm_repayment,
    firm_replacement,
    firm_revenue,
    labour_demand,
    orders_at_hand,
)
from fupin.model.rules.farming import autoregression
from fupin.model.rules.vocabulary import maximum, minimum, sqrt, where


def plan(e: Any, c: Any, p: Any, shock: Any) -> None:
    """Orders move, and the enterprise says how many workers it wants at the going wage."""
    e.orders = autoregression(e.orders, p.orders_persistence, shock, p.orders_sd / sqrt(e.variety))
    jobs = labour_demand(
        e.productivity + p.firm_level,
        orders_at_hand(e.orders, e.variety, p.orders_sd, p.firm_labour_exponent),
        e.capital,
        c.wage_cost * (1.0 - e.wage_support),
        p.firm_labour_exponent,
        p.firm_capital_exponent,
    )
    e.jobs = where(e.alive, where(e.kind == WORKSHOP, minimum(jobs, e.places), jobs), 0.0)


def trade(e: Any, c: Any, p: Any, f: Any) -> None:
    """Revenue of the workers paid, overheads, interest and wear: the profit of the quarter."""
    labour = e.payroll / (0.25 * c.wage_cost)  # efficiency workers: the skilled earn more because they make more
    f.revenue = firm_revenue(
        e.productivity + p.firm_level,
        orders_at_hand(e.orders, e.variety, p.orders_sd, p.firm_labour_exponent),
        e.capital,
        labour,
        p.firm_labour_exponent,
        p.firm_capital_exponent,
    )
    f.overheads = p.overhead_share * f.revenue
    f.interest = 0.25 * p.lending_rate * e.loan
    f.worn = depreciation(e.capital, p.firm_depreciation)
    kept = f.revenue - f.overheads - f.interest
    f.profit = kept - e.payroll - f.worn
    e.cash = e.cash + kept
    e.capital = e.capital - f.worn
    e.profit = e.profit + kept - f.worn
    e.losses = where(f.profit < 0.0, e.losses + 1.0, 0.0)


def finance(e: Any, c: Any, p: Any, f: Any) -> None:
    """Investment and drawings out of profit, working credit and its repayment, the owners' last help."""
    invested = firm_investment(f.profit, e.cash, p.reinvested_share, e.payroll, p.payrolls_kept)
    worn = firm_replacement(e.cash, invested, e.capital, e.payroll, p.firm_depreciation, p.payrolls_kept)
    f.invested = where(e.alive, invested + worn, 0.0)
    f.drawn = where(e.alive, firm_drawings(e.cash, f.invested, e.loan, e.payroll, p.payrolls_drawn), 0.0)
    e.cash = e.cash - (f.invested + f.drawn)
    e.capital = e.capital + f.invested
    f.borrowed = where(e.alive, firm_borrowing(e.cash, e.loan, e.capital, p.loan_to_capital), 0.0)
    e.cash = e.cash + f.borrowed
    e.loan = e.loan + f.borrowed
    f.repaid = firm_repayment(e.cash, e.loan, e.payroll, p.payrolls_drawn)
    e.cash = e.cash - f.repaid
    e.loan = e.loan - f.repaid
    f.equity = maximum(-e.cash, 0.0)
    e.cash = e.cash + f.equity


ACCOUNTS = (trade, finance)
FLOWS = ("revenue", "overheads", "interest", "worn", "invested", "drawn", "borrowed", "repaid", "equity")
"""Flows that the two leave to be booked."""


def book_accounts(ledger: Ledger, f: Any, rows: Any = None) -> None:
    """Post the flows of the enterprise quarter."""

    def gets(purpose: str, payer: str, amounts: Any, holding: str = "cash") -> None:
        ledger.post(purpose, Side(payer), Side("enterprises", amounts, rows), holding)

    def pays(purpose: str, payee: str, amounts: Any, holding: str = "cash") -> None:
        ledger.post(purpose, Side("enterprises", amounts, rows), Side(payee), holding)

    gets("firm.revenue", "markets", f.revenue)
    pays("firm.overheads", "markets", f.overheads)
    pays("firm.interest", "banks", f.interest)
    pays("firm.depreciation", "nature", f.worn, "assets")
    pays("firm.investment", "markets", f.invested)
    gets("firm.goods", "markets", f.invested, "assets")
    pays("firm.owners", "markets", f.drawn)
    gets("firm.borrowed", "banks", f.borrowed)
    pays("firm.owed", "banks", f.borrowed, "loan")
    pays("firm.repaid", "banks", f.repaid)
    gets("firm.cleared", "banks", f.repaid, "loan")
    gets("firm.equity", "markets", f.equity)
