"""Ecology: four ways to live off the forest, seasonal work in it, and land that is no longer irrigated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.household import HOME
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.employment import hands_at_home
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within, room_for
from fupin.model.processes.income import pay_households
from fupin.model.processes.public_works import improve
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.rules.collectives import crowded_price
from fupin.model.rules.employment import works_for_the_day
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import of_villages, supported_homes, working_homes
from fupin.model.village import HILL, MOUNTAIN, PLAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

HANDS = declare_stream("forest.hands", "order in which households are hired for forest work, by season")


class ForestSettings(Funded):
    """Area, lag and price of four streams of forest income."""

    orchard_part: Dated = setting(
        0.2, unit="share", zh="经济林改造比例", en="part of a household's forest turned into orchard", low=0, high=1,
        source="mechanisms.csv M205: orchard; size assumed", status="assumption",
    )  # fmt: skip
    orchard_yield: Dated = setting(
        800, unit="yuan/mu/year", zh="经济林收益", en="net yield of an orchard", low=0, high=20000,
        source="walnut and apple on slopes (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    orchard_lag: Dated = setting(
        4, unit="years", zh="挂果年限", en="years until the orchard yields", low=0, high=15,
        source="walnut three to five years (general knowledge)", status="assumption",
    )  # fmt: skip
    understorey_part: Dated = setting(
        0.3, unit="share", zh="林下利用比例", en="part of the forest with herbs, mushrooms or poultry below", low=0,
        high=1, source="mechanisms.csv M205: under-forest product; size assumed", status="assumption",
    )  # fmt: skip
    understorey_yield: Dated = setting(
        400, unit="yuan/mu/year", zh="林下收益", en="net yield under the trees", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    understorey_lag: Dated = setting(
        1, unit="years", zh="林下见效期", en="years until it yields", low=0, high=10, source="a season or two; assumed",
        status="assumption",
    )  # fmt: skip
    market: Dated = setting(
        50000, unit="mu", zh="林产品市场容量", en="area at which the price has fallen by 2^−e", low=1, high=1e7,
        source="assumed", status="assumption",
    )  # fmt: skip
    crowding: Dated = setting(
        0.5, unit="1", zh="林产品价格弹性", en="fall of the price with the area planted", low=0, high=2,
        source="a price falls when every village plants the same (issue 3); size assumed", status="assumption",
    )  # fmt: skip
    planting: Dated = setting(
        400, unit="yuan/mu", zh="种苗和棚舍补助", en="seedlings and sheds", low=0, high=10000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    mu_per_worker: Dated = setting(
        15, unit="mu/worker", zh="劳动力经营面积", en="area that a worker at home can look after", low=1, high=500,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    compensation: Dated = setting(
        15, unit="yuan/mu/year", zh="公益林补偿", en="compensation for public forest", low=0, high=500,
        source="15 yuan a mu of national public forest (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    public_part: Dated = setting(
        0.5, unit="share", zh="公益林比例", en="part of the rest of the forest that is public forest", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    wellness: Dated = setting(
        60000, unit="yuan/village/year", zh="森林康养收入", en="receipts of a tourism village from guests", low=0,
        high=1e7, source="mechanisms.csv M205: forest wellness; size assumed", status="assumption",
    )  # fmt: skip
    wellness_market: Dated = setting(
        20, unit="villages", zh="康养市场容量", en="villages with guests at which receipts have fallen by 2^−e", low=1,
        high=10000, source="assumed", status="assumption",
    )  # fmt: skip
    households_per_year: Dated = setting(
        5000, unit="households/year", zh="年度参与户数", en="households that begin in a year", low=0, high=1e6,
        source="assumed", status="assumption", scaled=True,
    )  # fmt: skip


class ForestEconomy(Instrument):
    """Orchards, crops under trees, compensation and guests: each with its lag, its hands and its market."""

    kind, family = "forest_economy", "ecology"
    zh, en = "林下经济与森林康养", "forest-based income"
    about_zh = "林果、林下种植、生态补偿和森林康养：见效时间、用工和市场各不相同。"
    sized_by = ("households_per_year",)
    Settings = ForestSettings
    months, service_months = (3,), (DECEMBER,)

    def planted(self, region: Region) -> tuple[Amounts, Amounts, Rows]:
        """Orchard and used understorey of each household, mu, and the month in which it began (−1: not)."""
        state, n = region.state_of(self), len(region.rows("household"))
        if not hasattr(state, "orchard"):
            state.orchard, state.below, state.month = np.zeros(n), np.zeros(n), np.full(n, -1)
        return state.orchard, state.below, state.month

    def eligible(self, region: Region, s: Any) -> Rows:
        """Registered households at home with forest and hands for it."""
        h, rows = region.rows("household"), supported_homes(region)
        rows = rows[(self.planted(region)[2][rows] < 0) & (h.location[rows] == HOME)]
        return np.asarray(rows[(h.forest_land[rows] > 0.0) & (h.own_labour[rows] > 0.0)])

    def area(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Orchard and understorey that their hands can look after, mu in all."""
        h = region.rows("household")
        wanted = (s.orchard_part + (1.0 - s.orchard_part) * s.understorey_part) * h.forest_land[rows]
        return np.asarray(np.minimum(wanted, s.mu_per_worker * h.own_labour[rows]))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(s.planting * self.area(region, s, rows))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Trees need patience: the motivated begin."""
        return np.asarray(region.rows("household").motivation[rows])

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.households_per_year)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Plant; nothing yields before its time."""
        orchard, below, month = self.planted(region)
        self.buy(region, s, "forest.planting", rows, self.cost(region, s, rows))
        area = self.area(region, s, rows)
        trees = s.orchard_part / max(s.orchard_part + (1.0 - s.orchard_part) * s.understorey_part, 1e-9)
        orchard[rows], below[rows], month[rows] = trees * area, (1.0 - trees) * area, region.month

    def service(self, region: Region, s: Any) -> None:
        """In December what is ripe is sold, the forest compensated and guests shared out."""
        if region.calendar_month != DECEMBER:
            return
        self.sell(region, s)
        if self.settings.active(region.month):
            self.compensate(region, s)
            self.host(region, s)

    def sell(self, region: Region, s: Any) -> None:
        """Orchards and understorey at a price that falls with all that the county has planted."""
        h, county, (orchard, below, month) = region.rows("household"), region.rows("county"), self.planted(region)
        hands = (month >= 0) & (h.own_labour > 0.0) & (h.members > 0)
        age = (region.month - month) / 12.0
        streams = (
            ("forest.orchard", orchard, s.orchard_yield, s.orchard_lag),
            ("forest.understorey", below, s.understorey_yield, s.understorey_lag),
        )
        for purpose, mu, yields, lag in streams:
            rows = (hands & (mu > 0.0) & (age >= lag)).nonzero()[0]
            if len(rows):
                supply = np.bincount(h.county[rows], h.weight[rows] * mu[rows], minlength=len(county))
                price = crowded_price(yields, supply, s.market, s.crowding) * county.price
                pay_households(region, purpose, Side("markets"), rows, price[h.county[rows]] * mu[rows])

    def compensate(self, region: Region, s: Any) -> None:
        """Public forest is paid for, whoever owns it, as far as the money goes."""
        h, (orchard, below, _) = region.rows("household"), self.planted(region)
        left = np.maximum(h.forest_land - orchard - below, 0.0)
        rows = ((left > 0.0) & (h.members > 0)).nonzero()[0]
        owed = s.compensation * s.public_part * left[rows]
        if len(rows):
            yuan = weighted_sum(owed, h.weight[rows]) * (1.0 + s.administration_share)
            self.pay(region, s, "forest.compensation", rows, part_within(yuan, self.left(region, s)) * owed)

    def host(self, region: Region, s: Any) -> None:
        """Forest guests of tourism villages in the hills are shared among those who work in the forest there."""
        h, v, (_, _, month) = region.rows("household"), region.rows("village"), self.planted(region)
        here = v.tourism & (v.terrain >= HILL)
        rows = (here[h.village] & (month >= 0) & (h.own_labour > 0.0) & (h.members > 0)).nonzero()[0]
        hosts = np.bincount(h.village[rows], h.weight[rows], minlength=len(v)) / np.maximum(v.weight, 1e-9)
        villages = np.bincount(v.county[here], v.weight[here], minlength=len(region.rows("county")))
        receipts = crowded_price(s.wellness, villages, s.wellness_market, s.crowding)[h.county[rows]]
        if len(rows):
            pay_households(region, "forest.wellness", Side("markets"), rows, receipts / hosts[h.village[rows]])


