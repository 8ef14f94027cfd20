"""What may stand between a seeker and a vacancy: not hearing of it, lacking the skill, care at home, a hiring rule.

The first three are off by default (`labour.search_friction`, `labour.asked_skill`, `labour.carer_reach`); the last one
binds enterprises whose support depends on it (`enterprise.hire_share`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.person import LOCAL
from fupin.model.processes.staff import Staff, by_employer
from fupin.model.processes.support import supported
from fupin.model.rules.labour import (
    distance_to_town,
    heard_through_acquaintances,
    hears_of_vacancies,
    lacks_skill,
    too_far_for_a_carer,
)

if TYPE_CHECKING:
    from fupin.model.region import Region

HEARING = declare_stream("labour.hearing", "whether a job seeker hears of the county's vacancies in a quarter")
NO_LIMIT = 100.0  # km from which carers take any job

type Index = NDArray[np.int64]


def within_reach(region: Region, people: Index) -> NDArray[np.bool_] | None:
    """Mask of the seekers to whom the county's ordinary vacancies are open; None where nothing stands between.

    What turned the others away is counted for each county, one reason a seeker: unheard, unskilled, out of reach.
    """
    p = region.p
    if p.search_friction <= 0.0 and p.asked_skill <= 0.0 and p.carer_reach >= NO_LIMIT:
        return None
    h, county = region.rows("household"), region.rows("county")
    home = region.rows("person").household[people]
    left = np.ones(len(people), np.bool_)
    for column, turned in (
        ("unheard", unheard(region, people, home)),
        ("unskilled", unskilled(region, people)),
        ("out_of_reach", out_of_reach(region, people, home)),
    ):
        lost = left & turned
        where = h.county[home[lost]]
        region.table_of("county")[column] = np.bincount(where, h.weight[home[lost]], minlength=len(county))
        left &= ~turned
    return left


def unheard(region: Region, people: Index, home: Index) -> Any:
    """Seekers who hear of no vacancy this quarter, neither by the register nor through acquaintances at work."""
    h, p = region.rows("household"), region.p
    if p.search_friction <= 0.0:
        return np.zeros(len(people), np.bool_)
    told = acquaintances(region)[h.village[home]]
    chance = hears_of_vacancies(p.search_friction, h.job_known[home] * 1.0, told)
    return region.draws.uniform(HEARING, region.month, region.rows("person").uid[people]) >= chance


def acquaintances(region: Region) -> Any:
    """What neighbours who work in the county pass on, by village."""
    h, person, p = region.rows("household"), region.rows("person"), region.p
    n = len(region.rows("village"))
    local = (person.activity == LOCAL).nonzero()[0]
    workers = np.bincount(h.village, h.workers, minlength=n)
    at_work = np.bincount(h.village[person.household[local]], minlength=n)
    return heard_through_acquaintances(p.acquaintance_weight, at_work / np.maximum(workers, 1.0))


def unskilled(region: Region, people: Index) -> Any:
    """Seekers without the skill that ordinary employers ask for."""
    return lacks_skill(region.rows("person").skill[people], region.p.asked_skill)


def out_of_reach(region: Region, people: Index, home: Index) -> Any:
    """Seekers bound by care at home for whom the county's employers are too far."""
    h, v, person, p = region.rows("household"), region.rows("village"), region.rows("person"), region.p
    if p.carer_reach >= NO_LIMIT:
        return np.zeros(len(people), np.bool_)
    caring = h.care_burden[home] * np.where(person.female[people], 1.0, p.men_care_share)
    distance = distance_to_town(p.town_distance, v.remoteness[h.village[home]])
    return too_far_for_a_carer(caring, p.carer_burden, distance, p.carer_reach)


def room_for_others(region: Region, staff: Staff, free: Any) -> Any:
    """Free jobs of each enterprise that may go to households without a card: at most (1 − share) of its jobs in all."""
    e = region.rows("enterprise")
    others = by_employer(region, staff, ~supported(region, staff.home) * 1.0)
    most = np.maximum((1.0 - e.hire_share) * e.jobs - others, 0.0)
    return np.where(e.hire_share > 0.0, np.minimum(free, most), free)
