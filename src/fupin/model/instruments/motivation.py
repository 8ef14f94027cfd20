"""Motivation: role models, awards, stars, night schools and lectures. They move minds; income follows by effort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.household import NEVER
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.governance import SECOND_MONTHS
from fupin.model.instruments.institutions import Institution, InstitutionSettings, homes_in
from fupin.model.processes.conduct import encourage
from fupin.model.processes.queue import standing
from fupin.model.rules.incentives import (
    after_rating,
    aspiring,
    encouraged,
    knowledge_gained,
    lesson_gain,
    taught_by_example,
)
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes, supported_weight

if TYPE_CHECKING:
    from fupin.model.region import Region

ATTENDANCE = declare_stream("motivation.attendance", "whether a household comes to the night school, by quarter")
RATING = declare_stream("motivation.rating", "error with which villagers rate each other, yearly")


@rowwise("household")
def own_gain(region: Region, h: Any) -> Any:
    """Growth of income by own work: growth of the last full year times the earned share of this year's income."""
    earned = np.maximum(h.wage_income + h.operating_income, 0.0)
    other = np.maximum(h.property_income, 0.0) + np.maximum(h.transfer_income, 0.0)
    return h.income_growth * earned / np.maximum(earned + other, 1.0)


@among("household")
def ever_listed(region: Region, h: Any) -> Any:
    """Who is or was on the list."""
    return h.registry != NEVER


@rowwise("household")
def look_up_to(
    region: Region, h: Any, share: Lookup, growth: Lookup, example_weight: float, aspiration_pull: float
) -> None:
    """A quarter among neighbours who rose by their own work: how many they are in each village, and how fast."""
    village = h.village
    h.motivation = taught_by_example(h.motivation, share[village], example_weight)
    h.aspiration = aspiring(h.aspiration, growth[village], aspiration_pull)


@among("household")
def at_lesson(region: Region, h: Any, attendance: float) -> Any:
    """Who comes to the night school this quarter, of those whom somebody lives with."""
    return (h.residents > 0.0) & (region.draws.uniform(ATTENDANCE, region.month, h.uid) < attendance)


@rowwise("household")
def hear_lectures(region: Region, h: Any, lectures: float, reach: float) -> None:
    """Knowledge of the rules after a quarter's lectures."""
    h.knowledge = knowledge_gained(h.knowledge, lectures, reach)


class RoleModelSettings(InstitutionSettings):
    """Who is an example, and what an example does."""

    least_gain: Dated = setting(
        0.1, unit="1/year", zh="典型最低增收", en="least growth by own work of an example", low=0, high=0.5,
        source="about the growth of poor areas (P1); threshold assumed", status="assumption",
    )  # fmt: skip
    example_weight: Dated = setting(
        0.1, unit="1/year", zh="典型带动力", en="weight of the example of neighbours", low=0, high=1,
        source="mechanisms.csv M262; literature.md lam_net 0.02-0.15", status="assumption",
    )  # fmt: skip
    aspiration_pull: Dated = setting(
        0.2, unit="1/year", zh="期望带动", en="pull of the examples' growth on aspiration", low=0, high=1,
        source="mechanisms.csv M262; Genicot and Ray in literature.md; size assumed", status="assumption",
    )  # fmt: skip


class RoleModels(Institution):
    """Those who rose by their own work tell their neighbours how: spirits and aspirations rise.

    Examples are households that are or were on the list; without any in a village nothing happens there. Aspirations
    that run ahead of growth dampen motivation again (rule 9).
    """

    kind, family = "role_models", "motivation"
    zh, en = "身边典型带动", "role models among neighbours"
    about_zh = "靠自己劳动脱贫的人向邻里讲经验，提振动力和期望。"
    Settings = RoleModelSettings
    work_months = SECOND_MONTHS

    def models(self, region: Region, s: Any, known: Rows) -> Any:
        """Mask over those who are or were listed: risen by own work."""
        return own_gain(region, known) >= max(s.least_gain, 1e-9)

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        h, n = region.rows("household"), len(region.rows("village"))
        homes = homes_in(region, villages)
        known = ever_listed(region, homes)
        models = known[self.models(region, s, known)]
        peers = np.bincount(h.village[known], minlength=n)
        count = np.bincount(h.village[models], minlength=n)
        growth = np.bincount(h.village[models], h.income_growth[models], minlength=n) / np.maximum(count, 1.0)
        share = count / np.maximum(peers, 1.0)
        beside = homes[(count > 0)[h.village[homes]].nonzero()[0]]
        force = {"example_weight": s.example_weight, "aspiration_pull": s.aspiration_pull}
        look_up_to(region, beside, share=Lookup(share), growth=Lookup(growth), **force)


