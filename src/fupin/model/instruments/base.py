"""What every instrument is: one pipeline from eligibility to delivery, with all money through the county's account.

    eligible → identified → takes up → priority → capacity and budget → selected → delivery → service

An instrument is a class with `kind`, labels, a `Settings` class and a few methods that each answer one question about
household rows; the first line of its docstring and `about_zh` say in a sentence what it is. It keeps no state of its
own: what it must remember lies in `region.state_of(self)`, so one instrument may serve many regions. The funnel
(households at each stage, in population units) is recorded for the report.
"""

from __future__ import annotations

import zlib
from abc import ABC
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fupin.labels import Label
from fupin.model.calendar import DECEMBER, JUNE, MARCH, SEPTEMBER
from fupin.model.draws import declare_stream
from fupin.model.engine.tracing import Lookup
from fupin.model.instruments.turn import Line, Turn
from fupin.model.ledger import Side, weighted_sum
from fupin.model.near import room_for
from fupin.model.processes import conduct, leakage
from fupin.model.processes.applications import liable, village_applies
from fupin.model.processes.budgets import (
    draw,
    granted,
    money_left,
    needs_permit,
    proposed,
    rules_now,
    use_of,
    villages_granted,
)
from fupin.model.processes.causes import within_plan
from fupin.model.processes.effort import hardship_first
from fupin.model.processes.income import MANY, Payees, charges, pay_households, payees
from fupin.model.processes.queue import ranked
from fupin.model.processes.teams import heard_in_villages, heard_of
from fupin.model.processes.village_plan import planned_first
from fupin.model.settings import Dated, setting
from fupin.model.settings import Settings as BaseSettings

if TYPE_CHECKING:
    from fupin.model.processes.schooling import SchoolYear
    from fupin.model.region import Region

type Rows = NDArray[np.int64]
type Amounts = NDArray[np.float64]

TAKE_UP = declare_stream(
    "instrument.take_up", "whether a household takes up what it is offered, by instrument and year"
)
LOTTERY = declare_stream("instrument.lottery", "place in the queue for an instrument, by instrument and year")
EVERY_MONTH = tuple(range(1, 13))
QUARTER_ENDS = (MARCH, JUNE, SEPTEMBER, DECEMBER)


