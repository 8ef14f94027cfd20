"""Named cadres: each listed household has one who is responsible for it until it leaves the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.events import tell_traced
from fupin.model.household import REGISTERED
from fupin.model.rules.teams import visits_per_household

if TYPE_CHECKING:
    from fupin.model.region import Region


def duty_links(region: Region) -> None:
    """Every month: links end at exit and only then, the newly listed get a cadre, cadres call beside the team."""
    h, p = region.rows("household"), region.p
    if region.month < region.start or not p.links_on:
        return
    gone = np.flatnonzero((h.cadre >= 0) & (h.registry != REGISTERED))
    h.cadre[gone] = -1
    linked = np.flatnonzero((h.registry == REGISTERED) & (h.members > 0))
    new = linked[h.cadre[linked] < 0]
    held = np.bincount(h.village[h.cadre >= 0], minlength=len(region.rows("village")))
    h.cadre[new] = name_cadres(h.village[new], held, p.cadre_households)
    tell_traced(region, gone, "脱贫，与帮扶责任人脱钩", "the link to the named cadre ends with exit")
    tell_traced(region, new, "落实帮扶责任人", "a cadre is named for the household")
    team = region.rows("workteam")
    by_team = np.zeros(len(region.rows("village")))
    by_team[team.village] = team.visits
    h.visits[linked] = np.minimum(by_team[h.village[linked]] + cadre_visits(p), p.most_visits)


def name_cadres(village: Any, held: Any, households_each: float) -> Any:
    """Number, within the village, of the cadre of each newly listed household: the next one when the last is full.

    `held` is how many households of each village have a cadre already.
    """
    first = np.searchsorted(village, village)  # households stand in the order of their villages
    place = held[village] + np.arange(len(village)) - first
    return (place // max(households_each, 1.0)).astype(np.int64)


def cadre_visits(p: Any) -> float:
    """Visits a month that a household gets from its cadre: days over households in charge and days a visit takes."""
    return float(visits_per_household(p.cadre_days, p.days_per_visit, p.cadre_households, p.most_visits))
