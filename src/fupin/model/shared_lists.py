"""Lists that many ask for within a month, made once and shared: who is supported, who can work, poor villages.

A list is a function of the region with `@shared` and the columns that it is made of. While a month runs it is kept
until a process begins that may write one of these columns (`Process.writes`), and during that process it is made anew
whenever it is asked for. Nothing is kept between months, so whoever changes columns from outside need not know of it.
A kept array is read-only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.county import OUT
from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.household import EXITED, REGISTERED
from fupin.model.processes.household_sums import members_of
from fupin.model.processes.listing import hardship_of_members
from fupin.model.rules.exits import keeps_support

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Mask = NDArray[np.bool_]

TAPER = declare_stream("buffer.taper", "how long into the taper a household that left is still supported")
SUPPORT = ("household.registry", "household.exited_month", "county.exit_stage")  # what decides who is supported
READS: dict[str, frozenset[str]] = {}
"""Columns that each list is made of, as `kind.column`."""


class SharedLists:
    """The lists that a region keeps at this point of the month."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.taper: tuple[Index, NDArray[np.float64]] | None = None  # luck of each household, and the exit it is for
        self.unkept: frozenset[str] | None = None  # lists that the present process may change; None: no month runs

    def before(self, written: frozenset[str]) -> None:
        """A process begins that may write some columns: lists made of them no longer hold."""
        self.unkept = _made_of(written)
        for name in self.unkept.intersection(self.kept):
            del self.kept[name]

    def changed(self, *columns: str) -> None:
        """An instrument of somebody else's has written columns (`kind.column`) that fupin's own never write."""
        for name in _made_of(frozenset(columns)).intersection(self.kept):
            del self.kept[name]

    def close(self) -> None:
        """The month is over."""
        self.kept.clear()
        self.unkept = None


@functools.lru_cache(maxsize=256)
def _made_of(written: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, columns in READS.items() if not columns.isdisjoint(written))


def shared[L](*columns: str) -> Callable[[Callable[[Region], L]], Callable[[Region], L]]:
    """Declare a list that is made of some columns (`kind.column`) and of nothing else that changes within a month."""

    def declared(make: Callable[[Region], L]) -> Callable[[Region], L]:
        name = make.__name__
        READS[name] = frozenset(columns)

        @functools.wraps(make)
        def found(region: Region) -> L:
            lists = region.lists
            kept: L | None = lists.kept.get(name)
            if kept is not None:
                return kept
            new = make(region)
            if lists.unkept is not None and name not in lists.unkept:
                if isinstance(new, np.ndarray):
                    new.flags.writeable = False
                lists.kept[name] = new
            return new

        return found

    return declared


@shared(*SUPPORT)
def supported_mask(region: Region) -> Mask:
    """Households listed, or out of the register and still within buffer or taper: a mask."""
    return supported_among(region, slice(None))


def supported_among(region: Region, rows: Any) -> Mask:
    """The same for some rows (an array or a slice of them), looked up afresh."""
    h, p = region.rows("household"), region.p
    registry = h.registry[rows]
    mask = np.asarray(registry == REGISTERED)
    if p.buffer_years + p.taper_years > 0:
        out = (registry == EXITED).nonzero()[0]
        left = h.exited_month[rows][out]
        gone = region.month - left
        kept = keeps_support(gone, p.buffer_years, p.taper_years, 0.0)
        within = keeps_support(gone, p.buffer_years, p.taper_years, 1.0)
        tapering = (within & ~kept).nonzero()[0]  # a draw lies between 0 and 1: it decides only about these
        who = out + (rows.start or 0) if isinstance(rows, slice) else rows[out]
        draw = taper_luck(region, who[tapering], left[tapering])
        kept[tapering] = keeps_support(gone[tapering], p.buffer_years, p.taper_years, draw)
        mask[out] = kept
    if p.support_ends:
        mask &= (region.rows("county").exit_stage != OUT)[h.county[rows]]
    return mask


