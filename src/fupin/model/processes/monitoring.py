"""Monitoring and early warning: households in trouble are noticed each quarter and listed within the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.events import tell_traced
from fupin.model.household import REGISTERED
from fupin.model.processes.registry import allowance, enter, observe_some
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.exits import review_quality

if TYPE_CHECKING:
    from fupin.model.region import Region

type Mask = NDArray[np.bool_]

NOTICE = declare_stream("monitoring.notice", "whether a household in trouble is noticed in a quarter")


def monitoring(region: Region) -> None:
    """At the end of a quarter warnings are given; when the lag is over, those that prove poor are listed."""
    if region.month < region.start or not region.p.monitoring_on:
        return
    register_warned(region)
    if region.calendar_month % 3 == 0:
        warn(region)


def shocked(region: Region) -> Mask:
    """A shock that shows from outside: a hospital bill or a fall of income, large against the year before."""
    h, p = region.rows("household"), region.p
    income = np.maximum(h.income_year, 0.0)
    before = np.maximum(h.income_before, 1.0)
    return np.asarray((h.health_spending > p.shock_share * income) | (h.income_year < (1.0 - p.drop_share) * before))


def warn(region: Region) -> None:
    """Households off the list with a low income on file or a shock, near enough to poverty, may be noticed."""
    h, p = region.rows("household"), region.p
    free = (h.registry != REGISTERED) & (h.members > 0) & (h.alert_month < 0)
    low = h.observed_income < p.watch_line * p.poverty_line
    rows = (free & (low | shocked(region))).nonzero()[0]
    noticed = rows[region.draws.uniform(NOTICE, region.month, h.uid[rows]) < p.monitoring_reach]
    h.alert_month[noticed] = region.month
    tell_traced(region, noticed, "返贫致贫预警", "warning of poverty")


def register_warned(region: Region) -> None:
    """Warned households are visited again after the lag: poor ones are listed, the other warnings are closed.

    Every visit takes another part of the error out of the file: without that, the unlucky would be listed by the number
    of times that they are looked at.
    """
    h, p = region.rows("household"), region.p
    warned = (h.alert_month >= 0).nonzero()[0]
    over = region.month - h.alert_month[warned] >= p.registration_lag
    due = warned[over & (h.registry[warned] != REGISTERED)]
    if len(due):
        quality = review_quality(accuracy_by_village(region)[h.village[due]], p.look_back_least)
        h.reviewed[due] = 1.0 - (1.0 - h.reviewed[due]) * (1.0 - quality)
        observe_some(region, due)
        visited = Rows(h.table, due)
        poor = (visited.observed_income + allowance(visited) < p.poverty_line) & (visited.members > 0)
        h.alert_month[due] = -1
        due = due[poor]
    enter(region, due)
