"""Village collectives: leases earn, works and dividends spend; once a year in December."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households

if TYPE_CHECKING:
    from fupin.model.region import Region


def collective_year(region: Region) -> None:
    """Leases of assets and land, then village works, then dividends to shareholding households."""
    v, h, p = region.rows("village"), region.rows("household"), region.p
    leases = p.asset_return * v.collective_assets + p.land_lease * v.rent * v.collective_land
    v.collective_cash += leases
    v.collective_income += leases
    region.ledger.post("collective.leases", Side("markets"), Side("collectives", leases))
    works = np.minimum(p.works_share * leases, v.collective_cash)
    v.collective_cash -= works
    region.ledger.post("collective.works", Side("collectives", works), Side("markets"))
    dividends = np.minimum(p.dividend_share * leases, v.collective_cash)
    holders = h.members > 0
    count = np.bincount(h.village[holders], minlength=len(v))
    dividends = np.where(count > 0, dividends, 0.0)
    rows = np.flatnonzero(holders)
    each = (dividends / np.maximum(count, 1.0))[h.village[rows]]
    v.collective_cash -= dividends
    v.dividends += dividends
    pay_households(region, "collective.dividends", Side("collectives", dividends), rows, each)
