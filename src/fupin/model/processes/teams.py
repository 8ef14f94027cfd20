"""Work teams: their days, their load, how well they see and how often they call. Monthly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.processes.support import supported
from fupin.model.rules.teams import free_days, team_accuracy, team_load, visits_per_household

if TYPE_CHECKING:
    from fupin.model.region import Region


def team_month(region: Region) -> None:
    """Days left after paperwork are spread over the households of the village that are listed or in the buffer."""
    team, h, p = region.rows("workteam"), region.rows("household"), region.p
    if not len(team):
        return
    n = len(region.rows("village"))
    listed = np.flatnonzero(supported(region))
    place = h.village[listed]
    charge = np.bincount(place, minlength=n)[team.village]
    work(team, households_in_charge(region, charge, team.villages), p)
    by_village = np.zeros(n)
    by_village[team.village] = team.visits
    h.visits = 0.0
    h.visits[listed] = by_village[place]


def households_in_charge(region: Region, listed: Any, villages: Any) -> Any:
    """Registered households of its villages; without rationing a team has time for each as if it were the only one."""
    return listed * villages if region.markets_on else 0.0 * listed + 1.0


def work(team: Any, charge: Any, p: Any) -> None:
    """Days, load, accuracy and visits for the number of households in charge. Elementwise."""
    team.days = free_days(team.members, p.days_per_member, team.paperwork)
    team.load = team_load(charge, team.days)
    team.accuracy = team_accuracy(team.skill, team.load, p.load_half, p.best_accuracy)
    team.visits = visits_per_household(team.days, p.days_per_visit, charge, p.most_visits)


def accuracy_by_village(region: Region) -> np.ndarray:
    """Share of the assessment error removed in each village: by its team, or by village cadres alone."""
    team = region.rows("workteam")
    accuracy = np.full(len(region.rows("village")), region.p.village_accuracy)
    accuracy[team.village] = np.maximum(team.accuracy, region.p.village_accuracy)
    return accuracy