class ForestWorkSettings(Funded):
    """Area, days and pay of seasonal forest work."""

    planting_days: Dated = setting(
        3.0, unit="days/mu", zh="造林用工", en="days of planting and tending for a mu to restore", low=0, high=30,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    watch_days: Dated = setting(
        0.2, unit="days/mu", zh="防火巡护用工", en="days of fire watch for a mu of forest in winter", low=0, high=10,
        source="mechanisms.csv M325: planting, fire watch; size assumed", status="assumption",
    )  # fmt: skip
    restored: Dated = setting(
        0.1, unit="1/year", zh="生态修复比例", en="part of the forest that is restored in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    day_wage: Dated = setting(
        100, unit="yuan/day", zh="日工资", en="pay of a day", low=1, high=500,
        source="within the 80 to 200 yuan a day of the mushroom base (baoding.csv); assumed", status="assumption",
    )  # fmt: skip
    most_days: Dated = setting(
        30, unit="days/season", zh="每户最多天数", en="days for a household in a season, at most", low=1, high=90,
        source="assumed", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.7, unit="share", zh="农闲时值", en="worth of a day in spring and winter against the mean", low=0, high=2,
        source="above work_relief, as planting falls into spring; assumed", status="assumption",
    )  # fmt: skip
    days_of_work: Dated = setting(
        250, unit="days/year", zh="年工作日", en="working days of a year", low=100, high=365, source="as work_relief",
        status="assumption",
    )  # fmt: skip
    poor_first: bool = setting(
        True, zh="贫困户优先", en="registered households first", source="mechanisms.csv M325: poor first",
        status="seed",
    )  # fmt: skip


class ForestWork(Instrument):
    """Planting in spring and fire watch in winter, paid by the day, in mountain villages with forest."""

    kind, family = "forest_work", "ecology"
    zh, en = "季节性造林护林用工", "seasonal forest work"
    about_zh = "有林的山区村春季造林、冬季防火，按日付酬。"
    sized_by = ("restored",)
    Settings = ForestWorkSettings
    months = (4, 11)

    def days(self, region: Region, s: Any) -> Amounts:
        """Days of work that the forest of each village asks for in the season, population units."""
        forest = of_villages(region, "forest_land") * (region.rows("village").terrain == MOUNTAIN)
        per_mu = s.restored * s.planting_days if region.calendar_month == 4 else s.watch_days
        return np.asarray(per_mu * forest)

    def eligible(self, region: Region, s: Any) -> Rows:
        """Households with hands at home for whom the day is worth it, where there is forest to work in."""
        h, rows = region.rows("household"), working_homes(region)
        rows = rows[(self.days(region, s) > 0.0)[h.village[rows]] & (hands_at_home(region, rows) >= 1.0)]
        return np.asarray(rows[works_for_the_day(s.day_wage, h.home_return[rows], s.slack, s.days_of_work)])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.most_days * s.day_wage)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        uid = region.rows("household").uid[rows]
        luck = region.draws.uniform(HANDS, region.month, uid)
        return np.asarray(luck + np.where(supported(region)[rows], 0.0, 1.0 if s.poor_first else 0.0))

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """In each village as many as the forest has work for, then within the budget."""
        h = region.rows("household")
        got = admit(
            h.village[rows], self.priority(region, s, rows), h.weight[rows] * s.most_days, self.days(region, s),
            h.uid[rows],
        )  # fmt: skip
        return super().select(region, s, rows[got])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        self.pay(region, s, "forest.days", rows, self.cost(region, s, rows), earned=True)


