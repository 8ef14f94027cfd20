"""Settlement: carries out the household quarter for all rows, block by block, and books its flows."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Totals
from fupin.model.ledger import Ledger, Side, agree, weighted_sum
from fupin.model.parameters import Values
from fupin.model.processes.labour import employed
from fupin.model.processes.settle import PHASES
from fupin.model.processes.staff import by_employer, staff_of

if TYPE_CHECKING:
    from fupin.model.region import Region

QUARTER = declare_stream("household.quarter", "output shock, months worked, loss event and illness of a quarter")
BLOCK = 12288  # most rows settled together: their columns stay in the cache


class Place:
    """Columns of a village (or county) as its people see them: `place.rent` is the rent of each one's village.

    `index` is a column of rows, or an `int` for one agent, whose place then gives plain numbers. What was looked up
    once is kept: a place is for the moment, its values do not change while it is in use.
    """

    _names: ClassVar = {"village_productivity": "productivity"}

    def __init__(self, arrays: Any, index: Any) -> None:
        self._arrays, self._index = arrays, index

    def __getattr__(self, name: str) -> Any:
        column, index = self._arrays[self._names.get(name, name)], self._index
        value = self.__dict__[name] = column.item(index) if isinstance(index, int) else column[index]
        return value


def quarter_values(region: Region) -> Values:
    """The month's parameters with the rates converted to a quarter and the values of the season.

    Where no village limits feasts array operations need not look for its limit; a loop would have to be compiled twice.
    """
    feasts_limited = region.compiled or bool(region.table_of("village")["ceremony_cut"].any())
    return _season(region.p, region.quarter, feasts_limited)


@lru_cache(maxsize=16)
def _season(p: Values, quarter: int, feasts_limited: bool) -> Values:
    shares = [p.season_q1, p.season_q2, p.season_q3, p.season_q4]
    total = sum(shares)
    values: dict[str, Any] = {
        **vars(p),
        "season_share": shares[quarter] / total,
        "season_shock_sd": p.shock_sd / sum((share / total) ** 2 for share in shares) ** 0.5,
        "months_worked_sd": 2.0 * p.months_sd,
        "loss_hazard": p.loss_hazard_quarter,
        "belief_weight": 1.0 - (1.0 - p.belief_weight_year) ** 0.25,
        "season": quarter,
        "feasts_limited": feasts_limited,
    }
    return Values(values)


def quarter_draws(region: Region, uid: Any) -> SimpleNamespace:
    """The four draws of a household's quarter: arrays for a column of uids, floats for one."""
    own, work, loss, illness = region.draws.shocks(QUARTER, region.month, uid, 2, 2)
    return SimpleNamespace(own_shock=own, work_shock=work, loss_draw=loss, illness_draw=illness)


class Flow(NamedTuple):
    """One flow of the household quarter: its name among the flows of `settle`, and how it is booked."""

    name: str
    purpose: str
    payer: str
    payee: str
    holding: str = "cash"


FLOWS = (
    Flow("sales", "sales", "markets", "households"),
    Flow("inputs", "inputs", "households", "markets"),
    Flow("casual_wages", "wages.casual", "markets", "households"),
    Flow("migrant_wages", "wages.migrant", "markets", "households"),
    Flow("remittances", "remittances", "kin", "households"),
    Flow("interest", "interest.deposits", "banks", "households"),
    Flow("rent_paid", "land.rent.paid", "households", "lessors"),
    Flow("rent_received", "land.rent.received", "lessors", "households"),
    Flow("basic_pension", "pension.basic", "centre", "households"),
    Flow("formal_pension", "pension.formal", "centre", "households"),
    Flow("support", "support.children", "kin", "households"),
    Flow("subsidy", "subsidy.farm", "centre", "households"),
    Flow("payout", "insurance.payout", "insurers", "households"),
    Flow("consumption", "consumption", "households", "markets"),
    Flow("ceremony", "ceremony", "households", "kin"),
    Flow("schooling", "schooling", "households", "markets"),
    Flow("health", "health.own", "households", "markets"),
    Flow("insured", "health.insured", "insurers", "markets"),
    Flow("borrowed", "debt.borrowed", "kin", "households"),
    Flow("borrowed", "debt.owed", "households", "kin", "debt"),
    Flow("repaid", "debt.repaid", "households", "kin"),
    Flow("repaid", "debt.cleared", "kin", "households", "debt"),
    Flow("sale_cash", "distress.sale", "markets", "households"),
    Flow("sale_cash", "distress.goods", "households", "markets", "assets"),
    Flow("sale_lost", "distress.loss", "households", "nature", "assets"),
    Flow("relief", "relief.kin", "kin", "households"),
    Flow("worn", "depreciation", "households", "nature", "assets"),
    Flow("invested", "investment", "households", "markets"),
    Flow("invested", "investment.goods", "markets", "households", "assets"),
)
"""All flows of the household quarter but local wages, which need the payers."""
AMOUNTS = tuple(dict.fromkeys(flow.name for flow in FLOWS))


def live_quarter(region: Region, h: Any, p: Values, draws: SimpleNamespace | None = None) -> SimpleNamespace:
    """All phases of the quarter with their draws, as the compiled engine makes them in one pass; gives its flows."""
    v, d, f = Place(region.table_of("village").arrays, h.village), draws, SimpleNamespace()
    if d is None:
        d = quarter_draws(region, h.uid)
    for phase in PHASES:
        phase(h, v, p, d, f)
    return f


