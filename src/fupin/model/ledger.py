"""Double-entry money: every flow has a payer, a payee, a purpose and an amount.

Processes change stock columns by their rules and, independently, post what moved. The ledger keeps what every account
should hold: opening stock plus postings. `check` compares the two, so a posting that is missing,
doubled or wrong shows as a difference. In `audit` mode the comparison is made for each agent; otherwise for each
sector in population yuan.

A holding is what moves: cash, bank loans and private debt (claims of the lender, so the borrower's stock counts
negative) and productive assets. Depreciation, losses and revaluation are flows to or from the account `nature`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.purposes import PURPOSES, undeclared

type Amounts = NDArray[np.float64]
type Key = tuple[str, str, str, str, str]  # purpose, holding, payer, payee, instrument
type Accounts = dict[tuple[str, str], Any]  # what each sector should have of each holding, in sum or by agent

OUTSIDE = {
    "centre": ("中央财政", "central government"),
    "province": ("省级财政", "province"),
    "city": ("市级财政", "city"),
    "banks": ("银行", "banks"),
    "society": ("社会帮扶", "donors and paired regions"),
    "insurers": ("医保基金", "health insurance fund"),
    "markets": ("区外市场", "markets outside the region"),
    "donors": ("社会捐助方", "charities and donors"),
    "kin": ("亲友", "kin and absent children"),
    "lessors": ("土地流转平台", "land rental (heirs elsewhere among the lessors)"),
    "nature": ("折旧与损失", "depreciation, losses, revaluation"),
}
AGENTS = {
    "households": ("农户", "households"),
    "collectives": ("村集体", "village collectives"),
    "enterprises": ("企业", "enterprises"),
    "counties": ("县财政", "county governments"),
}
SECTORS = AGENTS | OUTSIDE
HOLDINGS = {
    "cash": ("现金", "cash"),
    "loan": ("银行贷款", "bank loans"),
    "debt": ("私人借款", "private debt"),
    "assets": ("生产性资产", "productive assets"),
}
PIECE = 8192  # rows summed at a time
# the state columns that make up each stock, with their sign
STOCKS: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {
    ("households", "cash"): (("savings", 1.0),),
    ("households", "loan"): (("loan", -1.0),),
    ("households", "debt"): (("debt", -1.0), ("care_debt", -1.0), ("soft_debt", -1.0), ("group_loan", -1.0)),
    ("households", "assets"): (("capital", 1.0), ("grant_pending", 1.0)),
    ("collectives", "cash"): (("collective_cash", 1.0), ("mutual_fund", 1.0)),
    ("collectives", "debt"): (("fund_lent", 1.0), ("mutual_lent", 1.0)),
    ("collectives", "assets"): (
        ("collective_assets", 1.0),
        ("pv_value", 1.0),
        ("idle_assets", 1.0),
        ("venture_assets", 1.0),
    ),
    ("enterprises", "cash"): (("cash", 1.0),),
    ("enterprises", "loan"): (("loan", -1.0),),
    ("enterprises", "assets"): (("capital", 1.0),),
    ("counties", "cash"): (("cash", 1.0),),
    ("counties", "loan"): (("policy_debt", -1.0),),
}


def weighted_sum(amounts: Amounts, weights: Amounts) -> float:
    """Σ amount · weight, the same on every machine: a longer `np.dot` would be shared out among the cores there are."""
    if len(amounts) <= PIECE:
        return float(amounts.dot(weights))
    cuts = range(0, len(amounts), PIECE)
    return sum(float(amounts[cut : cut + PIECE].dot(weights[cut : cut + PIECE])) for cut in cuts)


class LedgerError(AssertionError):
    """The books do not balance: a fault of the program, never of the user's input."""


def agree(purpose: str, gives: float, gets: float) -> None:
    """Raise `LedgerError` unless the two sides of a flow, added up apart, are the same."""
    if abs(gives - gets) > 1e-9 * max(abs(gives), 1.0):
        raise LedgerError(f"{purpose}: payer gives {gives!r}, payee gets {gets!r}")


class Imbalance(NamedTuple):
    """An account whose stock is not what its postings make: yuan more (or less: negative) than booked.

    In an audit it is the largest difference of a single account, without sign. `purposes` is what the books have there
    in sum, positive where the account receives, largest first.
    """

    sector: str
    holding: str
    yuan: float
    purposes: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        booked = ", ".join(f"{purpose} {amount:+.6g}" for purpose, amount in self.purposes[:3]) or "nothing"
        return f"{self.sector} {self.holding}: stock and books differ by {self.yuan:.6g} yuan (booked there: {booked})"


class Side(NamedTuple):
    """One side of a posting: a sector and, for agents, the amounts of given rows (None: all rows in order).

    Who has looked up the weights of the rows gives them too.
    """

    sector: str
    amounts: Amounts | None = None
    rows: Any = None
    weights: Amounts | None = None


