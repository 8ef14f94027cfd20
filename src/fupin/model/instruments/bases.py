"""Bases of sheds (mushrooms, vegetables): contractors hold sheds, neighbours work there by the day in the season."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER, JUNE
from fupin.model.enterprise import BASE, IDLE
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Rows
from fupin.model.instruments.employment import workers_at_home
from fupin.model.instruments.own_rows import own_mask, take
from fupin.model.instruments.village_project import ProjectSettings, VillageProject, by_village
from fupin.model.ledger import Side
from fupin.model.person import OWN
from fupin.model.processes.enterprises import close
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.rules.employment import works_for_the_day
from fupin.model.rules.industry import day_wage_at_base, price_in_glut
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes

if TYPE_CHECKING:
    from fupin.model.region import Region

PEAKS = (JUNE, DECEMBER)  # ends of the quarters in which the sheds are planted and picked


class ShedSettings(ProjectSettings):
    """Sheds, hands, wages and market."""

    share_per_year: Dated = setting(
        0.03, unit="share of poor villages", zh="年度新建比例", en="poor villages that get a base in a year", low=0,
        high=1, source="each poor township one or more (004), in four years", status="assumption",
    )  # fmt: skip
    sheds: Dated = setting(
        40, unit="sheds/village", zh="大棚数", en="sheds of a base", low=1, high=1000,
        source="baoding.csv: 51,000 sheds; 295 at Tianshengqiao; size of an ordinary base assumed", status="assumption",
    )  # fmt: skip
    capital: Dated = setting(
        50000, unit="yuan/shed", zh="单棚投资", en="cost of a shed", low=1, high=1e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    public_share: Dated = setting(
        0.4, unit="share", zh="财政补助比例", en="part of it paid by the budget", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    hands: Dated = setting(
        9, unit="workers/shed", zh="每棚用工", en="workers of a shed at the peak", low=0, high=50,
        source="baoding.csv: Tianshengqiao, 8-10 workers a shed", status="seed",
    )  # fmt: skip
    days: Dated = setting(
        30, unit="days/year", zh="每人工作天数", en="days of each of them in a year", low=0, high=330,
        source="two seasons of two weeks; assumed", status="assumption",
    )  # fmt: skip
    peak_share: Dated = setting(
        0.35, unit="share", zh="旺季占比", en="part of the year's work in each of the two peak quarters", low=0,
        high=0.5, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    base_low: Dated = setting(
        80, unit="yuan/day", zh="最低日薪", en="day wage of the unskilled", low=0, high=1000,
        source="domain/data/baoding.csv", status="seed",
    )  # fmt: skip
    base_high: Dated = setting(
        200, unit="yuan/day", zh="最高日薪", en="day wage of the skilled", low=0, high=2000,
        source="domain/data/baoding.csv", status="seed",
    )  # fmt: skip
    spare_days: Dated = setting(
        20, unit="days/quarter", zh="可用天数", en="days in a quarter that somebody at home can spare", low=0, high=90,
        source="assumed", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.6, unit="share", zh="闲时价值", en="worth of a spare day against a mean day at home", low=0, high=1,
        source="as for relief work; assumed", status="assumption",
    )  # fmt: skip
    sales: Dated = setting(
        90000, unit="yuan/shed/year", zh="单棚产值", en="sales of a fully worked shed at the usual price", low=0,
        high=1e6, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    materials: Dated = setting(
        0.45, unit="share", zh="物料占比", en="part of the sales spent on spawn, substrate and power", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    contracted: Dated = setting(
        0.735, unit="share", zh="承包棚比例", en="sheds held by contractors", low=0, high=1,
        source="baoding.csv: 217 of 295 sheds", status="seed",
    )  # fmt: skip
    sheds_each: Dated = setting(
        3.1, unit="sheds/household", zh="户均承包棚数", en="sheds of a contractor", low=0.1, high=100,
        source="baoding.csv: 217 sheds of 70 households", status="seed",
    )  # fmt: skip
    shed_rent: Dated = setting(
        8000, unit="yuan/shed/year", zh="棚租", en="rent of a shed paid by the contractor", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.1, unit="share", zh="年底分红比例", en="part of the year's profit for the registered of the village", low=0,
        high=1, source="baoding document: the company shares at the end of the year; size assumed", status="assumption",
    )  # fmt: skip
    demand: Dated = setting(
        4.6e9, unit="yuan/year", zh="菌菜需求", en="produce of sheds that buyers take at the usual price", low=0,
        high=1e12, source="51,000 sheds at these sales (baoding.csv)", status="assumption", scaled=True,
    )  # fmt: skip
    existing: Dated = setting(
        4.4e9, unit="yuan/year", zh="已有菌菜产值", en="produce of the sheds that exist", low=0, high=1e12,
        source="as above, less the sheds of the programme", status="assumption", scaled=True,
    )  # fmt: skip
    glut_elasticity: Dated = setting(
        0.6, unit="1", zh="滞销价格弹性", en="fall of the price with supply beyond that", low=0, high=3,
        source="as for leading industries", status="assumption",
    )  # fmt: skip
    patience: Dated = setting(
        8, unit="quarters", zh="亏损容忍期", en="quarters of loss in a row before a base closes", low=0, high=40,
        source="assumed", status="assumption",
    )  # fmt: skip


class ShedBase(VillageProject):
    """A base of sheds in a village: people of the township work by the day, the registered and the nearest first."""

    kind, family = "shed_base", "industry"
    zh, en = "食用菌与蔬菜大棚基地", "bases of sheds"
    about_zh = "村里建大棚基地：本乡镇的人按日做工，建档立卡户和近处的人优先。"
    Settings = ShedSettings
    months, service_months = (2,), QUARTER_ENDS

    def suited(self, region: Region, s: Any) -> Rows:
        v = region.rows("village")
        return (v.poor_village & (v.sheds <= 0.0)).nonzero()[0]

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.public_share * s.capital * s.sheds)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Build the sheds; the keenest households with hands become contractors."""
        v, n = region.rows("village"), len(villages)
        public = self.spend(region, s, "base.setup", villages, self.yuan(region, s, villages))
        capital = s.capital * s.sheds * v.weight[villages]
        new = {
            "uid": self.employer_uid(region, villages),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(n, BASE),
            "productivity": np.full(n, IDLE),
            "capital": capital,
        }
        self.found(region, ("base.goods", "base.equity"), new, public)
        v.sheds[villages] = s.sheds
        take(region, self, villages, "village")
        held = self.contractors(region)
        rows = willing_contractors(region, s, villages, held)
        held[rows] = True
        region.reach(self, rows)

    def contractors(self, region: Region) -> Any:
        """Mask of the households that hold sheds."""
        state = region.state_of(self)
        if not hasattr(state, "held"):
            state.held = np.zeros(len(region.rows("household")), np.bool_)
            state.short = np.zeros(len(region.rows("village")))
        return state.held

    def service(self, region: Region, s: Any) -> None:
        """Each quarter hands are hired, produce is sold, wages and contractors are paid; a dividend ends the year."""
        v, e = region.rows("village"), region.rows("enterprise")
        if region.calendar_month not in QUARTER_ENDS or not v.sheds.any():
            return
        base = self.base_of_village(region)
        v.sheds[base < 0] = 0.0
        sheds = v.sheds * own_mask(region, self, "village")
        sites = (sheds > 0.0).nonzero()[0]
        if not len(sites):
            return
        season = s.peak_share if region.calendar_month in PEAKS else 0.5 - s.peak_share
        rows, wages, filled = self.hire(region, s, sheds, season)
        sales = s.sales * season * sheds * v.weight * filled
        supply, floor = s.existing + float(sales.sum()) / max(season, 1e-9), region.p.glut_floor
        price = float(price_in_glut(supply, s.demand, s.glut_elasticity, floor))
        sales, bill = sales * price, by_township_share(region, sheds, wages, rows, filled)
        materials = s.materials * sales
        contract = np.maximum(s.contracted * (sales - materials - bill) - self.rent_due(region, s, sheds), 0.0)
        each, contract = self.contract_pay(region, contract)
        kept = sales - materials - bill - contract
        for purpose, flow, pays in (("base.sales", sales, False), ("base.materials", materials, True)):
            side = Side("enterprises", flow[sites], base[sites])
            ends = (side, Side("markets")) if pays else (Side("markets"), side)
            region.ledger.post(purpose, *ends, instrument=self.id)
        e.cash[base[sites]] += kept[sites]
        e.profit[base[sites]] += kept[sites]
        region.reach(self, rows)
        pay_households(
            region, "base.day_wages", Side("enterprises", bill[sites], base[sites]), rows, wages, self.id, earned=True
        )
        holders = (each > 0.0).nonzero()[0]
        payer = Side("enterprises", contract[sites], base[sites])
        pay_households(region, "base.contractors", payer, holders, each[holders], self.id, earned=True)
        short = region.state_of(self).short
        short[sites] = np.where(kept[sites] < 0.0, short[sites] + 1.0, 0.0)
        self.give_up(region, base[sites][short[sites] > s.patience])
        if region.calendar_month == DECEMBER:
            self.share_profit(region, s, sites, base[sites])

    def base_of_village(self, region: Region) -> Rows:
        """Row of the base in each village, −1 where there is none in business."""
        e = region.rows("enterprise")
        found = np.full(len(region.rows("village")), -1, np.int64)
        bases = ((e.kind == BASE) & (e.village >= 0) & e.alive).nonzero()[0]
        found[e.village[bases]] = bases
        return found

    def hire(self, region: Region, s: Any, sheds: Amounts, season: float) -> tuple[Rows, Amounts, Amounts]:
        """Households whose members work by the day, what they earn, and the part of its work that a base gets done."""
        h, v, person = region.rows("household"), region.rows("village"), region.rows("person")
        towns = int(v.township.max()) + 1
        need = np.bincount(v.township, v.weight * sheds, minlength=towns) * s.hands * s.days * season
        who, home = workers_at_home(region, (need > 0.0)[v.township])
        strong = (person.capacity[who] > 0.0).nonzero()[0]
        who, home = who[strong], home[strong]
        wage = day_wage_at_base(s.base_low, s.base_high, person.skill[who])
        earns = np.where(person.activity[who] == OWN, h.home_return[home], 0.0)
        ready = works_for_the_day(wage, earns, s.slack, region.p.work_days_year)
        who, home, wage = who[ready], home[ready], wage[ready]
        days = s.spare_days * person.capacity[who]
        far = (sheds[h.village[home]] <= 0.0) * 1.0
        key = 2.0 * ~supported(region)[home] + far + 0.5 * person.priority[who]
        town = v.township[h.village[home]]
        won = admit(town, key, h.weight[home] * days, need, person.uid[who])
        done = np.bincount(town[won], (h.weight[home] * days)[won], minlength=towns)
        due = np.bincount(home[won], (days * wage)[won], minlength=len(h))
        rows = (due > 0.0).nonzero()[0]
        return rows, due[rows], np.minimum(done / np.maximum(need, 1e-9), 1.0)[v.township] * (sheds > 0.0)

    def rent_due(self, region: Region, s: Any, sheds: Amounts) -> Amounts:
        """Rent of the contracted sheds of each village in a quarter, population yuan."""
        return np.asarray(0.25 * s.shed_rent * s.contracted * sheds * region.rows("village").weight)

    def contract_pay(self, region: Region, pool: Amounts) -> tuple[Amounts, Amounts]:
        """What each contractor gets of its village's pool (equal parts), and the pools that somebody takes."""
        h = region.rows("household")
        held = (self.contractors(region) & (h.members > 0)).nonzero()[0]
        parts = by_village(region, held, h.weight[held])
        each = np.zeros(len(h))
        each[held] = (pool / np.maximum(parts, 1e-9))[h.village[held]]
        return each, np.where(parts > 0.0, pool, 0.0)

    def give_up(self, region: Region, rows: Rows) -> None:
        """The owners settle what the till lacks and close."""
        e = region.rows("enterprise")
        lacks = np.maximum(-e.cash[rows], 0.0)
        e.cash[rows] += lacks
        region.ledger.post("firm.equity", Side("markets"), Side("enterprises", lacks, rows), instrument=self.id)
        close(region, rows)

    def share_profit(self, region: Region, s: Any, sites: Rows, base: Rows) -> None:
        """Part of the year's profit goes to the registered households of the village, as far as there is cash."""
        h, e = region.rows("household"), region.rows("enterprise")
        fund = np.zeros(len(region.rows("village")))
        fund[sites] = np.minimum(s.dividend * np.maximum(e.profit[base], 0.0), np.maximum(e.cash[base], 0.0))
        rows = supported_homes(region)
        rows = rows[(fund > 0.0)[h.village[rows]]]
        homes = by_village(region, rows, h.weight[rows])
        paid = np.where(homes > 0.0, fund, 0.0)[sites]
        e.cash[base] -= paid
        amounts = (fund / np.maximum(homes, 1e-9))[h.village[rows]]
        pay_households(region, "base.dividends", Side("enterprises", paid, base), rows, amounts, self.id)


