"""Collectives at work: use rights of idle houses are let, and labour co-operatives undertake small works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.household import MOVED
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import elsewhere
from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.processes.public_works import improve
from fupin.model.processes.queue import admit
from fupin.model.processes.stakes import choose_villages, earn, strength_of
from fupin.model.processes.support import supported
from fupin.model.rules.collectives import crowded_price
from fupin.model.rules.employment import works_for_the_day
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

GUESTS = declare_stream("idle_houses.tenant", "order in which idle houses find a tenant, yearly")
BID = declare_stream("labour_coop.bid", "whether a labour co-operative wins the works of its village, yearly")
HANDS = declare_stream("labour_coop.hands", "order in which members work for the co-operative, yearly")


class IdleHouseSettings(Funded):
    """Rent, demand, repair and the collective's fee."""

    rent: Dated = setting(
        3000, unit="yuan/house/year", zh="闲置农房租金", en="rent of an idle house", low=0, high=100000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    demand: Dated = setting(
        0.05, unit="share of homes", zh="租房需求", en="houses that tenants want, of a village's homes", low=0,
        high=1, source="elderly and artists near the road; size assumed", status="assumption",
    )  # fmt: skip
    tourism_demand: Dated = setting(
        3.0, unit="multiple", zh="旅游村需求倍数", en="demand in a tourism village against others", low=1, high=20,
        source="homestays want houses; size assumed", status="assumption",
    )  # fmt: skip
    crowding: Dated = setting(
        0.5, unit="1", zh="租金下降弹性", en="elasticity of the rent to houses on offer", low=0, high=2,
        source="assumed", status="assumption",
    )  # fmt: skip
    market: Dated = setting(
        500, unit="houses", zh="县域市场容量", en="houses on offer at which the rent is down by 2^−e", low=1, high=1e6,
        source="assumed", status="assumption",
    )  # fmt: skip
    repair: Dated = setting(
        5000, unit="yuan/house", zh="整修补助", en="public repair of a house before it is let", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    fee: Dated = setting(
        0.2, unit="share of the rent", zh="集体管理费", en="fee of the collective that finds the tenant", low=0, high=1,
        source="three-rights separation: the owner keeps the right; size assumed", status="assumption",
    )  # fmt: skip
    willing: Dated = setting(
        0.5, unit="share", zh="出租意愿", en="owners who let the use", low=0, high=1,
        source="the right to the house stays (mechanisms.csv M256); assumed", status="assumption",
    )  # fmt: skip


class IdleHouses(Instrument):
    """Houses of households that all work away or have moved are repaired and let; owners keep the right to them."""

    kind, family = "idle_houses", "collectives"
    zh, en = "闲置农房盘活（三权分置）", "idle houses let"
    about_zh = "全家外出或已搬迁农户的房屋修缮后出租，房屋权利仍归原主。"
    not_sized = sizes.ASKED
    Settings = IdleHouseSettings
    months, service_months = (4,), (12,)

    def let(self, region: Region) -> Rows:
        """Month since which each household's house has been let, −1 if it is not."""
        state = region.state_of(self)
        if not hasattr(state, "since"):
            state.since = np.full(len(region.rows("household")), -1)
        return np.asarray(state.since)

    def idle(self, region: Region) -> Rows:
        """Households whose house stands empty: they have moved, or all workers are away and nobody else is left."""
        h = region.rows("household")
        away = (h.workers > 0.0) & (h.migrants >= h.workers)
        rows = (((h.location == MOVED) | away) & (h.members > 0.0) & (h.housing > 0)).nonzero()[0]
        alone = h.elders[rows] + h.children[rows] + h.pupils[rows] <= 0.0
        return np.asarray(rows[alone | (h.location[rows] == MOVED)])

    def eligible(self, region: Region, s: Any) -> Rows:
        """Owners of idle houses that are not let, in villages with a road to them."""
        rows = self.idle(region)
        let = elsewhere(region, self, lambda one: one.let(region) >= 0) | (self.let(region) >= 0)
        return np.asarray(rows[~let[rows]])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.willing)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.repair)

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """As many as tenants look for in each village, more where visitors come, fewer without a road."""
        h, v, since = region.rows("household"), region.rows("village"), self.let(region)
        homes = s.demand * np.where(v.tourism, s.tourism_demand, 1.0) * v.road * v.households * v.weight
        taken = np.bincount(h.village, h.weight * (since >= 0), minlength=len(v))
        luck = region.draws.uniform(GUESTS, self._key(region), h.uid[rows])
        room = np.maximum(homes - taken, 0.0)
        return super().select(region, s, rows[admit(h.village[rows], luck, h.weight[rows], room, h.uid[rows])])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Repair the houses; the lease begins."""
        self.buy(region, s, "idle_houses.repair", rows, self.cost(region, s, rows))
        self.let(region)[rows] = region.month

    def service(self, region: Region, s: Any) -> None:
        """In December tenants pay: most to the owner, a fee to the collective. Who comes home ends the lease."""
        if region.calendar_month != DECEMBER:
            return
        since, h, v = self.let(region), region.rows("household"), region.rows("village")
        if not (since >= 0).any():
            return
        still = np.zeros(len(h), np.bool_)
        still[self.idle(region)] = True
        since[~still] = -1
        rows = (since >= 0).nonzero()[0]
        on_offer = np.bincount(h.county[rows], h.weight[rows], minlength=len(region.rows("county")))[h.county[rows]]
        months = np.minimum(region.month - since[rows] + 1.0, 12.0)
        rent = crowded_price(s.rent, on_offer, s.market, s.crowding) * months / 12.0
        fee = np.bincount(h.village[rows], h.weight[rows] * s.fee * rent, minlength=len(v)) / np.maximum(v.weight, 1e-9)
        got = (fee > 0.0).nonzero()[0]
        earn(region, "idle_houses.fee", Side("markets"), got, fee[got], self.id)
        amounts = (1.0 - s.fee) * rent
        pay_households(region, "idle_houses.rent", Side("markets"), rows, amounts, self.id, earned=True)


class CooperativeSettings(Funded):
    """Works of a village, what local labour can do of them, and the margin."""

    project: Dated = setting(
        150000, unit="yuan/village", zh="小型工程规模", en="small works of a village in a winter", low=0, high=5e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    own_part: Dated = setting(
        0.1, unit="share", zh="集体出资比例", en="part paid by the collective, as far as its cash goes", low=0, high=1,
        source="mechanisms.csv M258: poverty funds, collective income, other subsidies, villagers; size assumed",
        status="assumption",
    )  # fmt: skip
    cooperative: Dated = setting(
        1, unit="1 on, 0 off", zh="劳务合作社承接", en="works may go to labour co-operatives", low=0, high=1,
        source="mechanisms.csv M258", status="seed",
    )  # fmt: skip
    wage_share: Dated = setting(
        0.3, unit="share", zh="劳务占比", en="pay of members in the cost", low=0, high=0.8,
        source="hand work; assumed, twice that of work for relief", status="assumption",
    )  # fmt: skip
    margin: Dated = setting(
        0.05, unit="share", zh="集体收益率", en="margin of the collective", low=0, high=0.3,
        source="what a contractor would earn; assumed", status="assumption",
    )  # fmt: skip
    day_wage: Dated = setting(
        100, unit="yuan/day", zh="日工资", en="pay of a day", low=1, high=500,
        source="within the 80 to 200 yuan a day of the mushroom base (baoding.csv); assumed", status="assumption",
    )  # fmt: skip
    most_days: Dated = setting(
        50, unit="days/year", zh="每户最多天数", en="days for a household, at most", low=1, high=200,
        source="a slack season; assumed", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.5, unit="share", zh="农闲时值", en="worth of a day in the slack season against the mean", low=0, high=1,
        source="as work_relief", status="assumption",
    )  # fmt: skip
    days_of_work: Dated = setting(
        250, unit="days/year", zh="年工作日", en="working days of a year", low=100, high=365, source="as work_relief",
        status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.3, unit="share of poor villages", zh="年度工程村比例", en="poor villages with works in a winter", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    sanitation_cost: Dated = setting(
        3000, unit="yuan/household", zh="环境整治全覆盖成本", en="cost of full sanitation", low=100, high=200000,
        source="as village_sanitation", status="assumption",
    )  # fmt: skip


class LabourCooperative(Instrument):
    """Small works of a village go to its labour co-operative if its leaders can win them, else to a contractor."""

    kind, family = "labour_cooperative", "collectives"
    zh, en = "劳务合作社", "labour co-operatives"
    about_zh = "村里小型工程由劳务合作社承揽，带头人争取不到的归外面的承包人。"
    sized_by = ("share_per_year",)
    Settings = CooperativeSettings
    months = (11,)

    def offer(self, region: Region, s: Any) -> None:
        """Poor villages with the worst sanitation get works within share and budget; each is awarded."""
        v = region.rows("village")
        rows = (v.poor_village & (v.sanitation < 1.0) & (v.households > 0.0)).nonzero()[0]
        order = rows[np.lexsort((v.uid[rows], v.sanitation[rows]))]
        yuan = v.weight[order] * s.project * (1.0 + s.administration_share)
        room = s.share_per_year * float(v.weight[v.poor_village].sum())
        chosen = choose_villages(region, room, self.left(region, s), order, yuan)
        stages = (float(v.weight[rows].sum()), float(v.weight[order].sum()), float(v.weight[chosen].sum()))
        region.funnel.append((region.month, self.id, *stages))
        if len(chosen):
            self.award(region, s, chosen)

    def award(self, region: Region, s: Any, villages: Rows) -> None:
        """A co-operative wins with a chance equal to its leaders' strength; the works are the same in either case."""
        v = region.rows("village")
        luck = region.draws.uniform(BID, self._key(region), v.uid[villages])
        wins = (luck < strength_of(region)[villages]) & (s.cooperative > 0.5)
        own = np.minimum(s.own_part * s.project, np.maximum(v.collective_cash[villages], 0.0))
        v.collective_cash[villages] -= own
        by_county = np.bincount(
            v.county[villages], v.weight[villages] * (s.project - own), minlength=len(region.rows("county"))
        )
        self.fund(region, s, by_county)
        spent = np.zeros(len(v))
        spent[villages[wins]] = self.undertake(region, s, villages[wins])
        public = np.maximum(s.project - own - spent[villages], 0.0)
        for purpose, mask in (("labour_coop.materials", wins), ("labour_coop.contractor", ~wins)):
            paid = np.bincount(v.county[villages[mask]], (v.weight[villages] * public)[mask], minlength=len(by_county))
            region.ledger.post_by_county(purpose, "counties", "markets", paid, self.id)
        own_works = Side("collectives", own, villages)
        region.ledger.post("collective.works", own_works, Side("markets"), instrument=self.id)
        improve(region, "sanitation", villages, s.project / (s.sanitation_cost * v.households[villages]))

    def undertake(self, region: Region, s: Any, villages: Rows) -> Amounts:
        """Members work in the slack season, the registered first; returns pay and margin of each village."""
        h, v = region.rows("household"), region.rows("village")
        here = np.zeros(len(v))
        here[villages] = 1.0
        at_home = h.workers - h.local_workers - h.migrants - h.post_pay >= 1.0
        ready = works_for_the_day(s.day_wage, h.home_return, s.slack, s.days_of_work)
        rows = (at_home & ready & (h.members > 0) & (here[h.village] > 0.0)).nonzero()[0]
        pay = np.full(len(rows), s.most_days * s.day_wage)
        own = np.minimum(s.own_part, 1.0) * s.project
        room = np.minimum(s.wage_share * s.project, s.project - own) * here * v.weight
        key = region.draws.uniform(HANDS, self._key(region), h.uid[rows]) + ~supported(region, rows)
        got = admit(h.village[rows], key, h.weight[rows] * pay, room, h.uid[rows])
        rows, pay = rows[got], pay[got]
        asked = np.bincount(h.village[rows], h.weight[rows] * pay, minlength=len(v))
        pay = pay * np.minimum(1.0, room / np.maximum(asked, 1e-9))[h.village[rows]]
        paid = np.bincount(h.village[rows], h.weight[rows] * pay, minlength=len(v))
        counties = len(region.rows("county"))
        by_county = np.bincount(h.county[rows], h.weight[rows] * pay, minlength=counties)
        region.reach(self, rows)
        pay_households(region, "labour_coop.wages", Side("counties", by_county), rows, pay, self.id, earned=True)
        wages = paid / np.maximum(v.weight, 1e-9)
        margin = np.minimum(s.margin * s.project, np.maximum(s.project - own - wages, 0.0)) * here
        by_county = np.bincount(v.county, v.weight * margin, minlength=counties)
        earn(region, "labour_coop.margin", Side("counties", by_county), villages, margin[villages], self.id)
        return np.asarray((wages + margin)[villages])


KINDS = (IdleHouses, LabourCooperative)
