"""Parks on land leased from households, with jobs in greenhouses; and grants turned into shares of enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.kernels import rowwise
from fupin.model.enterprise import LEADING, PARK
from fupin.model.household import COOP_LINK, PARK_LINK
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.links import linked
from fupin.model.instruments.own_rows import own, own_in, take
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import close, derived_uid, productivity_for
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import of_villages, supported_homes, supported_weight

if TYPE_CHECKING:
    from fupin.model.region import Region

SITING = declare_stream("park.siting", "which villages get a park, yearly; its key")
LEASE = declare_stream("park.lease", "whether a household leases its land to the park")
FIRM = declare_stream("shares.firm", "which leading enterprise takes a household's grant as shares")


class ParkSettings(Funded):
    """Land, rent, jobs and money of parks."""

    share_per_year: Dated = setting(
        0.02, unit="share of poor villages", zh="年度新建比例", en="poor villages that get a park in a year", low=0,
        high=1, source="baoding.csv: 44 parks by 2016", status="assumption",
    )  # fmt: skip
    rent: Dated = setting(
        1000, unit="yuan/mu/year", zh="流转保底租金", en="floor rent", low=0, high=5000,
        source="domain/data/baoding.csv", status="seed",
    )  # fmt: skip
    lease: Dated = setting(
        0.8, unit="share", zh="流转比例", en="part of its land that a household leases", low=0, high=1,
        source="some is kept for food; size assumed", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.8, unit="share", zh="流转意愿", en="willing among those for whom the rent is better", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    jobs_per_mu: Dated = setting(
        0.4, unit="jobs/mu", zh="亩均用工", en="jobs on a mu of greenhouses", low=0, high=3,
        source="baoding.csv: Tianshengqiao, 295 sheds of 8-10 workers on 6,300 mu make 0.42 at the peak",
        status="assumption",
    )  # fmt: skip
    worker_share: Dated = setting(
        0.2, unit="share", zh="可用劳动力比例", en="workers of the village for whom the park is planned", low=0.01,
        high=1, source="no larger than there are hands for; size assumed", status="assumption",
    )  # fmt: skip
    capital_per_mu: Dated = setting(
        6000, unit="yuan/mu", zh="亩均投资", en="greenhouses and cold rooms", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    public_share: Dated = setting(
        0.3, unit="share", zh="财政补助比例", en="part of the investment paid by the budget", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    patience: Dated = setting(
        24, unit="months", zh="亏损容忍期", en="months in a row in which owners help to pay the rent", low=0, high=120,
        source="assumed", status="assumption",
    )  # fmt: skip


@rowwise("household")
def land_to_let(region: Region, h: Any) -> Any:
    """Land that is neither let nor leased to a park."""
    return np.maximum(h.land - h.rented_out - h.park_land, 0.0)


@among("household")
def gain_by_rent(region: Region, h: Any, rent: float) -> Any:
    """Households whose land brings less in their own hands than the rent, and who have not leased it."""
    free, p = np.maximum(h.land - h.rented_out - h.park_land, 0.0), region.p
    own = p.land_exponent * (1.0 - p.input_share) * h.expected_output / np.maximum(free, p.least_plot)
    return (h.park_land <= 0.0) & (free > p.least_plot) & (own < rent)


class LandParks(Instrument):
    """An enterprise leases land in a village at a floor rent and hires there; when it closes the land goes back."""

    kind, family = "land_park", "industry"
    zh, en = "土地流转与现代农业园区", "land leased to parks with jobs"
    about_zh = "企业按保底租金流转村里土地并就地用工；企业倒闭，土地退回农户。"
    sized_by = ("share_per_year",)
    Settings = ParkSettings
    months, service_months = (2,), QUARTER_ENDS

    def willing(self, region: Region, s: Any) -> Rows:
        """Households whose land brings less in their own hands than the rent, until the park has what it can work."""
        h = region.rows("household")
        rows = linked(region, gain_by_rent(region, rent=s.rent), PARK_LINK)
        luck = region.lifelong(LEASE, "household")[rows]
        keen = luck < s.take_up
        rows, luck = rows[keen], luck[keen]
        hands = of_villages(region, "workers")
        room = s.worker_share * hands / max(s.jobs_per_mu, 1e-3)
        return np.asarray(
            rows[admit(h.village[rows], luck, h.weight[rows] * s.lease * land_to_let(region, rows), room, h.uid[rows])]
        )

    def offer(self, region: Region, s: Any) -> None:
        """Choose villages by lottery among those where land is to be had, within share and budget."""
        v, h, e = region.rows("village"), region.rows("household"), region.rows("enterprise")
        rows = self.willing(region, s)
        leased = s.lease * np.maximum(h.land[rows] - h.rented_out[rows], 0.0)
        mu = np.bincount(h.village[rows], h.weight[rows] * leased, minlength=len(v))
        free = v.poor_village & (mu > 0.0)
        parks = ((e.kind == PARK) & (e.village >= 0) & e.alive).nonzero()[0]
        free[e.village[parks]] = False
        sites = free.nonzero()[0]
        sites = self.asking(region, sites)
        order = sites[np.lexsort((v.uid[sites], region.draws.uniform(SITING, self._key(region), v.uid[sites])))]
        weight, poor = v.weight[order], float(v.weight[v.poor_village].sum())
        yuan = s.public_share * s.capital_per_mu * mu[order] * (1.0 + s.administration_share)
        fits = np.cumsum(weight) - 0.5 * weight <= s.share_per_year * poor
        fits &= np.cumsum(yuan) - 0.5 * yuan <= self.budget_left(region, s)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = np.sort(order[fits])
        region.funnel.append((region.month, self.id, poor, float(weight.sum()), float(v.weight[chosen].sum())))
        if len(chosen):
            self.found(region, s, chosen, mu[chosen])
            take(region, self, chosen, "village")
            here = np.zeros(len(v), np.bool_)
            here[chosen] = True
            here = here[h.village[rows]]
            h.park_land[rows[here]] = leased[here]
            region.reach(self, rows[here])

    def found(self, region: Region, s: Any, villages: Rows, mu: Amounts) -> None:
        """One enterprise a village: the budget and the owners invest; it wants the jobs of its land."""
        v, county = region.rows("village"), region.rows("county")
        capital = np.maximum(s.capital_per_mu * mu, 1.0)
        public = s.public_share * capital
        wage = county.wage_cost[v.county[villages]]
        by_county = np.bincount(v.county[villages], public, minlength=len(county))
        self.fund(region, s, by_county)
        new = {
            "uid": derived_uid(region, SITING, v.uid[villages]),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(len(villages), PARK),
            "productivity": productivity_for(region, s.jobs_per_mu * mu, capital, wage),
            "capital": capital,
        }
        rows = region.add("enterprise", new)
        region.ledger.post_by_county("park.setup", "counties", "markets", by_county, self.id)
        region.ledger.post("park.goods", Side("markets"), Side("enterprises", public, rows), "assets", self.id)
        owners = Side("enterprises", capital - public, rows)
        region.ledger.post("park.equity", Side("markets"), owners, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter parks pay the rent; owners help where the till is short, but not for ever."""
        if region.calendar_month % 3:
            return
        h, e = region.rows("household"), region.rows("enterprise")
        rows = own_in(region, self, (h.park_land > 0.0).nonzero()[0])
        if not len(rows):
            return
        park = self.park_of_village(region)[h.village[rows]]
        h.park_land[rows[park < 0]] = 0.0
        rows, park = rows[park >= 0], park[park >= 0]
        rows, park = rows[h.members[rows] > 0], park[h.members[rows] > 0]
        rent = 0.25 * s.rent * h.park_land[rows]
        due = np.bincount(park, h.weight[rows] * rent, minlength=len(e))
        helped = np.maximum(due - np.maximum(e.cash, 0.0), 0.0)
        e.cash += helped - due
        e.profit -= due
        region.ledger.post("firm.equity", Side("markets"), Side("enterprises", helped), instrument=self.id)
        pay_households(region, "park.rent", Side("enterprises", due), rows, rent, self.id, earned=True)
        state = region.state_of(self)
        before = np.zeros(len(e))
        kept = getattr(state, "short", before)
        before[: len(kept)] = kept
        state.short = np.where(helped > 0.0, before + 3.0, 0.0)
        close(region, (state.short > s.patience).nonzero()[0])
        h.park_land[rows[~e.alive[park]]] = 0.0

    def park_of_village(self, region: Region) -> Rows:
        """Row of the park in each village, −1 where there is none in business."""
        e = region.rows("enterprise")
        found = np.full(len(region.rows("village")), -1, np.int64)
        parks = ((e.kind == PARK) & (e.village >= 0) & e.alive).nonzero()[0]
        found[e.village[parks]] = parks
        return found