def willing_contractors(region: Region, s: Any, villages: Rows, held: Any) -> Rows:
    """Households with a worker in the own business, the keenest first, until the contracted sheds are given out."""
    h, v = region.rows("household"), region.rows("village")
    chosen = np.zeros(len(v), np.bool_)
    chosen[villages] = True
    rows = (chosen[h.village] & (h.own_workers >= 1.0) & (h.members > 0) & ~held).nonzero()[0]
    room = np.where(chosen, s.contracted * s.sheds / s.sheds_each * v.weight, 0.0)
    return np.asarray(rows[admit(h.village[rows], -h.motivation[rows], h.weight[rows], room, h.uid[rows])])


def by_township_share(region: Region, sheds: Amounts, wages: Amounts, rows: Rows, filled: Amounts) -> Amounts:
    """The township's wage bill by base, in proportion to the work that each got done, population yuan by village."""
    h, v = region.rows("household"), region.rows("village")
    towns = int(v.township.max()) + 1
    paid = np.bincount(v.township[h.village[rows]], h.weight[rows] * wages, minlength=towns)
    work = v.weight * sheds * filled
    total = np.bincount(v.township, work, minlength=towns)
    return np.asarray(work / np.maximum(total, 1e-9)[v.township] * paid[v.township])


KINDS = (ShedBase,)
