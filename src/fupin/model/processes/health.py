"""Health of the quarter: recovery, severe illness, ordinary hospital stays, and who pays for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Totals
from fupin.model.near import not_nothing
from fupin.model.processes.household_sums import homes, members_of, refresh_pay, sum_illness
from fupin.model.processes.queue import run_starts
from fupin.model.processes.settlement import quarter_draws
from fupin.model.rules.consumption import credit_room
from fupin.model.rules.health import (
    cost_of_illness,
    falls_ill,
    falls_ill_below,
    goes_to_hospital_below,
    illness_hazard,
    lasting_loss,
    out_of_pocket,
    treatment_taken,
)
from fupin.model.rules.normal import standard_normal
from fupin.model.rules.vocabulary import exp, log, maximum, where

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Floats = NDArray[np.float64]

WHO = declare_stream("health.who", "which member falls ill")
EPISODE = declare_stream("health.episode", "cost, loss and duration of an episode")
STAY = declare_stream("health.stay", "cost of an ordinary hospital stay")


def health(region: Region) -> None:
    """Months pass, some recover, some fall ill; bills are set within what can be paid."""
    recovered = recover(region)
    struck, stays = struck_by_illness(region)
    sick = severe_illness(region, struck)
    hospital_stays(region, stays)
    changed = np.concatenate([recovered, sick])
    if len(changed):
        refresh_pay(region, changed)
        sum_illness(region, homes(region, changed))


def recover(region: Region) -> Index:
    """Pass three months of illness; returns the persons whose illness ends."""
    person = region.rows("person")
    over: Index = three_months_of_illness(region)
    person.illness_loss[over] = 0.0
    person.restless[over] = True
    return over


def ill(person: Any) -> Any:
    """Severely ill members."""
    return person.illness_months > 0.0


@among("person", ill)
def three_months_of_illness(region: Region, person: Any) -> Any:
    """Illnesses that end in the quarter."""
    ends = person.illness_months <= 3.0
    person.illness_months = maximum(person.illness_months - 3.0, 0.0)
    return ends


def struck_by_illness(region: Region) -> tuple[Index, Index]:
    """Households with a new severe illness, and those with an ordinary hospital stay."""
    h = region.rows("household")
    shifted = bool(h.hazard_shift.any())
    if region.compiled:
        return misfortunes(region, shifted=shifted)  # type: ignore[no-any-return]
    draw, load = region.fate().illness_draw, load_of_illness(h, shifted)
    severe = draw <= falls_ill_below(load.max(initial=0.0))  # nobody else can, whatever the load
    stay = 1.0 - draw <= goes_to_hospital_below(h.members.max(initial=0.0), region.p.hospital_rate)
    near = (severe | stay).nonzero()[0]
    return misfortunes(region, near, shifted=shifted, draw=draw[near])  # type: ignore[no-any-return]


@among("household")
def misfortunes(region: Region, h: Any, shifted: bool, draw: Any = None) -> tuple[Any, Any]:
    """Who is struck by severe illness, and who goes to hospital: the two tails of one draw."""
    if draw is None:
        draw = quarter_draws(region, h.uid).illness_draw
    severe = falls_ill(draw, load_of_illness(h, shifted))
    stay = 1.0 - draw < goes_to_hospital_below(h.members, region.p.hospital_rate)
    return severe & (h.members > 0), stay & (h.members > 0)


def load_of_illness(h: Any, shifted: bool) -> Any:
    """Summed yearly hazard of the members of a household, as programmes have changed it if they have."""
    return h.illness_load * exp(h.hazard_shift) if shifted else h.illness_load


def choose_member(region: Region, households: Index) -> Index:
    """The member who falls ill: an exponential race with the members' hazards, one keyed draw each."""
    who, home = members_of(region, households)
    clock = until_illness(region, who)
    soonest = np.minimum.reduceat(clock, run_starts(home))
    return np.asarray(who[clock == soonest[home]])


