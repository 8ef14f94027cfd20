"""Housing: dangerous houses of four groups are renewed without debt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.household import DANGEROUS, HOME, SOUND
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import elsewhere
from fupin.model.ledger import Side
from fupin.model.processes.stakes import years_to
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

NEVER = -1  # month in which a house under repair is ready: none is


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
    clear_by: Dated = setting(
        0, unit="year", zh="应改尽改年份", en="all houses of the groups by the end of (0: by the task)", low=0,
        high=2035, source="mechanisms.csv M198: all by 2020; off by default", status="seed",
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
    about_zh = "改造危房：财政给补助，农户出自有资金，不举债。"
    sized_by = ("task",)
    Settings = HousingSettings
    months = (4,)

    def sites(self, region: Region) -> Rows:
        """Month in which each household's house will be ready; −1 where none is being built."""
        state = region.state_of(self)
        if not hasattr(state, "ready"):
            state.ready = np.full(len(region.rows("household")), NEVER)
        return np.asarray(state.ready)

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = dangerous(region)
        building = elsewhere(region, self, lambda one: one.sites(region) != NEVER) | (self.sites(region) != NEVER)
        rows = rows[~building[rows]]
        return np.asarray(rows[in_groups(region, rows)] if s.four_groups_only else rows)

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
        return self.even_pace(region, s) if s.clear_by > 0.0 else float(s.task)

    def even_pace(self, region: Region, s: Any) -> float:
        """Houses of the year if the stock is to be cleared evenly by the deadline; afterwards all that turn up."""
        stock = float(region.rows("household").weight[self.eligible(region, s)].sum())
        return stock / years_to(region, s.clear_by)

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
        done = (ready == region.month).nonzero()[0]
        if len(done):
            region.rows("household").housing[done] = SOUND
            ready[done] = NEVER


class DoubtfulSettings(Funded):
    """Appraisal, grant and cost for households outside the groups."""

    appraisal: Dated = setting(
        300, unit="yuan/house", zh="危房鉴定费", en="appraisal of a doubtful house", low=0, high=10000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    cost: Dated = setting(
        40000, unit="yuan/household", zh="改造成本", en="cost of a sound house", low=0, high=500000,
        source="as housing_renewal", status="assumption",
    )  # fmt: skip
    grant: Dated = setting(
        0, unit="yuan/household", zh="一般户补助", en="grant", low=0, high=500000,
        source="mechanisms.csv M200: grant = 0, own funds; a grant is proposed", status="seed",
    )  # fmt: skip
    savings_share: Dated = setting(
        0.6, unit="share", zh="自筹占储蓄上限", en="part of savings that a family puts into its house", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    borrowing: Dated = setting(
        0.5, unit="years of income", zh="借款上限", en="most that is borrowed from kin for the house", low=0, high=5,
        source="assumed", status="assumption",
    )  # fmt: skip
    task: Dated = setting(
        10000, unit="households/year", zh="年度整治任务", en="houses appraised in a year", low=0, high=1e6, scaled=True,
        source="assumed", status="assumption",
    )  # fmt: skip
    persuaded: Dated = setting(
        0.6, unit="share", zh="整治意愿", en="families that act on the appraisal, if they can pay", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class DoubtfulHouses(Instrument):
    """Doubtful houses of families outside the groups are appraised; who can pay rebuilds, with little help or none."""

    kind, family = "doubtful_houses", "housing"
    zh, en = "一般户疑似危房整治", "doubtful houses of others"
    about_zh = "鉴定重点对象以外农户的疑似危房；有能力的自行改造，补助少或没有。"
    sized_by = ("task",)
    Settings = DoubtfulSettings
    months = (5,)

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = dangerous(region)
        return np.asarray(rows[~in_groups(region, rows)])

    def own(self, region: Region, s: Any, rows: Rows) -> tuple[Amounts, Amounts]:
        """What families pay from savings and what they must borrow, yuan."""
        need = max(s.cost - s.grant, 0.0)
        cash = np.minimum(need, s.savings_share * np.maximum(region.rows("household").savings[rows], 0.0))
        return cash, need - cash

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Those who can pay the rest from savings and what kin will lend."""
        most = s.borrowing * np.maximum(region.rows("household").income_year[rows], 0.0)
        return np.where(self.own(region, s, rows)[1] <= most, float(s.persuaded), 0.0)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.appraisal + min(s.grant, s.cost))

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.task)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Appraise and rebuild before the winter."""
        h = region.rows("household")
        by_county = self.charge(region, s, rows, np.full(len(rows), s.appraisal))
        region.ledger.post_by_county("houses.survey", "counties", "markets", by_county, self.id)
        self.buy(region, s, "houses.grant", rows, np.full(len(rows), min(s.grant, s.cost)))
        cash, lent = self.own(region, s, rows)
        homes = Side("households", lent, rows)
        h.savings[rows] -= cash
        h.debt[rows] += lent
        region.ledger.post("debt.borrowed", Side("kin"), homes, instrument=self.id)
        region.ledger.post("debt.owed", homes, Side("kin"), "debt", self.id)
        paid = Side("households", cash + lent, rows)
        region.ledger.post("houses.own_share", paid, Side("markets"), instrument=self.id)
        h.housing[rows] = SOUND


def dangerous(region: Region) -> Rows:
    """Households that live in a dangerous house."""
    h = region.rows("household")
    return np.asarray(((h.housing == DANGEROUS) & (h.location == HOME) & (h.members > 0)).nonzero()[0])


def in_groups(region: Region, rows: Rows) -> Any:
    """Which of the households are of the four groups: supported, with dibao or wubao, or with a disabled member."""
    h = region.rows("household")
    aided = (h.dibao[rows] > 0.0) | (h.wubao[rows] > 0.0) | (h.disabled[rows] > 0.0)
    return supported(region)[rows] | aided


KINDS = (HousingRenewal, DoubtfulHouses)
