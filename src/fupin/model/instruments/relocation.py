"""Relocation: voluntary moves from remote places to sites with limited room and jobs; without a job some return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import PARK
from fupin.model.household import HOME, MOVED, RETURNED, SOUND
from fupin.model.instruments import sites
from fupin.model.instruments.base import Amounts, Instrument, Rows
from fupin.model.instruments.own_rows import own, own_keys, own_mask, take
from fupin.model.ledger import Side
from fupin.model.near import FEN
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import able_members, supported_homes, supported_rows, supported_weight
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

SITE = declare_stream("relocation.site", "key of the employer at a county's relocation sites")
RETURN = declare_stream("relocation.return", "whether a moved household without a job goes back, yearly")


class RelocationSettings(sites.SiteSettings):
    """Cost, room and jobs of the sites."""

    cost_per_head: Dated = setting(
        62500, unit="yuan/person", zh="人均搬迁成本", en="public cost per head", low=0, high=300000,
        source="domain/data/programme_totals.csv: 600bn yuan for 9.6m persons", status="official statistic",
    )  # fmt: skip
    own_cap: Dated = setting(
        2500, unit="yuan/person", zh="自筹上限", en="own contribution, at most", low=0, high=50000,
        source="programme_totals.csv self-raised cap", status="official statistic",
    )  # fmt: skip
    places: Dated = setting(
        {"2016-01": 25000}, unit="persons/year", zh="年度安置规模", en="room at the sites, persons a year", low=0,
        high=1e6, source="baoding.csv: 76,000 persons started in 2016; a third of it each year assumed",
        status="assumption", scaled=True,
    )  # fmt: skip
    remoteness: Dated = setting(
        0.5, unit="score", zh="偏远门槛", en="least remoteness of the village", low=-3, high=3,
        source="sites for villages where one region cannot feed its people; threshold assumed", status="assumption",
    )  # fmt: skip
    road: Dated = setting(
        0.4, unit="share", zh="通路门槛", en="mountain villages with a worse road count as remote", low=0, high=1,
        source="places that one cannot live off or reach; threshold assumed", status="assumption",
    )  # fmt: skip
    savings_share: Dated = setting(
        0.5, unit="share", zh="自筹占储蓄上限", en="own contribution, at most this share of savings", low=0, high=1,
        source="nobody goes into debt for the move (housing rules); size assumed", status="assumption",
    )  # fmt: skip
    patience_months: Dated = setting(
        24, unit="months", zh="稳定期", en="months without a job before some return", low=0, high=120,
        source="domain/literature.md: return if no job within two years", status="published estimate",
    )  # fmt: skip
    jobs_per_worker: Dated = setting(
        0.3, unit="jobs/worker", zh="安置点就业", en="jobs at the site for each moved worker", low=0, high=1.5,
        source="prototype.md section 5", status="assumption",
    )  # fmt: skip
    job_setup: Dated = setting(
        20000, unit="yuan/job", zh="后续产业投入", en="follow-up industry, yuan a job", low=0, high=200000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.35, unit="share", zh="搬迁意愿", en="households willing to move", low=0, high=1,
        source="voluntary; general knowledge, to verify", status="assumption",
    )  # fmt: skip
    building_months: Dated = setting(
        12, unit="months", zh="建设期", en="months until the move", low=1, high=60, source="one building season",
        status="assumption",
    )  # fmt: skip
    return_rate: Dated = setting(
        0.15, unit="1/year", zh="返迁率", en="yearly return of households without a job there", low=0, high=1,
        source="literature.md: return or failure if no job within two years; size assumed", status="assumption",
    )  # fmt: skip


class Relocation(Instrument):
    """Registered households of remote villages move to a new house near jobs and lose part of their land."""

    kind, family = "relocation", "relocation"
    zh, en = "易地扶贫搬迁", "relocation"
    about_zh = "偏远村的建档立卡户搬入靠近就业岗位的新居，并失去一部分土地。"
    sized_by = ("places",)
    Settings = RelocationSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h, far = region.rows("household"), self.to_be_left(region, s)
        rows = supported_homes(region)
        return np.asarray(rows[far[h.village[rows]] & (h.location[rows] == HOME) & (h.relocated_month[rows] < 0)])

    def to_be_left(self, region: Region, s: Any) -> Any:
        """Mask of villages whose people may move: the remote ones, or those where services cost too much (M187)."""
        v = region.rows("village")
        if s.cost_ratio > 0.0:
            return sites.dear_to_serve(region, s)
        return (v.remoteness >= s.remoteness) | ((v.terrain == MOUNTAIN) & (v.road < s.road))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Willing, and with some savings for the own share."""
        h = region.rows("household")
        return np.where(h.savings[rows] >= FEN, float(s.take_up), 0.0)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        h = region.rows("household")
        public = h.members[rows] * s.cost_per_head - self.swapped(region, s, rows) - self.lent(region, s, rows)
        return np.asarray(public + self.planned_jobs(region, s, rows) * s.job_setup)

    def swapped(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """What the building land that a move saves is sold for, at most the cost of the move."""
        most = region.rows("household").members[rows] * s.cost_per_head
        return np.asarray(np.minimum(s.swap_price * s.saved_land, most))

    def own_money(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """What households pay out of savings: up to the limit a head and to a share of what they have."""
        h = region.rows("household")
        return np.asarray(np.minimum(s.own_cap * h.members[rows], s.savings_share * np.maximum(h.savings[rows], 0.0)))

    def lent(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """The rest of the own part, lent without interest where that is offered."""
        if s.loan < 0.5:
            return np.zeros(len(rows))
        heads = region.rows("household").members[rows]
        public = heads * s.cost_per_head - self.swapped(region, s, rows)
        return np.asarray(np.minimum(s.own_cap * heads - self.own_money(region, s, rows), public))

    def planned_jobs(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Jobs that come with each household: for part of its workers, at least those planned with the site."""
        h, workers = region.rows("household"), region.rows("household").workers[rows]
        jobs = s.jobs_per_worker * workers
        if s.sites > 0.5:
            site = sites.sites_of(region.state_of(self), len(h))[rows]
            jobs = jobs * np.where(site >= 0, sites.jobs_of_sites(s)[site], 1.0)
        return np.asarray(np.maximum(jobs, s.joint_planning * (workers > 0.0)))

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """Those whom budget and room allow; where sites are chosen, those who find one with room."""
        chosen = super().select(region, s, rows)
        if s.sites < 0.5 or not len(chosen):
            return chosen
        site = sites.choose_sites(region, s, chosen, super().priority(region, s, chosen))
        sites.sites_of(region.state_of(self), len(region.rows("household")))[chosen] = site
        return np.asarray(chosen[site >= 0])

    def capacity(self, region: Region, s: Any) -> float:
        h = region.rows("household")
        listed = supported_rows(region)
        persons = float((h.weight[listed] * h.members[listed]).sum())
        homes = supported_weight(region)
        return float(s.places) * homes / max(persons, 1.0)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Build: the budget pays, households add their share, the site's employer is set up."""
        h = region.rows("household")
        building = h.members[rows] * s.cost_per_head
        own, swap, loan = self.own_money(region, s, rows), self.swapped(region, s, rows), self.lent(region, s, rows)
        h.benefits[rows] += building - loan
        by_county = self.charge(region, s, rows, building - swap - loan)
        swapped = np.bincount(h.county[rows], h.weight[rows] * swap, minlength=len(by_county))
        region.ledger.post("relocation.land_swap", Side("markets"), Side("counties", swapped), instrument=self.id)
        payer = Side("counties", by_county + swapped)
        region.ledger.post("relocation.building", payer, Side("markets"), instrument=self.id)
        if loan.any():
            sites.borrow(region, region.state_of(self), rows, loan, self)
        h.savings[rows] -= own
        region.ledger.post("relocation.own_share", Side("households", own, rows), Side("markets"), instrument=self.id)
        sites.build_larger(region, s, rows, self)
        take(region, self, rows)
        h.relocated_month[rows] = region.month + int(s.building_months)
        self.found_site_jobs(region, s, rows)

    def found_site_jobs(self, region: Region, s: Any, rows: Rows) -> None:
        """Follow-up industry: one employer a county and year with jobs for part of the moved workers."""
        h, county = region.rows("household"), region.rows("county")
        jobs = s.jobs_per_worker * np.bincount(h.county[rows], h.weight[rows] * h.workers[rows], minlength=len(county))
        chosen = sites.sites_of(region.state_of(self), len(h))[rows] >= 0
        if chosen.any() or s.joint_planning > 0.0:
            planned = h.weight[rows] * self.planned_jobs(region, s, rows)
            jobs = np.bincount(h.county[rows], planned, minlength=len(county))
        where = (jobs >= 1.0).nonzero()[0]
        if not len(where):
            return
        capital = s.job_setup * jobs[where]
        by_county = np.zeros(len(county))
        by_county[where] = capital
        self.fund(region, s, by_county)
        new = {
            "uid": derived_uid(region, SITE, own_keys(self, county.uid[where])),
            "county": where,
            "kind": np.full(len(where), PARK),
            "productivity": productivity_for(region, jobs[where], capital, county.wage_cost[where]),
            "capital": capital,
            "reserved": np.ones(len(where)),
        }
        made = region.add("enterprise", new)
        region.ledger.post_by_county("relocation.follow_up", "counties", "markets", by_county, self.id)
        region.ledger.post("workshop.goods", Side("markets"), Side("enterprises", capital, made), "assets", self.id)

    def old_homes(self, region: Region) -> NDArray[np.int8]:
        """Grade of the house that each household left and whether it had safe water: what it returns to."""
        state = region.state_of(self)
        if not hasattr(state, "old_homes"):
            state.old_homes = np.zeros((2, len(region.rows("household"))), np.int8)
        return np.asarray(state.old_homes)

    def service(self, region: Region, s: Any) -> None:
        """Finished houses are moved into; each March some households without a job return."""
        h = region.rows("household")
        moving = own(region, self, (h.relocated_month == region.month).nonzero()[0])
        if len(moving):
            self.old_homes(region)[:, moving] = h.housing[moving], h.safe_water[moving]
            h.location[moving] = MOVED
            h.housing[moving] = SOUND
            h.safe_water[moving] = True
            sites.settle_in(region, s, region.state_of(self), moving)
            region.rows("person").restless[able_members(region, moving)] = True
        if region.calendar_month == DECEMBER:
            sites.repay(region, s, region.state_of(self), self)
        if region.calendar_month != 3:
            return
        mine = own_mask(region, self)
        here = mine & (h.location == MOVED) & (h.members > 0.0)
        out_of_work = (here & (h.local_workers + h.migrants + h.post_pay <= 0.0)).nonzero()[0]
        sites.projects(region, s, region.state_of(self), out_of_work, self)
        busy = region.state_of(self).project & (h.own_workers > 0.0)
        settled = mine & (h.location == MOVED) & (region.month - h.relocated_month >= s.patience_months)
        jobless = (h.workers > 0.0) & (h.local_workers + h.migrants + h.post_pay <= 0.0)
        idle = (settled & ~busy & jobless).nonzero()[0]
        gone = idle[region.draws.uniform(RETURN, region.month, h.uid[idle]) < s.return_rate]
        h.location[gone] = RETURNED
        h.housing[gone], h.safe_water[gone] = self.old_homes(region)[:, gone]
        sites.settle_in(region, s, region.state_of(self), gone, -1.0)
