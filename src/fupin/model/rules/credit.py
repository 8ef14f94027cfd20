"""Micro-credit: uptake, instalments, default (rule 8)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, both, logistic, maximum, minimum, rule


@rule
def loan_uptake(
    motivation: Num,
    schooling: Num,
    asset_return: Num,
    uptake_constant: Num,
    uptake_motivation: Num,
    uptake_schooling: Num,
    uptake_return: Num,
) -> Num:
    """Yearly probability that an offered household takes a loan: motivated, schooled, with a project that pays."""
    return logistic(
        uptake_constant
        + uptake_motivation * (motivation - 0.5)
        + uptake_schooling * (schooling - 7.0) / 3.0
        + uptake_return * minimum(asset_return, 1.0)
    )


@rule
def loan_due(loan: Num, loan_months: Num) -> Num:
    """Repayment due in a quarter: equal instalments over the last year of the loan."""
    return minimum(loan, loan * minimum(3.0 / maximum(loan_months, 3.0), 1.0))


@rule
def loan_in_repayment(loan: Num, loan_months: Num, repayment_window: Num) -> Num:
    """True when instalments are due."""
    return both(loan > 0.0, loan_months <= repayment_window)
