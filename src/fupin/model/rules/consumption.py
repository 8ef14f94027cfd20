"""Consumption, saving and borrowing of a quarter (rule 6). All amounts are yuan of the household in the quarter."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, maximum, minimum, rule


@rule
def renewed_belief(permanent_income: Num, income_year: Num, belief_weight: Num) -> Num:
    """Permanent income: Y_p ← (1 − w)·Y_p + w·Y over a quarter (0.7/0.3 over a year)."""
    return (1.0 - belief_weight) * permanent_income + belief_weight * maximum(income_year, 0.0)


@rule
def desired_consumption(
    permanent_income: Num,
    income_year: Num,
    savings: Num,
    members: Num,
    poverty_line: Num,
    subsistence_share: Num,
    permanent_propensity: Num,
    transitory_propensity: Num,
    wealth_propensity: Num,
) -> Num:
    """Routine consumption wanted: max(c_sub·n·line, a·Y_p + b·(Y − Y_p) + g·max(S, 0))/4."""
    wanted = (
        permanent_propensity * permanent_income
        + transitory_propensity * (income_year - permanent_income)
        + wealth_propensity * maximum(savings, 0.0)
    )
    return 0.25 * maximum(subsistence_share * members * poverty_line, wanted)


@rule
def subsistence(members: Num, poverty_line: Num, subsistence_share: Num) -> Num:
    """Spending below which a household is deprived, yuan a quarter."""
    return 0.25 * subsistence_share * members * poverty_line


@rule
def credit_room(income_year: Num, debt: Num, debt_ceiling: Num) -> Num:
    """Private credit still open: a multiple of yearly income less what is owed."""
    return maximum(debt_ceiling * maximum(income_year, 0.0) - debt, 0.0)


@rule
def routine_spending(desired: Num, minimum_spending: Num, available: Num) -> Num:
    """Routine consumption that is carried out: what is wanted, cut to what is available but not below the minimum."""
    return maximum(minimum(desired, available), minimum(desired, minimum_spending))


@rule
def borrowed(spending: Num, savings: Num, credit: Num) -> Num:
    """Private borrowing: what savings cannot pay, a hole that they have already included, up to the credit room."""
    return minimum(maximum(spending - savings, 0.0), credit)


@rule
def repaid(savings: Num, debt: Num, buffer: Num, repayment_share: Num) -> Num:
    """Repayment of private debt out of savings above the buffer."""
    return minimum(debt, repayment_share * maximum(savings - buffer, 0.0))
