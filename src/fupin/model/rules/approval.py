"""Approval of a household: visits, own benefit, fairness of the list, the cliff beside it (mechanisms M044, M045)."""

from __future__ import annotations

from fupin.model.rules.scales import SMALL, THOUSAND
from fupin.model.rules.vocabulary import Num, clip, log, logistic, maximum, rule


@rule
def cliff_felt(listed_benefit: Num, own_benefit: Num, observed_income: Num, poverty_line: Num, like_income: Num) -> Num:
    """Benefit that a household misses beside the listed of its village, 1,000 yuan a year.

    Felt in full at the poverty line and below, and not at all from `like_income` lines on.
    """
    likeness = clip((like_income - observed_income / poverty_line) / maximum(like_income - 1.0, SMALL), 0.0, 1.0)
    return maximum(listed_benefit - own_benefit, 0.0) / THOUSAND * likeness


@rule
def approval_target(
    visits: Num,
    own_benefit: Num,
    felt: Num,
    seen_accuracy: Num,
    struck_off: Num,
    approval_constant: Num,
    approval_visit: Num,
    approval_benefit: Num,
    approval_cliff: Num,
    approval_accuracy: Num,
    approval_false: Num,
) -> Num:
    """Approval towards which a household moves, 0–1."""
    return logistic(
        approval_constant
        + approval_visit * visits
        + approval_benefit * log(1.0 + maximum(own_benefit, 0.0) / THOUSAND)
        - approval_cliff * felt
        + approval_accuracy * (seen_accuracy - 0.5)
        - approval_false * struck_off
    )


@rule
def sense_of_gain(participation: Num, approval_voice: Num) -> Num:
    """What taking part in decisions adds to approval, utils: b·(participation − ½) (mechanism M272)."""
    return approval_voice * (participation - 0.5)
