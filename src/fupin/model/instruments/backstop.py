"""Social security for those whom work cannot lift: the backstop batch, and care groups for those left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.columns import Rows as Window
from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.processes.causes import SECURITY
from fupin.model.processes.household_sums import care_left
from fupin.model.processes.registry import allowance
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes

if TYPE_CHECKING:
    from fupin.model.region import Region


class BackstopSettings(Funded):
    """Up to where income is topped up."""

    standard: Dated = setting(
        1.1, unit="x line", zh="兜底标准", en="income up to which the household is topped up", low=0.3, high=3,
        source="the two lines were joined: dibao not below the poverty line (M125, fifth batch); margin assumed",
        status="assumption",
    )  # fmt: skip
    ill_too: bool = setting(
        True, zh="含重病重残户", en="households with a severely ill or disabled member and one worker at most, too",
        source="those who cannot be lifted by work (M125, M281)", status="assumption",
    )  # fmt: skip


class SecurityBackstop(Instrument):
    """Registered households that work cannot lift are topped up to the line each month; the list is made each January.

    With plans it is for the batch of social security; without them for households that have nobody to work. Who leaves
    the register keeps it as long as support goes on.
    """

    kind, family = "security_backstop", "security"
    zh, en = "社会保障兜底", "social security backstop"
    about_zh = "靠劳动无法脱贫的建档立卡户按月补足到贫困线，每年1月定名单。"
    sized_by = ("standard",)
    single = Label("兜底只补到一个标准", "households are topped up to one standard")
    Settings = BackstopSettings
    months = (1,)

    def unable(self, region: Region, s: Any, rows: Rows) -> NDArray[np.bool_]:
        """Which households cannot earn enough: no worker, or one and somebody to nurse."""
        h = region.rows("household")
        workers, ill = h.workers[rows], (h.severely_ill[rows] > 0) | (h.disabled[rows] > 0)
        return np.asarray((workers <= 0.0) | ((workers <= 1.0) & ill if s.ill_too else False))

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_homes(region)
        rows = rows[self.unable(region, s, rows)]
        if region.p.plans_on:
            rows = rows[(region.rows("household").batches[rows] & SECURITY) != 0]
        return rows[self.gap(region, s, rows) > 0.0]

    def gap(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Yuan a year that a household is short of the standard, by what is believed of it, and dibao.

        What the backstop itself paid last year is not counted against it.
        """
        h = region.rows("household")
        members = h.members[rows]
        own = h.observed_income[rows] + allowance(Window(region.table_of("household"), rows))
        own = own - 12.0 * self.monthly(region)[rows] / np.maximum(members, 1.0)
        short = np.maximum(s.standard * region.p.poverty_line - np.maximum(own, 0.0), 0.0)
        return np.asarray(short * members)

    def monthly(self, region: Region) -> Amounts:
        """What each household is paid a month."""
        state = region.state_of(self)
        if not hasattr(state, "monthly"):
            state.monthly = np.zeros(len(region.rows("household")))
        return np.asarray(state.monthly)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """The largest gap first."""
        return -self.gap(region, s, rows)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return self.gap(region, s, rows)

    def offer(self, region: Region, s: Any) -> None:
        """A new list each year; who is not on it is paid no longer."""
        state = region.state_of(self)
        self.monthly(region)
        state.listed = np.empty(0, np.int64)
        super().offer(region, s)
        fresh = np.zeros(len(state.monthly))
        fresh[state.listed] = self.gap(region, s, state.listed) / 12.0
        state.monthly = fresh

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        region.state_of(self).listed = rows

    def service(self, region: Region, s: Any) -> None:
        """Pay the month, while the instrument is in force and support goes on."""
        if not self.settings.active(region.month):
            return
        monthly = self.monthly(region)
        rows = places_where(region, monthly > 0.0)
        if not len(rows):
            return
        rows = rows[supported(region, rows) & (region.rows("household").members[rows] > 0)]
        self.pay(region, s, "backstop", rows, monthly[rows])


class CareSettings(Funded):
    """What the groups cost and do."""

    cost_per_household: Dated = setting(
        600, unit="yuan/household/year", zh="户均服务成本", en="visits and day care of a household", low=0, high=10000,
        source="a visit a week by paid neighbours (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    relief: Dated = setting(
        0.4, unit="share", zh="减轻照料负担", en="part of the care that the group takes over", low=0, high=1,
        source="mechanisms.csv M022: group visits cut the cost of care by d; size assumed", status="assumption",
    )  # fmt: skip


class CareGroups(Instrument):
    """Groups of neighbours look after those left behind, children in need and the disabled; carers have more time.

    The care that a home needs keeps workers from jobs (rule 3): what the group takes over falls away from it in the
    households served. Chosen each March; the poorest on paper first.
    """

    kind, family = "care_groups", "security"
    zh, en = "三留守关爱服务", "care groups for those left behind"
    about_zh = "邻里小组照看留守人员、困境儿童和残疾人，照料者腾出时间。"
    not_sized = sizes.EVERYWHERE
    Settings = CareSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        return np.flatnonzero(left_behind(region.rows("household")))

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(region.rows("household").score[rows])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.cost_per_household)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Pay the groups for the year."""
        self.buy(region, s, "care.visits", rows, self.cost(region, s, rows))
        region.state_of(self).served, region.state_of(self).until = rows, region.month + 12

    def service(self, region: Region, s: Any) -> None:
        """Each month the care that is left to the household itself; when the year is over, all of it."""
        state = region.state_of(self)
        served = getattr(state, "served", None)
        if served is None:
            return
        over = region.month >= state.until
        lighten(region, served, left=1.0 if over else 1.0 - s.relief)
        if over:
            state.served = None


@rowwise("household")
def lighten(region: Region, h: Any, left: float) -> None:
    """Of the care that a home needs and nobody else takes over a part is left to it."""
    h.care_burden = care_left(h, region.p) * left


def left_behind(h: Any) -> NDArray[np.bool_]:
    """Children or elders whose workers are all away, children in need, the disabled; with care to be given (M022)."""
    away = (h.migrants > 0) & (h.migrants >= h.workers)
    young = h.children + h.pupils > 0
    need = young & ((h.workers <= 0) | (h.shortfall > 0))
    flagged = (away & (young | (h.elders > 0))) | need | (h.disabled > 0)
    return np.asarray(flagged & (h.members > 0))


KINDS = (SecurityBackstop, CareGroups)
