"""Village collectives: leases earn, works and dividends spend; once a year in December."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.rules.vocabulary import maximum, minimum

if TYPE_CHECKING:
    from fupin.model.region import Region


def collective_year(region: Region) -> None:
    """Leases of assets and land, then village works, then dividends to shareholding households."""
    v, h, f = region.rows("village"), region.rows("household"), SimpleNamespace()
    rows = (h.members > 0).nonzero()[0]
    run_collective(v, region.p, np.bincount(h.village[rows], minlength=len(v)), f)
    book_collective(region, f)
    pay_households(
        region, "collective.dividends", Side("collectives", f.dividends), rows, f.dividend_each[h.village[rows]]
    )


def run_collective(v: Any, p: Any, holders: Any, f: Any) -> None:
    """The collective's year: a share for each household of the village, paid to those that are there to take it.

    Elementwise; flows are yuan of the collective.
    """
    f.leases = p.asset_return * v.collective_assets + p.land_lease * v.rent * v.collective_land
    v.collective_cash = v.collective_cash + f.leases
    v.collective_income = v.collective_income + f.leases
    f.works = minimum(p.works_share * f.leases, v.collective_cash)
    v.collective_cash = v.collective_cash - f.works
    f.dividend_each = minimum(p.dividend_share * f.leases, v.collective_cash) / maximum(v.households, 1.0)
    f.dividends = f.dividend_each * holders
    v.collective_cash = v.collective_cash - f.dividends
    v.dividends = v.dividends + f.dividends


def book_collective(region: Region, f: Any, rows: Any = None) -> None:
    """Post leases and works; dividends are posted with those who receive them."""
    region.ledger.post("collective.leases", Side("markets"), Side("collectives", f.leases, rows))
    region.ledger.post("collective.works", Side("collectives", f.works, rows), Side("markets"))
