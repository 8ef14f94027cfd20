"""The leading industry of a village: chosen, learnt, sold in a county that can have too much of it, and sometimes lost.

A village weighs what suits the place (location, resources, base) against chance and against what its county grows
already. Quality follows fit, skill and scale; output follows quality once the lag is over; the price follows what all
villages of the county bring to the same market.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE, LEADING
from fupin.model.instruments.base import Amounts, Rows
from fupin.model.instruments.own_rows import own, take
from fupin.model.instruments.village_project import ProjectSettings, VillageProject, by_village
from fupin.model.modifiers import modify
from fupin.model.rules.industry import maturity, price_in_glut, project_survives, quality_of_industry
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import output_of_villages
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

CHOICE = declare_stream("industry.choice", "what a village sees in each product besides its fit, lasting")
SURVIVAL = declare_stream("industry.survival", "whether a village's project lives through a year")
COOP = declare_stream("industry.cooperative", "whether a village has a share co-operative, lasting")


class Product(NamedTuple):
    """A product of the five for Beijing and Tianjin: labels, and what it asks of a place (each a feature of 0–1)."""

    zh: str
    en: str
    needs: tuple[str, ...]


PRODUCTS = (
    Product("菜", "vegetables", ("flat", "water", "near")),
    Product("肉", "meat", ("forest", "land")),
    Product("蛋", "eggs", ("power", "road")),
    Product("奶", "milk", ("land", "water", "near")),
    Product("果", "fruit", ("slope", "forest")),
)
FRUIT = len(PRODUCTS) - 1  # the last bears after years


class IndustrySettings(ProjectSettings):
    """How villages choose, what it brings, and when a project fails."""

    share_per_year: Dated = setting(
        0.25, unit="share of poor villages", zh="年度发展比例", en="poor villages that begin in a year", low=0, high=1,
        source="one or two in each village by 2020 (001); pace assumed", status="assumption",
    )  # fmt: skip
    development: Dated = setting(
        200000, unit="yuan/village", zh="产业发展资金", en="seedlings, training and sheds of a village", low=0,
        high=5e6, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    fit_weight: Dated = setting(
        6, unit="utils", zh="因地制宜程度", en="weight of what suits the place; 0 chooses blindly", low=0, high=30,
        source="mechanisms.csv M126: argmax with error; size assumed", status="assumption",
    )  # fmt: skip
    herd: Dated = setting(
        0, unit="utils", zh="跟风程度", en="weight of what the county grows already", low=0, high=30,
        source="mechanisms.csv M126: off by default, for questions about crowding", status="assumption",
    )  # fmt: skip
    gain: Dated = setting(
        0.6, unit="log", zh="产业增产增值", en="rise of output at full quality", low=0, high=2,
        source="return of greenhouse and fruit over grain (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    set_aside: Dated = setting(
        0.15, unit="log", zh="投产前减收", en="output lost before it bears", low=0, high=1,
        source="land and hands under young trees; assumed", status="assumption",
    )  # fmt: skip
    lag: Dated = setting(
        12, unit="months", zh="投产期", en="months before field crops and animals yield", low=0, high=60,
        source="a season's learning (general knowledge)", status="assumption",
    )  # fmt: skip
    orchard_lag: Dated = setting(
        42, unit="months", zh="果树投产期", en="months before trees bear", low=0, high=120,
        source="walnut three to five years (general knowledge); mechanisms.csv M316: lag not in source",
        status="assumption",
    )  # fmt: skip
    ramp: Dated = setting(
        24, unit="months", zh="达产期", en="from the first to the full harvest", low=1, high=120,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    most_share: Dated = setting(
        0.6, unit="share", zh="最大比重", en="part of a village that can be in it", low=0.01, high=1,
        source="some land stays with food; assumed", status="assumption",
    )  # fmt: skip
    spread: Dated = setting(
        0.3, unit="1/year", zh="推广速度", en="yearly growth of its part at full motivation", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    first_spread: Dated = setting(
        0.5, unit="share", zh="首年推广", en="part of a full year's growth that a project begins with", low=0, high=1,
        source="half of a year at full motivation; assumed", status="assumption",
    )  # fmt: skip
    quality_kept: Dated = setting(
        0.5, unit="share", zh="失败后保留质量", en="part of the quality that outlives a failed project", low=0, high=1,
        source="skills and buyers remain in part; assumed", status="assumption",
    )  # fmt: skip
    skill_part: Dated = setting(
        0.5, unit="share", zh="能人作用", en="part of quality that hangs on skill", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    cadre_skill: Dated = setting(
        0.3, unit="0-1", zh="村干部项目能力", en="skill of a village without a team", low=0, high=1,
        source="below that of teams (starting values); assumed", status="assumption",
    )  # fmt: skip
    scale_half: Dated = setting(
        0.15, unit="share", zh="规模半值", en="part of the village at which half of the worth of scale is reached",
        low=0.001, high=1, source="assumed", status="assumption",
    )  # fmt: skip
    quality_speed: Dated = setting(
        0.3, unit="1/year", zh="质量提升速度", en="yearly step of quality towards what it tends to", low=0, high=1,
        source="three years to most of it; assumed", status="assumption",
    )  # fmt: skip
    local_demand: Dated = setting(
        0.1, unit="share", zh="当地市场容量", en="of the county's farm output: one product sold at its usual price",
        low=0, high=2, source="local tables and towns take a little of each; assumed", status="assumption",
    )  # fmt: skip
    glut_elasticity: Dated = setting(
        0.6, unit="1", zh="滞销价格弹性", en="fall of the price with supply beyond that", low=0, high=3,
        source="farm-gate demand is inelastic (general knowledge)", status="assumption",
    )  # fmt: skip
    cooperative: Dated = setting(
        0.9, unit="share", zh="股份合作覆盖率", en="villages with a share co-operative", low=0, high=1,
        source="domain/data/baoding.csv: over 90 % of poor villages", status="seed",
    )  # fmt: skip
    survival_constant: Dated = setting(
        0.5, unit="utils", zh="项目存续常数", en="survival of a project without any of the five goods", low=-5, high=8,
        source="mechanisms.csv M146: logit; size assumed", status="assumption",
    )  # fmt: skip
    survival_weight: Dated = setting(
        0.7, unit="utils", zh="五个好权重", en="worth of each of the five goods for survival", low=0, high=5,
        source="mechanisms.csv M146: five goods; size assumed", status="assumption",
    )  # fmt: skip
    villages_per_leader: Dated = setting(
        5, unit="villages", zh="每个龙头带动村数", en="projects that one leading firm can carry", low=0.1, high=1000,
        source="baoding.csv: 175 leading firms for 1,082 poor villages make six", status="assumption",
    )  # fmt: skip
    good_road: Dated = setting(
        0.6, unit="share", zh="好市场道路标准", en="homes on a hardened road where buyers come", low=0, high=1,
        source="as for tourism; assumed", status="assumption",
    )  # fmt: skip
    good_price: Dated = setting(
        0.7, unit="index", zh="好市场价格标准", en="price of a product below which its market is not good", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    good_quality: Dated = setting(
        0.25, unit="0-1", zh="好产业标准", en="quality of a good industry", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip


class LeadingIndustry(VillageProject):
    """Poor villages choose a product, put a growing part of their land and hands into it, and share its market."""

    kind, family = "leading_industry", "industry"
    zh, en = "一村一品主导产业", "leading industry of a village"
    about_zh = "贫困村选定一种产品，逐年投入更多土地和劳力，共同承受其市场。"
    Settings = IndustrySettings
    months = (2,)

    def suited(self, region: Region, s: Any) -> Rows:
        """Poor villages without one."""
        v = region.rows("village")
        return (v.poor_village & (v.industry < 0)).nonzero()[0]

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.development)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Each village takes the product that is worth most to it."""
        v = region.rows("village")
        v.industry[villages] = choose_product(region, s, villages)
        v.industry_month[villages] = region.month
        take(region, self, villages, "village")
        v.industry_share[villages] = s.spread * s.most_share * s.first_spread
        self.spend(region, s, "industry.development", villages, self.yuan(region, s, villages))

    def service(self, region: Region, s: Any) -> None:
        """In January projects are put to the test and grow; each quarter output and price follow."""
        active, v = self.settings.active(region.month), region.rows("village")
        if active and region.calendar_month != 1 and region.calendar_month % 3 != 2:
            return
        state = region.state_of(self)
        if not hasattr(state, "output"):
            state.output, state.price = np.zeros(len(v)), np.zeros(len(v))
        rows = own(region, self, (v.industry >= 0).nonzero()[0], "village")
        if not active:
            v.industry[rows], v.industry_month[rows], v.industry_share[rows] = -1, -1, 0.0
        elif region.calendar_month == 1:
            self.year(region, s, rows)
        if active and region.calendar_month % 3 != 2:
            return
        output, price = np.zeros(len(v)), np.zeros(len(v))
        rows = rows[v.industry[rows] >= 0]
        output[rows] = shift_of_output(region, s, rows)
        price[rows] = v.industry_share[rows] * np.log(price_of_product(region, s))[v.county[rows], v.industry[rows]]
        for quantity, now, before in (
            ("village.productivity", output, state.output),
            ("village.price", price, state.price),
        ):
            changed = (now != before).nonzero()[0]
            if len(changed):
                modify(region, quantity, changed, (now - before)[changed])
        state.output, state.price = output, price

    def year(self, region: Region, s: Any, rows: Rows) -> None:
        """Which projects live, how far they spread, and how good they are."""
        v = region.rows("village")
        chance = project_survives(five_goods(region, s, rows), s.survival_constant, s.survival_weight)
        lives = region.draws.uniform(SURVIVAL, self._key(region), v.uid[rows]) < chance
        lost, rows = rows[~lives], rows[lives]
        v.industry[lost], v.industry_month[lost], v.industry_share[lost] = -1, -1, 0.0
        v.industry_quality[lost] *= s.quality_kept
        grown = v.industry_share[rows] + s.spread * v.norm[rows] * (s.most_share - v.industry_share[rows])
        v.industry_share[rows] = np.clip(grown, 0.0, 1.0)
        fit = place_fit(region, rows)[v.industry[rows], np.arange(len(rows))]
        tends_to = quality_of_industry(
            fit, skill_of_project(region, s)[rows], s.skill_part, v.industry_share[rows] / s.most_share, s.scale_half
        )
        step = s.quality_speed * (np.clip(tends_to, 0.0, 1.0) - v.industry_quality[rows])
        v.industry_quality[rows] += step


