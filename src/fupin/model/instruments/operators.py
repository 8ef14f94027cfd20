"""Operators: who founds a firm when founders are supported, which factories come, and what large projects bring."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.enterprise import COOPERATIVE, FACTORY, LEADING, in_bounds
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.leading_industry import place_fit
from fupin.model.ledger import Side
from fupin.model.person import CARE, OWN
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.rules.industry import entry_of_operators
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import able_persons

if TYPE_CHECKING:
    from fupin.model.region import Region

ENTRY = declare_stream("operators.entry", "whether an enterprise is imitated, or a firm comes, under support; its key")
SLOTS = 64  # keys of the firms that may come to a county in a year


def idle_share(region: Region) -> Amounts:
    """Workers at home (own business or care) of all workers, by county: the hands that a founder finds."""
    hands = count_hands(region, able_persons(region))
    return np.asarray(hands["at_home"] / np.maximum(hands["everybody"], 1e-9))


@rowwise("person")
def count_hands(region: Region, person: Any) -> ByGroup:
    """Workers of each county, and those of them who are at home."""
    h, home, activity = region.rows("household"), person.household, person.activity
    county, weight = h.county[home], h.weight[home]
    at_home = (activity == OWN) | (activity == CARE)
    everybody, idle = ("county", county, weight), ("county", county, weight * at_home)
    return ByGroup({"everybody": everybody, "at_home": idle})


def key_of(instrument: Instrument, uid: Rows) -> Rows:
    """Keys of founders that no other instrument shares."""
    return uid ^ (np.int64(zlib.crc32(instrument.id.encode())) << np.int64(28))


class OperatorSettings(Funded):
    """Support for founders, and what it does to entry."""

    support_level: Dated = setting(
        1.0, unit="0-1", zh="扶持力度", en="strength of support", low=0, high=1, source="full support by default",
        status="assumption",
    )  # fmt: skip
    support_effect: Dated = setting(
        0.3, unit="1", zh="扶持效果", en="extra founders at full support, for each that there is anyway", low=0,
        high=20, source="mechanisms.csv M129: e0 + e1 · support; size assumed", status="assumption",
    )  # fmt: skip
    workforce_effect: Dated = setting(
        1.0, unit="1", zh="劳动力吸引", en="how far idle hands draw founders", low=0, high=20, source="assumed",
        status="assumption",
    )  # fmt: skip
    credit_ease: Dated = setting(
        0.6, unit="0-1", zh="信贷可得性", en="founders who find the credit they need", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    grant_share: Dated = setting(
        0.2, unit="share", zh="创办补助比例", en="part of a founder's capital paid by the budget", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    fit_effect: Dated = setting(
        0.3, unit="log", zh="适宜性影响",
        en="productivity of a founder where products suit the county, against where none do", low=0, high=2,
        source="mechanisms.csv M129: survival depends on suitability; size assumed", status="assumption",
    )  # fmt: skip


class OperatorSupport(Instrument):
    """Leading enterprises and co-operatives are imitated more often; whether they last depends on fit to the place."""

    kind, family = "operator_support", "industry"
    zh, en = "新型经营主体培育", "new operators nurtured"
    about_zh = "龙头企业和合作社更多地被仿办，能否长久取决于是否适合当地。"
    sized_by = ("grant_share",)
    Settings = OperatorSettings
    months = (2,)

    def offer(self, region: Region, s: Any) -> None:
        """Each operator of the county may be imitated; the budget pays part of the founders' capital."""
        e, p = region.rows("enterprise"), region.p
        parents = (e.alive & (e.village < 0) & ((e.kind == LEADING) | (e.kind == COOPERATIVE))).nonzero()[0]
        chance = entry_of_operators(
            p.entry_rate,
            s.support_level,
            s.support_effect,
            idle_share(region)[e.county[parents]],
            s.workforce_effect,
            s.credit_ease,
        )
        keys = key_of(self, e.uid[parents])
        founding = parents[region.draws.uniform(ENTRY, region.year, keys) < chance]
        public = s.grant_share * p.founding_size * e.capital[founding]
        cost = public * (1.0 + s.administration_share)
        paid = founding[np.cumsum(cost) - 0.5 * cost <= self.left(region, s)]
        stages = (float(len(parents)), float(len(founding)), float(len(paid)))
        region.funnel.append((region.month, self.id, *stages))
        if len(paid):
            self.found(region, s, paid)

    def found(self, region: Region, s: Any, parents: Rows) -> None:
        """A smaller firm like the parent, better or worse as products suit the county."""
        e, p, county = region.rows("enterprise"), region.p, region.rows("county")
        capital = p.founding_size * e.capital[parents]
        public, cash = s.grant_share * capital, p.founding_size * p.founding_payrolls * e.payroll[parents]
        by_county = np.bincount(e.county[parents], public, minlength=len(county))
        self.fund(region, s, by_county)
        suits = s.fit_effect * (suitability(region)[e.county[parents]] - 0.5)
        born = {
            "uid": derived_uid(region, ENTRY, key_of(self, e.uid[parents])),
            "county": e.county[parents],
            "kind": e.kind[parents],
            "productivity": in_bounds(e.productivity[parents] + suits),
            "capital": capital,
            "cash": cash,
        }
        rows = region.add("enterprise", born)
        region.ledger.post_by_county("operators.grant", "counties", "markets", by_county, self.id)
        region.ledger.post("operators.goods", Side("markets"), Side("enterprises", public, rows), "assets", self.id)
        own = Side("enterprises", capital - public, rows)
        region.ledger.post("operators.equity", Side("markets"), own, "assets", self.id)
        region.ledger.post("firm.equity", Side("markets"), Side("enterprises", cash, rows), instrument=self.id)


