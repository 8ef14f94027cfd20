"""Money that reaches households outside the quarter's settlement: one way in, every yuan counted alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import gathered
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.ledger import Side
from fupin.model.purposes import PURPOSES, undeclared

if TYPE_CHECKING:
    from fupin.model.region import Region

CATEGORIES = {
    "wage": "wage_income",
    "operating": "operating_income",
    "property": "property_income",
    "transfer": "transfer_income",
}
QUARTERS = "income_q1", "income_q2", "income_q3", "income_q4"


FEW = 200  # households whose columns are added to as quickly one column after the other
MANY = 2000  # from here on a loop looks up what is to be known of them as quickly as array operations do


class Payees(NamedTuple):
    """Households that are paid, by row (no row twice), and what a payment asks of them."""

    rows: NDArray[np.int64]
    county: NDArray[np.int64]
    village: NDArray[np.int64]
    weight: NDArray[np.float64]


def payees(region: Region, rows: NDArray[np.int64]) -> Payees:
    """Look up once what the steps of a payment ask of some households."""
    if region.compiled and len(rows) > MANY:
        return Payees(rows, *whereabouts(region, rows))
    h = region.rows("household")
    return Payees(rows, *(gathered(column, rows) for column in (h.county, h.village, h.weight)))


@rowwise("household")
def whereabouts(region: Region, h: Any) -> tuple[Any, Any, Any]:
    """Where households live, and how many each stands for."""
    return h.county, h.village, h.weight


def charges(region: Region, to: Payees, amounts: NDArray[np.float64], named: bool) -> dict[str, NDArray[np.float64]]:
    """What each county pays when every household gets an amount (population yuan); of this in poor villages."""
    if region.compiled and len(to.rows) > MANY:
        where = {"county": to.county, "village": to.village, "weight": to.weight}
        found: dict[str, NDArray[np.float64]] = charge_counties(region, to.rows, **where, amounts=amounts, named=named)
        return found
    yuan, n = to.weight * amounts, len(region.rows("county"))
    sums = {"all": np.bincount(to.county, yuan, n)}
    if named:
        sums["listed"] = np.bincount(to.county, yuan * region.rows("village").poor_village[to.village], n)
    return sums


@rowwise("household")
def charge_counties(
    region: Region, h: Any, county: Any, village: Any, weight: Any, amounts: Any, named: bool
) -> ByGroup:
    """The same in one loop."""
    yuan = weight * amounts
    sums = {"all": ("county", county, yuan)}
    if named:
        sums["listed"] = ("county", county, yuan * region.rows("village").poor_village[village])
    return ByGroup(sums)


@rowwise("household")
def credit(region: Region, h: Any, amounts: Any, columns: tuple[str, ...]) -> None:
    """Add amounts to some columns."""
    for name in columns:
        setattr(h, name, getattr(h, name) + amounts)


def pay_households(
    region: Region,
    purpose: str,
    payer: Side,
    rows: NDArray[np.int64],
    amounts: NDArray[np.float64],
    instrument: str = "",
    earned: bool = False,
    weights: NDArray[np.float64] | None = None,
) -> None:
    """Pay `amounts` (yuan, one a row, no row twice) in cash and count them as the purpose's kind of income.

    What an instrument pays is a benefit, unless it is earned by work; programme income is what of it is income. Raises
    KeyError for a purpose that is not declared.
    """
    if purpose not in PURPOSES:
        raise undeclared(purpose)
    category = PURPOSES[purpose].income
    columns: tuple[str, ...] = ("savings", CATEGORIES[category], QUARTERS[region.quarter]) if category else ("savings",)
    if instrument and not earned:
        columns += ("benefits", "programme_income") if category else ("benefits",)
    if region.compiled and len(rows) > FEW:
        credit(region, rows, amounts=amounts, columns=columns)
    else:
        h = region.rows("household")
        for name in columns:
            np.add.at(getattr(h, name), rows, amounts)  # as `column[rows] += amounts`, in half the time
    region.ledger.post(purpose, payer, Side("households", amounts, rows, weights), instrument=instrument)
