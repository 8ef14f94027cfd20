"""Finance: micro-credit with interest subsidy and a risk fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side
from fupin.model.processes.support import supported
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.consumption import borrowed, credit_room
from fupin.model.rules.credit import loan_due, loan_in_repayment, loan_uptake
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region


class CreditSettings(Funded):
    """Terms of the loans."""

    largest: Dated = setting(
        50000, unit="yuan/household", zh="贷款上限", en="largest loan", low=1000, high=200000,
        source="model.md rule 8; domain/data/baoding.csv mean 38,081", status="seed",
    )  # fmt: skip
    smallest: Dated = setting(
        5000, unit="yuan/household", zh="贷款下限", en="smallest loan", low=500, high=50000,
        source="bank practice (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    months: Dated = setting(
        36, unit="months", zh="期限", en="term", low=12, high=120, source="model.md rule 8: three years", status="seed",
    )  # fmt: skip
    rate: Dated = setting(
        0.0475, unit="1/year", zh="贴息利率", en="base rate paid by the budget", low=0, high=0.15,
        source="domain/literature.md 4.35-4.75 %", status="published estimate",
    )  # fmt: skip
    risk_share: Dated = setting(
        0.7, unit="share", zh="风险金分担", en="share of bad loans borne by the risk fund", low=0, high=1,
        source="fund : bank about 7 : 3 (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.10, unit="share", zh="年度投放比例", en="most registered households served in a year", low=0, high=1,
        source="baoding.csv: 17,200 households by 2016", status="assumption",
    )  # fmt: skip
    uptake_constant: Dated = setting(
        -1.6, unit="utils", zh="贷款意愿常数", en="uptake constant", low=-5, high=3,
        source="uptake logit, model.md rule 8", status="assumption",
    )  # fmt: skip
    uptake_motivation: Dated = setting(
        2.0, unit="utils", zh="动力权重", en="weight of motivation above one half", low=0, high=6,
        source="uptake logit, model.md rule 8", status="assumption",
    )  # fmt: skip
    uptake_schooling: Dated = setting(
        0.5, unit="utils/3 years", zh="教育权重", en="weight of schooling above seven years", low=0, high=3,
        source="uptake logit, model.md rule 8", status="assumption",
    )  # fmt: skip
    uptake_return: Dated = setting(
        1.0, unit="utils", zh="回报权重", en="weight of the return on assets", low=0, high=5,
        source="uptake logit, model.md rule 8", status="assumption",
    )  # fmt: skip
    least_labour: Dated = setting(
        0.5, unit="worker", zh="最少自营劳动", en="least labour in own business", low=0, high=3,
        source="a project needs hands; general knowledge", status="assumption",
    )  # fmt: skip
    instalment_months: Dated = setting(
        12, unit="months", zh="分期还款期", en="last months of the term, with instalments", low=0, high=120,
        source="bank practice (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    lag_months: Dated = setting(
        12, unit="months", zh="见效期", en="months before the project yields", low=0, high=60,
        source="effects.csv E10: after a lag", status="published estimate",
    )  # fmt: skip


class MicroCredit(Instrument):
    """Loans to registered households with a project; the budget pays the interest, a fund shares bad loans."""

    kind, family = "micro_credit", "finance"
    zh, en = "扶贫小额信贷", "micro-credit with interest subsidy"
    Settings = CreditSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        able = (h.own_labour >= s.least_labour) & (h.workers >= 1) & (h.loan <= 0.0) & (h.grant_pending <= 0.0)
        rows = np.flatnonzero(supported(region) & able)
        return np.asarray(rows[self.principal(region, s, rows) >= s.smallest])

    def principal(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Loan for the assets at which their return falls to the hurdle, up to the ceiling."""
        h, p = region.rows("household"), region.p
        capital = np.maximum(h.capital[rows], p.capital_floor)
        back = return_on_assets(h.expected_output[rows], capital, p.capital_exponent, p.capital_floor)
        wanted = capital * (back / p.hurdle) ** (1.0 / (1.0 - p.capital_exponent)) - capital
        return np.asarray(np.minimum(np.maximum(wanted, 0.0), s.largest))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        h, p = region.rows("household"), region.p
        back = return_on_assets(h.expected_output[rows], h.capital[rows], p.capital_exponent, p.capital_floor)
        return np.asarray(
            loan_uptake(
                h.motivation[rows],
                h.schooling[rows],
                back,
                s.uptake_constant,
                s.uptake_motivation,
                s.uptake_schooling,
                s.uptake_return,
            )
        )

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Interest over the term."""
        return np.asarray(self.principal(region, s, rows) * s.rate * s.months / 12.0)

    def capacity(self, region: Region, s: Any) -> float:
        h = region.rows("household")
        return float(s.share_per_year * h.weight[supported(region)].sum())

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay out the loans; the money buys assets that yield after a lag."""
        h = region.rows("household")
        amount = self.principal(region, s, rows)
        households, banks = Side("households", amount, rows), Side("banks")
        h.loan[rows] += amount
        h.loan_months[rows] = s.months
        region.ledger.post("credit.granted", banks, households, instrument=self.id)
        region.ledger.post("credit.owed", households, banks, "loan", self.id)
        h.grant_pending[rows] += amount
        h.grant_ready[rows] = region.month + int(s.lag_months)
        region.ledger.post("investment", households, Side("markets"), instrument=self.id)
        region.ledger.post("investment.goods", Side("markets"), households, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Projects begin to yield; each quarter the budget pays the interest and borrowers repay or default."""
        h = region.rows("household")
        owing = np.flatnonzero(h.loan > 0.0)
        ready = owing[(h.grant_pending[owing] > 0.0) & (h.grant_ready[owing] <= region.month)]
        h.capital[ready] += h.grant_pending[ready]
        h.grant_pending[ready] = 0.0
        if region.calendar_month % 3 or not len(owing):
            return
        interest = 0.25 * s.rate * h.loan[owing]
        by_county = self.charge(region, s, owing, interest)
        h.benefits[owing] += interest
        region.ledger.post("credit.interest", Side("counties", by_county), Side("banks"), instrument=self.id)
        h.loan_months[owing] = np.maximum(h.loan_months[owing] - 3.0, 0.0)
        self.collect(region, s, owing)

    def bridge(self, region: Region, rows: Rows, due: Amounts) -> None:
        """Who cannot pay an instalment from savings borrows privately, as far as that credit goes."""
        h, p = region.rows("household"), region.p
        room = credit_room(h.income_year[rows], h.debt[rows], p.debt_ceiling)
        more = borrowed(due, h.savings[rows], room)
        h.savings[rows] += more
        h.debt[rows] += more
        region.ledger.post("debt.borrowed", Side("kin"), Side("households", more, rows), instrument=self.id)
        region.ledger.post("debt.owed", Side("households", more, rows), Side("kin"), "debt", self.id)

    def collect(self, region: Region, s: Any, owing: Rows) -> None:
        """Instalments in the last year out of savings; what is left at the end is bad and shared."""
        h = region.rows("household")
        due_now = owing[loan_in_repayment(h.loan[owing], h.loan_months[owing], s.instalment_months)]
        due = loan_due(h.loan[due_now], h.loan_months[due_now])
        self.bridge(region, due_now, due)
        paid = np.minimum(due, np.maximum(h.savings[due_now], 0.0))
        h.savings[due_now] -= paid
        h.loan[due_now] -= paid
        region.ledger.post("credit.repaid", Side("households", paid, due_now), Side("banks"), instrument=self.id)
        region.ledger.post(
            "credit.cleared", Side("banks"), Side("households", paid, due_now), "loan", instrument=self.id
        )
        late = owing[(h.loan_months[owing] <= 0.0) & (h.loan[owing] > 0.0)]
        if not len(late):
            return
        bad = h.loan[late].copy()
        h.loan[late] = 0.0
        region.ledger.post("credit.write_off", Side("banks"), Side("households", bad, late), "loan", self.id)
        by_county = self.charge(region, s, late, s.risk_share * bad)
        region.ledger.post("credit.risk_fund", Side("counties", by_county), Side("banks"), instrument=self.id)
