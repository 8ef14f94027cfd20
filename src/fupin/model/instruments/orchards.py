"""Barren hills turned into orchards: new land, years of waiting, hands at harvest, a price that more fruit lowers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import SEPTEMBER
from fupin.model.instruments.base import Amounts, Rows
from fupin.model.instruments.own_rows import own_mask, take
from fupin.model.instruments.village_project import ProjectSettings, VillageProject, by_village
from fupin.model.ledger import Side, weighted_sum
from fupin.model.processes.income import pay_households
from fupin.model.rules.industry import maturity, price_in_glut
from fupin.model.settings import Dated, setting
from fupin.model.village import PLAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

HARVEST = SEPTEMBER  # when fruit is picked and sold (assumption)


class HillSettings(ProjectSettings):
    """Land, money, time and market of hill orchards."""

    mu_per_village: Dated = setting(
        300, unit="mu/village", zh="荒山开发面积", en="barren hill planted in a village", low=0, high=10000,
        source="baoding.csv: 1.1m mu of orchards in all, about 1,000 a village with all the old ones",
        status="assumption",
    )  # fmt: skip
    planting: Dated = setting(
        1500, unit="yuan/mu", zh="栽植成本", en="terraces, saplings and the first years' care", low=0, high=20000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    public_share: Dated = setting(
        0.4, unit="share", zh="财政补助比例", en="part of it paid by the budget", low=0, high=1,
        source="the investor of the hill pays the rest; size assumed", status="assumption",
    )  # fmt: skip
    day_share: Dated = setting(
        0.4, unit="share", zh="栽植用工比例", en="part of the public money that pays villagers for planting", low=0,
        high=1, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    lag: Dated = setting(
        48, unit="months", zh="挂果期", en="months before trees bear", low=0, high=120,
        source="walnut three to five years (general knowledge); mechanisms.csv M316: lag not in source",
        status="assumption",
    )  # fmt: skip
    ramp: Dated = setting(
        36, unit="months", zh="盛果期", en="from the first to the full harvest", low=1, high=120,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    harvest: Dated = setting(
        2000, unit="yuan/mu/year", zh="亩产净值", en="net value of the full harvest at the usual price", low=0,
        high=20000, source="general knowledge, to verify: thin-shelled walnut", status="assumption",
    )  # fmt: skip
    household_share: Dated = setting(
        0.5, unit="share", zh="农户分成", en="part of it that stays with the villagers", low=0, high=1,
        source="mechanisms.csv M315: profit leaves the village at a share; assumed", status="assumption",
    )  # fmt: skip
    mu_per_worker: Dated = setting(
        8, unit="mu/worker", zh="人均管护面积", en="orchard that one worker at home can tend and pick", low=0.5,
        high=200, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    demand: Dated = setting(
        3e8, unit="yuan/year", zh="果品需求", en="fruit of hills that buyers take at the usual price", low=0, high=1e11,
        source="assumed: a seventh of 1.1m mu at the full harvest", status="assumption", scaled=True,
    )  # fmt: skip
    glut_elasticity: Dated = setting(
        0.6, unit="1", zh="滞销价格弹性", en="fall of the price with supply beyond that", low=0, high=3,
        source="as for leading industries", status="assumption",
    )  # fmt: skip


class BarrenHills(VillageProject):
    """An investor and the budget plant the barren hills of a village; who works at home tends them for a share."""

    kind, family = "barren_hills", "industry"
    zh, en = "荒山综合开发", "barren hills to orchards"
    about_zh = "投资方和财政共同把村里荒山栽成果园，在家劳动力参与管护并分成。"
    Settings = HillSettings
    months, service_months = (3,), (HARVEST,)

    def suited(self, region: Region, s: Any) -> Rows:
        v = region.rows("village")
        return np.asarray((v.poor_village & (v.terrain != PLAIN) & (v.hill_orchard <= 0.0)).nonzero()[0])

    def yuan(self, region: Region, s: Any, villages: Rows) -> Amounts:
        return np.full(len(villages), s.public_share * s.planting * s.mu_per_village)

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        """Plant: part of the public money pays the days of villagers who are at home."""
        h, v = region.rows("household"), region.rows("village")
        chosen = np.zeros(len(v), np.bool_)
        chosen[villages] = True
        rows = (chosen[h.village] & (h.own_labour > 0.0) & (h.members > 0)).nonzero()[0]
        hands = by_village(region, rows, h.own_labour[rows])
        public = self.yuan(region, s, villages)
        each = np.zeros(len(v))
        each[villages] = s.day_share * public * (hands[villages] > 0.0)
        # a village's household stands for weight households of weight villages: both have the same weight
        days = (each / np.maximum(hands, 1e-9))[h.village[rows]] * h.own_labour[rows]
        self.pay(region, s, "hills.days", rows, days, earned=True)
        region.reach(self, rows)
        self.spend(region, s, "hills.planting", villages, public - each[villages])
        v.hill_orchard[villages], v.hill_month[villages] = s.mu_per_village, region.month
        take(region, self, villages, "village")

    def service(self, region: Region, s: Any) -> None:
        """In September what bears is picked, as far as there are hands, and sold at the price that all of it makes."""
        if region.calendar_month != HARVEST:
            return
        v = region.rows("village")
        if not v.hill_orchard.any():
            return
        h = region.rows("household")
        tended = (v.hill_orchard > 0.0) & own_mask(region, self, "village")
        rows = (tended[h.village] & (h.own_labour > 0.0) & (h.members > 0)).nonzero()[0]
        hands = by_village(region, rows, h.own_labour[rows])
        picked = picked_area(region, s, hands)
        crop = s.harvest * picked * maturity(np.maximum(region.month - v.hill_month, 0.0), s.lag, s.ramp)
        price = float(price_in_glut(weighted_sum(crop, v.weight), s.demand, s.glut_elasticity, region.p.glut_floor))
        each = s.household_share * price * crop / np.maximum(hands, 1e-9)
        amounts = each[h.village[rows]] * h.own_labour[rows]
        pay_households(region, "hills.fruit", Side("markets"), rows, amounts, self.id, earned=True)


def picked_area(region: Region, s: Any, hands: Amounts) -> Amounts:
    """Orchard of each village that its workers at home can tend, mu."""
    return np.asarray(np.minimum(region.rows("village").hill_orchard, s.mu_per_worker * hands))


KINDS = (BarrenHills,)
