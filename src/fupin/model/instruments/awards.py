"""Awards in place of subsidies: a household invests first, out of its own savings, and part of it comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.credit import award_due, awarded_investment
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_rows, supported_weight

if TYPE_CHECKING:
    from fupin.model.region import Region


class AwardSettings(Funded):
    """How much comes back, and on what condition."""

    rate: Dated = setting(
        0.3, unit="share", zh="奖补比例", en="part of the own investment that is awarded", low=0, high=0.9,
        source="001: awards for subsidies are explored (M105); rate assumed", status="assumption",
    )  # fmt: skip
    largest: Dated = setting(
        10000, unit="yuan/household", zh="计奖投入上限", en="largest investment that counts", low=0, high=100000,
        source="assumed", status="assumption",
    )  # fmt: skip
    effort: Dated = setting(
        0.4, unit="0-1", zh="动力门槛", en="least motivation at the check in December", low=0, high=1,
        source="the payoff depends on effort (M105); threshold assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.3, unit="share", zh="年度覆盖比例", en="most registered households served in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class AwardSupport(Instrument):
    """Registered households that invest more of their own, because part of it comes back in December."""

    kind, family = "award_support", "industry"
    zh, en = "产业以奖代补", "awards for own investment"
    about_zh = "建档立卡户自筹多投入，12月返还其中一部分，因而愿意多投。"
    sized_by = ("share_per_year",)
    Settings = AwardSettings
    months = (3,)
    service_months = (DECEMBER,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_rows(region)
        rows = rows[(h.workers[rows] >= 1.0) & (h.own_labour[rows] > 0.0)]
        return np.asarray(rows[self.invested(region, s, rows) > 0.0])

    def invested(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """What each would put in: the assets that pay at the lowered hurdle, out of savings above the buffer."""
        h, p = region.rows("household"), region.p
        capital = np.maximum(h.capital[rows], p.capital_floor)
        back = return_on_assets(h.expected_output[rows], capital, p.capital_exponent, p.capital_floor)
        spare = h.savings[rows] - p.cash_buffer * np.maximum(h.income_year[rows], 0.0)
        wanted = awarded_investment(back, capital, p.hurdle, p.capital_exponent, s.rate, spare)
        return np.asarray(np.minimum(wanted, s.largest))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(s.rate * self.invested(region, s, rows))

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.share_per_year * supported_weight(region))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """They invest their own money now."""
        h, amount = region.rows("household"), self.invested(region, s, rows)
        h.savings[rows] -= amount
        h.capital[rows] += amount
        households, state = Side("households", amount, rows), region.state_of(self)
        region.ledger.post("investment", households, Side("markets"), instrument=self.id)
        region.ledger.post("investment.goods", Side("markets"), households, "assets", self.id)
        state.promised = (rows, amount)

    def service(self, region: Region, s: Any) -> None:
        """December: the county checks, and pays those who have kept at it."""
        state = region.state_of(self)
        if region.calendar_month != DECEMBER or not hasattr(state, "promised"):
            return
        rows, amount = state.promised
        del state.promised
        h = region.rows("household")
        kept = h.members[rows] > 0
        rows, amount = rows[kept], amount[kept]
        award = award_due(np.minimum(amount, h.capital[rows]), s.rate, h.motivation[rows], s.effort)
        if award.any():
            self.pay(region, s, "award.paid", rows, np.asarray(award))


KINDS = (AwardSupport,)
