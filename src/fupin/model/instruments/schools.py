"""Education: boarding schools, schools kept in villages, kindergartens, and fees that are waived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model.ages import SCHOOL
from fupin.model.calendar import SEPTEMBER
from fupin.model.engine.among import among
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import elsewhere
from fupin.model.ledger import weighted_sum
from fupin.model.near import part_within, room_for
from fupin.model.person import JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, VOCATIONAL
from fupin.model.processes.care import relieve
from fupin.model.processes.household_sums import homes, members_of
from fupin.model.processes.queue import admit
from fupin.model.processes.schooling import SchoolYear
from fupin.model.processes.stakes import choose_villages
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region


@among("person")
def compulsory(region: Region, person: Any) -> Any:
    """Pupils of the nine years of compulsory school."""
    return person.alive & ((person.stage == PRIMARY) | (person.stage == JUNIOR))


def grade(region: Region, persons: Rows) -> Amounts:
    """School year that pupils are in, 1-9 and more."""
    return np.asarray(region.rows("person").schooling[persons] + 1.0)


def pupils_by_village(region: Region, persons: Rows) -> Amounts:
    """Pupils in some person rows by village, its own number."""
    h, person, v = region.rows("household"), region.rows("person"), region.rows("village")
    home = person.household[persons]
    return np.bincount(h.village[home], h.weight[home], minlength=len(v)) / np.maximum(v.weight, 1e-9)


class SchoolMoney(Instrument):
    """Schools are paid by the counties, not by households."""

    family = "education"

    def spend(self, region: Region, s: Any, purpose: str, by_county: Amounts) -> None:
        """Pay for schools, population yuan by county."""
        self.fund(region, s, by_county)
        region.ledger.post_by_county(purpose, "counties", "markets", by_county, self.id)


class BoardingSettings(Funded):
    """How many schools, for whom, at what cost."""

    schools: Dated = setting(
        68, unit="schools", zh="寄宿制学校数", en="boarding schools of the plan", low=0, high=2000, scaled=True,
        source="mechanisms.csv M212: 68 schools", status="seed",
    )  # fmt: skip
    years: Dated = setting(
        3, unit="years", zh="建设年限", en="years in which they are built", low=1, high=10,
        source="mechanisms.csv M212: a plan of three years", status="seed",
    )  # fmt: skip
    cost: Dated = setting(
        6560000, unit="yuan/school", zh="单校投资", en="cost of a school", low=0, high=1e8,
        source="mechanisms.csv M212: 446m yuan for 68 schools", status="seed",
    )  # fmt: skip
    beds: Dated = setting(
        300, unit="pupils/school", zh="单校床位", en="beds of a school", low=1, high=3000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    least_grade: Dated = setting(
        4, unit="grade", zh="寄宿起始年级", en="boarders from this grade on", low=1, high=12,
        source="mechanisms.csv M212: grade 4 and up board", status="seed",
    )  # fmt: skip
    far: Dated = setting(
        0.0, unit="score", zh="远校门槛", en="remoteness from which a pupil needs a bed", low=-3, high=3,
        source="the farther half; assumed", status="assumption",
    )  # fmt: skip
    at_school: Dated = setting(
        -1.5, unit="score", zh="寄宿后距离", en="remoteness that is left for a boarder", low=-4, high=4,
        source="mechanisms.csv M212: distance cost 0, as of the nearest villages", status="assumption",
    )  # fmt: skip
    running: Dated = setting(
        1500, unit="yuan/boarder/year", zh="寄宿运行费", en="running cost of a boarder", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


@among("person")
def live_far_away(region: Region, person: Any, far: float) -> Any:
    """Persons of villages from a remoteness on."""
    village = region.rows("household").village[person.household]
    return region.rows("village").remoteness[village] >= far


class BoardingSchools(SchoolMoney):
    """Beds for pupils from far villages, the farthest first: who boards has no way to go."""

    kind = "boarding_schools"
    zh, en = "寄宿制学校", "boarding schools"
    about_zh = "为偏远村学生提供寄宿床位，最远的优先；寄宿生免去上学路程。"
    sized_by = ("schools",)
    Settings = BoardingSettings
    months = (3,)
    service_months = (SEPTEMBER,)

    def far_pupils(self, region: Region, s: Any) -> Rows:
        """Pupils of the ages of compulsory school, from the grade on, in far villages."""
        pupils = live_far_away(region, compulsory(region), far=s.far)
        return np.asarray(pupils[grade(region, pupils) >= s.least_grade])

    def offer(self, region: Region, s: Any) -> None:
        """Build the year's schools, counties by the far pupils who have no bed yet, as far as the budget goes."""
        state, h, person = region.state_of(self), region.rows("household"), region.rows("person")
        counties = len(region.rows("county"))
        if not hasattr(state, "beds"):
            state.beds, state.schools = np.zeros(counties), 0.0
        pupils = self.far_pupils(region, s)
        home = person.household[pupils]
        asked = np.bincount(h.county[home], h.weight[home], minlength=counties)
        lacking = np.maximum(asked - state.beds, 0.0)
        wanted = min(s.schools / s.years, max(s.schools - state.schools, 0.0))
        wanted = min(wanted, float(lacking.sum()) / s.beds)
        built = min(wanted, self.left(region, s) / max(s.cost * (1.0 + s.administration_share), 1e-9))
        region.funnel.append((region.month, self.id, float(asked.sum()), float(lacking.sum()), built * s.beds))
        if built > 0.0:
            by_county = built * lacking / max(float(lacking.sum()), 1e-9)
            self.spend(region, s, "schools.building", s.cost * by_county)
            state.beds += s.beds * by_county
            state.schools += built

    def service(self, region: Region, s: Any) -> None:
        """In September beds are given out and running them is paid for as far as the money goes."""
        state, h, person = region.state_of(self), region.rows("household"), region.rows("person")
        if region.calendar_month != SEPTEMBER or not hasattr(state, "beds"):
            return
        pupils = self.far_pupils(region, s) if self.settings.active(region.month) else np.empty(0, np.int64)
        home = person.household[pupils]
        beds = np.minimum(1.0, self.left(region, s) / max(self.full_cost(s, state), 1e-9)) * state.beds
        nearest_last = -region.rows("village").remoteness[h.village[home]]
        got = admit(h.county[home], nearest_last, h.weight[home], beds, person.uid[pupils])
        state.boards = pupils[got]
        by_county = np.bincount(h.county[home[got]], h.weight[home[got]], minlength=len(state.beds))
        self.spend(region, s, "schools.running", s.running * by_county)
        region.reach(self, home[got])

    def full_cost(self, s: Any, state: Any) -> float:
        """Cost of running all beds for a year, population yuan."""
        return float(s.running * state.beds.sum() * (1.0 + s.administration_share))

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """Boarders have no way to school."""
        boards = getattr(region.state_of(self), "boards", None)
        if boards is not None and len(boards):
            s = self.settings.at(region.month)
            year.distance = np.where(np.isin(pupils, boards), np.minimum(year.distance, s.at_school), year.distance)


