"""Approval: what households think of the work, once a year when its benefits are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.household import REGISTERED
from fupin.model.processes.support import supported
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.approval import approval_target, cliff_felt, sense_of_gain
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]


def own_benefits(region: Region) -> Amounts:
    """What each household has received this year, the allowance included, yuan."""
    return np.asarray(region.rows("household").benefits)


def cliff(region: Region) -> Amounts:
    """Benefit (1,000 yuan a year) that each household misses beside the supported of its village; 0 for these."""
    h, p = region.rows("household"), region.p
    own, helped = own_benefits(region), supported(region)
    listed = sums_of(region, "village", np.where(helped, own, 0.0))
    homes = sums_of(region, "village", helped)
    mean = (listed / np.maximum(homes, 1.0))[h.village]
    return np.where(helped, 0.0, cliff_felt(mean, own, h.observed_income, p.poverty_line, p.like_income))


def approval_year(region: Region) -> None:
    """December: approval of every household moves towards what it has seen this year."""
    if region.month < region.start or not region.p.approval_on:
        return
    h, v, p = region.rows("household"), region.rows("village"), region.p
    constant = p.approval_constant
    if p.approval_voice > 0.0:
        constant = constant + sense_of_gain(v.participation, p.approval_voice)[h.village]
    seen = accuracy_by_village(region) * 0.5 * (v.disclosure + v.participation)
    target = approval_target(
        h.visits,
        own_benefits(region),
        cliff(region),
        seen[h.village],
        np.where(h.ungrounded & (h.registry != REGISTERED), 1.0, 0.0),
        constant,
        p.approval_visit,
        p.approval_benefit,
        p.approval_cliff,
        p.approval_accuracy,
        p.approval_false,
    )
    h.approval = h.approval + p.approval_speed * (target - h.approval)
