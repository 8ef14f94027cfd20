"""Instruments: each runs its pipeline in its months and its service every month, in the order of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region


def run_instruments(region: Region) -> None:
    """One month of the policy package; nothing before the scenario starts."""
    if region.month < region.start:
        return
    for instrument in at_work(region):
        instrument.run(region)


def at_work(region: Region) -> tuple[Instrument, ...]:
    """Those of the package that may have something to do in the present calendar month, in order."""
    month = region.calendar_month
    found = region.timetable.get(month)
    if found is None:
        found = region.timetable[month] = tuple(one for one in region.instruments if not one.nothing_due(month))
    return found
