"""Transfers with a holder and a reason, yuan a quarter."""

from __future__ import annotations

from fupin.model.rules.normal import standard_normal
from fupin.model.rules.scales import LEAST_CHANCE
from fupin.model.rules.vocabulary import Num, maximum, rule, sqrt


@rule
def basic_pension(elders: Num, pension_per_elder: Num) -> Num:
    """Basic rural pension of members aged 60 and over."""
    return 0.25 * elders * pension_per_elder


@rule
def formal_pension_paid(formal_pension: Num, formal_index: Num) -> Num:
    """Retirement pay of former employees: base-year amount times an index."""
    return 0.25 * formal_pension * formal_index


@rule
def draws_retirement_pay(ability: Num, retirement_score: Num, retired_share: Num, retired_ability: Num) -> Num:
    """True for a worker who was an employee: ρ·ability + √(1 − ρ²)·z lies in the upper tail of the share s."""
    score = retired_ability * ability + sqrt(1.0 - retired_ability * retired_ability) * retirement_score
    return score > -standard_normal(maximum(retired_share, LEAST_CHANCE))


@rule
def support_from_children(absent_support: Num, support_per_elder: Num, elders: Num) -> Num:
    """Money from children who live apart."""
    return 0.25 * absent_support * support_per_elder * elders


@rule
def farm_subsidy(land: Num, subsidy_per_mu: Num) -> Num:
    """Subsidies per mu of contracted land."""
    return 0.25 * land * subsidy_per_mu


@rule
def deposit_interest(savings: Num, deposit_rate: Num) -> Num:
    """Interest on savings; the rate is a quarter's."""
    return deposit_rate * maximum(savings, 0.0)


@rule
def allowance(gap_per_head: Num, dibao_persons: Num, smallest_allowance: Num) -> Num:
    """Monthly minimum living allowance: the gap between standard and counted income, with a floor per person."""
    return dibao_persons * maximum(gap_per_head, smallest_allowance) / 12.0
