"""Four ways to use a micro-loan (一自三合): alone, with an able neighbour, in a co-operative, managed by a firm.

A loan that is handed on becomes capital of the host, who pays a dividend each December out of his cash and hands the
principal back before the instalments begin, as far as he can: what he cannot is the borrower's trouble.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE, LEADING, PARK
from fupin.model.household import NEVER
from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import foremost
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.credit import managed_use_value, own_use_value, shared_use_value
from fupin.model.rules.scales import MOST_RETURN

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]
type Rows = NDArray[np.int64]

TASTE = declare_stream("credit.use", "taste of a borrower for a way to use the loan")
HOST = declare_stream("credit.host", "which firm or co-operative takes a loan")
OWN, PARTNER, COOP, MANAGED = range(4)


@dataclass
class Contracts:
    """Loans handed on: borrower, way, host (row of a household or of an enterprise), yuan of the borrower."""

    borrower: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    way: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    host: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    yuan: Amounts = field(default_factory=lambda: np.empty(0))


def choose(region: Region, s: Any, rows: Rows) -> tuple[Rows, Rows]:
    """Way and host of each borrower: the best of the ways that are there, by expected return and taste."""
    h, p = region.rows("household"), region.p
    neighbour = able_neighbours(region)[h.village[rows]]
    own, partners = (
        return_on_assets(h.expected_output[whose], h.capital[whose], p.capital_exponent, p.capital_floor)
        for whose in (rows, np.maximum(neighbour, 0))
    )
    coop, firm = hosts(region, rows, (COOPERATIVE,)), hosts(region, rows, (LEADING, PARK))
    host = np.array([np.zeros(len(rows), np.int64), neighbour, coop, firm])
    motivation = h.motivation[rows]
    worth = np.array(
        [
            own_use_value(own, motivation, s.use_effort),
            shared_use_value(partners, s.shared_part, motivation, s.use_effort),
            managed_use_value(s.coop_dividend, s.coop_distrust * s.use_trust) + 0.0 * motivation,
            managed_use_value(s.firm_dividend, s.use_trust) + 0.0 * motivation,
        ]
    )
    worth += s.use_taste * region.draws.gumbels(TASTE, region.month, h.uid[rows], 4)
    way = np.argmax(np.where(host >= 0, worth, -np.inf), axis=0)
    return way.astype(np.int64), host[way, np.arange(len(rows))]


def able_neighbours(region: Region) -> Rows:
    """Row of the ablest household of each village that was never listed and works for itself; −1 without one."""
    h, v = region.rows("household"), region.rows("village")
    rows = ((h.registry == NEVER) & (h.own_labour >= 1.0) & (h.members > 0)).nonzero()[0]
    best = rows[foremost(h.village[rows], -h.expected_output[rows], h.uid[rows])]
    found = np.full(len(v), -1, np.int64)
    found[h.village[best]] = best
    return found


def hosts(region: Region, rows: Rows, kinds: tuple[int, ...]) -> Rows:
    """An enterprise of these kinds in the county of each household, by lot; −1 without one."""
    h, e = region.rows("household"), region.rows("enterprise")
    asked = np.logical_or.reduce([e.kind == kind for kind in kinds])
    firms = (e.alive & (e.village < 0) & asked).nonzero()[0]
    firms = firms[np.argsort(e.county[firms], kind="stable")]
    place = np.searchsorted(e.county[firms], np.arange(len(region.rows("county")) + 1))
    starts, ends = place[h.county[rows]], place[h.county[rows] + 1]
    luck = region.draws.uniform(HOST, region.month + kinds[0], h.uid[rows])
    place = np.minimum(starts + (luck * (ends - starts)).astype(np.int64), np.maximum(ends - 1, 0))
    return np.where(ends > starts, firms[place] if len(firms) else -1, -1)


def hand_on(region: Region, contracts: Contracts, rows: Rows, way: Rows, host: Rows, yuan: Amounts, name: str) -> None:
    """The borrower's cash goes to the host and becomes his capital."""
    h, e = region.rows("household"), region.rows("enterprise")
    to_firm = way >= COOP
    firm = np.bincount(host[to_firm], h.weight[rows[to_firm]] * yuan[to_firm], minlength=len(e))
    near = np.bincount(host[~to_firm], yuan[~to_firm], minlength=len(h))
    e.capital += firm
    h.capital += near
    for side, payers, amounts in (("enterprises", to_firm, firm), ("households", ~to_firm, near)):
        given = Side("households", yuan[payers], rows[payers])
        region.ledger.post("credit.entrusted", given, Side(side, amounts), instrument=name)
        region.ledger.post("investment", Side(side, amounts), Side("markets"), instrument=name)
        region.ledger.post("investment.goods", Side("markets"), Side(side, amounts), "assets", name)
    contracts.borrower = np.append(contracts.borrower, rows)
    contracts.way = np.append(contracts.way, way)
    contracts.host = np.append(contracts.host, host)
    contracts.yuan = np.append(contracts.yuan, yuan)


