"""Credit and growth of enterprises: loans whose losses government, bank and insurer share, and growth money."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE, LEADING
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side, weighted_sum
from fupin.model.near import FEN, part_within
from fupin.model.processes.budgets import open_lines
from fupin.model.processes.queue import admit
from fupin.model.rules.credit import bank_bears, bank_lends, default_remembered, firm_loan_wanted, shared_loss
from fupin.model.settings import Dated, setting
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

BANK = declare_stream("credit_guarantee.bank", "whether a bank grants a guaranteed loan, yearly")


class GuaranteeSettings(Funded):
    """Who bears the losses, how banks respond, how much is lent."""

    government_share: Dated = setting(
        0.5, unit="share", zh="政府分担", en="bad loans borne by the guarantee fund of the county", low=0, high=1,
        source="004: government, bank, firm, household and insurer (M114), roles only named; share assumed",
        status="assumption",
    )  # fmt: skip
    insurer_share: Dated = setting(
        0.3, unit="share", zh="保险分担", en="bad loans borne by the insurer, of what the fund does not bear", low=0,
        high=1, source="M114; share assumed", status="assumption",
    )  # fmt: skip
    premium: Dated = setting(
        0.01, unit="1/year", zh="保费率", en="premium that the enterprise pays", low=0, high=0.1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    loan_part: Dated = setting(
        0.2, unit="share of capital", zh="贷款规模", en="loan of an enterprise", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    caution: Dated = setting(
        40, unit="1", zh="银行谨慎程度", en="how far expected losses deter banks", low=0, high=100,
        source="M114: lending rises as the bank's share falls; size assumed", status="assumption",
    )  # fmt: skip
    first_default: Dated = setting(
        0.05, unit="share", zh="初始违约率", en="default rate that banks start from", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    memory: Dated = setting(
        0.7, unit="share", zh="银行记忆", en="weight of the default rate seen before, a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    per_household: Dated = setting(
        25196, unit="yuan/household", zh="涉农贷款上限", en="all loans of households and enterprises, a household",
        low=0, high=1e6, status="assumption",
        source="baoding.csv: 25.196bn yuan lent in 2016 to date (M117), over a million households; assumed",
    )  # fmt: skip


class CreditGuarantee(Instrument):
    """Loans to leading enterprises and co-operatives that banks grant because others share the losses."""

    kind, family = "credit_guarantee", "finance"
    zh, en = "政银企户保（担保分险贷款）", "enterprise loans with shared risk"
    about_zh = "政府和保险公司分担损失，银行因此愿向龙头企业和合作社放贷。"
    sized_by = ("loan_part",)
    Settings = GuaranteeSettings
    months = (3,)

    def memory(self, region: Region, s: Any) -> SimpleNamespace:
        """Guaranteed loans by enterprise, what the bank has seen, and what it has lent and lost this year."""
        state = region.state_of(self)
        if not hasattr(state, "covered"):
            state.covered, state.default_seen, state.lost = np.zeros(0), s.first_default, 0.0
        missing = len(region.rows("enterprise")) - len(state.covered)
        if missing > 0:
            state.covered = np.concatenate([state.covered, np.zeros(missing)])
        return state

    def offer(self, region: Region, s: Any) -> None:
        """Ask, be granted or not, borrow within what banks can lend in all, and invest."""
        e, state = region.rows("enterprise"), self.memory(region, s)
        at_risk = float(state.covered.sum()) + state.lost
        now = state.lost / at_risk if at_risk >= FEN else state.default_seen  # what rounding leaves is no loan
        state.default_seen, state.lost = float(default_remembered(state.default_seen, now, s.memory)), 0.0
        firms = (e.alive & (e.village < 0) & ((e.kind == LEADING) | (e.kind == COOPERATIVE))).nonzero()[0]
        firms = firms[state.covered[firms] < FEN]
        wanted = firm_loan_wanted(
            return_on_capital(region, firms), region.p.lending_rate + s.premium, e.capital[firms], s.loan_part
        )
        asking = firms[wanted > 0.0]
        yuan = wanted[wanted > 0.0]
        bank_share = bank_bears(s.government_share, s.insurer_share)
        luck = region.draws.uniform(BANK, self._key(region), e.uid[asking])
        yes = luck < bank_lends(bank_share, state.default_seen, s.caution)
        granted, yuan = asking[yes], yuan[yes]
        room = np.array([min(credit_left(region, s.per_household), self.room_of_fund(region, s, state))])
        kept = admit(np.zeros(len(granted), np.int64), luck[yes], yuan, room, e.uid[granted])
        granted, yuan = granted[kept], yuan[kept]
        region.funnel.append((region.month, self.id, float(len(firms)), float(len(asking)), float(len(granted))))
        if len(granted):
            self.lend(region, s, granted, yuan)
            state.covered[granted] = yuan

    def room_of_fund(self, region: Region, s: Any, state: SimpleNamespace) -> float:
        """Loans that the guarantee fund can still stand for: its part of those that fail in a year at the rate of
        default that banks have seen is to be within the year's budget."""
        claim = s.government_share * state.default_seen * (1.0 + s.administration_share)
        left = self.budget_left(region, s)
        return max(left / claim - float(state.covered.sum()), 0.0) if claim > 0.0 else np.inf

    def lend(self, region: Region, s: Any, rows: Rows, yuan: Amounts) -> None:
        """The loan becomes capital; the premium is paid out of it."""
        e, ledger = region.rows("enterprise"), region.ledger
        premium = s.premium * yuan
        e.loan[rows] += yuan
        e.capital[rows] += yuan - premium
        firms, spent = Side("enterprises", yuan, rows), Side("enterprises", yuan - premium, rows)
        ledger.post("guarantee.lent", Side("banks"), firms, instrument=self.id)
        ledger.post("guarantee.owed", firms, Side("banks"), "loan", self.id)
        ledger.post("guarantee.premium", Side("enterprises", premium, rows), Side("insurers"), instrument=self.id)
        ledger.post("firm.investment", spent, Side("markets"), instrument=self.id)
        ledger.post("firm.goods", Side("markets"), spent, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """What firms still owe stays covered; when one has closed, fund and insurer pay their parts to the bank."""
        e, state = region.rows("enterprise"), self.memory(region, s)
        rows = (state.covered >= FEN).nonzero()[0]
        if not len(rows):
            return
        closed = rows[~e.alive[rows]]
        bad = state.covered[closed].copy()
        state.covered[rows] = np.minimum(state.covered[rows], e.loan[rows])  # a closed firm's loan is written off
        if not len(closed):
            return
        state.lost += float(bad.sum())
        count = len(region.rows("county"))
        ours = shared_loss(bad, s.government_share)
        wanted = float(ours.sum()) * (1.0 + s.administration_share)
        ours = part_within(wanted, self.budget_left(region, s)) * ours  # what the fund lacks, insurer and bank bear
        insured = shared_loss(bad - ours, s.insurer_share)
        ours, insured = (
            np.bincount(e.county[closed], part, minlength=count).astype(np.float64) for part in (ours, insured)
        )
        c = region.rows("county")
        self.fund(region, s, ours)
        c.cash += insured
        region.ledger.post("guarantee.insured", Side("insurers"), Side("counties", insured), instrument=self.id)
        c.cash -= insured
        region.ledger.post("guarantee.paid", Side("counties", ours + insured), Side("banks"), instrument=self.id)


def return_on_capital(region: Region, firms: Rows) -> Amounts:
    """What the last yuan of an enterprise's capital earns in a year, after wear: α·(4·payroll/b)/K − δ."""
    e, p = region.rows("enterprise"), region.p
    revenue = 4.0 * e.payroll[firms] / p.firm_labour_exponent
    return np.asarray(p.firm_capital_exponent * revenue / np.maximum(e.capital[firms], 1.0) - p.firm_depreciation)


def credit_left(region: Region, per_household: float) -> float:
    """Population yuan that banks can still lend to households and enterprises of the region."""
    h, e = region.rows("household"), region.rows("enterprise")
    owed = weighted_sum(h.loan, h.weight) + float(e.loan.sum())
    return max(per_household * float(h.weight.sum()) - owed, 0.0)


class GrowthSettings(Funded):
    """Money for enterprises where no budget rules set a part of the funds aside."""

    per_household: Dated = setting(
        0, unit="yuan/household/year", zh="户均投入", en="money for enterprises, a household of the county", low=0,
        high=20000, source="M309: growth or households; amount assumed, nothing unless budget rules give it",
        status="assumption",
    )  # fmt: skip


class GrowthFund(Instrument):
    """Regional growth instead of households: the money buys capital for the county's enterprises, which then hire."""

    kind, family, use = "growth_fund", "finance", "growth"
    zh, en = "区域产业发展基金", "growth fund of the county"
    about_zh = "不补到户而扶区域：资金为县内企业添置资本，企业再扩大用工。"
    sized_by = ("per_household",)
    Settings = GrowthSettings
    months = (4, 10)

    def offer(self, region: Region, s: Any) -> None:
        """Spread the money over leading enterprises and co-operatives in proportion to their jobs."""
        e, h, count = region.rows("enterprise"), region.rows("household"), len(region.rows("county"))
        firms = (e.alive & (e.village < 0) & ((e.kind == LEADING) | (e.kind == COOPERATIVE))).nonzero()[0]
        jobs = np.bincount(e.county[firms], e.jobs[firms], minlength=count)
        if region.pool is None:
            money = s.per_household / len(self.months) * sums_of(region, "county", h.weight)
            money = money * min(
                1.0, self.left(region, s) / max(float(money.sum()) * (1 + s.administration_share), 1e-9)
            )
        else:
            money = np.maximum(open_lines(region, self.use), 0.0) / (1.0 + s.administration_share)
        money = np.where(jobs > 0.0, money, 0.0)
        region.funnel.append((region.month, self.id, float(len(firms)), float(len(firms)), float(len(firms))))
        if not money.any():
            return
        self.fund(region, s, money)
        grant = np.zeros(len(e))
        at = e.county[firms]
        grant[firms] = money[at] * e.jobs[firms] / np.maximum(jobs[at], 1e-9)
        e.capital += grant
        region.ledger.post_by_county("growth.grant", "counties", "markets", money, self.id)
        region.ledger.post("growth.goods", Side("markets"), Side("enterprises", grant), "assets", self.id)


KINDS = (CreditGuarantee, GrowthFund)