def taper_luck(region: Region, rows: Index, left: Index) -> NDArray[np.float64]:
    """Luck in the taper of households that left in given months: drawn once for each time that they leave."""
    uid = region.rows("household").uid
    if region.lists.taper is None:
        region.lists.taper = np.full(len(uid), -1), np.zeros(len(uid))
    drawn_for, luck = region.lists.taper
    new = (drawn_for[rows] != left).nonzero()[0]
    if len(new):
        left, late = left[new], rows[new]
        drawn_for[late], luck[late] = left, region.draws.uniform(TAPER, left, uid[late])
    return luck[rows]


@shared(*SUPPORT)
def supported_rows(region: Region) -> Index:
    """Rows of the supported households."""
    return places_where(region, supported_mask(region))


@shared(*SUPPORT)
def supported_weight(region: Region) -> float:
    """Supported households, population units."""
    return float(region.rows("household").weight[supported_rows(region)].sum())


@shared(*SUPPORT, "household.members")
def supported_homes(region: Region) -> Index:
    """Rows of the supported households that somebody lives in."""
    rows = supported_rows(region)
    return rows[region.rows("household").members[rows] > 0]


@shared(*SUPPORT)
def supported_by_villages(region: Region) -> dict[bytes, Index]:
    """Supported households of groups of villages that were asked for, by the mask of the villages."""
    return {}


def supported_in(region: Region, villages: Mask) -> Index:
    """Rows of the supported households in some villages (a mask over villages)."""
    known, key = supported_by_villages(region), villages.tobytes()
    if key not in known:
        rows = supported_rows(region)
        known[key] = rows[villages[region.rows("household").village[rows]]]
    return known[key]


@shared("household.members")
def homes_mask(region: Region) -> Mask:
    """Households that somebody lives in: a mask."""
    return np.asarray(region.rows("household").members > 0)


@shared("household.members")
def homes(region: Region) -> Index:
    """Rows of the households that somebody lives in."""
    return places_where(region, homes_mask(region))


@shared("household.members", "household.workers")
def working_homes(region: Region) -> Index:
    """Rows of the lived-in households with a worker."""
    return (homes_mask(region) & (region.rows("household").workers > 0)).nonzero()[0]


@shared("person.able")
def able_persons(region: Region) -> Index:
    """Rows of the persons who can work."""
    return places_where(region, region.rows("person").able)


@shared("person.able", "person.household", *SUPPORT)
def supported_workers(region: Region) -> Index:
    """Rows of the persons of supported households who can work."""
    return able_members(region, supported_rows(region))


def able_members(region: Region, households: Index) -> Index:
    """Rows of the members of some households who can work."""
    members, _ = members_of(region, households)
    return members[region.rows("person").able[members].nonzero()[0]]


@shared("household.expected_output")
def output_of_villages(region: Region) -> NDArray[np.float64]:
    """Expected output of the households of each village, population yuan a year."""
    return of_villages(region, "expected_output")


def of_villages(region: Region, column: str) -> NDArray[np.float64]:
    """Sum of a column over the households of each village, population units."""
    found: NDArray[np.float64] = sum_of_villages(region, column=column)["sum"]
    return found


@rowwise("household")
def sum_of_villages(region: Region, h: Any, column: str) -> ByGroup:
    """The same, and nothing else."""
    return ByGroup({"sum": ("village", h.village, h.weight * getattr(h, column))})


@shared(*(f"household.{name}" for name in ("severely_ill", "disabled", "elders", "members", "workers")))
def hard_homes(region: Region) -> Mask:
    """Households in special hardship through their members: a mask."""
    return hardship_of_members(region.rows("household"))


@shared("village.poor_village")
def poor_villages(region: Region) -> Index:
    """Rows of the poor villages."""
    return region.rows("village").poor_village.nonzero()[0]
