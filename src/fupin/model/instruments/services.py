"""Village works: roads, water, power, broadband, clinics, sanitation. Built by need, kept up or lost again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fupin.model.calendar import NOVEMBER
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import alike, alone, heir
from fupin.model.processes.dispatch import put_off
from fupin.model.processes.effort import works_order
from fupin.model.processes.leakage import arriving_in_villages
from fupin.model.processes.public_works import improve
from fupin.model.processes.village_lists import in_scope
from fupin.model.processes.village_plan import planned_first
from fupin.model.settings import Dated, setting
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

EXTENSION = declare_stream("works.extension", "villages off the list to which policies of the listed are extended")


def cost_of(yuan: float, source: str) -> Any:
    """Setting of the cost of full coverage."""
    return setting(
        yuan, unit="yuan/household", zh="全覆盖成本", en="cost of full coverage, a household of the village", low=0,
        high=200000, source=source, status="assumption",
    )  # fmt: skip


def months_of(months: float, source: str) -> Any:
    """Setting of the time to build."""
    return setting(
        months, unit="months", zh="建设期", en="months to build", low=1, high=36, source=source, status="assumption"
    )


class WorksSettings(Funded):
    """Cost, time, choice of villages, the year-end rule and upkeep of works."""

    cost: Dated = cost_of(5000, "general knowledge, to verify")
    building_months: Dated = months_of(8, "a building season")
    hard_terrain: Dated = setting(
        0.5, unit="share", zh="山区增加成本", en="extra cost in mountain villages", low=0, high=5,
        source="mechanisms.csv M249: terrain raises the cost of works; size assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.3, unit="share of poor villages", zh="年度开工比例", en="villages where works begin in a year", low=0, high=1,
        source="all poor villages within a cycle of three to four years", status="assumption",
    )  # fmt: skip
    hard_weight: Dated = setting(
        0, unit="share of coverage", zh="山区偏远优先", en="lack of coverage that a hard village counts for",
        low=0, high=1, source="mechanisms.csv M249: weight +w for hard regions; off by default", status="assumption",
    )  # fmt: skip
    goal: Dated = setting(
        0.95, unit="share", zh="覆盖目标", en="coverage aimed at", low=0, high=1,
        source="mechanisms.csv M239-M245: 80 to 100 % by item", status="assumption",
    )  # fmt: skip
    poor_only: bool = setting(
        True, zh="仅贫困村", en="poor villages only",
        source="works went to poor villages first; mechanisms.csv M250 reports the imbalance", status="assumption",
    )  # fmt: skip
    other_share: Dated = setting(
        0, unit="share", zh="非贫困村享受比例", en="villages off the list that are treated as if they were on it",
        low=0, high=1, source="000: policies of poor villages may be tried in others (M150); none by default",
        status="assumption",
    )  # fmt: skip
    done_by_november: bool = setting(
        True, zh="11月底前完工", en="works of the year are done by the end of November",
        source="mechanisms.csv M038", status="seed",
    )  # fmt: skip
    haste: Dated = setting(
        0.5, unit="share", zh="赶工损失", en="coverage lost if all building time were cut", low=0, high=1,
        source="works cut short leave part undone; size assumed", status="assumption",
    )  # fmt: skip
    upkeep: Dated = setting(
        0.02, unit="1/year", zh="管护费率", en="upkeep, share of the cost of what was built", low=0, high=0.2,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    decay: Dated = setting(
        0.10, unit="1/year", zh="失管损失", en="share of what was built that a year without upkeep costs", low=0,
        high=1, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class Works(Instrument):
    """Works of one service: begun in March where need is greatest, ready after the building time, kept up each January.

    The region remembers the sites under way (`sites`: village, month, gain) and what it has built (`built`: coverage by
    village), which decays where upkeep is not paid.
    """

    family = "services"
    sized_by = ("share_per_year",)
    Settings = WorksSettings
    months = (3,)
    service_name: ClassVar[str]

    def memory(self, region: Region) -> SimpleNamespace:
        """What was begun and built."""
        state = region.state_of(self)
        if not hasattr(state, "built"):
            state.built, state.sites = np.zeros(len(region.rows("village"))), []
        return state

    def full_cost(self, region: Region, s: Any) -> Amounts:
        """Cost of full coverage of each village, its own yuan."""
        v = region.rows("village")
        return np.asarray(s.cost * v.households * np.where(v.terrain == MOUNTAIN, 1.0 + s.hard_terrain, 1.0))

    def urgency(self, region: Region, s: Any, gap: Amounts) -> Amounts:
        """What a village lacks, and more where mountains and distance made all works late."""
        v = region.rows("village")
        hard = (v.terrain == MOUNTAIN) & (v.remoteness > 0.0)
        return np.asarray(gap + s.hard_weight * hard)

    def offer(self, region: Region, s: Any) -> None:
        """Begin works in the villages with the least coverage, within the year's share and budget."""
        v, coverage = region.rows("village"), region.table_of("village")[self.service_name]
        gap = s.goal - coverage
        wanted = in_scope(region) | self.extended(region, s) if s.poor_only else np.ones(len(v), np.bool_)
        open_to = wanted & (gap > 0.0) & (v.households > 0.0)
        for works in alike(region, self):
            if isinstance(works, Works):
                open_to[[village for village, _, _ in works.memory(region).sites]] = False
        sites = open_to.nonzero()[0]
        sites = self.asking(region, sites)
        order = sites[np.lexsort((v.uid[sites], -self.urgency(region, s, works_order(region, gap, coverage))[sites]))]
        cost = (self.full_cost(region, s) * gap)[order]
        weight = v.weight[order]
        yuan = weight * cost * (1.0 + s.administration_share)
        room = s.share_per_year * v.weight[wanted].sum()
        if region.p.village_plan_on:
            turn = planned_first(region, order, np.arange(len(order)), weight, yuan, room, self.left(region, s))
            order, weight, yuan, cost = order[turn], weight[turn], yuan[turn], cost[turn]
        fits = np.cumsum(weight) - 0.5 * weight <= room
        fits &= np.cumsum(np.where(fits, yuan, 0.0)) - 0.5 * yuan <= self.budget_left(region, s)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = order[fits]
        first, last = float(v.weight[wanted].sum()), float(v.weight[chosen].sum())
        region.funnel.append((region.month, self.id, first, float(v.weight[sites].sum()), last))
        if len(chosen):
            arrives = self.spend(region, s, "works.building", chosen, cost[fits])
            self.begin(region, s, chosen, arrives * gap[chosen])

    def extended(self, region: Region, s: Any) -> Any:
        """Villages off the list to which the policy is extended: the same ones every year, by lot."""
        if s.other_share <= 0.0:
            return False
        return region.draws.uniform(EXTENSION, 0, region.rows("village").uid) < s.other_share

    def begin(self, region: Region, s: Any, villages: Rows, gap: Amounts) -> None:
        """Set the month of completion; works that the year-end rule cuts short leave part undone."""
        ready, quality = region.month + int(s.building_months), 1.0
        deadline = region.year * 12 + NOVEMBER - 1
        if s.done_by_november and ready > deadline:
            quality = 1.0 - s.haste * (ready - deadline) / s.building_months
            ready = deadline
        sites = zip(villages.tolist(), (quality * gap).tolist(), strict=True)
        self.memory(region).sites += [(village, ready, gain) for village, gain in sites]

    def spend(self, region: Region, s: Any, purpose: str, villages: Rows, yuan: Amounts) -> Amounts | float:
        """Pay builders for works in some villages; returns the part of the money that reaches them."""
        v = region.rows("village")
        place, money, count = v.county[villages], v.weight[villages] * yuan, len(region.rows("county"))
        by_county = np.bincount(place, money, minlength=count)
        self.fund(region, s, by_county, np.bincount(place, money * v.poor_village[villages], minlength=count))
        arrives, by_county = arriving_in_villages(region, self.id, villages, yuan, by_county)
        region.ledger.post_by_county(purpose, "counties", "markets", by_county, self.id)
        return arrives

    def service(self, region: Region, s: Any) -> None:
        """Works that are ready come into use; January is for upkeep."""
        state = self.memory(region)
        if any(ready <= region.month for _, ready, _ in state.sites):
            state.sites = put_off(region, state.sites, self.id)
            done = [(village, gain) for village, ready, gain in state.sites if ready <= region.month]
            state.sites = [site for site in state.sites if site[1] > region.month]
            if not done:
                return
            villages, gains = np.array([village for village, _ in done]), np.array([gain for _, gain in done])
            state.built[villages] += improve(region, self.service_name, villages, gains)
            here = np.zeros(len(state.built), np.bool_)
            here[villages] = True
            region.reach(self, here[region.rows("household").village].nonzero()[0])
        if region.calendar_month == 1 and state.built.any() and not self.handed_on(region, state):
            self.keep_up(region, s, (state.built > 0.0).nonzero()[0])

    def handed_on(self, region: Region, state: SimpleNamespace) -> bool:
        """When it is over, a programme of its kind that is in force keeps up what it has built."""
        if self.settings.active(region.month) or alone(region, self):
            return False
        first = heir(region, alike(region, self))
        if not isinstance(first, Works) or not first.settings.active(region.month):
            return False
        first.memory(region).built += state.built
        state.built[:] = 0.0
        return True

    def keep_up(self, region: Region, s: Any, villages: Rows) -> None:
        """Pay the upkeep as far as the money goes; where it does not, some of what was built is lost."""
        v, built = region.rows("village"), self.memory(region).built
        yuan = s.upkeep * self.full_cost(region, s)[villages] * built[villages]
        bill = np.cumsum(v.weight[villages] * yuan) * (1.0 + s.administration_share)
        paid = (bill <= self.left(region, s)) & self.settings.active(region.month)
        if paid.any():
            arrives = self.spend(region, s, "works.upkeep", villages[paid], yuan[paid])
            if region.p.leak_share > 0.0:
                missing = -s.decay * (1.0 - arrives) * built[villages[paid]]
                built[villages[paid]] += improve(region, self.service_name, villages[paid], missing)
        lost = villages[~paid]
        if len(lost):
            built[lost] += improve(region, self.service_name, lost, -s.decay * built[lost])


