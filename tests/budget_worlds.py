"""Worlds of the budget tests: a poor county beside one off the list, thirty households a village."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from worlds import START, instruments, region, thinned

from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.regions import build_region_data

NOTHING = {  # no money at all: tests give what they are about
    **dict.fromkeys(("central", "city", "sector", "donations", "matching_ratio", "matching_poor"), 0),
    "approval_steps": 0,
    "returned_share": 0,
}


@lru_cache(maxsize=2)
def two_counties(per_village: int = 30) -> RegionData:
    """Fuping (poor) and Dingxing (not), of each the villages that the smallest sample holds."""
    return thinned(build_region_data("baoding-prefecture", 0.0001, ["阜平县", "定兴县"], 1), per_village)


def funded(*kinds: str, months: int = 12, data: RegionData | None = None, **settings: Any) -> Region:
    """A world under budget rules, books checked every month; settings as in `instruments`, rules over NOTHING."""
    rules = NOTHING | settings.pop("rules", {})
    package = instruments("budget_rules", *kinds, budget_rules=rules, **settings)
    world = region(data or two_counties(), package, years=4, audit=True)
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


def booked(world: Region, purpose: str, instrument: str = "", year: int | None = None) -> float:
    """Population yuan of a purpose, by instrument and year of the scenario (0 the first) if asked for."""
    return sum(
        one.amount
        for one in world.ledger.journal
        if one.purpose == purpose
        and (not instrument or one.instrument == instrument)
        and (year is None or (one.month - START) // 12 == year)
    )
