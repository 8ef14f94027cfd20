"""Exit of poor villages each November: recorded incidence, a leading industry, collective income, services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.events import tell
from fupin.model.household import REGISTERED

if TYPE_CHECKING:
    from fupin.model.region import Region

SERVICES = ("road", "water", "power", "broadband", "clinic")


def incidence_by(region: Region, kind: str) -> NDArray[np.float64]:
    """Listed persons over all persons, by village or county: what the records say."""
    persons = persons_by(region, kind=kind)
    return np.asarray(persons["listed"] / np.maximum(persons["all"], 1e-9))


@rowwise("household")
def persons_by(region: Region, h: Any, kind: str) -> ByGroup:
    """Persons of each village or county, and those of them who are listed."""
    place, persons = getattr(h, kind), h.members * h.weight
    return ByGroup({"all": (kind, place, persons), "listed": (kind, place, persons * (h.registry == REGISTERED))})


def incidence_of_county(region: Region, county: int) -> float:
    """The same of one county."""
    h = region.rows("household")
    here = (h.county == county).nonzero()[0]
    persons = h.members[here] * h.weight[here]
    in_order = np.zeros(len(here), np.int64)  # `bincount` adds one after the other, as for all counties
    total = np.bincount(in_order, persons, minlength=1)[0]
    listed = np.bincount(in_order, np.where(h.registry[here] == REGISTERED, persons, 0.0), minlength=1)[0]
    return float(listed / max(total, 1e-9))


def conditions(region: Region) -> dict[str, NDArray[np.bool_]]:
    """Which villages meet each condition of exit."""
    v, p = region.rows("village"), region.p
    due = p.asset_return * v.collective_assets + p.land_lease * v.rent * v.collective_land  # leases of December
    return {
        "incidence": v.recorded_share < p.village_incidence,
        "industry": v.industry_quality >= p.village_industry,
        "collective": v.collective_income + due >= p.village_collective,
        "services": np.minimum.reduce([getattr(v, name) for name in SERVICES]) >= p.village_services,
    }


def village_exit(region: Region) -> None:
    """The November review, after the household lists have been adjusted."""
    if region.month < region.start or not region.p.procedure_on:
        return
    v = region.rows("village")
    v.recorded_share = incidence_by(region, "village")
    passes = np.logical_and.reduce(list(conditions(region).values()))
    leaving = np.flatnonzero(v.poor_village & ~v.exited & passes)
    v.exited[leaving] = True
    v.exit_month[leaving] = region.month
    for row in leaving:
        share = f"{100 * v.recorded_share[row]:.1f} %"
        tell(
            region, "village", int(row), f"贫困村出列（发生率 {share}）", f"left as a poor village (incidence {share})"
        )