class VillageSchoolSettings(Funded):
    """Which schools are kept, for whom, at what cost and quality."""

    least_pupils: Dated = setting(
        10, unit="pupils", zh="保留最低学生数", en="least pupils of a school that is kept", low=0, high=500,
        source="teaching points of fewer than 100 pupils are kept (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    last_grade: Dated = setting(
        9, unit="grade", zh="就近入学最高年级", en="last grade that is taught near home", low=1, high=12,
        source="mechanisms.csv M218 keeps small schools; nine-year schools assumed", status="assumption",
    )  # fmt: skip
    nearer: Dated = setting(
        1.5, unit="score", zh="就近程度", en="remoteness that a school in the village takes away", low=0, high=4,
        source="from far to the county's mean; size assumed", status="assumption",
    )  # fmt: skip
    fixed: Dated = setting(
        60000, unit="yuan/school/year", zh="校点固定经费", en="yearly cost of a school whatever its size", low=0,
        high=5e6, source="two teachers (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    full_size: Dated = setting(
        60, unit="pupils", zh="完全小学规模", en="size from which a school is as good as others", low=1, high=1000,
        source="assumed", status="assumption",
    )  # fmt: skip
    small_penalty: Dated = setting(
        0.3, unit="score", zh="小规模质量损失", en="quality that the smallest school lacks", low=0, high=1,
        source="mixed classes; size assumed", status="assumption",
    )  # fmt: skip
    share: Dated = setting(
        0.5, unit="share of far villages", zh="保留比例", en="far villages whose school is kept", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class VillageSchools(SchoolMoney):
    """Small schools are kept in far villages: the way is short, but few pupils make a poorer and dearer school."""

    kind = "village_schools"
    zh, en = "保留村小和教学点", "village schools kept"
    about_zh = "偏远村保留小学和教学点：上学路近，但学生少，质量较低、花费较高。"
    sized_by = ("share",)
    Settings = VillageSchoolSettings
    months = (SEPTEMBER,)

    def near_pupils(self, region: Region, s: Any) -> Rows:
        """Pupils who would go to the village's school."""
        pupils = compulsory(region)
        return np.asarray(pupils[grade(region, pupils) <= s.last_grade])

    def offer(self, region: Region, s: Any) -> None:
        """Keep the schools of the farthest villages with enough pupils, as far as the money goes."""
        state, v = region.state_of(self), region.rows("village")
        pupils = pupils_by_village(region, self.near_pupils(region, s))
        kept_by_others = elsewhere(region, self, lambda one: getattr(region.state_of(one), "kept", False))
        rows = np.flatnonzero((v.remoteness > 0.0) & (pupils >= s.least_pupils) & ~kept_by_others)
        order = rows[np.lexsort((v.uid[rows], -v.remoteness[rows]))]
        yuan = v.weight[order] * s.fixed * (1.0 + s.administration_share)
        far = float(v.weight[v.remoteness > 0.0].sum())
        kept = choose_villages(region, s.share * far, self.left(region, s), order, yuan)
        region.funnel.append((region.month, self.id, far, float(v.weight[rows].sum()), float(v.weight[kept].sum())))
        state.kept = np.zeros(len(v), np.bool_)
        state.kept[kept] = True
        state.quality = -s.small_penalty * np.maximum(1.0 - pupils / s.full_size, 0.0)
        by_county = np.bincount(v.county[kept], s.fixed * v.weight[kept], minlength=len(region.rows("county")))
        self.spend(region, s, "schools.running", by_county)

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """The way is shorter and the school what its size makes it."""
        state = region.state_of(self)
        if not hasattr(state, "kept") or not self.settings.active(region.month):
            return
        s = self.settings.at(region.month)
        village = region.rows("household").village[region.rows("person").household[pupils]]
        # schooling counts the year that ends now, so a pupil's grade here is the one just done
        near = state.kept[village] & (region.rows("person").schooling[pupils] <= s.last_grade)
        year.distance = np.where(near, year.distance - s.nearer, year.distance)
        year.quality = year.quality + np.where(near, state.quality[village], 0.0)


class PreschoolSettings(Funded):
    """Places, cost and the care that a place takes over."""

    setup: Dated = setting(
        150000, unit="yuan/village", zh="幼儿园建设", en="a kindergarten in a village", low=0, high=5e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    running: Dated = setting(
        2000, unit="yuan/child/year", zh="运行经费", en="running cost of a child", low=0, high=30000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        30, unit="children/village", zh="村园学位", en="places of a kindergarten", low=0, high=500,
        source="a class (general knowledge)", status="assumption",
    )  # fmt: skip
    youngest: Dated = setting(
        3, unit="years", zh="入园年龄", en="age from which children come", low=1, high=6,
        source="three years of preschool (general knowledge)", status="assumption",
    )  # fmt: skip
    hours: Dated = setting(
        0.7, unit="share", zh="照料替代比例", en="part of a child's care that a place takes over", low=0, high=1,
        source="mechanisms.csv M211, M313: a place lowers care cost; size assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.2, unit="share of poor villages", zh="年度新建比例", en="poor villages that get one in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class Preschool(SchoolMoney):
    """Kindergartens in poor villages take over part of the care of children, left behind or not: parents can work."""

    kind = "preschool"
    zh, en = "学前教育与村级幼儿园", "kindergartens in villages"
    about_zh = "贫困村办幼儿园，分担留守和其他幼儿的照料，父母可以务工。"
    sized_by = ("share_per_year",)
    Settings = PreschoolSettings
    months = (3,)
    service_months = (2, SEPTEMBER)

    def offer(self, region: Region, s: Any) -> None:
        """Open kindergartens where most children are."""
        state, v = region.state_of(self), region.rows("village")
        if not hasattr(state, "open"):
            state.open = np.zeros(len(v), np.bool_)
        children = pupils_by_village(region, self.children(region, s))
        taken = state.open | elsewhere(region, self, lambda one: getattr(region.state_of(one), "open", False))
        rows = np.flatnonzero(v.poor_village & ~taken & (children > 0.0))
        order = rows[np.lexsort((v.uid[rows], -children[rows]))]
        yuan = v.weight[order] * s.setup * (1.0 + s.administration_share)
        poor = float(v.weight[v.poor_village].sum())
        chosen = choose_villages(region, s.share_per_year * poor, self.left(region, s), order, yuan)
        region.funnel.append((region.month, self.id, poor, float(v.weight[rows].sum()), float(v.weight[chosen].sum())))
        if len(chosen):
            state.open[chosen] = True
            by_county = np.bincount(v.county[chosen], s.setup * v.weight[chosen], minlength=len(region.rows("county")))
            self.spend(region, s, "schools.building", by_county)

    def children(self, region: Region, s: Any) -> Rows:
        """Children of the age of kindergarten."""
        person = region.rows("person")
        return np.flatnonzero(person.alive & (person.age >= s.youngest) & (person.age < SCHOOL))

    def service(self, region: Region, s: Any) -> None:
        """Each February and September places are given out, the youngest of a household counted with the others."""
        state, h, person = region.state_of(self), region.rows("household"), region.rows("person")
        if region.calendar_month not in (2, SEPTEMBER) or not hasattr(state, "open"):
            return
        children = self.children(region, s)
        children = children[state.open[h.village[person.household[children]]] & self.settings.active(region.month)]
        home = person.household[children]
        counties = len(region.rows("county"))
        places = s.places * region.rows("village").weight * state.open
        got = home[admit(h.village[home], -person.age[children], h.weight[home], places, person.uid[children])]
        each = 0.5 * s.running * h.weight[got] * (1.0 + s.administration_share)
        got = got[room_for(each.cumsum(), self.left(region, s))]
        yuan = 0.5 * s.running * np.bincount(h.county[got], h.weight[got], minlength=counties)
        self.spend(region, s, "schools.running", yuan)
        region.reach(self, got)
        relieve(region, state, s.hours * region.p.child_care * np.bincount(got, minlength=len(h)))


class FeeSettings(Funded):
    """Fees of the year and for whom they are waived."""

    senior: Dated = setting(
        1600, unit="yuan/pupil/year", zh="普通高中学杂费", en="fees of senior high", low=0, high=10000,
        source="part of schooling.cost_senior (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    vocational: Dated = setting(
        2000, unit="yuan/pupil/year", zh="中职学杂费", en="fees of vocational school", low=0, high=10000,
        source="part of schooling.cost_vocational (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    waived: Dated = setting(
        1.0, unit="share", zh="减免比例", en="part that is waived", low=0, high=1,
        source="mechanisms.csv M210: fee = 0", status="seed",
    )  # fmt: skip
    registered_only: bool = setting(
        True, zh="高中仅限建档立卡", en="senior high: registered households only",
        source="mechanisms.csv M210: registered pupils first for senior high; vocational for all", status="seed",
    )  # fmt: skip


class FeeWaiver(Instrument):
    """The county pays the fees of registered senior-high pupils and of all vocational pupils: school costs less."""

    kind, family = "fee_waiver", "education"
    zh, en = "高中与中职免学杂费", "fees waived"
    about_zh = "县财政免除建档立卡高中生和全部中职生的学杂费，上学花费减少。"
    sized_by = ("waived",)
    single = Label("学杂费只免一次", "a fee is waived once")
    Settings = FeeSettings
    months = (10,)

    def waived(self, region: Region, s: Any, pupils: Rows) -> Amounts:
        """What each pupil does not pay, yuan a year."""
        person = region.rows("person")
        stage, home = person.stage[pupils], person.household[pupils]
        senior = (stage == SENIOR) & (supported(region, home) | (not s.registered_only))
        return np.asarray(s.waived * np.where(senior, s.senior, np.where(stage == VOCATIONAL, s.vocational, 0.0)))

    def eligible(self, region: Region, s: Any) -> Rows:
        """Households with a pupil whose fee is waived."""
        person = region.rows("person")
        pupils = (person.alive & (person.stage != NOT_IN_SCHOOL)).nonzero()[0]
        return homes(region, pupils[self.waived(region, s, pupils) > 0.0])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Fees of the pupils of each household."""
        person, (members, home) = region.rows("person"), members_of(region, rows)
        pupils = (person.alive[members] & (person.stage[members] != NOT_IN_SCHOOL)).nonzero()[0]
        return np.bincount(home[pupils], self.waived(region, s, members[pupils]), len(rows))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Schools bill households as ever; the county gives the fee back, which is no income."""
        self.pay(region, s, "education.fees", rows, self.cost(region, s, rows))

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """Who thinks of leaving knows that the fee is waived, as far as the year's money goes."""
        if self.settings.active(region.month):
            s: Any = self.settings.at(region.month)
            rows = self.eligible(region, s)
            yuan = weighted_sum(self.cost(region, s, rows), region.rows("household").weight[rows])
            part = part_within(yuan * (1.0 + s.administration_share), self.budget_left(region, s))
            year.aid = year.aid + part * self.waived(region, s, pupils)


KINDS = (BoardingSchools, VillageSchools, Preschool, FeeWaiver)