def place_fit(region: Region, villages: Rows) -> Amounts:
    """How well each product suits each village, (products, villages): mean of the features it needs, each 0–1."""
    h, v = region.rows("household"), region.rows("village")
    homes = np.maximum(by_village(region, None, None), 1.0)
    land, forest = (by_village(region, None, x) / homes for x in (h.land, h.forest_land))
    near = 1.0 / (1.0 + np.exp(v.remoteness))
    slope = v.terrain / MOUNTAIN
    features = {
        "flat": 1.0 - slope,
        "slope": slope,
        "near": near,
        "water": v.water,
        "road": v.road,
        "power": v.power,
        "land": land / np.maximum(land + land.mean(), 1e-9),
        "forest": forest / np.maximum(forest + forest.mean(), 1e-9),
    }
    fits = (np.add.reduce([features[need] for need in product.needs]) / len(product.needs) for product in PRODUCTS)
    return np.array([fit[villages] for fit in fits])


def choose_product(region: Region, s: Any, villages: Rows) -> Rows:
    """Product of greatest worth: weight · fit + herd · its part of the county's industry + lasting taste."""
    v = region.rows("village")
    tastes = region.draws.gumbels(CHOICE, 0, v.uid[villages], len(PRODUCTS))
    growing = supply_of_products(region, sold_away=False)
    part = growing / np.maximum(growing.sum(axis=1, keepdims=True), 1.0)
    worth = s.fit_weight * place_fit(region, villages) + s.herd * part[v.county[villages]].T + tastes
    return np.argmax(worth, axis=0).astype(np.int64)


