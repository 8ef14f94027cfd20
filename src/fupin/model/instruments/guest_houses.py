"""Guest houses with keepers on a fixed base, and farms for visitors that owe part of their jobs to the registered.

Both live off visitors whose number is limited: nights and visits are shared by all houses and farms there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DAYS_OF_YEAR
from fupin.model.enterprise import GUEST_HOUSE, IDLE, VISITOR_FARM, in_bounds
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Rows
from fupin.model.instruments.village_project import ProjectSettings, VillageProject, by_village
from fupin.model.ledger import Side
from fupin.model.modifiers import modify
from fupin.model.processes.enterprises import productivity_for
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.rules.industry import part_sold
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes
from fupin.model.village import MOUNTAIN, PLAIN

if TYPE_CHECKING:
    from fupin.model.region import Region


class GuestHouseSettings(ProjectSettings):
    """Rooms, nights, keepers and their pay."""

    share_per_year: Dated = setting(
        0.02, unit="share of poor villages", zh="年度新建比例", en="poor villages that get guest houses in a year",
        low=0, high=1, source="a few pilots such as Nanyu; assumed", status="assumption",
    )  # fmt: skip
    rooms: Dated = setting(
        20, unit="rooms/village", zh="客房数", en="rooms of a village", low=1, high=500,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    works: Dated = setting(
        100000, unit="yuan/room", zh="单间投资", en="cost of a room", low=0, high=2e6,
        source="general knowledge, to verify: upmarket homestay", status="assumption",
    )  # fmt: skip
    public_share: Dated = setting(
        0.3, unit="share", zh="财政补助比例", en="part of it paid by the budget", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    least_road: Dated = setting(
        0.6, unit="share", zh="道路门槛", en="least share of homes on a hardened road", low=0, high=1,
        source="as for village tourism; assumed", status="assumption",
    )  # fmt: skip
    nights: Dated = setting(
        60000, unit="room-nights/year", zh="住宿需求", en="nights that visitors want in the region", low=0, high=1e8,
        source="one in twenty of 1.36m visits (baoding.csv); part assumed", status="assumption", scaled=True,
    )  # fmt: skip
    price: Dated = setting(
        500, unit="yuan/night", zh="房价", en="price of a night net of running cost", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    most_occupied: Dated = setting(
        0.6, unit="share", zh="最高入住率", en="nights that a room can be let", low=0, high=1,
        source="a season of seven months; assumed", status="assumption",
    )  # fmt: skip
    keepers: Dated = setting(
        5, unit="persons/village", zh="管护岗位", en="keepers of a village", low=0, high=100, source="four rooms each",
        status="assumption",
    )  # fmt: skip
    base_pay: Dated = setting(
        20000, unit="yuan/year", zh="保底工资", en="fixed base of a keeper", low=0, high=200000,
        source="domain/data/baoding.csv: keeper of Nanyu", status="seed",
    )  # fmt: skip
    time: Dated = setting(
        0.5, unit="worker", zh="占用劳动", en="part of a worker that keeping takes", low=0, high=1,
        source="rooms are kept beside the farm; assumed", status="assumption",
    )  # fmt: skip
    farm_kept: Dated = setting(
        0.1, unit="worker", zh="农业保底劳动", en="labour that the farm of a keeper gets in any case", low=0.01, high=1,
        source="neighbours and elders help out; assumed", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.3, unit="share", zh="合作社分红比例", en="part of the quarter's surplus for keepers and the registered",
        low=0, high=1, source="baoding document: base and dividend; size assumed", status="assumption",
    )  # fmt: skip


class GuestHouses(VillageProject):
    """A village co-operative lets rooms; poor households keep them for a fixed base and a share."""

    kind, family = "guest_houses", "industry"
    zh, en = "民宿管护就业", "guest houses with keepers"
    about_zh = "村合作社经营民宿，贫困户负责管护，得保底工资加分红。"
    Settings = GuestHouseSettings
    months, service_months = (4,), QUARTER_ENDS

    def suited(self, region: Region, s: Any) -> Rows:
        v = region.rows("village")
        there = has_employer(region, GUEST_HOUSE)
        return np.asarray((v.poor_village & (v.terrain != PLAIN) & (v.road >= s.least_road) & ~there).nonzero()[0])

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.public_share * s.works * s.rooms)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Build rooms and hire keepers: registered households with hands, those with care or schooling to pay first."""
        v, h, n = region.rows("village"), region.rows("household"), len(villages)
        public = self.spend(region, s, "guesthouse.works", villages, self.yuan(region, s, villages))
        new = {
            "uid": self.employer_uid(region, villages),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(n, GUEST_HOUSE),
            "productivity": np.full(n, IDLE),
            "capital": np.maximum(s.works * s.rooms * v.weight[villages], public),
        }
        self.found(region, ("guesthouse.goods", "guesthouse.equity"), new, public)
        chosen = np.zeros(len(v), np.bool_)
        chosen[villages] = True
        keeper, time = self.keepers(region)
        rows = supported_homes(region)
        rows = rows[(h.own_labour[rows] >= s.time) & chosen[h.village[rows]] & ~keeper[rows]]
        burden = h.severely_ill[rows] + (h.school_cost[rows] > 0.0)
        room = np.where(chosen, s.keepers * v.weight, 0.0)
        rows = rows[admit(h.village[rows], -1.0 * burden, h.weight[rows], room, h.uid[rows])]
        keeper[rows] = True
        left = np.maximum(h.own_labour[rows] - s.time, s.farm_kept) / np.maximum(h.own_labour[rows], s.farm_kept)
        time[rows] = region.p.labour_exponent * np.log(left)
        modify(region, "farm.productivity", rows, time[rows])
        region.reach(self, rows)

    def keepers(self, region: Region) -> tuple[Any, Amounts]:
        """Mask of the households that keep rooms, and the log output that the time costs them."""
        state, n = region.state_of(self), len(region.rows("household"))
        if not hasattr(state, "keeper"):
            state.keeper, state.time = np.zeros(n, np.bool_), np.zeros(n)
        return state.keeper, state.time

    def service(self, region: Region, s: Any) -> None:
        """Each quarter guests pay; keepers get their base as far as there is cash, then all share the surplus."""
        if region.calendar_month not in QUARTER_ENDS or not hasattr(region.state_of(self), "keeper"):
            return
        h, v, e = region.rows("household"), region.rows("village"), region.rows("enterprise")
        keeper, _ = self.keepers(region)
        houses = ((e.kind == GUEST_HOUSE) & (e.village >= 0) & e.alive).nonzero()[0]
        open_house = np.zeros(len(v), np.bool_)
        open_house[e.village[houses]] = True
        keepers = keeper.nonzero()[0]
        gone = keepers[~open_house[h.village[keepers]]]
        if len(gone):
            self.dismiss(region, gone)
        if not len(houses):
            return
        rooms = s.rooms * v.weight[e.village[houses]]
        nights = DAYS_OF_YEAR * s.most_occupied * rooms
        receipts = 0.25 * s.price * nights * occupied(region, s, float(nights.sum()))
        e.cash[houses] += receipts
        e.profit[houses] += receipts
        guests = Side("enterprises", receipts, houses)
        region.ledger.post("guesthouse.guests", Side("markets"), guests, instrument=self.id)
        rows = (keeper & (h.members > 0)).nonzero()[0]
        self.from_till(region, "guesthouse.keepers", houses, rows, np.full(len(rows), 0.25 * s.base_pay), True)
        poor = ((keeper | supported(region)) & (h.members > 0)).nonzero()[0]
        poor = poor[open_house[h.village[poor]]]
        fund = np.zeros(len(v))
        fund[e.village[houses]] = s.dividend * np.clip(e.cash[houses], 0.0, receipts)
        homes = by_village(region, poor, h.weight[poor])
        self.from_till(
            region, "guesthouse.dividends", houses, poor, (fund / np.maximum(homes, 1e-9))[h.village[poor]], False
        )

    def from_till(self, region: Region, purpose: str, houses: Rows, rows: Rows, amounts: Amounts, earned: bool) -> None:
        """Pay households out of the house of their village, in part where its till is short."""
        h, e = region.rows("household"), region.rows("enterprise")
        place = e.village[houses]
        due = by_village(region, rows, h.weight[rows] * amounts)
        part = np.zeros(len(due))
        part[place] = np.minimum(1.0, np.maximum(e.cash[houses], 0.0) / np.maximum(due[place], 1e-9))
        paid = (part * due)[place]
        e.cash[houses] -= paid
        e.profit[houses] -= paid
        amounts = amounts * part[h.village[rows]]
        pay_households(region, purpose, Side("enterprises", paid, houses), rows, amounts, self.id, earned)

    def dismiss(self, region: Region, rows: Rows) -> None:
        """The house has closed: the keepers have their time again."""
        keeper, time = self.keepers(region)
        modify(region, "farm.productivity", rows, -time[rows])
        keeper[rows], time[rows] = False, 0.0


