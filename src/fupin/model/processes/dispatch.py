"""The timetable of exit counted back from the deadline, and the monthly dispatch of the counties whose turn it is."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.county import IDLE, OUT
from fupin.model.draws import declare_stream
from fupin.model.events import tell
from fupin.model.processes.village_exit import incidence_by

if TYPE_CHECKING:
    from fupin.model.region import Region

type Site = tuple[int, int, float]  # village row, month when ready, gain in coverage

SLIPS = declare_stream("dispatch.slips", "whether works that are due in a month slip to the next")


def dispatch(region: Region) -> None:
    """Every month, before the instruments: in January the timetable, then who is under dispatch."""
    p = region.p
    if region.month < region.start or not (p.timetable_on or p.dispatch_on):
        return
    if p.timetable_on and region.calendar_month == 1:
        set_timetable(region)
    set_dispatch(region)


def set_timetable(region: Region) -> None:
    """Poor counties that are not out and have no year yet get one, spread evenly up to the deadline.

    The lowest recorded incidence first; a county that has missed its year is due again this year.
    """
    c = region.rows("county")
    left = (c.poor_county & (c.exit_stage != OUT)).nonzero()[0]
    c.exit_year[left[(c.exit_year[left] >= 0) & (c.exit_year[left] < region.year)]] = region.year
    waiting = left[c.exit_year[left] < 0]
    if not len(waiting):
        return
    order = waiting[np.lexsort((c.uid[waiting], incidence_by(region, "county")[waiting]))]
    c.exit_year[order] = region.year + turns(region, len(order))
    for row in order.tolist():
        year = int(c.exit_year[row])
        tell(region, "county", row, f"时间表：计划 {year} 年申请退出", f"timetable: to apply for exit in {year}")


def turns(region: Region, counties: int) -> NDArray[np.int64]:
    """Years that each of the counties in their order has to wait: spread evenly up to the deadline.

    Where the city has fixed how many are to leave this year (`planned_counties`), the others share the later years.
    """
    p, c = region.p, region.rows("county")
    years = max(int(p.county_deadline) - region.year + 1, 1)
    if p.planned_counties <= 0.0 or years <= 1:
        return np.arange(counties) * years // max(counties, 1)
    now = min(round(p.planned_counties * int(c.poor_county.sum())), counties)
    later = 1 + np.arange(counties - now) * (years - 1) // max(counties - now, 1)
    return np.concatenate([np.zeros(now, np.int64), later])


def applying(region: Region) -> NDArray[np.bool_]:
    """Counties to which this year's resources may be tilted: those that apply or are to apply this year (M036)."""
    c = region.rows("county")
    due = (c.exit_year == region.year) | ((c.applied_month >= 12 * region.year) & (c.exit_stage > IDLE))
    return np.asarray(c.poor_county & (c.exit_stage != OUT) & due)


def set_dispatch(region: Region) -> None:
    """Counties that are to leave this year report each month; their teams pay for it in days."""
    c, team, p = region.rows("county"), region.rows("workteam"), region.p
    now = applying(region) if p.dispatch_on else np.zeros(len(c), np.bool_)
    for row in (now != c.dispatched).nonzero()[0].tolist():
        here = (region.rows("village").county[team.village] == row).nonzero()[0]
        change = p.dispatch_paperwork if now[row] else -p.dispatch_paperwork
        team.paperwork[here] = np.clip(team.paperwork[here] + change, 0.0, 1.0)
        zh, en = ("开始每月调度", "monthly dispatch begins") if now[row] else ("每月调度结束", "monthly dispatch ends")
        tell(region, "county", row, zh, en)
    c.dispatched = now


def put_off(region: Region, sites: list[Site], works: str) -> list[Site]:
    """Works that are due and not ready slip to the next month: fewer where progress is dispatched monthly (M037)."""
    v, p = region.rows("village"), region.p
    if p.slippage <= 0.0 and p.slippage_dispatched <= 0.0:
        return sites
    rows = np.array([village for village, _, _ in sites])
    chance = np.where(region.rows("county").dispatched[v.county[rows]], p.slippage_dispatched, p.slippage)
    key = zlib.crc32(f"{works} {region.month}".encode())
    late = region.draws.uniform(SLIPS, key, v.uid[rows]) < chance
    return [
        (village, region.month + 1 if slips and ready <= region.month else ready, gain)
        for (village, ready, gain), slips in zip(sites, late.tolist(), strict=True)
    ]
