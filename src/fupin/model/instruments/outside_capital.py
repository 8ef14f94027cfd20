"""Capital from outside: firms that come to villages, some of them dirty or greedy for land, within the limits set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import LEADING
from fupin.model.instruments.base import Amounts, Instrument, Rows
from fupin.model.instruments.operators import SLOTS, arrivals, key_of, new_firms
from fupin.model.instruments.own_rows import own, take
from fupin.model.instruments.village_project import by_village
from fupin.model.ledger import Side
from fupin.model.modifiers import modify
from fupin.model.processes.income import pay_households
from fupin.model.settings import Dated, Settings, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

NATURE = declare_stream("outside.nature", "site, pollution, land and zone of a firm that comes from outside")


class OutsideSettings(Settings):
    """How many come, what they do to the village, and which of them are let in."""

    entry: Dated = setting(
        4, unit="1/county/year", zh="年度引进", en="firms that ask to come to a poor county", low=0, high=40,
        source="mechanisms.csv M315: entry rate; size assumed", status="assumption",
    )  # fmt: skip
    jobs: Dated = setting(
        50, unit="jobs", zh="用工", en="jobs of a firm", low=1, high=5000, source="assumed", status="assumption",
    )  # fmt: skip
    capital_per_job: Dated = setting(
        80000, unit="yuan/job", zh="人均投资", en="capital of a job", low=100, high=1e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    polluting: Dated = setting(
        0.2, unit="share", zh="污染企业占比", en="polluting ones among them", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    off_plan: Dated = setting(
        0.2, unit="share", zh="乱占土地占比", en="those that want land off the plan", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    in_zones: Dated = setting(
        0.3, unit="share", zh="依托新开发区占比", en="those that would come to a new zone only", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    pollution_ban: Dated = setting(
        {"2014-01": 0, "2019-01": 1}, unit="0-1", zh="禁引污染企业", en="polluting firms turned away", low=0, high=1,
        source="000 (2019): polluting firms strictly forbidden; before: assumed", status="seed",
    )  # fmt: skip
    land_ban: Dated = setting(
        {"2014-01": 0, "2019-01": 1}, unit="0-1", zh="禁乱占土地", en="firms off the plan turned away", low=0, high=1,
        source="000 (2019): land not to be occupied at will; before: assumed", status="seed",
    )  # fmt: skip
    new_zones: Dated = setting(
        {"2014-01": 1, "2019-01": 0}, unit="0-1", zh="允许新建乡村开发区",
        en="new zones of townships and villages allowed", low=0, high=1,
        source="000 (2019): strictly controlled; mechanisms.csv M310: none new; before: assumed",
        status="seed",
    )  # fmt: skip
    land: Dated = setting(
        60, unit="mu", zh="占地", en="land of a firm off the plan or in a zone", low=0, high=5000, source="assumed",
        status="assumption",
    )  # fmt: skip
    most_land: Dated = setting(
        0.5, unit="share", zh="占地上限", en="part of a village's free land that firms take in a year, at most", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    hazard: Dated = setting(
        0.15, unit="log", zh="污染致病", en="rise of the hazard of illness in the village of a polluting firm", low=0,
        high=1, source="effects of village industry on health (general knowledge, to verify); size assumed",
        status="assumption",
    )  # fmt: skip
    leaves: Dated = setting(
        0.9, unit="share", zh="利润外流比例", en="part of the profit that leaves the village", low=0, high=1,
        source="mechanisms.csv M315: share e; size assumed", status="assumption",
    )  # fmt: skip


class OutsideCapital(Instrument):
    """Firms from Beijing, Tianjin and elsewhere bring jobs; rules turn some of them away, and with them their jobs."""

    kind, family = "outside_capital", "industry"
    zh, en = "引进工商资本及其约束", "outside capital and its limits"
    about_zh = "京津等地企业带来就业；准入规则挡住一部分企业，也失去其岗位。"
    not_sized = sizes.FREE
    Settings = OutsideSettings
    months, service_months = (4,), (2, 5, 8, 11, 12)

    def offer(self, region: Region, s: Any) -> None:
        """Who asks to come, who may, and where they stand; the funnel tells how many jobs the rules turned away."""
        county, v = region.rows("county"), region.rows("village")
        where, slot = arrivals(self, region, s.entry * county.poor_county)
        keys = key_of(self, county.uid[where] * SLOTS + slot)
        u = region.draws.uniforms(NATURE, region.year, keys, 4)
        site = site_of_firm(region, where, u[0])
        asked, known = float(len(where)), site >= 0
        clean = known & clean_enough(s, u[1])
        fits = clean & land_on_plan(s, u[2]) & zone_open(s, u[3])
        region.funnel.append((region.month, self.id, asked, float(clean.sum()), float(fits.sum())))
        where, slot, site, u = where[fits], slot[fits], site[fits], u[:, fits]
        if not len(where):
            return
        dirty = u[1] < s.polluting
        more = {"outside": np.ones(len(where), np.bool_), "polluting": dirty, "site": site}
        rows = new_firms(self, region, s, where, slot, LEADING, more)
        take(region, self, rows, "enterprise")
        owners = Side("enterprises", np.full(len(where), s.capital_per_job * s.jobs), rows)
        region.ledger.post("outside.equity", Side("markets"), owners, "assets", self.id)
        takes = (u[2] < s.off_plan) | (u[3] < s.in_zones)
        take_land(region, site[takes], np.full(int(takes.sum()), s.land), v.weight, s.most_land)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter the air and water of villages follow the firms there; each December they share a little."""
        if region.calendar_month % 3 != 2 and region.calendar_month != DECEMBER:
            return
        e = region.rows("enterprise")
        firms = own(region, self, (e.outside & (e.site >= 0) & e.alive).nonzero()[0], "enterprise")
        if region.calendar_month % 3 == 2:
            self.pollute(region, s, firms[e.polluting[firms]])
        if region.calendar_month == DECEMBER and len(firms):
            self.share(region, s, firms)

    def pollute(self, region: Region, s: Any, firms: Rows) -> None:
        """The hazard of illness in the villages where polluting firms stand; it ends with them."""
        h, e, v, state = (
            region.rows("household"),
            region.rows("enterprise"),
            region.rows("village"),
            region.state_of(self),
        )
        if not len(firms) and not hasattr(state, "dirt"):
            return
        before = getattr(state, "dirt", np.zeros(len(v)))
        count = np.bincount(e.site[firms], minlength=len(v)) / v.weight
        now = s.hazard * np.minimum(count, 1.0)
        state.dirt, shift = now, now - before
        if shift.any():
            changed = (shift != 0.0)[h.village].nonzero()[0]
            modify(region, "health.hazard", changed, shift[h.village[changed]])

    def share(self, region: Region, s: Any, firms: Rows) -> None:
        """What does not leave goes to the households of the village, in equal parts, as far as there is cash."""
        h, e = region.rows("household"), region.rows("enterprise")
        kept = (1.0 - s.leaves) * np.maximum(e.profit[firms], 0.0)
        kept = np.minimum(kept, np.maximum(e.cash[firms], 0.0))
        fund = np.bincount(e.site[firms], kept, minlength=len(region.rows("village")))
        rows = ((fund[h.village] > 0.0) & (h.members > 0)).nonzero()[0]
        homes = by_village(region, rows, h.weight[rows])
        kept = np.where(homes[e.site[firms]] > 0.0, kept, 0.0)
        e.cash[firms] -= kept
        amounts = (fund / np.maximum(homes, 1e-9))[h.village[rows]]
        payer = Side("enterprises", kept, firms)
        pay_households(region, "outside.local_share", payer, rows, amounts, self.id, earned=True)