class RoadSettings(WorksSettings):
    """Roads: dear, slow."""

    cost: Dated = cost_of(30000, "hardened road of a few km, about 400,000 yuan a km (general knowledge, to verify)")
    building_months: Dated = months_of(9, "two seasons, cut to one by the year-end rule")


class VillageRoads(Works):
    """Hardened roads: better prices at the farm gate and easier work away."""

    kind, service_name = "village_roads", "road"
    zh, en = "通村通组道路", "village roads"
    about_zh = "修硬化路：农产品出村价更好，外出务工更方便。"
    Settings = RoadSettings


class WaterSettings(WorksSettings):
    """Water supply."""

    cost: Dated = cost_of(4000, "central supply of about 1,000 yuan a person (general knowledge, to verify)")
    building_months: Dated = months_of(6, "a summer")


class SafeWater(Works):
    """Central water supply: connected households have safe water and fall ill less often."""

    kind, service_name = "safe_water_supply", "water"
    zh, en = "农村安全饮水", "safe water supply"
    about_zh = "建集中供水：通水农户饮水安全，患病减少。"
    Settings = WaterSettings


class PowerSettings(WorksSettings):
    """Three-phase power."""

    cost: Dated = cost_of(6000, "grid upgrade of a village of 200 homes about 1.2m yuan (general knowledge, to verify)")
    building_months: Dated = months_of(6, "mechanisms.csv M243: 18 townships within 2018")