@rowwise("household")
def household_quarter(region: Region, h: Any, p: Values) -> Totals:
    """The household quarter, of whose flows the totals are wanted."""
    f = live_quarter(region, h, p)
    return Totals({name: getattr(f, name) for name in (*AMOUNTS, "local_wages")}, h.weight)


@rowwise("household")
def household_flows(region: Region, h: Any, p: Values) -> tuple[Any, ...]:
    """The household quarter, of which every household's flows are wanted, in the order of `AMOUNTS`."""
    f = live_quarter(region, h, p)
    return tuple(getattr(f, name) for name in AMOUNTS)


def settle(region: Region) -> None:
    """The household quarter for everybody."""
    p, ledger = quarter_values(region), region.ledger
    if region.compiled and not ledger.by_account:
        totals = household_quarter(region, p=p)
        book_totals(ledger, totals)
        payroll = wages_by_employer(region)
        agree("wages.local", float(payroll.sum()), totals["local_wages"])
        ledger.post_total("wages.local", "enterprises", "households", float(payroll.sum()))
        return
    if region.compiled:
        flows = dict(zip(AMOUNTS, household_flows(region, p=p), strict=True))
        book(ledger, SimpleNamespace(**flows), region.rows("household").span)
    else:
        settle_blocks(region, p)
    payroll, h = wages_by_employer(region), region.rows("household")
    ledger.post("wages.local", Side("enterprises", payroll), Side("households", h.local_pay * h.local_rate))


def settle_blocks(region: Region, p: Values) -> None:
    """The household quarter in array operations, block by block."""
    table, ledger = region.table_of("household"), region.ledger
    villages, weight = region.table_of("village").arrays, table["weight"]
    fate = vars(region.fate()).items()
    totals = dict.fromkeys(AMOUNTS, 0.0)
    for h in table.blocks(-(-len(table) // -(-len(table) // BLOCK))):  # of equal size
        f = SimpleNamespace()
        d = SimpleNamespace(**{name: draw[h.span] for name, draw in fate})
        v, here = Place(villages, h.village), weight[h.span]
        flows, summed = vars(f), 0
        for phase in PHASES:
            phase(h, v, p, d, f)
            new, summed = list(flows)[summed:], len(flows)
            if not ledger.by_account:
                for name in totals.keys() & new:  # while they are in the cache
                    totals[name] += weighted_sum(flows[name], here)
        if ledger.by_account:
            book(ledger, f, h.span)
    if not ledger.by_account:
        book_totals(ledger, totals)


def book_totals(ledger: Ledger, totals: dict[str, float]) -> None:
    """Post the flows of the household quarter by their totals."""
    for flow in FLOWS:
        ledger.post_total(flow.purpose, flow.payer, flow.payee, totals[flow.name], flow.holding)


def book(ledger: Ledger, f: Any, rows: Any) -> None:
    """Post the flows of the household quarter account by account."""
    for flow in FLOWS:
        amounts = getattr(f, flow.name)
        payer, payee = Side(flow.payer), Side(flow.payee)
        if flow.payer == "households":
            payer = Side("households", amounts, rows)
        elif flow.payee == "households":
            payee = Side("households", amounts, rows)
        else:
            payer = Side(flow.payer, np.array([weighted_sum(amounts, ledger.weights("households")[rows])]))
        ledger.post(flow.purpose, payer, payee, flow.holding)


def wages_by_employer(region: Region) -> NDArray[np.float64]:
    """Charge local wages to the enterprises that employ the workers; returns what each pays, yuan."""
    enterprises = region.rows("enterprise")
    region.payroll_month = region.month
    month, staff = region.staff
    if month != region.month:  # not the staff that has just been hired
        staff = staff_of(region, employed(region))
    payroll = by_employer(region, staff, wage_of(region, staff.rows, home=staff.home))
    enterprises.payroll = payroll
    enterprises.cash -= payroll
    enterprises.profit -= payroll
    return payroll


@rowwise("person")
def wage_of(region: Region, person: Any, home: Any) -> Any:
    """What a worker earns in the quarter in a local job, yuan."""
    return person.pay * region.rows("household").local_rate[home]


def charge_employers(region: Region, row: int) -> None:
    """The same for one household: its members' wages come from their employers, whose payroll of the quarter grows.

    The first household that is paid in a month opens the payrolls.
    """
    persons, h, enterprises = (region.table_of(kind) for kind in ("person", "household", "enterprise"))
    if region.payroll_month != region.month:
        region.payroll_month = region.month
        enterprises["payroll"] = 0.0
    members = np.arange(*region.first_person[row : row + 2].tolist())
    staff = members[persons["employer"][members] >= 0]
    rate = h["local_rate"][row]
    pay = by_employer(region, staff, persons["pay"][staff] * rate)
    for name, sign in (("payroll", 1.0), ("cash", -1.0), ("profit", -1.0)):
        enterprises[name] += sign * pay
    received = np.array([h["local_pay"][row] * rate])
    region.ledger.post("wages.local", Side("enterprises", pay), Side("households", received, slice(row, row + 1)))
