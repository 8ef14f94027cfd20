"""Leakage and capture: what is diverted on the way to households, who finds it, and who gets in by connections.

Both are absent as long as `governance.leak_share` and `governance.capture_share` are 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.events import tell, tell_traced
from fupin.model.ledger import Side
from fupin.model.processes.income import MANY, Payees, pay_households
from fupin.model.processes.queue import admit, standing
from fupin.model.rules.governance import capture_rate, chance_of_detection, leak_rate, renewed_deterrence
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Amounts = NDArray[np.float64]

CASE = declare_stream("governance.case", "whether the year's audit finds what was diverted in a village")
CONNECTION = declare_stream("governance.connection", "lasting connections of a household with village cadres")
STRENGTH = declare_stream("governance.strength", "strength of the first village branch")


def oversee(region: Region) -> None:
    """Rates of leakage of the month; in December the audit season. Nothing where nothing leaks."""
    p = region.p
    if region.month < region.start:
        return
    if p.strength_spread > 0.0:
        first_strength(region)
    if p.leak_share <= 0.0:
        return
    if region.calendar_month == 12:
        audit_villages(region)
    set_leakage(region)


def first_strength(region: Region) -> None:
    """Branches differ from the start: strong and weak villages, as long as all are still alike."""
    v = region.rows("village")
    if np.all(v.branch_strength == 0.5):
        luck = region.draws.normal(STRENGTH, 0, v.uid)
        v.branch_strength = np.clip(0.5 + region.p.strength_spread * luck, 0.0, 1.0)


def detection(region: Region) -> Amounts:
    """Chance that a year's diversion in a village of each county is found."""
    county = region.rows("county")
    return np.asarray(chance_of_detection(county.audit, county.departments))


def set_leakage(region: Region) -> None:
    """The share diverted in each village, from its voice, openness, supervision and fear of being found."""
    v, p = region.rows("village"), region.p
    v.leakage = leak_rate(
        v.participation,
        v.disclosure,
        v.informed,
        v.watched,
        v.branch_strength,
        v.deterrence,
        detection(region)[v.county],
        p.leak_share,
        p.leak_voice,
        p.leak_disclosure,
        p.leak_notice,
        p.leak_audit,
        p.leak_strength,
        p.stage_effect,
    )


def audit_villages(region: Region) -> None:
    """Where the audit finds what was diverted, part is given back, the rest is lost, and the village is warned."""
    h, v, p = region.rows("household"), region.rows("village"), region.p
    owed = (sums_of(region, "village", h.diverted) > 0.0) | (v.diverted > 0.0)
    found = owed & (region.draws.uniform(CASE, region.month, v.uid) < detection(region)[v.county])
    v.deterrence = renewed_deterrence(v.deterrence, found * 1.0, p.deterrence_gain, p.deterrence_fading)
    harmed = np.flatnonzero(found[h.village] & (h.diverted > 0.0))
    for village in np.flatnonzero(found).tolist():
        tell(region, "village", village, "查实截留并追缴", "diversion found, money recovered")
    works = np.flatnonzero(found & (v.diverted > 0.0))
    if len(works):
        returned = p.recovered_share * v.diverted[works]
        v.collective_cash[works] += returned
        v.diverted[works] = 0.0
        region.ledger.post("leakage.returned", Side("markets"), Side("collectives", returned, works))
    if not len(harmed):
        return
    there = harmed[h.members[harmed] > 0]
    restored = p.recovered_share * h.diverted[there]
    pay_households(region, "leakage.restored", Side("markets"), there, restored)
    h.diverted[harmed] = 0.0
    tell_traced(region, there, "追回被截留的补助", "diverted aid given back")


def arriving(
    region: Region, instrument: str, to: Payees, amounts: Amounts, by_county: Amounts
) -> tuple[Amounts, Amounts]:
    """What arrives of `amounts` (yuan a household) and what the counties still have to hand over, population yuan.

    The part that leaks is booked and remembered as owed to the household.
    """
    if region.p.leak_share <= 0.0 or not len(to.rows):
        return amounts, by_county
    if region.compiled and len(to.rows) > MANY:
        lost, left = divert(region, to.rows, village=to.village, amounts=amounts)
    else:
        lost = np.asarray(amounts * region.rows("village").leakage[to.village])
        left = amounts - lost
        np.add.at(region.rows("household").diverted, to.rows, lost)  # as `column[rows] += lost`, in half the time
    gone = np.minimum(np.bincount(to.county, to.weight * lost, len(by_county)), by_county)
    region.ledger.post_by_county("leakage", "counties", "markets", gone, instrument)
    return left, by_county - gone