class AwardSettings(Funded):
    """How many win, what they get, and what it does."""

    winners: Dated = setting(
        0.05, unit="share", zh="表彰比例", en="winners among the listed and lately listed", low=0, high=0.5,
        source="mechanisms.csv M264: top share by own-income gain; size assumed", status="assumption",
    )  # fmt: skip
    grant: Dated = setting(
        1000, unit="yuan/household", zh="奖金", en="grant to a winner", low=0, high=50000,
        source="mechanisms.csv M264: one grant g; amount assumed", status="assumption",
    )  # fmt: skip
    winner_push: Dated = setting(
        0.15, unit="share", zh="获奖者激励", en="part of missing motivation that a winner gains", low=0, high=1,
        source="literature.md: an award adds 0.05-0.10 to winners (of about 0.4 missing)", status="published estimate",
    )  # fmt: skip
    neighbour_part: Dated = setting(
        0.5, unit="share", zh="邻里带动", en="part of that in a neighbour of a winner", low=0, high=1,
        source="literature.md: half to network neighbours", status="published estimate",
    )  # fmt: skip
    neighbours_reached: Dated = setting(
        0.3, unit="share", zh="邻里到场比例", en="neighbours who are moved", low=0, high=1,
        source="those who come to the meeting; assumed", status="assumption",
    )  # fmt: skip