def site_of_firm(region: Region, where: Rows, luck: Amounts) -> Rows:
    """A poor village of the county, by lot; −1 where there is none."""
    v = region.rows("village")
    poor = v.poor_village.nonzero()[0]
    poor = poor[np.argsort(v.county[poor], kind="stable")]
    start, end = (np.searchsorted(v.county[poor], where, side) for side in ("left", "right"))
    pick = np.minimum(start + (luck * (end - start)).astype(np.int64), np.maximum(end - 1, 0))
    return np.where(end > start, poor[np.minimum(pick, max(len(poor) - 1, 0))] if len(poor) else -1, -1)


def clean_enough(s: Any, u: Amounts) -> Any:
    """Firms that a ban on polluting ones lets in; with a partial ban some slip through."""
    return u >= s.polluting * s.pollution_ban


def land_on_plan(s: Any, u: Amounts) -> Any:
    """Firms that the rule against occupying land at will lets in."""
    return u >= s.off_plan * s.land_ban


def zone_open(s: Any, u: Amounts) -> Any:
    """Firms that need no new zone, or find that one may be built."""
    return (u >= s.in_zones) | (s.new_zones >= 1.0)


def take_land(region: Region, site: Rows, mu: Amounts, weight: Amounts, most: float) -> None:
    """Land of the households of a village goes to the firm, in proportion to what they hold and work themselves."""
    h = region.rows("household")
    wanted = np.bincount(site, mu, minlength=len(weight)) / weight
    rows = (wanted[h.village] > 0.0).nonzero()[0]
    free = np.maximum(h.land[rows] - h.rented_out[rows] - h.park_land[rows], 0.0)
    total = by_village(region, rows, free)
    share = np.minimum(wanted / np.maximum(total, 1e-9), most)
    h.land[rows] -= share[h.village[rows]] * free


KINDS = (OutsideCapital,)
