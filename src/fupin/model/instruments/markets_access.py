"""Access to markets: e-commerce stations, buyers found for the registered, contract farming, crop insurance.

A better price is earned by those able to use the channel, and only while demand lasts: premiums fall as volume grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE, LEADING
from fupin.model.household import FIRM_LINK
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.links import linked
from fupin.model.instruments.own_rows import own, take
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import ranked
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes, supported_rows

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream("ecommerce.siting", "which villages get a station, yearly")
SELLER = declare_stream("ecommerce.seller", "lasting readiness of a household to sell online")
FIRM = declare_stream("contract.firm", "which enterprise of the county contracts a household")
SIDE_SALE = declare_stream("contract.side_sale", "whether a household breaks its contract in a quarter")


class PriceChannel(Instrument):
    """Raises the price received by its sellers; the shift is set anew each year and taken away at the end."""

    def set_prices(self, region: Region, shift: Amounts) -> None:
        """Make `shift` (log, one a household) this instrument's part of the price that each household receives."""
        state = region.state_of(self)
        before = getattr(state, "shift", np.zeros(len(shift)))
        changed = (shift != before).nonzero()[0]
        if len(changed):
            modify(region, "farm.price", changed, (shift - before)[changed])
        state.shift = shift

    def service(self, region: Region, s: Any) -> None:
        """When the instrument has ended, so has the premium."""
        if hasattr(region.state_of(self), "shift") and not self.settings.active(region.month):
            self.set_prices(region, np.zeros(len(region.rows("household"))))


