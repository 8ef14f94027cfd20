"""Shares: fund-built assets as shares, and the three changes (land, money and farmers into a co-operative)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE, LEAST_JOBS
from fupin.model.household import REGISTERED
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.processes.income import pay_households
from fupin.model.processes.stakes import (
    choose_villages,
    draw_dividends,
    earn,
    partner_firms,
    put_in,
    stakes_of,
    strength_of,
)
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes_mask, supported_homes
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

MEMBERS = declare_stream("three_changes.members", "whether a household puts its land into the co-operative")
FOUNDING = declare_stream("three_changes.founding", "key of a village's co-operative")


class FundShareSettings(Funded):
    """Money of a village, its dividend and who holds the shares."""

    fund: Dated = setting(
        300000, unit="yuan/village", zh="折股量化资金", en="poverty fund put into a firm", low=0, high=5e6,
        source="mechanisms.csv M254 names no amount; assumed", status="assumption",
    )  # fmt: skip
    collective_part: Dated = setting(
        0.3, unit="share", zh="集体持股比例", en="shares of the collective", low=0, high=1,
        source="mechanisms.csv M254: x to the collective, y to households; not stated", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.07, unit="1/year", zh="分红比例", en="agreed dividend", low=0, high=0.3,
        source="as enterprise_shares: 6-8 %", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.15, unit="share of poor villages", zh="年度覆盖比例", en="poor villages served in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class FundShares(Instrument):
    """Poverty fund buys assets of a leading firm; a reformed collective and its registered households hold shares."""

    kind, family = "fund_shares", "collectives"
    zh, en = "财政资金折股量化", "fund-built assets as shares"
    about_zh = "财政扶贫资金为龙头企业购置资产，已改革的村集体和建档立卡户持股。"
    sized_by = ("share_per_year",)
    Settings = FundShareSettings
    months, service_months = (3,), (DECEMBER,)

    def offer(self, region: Region, s: Any) -> None:
        """Poor villages whose collective has been reformed, those with most listed households first."""
        v = region.rows("village")
        firm, _ = stakes_of(region.state_of(self), len(v))
        open_to = (v.poor_village & v.reformed & (firm < 0)).nonzero()[0]
        partner = partner_firms(region, open_to)
        there = partner >= 0
        order = open_to[there][np.lexsort((v.uid[open_to[there]], -listed_share(region)[open_to[there]]))]
        yuan = v.weight[order] * s.fund * (1.0 + s.administration_share)
        room = s.share_per_year * float(v.weight[v.poor_village].sum())
        chosen = choose_villages(region, room, self.left(region, s), order, yuan)
        first, last = float(v.weight[open_to].sum()), float(v.weight[chosen].sum())
        region.funnel.append((region.month, self.id, first, float(v.weight[order].sum()), last))
        if len(chosen):
            self.invest(region, s, chosen, partner[np.searchsorted(open_to, chosen)])

    def invest(self, region: Region, s: Any, villages: Rows, firms: Rows) -> None:
        """The budget pays suppliers of assets, which become the firm's; the village holds the stake."""
        v = region.rows("village")
        by_county = np.bincount(v.county[villages], s.fund * v.weight[villages], minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("fund_shares.grant", "counties", "markets", by_county, self.id)
        by_firm = put_in(region, villages, firms, np.full(len(villages), s.fund), region.state_of(self))
        goods = Side("enterprises", by_firm)
        region.ledger.post("fund_shares.goods", Side("markets"), goods, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each December the firm pays: a part to the collective, equal shares of the rest to the registered."""
        state, v, h = region.state_of(self), region.rows("village"), region.rows("household")
        if region.calendar_month != DECEMBER or not hasattr(state, "firm"):
            return
        firm = state.firm.copy()
        paid = draw_dividends(region, state, s.dividend)
        rows = supported_homes(region)
        rows = rows[(paid > 0.0)[h.village[rows]]]
        homes = np.bincount(h.village[rows], h.weight[rows], minlength=len(v)) / np.maximum(v.weight, 1e-9)
        part = np.where(homes > 0.0, s.collective_part, 1.0)
        to_collective = part * paid
        got = (paid > 0.0).nonzero()[0]
        by_firm = np.bincount(firm[got], (v.weight * to_collective)[got], minlength=len(region.rows("enterprise")))
        earn(region, "collective.stake_income", Side("enterprises", by_firm), got, to_collective[got], self.id)
        to_homes = (1.0 - part) * paid
        by_firm = np.bincount(firm[got], (v.weight * to_homes)[got], minlength=len(region.rows("enterprise")))
        each = (to_homes / np.maximum(homes, 1e-9))[h.village[rows]]
        region.reach(self, rows)
        pay_households(region, "fund_shares.dividends", Side("enterprises", by_firm), rows, each, self.id)


def listed_share(region: Region) -> Amounts:
    """Listed households of each village's households, 0-1."""
    h = region.rows("household")
    listed = sums_of(region, "village", h.weight * (h.registry == REGISTERED))
    return np.asarray(listed / np.maximum(sums_of(region, "village", h.weight * homes_mask(region)), 1e-9))


class ThreeChangesSettings(Funded):
    """Where pilots begin, what goes into the co-operative and how profit is shared."""

    least_strength: Dated = setting(
        0.4, unit="0-1", zh="村支两委战斗力门槛", en="least strength of the village's leaders", low=0, high=1,
        source="mechanisms.csv M333: strong committee; threshold assumed", status="assumption",
    )  # fmt: skip
    least_base: Dated = setting(
        0.2, unit="0-1", zh="产业基础门槛", en="least quality of the leading industry", low=0, high=1,
        source="mechanisms.csv M333: industry base; threshold assumed", status="assumption",
    )  # fmt: skip
    least_listed: Dated = setting(
        0.05, unit="share", zh="贫困户占比门槛", en="least share of listed households", low=0, high=1,
        source="mechanisms.csv M333: many poor covered; threshold assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.1, unit="share of villages", zh="年度试点比例", en="villages that begin in a year", low=0, high=1,
        source="pilots first; assumed", status="assumption",
    )  # fmt: skip
    fund: Dated = setting(
        300000, unit="yuan/village", zh="资金变股金", en="public money turned into shares", low=0, high=5e6,
        source="as fund_shares", status="assumption",
    )  # fmt: skip
    land_part: Dated = setting(
        0.3, unit="share", zh="土地入股比例", en="part of its land that a member puts in", low=0, high=1,
        source="some is kept for food; size assumed", status="assumption",
    )  # fmt: skip
    land_value: Dated = setting(
        5000, unit="yuan/mu", zh="土地作价", en="value of a mu put in", low=0, high=100000,
        source="about ten rents (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.6, unit="share", zh="入股意愿", en="willing members at full motivation", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    jobs_per_mu: Dated = setting(
        0.1, unit="jobs/mu", zh="亩均用工", en="jobs on a mu", low=0, high=3,
        source="orchards and herbs, below greenhouses (land_park 0.4); assumed", status="assumption",
    )  # fmt: skip
    payout: Dated = setting(
        0.7, unit="share", zh="利润分红比例", en="part of the profit that is paid out", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    poor_part: Dated = setting(
        0.6, unit="share", zh="财政股量化到贫困户比例", en="part of the public shares held by the registered", low=0,
        high=1, source="mechanisms.csv M254: fund money as shares of the poor; size assumed", status="assumption",
    )  # fmt: skip


class ThreeChanges(Instrument):
    """A co-operative of the village: land and money are shares, farmers its members and workers, profit is shared."""

    kind, family = "three_changes", "collectives"
    zh, en = "三变改革", "three changes"
    about_zh = "村办合作社：土地和资金折成股份，农民当股东也当工人，利润分红。"
    sized_by = ("share_per_year",)
    Settings = ThreeChangesSettings
    months, service_months = (2,), (DECEMBER,)

    def pilots(self, region: Region, s: Any) -> Rows:
        """Reformed villages with strong leaders, an industry to build on and many poor; the strongest first."""
        v, strength = region.rows("village"), strength_of(region)
        rows = (
            v.reformed
            & (strength >= s.least_strength)
            & (v.industry_quality >= s.least_base)
            & (listed_share(region) >= s.least_listed)
            & (self.memory(region).firm < 0)
        ).nonzero()[0]
        return np.asarray(rows[np.lexsort((v.uid[rows], -strength[rows]))])

    def memory(self, region: Region) -> Any:
        """Co-operative of each village (−1 none), its shares by holder, and the land that households put in."""
        state = region.state_of(self)
        if not hasattr(state, "firm"):
            n = len(region.rows("village"))
            state.firm = np.full(n, -1)
            state.collective, state.public = np.zeros(n), np.zeros(n)
            state.land = np.zeros(len(region.rows("household")))
        return state

    def offer(self, region: Region, s: Any) -> None:
        """Found co-operatives in the pilots within the year's share and budget."""
        v, order = region.rows("village"), self.pilots(region, s)
        total = float(v.weight.sum())
        yuan = v.weight[order] * s.fund * (1.0 + s.administration_share)
        chosen = choose_villages(region, s.share_per_year * total, self.left(region, s), order, yuan)
        stages = (total, float(v.weight[order].sum()), float(v.weight[chosen].sum()))
        region.funnel.append((region.month, self.id, *stages))
        if len(chosen):
            self.found(region, s, chosen)

    def join(self, region: Region, s: Any, villages: Rows) -> tuple[Rows, Amounts]:
        """Households that put part of their own free land in, and how much."""
        h = region.rows("household")
        here = np.zeros(len(region.rows("village")), np.bool_)
        here[villages] = True
        free = np.maximum(h.land - h.rented_out - h.park_land, 0.0)
        rows = (here[h.village] & (h.members > 0) & (free > region.p.least_plot)).nonzero()[0]
        luck = region.draws.uniform(MEMBERS, 0, h.uid[rows])
        rows = rows[luck < s.take_up * h.motivation[rows]]
        return rows, s.land_part * free[rows]

    def found(self, region: Region, s: Any, villages: Rows) -> None:
        """Money and idle assets buy and make the capital; members' land sets the jobs; shares are written down."""
        v, h, county, state = (
            region.rows("village"), region.rows("household"), region.rows("county"), self.memory(region)
        )  # fmt: skip
        rows, mu = self.join(region, s, villages)
        land = np.bincount(h.village[rows], h.weight[rows] * mu, minlength=len(v))[villages]
        weight, own = v.weight[villages], v.idle_assets[villages].copy()
        capital = np.maximum(weight * (s.fund + own), 1.0)
        by_county = np.bincount(v.county[villages], weight * s.fund, minlength=len(county))
        self.fund(region, s, by_county)
        wage = county.wage_cost[v.county[villages]]
        new = {
            "uid": derived_uid(region, FOUNDING, v.uid[villages]),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(len(villages), COOPERATIVE),
            "productivity": productivity_for(region, np.maximum(s.jobs_per_mu * land, LEAST_JOBS), capital, wage),
            "capital": capital,
        }
        firm = region.add("enterprise", new)
        region.ledger.post_by_county("three_changes.grant", "counties", "markets", by_county, self.id)
        bought, brought = Side("enterprises", capital - weight * own, firm), Side("enterprises", weight * own, firm)
        region.ledger.post("three_changes.goods", Side("markets"), bought, "assets", self.id)
        given = Side("collectives", own, villages)
        region.ledger.post("collective.stake_goods", given, brought, "assets", self.id)
        v.idle_assets[villages] = 0.0
        h.land[rows] -= mu
        region.reach(self, rows)
        state.firm[villages], state.land[rows] = firm, mu
        state.collective[villages] = own + (1.0 - s.poor_part) * s.fund
        state.public[villages] = s.poor_part * s.fund

    def service(self, region: Region, s: Any) -> None:
        """In December profit is shared by shares; where the co-operative has closed members take their land back."""
        if region.calendar_month != DECEMBER or not hasattr(region.state_of(self), "firm"):
            return
        e, h, state = region.rows("enterprise"), region.rows("household"), self.memory(region)
        closed = (state.firm >= 0) & ~e.alive[state.firm]
        back = (closed[h.village] & (state.land > 0.0)).nonzero()[0]
        h.land[back] += state.land[back]
        state.land[back] = 0.0
        state.firm[closed] = -1
        if (state.firm >= 0).any():
            self.share_profit(region, s)

    def share_profit(self, region: Region, s: Any) -> None:
        """What is paid out goes to land shares, the registered's public shares and the collective, by value."""
        v, h, e, state = (
            region.rows("village"),
            region.rows("household"),
            region.rows("enterprise"),
            self.memory(region),
        )
        villages = (state.firm >= 0).nonzero()[0]
        firm = state.firm[villages]
        pool = np.zeros(len(v))
        pool[villages] = np.minimum(s.payout * np.maximum(e.profit[firm], 0.0), np.maximum(e.cash[firm], 0.0))
        poor = supported(region) & (h.members > 0)
        homes = np.maximum(sums_of(region, "village", h.weight * poor), 1e-9)
        weight = np.maximum(v.weight, 1e-9)
        shares = s.land_value * state.land * (h.members > 0) + np.where(
            poor, (weight * state.public / homes)[h.village], 0
        )
        own = weight * state.collective
        all_shares = np.maximum(own + sums_of(region, "village", h.weight * shares), 1e-9)
        rows = ((shares > 0.0) & (pool[h.village] > 0.0)).nonzero()[0]
        amounts = (pool / all_shares)[h.village[rows]] * shares[rows]
        to_homes = np.bincount(h.village[rows], h.weight[rows] * amounts, minlength=len(v))[villages]
        to_collective = (pool * own / all_shares)[villages]
        e.cash[firm] -= to_homes + to_collective
        e.profit[firm] -= to_homes + to_collective
        payer = Side("enterprises", to_collective, firm)
        earn(region, "collective.stake_income", payer, villages, to_collective / weight[villages], self.id)
        payer = Side("enterprises", to_homes, firm)
        pay_households(region, "three_changes.dividends", payer, rows, amounts, self.id, earned=True)


KINDS = (FundShares, ThreeChanges)
