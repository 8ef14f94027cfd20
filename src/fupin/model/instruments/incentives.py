"""Duties and rewards: duty lists with suspension, support by effort, perks for those who leave by their own work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.events import tell_traced
from fupin.model.household import BREACH, ENTITLED, EXITED, MISTAKE
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import all_over
from fupin.model.ledger import weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.processes.queue import standing
from fupin.model.rules.farming import effort
from fupin.model.rules.incentives import chance_of_compliance, encouraged, graded_support, reliability
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import supported_homes
from fupin.model.village import Village

if TYPE_CHECKING:
    from fupin.model.region import Region

DUTY = declare_stream("motivation.duty", "whether a household meets its duties in a quarter, and what cadres see of it")
SEEN_EFFORT = declare_stream("motivation.effort", "error with which cadres see the effort of a household, yearly")


class DutySettings(Settings):
    """What duties ask, and how well cadres see who meets them."""

    duty_cost: Dated = setting(
        0.35, unit="0-1", zh="履责门槛", en="motivation at which half comply", low=0, high=1,
        source="mechanisms.csv M266: compliance = logit(m - cost); size assumed", status="assumption",
    )  # fmt: skip
    steepness: Dated = setting(
        12, unit="1", zh="履责陡度", en="how sharply compliance rises with motivation", low=0, high=50,
        source="mechanisms.csv M266; size assumed", status="assumption",
    )  # fmt: skip
    noticed: Dated = setting(
        0.7, unit="share", zh="违约发现率", en="breaches that are noticed", low=0, high=1,
        source="cadres know their village (general knowledge); size assumed", status="assumption",
    )  # fmt: skip
    mistaken: Dated = setting(
        0.02, unit="share", zh="误停率", en="suspensions of those who comply", low=0, high=0.5,
        source="mechanisms.csv M267: false suspensions are to be reported; size assumed", status="assumption",
    )  # fmt: skip
    response: Dated = setting(
        0.05, unit="1/year", zh="暂停后动力变化", en="motivation that a suspended household regains in a year", low=0,
        high=0.3, source="literature.md: list sanction, +0.02-0.08 to m next year", status="published estimate",
    )  # fmt: skip


class DutyLists(Instrument):
    """Lists of duties and of what is not done: a breach suspends special benefits until the duties are met again.

    Special are the benefits of the families in `conduct.SPECIAL`; the minimum living allowance, care, schooling and
    housing go on whatever a household does. A proposal of the source, not an adopted rule.
    """

    kind, family = "duty_lists", "motivation"
    zh, en = "责任清单与负面清单", "duty and negative lists"
    about_zh = "列明该做和不该做的事；违反者暂停特惠政策，整改合规后恢复。"
    not_sized = sizes.FREE
    single = Label("每户同一时间只受一份清单约束", "one list of duties holds for a household at a time")
    Settings = DutySettings
    months = (1, 4, 7, 10)

    def eligible(self, region: Region, s: Any) -> Rows:
        """Supported households that can work: nothing is asked of the others."""
        rows = supported_homes(region)
        return np.asarray(rows[region.rows("household").workers[rows] > 0])

    def offer(self, region: Region, s: Any) -> None:
        """Look at the quarter: suspend, restore, and let the suspended think it over."""
        h, rows = region.rows("household"), self.eligible(region, s)
        luck = region.draws.uniforms(DUTY, region.month, h.uid[rows], 2)
        breach = luck[0] >= chance_of_compliance(h.motivation[rows], s.duty_cost, s.steepness)
        stopped = luck[1] < np.where(breach, s.noticed, s.mistaken)
        before = (h.suspended != ENTITLED).nonzero()[0]
        h.suspended = ENTITLED
        h.suspended[rows[stopped]] = np.where(breach[stopped], BREACH, MISTAKE)
        restored = before[h.suspended[before] == ENTITLED]
        tell_traced(region, np.setdiff1d(rows[stopped], before), "暂停特惠政策", "special benefits suspended")
        tell_traced(region, restored, "恢复特惠政策", "special benefits restored")
        stages = [float(h.weight[some].sum()) for some in (rows, rows[breach], rows[stopped])]
        region.funnel.append((region.month, self.id, stages[0], stages[1], stages[2]))
        shaken = rows[stopped]
        h.motivation[shaken] = np.minimum(h.motivation[shaken] + 0.25 * s.response, 1.0)

    def service(self, region: Region, s: Any) -> None:
        """When its time is over everybody is restored."""
        if all_over(region, self) and region.rows("household").suspended.any():
            region.rows("household").suspended = ENTITLED


class EffortSettings(Funded):
    """How large the support is, how it is graded, and how well effort is seen."""

    support: Dated = setting(
        1000, unit="yuan/household/year", zh="户均以奖代补", en="mean support", low=0, high=50000,
        source="mechanisms.csv M268 names no amount; assumed", status="assumption",
    )  # fmt: skip
    grading: Dated = setting(
        0.6, unit="share", zh="奖优幅度", en="grading: 0 the same for all, 1 from nothing to double", low=0, high=1,
        source="mechanisms.csv M268: b*(1 + k*effort rank); size assumed", status="assumption",
    )  # fmt: skip
    noise: Dated = setting(
        0.1, unit="0-1", zh="努力观测误差", en="spread of the error in seen effort", low=0, high=1,
        source="mechanisms.csv M270: hard to measure; size assumed", status="assumption",
    )  # fmt: skip
    response: Dated = setting(
        0.1, unit="share", zh="激励响应", en="part of missing motivation won by full grading of exactly seen effort",
        low=0, high=1, source="literature.md weights 0.02-0.15 a year", status="assumption",
    )  # fmt: skip
    stirring: Dated = setting(
        1000, unit="yuan/household/year", zh="充分激励额度", en="mean support that draws the full response",
        low=1, high=50000, source="as the support itself; assumed", status="assumption",
    )  # fmt: skip


class EffortSupport(Instrument):
    """More for those who do more: support graded by the rank of seen effort; people respond as far as it is seen.

    A proposal of the source; what becomes of the least able is to be watched.
    """

    kind, family = "effort_support", "motivation"
    zh, en = "早干多支持", "support by effort"
    about_zh = "多干多支持：按看得见的努力排名分档扶持；努力越容易被看见，人越有干劲。"
    sized_by = ("support",)
    Settings = EffortSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_homes(region)
        return np.asarray(rows[region.rows("household").workers[rows] > 0])

    def seen(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Effort as cadres see it."""
        h = region.rows("household")
        true = effort(h.motivation[rows], region.p.effort_floor)
        return np.asarray(true + s.noise * region.draws.normal(SEEN_EFFORT, region.month, h.uid[rows]))

    def offer(self, region: Region, s: Any) -> None:
        """Rank all who can work, before anybody is paid."""
        h, rows = region.rows("household"), self.eligible(region, s)
        state, one = region.state_of(self), np.zeros(len(rows), np.int64)
        before = standing(one, self.seen(region, s, rows), h.weight[rows], h.uid[rows])
        state.rank = np.zeros(len(h))
        state.rank[rows] = before / max(h.weight[rows].sum(), 1e-9)
        super().offer(region, s)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return -np.asarray(region.state_of(self).rank[rows])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(graded_support(s.support, region.state_of(self).rank[rows], s.grading))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay, and let those who were ranked draw their lesson."""
        h = region.rows("household")
        self.pay(region, s, "effort.support", rows, self.cost(region, s, rows))
        true = effort(h.motivation[rows], region.p.effort_floor)
        push = s.response * s.grading * reliability(float(np.var(true)), s.noise) * min(s.support / s.stirring, 1.0)
        h.motivation[rows] = encouraged(h.motivation[rows], push)


class PerkSettings(Funded):
    """How much cheaper, for how long, for whom."""

    discount: Dated = setting(
        0.3, unit="share", zh="优惠幅度", en="part of the cost of services that is taken off", low=0, high=0.9,
        source="mechanisms.csv M265: services cheaper by x; size assumed", status="assumption",
    )  # fmt: skip
    years: Dated = setting(
        3, unit="years", zh="优惠年限", en="years of perks after exit", low=0, high=10,
        source="mechanisms.csv M265: for k years; as long as the buffer", status="assumption",
    )  # fmt: skip
    earned_share: Dated = setting(
        0.6, unit="share", zh="自身努力标准", en="least earned share of income at exit", low=0, high=1,
        source="mechanisms.csv M265: own-effort exit; threshold assumed", status="assumption",
    )  # fmt: skip
    elder_service: Dated = setting(
        600, unit="yuan/elder/year", zh="养老服务费用", en="services of an elder, of which the part is paid", low=0,
        high=20000, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class ExitPerks(Instrument):
    """Who left the list by own work keeps cheaper care, schooling and services for elders for some years.

    What does not end with exit need not be hidden for: the promise makes incomes more frankly reported.
    """

    kind, family = "exit_perks", "motivation"
    zh, en = "主动脱贫优惠", "perks for active exit"
    about_zh = "靠自身劳动脱贫的户，几年内继续享受医疗、教育和养老服务优惠。"
    sized_by = ("discount",)
    Settings = PerkSettings
    months = (11,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = ((h.registry == EXITED) & (h.members > 0)).nonzero()[0]
        rows = rows[~h.ungrounded[rows] & (region.month - h.exited_month[rows] < 12.0 * s.years)]
        earned = np.maximum(h.wage_income[rows] + h.operating_income[rows], 0.0)
        other = np.maximum(h.property_income[rows], 0.0) + np.maximum(h.transfer_income[rows], 0.0)
        return np.asarray(rows[earned >= s.earned_share * np.maximum(earned + other, 1.0)])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        h = region.rows("household")
        return np.asarray(s.discount * (h.school_cost[rows] + s.elder_service * h.elders[rows]))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay schooling and elders' services of the year; care is cheaper until the next November."""
        self.pay(region, s, "exit.perks", rows, self.cost(region, s, rows))
        state, h = region.state_of(self), region.rows("household")
        state.shift = np.zeros(len(h))
        state.shift[rows] = np.log(1.0 - s.discount)
        modify(region, "health.own_cost", rows, state.shift[rows])

    def offer(self, region: Region, s: Any) -> None:
        self.lapse(region)
        super().offer(region, s)

    def lapse(self, region: Region) -> None:
        """Last year's cheaper care ends."""
        state = region.state_of(self)
        if hasattr(state, "shift"):
            rows = np.flatnonzero(state.shift != 0.0)
            modify(region, "health.own_cost", rows, -state.shift[rows])
            del state.shift

    def service(self, region: Region, s: Any) -> None:
        """The promise stands while the instrument does, and is believed as far as the year's money would keep it."""
        v, active = region.rows("village"), self.settings.active(region.month)
        state = region.state_of(self)
        promise = s.discount * self.believed(region, s) if active and s.years > 0.0 else 0.0
        if promise != getattr(state, "promise", 0.0):
            others = v.exit_promise - getattr(state, "promise", 0.0)
            v.exit_promise = np.minimum(others + promise, Village.exit_promise.high)
            state.promise = promise
        if not active:
            self.lapse(region)

    def believed(self, region: Region, s: Any) -> float:
        """Part of what is promised for which the year's budget would do, as those stand who have it coming; yearly."""
        state = region.state_of(self)
        if getattr(state, "believed", (0, 0.0))[0] != region.year:
            rows, left = self.eligible(region, s), self.budget_left(region, s)
            yuan = weighted_sum(self.cost(region, s, rows), region.rows("household").weight[rows])
            part = part_within(yuan * (1.0 + s.administration_share), left) if left > 0.0 else 0.0
            state.believed = region.year, part
        return float(state.believed[1])


KINDS = (DutyLists, EffortSupport, ExitPerks)
