"""Industry: production grants to households and workshops in villages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.enterprise import WORKSHOP
from fupin.model.household import OWN_LINK
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.links import linked
from fupin.model.instruments.own_rows import own_mask, take
from fupin.model.ledger import Side
from fupin.model.near import part_within
from fupin.model.person import CARE, OWN
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.processes.labour import present_staff
from fupin.model.processes.lacks import ASSETS, main_cause
from fupin.model.processes.project_fit import project_fit
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes, supported_weight, supported_workers
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

SURVIVAL = declare_stream("grant.survival", "share of granted animals or trees that live to yield")
CAUSE = declare_stream("grant.cause", "whether the cause of poverty is seen when a project is chosen")
SITING = declare_stream("workshop.siting", "which villages get a workshop, yearly")


class GrantSettings(Funded):
    """Size, rhythm and risk of production grants."""

    grant: Dated = setting(
        5000, unit="yuan/household", zh="每户补助", en="grant in kind", low=0, high=100000,
        source="prototype.md section 5 (5,000 in kind); common ceiling of county schemes", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.15, unit="share", zh="年度覆盖比例", en="most registered households served in a year", low=0, high=1,
        source="project cycle of about seven years", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.8, unit="share", zh="参与率", en="take-up at full motivation", low=0, high=1,
        source="needs own work and risk; effects.csv E24", status="assumption",
    )  # fmt: skip
    least_labour: Dated = setting(
        0.5, unit="worker", zh="最少自营劳动", en="least labour in own business", low=0, high=3,
        source="animals and trees need hands; general knowledge", status="assumption",
    )  # fmt: skip
    lag_months: Dated = setting(
        12, unit="months", zh="见效期", en="months before the asset yields", low=0, high=60,
        source="livestock about a year, walnut orchards three to five (general knowledge)", status="assumption",
    )  # fmt: skip
    loss: Dated = setting(
        0.3, unit="share", zh="未匹配项目损失", en="value lost where the project does not fit", low=0, high=0.9,
        source="mechanisms.csv M020: match of measure and cause; size assumed", status="assumption",
    )  # fmt: skip
    cause_loss: Dated = setting(
        0.0, unit="share", zh="措施与致贫原因不符损失", en="value lost where assets are not what the household lacks",
        low=0, high=0.9, source="mechanisms.csv M020: effect is matched to the cause; off by default",
        status="assumption",
    )  # fmt: skip
    pause_months: Dated = setting(
        36, unit="months", zh="间隔期", en="months before a second grant", low=0, high=120, source="one project cycle",
        status="assumption",
    )  # fmt: skip


class ProductionGrant(Instrument):
    """Livestock, seedlings or tools bought for registered households that can work them; they yield after a lag."""

    kind, family = "production_grant", "industry"
    zh, en = "产业到户补助", "production grants"
    about_zh = "为有劳动能力的建档立卡户购置牲畜、苗木或农具，过一段时间才见效。"
    sized_by = ("share_per_year",)
    Settings = GrantSettings
    months = (3,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = supported_homes(region)
        rows = rows[(h.grant_pending[rows] <= 0.0) & (h.own_labour[rows] >= s.least_labour)]
        last = h.granted_month[rows]
        waited = (last < 0) | (region.month - last >= s.pause_months)
        return linked(region, rows[waited], OWN_LINK)

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return np.asarray(s.take_up * region.rows("household").motivation[rows])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.grant)

    def capacity(self, region: Region, s: Any) -> float:
        return float(s.share_per_year * supported_weight(region))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Buy the assets; they are the household's, and pending until they yield."""
        h = region.rows("household")
        value = self.cost(region, s, rows)
        value = self.buy(region, s, "production_grant", rows, value)
        region.ledger.post(
            "production_grant.goods", Side("markets"), Side("households", value, rows), "assets", self.id
        )
        h.grant_pending[rows] += value
        h.grant_ready[rows] = region.month + int(s.lag_months)
        h.granted_month[rows] = region.month
        self.pending(region)[rows] = True

    def service(self, region: Region, s: Any) -> None:
        """Pending assets that reach their month become productive, less what did not fit or live."""
        h = region.rows("household")
        rows = places_where(region, h.grant_pending > 0.0)
        rows = rows[(h.grant_ready[rows] <= region.month) & self.pending(region)[rows]]
        if not len(rows):
            return
        fit = project_fit(region)[h.village[rows]]
        lost = h.grant_pending[rows] * s.loss * (1.0 - fit) * region.draws.uniform(SURVIVAL, region.month, h.uid[rows])
        if s.cause_loss > 0.0:
            lost = lost + (h.grant_pending[rows] - lost) * cause_mismatch(region, s, rows, fit)
        h.capital[rows] += h.grant_pending[rows] - lost
        h.grant_pending[rows] = 0.0
        self.pending(region)[rows] = False
        region.ledger.post("asset.loss", Side("households", lost, rows), Side("nature"), "assets", self.id)


