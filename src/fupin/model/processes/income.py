"""Money that reaches households outside the quarter's settlement: one way in, every yuan counted alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fupin.model.ledger import Side
from fupin.model.purposes import PURPOSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

CATEGORIES = {
    "wage": "wage_income",
    "operating": "operating_income",
    "property": "property_income",
    "transfer": "transfer_income",
}


def pay_households(
    region: Region,
    purpose: str,
    payer: Side,
    rows: NDArray[np.int64],
    amounts: NDArray[np.float64],
    instrument: str = "",
    earned: bool = False,
) -> None:
    """Pay `amounts` (yuan, one a row, no row twice) in cash and count them as the purpose's kind of income.

    What an instrument pays is a benefit, unless it is earned by work.
    """
    h = region.rows("household")
    h.savings[rows] += amounts
    category = PURPOSES[purpose].income
    if category:
        getattr(h, CATEGORIES[category])[rows] += amounts
        getattr(h, f"income_q{region.quarter + 1}")[rows] += amounts
    if instrument and not earned:
        h.benefits[rows] += amounts
    region.ledger.post(purpose, payer, Side("households", amounts, rows), instrument=instrument)