@rowwise("household")
def divert(region: Region, h: Any, village: Any, amounts: Any) -> tuple[Any, Any]:
    """What is lost of amounts on the way to households, which is owed to them, and what arrives."""
    lost = amounts * region.rows("village").leakage[village]
    h.diverted = h.diverted + lost
    return lost, amounts - lost


def arriving_in_villages(
    region: Region, instrument: str, villages: Index, yuan: Amounts, by_county: Amounts
) -> tuple[Amounts | float, Amounts]:
    """The part that reaches builders of what is spent on village works (`yuan` a village), and what counties pay them.

    The part that leaks is booked and remembered as owed to the collective.
    """
    if region.p.leak_share <= 0.0:
        return 1.0, by_county
    v = region.rows("village")
    lost = v.leakage[villages] * yuan
    gone = np.bincount(v.county[villages], v.weight[villages] * lost, minlength=len(by_county))
    gone = np.minimum(gone, by_county)
    v.diverted[villages] += lost
    region.ledger.post_by_county("leakage", "counties", "markets", gone, instrument)
    return 1.0 - v.leakage[villages], by_county - gone


def capture_by_village(region: Region) -> Amounts:
    """Weight of connections in the choice among candidates of each village, 0–1."""
    v, p = region.rows("village"), region.p
    return np.asarray(
        capture_rate(
            v.participation,
            v.disclosure,
            v.watched,
            p.capture_share,
            p.capture_voice,
            p.capture_disclosure,
            p.stage_effect,
        )
    )


def liking_by_connections(region: Region, liking: Amounts, rows: Index) -> Amounts:
    """How cadres see households (a normal score, low: poor): lasting errors, and connections as far as they count."""
    capture = capture_by_village(region)[region.rows("household").village[rows]]
    return np.asarray(np.sqrt(1.0 - capture * capture) * liking - capture * connections(region, rows))


def connections(region: Region, rows: Index) -> Amounts:
    """How well households are connected, a normal score that lasts: the better-off are, and luck is in it."""
    return np.asarray(connected(region, rows, luck=Lookup(region.lasting(CONNECTION, 1)[0])))


@rowwise("household")
def connected(region: Region, h: Any, luck: Lookup) -> Any:
    """The same by row, from the luck of all."""
    with_ability = region.p.connection_ability
    return with_ability * h.ability + np.sqrt(1.0 - with_ability * with_ability) * luck[h.span]


def favoured(region: Region, rows: Index, served: NDArray[np.bool_], key: Amounts, yuan: Amounts, left: float) -> Index:
    """Positions that are served once connections count: each village keeps its places, others may get them.

    Within a village a candidate's place in the queue is a mean of its place by the rule (`key`, smallest first) and by
    connections, with the weight of capture. What then costs more than `left` (population yuan) falls away at the end.
    """
    n = len(region.rows("village"))
    place, weight, uid = candidates(region, rows)
    total = np.bincount(place, weight, minlength=n)[place]
    by_rule = standing(place, key, weight, uid) / total
    by_ties = standing(place, -connections(region, rows), weight, uid) / total
    capture = capture_by_village(region)[place]
    mixed = (1.0 - capture) * by_rule + capture * by_ties
    kept = admit(place, mixed, weight, np.bincount(place, weight * served, minlength=n), uid)
    if yuan[kept].sum() * (1.0 + 1e-9) <= left:  # money for all, with a margin for the order of summation
        return kept
    order = kept[np.lexsort((uid[kept], mixed[kept]))]
    paid_for = np.cumsum(yuan[order]) - 0.5 * yuan[order] <= left
    return np.sort(order[paid_for])


@rowwise("household")
def candidates(region: Region, h: Any) -> tuple[Any, Any, Any]:
    """Village, weight and key of candidates."""
    return h.village, h.weight, h.uid