class RuralPower(Works):
    """Three-phase power: home businesses produce more."""

    kind, service_name = "rural_power", "power"
    zh, en = "动力电改造", "rural power"
    about_zh = "通动力电：家庭经营产出更多。"
    Settings = PowerSettings


class BroadbandSettings(WorksSettings):
    """Broadband."""

    cost: Dated = cost_of(1500, "fibre to the village and home (general knowledge, to verify)")
    building_months: Dated = months_of(4, "cables along the road (general knowledge)")


class VillageBroadband(Works):
    """Broadband: home businesses know prices and reach buyers."""

    kind, service_name = "village_broadband", "broadband"
    zh, en = "宽带入村", "village broadband"
    about_zh = "通宽带：家庭经营了解行情，找得到买家。"
    Settings = BroadbandSettings


class ClinicSettings(WorksSettings):
    """Clinics with a doctor."""

    cost: Dated = cost_of(1000, "room and equipment of 200,000 yuan for 200 homes (general knowledge, to verify)")
    building_months: Dated = months_of(6, "a summer")
    upkeep: Dated = setting(
        0.10, unit="1/year", zh="管护费率", en="upkeep, share of the cost of what was built", low=0, high=0.2,
        source="subsidy of the village doctor (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class VillageClinics(Works):
    """Clinics: care near home costs less, and less of it is forgone."""

    kind, service_name = "village_clinics", "clinic"
    zh, en = "标准化卫生室", "village clinics"
    about_zh = "建卫生室：就近看病花费少，放弃治疗的少。"
    Settings = ClinicSettings


class SanitationSettings(WorksSettings):
    """Toilets, garbage and sewage."""

    cost: Dated = cost_of(3000, "toilet of 1,500 to 3,000 yuan, collection (general knowledge, to verify)")
    building_months: Dated = months_of(6, "a summer")


class VillageSanitation(Works):
    """Toilets, garbage and sewage: illness falls."""

    kind, service_name = "village_sanitation", "sanitation"
    zh, en = "厕所垃圾污水治理", "village sanitation"
    about_zh = "治理厕所、垃圾和污水：患病减少。"
    Settings = SanitationSettings


KINDS = (VillageRoads, SafeWater, RuralPower, VillageBroadband, VillageClinics, VillageSanitation)