def dividends(region: Region, s: Any, contracts: Contracts, name: str) -> None:
    """December: each host pays what was agreed, out of cash; a partner a part of what his assets earn."""
    h, p = region.rows("household"), region.p
    way, host, rows = contracts.way, contracts.host, contracts.borrower
    near = np.where(way == PARTNER, host, 0)
    back = return_on_assets(h.expected_output[near], h.capital[near], p.capital_exponent, p.capital_floor)
    rate = np.where(
        way == PARTNER,
        s.shared_part * np.minimum(back, MOST_RETURN),
        np.where(way == COOP, s.coop_dividend, s.firm_dividend),
    )
    paid = from_hosts(region, contracts, np.where(h.members[rows] > 0, rate * contracts.yuan, 0.0))
    for part in (way == PARTNER, way >= COOP):
        if part.any():
            payer = host_side(region, contracts, paid, part)
            if payer.sector == "enterprises":
                region.rows("enterprise").profit -= payer.amounts
            pay_households(region, "credit.dividends", payer, rows[part], paid[part], name, earned=True)


def hand_back(region: Region, contracts: Contracts, due: NDArray[np.bool_], name: str) -> None:
    """Hosts return what they can of the loans that are due; the contracts end."""
    h, rows = region.rows("household"), contracts.borrower
    paid = from_hosts(region, contracts, np.where(due, contracts.yuan, 0.0))
    for part in (due & (contracts.way == PARTNER), due & (contracts.way >= COOP)):
        if part.any():
            payer = host_side(region, contracts, paid, part)
            h.savings[rows[part]] += paid[part]
            to = Side("households", paid[part], rows[part])
            region.ledger.post("credit.handed_back", payer, to, instrument=name)
    for column in ("borrower", "way", "host", "yuan"):
        setattr(contracts, column, getattr(contracts, column)[~due])


def from_hosts(region: Region, contracts: Contracts, asked: Amounts) -> Amounts:
    """Take what is asked out of the hosts' cash, in the same part from all who ask the same host; what each gets."""
    h, e = region.rows("household"), region.rows("enterprise")
    paid = np.zeros(len(asked))
    for part, weight, cash in (
        (contracts.way == PARTNER, np.ones(len(asked)), h.savings),
        (contracts.way >= COOP, h.weight[contracts.borrower], e.cash),
    ):
        host = contracts.host[part]
        sums = np.bincount(host, weight[part] * asked[part], minlength=len(cash))
        share = np.minimum(1.0, np.maximum(cash, 0.0) / np.maximum(sums, 1e-9))
        cash -= share * sums
        paid[part] = asked[part] * share[host]
    return paid


def host_side(region: Region, contracts: Contracts, paid: Amounts, part: NDArray[np.bool_]) -> Side:
    """The hosts of some contracts as payers."""
    if contracts.way[part][0] == PARTNER:
        return Side(
            "households", np.bincount(contracts.host[part], paid[part], minlength=len(region.rows("household")))
        )
    weight = region.rows("household").weight[contracts.borrower[part]]
    amounts = np.bincount(contracts.host[part], weight * paid[part], minlength=len(region.rows("enterprise")))
    return Side("enterprises", amounts)
