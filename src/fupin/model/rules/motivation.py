"""Motivation and aspiration (rule 9)."""

from __future__ import annotations

from fupin.model.rules.scales import SEEN_GROWTH
from fupin.model.rules.vocabulary import Num, clip, maximum, rule


@rule
def renewed_motivation(
    motivation: Num,
    motivation_base: Num,
    growth: Num,
    aspiration: Num,
    norm: Num,
    visits: Num,
    dependence: Num,
    success_weight: Num,
    norm_weight: Num,
    visit_weight: Num,
    dependence_weight: Num,
    return_weight: Num,
) -> Num:
    """Motivation after a quarter; weights are yearly rates (model section 4, rule 9).

    m' = clip(m + λg·(growth − aspiration) + λn·(norm − m) + λv·visits·(1 − m) − λd·dependence − λ0·(m − m0), 0, 1).
    """
    change = (
        success_weight * (growth - aspiration)
        + norm_weight * (norm - motivation)
        + visit_weight * visits * (1.0 - motivation)
        - dependence_weight * dependence
        - return_weight * (motivation - motivation_base)
    )
    return clip(motivation + 0.25 * change, 0.0, 1.0)


@rule
def dependence_on_transfers(transfers: Num, income: Num, subsistence_year: Num, tolerated_share: Num) -> Num:
    """Share of transfers in income above what is tolerated: max(0, transfers/max(Y, c_sub·n) − τ)."""
    return maximum(transfers / maximum(maximum(income, subsistence_year), 1.0) - tolerated_share, 0.0)


@rule
def unearned_in_a_year(programme_income: Num, programme_income_before: Num) -> Num:
    """What programmes pay in a year, as a household sees it: last year's sum, or this year's once that is larger.

    Compared with a year's income and pay; the sum of the months since January would grow with the season.
    """
    return maximum(programme_income, programme_income_before)


@rule
def renewed_aspiration(
    aspiration: Num, growth: Num, village_growth: Num, aspiration_speed: Num, own_weight: Num
) -> Num:
    """Aspired growth follows own and neighbours' growth."""
    own = clip(growth, -SEEN_GROWTH, SEEN_GROWTH)
    theirs = clip(village_growth, -SEEN_GROWTH, SEEN_GROWTH)
    seen = own_weight * own + (1.0 - own_weight) * theirs
    return aspiration + aspiration_speed * (seen - aspiration)