class ECommerceSettings(Funded):
    """Stations, sellers, and what the channel brings."""

    share_per_year: Dated = setting(
        0.35, unit="share of poor villages", zh="年度建站比例", en="poor villages that get a station in a year", low=0,
        high=1, source="baoding.csv: stations due in all 1,082 villages by the end of 2016", status="assumption",
    )  # fmt: skip
    least_broadband: Dated = setting(
        0.25, unit="share", zh="宽带门槛", en="least cover with broadband", low=0, high=1,
        source="a station needs a line; threshold assumed", status="assumption",
    )  # fmt: skip
    setup: Dated = setting(
        20000, unit="yuan/station", zh="建站成本", en="set-up of a station", low=0, high=500000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    upkeep: Dated = setting(
        6000, unit="yuan/station/year", zh="运行补贴", en="running cost of a station", low=0, high=200000,
        source="general knowledge, to verify: a part-time keeper", status="assumption",
    )  # fmt: skip
    sellers: Dated = setting(
        30, unit="households/station", zh="服务户数上限", en="households that a station can serve", low=0, high=2000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    least_schooling: Dated = setting(
        8, unit="years", zh="文化程度门槛", en="schooling at which half of the producers could use it", low=0, high=16,
        source="mechanisms.csv M156: use depends on schooling; level assumed", status="assumption",
    )  # fmt: skip
    schooling_weight: Dated = setting(
        1.0, unit="utils/year", zh="文化程度权重", en="weight of a year of schooling in being able to use it", low=0,
        high=5, source="logit; size assumed", status="assumption",
    )  # fmt: skip
    least_output: Dated = setting(
        8000, unit="yuan/year", zh="产量门槛", en="least output worth sending", low=0, high=200000,
        source="a parcel a day; threshold assumed", status="assumption",
    )  # fmt: skip
    margin: Dated = setting(
        0.12, unit="log", zh="网销溢价", en="price online above the farm gate", low=0, high=0.6,
        source="part of the trader's margin; size assumed (M156 gives none)", status="assumption",
    )  # fmt: skip
    delivery: Dated = setting(
        0.03, unit="log", zh="物流成本", en="cost of delivery, more where the village is remote", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    delivery_distance: Dated = setting(
        0.5, unit="log/score", zh="物流成本随偏远度", en="rise of the cost of delivery with remoteness", low=0, high=2,
        source="general knowledge, to verify: from near to far about threefold", status="assumption",
    )  # fmt: skip
    demand: Dated = setting(
        20e6, unit="yuan/county/year", zh="县网销需求", en="what buyers of a county take at the premium", low=0,
        high=1e10, source="as much as all reported sales outside, wholesale and online; assumed", status="assumption",
    )  # fmt: skip
    most: Dated = setting(
        0.8, unit="share", zh="网销比例上限", en="part of a household's output that can be sold so", low=0, high=1,
        source="some is eaten or too small; assumed", status="assumption",
    )  # fmt: skip


class ECommerce(PriceChannel):
    """Stations in poor villages with a line; schooled producers with enough output sell online."""

    kind, family = "ecommerce_station", "industry"
    zh, en = "电商扶贫站点", "e-commerce stations"
    about_zh = "在通宽带的贫困村设站点；有文化、产量够的生产户上网销售。"
    sized_by = ("share_per_year",)
    Settings = ECommerceSettings
    months = (5,)

    def offer(self, region: Region, s: Any) -> None:
        """New stations by lottery within share and budget; then the sellers of the year and their price."""
        v = region.rows("village")
        sites = (v.poor_village & ~v.station & (v.broadband >= s.least_broadband)).nonzero()[0]
        sites = self.asking(region, sites)
        order = sites[np.lexsort((v.uid[sites], region.draws.uniform(SITING, self._key(region), v.uid[sites])))]
        running = own(region, self, v.station.nonzero()[0], "village", handed_on=True)
        kept = self.spend(region, s, running, s.upkeep)
        weight, poor = v.weight[order], float(v.weight[v.poor_village].sum())
        yuan = weight * s.setup * (1.0 + s.administration_share)
        fits = np.cumsum(weight) - 0.5 * weight <= s.share_per_year * poor
        fits &= np.cumsum(yuan) - 0.5 * yuan <= self.budget_left(region, s)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = order[fits]
        self.spend(region, s, chosen, s.setup)
        v.station[chosen] = True
        take(region, self, np.concatenate([kept, chosen]), "village")
        region.funnel.append((region.month, self.id, poor, float(weight.sum()), float(v.weight[chosen].sum())))
        self.sell(region, s, np.concatenate([kept, chosen]))

    def spend(self, region: Region, s: Any, villages: Rows, each: float) -> Rows:
        """Pay for stations, as long as the budget lasts; returns those that are paid."""
        v = region.rows("village")
        yuan = np.cumsum(v.weight[villages] * each) * (1.0 + s.administration_share)
        villages = villages[yuan <= self.left(region, s)]
        if len(villages):
            cost = v.weight[villages] * each
            by_county = np.bincount(v.county[villages], cost, minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            region.ledger.post_by_county("ecommerce.station", "counties", "markets", by_county, self.id)
        return villages

    def sell(self, region: Region, s: Any, villages: Rows) -> None:
        """Producers able to use a running station, up to its capacity, share what buyers of the county take."""
        h, v, county = region.rows("household"), region.rows("village"), region.rows("county")
        running = np.zeros(len(v), np.bool_)
        running[villages] = True
        rows = (running[h.village] & (h.expected_output >= s.least_output) & (h.own_labour > 0.0)).nonzero()[0]
        ready = 1.0 / (1.0 + np.exp(s.schooling_weight * (s.least_schooling - h.schooling[rows])))
        rows = rows[region.lifelong(SELLER, "household")[rows] < ready]
        rows = rows[ranked(-h.expected_output[rows], h.uid[rows], h.village[rows])]
        first = np.searchsorted(h.village[rows], h.village[rows])
        rows = rows[np.arange(len(rows)) - first < s.sellers]
        region.reach(self, rows)
        volume = np.bincount(h.county[rows], h.weight[rows] * h.expected_output[rows], minlength=len(county))
        demand = s.demand * region.p.output_level / region.parameters.at(region.first).output_level
        part = np.minimum(s.most, demand / np.maximum(volume, 1.0))
        distance = s.delivery * np.exp(s.delivery_distance * v.remoteness[h.village[rows]])
        shift = np.zeros(len(h))
        shift[rows] = part[h.county[rows]] * np.maximum(s.margin - distance, 0.0)
        self.set_prices(region, shift)


class PurchaseSettings(Funded):
    """What the buyers take and pay."""

    volume: Dated = setting(
        144e6, unit="yuan/year", zh="消费扶贫采购额", en="purchases of the partners", low=0, high=1e11,
        source="domain/data/baoding.csv: sales at the Xinfadi market in 2016", status="seed", scaled=True,
    )  # fmt: skip
    premium: Dated = setting(
        0.15, unit="share", zh="采购溢价", en="price above the farm gate", low=0, high=1,
        source="mechanisms.csv M154 gives none; assumed", status="assumption",
    )  # fmt: skip
    most: Dated = setting(
        0.6, unit="share", zh="可售比例上限", en="part of a household's output that can be sold so", low=0, high=1,
        source="7,300 households sold 19,726 yuan each (baoding.csv)", status="assumption",
    )  # fmt: skip
    least_output: Dated = setting(
        5000, unit="yuan/year", zh="产量门槛", en="least output worth collecting", low=0, high=200000,
        source="assumed", status="assumption",
    )  # fmt: skip
    matching: Dated = setting(
        100, unit="yuan/household/year", zh="对接组织费", en="cost of matching a producer", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class PartnerPurchases(PriceChannel):
    """Partners buy a fixed sum a year from registered producers at a premium; it is spread over those who can sell."""

    kind, family = "partner_purchases", "industry"
    zh, en = "消费扶贫与产销对接", "consumption-driven purchases"
    about_zh = "帮扶单位每年按定额溢价采购建档立卡户的产品，分摊给有产品可卖的户。"
    sized_by = ("volume",)
    Settings = PurchaseSettings
    months = (4,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_rows(region)
        sells = (h.expected_output[rows] >= s.least_output) & (h.own_labour[rows] > 0.0) & (s.volume > 0.0)
        return np.asarray(rows[sells])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.matching)

    def offer(self, region: Region, s: Any) -> None:
        """The premium of last year ends before the new list is made."""
        self.set_prices(region, np.zeros(len(region.rows("household"))))
        super().offer(region, s)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        h = region.rows("household")
        self.buy(region, s, "purchases.matching", rows, self.cost(region, s, rows))
        output = weighted_sum(h.expected_output[rows], h.weight[rows])
        shift = np.zeros(len(h))
        shift[rows] = np.log1p(s.premium * min(s.most, s.volume / output))
        self.set_prices(region, shift)


class ContractSettings(Funded):
    """Terms of the contracts between enterprise, co-operative and household."""

    price: Dated = setting(
        1.06, unit="index", zh="保底收购价", en="contract price, index of the price received", low=0.5, high=2,
        source="protection price a little above the market; size assumed", status="assumption",
    )  # fmt: skip
    part: Dated = setting(
        0.7, unit="share", zh="订单比例", en="part of the output under contract", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    margin: Dated = setting(
        0.12, unit="share", zh="加工利润率", en="what processing adds for the enterprise", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    volume_to_capital: Dated = setting(
        0.5, unit="1/year", zh="收购能力", en="yearly purchases for each yuan of the enterprise's capital", low=0,
        high=5, source="assumed", status="assumption",
    )  # fmt: skip
    temptation: Dated = setting(
        0.5, unit="share", zh="违约倾向", en="households that sell elsewhere in a quarter with a better price", low=0,
        high=1, source="side-selling; size assumed", status="assumption",
    )  # fmt: skip
    buyer_default: Dated = setting(
        0.0, unit="share", zh="企业违约", en="part of the premium that a buyer without cash does not pay", low=0,
        high=1, source="mechanisms.csv M174: weak firms; owners pay all of it by default", status="assumption",
    )  # fmt: skip
    least_kept: Dated = setting(
        0.5, unit="share", zh="农户容忍兑付率", en="part of the premium paid below which a household leaves its buyer",
        low=0, high=1, source="half a promise kept is forgiven; assumed", status="assumption",
    )  # fmt: skip
    organising: Dated = setting(
        200, unit="yuan/household", zh="组织补助", en="cost of organising a new contract", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    industry_pull: Dated = setting(
        0.0, unit="1", zh="主导产业带动签约",
        en="how far a village's leading industry of full quality multiplies take-up", low=0, high=20,
        source="buyers contract where there is a product; off by default", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.3, unit="share", zh="签约率", en="take-up", low=0, high=1, source="literature.md take-up 0.3-0.95",
        status="assumption",
    )  # fmt: skip


class ContractFarming(Instrument):
    """Leading enterprises and co-operatives buy at an agreed price; households may sell aside, buyers may close."""

    kind, family = "contract_farming", "industry"
    zh, en = "龙头企业+合作社+农户订单", "contracts of enterprise, co-operative and household"
    about_zh = "龙头企业和合作社按约定价收购；农户可能另卖他人，收购方也可能倒闭。"
    not_sized = sizes.ASKED
    Settings = ContractSettings
    months, service_months = (2,), QUARTER_ENDS

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_homes(region)
        rows = rows[(h.contract_firm[rows] < 0) & (h.own_labour[rows] > 0.0) & (h.expected_output[rows] > 0.0)]
        return linked(region, rows, FIRM_LINK)

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        if s.industry_pull <= 0.0:
            return float(s.take_up)
        v = region.rows("village")
        here = region.rows("household").village[rows]
        pull = 1.0 + s.industry_pull * v.industry_share[here] * v.industry_quality[here]
        return np.asarray(np.minimum(s.take_up * pull, 1.0))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.organising)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Each household is offered the contract of one enterprise; it is signed while that one can buy more."""
        h, e = region.rows("household"), region.rows("enterprise")
        buyers = (e.alive & ((e.kind == LEADING) | (e.kind == COOPERATIVE))).nonzero()[0]
        buyers = buyers[np.argsort(e.county[buyers], kind="stable")]
        starts, ends = (np.searchsorted(e.county[buyers], h.county[rows], side) for side in ("left", "right"))
        luck = region.draws.uniform(FIRM, region.month, h.uid[rows])
        offered, luck = rows[ends > starts], luck[ends > starts]
        if not len(offered):
            return
        pick = starts[ends > starts] + np.floor(luck * (ends - starts)[ends > starts]).astype(np.int64)
        firm = buyers[np.minimum(pick, ends[ends > starts] - 1)]
        volume = s.part * h.weight[offered] * h.expected_output[offered]
        bound = (h.contract_firm >= 0).nonzero()[0]
        taken = s.part * h.weight[bound] * h.expected_output[bound]
        room = s.volume_to_capital * e.capital - np.bincount(h.contract_firm[bound], taken, minlength=len(e))
        order = np.lexsort((h.uid[offered], firm))
        so_far = np.cumsum(volume[order])
        first = np.searchsorted(firm[order], firm[order])
        before = so_far - volume[order] - (so_far - volume[order])[first]
        signed = order[before + 0.5 * volume[order] <= room[firm[order]]]
        h.contract_firm[offered[signed]] = firm[signed]
        take(region, self, offered[signed])
        self.buy(region, s, "contract.organising", offered[signed], np.full(len(signed), s.organising))

    def service(self, region: Region, s: Any) -> None:
        """Each quarter the buyer tops the price up, unless it has closed or the household sells aside."""
        if region.calendar_month % 3:
            return
        h, e, v, p = region.rows("household"), region.rows("enterprise"), region.rows("village"), region.p
        bound = own(region, self, (h.contract_firm >= 0).nonzero()[0])
        market = v.price[h.village[bound]]
        aside = market > s.price
        tempted = aside.nonzero()[0]
        aside[tempted] = region.draws.uniform(SIDE_SALE, region.month, h.uid[bound[tempted]]) < s.temptation
        over = ~e.alive[h.contract_firm[bound]] | aside | (not self.settings.active(region.month))
        h.contract_firm[bound[over]] = -1
        rows, market = bound[~over], market[~over]
        if not len(rows):
            return
        seasons = np.array([p.season_q1, p.season_q2, p.season_q3, p.season_q4])
        delivered = s.part * h.expected_output[rows] * (seasons[region.quarter] / seasons.sum())
        premium = np.maximum(s.price - market, 0.0) * delivered
        firm, weight = h.contract_firm[rows], h.weight[rows]
        margin = np.bincount(firm, weight * s.margin * delivered, minlength=len(e))
        paid = np.bincount(firm, weight * premium, minlength=len(e))
        if s.buyer_default > 0.0:
            kept = promise_kept(s, e.cash + margin, paid)
            h.contract_firm[rows[kept[firm] < s.least_kept]] = -1  # who was cheated looks for another buyer
            premium, paid = premium * kept[firm], paid * kept
        e.cash += margin - paid
        e.profit += margin - paid
        region.ledger.post("contract.margin", Side("markets"), Side("enterprises", margin), instrument=self.id)
        pay_households(region, "contract.premium", Side("enterprises", paid), rows, premium, self.id, earned=True)


def promise_kept(s: Any, till: Amounts, owed: Amounts) -> Amounts:
    """Part of the premium that each buyer pays: all if its till allows, else the rest only as far as it is honest."""
    able = np.minimum(1.0, np.maximum(till, 0.0) / np.maximum(owed, 1e-9))
    return np.asarray(1.0 - s.buyer_default * (1.0 - able))


KINDS = (ECommerce, PartnerPurchases, ContractFarming)
