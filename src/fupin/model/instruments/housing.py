"""Housing: dangerous houses of four groups are renewed without debt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.household import DANGEROUS, HOME, SOUND
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

NEVER = -1


class HousingSettings(Funded):
    """Cost of a house, the grant and the household's own share, and the task of the year."""

    cost: Dated = setting(
        40000, unit="yuan/household", zh="改造成本", en="cost of a sound house", low=0, high=500000,
        source="a simple house of 60 m2 (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    grant: Dated = setting(
        {"2012-01": 14000, "2017-01": 20000}, unit="yuan/household", zh="补助标准", en="grant", low=0, high=500000,
        source="central grants of about 8,500, then 14,000 for four groups, with local shares; general knowledge",
        status="assumption",
    )  # fmt: skip
    without_debt: bool = setting(
        True, zh="不负债改造", en="the grant rises until no debt is needed",
        source="mechanisms.csv M196, M323: own debt = cost − grant, choose the grant so that it is 0", status="seed",
    )  # fmt: skip
    own_cap: Dated = setting(
        10000, unit="yuan/household", zh="自筹上限", en="own share, at most", low=0, high=200000,
        source="as for relocation, programme_totals.csv: 10,000 a household", status="assumption",
    )  # fmt: skip
    savings_share: Dated = setting(
        0.5, unit="share", zh="自筹占储蓄上限", en="own share, at most this share of savings", low=0, high=1,
        source="nobody goes into debt for the house; size assumed", status="assumption",
    )  # fmt: skip
    task: Dated = setting(
        {"2014-01": 3000, "2016-01": 6901, "2017-01": 9929, "2018-01": 3000}, unit="households/year", zh="年度任务",
        en="houses of the year", low=0, high=1e6, scaled=True,
        source="baoding.csv: 6,901 rebuilt in 2016, 41 % of 16,830, the rest in 2017; other years assumed",
        status="seed",
    )  # fmt: skip
    building_months: Dated = setting(
        6, unit="months", zh="建设期", en="months to build", low=1, high=24, source="before the winter",
        status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.8, unit="share", zh="参与率", en="households willing, if they can pay their share", low=0, high=1,
        source="old people stay in old houses; size assumed", status="assumption",
    )  # fmt: skip
    four_groups_only: bool = setting(
        True, zh="仅四类对象", en="four groups only",
        source="mechanisms.csv M196: registered, dibao, dispersed wubao, disabled; M200 proposes the others",
        status="seed",
    )  # fmt: skip


class HousingRenewal(Instrument):
    """Dangerous houses are rebuilt: the budget pays the grant, the household what it has, and nobody borrows."""

    kind, family = "housing_renewal", "housing"
    zh, en = "农村危房改造", "renewal of dangerous houses"
    Settings = HousingSettings
    months = (4,)

    def sites(self, region: Region) -> Rows:
        """Month in which each household's house will be ready; −1 where none is being built."""
        state = region.state_of(self)
        if not hasattr(state, "ready"):
            state.ready = np.full(len(region.rows("household")), NEVER)
        return np.asarray(state.ready)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        bad = (h.housing == DANGEROUS) & (self.sites(region) == NEVER) & (h.location == HOME) & (h.members > 0)
        groups = supported(region) | (h.dibao > 0.0) | (h.wubao > 0.0) | (h.disabled > 0.0)
        return np.flatnonzero(bad & groups) if s.four_groups_only else np.flatnonzero(bad)

    def own_share(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """What a household can pay of its house without debt."""
        savings = np.maximum(region.rows("household").savings[rows], 0.0)
        return np.asarray(np.minimum(np.minimum(s.own_cap, s.savings_share * savings), s.cost))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """The grant; without debt it fills the gap that the own share leaves."""
        gap = s.cost - self.own_share(region, s, rows)
        return np.asarray(np.maximum(gap, 0.0) if s.without_debt else np.minimum(gap, s.grant))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Only those whose house is paid for by the grant and their own share build."""
        paid = self.cost(region, s, rows) + self.own_share(region, s, rows) >= s.cost - 1e-6
        return np.where(paid, float(s.take_up), 0.0)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """The poorest first, by what the administration believes."""
        return np.asarray(region.rows("household").observed_income[rows])

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.task)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Grant and own share go to the builders."""
        h = region.rows("household")
        own, grant = self.own_share(region, s, rows), self.cost(region, s, rows)
        own = np.minimum(own, s.cost - grant)
        self.buy(region, s, "housing.grant", rows, grant)
        h.savings[rows] -= own
        region.ledger.post("housing.own_share", Side("households", own, rows), Side("markets"), instrument=self.id)
        self.sites(region)[rows] = region.month + int(s.building_months)

    def service(self, region: Region, s: Any) -> None:
        """Finished houses are sound."""
        ready = self.sites(region)
        done = np.flatnonzero((ready != NEVER) & (ready <= region.month))
        if len(done):
            region.rows("household").housing[done] = SOUND
            ready[done] = NEVER
