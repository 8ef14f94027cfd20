"""Education: teachers sent to far schools, schools and pupils twinned, and a census that finds who has dropped out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import AUGUST, OCTOBER, SEPTEMBER
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Rows
from fupin.model.instruments.schools import SchoolMoney, compulsory, pupils_by_village
from fupin.model.near import part_within
from fupin.model.person import JUNIOR, NOT_IN_SCHOOL, PRIMARY, YEARS
from fupin.model.processes.household_sums import homes, sum_school
from fupin.model.processes.queue import admit
from fupin.model.processes.schooling import SchoolYear, at_risk
from fupin.model.processes.support import supported
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

PAIRS = declare_stream("schools.pairs", "which pupils are paired with a pupil or teacher of a city school")
CENSUS = declare_stream("schools.census", "whether the census finds a child, and whether it is talked into school")


def learn(region: Region, pupils: Rows, log_pay: Amounts | float) -> None:
    """What pupils learn beyond their years shows in their pay when they work."""
    person = region.rows("person")
    person.talent[pupils] = np.clip(person.talent[pupils] + log_pay, -1.0, 1.0)


class TeacherSettings(Funded):
    """How many teachers, what they add and how long it lasts."""

    teachers: Dated = setting(
        180, unit="teachers", zh="支教教师", en="teachers sent in a year", low=0, high=20000, scaled=True,
        source="mechanisms.csv M213: 180 teachers", status="seed",
    )  # fmt: skip
    allowance: Dated = setting(
        20000, unit="yuan/teacher/year", zh="支教津贴", en="allowance and travel", low=0, high=200000,
        source="20,000 a year (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    pupils: Dated = setting(
        30, unit="pupils/teacher", zh="每名教师学生数", en="pupils whom a teacher reaches", low=1, high=300,
        source="a class (general knowledge)", status="assumption",
    )  # fmt: skip
    gain: Dated = setting(
        0.5, unit="score", zh="质量提升", en="quality that a posted teacher adds for these pupils", low=0, high=2,
        source="mechanisms.csv M213: q += a per posted teacher; size assumed", status="assumption",
    )  # fmt: skip
    decay: Dated = setting(
        0.6, unit="1/year", zh="返岗后衰减", en="part of it that is lost a year after the return", low=0, high=1,
        source="mechanisms.csv M213: decays on return; size assumed", status="assumption",
    )  # fmt: skip
    return_to_quality: Dated = setting(
        0.01, unit="log/score/year", zh="质量的工资回报", en="pay for a year at a school better by one", low=0,
        high=0.1, source="mechanisms.csv M211: adult wage += r*q; size assumed", status="assumption",
    )  # fmt: skip


class TeachersSent(SchoolMoney):
    """Teachers go for a year to the villages that are farthest; pupils learn more, fewer leave, and it wears off."""

    kind = "teachers_sent"
    zh, en = "支教教师", "teachers sent"
    about_zh = "教师到最偏远的村支教一年：学生学得更多、辍学更少，效果逐渐消退。"
    sized_by = ("teachers",)
    Settings = TeacherSettings
    months = (SEPTEMBER,)
    service_months = (AUGUST, OCTOBER)

    def quality(self, region: Region) -> Amounts:
        """What was added to the quality of each village's school."""
        state = region.state_of(self)
        if not hasattr(state, "quality"):
            state.quality = np.zeros(len(region.rows("village")))
        return np.asarray(state.quality)

    def offer(self, region: Region, s: Any) -> None:
        """Post the year's teachers, the farthest villages first, as many to each as it has classes."""
        v, quality = region.rows("village"), self.quality(region)
        number = min(s.teachers, self.left(region, s) / max(s.allowance * (1.0 + s.administration_share), 1e-9))
        classes = pupils_by_village(region, compulsory(region)) / s.pupils
        order = np.lexsort((v.uid, -v.remoteness))
        asked = (v.weight * classes)[order]
        before = np.cumsum(asked) - asked
        posted = np.zeros(len(v))
        posted[order] = np.clip(number - before, 0.0, asked)
        share = posted / np.maximum(v.weight * classes, 1e-9)
        np.maximum(quality, s.gain * np.minimum(share, 1.0), out=quality)
        sent, wanted = float(posted.sum()), float(asked.sum())
        region.funnel.append((region.month, self.id, wanted, wanted, sent))
        by_county = np.bincount(v.county, s.allowance * posted, minlength=len(region.rows("county")))
        self.spend(region, s, "schools.teachers", by_county)

    def service(self, region: Region, s: Any) -> None:
        """In August what is left of earlier teachers fades; in October pupils have learnt from those who are there."""
        if not hasattr(region.state_of(self), "quality"):
            return
        quality = self.quality(region)
        if region.calendar_month == AUGUST:
            quality *= 1.0 - s.decay
        if region.calendar_month == OCTOBER:
            pupils = compulsory(region)
            village = region.rows("household").village[region.rows("person").household[pupils]]
            reached = quality[village] > 0.0
            learn(region, pupils[reached], s.return_to_quality * quality[village[reached]])

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """A better school keeps its pupils."""
        if hasattr(region.state_of(self), "quality"):
            village = region.rows("household").village[region.rows("person").household[pupils]]
            year.quality = year.quality + self.quality(region)[village]


