"""What a region starts from: plain columns of every kind of agent, before tables and a calendar are put around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

type Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class RegionData:
    """Initial columns by declared name; a column that is not given starts at its declared default.

    Row numbers (`household.village`, `person.household`, `person.employer`, …) count within these very tables.
    Persons are sorted by household and households by village. `weight` is the number of villages, households or teams
    of the region that a row stands for. Counties and enterprises are whole, in population units, with quota, jobs,
    capital, cash and loan scaled to the households that the sample stands for (a factor of mean 1, 1 without sampling).
    `budgets` are those of a user's table: {instrument: {year: yuan a year}}, in population yuan; `residence` (persons,)
    says who is non-resident where a user's table does, NaN elsewhere: the others are drawn by the region.
    """

    counties: Columns
    villages: Columns
    households: Columns
    persons: Columns
    enterprises: Columns
    teams: Columns
    county_names: tuple[tuple[str, str], ...]
    profile: str
    sample: float = 1.0
    seed: int = 0
    budgets: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    residence: NDArray[Any] | None = None
