"""Worlds for the tests of industry and employment: a few villages with some columns set, under one package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from worlds import START, changed, instruments, region, snapshot, villages

from fupin.model.household import REACHED
from fupin.model.region import Region
from fupin.model.region_data import RegionData


def places(data: RegionData | None = None, **columns: Any) -> RegionData:
    """Our villages with some columns set alike, `poor_village=True` for all unless given."""
    data = data or villages(40)
    given = {"poor_village": True} | columns
    n = len(data.villages["uid"])
    kinds = {name: data.villages[name].dtype if name in data.villages else None for name in given}
    new = {name: np.full(n, value, kinds[name]) for name, value in given.items()}
    return replace(data, villages=data.villages | new)


def without_workers(data: RegionData) -> RegionData:
    """The same villages, in which nobody is able to work, or ever will be."""
    persons = data.persons
    idle = {
        "able": np.zeros_like(persons["able"]),
        "disabled": np.ones_like(persons["disabled"]),
        "activity": np.full_like(persons["activity"], -1),
        "employer": np.full_like(persons["activity"], -1),
    }
    return replace(data, persons=persons | idle)


def after(
    months: int,
    *kinds: str,
    data: RegionData | None = None,
    parameters: Mapping[str, float] | None = None,
    seed: int = 1,
    **settings: Any,
) -> Region:
    """A small region after some months of a package, its books checked by account every month."""
    package = instruments(*kinds, **settings)
    world = region(data or places(), package, years=6, audit=True, overrides=parameters, seed=seed)
    while world.month < START + months - 1:
        world.step()
        world.ledger.check()
    return world


def total(world: Region, purpose: str, since: int = 0) -> float:
    """Yuan booked for a purpose, from some month of the scenario on."""
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose and one.month >= START + since)


def differs(a: Region, b: Region) -> set[str]:
    """Columns that are not the same in two worlds, but for the marks of who was reached."""
    return changed(snapshot(a), snapshot(b)) - {f"household.{name}" for name in REACHED}
