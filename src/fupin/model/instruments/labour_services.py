"""Labour services: a register of workers and jobs, courses with a promised job, a vocational base, labour brands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.employment import SkillsTraining, TrainingSettings
from fupin.model.instruments.own_rows import alone, own, take
from fupin.model.modifiers import modify
from fupin.model.person import LOCAL, MIGRANT
from fupin.model.processes.household_sums import refresh_pay
from fupin.model.processes.labour import assign, worths
from fupin.model.processes.staff import ordinary, spread_hired
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.rules.industry import part_sold
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import working_homes

if TYPE_CHECKING:
    from fupin.model.region import Region

PLACED = declare_stream("training.placed", "whether the promised job is there for a trainee, yearly")


class RegisterSettings(Funded):
    """Coverage and cost of the register."""

    coverage: Dated = setting(
        0.9, unit="share", zh="登记覆盖率", en="households with workers that are reached where all is seen", low=0,
        high=1, source="000: a thorough survey of surplus labour; size assumed", status="assumption",
    )  # fmt: skip
    service_cost: Dated = setting(
        50, unit="yuan/household", zh="登记成本", en="yearly cost of a household in the register", low=0, high=5000,
        source="mechanisms.csv M176: registry cost a household; size assumed", status="assumption",
    )  # fmt: skip


class JobRegister(Instrument):
    """Who is in the register hears of the county's vacancies; it is as complete as teams know their village."""

    kind, family = "job_register", "employment"
    zh, en = "劳动力底数与就业信息库", "register of workers and jobs"
    about_zh = "登记在册的劳动力得知县内空岗；工作队越了解村情，登记越全。"
    sized_by = ("coverage",)
    Settings = RegisterSettings
    months, service_months = (1,), (1,)

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = working_homes(region)
        return rows if alone(region, self) else np.asarray(rows[~region.rows("household").job_known[rows]])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Reached as far as the administration sees the village."""
        return np.asarray(s.coverage * accuracy_by_village(region)[region.rows("household").village[rows]])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.service_cost)

    def offer(self, region: Region, s: Any) -> None:
        """The register is drawn up anew each year."""
        self.strike_off(region)
        super().offer(region, s)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        region.rows("household").job_known[rows] = True
        take(region, self, rows)
        self.buy(region, s, "register.service", rows, self.cost(region, s, rows))

    def service(self, region: Region, s: Any) -> None:
        """A register that is no longer kept is of no use after its year."""
        if region.calendar_month == 1 and not self.settings.active(region.month):
            self.strike_off(region)

    def strike_off(self, region: Region) -> None:
        """Its register is closed."""
        known = region.rows("household").job_known
        known[own(region, self, known.nonzero()[0])] = False


class OrderSettings(TrainingSettings):
    """A course that ends in a job."""

    places: Dated = setting(
        5000, unit="persons/year", zh="年度培训规模", en="places of the region", low=0, high=1e6, scaled=True,
        source="a fifth of ordinary training; assumed", status="assumption",
    )  # fmt: skip
    placed: Dated = setting(
        0.6, unit="share", zh="订单就业率", en="trainees for whom the promised job is there", low=0, high=1,
        source="mechanisms.csv M177: p1 above p0; size assumed", status="assumption",
    )  # fmt: skip
    promise: Dated = setting(
        1.5, unit="utils", zh="岗位承诺", en="worth of a job that is certain", low=0, high=10,
        source="about the cost of switching; assumed", status="assumption",
    )  # fmt: skip


class OrderTraining(SkillsTraining):
    """Firms order a course and take the trainees, as far as they have vacancies and the trainees want the job."""

    kind, family = "order_training", "employment"
    zh, en = "校企对接与订单培训", "courses to order"
    about_zh = "企业下单办班并录用学员，以企业有空岗、学员愿意去为限。"
    Settings = OrderSettings

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        person = region.rows("person")
        who = self.those_of(region, rows)
        super().deliver(region, s, rows)
        luck = region.draws.uniform(PLACED, self._key(region), person.uid[who])
        self.place(region, s, who[luck < s.placed])

    def place(self, region: Region, s: Any, who: Rows) -> None:
        """Local vacancies go to the trainees of the county for whom a certain job is worth most."""
        person, h, e = region.rows("person"), region.rows("household"), region.rows("enterprise")
        own, local, away, care = worths(region, who)
        who = who[local + s.promise > np.maximum(np.maximum(own, away), care)]
        home = person.household[who]
        free = np.where(ordinary(e), np.maximum(e.jobs - e.filled, 0.0), 0.0)
        weight = h.weight[home]
        found = assign(h.county[home], person.priority[who], weight, person.uid[who], e.county, free)
        got = (found >= 0).nonzero()[0]
        spread_hired(region, free, h.county[home[got]], weight[got])
        settle_in(region, who[got], LOCAL, found[got])


class VocationalSettings(OrderSettings):
    """A long course at the vocational base."""

    course_cost: Dated = setting(
        6000, unit="yuan/person", zh="培训费", en="cost of a course", low=0, high=50000,
        source="half a year at a vocational school (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    days: Dated = setting(
        60, unit="days", zh="培训天数", en="days of a course", low=1, high=300, source="assumed", status="assumption",
    )  # fmt: skip
    gain: Dated = setting(
        0.5, unit="share", zh="技能提升", en="share of the gap in skill that a course closes", low=0, high=1,
        source="twice a short course; assumed", status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        500, unit="persons/year", zh="年度培训规模", en="places of the base", low=0, high=1e6, scaled=True,
        source="baoding.csv: over 2,000 persons in all; four years assumed", status="assumption",
    )  # fmt: skip
    placed: Dated = setting(
        0.9, unit="share", zh="就业率", en="graduates for whom a job away is found", low=0, high=1,
        source="004: train one, employ one; size assumed", status="assumption",
    )  # fmt: skip
    oldest: Dated = setting(
        40, unit="years", zh="培训年龄上限", en="oldest trainee", low=16, high=60, source="assumed",
        status="assumption",
    )  # fmt: skip


class VocationalBase(OrderTraining):
    """The base trains one member of a poor household for months and finds a job in the cities."""

    kind, family = "vocational_base", "employment"
    zh, en = "职教基地：培训一人就业一人", "vocational base"
    about_zh = "贫困户一人到职教基地培训数月，由基地介绍到城市就业。"
    Settings = VocationalSettings

    def place(self, region: Region, s: Any, who: Rows) -> None:
        """Graduates go where the base sends them, if that is worth more to them than what they could do otherwise."""
        own, local, away, care = worths(region, who)
        who = who[away + s.promise > np.maximum(np.maximum(own, local), care)]
        settle_in(region, who, MIGRANT, np.full(len(who), -1))


def settle_in(region: Region, who: Rows, activity: int, employer: Rows) -> None:
    """The trainees take up their jobs."""
    person = region.rows("person")
    person.activity[who] = activity
    person.employer[who] = employer
    person.tenure[who] = 0.0
    person.restless[who] = False


class BrandSettings(TrainingSettings):
    """What a brand is worth, and for how many."""

    places: Dated = setting(
        3000, unit="persons/year", zh="年度培训规模", en="places of the region", low=0, high=1e6, scaled=True,
        source="three brands of a thousand each; assumed", status="assumption",
    )  # fmt: skip
    course_cost: Dated = setting(
        3000, unit="yuan/person", zh="培训费", en="cost of a course with an examination", low=0, high=50000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    premium: Dated = setting(
        0.15, unit="log", zh="品牌工资溢价", en="pay of a holder above others, while the brand is rare", low=0, high=1,
        source="mechanisms.csv M321: wage + x; size assumed", status="assumption",
    )  # fmt: skip
    search: Dated = setting(
        0.4, unit="utils", zh="求职便利", en="lower cost of finding work away", low=0, high=3,
        source="mechanisms.csv M321: search cost − c; size assumed", status="assumption",
    )  # fmt: skip
    demand: Dated = setting(
        20000, unit="persons", zh="品牌用工需求", en="holders whom the market pays the full premium", low=0, high=1e7,
        scaled=True, source="electricians of Shunping, builders of Tangxian, carvers of Quyang; size assumed",
        status="assumption",
    )  # fmt: skip
    least_motivation: Dated = setting(
        0.5, unit="0-1", zh="考核通过门槛", en="motivation from which trainees pass", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip


class LabourBrands(SkillsTraining):
    """Electricians, builders, carvers: a certificate earned by training raises pay for good and opens doors away."""

    kind, family = "labour_brands", "employment"
    zh, en = "劳务品牌（电工、建筑、雕刻）", "labour brands"
    about_zh = "电工、建筑、雕刻：培训取得证书，工资长期提高，外出门路更宽。"
    Settings = BrandSettings

    def trainees(self, region: Region, s: Any) -> Rows:
        """As for other courses, without those who hold the certificate."""
        who = super().trainees(region, s)
        return np.asarray(who[~region.rows("person").brand[who]])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Who passes gets the certificate: the premium that the market still pays, and easier ways to work away."""
        person, h = region.rows("person"), region.rows("household")
        who = self.those_of(region, rows)
        super().deliver(region, s, rows)
        passed = who[h.motivation[person.household[who]] >= s.least_motivation]
        person.brand[passed] = True
        person.talent[passed] = np.minimum(person.talent[passed] + premium_of_brand(region, s), 1.0)
        refresh_pay(region, passed)
        modify(region, "labour.migration", person.household[passed], s.search)


def premium_of_brand(region: Region, s: Any) -> float:
    """Log premium for new holders: in full up to the demand, diluted beyond it."""
    person, h = region.rows("person"), region.rows("household")
    holders = float(h.weight[person.household[person.brand.nonzero()[0]]].sum())
    return float(s.premium * part_sold(np.array([holders]), s.demand)[0])


KINDS = (JobRegister, OrderTraining, VocationalBase, LabourBrands)
