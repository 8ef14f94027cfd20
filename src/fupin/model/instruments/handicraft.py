"""Handicraft at home: points in villages hand out pieces, and hands with spare time at home earn by the piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Rows
from fupin.model.instruments.employment import workers_at_home
from fupin.model.instruments.own_rows import own_mask, take
from fupin.model.instruments.village_project import ProjectSettings, VillageProject
from fupin.model.ledger import Side, weighted_sum
from fupin.model.person import CARE, OWN
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.processes.support import supported
from fupin.model.rules.employment import works_for_the_day
from fupin.model.rules.industry import part_sold, pieces_a_day, practised
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region


class CraftSettings(ProjectSettings):
    """Points, pieces, time and orders."""

    share_per_year: Dated = setting(
        0.15, unit="share of poor villages", zh="年度布点比例", en="poor villages that get points in a year", low=0,
        high=1, source="baoding.csv: 481 of 1,082 poor villages by 2016, in three years", status="assumption",
    )  # fmt: skip
    points: Dated = setting(
        2.32, unit="points/village", zh="每村加工点", en="points of a village", low=0, high=50,
        source="baoding.csv: 1,117 points in 481 villages", status="seed",
    )  # fmt: skip
    places: Dated = setting(
        28.6, unit="persons/point", zh="每点从业人数", en="hands that a point can supply and collect from", low=0,
        high=500, source="baoding.csv: 32,000 persons at 1,117 points", status="seed",
    )  # fmt: skip
    setup: Dated = setting(
        10000, unit="yuan/point", zh="布点补助", en="set-up of a point", low=0, high=500000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    piece_rate: Dated = setting(
        0.75, unit="yuan/piece", zh="计件单价", en="pay of a piece", low=0, high=20,
        source="baoding.csv: 80 pieces for 60 yuan", status="seed",
    )  # fmt: skip
    novice_pieces: Dated = setting(
        80, unit="pieces/day", zh="新手日件数", en="pieces of a beginner in a day", low=1, high=1000,
        source="baoding.csv: sewing novice, 80 pieces a day", status="seed",
    )  # fmt: skip
    master_pieces: Dated = setting(
        231, unit="pieces/day", zh="熟手日件数", en="pieces of a skilled hand in a day", low=1, high=2000,
        source="baoding.csv: 4,000-5,000 yuan a month when skilled, 26 days of 0.75 yuan pieces", status="seed",
    )  # fmt: skip
    practice_days: Dated = setting(
        200, unit="days", zh="熟练天数", en="work that closes 63 % of the gap", low=1, high=2000,
        source="learning curve of wages.toml, two years of half days; assumed", status="assumption",
    )  # fmt: skip
    carer_days: Dated = setting(
        100, unit="days/year", zh="居家可做工天数", en="full days that somebody at home can spare", low=0, high=330,
        source="baoding.csv: over 6,000 yuan a year is a hundred days of a novice", status="seed",
    )  # fmt: skip
    farmer_days: Dated = setting(
        40, unit="days/year", zh="务农可做工天数", en="days that somebody in the own business can spare", low=0,
        high=330, source="the slack season; assumed", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.5, unit="share", zh="闲时价值", en="worth of a spare day against a mean day at home", low=0, high=1,
        source="as for relief work; assumed", status="assumption",
    )  # fmt: skip
    orders: Dated = setting(
        192e6, unit="yuan/year", zh="订单总额", en="piece pay that the orders from outside bring", low=0, high=1e10,
        source="baoding.csv: 32,000 persons at 6,000 yuan", status="seed", scaled=True,
    )  # fmt: skip


class HomeHandicraft(VillageProject):
    """Points of 20 kinds of handicraft in poor villages; who is at home and has time works for them by the piece."""

    kind, family = "home_handicraft", "industry"
    zh, en = "家庭手工业", "handicraft at home"
    about_zh = "贫困村设20类手工业的加工点；在家有空闲的人计件做工。"
    Settings = CraftSettings
    months, service_months = (4,), QUARTER_ENDS

    def suited(self, region: Region, s: Any) -> Rows:
        v = region.rows("village")
        return (v.poor_village & (v.craft_points <= 0.0)).nonzero()[0]

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.points * s.setup)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        region.rows("village").craft_points[villages] = s.points
        take(region, self, villages, "village")
        self.spend(region, s, "handicraft.points", villages, self.yuan(region, s, villages))

    def service(self, region: Region, s: Any) -> None:
        """Each quarter the orders are shared among those who take them; practice grows with the days worked."""
        v = region.rows("village")
        if region.calendar_month not in QUARTER_ENDS or not v.craft_points.any():
            return
        if not self.settings.active(region.month):
            v.craft_points[own_mask(region, self, "village")] = 0.0
            return
        h, person = region.rows("household"), region.rows("person")
        who = takers(region, s, own_mask(region, self, "village"))
        home = person.household[who]
        days, pay = 0.25 * spare_days(region, s, who), day_pay(region, s, who)
        weight = h.weight[home]
        part = float(part_sold(np.array([weighted_sum(days * pay, weight)]), 0.25 * s.orders)[0])
        person.craft[who] = practised(person.craft[who].astype(np.float64), part * days, s.practice_days)
        due = np.bincount(home, part * days * pay, minlength=len(h))
        rows = (due > 0.0).nonzero()[0]
        region.reach(self, rows)
        pay_households(region, "handicraft.pay", Side("markets"), rows, due[rows], self.id, earned=True)


def day_pay(region: Region, s: Any, who: Rows) -> Amounts:
    """What a full day of pieces earns each person, yuan: the rate times the pieces that practice allows."""
    practice = region.rows("person").craft[who].astype(np.float64)
    return np.asarray(s.piece_rate * pieces_a_day(s.novice_pieces, s.master_pieces, practice))


def spare_days(region: Region, s: Any, who: Rows) -> Amounts:
    """Full days in a year that each person can spare at home: more in care than in the own business, less if weak."""
    person = region.rows("person")
    days = np.where(person.activity[who] == CARE, s.carer_days, s.farmer_days)
    return np.asarray(days * person.capacity[who])


def takers(region: Region, s: Any, there: Any) -> Rows:
    """Able persons at home in villages with points, for whom the pieces are worth the time, as far as there are places.
    `there` marks the villages whose points are asked for.

    The registered come first, among equals the practised.
    """
    v, person = region.rows("village"), region.rows("person")
    who, _ = workers_at_home(region, (v.craft_points > 0.0) & there)
    rate = {"rate": s.piece_rate, "novice": s.novice_pieces, "master": s.master_pieces}
    who = with_time(region, who, carer_days=s.carer_days, farmer_days=s.farmer_days, slack=s.slack, **rate)
    village, helped, weight, uid = in_line(region, who, helped=Lookup(supported(region)))
    key = 2.0 * ~helped + (1.0 - person.craft[who]) + 1e-3 * person.priority[who]
    return np.asarray(who[admit(village, key, weight, s.places * v.craft_points * v.weight, uid)])


@among("person")
def with_time(
    region: Region,
    person: Any,
    carer_days: float,
    farmer_days: float,
    slack: float,
    rate: float,
    novice: float,
    master: float,
) -> Any:
    """Persons who can spare days, for whom the pieces are worth the time."""
    activity, capacity = person.activity, person.capacity
    earns = np.where(activity == OWN, region.rows("household").home_return[person.household], 0.0)
    pay = rate * pieces_a_day(novice, master, person.craft.astype(np.float64))
    days = np.where(activity == CARE, carer_days, farmer_days) * capacity
    return (capacity > 0.0) & works_for_the_day(pay, earns, slack, region.p.work_days_year) & (days > 0.0)


@rowwise("person")
def in_line(region: Region, person: Any, helped: Lookup) -> tuple[Any, Any, Any, Any]:
    """Village of persons, whether they are supported, their weight and key."""
    h, home = region.rows("household"), person.household
    return h.village[home], helped[home], h.weight[home], person.uid


KINDS = (HomeHandicraft,)
