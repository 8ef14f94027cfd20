"""Money: stocks change by booked flows only, every posting is needed, and income is what the books say it is."""

from __future__ import annotations

import pickle
import sys
from collections import defaultdict
from functools import lru_cache
from types import FrameType
from typing import Any

import numpy as np
import pytest
from worlds import AT_WORK, HARD_TIMES, START, aged, instruments, owing, region, villages

from fupin.experiments.random_packages import check_package
from fupin.model import ledger
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.ledger import AGENTS, OUTSIDE, STOCKS, Ledger, LedgerError, Side
from fupin.model.purposes import PURPOSES
from fupin.model.region import Region

EVERYTHING = tuple(instrument_kinds())
MONTHS = 60
INCOMES = {  # column of the year -> (category of receipts, expenses that are deducted)
    "wage_income": ("wage", ()),
    "operating_income": ("operating", ("inputs", "land.rent.paid")),
    "property_income": ("property", ()),
    "transfer_income": ("transfer", ()),
}
UNTIED = ("link_choice",)  # nobody chose a link, so all are served by all; in good times firms have profit to share
# paid between sectors that keep no account here: no stock could show that the posting is missing
OUTSIDE_ONLY = {"health.insured", "care.insurer", "care.charity", "care.donations"}


def busy(data: Any = None, *, without: tuple[str, ...] = (), **kwargs: Any) -> Region:
    """A region with every instrument, in which sooner or later money moves for every purpose."""
    kwargs = {"audit": True, "years": 5} | kwargs
    kwargs["overrides"] = ({} if without == UNTIED else HARD_TIMES) | kwargs.get("overrides", {})
    kinds = [kind for kind in EVERYTHING if kind not in without]
    return region(data or villages(), instruments(*kinds, **AT_WORK), **kwargs)


# under all sorts of packages


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_stocks_are_opening_plus_flows_every_month_under_random_packages(first: int) -> None:
    for seed in range(first, first + 20):
        books = check_package(seed, villages())
        assert books.difference < 1e-4, f"package {seed}: accounts are off by {books.difference} yuan"
        assert books.postings["consumption"] == 8


def test_books_by_sector_balance_to_a_tenth_of_a_billionth_of_turnover() -> None:
    world = busy(audit=False)
    for _ in range(MONTHS):
        world.step()
        world.ledger.check()


# every posting is needed


class Forgetful(Ledger):
    """Books that forget the postings of one line of the program; `lines` says where and since when money was posted."""

    forgotten: tuple[str, str] = ("", "")

    def remember(self) -> None:
        self.lines: dict[tuple[str, str], int] = {}

    def post(self, purpose: str, payer: Side, payee: Side, holding: str = "cash", instrument: str = "") -> float:
        line = (purpose, origin(sys._getframe(1)))
        if line == self.forgotten:
            return 0.0
        total = super().post(purpose, payer, payee, holding, instrument)
        if total > 1.0:
            self.lines.setdefault(line, self.month)
        return total


def origin(frame: FrameType | None) -> str:
    """The line that asked for a posting, past the ledger itself and the little words of the settlement."""
    while frame and (frame.f_code.co_filename == ledger.__file__ or frame.f_code.co_name in ("gets", "pays")):
        frame = frame.f_back
    assert frame
    return f"{frame.f_code.co_name}:{frame.f_lineno}"


def forgetting(line: tuple[str, str] = ("", ""), **kwargs: Any) -> tuple[Region, Forgetful]:
    world = busy(**kwargs)
    books = Forgetful(world.weights, world.stock, audit=True)
    books.forgotten = line
    books.remember()
    books.open(world.first)
    world.ledger = books
    return world, books


FIRST_ONES = (
    *("dibao", "production_grant", "village_workshop", "relocation", "education_aid", "micro_credit"),
    "auxiliary_relief",
)
TAXING = ("budget_rules", "growth_fund", "credit_guarantee", "firm_pairing")  # firms that get or give more repay less
LENDING = (
    *("dibao", "production_grant", "micro_credit", "women_credit", "mutual_fund", "credit_guarantee"),
    *("fund_shares", "asset_reform"),
)
LEFT_OUT = (  # hard times come with less support, firms that can repay with less demand from the topped up
    (),
    ("security_backstop", "care_groups"),
    tuple(kind for kind in EVERYTHING if kind not in FIRST_ONES),
    TAXING,
    UNTIED,
    tuple(kind for kind in EVERYTHING if kind not in LENDING),  # borrowers with no other help cannot always repay
)


