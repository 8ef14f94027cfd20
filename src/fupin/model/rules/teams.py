"""Work teams: time, load, how well they see, and what they tell (model section 2)."""

from __future__ import annotations

from fupin.model.rules.scales import SMALL
from fupin.model.rules.vocabulary import Num, clip, exp, maximum, minimum, rule

# time


@rule
def paperwork_share(paperwork: Num, paperwork_shift: Num) -> Num:
    """Share of days that go into forms, plans and inspections, with what instruments add or take away."""
    return clip(paperwork + paperwork_shift, 0.0, 1.0)


@rule
def free_days(team_members: Num, days_per_member: Num, paperwork: Num) -> Num:
    """Person-days a month left for households after paperwork and meetings."""
    return team_members * days_per_member * (1.0 - paperwork)


@rule
def days_at_work(free: Num, presence_shift: Num, days_shift: Num) -> Num:
    """Person-days a month in the village: the team's own as far as it is there, and those that others add."""
    return maximum(free * clip(1.0 + presence_shift, 0.0, 1.0) + days_shift, 0.0)


@rule
def days_for_help(free: Num, talk_share: Num, gift_share: Num) -> Num:
    """Person-days a month for knowing households and their projects: what neither talks nor gifts take."""
    return free * clip(1.0 - talk_share - gift_share, 0.0, 1.0)


@rule
def days_for_visits(free: Num, gift_share: Num) -> Num:
    """Person-days a month for visits that are more than the handing over of a gift."""
    return free * clip(1.0 - gift_share, 0.0, 1.0)


# what becomes of it


@rule
def team_load(households_in_charge: Num, free: Num) -> Num:
    """Households in charge per free person-day."""
    return households_in_charge / maximum(free, SMALL)


@rule
def skill_in_use(team_skill: Num, skill_shift: Num) -> Num:
    """Skill of a team with what courses and secretaries add, 0–1."""
    return clip(team_skill + skill_shift, 0.0, 1.0)


@rule
def team_accuracy(team_skill: Num, load: Num, load_half: Num, best_accuracy: Num) -> Num:
    """Share of the assessment error that a team removes: skill·best/(1 + load/half), so overload saturates."""
    return best_accuracy * team_skill / (1.0 + load / load_half)


@rule
def visits_per_household(free: Num, days_per_visit: Num, households_in_charge: Num, most_visits: Num) -> Num:
    """Visits that a household in charge receives a month."""
    return minimum(free / days_per_visit / maximum(households_in_charge, 1.0), most_visits)


@rule
def visits_that_count(visits: Num, talk_share: Num, talk_weight: Num) -> Num:
    """Visits in units of an ordinary one: a talk about what one could do oneself counts `talk_weight` times."""
    return visits * (1.0 + (talk_weight - 1.0) * talk_share)


@rule
def team_matching(team_skill: Num, visits: Num, matching_half: Num, matching_shift: Num) -> Num:
    """Share of what is on offer that a household in charge hears of: skill·visits/(visits + half), plus the shift."""
    return clip(team_skill * visits / (visits + matching_half) + matching_shift, 0.0, 1.0)


# what the village gets of it


@rule
def reach_of_neighbours(way: Num, reach_distance: Num) -> Num:
    """What of a team's work reaches a village to which it has a way: exp(−way/d0)."""
    return exp(-way / reach_distance)


@rule
def hears_of_offer(information_gap: Num, matching: Num) -> Num:
    """Chance that a household hears of an offer in time: 1 − gap·(1 − matching)."""
    return 1.0 - information_gap * (1.0 - matching)
