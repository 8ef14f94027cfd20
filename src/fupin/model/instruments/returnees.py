"""Returnees: migrants who come back to found a firm, staff of institutions who lead one, parks, and branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import RETURNEE, in_bounds
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.operators import key_of
from fupin.model.instruments.own_rows import own, take
from fupin.model.ledger import Side
from fupin.model.near import room_for
from fupin.model.person import MIGRANT, OWN
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.processes.income import pay_households
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

RETURN = declare_stream("returnees.return", "who comes back to found a firm in a year; its key")
BRANCH = declare_stream("returnees.branch", "whether, and where, a firm opens a branch in a year; its key")


class ReturneeSettings(Funded):
    """Who founds, with what, and how firms grow."""

    rate: Dated = setting(
        0.0002, unit="1/year", zh="返乡创业率", en="experienced migrants who come back to found a firm", low=0,
        high=0.2, source="mechanisms.csv M159: spawn rate; size assumed", status="assumption",
    )  # fmt: skip
    least_months: Dated = setting(
        24, unit="months", zh="外出经历", en="months away that make a founder", low=0, high=240,
        source="two years; assumed", status="assumption",
    )  # fmt: skip
    least_skill: Dated = setting(
        0.0, unit="share", zh="技能门槛", en="least skill of a founder", low=0, high=1, source="none by default",
        status="assumption",
    )  # fmt: skip
    staff_rate: Dated = setting(
        0.001, unit="1/village/year", zh="机关事业单位人员回流",
        en="villages to which staff of firms or institutions return", low=0, high=0.5,
        source="mechanisms.csv M311; size assumed", status="assumption",
    )  # fmt: skip
    staff_skill: Dated = setting(
        0.2, unit="log", zh="回流人员能力优势", en="productivity of their firms above those of migrants", low=0, high=2,
        source="mechanisms.csv M311: higher skill; size assumed", status="assumption",
    )  # fmt: skip
    jobs: Dated = setting(
        18.5, unit="jobs", zh="用工", en="jobs of a firm, and of each branch", low=1, high=1000,
        source="baoding.csv: Xinda, over 500 women in 27 villages", status="seed",
    )  # fmt: skip
    capital: Dated = setting(
        200000, unit="yuan/firm", zh="创业资本", en="capital of a firm", low=1000, high=1e7,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    grant: Dated = setting(
        30000, unit="yuan/firm", zh="创业补助", en="grant to a founder", low=0, high=1e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    founder_share: Dated = setting(
        0.5, unit="share", zh="创办人收益占比", en="part of the year's profit that the founder draws at home", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    park_effect: Dated = setting(
        1.0, unit="1", zh="创业园作用", en="how far a park multiplies founding", low=0, high=20,
        source="mechanisms.csv M160: r; size assumed", status="assumption",
    )  # fmt: skip
    parks: Dated = setting(
        0, unit="parks/county", zh="每县创业园", en="park of a poor county", low=0, high=1,
        source="baoding document: one in each poor county; built if set to one", status="seed",
    )  # fmt: skip
    park_cost: Dated = setting(
        3e6, unit="yuan/park", zh="创业园建设费", en="cost of a park", low=0, high=1e9,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    online_growth: Dated = setting(
        0.1, unit="1/year", zh="网销扩张", en="chance that a profitable firm opens a branch, with full broadband",
        low=0, high=1, source="mechanisms.csv M158: growth with online sales; size assumed", status="assumption",
    )  # fmt: skip
    most_branches: Dated = setting(
        26, unit="branches", zh="最多加工点", en="branches of a firm", low=0, high=200,
        source="baoding.csv: Xinda works in 27 villages", status="seed",
    )  # fmt: skip


class Returnees(Instrument):
    """Firms of returnees in their own villages; carers of the village can work there; sales online open branches."""

    kind, family = "returnees", "industry"
    zh, en = "返乡创业", "returnees found firms"
    about_zh = "返乡者在本村办企业，照料家人的村民可就近务工；网上销售带动开分点。"
    sized_by = ("grant",)
    Settings = ReturneeSettings
    months, service_months = (3,), (12,)

    def offer(self, region: Region, s: Any) -> None:
        """Parks first, then migrants and staff of institutions decide whether to come back."""
        self.build_parks(region, s)
        person, h, v = region.rows("person"), region.rows("household"), region.rows("village")
        who = (person.able & (person.activity == MIGRANT)).nonzero()[0]
        who = who[(person.tenure[who] >= s.least_months) & (person.skill[who] >= s.least_skill)]
        home = person.household[who]
        chance = np.minimum(s.rate * pull_of_park(region, s)[h.county[home]], 1.0)
        comes = region.draws.uniform(RETURN, self._key(region), person.uid[who]) < chance
        back, weight = who[comes], h.weight[home]
        places = v.poor_village.nonzero()[0]
        led = places[staff_returns(region, s, places, self._key(region))]
        uid = np.concatenate([person.uid[back], v.uid[led]])
        village = np.concatenate([h.village[person.household[back]], led])
        stands_for = np.concatenate([weight[comes], v.weight[led]])
        founder = np.concatenate([person.household[back], np.full(len(led), -1)])
        skill = np.concatenate([np.zeros(len(back)), np.full(len(led), s.staff_skill)])
        cost = stands_for * s.grant * (1.0 + s.administration_share)
        fits = np.cumsum(cost) - 0.5 * cost <= self.left(region, s)
        stages = (float(weight.sum()), float(stands_for.sum()), float(stands_for[fits].sum()))
        region.funnel.append((region.month, self.id, *stages))
        back = back[fits[: len(back)]]
        person.activity[back], person.employer[back], person.tenure[back] = OWN, -1, 0.0
        region.reach(self, person.household[back])
        self.found(region, s, uid[fits], village[fits], stands_for[fits], founder[fits], skill[fits])

    def build_parks(self, region: Region, s: Any) -> None:
        """One park a poor county, where none stands, if parks are wanted and the budget bears them."""
        county = region.rows("county")
        wanted = county.poor_county & ~county.returnee_park & (s.parks >= 1.0)
        cost = np.where(wanted, s.park_cost, 0.0)
        wanted &= room_for(cost.cumsum() * (1.0 + s.administration_share), self.left(region, s))
        if not wanted.any():
            return
        cost = cost * wanted
        self.fund(region, s, cost)
        region.ledger.post_by_county("returnee.park", "counties", "markets", cost, self.id)
        county.returnee_park |= wanted

    def found(
        self, region: Region, s: Any, uid: Rows, village: Rows, weight: Amounts, founder: Rows, skill: Amounts
    ) -> None:
        """Firms in their founders' villages: part grant, part their own money."""
        if not len(uid):
            return
        v, county = region.rows("village"), region.rows("county")
        capital = np.maximum(s.capital, s.grant) * weight
        public, wage = s.grant * weight, county.wage_cost[v.county[village]]
        level = productivity_for(region, s.jobs * weight, capital, wage) + skill
        new = {
            "uid": derived_uid(region, RETURN, key_of(self, uid)),
            "county": v.county[village],
            "village": village,
            "kind": np.full(len(uid), RETURNEE),
            "productivity": in_bounds(level),
            "capital": capital,
            "founder": founder,
        }
        by_county = np.bincount(v.county[village], public, minlength=len(county))
        self.fund(region, s, by_county)
        rows = region.add("enterprise", new)
        take(region, self, rows, "enterprise")
        region.ledger.post_by_county("returnee.grant", "counties", "markets", by_county, self.id)
        region.ledger.post("returnee.goods", Side("markets"), Side("enterprises", public, rows), "assets", self.id)
        own = Side("enterprises", capital - public, rows)
        region.ledger.post("returnee.equity", Side("markets"), own, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each December founders draw profit, and firms that did well open a branch in another village."""
        if region.calendar_month != DECEMBER:
            return
        e = region.rows("enterprise")
        firms = own(region, self, ((e.kind == RETURNEE) & e.alive).nonzero()[0], "enterprise")
        if not len(firms):
            return
        self.draw_profit(region, s, firms)
        if self.settings.active(region.month):
            self.open_branches(region, s, firms[e.profit[firms] > 0.0])

    def draw_profit(self, region: Region, s: Any, firms: Rows) -> None:
        """The founder's household gets part of the profit, as far as there is cash."""
        h, e = region.rows("household"), region.rows("enterprise")
        firms = firms[e.founder[firms] >= 0]
        firms = firms[h.members[e.founder[firms]] > 0]
        drawn = np.minimum(s.founder_share * np.maximum(e.profit[firms], 0.0), np.maximum(e.cash[firms], 0.0))
        due = np.bincount(e.founder[firms], drawn, minlength=len(h)) / h.weight
        rows = (due > 0.0).nonzero()[0]
        e.cash[firms] -= drawn
        payer = Side("enterprises", drawn, firms)
        pay_households(region, "returnee.profit", payer, rows, due[rows], self.id, earned=True)

    def open_branches(self, region: Region, s: Any, firms: Rows) -> None:
        """A firm that sells online finds hands in another village of the county; the till pays for the machines."""
        e, v, h = region.rows("enterprise"), region.rows("village"), region.rows("household")
        heads = firms[np.unique(e.founder[firms], return_index=True)[1]]
        heads = heads[e.founder[heads] >= 0]
        mine = np.bincount(e.founder[(e.kind == RETURNEE) & e.alive & (e.founder >= 0)], minlength=len(h))
        u = region.draws.uniforms(BRANCH, self._key(region), key_of(self, e.uid[heads]), 2)
        grows = (u[0] < s.online_growth * v.broadband[e.village[heads]]) & (mine[e.founder[heads]] <= s.most_branches)
        heads, luck = heads[grows], u[1][grows]
        village = next_village(region, heads, luck)
        heads, village = heads[village >= 0], village[village >= 0]
        if not len(heads):
            return
        weight = h.weight[e.founder[heads]]
        capital = s.capital * weight
        wage = region.rows("county").wage_cost[e.county[heads]]
        new = {
            "uid": derived_uid(region, BRANCH, key_of(self, e.uid[heads])),
            "county": e.county[heads],
            "village": village,
            "kind": np.full(len(heads), RETURNEE),
            "productivity": in_bounds(productivity_for(region, s.jobs * weight, capital, wage)),
            "capital": capital,
            "founder": e.founder[heads],
        }
        rows = region.add("enterprise", new)
        take(region, self, rows, "enterprise")
        region.rows("enterprise").cash[heads] -= (
            capital  # the owners help where the till is short, at the quarter's end
        )
        region.ledger.post("returnee.branch", Side("enterprises", capital, heads), Side("markets"), instrument=self.id)
        made = Side("enterprises", capital, rows)
        region.ledger.post("returnee.equity", Side("markets"), made, "assets", self.id)


def pull_of_park(region: Region, s: Any) -> Amounts:
    """Factor on founding in each county: a park for returnees multiplies it."""
    return np.asarray(1.0 + s.park_effect * region.rows("county").returnee_park)


def staff_returns(region: Region, s: Any, places: Rows, key: int) -> Any:
    """Poor villages to which somebody of a firm or an institution returns this year, where parks count as well."""
    v = region.rows("village")
    chance = np.minimum(s.staff_rate * pull_of_park(region, s)[v.county[places]], 1.0)
    return region.draws.uniform(RETURN, key, v.uid[places]) < chance


def next_village(region: Region, heads: Rows, luck: Amounts) -> Rows:
    """Another poor village of the county, by lot, in which this firm does not work yet; −1 if there is none left."""
    e, v = region.rows("enterprise"), region.rows("village")
    firms = ((e.kind == RETURNEE) & e.alive).nonzero()[0]
    founder, village = e.founder[firms], e.village[firms]
    found = np.full(len(heads), -1, np.int64)
    for place, head in enumerate(heads.tolist()):
        open_to = v.poor_village & (v.county == e.county[head])
        open_to[village[founder == e.founder[head]]] = False
        free = open_to.nonzero()[0]
        if len(free):
            found[place] = free[int(luck[place] * len(free))]
    return found


KINDS = (Returnees,)
