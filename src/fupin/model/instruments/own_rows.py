"""Which rows of a table an instrument calls its own, where a package has several that write the same columns.

Whoever lends to a household, builds in a village or lists somebody takes the row, from whoever had it. What none has
taken (it was there before, or another package has brought it about) belongs to the first in force, or where none is,
to the first that has begun. An instrument alone of its kind has every row, and nothing is kept for it.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Rows = NDArray[np.int64]
type Mask = NDArray[np.bool_]


def alike(region: Region, one: Instrument) -> Sequence[Instrument]:
    """The instruments of the package that write the same columns: those of its kind, itself among them."""
    if not one.writes_with:
        return region.of_kind(one.kind)
    return [other for kind in one.writes_with for other in region.of_kind(kind)]


def take(region: Region, one: Instrument, rows: Rows, table: str = "household") -> None:
    """Rows of a table are its own from now on."""
    others = alike(region, one)
    if len(others) > 1:
        for other in others:
            taken(region, other, table)[rows] = other is one


def alone(region: Region, one: Instrument) -> bool:
    """Is it the only one of the package that writes its columns?"""
    return len(alike(region, one)) < 2


def own(region: Region, one: Instrument, rows: Rows, table: str = "household", *, handed_on: bool = False) -> Rows:
    """Those of some rows that are its own."""
    return rows if alone(region, one) else np.asarray(rows[own_mask(region, one, table, handed_on=handed_on)[rows]])


def own_in(region: Region, one: Instrument, rows: Rows, *, handed_on: bool = False) -> Rows:
    """Those of some households whose village is its own."""
    if alone(region, one):
        return rows
    mine = own_mask(region, one, "village", handed_on=handed_on)
    return np.asarray(rows[mine[region.rows("household").village[rows]]])


def own_mask(region: Region, one: Instrument, table: str = "household", *, handed_on: bool = False) -> Mask:
    """The same of all rows, as a mask. `handed_on`: while another is in force, who is over has none any more."""
    others = alike(region, one)
    if len(others) < 2:
        return np.ones(len(region.rows(table)), np.bool_)
    mine, first, month = taken(region, one, table), heir(region, others), region.month
    if handed_on and first is not None and first.settings.active(month):
        others = [other for other in others if other.settings.active(month)]
        if one not in others:
            return np.zeros_like(mine)
    return mine if first is not one else mine | ~np.logical_or.reduce([taken(region, it, table) for it in others])


def taken(region: Region, one: Instrument, table: str) -> Mask:
    """Rows that an instrument has taken and no other since: kept where there are several."""
    kept, n = region.state_of(one).__dict__.setdefault("taken", {}), len(region.rows(table))
    mask: Mask = kept.get(table, np.zeros(0, np.bool_))
    if len(mask) < n:  # at first, and when the table has grown
        mask = kept[table] = np.append(mask, np.zeros(n - len(mask), np.bool_))
    return mask


def elsewhere(region: Region, one: Instrument, has: Callable[[Any], Any]) -> Any:
    """Rows that another of its kind in force serves already, as `has` tells of each: a mask, of one row if alone."""
    others = (other for other in alike(region, one) if other is not one and other.settings.active(region.month))
    return functools.reduce(np.logical_or, (has(other) for other in others), np.zeros(1, np.bool_))


def heir(region: Region, some: Sequence[Instrument]) -> Instrument | None:
    """Whose concern is what nobody has taken: the first in force, else the first that has begun."""
    month = region.month
    now = (one for one in some if one.settings.active(month))
    return next(now, next((one for one in some if one.settings.begun(month)), None))


def own_keys(one: Instrument, uid: Rows) -> Rows:
    """Keys for the draws about what it founds: of the places, changed by its id where that is not its kind."""
    return uid if one.id == one.kind else uid ^ (np.int64(zlib.crc32(one.id.encode())) << np.int64(28))


def all_over(region: Region, one: Instrument) -> bool:
    """Is it over, and is no other in force that goes on with what they share?"""
    return not any(other.settings.active(region.month) for other in alike(region, one))
