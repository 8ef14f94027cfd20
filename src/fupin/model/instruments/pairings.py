"""Pairings: firms take on villages, and poor villages share a workshop with a neighbour that is not on the list."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.draws import declare_stream
from fupin.model.enterprise import LEADING, WORKSHOP
from fupin.model.instruments.base import Amounts, Instrument, Rows
from fupin.model.instruments.industry import VillageWorkshop, WorkshopSettings
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import derived_uid
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import poor_villages, supported_homes
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

PAIRING = declare_stream("firm_pairing.village", "which village a firm takes on, yearly")
WILLING = declare_stream("firm_pairing.willing", "whether a firm takes on a village, yearly")
BRANCH = declare_stream("firm_pairing.branch", "key of a firm's branch in its village")


def mode_weight(zh: str, en: str) -> Any:
    """Setting of the weight of one way to help."""
    return setting(
        1, unit="weight", zh=zh, en=en, low=0, high=1, source="004: free aid, joint development, hiring (M111)",
        status="assumption",
    )  # fmt: skip


class FirmPairingSettings(Settings):
    """How many firms, what they do, how much they give."""

    chance: Dated = setting(
        0.2, unit="1/year", zh="结对意愿", en="chance that a solvent firm takes on a village", low=0, high=1,
        source="004: a hundred firms help a hundred villages (M111); chance assumed", status="assumption",
    )  # fmt: skip
    gifts: Dated = mode_weight("捐赠帮扶比重", "weight of gifts to the collective")
    joint: Dated = mode_weight("共建帮扶比重", "weight of assets bought for the collective")
    hires: Dated = mode_weight("吸纳就业比重", "weight of a branch that hires in the village")
    profit_share: Dated = setting(
        0.05, unit="share of profit", zh="捐助比例", en="part of cash at first, of profit each year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    branch_part: Dated = setting(
        0.05, unit="share of capital", zh="驻村车间资产", en="part of the firm's capital moved to the village", low=0,
        high=0.5, source="assumed", status="assumption",
    )  # fmt: skip
    branch_places: Dated = setting(
        28.6, unit="workers", zh="驻村车间工位", en="places of a branch in a village", low=1, high=500,
        source="as a point of home handicraft, 28.6 hands (baoding.csv); assumed", status="assumption",
    )  # fmt: skip


class FirmPairing(Instrument):
    """Leading enterprises take on poor villages of their county: gifts, assets in common, or a branch that hires."""

    kind, family = "firm_pairing", "industry"
    zh, en = "百企帮百村", "firms pair with villages"
    about_zh = "龙头企业结对帮扶本县贫困村：无偿援建、合作开发，或设分厂用工。"
    not_sized = sizes.FREE
    Settings = FirmPairingSettings
    months = (1,)
    service_months = (DECEMBER,)

    def links(self, region: Region) -> SimpleNamespace:
        """Firms with their villages."""
        state = region.state_of(self)
        if not hasattr(state, "firms"):
            state.firms, state.villages = np.empty(0, np.int64), np.empty(0, np.int64)
        return state

    def offer(self, region: Region, s: Any) -> None:
        """Solvent firms that are willing each take the next village of the year's order, and give out of cash."""
        e, v = region.rows("enterprise"), region.rows("village")
        state = self.links(region)
        able = np.flatnonzero(e.alive & (e.kind == LEADING) & (e.village < 0) & (e.cash > 0.0))
        able = able[~np.isin(able, state.firms)]
        zeal = region.draws.uniform(WILLING, self._key(region), e.uid[able])
        able = able[np.lexsort((e.uid[able], zeal))][: int((zeal < s.chance).sum())]  # the willing, keenest first
        free = poor_villages(region)
        free = free[~np.isin(free, state.villages[e.alive[state.firms]])]  # whose firm has closed is free again
        luck = region.draws.uniform(PAIRING, self._key(region), v.uid[free])
        new_firms, new_villages = [], []
        for county in np.unique(e.county[able]).tolist():
            mine, here = able[e.county[able] == county], np.flatnonzero(v.county[free] == county)
            order = free[here[np.lexsort((v.uid[free[here]], luck[here]))]]
            count = min(len(mine), len(order))
            new_firms.append(mine[:count])
            new_villages.append(order[:count])
        if new_firms:
            chosen, places = np.concatenate(new_firms), np.concatenate(new_villages)
            state.firms, state.villages = np.append(state.firms, chosen), np.append(state.villages, places)
            if len(chosen):
                self.give(region, s, chosen, places, region.rows("enterprise").cash.copy())
                if s.hires > 0.0:
                    self.branch(region, s, chosen, places)

    def parts(self, s: Any) -> tuple[float, float, float]:
        """How the help is divided over the three ways; all of it gifts where no way has a weight."""
        total = s.gifts + s.joint + s.hires
        return (s.gifts / total, s.joint / total, s.hires / total) if total > 0.0 else (1.0, 0.0, 0.0)

    def branch(self, region: Region, s: Any, firms: Rows, villages: Rows) -> None:
        """Part of the firm's assets goes to a workshop in the village, with the firm's productivity."""
        e = region.rows("enterprise")
        moved = s.branch_part * self.parts(s)[2] * e.capital[firms]
        new = {
            "uid": derived_uid(region, BRANCH, region.rows("village").uid[villages]),
            "county": e.county[firms],
            "village": villages,
            "kind": np.full(len(firms), WORKSHOP),
            "productivity": e.productivity[firms],
            "places": s.branch_places * region.rows("village").weight[villages],
            "capital": moved,
            "reserved": np.ones(len(firms)),
        }
        e.capital[firms] -= moved
        rows = region.add("enterprise", new)
        payer, payee = Side("enterprises", moved, firms), Side("enterprises", moved, rows)
        region.ledger.post("pairs.branch", payer, payee, "assets", self.id)

    def service(self, region: Region, s: Any) -> None:
        """December: firms in business give part of their profit."""
        if region.calendar_month == DECEMBER:
            state, e = self.links(region), region.rows("enterprise")
            lives = np.flatnonzero(e.alive[state.firms])
            self.give(region, s, state.firms[lives], state.villages[lives], e.profit)

    def give(self, region: Region, s: Any, firms: Rows, villages: Rows, base: Amounts) -> None:
        """Part of `base` (by enterprise), as far as there is cash: gifts, and assets of the village."""
        e, v = region.rows("enterprise"), region.rows("village")
        gift, joint, _ = self.parts(s)
        given = s.profit_share * (gift + joint) * np.maximum(base[firms], 0.0)
        given = np.minimum(given, np.maximum(e.cash[firms], 0.0))
        if not given.any():
            return
        e.cash[firms] -= given
        freely = given * gift / (gift + joint)
        asset = given - freely
        v.collective_cash[villages] += freely / v.weight[villages]
        v.collective_income[villages] += freely / v.weight[villages]
        v.collective_assets[villages] += asset / v.weight[villages]
        gets, owns = (Side("collectives", yuan / v.weight[villages], villages) for yuan in (freely, asset))
        region.ledger.post("pairs.gift", Side("enterprises", freely, firms), gets, instrument=self.id)
        region.ledger.post("pairs.joint", Side("enterprises", asset, firms), Side("markets"), instrument=self.id)
        region.ledger.post("pairs.goods", Side("markets"), owns, "assets", self.id)


