"""Social security: the minimum living allowance (dibao), with its targeting error and fiscal cap."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.labels import Label
from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.instruments.allowance_list import list_persons, persons_to_list, whole_households
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import all_over
from fupin.model.ledger import weighted_sum
from fupin.model.processes.leakage import liking_by_connections
from fupin.model.processes.queue import admit
from fupin.model.rules.transfers import allowance
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes, homes_mask

if TYPE_CHECKING:
    from fupin.model.region import Region

FAVOUR = declare_stream("dibao.favour", "lasting error with which village cadres see a household")


class DibaoSettings(Funded):
    """Standard, coverage and practice of the allowance."""

    standard: Dated = setting(
        {"2012-01": 2068, "2013-01": 2434, "2014-01": 2777, "2015-01": 3178, "2016-01": 3744, "2017-01": 4301,
         "2018-01": 4833, "2019-01": 5336, "2020-01": 5962},
        unit="yuan/person/year", zh="低保标准", en="standard", low=0, high=20000,
        source="domain/data/dibao_rural.csv, national mean (unverified before 2016)", status="official statistic",
    )  # fmt: skip
    coverage: Dated = setting(
        {"2012-01": 0.085, "2015-01": 0.081, "2016-01": 0.077, "2017-01": 0.070, "2018-01": 0.062, "2019-01": 0.062},
        unit="share of persons", zh="覆盖率上限", en="fiscal cap on recipients", low=0, high=0.5,
        source="dibao_rural.csv recipients over rural population", status="official statistic",
    )  # fmt: skip
    whole_households: Dated = setting(
        0.07, unit="share of households", zh="有劳动力户整户纳入比例",
        en="households with a worker that are listed whole (of others: old, disabled and ill members)", low=0, high=1,
        source="fitted: 11.0 % of listed persons are minors (Fujian statistical yearbook 2022, table 20-2, year 2015)",
        status="calibrated",
    )  # fmt: skip
    smallest: Dated = setting(
        960, unit="yuan/person/year", zh="最低补差", en="smallest allowance", low=0, high=5000,
        source="lowest of three grades in practice; general knowledge", status="assumption",
    )  # fmt: skip
    largest: Dated = setting(
        0.65, unit="share of the standard", zh="最高补差比例", en="largest allowance", low=0.1, high=1,
        source="mean paid 1,500 of 2,777 yuan, starting_values.csv dib_amt", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.85, unit="share", zh="申请率", en="take-up", low=0, high=1,
        source="domain/literature.md 0.3-0.7 early, 0.95 late", status="assumption",
    )  # fmt: skip
    targeting_noise: Dated = setting(
        0.8, unit="log", zh="瞄准偏差", en="lasting targeting error (relations)", low=0, high=3,
        source="domain/effects.csv E25: large inclusion and exclusion errors; literature.md 25-50 %",
        status="assumption",
    )  # fmt: skip
    hysteresis: Dated = setting(
        0.7, unit="share", zh="在保户收入折扣", en="income of present recipients counts only this share", low=0.3,
        high=1, source="lists change slowly: prototype.md section 4", status="assumption",
    )  # fmt: skip
    growth: Dated = setting(
        0, unit="1/year", zh="低保标准动态增幅", en="growth of the standard within the county's means (0: as given)",
        low=0, high=0.5, source="mechanisms.csv M231: standard·(1+g) if cost < share b of own revenue; off by default",
        status="assumption",
    )  # fmt: skip
    means: Dated = setting(
        0.05, unit="share of own revenue", zh="财政承受比例", en="most that a county can bear", low=0, high=1,
        source="mechanisms.csv M231: b; size assumed", status="assumption",
    )  # fmt: skip
    own_revenue: Dated = setting(
        {"2014-01": 1000, "2020-01": 1600}, unit="yuan/person/year", zh="人均自有财力", en="own revenue of a county",
        low=0, high=100000, source="poor counties (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    own_part: Dated = setting(
        0.2, unit="share", zh="县级负担比例", en="part of the allowance that the county itself pays", low=0, high=1,
        source="central and provincial money pays most (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    groups: Dated = setting(
        0, unit="share", zh="三类人员应保尽保", en="take-up that cadres bring about in three groups (0: none)", low=0,
        high=1, source="mechanisms.csv M232: widowed or orphaned, ill, no labour; off by default", status="assumption",
    )  # fmt: skip


class Dibao(Instrument):
    """Tops up households whose counted income is believed to be below the standard; reviewed each January."""

    kind, family = "dibao", "security"
    zh, en = "农村低保", "minimum living allowance (dibao)"
    about_zh = "认定收入低于低保标准的家庭按差额补足，每年1月复核。"
    sized_by = ("standard", "coverage")
    single = Label("低保名单只有一份，后列的会取代先列的", "there is one list of the allowance: each redraws it")
    Settings = DibaoSettings
    months = (1,)

    def terms(self, region: Region, s: Any) -> Any:
        """The settings of the month, at the standard that the county can bear if it is to move by itself."""
        return s if s.growth <= 0.0 else self.in_means(region, s)

    def in_means(self, region: Region, s: Any) -> Any:
        """The settings with a standard that grows each January while the counties can bear its cost, and else holds.

        The standard begins as given; its cost is the county's part of last month's list over a year.
        """
        state, h = region.state_of(self), region.rows("household")
        if not hasattr(state, "standard"):
            state.standard, state.raised = s.standard, region.year
        if region.calendar_month == 1 and state.raised < region.year and self.settings.active(region.month):
            cost = 12.0 * s.own_part * weighted_sum(h.dibao, h.weight) * (1.0 + s.growth)
            revenue = s.own_revenue * weighted_sum(h.members, h.weight)
            state.raised = region.year
            if cost < s.means * revenue:
                state.standard *= 1.0 + s.growth
        return SimpleNamespace(**vars(s) | {"standard": state.standard})

    def standard(self, region: Region, month: int) -> float:
        """The standard of a month, yuan a head and year: as given, or as far as the counties have raised it by now."""
        s = self.settings.at(month)
        return float(getattr(region.state_of(self), "standard", s.standard) if s.growth > 0.0 else s.standard)

    def known_cases(self, region: Region, rows: Rows) -> Any:
        """Households of three groups whom cadres know: no worker, a member ill for long, elders alone."""
        h = region.rows("household")
        return (h.workers[rows] <= 0.0) | (h.ill[rows] > 0.0) | (h.elders[rows] >= h.members[rows])

    def counted(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Income per head that the list is made by: what is observed, seen through lasting favour or disfavour."""
        liking = region.lasting(FAVOUR, 1)[0, rows]
        if region.p.capture_share > 0.0:
            liking = liking_by_connections(region, liking, rows)
        return np.asarray(seen_with_favour(region, rows, liking=liking, noise=s.targeting_noise, kept=s.hysteresis))

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = homes(region)
        believed_poor = self.counted(region, s, rows) < s.standard
        return np.asarray(rows[(believed_poor & (region.state_of(self).persons[rows] > 0.0)).nonzero()[0]])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        applies = np.where(region.rows("household").dibao[rows] > 0, 1.0, float(s.take_up))
        if s.groups > 0.0:
            applies = np.where(self.known_cases(region, rows), np.maximum(applies, s.groups), applies)
        return applies

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """The poorest on paper in each county, up to the fiscal cap on persons and the year's budget."""
        h = region.rows("household")
        persons = persons_of_counties(region)["persons"]
        covered = h.weight[rows] * region.state_of(self).persons[rows]
        income = self.counted(region, s, rows)
        kept = admit(h.county[rows], income, covered, s.coverage * persons, h.uid[rows])
        turned_away = np.ones(len(rows), np.bool_)
        turned_away[kept] = False
        region.state_of(self).full = np.bincount(h.county[rows[turned_away]], minlength=len(persons)) > 0
        rows, income = rows[kept], income[kept]
        yuan = 12.0 * h.weight[rows] * self.amounts(region, s, rows) * (1.0 + s.administration_share)
        region_wide = np.zeros(len(rows), np.int64)
        return rows[admit(region_wide, income, yuan, np.array([self.left(region, s)]), h.uid[rows])]

    def amounts(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Monthly allowance of each household."""
        h = region.rows("household")
        gap = np.clip(s.standard - h.observed_income[rows], s.smallest, s.largest * s.standard)
        return np.asarray(allowance(gap, region.state_of(self).persons[rows], s.smallest))

    def offer(self, region: Region, s: Any) -> None:
        """A new list; who is not on it loses the allowance."""
        h, state = region.rows("household"), region.state_of(self)
        whole = whole_households(region, s.whole_households)
        state.persons, state.listed = persons_to_list(region, whole), np.empty(0, np.int64)
        dropped = h.dibao > 0
        super().offer(region, s)
        dropped[state.listed] = False
        self.strike_off(region, dropped)
        list_persons(region, h.dibao > 0, whole)

    def strike_off(self, region: Region, households: NDArray[np.bool_]) -> None:
        """Households that no longer get the allowance."""
        h = region.rows("household")
        h.dibao[households] = 0.0
        h.dibao_members[households] = 0.0

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Set the monthly allowance of the list."""
        h, state = region.rows("household"), region.state_of(self)
        h.dibao_members[rows] = state.persons[rows]
        h.dibao[rows] = self.amounts(region, s, rows)
        state.listed = rows

    def service(self, region: Region, s: Any) -> None:
        """Pay the allowance each month; when the instrument ends, so does the list, unless another goes on with it."""
        h = region.rows("household")
        if self.settings.active(region.month):
            alive = places_where(region, (h.dibao > 0) & homes_mask(region))
            if len(alive):
                self.pay(region, s, "dibao", alive, h.dibao[alive])
            return
        listed = h.dibao > 0
        if listed.any() and all_over(region, self):
            self.strike_off(region, listed)
            region.rows("person").dibao[:] = False


def in_force(region: Region) -> list[Instrument]:
    """The allowances of the package that are in force this month: one as a rule."""
    return [instrument for instrument in region.of_kind(Dibao.kind) if instrument.settings.active(region.month)]


def full_lists(region: Region) -> NDArray[np.bool_]:
    """Counties whose lists of the allowance are full, as somebody was turned away, or that have no allowance."""
    full = np.ones(len(region.rows("county")), np.bool_)
    for instrument in in_force(region):
        full &= getattr(region.state_of(instrument), "full", True)
    return full


@rowwise("household")
def persons_of_counties(region: Region, h: Any) -> ByGroup:
    """Persons of each county."""
    return ByGroup({"persons": ("county", h.county, h.weight * h.members)})


@rowwise("household")
def seen_with_favour(region: Region, h: Any, liking: Any, noise: float, kept: float) -> Any:
    """Income as it is observed, through favour or disfavour; of present recipients only a part counts."""
    return h.observed_income * np.exp(noise * liking) * np.where(h.dibao > 0, kept, 1.0)
