"""Employment: skills training, a platform for work away from home, and relief work in the slack season."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.person import CARE, OWN
from fupin.model.processes.household_sums import refresh_pay
from fupin.model.processes.public_works import improve
from fupin.model.processes.queue import admit, foremost
from fupin.model.rules.employment import course_uptake, works_for_the_day
from fupin.model.rules.wages import learning
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import able_members, supported_homes, supported_rows, supported_workers
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

NEVER = 10**9  # a month after all others
SITES = declare_stream("relief.order", "order in which households are hired for relief work, yearly")


def hands_at_home(region: Region, rows: Rows) -> Amounts:
    """Workers of some households who neither work for others nor hold a post."""
    return np.asarray(spare_hands(region, rows))


@rowwise("household")
def spare_hands(region: Region, h: Any) -> Any:
    """The same, by row."""
    return h.workers - h.local_workers - h.migrants - h.post_pay


def workers_at_home(region: Region, villages: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Able persons of some villages (a mask) in their own business or in care, and their households."""
    person = region.rows("person")
    who = able_members(region, villages[region.rows("household").village].nonzero()[0])
    who = at_home(region, who)
    return who, person.household[who]


@among("person")
def at_home(region: Region, person: Any) -> Any:
    """Who is in the own business or in care."""
    return keeps_home(person.activity)


def keeps_home(activity: Any) -> Any:
    """The same by what they do. Elementwise."""
    return (activity == OWN) | (activity == CARE)