def has_employer(region: Region, kind: int) -> Any:
    """Mask of the villages with an employer of a kind that is in business."""
    e = region.rows("enterprise")
    there = np.zeros(len(region.rows("village")), np.bool_)
    there[e.village[((e.kind == kind) & (e.village >= 0) & e.alive).nonzero()[0]]] = True
    return there


def occupied(region: Region, s: Any, nights: float) -> float:
    """Part of the nights on offer that are let: all, until there are more than visitors want."""
    return float(part_sold(np.array([nights]), s.nights)[0])


class VisitorFarmSettings(ProjectSettings):
    """Visitors, access, jobs and who gets them."""

    share_per_year: Dated = setting(
        0.03, unit="share of poor villages", zh="年度新建比例", en="poor villages that get a farm in a year", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    works: Dated = setting(
        600000, unit="yuan/village", zh="农庄投资", en="cost of a farm for visitors", low=1, high=2e7,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    public_share: Dated = setting(
        0.3, unit="share", zh="财政补助比例", en="part of it paid by the budget", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    visits: Dated = setting(
        400000, unit="visits/year", zh="潜在游客", en="visits to farms when there are very many", low=0, high=1e8,
        source="a third of 1.36m visits (baoding.csv); part assumed", status="assumption", scaled=True,
    )  # fmt: skip
    spending: Dated = setting(
        73.5, unit="yuan/visit", zh="人均花费", en="spending of a visit", low=0, high=5000,
        source="as village_tourism", status="assumption",
    )  # fmt: skip
    slope_part: Dated = setting(
        0.5, unit="share", zh="山景权重", en="weight of slopes in what draws visitors; the rest is forest", low=0,
        high=1, source="equal parts assumed", status="assumption",
    )  # fmt: skip
    half: Dated = setting(
        40, unit="farms", zh="客源半饱和", en="farms of full attraction that draw half of the visits", low=0.001,
        high=10000, source="assumed", status="assumption", scaled=True,
    )  # fmt: skip
    job_share: Dated = setting(
        0.5, unit="share", zh="用工支出占比", en="part of the receipts that pays workers", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    poor_share: Dated = setting(
        0.5, unit="share", zh="贫困户用工比例", en="jobs kept for the registered", low=0, high=1,
        source="mechanisms.csv M167: poor share of jobs; size assumed", status="assumption",
    )  # fmt: skip


class VisitorFarms(VillageProject):
    """A farm in a village that visitors can reach and like; it must give part of its jobs to the registered."""

    kind, family = "visitor_farms", "industry"
    zh, en = "扶贫农庄与农文旅融合", "farms for visitors"
    about_zh = "在游客到得了也愿意来的村办农庄，部分岗位须留给建档立卡户。"
    Settings = VisitorFarmSettings
    months, service_months = (4,), QUARTER_ENDS

    def suited(self, region: Region, s: Any) -> Rows:
        v = region.rows("village")
        there = has_employer(region, VISITOR_FARM)
        return np.asarray((v.poor_village & ~there & (attraction(region, s) > 0.0)).nonzero()[0])

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.public_share * s.works)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        v, n = region.rows("village"), len(villages)
        public = self.spend(region, s, "farm.works", villages, self.yuan(region, s, villages))
        new = {
            "uid": self.employer_uid(region, villages),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(n, VISITOR_FARM),
            "productivity": np.full(n, IDLE),
            "capital": s.works * v.weight[villages],
            "hire_share": np.full(n, s.poor_share),
        }
        self.found(region, ("farm.goods", "farm.equity"), new, public)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter farms plan for the visitors whom access and the place bring."""
        if region.calendar_month not in QUARTER_ENDS:
            return
        e = region.rows("enterprise")
        farms = ((e.kind == VISITOR_FARM) & (e.village >= 0) & e.alive).nonzero()[0]
        if not len(farms):
            return
        place, wage = e.village[farms], region.rows("county").wage_cost[e.county[farms]]
        jobs = s.job_share * s.spending * visitors(region, s, place) / wage
        level = productivity_for(region, np.maximum(jobs, 1e-3), e.capital[farms], wage)
        e.productivity[farms] = in_bounds(level)


def attraction(region: Region, s: Any) -> Amounts:
    """What draws visitors to a village, 0–1: road and nearness (access) times slope and forest (amenity)."""
    h, v = region.rows("household"), region.rows("village")
    forest = by_village(region, None, h.forest_land)
    forest = forest / np.maximum(forest + forest.mean(), 1e-9)
    access = v.road / (1.0 + np.exp(v.remoteness))
    return np.asarray(access * (s.slope_part * v.terrain / MOUNTAIN + (1.0 - s.slope_part) * forest))


def visitors(region: Region, s: Any, place: Rows) -> Amounts:
    """Visits to the farm of each village, for all that it stands for: shares of visits that saturate with the farms."""
    pull = attraction(region, s)[place] * region.rows("village").weight[place]
    return np.asarray(s.visits * pull / (s.half + pull.sum()))


KINDS = (GuestHouses, VisitorFarms)
