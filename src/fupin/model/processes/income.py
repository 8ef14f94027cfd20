"""Money that reaches households outside the quarter's settlement: one way in, every yuan counted alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.ledger import Side
from fupin.model.purposes import PURPOSES

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


class Payees(NamedTuple):
    """Households that are paid, by row (no row twice), and what a payment asks of them."""

    rows: NDArray[np.int64]
    county: NDArray[np.int64]
    village: NDArray[np.int64]
    weight: NDArray[np.float64]


def payees(region: Region, rows: NDArray[np.int64]) -> Payees:
    """Look up once what the steps of a payment ask of some households."""
    if region.compiled and len(rows) > FEW:
        return Payees(rows, *whereabouts(region, rows))
    h = region.rows("household")
    return Payees(rows, h.county[rows], h.village[rows], h.weight[rows])


@rowwise("household")
def whereabouts(region: Region, h: Any) -> tuple[Any, Any, Any]:
    """Where households live, and how many each stands for."""
    return h.county, h.village, h.weight


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

    What an instrument pays is a benefit, unless it is earned by work.
    """
    category = PURPOSES[purpose].income
    columns: tuple[str, ...] = ("savings", CATEGORIES[category], QUARTERS[region.quarter]) if category else ("savings",)
    if instrument and not earned:
        columns += ("benefits",)
    if region.compiled and len(rows) > FEW:
        credit(region, rows, amounts=amounts, columns=columns)
    else:
        h = region.rows("household")
        for name in columns:
            np.add.at(getattr(h, name), rows, amounts)  # as `column[rows] += amounts`, in half the time
    region.ledger.post(purpose, payer, Side("households", amounts, rows, weights), instrument=instrument)
