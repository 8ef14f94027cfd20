"""Stakes of collectives in firms: money or assets go in, and each December dividends come out of the firm's cash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import LEADING
from fupin.model.ledger import Side
from fupin.model.processes.village_plan import planned_first
from fupin.model.rules.collectives import dividend_of_stake, leadership_of_village

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

PARTNER = declare_stream("stakes.partner", "which leading firm of the county takes a collective's stake")

type Rows = NDArray[np.int64]
type Amounts = NDArray[np.float64]


def strength_of(region: Region) -> Amounts:
    """Strength of each village's leaders, 0-1."""
    v = region.rows("village")
    return np.asarray(leadership_of_village(v.participation, v.disclosure, v.branch_strength))


def partner_firms(region: Region, villages: Rows) -> Rows:
    """A leading firm of the county in business for each village, by lot; −1 where there is none."""
    v, e = region.rows("village"), region.rows("enterprise")
    firms = (e.alive & (e.kind == LEADING) & (e.village < 0)).nonzero()[0]
    firms = firms[np.argsort(e.county[firms], kind="stable")]
    starts, ends = (np.searchsorted(e.county[firms], v.county[villages], side) for side in ("left", "right"))
    luck = region.draws.uniform(PARTNER, region.month, v.uid[villages])
    place = np.minimum(starts + (luck * (ends - starts)).astype(np.int64), ends - 1)
    return np.where(ends > starts, firms[np.maximum(place, 0)] if len(firms) else -1, -1)


def stakes_of(state: Any, villages: int) -> tuple[Rows, Amounts]:
    """Firm of each village's stake (−1 none) and its yuan, as an instrument remembers them."""
    if not hasattr(state, "firm"):
        state.firm, state.stake = np.full(villages, -1), np.zeros(villages)
    return state.firm, state.stake


def draw_dividends(region: Region, state: Any, rate: float, rows: Rows | None = None) -> Amounts:
    """Dividends of the year on the stakes of some villages (default all), each village's own yuan.

    They are paid out of the firms' cash as far as it goes; the caller books them. The stake in a closed firm is lost.
    """
    v, e = region.rows("village"), region.rows("enterprise")
    firm, stake = stakes_of(state, len(v))
    held = (firm >= 0).nonzero()[0] if rows is None else rows[firm[rows] >= 0]
    gone = held[~e.alive[firm[held]]]
    firm[gone], stake[gone] = -1, 0.0
    held = held[firm[held] >= 0]
    paid = np.zeros(len(v))
    asked = np.bincount(firm[held], v.weight[held] * rate * stake[held], minlength=len(e))
    paid[held] = dividend_of_stake(stake[held], rate, e.cash[firm[held]], asked[firm[held]])
    spent = np.bincount(firm[held], v.weight[held] * paid[held], minlength=len(e))
    e.cash -= spent
    e.profit -= spent
    return paid


def book_dividends(region: Region, paid: Amounts, firm: Rows, instrument: str) -> None:
    """The firms' money is the collectives' income of the year."""
    v, e = region.rows("village"), region.rows("enterprise")
    rows = (paid > 0.0).nonzero()[0]
    by_firm = np.bincount(firm[rows], v.weight[rows] * paid[rows], minlength=len(e))
    earn(region, "collective.stake_income", Side("enterprises", by_firm), rows, paid[rows], instrument)


def earn(region: Region, purpose: str, payer: Side, rows: Rows, amounts: Amounts, instrument: str) -> None:
    """Income of collectives: cash, counted as income of the year, and booked."""
    if not len(rows):
        return
    v = region.rows("village")
    v.collective_cash[rows] += amounts
    v.collective_income[rows] += amounts
    region.ledger.post(purpose, payer, Side("collectives", amounts, rows), instrument=instrument)


def put_in(region: Region, villages: Rows, firm: Rows, yuan: Amounts, state: Any) -> Amounts:
    """Assets worth `yuan` (of each village) become capital of the firms; returns them by firm, population yuan."""
    v, e = region.rows("village"), region.rows("enterprise")
    held, stake = stakes_of(state, len(v))
    held[villages] = firm
    stake[villages] += yuan
    by_firm = np.bincount(firm, v.weight[villages] * yuan, minlength=len(e))
    e.capital += by_firm
    return by_firm


def choose_villages(region: Region, weight_room: float, yuan_room: float, order: Rows, yuan: Amounts) -> Rows:
    """The first of some villages, in their order, that fit into a number of villages and a sum of population yuan."""
    weight = region.rows("village").weight[order]
    if region.p.village_plan_on:
        turn = planned_first(region, order, np.arange(len(order)), weight, yuan, weight_room, yuan_room)
        order, weight, yuan = order[turn], weight[turn], yuan[turn]
    fits = np.cumsum(weight) - 0.5 * weight <= weight_room
    spent = np.where(fits, yuan, 0.0)
    return np.sort(order[fits & (np.cumsum(spent) - 0.5 * spent <= yuan_room)])


def years_to(region: Region, deadline: float) -> float:
    """Years left to do something until the end of the year `deadline`, this one included; one at least."""
    return max(deadline - region.year + 1.0, 1.0)
