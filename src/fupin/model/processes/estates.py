"""Estates: a household whose last member has died goes to its heirs outside, and its row is at rest from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.events import tell_traced
from fupin.model.household import NEVER
from fupin.model.ledger import Side
from fupin.model.processes.income import QUARTERS
from fupin.model.rules.assets import distress_sale

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]

LENDERS = ("loan", "group_loan", "soft_debt", "care_debt")  # columns of what is owed to others than kin
ENDING = (
    *QUARTERS, "income_year", "income_before", "income_growth", "permanent_income", "formal_pension", "dibao", "wubao",
    "pv_income", "land", "park_land", "rented_out", "rented_in", "diverted", "expected_output",
)  # fmt: skip
NO_LONGER = {"registry": NEVER, "alert_month": -1, "ungrounded": False, "contract_firm": -1, "homestay": False}


def settle_estates(region: Region, rows: Index) -> None:
    """Those of some households in which nobody lives: off the register, their own and what they owe kin to kin.

    Lenders come first: goods are sold where savings do not do, and what is owed stays until it is called in.
    """
    h, p = region.rows("household"), region.p
    rows = rows[h.members[rows] == 0]
    if not len(rows):
        return
    owed = np.sum([getattr(h, name)[rows] for name in LENDERS], axis=0)
    sell_for(region, rows, owed, p.sale_loss)
    estate, kin = np.maximum(h.savings[rows] - owed, 0.0), Side("kin")
    goods, debt = h.capital[rows] + h.grant_pending[rows], h.debt[rows].copy()
    h.savings[rows] -= estate
    h.capital[rows] = h.grant_pending[rows] = h.debt[rows] = 0.0
    region.ledger.post("estate.savings", Side("households", estate, rows), kin)
    region.ledger.post("estate.goods", Side("households", goods, rows), kin, "assets")
    region.ledger.post("estate.debt", kin, Side("households", debt, rows), "debt")
    np.add.at(region.rows("village").heirs_land, h.village[rows], h.land[rows])  # who let it as one without labour does
    for name in ENDING:
        getattr(h, name)[rows] = 0.0
    for name, value in NO_LONGER.items():
        getattr(h, name)[rows] = value
    tell_traced(region, rows, "户内人口全部去世，销户", "nobody is left: the house goes to heirs")


def sell_for(region: Region, rows: Index, owed: NDArray[np.float64], sale_loss: float) -> None:
    """Sell goods for what is owed to lenders beyond the savings."""
    h = region.rows("household")
    sold = distress_sale(np.maximum(owed - h.savings[rows], 0.0) * (owed > 0.0), h.capital[rows], sale_loss, 1.0)
    got = (1.0 - sale_loss) * sold
    h.savings[rows] += got
    h.capital[rows] -= sold
    side, markets = Side("households", got, rows), Side("markets")
    region.ledger.post("distress.sale", markets, side)
    region.ledger.post("distress.goods", side, markets, "assets")
    region.ledger.post("distress.loss", Side("households", sold - got, rows), Side("nature"), "assets")
