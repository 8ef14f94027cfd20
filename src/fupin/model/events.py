"""What happened to counties, villages and traced households, as lines that a planner can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.labels import Label, pick

if TYPE_CHECKING:
    from fupin.model.region import Region


class Event(NamedTuple):
    """One thing that happened to one agent in a month (absolute month), in both languages."""

    month: int
    kind: str
    uid: int
    zh: str
    en: str


def tell(region: Region, kind: str, row: int, zh: str, en: str) -> None:
    """Note an event of the county or village in a row."""
    region.events.append(Event(region.month, kind, int(region.table_of(kind)["uid"][row]), zh, en))


def tell_traced(region: Region, rows: Any, zh: str, en: str) -> None:
    """Note an event of those of some households that are traced: of all there would be too many."""
    traced = region.ledger.traced
    for row in np.intersect1d(traced, rows) if len(traced) else ():
        tell(region, "household", int(row), zh, en)


def events_of(region: Region, kind: str, name: str | int) -> list[Event]:
    """The events of a county (by name in either language, or uid), village or traced household (by uid), in order.

    Raises FupinError for an agent that the region does not have.
    """
    known = {str(uid): int(uid) for uid in region.table_of(kind)["uid"]}
    if kind == "county":
        for uid, (zh, en) in zip(tuple(known.values()), region.data.county_names, strict=False):
            known |= {zh.casefold(): uid, en.casefold(): uid}
    key = str(name).strip().casefold()
    if key not in known:
        shown = [entry for entry in known if not entry.isdigit()]
        absent = Label(f"本区没有 {kind} {name!r}", f"no {kind} {name!r} in this region")
        raise FupinError(pick(absent) + (f"; {nearest(key, shown)}" if shown else ""))
    return [event for event in region.events if event.kind == kind and event.uid == known[key]]
