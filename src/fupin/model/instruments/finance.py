"""Finance: micro-credit with interest subsidy and a risk fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.engine.among import places_where
from fupin.model.instruments import credit_uses
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.enterprise_credit import credit_left
from fupin.model.instruments.own_rows import own, take
from fupin.model.ledger import Side, weighted_sum
from fupin.model.near import part_within, settled
from fupin.model.processes.bank_loans import bridge
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.credit import (
    bank_lends,
    loan_due,
    loan_in_repayment,
    loan_uptake,
    office_cases,
    shared_loss,
)
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_rows, supported_weight

if TYPE_CHECKING:
    from fupin.model.region import Region


NO_CEILING = 1e6  # yuan a household: the largest that `per_household` may be, and as good as none


class CreditSettings(Funded):
    """Terms of the loans."""

    largest: Dated = setting(
        50000, unit="yuan/household", zh="贷款上限", en="largest loan", low=1000, high=200000,
        source="programme_totals.csv: cap per household; mean 38,081 (baoding.csv)", status="official statistic",
    )  # fmt: skip
    smallest: Dated = setting(
        5000, unit="yuan/household", zh="贷款下限", en="smallest loan", low=500, high=50000,
        source="bank practice (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    months: Dated = setting(
        36, unit="months", zh="期限", en="term", low=12, high=120,
        source="programme_totals.csv: three years at most", status="official statistic",
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
        source="a season to begin; effects.csv E10 sees the gain two years after the reform", status="assumption",
    )  # fmt: skip

    bank_caution: Dated = setting(
        0, unit="1", zh="银行惜贷程度", en="how far expected losses deter banks", low=0, high=100,
        source="M114: lending responds to the bank's share of losses; off by default", status="assumption",
    )  # fmt: skip
    first_default: Dated = setting(
        0.05, unit="share", zh="初始坏账预期", en="bad loans that a bank expects before any has ended", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    per_household: Dated = setting(
        NO_CEILING, unit="yuan/household", zh="涉农贷款上限", en="all loans of households and enterprises, a household",
        low=0, high=NO_CEILING, source="none: no ceiling (baoding.csv: 25,196 in the nine counties, M117)",
        status="assumption",
    )  # fmt: skip
    office_levels: Dated = setting(
        0, unit="levels", zh="金融服务层级", en="levels with a finance office (0: no rationing by offices)", low=0,
        high=3, source="004: offices at county, township and village level (M119); off by default", status="seed",
    )  # fmt: skip
    county_cases: Dated = setting(
        2, unit="cases/1000 households/year", zh="县级受理能力", en="applications handled in the county town", low=0,
        high=1000, source="assumed", status="assumption",
    )  # fmt: skip
    township_cases: Dated = setting(
        8, unit="cases/1000 households/year", zh="乡级受理能力", en="applications handled in townships", low=0,
        high=1000, source="assumed", status="assumption",
    )  # fmt: skip
    village_cases: Dated = setting(
        30, unit="cases/1000 households/year", zh="村级受理能力", en="applications handled in villages", low=0,
        high=1000, source="004 claims that all demand is met; assumed", status="assumption",
    )  # fmt: skip
    four_ways: Dated = setting(
        0, unit="0-1", zh="一自三合", en="loans may also be used with a neighbour, a co-operative or a firm", low=0,
        high=1, source="002 names it (M121); off by default", status="seed",
    )  # fmt: skip
    shared_part: Dated = setting(
        0.5, unit="share", zh="合伙分成", en="part of the return that an able neighbour hands on", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    coop_dividend: Dated = setting(
        0.06, unit="1/year", zh="合作社分红率", en="dividend of a co-operative on the loan", low=0, high=0.3,
        source="model.md rule 8: 6-8 %", status="assumption",
    )  # fmt: skip
    coop_distrust: Dated = setting(
        0.5, unit="share", zh="对合作社的不信任", en="distrust of a co-operative, of that of a firm", low=0, high=1,
        source="its members are neighbours; assumed", status="assumption",
    )  # fmt: skip
    firm_dividend: Dated = setting(
        0.07, unit="1/year", zh="企业分红率", en="dividend of a firm on the loan", low=0, high=0.3,
        source="model.md rule 8: 6-8 %", status="assumption",
    )  # fmt: skip
    use_effort: Dated = setting(
        0.3, unit="1/year", zh="自营操劳", en="trouble of an own project to the wholly unmotivated", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    use_trust: Dated = setting(
        0.02, unit="1/year", zh="对企业的不信任", en="what distrust takes off a dividend", low=0, high=0.5,
        source="assumed", status="assumption",
    )  # fmt: skip
    use_taste: Dated = setting(
        0.05, unit="1/year", zh="用途偏好离散", en="spread of tastes for the ways", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip


class MicroCredit(Instrument):
    """Loans to registered households with a project; the budget pays the interest, a fund shares bad loans."""

    kind, family = "micro_credit", "finance"
    zh, en = "扶贫小额信贷", "micro-credit with interest subsidy"
    about_zh = "向有项目的建档立卡户贷款，财政贴息，坏账由风险补偿金分担。"
    sized_by = ("share_per_year",)
    Settings = CreditSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_rows(region)
        rows = rows[(h.own_labour[rows] >= s.least_labour) & (h.workers[rows] >= 1)]
        rows = rows[(h.loan[rows] <= 0.0) & (h.grant_pending[rows] <= 0.0)]
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
        asked = loan_uptake(
            h.motivation[rows],
            h.schooling[rows],
            back,
            s.uptake_constant,
            s.uptake_motivation,
            s.uptake_schooling,
            s.uptake_return,
        )
        if s.bank_caution > 0.0:
            asked = asked * bank_lends(1.0 - s.risk_share, self.default_seen(region, s), s.bank_caution)
        return np.asarray(asked)

    def default_seen(self, region: Region, s: Any) -> float:
        """Share of the loans that have come to their end and were bad; what is usual before any has."""
        state = region.state_of(self)
        ended, bad = getattr(state, "ended", 0.0), getattr(state, "bad", 0.0)
        return float(bad / ended) if ended > 0.0 else float(s.first_default)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Interest over the term."""
        return np.asarray(self.principal(region, s, rows) * s.rate * s.months / 12.0)

    def capacity(self, region: Region, s: Any) -> float:
        most = float(s.share_per_year * supported_weight(region))
        if s.per_household < NO_CEILING:
            most = min(most, credit_left(region, s.per_household) / s.largest)
        return most if s.office_levels <= 0.0 else min(most, handled(region, s))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay out the loans; the money buys assets that yield after a lag."""
        h = region.rows("household")
        amount = self.principal(region, s, rows)
        households, banks = Side("households", amount, rows), Side("banks")
        take(region, self, rows)
        h.loan[rows] += amount
        h.loan_months[rows] = s.months
        region.ledger.post("credit.granted", banks, households, instrument=self.id)
        region.ledger.post("credit.owed", households, banks, "loan", self.id)
        if s.four_ways >= 0.5:
            way, host = credit_uses.choose(region, s, rows)
            given = way != credit_uses.OWN
            handed = rows[given]
            credit_uses.hand_on(region, self.contracts(region), handed, way[given], host[given], amount[given], self.id)
            rows, amount = rows[~given], amount[~given]
            households = Side("households", amount, rows)
        h.grant_pending[rows] += amount
        h.grant_ready[rows] = region.month + int(s.lag_months)
        self.pending(region)[rows] = True
        region.ledger.post("investment", households, Side("markets"), instrument=self.id)
        region.ledger.post("investment.goods", Side("markets"), households, "assets", self.id)

    def contracts(self, region: Region) -> credit_uses.Contracts:
        """Loans that borrowers have handed on."""
        state = region.state_of(self)
        if not hasattr(state, "contracts"):
            state.contracts = credit_uses.Contracts()
        found: credit_uses.Contracts = state.contracts
        return found

    def service(self, region: Region, s: Any) -> None:
        """Projects begin to yield; each quarter the budget pays the interest and borrowers repay or default."""
        h = region.rows("household")
        pending = places_where(region, h.grant_pending > 0.0)
        ready = pending[(h.grant_ready[pending] <= region.month) & self.pending(region)[pending]]
        if len(ready):
            h.capital[ready] += h.grant_pending[ready]
            h.grant_pending[ready] = 0.0
            self.pending(region)[ready] = False
        if region.calendar_month % 3:
            return
        owing = places_where(region, h.loan > 0.0)
        if len(region.old_loans):  # what a bank had lent before is nobody's programme
            owing = np.setdiff1d(owing, region.old_loans, assume_unique=True)
        owing = own(region, self, owing)
        if not len(owing):
            return
        if len(self.contracts(region).borrower):
            self.settle_contracts(region, s)
        self.pay_interest(region, s, owing)
        h.loan_months[owing] = np.maximum(h.loan_months[owing] - 3.0, 0.0)
        self.collect(region, s, owing)

    def pay_interest(self, region: Region, s: Any, owing: Rows) -> None:
        """The quarter's interest: paid by the budget, and where that is short in the same part by each borrower.

        What a borrower cannot pay out of savings the bank forgoes.
        """
        h = region.rows("household")
        interest = 0.25 * s.rate * h.loan[owing]
        part = self.part_paid(region, s, owing, interest)
        if part < 1.0:
            theirs = np.minimum((1.0 - part) * interest, np.maximum(h.savings[owing], 0.0))
            h.savings[owing] -= theirs
            payer = Side("households", theirs, owing)
            region.ledger.post("credit.own_interest", payer, Side("banks"), instrument=self.id)
            interest = part * interest
        by_county = self.charge(region, s, owing, interest)
        h.benefits[owing] += interest
        region.ledger.post_by_county("credit.interest", "counties", "banks", by_county, self.id)

    def part_paid(self, region: Region, s: Any, rows: Rows, yuan: Amounts) -> float:
        """Part of what is to be paid for households for which the year's budget still does: as a rule all."""
        wanted = weighted_sum(yuan, region.rows("household").weight[rows]) * (1.0 + s.administration_share)
        return part_within(wanted, self.budget_left(region, s))

    def settle_contracts(self, region: Region, s: Any) -> None:
        """Dividends in December; hosts hand back when the instalments begin."""
        handed, h = self.contracts(region), region.rows("household")
        if region.calendar_month == DECEMBER:
            credit_uses.dividends(region, s, handed, self.id)
        left = h.loan_months[handed.borrower] - 3.0
        due = (left <= s.instalment_months) | (h.loan[handed.borrower] <= 0.0)
        if due.any():
            credit_uses.hand_back(region, handed, due, self.id)

    def collect(self, region: Region, s: Any, owing: Rows) -> None:
        """Instalments in the last year out of savings; what is left at the end is bad and shared."""
        h = region.rows("household")
        due_now = owing[loan_in_repayment(h.loan[owing], h.loan_months[owing], s.instalment_months)]
        if not len(due_now):
            return
        due = loan_due(h.loan[due_now], h.loan_months[due_now])
        bridge(region, due_now, due, self.id)
        paid = np.minimum(due, np.maximum(h.savings[due_now], 0.0))
        cleared = settled(due, paid)
        h.savings[due_now] -= paid
        h.loan[due_now] -= cleared
        region.ledger.post("credit.repaid", Side("households", paid, due_now), Side("banks"), instrument=self.id)
        region.ledger.post(
            "credit.cleared", Side("banks"), Side("households", cleared, due_now), "loan", instrument=self.id
        )
        state = region.state_of(self)
        state.ended = getattr(state, "ended", 0.0) + weighted_sum(paid, h.weight[due_now])
        late = due_now[(h.loan_months[due_now] <= 0.0) & (h.loan[due_now] > 0.0)]
        if not len(late):
            return
        bad = h.loan[late].copy()
        state.bad = getattr(state, "bad", 0.0) + weighted_sum(bad, h.weight[late])
        state.ended += weighted_sum(bad, h.weight[late])
        h.loan[late] = 0.0
        region.ledger.post("credit.write_off", Side("banks"), Side("households", bad, late), "loan", self.id)
        shared = shared_loss(bad, s.risk_share)
        by_county = self.charge(region, s, late, self.part_paid(region, s, late, shared) * shared)
        region.ledger.post_by_county("credit.risk_fund", "counties", "banks", by_county, self.id)


def handled(region: Region, s: Any) -> float:
    """Applications that the finance offices of the region can handle in a year, population units."""
    homes = float(region.rows("household").weight.sum())
    return float(office_cases(homes, s.county_cases, s.township_cases, s.village_cases, s.office_levels))
