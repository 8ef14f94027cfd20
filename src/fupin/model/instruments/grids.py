"""Services by a date: the grid of the deepest townships, and all services of villages that were identified late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.services import KINDS as WORKS
from fupin.model.processes.public_works import improve
from fupin.model.processes.stakes import choose_villages, years_to
from fupin.model.settings import Dated, setting
from fupin.model.sums import sums_of
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

ITEMS = ("road", "power", "water", "broadband", "clinic", "sanitation")


class GridSettings(Funded):
    """Townships, date and cost."""

    townships: Dated = setting(
        18, unit="townships", zh="深度贫困乡镇", en="deep townships to be upgraded", low=0, high=1000, scaled=True,
        source="mechanisms.csv M243: 18 townships", status="seed",
    )  # fmt: skip
    deadline: Dated = setting(
        2018, unit="year", zh="完成年份", en="done by the end of", low=2014, high=2035,
        source="mechanisms.csv M243: by the end of 2018", status="seed",
    )  # fmt: skip
    cost: Dated = setting(
        6000, unit="yuan/household", zh="全覆盖成本", en="cost of full three-phase power", low=0, high=200000,
        source="as rural_power", status="assumption",
    )  # fmt: skip
    goal: Dated = setting(
        1.0, unit="share", zh="覆盖目标", en="coverage aimed at", low=0, high=1, source="mechanisms.csv M243",
        status="seed",
    )  # fmt: skip


class TownshipGrid(Instrument):
    """The townships with most listed persons and least power get a new grid, all their villages at once, by a date."""

    kind, family = "township_grid", "services"
    zh, en = "深度贫困乡镇电网改造", "grid of deep townships"
    about_zh = "贫困人口最多、供电最差的乡镇，全乡各村一次改造电网，限期完成。"
    sized_by = ("townships",)
    Settings = GridSettings
    months, service_months = (3,), (DECEMBER,)

    def deepest(self, region: Region, s: Any) -> Rows:
        """Townships of the plan in the order of depth: lack of power times the share of listed persons; kept."""
        state, v, h = region.state_of(self), region.rows("village"), region.rows("household")
        if not hasattr(state, "plan"):
            n = int(v.township.max()) + 1
            weight = np.bincount(v.township, v.weight, minlength=n)
            lack = np.bincount(v.township, v.weight * (1.0 - v.power), minlength=n) / np.maximum(weight, 1e-9)
            town = v.township[h.village]
            persons = np.bincount(town, h.weight * h.members, minlength=n)
            listed = np.bincount(town, h.weight * h.members * (h.registry == 1), minlength=n)
            depth = lack * listed / np.maximum(persons, 1e-9)
            there = (weight > 0.0).nonzero()[0]
            state.plan = there[np.lexsort((there, -lack[there], -depth[there]))][: int(s.townships)]
            state.done = 0
        return np.asarray(state.plan)

    def offer(self, region: Region, s: Any) -> None:
        """The part of the plan that the deadline asks for this year, as far as the money goes."""
        v, state, plan = region.rows("village"), region.state_of(self), self.deepest(region, s)
        wanted = int(np.ceil((len(plan) - state.done) / years_to(region, s.deadline)))
        begun = 0
        for town in plan[state.done : state.done + wanted].tolist():
            rows = ((v.township == town) & (v.power < s.goal)).nonzero()[0]
            yuan = s.cost * v.households[rows] * (s.goal - v.power[rows])
            if 0.5 * float(v.weight[rows] @ yuan) * (1.0 + s.administration_share) > self.left(region, s):
                break  # rounded, as places are: half of the last one may be missing
            state.done, begun = state.done + 1, begun + 1
            by_county = np.bincount(v.county[rows], v.weight[rows] * yuan, minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            region.ledger.post_by_county("works.building", "counties", "markets", by_county, self.id)
            state.ready = [*getattr(state, "ready", []), rows]
        region.funnel.append((region.month, self.id, float(len(plan)), float(wanted), float(begun)))

    def service(self, region: Region, s: Any) -> None:
        """In December the year's grids go live."""
        state, v = region.state_of(self), region.rows("village")
        if region.calendar_month != DECEMBER or not getattr(state, "ready", None):
            return
        rows = np.concatenate(state.ready)
        state.ready = []
        improve(region, "power", rows, np.maximum(s.goal - v.power[rows], 0.0))
        region.reach(self, homes_of(region, rows))