def skill_of_project(region: Region, s: Any) -> Amounts:
    """Skill of those who run the project in each village: its work team's, or that of its cadres."""
    team = region.rows("workteam")
    skill = np.full(len(region.rows("village")), s.cadre_skill)
    skill[team.village] = np.maximum(team.skill, s.cadre_skill)
    return skill


def shift_of_output(region: Region, s: Any, rows: Rows) -> Amounts:
    """Log shift of the village's productivity: a gain as far as it bears, a loss before."""
    v = region.rows("village")
    age = np.maximum(region.month - v.industry_month[rows], 0.0)
    lag = np.where(v.industry[rows] == FRUIT, s.orchard_lag, s.lag)
    bears = maturity(age, lag, s.ramp)
    return np.asarray(
        v.industry_share[rows] * (s.gain * v.industry_quality[rows] * bears - s.set_aside * (1.0 - bears))
    )


def supply_of_products(region: Region, sold_away: bool = True) -> Amounts:
    """What each county brings to market of each product, (counties, products), yuan a year at constant prices."""
    v = region.rows("village")
    rows = (v.industry >= 0).nonzero()[0]
    output = output_of_villages(region) / region.p.output_level
    kept = 1.0 - v.city_sales if sold_away else 1.0
    volume = (v.industry_share * output * kept)[rows]
    place = v.county[rows] * len(PRODUCTS) + v.industry[rows]
    counties = len(region.rows("county"))
    return np.bincount(place, volume, minlength=counties * len(PRODUCTS)).reshape(counties, len(PRODUCTS))


