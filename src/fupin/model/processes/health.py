"""Health of the quarter: recovery, severe illness, ordinary hospital stays, and who pays for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.ledger import weighted_sum
from fupin.model.processes.household_sums import homes, members_of, refresh_pay, sum_illness
from fupin.model.rules.consumption import credit_room
from fupin.model.rules.health import (
    cost_of_illness,
    falls_ill,
    falls_ill_below,
    illness_hazard,
    lasting_loss,
    out_of_pocket,
    treatment_taken,
)
from fupin.model.rules.normal import standard_normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

WHO = declare_stream("health.who", "which member falls ill")
EPISODE = declare_stream("health.episode", "cost, loss and duration of an episode")


def health(region: Region) -> None:
    """Months pass, some recover, some fall ill; bills are set within what can be paid."""
    recovered = recover(region)
    sick = severe_illness(region)
    hospital_stays(region)
    changed = np.concatenate([recovered, sick])
    if len(changed):
        refresh_pay(region, changed)
        sum_illness(region, homes(region, changed))


def recover(region: Region) -> NDArray[np.int64]:
    """Pass three months of illness; returns the persons whose illness ends."""
    person = region.rows("person")
    ill = (person.illness_months > 0).nonzero()[0]
    person.illness_months[ill] = np.maximum(person.illness_months[ill] - 3.0, 0.0)
    over = ill[person.illness_months[ill] == 0.0]
    person.illness_loss[over] = 0.0
    person.restless[over] = True
    return np.asarray(over)


def choose_member(region: Region, households: NDArray[np.int64]) -> NDArray[np.int64]:
    """The member who falls ill: an exponential race with the members' hazards, one keyed draw each."""
    person, p = region.rows("person"), region.p
    who, home = members_of(region, households)
    hazard = illness_hazard(
        person.age[who], person.chronic[who], p.child_hazard, p.adult_hazard, p.elder_hazard, p.chronic_multiple
    )
    u = region.draws.uniform(WHO, region.month, person.uid[who])
    clock = np.where(person.alive[who], -np.log(u) / np.maximum(hazard, 1e-12), np.inf)
    soonest = np.minimum.reduceat(clock, np.diff(home, prepend=-1).nonzero()[0])
    return np.asarray(who[clock == soonest[home]])


def severe_illness(region: Region) -> NDArray[np.int64]:
    """New severe illnesses: who, how long, how much capacity is lost, what is paid and what is forgone."""
    h, person, p = region.rows("household"), region.rows("person"), region.p
    load = h.illness_load * np.exp(h.hazard_shift) if h.hazard_shift.any() else h.illness_load
    draw = region.fate().illness_draw
    near = (draw <= falls_ill_below(load.max(initial=0.0))).nonzero()[0]  # nobody else can, whatever the load
    struck = near[falls_ill(draw[near], load[near]) & (h.members[near] > 0)]
    if not len(struck):
        return np.empty(0, np.int64)
    who = choose_member(region, struck)
    u = region.draws.uniforms(EPISODE, region.month, person.uid[who], 3)
    cost = cost_of_illness(standard_normal(u[0]), p.severe_cost, p.severe_cost_sd)
    assisted = np.where(h.dibao[struck] > 0, p.assistance_reimbursement, 0.0)
    taken = bill(region, struck, cost, p.critical_reimbursement, assisted)
    loss = lasting_loss(u[1], p.loss_low, p.loss_high, taken, p.untreated_multiple)
    person.illness_loss[who] = np.maximum(person.illness_loss[who], loss)
    person.illness_months[who] = p.duration_low + (p.duration_high - p.duration_low) * u[2]
    person.restless[who] = True
    return who


def hospital_stays(region: Region) -> None:
    """Ordinary hospital stays: a bill, no lasting loss. Uses the other tail of the illness draw."""
    h, p = region.rows("household"), region.p
    draw = region.fate().illness_draw
    most = 1.0 - np.exp(-0.25 * p.hospital_rate * h.members.max(initial=0.0))
    near = (1.0 - draw <= most).nonzero()[0]  # nobody else does, however many they are at home
    members = h.members[near]
    stays = near[(1.0 - draw[near] < 1.0 - np.exp(-0.25 * p.hospital_rate * members)) & (members > 0)]
    if len(stays):
        bill(region, stays, np.full(len(stays), p.hospital_cost), 0.0, 0.0)


def bill(
    region: Region,
    rows: NDArray[np.int64],
    cost: NDArray[np.float64],
    critical: float,
    assisted: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """Send the bill for care: the insurer pays its layers, the household owes the rest up to its liquidity.

    Returns the share of the treatment that was taken.
    """
    h, p = region.rows("household"), region.p
    due = np.exp(h.care_shift[rows]) * out_of_pocket(cost, p.basic_reimbursement, critical, assisted)
    liquidity = h.savings[rows] + credit_room(h.income_year[rows], h.debt[rows], p.debt_ceiling) - h.health_due[rows]
    taken = treatment_taken(due, liquidity)
    covered = cost - due
    for instrument in region.instruments if region.month >= region.start else ():
        due, taken = instrument.meet_bill(region, rows, cost, due, taken, liquidity)
    h.health_due[rows] += due * taken
    h.forgone[rows] += due * (1.0 - taken)
    insured = weighted_sum(covered * taken, h.weight[rows])
    region.ledger.transfer("health.insured", "insurers", "markets", insured)
    return np.asarray(taken)