def suitability(region: Region) -> Amounts:
    """How well the best product suits the villages of each county, 0–1, mean over villages."""
    v = region.rows("village")
    best = place_fit(region, np.arange(len(v))).max(axis=0)
    n = len(region.rows("county"))
    return np.asarray(np.bincount(v.county, v.weight * best, n) / np.maximum(np.bincount(v.county, v.weight, n), 1e-9))


class FactorySettings(Funded):
    """How many come, how large, and what they make."""

    entry: Dated = setting(
        0.5, unit="1/county/year", zh="年度引进", en="factories that come to a county where all hands are idle", low=0,
        high=20, source="mechanisms.csv M312: enter with a probability; size assumed", status="assumption",
    )  # fmt: skip
    jobs: Dated = setting(
        120, unit="jobs", zh="用工", en="jobs of a factory", low=1, high=5000,
        source="general knowledge, to verify: bags, clothes, toys", status="assumption",
    )  # fmt: skip
    capital_per_job: Dated = setting(
        20000, unit="yuan/job", zh="人均投资", en="capital of a job", low=100, high=1e6,
        source="light machines (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    subsidy: Dated = setting(
        2000, unit="yuan/job", zh="建厂补助", en="grant for each job planned", low=0, high=100000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    variety: Dated = setting(
        4, unit="kinds", zh="产品种类", en="kinds of goods of one factory: orders of each move on their own", low=1,
        high=50, source="more than 20 kinds in the city (004); of one factory assumed", status="assumption",
    )  # fmt: skip


class LabourFactories(Instrument):
    """Factories with many simple jobs come where hands are idle; variety of goods evens out their orders."""

    kind, family = "labour_factories", "industry"
    zh, en = "劳动密集型企业建厂", "labour-intensive factories"
    about_zh = "劳动力闲置的地方引来活简单、用工多的工厂；产品种类多则订单平稳。"
    sized_by = ("entry",)
    Settings = FactorySettings
    months = (5,)

    def offer(self, region: Region, s: Any) -> None:
        """In each poor county so many come as hands are idle, as far as the budget helps."""
        county = region.rows("county")
        where, slot = arrivals(self, region, s.entry * idle_share(region) * county.poor_county)
        cost = np.full(len(where), s.subsidy * s.jobs * (1.0 + s.administration_share))
        came = float(len(where))
        fits = np.cumsum(cost) - 0.5 * cost <= self.left(region, s)
        where, slot = where[fits], slot[fits]
        region.funnel.append((region.month, self.id, came, came, float(len(where))))
        if not len(where):
            return
        n = len(where)
        public = np.minimum(np.full(n, s.subsidy * s.jobs), s.capital_per_job * s.jobs)
        rows = new_firms(self, region, s, where, slot, FACTORY, {"variety": np.full(n, max(s.variety, 1.0))})
        by_county = np.bincount(where, public, minlength=len(county))
        self.fund(region, s, by_county)
        region.ledger.post_by_county("factory.subsidy", "counties", "markets", by_county, self.id)
        region.ledger.post("factory.goods", Side("markets"), Side("enterprises", public, rows), "assets", self.id)
        own = Side("enterprises", s.capital_per_job * s.jobs - public, rows)
        region.ledger.post("factory.equity", Side("markets"), own, "assets", self.id)


def arrivals(instrument: Instrument, region: Region, expected: Amounts) -> tuple[Rows, Rows]:
    """Counties and slots of the firms that come this year, when each county expects so many."""
    n = len(expected)
    where, slot = np.repeat(np.arange(n), SLOTS), np.tile(np.arange(SLOTS), n)
    keys = key_of(instrument, region.rows("county").uid[where] * SLOTS + slot)
    comes = region.draws.uniform(ENTRY, region.year, keys) < (expected / SLOTS)[where]
    return where[comes], slot[comes]


def new_firms(
    instrument: Instrument, region: Region, s: Any, where: Rows, slot: Rows, kind: int, more: dict[str, Any]
) -> Rows:
    """Add county-wide employers that want `s.jobs` workers with `s.capital_per_job`; returns their rows."""
    county, n = region.rows("county"), len(where)
    capital, jobs = np.full(n, s.capital_per_job * s.jobs), np.full(n, float(s.jobs))
    level = productivity_for(region, jobs, capital, county.wage_cost[where])
    born = {
        "uid": derived_uid(region, ENTRY, key_of(instrument, county.uid[where] * SLOTS + slot)),
        "county": where,
        "kind": np.full(n, kind),
        "productivity": in_bounds(level),
        "capital": capital,
    }
    return region.add("enterprise", born | more)


class BigProjectSettings(Settings):
    """Size and taxes of a large industrial project. Its owners pay for it."""

    projects: Dated = setting(
        1, unit="projects/county", zh="每县大项目", en="large projects of a poor county", low=0, high=10,
        source="proposal of the Baoding document (立县强县); number assumed", status="assumption",
    )  # fmt: skip
    jobs: Dated = setting(
        800, unit="jobs", zh="用工", en="jobs of a project", low=1, high=50000, source="assumed", status="assumption",
    )  # fmt: skip
    capital_per_job: Dated = setting(
        300000, unit="yuan/job", zh="人均投资", en="capital of a job", low=100, high=1e7,
        source="industry (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    tax: Dated = setting(
        0.25, unit="share", zh="税收占利润", en="taxes of a profit that reach the county", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class IndustrialProjects(Instrument):
    """A proposal of the sources: a large employer in each poor county, whose taxes the county may spend."""

    kind, family = "industrial_projects", "industry"
    zh, en = "工业大项目倾斜", "large industrial projects"
    about_zh = "文件中的建议：每个贫困县办一家大企业，其税收归县使用。"
    not_sized = sizes.FREE
    Settings = BigProjectSettings
    months, service_months = (6,), (12,)

    def offer(self, region: Region, s: Any) -> None:
        """Once: the projects are built by their owners."""
        state, county = region.state_of(self), region.rows("county")
        if hasattr(state, "rows"):
            return
        number = np.where(county.poor_county, int(s.projects), 0)
        where = np.repeat(np.arange(len(county)), number)
        slot = np.arange(len(where)) - np.searchsorted(where, where)
        region.funnel.append((region.month, self.id, float(len(county)), float(len(where)), float(len(where))))
        state.rows = new_firms(self, region, s, where, slot, LEADING, {"outside": np.ones(len(where), np.bool_)})
        owners = Side("enterprises", region.rows("enterprise").capital[state.rows], state.rows)
        region.ledger.post("project.equity", Side("markets"), owners, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each December part of the profit goes to the county, as far as there is cash."""
        rows = getattr(region.state_of(self), "rows", np.empty(0, np.int64))
        if region.calendar_month != DECEMBER or not len(rows):
            return
        e, county = region.rows("enterprise"), region.rows("county")
        tax = np.minimum(s.tax * np.maximum(e.profit[rows], 0.0), np.maximum(e.cash[rows], 0.0))
        by_county = np.bincount(e.county[rows], tax, minlength=len(county))
        e.cash[rows] -= tax
        county.cash += by_county
        side = Side("enterprises", tax, rows)
        region.ledger.post("project.tax", side, Side("counties", by_county), instrument=self.id)


KINDS = (OperatorSupport, LabourFactories, IndustrialProjects)
