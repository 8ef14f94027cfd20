"""Industry: how a product suits a place, how good it becomes, what it fetches, and when trees bear."""

from __future__ import annotations

from fupin.model.rules.scales import HUNDRED_KM
from fupin.model.rules.vocabulary import Num, clip, exp, log, logistic, maximum, minimum, power, rule


@rule
def quality_of_industry(
    place_fit: Num, project_skill: Num, skill_part: Num, industry_scale: Num, scale_half: Num
) -> Num:
    """Quality that a leading industry tends to, 0–1: fit · ((1 − w) + w·skill) · (1 + h)·scale/(h + scale)."""
    return (
        place_fit
        * ((1.0 - skill_part) + skill_part * project_skill)
        * (1.0 + scale_half)
        * industry_scale
        / (scale_half + industry_scale)
    )


@rule
def maturity(age_of_trees: Num, lag_of_trees: Num, ramp_of_trees: Num) -> Num:
    """Share of the full harvest: nothing before the lag, then up to all of it over the ramp."""
    return clip((age_of_trees - lag_of_trees) / ramp_of_trees, 0.0, 1.0)


@rule
def price_in_glut(sold_supply: Num, usual_demand: Num, glut_elasticity: Num, glut_floor: Num) -> Num:
    """Price index of a product: one up to what the market takes, then (supply/demand)^(−elasticity), to a floor."""
    return maximum(exp(-glut_elasticity * log(maximum(sold_supply / maximum(usual_demand, 1.0), 1.0))), glut_floor)


@rule
def part_sold(sold_supply: Num, usual_demand: Num) -> Num:
    """Part of the supply that buyers with a fixed demand take, 0–1."""
    return minimum(1.0, usual_demand / maximum(sold_supply, 1.0))


@rule
def net_city_price(city_premium: Num, industry_quality: Num, freight: Num, distance: Num) -> Num:
    """Premium of the city market at the farm gate, log: premium · quality less freight for the way, at least zero."""
    return maximum(city_premium * industry_quality - freight * distance / HUNDRED_KM, 0.0)


@rule
def project_survives(acting_goods: Num, survival_constant: Num, survival_weight: Num) -> Num:
    """Yearly chance that a village's project lives: logistic(b0 + b · number of the five goods that hold)."""
    return logistic(survival_constant + survival_weight * acting_goods)


@rule
def entry_of_operators(
    base_entry: Num,
    support_level: Num,
    support_effect: Num,
    idle_share: Num,
    workforce_effect: Num,
    credit_ease: Num,
) -> Num:
    """Yearly chance that an operator is imitated: e0 · support · credit · (1 + b · share of idle hands), at most one.

    Without support (level 0) nobody founds more than anyway: the result is the extra chance e0·e1·level·….
    """
    return minimum(
        base_entry * support_effect * support_level * credit_ease * (1.0 + workforce_effect * idle_share), 1.0
    )


@rule
def pieces_a_day(novice_pieces: Num, master_pieces: Num, practice: Num) -> Num:
    """Pieces that a hand makes in a day: from the beginner's to the master's number as practice grows."""
    return novice_pieces + (master_pieces - novice_pieces) * practice


@rule
def practised(practice: Num, days_practised: Num, practice_days: Num) -> Num:
    """Practice after some more days: the gap shrinks by exp(−days/scale), the learning curve of piece work."""
    return 1.0 - (1.0 - practice) * exp(-days_practised / practice_days)


@rule
def day_wage_at_base(base_low: Num, base_high: Num, skill: Num) -> Num:
    """Day wage at a base, yuan: low + (high − low) · skill; 80 + 120 · skill in the Baoding document."""
    return base_low + (base_high - base_low) * skill


@rule
def effort_under_award(
    motivation: Num, effort_floor: Num, award_rate: Num, award_response: Num, labour_exponent: Num
) -> Num:
    """Log shift of output by the effort that an award draws out: aL · ln(min(e·(1 + a)^η, 1)/e)."""
    effort = effort_floor + (1.0 - effort_floor) * motivation
    raised = minimum(effort * power(1.0 + award_rate, award_response), 1.0)
    return labour_exponent * log(raised / maximum(effort, 1e-6))
