"""Credit without a bank's collateral: mutual funds of villages, and a micro-lender for women whose groups stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.ages import ADULT
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among, places_where
from fupin.model.household import MUTUAL_FUND, NO_GROUP, WOMENS_GROUP
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import own, own_in, own_mask, take
from fupin.model.ledger import Side
from fupin.model.near import FEN, NEAR, not_nothing, room_for
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.credit import group_ties, helped_by_group, loan_uptake
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import supported_weight, supported_workers

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream("mutual_fund.siting", "which villages get a mutual fund, yearly")


def to_invest(region: Region, rows: Rows, amounts: Amounts, instrument: str) -> None:
    """Borrowed cash becomes productive assets at once: seed, feed, young stock."""
    region.rows("household").capital[rows] += amounts
    households = Side("households", amounts, rows)
    region.ledger.post("investment", households, Side("markets"), instrument=instrument)
    region.ledger.post("investment.goods", Side("markets"), households, "assets", instrument)


def chance_of_asking(region: Region, s: Any, rows: Rows) -> Amounts:
    """Who asks for a small loan: the motivated and schooled, with assets that pay (the uptake of micro-credit)."""
    h, p = region.rows("household"), region.p
    back = return_on_assets(h.expected_output[rows], h.capital[rows], p.capital_exponent, p.capital_floor)
    weights = (s.uptake_constant, s.uptake_motivation, s.uptake_schooling, s.uptake_return)
    return np.asarray(loan_uptake(h.motivation[rows], h.schooling[rows], back, *weights))


def by_motivation() -> Any:
    """Setting: how motivation counts for who asks."""
    return setting(
        2.0, unit="utils", zh="动力权重", en="weight of motivation above one half", low=0, high=6,
        source="uptake logit of micro-credit", status="assumption",
    )  # fmt: skip


def by_schooling() -> Any:
    """Setting: how schooling counts."""
    return setting(
        0.5, unit="utils/3 years", zh="教育权重", en="weight of schooling above seven years", low=0, high=3,
        source="uptake logit of micro-credit", status="assumption",
    )  # fmt: skip


def by_return() -> Any:
    """Setting: how the return on assets counts."""
    return setting(
        1.0, unit="utils", zh="回报权重", en="weight of the return on assets", low=0, high=5,
        source="uptake logit of micro-credit", status="assumption",
    )  # fmt: skip


class MutualFundSettings(Funded):
    """Seed money and terms of the loans."""

    seed: Dated = setting(
        150000, unit="yuan/village", zh="互助资金本金", en="seed money of a village", low=0, high=2e6,
        source="150,000 yuan a village in the national pilot (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.1, unit="share of poor villages", zh="年度覆盖比例", en="poor villages that get a fund in a year", low=0,
        high=1, source="assumed; 001 names mutual funds as one of ten ways to collective income (M122)",
        status="assumption",
    )  # fmt: skip
    largest: Dated = setting(
        5000, unit="yuan/household", zh="借款上限", en="largest loan", low=500, high=50000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    fee: Dated = setting(
        0.06, unit="1/year", zh="占用费率", en="yearly fee, income of the collective", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    months_lent: Dated = setting(
        12, unit="months", zh="借款期限", en="term", low=3, high=36, source="general knowledge, to verify",
        status="assumption",
    )  # fmt: skip
    patience: Dated = setting(
        12, unit="months", zh="逾期容忍", en="months after which what is overdue is written off", low=0, high=60,
        source="assumed", status="assumption",
    )  # fmt: skip
    uptake_constant: Dated = setting(
        -1.0, unit="utils", zh="借款意愿常数", en="uptake constant", low=-5, high=3,
        source="uptake logit of micro-credit, raised for want of a bank's papers", status="assumption",
    )  # fmt: skip
    uptake_motivation: Dated = by_motivation()
    uptake_schooling: Dated = by_schooling()
    uptake_return: Dated = by_return()
    least_labour: Dated = setting(
        0.5, unit="worker", zh="最少自营劳动", en="least labour in own business", low=0, high=3,
        source="as for micro-credit", status="assumption",
    )  # fmt: skip


class MutualFund(Instrument):
    """A fund of the village lends small sums to members for a year; what comes back is lent again, fees are income."""

    kind, family = "mutual_fund", "finance"
    zh, en = "村级互助资金", "mutual funds of villages"
    about_zh = "村互助资金向村民发放一年期小额借款，收回再借，占用费归村集体。"
    sized_by = ("share_per_year",)
    Settings = MutualFundSettings
    months = (3,)

    def offer(self, region: Region, s: Any) -> None:
        """New funds in poor villages by lottery; then every fund lends what it holds."""
        v = region.rows("village")
        sites = (v.poor_village & (v.mutual_fund + v.mutual_lent < FEN)).nonzero()[0]
        order = sites[np.lexsort((v.uid[sites], region.draws.uniform(SITING, self._key(region), v.uid[sites])))]
        weight, poor = v.weight[order], float(v.weight[v.poor_village].sum())
        yuan = weight * s.seed * (1.0 + s.administration_share)
        fits = np.cumsum(weight) - 0.5 * weight <= s.share_per_year * poor
        fits &= np.cumsum(yuan) - 0.5 * yuan <= self.budget_left(region, s)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = np.sort(order[fits])
        if len(chosen):
            seed = np.full(len(chosen), float(s.seed))
            by_county = np.bincount(v.county[chosen], v.weight[chosen] * seed, minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            v.mutual_fund[chosen] += seed
            take(region, self, chosen, "village")
            funds = Side("collectives", seed, chosen)
            region.ledger.post("mutual.seed", Side("counties", by_county), funds, instrument=self.id)
        super().offer(region, s)

    def eligible(self, region: Region, s: Any) -> Rows:
        h, v = region.rows("household"), region.rows("village")
        free = (h.group_loan <= 0.0) & (h.own_labour >= s.least_labour) & (h.workers >= 1.0)
        rich = room_for(s.largest, v.mutual_fund) & own_mask(region, self, "village", handed_on=True)
        return np.asarray((free & rich[h.village]).nonzero()[0])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return chance_of_asking(region, s, rows)

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """The registered first, then by lot, until the fund of the village is lent out."""
        h, v = region.rows("household"), region.rows("village")
        key = self.priority(region, s, rows) + ~supported(region, rows)
        whole = np.floor(v.mutual_fund / s.largest + NEAR) * v.weight  # members that the fund can serve
        return rows[admit(h.village[rows], key, h.weight[rows], whole - 0.5 * v.weight, h.uid[rows])]

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Lend out of the fund; the money buys assets."""
        h, v = region.rows("household"), region.rows("village")
        amount = np.full(len(rows), float(s.largest))
        lent = np.bincount(h.village[rows], h.weight[rows] * amount, minlength=len(v)) / v.weight
        v.mutual_fund -= lent
        v.mutual_lent += lent
        take(region, self, np.flatnonzero(lent), "village")
        h.group_loan[rows] = amount
        h.group_due[rows] = region.month + int(s.months_lent)
        h.group_lender[rows] = MUTUAL_FUND
        households, funds = Side("households", amount, rows), Side("collectives", lent)
        region.ledger.post("mutual.lent", funds, households, instrument=self.id)
        region.ledger.post("mutual.owed", households, funds, "debt", self.id)
        to_invest(region, rows, amount, self.id)

    def service(self, region: Region, s: Any) -> None:
        """Loans that are due come back with the fee as far as savings reach; long overdue ones are lost to the fund."""
        h = region.rows("household")
        due = own_in(region, self, due_from(region, MUTUAL_FUND), handed_on=True)
        if not len(due):
            return
        v, ledger = region.rows("village"), region.ledger
        new = h.group_due[due] == region.month
        cash = np.maximum(h.savings[due], 0.0)
        fee = np.minimum(np.where(new, s.fee * s.months_lent / 12.0 * h.group_loan[due], 0.0), cash)
        repaid = np.minimum(h.group_loan[due], cash - fee)
        h.savings[due] -= fee + repaid
        h.group_loan[due] -= repaid
        fees, back = (
            np.bincount(h.village[due], h.weight[due] * sums, minlength=len(v)) / v.weight for sums in (fee, repaid)
        )
        v.collective_cash += fees
        v.collective_income += fees
        v.mutual_fund += back
        v.mutual_lent -= back
        ledger.post("mutual.fee", Side("households", fee, due), Side("collectives", fees), instrument=self.id)
        ledger.post("mutual.repaid", Side("households", repaid, due), Side("collectives", back), instrument=self.id)
        ledger.post("mutual.cleared", Side("collectives", back), Side("households", repaid, due), "debt", self.id)
        lost = due[h.group_due[due] + s.patience <= region.month]
        bad = h.group_loan[lost].copy()
        h.group_loan[lost] = 0.0
        gone = np.bincount(h.village[lost], h.weight[lost] * bad, minlength=len(v)) / v.weight
        v.mutual_lent -= gone
        ledger.post("mutual.write_off", Side("collectives", gone), Side("households", bad, lost), "debt", self.id)
        np.maximum(v.mutual_lent, 0.0, out=v.mutual_lent)  # a rounding of the last loan must not leave less than none
        h.group_lender[due[h.group_loan[due] <= 0.0]] = NO_GROUP


