"""What the services of a village do: coverage changes, and with it prices, productivity, illness, the cost of care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.tracing import Lookup
from fupin.model.household import HOME
from fupin.model.modifiers import modify

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

CONNECTION = declare_stream("services.connection", "which households a change of the water supply reaches")


class Service(NamedTuple):
    """A service: labels, the quantity that full coverage shifts, the parameter of the size, its sign, and for whom."""

    zh: str
    en: str
    quantity: str
    size: str
    sign: float
    whom: str  # village, households, businesses or connected


SERVICES: dict[str, Service] = {
    "road": Service("道路", "road", "village.price", "road_price", 1.0, "village"),
    "water": Service("饮水", "safe water", "health.hazard", "water_hazard", -1.0, "connected"),
    "power": Service("动力电", "three-phase power", "farm.productivity", "power_output", 1.0, "businesses"),
    "broadband": Service("宽带", "broadband", "farm.price", "broadband_price", 1.0, "businesses"),
    "clinic": Service("卫生室", "clinic", "health.own_cost", "clinic_cost", -1.0, "households"),
    "sanitation": Service("卫生", "sanitation", "health.hazard", "sanitation_hazard", -1.0, "households"),
}


@among("household")
def at_home_there(region: Region, h: Any, change: Lookup) -> Any:
    """Households at home in villages where something changes."""
    return (change[h.village] != 0.0) & (h.location == HOME)


def improve(region: Region, name: str, villages: NDArray[np.int64], gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Raise (or, below zero, lower) the coverage of a service in some villages, and what hangs on it.

    `gain` is in shares of the village; coverage stays within 0–1. Returns the change that was possible.
    """
    coverage = region.table_of("village")[name]
    before = coverage[villages].copy()
    coverage[villages] = np.clip(before + gain, 0.0, 1.0)
    done = coverage[villages] - before
    service = SERVICES[name]
    size = service.sign * float(getattr(region.p, service.size))
    if service.whom == "village":
        modify(region, service.quantity, villages, size * done)
        return np.asarray(done)
    h = region.rows("household")
    change, start = np.zeros(len(coverage)), np.zeros(len(coverage))
    change[villages], start[villages] = done, before
    rows = at_home_there(region, change=Lookup(change))
    change, start = change[h.village[rows]], start[h.village[rows]]
    if service.whom == "connected":
        off = np.where(change > 0.0, ~h.safe_water[rows], h.safe_water[rows])
        chance = np.abs(change) / np.maximum(np.where(change > 0.0, 1.0 - start, start), 1e-9)
        turned = off & (region.draws.uniform(CONNECTION, region.month, h.uid[rows]) < chance)
        rows, change = rows[turned], np.sign(change[turned])
        h.safe_water[rows] = change > 0.0
    elif service.whom == "businesses":
        own = h.business[rows]
        rows, change = rows[own], change[own]
    modify(region, service.quantity, rows, size * change)
    return np.asarray(done)
