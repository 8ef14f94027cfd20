"""Small regions with work teams, and what the tests of teams and cadres ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from worlds import START, changed, instruments, region, snapshot, villages

from fupin.model.household import REACHED, REGISTERED
from fupin.model.region import Region
from fupin.model.region_data import RegionData

BUSY = {"teams.days_per_visit": 1.0, "teams.most_visits": 8.0}  # no team reaches the most visits that make sense
OURS = {f"household.{name}" for name in REACHED}


def staffed(
    months: int,
    *kinds: str,
    data: RegionData | None = None,
    parameters: Mapping[str, float] | None = None,
    **given: Any,
) -> Region:
    """A region of 14 villages with a package, its books checked by account every quarter."""
    made = region(
        data or villages(40, 1, 0.06), instruments(*kinds, **given), years=4, audit=True, overrides=parameters
    )
    while made.month < START + months - 1:
        made.step()
        if made.month % 3 == 2:
            made.ledger.check()
    return made


def team(made: Region, name: str) -> np.ndarray:
    """A column of the work teams."""
    return made.table_of("workteam")[name].copy()


def mean_visits(made: Region) -> float:
    """Visits a month to listed households."""
    h = made.rows("household")
    return float(h.visits[h.registry == REGISTERED].mean())


def differs(one: Region, other: Region) -> set[str]:
    """Columns that are not the same, but for the marks of programmes."""
    return changed(snapshot(one), snapshot(other)) - OURS


def places(**columns: Any) -> RegionData:
    """Our villages with some village columns set."""
    data = villages(40, 1, 0.06)
    return replace(data, villages=data.villages | {name: np.asarray(value) for name, value in columns.items()})


def without_teams(data: RegionData) -> RegionData:
    """The same region in which no village has a team."""
    return replace(data, teams={name: values[:0] for name, values in data.teams.items()})
