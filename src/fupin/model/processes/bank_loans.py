"""Bank loans that households bring into a run: they pay interest and instalments themselves, quarter by quarter.

Loans of an instrument are the instrument's. Without a table that says who owes a bank there are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.ledger import Side
from fupin.model.rules.consumption import borrowed, credit_room
from fupin.model.rules.credit import loan_due

if TYPE_CHECKING:
    from fupin.model.region import Region

type Index = NDArray[np.int64]
type Amounts = NDArray[np.float64]


def bank_loans(region: Region) -> None:
    """Interest and an equal part of the principal fall due; what is left at the end is the bank's loss."""
    rows = region.old_loans
    if not len(rows):
        return
    h, post = region.rows("household"), region.ledger.post
    interest = 0.25 * region.p.lending_rate * h.loan[rows]
    due = loan_due(h.loan[rows], h.loan_months[rows])
    bridge(region, rows, interest + due)
    cash = np.maximum(h.savings[rows], 0.0)
    interest = np.minimum(interest, cash)
    paid = np.minimum(due, cash - interest)
    h.savings[rows] -= interest + paid
    h.loan[rows] -= paid
    h.loan_months[rows] = np.maximum(h.loan_months[rows] - 3, 0)
    post("loan.interest", Side("households", interest, rows), Side("banks"))
    post("loan.repaid", Side("households", paid, rows), Side("banks"))
    post("loan.cleared", Side("banks"), Side("households", paid, rows), "loan")
    late = rows[(h.loan_months[rows] <= 0) & (h.loan[rows] > 0.0)]
    if len(late):
        bad = h.loan[late].copy()
        h.loan[late] = 0.0
        post("loan.write_off", Side("banks"), Side("households", bad, late), "loan")
    region.old_loans = rows[h.loan[rows] > 0.0]


def bridge(region: Region, rows: Index, due: Amounts, instrument: str = "") -> None:
    """Who cannot pay an instalment from savings borrows privately, as far as that credit goes."""
    if not len(rows):
        return
    h, p = region.rows("household"), region.p
    room = credit_room(h.income_year[rows], h.debt[rows], p.debt_ceiling)
    more = borrowed(due, h.savings[rows], room)
    h.savings[rows] += more
    h.debt[rows] += more
    region.ledger.post("debt.borrowed", Side("kin"), Side("households", more, rows), instrument=instrument)
    region.ledger.post("debt.owed", Side("households", more, rows), Side("kin"), "debt", instrument)