def homes_of(region: Region, villages: Rows) -> Rows:
    """Households of some villages."""
    here = np.zeros(len(region.rows("village")), np.bool_)
    here[villages] = True
    return here[region.rows("household").village].nonzero()[0]


class ListSettings(Funded):
    """Which villages, by when, to what coverage."""

    deadline: Dated = setting(
        2019, unit="year", zh="完成年份", en="done by the end of", low=2014, high=2035,
        source="mechanisms.csv M239: end of 2019", status="seed",
    )  # fmt: skip
    listed: Dated = setting(
        0.1, unit="share", zh="新识别村门槛", en="share of listed persons from which a village counts",
        low=0, high=1, source="mechanisms.csv M239: newly identified villages; threshold assumed", status="assumption",
    )  # fmt: skip
    goal: Dated = setting(
        0.9, unit="share", zh="覆盖目标", en="coverage of each item aimed at", low=0, high=1,
        source="mechanisms.csv M239: all items met; size assumed", status="assumption",
    )  # fmt: skip


class ServiceList(Instrument):
    """Villages that are poor but were never designated get every item of the service list that they lack, by a date."""

    kind, family = "service_list", "services"
    zh, en = "新识别贫困村公共服务清单", "service list of newly identified villages"
    about_zh = "确实贫困而原先未列入名单的村，公共服务缺什么补什么，限期完成。"
    not_sized = sizes.EVERYWHERE
    Settings = ListSettings
    months, service_months = (3,), (DECEMBER,)

    def identified(self, region: Region, s: Any) -> Rows:
        """Villages outside the list of 2014 that were added to it or have many registered, with some item missing."""
        v, h = region.rows("village"), region.rows("household")
        persons = sums_of(region, "village", h.weight * h.members)
        listed = sums_of(region, "village", h.weight * h.members * (h.registry == 1))
        poor = ~v.poor_village & (listed >= s.listed * np.maximum(persons, 1e-9))
        return np.asarray(
            ((v.listed_late | poor) & (self.items_met(region, s.goal) < 1.0) & (v.households > 0.0)).nonzero()[0]
        )

    def items_met(self, region: Region, goal: float) -> Amounts:
        """Share of the items of the list that each village meets."""
        v = region.table_of("village")
        return np.asarray(np.mean([v[name] >= goal - 1e-9 for name in ITEMS], axis=0))

    def bill(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Cost of all that is missing, yuan of each village."""
        v = region.rows("village")
        total = np.zeros(len(rows))
        for kind in WORKS:
            one = kind().settings.at(region.month)
            hard = np.where(v.terrain[rows] == MOUNTAIN, 1.0 + one.hard_terrain, 1.0)
            total += one.cost * hard * np.maximum(s.goal - getattr(v, kind.service_name)[rows], 0.0)
        return np.asarray(total * v.households[rows])

    def offer(self, region: Region, s: Any) -> None:
        """The part of the villages that the deadline asks for, those with fewest items first."""
        v, state = region.rows("village"), region.state_of(self)
        rows = self.identified(region, s)
        order = rows[np.lexsort((v.uid[rows], self.items_met(region, s.goal)[rows]))]
        yuan = self.bill(region, s, order)
        total = float(v.weight[rows].sum())
        room = total / years_to(region, s.deadline)
        cost = v.weight[order] * yuan * (1.0 + s.administration_share)
        chosen = choose_villages(region, room, self.left(region, s), order, cost)
        region.funnel.append((region.month, self.id, total, total, float(v.weight[chosen].sum())))
        if len(chosen):
            paid = v.weight[chosen] * self.bill(region, s, chosen)
            by_county = np.bincount(v.county[chosen], paid, minlength=len(region.rows("county")))
            self.fund(region, s, by_county)
            region.ledger.post_by_county("works.building", "counties", "markets", by_county, self.id)
            state.sites = chosen

    def service(self, region: Region, s: Any) -> None:
        """In December the year's villages have what they lacked."""
        state = region.state_of(self)
        if region.calendar_month != DECEMBER or not len(getattr(state, "sites", ())):
            return
        v, rows = region.table_of("village"), state.sites
        for name in ITEMS:
            improve(region, name, rows, np.maximum(s.goal - v[name][rows], 0.0))
        region.reach(self, homes_of(region, rows))
        state.sites = rows[:0]


KINDS = (TownshipGrid, ServiceList)