def price_of_product(region: Region, s: Any) -> Amounts:
    """Price of each product in each county: it falls when too many villages grow the same."""
    trend = region.rows("county").supply_trend
    demand = np.where(trend > 0.0, s.local_demand * trend, np.inf)  # before the first harvest nobody knows
    supply = supply_of_products(region)
    return np.asarray(price_in_glut(supply, demand[:, None], s.glut_elasticity, region.p.glut_floor))


def five_goods(region: Region, s: Any, rows: Rows) -> Amounts:
    """How many hold in a village: good industry, leader, market, mechanism and chain."""
    v, e = region.rows("village"), region.rows("enterprise")
    counties = len(region.rows("county"))
    leaders = np.bincount(e.county[e.alive & ((e.kind == LEADING) | (e.kind == COOPERATIVE))], minlength=counties)
    projects = np.bincount(v.county, v.weight * (v.industry >= 0), minlength=counties)
    led = (leaders * s.villages_per_leader >= projects)[v.county[rows]]
    employer = np.zeros(len(v), np.bool_)
    employer[e.village[(e.alive & (e.village >= 0)).nonzero()[0]]] = True
    buyers = v.station[rows] | (v.city_sales[rows] > 0.0) | (v.road[rows] >= s.good_road)
    market = buyers & (price_of_product(region, s)[v.county[rows], v.industry[rows]] >= s.good_price)
    good = v.industry_quality[rows] >= s.good_quality
    return np.sum([good, led, market, has_cooperative(region, s)[rows], employer[rows]], axis=0).astype(float)


def has_cooperative(region: Region, s: Any) -> Any:
    """Villages with a share co-operative, by lasting lot."""
    return region.lifelong(COOP, "village") < s.cooperative


KINDS = (LeadingIndustry,)
