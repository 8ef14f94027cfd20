"""What all village institutions share: set up in some villages a year, paid each year, gone when they are not paid.

An institution shifts columns of its villages towards full: by a share of what is missing there (`shifts`). The shift is
remembered and taken away when the institution ends.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from fupin.model.calendar import months_left
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.tracing import Lookup
from fupin.model.instruments.base import EVERY_MONTH, Amounts, Funded, Instrument, Rows
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes

if TYPE_CHECKING:
    from fupin.model.region import Region

PLACE = declare_stream("governance.place", "order in which villages set up an institution, by instrument and year")
QUARTER_STARTS: tuple[int, ...] = (1, 4, 7, 10)


class InstitutionSettings(Funded):
    """How fast an institution spreads and what it costs."""

    share_per_year: Dated = setting(
        0.5, unit="share", zh="每年新设村比例", en="villages that set it up in a year", low=0, high=1,
        source="village by village within two or three years; pace assumed", status="assumption",
    )  # fmt: skip
    yearly_cost: Dated = setting(
        2000, unit="yuan/village/year", zh="村年工作经费", en="work of the institution in a village", low=0,
        high=200000, source="meetings, boards, print; general knowledge, to verify", status="assumption",
    )  # fmt: skip
    poor_only: bool = setting(
        False, zh="仅贫困村", en="poor villages only", source="rules of village governance hold for every village",
        status="assumption",
    )  # fmt: skip


class Institution(Instrument):
    """An institution of villages. `shifts` names for each column the part of what is missing that it adds."""

    family = "governance"
    sized_by = ("share_per_year",)
    Settings = InstitutionSettings
    months = QUARTER_STARTS
    work_months: ClassVar[tuple[int, ...]] = EVERY_MONTH  # in which it works in its villages
    columns: ClassVar[tuple[str, ...]] = ()

    def nothing_due(self, calendar_month: int) -> bool:
        """Without an end it can only offer and work: in other months nobody need ask whether it is over."""
        kind = type(self)
        if self.settings.end or kind.service is not Institution.service or calendar_month in self.months:
            return super().nothing_due(calendar_month)
        return kind.work is Institution.work or calendar_month not in self.work_months

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        """For each of `columns` the part (0–1) of what the villages miss to 1 that the institution adds."""
        return {}

    def yearly(self, region: Region, s: Any, villages: Rows) -> Amounts:
        """Cost of a year in each village, yuan."""
        return np.full(len(villages), float(s.yearly_cost))

    def memory(self, region: Region) -> SimpleNamespace:
        """Year in which each village set it up (`since`, −1: not), and how much it has shifted each column."""
        state, n = region.state_of(self), len(region.rows("village"))
        if not hasattr(state, "since"):
            state.since = np.full(n, -1)
            state.added = {name: np.zeros(n) for name in self.columns}
        return state

    def offer(self, region: Region, s: Any) -> None:
        """January pays for another year where it exists; then it spreads by lot, up to the year's share and money."""
        v, state = region.rows("village"), self.memory(region)
        if region.calendar_month == 1:
            self.renew(region, s)
        open_to = v.poor_village if s.poor_only else np.ones(len(v), np.bool_)
        everybody, sites = float(v.weight[open_to].sum()), (open_to & (state.since < 0)).nonzero()[0]
        if not len(sites):
            region.funnel.append((region.month, self.id, everybody, 0.0, 0.0))
            return
        waiting = float(v.weight[sites].sum())
        room = s.share_per_year * everybody - v.weight[state.since == region.year].sum()
        if room < 0.5 * v.weight[sites].min():  # not for any, whoever comes first
            region.funnel.append((region.month, self.id, everybody, waiting, 0.0))
            return
        order = sites[np.lexsort((v.uid[sites], region.draws.uniform(PLACE, self._key(region), v.uid[sites])))]
        weight = v.weight[order]
        yuan = months_left(region.calendar_month) / 12.0 * self.yearly(region, s, order)
        gross = weight * yuan * (1.0 + s.administration_share)
        fits = np.cumsum(weight) - 0.5 * weight <= room
        fits &= np.cumsum(np.where(fits, gross, 0.0)) - 0.5 * gross <= self.left(region, s)
        chosen = order[fits]
        region.funnel.append((region.month, self.id, everybody, waiting, float(v.weight[chosen].sum())))
        if len(chosen):
            state.since[chosen] = region.year
            self.spend_on(region, s, chosen, yuan[fits])
            self.begin(region, s, np.sort(chosen))

    def renew(self, region: Region, s: Any) -> None:
        """Pay the year where it exists, as far as the money goes; elsewhere it ends."""
        weight, there = region.rows("village").weight, np.flatnonzero(self.memory(region).since >= 0)
        yuan = self.yearly(region, s, there)
        paid = np.cumsum(weight[there] * yuan * (1.0 + s.administration_share)) <= self.left(region, s)
        if not paid.all():
            self.leave(region, there[~paid])
        if paid.any():
            self.spend_on(region, s, there[paid], yuan[paid])

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Shift the columns of the villages that set it up."""
        table, state = region.table_of("village"), self.memory(region)
        for name, part in self.shifts(region, s, villages).items():
            add = part * (1.0 - table[name][villages])
            table[name][villages] += add
            state.added[name][villages] += add

    def leave(self, region: Region, villages: Rows) -> None:
        """Take the shifts away again."""
        table, state = region.table_of("village"), self.memory(region)
        for name, added in state.added.items():
            table[name][villages] = np.clip(table[name][villages] - added[villages], 0.0, 1.0)
            added[villages] = 0.0
        state.since[villages] = -1

    def service(self, region: Region, s: Any) -> None:
        """What it does in its villages; when its time is over it ends."""
        active = self.settings.active(region.month)
        if active and (type(self).work is Institution.work or region.calendar_month not in self.work_months):
            return
        there = (self.memory(region).since >= 0).nonzero()[0]
        if len(there) and active:
            self.work(region, s, there)
        elif len(there):
            self.leave(region, there)

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        """What the institution does in its villages, in each of the `work_months`."""
        return None

    def spend_on(self, region: Region, s: Any, villages: Rows, yuan: Amounts) -> None:
        """Pay for the work in some villages."""
        v = region.rows("village")
        by_county = np.bincount(v.county[villages], v.weight[villages] * yuan, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("governance.work", "counties", "markets", by_county, self.id)


def homes_in(region: Region, villages: Rows) -> Rows:
    """Rows of the lived-in households of some villages."""
    lived_in, count = homes(region), len(region.rows("village"))
    if len(villages) == count:
        return lived_in
    inside = np.zeros(count, np.bool_)
    inside[villages] = True
    return np.asarray(in_those(region, lived_in, villages=Lookup(inside)))


@among("household")
def in_those(region: Region, h: Any, villages: Lookup) -> Any:
    """Households of some villages."""
    return villages[h.village]
