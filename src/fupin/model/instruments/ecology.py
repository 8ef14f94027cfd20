"""Ecology: land goes back to forest for a payment, and the forest yields after years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER
from fupin.model.engine.kernels import rowwise
from fupin.model.household import HOME
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.processes.income import pay_households
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.village import HILL

if TYPE_CHECKING:
    from fupin.model.region import Region


class RetirementSettings(Funded):
    """Payment, area, time and yield."""

    payment: Dated = setting(
        240, unit="yuan/mu/year", zh="退耕补助", en="payment", low=0, high=3000,
        source="1,200 yuan a mu over five years from 2014 (general knowledge of the new round, to verify)",
        status="assumption",
    )  # fmt: skip
    years: Dated = setting(
        5, unit="years", zh="补助年限", en="years of payment", low=1, high=20,
        source="new round of 2014: five years for trees (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    planting: Dated = setting(
        300, unit="yuan/mu", zh="种苗费", en="seedlings", low=0, high=3000,
        source="300 yuan a mu (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    slope_share: Dated = setting(
        0.3, unit="share", zh="坡耕地占比", en="part of the land in hills that may be retired", low=0, high=1,
        source="mechanisms.csv M324: slope land less the basic-farmland quota; size assumed", status="assumption",
    )  # fmt: skip
    slope_yield: Dated = setting(
        0.4, unit="share", zh="坡地产出", en="return of slope land against the mean of the household's land", low=0,
        high=1, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    quota: Dated = setting(
        {"2014-01": 50000, "2016-01": 100000}, unit="mu/year", zh="年度任务", en="area of the year", low=0, high=1e7,
        source="baoding.csv: 1.55m mu of forest added in nine counties, most of it on waste land; share assumed",
        status="assumption", scaled=True,
    )  # fmt: skip
    poor_first: bool = setting(
        True, zh="贫困户优先", en="registered households first",
        source="003: ecology is a batch for the poor; that they come first is assumed", status="assumption",
    )  # fmt: skip
    poor_villages_first: bool = setting(
        False, zh="贫困村优先", en="households of poor villages first",
        source="001: ecological works are tilted to poor villages (M206)", status="seed",
    )  # fmt: skip
    lag: Dated = setting(
        5, unit="years", zh="挂果年限", en="years until trees yield", low=0, high=20,
        source="walnut three to five years, forest longer (general knowledge)", status="assumption",
    )  # fmt: skip
    forest_yield: Dated = setting(
        300, unit="yuan/mu/year", zh="林果收益", en="net yield of the new trees", low=0, high=5000,
        source="walnut and under-forest products on slopes (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class LandRetirement(Instrument):
    """Households of hill and mountain villages plant trees on slope land if the payment beats what it yields.

    Land falls and forest grows; the payment lasts some years, and after a lag those with hands at home earn from the
    trees, at the county's price. The region remembers area and planting month by household.
    """

    kind, family = "land_retirement", "ecology"
    zh, en = "退耕还林", "land retirement"
    about_zh = "丘陵山区农户在补助高于坡地收益时退耕，改种树木。"
    sized_by = ("quota",)
    Settings = RetirementSettings
    months, service_months = (2,), (DECEMBER,)

    def planted(self, region: Region) -> tuple[Amounts, Rows]:
        """Area that each household retired, and the month of planting (−1: none)."""
        state, n = region.state_of(self), len(region.rows("household"))
        if not hasattr(state, "area"):
            state.area, state.month = np.zeros(n), np.full(n, -1)
        return state.area, state.month

    def area(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Slope land that is not let, nor leased to a park."""
        return np.asarray(slope_land(region, rows, share=s.slope_share))

    def eligible(self, region: Region, s: Any) -> Rows:
        """Once in a lifetime, for households on slopes that still have slope land to themselves."""
        h, v, (_, month) = region.rows("household"), region.rows("village"), self.planted(region)
        rows = ((v.terrain >= HILL)[h.village] & (month < 0) & (h.members > 0) & (h.location == HOME)).nonzero()[0]
        rows = region.state_of(self).on_slopes = rows[self.area(region, s, rows) > 0.0]
        return np.asarray(rows)

    def worked(self, region: Region, rows: Rows) -> Amounts:
        """Land that the household works itself."""
        h = region.rows("household")
        return np.asarray(np.maximum(h.land[rows] - h.rented_out[rows] + h.rented_in[rows], region.p.land_floor))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Certain where the yearly payment is more than the land's return to its holder, else never."""
        h, p, worked = region.rows("household"), region.p, self.worked(region, rows)
        share = p.land_exponent * (1.0 - p.input_share)
        return np.where(s.payment > s.slope_yield * share * h.expected_output[rows] / worked, 1.0, 0.0)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Seedlings and the first year's payment."""
        return np.asarray(self.area(region, s, rows) * (s.planting + s.payment))

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """By lot; registered households, and under the tilt those of poor villages, before the others."""
        later = np.where(supported(region)[rows], 0.0, 1.0 if s.poor_first else 0.0)
        if s.poor_villages_first:
            h, v = region.rows("household"), region.rows("village")
            later = later + np.where(v.poor_village[h.village[rows]], 0.0, 2.0)  # the village before the household
        return np.asarray(super().priority(region, s, rows) + later)

    def capacity(self, region: Region, s: Any) -> float:
        """Households that the area of the year will do for, at the mean area of those on slopes noted just before."""
        rows = region.state_of(self).on_slopes
        weight = region.rows("household").weight[rows]
        area = weighted_sum(self.area(region, s, rows), weight)
        return float(s.quota) * float(weight.sum()) / max(area, 1e-9)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Plant: land becomes forest. It was the poorer land, so the mean of what is left is better."""
        h, (area, month) = region.rows("household"), self.planted(region)
        mu, worked = self.area(region, s, rows), self.worked(region, rows)
        floor = region.p.land_floor
        better = np.log(np.maximum(worked - s.slope_yield * mu, floor) / np.maximum(worked - mu, floor))
        modify(region, "farm.productivity", rows, region.p.land_exponent * better)
        self.buy(region, s, "ecology.planting", rows, s.planting * mu)
        h.land[rows] -= mu
        h.forest_land[rows] += mu
        area[rows], month[rows] = mu, region.month

    def service(self, region: Region, s: Any) -> None:
        """In December, after inspection, the payment; and what older trees have yielded."""
        if region.calendar_month != DECEMBER:
            return
        h, county, (area, month) = region.rows("household"), region.rows("county"), self.planted(region)
        rows = (month >= 0).nonzero()[0]
        rows = rows[h.members[rows] > 0]
        age = region.month - month[rows]
        due = rows[age < 12.0 * s.years]
        owed = s.payment * area[due]
        if len(due):
            yuan = weighted_sum(owed, h.weight[due]) * (1.0 + s.administration_share)
            self.pay(region, s, "ecology.retirement", due, part_within(yuan, self.left(region, s)) * owed)
        ripe = rows[(age >= 12.0 * s.lag) & (h.own_labour[rows] > 0.0)]
        yields = s.forest_yield * area[ripe] * county.price[h.county[ripe]]
        pay_households(region, "ecology.forest", Side("markets"), ripe, yields)


@rowwise("household")
def slope_land(region: Region, h: Any, share: float) -> Any:
    """Part of the land that lies on slopes, unless it is let or leased to a park."""
    land = h.land
    return np.minimum(share * land, np.maximum(land - h.rented_out - h.park_land, 0.0))
