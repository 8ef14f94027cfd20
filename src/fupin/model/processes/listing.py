"""Rules of listing: elders who do not declare their children's support, priority groups that are screened, quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.household import DANGEROUS, REGISTERED, RESTORED, SPLIT, TOGETHER
from fupin.model.processes.queue import admit
from fupin.model.rules.exits import detected_share
from fupin.model.rules.transfers import support_from_children

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]

SPLITTING = declare_stream("registry.split", "whether elders with children apart declare their support: for life")
DUTY = declare_stream("registry.duty", "whether a year's work restores the duty of support of an elder's children")


def split_elders(region: Region, accuracy: NDArray[np.float64]) -> None:
    """Elders with children apart split off to look poor; a team that sees well restores the duty of support."""
    h, p = region.rows("household"), region.p
    if p.split_share <= 0.0:
        return
    apart = ((h.elder_split == TOGETHER) & (h.elders > 0) & (h.absent_support > 0) & (h.workers <= 0)).nonzero()[0]
    h.elder_split[apart[region.draws.uniform(SPLITTING, 0, h.uid[apart]) < p.split_share]] = SPLIT
    split = (h.elder_split == SPLIT).nonzero()[0]
    restored = region.draws.uniform(DUTY, region.month, h.uid[split]) < p.split_detection * accuracy[h.village[split]]
    h.elder_split[split[restored]] = RESTORED


def undeclared_support(h: Any, p: Any) -> Any:
    """Support of children that split elders leave out of their income, yuan a year."""
    yearly = 4.0 * support_from_children(h.absent_support, p.support_per_elder, h.elders)
    return np.where(h.elder_split == SPLIT, yearly, 0.0)


def priority_group(h: Any) -> NDArray[np.bool_]:
    """Five groups that are screened: elders alone, severe illness, disability, allowance, dangerous house (M005)."""
    alone = (h.elders > 0) & (h.workers <= 0)
    ill = (h.severely_ill > 0) | (h.disabled > 0)
    return np.asarray(alone | ill | (h.dibao > 0) | (h.wubao > 0) | (h.housing == DANGEROUS))


def hardship_group(h: Any) -> NDArray[np.bool_]:
    """The four groups in special hardship: ill or disabled, on wubao or dibao, elders only, no able worker (M281)."""
    return np.asarray(hardship_of_members(h) | (h.dibao > 0) | (h.wubao > 0))


def hardship_of_members(h: Any) -> NDArray[np.bool_]:
    """Those of them whose hardship lies in their members: ill or disabled, elders only, no able worker."""
    elders = h.elders
    elders_only = (elders > 0) & (elders >= h.members)
    return np.asarray((h.severely_ill > 0) | (h.disabled > 0) | elders_only | (h.workers <= 0))


def chance_of_listing(region: Region, rows: Index) -> Any:
    """Chance that a household believed poor is listed this year."""
    p = region.p
    if p.screening <= 0.0:
        return p.entry_share
    return detected_share(p.entry_share, p.screening, priority_group(Rows(region.table_of("household"), rows)) * 1.0)


def within_quota(region: Region, entering: Index, leaving: Index) -> Index:
    """Under the quota rule a county lists no more persons than its quota, the poorest on paper first."""
    if not region.p.quota_rule:
        return entering
    h, county = region.rows("household"), region.rows("county")
    persons = h.members * h.weight
    stays = h.registry == REGISTERED
    stays[leaving] = False
    room = county.quota - np.bincount(h.county[stays], persons[stays], minlength=len(county))
    return entering[
        admit(h.county[entering], h.score[entering], persons[entering], np.maximum(room, 0), h.uid[entering])
    ]
