"""Rural tourism: villages share a number of visitors that grows slower than they do; jobs and hosts live off them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import TOURISM, in_bounds
from fupin.model.household import SOUND
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import own_in, own_mask, take
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.village import PLAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream("tourism.siting", "which suited villages are developed, yearly")
HOSTS = declare_stream("tourism.hosts", "order in which households become hosts, yearly")


class TourismSettings(Funded):
    """Visitors, villages, and how the receipts are shared."""

    visits: Dated = setting(
        1360000, unit="visits/year", zh="游客人次", en="visits to the villages that exist", low=0, high=1e9,
        source="domain/data/baoding.csv 2015", status="seed", scaled=True,
    )  # fmt: skip
    spending: Dated = setting(
        73.5, unit="yuan/visit", zh="人均花费", en="spending of a visit", low=0, high=5000,
        source="domain/data/baoding.csv: 100m yuan for 1.36m visits", status="seed",
    )  # fmt: skip
    existing: Dated = setting(
        305, unit="villages", zh="现有旅游村", en="villages that receive visitors already", low=1, high=10000,
        source="domain/data/baoding.csv 2015", status="seed", scaled=True,
    )  # fmt: skip
    elasticity: Dated = setting(
        0.3, unit="1", zh="客源弹性", en="growth of visits with the number of villages", low=0, high=1,
        source="more villages share nearly the same visitors; size assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.05, unit="share of poor villages", zh="年度开发比例", en="poor villages developed in a year", low=0, high=1,
        source="305 of 1,082 villages in five years (baoding.csv)", status="assumption",
    )  # fmt: skip
    least_road: Dated = setting(
        0.6, unit="share", zh="道路门槛", en="least share of homes on a hardened road", low=0, high=1,
        source="visitors need a road; threshold assumed", status="assumption",
    )  # fmt: skip
    works: Dated = setting(
        500000, unit="yuan/village", zh="旅游村建设投入", en="works in a village", low=0, high=2e7,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    job_share: Dated = setting(
        0.4, unit="share", zh="用工支出占比", en="part of the receipts that pays workers in the village", low=0, high=1,
        source="local share of mechanisms.csv M164; size assumed", status="assumption",
    )  # fmt: skip
    host_share: Dated = setting(
        0.3, unit="share", zh="农户经营占比", en="part of the receipts that is net income of hosts", low=0, high=1,
        source="as above", status="assumption",
    )  # fmt: skip
    hosts: Dated = setting(
        10, unit="households/village", zh="民宿户数", en="hosts of a village", low=0, high=500,
        source="1,200 sites in 305 villages make four; new villages plan more", status="assumption",
    )  # fmt: skip
    guest_limit: Dated = setting(
        30000, unit="yuan/household/year", zh="户接待上限", en="most that a host's rooms and hands can earn", low=0,
        high=500000, source="a keeper of Nanyu earns 20,000 and dividends (baoding.csv)", status="assumption",
    )  # fmt: skip
    host_grant: Dated = setting(
        10000, unit="yuan/household", zh="民宿改造补助", en="grant for rooms", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class VillageTourism(Instrument):
    """Hill and mountain villages with a road get works, an employer and hosts; the visitors are shared by all."""

    kind, family = "village_tourism", "industry"
    zh, en = "乡村旅游与民宿", "village tourism and homestays"
    about_zh = "通路的丘陵山区村建设旅游设施，引进用工企业和民宿农家乐，各村分享客源。"
    sized_by = ("share_per_year",)
    Settings = TourismSettings
    months, service_months = (4,), QUARTER_ENDS

    def receipts(self, region: Region, s: Any, more: float = 0.0) -> float:
        """Yearly receipts of one village when all those developed, and `more`, share the visitors."""
        v = region.rows("village")
        old = max(s.existing, 1.0)
        villages = old + more + float(v.weight[v.tourism].sum())
        return float(s.visits * (villages / old) ** s.elasticity / villages * s.spending)

    def offer(self, region: Region, s: Any) -> None:
        """Choose villages by lottery within share and budget, then let the employers know the year's visitors."""
        v = region.rows("village")
        suited = (v.terrain != PLAIN) & (v.road >= s.least_road) & v.poor_village & ~v.tourism
        sites = suited.nonzero()[0]
        sites = self.asking(region, sites)
        order = sites[np.lexsort((v.uid[sites], region.draws.uniform(SITING, self._key(region), v.uid[sites])))]
        weight, poor = v.weight[order], float(v.weight[v.poor_village].sum())
        yuan = weight * (s.works + s.hosts * s.host_grant) * (1.0 + s.administration_share)
        fits = np.cumsum(weight) - 0.5 * weight <= s.share_per_year * poor
        fits &= np.cumsum(yuan) - 0.5 * yuan <= self.budget_left(region, s)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = np.sort(order[fits])
        region.funnel.append((region.month, self.id, poor, float(weight.sum()), float(v.weight[chosen].sum())))
        if len(chosen):
            self.develop(region, s, chosen)

    def develop(self, region: Region, s: Any, villages: Rows) -> None:
        """Works, an employer with the assets, and hosts: registered households with a sound house first."""
        v, h, county = region.rows("village"), region.rows("household"), region.rows("county")
        v.tourism[villages] = True
        take(region, self, villages, "village")
        capital = s.works * v.weight[villages]
        by_county = np.bincount(v.county[villages], capital, minlength=len(county))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("tourism.works", "counties", "markets", by_county, self.id)
        new = {
            "uid": derived_uid(region, SITING, v.uid[villages]),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(len(villages), TOURISM),
            "capital": capital,
        }
        made = region.add("enterprise", new)
        region.ledger.post("tourism.goods", Side("markets"), Side("enterprises", capital, made), "assets", self.id)
        chosen = np.zeros(len(v), np.bool_)
        chosen[villages] = True
        able = chosen[h.village] & (h.housing == SOUND) & (h.own_labour > 0.0) & ~h.homestay & (h.members > 0)
        rows = able.nonzero()[0]
        luck = region.draws.uniform(HOSTS, self._key(region), h.uid[rows]) + ~supported(region, rows)
        rows = rows[admit(h.village[rows], luck, h.weight[rows], s.hosts * v.weight * chosen, h.uid[rows])]
        h.homestay[rows] = True
        region.reach(self, rows)
        self.buy(region, s, "tourism.hosts", rows, np.full(len(rows), s.host_grant))

    def service(self, region: Region, s: Any) -> None:
        """Each quarter hosts share the guests of their village, and employers plan for what visitors bring."""
        if region.calendar_month % 3:
            return
        v, h, e = region.rows("village"), region.rows("household"), region.rows("enterprise")
        if not v.tourism.any():
            return
        receipts = self.receipts(region, s)
        rows = own_in(region, self, (h.homestay & (h.own_labour > 0.0) & (h.members > 0)).nonzero()[0])
        hands = np.bincount(h.village[rows], h.weight[rows] * h.own_labour[rows], minlength=len(v)) / v.weight
        each = 0.25 * s.host_share * receipts * h.own_labour[rows] / np.maximum(hands[h.village[rows]], 1e-9)
        each = np.minimum(each, 0.25 * s.guest_limit)
        pay_households(region, "tourism.guests", Side("markets"), rows, each, self.id, earned=True)
        firms = ((e.kind == TOURISM) & (e.village >= 0) & e.alive).nonzero()[0]
        firms = firms[own_mask(region, self, "village")[e.village[firms]]]
        e.productivity[firms] = self.level(region, s, firms, receipts)

    def level(self, region: Region, s: Any, firms: Rows, receipts: float) -> Amounts:
        """Log productivity at which the employer wants the workers that its part of the receipts pays."""
        e, v = region.rows("enterprise"), region.rows("village")
        wage = region.rows("county").wage_cost[e.county[firms]]
        jobs = s.job_share * receipts * v.weight[e.village[firms]] / wage
        return in_bounds(productivity_for(region, jobs, e.capital[firms], wage))
