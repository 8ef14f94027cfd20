"""Work teams: time, load and how well they see (model section 2)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, maximum, minimum, rule


@rule
def free_days(team_members: Num, days_per_member: Num, paperwork: Num) -> Num:
    """Person-days a month left for households after paperwork and meetings."""
    return team_members * days_per_member * (1.0 - paperwork)


@rule
def team_load(households_in_charge: Num, free: Num) -> Num:
    """Households in charge per free person-day."""
    return households_in_charge / maximum(free, 0.1)


@rule
def team_accuracy(team_skill: Num, load: Num, load_half: Num, best_accuracy: Num) -> Num:
    """Share of the assessment error that a team removes: skill·best/(1 + load/half), so overload saturates."""
    return best_accuracy * team_skill / (1.0 + load / load_half)


@rule
def visits_per_household(free: Num, days_per_visit: Num, households_in_charge: Num, most_visits: Num) -> Num:
    """Visits that a household in charge receives a month."""
    return minimum(free / days_per_visit / maximum(households_in_charge, 1.0), most_visits)
