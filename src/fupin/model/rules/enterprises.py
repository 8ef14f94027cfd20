"""Enterprises: labour demand, revenue, investment, failure. Quantities are population units, yuan a year."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, both, clip, exp, log, maximum, minimum, rule, where


@rule
def orders_at_hand(orders: Num, variety: Num, orders_sd: Num, firm_labour_exponent: Num) -> Num:
    """Orders, log, of which more spread adds no jobs: o − s²/(2·(1 − b)), s = sd/√variety; jobs go as e^(o/(1 − b))."""
    return orders - 0.5 * orders_sd * orders_sd / (variety * (1.0 - firm_labour_exponent))


@rule
def labour_demand(
    firm_productivity: Num,
    orders: Num,
    firm_capital: Num,
    wage_cost: Num,
    firm_labour_exponent: Num,
    firm_capital_exponent: Num,
) -> Num:
    """Jobs at which the marginal worker earns the wage: (b·A·K^α/w)^(1/(1−b))."""
    value = (
        log(firm_labour_exponent) + firm_productivity + orders + firm_capital_exponent * log(maximum(firm_capital, 1.0))
    )
    return exp((value - log(maximum(wage_cost, 1.0))) / (1.0 - firm_labour_exponent))


@rule
def productivity_for_jobs(
    jobs: Num, firm_capital: Num, wage_cost: Num, firm_labour_exponent: Num, firm_capital_exponent: Num
) -> Num:
    """Log productivity at which `labour_demand` is `jobs`: ln(w/b) + (1 − b)·ln L − α·ln K; at least 0.001 jobs."""
    return (
        log(maximum(wage_cost, 1.0) / firm_labour_exponent)
        + (1.0 - firm_labour_exponent) * log(maximum(jobs, 0.001))
        - firm_capital_exponent * log(maximum(firm_capital, 1.0))
    )


@rule
def firm_revenue(
    firm_productivity: Num,
    orders: Num,
    firm_capital: Num,
    filled: Num,
    firm_labour_exponent: Num,
    firm_capital_exponent: Num,
) -> Num:
    """Value added of a quarter, yuan: A·K^α·L^b/4."""
    return 0.25 * where(
        filled > 0.0,
        exp(
            firm_productivity
            + orders
            + firm_capital_exponent * log(maximum(firm_capital, 1.0))
            + firm_labour_exponent * log(maximum(filled, 1e-6))
        ),
        0.0 * filled,
    )


@rule
def firm_investment(
    profit_quarter: Num, firm_cash: Num, reinvested_share: Num, payroll: Num, payrolls_kept: Num
) -> Num:
    """Investment out of profit, if some quarters of payroll stay in the till."""
    return where(
        both(profit_quarter > 0.0, firm_cash > payrolls_kept * payroll),
        minimum(reinvested_share * profit_quarter, firm_cash - payrolls_kept * payroll),
        0.0 * profit_quarter,
    )


@rule
def firm_replacement(
    firm_cash: Num, firm_invested: Num, capital: Num, payroll: Num, firm_depreciation: Num, payrolls_kept: Num
) -> Num:
    """Worn assets replaced, up to a quarter's wear, out of cash above investment and the payrolls kept."""
    return clip(firm_cash - payrolls_kept * payroll - firm_invested, 0.0, 0.25 * firm_depreciation * capital)


@rule
def firm_drawings(firm_cash: Num, firm_invested: Num, firm_loan: Num, payroll: Num, payrolls_drawn: Num) -> Num:
    """What the owners take: cash above investment, a reserve of payrolls and the debt."""
    return maximum(firm_cash - firm_invested - payrolls_drawn * payroll - firm_loan, 0.0)


@rule
def firm_borrowing(firm_cash: Num, firm_loan: Num, firm_capital: Num, loan_to_capital: Num) -> Num:
    """Working credit: covers a negative till, up to a share of capital."""
    return minimum(maximum(-firm_cash, 0.0), maximum(loan_to_capital * firm_capital - firm_loan, 0.0))


@rule
def firm_repayment(firm_cash: Num, firm_loan: Num, payroll: Num, payrolls_drawn: Num) -> Num:
    """Repayment from cash above a reserve of payrolls."""
    return minimum(firm_loan, maximum(firm_cash - payrolls_drawn * payroll, 0.0))


@rule
def firm_fails(firm_cash: Num, losses: Num, payroll: Num, patience: Num) -> Num:
    """True for a firm that has lost money for too long and cannot pay the next wages."""
    return both(losses >= patience, firm_cash < payroll)
