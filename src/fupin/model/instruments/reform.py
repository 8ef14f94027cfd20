"""Village collectives: assets are inventoried, what lies idle is let or becomes a share, shares are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER, FEBRUARY
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import own, own_mask, take
from fupin.model.ledger import Side
from fupin.model.processes.stakes import (
    book_dividends,
    choose_villages,
    draw_dividends,
    earn,
    partner_firms,
    put_in,
    stakes_of,
    strength_of,
    years_to,
)
from fupin.model.rules.collectives import crowded_price, letting_chance
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

FOUND = declare_stream("reform.found", "what an inventory finds in a village: assets and land")
ORDER = declare_stream("reform.order", "order in which villages are inventoried")
LEASE_MONTH = FEBRUARY  # leases are made before the season (assumption)


class ReformSettings(Funded):
    """Pace, cost and findings of the inventory, and how idle things are let."""

    deadline: Dated = setting(
        2020, unit="year", zh="改制完成年份", en="share reform done by the end of", low=2014, high=2035,
        source="mechanisms.csv M257: end of 2020", status="seed",
    )  # fmt: skip
    whom: str = setting(
        "all", zh="对象村", en="which villages", choices=("all", "poor", "weak"),
        source="mechanisms.csv M257: all; M259: weak villages that are not poor villages", status="seed",
    )  # fmt: skip
    survey: Dated = setting(
        20000, unit="yuan/village", zh="清产核资费用", en="cost of the inventory of a village", low=0, high=500000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    found_assets: Dated = setting(
        400, unit="yuan/household", zh="清出闲置资产", en="idle assets that an inventory finds", low=0, high=20000,
        source="old schools, barns, service centres (mechanisms.csv M259); size assumed", status="assumption",
    )  # fmt: skip
    found_land: Dated = setting(
        0.3, unit="mu/household", zh="清出未承包地", en="unallocated land that an inventory finds", low=0, high=20,
        source="mechanisms.csv M335: land never contracted out; size assumed", status="assumption",
    )  # fmt: skip
    found_forest: Dated = setting(
        1.0, unit="mu/household", zh="清出集体林地", en="unallocated forest that an inventory finds", low=0, high=100,
        source="mechanisms.csv M335: forest rights; size assumed", status="assumption",
    )  # fmt: skip
    spread: Dated = setting(
        0.6, unit="log", zh="清查结果差异", en="spread of findings between villages", low=0, high=2,
        source="assumed", status="assumption",
    )  # fmt: skip
    search: Dated = setting(
        0.6, unit="share/year", zh="出租成功率", en="idle things let in a year, at best", low=0, high=1,
        source="a tenant must be found; size assumed", status="assumption",
    )  # fmt: skip
    road_need: Dated = setting(
        0.5, unit="share", zh="承租人需路比例", en="part of the tenants who need a road", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    leader_weight: Dated = setting(
        1, unit="1", zh="班子能力权重", en="how much more strong leaders let", low=0, high=2, source="assumed",
        status="assumption",
    )  # fmt: skip
    weak_income: Dated = setting(
        10000, unit="yuan/year", zh="薄弱村收入", en="usual income below which a collective is weak", low=0, high=1e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    forest_rent: Dated = setting(
        15, unit="yuan/mu/year", zh="林地租金", en="rent of forest", low=0, high=500,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    scenery: Dated = setting(
        20000, unit="yuan/village/year", zh="景观经营权费", en="fee for scenery in a tourism village", low=0, high=1e6,
        source="mechanisms.csv M335: natural scenery leased; size assumed", status="assumption",
    )  # fmt: skip
    crowding: Dated = setting(
        0.7, unit="1", zh="景观竞争", en="elasticity of the fee to the scenery that the county offers", low=0, high=2,
        source="visitors are shared (as village_tourism); size assumed", status="assumption",
    )  # fmt: skip
    scenery_market: Dated = setting(
        10, unit="villages", zh="景观市场容量", en="villages at which the fee is down by 2^−e", low=1,
        high=10000, source="assumed", status="assumption",
    )  # fmt: skip
    share_mode: Dated = setting(
        0.5, unit="0-1", zh="入股门槛", en="strength of leaders from which idle assets become shares", low=0, high=1,
        source="mechanisms.csv M259 names contract, lease and share; threshold assumed", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.07, unit="1/year", zh="入股分红比例", en="dividend on shares", low=0, high=0.3,
        source="as enterprise_shares: 6-8 %", status="assumption",
    )  # fmt: skip


class AssetReform(Instrument):
    """Inventory, then letting or shares of what lies idle, then share reform a year after the inventory."""

    kind, family = "asset_reform", "collectives"
    zh, en = "清产核资与股份合作制改革", "asset inventory and share reform"
    about_zh = "先清产核资，再把闲置资产出租或入股，清查一年后进行股份合作制改革。"
    not_sized = sizes.EVERYWHERE
    Settings = ReformSettings
    months, service_months = (2,), (LEASE_MONTH, DECEMBER)

    def targets(self, region: Region, s: Any) -> Rows:
        """Villages that the reform is for and that have not been inventoried."""
        v = region.rows("village")
        weak = ~v.poor_village & (self.usual_income(region) < s.weak_income)
        for_them = {"all": np.ones(len(v), np.bool_), "poor": v.poor_village, "weak": weak}[s.whom]
        return np.asarray((for_them & ~v.inventoried & (v.households > 0.0)).nonzero()[0])

    def usual_income(self, region: Region) -> Amounts:
        """What the assets and land in use bring a collective in a year."""
        v, p = region.rows("village"), region.p
        return np.asarray(p.asset_return * v.collective_assets + p.land_lease * v.rent * v.collective_land)

    def offer(self, region: Region, s: Any) -> None:
        """Each year the part of the villages that the deadline asks for, by lot, within the budget."""
        v = region.rows("village")
        rows = self.targets(region, s)
        order = rows[np.lexsort((v.uid[rows], region.lifelong(ORDER, "village")[rows]))]
        yuan = v.weight[order] * s.survey * (1.0 + s.administration_share)
        room = float(v.weight[rows].sum()) / years_to(region, s.deadline)
        chosen = choose_villages(region, room, self.left(region, s), order, yuan)
        self.reform(region, s)
        total = float(v.weight[rows].sum())
        region.funnel.append((region.month, self.id, total, total, float(v.weight[chosen].sum())))
        if len(chosen):
            by_county = np.bincount(v.county[chosen], s.survey * v.weight[chosen], minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            region.ledger.post_by_county("collective.survey", "counties", "markets", by_county, self.id)
            self.take_stock(region, s, chosen)

    def take_stock(self, region: Region, s: Any, rows: Rows) -> None:
        """What was never on the books comes onto them: idle assets, unallocated land and forest."""
        v = region.rows("village")
        z = region.draws.normals(FOUND, 0, v.uid[rows], 2)
        luck = np.exp(s.spread * z - 0.5 * s.spread**2)
        assets = s.found_assets * v.households[rows] * luck[0]
        v.inventoried[rows] = True
        take(region, self, rows, "village")
        v.idle_assets[rows] += assets
        v.free_land[rows] += s.found_land * v.households[rows] * luck[1]
        self.forest(region)[0][rows] += s.found_forest * v.households[rows] * luck[1]
        goods = Side("collectives", assets, rows)
        region.ledger.post("collective.found", Side("nature"), goods, "assets", self.id)

    def forest(self, region: Region) -> tuple[Amounts, Amounts]:
        """Collective forest of each village that was found and that is let, mu."""
        state, n = region.state_of(self), len(region.rows("village"))
        if not hasattr(state, "forest"):
            state.forest, state.let = np.zeros(n), np.zeros(n)
        return state.forest, state.let

    def reform(self, region: Region, s: Any) -> None:
        """A year after its inventory a collective is reformed: every household is a shareholder."""
        v = region.rows("village")
        rows = own(region, self, (v.inventoried & ~v.reformed).nonzero()[0], "village", handed_on=True)
        v.reformed[rows] = True
        v.shareholding[rows] = 1.0

    def service(self, region: Region, s: Any) -> None:
        """In February tenants are looked for; in December rents, fees and dividends come in."""
        if region.calendar_month not in (LEASE_MONTH, DECEMBER):
            return
        v = region.rows("village")
        if not v.inventoried.any():
            return
        if region.calendar_month == LEASE_MONTH and self.settings.active(region.month):
            rows = own(region, self, v.inventoried.nonzero()[0], "village", handed_on=True)
            weights = s.road_need, s.leader_weight
            part = letting_chance(s.search, v.road, strength_of(region), *weights)[rows]
            self.let_land(region, rows, part)
            self.revive_assets(region, s, rows, part)
        if region.calendar_month == DECEMBER:
            self.collect(region, s)

    def let_land(self, region: Region, rows: Rows, part: Amounts) -> None:
        """Free land is let at the village's rent, as collective land is; forest by itself, where there is a buyer."""
        v = region.rows("village")
        found, let = self.forest(region)
        mu = part * v.rented_share[rows] * v.free_land[rows]
        v.free_land[rows] -= mu
        v.collective_land[rows] += mu
        more = part * (found[rows] - let[rows])
        let[rows] += more

    def revive_assets(self, region: Region, s: Any, rows: Rows, part: Amounts) -> None:
        """Strong leaders put idle assets into a firm as a share; others let them, and they earn as other assets do."""
        v, state = region.rows("village"), region.state_of(self)
        firm, _ = stakes_of(state, len(v))
        worth = part * v.idle_assets[rows]
        strong = (strength_of(region)[rows] >= s.share_mode) & v.reformed[rows] & (worth > 0.0)
        partner = np.where(firm[rows] >= 0, firm[rows], partner_firms(region, rows))
        share = (strong & (partner >= 0)).nonzero()[0]
        v.idle_assets[rows] -= worth
        into = rows[share]
        by_firm = put_in(region, into, partner[share], worth[share], state)
        given = Side("collectives", worth[share], into)
        region.ledger.post("collective.stake_goods", given, Side("enterprises", by_firm), "assets", self.id)
        worth[share] = 0.0
        v.collective_assets[rows] += worth

    def collect(self, region: Region, s: Any) -> None:
        """Rent of forest at the county's price, fees for scenery shared by all that offer it, dividends."""
        v, county, state = region.rows("village"), region.rows("county"), region.state_of(self)
        _, let = self.forest(region)
        scenic = v.inventoried & v.tourism & own_mask(region, self, "village")
        offered = np.bincount(v.county[scenic], v.weight[scenic], minlength=len(county))[v.county]
        fee = crowded_price(s.scenery, offered, s.scenery_market, s.crowding)
        rent = s.forest_rent * let * county.price[v.county] + np.where(scenic, fee, 0.0)
        rows = (rent > 0.0).nonzero()[0]
        earn(region, "collective.resources", Side("markets"), rows, rent[rows], self.id)
        firm, _ = stakes_of(state, len(v))
        before = firm.copy()
        book_dividends(region, draw_dividends(region, state, s.dividend), before, self.id)


KINDS = (AssetReform,)
