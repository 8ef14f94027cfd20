"""Enterprises: demand for labour before the match; revenue, debt, growth and failure after wages are paid."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.ledger import Side
from fupin.model.parameters import Values
from fupin.model.processes.accounts import ACCOUNTS, FLOWS, book_accounts, plan
from fupin.model.processes.settlement import Place
from fupin.model.rules.enterprises import firm_fails, productivity_for_jobs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

ORDERS = declare_stream("enterprise.orders", "demand shock of an enterprise in a quarter")
CHILD = declare_stream("enterprise.child", "key of an enterprise founded by imitation")
ENTRY = declare_stream("enterprise.entry", "whether an enterprise has an imitator this year")


def firm_level(region: Region) -> float:
    """Log productivity that keeps labour demand level when wages and capital rise alike."""
    p = region.p
    return float((1.0 - p.firm_capital_exponent) * np.log(p.local_wage / region.base_wage))


def firm_values(region: Region) -> Values:
    """The month's parameters with the level of productivity."""
    return _at_level(region.p, firm_level(region))


@lru_cache(maxsize=16)
def _at_level(p: Values, level: float) -> Values:
    return Values({**vars(p), "firm_level": level})


def plan_jobs(region: Region) -> None:
    """Orders move and every enterprise says how many workers it wants at the going wage."""
    plan_of_firm(region, p=firm_values(region))


@rowwise("enterprise")
def plan_of_firm(region: Region, e: Any, p: Values) -> None:
    """The same for each enterprise."""
    plan(e, Place(region.table_of("county").arrays, e.county), p, region.draws.normal(ORDERS, region.month, e.uid))


@rowwise("enterprise")
def accounts_of_firm(region: Region, e: Any, p: Values) -> tuple[Any, ...]:
    """The quarter's accounts of each enterprise; gives back its flows, in the order of `FLOWS`."""
    c, f = Place(region.table_of("county").arrays, e.county), SimpleNamespace()
    for phase in ACCOUNTS:
        phase(e, c, p, f)
    return tuple(getattr(f, name) for name in FLOWS)


def firm_accounts(region: Region) -> None:
    """Revenue comes in, interest and overheads go out, profit is drawn or invested, some firms fail."""
    e, p = region.rows("enterprise"), firm_values(region)
    flows = dict(zip(FLOWS, accounts_of_firm(region, p=p), strict=True))
    book_accounts(region.ledger, SimpleNamespace(**flows))
    if region.markets_on:
        close(region, (e.alive & firm_fails(e.cash, e.losses, e.payroll, p.patience)).nonzero()[0])


def close(region: Region, rows: NDArray[np.int64]) -> None:
    """Close failed firms: the bank bears the loan, assets are lost, cash goes to the owners."""
    e, ledger = region.rows("enterprise"), region.ledger
    if not len(rows):
        return
    ledger.post("firm.closure", Side("enterprises", e.cash[rows], rows), Side("markets"))
    ledger.post("firm.write_off", Side("banks"), Side("enterprises", e.loan[rows], rows), "loan")
    ledger.post("firm.scrapped", Side("enterprises", e.capital[rows], rows), Side("nature"), "assets")
    for column in (e.cash, e.loan, e.capital, e.jobs):
        column[rows] = 0.0
    e.alive[rows] = False


def productivity_for(
    region: Region, jobs: NDArray[np.float64], capital: NDArray[np.float64], wage: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Base-year log productivity at which enterprises of this capital want these jobs at this wage."""
    p = region.p
    wanted = productivity_for_jobs(jobs, capital, wage, p.firm_labour_exponent, p.firm_capital_exponent)
    return np.asarray(wanted - firm_level(region))


def derived_uid(region: Region, stream: str, parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keys of new enterprises, 62 bits drawn from parent and month: alike in every world, whoever else is founded."""
    low, high, _, _ = region.draws.words(stream, region.month, parents)
    return (high.astype(np.int64) << 30) ^ low.astype(np.int64) & ((1 << 62) - 1)


def found_enterprises(region: Region) -> None:
    """Each January some enterprises have a smaller imitator in the county, paid by its owners."""
    e, p = region.rows("enterprise"), region.p
    if not region.markets_on:
        return
    u = region.draws.uniform(ENTRY, region.month, e.uid)
    parents = (e.alive & (e.village < 0) & (u < p.entry_rate)).nonzero()[0]
    if not len(parents):
        return
    capital = p.founding_size * e.capital[parents]
    cash = p.founding_size * p.founding_payrolls * e.payroll[parents]
    born = {
        "uid": derived_uid(region, CHILD, e.uid[parents]),
        "county": e.county[parents],
        "kind": e.kind[parents],
        "productivity": e.productivity[parents],
        "capital": capital,
        "cash": cash,
    }
    rows = region.add("enterprise", born)
    region.ledger.post("firm.equity", Side("markets"), Side("enterprises", cash, rows))
    region.ledger.post("firm.founded", Side("markets"), Side("enterprises", capital, rows), "assets")