class TwinSettings(Funded):
    """How many are paired and what a pair gains."""

    schools: Dated = setting(
        100, unit="schools", zh="结对学校", en="schools twinned", low=0, high=5000, scaled=True,
        source="mechanisms.csv M327: a hundred schools", status="seed",
    )  # fmt: skip
    teachers: Dated = setting(
        1000, unit="teachers", zh="结对教师", en="teachers who take part", low=0, high=50000, scaled=True,
        source="mechanisms.csv M327: a thousand teachers", status="seed",
    )  # fmt: skip
    pupils: Dated = setting(
        10000, unit="pupils", zh="结对学生", en="pupils who take part", low=0, high=500000, scaled=True,
        source="mechanisms.csv M327: ten thousand pupils", status="seed",
    )  # fmt: skip
    pupils_per_teacher: Dated = setting(
        10, unit="pupils/teacher", zh="每名教师结对学生", en="pupils for whom a teacher has time", low=1, high=200,
        source="mechanisms.csv M327: 10,000 over 1,000", status="seed",
    )  # fmt: skip
    school_size: Dated = setting(
        200, unit="pupils/school", zh="学校规模", en="pupils of a school, at most so many can be paired", low=1,
        high=5000, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    ability: Dated = setting(
        0.005, unit="log/year", zh="能力提升", en="gain in later pay for a year in a pair", low=0, high=0.1,
        source="mechanisms.csv M327: ability +a; size assumed", status="assumption",
    )  # fmt: skip
    interest: Dated = setting(
        0.3, unit="score", zh="学习兴趣", en="what a pair adds to the pull of school", low=0, high=2, source="assumed",
        status="assumption",
    )  # fmt: skip
    cost: Dated = setting(
        300, unit="yuan/pupil/year", zh="结对经费", en="visits and books of a pair", low=0, high=10000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class SchoolTwinning(SchoolMoney):
    """Pupils of far schools are paired with teachers and pupils of city schools, the registered first."""

    kind = "school_twinning"
    zh, en = "城乡学校结对", "twinning of schools"
    about_zh = "偏远学校学生与城里学校师生结对，建档立卡学生优先。"
    sized_by = ("schools", "teachers", "pupils")
    Settings = TwinSettings
    months = (SEPTEMBER,)

    def pairs(self, s: Any) -> float:
        """Pupils who can be paired: as many as pupils, teachers and schools allow."""
        return float(min(s.pupils, s.teachers * s.pupils_per_teacher, s.schools * s.school_size))

    def offer(self, region: Region, s: Any) -> None:
        """Pair by lot, once for the years of compulsory school: registered pupils before others."""
        h, person, state = region.rows("household"), region.rows("person"), region.state_of(self)
        pupils = compulsory(region)
        home = person.household[pupils]
        luck = region.draws.uniform(PAIRS, 0, person.uid[pupils]) + ~supported(region, home)
        afforded = self.left(region, s) / max(s.cost * (1.0 + s.administration_share), 1e-9)
        room = np.array([min(self.pairs(s), afforded)])
        got = admit(np.zeros(len(pupils), np.int64), luck, h.weight[home], room, person.uid[pupils])
        state.paired = pupils[got]
        asked, served = float(h.weight[home].sum()), float(h.weight[home[got]].sum())
        region.funnel.append((region.month, self.id, asked, asked, served))
        by_county = np.bincount(h.county[home[got]], h.weight[home[got]], minlength=len(region.rows("county")))
        self.spend(region, s, "schools.twinning", s.cost * by_county)
        region.reach(self, home[got])
        learn(region, state.paired, s.ability)

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """Who has a friend at a good school thinks more of school."""
        paired = getattr(region.state_of(self), "paired", None)
        if paired is not None and self.settings.active(region.month):
            s = self.settings.at(region.month)
            year.quality = year.quality + s.interest * np.isin(pupils, paired)


class CensusSettings(Funded):
    """Who is found and what a visit does."""

    detect: Dated = setting(
        1.0, unit="0-1", zh="普查覆盖", en="coverage of the census; what it sees follows the team's accuracy", low=0,
        high=1, source="mechanisms.csv M329: a census of all", status="seed",
    )  # fmt: skip
    persuade: Dated = setting(
        0.5, unit="share", zh="劝返成功率", en="children found who are talked into school", low=0, high=1,
        source="mechanisms.csv M329: visits cut dropout; size assumed", status="assumption",
    )  # fmt: skip
    youngest: Dated = setting(
        12, unit="years", zh="普查年龄下限", en="youngest dropouts who are brought back", low=6, high=15,
        source="primary school is over; assumed", status="assumption",
    )  # fmt: skip
    oldest: Dated = setting(
        15, unit="years", zh="普查年龄上限", en="oldest children of compulsory school", low=12, high=18,
        source="nine years of compulsory school (general knowledge)", status="assumption",
    )  # fmt: skip
    cost: Dated = setting(
        200, unit="yuan/child", zh="劝返成本", en="visits to a child at risk", low=0, high=10000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class SchoolCensus(SchoolMoney):
    """A census of all children of compulsory age: pupils at risk are visited, dropouts brought back."""

    kind = "school_census"
    zh, en = "义务教育普查与控辍保学", "school census"
    about_zh = "普查全部义务教育适龄儿童：走访有辍学风险的学生，劝返已辍学的。"
    sized_by = ("detect",)
    Settings = CensusSettings
    months = (OCTOBER,)  # after pupils have moved up

    def found(self, region: Region, s: Any, persons: Rows) -> Amounts:
        """Chance that the census sees a child as it is: coverage times what teams know of the village."""
        village = region.rows("household").village[region.rows("person").household[persons]]
        return np.asarray(s.detect * accuracy_by_village(region)[village])

    def offer(self, region: Region, s: Any) -> None:
        """Bring dropouts of compulsory age back, as far as they are found and persuaded."""
        h, person = region.rows("household"), region.rows("person")
        out = np.flatnonzero(
            person.alive & (person.stage == NOT_IN_SCHOOL) & (person.age >= s.youngest) & (person.age <= s.oldest)
            & (person.schooling < YEARS[JUNIOR]) & (person.schooling >= YEARS[PRIMARY])
            & ~person.disabled & ~person.able
        )  # fmt: skip
        u = region.draws.uniforms(CENSUS, region.month, person.uid[out], 2)
        visits = region.state_of(self).__dict__.pop("visits", np.zeros(len(region.rows("county"))))
        found = self.found(region, s, out)
        wanted = self.bill(region, s, out[u[0] < found])
        left = self.left(region, s) - float(visits.sum()) * (1.0 + s.administration_share)
        found = part_within(float(wanted.sum()) * (1.0 + s.administration_share), max(left, 0.0)) * found
        seen = out[u[0] < found]
        back = out[(u[0] < found) & (u[1] < s.persuade)]
        yuan = visits + self.bill(region, s, seen)
        stages = [float(h.weight[person.household[some]].sum()) for some in (out, seen, back)]
        region.funnel.append((region.month, self.id, stages[0], stages[1], stages[2]))
        self.spend(region, s, "schools.census", yuan)
        person.stage[back] = JUNIOR
        sum_school(region, homes(region, back))
        region.reach(self, person.household[back])

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """Pupils of junior high who are found to be at risk are visited in time, as far as the year's money goes.

        The visits are paid with the census in October; how many there are is what is to be expected.
        """
        if self.settings.active(region.month):
            s, offered = self.settings.at(region.month), {"distance": year.distance, "aid": year.aid}
            junior = region.rows("person").stage[pupils] == JUNIOR
            found = np.where(junior, self.found(region, s, pupils), 0.0)
            quality = year.quality + np.zeros(len(pupils))
            visits = self.bill(region, s, pupils, found * at_risk(region, pupils, **offered, quality=quality))
            part = part_within(float(visits.sum()) * (1.0 + s.administration_share), self.left(region, s))
            region.state_of(self).visits = part * visits
            year.kept = 1.0 - (1.0 - year.kept) * (1.0 - part * found * s.persuade)

    def bill(self, region: Region, s: Any, persons: Rows, times: Any = 1.0) -> Amounts:
        """What visits to some children cost, population yuan by county."""
        h, home = region.rows("household"), region.rows("person").household[persons]
        return np.asarray(s.cost * np.bincount(h.county[home], times * h.weight[home], len(region.rows("county"))))


KINDS = (TeachersSent, SchoolTwinning, SchoolCensus)
