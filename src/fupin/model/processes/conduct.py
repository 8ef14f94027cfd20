"""Conduct of households and the administration's answer: suspension, knowledge, frankness, idle habit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.household import ENTITLED
from fupin.model.rules.incentives import encouraged, hidden_with_honour, take_up_when_known

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Amounts = NDArray[np.float64]

IDLE = declare_stream("motivation.idle", "which households have an idle habit, and how idle they are")

SPECIAL = ("industry", "finance", "motivation")
"""Families whose benefits are special (特惠): only these may be suspended, never care, schooling, housing or relief."""


def of_kind(region: Region, kind: str) -> Instrument | None:
    """The first instrument of a kind that is in force this month; None if there is none."""
    for item in region.of_kind(kind):
        if item.settings.active(region.month):
            return item
    return None


def still_entitled(region: Region, instrument: Instrument, rows: Index) -> Index:
    """Rows less the households whose special benefits are suspended; basic support is never touched."""
    if instrument.family not in SPECIAL or of_kind(region, "duty_lists") is None:
        return rows
    return np.asarray(rows[region.rows("household").suspended[rows] == ENTITLED])


def payable(region: Region, instrument: Instrument, rows: Index, amounts: Amounts) -> Amounts:
    """The same for what is paid out: nothing of a special benefit to a suspended household."""
    if instrument.family not in SPECIAL or of_kind(region, "duty_lists") is None:
        return amounts
    return np.where(region.rows("household").suspended[rows] == ENTITLED, amounts, 0.0)


def informed(region: Region, rows: Index, probability: Amounts | float) -> Amounts | float:
    """Take-up of an offer by households some of whom know the rules from lectures."""
    weight = weight_of_knowledge(region)
    if weight is None or (isinstance(probability, float) and probability == 1.0):  # who is sure to come stays so
        return probability
    return np.asarray(take_up_when_known(probability, region.rows("household").knowledge[rows], weight))


@rowwise("household")
def encourage(region: Region, h: Any, push: Any) -> None:
    """Households gain heart, all by the same push or each by its own."""
    h.motivation = encouraged(h.motivation, push)


@rowwise("household")
def encourage_villages(region: Region, h: Any, push: Lookup) -> None:
    """The same by a push of each village."""
    h.motivation = encouraged(h.motivation, push[h.village])


def weight_of_knowledge(region: Region) -> float | None:
    """How much knowing the rules counts for take-up; None without lectures."""
    lectures = of_kind(region, "lecture_teams")
    return None if lectures is None else float(lectures.settings.at(region.month).take_up_weight)


@rowwise("household")
def comes(region: Region, h: Any, chance: Any, heard: Lookup, weight: float, stream: str, key: int) -> Any:
    """Who takes up an offer, all in one: who hears of it in time, knows the rules (`weight`; below 0: no matter) and
    has luck in it."""
    if region.p.information_gap > 0.0:
        chance = chance * heard[h.village]
    if weight >= 0.0:
        chance = take_up_when_known(chance, h.knowledge, weight)
    return region.draws.uniform(stream, key, h.uid) < chance


def honour_counts(region: Region) -> bool:
    """Does any village frown on the label, or is exit rewarded in one?"""
    v = region.rows("village")
    return bool(v.shame.any() or v.exit_promise.any())


def frankness(region: Region, h: Any, hidden: Amounts) -> Any:
    """Share of income that households `h` hide where their village frowns on the label or exit is rewarded."""
    v = region.rows("village")
    return hidden_with_honour(hidden, v.shame[h.village], v.exit_promise[h.village])


def idle_habit(region: Region) -> None:
    """At least the share `idle_habit_share` of the households has an idle habit: a low base of motivation.

    Those nearest to it by their own base and luck come first; whoever has it keeps it.
    """
    p = region.p
    share = p.idle_habit_share
    if region.month < region.start or share <= 0.0:
        return
    h = region.rows("household")
    idle = h.motivation_base < p.idle_below
    missing = share * h.weight.sum() - h.weight[idle].sum()
    if missing <= 0.0:
        return
    rows = (~idle).nonzero()[0]
    luck = region.draws.uniforms(IDLE, 0, h.uid[rows], 2)
    order = np.lexsort((h.uid[rows], h.motivation_base[rows] + p.idle_luck * luck[0]))
    weight = h.weight[rows][order]
    falls = np.cumsum(weight) - 0.5 * weight <= missing
    rows, depth = rows[order[falls]], luck[1][order[falls]]
    h.motivation_base[rows] = p.idle_below * depth
    h.motivation[rows] = np.minimum(h.motivation[rows], p.idle_below * depth)
