"""Look-back: once, all files are reviewed with records and at village meetings; errors are struck off and added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.events import tell, tell_traced
from fupin.model.household import NEVER, REGISTERED
from fupin.model.processes.registry import enter, observe
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.exits import review_quality

if TYPE_CHECKING:
    from fupin.model.region import Region

FINDING = declare_stream("registry.look_back", "whether what a look-back found about a household is acted upon")


def look_back(region: Region) -> None:
    """Held in the month in which its switch turns on.

    A review takes part of the error out of each file, for good: what was checked stays on file, and later assessors
    begin from it. Records are compared with what was reported. A finding is acted upon with the probability that the
    file was reviewed well. Who is struck off was never rightly listed: no exit, no buffer. While counties have quotas
    the poorest on paper of those who were missed are listed as far as there is room: nationally 8.1 million were added
    where 9.3 million had been struck off (programme_totals.csv).
    """
    before = region.parameters.at(max(region.month - 1, region.first))
    if (
        region.month < region.start
        or not region.p.look_back_on
        or (before.look_back_on and region.month > region.start)
    ):
        return
    h, p = region.rows("household"), region.p
    quality = review_quality(accuracy_by_village(region), p.look_back_least)[h.village]
    h.reviewed = np.maximum(h.reviewed, quality)
    observe(region)
    acted = (region.draws.uniform(FINDING, region.month, h.uid) < quality) & (h.members > 0)
    rich = h.observed_income > p.look_back_margin * p.poverty_line
    wrong = ((h.registry == REGISTERED) & rich & acted).nonzero()[0]
    missed = ((h.registry != REGISTERED) & (h.observed_income < p.poverty_line) & acted).nonzero()[0]
    h.registry[wrong] = NEVER
    tell_traced(region, wrong, "回头看清退", "struck off in the look-back")
    missed = enter(region, missed)
    for row in range(len(region.rows("county"))):
        off, on = (float(h.weight[rows[h.county[rows] == row]].sum()) for rows in (wrong, missed))
        zh, en = (
            f"回头看：清退 {off:,.0f} 户，补录 {on:,.0f} 户",
            f"look-back: {off:,.0f} households struck off, {on:,.0f} added",
        )
        tell(region, "county", row, zh, en)