class Funded(BaseSettings):
    """Settings that all paid instruments share: the yearly budget and who pays it."""

    budget: Dated = setting(
        1e12, unit="yuan/year", zh="年度预算", en="yearly budget of the region", low=0, source="none: unlimited",
        status="assumption", scaled=True,
    )  # fmt: skip
    centre_share: Dated = setting(
        0.6, unit="share", zh="中央占比", en="share paid by the centre", low=0, high=1,
        source="domain/data/funds_central.csv: centre 661 of about 1,000 (100m yuan) in 2016", status="assumption",
    )  # fmt: skip
    province_share: Dated = setting(
        0.25, unit="share", zh="省级占比", en="share paid by the province", low=0, high=1,
        source="provinces added about 540 to 861 (100m yuan) in 2017, funds_central.csv", status="assumption",
    )  # fmt: skip
    city_share: Dated = setting(
        0.05, unit="share", zh="市级占比", en="share paid by the city", low=0, high=1,
        source="domain/data/baoding.csv: city special fund 102m yuan (2016)", status="assumption",
    )  # fmt: skip
    administration_share: Dated = setting(
        0.03, unit="share", zh="管理费率", en="administration, share of what is delivered", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class Instrument(ABC):
    """One policy instrument in force in a region; subclasses declare what it is and answer the pipeline's questions."""

    kind: ClassVar[str]
    family: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    about_zh: ClassVar[str] = ""  # the first line of the docstring in Chinese
    Settings: ClassVar[type[BaseSettings]] = BaseSettings
    months: ClassVar[tuple[int, ...]] = (3,)
    service_months: ClassVar[tuple[int, ...]] = EVERY_MONTH  # outside of these a service would do nothing
    begins: ClassVar[bool] = True  # an offer begins something; false where it pays for what has been done
    sized_by: ClassVar[tuple[str, ...]] = ()  # settings that make it larger or smaller: scaled to meet a budget
    not_sized: ClassVar[Label | None] = None  # why there are none (`model/sizes.py`)
    writes_with: ClassVar[tuple[str, ...]] = ()  # kinds that write the same columns (`own_rows`); none: its own kind
    single: ClassVar[Label | None] = None  # why no two of its kind can be in force at once; none: they can

    def __init__(self, settings: BaseSettings | None = None, id: str = "") -> None:
        self.settings = settings or self.Settings()
        self.id = id or self.kind

    @classmethod
    def about(cls) -> Label:
        """What it is, in a sentence: as its own class says, not one from which it inherits."""
        return Label(vars(cls).get("about_zh", ""), (cls.__doc__ or "").strip().partition("\n")[0])

    # the questions, in the order of the pipeline

    def terms(self, region: Region, s: Any) -> Any:
        """The settings of the month, where they depend on more than its date."""
        return s

    def eligible(self, region: Region, s: Any) -> Rows:
        """Rows of households that the rule and the administration's records admit."""
        return np.empty(0, np.int64)

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Probability that an offered household takes it up."""
        return 1.0

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Smaller is served first; by default a lottery."""
        place = np.asarray(region.draws.uniform(LOTTERY, self._key(region), region.rows("household").uid[rows]))
        weight = region.p.hardship_weight
        return place - hardship_first(region, rows, weight) if weight else place

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Public cost of serving each household, yuan."""
        return np.zeros(len(rows))

    def capacity(self, region: Region, s: Any) -> float:
        """Households that can be served this time, population units."""
        return float("inf")

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Carry it out for the selected households."""
        return None

    def service(self, region: Region, s: Any) -> None:
        """What goes on after delivery, in each of the `service_months` while the region lives."""
        return None

    def meet_bill(
        self, region: Region, rows: Rows, cost: Amounts, due: Amounts, taken: Amounts, liquidity: Amounts
    ) -> tuple[Amounts, Amounts]:
        """What the households in `rows` still owe of a hospital bill, and the share of the treatment that they take."""
        return due, taken

    def ease_school(self, region: Region, pupils: Rows, year: SchoolYear) -> None:
        """What the instrument changes in September for the pupils in some person rows (see `SchoolYear`)."""
        return None

    # the pipeline

    def nothing_due(self, calendar_month: int) -> bool:
        """Has it nothing to do in a calendar month, neither an offer nor a service? One with a `run` of its own has."""
        kind = type(self)
        serves = kind.service is not Instrument.service and calendar_month in self.service_months
        return kind.run is Instrument.run and not serves and calendar_month not in self.months

    def run(self, region: Region) -> None:
        """One month of the instrument."""
        Turn(self).take(region)

    def offer(self, region: Region, s: Any) -> None:
        """From eligibility to delivery."""
        h = region.rows("household")
        eligible = conduct.still_entitled(region, self, self.eligible(region, s))
        if liable(region, self):
            eligible = eligible[village_applies(region, self)[h.village[eligible]].nonzero()[0]]
        if region.p.plans_on:
            eligible = within_plan(region, self, eligible)
        applied = self.applicants(region, s, eligible)
        selected = granted(region, self, s, self.select(region, s, proposed(region, self, applied)))
        weight = h.weight
        offered = float(weight[eligible].sum())
        asked = offered if applied is eligible else float(weight[applied].sum())
        served = asked if selected is applied else float(weight[selected].sum())
        region.funnel.append((region.month, self.id, offered, asked, served))
        if len(selected):
            region.reach(self, selected)
            self.deliver(region, s, selected)

    def applicants(self, region: Region, s: Any, rows: Rows) -> Rows:
        """Those who take up the offer; only where that is not certain there is luck in it."""
        chance = self.take_up(region, s, rows)
        if region.compiled and len(rows) > MANY:
            return self._takers(region, rows, chance)
        if region.p.information_gap > 0.0:
            chance = chance * heard_of(region, rows)
        chance = conduct.informed(region, rows, chance)
        if isinstance(chance, float | int):
            return rows if chance >= 1.0 else rows[self._luck(region, rows) < chance]
        takes = chance >= 1.0
        unsure = (~takes & (chance > 0.0)).nonzero()[0]
        takes[unsure] = self._luck(region, rows[unsure]) < chance[unsure]
        return rows[takes.nonzero()[0]]

    def _takers(self, region: Region, rows: Rows, chance: Amounts | float) -> Rows:
        """The same in one loop."""
        gap, weight = region.p.information_gap > 0.0, conduct.weight_of_knowledge(region)
        if isinstance(chance, float | int) and chance >= 1.0 and not gap:
            return rows
        heard = Lookup(heard_in_villages(region) if gap else np.empty(0))
        given = {"weight": -1.0 if weight is None else weight, "stream": TAKE_UP, "key": self._key(region)}
        takes = conduct.comes(region, rows, chance=chance, heard=heard, **given)
        return np.asarray(rows[takes.nonzero()[0]])

    def _luck(self, region: Region, rows: Rows) -> Amounts:
        """Luck of the year in taking up an offer; it is kept while the same households are asked again."""
        state, key = region.state_of(self), self._key(region)
        kept: tuple[int, Rows, Amounts] | None = getattr(state, "luck", None)
        if kept is not None and kept[0] == key and np.array_equal(kept[1], rows):
            return kept[2]
        luck = np.asarray(region.draws.uniform(TAKE_UP, key, region.rows("household").uid[rows]))
        if len(self.months) > 1:
            state.luck = key, rows, luck
        return luck

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """Those served within capacity and the rest of the year's budget, by priority; ties by uid."""
        if not len(rows):
            return rows
        h = region.rows("household")
        weight = h.weight[rows]
        cost = self.cost(region, s, rows) * (1.0 + getattr(s, "administration_share", 0.0))
        line = region.state_of(self).line = Line(region.month, rows, cost)
        left = self.budget_left(region, s)  # whether the county has the money is asked of it next
        capacity = self.capacity(region, s)
        if room_for(weight.sum(), capacity) and room_for(weighted_sum(cost, weight), left):
            return rows
        key = line.key = self.priority(region, s, rows)
        order = ranked(key, h.uid[rows])
        if region.p.village_plan_on:
            w, yuan = weight[order], (weight * cost)[order]
            order = planned_first(region, h.village[rows], order, w, yuan, capacity, left)
        w, yuan = weight[order], (weight * cost)[order]
        fits = room_for(w.cumsum() - 0.5 * w, capacity) & room_for(yuan.cumsum() - 0.5 * yuan, left)
        if region.p.capture_share > 0.0:
            served = np.zeros(len(rows), np.bool_)
            served[order[fits]] = True
            return rows[leakage.favoured(region, rows, served, key, weight * cost, left)]
        return np.sort(rows[order[fits]])

    def in_line(self, region: Region, s: Any, rows: Rows) -> tuple[Amounts, Callable[[], Amounts]]:
        """What some of those chosen cost, with administration, and how to find out how urgent each is.

        Both were worked out when they were chosen, unless an instrument's own way of choosing has a say in them.
        """
        line: Line | None = region.state_of(self).__dict__.pop("line", None)
        if line is None or line.month != region.month or type(self).select is not Instrument.select:
            cost = self.cost(region, s, rows) * (1.0 + getattr(s, "administration_share", 0.0))
            return cost, lambda: self.priority(region, s, rows)
        place, key = line.rows.searchsorted(rows), line.key
        return line.cost[place], lambda: self.priority(region, s, rows) if key is None else key[place]

    def asking(self, region: Region, villages: Rows) -> Rows:
        """Of some villages those whose cadres ask for the project: all, unless they are liable for it."""
        return villages[village_applies(region, self)[villages]] if liable(region, self) else villages

    def _key(self, region: Region) -> int:
        """Month word of the draws, of the year and the instrument: no two share their luck, whatever the package."""
        return zlib.crc32(f"{self.id} {region.year}".encode())

    def pending(self, region: Region) -> NDArray[np.bool_]:
        """Households whose assets it has paid for do not yield yet: `grant_pending` says how much, not by whom."""
        state = region.state_of(self)
        if not hasattr(state, "pending"):
            state.pending = np.zeros(len(region.rows("household")), np.bool_)
        return np.asarray(state.pending)

    # money

    def spent(self, region: Region) -> float:
        """Population yuan spent in the present year."""
        return float(region.state_of(self).spent.get(region.year, 0.0))

    def pay(self, region: Region, s: Any, purpose: str, rows: Rows, amounts: Amounts, *, earned: bool = False) -> None:
        """Pay households in cash out of the county's account; what is earned by work is no benefit."""
        if not earned:
            amounts = conduct.payable(region, self, rows, amounts)
        to = payees(region, rows)
        by_county = self.charge_for(region, s, to, amounts)
        amounts, by_county = leakage.arriving(region, self.id, to, amounts, by_county)
        pay_households(region, purpose, Side("counties", by_county), rows, amounts, self.id, earned, to.weight)

    def buy(self, region: Region, s: Any, purpose: str, rows: Rows, amounts: Amounts) -> Amounts:
        """Pay suppliers for what the households get in kind or as a service; returns the worth of what arrives."""
        to = payees(region, rows)
        by_county = self.charge_for(region, s, to, amounts)
        amounts, by_county = leakage.arriving(region, self.id, to, amounts, by_county)
        np.add.at(region.rows("household").benefits, rows, amounts)
        region.ledger.post_by_county(purpose, "counties", "markets", by_county, self.id)
        return amounts

    def budget_left(self, region: Region, s: Any) -> float:
        """Population yuan left of the year's budget: the setting's, or that of the region's own budget table."""
        left, tables = getattr(s, "budget", np.inf) - self.spent(region), region.data.budgets
        name = self.id if self.id in tables else self.kind  # the row of a kind is for all that have none of their own
        if name in tables:
            alike = (one for one in region.of_kind(self.kind) if name == (one.id if one.id in tables else one.kind))
            left = min(left, tables[name].get(region.year, np.inf) - sum(one.spent(region) for one in alike))
        return float(max(left, 0.0))

    def left(self, region: Region, s: Any) -> float:
        """The same, under budget rules no more than the counties' lines and plans leave it."""
        left = self.budget_left(region, s)
        return left if region.pool is None else max(min(left, money_left(region, self)), 0.0)

    def sited(self, region: Region, villages: Rows, yuan: Amounts) -> NDArray[np.bool_] | bool:
        """Which of the villages have their county's money, and land where a land quota is in force.

        The villages stand in their order; `yuan` is population yuan with administration.
        """
        mask: NDArray[np.bool_] | bool = True
        if needs_permit(region, self.kind):
            mask = region.rows("village").land_permit[villages]
            yuan = yuan * mask
        if region.pool is not None and use_of(self):
            mask = mask & villages_granted(region, self, villages, yuan)
        return mask

    def charge(self, region: Region, s: Any, rows: Rows, amounts: Amounts) -> Amounts:
        """Fund and debit the counties of the households; returns the amounts by county, population yuan."""
        return self.charge_for(region, s, payees(region, rows), amounts)

    def charge_for(self, region: Region, s: Any, to: Payees, amounts: Amounts) -> Amounts:
        """The same where what is to be known of the households has been looked up."""
        named = region.pool is not None and use_of(self) and rules_now(region).donors_name_villages
        sums = charges(region, to, amounts, bool(named))
        self.fund(region, s, sums["all"], sums.get("listed"))
        return sums["all"]

    def fund(self, region: Region, s: Any, by_county: Amounts, listed: Amounts | None = None) -> None:
        """Draw the money (with administration) from its sources, spend the administration, debit the accounts.

        Under budget rules the sources are the counties' lines; `listed` is the part spent in poor villages (all of it,
        if not said, unless the instrument goes to other villages too).
        """
        cash = region.rows("county").cash
        overhead = s.administration_share * by_county
        needed = by_county + overhead
        if region.pool is not None and use_of(self):
            draw(region, self, needed, self.named(region, s, by_county, needed, listed))
        else:
            self.take(region, s, needed)
        cash -= overhead
        region.ledger.post_by_county("administration", "counties", "markets", overhead, self.id)
        cash -= by_county
        spent, year = region.state_of(self).spent, region.year
        spent[year] = spent.get(year, 0.0) + float(needed.sum())

    def named(
        self, region: Region, s: Any, by_county: Amounts, needed: Amounts, listed: Amounts | None
    ) -> Amounts | None:
        """What of the money `needed` is for poor villages, where donors name the villages that they help."""
        if not rules_now(region).donors_name_villages:
            return None
        only = getattr(s, "poor_only", True) and getattr(s, "other_share", 0.0) <= 0.0
        part = by_county * only if listed is None else listed
        # all of it to the last bit, so that donors leave no rounding to the county
        return np.where(part == by_county, needed, part * (1.0 + s.administration_share))

    def take(self, region: Region, s: Any, needed: Amounts) -> None:
        """Each source pays its share as declared, the county the rest."""
        cash, book, own = region.rows("county").cash, region.ledger.post_by_county, 1.0
        for source, purpose, share in (
            ("centre", "grant.centre", s.centre_share),
            ("province", "grant.province", s.province_share),
            ("city", "grant.city", s.city_share),
        ):
            share = min(share, own)
            own -= share
            part = share * needed
            cash += part
            book(purpose, source, "counties", part, self.id)
        part = own * needed
        cash += part
        book("county.revenue", "markets", "counties", part, self.id)


def fresh_state() -> SimpleNamespace:
    """What a region remembers for an instrument."""
    return SimpleNamespace(spent={})