@lru_cache(maxsize=1)
def lines() -> dict[tuple[str, str], bytes]:
    """Every line that posts, and a world as it is kept at the beginning of the first month in which that matters."""
    found: dict[tuple[str, str], bytes] = {}
    worlds: list[dict[str, Any]] = [
        {"without": without, "data": aged(villages(), 6) if without == UNTIED else villages()} for without in LEFT_OUT
    ]
    for kwargs in (*worlds, {"without": EVERYTHING, "data": owing(villages(), 30000.0, 24)}):
        world, books = forgetting(**kwargs)
        while world.month < START + MONTHS - 1:
            before = pickle.dumps(world, pickle.HIGHEST_PROTOCOL)
            world.step()
            found |= dict.fromkeys(books.lines.keys() - found.keys(), before)
    return found


@lru_cache(maxsize=1024)
def balances_without(line: tuple[str, str], before: bytes) -> bool:
    """Does a kept world balance at the end of its next month if a line is forgotten in it?"""
    world: Region = pickle.loads(before)
    assert isinstance(world.ledger, Forgetful)
    world.ledger.forgotten = line
    world.step()
    return not world.ledger.imbalances()


def test_money_moves_for_every_purpose_that_is_declared() -> None:
    assert {purpose for purpose, _ in lines()} == set(PURPOSES)


@pytest.mark.parametrize("purpose", [purpose for purpose in PURPOSES if purpose not in OUTSIDE_ONLY])
def test_no_posting_can_be_left_out(purpose: str) -> None:
    for line, before in lines().items():
        if line[0] == purpose:
            assert balances_without(("", ""), before)
            assert not balances_without(line, before), line


def test_a_suppressed_purpose_is_missing_from_the_books() -> None:
    world = busy(suppressed=("consumption",))
    world.run_to(START + 2)
    assert all(entry.purpose != "consumption" for entry in world.ledger.journal)
    with pytest.raises(LedgerError, match="households cash: stock and books differ"):
        world.ledger.check()


def insured_and_owed(world: Region) -> tuple[list[float], list[float]]:
    """What insurers paid each quarter, and what their share of the bills that households paid comes to."""
    paid, owed = [], []
    for month in range(START + 2, START + MONTHS, 3):
        share = world.parameters.at(month).basic_reimbursement
        paid.append(month_total(world, "health.insured", month))
        owed.append(month_total(world, "health.own", month) * share / (1 - share))
    return paid, owed


# they change what is left to pay
OWN_SHARES = ("medical_cover", "village_clinics", "elder_cover", "auxiliary_relief", "service_list", "exit_perks")
ONLY_BASIC = {"health.critical_reimbursement": 0.0, "health.assistance_reimbursement": 0.0}


def test_insurers_pay_their_share_of_every_bill() -> None:
    world = busy(overrides=ONLY_BASIC, without=OWN_SHARES)
    world.run_to(START + MONTHS - 1)
    paid, owed = insured_and_owed(world)
    assert min(paid) > 0
    np.testing.assert_allclose(paid, owed, 1e-9)


def test_a_bill_that_insurers_are_not_charged_with_is_missing() -> None:
    unseen = [line for line in lines() if line[0] == "health.insured" and "meet_bill" not in line[1]]
    assert len(unseen) == 2  # at home and in hospital; that of what cover induces: test_medical.py
    for line in unseen:
        world, _ = forgetting(line, overrides=ONLY_BASIC, without=OWN_SHARES)
        world.run_to(START + MONTHS - 1)
        paid, owed = insured_and_owed(world)
        assert not np.allclose(paid, owed, 1e-3)


def month_total(world: Region, purpose: str, month: int) -> float:
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose and one.month == month)


# what the books say


