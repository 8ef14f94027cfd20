"""What governance instruments share: shifts of named quantities held while in force, and a bill by the quarter.

They never touch incomes. They change the time, the skill or the assignment of work teams, and what follows from it
(identification, visits, what households hear of, how projects fit) is the work of the teams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fupin.model.instruments.base import EVERY_MONTH, Amounts, Funded, Instrument, Rows
from fupin.model.modifiers import QUANTITIES, modify
from fupin.model.settings import Settings as BaseSettings
from fupin.model.settings import setting
from fupin.model.shared_lists import supported_in

if TYPE_CHECKING:
    from fupin.model.region import Region


NOTHING = np.zeros(0)


def work_funds(yuan: float, source: str = "general knowledge, to verify") -> Any:
    """A yearly cost per team or person."""
    return setting(
        yuan, unit="yuan/year", zh="人均或队均经费", en="yearly cost of each", low=0, high=500000, source=source,
        status="assumption",
    )  # fmt: skip


class TeamInstrument(Instrument):
    """Holds shifts of named quantities of teams, villages or counties while it is in force and paid for.

    What costs nothing has settings that are not `Funded`: there is no budget to keep to.
    """

    family = "governance"
    Settings: ClassVar[type[BaseSettings]] = Funded
    months = EVERY_MONTH
    purpose: ClassVar[str] = "team.work"

    def shifts(self, region: Region, s: Any) -> dict[str, Amounts]:
        """What it adds to each quantity, for every row of its kind of agent."""
        return {}

    def yearly_cost(self, region: Region, s: Any) -> Amounts:
        """What it costs a year, by county, population yuan."""
        return np.zeros(len(region.rows("county")))

    def basis(self, region: Region, s: Any) -> tuple[Any, ...] | None:
        """What shifts depend on besides settings, the share paid and the number of teams; None: they are looked up."""
        return None

    def before(self, region: Region, s: Any) -> None:
        """What it has to arrange before its shifts are known; only while in force."""
        return None

    def offer(self, region: Region, s: Any) -> None:
        """Households have nothing to apply for."""
        return None

    def service(self, region: Region, s: Any) -> None:
        """Pay the quarter, then set the shifts to what they should be now: none when it is not in force."""
        share = 0.0
        if self.settings.active(region.month):
            share = self.paid_share(region, s)
            if share:
                self.before(region, s)
        if not self.as_before(region, s, share):
            self.hold(region, {name: share * shift for name, shift in self.shifts(region, s).items()} if share else {})

    def as_before(self, region: Region, s: Any, share: float) -> bool:
        """Do the shifts stand as they are, because all that they depend on is as it was last month?"""
        basis = self.basis(region, s) if share else ()
        if basis is None:
            return False
        state, stands_on = region.state_of(self), (share, len(region.rows("workteam")), basis)
        unchanged = getattr(state, "stands_on", None) == stands_on and state.settings is s
        state.stands_on, state.settings = stands_on, s
        return unchanged

    def hold(self, region: Region, wanted: dict[str, Amounts]) -> None:
        """Bring each quantity from what this instrument holds of it to what it wants of it."""
        held = self.held(region)
        for name in [*wanted, *(name for name in held if name not in wanted)]:
            n = len(region.rows(QUANTITIES[name].kind))
            now = held.get(name, NOTHING)
            if len(now) < n:
                now = np.append(now, np.zeros(n - len(now)))  # rows that came since have nothing yet
            target = wanted.get(name)
            change = -now if target is None else target - now
            rows = change.nonzero()[0]
            if len(rows):
                modify(region, name, rows, change[rows])
            if target is None:
                del held[name]
            else:
                held[name] = target

    def held(self, region: Region) -> dict[str, Amounts]:
        """The shifts that are in force."""
        state = region.state_of(self)
        if not hasattr(state, "held"):
            state.held = {}
        found: dict[str, Amounts] = state.held
        return found

    def paid_share(self, region: Region, s: Any) -> float:
        """Pay once a quarter as much of the bill as the year's budget allows; the share that was paid."""
        state, quarter = region.state_of(self), region.month // 3
        if getattr(state, "quarter", None) != quarter:
            state.quarter = quarter
            state.share = self.pay_quarter(region, s) if isinstance(self.settings, Funded) else 1.0
            self.tell_reach(region, state.share)
        return float(state.share)

    def pay_quarter(self, region: Region, s: Any) -> float:
        """Pay as much of the quarter's bill as the year's budget allows; the share of it."""
        bill = 0.25 * self.yearly_cost(region, s)
        yuan = float(bill.sum()) * (1.0 + s.administration_share)
        share = min(1.0, self.left(region, s) / yuan) if yuan > 0.0 else 1.0
        if yuan * share > 0.0:
            self.fund(region, s, share * bill)
            region.ledger.post_by_county(self.purpose, "counties", "markets", share * bill, self.id)
        return share

    def tell_reach(self, region: Region, share: float) -> None:
        """Count the listed households of villages with a work team as those that it works for."""
        v = region.rows("village")
        staffed = np.zeros(len(v), np.bool_)
        staffed[region.rows("workteam").village] = True
        lent = (v.team_in_charge >= 0).nonzero()[0]
        staffed[lent] = v.team_reach[lent] > 0.0
        rows = supported_in(region, staffed)
        all_of_them = float(region.rows("household").weight[rows].sum())
        region.funnel.append((region.month, self.id, all_of_them, all_of_them, share * all_of_them))
        if share > 0.0:
            region.reach(self, rows)


def by_county(region: Region, yuan: Amounts) -> Amounts:
    """Yuan of each team, in population units by county."""
    team, v = region.rows("workteam"), region.rows("village")
    return np.asarray(np.bincount(v.county[team.village], team.weight * yuan, len(region.rows("county"))))


def of_teams(region: Region, *columns: str) -> tuple[bytes, ...]:
    """Columns of the teams as they are now, to be compared (a basis of shifts)."""
    team = region.rows("workteam")
    return tuple(getattr(team, name).tobytes() for name in columns)


def of_all_teams(region: Region, value: Any) -> Amounts:
    """The same for every team."""
    return np.asarray(np.zeros(len(region.rows("workteam"))) + value)


def yearly_draw(region: Region, stream: str, word: int, uid: Rows, places: float, weight: Amounts) -> Any:
    """Mask of those that win one of the places in population units, by lottery."""
    order = np.lexsort((uid, region.draws.uniform(stream, word, uid)))
    won = np.zeros(len(uid), np.bool_)
    w = weight[order]
    won[order] = np.cumsum(w) - 0.5 * w <= places
    return won


def lasting_draw(region: Region, one: Instrument, stream: str, uid: Rows, places: float, weight: Amounts) -> Any:
    """The same of a lottery that is held once for all: it is only held again when candidates or places are others."""
    state, asked = region.state_of(one), (uid.tobytes(), weight.tobytes(), places)
    if getattr(state, "drawn_for", None) != asked:
        state.drawn_for, state.won = asked, yearly_draw(region, stream, 0, uid, places, weight)
    return state.won