class TrainingSettings(Funded):
    """Cost, length and worth of a course, and who comes."""

    course_cost: Dated = setting(
        1500, unit="yuan/person", zh="培训费", en="cost of a course", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    days: Dated = setting(
        20, unit="days", zh="培训天数", en="days of a course", low=1, high=90,
        source="short courses of two to four weeks (general knowledge)", status="assumption",
    )  # fmt: skip
    allowance: Dated = setting(
        50, unit="yuan/day", zh="培训补贴", en="allowance of a trainee", low=0, high=300,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    gain: Dated = setting(
        0.25, unit="share", zh="技能提升", en="share of the gap in skill that a course closes", low=0, high=1,
        source="half of a year's learning on the job (wages.learning_rate); size assumed", status="assumption",
    )  # fmt: skip
    quarter_days: Dated = setting(
        70, unit="days", zh="季工作日", en="working days of the quarter of the course", low=30, high=92,
        source="general knowledge", status="assumption",
    )  # fmt: skip
    most_absence: Dated = setting(
        0.9, unit="share", zh="最长缺工占比", en="part of the quarter that a trainee's farm lacks him, at most", low=0,
        high=0.99, source="evenings and Sundays remain; assumed", status="assumption",
    )  # fmt: skip
    oldest: Dated = setting(
        50, unit="years", zh="培训年龄上限", en="oldest trainee", low=16, high=60,
        source="mechanisms.csv M179: young and middle-aged (青壮年); the age assumed", status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        26000, unit="persons/year", zh="年度培训规模", en="places of the region", low=0, high=1e6, scaled=True,
        source="baoding.csv: 104,700 person-times of late; four years assumed", status="assumption",
    )  # fmt: skip
    uptake_constant: Dated = setting(
        -0.8, unit="utils", zh="参训意愿常数", en="uptake constant", low=-5, high=3,
        source="about a third of those invited at mean motivation; assumed", status="assumption",
    )  # fmt: skip
    uptake_motivation: Dated = setting(
        2.0, unit="utils", zh="动力权重", en="weight of motivation above one half", low=0, high=6,
        source="as for micro-credit, model.md rule 8", status="assumption",
    )  # fmt: skip
    uptake_schooling: Dated = setting(
        0.5, unit="utils/3 years", zh="教育权重", en="weight of schooling above seven years", low=0, high=3,
        source="as for micro-credit, model.md rule 8", status="assumption",
    )  # fmt: skip


@among("person")
def teachable(region: Region, person: Any, oldest: float) -> Any:
    """Persons at home who are young enough for a course and have something to learn."""
    return keeps_home(person.activity) & (person.age <= oldest) & (person.skill < 1.0)


@rowwise("person")
def as_pupils(region: Region, person: Any) -> tuple[Any, Any, Any]:
    """Household, skill and key of persons."""
    return person.household, person.skill, person.uid


class SkillsTraining(Instrument):
    """A winter course for one member of a registered household who is at home: skill for days and money.

    Skill raises pay and the worth of migration through the rules of wages and labour; the days are lost to the farm.
    """

    kind, family = "skills_training", "employment"
    zh, en = "技能培训", "skills training"
    about_zh = "冬季培训建档立卡户中一名在家劳动力：用时间和资金换技能。"
    sized_by = ("places",)
    Settings = TrainingSettings
    months, service_months = (1,), (1, 4, 7, 10)

    def trainees(self, region: Region, s: Any) -> Rows:
        """Of each registered household the least skilled member who is at home and young enough."""
        who = teachable(region, supported_workers(region), oldest=s.oldest)
        return np.asarray(who[foremost(*as_pupils(region, who))])

    def eligible(self, region: Region, s: Any) -> Rows:
        """Their households; the delivery, before which nothing changes, finds the invited noted."""
        who = region.state_of(self).invited = self.trainees(region, s)
        return np.asarray(region.rows("person").household[who])

    def those_of(self, region: Region, rows: Rows) -> Rows:
        """Of the invited the members of some households, in the order of the households."""
        who = region.state_of(self).invited
        chosen = np.zeros(len(region.rows("household")), np.bool_)
        chosen[rows] = True
        return np.asarray(who[chosen[region.rows("person").household[who]]])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        h = region.rows("household")
        weights = (s.uptake_constant, s.uptake_motivation, s.uptake_schooling)
        return np.asarray(course_uptake(h.motivation[rows], h.schooling[rows], *weights))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.course_cost + s.days * s.allowance)

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.places)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Teach: the trainee is more skilled and thinks again; the household lacks his days until April."""
        h, person = region.rows("household"), region.rows("person")
        who = self.those_of(region, rows)
        person.skill[who] = learning(person.skill[who], s.gain)
        person.restless[who] = True
        refresh_pay(region, who)
        self.buy(region, s, "training.course", rows, np.full(len(rows), s.course_cost))
        self.pay(region, s, "training.allowance", rows, np.full(len(rows), s.days * s.allowance))
        share = np.where(person.activity[who] == OWN, person.capacity[who], 0.0) / np.maximum(h.own_labour[rows], 1.0)
        lost = np.log1p(-np.minimum(s.days / s.quarter_days, s.most_absence) * np.minimum(share, 1.0))
        modify(region, "farm.productivity", rows, lost)
        region.state_of(self).absent = (rows, lost)

    def service(self, region: Region, s: Any) -> None:
        """When the winter is over the trainees are back on the farm."""
        absent = getattr(region.state_of(self), "absent", None)
        if absent and region.calendar_month != self.months[0] and region.calendar_month % 3 == 1:
            modify(region, "farm.productivity", absent[0], -absent[1])
            region.state_of(self).absent = None


class PlatformSettings(Funded):
    """What the platform offers and what it costs."""

    ease: Dated = setting(
        0.5, unit="utils", zh="外出便利", en="ease of migration for those registered", low=0, high=3,
        source="mechanisms.csv M184: lower cost and job uncertainty; size assumed, about a third of switching cost",
        status="assumption",
    )  # fmt: skip
    hard_ease: Dated = setting(
        0.0, unit="utils", zh="深山区定向招工", en="more ease in mountain villages: directed hiring", low=0, high=2,
        source="mechanisms.csv M183: firms are brought to hard regions; off by default, size to be chosen",
        status="assumption",
    )  # fmt: skip
    service_cost: Dated = setting(
        200, unit="yuan/household", zh="服务成本", en="registration and information, a year", low=0, high=5000,
        source="mechanisms.csv M176: registry cost a household; size assumed", status="assumption",
    )  # fmt: skip
    transport: Dated = setting(
        500, unit="yuan/worker/year", zh="交通补贴", en="transport subsidy of a migrant", low=0, high=5000,
        source="common county rate (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        26000, unit="households/year", zh="年度服务规模", en="households served in a year", low=0, high=1e6,
        scaled=True, source="baoding.csv: 104,700 person-times of late; four years assumed", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.7, unit="share", zh="登记率", en="take-up", low=0, high=1, source="no cost to the household; assumed",
        status="assumption",
    )  # fmt: skip
    months: Dated = setting(
        12, unit="months", zh="服务期", en="months of service", low=1, high=60, source="the yearly labour survey",
        status="assumption",
    )  # fmt: skip


class LabourPlatform(Instrument):
    """Registers workers at home, brings them jobs of the platform cities and pays their way."""

    kind, family = "labour_platform", "employment"
    zh, en = "劳务输出对接平台", "labour export platform"
    about_zh = "登记在家劳动力，介绍平台城市的岗位，并付路费。"
    sized_by = ("places",)
    Settings = PlatformSettings
    months = (2,)

    def served(self, region: Region) -> tuple[Amounts, Rows]:
        """Ease that each household has now, and the month in which it lapses."""
        state, n = region.state_of(self), len(region.rows("household"))
        if not hasattr(state, "ease"):
            state.ease, state.until, state.first_end = np.zeros(n), np.full(n, -1), NEVER
        return state.ease, state.until

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_homes(region)
        return np.asarray(rows[(hands_at_home(region, rows) >= 1.0) & (self.served(region)[1][rows] <= region.month)])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.take_up)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.service_cost)

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.places)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Register the households: for a year work away is easier to come by, and their workers think again."""
        person = region.rows("person")
        self.lapse(region)
        (ease, until), state = self.served(region), region.state_of(self)
        self.buy(region, s, "platform.service", rows, self.cost(region, s, rows))
        hard = region.rows("village").terrain[region.rows("household").village[rows]] == MOUNTAIN
        ease[rows], until[rows] = s.ease + np.where(hard, s.hard_ease, 0.0), region.month + int(s.months)
        state.first_end = min(state.first_end, region.month + int(s.months))
        modify(region, "labour.migration", rows, ease[rows])
        person.restless[able_members(region, rows)] = True

    def lapse(self, region: Region) -> None:
        """End the service of those whose months are over."""
        state = region.state_of(self)
        end = region.month if self.settings.active(region.month) else NEVER
        if end < getattr(state, "first_end", NEVER):
            return
        ease, until = self.served(region)
        over = ((until >= 0) & (until <= end)).nonzero()[0]
        modify(region, "labour.migration", over, -ease[over])
        ease[over], until[over] = 0.0, -1
        state.first_end = int(until[until >= 0].min(initial=NEVER))

    def service(self, region: Region, s: Any) -> None:
        """Services lapse; in January those who worked away get their way paid."""
        self.lapse(region)
        if region.calendar_month != 1:
            return
        h, (_, until) = region.rows("household"), self.served(region)
        rows = ((until >= 0) & (h.migrants > 0.0)).nonzero()[0]
        due = s.transport * h.migrants[rows]
        if len(rows):
            yuan = weighted_sum(due, h.weight[rows]) * (1.0 + s.administration_share)
            self.pay(region, s, "platform.transport", rows, part_within(yuan, self.left(region, s)) * due)


