"""Public posts: budgeted places in villages and forests, given to those whom other work leaves out, paid each month."""

from __future__ import annotations

import zlib
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import months_left
from fupin.model.engine.kernels import rowwise
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.person import CARE, LOCAL, POST
from fupin.model.processes.household_sums import members_of
from fupin.model.processes.labour import WORKERS, care_asked, worth_of_posts, worths_at_home, worths_of_jobs
from fupin.model.processes.public_works import improve
from fupin.model.processes.queue import admit, foremost, run_lengths, run_starts
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes, of_villages, supported_homes
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region
SURELY = 0.999999  # of the money: the sum below is added up in another order, and rounding must not decide


class PostSettings(Funded):
    """Pay of a post and who comes first."""

    pay: Dated = setting(
        600, unit="yuan/month", zh="岗位月薪", en="pay of a post", low=0, high=5000,
        source="mechanisms.csv M182 names no amount; county rates of 300 to 1,000 are common (general knowledge)",
        status="assumption",
    )  # fmt: skip
    target: str = setting(
        "registered", zh="对象", en="whom", choices=("registered", "all"),
        source="posts of the five-batch programme are for the registered (baoding document)", status="assumption",
    )  # fmt: skip
    weak_first: Dated = setting(
        1.0, unit="0-1", zh="弱劳力优先", en="priority of weak labour: 0 a lottery, 1 strictly first", low=0, high=1,
        source="mechanisms.csv M182: offered in order of weak labour", status="seed",
    )  # fmt: skip
    weak_age: Dated = setting(
        50, unit="years", zh="弱劳力年龄", en="counted as weak labour from this age", low=16, high=60,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class Posts(Instrument):
    """Posts that are filled in the middle month of a quarter and paid every month.

    A worker takes a post if it is worth more than what he could do instead, keeps it while it is (`labour.choose`) and
    loses it when the money or the programme ends. Pay does not depend on labour capacity.
    """

    family = "employment"
    months = (2, 5, 8, 11)

    @property
    def mark(self) -> int:
        """Name of the instrument as a number, in `person.post`: the same wherever it stands in the package."""
        return zlib.crc32(self.id.encode()) >> 1  # 31 bits: what a column of four bytes holds beside -1

    @abstractmethod
    def places(self, region: Region, s: Any) -> tuple[Rows, Amounts]:
        """Group of each village (−1: no posts there) and posts of each group, population units."""

    def candidates(self, region: Region, s: Any, room: Amounts, group: Rows) -> Rows:
        """Able persons without a post, one or more a household, where posts are free."""
        _person, villages = region.rows("person"), (group >= 0) & (room[group] > 0.0)
        if not villages.any():
            return np.empty(0, np.int64)
        rows = supported_homes(region) if s.target == "registered" else homes(region)
        members, home = members_of(region, rows[villages[region.rows("household").village[rows]]])
        posted, able = posted_and_able(region, members)
        served = np.zeros(len(rows), np.bool_)
        served[home[posted]] = True
        return np.asarray(members[(able & ~served[home]).nonzero()[0]])

    def accepted(self, region: Region, s: Any, who: Rows) -> Any:
        """For whom a post is worth more than the present work or any other that needs no vacancy."""
        accepts, post, activity, caring = rather_than_home(region, who, wage=12.0 * s.pay)
        open_to = accepts.nonzero()[0]  # jobs are weighed by those who would not rather stay at home
        more = {"post": post[open_to], "activity": activity[open_to], "caring": caring[open_to]}
        accepts[open_to] = rather_than_jobs(region, who[open_to], **more)
        return accepts

    def offer(self, region: Region, s: Any) -> None:
        """Fill free posts: those who accept, the weak first, one a household, as far as the year's money pays."""
        h, person = region.rows("household"), region.rows("person")
        group, posts = self.places(region, s)
        held = self.held(region)
        home = person.household[held]
        taken = np.bincount(group[h.village[home]] + 1, h.weight[home], minlength=len(posts) + 1)[1:]
        room = np.maximum(posts - taken, 0.0)
        asked = self.candidates(region, s, room, group)
        if not len(asked):
            region.funnel.append((region.month, self.id, 0.0, 0.0, 0.0))
            return
        willing = asked[self.accepted(region, s, asked)]
        at, key, uid, village, weight = in_line(region, willing, weak_first=s.weak_first, weak_age=s.weak_age)
        first = foremost(at, key, uid)
        willing, key, uid, weight = willing[first], key[first], uid[first], weight[first]
        offered, applied = float(h.weight[person.household[asked]].sum()), float(weight.sum())
        got = admit(group[village[first]], key, weight, room, uid)
        willing, key, uid, weight = willing[got], key[got], uid[got], weight[got]
        yearly = s.pay * (1.0 + s.administration_share) * months_left(region.calendar_month)
        paid_for = self.left(region, s) / max(yearly, 1e-9) - h.weight[home].sum()
        one = np.zeros(len(willing), np.int64)
        got = admit(one, key, weight, np.array([max(paid_for, 0.0)]), uid)
        won = willing[got]
        region.funnel.append((region.month, self.id, offered, applied, float(weight[got].sum())))
        region.reach(self, person.household[won])
        region.state_of(self).held = np.sort(np.append(held, won))
        person.post[won] = self.mark
        person.post_wage[won] = 12.0 * s.pay
        person.activity[won] = POST
        person.employer[won] = -1
        person.tenure[won] = 0.0

    def held(self, region: Region) -> Rows:
        """Persons who hold one of its posts; nobody else gives or takes these."""
        state = region.state_of(self)
        if not hasattr(state, "held"):
            state.held = (region.rows("person").post == self.mark).nonzero()[0]
        return np.asarray(state.held)

    def dismiss(self, region: Region, who: Rows) -> None:
        """The post ends; the person looks for something else."""
        person = region.rows("person")
        person.post[who] = -1
        person.post_wage[who] = 0.0
        still = who[person.activity[who] == POST]
        person.activity[still] = CARE
        person.tenure[still] = 0.0
        person.restless[still] = True

    def service(self, region: Region, s: Any) -> None:
        """Strike off who left, dismiss whom the money does not reach (the newest first), and pay the others."""
        h, person, state = region.rows("household"), region.rows("person"), region.state_of(self)
        held = self.held(region)
        if not len(held):
            return
        stays = (person.activity[held] == POST) & self.settings.active(region.month)
        if not stays.all():
            self.dismiss(region, held[~stays])
            held = held[stays]
        yuan = h.weight[person.household[held]] * s.pay * (1.0 + s.administration_share)
        left = self.left(region, s)
        if yuan.sum() > SURELY * left:  # otherwise there is money for all, whoever comes first
            newest_last = person.priority[held] - person.tenure[held]
            served = admit(np.zeros(len(held), np.int64), newest_last, yuan, np.array([left]), person.uid[held])
            paid = np.zeros(len(held), np.bool_)
            paid[served] = True
            self.dismiss(region, held[~paid])
            held = held[paid]
        state.held = held
        person.post_wage[held] = 12.0 * s.pay
        if not len(held) or s.pay <= 0.0:
            return
        home = person.household[held]  # in the order of households
        first = run_starts(home)
        due = run_lengths(first, len(home)) * s.pay
        self.pay(region, s, "posts.pay", home[first], due, earned=True)


@rowwise("person")
def posted_and_able(region: Region, person: Any) -> tuple[Any, Any]:
    """Who holds a post, and who could work in one."""
    return person.post >= 0, person.able


@rowwise("person", block=WORKERS)
def rather_than_home(region: Region, person: Any, wage: float) -> tuple[Any, Any, Any, Any]:
    """Is a post with a yearly wage worth more than own work and staying at home? What it is worth, the present
    activity, and the care that falls to each."""
    who, activity = person.span, person.activity
    caring = care_asked(region, who)
    post = worth_of_posts(region, who, wage) - region.p.switching_cost
    return post > np.maximum(*worths_at_home(region, who, activity, caring)), post, activity, caring


@rowwise("person", block=WORKERS)
def rather_than_jobs(region: Region, person: Any, post: Any, activity: Any, caring: Any) -> Any:
    """Is a post worth more than a local job, for those who have one, and than migration?"""
    local, away = worths_of_jobs(region, person.span, activity, caring)
    return post > np.maximum(np.where(activity == LOCAL, local, -np.inf), away)


@rowwise("person")
def in_line(region: Region, person: Any, weak_first: float, weak_age: float) -> tuple[Any, Any, Any, Any, Any]:
    """Household and place in the queue of those who would take a post, their keys, villages and weights."""
    h, home = region.rows("household"), person.household
    weak = weak_labour(person, h.care_burden[home], weak_age)
    key = person.priority + weak_first * np.where(weak, 0.0, 1.0)
    return home, key, person.uid, h.village[home], h.weight[home]


def weak_labour(person: Any, care: Any, weak_age: float) -> Any:
    """Weak labour: lost capacity, an age at which firms do not hire, or care at home. Elementwise."""
    return (person.capacity < 1.0) | (person.age >= weak_age) | (care > 0.0)


class PublicPostSettings(PostSettings):
    """How many posts a village has."""

    posts: Dated = setting(
        {"2014-01": 5}, unit="posts/village", zh="每村岗位", en="posts of a poor village", low=0, high=100,
        source="programme_totals.csv: 4.96m posts in 2020 over 128,000 poor villages and others (about 8 of them here)",
        status="assumption",
    )  # fmt: skip
    poor_only: bool = setting(
        True, zh="仅贫困村", en="poor villages only", source="poor villages first (general knowledge)",
        status="assumption",
    )  # fmt: skip
    cleaning: Dated = setting(
        0.0, unit="share", zh="保洁岗改善卫生", en="coverage of sanitation that a village's full posts keep up", low=0,
        high=0.5, source="mechanisms.csv M342: cleaning posts, explored; off by default", status="assumption",
    )  # fmt: skip


class PublicPosts(Posts):
    """Cleaning, patrol and care posts in villages for weak labour."""

    kind = "public_posts"
    zh, en = "公益岗位", "public welfare posts"
    about_zh = "在村里设保洁、巡护、护理等公益岗位，安置弱劳动力。"
    sized_by = ("posts",)
    Settings = PublicPostSettings

    def places(self, region: Region, s: Any) -> tuple[Rows, Amounts]:
        v = region.rows("village")
        open_here = v.poor_village if s.poor_only else np.ones(len(v), np.bool_)
        return np.where(open_here, np.arange(len(v)), -1), np.where(open_here, s.posts * v.weight, 0.0)

    def service(self, region: Region, s: Any) -> None:
        """Besides pay: cleaners keep the village clean as long as there are any; counted each January."""
        super().service(region, s)
        state, v = region.state_of(self), region.rows("village")
        kept = getattr(state, "kept", None)
        if region.calendar_month != 1 or (s.cleaning <= 0.0 and kept is None):
            return
        person, h = region.rows("person"), region.rows("household")
        home = person.household[self.held(region)]
        held = np.bincount(h.village[home], h.weight[home], minlength=len(v)) / v.weight
        wanted = s.cleaning * np.minimum(held / max(s.posts, 1e-9), 1.0)
        before = np.zeros(len(v)) if kept is None else kept
        rows = np.flatnonzero(wanted != before)
        before[rows] += improve(region, "sanitation", rows, wanted[rows] - before[rows])
        state.kept = before


class RangerSettings(PostSettings):
    """How many rangers, where the forest is, and what they are paid."""

    pay: Dated = setting(
        833, unit="yuan/month", zh="护林员月薪", en="pay of a ranger", low=0, high=5000,
        source="about 10,000 yuan a year by the central rule; general knowledge, to verify", status="assumption",
    )  # fmt: skip
    rangers: Dated = setting(
        {"2016-01": 818, "2017-01": 1600, "2018-01": 2400}, unit="posts", zh="护林员名额", en="rangers of the region",
        low=0, high=1e6, scaled=True,
        source="baoding.csv: 818 in the first batch (2016); later batches of the same size assumed", status="seed",
    )  # fmt: skip
    least_forest: Dated = setting(
        2.0, unit="mu/household", zh="林区村标准", en="forest village: least forest a household", low=0, high=200,
        source="posts sit where there is forest to guard; threshold assumed", status="assumption",
    )  # fmt: skip
    weak_first: Dated = setting(
        0.0, unit="0-1", zh="弱劳力优先", en="priority of weak labour: 0 a lottery, 1 strictly first", low=0, high=1,
        source="rangers walk the hills: able to patrol (general knowledge)", status="assumption",
    )  # fmt: skip


class ForestRangers(Posts):
    """Registered villagers guard the forest of their mountain villages for a wage."""

    kind, family = "forest_rangers", "ecology"
    zh, en = "生态护林员", "ecological rangers"
    about_zh = "山区村的建档立卡村民受聘看护山林，领取工资。"
    sized_by = ("rangers",)
    Settings = RangerSettings

    def places(self, region: Region, s: Any) -> tuple[Rows, Amounts]:
        """Rangers of each county, by its forest in forest villages."""
        v, h = region.rows("village"), region.rows("household")
        state = region.state_of(self)
        if not hasattr(state, "households"):
            state.households = np.bincount(h.village, h.weight, minlength=len(v))
        forest = of_villages(region, "forest_land")
        wooded = (forest >= s.least_forest * np.maximum(state.households, 1.0)) & (v.terrain >= MOUNTAIN)
        by_county = np.bincount(v.county, np.where(wooded, forest, 0.0), minlength=len(region.rows("county")))
        return np.where(wooded, v.county, -1), s.rangers * by_county / max(float(by_county.sum()), 1e-9)
