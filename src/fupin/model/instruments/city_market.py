"""The market of Beijing and Tianjin: a better price for good produce, net of the way, while the demand lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.leading_industry import PRODUCTS
from fupin.model.modifiers import modify
from fupin.model.rules.industry import net_city_price, part_sold
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import output_of_villages

if TYPE_CHECKING:
    from fupin.model.region import Region


class CityMarketSettings(Funded):
    """Demand, price and distance of the cities."""

    demand: Dated = setting(
        144e6, unit="yuan/year/product", zh="京津需求", en="what the cities take of one product at the premium", low=0,
        high=1e11, source="domain/data/baoding.csv: Xinfadi sales of 144m in 2016, all products; as one, assumed",
        status="assumption", scaled=True,
    )  # fmt: skip
    premium: Dated = setting(
        0.35, unit="log", zh="京津溢价", en="price of first-rate produce above the farm gate", low=0, high=1,
        source="mechanisms.csv M148 gives none; assumed", status="assumption",
    )  # fmt: skip
    freight: Dated = setting(
        0.05, unit="log/100 km", zh="运费", en="transport for a hundred kilometres", low=0, high=0.5,
        source="general knowledge, to verify: 5 % of value for vegetables", status="assumption",
    )  # fmt: skip
    distance: Dated = setting(
        180, unit="km", zh="到京津距离", en="way from a village of mean remoteness", low=0, high=1000,
        source="western Baoding to Beijing, 150-250 km (general knowledge)", status="assumption",
    )  # fmt: skip
    distance_step: Dated = setting(
        30, unit="km", zh="偏远加程", en="more way for each step of remoteness", low=0, high=200, source="assumed",
        status="assumption",
    )  # fmt: skip
    bad_road: Dated = setting(
        0.5, unit="share", zh="路况加价", en="more freight where no home is on a hardened road", low=0, high=3,
        source="assumed", status="assumption",
    )  # fmt: skip
    most: Dated = setting(
        0.8, unit="share", zh="外销比例上限", en="part of a village's product fit to be sent", low=0, high=1,
        source="some is eaten or damaged; assumed", status="assumption",
    )  # fmt: skip
    ordinary: Dated = setting(
        0.15, unit="share", zh="普通村可外销比重",
        en="part of the output of a village without a chosen industry that cities would buy", low=0, high=1,
        source="the speciality that it has anyway; size assumed", status="assumption",
    )  # fmt: skip
    fair: Dated = setting(
        3000, unit="yuan/village/year", zh="产销对接费", en="fairs and stalls for a village that sells", low=0,
        high=1e5, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class CityMarket(Instrument):
    """Villages whose leading industry, or what they grow anyway, is good enough to bear the way send part of it."""

    kind, family = "city_market", "industry"
    zh, en = "京津市场对接", "markets of Beijing and Tianjin"
    about_zh = "主导产业（或原有农产品）质量经得起运输的村，把一部分产品销往京津。"
    not_sized = sizes.ASKED
    Settings = CityMarketSettings
    months = (3,)

    def offer(self, region: Region, s: Any) -> None:
        """Sellers of the year, what the cities take of each product, and the price that villages receive."""
        v = region.rows("village")
        net = price_at_the_gate(region, s)
        rows = (v.poor_village & (net > 0.0) & (part_for_sale(region, s) > 0.0)).nonzero()[0]
        order = rows[np.lexsort((v.uid[rows], -net[rows]))]
        cost = v.weight[order] * s.fair * (1.0 + s.administration_share)
        rows = np.sort(order[np.cumsum(cost) - 0.5 * cost <= self.left(region, s)])
        cost = v.weight[rows] * s.fair
        by_county = np.bincount(v.county[rows], cost, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("citymarket.fairs", "counties", "markets", by_county, self.id)
        poor = float(v.weight[v.poor_village].sum())
        region.funnel.append((region.month, self.id, poor, float(v.weight[order].sum()), float(v.weight[rows].sum())))
        part = np.zeros(len(v))
        part[rows] = np.minimum(part_taken(region, s, rows), 1.0 - self.sold_by_others(region)[rows])
        self.set_prices(region, part, part_for_sale(region, s) * part * net)

    def sold_by_others(self, region: Region) -> Amounts:
        """Part of each village's product that goes to the cities by other links than its own."""
        v = region.rows("village")
        return np.asarray(v.city_sales - getattr(region.state_of(self), "part", np.zeros(len(v))))

    def set_prices(self, region: Region, part: Amounts, shift: Amounts) -> None:
        """What is sold away is no longer offered in the county; the premium is the village's."""
        state, v = region.state_of(self), region.rows("village")
        before = getattr(state, "shift", np.zeros(len(v)))
        changed = (shift != before).nonzero()[0]
        if len(changed):
            modify(region, "village.price", changed, (shift - before)[changed])
        v.city_sales[:] = self.sold_by_others(region) + part
        state.part = part
        state.shift = shift

    def service(self, region: Region, s: Any) -> None:
        """When the links have ended, so have the sales."""
        if hasattr(region.state_of(self), "shift") and not self.settings.active(region.month):
            nothing = np.zeros(len(region.rows("village")))
            self.set_prices(region, nothing, nothing)


def price_at_the_gate(region: Region, s: Any) -> Amounts:
    """Log premium of each village: what the cities pay for its quality, less the way by its roads."""
    v = region.rows("village")
    distance = np.clip(s.distance + s.distance_step * v.remoteness, 0.0, None)
    freight = s.freight * (1.0 + s.bad_road * (1.0 - v.road))
    return np.asarray(net_city_price(s.premium, v.industry_quality, freight, distance))


def part_for_sale(region: Region, s: Any) -> Amounts:
    """Part of each village's output that is of one kind and could be sent."""
    v = region.rows("village")
    return np.where(v.industry >= 0, v.industry_share, s.ordinary)


def part_taken(region: Region, s: Any, rows: Rows) -> Amounts:
    """Part of each seller's product that the cities take: demand is shared in proportion, so more sellers sell less."""
    v, p = region.rows("village"), region.p
    output = output_of_villages(region)
    offered = s.most * part_for_sale(region, s)[rows] * output[rows]
    product = np.where(v.industry[rows] >= 0, v.industry[rows], len(PRODUCTS))  # the last: what others grow anyway
    volume = np.bincount(product, offered, minlength=len(PRODUCTS) + 1)
    demand = s.demand * p.output_level / region.parameters.at(region.first).output_level
    return np.asarray(s.most * part_sold(volume, demand)[product])


KINDS = (CityMarket,)
