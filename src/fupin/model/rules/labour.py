"""Labour allocation: what each kind of work is worth to a worker, and the choice (rule 3).

Utility is in logit units: weight on log earnings, tastes (one keyed Gumbel per worker and alternative, which persist),
and a cost of switching. Earnings are yuan a year for the worker's own pay factor.
"""

from __future__ import annotations

from fupin.model.rules.scales import DECADE, PRIME, SMALL_PAY
from fupin.model.rules.vocabulary import Num, both, exp, log, maximum, rule, where


@rule
def stay_bonus(activity: Num, option: Num, switching_cost: Num) -> Num:
    """Minus the cost of switching unless the worker already does this."""
    return where(activity == option, 0.0 * switching_cost, -switching_cost)


@rule
def at_home_or_site(location: Num, at_home: Num, at_site: Num) -> Num:
    """What holds where the household lives: the village's value, or the site's after a move (location 1)."""
    return where(location == 1, at_site, at_home)


@rule
def worth_of_own_work(home_return: Num, capacity: Num, earnings_weight: Num, own_constant: Num, taste_own: Num) -> Num:
    """Utility of work in the family farm or business."""
    return earnings_weight * log(maximum(home_return * capacity, SMALL_PAY)) + own_constant + taste_own


@rule
def worth_of_local_job(
    local_wage: Num,
    wage_level: Num,
    pay: Num,
    remoteness: Num,
    earnings_weight: Num,
    local_constant: Num,
    commuting_cost: Num,
    taste_local: Num,
) -> Num:
    """Utility of a wage job in the county, net of the way there; `pay` is pay factor times capacity."""
    return (
        earnings_weight * log(maximum(local_wage * exp(wage_level) * pay, SMALL_PAY))
        + local_constant
        - commuting_cost * remoteness
        + taste_local
    )


@rule
def worth_of_migration(
    migrant_wage: Num,
    living_share: Num,
    pay: Num,
    network: Num,
    age: Num,
    caring: Num,
    ill_at_home: Num,
    skill: Num,
    road: Num,
    earnings_weight: Num,
    migration_constant: Num,
    network_weight: Num,
    age_weight: Num,
    care_weight: Num,
    illness_weight: Num,
    skill_weight: Num,
    road_weight: Num,
    taste_migrant: Num,
) -> Num:
    """Utility of working away: wage net of living cost, village network, age above 30, care and illness at home."""
    return (
        earnings_weight * log(maximum(migrant_wage * (1.0 - living_share) * pay, SMALL_PAY))
        + migration_constant
        + network_weight * network
        - age_weight * maximum(age - PRIME, 0.0) / DECADE
        - care_weight * caring
        - illness_weight * ill_at_home
        + skill_weight * skill
        + road_weight * road
        + taste_migrant
    )


@rule
def worth_of_post(
    post_wage: Num,
    home_return: Num,
    capacity: Num,
    earnings_weight: Num,
    post_constant: Num,
    post_spare: Num,
    taste_post: Num,
) -> Num:
    """Utility of a public post in the village: its pay and what the time that it leaves earns at home."""
    return (
        earnings_weight * log(maximum(post_wage + post_spare * home_return * capacity, SMALL_PAY))
        + post_constant
        + taste_post
    )


@rule
def worth_of_staying_home(
    idle_value: Num,
    unearned: Num,
    caring: Num,
    earnings_weight: Num,
    care_constant: Num,
    care_weight: Num,
    taste_care: Num,
) -> Num:
    """Utility of care or leisure: rises with care needed at home and with income that comes without work."""
    return (
        earnings_weight * log(maximum(idle_value + unearned, SMALL_PAY))
        + care_constant
        + care_weight * caring
        + taste_care
    )


@rule
def hears_of_vacancies(search_friction: Num, job_known: Num, through_neighbours: Num) -> Num:
    """Chance that a seeker hears of the county's vacancies in a quarter: 1 − friction, made up for by register and
    acquaintances: 1 − f·(1 − known)·(1 − heard through neighbours)."""
    return 1.0 - search_friction * (1.0 - job_known) * (1.0 - through_neighbours)


@rule
def heard_through_acquaintances(acquaintance_weight: Num, neighbours_employed: Num) -> Num:
    """Share of what is not public that neighbours at work pass on: 1 − exp(−weight · share of workers employed)."""
    return 1.0 - exp(-acquaintance_weight * neighbours_employed)


@rule
def distance_to_town(town_distance: Num, remoteness: Num, distance_rise: Num) -> Num:
    """Way to the county's employers, km: d·exp(r·remoteness)."""
    return town_distance * exp(distance_rise * remoteness)


@rule
def too_far_for_a_carer(caring: Num, carer_burden: Num, distance: Num, carer_reach: Num) -> Num:
    """True for a worker bound by care at home for whom the job lies beyond reach."""
    return both(caring >= carer_burden, distance > carer_reach)


@rule
def lacks_skill(skill: Num, asked_skill: Num) -> Num:
    """True for a worker with less skill than the post asks for."""
    return skill < asked_skill


@rule
def best_of_three(own: Num, migrant: Num, care: Num) -> Num:
    """Code of the best alternative that needs no vacancy (0 own, 2 migrant, 4 care; ties to the first)."""
    best = where(migrant > own, 2.0, 0.0)
    top = maximum(own, migrant)
    return where(care > top, 4.0, best)


@rule
def wants_local_job(own: Num, local: Num, migrant: Num, care: Num) -> Num:
    """True where a local job beats every other alternative."""
    return local > maximum(maximum(own, migrant), care)