class ReliefSettings(Funded):
    """Size of the works, pay and days."""

    project: Dated = setting(
        300000, unit="yuan/village", zh="工程规模", en="yearly works of a village", low=0, high=5e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    wage_share: Dated = setting(
        0.15, unit="share", zh="劳务报酬占比", en="pay of local workers in the cost", low=0.05, high=0.6,
        source="10 % at least, 15 % from 2020 (general knowledge of the work-for-relief rules)", status="assumption",
    )  # fmt: skip
    day_wage: Dated = setting(
        100, unit="yuan/day", zh="日工资", en="pay of a day", low=0, high=500,
        source="within the 80 to 200 yuan a day of the mushroom base (baoding.csv); assumed", status="assumption",
    )  # fmt: skip
    most_days: Dated = setting(
        40, unit="days/year", zh="每户最多天数", en="days for a household, at most", low=1, high=200,
        source="a slack season; assumed", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.5, unit="share", zh="农闲时值", en="worth of a day in the slack season against the mean", low=0, high=1,
        source="general knowledge", status="assumption",
    )  # fmt: skip
    days_of_work: Dated = setting(
        250, unit="days/year", zh="年工作日", en="working days of a year", low=100, high=365,
        source="365 - 104 - 11 days (Ministry of Labour and Social Security, 2008 No. 3); migrants 10 months of 24.9 "
        "days (NBS monitoring report of 2016); for work at home assumed, see labour.work_days_year",
        status="assumption",
    )  # fmt: skip
    road_cost: Dated = setting(
        30000, unit="yuan/household", zh="道路全覆盖成本", en="cost of a full road", low=1000, high=500000,
        source="as village_roads; terrain in the mean", status="assumption",
    )  # fmt: skip


class WorkRelief(Instrument):
    """Winter road works in poor villages that hire registered villagers by the day."""

    kind, family = "work_relief", "employment"
    zh, en = "以工代赈", "work for relief"
    about_zh = "冬季在贫困村修路，按日雇用建档立卡村民。"
    sized_by = ("project",)
    Settings = ReliefSettings
    months = (11,)

    def eligible(self, region: Region, s: Any) -> Rows:
        """Registered households of poor villages with hands at home, for whom the day is worth it."""
        h, v, rows = region.rows("household"), region.rows("village"), supported_rows(region)
        rows = rows[(hands_at_home(region, rows) >= 1.0) & v.poor_village[h.village[rows]]]
        return np.asarray(rows[works_for_the_day(s.day_wage, h.home_return[rows], s.slack, s.days_of_work)])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Pay and the materials that go with it."""
        return np.full(len(rows), s.most_days * s.day_wage / s.wage_share)

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """In each village as many as the works can pay; then within the year's budget."""
        h, v = region.rows("household"), region.rows("village")
        yuan = h.weight[rows] * self.cost(region, s, rows)
        key = region.draws.uniform(SITES, self._key(region), h.uid[rows])
        return super().select(region, s, rows[admit(h.village[rows], key, yuan, s.project * v.weight, h.uid[rows])])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay the days, buy the materials; the road grows with what is spent."""
        h, v = region.rows("household"), region.rows("village")
        wages = np.full(len(rows), s.most_days * s.day_wage)
        materials = self.cost(region, s, rows) - wages
        self.pay(region, s, "relief.wages", rows, wages, earned=True)
        by_county = self.charge(region, s, rows, materials)
        region.ledger.post_by_county("relief.materials", "counties", "markets", by_county, self.id)
        built = np.bincount(h.village[rows], wages + materials, minlength=len(v))
        where = (built > 0.0).nonzero()[0]
        improve(region, "road", where, built[where] / (s.road_cost * np.maximum(v.households[where], 1.0)))