class JointWorkshopSettings(WorkshopSettings):
    """As village workshops; the second house costs less than a workshop of its own."""

    second_cost: Dated = setting(
        0.5, unit="share", zh="联建分部成本", en="cost of the neighbour's part, of a workshop's", low=0, high=1,
        source="000: projects shared by poor and non-poor villages (M149); saving assumed", status="assumption",
    )  # fmt: skip


class JointWorkshop(VillageWorkshop):
    """A workshop of a poor village with a part in the neediest neighbour off the list: one plan, two houses."""

    kind, family = "joint_workshop", "industry"
    zh, en = "联建扶贫车间", "workshops shared with non-poor villages"
    about_zh = "贫困村办车间，并在最困难的邻近非贫困村联建一处：一个规划，两处厂房。"
    Settings = JointWorkshopSettings
    months = (4,)

    def build(self, region: Region, s: Any, villages: Rows) -> None:
        """Build here, and at a lower cost in one neighbour of the township for each."""
        super().build(region, s, villages)
        partners = self.neighbours(region, s, villages)
        if len(partners):
            part = type(s)(**{**vars(s), "setup": s.second_cost * s.setup})
            super().build(region, part, partners)

    def neighbours(self, region: Region, s: Any, villages: Rows) -> Rows:
        """For each village the one with most registered persons of its township (or else county) that is off the list.

        It needs the workers that a site needs; no neighbour is taken twice.
        """
        v, h, e = region.rows("village"), region.rows("household"), region.rows("enterprise")
        listed = supported_homes(region)
        need: Amounts = np.bincount(h.village[listed], h.members[listed], minlength=len(v))
        workers = sums_of(region, "village", h.workers)
        taken = np.isin(np.arange(len(v)), e.village[(e.kind == WORKSHOP) & e.alive])
        free = ~v.poor_village & ~taken & (workers >= s.least_workers) & (need > 0.0)
        found: list[int] = []
        for village in villages.tolist():
            here = np.flatnonzero(free & (v.county == v.county[village]))
            near = here[v.township[here] == v.township[village]]
            here = near if len(near) else here
            if len(here):
                found.append(int(here[np.lexsort((v.uid[here], -need[here]))[0]]))
                free[found[-1]] = False
        return np.array(sorted(found), np.int64)


KINDS = (FirmPairing, JointWorkshop)
