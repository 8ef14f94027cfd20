"""Instruments: each runs its pipeline in its months and its service every month, in the order of the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fupin.model.instruments.base import Instrument
from fupin.model.instruments.turn import Turn

if TYPE_CHECKING:
    from fupin.model.region import Region


def run_instruments(region: Region) -> None:
    """One month of the policy package; nothing before the scenario starts."""
    if region.month < region.start:
        return
    month = region.calendar_month
    due = region.timetable.get(month)
    if due is None:
        due = region.timetable[month] = [turn_of(region, one) for one in at_work(region)]
    for take in due:
        take(region)


def at_work(region: Region) -> list[Instrument]:
    """Those of the package that may have something to do in the present calendar month, in order."""
    return [one for one in region.instruments if not one.nothing_due(region.calendar_month)]


def turn_of(region: Region, instrument: Instrument) -> Callable[[Region], None]:
    """The months of an instrument in a region: as of any, unless it has a `run` of its own."""
    ordinary = getattr(instrument.run, "__func__", None) is Instrument.run
    return region.turns.setdefault(instrument.id, Turn(instrument).take if ordinary else instrument.run)
