"""Photovoltaics: village plants under a land quota whose income the collective spends, and panels on roofs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.household import NEVER
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import own, take
from fupin.model.ledger import Side, weighted_sum
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream("photovoltaics.siting", "which villages get a plant, yearly")
SUN = declare_stream("photovoltaics.sun", "sunshine of a county in a year")
TASKS = declare_stream("photovoltaics.tasks", "order in which households get the tasks of the collective, yearly")

TARIFF = {"2014-01": 0.95, "2016-01": 0.88, "2017-01": 0.75}


class PanelSettings(Funded):
    """What panels cost, yield and earn."""

    cost_per_kw: Dated = setting(
        {"2014-01": 8500, "2017-01": 7000, "2019-01": 5500}, unit="yuan/kW", zh="单位造价", en="cost of a kilowatt",
        low=1000, high=20000, source="general knowledge, to verify: turnkey cost of small plants", status="assumption",
    )  # fmt: skip
    sun_hours: Dated = setting(
        1216, unit="hours/year", zh="年利用小时", en="full-load hours", low=500, high=2200,
        source="literature.md section 3: 1,070 yuan per kW a year at the tariff of 2016", status="published estimate",
    )  # fmt: skip
    sun_sd: Dated = setting(
        0.05, unit="log", zh="日照波动", en="spread of sunshine between years", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    tariff: Dated = setting(
        TARIFF, unit="yuan/kWh", zh="上网电价", en="tariff at connection, fixed for the plant", low=0, high=2,
        source="feed-in tariffs of resource zone II (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    upkeep: Dated = setting(
        40, unit="yuan/kW/year", zh="运维费", en="upkeep", low=0, high=500,
        source="general knowledge, to verify: about half a per cent of cost", status="assumption",
    )  # fmt: skip
    fading: Dated = setting(
        0.008, unit="1/year", zh="衰减率", en="loss of capacity", low=0, high=0.1,
        source="warranty terms of panels (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class PlantSettings(PanelSettings):
    """Size and number of village plants, their finance, and the use of the income."""

    kw_per_village: Dated = setting(
        300, unit="kW", zh="村级电站规模", en="plant of a village", low=10, high=2000,
        source="size of village plants (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    quota: Dated = setting(
        474000, unit="kW", zh="用地规模指标", en="capacity that the region plans", low=0, high=5e6,
        source="domain/data/baoding.csv: 474 MW planned", status="seed", scaled=True,
    )  # fmt: skip
    approved: Dated = setting(
        0.274, unit="share", zh="用地获批率", en="part of the plan with approved land", low=0, high=1,
        source="domain/data/baoding.csv: 130 of 474 MW, 27.4 %", status="seed",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.15, unit="share of poor villages", zh="年度新建比例", en="poor villages that get a plant in a year", low=0,
        high=1, source="130 MW would serve 40 % of 1,082 villages in three years", status="assumption",
    )  # fmt: skip
    least_power: Dated = setting(
        0.5, unit="share", zh="动力电门槛", en="least cover with three-phase power for a connection", low=0, high=1,
        source="a plant needs a grid; threshold assumed", status="assumption",
    )  # fmt: skip
    financed_share: Dated = setting(
        0.3, unit="share", zh="企业垫资比例", en="part of the cost advanced by the builder", low=0, high=1,
        source="general knowledge, to verify: counties paid most of it", status="assumption",
    )  # fmt: skip
    debt_service: Dated = setting(
        0.129, unit="1/year", zh="还款系数", en="yearly repayment of what was advanced, on the value that is left",
        low=0, high=0.5, source="annuity of ten years at 4.9 %: 1.29 yuan in all for each yuan", status="assumption",
    )  # fmt: skip
    wear: Dated = setting(
        0.1, unit="1/year", zh="折旧率", en="part of the value written off in a year", low=0.02, high=0.5,
        source="declining balance over the 20 years for which the tariff is fixed", status="assumption",
    )  # fmt: skip
    task_share: Dated = setting(
        0.6, unit="share of the net income", zh="公益岗位支出比例", en="paid for public-welfare tasks", low=0, high=1,
        source="posts first, dividends second (literature.md section 3); rule of 2017-20: most of it to work",
        status="assumption",
    )  # fmt: skip
    task_pay: Dated = setting(
        750, unit="yuan/quarter", zh="公益岗位报酬", en="pay of a task", low=50, high=6000,
        source="about 3,000 yuan a year (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    dividend_share: Dated = setting(
        0.2, unit="share of the net income", zh="分红比例", en="paid to registered households without a worker", low=0,
        high=1, source="dividends second, for those who cannot work; size assumed", status="assumption",
    )  # fmt: skip
    dividend_cap: Dated = setting(
        3000, unit="yuan/household/year", zh="户均分红上限", en="largest dividend of a household", low=0, high=20000,
        source="3,000 yuan a household and year (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class VillagePhotovoltaics(Instrument):
    """A plant for the collective of a poor village; its net income pays tasks first and dividends second."""

    kind, family = "village_photovoltaics", "industry"
    zh, en = "村级光伏扶贫电站", "village photovoltaics"
    about_zh = "贫困村集体的光伏电站，净收益先付公益岗位报酬，再作分红。"
    sized_by = ("share_per_year", "quota")
    Settings = PlantSettings
    months, service_months = (7,), QUARTER_ENDS

    def offer(self, region: Region, s: Any) -> None:
        """Choose villages by lottery within the land quota, the year's share and the budget, and build."""
        v = region.rows("village")
        sites = (v.poor_village & (v.pv_kw <= 0.0) & (v.power >= s.least_power)).nonzero()[0]
        sites = self.asking(region, sites)
        luck = region.draws.uniform(SITING, self._key(region), v.uid[sites])
        order = sites[np.lexsort((v.uid[sites], luck))]
        poor = float(v.weight[v.poor_village].sum())
        land = s.quota * s.approved - weighted_sum(v.pv_kw, v.weight)
        weight = v.weight[order]
        villages = min(s.share_per_year * poor, land / s.kw_per_village)
        public = (1.0 - s.financed_share) * s.cost_per_kw * s.kw_per_village * weight
        yuan = public * (1.0 + s.administration_share)
        room = (np.cumsum(weight) - 0.5 * weight <= villages) & (
            np.cumsum(yuan) - 0.5 * yuan <= self.budget_left(region, s)
        )
        room &= self.sited(region, order, np.where(room, yuan, 0.0))
        chosen = np.sort(order[room])
        stages = (poor, float(weight.sum()), float(v.weight[chosen].sum()))
        region.funnel.append((region.month, self.id, *stages))
        if len(chosen):
            self.build(region, s, chosen)

    def build(self, region: Region, s: Any, rows: Rows) -> None:
        """The budget pays its part; the plant is the collective's, the tariff of today is its own for good."""
        v = region.rows("village")
        value = np.full(len(rows), s.cost_per_kw * s.kw_per_village)
        public = (1.0 - s.financed_share) * v.weight[rows] * value
        by_county = np.bincount(v.county[rows], public, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("photovoltaics.plant", "counties", "markets", by_county, self.id)
        take(region, self, rows, "village")
        v.pv_kw[rows] = s.kw_per_village
        v.pv_tariff[rows] = s.tariff
        v.pv_value[rows] += value
        region.ledger.post("photovoltaics.goods", Side("markets"), Side("collectives", value, rows), "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter power is sold, upkeep and the builder are paid, and the rest is used."""
        if region.calendar_month % 3:
            return
        v = region.rows("village")
        rows = own(region, self, (v.pv_kw > 0.0).nonzero()[0], "village")
        if not len(rows):
            return
        sold = 0.25 * v.pv_kw[rows] * v.pv_tariff[rows] * sun(region, s, self)[v.county[rows]]
        upkeep = np.minimum(0.25 * s.upkeep * v.pv_kw[rows], sold)
        repaid = np.minimum(0.25 * s.debt_service * s.financed_share * v.pv_value[rows], sold - upkeep)
        net = sold - upkeep - repaid
        v.collective_cash[rows] += net
        v.collective_income[rows] += net
        for purpose, payer, payee in (
            ("photovoltaics.power", Side("markets"), Side("collectives", sold, rows)),
            ("photovoltaics.upkeep", Side("collectives", upkeep, rows), Side("markets")),
            ("photovoltaics.debt_service", Side("collectives", repaid, rows), Side("markets")),
        ):
            region.ledger.post(purpose, payer, payee, instrument=self.id)
        worn = 0.25 * s.wear * v.pv_value[rows]
        v.pv_value[rows] -= worn
        region.ledger.post("photovoltaics.wear", Side("collectives", worn, rows), Side("nature"), "assets", self.id)
        v.pv_kw[rows] *= (1.0 - s.fading) ** 0.25
        by_village = np.zeros(len(v))
        by_village[rows] = net
        self.pay_tasks(region, s, by_village)
        self.pay_dividends(region, s, by_village)

    def pay_tasks(self, region: Region, s: Any, net: Amounts) -> None:
        """Small tasks, one a household with somebody fit for light work: the registered first, then those who left."""
        h, v = region.rows("household"), region.rows("village")
        listed = (h.registry != NEVER).nonzero()[0]
        fit = (h.workers[listed] + h.elders[listed] > 0.0) & (h.members[listed] > 0.0)
        asking = listed[fit & (net > 0.0)[h.village[listed]]]
        places = s.task_share * net / s.task_pay * v.weight
        luck = region.draws.uniform(TASKS, self._key(region), h.uid[asking]) + ~supported(region)[asking]
        chosen = asking[admit(h.village[asking], luck, h.weight[asking], places, h.uid[asking])]
        self.from_collective(region, "photovoltaics.tasks", chosen, np.full(len(chosen), s.task_pay), earned=True)

    def pay_dividends(self, region: Region, s: Any, net: Amounts) -> None:
        """Equal shares for registered households in which nobody can work, up to the cap; the rest stays."""
        h, v = region.rows("household"), region.rows("village")
        rows = supported_homes(region)
        rows = rows[(h.workers[rows] <= 0.0) & (net > 0.0)[h.village[rows]]]
        homes = np.bincount(h.village[rows], h.weight[rows], minlength=len(v))
        each = s.dividend_share * net * v.weight / np.maximum(homes, 1e-9)
        amounts = np.minimum(each[h.village[rows]], 0.25 * s.dividend_cap)
        self.from_collective(region, "photovoltaics.dividends", rows, amounts)

    def from_collective(
        self, region: Region, purpose: str, rows: Rows, amounts: Amounts, *, earned: bool = False
    ) -> None:
        """Pay households out of the cash of their collectives, as far as it goes."""
        if not len(rows):
            return
        h, v = region.rows("household"), region.rows("village")
        asked = np.bincount(h.village[rows], h.weight[rows] * amounts, minlength=len(v)) / v.weight
        part = np.minimum(1.0, np.maximum(v.collective_cash, 0.0) / np.maximum(asked, 1e-9))
        paid = part * asked
        v.collective_cash -= paid
        if purpose == "photovoltaics.dividends":
            v.dividends += paid
        region.reach(self, rows)
        amounts = amounts * part[h.village[rows]]
        pay_households(region, purpose, Side("collectives", paid), rows, amounts, self.id, earned)


def sun(region: Region, s: Any, plant: Instrument) -> Amounts:
    """Full-load hours of each county in the present year; an instrument looks the year's luck up once."""
    state = region.state_of(plant)
    year, z = getattr(state, "sunshine", (None, None))
    if year != region.year:
        z = region.draws.normal(SUN, region.year, region.rows("county").uid)
        state.sunshine = region.year, z
    return np.asarray(s.sun_hours * np.exp(s.sun_sd * z - 0.5 * s.sun_sd**2))


class RoofSettings(PanelSettings):
    """How many roofs, how large."""

    kw_per_household: Dated = setting(
        4, unit="kW", zh="户用规模", en="panels of a household", low=1, high=30,
        source="3-5 kW (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    households_per_year: Dated = setting(
        130, unit="households/year", zh="年度户数", en="households served in a year", low=0, high=1e6,
        source="baoding.csv: panels on 130 households in all by 2016; as many each year assumed", status="assumption",
        scaled=True,
    )  # fmt: skip


class HouseholdPhotovoltaics(Instrument):
    """Panels on sound roofs of registered households, those with least labour first; the power is sold."""

    kind, family = "household_photovoltaics", "industry"
    zh, en = "户用光伏", "household photovoltaics"
    about_zh = "在建档立卡户的安全住房屋顶装光伏板，劳动力最少的户优先，电力上网出售。"
    sized_by = ("households_per_year",)
    Settings = RoofSettings
    months, service_months = (7,), QUARTER_ENDS

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_homes(region)
        return np.asarray(rows[(h.pv_income[rows] <= 0.0) & (h.housing[rows] > 0)])

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Households with few workers first, by lot among equals."""
        return np.asarray(region.rows("household").workers[rows] + super().priority(region, s, rows))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.kw_per_household * s.cost_per_kw)

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.households_per_year)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Install the panels: part of the house; what they sell at the tariff of today, less upkeep, is the owner's."""
        self.buy(region, s, "photovoltaics.roofs", rows, self.cost(region, s, rows))
        take(region, self, rows)
        region.rows("household").pv_income[rows] = s.kw_per_household * max(s.sun_hours * s.tariff - s.upkeep, 0.0)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter the power is paid; panels fade."""
        if region.calendar_month % 3:
            return
        h = region.rows("household")
        rows = own(region, self, (h.pv_income > 0.0).nonzero()[0])
        if not len(rows):
            return
        amounts = 0.25 * h.pv_income[rows] * sun(region, s, self)[h.county[rows]] / s.sun_hours
        h.pv_income[rows] *= (1.0 - s.fading) ** 0.25
        lived_in = h.members[rows] > 0
        pay_households(region, "photovoltaics.own_power", Side("markets"), rows[lived_in], amounts[lived_in])