class Entry(NamedTuple):
    """One line of the journal: the total of a posting in population yuan."""

    month: int
    purpose: str
    holding: str
    payer: str
    payee: str
    instrument: str
    amount: float


@dataclass
class Ledger:
    """The books of one region.

    `weights(sector)` gives the survey weights of the sector's rows and `stock(sector, holding)` its stock column; the
    region supplies both. `suppressed` names purposes that are silently not posted: tests use it to prove that no
    posting is idle.
    """

    weights: Callable[[str], Amounts]
    stock: Callable[[str, str], Amounts]
    audit: bool = False
    suppressed: frozenset[str] = frozenset()
    month: int = 0
    traced: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    trace: list[tuple[int, int, str, str, float, str]] = field(default_factory=list)
    _book: defaultdict[Key, float] = field(default_factory=lambda: defaultdict(float))  # the open month
    _closed: list[tuple[int, dict[Key, float]]] = field(default_factory=list)  # months not yet in the journal
    _journal: list[Entry] = field(default_factory=list)
    _expected: Accounts = field(default_factory=dict)
    _turnover: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def open(self, month: int) -> None:
        """Take the present stocks as opening balances: before the first month, or when somebody has set columns."""
        self._write_up()
        self.month = month
        for sector, holding in STOCKS:
            stock = self.stock(sector, holding)
            self._expected[sector, holding] = stock.copy() if self.audit else weighted_sum(stock, self.weights(sector))
        posted = {key: -amount for key, amount in self._book.items()}  # it has moved the stocks already
        self._carry(posted, self._expected, defaultdict(float))

    def post(self, purpose: str, payer: Side, payee: Side, holding: str = "cash", instrument: str = "") -> float:
        """Book one flow; returns its total in population yuan.

        At least one side gives amounts; if both do, the weighted totals must agree. Negative totals are refused: swap
        the sides.
        """
        if purpose not in PURPOSES:
            raise undeclared(purpose)
        if purpose in self.suppressed:
            return 0.0
        total = self._total(payee if payer.amounts is None else payer)
        if payer.amounts is not None and payee.amounts is not None:
            agree(purpose, total, self._total(payee))
        if total == 0.0 and not self.audit:
            return 0.0
        self._write((purpose, holding, payer.sector, payee.sector, instrument), total)
        if self.audit:
            self._expect(payer, holding, -1.0)
            self._expect(payee, holding, 1.0)
        if len(self.traced):
            self._note(payer, purpose, holding, -1.0, instrument)
            self._note(payee, purpose, holding, 1.0, instrument)
        return total

    @property
    def by_account(self) -> bool:
        """Must every posting name the accounts? Otherwise totals will do (`post_total`)."""
        return self.audit or len(self.traced) > 0

    def post_total(
        self, purpose: str, payer: str, payee: str, total: float, holding: str = "cash", instrument: str = ""
    ) -> None:
        """Book one flow of which only the total is known, population yuan: where the books are kept by sector."""
        if purpose not in PURPOSES:
            raise undeclared(purpose)
        if total != 0.0 and purpose not in self.suppressed:
            self._write((purpose, holding, payer, payee, instrument), total)

    def post_by_county(self, purpose: str, payer: str, payee: str, yuan: Amounts, instrument: str = "") -> None:
        """Book cash that the counties, whose rows stand for themselves, get or give: one of the two is `counties`."""
        if self.audit or len(self.traced):
            gives, gets = (yuan, None) if payer == "counties" else (None, yuan)
            self.post(purpose, Side(payer, gives), Side(payee, gets), "cash", instrument)
            return
        self.post_total(purpose, payer, payee, float(yuan.dot(self.weights("counties"))), "cash", instrument)

    def _write(self, key: Key, total: float) -> None:
        if not total >= -1e-6:
            raise LedgerError(f"{key[0]}: total {total!r} is not a flow from {key[2]} to {key[3]}")
        self._book[key] += total

    def transfer(self, purpose: str, payer: str, payee: str, amount: float, instrument: str = "") -> float:
        """Book cash between two outside sectors, population yuan."""
        return self.post(purpose, Side(payer, np.array([amount])), Side(payee), instrument=instrument)

    def _total(self, side: Side) -> float:
        assert side.amounts is not None
        if side.sector in OUTSIDE:
            return float(side.amounts.sum())
        weights = side.weights
        if weights is None:
            weights = self.weights(side.sector)
            weights = weights if side.rows is None else weights[side.rows]
        return weighted_sum(side.amounts, weights)

    def _expect(self, side: Side, holding: str, sign: float) -> None:
        key = (side.sector, holding)
        if key not in self._expected:
            return
        assert side.amounts is not None, f"{side.sector} need amounts by agent"
        self._grow(key)
        if side.rows is None:
            self._expected[key] += sign * side.amounts
        elif isinstance(side.rows, slice):
            self._expected[key][side.rows] += sign * side.amounts
        else:
            np.add.at(self._expected[key], side.rows, sign * side.amounts)

    def _grow(self, key: tuple[str, str]) -> None:
        missing = len(self.stock(*key)) - len(self._expected[key])
        if missing > 0:
            self._expected[key] = np.concatenate([self._expected[key], np.zeros(missing)])

    def _note(self, side: Side, purpose: str, holding: str, sign: float, instrument: str) -> None:
        if side.sector != "households" or side.amounts is None:
            return
        for row in self.traced.tolist():
            if side.rows is None:
                amount = float(side.amounts[row])
            elif isinstance(side.rows, slice):
                inside = side.rows.start <= row < side.rows.stop
                amount = float(side.amounts[row - side.rows.start]) if inside else 0.0
            else:
                amount = float(np.sum(side.amounts[np.asarray(side.rows) == row]))
            if amount:
                self.trace.append((self.month, row, purpose, holding, sign * amount, instrument))

    def close_month(self) -> None:
        """The month is over: its totals are kept for the journal."""
        self._closed.append((self.month, self._book))
        self._book = defaultdict(float)

    @property
    def journal(self) -> list[Entry]:
        """The totals of the months that are over."""
        self._write_up()
        return self._journal

    def _write_up(self) -> None:
        """Bring journal, turnover and accounts up to date: once for a whole year is quicker than at every posting."""
        for month, book in self._closed:
            self._journal += [Entry(month, *key, amount) for key, amount in book.items()]
            self._carry(book, self._expected, self._turnover)
        self._closed.clear()

    def _carry(self, book: Mapping[Key, float], expected: Accounts, turnover: dict[str, float]) -> None:
        """Add what has been posted to the turnover and to what sectors should hold, unless that is kept by account."""
        for (_, holding, payer, payee, _), amount in book.items():
            turnover[holding] += abs(amount)
            if not self.audit:
                for sector, moved in ((payer, -amount), (payee, amount)):
                    if (sector, holding) in expected:
                        expected[sector, holding] += moved

    def _balances(self) -> tuple[Accounts, dict[str, float]]:
        """What the accounts should hold by now, and the turnover: the open month in it."""
        self._write_up()
        if not self._book:
            return self._expected, self._turnover
        expected, turnover = self._expected.copy(), self._turnover.copy()
        self._carry(self._book, expected, turnover)
        return expected, turnover

    def booked(self) -> dict[str, float]:
        """What has been posted this month so far, by purpose."""
        found: dict[str, float] = {}
        for key, amount in self._book.items():
            found[key[0]] = found.get(key[0], 0.0) + amount
        return found

    def turnover(self) -> dict[str, float]:
        """All that has been posted since the opening, by holding."""
        return dict(self._balances()[1])

    def differences(self) -> Mapping[tuple[str, str], float]:
        """Largest absolute difference between stock and books: yuan of an account (audit) or population yuan."""
        return {key: abs(yuan) for key, yuan in self._surplus().items()}

    def _surplus(self) -> dict[tuple[str, str], float]:
        found = {}
        for key, expected in self._balances()[0].items():
            stock = self.stock(*key)
            if self.audit:
                self._grow(key)
                found[key] = float(np.max(np.abs(stock - self._expected[key]), initial=0.0))
            else:
                found[key] = weighted_sum(stock, self.weights(key[0])) - expected
        return found

    def imbalances(self) -> tuple[Imbalance, ...]:
        """The accounts in which stock is not opening plus flows (within 0.01 yuan an account, or 1e-10 of turnover)."""
        found, turnover = [], self._balances()[1]
        for (sector, holding), yuan in self._surplus().items():
            allowed = 0.01 if self.audit else max(0.01, 1e-10 * turnover.get(holding, 0.0))
            if not abs(yuan) <= allowed:
                found.append(Imbalance(sector, holding, yuan, self._purposes_of(sector, holding)))
        return tuple(found)

    def _purposes_of(self, sector: str, holding: str) -> tuple[tuple[str, float], ...]:
        booked: dict[str, float] = {}
        for entry in [*self.journal, *(Entry(self.month, *key, amount) for key, amount in self._book.items())]:
            sign = (entry.payee == sector) - (entry.payer == sector)
            if entry.holding == holding and sign:
                booked[entry.purpose] = booked.get(entry.purpose, 0.0) + sign * entry.amount
        return tuple(sorted(booked.items(), key=lambda one: -abs(one[1])))

    def check(self) -> None:
        """Raise `LedgerError` unless stocks equal opening plus flows; says which account, how much, what is booked."""
        if found := self.imbalances():
            raise LedgerError("; ".join(map(str, found)))
