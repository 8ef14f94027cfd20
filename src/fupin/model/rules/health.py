"""Illness and its cost: hazards, lost capacity, layers of reimbursement, treatment forgone (rule 4)."""

from __future__ import annotations

from fupin.model.ages import OLD, VERY_OLD, WORK
from fupin.model.rules.vocabulary import Num, exp, maximum, minimum, rule, where


@rule
def illness_hazard(
    age: Num, chronic: Num, child_hazard: Num, adult_hazard: Num, elder_hazard: Num, chronic_multiple: Num
) -> Num:
    """Yearly hazard of a severe illness of one person; higher from 60 on and with a chronic disease."""
    base = where(age >= OLD, elder_hazard, where(age >= WORK, adult_hazard, child_hazard))
    return base * where(chronic, chronic_multiple, 1.0)


@rule
def falls_ill_below(illness_load: Num) -> Num:
    """Chance that some member falls severely ill this quarter: 1 − exp(−h/4) for the summed hazard h a year."""
    return 1.0 - exp(-0.25 * illness_load)


@rule
def falls_ill(illness_draw: Num, illness_load: Num) -> Num:
    """True if some member falls severely ill this quarter: the draw lies below the chance."""
    return illness_draw < falls_ill_below(illness_load)


@rule
def goes_to_hospital_below(members: Num, hospital_rate: Num) -> Num:
    """Chance that some member of a household goes to hospital this quarter for something that does not last."""
    return 1.0 - exp(-0.25 * hospital_rate * members)


@rule
def cost_of_illness(size_shock: Num, mean_cost: Num, cost_sd: Num) -> Num:
    """Lognormal cost of an episode with the given mean, yuan."""
    return mean_cost * exp(cost_sd * size_shock - 0.5 * cost_sd * cost_sd)


@rule
def outpatient_cost(members: Num, ill: Num, outpatient_per_head: Num, ill_multiple: Num) -> Num:
    """Cost of outpatient care and medicine of a household in a quarter, yuan, before reimbursement."""
    return 0.25 * outpatient_per_head * (members + (ill_multiple - 1.0) * ill)


@rule
def out_of_pocket(
    cost: Num, basic_reimbursement: Num, critical_reimbursement: Num, assistance_reimbursement: Num
) -> Num:
    """What the household must pay: cost · Π(1 − reimbursement of each layer)."""
    return cost * (1.0 - basic_reimbursement) * (1.0 - critical_reimbursement) * (1.0 - assistance_reimbursement)


@rule
def treatment_taken(due: Num, liquidity: Num) -> Num:
    """Share of treatment that can be paid from cash and credit, 0–1 (the rest is forgone)."""
    return minimum(1.0, maximum(liquidity, 0.0) / maximum(due, 1.0))


@rule
def lasting_loss(loss_draw: Num, loss_low: Num, loss_high: Num, taken: Num, untreated_multiple: Num) -> Num:
    """Share of the ill worker's capacity that is lost; larger where treatment was forgone."""
    loss = loss_low + (loss_high - loss_low) * loss_draw
    return minimum(loss * (1.0 + (untreated_multiple - 1.0) * (1.0 - taken)), 1.0)


@rule
def working_capacity(able: Num, age: Num, illness_loss: Num, elder_capacity: Num) -> Num:
    """Labour capacity of a person: 1 for a healthy worker, less when ill; elders to 80 help, others nothing."""
    base = where(able, 1.0, where(age >= OLD, where(age < VERY_OLD, elder_capacity, 0.0), 0.0))
    return base * (1.0 - illness_loss)
