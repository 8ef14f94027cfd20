"""Lists of villages in January: non-poor villages added, the deeply poor marked, a relative list drawn anew, scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.events import tell
from fupin.model.processes.support import struck_off
from fupin.model.processes.village_exit import SERVICES, incidence_by

if TYPE_CHECKING:
    from fupin.model.region import Region

type Mask = NDArray[np.bool_]


def depth(region: Region) -> NDArray[np.float64]:
    """How deep a village's poverty is on record: recorded incidence times what is missing in its services."""
    v = region.rows("village")
    services = np.mean([getattr(v, name) for name in SERVICES], axis=0)
    return np.asarray(incidence_by(region, "village") * (1.0 - services))


def deepest(region: Region, among: Mask, share: float) -> NDArray[np.int64]:
    """Rows of the share of some villages (by weight) that are deepest in poverty; ties by uid."""
    v, key = region.rows("village"), -depth(region)
    rows = (among & (v.households > 0)).nonzero()[0]
    order = rows[np.lexsort((v.uid[rows], key[rows]))]
    weight = v.weight[order]
    return np.sort(order[np.cumsum(weight) - 0.5 * weight <= share * weight.sum()])


def village_lists(region: Region) -> None:
    """January, from the second year on: whatever of the lists is switched on."""
    p = region.p
    if region.month <= region.start or not (p.added_share or p.deep_share or p.relative_share or p.support_ends):
        return
    if p.relative_share:
        draw_relative(region, p.relative_share)
    if p.support_ends:
        strike_off(region)
    if p.added_share:
        add_villages(region, p.added_share)
    if p.deep_share:
        mark_deep(region, p.deep_share)


def add_villages(region: Region, share: float) -> None:
    """Non-poor villages deep in poverty join the list, up to the share; support and exit test as for the others."""
    v = region.rows("village")
    others = ~v.poor_village | v.listed_late
    room = share - float(v.weight[v.listed_late].sum() / max(v.weight[others].sum(), 1e-9))
    if room <= 0.0:
        return
    new = deepest(region, others & ~v.listed_late & ~v.exited, room)
    v.poor_village[new] = v.listed_late[new] = True
    for row in new.tolist():
        tell(region, "village", row, "新识别为贫困村", "added to the list of poor villages")


def strike_off(region: Region) -> None:
    """Villages that have exited, alone or with their county, are poor villages no more: nothing new begins there."""
    v = region.rows("village")
    leaving = np.flatnonzero(v.poor_village & struck_off(region))
    v.poor_village[leaving] = False
    v.exited[leaving] = True
    for row in leaving.tolist():
        tell(region, "village", row, "摘帽摘政策：项目停止", "programmes end with the exit")


def mark_deep(region: Region, share: float) -> None:
    """Mark the deepest poor of the poor villages that have not left: their works come first."""
    v = region.rows("village")
    marked = deepest(region, v.poor_village & ~v.exited, share)
    before = v.deep_poor.copy()
    v.deep_poor = False
    v.deep_poor[marked] = True
    for row in marked[~before[marked]].tolist():
        tell(region, "village", row, "认定为深度贫困村", "marked as a deeply poor village")


def draw_relative(region: Region, share: float) -> None:
    """The list is the poorest share of all villages as they stand this year; whoever is off it loses the support."""
    v = region.rows("village")
    now = np.zeros(len(v), np.bool_)
    now[deepest(region, np.ones(len(v), np.bool_), share)] = True
    changed = (now != v.poor_village).nonzero()[0]
    v.poor_village = now
    v.listed_late &= now
    v.exited &= now
    for row in changed.tolist():
        on = ("列入相对贫困村", "on this year's list of relatively poor villages")
        off = ("移出相对贫困村", "off the list of relatively poor villages")
        tell(region, "village", row, *(on if now[row] else off))


def in_scope(region: Region) -> Mask:
    """Villages for which works are open: the poor, and where the scope is wide those that fail the check (M277)."""
    v, p = region.rows("village"), region.p
    if not p.scope_wide:
        return np.asarray(v.poor_village)
    return np.asarray(v.poor_village | fails_check(region))


def fails_check(region: Region) -> Mask:
    """Villages that lack one of the eight haves as far as columns go: a service, or a leading industry."""
    v, p = region.rows("village"), region.p
    least = np.min([getattr(v, name) for name in (*SERVICES, "sanitation")], axis=0)
    return np.asarray((least < p.village_services) | (v.industry_quality < p.village_industry))
