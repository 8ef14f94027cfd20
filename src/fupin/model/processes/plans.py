"""A plan for each household: the team picks the measures with the greatest expected gain per yuan, as time allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.household import HOME, REGISTERED
from fupin.model.processes.causes import KINDS, record_causes
from fupin.model.processes.queue import Keys, admit
from fupin.model.processes.teams import accuracy_by_village

if TYPE_CHECKING:
    from fupin.model.region import Region

GUESS = declare_stream("plans.gain", "error with which cadres expect the gain of a measure for a household: for life")


def household_plans(region: Region) -> None:
    """Every month: causes and batches of the newly listed, then plans, as many as the teams have time for."""
    if region.month < region.start or not region.p.plans_on:
        return
    record_causes(region)
    write_plans(region)


def write_plans(region: Region) -> None:
    """The poorest on paper first: their batches become the measures of a plan of their own, if plans are written."""
    h, team, p = region.rows("household"), region.rows("workteam"), region.p
    if p.plan_days <= 0.0:
        return
    waiting = without_plan(region)
    room = np.zeros(len(region.rows("village")))
    np.add.at(room, team.village, p.plan_share * team.days / p.plan_days)
    own = h.weight[waiting] / region.rows("village").weight[h.village[waiting]]
    chosen = waiting[admit(h.village[waiting], h.score[waiting], own, room, Keys(h.uid, waiting))]
    if len(chosen):
        h.batches[chosen] = best_bundle(region, Rows(h.table, chosen), accuracy_by_village(region)[h.village[chosen]])
        h.planned_month[chosen] = region.month


@among("household")
def without_plan(region: Region, h: Any) -> Any:
    """The listed for whom no plan has been written."""
    return (h.registry == REGISTERED) & (h.planned_month < 0) & (h.members > 0)


def gains_per_yuan(h: Any, remoteness: Any, p: Any) -> NDArray[np.float64]:
    """Yearly gain per yuan of public money that each batch promises a household, (5, households).

    Production: the return of a grant, if somebody can work it. Relocation: a wage near the site over the cost of the
    move, from far villages. Ecology: pay for keeping forests. Education: the promise of pupils over their aid.
    Security: what is given is had, by those who cannot work.
    """
    fit = np.clip(h.workers - h.severely_ill, 0.0, 1.0)
    heads = np.maximum(h.members, 1.0)
    unable = (h.workers <= 0.0) | (h.severely_ill >= h.workers)
    far = (remoteness >= p.remote_from) & (h.location == HOME)
    return np.array(
        [
            p.plan_grant_return * fit,
            far * p.look_wage * fit / (p.plan_move_cost * heads),
            p.plan_forest_return * fit * (h.forest_land > 0.0),
            np.where(h.pupils > 0.0, p.look_promise / max(p.look_school, 1.0), 0.0),
            np.where(unable, 1.0, 0.0),
        ]
    )


def best_bundle(region: Region, h: Any, accuracy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Bits of the measures, at most `plan_measures`, of which the team expects most per yuan."""
    p = region.p
    error = np.exp(p.cause_noise * (1.0 - accuracy) * region.draws.normals(GUESS, 0, h.uid, KINDS))
    expected = gains_per_yuan(h, region.rows("village").remoteness[h.village], p) * error
    rank = np.argsort(np.argsort(-expected, axis=0, kind="stable"), axis=0, kind="stable")
    chosen = (rank < p.plan_measures) & (expected > 0.0)
    return np.asarray((chosen * (1 << np.arange(KINDS))[:, None]).sum(axis=0))
