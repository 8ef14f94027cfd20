"""Micro-credit: uptake, instalments, default (rule 8)."""

from __future__ import annotations

from fupin.model.rules.scales import MIDDLING, MOST_RETURN, MOST_STAKE, STAGE, THOUSAND
from fupin.model.rules.vocabulary import Num, both, exp, logistic, maximum, minimum, power, rule, where


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
        + uptake_schooling * (schooling - MIDDLING) / STAGE
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


@rule
def bank_lends(bank_share: Num, default_seen: Num, bank_caution: Num) -> Num:
    """Chance that a bank grants what is asked: exp(−c·its share of the losses·the default rate it has seen)."""
    return exp(-bank_caution * bank_share * default_seen)


@rule
def default_remembered(default_seen: Num, default_now: Num, bank_memory: Num) -> Num:
    """The default rate a bank goes by: the old one fades, the year's comes in."""
    return bank_memory * default_seen + (1.0 - bank_memory) * default_now


@rule
def bank_bears(guaranteed_share: Num, insured_share: Num) -> Num:
    """Part of a bad loan that is the bank's own: what neither the fund nor, of the rest, the insurer pays (M114)."""
    return (1.0 - guaranteed_share) * (1.0 - insured_share)


@rule
def shared_loss(bad_loan: Num, guaranteed_share: Num) -> Num:
    """Part of a bad loan that a guarantor pays, yuan."""
    return guaranteed_share * bad_loan


@rule
def firm_loan_wanted(capital_return: Num, lending_cost: Num, firm_capital: Num, loan_part: Num) -> Num:
    """Loan that an enterprise asks for: a part of its capital, if capital earns more than the loan costs."""
    return where(capital_return > lending_cost, loan_part * firm_capital, 0.0 * firm_capital)


@rule
def office_cases(homes: Num, county_cases: Num, township_cases: Num, village_cases: Num, office_levels: Num) -> Num:
    """Applications that finance offices can handle in a year: cases per 1,000 households at each level that exists."""
    cases = where(office_levels >= 1.0, county_cases, 0.0)
    cases = cases + where(office_levels >= 2.0, township_cases, 0.0)
    return (cases + where(office_levels >= 3.0, village_cases, 0.0)) * homes / THOUSAND


@rule
def group_ties(norm: Num, tie_weight: Num) -> Num:
    """How much likelier a household joins a group without collateral in a village of strong ties: e^(w·(norm − ½))."""
    return exp(tie_weight * (norm - 0.5))


@rule
def helped_by_group(group_short: Num, group_able: Num, most_help: Num) -> Num:
    """What the members of a group pay for those who cannot, yuan: no more than a part of what they owe themselves."""
    return minimum(group_short, most_help * group_able)


@rule
def own_use_value(asset_return: Num, motivation: Num, use_effort: Num) -> Num:
    """Worth of running the project oneself, return a year: what assets earn, less the trouble of the unmotivated."""
    return minimum(asset_return, MOST_RETURN) - use_effort * (1.0 - motivation)


@rule
def shared_use_value(asset_return: Num, shared_part: Num, motivation: Num, use_effort: Num) -> Num:
    """Worth of a project with an able neighbour: a part of what his assets earn, at half the trouble."""
    return shared_part * minimum(asset_return, MOST_RETURN) - 0.5 * use_effort * (1.0 - motivation)


@rule
def managed_use_value(dividend_rate: Num, use_trust: Num) -> Num:
    """Worth of entrusting the loan to a firm for a dividend: the rate less what distrust takes off."""
    return dividend_rate - use_trust


@rule
def awarded_investment(
    asset_return: Num, capital: Num, hurdle: Num, capital_exponent: Num, award_rate: Num, spare_cash: Num
) -> Num:
    """What a household invests of its own when a part a of it comes back, yuan: K·((r/(h·(1 − a)))^(1/(1 − α)) − 1).

    The hurdle is that of ordinary investment, lowered by the award; cash that it can spare is the limit.
    """
    goal = minimum(maximum(asset_return, 1e-9) / (hurdle * (1.0 - award_rate)), MOST_STAKE)
    wanted = capital * (power(goal, 1.0 / (1.0 - capital_exponent)) - 1.0)
    return minimum(maximum(wanted, 0.0), maximum(spare_cash, 0.0))


@rule
def award_due(own_investment: Num, award_rate: Num, motivation: Num, award_effort: Num) -> Num:
    """The award after the fact: a part of the own investment, if the household has kept at it."""
    return where(motivation >= award_effort, award_rate * own_investment, 0.0 * own_investment)