class WaterSettings(Funded):
    """How much is no longer irrigated, what it yields then, and the compensation."""

    plain: Dated = setting(
        0.7, unit="share", zh="平原灌溉比例", en="irrigated part of the land in plains", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    hill: Dated = setting(
        0.3, unit="share", zh="丘陵灌溉比例", en="irrigated part of the land in hills", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    mountain: Dated = setting(
        0.1, unit="share", zh="山区灌溉比例", en="irrigated part of the land in mountains", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    cut: Dated = setting(
        0.4, unit="share", zh="压采比例", en="part of the irrigated land that the cap leaves dry", low=0, high=1,
        source="mechanisms.csv M207: irrigated area cap; size assumed", status="assumption",
    )  # fmt: skip
    dry_yield: Dated = setting(
        0.6, unit="share", zh="旱作产出", en="output of dry land against irrigated land", low=0.05, high=1,
        source="one crop a year instead of two (general knowledge)", status="assumption",
    )  # fmt: skip
    compensation: Dated = setting(
        500, unit="yuan/mu/year", zh="压采补偿", en="compensation for a mu that is not irrigated", low=0, high=3000,
        source="winter fallow in Hebei, 500 yuan a mu (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    supply: Dated = setting(
        0.3, unit="share", zh="集中供水提升", en="coverage of central water that the works add", low=0, high=1,
        source="mechanisms.csv M207: central supply fixes water deprivation; size assumed", status="assumption",
    )  # fmt: skip
    works: Dated = setting(
        500, unit="yuan/household", zh="供水工程投入", en="works of a village, for each household", low=0, high=50000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class GroundwaterControl(Instrument):
    """A cap on irrigation: the land yields less, the budget compensates, and homes get water from a central supply."""

    kind, family, use = "groundwater_control", "ecology", ""  # owed to all under the cap: no poverty line pays for it
    zh, en = "地下水压采", "groundwater limits"
    about_zh = "限制灌溉取水：土地减产，财政补偿，并建集中供水到户。"
    sized_by = ("compensation",)
    single = Label("地下水只有一个取水上限", "there is one cap on the water of a field")
    Settings = WaterSettings
    months = (2,)

    def dry(self, region: Region, s: Any) -> Amounts:
        """Land of each household that is no longer irrigated, mu."""
        h, v = region.rows("household"), region.rows("village")
        irrigated = np.where(v.terrain == PLAIN, s.plain, np.where(v.terrain == HILL, s.hill, s.mountain))
        worked = np.maximum(h.land - h.rented_out - h.park_land, 0.0)
        return np.asarray(s.cut * irrigated[h.village] * worked * (h.members > 0) * (h.location == HOME))

    def offer(self, region: Region, s: Any) -> None:
        """The cap of the year: yields change, and villages that come under it get their supply."""
        h, state = region.rows("household"), region.state_of(self)
        self.lift(region)
        state.dry = self.dry(region, s)
        worked = np.maximum(h.land - h.rented_out - h.park_land + h.rented_in, region.p.land_floor)
        rows = (state.dry > 0.0).nonzero()[0]
        kept = 1.0 - (1.0 - s.dry_yield) * np.minimum(state.dry[rows] / worked[rows], 1.0)
        state.rows, state.shift = rows, region.p.land_exponent * np.log(kept)
        modify(region, "farm.productivity", rows, state.shift)
        total = float(h.weight[rows].sum())
        region.funnel.append((region.month, self.id, total, total, total))
        region.reach(self, rows)
        if s.supply > 0.0:
            self.build_supply(region, s, np.unique(h.village[rows]))

    def build_supply(self, region: Region, s: Any, villages: Rows) -> None:
        """A central supply in the villages under the cap that have none yet, as far as the money goes."""
        v, state = region.rows("village"), region.state_of(self)
        if not hasattr(state, "supplied"):
            state.supplied = np.zeros(len(v), np.bool_)
        villages = villages[~state.supplied[villages]]
        works = s.works * v.weight[villages] * v.households[villages]
        fits = room_for(works.cumsum() * (1.0 + s.administration_share), self.left(region, s))
        villages, works = villages[fits], works[fits]
        if len(villages):
            state.supplied[villages] = True
            by_county = np.bincount(v.county[villages], works, minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            region.ledger.post_by_county("water.works", "counties", "markets", by_county, self.id)
            improve(region, "water", villages, np.full(len(villages), s.supply))

    def lift(self, region: Region) -> None:
        """End the cap of last year."""
        state = region.state_of(self)
        if hasattr(state, "rows"):
            modify(region, "farm.productivity", state.rows, -state.shift)
            del state.rows, state.shift

    def service(self, region: Region, s: Any) -> None:
        """Compensation in December; when the cap ends the land is irrigated again."""
        state, h = region.state_of(self), region.rows("household")
        if not hasattr(state, "rows"):
            return
        if not self.settings.active(region.month):
            self.lift(region)
        elif region.calendar_month == DECEMBER:
            rows = state.rows[h.members[state.rows] > 0]
            owed = s.compensation * state.dry[rows]
            yuan = weighted_sum(owed, h.weight[rows]) * (1.0 + s.administration_share)
            self.pay(region, s, "water.compensation", rows, part_within(yuan, self.left(region, s)) * owed)


KINDS = (ForestEconomy, ForestWork, GroundwaterControl)