def test_incomes_of_the_year_are_the_receipts_in_the_books() -> None:
    world = busy()
    for year in range(MONTHS // 12):
        world.run_to(START + 12 * year + 11)
        h = world.rows("household")
        journal = [one for one in world.ledger.journal if one.month // 12 == world.year and one.holding == "cash"]
        for column, (category, expenses) in INCOMES.items():
            received = sum(one.amount for one in journal if PURPOSES[one.purpose].income == category)
            deducted = sum(one.amount for one in journal if one.purpose in expenses)
            np.testing.assert_allclose(float(getattr(h, column) @ h.weight), received - deducted, 1e-9)
    assert {PURPOSES[one.purpose].income for one in world.ledger.journal if one.payee == "households"} >= {
        category for category, _ in INCOMES.values()
    }


def test_what_is_called_income_is_received_by_households_in_cash() -> None:
    world = busy()
    world.run_to(START + MONTHS - 1)
    wrong = {
        one.purpose
        for one in world.ledger.journal
        if PURPOSES[one.purpose].income and (one.payee, one.holding) != ("households", "cash")
    }
    assert wrong == set()


def test_rents_paid_for_land_in_a_village_are_rents_received_there() -> None:
    data = villages(15)
    world = busy(data, traced=data.households["uid"].tolist(), years=2)
    world.run_to(START + 23)
    balance: defaultdict[tuple[int, int], float] = defaultdict(float)
    turnover = 0.0
    for month, row, purpose, _, amount, _ in world.ledger.trace:
        if purpose.startswith("land.rent"):
            balance[month, int(data.households["village"][row])] += amount
            turnover += abs(amount)
    assert turnover > 1000
    assert max(abs(value) for value in balance.values()) < 1e-6


def test_what_agents_hold_more_came_from_outside() -> None:
    world = busy(audit=False)
    opening = {key: float(world.stock(*key) @ world.weights(key[0])) for key in STOCKS}
    world.run_to(START + MONTHS - 1)
    for holding in ("cash", "loan", "debt", "assets"):
        gained = sum(
            float(world.stock(*key) @ world.weights(key[0])) - opening[key] for key in STOCKS if key[1] == holding
        )
        entries = [one for one in world.ledger.journal if one.holding == holding]
        came = sum(one.amount for one in entries if one.payer in OUTSIDE and one.payee in AGENTS)
        went = sum(one.amount for one in entries if one.payer in AGENTS and one.payee in OUTSIDE)
        np.testing.assert_allclose(gained, came - went, rtol=1e-9, atol=1e-9 * (came + went))


def test_the_trace_of_a_household_is_what_its_stocks_did() -> None:
    data = villages()
    uid = int(data.households["uid"][7])
    world = busy(data, traced=[uid])
    before = {key[1]: float(world.stock(*key)[7]) for key in STOCKS if key[0] == "households"}
    world.run_to(START + MONTHS - 1)
    moved = dict.fromkeys(before, 0.0)
    for _, row, _, holding, amount, _ in world.ledger.trace:
        assert row == 7
        moved[holding] += amount
    for holding, opening in before.items():
        assert float(world.stock("households", holding)[7]) - opening == pytest.approx(moved[holding], abs=1e-6)


# the books themselves


def small_books(savings: list[float], audit: bool = True) -> tuple[Ledger, np.ndarray]:
    """Books of two households of weight 1 and 3 and nobody else."""
    cash = np.array(savings)
    weights = np.array([1.0, 3.0])

    def stock(sector: str, holding: str) -> np.ndarray:
        return cash if (sector, holding) == ("households", "cash") else np.zeros(2)

    books = Ledger(lambda sector: weights, stock, audit=audit)
    books.open(START)
    return books, cash


@pytest.mark.parametrize("audit", [True, False])
def test_a_cent_that_comes_from_nowhere_is_noticed(audit: bool) -> None:
    books, cash = small_books([100.0, 50.0], audit)
    cash[0] += 5.0
    books.post("sales", Side("markets"), Side("households", np.array([5.0]), [0]))
    books.check()
    cash[1] += 0.02
    with pytest.raises(LedgerError, match="households cash"):
        books.check()


def test_money_moved_between_accounts_behind_the_books_is_noticed_by_the_audit() -> None:
    for audit in (False, True):
        books, cash = small_books([100.0, 50.0], audit)
        cash += [3.0, -1.0]  # three households of the second kind give one yuan each
        if audit:
            with pytest.raises(LedgerError):
                books.check()
        else:
            books.check()


def test_a_posting_must_make_sense() -> None:
    books, _ = small_books([100.0, 50.0])
    with pytest.raises(KeyError, match="undeclared purpose 'gift'"):
        books.post("gift", Side("markets"), Side("households", np.ones(2)))
    with pytest.raises(LedgerError, match="payee gets"):
        books.post("sales", Side("markets", np.array([4.0])), Side("households", np.array([1.0]), [0]))
    with pytest.raises(LedgerError, match="not a flow"):
        books.post("sales", Side("markets"), Side("households", -np.ones(2)))


def test_the_journal_adds_up_a_month_by_purpose() -> None:
    books, _ = small_books([100.0, 50.0])
    for _ in range(2):
        books.post("sales", Side("markets"), Side("households", np.ones(2)))
    books.close_month()
    books.month += 1
    books.post("sales", Side("markets"), Side("households", np.ones(2)))
    books.close_month()
    assert [(one.month, one.purpose, one.payer, one.payee, one.amount) for one in books.journal] == [
        (START, "sales", "markets", "households", 8.0),
        (START + 1, "sales", "markets", "households", 4.0),
    ]
