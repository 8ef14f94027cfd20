"""Jobs away from home run short: who loses his first comes home and cannot go again until there are jobs for him.

Every worker keeps one place in the queue for jobs away, so that a shortage hits the same people for as long as it
lasts and a mild one hits a part of those whom a severe one hits. Nothing here happens while `shocks.away_jobs` is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.person import CARE, MIGRANT

if TYPE_CHECKING:
    from fupin.model.region import Region

PLACE = declare_stream("labour.away_jobs", "place of a worker in the queue for jobs away in a shortage, for life")
NO_JOB = -1e9  # utility of going where there is no job
QUARTER = 3  # months


def shut_out(region: Region, who: Any, share: float) -> Any:
    """Mask of the persons in some rows for whom there is no job away when there are jobs for a share."""
    return region.draws.uniform(PLACE, 0, region.rows("person").uid[who]) >= share


def shortage(region: Region) -> None:
    """Migrants without a job come home and look for other work; those whose chance returns think again."""
    now, path = region.p.away_jobs, region.parameters
    before = path.at(max(region.month - QUARTER, path.first)).away_jobs
    if now >= 1.0 and before >= 1.0:
        return
    person = region.rows("person")
    able = np.flatnonzero(person.able)
    out = shut_out(region, able, now)
    lost = able[out & (person.activity[able] == MIGRANT)]
    person.activity[lost] = CARE
    person.tenure[lost] = 0.0
    person.restless[lost] = True
    if before < now:
        person.restless[able[~out & shut_out(region, able, before)]] = True
