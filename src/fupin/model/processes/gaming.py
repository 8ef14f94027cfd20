"""Exits without grounds: tasks counted back from a deadline are met on paper, unless audit deters or uncovers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.events import tell_traced
from fupin.model.household import EXITED
from fupin.model.processes.queue import admit
from fupin.model.processes.village_plan import missing_by_village
from fupin.model.rules.exits import deadline_pressure, false_exit_probability

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Shares = NDArray[np.float64]

FEIGNED = declare_stream("gaming.exit", "whether a household below the standard is struck off to meet the year's task")
HELD_BACK = declare_stream("gaming.surplus", "whether a household beyond the year's task is held back on the list")
UNCOVERED = declare_stream("gaming.audit", "whether an audit uncovers an exit without grounds")


def shortfalls(region: Region, listed: NDArray[np.bool_], leaves: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What is missing from each county's task of the year, as a share of the listed who are not ready.

    The task is the part of the list that falls to this year if all are to be out by the deadline.
    """
    h, n = region.rows("household"), len(region.rows("county"))
    persons = h.members * h.weight
    held, grounded = (np.bincount(h.county[mask], persons[mask], minlength=n) for mask in (listed, leaves))
    task = (held + grounded) * deadline_pressure(region.p.household_deadline - region.year)
    return np.asarray(np.maximum(task - grounded, 0.0) / np.maximum(held, 1.0))


def task_missing(region: Region, unready: NDArray[np.bool_], leaves: NDArray[np.bool_]) -> tuple[Shares, Shares]:
    """What is missing from the year's task and the pressure to meet it, by village: its county's, or its own plan's."""
    if region.p.village_plan_on:
        return missing_by_village(region, unready, leaves)
    county = region.rows("village").county
    pressure = deadline_pressure(region.p.household_deadline - region.year)
    return shortfalls(region, unready, leaves)[county], np.full(len(county), pressure)


def feign(region: Region, unready: NDArray[np.bool_], leaves: NDArray[np.bool_]) -> Index:
    """Rows of listed households below the standard that are struck off all the same."""
    h, p = region.rows("household"), region.p
    rows = np.flatnonzero(unready)
    missing, pressure = task_missing(region, unready, leaves)
    probability = false_exit_probability(
        missing[h.village[rows]],
        pressure[h.village[rows]],
        region.rows("county").audit[h.county[rows]],
        p.gaming_constant,
        p.gaming_pressure,
        p.gaming_audit,
    )
    feigned: Index = rows[region.draws.uniform(FEIGNED, region.month, h.uid[rows]) < probability]
    tell_traced(region, feigned, "未达标准，被脱贫", "struck off without grounds")
    return feigned


def match_totals(region: Region, leaves: NDArray[np.bool_], listed: NDArray[np.bool_]) -> Index:
    """Rows of households ready to leave that are held back so that the year's exits match the task (M278).

    Figures must agree with the register both ways: where more are ready than the task says, those nearest to the line
    stay on paper, each with the probability `totals_match`. What is missing is feigned (`feign`).
    """
    h, p, n = region.rows("household"), region.p, len(region.rows("county"))
    persons = h.members * h.weight
    held, ready = (np.bincount(h.county[mask], persons[mask], minlength=n) for mask in (listed, leaves))
    task = held * deadline_pressure(p.household_deadline - region.year)
    rows = np.flatnonzero(leaves)
    kept = admit(h.county[rows], -h.observed_income[rows], persons[rows], np.minimum(task, ready), h.uid[rows])
    surplus = np.delete(rows, kept)
    held_back: Index = surplus[region.draws.uniform(HELD_BACK, region.month, h.uid[surplus]) < p.totals_match]
    return held_back


def uncovered(region: Region) -> Index:
    """Rows of households struck off without grounds in earlier years that the year's audit finds."""
    h, p = region.rows("household"), region.p
    rows = np.flatnonzero(h.ungrounded & (h.registry == EXITED))
    audit = region.rows("county").audit[h.county[rows]]
    found: Index = rows[region.draws.uniform(UNCOVERED, region.month, h.uid[rows]) < p.audit_detection * audit]
    return found


def ungrounded_share(region: Region) -> float:
    """Exits without grounds, as a share of the persons who have left and not returned."""
    h = region.rows("household")
    persons = h.members * h.weight * (h.registry == EXITED)
    return float(persons[h.ungrounded].sum() / max(persons.sum(), 1.0))
