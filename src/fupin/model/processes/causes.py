"""Why a household is poor, as it is recorded, and which of the five batches it falls into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.calendar import OCTOBER
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.household import (
    CAPITAL,
    DISABILITY,
    HOME,
    ILLNESS,
    LABOUR,
    LAND,
    MOTIVATION,
    REGISTERED,
    REMOTENESS,
    SCHOOLING,
    SKILL,
)
from fupin.model.processes.teams import accuracy_by_village

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Index = NDArray[np.int64]

SEEN = declare_stream("plans.cause", "error with which cadres weigh the causes of a household's poverty: for life")
LOT = declare_stream("plans.batch", "batch of a household not assigned by its cause, and whether it is: for life")

PRODUCTION, RELOCATION, ECOLOGY, EDUCATION, SECURITY = (1 << place for place in range(5))
BATCHES = {
    PRODUCTION: ("发展生产", "production and work"),
    RELOCATION: ("易地搬迁", "relocation"),
    ECOLOGY: ("生态补偿", "ecology"),
    EDUCATION: ("发展教育", "education"),
    SECURITY: ("社会保障兜底", "social security"),
}
BATCH_OF = {
    ILLNESS: SECURITY | PRODUCTION,
    DISABILITY: SECURITY,
    SCHOOLING: EDUCATION | PRODUCTION,
    LABOUR: SECURITY,
    LAND: PRODUCTION | ECOLOGY,
    SKILL: PRODUCTION | EDUCATION,
    CAPITAL: PRODUCTION,
    REMOTENESS: RELOCATION | ECOLOGY,
    MOTIVATION: PRODUCTION,
}
"""Batches that answer a cause; what is due by right (schooling aid, insurance, dibao) is open to all."""
BATCHES_OF_CODES = np.array([0, *(BATCH_OF[code] for code in sorted(BATCH_OF))])
SINGLE = 1 << np.arange(len(BATCHES))
BOUND = {"industry": PRODUCTION, "finance": PRODUCTION, "employment": PRODUCTION, "relocation": RELOCATION,
         "ecology": ECOLOGY}  # fmt: skip
CAUSES, KINDS = len(BATCH_OF), len(BATCHES)


def severities(h: Any, remoteness: Any, p: Any) -> NDArray[np.float64]:
    """How strongly each cause weighs on a household, (9, households), in the order of the codes from 1."""
    return np.array(weights_of_causes(h, remoteness, p), dtype=np.float64)


def weights_of_causes(h: Any, remoteness: Any, p: Any) -> tuple[Any, ...]:
    """The same, one after the other. Elementwise."""
    heads, works = np.maximum(h.members, 1.0), h.workers > 0.0
    return (
        p.cause_ill * (h.ill > 0) + p.cause_severe * (h.severely_ill > 0),
        p.cause_disabled * (h.disabled > 0),
        p.cause_pupils * h.pupils / heads + p.cause_fees * (h.school_cost > p.high_fees),
        p.cause_no_worker * ~works + p.cause_elders * (h.elders >= heads),
        p.cause_land * (h.land < p.little_land * heads) * works,
        p.cause_schooling * (h.schooling < p.little_schooling) * works,
        p.cause_capital * (h.capital < p.little_capital) * works,
        p.cause_remote * ((remoteness >= p.remote_from) & (h.location == HOME)),
        p.cause_spirit * (h.motivation < p.low_spirit) * works,
    )


@rowwise("household")
def recorded_cause(region: Region, h: Any, accuracy: Lookup) -> Any:
    """The cause that cadres hold to be the leading one is recorded; a team that sees well errs less (M020).

    Returns where the plan of the household stays.
    """
    village, p = h.village, region.p
    noise = p.cause_noise * (1.0 - accuracy[village])
    errors = region.draws.normals(SEEN, 0, h.uid, CAUSES)
    weights = weights_of_causes(h, region.rows("village").remoteness[village], p)
    cause = 1 + leading(weights, noise, errors)
    stays = (h.planned_month >= 0) & (h.cause == cause) & (h.registered_month != region.month)
    h.cause = cause
    return stays


def leading(weights: Sequence[Any], noise: Any, errors: Any) -> Any:
    """Place of the weight that is seen as the greatest, the first of equals. Elementwise."""
    if isinstance(errors, np.ndarray):
        return np.argmax(np.array(weights, dtype=np.float64) + noise * errors, axis=0)
    best: Any = weights[0] + noise * errors[0]
    place: Any = 0
    for number in range(1, len(weights)):
        seen = weights[number] + noise * errors[number]
        more = seen > best
        best, place = np.where(more, seen, best), np.where(more, number, place)
    return place


@rowwise("household")
def assign_batches(region: Region, h: Any, by_cause: Lookup, single: Lookup) -> None:
    """Batches of households by their cause, or one by lot for those that are not assigned by it (M125)."""
    decides, lot = region.draws.uniforms(LOT, 0, h.uid, 2)
    by_lot = single[(KINDS * lot).astype(np.int64)]
    h.batches = np.where(decides < region.p.batch_by_cause, by_cause[h.cause], by_lot)
    h.planned_month = -1


def listed(h: Any) -> Any:
    """Who is on the list."""
    return h.registry == REGISTERED


def record_causes(region: Region) -> None:
    """Give every newly listed household its cause and its batches; each October they are recorded anew for all.

    A plan of the household's own stays until it leaves or the cause on file is another.
    """
    new = without_cause(region, review=region.calendar_month == OCTOBER)
    if not len(new):
        return
    stays = recorded_cause(region, new, accuracy=Lookup(accuracy_by_village(region)))
    assign_batches(region, new[~stays], by_cause=Lookup(BATCHES_OF_CODES), single=Lookup(SINGLE))


@among("household", listed)
def without_cause(region: Region, h: Any, review: bool) -> Any:
    """The listed without a cause on file, or newly listed; all of them in the month of the review."""
    return (h.cause == 0) | (h.registered_month == region.month) | review


def within_plan(region: Region, instrument: Instrument, rows: Index) -> Index:
    """Of the households that a measure is open to, those whose plan has it; whoever has no plan is not held back."""
    if instrument.family not in BOUND or not len(rows):
        return rows
    batches = region.rows("household").batches[rows]
    open_to: Index = rows[((batches == 0) | ((batches & BOUND[instrument.family]) != 0)).nonzero()[0]]
    return open_to