class ShareSettings(Funded):
    """Grants as shares, and the dividend."""

    grant: Dated = setting(
        5000, unit="yuan/household", zh="入股资金", en="grant held as shares", low=0, high=100000,
        source="size of a production grant; issue: grants turned into shares", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.07, unit="1/year", zh="分红比例", en="yearly dividend", low=0, high=0.3,
        source="6-8 % (general knowledge, to verify); mechanisms.csv M105", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.1, unit="share", zh="年度覆盖比例", en="most registered households served in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip


class EnterpriseShares(Instrument):
    """The grant buys assets of a leading enterprise; the household holds shares and shares its luck."""

    kind, family = "enterprise_shares", "industry"
    zh, en = "资金入股龙头企业", "grants turned into shares"
    about_zh = "补助资金为龙头企业购置资产，农户持股，与企业共担盈亏。"
    sized_by = ("share_per_year",)
    Settings = ShareSettings
    months, service_months = (3,), (12,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_homes(region)
        return linked(region, rows[h.shares[rows] <= 0.0], COOP_LINK)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Households with few workers first, by lot among equals."""
        return np.asarray(region.rows("household").workers[rows] + super().priority(region, s, rows))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.grant)

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.share_per_year * supported_weight(region))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Assets for the enterprise, shares for the household, by lot among the county's leading enterprises."""
        h, e = region.rows("household"), region.rows("enterprise")
        firms = (e.alive & (e.kind == LEADING) & (e.village < 0)).nonzero()[0]
        firms = firms[np.argsort(e.county[firms], kind="stable")]
        starts, ends = (np.searchsorted(e.county[firms], h.county[rows], side) for side in ("left", "right"))
        there = ends > starts
        rows, starts, ends = rows[there], starts[there], ends[there]
        if not len(rows):
            return
        luck = region.draws.uniform(FIRM, region.month, h.uid[rows])
        firm = firms[np.minimum(starts + (luck * (ends - starts)).astype(np.int64), ends - 1)]
        grant = self.cost(region, s, rows)
        grant = self.buy(region, s, "shares.grant", rows, grant)
        invested = np.bincount(firm, h.weight[rows] * grant, minlength=len(e))
        e.capital += invested
        region.ledger.post("shares.goods", Side("markets"), Side("enterprises", invested), "assets", self.id)
        h.shares[rows] = grant
        h.share_firm[rows] = firm
        take(region, self, rows)

    def service(self, region: Region, s: Any) -> None:
        """Each December dividends are paid out of the enterprise's cash; shares of a closed one are lost."""
        if region.calendar_month != DECEMBER:
            return
        h, e = region.rows("household"), region.rows("enterprise")
        rows = own(region, self, (h.shares > 0.0).nonzero()[0])
        if not len(rows):
            return
        lost = rows[~e.alive[h.share_firm[rows]]]
        h.shares[lost] = 0.0
        h.share_firm[lost] = -1
        rows = rows[(h.shares[rows] > 0.0) & (h.members[rows] > 0)]
        due = s.dividend * h.shares[rows]
        firm = h.share_firm[rows]
        asked = np.bincount(firm, h.weight[rows] * due, minlength=len(e))
        part = np.minimum(1.0, np.maximum(e.cash, 0.0) / np.maximum(asked, 1e-9))
        paid = part * asked
        e.cash -= paid
        e.profit -= paid
        pay_households(region, "shares.dividends", Side("enterprises", paid), rows, due * part[firm], self.id)
