"""Pay for what is done: awards for output, and a subsidy for the work of the registered in firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.enterprise import Enterprise
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.processes.labour import employed
from fupin.model.processes.staff import by_employer, staff_of
from fupin.model.processes.support import supported
from fupin.model.rules.industry import effort_under_award
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes

if TYPE_CHECKING:
    from fupin.model.region import Region


class AwardSettings(Funded):
    """Rate, cap and who may earn it."""

    award_rate: Dated = setting(
        0.1, unit="share", zh="奖补比例", en="award for each yuan of output", low=0, high=1,
        source="mechanisms.csv M152 gives none; assumed", status="assumption",
    )  # fmt: skip
    cap: Dated = setting(
        3000, unit="yuan/household/year", zh="奖补上限", en="largest award", low=0, high=100000,
        source="common ceiling of county schemes (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    flat: Dated = setting(
        0, unit="yuan/household/year", zh="定额发放", en="flat grant in its place, whatever is produced", low=0,
        high=100000, source="for comparison (mechanisms.csv M152); off by default", status="assumption",
    )  # fmt: skip
    award_response: Dated = setting(
        0.5, unit="1", zh="努力弹性", en="elasticity of effort to its reward", low=0, high=2,
        source="labour supply of farm households 0.1-0.8 (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    least_output: Dated = setting(
        2000, unit="yuan/year", zh="产量门槛", en="least output that is inspected", low=0, high=200000,
        source="assumed", status="assumption",
    )  # fmt: skip


class OutputAward(Instrument):
    """Announced in January, inspected and paid in December: those who produce more get more, so they try harder."""

    kind, family = "output_award", "industry"
    zh, en = "生产奖补", "awards for output"
    about_zh = "1月公布，12月验收发放：产得多奖得多，因而更肯干。"
    sized_by = ("award_rate", "cap")
    Settings = AwardSettings
    months = (1, 12)
    begins = False  # December pays for what January announced: budget rules do not take it for a late start

    def eligible(self, region: Region, s: Any) -> Rows:
        h, rows = region.rows("household"), supported_homes(region)
        return np.asarray(rows[(h.own_labour[rows] > 0.0) & (h.expected_output[rows] >= s.least_output)])

    def offer(self, region: Region, s: Any) -> None:
        """January: the terms are known and effort answers, as far as the year's budget makes an award likely.

        December: what stands in field and stable is paid for.
        """
        if region.calendar_month == DECEMBER:
            super().offer(region, s)
            return
        h, p = region.rows("household"), region.p
        rows = self.eligible(region, s)
        shift = np.zeros(len(h))
        rate = marginal_award(region, s, rows)
        promised = weighted_sum(self.cost(region, s, rows), h.weight[rows]) * (1.0 + s.administration_share)
        rate = part_within(promised, self.budget_left(region, s)) * rate
        shift[rows] = effort_under_award(h.motivation[rows], p.effort_floor, rate, s.award_response, p.labour_exponent)
        self.set_effort(region, shift)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Share of the inspected output up to the cap, or the flat grant."""
        if s.flat > 0.0:
            return np.full(len(rows), s.flat)
        return np.asarray(np.minimum(s.award_rate * region.rows("household").expected_output[rows], s.cap))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        self.pay(region, s, "award.output", rows, self.cost(region, s, rows))

    def set_effort(self, region: Region, shift: Amounts) -> None:
        """Make `shift` this instrument's part of the households' productivity."""
        state = region.state_of(self)
        before = getattr(state, "shift", np.zeros(len(shift)))
        changed = np.flatnonzero(shift != before)
        if len(changed):
            modify(region, "farm.productivity", changed, (shift - before)[changed])
        state.shift = shift

    def service(self, region: Region, s: Any) -> None:
        """When awards have ended effort is what it was."""
        if hasattr(region.state_of(self), "shift") and not self.settings.active(region.month):
            self.set_effort(region, np.zeros(len(region.rows("household"))))
            del region.state_of(self).shift


def marginal_award(region: Region, s: Any, rows: Rows) -> Amounts:
    """What another yuan of output earns on top: nothing for a flat grant or beyond the cap."""
    below = s.award_rate * region.rows("household").expected_output[rows] < s.cap
    return np.where(below & (s.flat <= 0.0), s.award_rate, 0.0)


class WorkSubsidySettings(Funded):
    """Rate of the subsidy."""

    rate: Dated = setting(
        0.2, unit="share", zh="劳务补助比例", en="part of the wage of the registered that the budget pays", low=0,
        high=0.9, source="mechanisms.csv M152 gives none; assumed", status="assumption",
    )  # fmt: skip


class WorkSubsidy(Instrument):
    """Employers get part of the wages of registered workers back, so that they want more workers."""

    kind, family = "work_subsidy", "employment"
    zh, en = "劳务补助", "subsidy for work of the registered"
    about_zh = "雇用建档立卡劳动力的单位得到部分工资补助，因而多用工。"
    sized_by = ("rate",)
    Settings = WorkSubsidySettings
    months = (1, 4, 7, 10)
    service_months = months

    def offer(self, region: Region, s: Any) -> None:
        """The quarter's wages are refunded in part; what employers expect for the next one enters their plans."""
        e, county = region.rows("enterprise"), region.rows("county")
        share = registered_share(region)
        due = np.where(e.alive, s.rate * share * e.payroll, 0.0)
        wanted = float(due.sum()) * (1.0 + s.administration_share)
        part = min(1.0, self.left(region, s) / max(wanted, 1e-9))
        due = part * due
        by_county = np.bincount(e.county, due, minlength=len(county))
        self.fund(region, s, by_county)
        e.cash += due
        e.profit += due
        firms, payer = Side("enterprises", due), Side("counties", by_county)
        region.ledger.post("award.labour", payer, firms, instrument=self.id)
        self.promise(region, np.where(e.alive, part * s.rate * share, 0.0))
        staff, registered = float(np.sum(e.filled)), weighted_sum(e.filled, share)
        region.funnel.append((region.month, self.id, staff, registered, registered * part))

    def service(self, region: Region, s: Any) -> None:
        """When the subsidy has ended wages cost what they cost."""
        if not self.settings.active(region.month) and region.calendar_month in self.months:
            self.promise(region, np.zeros(len(region.rows("enterprise"))))

    def promise(self, region: Region, share: Amounts) -> None:
        """What employers expect of it: its part of the wages that the budget pays, beside that of others."""
        e, state = region.rows("enterprise"), region.state_of(self)
        before = np.zeros(len(e))
        held = getattr(state, "promised", before)
        before[: len(held)] = held
        others = np.where(e.wage_support > before, e.wage_support - before, 0.0)
        state.promised = np.minimum(share, Enterprise.wage_support.high - others)
        e.wage_support = others + state.promised


def registered_share(region: Region) -> Amounts:
    """Share of registered workers in the staff of each enterprise."""
    staff = staff_of(region, employed(region))
    poor = by_employer(region, staff, supported(region, staff.home) * 1.0)
    return np.asarray(np.clip(poor / np.maximum(by_employer(region, staff), 1e-9), 0.0, 1.0))


KINDS = (OutputAward, WorkSubsidy)