def cause_mismatch(region: Region, s: Any, rows: Rows, fit: Amounts) -> Amounts:
    """Share of the value lost where a household lacks something else and nobody saw it.

    Whoever sees the cause (with a chance that rises with the team's accuracy) finds a project that it can bear.
    """
    h = region.rows("household")
    seen = region.draws.uniform(CAUSE, region.month, h.uid[rows]) < fit
    return np.where((main_cause(region, rows) != ASSETS) & ~seen, s.cause_loss, 0.0)


class WorkshopSettings(Funded):
    """How many workshops, how large, on what terms."""

    share_per_year: Dated = setting(
        {"2015-01": 0.08, "2018-01": 0.12}, unit="share of poor villages", zh="年度新建比例",
        en="poor villages that get a workshop in a year", low=0, high=1,
        source="baoding.csv: 1,117 points in 481 of 1,082 poor villages by 2016", status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        28.6, unit="workers", zh="工位", en="places of a workshop", low=1, high=500,
        source="as a point of home handicraft, 28.6 hands (baoding.csv); assumed", status="assumption",
    )  # fmt: skip
    setup: Dated = setting(
        150000, unit="yuan/workshop", zh="建设补助", en="set-up grant", low=0, high=2e6,
        source="general knowledge, to verify: rooms and machines for thirty", status="assumption",
    )  # fmt: skip
    wage_subsidy: Dated = setting(
        1000, unit="yuan/worker/year", zh="吸纳补贴", en="subsidy for each registered worker", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    hire_share: Dated = setting(
        0.0, unit="share", zh="带贫用工比例", en="jobs that must go to the registered for support", low=0, high=1,
        source="mechanisms.csv M128: share is an assumption; no condition by default", status="assumption",
    )  # fmt: skip
    least_workers: Dated = setting(
        60, unit="persons", zh="最少劳动力", en="fewest able workers for a site", low=0, high=1000,
        source="a workshop in a village without workers stays empty (issue)", status="assumption",
    )  # fmt: skip


class VillageWorkshop(Instrument):
    """A workshop in a poor village: an enterprise with places, orders from outside, and registered workers first."""

    kind, family = "village_workshop", "industry"
    zh, en = "扶贫车间", "village workshops"
    about_zh = "在贫困村办车间：有固定工位，承接外来订单，优先招用建档立卡劳动力。"
    sized_by = ("share_per_year",)
    writes_with = ("village_workshop", "joint_workshop")
    Settings = WorkshopSettings
    months, service_months = (4,), QUARTER_ENDS

    def offer(self, region: Region, s: Any) -> None:
        """Choose villages by lottery within the year's share and budget, and set the workshops up."""
        v, h, e = region.rows("village"), region.rows("household"), region.rows("enterprise")
        workers = sums_of(region, "village", h.workers)
        free = v.poor_village & (workers >= s.least_workers)
        shops = ((e.kind == WORKSHOP) & (e.village >= 0) & e.alive).nonzero()[0]
        free[e.village[shops]] = False
        sites = free.nonzero()[0]
        sites = self.asking(region, sites)
        if s.hire_share > 0.0:
            sites = sites[accepts_condition(region, s, sites)]
        luck = region.draws.uniform(SITING, self._key(region), v.uid[sites])
        order = sites[np.lexsort((v.uid[sites], luck))]
        weight = v.weight[order]
        room = s.share_per_year * v.weight[v.poor_village].sum()
        yuan = weight * s.setup * (1.0 + s.administration_share)
        left = self.budget_left(region, s)
        fits = (np.cumsum(weight) - 0.5 * weight <= room) & (np.cumsum(yuan) - 0.5 * yuan <= left)
        fits &= self.sited(region, order, np.where(fits, yuan, 0.0))
        chosen = order[fits]
        region.funnel.append(
            (
                region.month,
                self.id,
                float(v.weight[v.poor_village].sum()),
                float(weight.sum()),
                float(v.weight[chosen].sum()),
            )
        )
        if len(chosen):
            self.build(region, s, np.sort(chosen))

    def build(self, region: Region, s: Any, villages: Rows) -> None:
        """Found one enterprise a village (for all the villages it stands for) and pay the set-up."""
        v, county = region.rows("village"), region.rows("county")
        weight = v.weight[villages]
        places, capital = s.places * weight, s.setup * weight
        wage = county.wage_cost[v.county[villages]]
        new = {
            "uid": derived_uid(region, SITING, v.uid[villages]),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(len(villages), WORKSHOP),
            "productivity": productivity_for(region, places, capital, wage),
            "places": places,
            "capital": capital,
            "reserved": np.ones(len(villages)),
            "hire_share": np.full(len(villages), s.hire_share),
        }
        by_county = np.bincount(v.county[villages], capital, minlength=len(county))
        self.fund(region, s, by_county)
        rows = region.add("enterprise", new)
        take(region, self, rows, "enterprise")
        region.ledger.post_by_county("workshop.setup", "counties", "markets", by_county, self.id)
        region.ledger.post("workshop.goods", Side("markets"), Side("enterprises", capital, rows), "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Pay the hiring subsidy at the end of each quarter; mark the households that work there as reached."""
        if region.calendar_month % 3 or not self.settings.active(region.month):
            return
        h, e, staff = region.rows("household"), region.rows("enterprise"), present_staff(region)
        employer = staff.employer
        shops = (e.kind == WORKSHOP) & own_mask(region, self, "enterprise", handed_on=True)
        inside = shops[employer].nonzero()[0]
        home = staff.home[inside]
        region.reach(self, home)
        registered = supported(region)[home]
        employer = employer[inside[registered]]
        heads = np.bincount(employer, h.weight[home[registered]], minlength=len(e))
        subsidy = 0.25 * s.wage_subsidy * heads
        wanted = float(subsidy.sum()) * (1.0 + s.administration_share)
        subsidy = part_within(wanted, self.budget_left(region, s)) * subsidy
        by_county = np.bincount(e.county, subsidy, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        e.cash += subsidy
        e.profit += subsidy
        region.ledger.post(
            "workshop.wage_subsidy", Side("counties", by_county), Side("enterprises", subsidy), instrument=self.id
        )


def accepts_condition(region: Region, s: Any, sites: Rows) -> Any:
    """Sites whose registered workers at home could fill the share of the places that support asks for.

    An owner does not come where the reserved places would stay empty.
    """
    h, person = region.rows("household"), region.rows("person")
    who = supported_workers(region)
    who = who[(person.activity[who] == OWN) | (person.activity[who] == CARE)]
    hands = np.bincount(h.village[person.household[who]], minlength=len(region.rows("village")))
    return hands[sites] >= s.hire_share * s.places
