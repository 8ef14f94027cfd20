"""What projects of villages share: sites, a lottery within the year's share and budget, works and employers there."""

from __future__ import annotations

import zlib
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import derived_uid
from fupin.model.processes.village_plan import planned_first
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream(
    "industry.siting", "order of villages for a project, by instrument and year; key of its employer"
)


class ProjectSettings(Funded):
    """How many villages a year."""

    share_per_year: Dated = setting(
        0.1, unit="share of poor villages", zh="年度新建比例", en="poor villages served in a year", low=0, high=1,
        source="pace of the programme; assumed", status="assumption",
    )  # fmt: skip


class VillageProject(Instrument):
    """A project for villages: who is suited and what it costs is told by the subclass, the rest is done here."""

    sized_by = ("share_per_year",)

    @abstractmethod
    def suited(self, region: Region, s: Any) -> Rows:
        """Rows of villages that the project suits and that do not have it."""

    @abstractmethod
    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        """Public cost of each of the villages."""

    @abstractmethod
    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Carry it out in the chosen villages (in order of row)."""

    def offer(self, region: Region, s: Any) -> None:
        """Choose villages by lottery within share and budget."""
        v = region.rows("village")
        sites = self.suited(region, s)
        luck = region.draws.uniform(SITING, self._key(region), v.uid[sites])
        order = sites[np.lexsort((v.uid[sites], luck))]
        weight, poor = v.weight[order], float(v.weight[v.poor_village].sum())
        cost = weight * self.yuan(region, s, order) * (1.0 + s.administration_share)
        # a share of less than one village of a sample adds up over the years until it is one
        state = region.state_of(self)
        room, left = s.share_per_year * poor + getattr(state, "room", 0.0), self.budget_left(region, s)
        if region.p.village_plan_on:
            turn = planned_first(region, order, np.arange(len(order)), weight, cost, room, left)
            order, weight, cost = order[turn], weight[turn], cost[turn]
        fits = np.cumsum(weight) - 0.5 * weight <= room
        fits &= np.cumsum(cost) - 0.5 * cost <= left
        fits &= self.sited(region, order, np.where(fits, cost, 0.0))
        chosen = np.sort(order[fits])
        state.room = float(np.clip(room - v.weight[chosen].sum(), 0.0, v.weight.max()))
        region.funnel.append((region.month, self.id, poor, float(weight.sum()), float(v.weight[chosen].sum())))
        if len(chosen):
            self.begin(region, s, chosen)

    def spend(self, region: Region, s: Any, purpose: str, villages: Rows, each: Amounts) -> Amounts:
        """The budget buys works in villages, `each` in yuan of one village; returns population yuan by village row."""
        v = region.rows("village")
        cost = v.weight[villages] * each
        by_county = np.bincount(v.county[villages], cost, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county(purpose, "counties", "markets", by_county, self.id)
        return np.asarray(cost)

    def employer_uid(self, region: Region, villages: Rows) -> Rows:
        """Keys of employers that this instrument founds in villages this month."""
        own = np.int64(zlib.crc32(self.id.encode())) << np.int64(28)
        return derived_uid(region, SITING, region.rows("village").uid[villages] ^ own)

    def found(self, region: Region, purposes: tuple[str, str], rows: dict[str, Any], public: Amounts) -> Rows:
        """Add employers; of their capital the budget gave `public`, the owners the rest (purposes of the two)."""
        made = region.add("enterprise", rows)
        region.ledger.post(purposes[0], Side("markets"), Side("enterprises", public, made), "assets", self.id)
        own = Side("enterprises", rows["capital"] - public, made)
        region.ledger.post(purposes[1], Side("markets"), own, "assets", self.id)
        return made


def by_village(region: Region, rows: Rows | None, values: Any) -> Amounts:
    """Sum over households (None: all) of each village, of those simulated."""
    if values is None:
        village = region.rows("household").village
        count = np.bincount(village if rows is None else village[rows], minlength=len(region.rows("village")))
        return count.astype(np.float64)
    found: Amounts = sum_by_village(region, rows, values=np.asarray(values))["sum"]
    return found


@rowwise("household")
def sum_by_village(region: Region, h: Any, values: Any) -> ByGroup:
    """The same for values."""
    return ByGroup({"sum": ("village", h.village, values)})
