"""The task counted back from the deadline to county, village and household (M279): which village leaves in which year.

Each January every county dates the exit of its poor villages, the nearest to the standard first. Whose turn it is comes
first where places and money are short, has its files verified in October, and is where the county's task is set.
Nobody leaves because it was planned: households and villages are still judged by what is believed of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.events import tell
from fupin.model.household import REGISTERED
from fupin.model.near import room_for
from fupin.model.processes.dispatch import set_timetable
from fupin.model.processes.queue import admit, standing
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.processes.village_exit import SERVICES, incidence_by
from fupin.model.rules.exits import deadline_pressure, review_quality, shortfall, yearly_task
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Amounts = NDArray[np.float64]

ABOVE_ALL = 1e9  # yuan: more than any income, so that the listed stand before all others
OVERDUE = 10.0  # more than any distance: whoever has missed its year comes first


def village_plan(region: Region) -> None:
    """January, before the books of the past year are closed: counties get their years, villages theirs."""
    p = region.p
    if region.month < region.start or not p.village_plan_on:
        return
    if p.timetable_on:
        set_timetable(region)
    date_villages(region)


def distance_to_exit(region: Region) -> Amounts:
    """How far each village is from leaving: mean of what is missing from its four standards, each 0-1."""
    v, p = region.rows("village"), region.p  # the collective's income is that of the whole year past
    recorded = np.maximum(incidence_by(region, "village"), 1e-9)
    services = np.mean([shortfall(getattr(v, name), p.village_services) for name in SERVICES], axis=0)
    return np.asarray(
        (
            shortfall(p.village_incidence, recorded)  # the lower the better
            + shortfall(v.industry_quality, p.village_industry)
            + shortfall(v.collective_income, p.village_collective)
            + services
        )
        / 4.0
    )


def years_left(region: Region) -> Amounts:
    """Years that each county has for its villages, this one included: to its year of exit, or else to the deadline."""
    c = region.rows("county")
    last = np.where(c.exit_year >= region.year, c.exit_year, int(region.p.county_deadline))
    return np.maximum(last - region.year + 1.0, 1.0)


def tasks_of_year(region: Region, stock: Amounts) -> Amounts:
    """Poor villages that each county is to see leave this year, of those it has left (`stock`), in villages.

    Counted back from the deadline, or where the city has fixed a number (`planned_share`): all of the counties whose
    year it is, and the same part of the others.
    """
    v, p, years = region.rows("village"), region.p, years_left(region)
    if p.planned_share <= 0.0:
        return np.asarray(yearly_task(stock, years))
    last = years <= 1.0
    others = stock[~last].sum()
    rest = p.planned_share * v.weight[v.poor_village].sum() - stock[last].sum()
    return np.where(last, stock, stock * np.clip(rest / max(others, 1e-9), 0.0, 1.0))


def date_villages(region: Region) -> None:
    """Give every poor village that has not left its year.

    The overdue first, then the nearest. Counties take turns, so that in a sample of few villages the number is met in
    the region where it cannot be met in each county.
    """
    v = region.rows("village")
    rows = (v.poor_village & ~v.exited & (v.households > 0)).nonzero()[0]
    if not len(rows):
        return
    county, weight, uid = v.county[rows], v.weight[rows], v.uid[rows]
    stock = np.bincount(county, weight, minlength=len(region.rows("county")))
    task = tasks_of_year(region, stock)
    overdue = (v.exit_year[rows] >= 0) & (v.exit_year[rows] < region.year)
    before = standing(county, distance_to_exit(region)[rows] - OVERDUE * overdue, weight, uid)
    years = years_left(region)[county]
    turn = np.where(years <= 1.0, 0.0, before / np.maximum(task[county], 1e-9))
    due = standing(np.zeros(len(rows), np.int64), turn, weight, uid) <= task.sum()
    later = np.maximum(stock - task, 1e-9)[county]
    wait = np.floor((before - task[county]) / later * (years - 1.0))
    wait = 1.0 + np.clip(wait, 0.0, np.maximum(years - 2.0, 0.0))
    v.exit_year[rows] = region.year + np.where(due, 0.0, wait).astype(np.int64)
    announce(region, rows[due])


def announce(region: Region, rows: Index) -> None:
    """Say which villages are to leave this year, and how many they are in each county."""
    v, year = region.rows("village"), region.year
    for row in rows.tolist():
        tell(region, "village", row, f"列入 {year} 年出列计划", f"planned to leave in {year}")
    counts = np.bincount(v.county[rows], v.weight[rows], minlength=len(region.rows("county")))
    for county in counts.nonzero()[0].tolist():
        number = f"{counts[county]:,.0f}"
        tell(region, "county", county, f"{year} 年计划出列 {number} 个村", f"{number} villages to leave in {year}")


def due_villages(region: Region, ahead: float = 0.0) -> NDArray[np.bool_]:
    """Poor villages whose turn it is this year or was before; `ahead`: also those of so many years to come."""
    v = region.rows("village")
    return np.asarray(v.poor_village & ~v.exited & (v.exit_year >= 0) & (v.exit_year <= region.year + ahead))


# what the plan moves


def planned_first(
    region: Region, villages: Index, order: Index, weight: Amounts, yuan: Amounts, places: float, money: float
) -> Index:
    """The order of a queue (positions) with `plan_tilt` of its places and money kept for villages whose turn it is.

    Or comes within `plan_lead` years: this year's before next year's. `villages` by position; `weight` and `yuan`
    (population) in the order of the queue. What those villages do not fill is open to all, in the old order.
    """
    p, place = region.p, villages[order]
    mine = due_villages(region, p.plan_lead)[place].nonzero()[0]
    mine = mine[np.argsort(np.maximum(region.rows("village").exit_year[place[mine]], region.year), kind="stable")]
    w, cost = weight[mine], yuan[mine]
    fits = room_for(w.cumsum() - 0.5 * w, p.plan_tilt * places)
    fits &= room_for(cost.cumsum() - 0.5 * cost, p.plan_tilt * money)
    rest = np.ones(len(order), np.bool_)
    rest[mine[fits]] = False
    return np.concatenate([order[mine[fits]], order[rest]])


def verify(region: Region) -> Index:
    """Rows of households whose files were verified this October: where it is the village's turn, as days allow.

    The listed first, those with most income on file before the others, then whoever is believed poor and is not on the
    list. A visit with records and neighbours takes part of the error out of the file, as in a look-back.
    """
    h, v, team, p = region.rows("household"), region.rows("village"), region.rows("workteam"), region.p
    listed, here = h.registry == REGISTERED, due_villages(region)[h.village]
    rows = (here & (h.members > 0) & (listed | (h.observed_income < p.poverty_line))).nonzero()[0]
    room = np.zeros(len(v))
    np.add.at(room, team.village, team.days / p.verification_days)
    key = np.where(listed[rows], -ABOVE_ALL - h.observed_income[rows], h.observed_income[rows])
    own = h.weight[rows] / v.weight[h.village[rows]]
    chosen: Index = rows[admit(h.village[rows], key, own, room, h.uid[rows])]
    quality = review_quality(accuracy_by_village(region)[h.village[chosen]], p.look_back_least)
    h.reviewed[chosen] = 1.0 - (1.0 - h.reviewed[chosen]) * (1.0 - quality)
    return chosen


def missing_by_village(
    region: Region, unready: NDArray[np.bool_], leaves: NDArray[np.bool_]
) -> tuple[Amounts, Amounts]:
    """What is missing from each village's task of the year, as a share of the listed who are not ready; the pressure.

    Where it is the village's turn the task is its list down to the standard, and the deadline is this year's end. What
    the county's own task is beyond that falls on what is left of the lists of all its villages.
    """
    h, v, p, n = region.rows("household"), region.rows("village"), region.p, len(region.rows("village"))
    persons = h.members * h.weight
    everybody = sums_of(region, "village", persons)
    held, grounded = (np.bincount(h.village[mask], persons[mask], minlength=n) for mask in (unready, leaves))
    due, listed = due_villages(region), held + grounded
    task = np.where(due, np.maximum(listed - p.village_incidence * everybody, 0.0), 0.0)
    pressure = deadline_pressure(p.household_deadline - region.year)

    def of_county(values: Amounts) -> Amounts:
        return np.asarray(np.bincount(v.county, values, minlength=len(region.rows("county"))))

    more = np.maximum(pressure * of_county(listed) - of_county(task), 0.0)
    task += (more / np.maximum(of_county(listed - task), 1e-9)).clip(0.0, 1.0)[v.county] * (listed - task)
    return np.maximum(task - grounded, 0.0) / np.maximum(held, 1.0), np.where(due, 1.0, pressure)
