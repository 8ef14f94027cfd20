"""Third-party assessment of a county: a sample of households is visited, and what is found is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.household import EXITED, NEVER, REGISTERED
from fupin.model.processes.registry import enter, guaranteed
from fupin.model.rules.exits import complaint_probability, income_reading

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]

VISITED = declare_stream("assessment.sample", "whether a household falls into the sample of an assessment")
READING = declare_stream("assessment.reading", "error with which an assessor reads a household's income")
ANSWER = declare_stream("assessment.answer", "whether a household that is asked says that it approves")
PUBLICITY = declare_stream("assessment.complaint", "whether a household wronged by the list complains in the publicity")
FURTHEST = 6.5  # standard deviations that no normal draw is off: 32-bit words end at 6.3
RECHECK = declare_stream("assessment.recheck", "whether a recheck finds what is wrong with a household's status")


class Findings(NamedTuple):
    """What a sample says of a county: rates of its households (weighted), and how many were visited."""

    misexit: float
    omission: float
    approval: float
    visited: int


def found_poor(region: Region, rows: Index) -> NDArray[np.bool_]:
    """Households that an assessor finds poor: income read below the line, or having left without a guarantee.

    A passing bad year of a household whose lasting income is above the line is a case for monitoring, not an error.
    """
    h, p = region.rows("household"), region.p
    income = np.maximum(h.income_year[rows], h.permanent_income[rows]) / np.maximum(h.members[rows], 1.0)
    furthest = np.exp(FURTHEST * p.reading_sd)
    poor = income < p.poverty_line / furthest
    doubtful = (~poor & (income <= p.poverty_line * furthest)).nonzero()[0]  # the others no error can turn
    error = region.draws.normal(READING, region.month, h.uid[rows[doubtful]])
    poor[doubtful] = income_reading(income[doubtful], error, p.reading_sd) < p.poverty_line
    if p.exit_guarantees:
        left = (~poor & (h.registry[rows] == EXITED)).nonzero()[0]
        poor[left] = ~guaranteed(region, rows[left])
    return np.asarray(poor)


def share_of(weight: NDArray[np.float64], said: NDArray[np.bool_]) -> float:
    """Weighted share of households of which something is said; 0 of none."""
    return float(weight[said].sum() / max(weight.sum(), 1e-9))


def assess_county(region: Region, county: int) -> Findings:
    """Visit a sample: part of it those that have left, the others those never listed, each drawn by lot.

    Mis-exit is the share found poor of the sampled that had left, omission that of the sampled never listed, approval
    the share of all sampled who say yes. With nobody to visit a rate is 0.
    """
    h, p = region.rows("household"), region.p
    here = (h.county == county) & (h.members > 0)
    rates, everybody = [], []
    for status, part in ((EXITED, p.sample_left), (NEVER, 1.0 - p.sample_left)):
        rows = np.flatnonzero(here & (h.registry == status))
        rows = rows[region.draws.lottery(VISITED, region.month, h.uid[rows], 1.0, part * p.sample_size)]
        poor = found_poor(region, rows)
        rates.append(share_of(h.weight[rows], poor))
        everybody.append(rows)
    rows = np.concatenate(everybody)
    yes = region.draws.uniform(ANSWER, region.month, h.uid[rows]) < h.approval[rows]
    return Findings(rates[0], rates[1], share_of(h.weight[rows], yes), len(rows))


def wronged(region: Region, county: int | NDArray[np.bool_]) -> Index:
    """Rows of households off the list that an assessor would find poor, in a county or in several (a mask)."""
    h = region.rows("household")
    here = h.county == county if isinstance(county, int) else county[h.county]
    rows = (here & (h.registry != REGISTERED) & (h.members > 0)).nonzero()[0]
    poor: Index = rows[found_poor(region, rows)]
    return poor


def hear_complaints(region: Region, county: int) -> float:
    """Publicity: some of the wronged complain, are rechecked and listed; how many, in population units."""
    rows, h = wronged(region, county), region.rows("household")
    p, income = region.p, np.maximum(h.income_year, h.permanent_income)[rows]
    gap = np.clip(1.0 - income / np.maximum(h.members[rows], 1.0) / p.poverty_line, 0.0, 1.0)
    chance = complaint_probability(p.complaint_rate, p.complaint_gap, gap)
    heard = enter(region, rows[region.draws.uniform(PUBLICITY, region.month, h.uid[rows]) < chance])
    return float(h.weight[heard].sum())


def searched(region: Region, rows: Index, reach: float) -> Index:
    """Of the errors in some rows (`wronged`) those that a recheck finds: the share `reach`."""
    found: Index = rows[region.draws.uniform(RECHECK, region.month, region.rows("household").uid[rows]) < reach]
    return found


def rectify(region: Region, found: Index) -> float:
    """List the errors that a county has found (`searched`); how many, in population units."""
    return float(region.rows("household").weight[enter(region, found)].sum())
