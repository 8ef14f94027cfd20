"""What may stand between a seeker and a vacancy: not hearing of it, lacking the skill, care at home, a hiring rule.

The first three are off by default (`labour.search_friction`, `labour.asked_skill`, `labour.carer_reach`); the last one
binds enterprises whose support depends on it (`enterprise.hire_share`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
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
        theirs = home[(left & turned).nonzero()[0]]
        region.table_of("county")[column] = np.bincount(h.county[theirs], h.weight[theirs], minlength=len(county))
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
    local = places_where(region, region.rows("person").activity == LOCAL)
    at_work, workers = villages_of(region, local)["persons"], workers_of_villages(region)["workers"]
    return heard_through_acquaintances(region.p.acquaintance_weight, at_work / np.maximum(workers, 1.0))


@rowwise("person")
def villages_of(region: Region, person: Any) -> ByGroup:
    """How many of some persons with a local job live in each village."""
    village = region.rows("household").village[person.household]
    return ByGroup({"persons": ("village", village, 1.0 * (person.activity == LOCAL))})


@rowwise("household")
def workers_of_villages(region: Region, h: Any) -> ByGroup:
    """Workers of the households of each village."""
    return ByGroup({"workers": ("village", h.village, h.workers)})


def unskilled(region: Region, people: Index) -> Any:
    """Seekers without the skill that ordinary employers ask for."""
    return lacks_skill(region.rows("person").skill[people], region.p.asked_skill)


def out_of_reach(region: Region, people: Index, home: Index) -> Any:
    """Seekers bound by care at home for whom the county's employers are too far."""
    h, v, person, p = region.rows("household"), region.rows("village"), region.rows("person"), region.p
    if p.carer_reach >= NO_LIMIT:
        return np.zeros(len(people), np.bool_)
    caring = h.care_burden[home] * np.where(person.female[people], 1.0, p.men_care_share)
    distance = distance_to_town(p.town_distance, v.remoteness[h.village[home]], p.distance_rise)
    return too_far_for_a_carer(caring, p.carer_burden, distance, p.carer_reach)


def room_for_others(region: Region, staff: Staff, free: Any) -> Any:
    """Free jobs of each enterprise that may go to households without a card: at most (1 − share) of its jobs in all."""
    e = region.rows("enterprise")
    others = by_employer(region, staff, ~supported(region, staff.home) * 1.0)
    most = np.maximum((1.0 - e.hire_share) * e.jobs - others, 0.0)
    return np.where(e.hire_share > 0.0, np.minimum(free, most), free)