class WomenCreditSettings(Settings):
    """Terms of the micro-lender. It lives on its interest; no public money is needed."""

    largest: Dated = setting(
        8000, unit="yuan/household", zh="贷款上限", en="largest loan", low=500, high=50000,
        source="general knowledge, to verify: small loans without collateral", status="assumption",
    )  # fmt: skip
    rate: Dated = setting(
        0.1, unit="1/year", zh="利率", en="interest, paid by the borrower", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    months_lent: Dated = setting(
        12, unit="months", zh="期限", en="term", low=3, high=36, source="general knowledge, to verify",
        status="assumption",
    )  # fmt: skip
    patience: Dated = setting(
        12, unit="months", zh="逾期容忍", en="months after which what is overdue is written off", low=0, high=60,
        source="assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.05, unit="share", zh="年度投放比例", en="most registered households served in a year", low=0, high=1,
        source="004: in all nine counties (M116); volume assumed", status="assumption",
    )  # fmt: skip
    uptake_constant: Dated = setting(
        -1.6, unit="utils", zh="贷款意愿常数", en="uptake constant", low=-5, high=3,
        source="uptake logit of micro-credit", status="assumption",
    )  # fmt: skip
    uptake_motivation: Dated = by_motivation()
    uptake_schooling: Dated = by_schooling()
    uptake_return: Dated = by_return()
    tie_weight: Dated = setting(
        2.0, unit="1", zh="邻里纽带权重", en="weight of ties in joining a group", low=0, high=10,
        source="M116: take-up by network; size assumed", status="assumption",
    )  # fmt: skip
    most_help: Dated = setting(
        0.2, unit="share", zh="联保上限", en="most that members pay for others, of their own loan", low=0, high=1,
        source="M116: repayment by network; size assumed", status="assumption",
    )  # fmt: skip


@among("person")
def grown_women(region: Region, person: Any) -> Any:
    """Women of 18 or older."""
    return person.female & person.alive & (person.age >= ADULT)


class WomenCredit(Instrument):
    """Women of registered households borrow without collateral; the group in the village stands in for each."""

    kind, family = "women_credit", "finance"
    zh, en = "农户自立服务社（贫困妇女小额贷款）", "loans for women by a micro-lender"
    about_zh = "建档立卡户妇女免抵押借款，由村里的小组联保。"
    not_sized = sizes.FREE
    Settings = WomenCreditSettings
    months = (4,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h, person, who = region.rows("household"), region.rows("person"), supported_workers(region)
        women = grown_women(region, who)
        there = np.zeros(len(h), np.bool_)
        there[person.household[women]] = True
        rows = there.nonzero()[0]
        return np.asarray(rows[(h.group_loan[rows] <= 0.0) & (h.own_labour[rows] > 0.0)])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        h, v = region.rows("household"), region.rows("village")
        ties = group_ties(v.norm[h.village[rows]], s.tie_weight)
        return np.asarray(np.minimum(chance_of_asking(region, s, rows) * ties, 1.0))

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.share_per_year * supported_weight(region))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Lend; the money buys assets."""
        h, amount = region.rows("household"), np.full(len(rows), float(s.largest))
        take(region, self, rows)
        h.group_loan[rows] = amount
        h.group_due[rows] = region.month + int(s.months_lent)
        h.group_lender[rows] = WOMENS_GROUP
        households = Side("households", amount, rows)
        region.ledger.post("women.lent", Side("banks"), households, instrument=self.id)
        region.ledger.post("women.owed", households, Side("banks"), "debt", self.id)
        to_invest(region, rows, amount, self.id)

    def service(self, region: Region, s: Any) -> None:
        """At the end of the term members pay interest and principal, then for those who cannot; the rest is late.

        Who is late pays as savings come in, until the lender's patience ends.
        """
        h = region.rows("household")
        due = own(region, self, due_from(region, WOMENS_GROUP))
        if not len(due):
            return
        ledger, lender = region.ledger, Side("banks")
        owed = h.group_loan[due].copy()
        cash = np.maximum(h.savings[due], 0.0)
        new = h.group_due[due] == region.month
        interest = np.minimum(np.where(new, s.rate * s.months_lent / 12.0 * owed, 0.0), cash)
        repaid = np.minimum(owed, cash - interest)
        short = owed - repaid
        help_paid = self.stand_in(region, s, due, owed, short, cash - interest - repaid)
        at = h.village[due]
        needed, given = (np.bincount(at, sums, minlength=len(region.rows("village"))) for sums in (short, help_paid))
        covered = short * (given / np.maximum(needed, 1e-9))[at]
        bad = np.where(h.group_due[due] + s.patience <= region.month, short - covered, 0.0)
        h.savings[due] -= interest + repaid + help_paid
        h.group_loan[due] = not_nothing(short - covered - bad)
        h.group_lender[due[h.group_loan[due] <= 0.0]] = NO_GROUP
        for purpose, sums in (("interest", interest), ("repaid", repaid), ("group_help", help_paid)):
            if sums.any():
                ledger.post(f"women.{purpose}", Side("households", sums, due), lender, instrument=self.id)
        cleared = Side("households", repaid + covered, due)
        ledger.post("women.cleared", lender, cleared, "debt", self.id)
        ledger.post("women.write_off", lender, Side("households", bad, due), "debt", self.id)

    def stand_in(self, region: Region, s: Any, due: Rows, owed: Amounts, short: Amounts, spare: Amounts) -> Amounts:
        """What each member who has paid adds for those of the village who cannot."""
        at, count = region.rows("household").village[due], len(region.rows("village"))
        can = np.where(short < FEN, np.minimum(spare, s.most_help * owed), 0.0)
        able = np.bincount(at, can, minlength=count)
        helped = helped_by_group(np.bincount(at, short, minlength=count), able, 1.0)
        return np.asarray(can * (helped / np.maximum(able, 1e-9))[at])


def due_from(region: Region, lender: int) -> Rows:
    """Borrowers of a lender whose term has ended."""
    h = region.rows("household")
    rows = places_where(region, h.group_lender == lender)
    return rows[h.group_due[rows] <= region.month]


KINDS = (MutualFund, WomenCredit)
