"""Schooling: who drops out (rule 5)."""

from __future__ import annotations

from fupin.model.rules.scales import SURVEYED, THOUSAND
from fupin.model.rules.vocabulary import Num, clip, log, logistic, maximum, rule


@rule
def dropout_probability(
    dropout_constant: Num,
    income_per_head: Num,
    poverty_line: Num,
    aid: Num,
    health_shock: Num,
    school_distance: Num,
    dropout_income: Num,
    dropout_aid: Num,
    dropout_health: Num,
    dropout_distance: Num,
    school_quality: Num,
    dropout_quality: Num,
) -> Num:
    """Yearly probability that a pupil above primary school leaves.

    Logit that falls in log income per head (in poverty lines) and in aid (thousand yuan a year), rises with a severe
    illness at home and with the way to school, falls with what programmes add to the quality of the school.
    """
    return logistic(
        dropout_constant
        - dropout_income * log(maximum(income_per_head, SURVEYED) / poverty_line)
        - dropout_aid * aid / THOUSAND
        + dropout_health * health_shock
        + dropout_distance * school_distance
        - dropout_quality * school_quality
    )


@rule
def vocational_probability(vocational_share: Num, subsidy: Num, skill_weight: Num, most_vocational: Num) -> Num:
    """Probability that a pupil who goes on after junior high takes the vocational way; subsidy in 1,000 yuan."""
    return clip(vocational_share * (1.0 + skill_weight * subsidy), 0.0, most_vocational)
