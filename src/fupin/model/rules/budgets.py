"""Budgets: how much of the year's money a county gets, when, for what, and how much of it can be used."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, both, either, exp, maximum, minimum, power, rule, where


@rule
def poor_county_weight(poor_county: Num, equal_per_person: Num, poor_factor: Num) -> Num:
    """Weight of a poor person in a poor county: `poor_factor` until the equal rule, the same as elsewhere under it."""
    return where(both(poor_county, equal_per_person < 0.5), poor_factor, 1.0)


@rule
def deep_poverty_weight(deep_persons: Num, deep_factor: Num) -> Num:
    """1 + (f − 1)·share of the county's registered persons who live in deeply poor villages."""
    return 1.0 + (deep_factor - 1.0) * deep_persons


@rule
def hard_region_weight(hard_share: Num, hard_extra: Num) -> Num:
    """1 + w·share of the county's registered persons who live in mountain villages."""
    return 1.0 + hard_extra * hard_share


@rule
def exit_year_weight(applying: Num, exit_tilt: Num) -> Num:
    """1 + tilt for a county that applies for exit this year; the others pay for it, because the sum is given."""
    return where(applying, 1.0 + exit_tilt, 1.0)


@rule
def performance_weight(participation: Num, lasting_share: Num, performance_link: Num) -> Num:
    """1 − l + l·(participation + exits that still stand): 1 where both are one half, or without a link."""
    return 1.0 - performance_link + performance_link * (participation + lasting_share)


@rule
def matching_due(province_funds: Num, matching_ratio: Num) -> Num:
    """What city and county together are to add to the provincial allocation, yuan."""
    return matching_ratio * province_funds


@rule
def matching_paid(matching_wanted: Num, own_funds: Num, own_extra: Num) -> Num:
    """What the county adds: what is wanted of it, as far as its own money reaches; `own_extra` stretches that."""
    return minimum(matching_wanted, maximum(own_funds, 0.0) * (1.0 + own_extra))


@rule
def grown_revenue(first_revenue: Num, revenue_growth: Num, years_since: Num) -> Num:
    """Own revenue of a county: R·(1 + g)^t; a weak economy has a low g."""
    return first_revenue * power(1.0 + revenue_growth, years_since)


@rule
def integrated_share(poor_county: Num, integrated_poor: Num, integrated_other: Num, local_lines: Num) -> Num:
    """Part of the sector money that a county may pool: all lines in poor counties, the lines of province and city
    (`local_lines` of all) in the others."""
    return where(poor_county, integrated_poor, integrated_other * local_lines)


@rule
def usable_at_once(new_budget: Num, absorption: Num) -> Num:
    """Part of a new budget that projects can take up within its year; the rest waits for the next."""
    return absorption * new_budget


@rule
def carried_over(unspent: Num, returned_share: Num) -> Num:
    """What a county keeps of the money that it has not spent by the end of the year."""
    return (1.0 - returned_share) * unspent


@rule
def part_met(plan_money: Num, plan_asked: Num) -> Num:
    """Part of what the programmes of a county ask together that its money covers: the same for each of them."""
    return minimum(1.0, maximum(plan_money, 0.0) / maximum(plan_asked, 1e-9))


@rule
def approval_wait(approval_steps: Num, step_months: Num) -> Num:
    """Months from the allocation to money that may be spent: steps of approval times months a step."""
    return approval_steps * step_months


@rule
def fast_lane_wait(waiting_months: Num, fast_lane: Num) -> Num:
    """Months that are left of a wait when poverty projects have a lane of their own."""
    return waiting_months * (1.0 - fast_lane)


@rule
def implementation_rate(condition_met: Num, conditions: Num) -> Num:
    """q^n: chance that all n preconditions of a policy are met where each is met with chance q."""
    return power(condition_met, conditions)


@rule
def donor_preference(hard_share: Num, donor_ease: Num) -> Num:
    """Donors choose what is easily reached: exp(−e·share of poor persons in the mountains)."""
    return exp(-donor_ease * hard_share)


@rule
def paired_transfer(paired_amount: Num, donor_growth: Num, years_since: Num) -> Num:
    """What a paired county sends in a year, yuan: it grows with the donor's revenue."""
    return paired_amount * power(1.0 + donor_growth, years_since)


@rule
def debt_service(policy_debt: Num, policy_rate: Num, policy_years: Num) -> Num:
    """Yearly interest and repayment of what a county owes policy banks: D·(r + 1/T)."""
    return policy_debt * (policy_rate + 1.0 / policy_years)


@rule
def growth_money(special_funds: Num, growth_share: Num) -> Num:
    """Part of the special funds that goes to the county's enterprises instead of households and villages."""
    return growth_share * special_funds


@rule
def land_tests_passed(
    plan_draw: Num, swap_draw: Num, balance_draw: Num, plan_pass: Num, swap_pass: Num, balance_pass: Num, favoured: Num
) -> Num:
    """True for a site that is in the land-use plan, can be swapped for land given back, and for which farmland is made
    elsewhere. Poverty projects that are `favoured` need no swap."""
    swapped = either(favoured, swap_draw < swap_pass)
    return both(both(plan_draw < plan_pass, swapped), balance_draw < balance_pass)


@rule
def still_applies(refused_share: Num, discouragement: Num) -> Num:
    """Chance that a county asks for land again after refusals: exp(−d·share of its applications refused so far)."""
    return exp(-discouragement * refused_share)
