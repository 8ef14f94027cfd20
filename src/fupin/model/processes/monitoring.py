"""Monitoring and early warning: households in trouble are noticed each quarter and listed within the year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.events import tell_traced
from fupin.model.household import REGISTERED
from fupin.model.processes.registry import allowance, enter, observe_some
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.exits import review_quality

if TYPE_CHECKING:
    from fupin.model.region import Region

NOTICE = declare_stream("monitoring.notice", "whether a household in trouble is noticed in a quarter")


def monitoring(region: Region) -> None:
    """At the end of a quarter warnings are given; when the lag is over, those that prove poor are listed."""
    if region.month < region.start or not region.p.monitoring_on:
        return
    register_warned(region)
    if region.calendar_month % 3 == 0:
        warn(region)


def shocked(h: Any, p: Any) -> Any:
    """A shock that shows from outside: a hospital bill or a fall of income, large against the year before."""
    income = np.maximum(h.income_year, 0.0)
    before = np.maximum(h.income_before, 1.0)
    return (h.health_spending > p.shock_share * income) | (h.income_year < (1.0 - p.drop_share) * before)


@among("household")
def in_trouble(region: Region, h: Any) -> Any:
    """Households off the list, and not warned of, with a low income on file or a shock.

    Nobody warns of those whom the cadres have struck off on paper: an audit or an assessor has to find them.
    """
    p, free = region.p, (h.registry != REGISTERED) & (h.members > 0) & (h.alert_month < 0) & ~h.ungrounded
    return free & ((h.observed_income < p.watch_line * p.poverty_line) | shocked(h, p))


@among("household")
def noticed(region: Region, h: Any) -> Any:
    """Who is noticed this quarter."""
    return region.draws.uniform(NOTICE, region.month, h.uid) < region.p.monitoring_reach


def warned(h: Any) -> Any:
    """Of whom somebody has warned."""
    return h.alert_month >= 0


@among("household", warned)
def to_be_visited(region: Region, h: Any) -> Any:
    """Warned households off the list for which the lag is over."""
    return (region.month - h.alert_month >= region.p.registration_lag) & (h.registry != REGISTERED)


def warn(region: Region) -> None:
    """Households off the list with a low income on file or a shock, near enough to poverty, may be noticed."""
    rows = noticed(region, in_trouble(region))
    region.rows("household").alert_month[rows] = region.month
    tell_traced(region, rows, "返贫致贫预警", "warning of poverty")


def register_warned(region: Region) -> None:
    """Warned households are visited again after the lag: poor ones are listed, the other warnings are closed.

    Every visit takes another part of the error out of the file: without that, the unlucky would be listed by the number
    of times that they are looked at.
    """
    h, p = region.rows("household"), region.p
    due = to_be_visited(region)
    if len(due):
        quality = review_quality(accuracy_by_village(region)[h.village[due]], p.look_back_least)
        h.reviewed[due] = 1.0 - (1.0 - h.reviewed[due]) * (1.0 - quality)
        observe_some(region, due)
        visited = Rows(h.table, due)
        poor = (visited.observed_income + allowance(visited) < p.poverty_line) & (visited.members > 0)
        h.alert_month[due] = -1
        due = due[poor]
    enter(region, due)