class Awards(Instrument):
    """A meeting each November honours those whose income grew most by their own work; neighbours look on."""

    kind, family = "awards", "motivation"
    zh, en = "脱贫光荣表彰", "awards"
    about_zh = "每年11月开表彰会，表彰靠自身劳动增收最多的户，带动邻里。"
    sized_by = ("winners",)
    Settings = AwardSettings
    months = (11,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_homes(region)
        rows = rows[h.workers[rows] > 0]
        return np.asarray(rows[own_gain(region, rows) > 0.0])

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(-own_gain(region, rows))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), float(s.grant))

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.winners * supported_weight(region))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay the grants; winners gain heart, and of their neighbours those who come."""
        h = region.rows("household")
        self.pay(region, s, "award", rows, self.cost(region, s, rows))
        h.motivation[rows] = encouraged(h.motivation[rows], s.winner_push)
        looks_on = np.ones(len(h), np.bool_)
        looks_on[rows] = False
        there = homes_in(region, np.unique(h.village[rows]))
        others = there[looks_on[there]]
        come = region.draws.uniform(ATTENDANCE, self._key(region), h.uid[others]) < s.neighbours_reached
        moved = others[come]
        encourage(region, moved, push=s.winner_push * s.neighbour_part)


class StarSettings(InstitutionSettings):
    """How the rating is taken."""

    pride: Dated = setting(
        0.05, unit="1", zh="荣誉激励", en="push at the very top", low=0, high=0.5,
        source="mechanisms.csv M337: effort responds to rank; size assumed", status="assumption",
    )  # fmt: skip
    spur: Dated = setting(
        0.08, unit="1", zh="鞭策", en="push below the middle", low=0, high=0.5,
        source="mechanisms.csv M337; size assumed", status="assumption",
    )  # fmt: skip
    last_places: Dated = setting(
        0.2, unit="share", zh="末位范围", en="share of the village at the end of the rating that may lose heart", low=0,
        high=1, source="the last fifth; general knowledge, to verify", status="assumption",
    )  # fmt: skip
    discouragement: Dated = setting(
        0.1, unit="1", zh="末位气馁", en="motivation lost at the very end of the rating", low=0, high=1,
        source="last places may lose heart (general knowledge); size assumed", status="assumption",
    )  # fmt: skip
    error: Dated = setting(
        0.1, unit="0-1", zh="评议误差", en="spread of the error of the rating", low=0, high=1,
        source="mechanisms.csv M270: motivation is hard to measure; size assumed", status="assumption",
    )  # fmt: skip


class StarHouseholds(Institution):
    """Each December villagers rate each other in public by how they exert themselves; the rank spurs or shames."""

    kind, family = "star_households", "motivation"
    zh, en = "星级文明户评选", "star-rated households"
    about_zh = "每年12月村民公开互评勤劳程度，名次使人奋进，也使人难堪。"
    Settings = StarSettings
    work_months = (12,)

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        h, n = region.rows("household"), len(region.rows("village"))
        homes = homes_in(region, villages)
        place = h.village[homes]
        seen = h.motivation[homes] + s.error * region.draws.normal(RATING, region.month, h.uid[homes])
        equal = np.ones(len(homes))
        rank = standing(place, seen, equal, h.uid[homes]) / np.bincount(place, minlength=n)[place]
        h.motivation[homes] = after_rating(h.motivation[homes], rank, s.pride, s.spur, s.last_places, s.discouragement)


class NightSchoolSettings(InstitutionSettings):
    """How often it meets and who comes."""

    sessions: Dated = setting(
        12, unit="sessions/year", zh="每年场次", en="evenings in a year", low=0, high=100,
        source="mechanisms.csv M274 names no number; one a month assumed", status="assumption",
    )  # fmt: skip
    attendance: Dated = setting(
        0.4, unit="share", zh="到课率", en="households that come in a quarter", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    lesson_effect: Dated = setting(
        0.1, unit="share", zh="讲习激励上限", en="part of missing motivation that very many evenings of a quarter give",
        low=0, high=1, source="mechanisms.csv M274; literature.md weights 0.02-0.15", status="assumption",
    )  # fmt: skip
    lessons_half: Dated = setting(
        6, unit="sessions/quarter", zh="半效场次", en="evenings of a quarter that give half of that", low=0.5, high=50,
        source="saturation; assumed", status="assumption",
    )  # fmt: skip
    evening_cost: Dated = setting(
        300, unit="yuan/session", zh="每场费用", en="teacher and room of an evening", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class NightSchools(Institution):
    """Evening schools and lecture halls in villages: who comes gains heart, ever less with each more evening.

    What is gained fades as motivation returns to its base (rule 9).
    """

    kind, family = "night_schools", "motivation"
    zh, en = "讲习所与农民夜校", "night schools"
    about_zh = "村里办讲习所和农民夜校：参加者提振动力，次数越多，每次的作用越小。"
    Settings = NightSchoolSettings
    work_months = SECOND_MONTHS

    def yearly(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.yearly_cost + s.sessions * s.evening_cost)

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        if s.sessions <= 0.0:
            return
        come = at_lesson(region, homes_in(region, villages), attendance=s.attendance)
        encourage(region, come, push=float(lesson_gain(s.sessions / 4.0, s.lesson_effect, s.lessons_half)))


class LectureSettings(InstitutionSettings):
    """How many lectures, whom they reach, and what knowledge is worth."""

    lectures: Dated = setting(
        4, unit="lectures/year", zh="每年宣讲场次", en="lectures in a year", low=0, high=50,
        source="mechanisms.csv M336 names no number; one a quarter assumed", status="assumption",
    )  # fmt: skip
    lecture_reach: Dated = setting(
        0.3, unit="share", zh="每场知晓率", en="of those who do not know, reached by a lecture", low=0, high=0.99,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    take_up_weight: Dated = setting(
        0.5, unit="share", zh="知晓后不再放弃的比例", en="refusals that fall away with full knowledge", low=0, high=1,
        source="literature.md take-up 0.3-0.7 early, 0.95 late; the part of knowledge assumed", status="assumption",
    )  # fmt: skip


class LectureTeams(Institution):
    """Lecturers go from village to village and explain the rules: who knows what is offered takes it up more often."""

    kind, family = "lecture_teams", "motivation"
    zh, en = "政策宣讲队", "lecture teams"
    about_zh = "宣讲队逐村讲解政策：知道有什么政策的人更常申请。"
    Settings = LectureSettings
    work_months = Institution.months

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        """Knowledge spreads each quarter; it enters the take-up that the pipeline draws (`conduct.informed`)."""
        hear_lectures(region, homes_in(region, villages), lectures=s.lectures / 4.0, reach=float(s.lecture_reach))


KINDS = (RoleModels, Awards, StarHouseholds, NightSchools, LectureTeams)
