"""Work teams: their days, their load, how well they see, how often they call and what they tell. Monthly.

A village has a team of its own, or one of elsewhere is in charge of it (`village.team_in_charge`), or none: then its
own cadres do what they can. A row of a sample stands for many teams; what it does in a village of another weight
counts in population units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.rules.teams import (
    days_at_work,
    days_for_help,
    days_for_visits,
    free_days,
    hears_of_offer,
    paperwork_share,
    skill_in_use,
    team_accuracy,
    team_load,
    team_matching,
    visits_per_household,
    visits_that_count,
)
from fupin.model.rules.vocabulary import clip
from fupin.model.shared_lists import supported_rows

if TYPE_CHECKING:
    from fupin.model.region import Region

type Floats = NDArray[np.float64]


def team_month(region: Region) -> None:
    """Days left after paperwork are spread over the households in charge that are listed or in the buffer."""
    h = region.rows("household")
    if not len(region.rows("workteam")):
        return
    n = len(region.rows("village"))
    listed = supported_rows(region)
    place = h.village[listed]
    contacts = work_and_visit(region, charge=households_in_charge(region, np.bincount(place, minlength=n)))
    h.visits = 0.0
    h.visits[listed] = by_village(region, contacts, np.zeros(n))[place]


@rowwise("workteam")
def work_and_visit(region: Region, team: Any, charge: Any) -> Any:
    """The month of each team; what its visits to a household in charge count for."""
    work(team, charge, region.p)
    return visits_that_count(team.visits, team.talk_share, region.p.talk_weight)


def households_in_charge(region: Region, listed: NDArray[np.int64]) -> Floats:
    """Households that each team has in charge, from those listed in each village.

    A team has its own village, as many of it as one such team serves, and its part of the villages lent to it. Without
    rationing it has time for each household as if it were the only one.
    """
    team, v = region.rows("workteam"), region.rows("village")
    if not region.markets_on:
        return np.ones(len(team))
    charge: Floats = listed[team.village] * (v.weight[team.village] / team.weight)
    lent = (v.team_in_charge >= 0).nonzero()[0]
    if len(lent):
        in_charge = v.team_in_charge[lent]
        charge[v.team_in_charge[team.village] >= 0] = 0.0
        charge += np.bincount(in_charge, v.weight[lent] * listed[lent], minlength=len(team)) / team.weight
    return charge


def work(team: Any, charge: Any, p: Any) -> None:
    """Days, load, accuracy, project fit, visits and matching for the households in charge. Elementwise."""
    paperwork = paperwork_share(team.paperwork, team.paperwork_shift)
    free = free_days(team.members, p.days_per_member, paperwork)
    team.days = days_at_work(free, team.presence_shift, team.days_shift)
    skill = skill_in_use(team.skill, team.skill_shift)
    team.load = team_load(charge, days_for_help(team.days, team.talk_share, team.gift_share))
    team.accuracy = team_accuracy(skill, team.load, p.load_half, p.best_accuracy)
    project_skill = skill_in_use(skill, team.fit_shift)
    team.project_fit = team_accuracy(project_skill, team.load, p.load_half, p.best_accuracy)
    days = days_for_visits(team.days, team.gift_share)
    team.visits = visits_per_household(days, p.days_per_visit, charge, p.most_visits)
    team.matching = team_matching(project_skill, team.visits, p.matching_half, team.matching_shift)


def by_village(region: Region, quality: Floats, least: Floats) -> Floats:
    """What a team does, by village: its own team, the one in charge as far as it reaches, or the least."""
    team, v = region.rows("workteam"), region.rows("village")
    found = least.copy()
    own = team.village
    found[own] = np.maximum(quality, least[own])
    lent = (v.team_in_charge >= 0).nonzero()[0]
    if len(lent):
        found[lent] = np.maximum(quality[v.team_in_charge[lent]] * v.team_reach[lent], least[lent])
    return found


def of_village_cadres(region: Region) -> Floats:
    """What the cadres of each village see by themselves."""
    return np.asarray(clip(region.p.village_accuracy + region.rows("village").cadre_shift, 0.0, 1.0))


def accuracy_by_village(region: Region) -> Floats:
    """Share of the assessment error removed in each village: by its team, or by village cadres alone."""
    return by_village(region, region.rows("workteam").accuracy, of_village_cadres(region))


def fit_by_village(region: Region) -> Floats:
    """How well projects are fitted to households in each village."""
    return by_village(region, region.rows("workteam").project_fit, of_village_cadres(region))


def matching_by_village(region: Region) -> Floats:
    """Share of what is on offer that the households of each village hear of."""
    return by_village(region, region.rows("workteam").matching, np.zeros(len(region.rows("village"))))


def heard_of(region: Region, rows: NDArray[np.int64]) -> Floats:
    """Chance that some households hear of an offer in time: all of it, unless the gap of information is set."""
    return np.asarray(heard_in_villages(region)[region.rows("household").village[rows]])


def heard_in_villages(region: Region) -> Floats:
    """The same by village."""
    return np.asarray(hears_of_offer(region.p.information_gap, matching_by_village(region)))
