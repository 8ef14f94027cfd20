"""Collectives decide: of ten ways to earn the one that seems best; income goes to tasks first, then dividends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import WORKSHOP
from fupin.model.household import NEVER
from fupin.model.instruments import ways
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import alone, own_mask, take
from fupin.model.instruments.ways import WAYS, held
from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.stakes import (
    book_dividends,
    choose_villages,
    draw_dividends,
    earn,
    partner_firms,
    put_in,
    stakes_of,
    strength_of,
)
from fupin.model.processes.support import supported
from fupin.model.rules.collectives import perceived_worth, service_turnover
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

JUDGEMENT = declare_stream("ways.judgement", "how leaders misjudge the ten ways to earn, yearly")
TASKS = declare_stream("ways.tasks", "order in which households get the tasks of the collective, yearly")
WEARS = (ways.SERVICES, ways.PROPERTY, ways.POWER, ways.ROOMS)  # ways that need buildings or machines
ALL = tuple(way.en.replace(" ", "_") for way in WAYS)


def number(default: float, unit: str, zh: str, en: str, high: float, source: str, status: str = "assumption") -> Any:
    """A setting from zero up."""
    return setting(default, unit=unit, zh=zh, en=en, low=0, high=high, source=source, status=status)


K = "general knowledge, to verify"


class WaysSettings(Funded):
    """Money to begin, the quality of decisions, prices of the ten ways, and the use of the income."""

    ways: tuple[str, ...] = setting(
        ALL, zh="可选方式", en="ways open to collectives", choices=ALL, source="mechanisms.csv M253: the ten ways",
        status="seed",
    )  # fmt: skip
    startup: Dated = number(50000, "yuan/village", "启动资金", "start-up money of a way", 2e6, K)
    stake: Dated = number(50000, "yuan/village", "单项投入", "outlay on one way", 2e6, K)
    share_per_year: Dated = number(0.3, "share of villages", "年度启动比例", "villages helped in a year", 1, "assumed")
    charge: Dated = number(0.03, "1/year", "资金成本", "charge on an outlay in the decision", 1, "as a deposit; " + K)
    misjudgement: Dated = number(0.8, "log", "决策误判", "misjudgement of the weakest leaders", 2, "assumed")
    least_strength: Dated = number(
        0.3, "0-1", "合作门槛", "strength of leaders for partnerships", 1, "mechanisms.csv M333; threshold assumed"
    )
    clearing: Dated = number(100, "yuan/mu", "整地费用", "clearing of free land", 5000, K)
    dividend: Dated = number(0.07, "1/year", "入股分红比例", "dividend of a stake", 0.3, "as enterprise_shares: 6-8 %")
    margin: Dated = number(0.04, "share", "服务收益率", "margin on farm output served", 0.5, K)
    turnover: Dated = number(5, "1/year", "服务周转", "output served for a yuan of machines", 50, "assumed")
    property_yield: Dated = number(0.1, "1/year", "物业租金率", "rent of property fully let", 0.5, K)
    wear: Dated = number(0.06, "1/year", "折旧率", "assets written off in a year", 0.5, K)
    homestead: Dated = number(0.5, "mu/home", "宅基地面积", "building land of a home", 3, K)
    ticket_price: Dated = number(
        100000, "yuan/mu", "地票价格", "price of a land ticket", 1e6, "Chongqing, about 200,000 before costs; " + K
    )
    ticket_market: Dated = number(
        2000, "mu", "地票市场容量", "tickets that halve the price in a county", 1e6, "assumed"
    )
    collective_part: Dated = number(
        0.15, "share", "地票集体占比", "the collective's part", 1, "85 to 15 in Chongqing; " + K
    )
    reclaiming: Dated = number(15000, "yuan/mu", "复垦费用", "cost of making fields of homesteads", 200000, K)
    forest_part: Dated = number(0.2, "share", "集体林占比", "collective part of the village's forest", 1, "assumed")
    forest_rent: Dated = number(15, "yuan/mu/year", "林地租金", "rent of forest", 500, K)
    forest_survey: Dated = number(10, "yuan/mu", "林权勘界费", "survey of forest rights", 500, K)
    kw: Dated = number(7, "kW", "屋顶光伏规模", "panels on roofs of the collective", 500, "part of a school roof; " + K)
    cost_per_kw: Dated = number(7000, "yuan/kW", "单位造价", "cost of a kilowatt", 20000, "as photovoltaics")
    sun_hours: Dated = number(1216, "hours/year", "年利用小时", "full-load hours", 2200, "as photovoltaics")
    tariff: Dated = number(0.6, "yuan/kWh", "上网电价", "tariff of roofs", 2, K)
    least_power: Dated = number(0.5, "share", "动力电门槛", "least cover with three-phase power", 1, "as photovoltaics")
    rent_per_place: Dated = number(600, "yuan/place/year", "工位租金", "rent of a place in a workshop", 10000, K)
    fee: Dated = number(0.06, "1/year", "互助金占用费", "fee of the mutual fund", 0.3, K)
    hurdle: Dated = number(0.05, "1/year", "借款收益门槛", "return above the fee that members ask for", 1, "assumed")
    loan: Dated = number(4000, "yuan/household", "互助金单户额度", "loan of a member", 50000, K)
    repaid: Dated = number(0.5, "1/year", "年还款比例", "part of a loan that is repaid in a year", 1, "assumed")
    least_instalment: Dated = number(
        0.1,
        "share",
        "最低还款额",
        "smallest instalment, of a loan: less is paid at once",
        1,
        "assumed",
    )
    least_lent: Dated = number(0.01, "share", "最低放款比例", "least part of a loan that is lent", 1, "assumed")
    kw_upkeep: Dated = number(40, "yuan/kW/year", "运维费", "upkeep of panels", 500, "as photovoltaics")
    ticket_years: Dated = setting(
        10, unit="years", zh="地票折算年限", en="years over which leaders count the price of a ticket", low=1, high=50,
        source="assumed", status="assumption",
    )  # fmt: skip
    profit_cap: Dated = number(
        0.3, "1/year", "合作分红上限", "most that a partner pays on a stake in a year", 1, "assumed"
    )
    use_share: Dated = number(
        0.6, "share", "收益分配比例", "part of a year's income that is used", 1, "model.md; assumed"
    )
    task_share: Dated = number(
        0.6,
        "share",
        "公益岗位优先比例",
        "tasks first: their part",
        1,
        "posts first, dividends second (model.md section 2)",
    )
    task_pay: Dated = number(
        1500, "yuan/year", "公益岗位报酬", "pay of a task", 20000, "half of a photovoltaic task; assumed"
    )


class CollectiveWays(Instrument):
    """Each spring leaders weigh what is open to them and begin the way that seems best; it earns by its own market."""

    kind, family = "collective_ways", "collectives"
    zh, en = "村集体经济十种方式", "ten ways for collectives to earn"
    about_zh = "每年春季村干部权衡可行的增收方式，开办看来最好的一种，收益随其市场而定。"
    sized_by = ("share_per_year",)
    Settings = WaysSettings
    months = (3,)

    def nothing_due(self, calendar_month: int) -> bool:
        """It begins in its month, earns in December and spends in February."""
        return calendar_month not in (2, *self.months, 12)

    def terms(self, region: Region, s: Any) -> Any:
        """The settings of the month go with what the collectives hold."""
        first = region.of_kind(self.kind)[0]  # a homestead is sold once, whoever begins the sale
        return SimpleNamespace(**vars(s), memory=region.state_of(self), homesteads=region.state_of(first))

    def own_ways(self, region: Region, s: Any) -> Rows:
        """The ways of each village that it has helped to begin: all, unless there are others of its kind."""
        return region.rows("village").ways if alone(region, self) else held(region, s.memory, "ways").astype(np.int64)

    def prospects(self, region: Region, s: Any) -> tuple[Amounts, Amounts]:
        """Income of a year and outlay of each way in each village, (ways, villages); 0 outlay where it is not open."""
        v, strong = region.rows("village"), strength_of(region) >= s.least_strength
        yearly, outlay = np.zeros((len(WAYS), len(v))), np.zeros((len(WAYS), len(v)))
        for way, (name, one) in enumerate(zip(ALL, WAYS, strict=True)):
            if name in s.ways:
                income, cost = one.prospect(region, s)
                income = income - (s.wear * cost if way in WEARS else 0.0)
                new = ((v.ways >> way) & 1 == 0) | (way == ways.TICKETS)  # tickets are sold whenever homes stand empty
                fits = (cost > 0.0) & (income > 0.0) & new & (strong | (not one.partnership))
                yearly[way], outlay[way] = np.where(fits, income, 0.0), np.where(fits, cost, 0.0)
        return yearly, outlay

    def decide(self, region: Region, s: Any) -> tuple[Rows, Amounts]:
        """The way that each collective thinks best (−1: none pays or can be paid) and its outlay."""
        v = region.rows("village")
        yearly, outlay = self.prospects(region, s)
        z = region.draws.normals(JUDGEMENT, region.month, v.uid, len(WAYS))
        worth = perceived_worth(yearly, outlay, s.charge, s.misjudgement, strength_of(region)[None, :], z)
        afforded = (outlay > 0.0) & (outlay <= s.startup + np.maximum(v.collective_cash, 0.0))
        worth = np.where(afforded, worth, 0.0)
        best = np.argmax(worth, axis=0)
        place = np.arange(len(v))
        return np.where(worth[best, place] > 0.0, best, -1), outlay[best, place]

    def offer(self, region: Region, s: Any) -> None:
        """Those who found a way get the start-up money, the poorest collectives first, and begin."""
        v = region.rows("village")
        way, outlay = self.decide(region, s)
        ready = (way >= 0).nonzero()[0]
        order = ready[np.lexsort((v.uid[ready], v.collective_cash[ready]))]
        grant = np.minimum(s.startup, outlay)
        yuan = (v.weight * grant)[order] * (1.0 + s.administration_share)
        chosen = choose_villages(region, s.share_per_year * float(v.weight.sum()), self.left(region, s), order, yuan)
        total = float(v.weight.sum())
        region.funnel.append(
            (region.month, self.id, total, float(v.weight[ready].sum()), float(v.weight[chosen].sum()))
        )
        if not len(chosen):
            return
        by_county = np.bincount(v.county[chosen], (v.weight * grant)[chosen], minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        payee = Side("collectives", grant[chosen], chosen)
        region.ledger.post("collective.startup", Side("counties", by_county), payee, instrument=self.id)
        v.collective_cash[chosen] += grant[chosen]
        take(region, self, chosen, "village")
        for one in range(len(WAYS)):
            rows = chosen[way[chosen] == one]
            if len(rows):
                v.ways[rows] |= 1 << one
                mine = held(region, s.memory, "ways")
                mine[rows] = mine[rows].astype(np.int64) | 1 << one
                self.begin(region, s, one, rows, outlay[rows])

    def begin(self, region: Region, s: Any, way: int, rows: Rows, outlay: Amounts) -> None:
        """Spend the outlay on what the way needs."""
        v = region.rows("village")
        if way == ways.FUND:
            held(region, s.memory, "fund")[rows] += outlay
            ways.lend(region, s, rows, self.id)
            return
        v.collective_cash[rows] -= outlay
        paid = Side("collectives", outlay, rows)
        if way in (ways.SHARES, ways.MIXED):
            own = s.memory if way == ways.SHARES else self.mixed_stakes(s)
            firm = partner_firms(region, rows) if way == ways.SHARES else ways.firm_in_village(region)[rows]
            by_firm = put_in(region, rows, firm, outlay, own)
            region.ledger.post("collective.stake", paid, Side("markets"), instrument=self.id)
            goods = Side("enterprises", by_firm)
            region.ledger.post("collective.stake_goods", Side("markets"), goods, "assets", self.id)
            return
        region.ledger.post("collective.outlay", paid, Side("markets"), instrument=self.id)
        if way in WEARS:
            held(region, s.memory, f"size{way}")[rows] += outlay
            v.venture_assets[rows] += outlay
            region.ledger.post("collective.goods", Side("markets"), paid, "assets", self.id)
        if way == ways.RESOURCES:
            v.collective_land[rows] += v.free_land[rows]
            v.free_land[rows] = 0.0
        if way == ways.TICKETS:
            ways.sell_tickets(region, s, rows, self.id)

    def mixed_stakes(self, s: Any) -> Any:
        """Stakes in employers of the own village, apart from those in the county's firms."""
        if not hasattr(s.memory, "mixed"):
            s.memory.mixed = SimpleNamespace()
        return s.memory.mixed

    def service(self, region: Region, s: Any) -> None:
        """In December the ways pay, assets wear and members repay; in February last year's income is used."""
        if region.calendar_month == DECEMBER:
            s.memory.profit = region.rows("enterprise").profit.copy()
            if self.own_ways(region, s).any():
                self.collect(region, s)
        if region.calendar_month == 2:
            self.use_income(region, s)

    def collect(self, region: Region, s: Any) -> None:
        """Each way earns by its market of the year."""
        v, e = region.rows("village"), region.rows("enterprise")
        county = region.rows("county")
        output = ways.farm_output(region) * county.price[v.county]
        served = s.margin * service_turnover(held(region, s.memory, f"size{ways.SERVICES}"), s.turnover, output)
        rent = s.property_yield * held(region, s.memory, f"size{ways.PROPERTY}") * ways.occupied(region)
        kw = held(region, s.memory, f"size{ways.POWER}") / max(s.cost_per_kw, 1.0)
        power = np.maximum(kw * (s.sun_hours * s.tariff - s.kw_upkeep), 0.0)
        begun = self.own_ways(region, s)
        forest = np.where((begun >> ways.FOREST) & 1, ways.forest_rights(region, s)[0], 0.0)
        for purpose, amounts in (
            ("collective.services", served),
            ("collective.property", rent),
            ("collective.power", power),
            ("collective.resources", forest),
        ):
            rows = (amounts > 0.0).nonzero()[0]
            earn(region, purpose, Side("markets"), rows, amounts[rows], self.id)
        firm = ways.firm_in_village(region, WORKSHOP)
        rooms = ((begun >> ways.ROOMS) & 1).nonzero()[0]
        rooms = rooms[firm[rooms] >= 0]
        due = np.minimum(s.rent_per_place * e.filled[firm[rooms]], np.maximum(e.cash[firm[rooms]], 0.0))
        by_firm = np.bincount(firm[rooms], due, minlength=len(e))
        e.cash -= by_firm
        e.profit -= by_firm
        earn(region, "collective.workshop_rent", Side("enterprises", by_firm), rooms, due / v.weight[rooms], self.id)
        self.collect_stakes(region, s)
        ways.repay(region, s, self.id)
        ways.lend(region, s, ((begun >> ways.FUND) & 1).nonzero()[0], self.id)
        sizes = (held(region, s.memory, f"size{way}") for way in WEARS)
        worn = s.wear * (v.venture_assets if alone(region, self) else np.add.reduce(list(sizes)))
        v.venture_assets -= worn
        for way in WEARS:
            held(region, s.memory, f"size{way}")[:] *= 1.0 - s.wear
        region.ledger.post("collective.wear", Side("collectives", worn), Side("nature"), "assets", self.id)

    def collect_stakes(self, region: Region, s: Any) -> None:
        """Dividends of the county's firms at the agreed rate; of the partner in the village by its profit."""
        v, e = region.rows("village"), region.rows("enterprise")
        firm = stakes_of(s.memory, len(v))[0].copy()
        book_dividends(region, draw_dividends(region, s.memory, s.dividend), firm, self.id)
        state = self.mixed_stakes(s)
        stakes = stakes_of(state, len(v))
        firm, stake = stakes[0].copy(), stakes[1].copy()
        rows = (firm >= 0).nonzero()[0]
        rows = rows[e.profit[firm[rows]] > 0.0]
        if len(rows):
            rate = np.zeros(len(v))
            rate[rows] = e.profit[firm[rows]] / np.maximum(e.capital[firm[rows]], 1.0)
            part = np.minimum(rate, s.profit_cap) * stake
            state.stake = part  # a yuan of profit asks for a yuan
            paid = draw_dividends(region, state, 1.0, rows)
            state.stake = np.where(state.firm >= 0, stake, 0.0)
            book_dividends(region, paid, firm, self.id)

    def use_income(self, region: Region, s: Any) -> None:
        """A part of what is in the till: small tasks for the registered first, then equal shares for members."""
        v, h = region.rows("village"), region.rows("household")
        spends = (v.ways > 0) & own_mask(region, self, "village")
        spend = s.use_share * np.where(spends, np.maximum(v.collective_cash, 0.0), 0.0)
        if not spend.any():
            return
        listed = (h.registry != NEVER).nonzero()[0]
        fit = (h.workers[listed] + h.elders[listed] > 0.0) & (h.members[listed] > 0.0)
        asking = listed[fit & (spend > 0.0)[h.village[listed]]]
        places = s.task_share * spend / max(s.task_pay, 1.0) * v.weight
        luck = region.draws.uniform(TASKS, self._key(region), h.uid[asking]) + ~supported(region)[asking]
        got = asking[admit(h.village[asking], luck, h.weight[asking], places, h.uid[asking])]
        asked = np.bincount(h.village[got], h.weight[got] * s.task_pay, minlength=len(v)) / v.weight
        part = np.minimum(1.0, spend / np.maximum(asked, 1e-9))
        self.from_till(region, "collective.tasks", got, s.task_pay * part[h.village[got]])
        rest = np.maximum(spend - part * asked, 0.0) * (1.0 - s.task_share)
        member = (h.members > 0.0) & (rest > 0.0)[h.village] & (v.reformed[h.village] | supported(region))
        rows = member.nonzero()[0]
        homes = np.bincount(h.village[rows], h.weight[rows], minlength=len(v)) / v.weight
        self.from_till(region, "collective.shares_paid", rows, (rest / np.maximum(homes, 1e-9))[h.village[rows]])

    def from_till(self, region: Region, purpose: str, rows: Rows, amounts: Amounts) -> None:
        """Pay households out of the cash of their collectives."""
        if not len(rows):
            return
        h, v = region.rows("household"), region.rows("village")
        paid = np.bincount(h.village[rows], h.weight[rows] * amounts, minlength=len(v)) / v.weight
        v.collective_cash -= paid
        region.reach(self, rows)
        if purpose == "collective.shares_paid":
            v.dividends += paid
        earned = purpose == "collective.tasks"
        pay_households(region, purpose, Side("collectives", paid), rows, amounts, self.id, earned)


KINDS = (CollectiveWays,)