@rowwise("person")
def until_illness(region: Region, person: Any) -> Any:
    """Years until a person would fall ill, were it to be this quarter."""
    p = region.p
    hazard = illness_hazard(
        person.age, person.chronic, p.child_hazard, p.adult_hazard, p.elder_hazard, p.chronic_multiple
    )
    u = region.draws.uniform(WHO, region.month, person.uid)
    return where(person.alive, -log(u) / maximum(hazard, 1e-12), np.inf)


def severe_illness(region: Region, struck: Index) -> Index:
    """New severe illnesses: who, how long, how much capacity is lost, what is paid and what is forgone."""
    if not len(struck):
        return np.empty(0, np.int64)
    h, p = region.rows("household"), region.p
    who = choose_member(region, struck)
    cost, severity, length = episode(region, who)
    assisted = np.where(h.dibao[struck] > 0, p.assistance_reimbursement, 0.0)
    taken = bill(region, struck, cost, p.critical_reimbursement, assisted)
    fall_ill(region, who, taken=taken, severity=severity, length=length)
    return who


@rowwise("person")
def episode(region: Region, person: Any) -> tuple[Any, Any, Any]:
    """What the care of a new severe illness costs, and the draws that say how much capacity it takes and how long."""
    u, p = region.draws.uniforms(EPISODE, region.month, person.uid, 3), region.p
    return cost_of_illness(standard_normal(u[0]), p.severe_cost, p.severe_cost_sd), u[1], u[2]


@rowwise("person")
def fall_ill(region: Region, person: Any, taken: Any, severity: Any, length: Any) -> None:
    """A severe illness begins, of which so much of the treatment is taken."""
    p = region.p
    loss = lasting_loss(severity, p.loss_low, p.loss_high, taken, p.untreated_multiple)
    person.illness_loss = maximum(person.illness_loss, loss)
    months = p.duration_low + (p.duration_high - p.duration_low) * length
    person.illness_months = maximum(person.illness_months, months)  # who is ill already is not well sooner for it
    person.restless = True


def hospital_stays(region: Region, stays: Index) -> None:
    """Ordinary hospital stays: a bill, no lasting loss."""
    if len(stays):
        bill(region, stays, cost_of_stay(region, stays), 0.0, np.zeros(len(stays)))


@rowwise("household")
def cost_of_stay(region: Region, h: Any) -> Any:
    """What the care of an ordinary hospital stay costs, yuan: most stays little, a few as much as a severe illness."""
    p = region.p
    return cost_of_illness(region.draws.normal(STAY, region.month, h.uid), p.hospital_cost, p.hospital_cost_sd)


def bill(region: Region, rows: Index, cost: Floats, critical: float, assisted: Floats) -> Floats:
    """Send the bill for care: the insurer pays its layers, the household owes the rest up to its liquidity.

    Returns the share of the treatment that was taken.
    """
    due, liquidity, taken = own_part(region, rows, cost=cost, critical=critical, assisted=assisted)
    covered = cost - due
    for instrument in region.answering("meet_bill") if region.month >= region.start else ():
        due, taken = instrument.meet_bill(region, rows, cost, due, taken, liquidity)
    insured = owe(region, rows, due=due, taken=taken, covered=covered)["insured"]
    region.ledger.transfer("health.insured", "insurers", "markets", insured)
    return np.asarray(taken)


@rowwise("household")
def own_part(region: Region, h: Any, cost: Any, critical: Any, assisted: Any) -> tuple[Any, Any, Any]:
    """What a household has to pay of a bill, what it could pay, and the share of the treatment that this allows."""
    p = region.p
    due = exp(h.care_shift) * out_of_pocket(cost, p.basic_reimbursement, critical, assisted)
    liquidity = h.savings + credit_room(h.income_year, h.debt, p.debt_ceiling) - h.health_due
    return due, liquidity, treatment_taken(due, liquidity)


@rowwise("household")
def owe(region: Region, h: Any, due: Any, taken: Any, covered: Any) -> Totals:
    """The bill of a household is due, the rest forgone; gives back what the insurer pays."""
    h.health_due += due * taken
    h.forgone += not_nothing(due * (1.0 - taken))
    return Totals({"insured": covered * taken}, h.weight)
