"""Central photovoltaics: companies build on approved hill land, pay rent for it and a benefit out of their revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.calendar import DECEMBER
from fupin.model.instruments.base import Amounts, Instrument
from fupin.model.instruments.photovoltaics import TARIFF, sun
from fupin.model.ledger import Side, weighted_sum
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.settings import Dated, Settings, setting
from fupin.model.shared_lists import supported_homes
from fupin.model.village import PLAIN

if TYPE_CHECKING:
    from fupin.model.region import Region


class StationSettings(Settings):
    """Capacity, land, and what a station owes."""

    capacity: Dated = setting(
        445000, unit="kW", zh="集中式电站规模", en="capacity that companies want to build", low=0, high=1e7,
        scaled=True, source="domain/data/baoding.csv: 445 MW connected by 2016", status="seed",
    )  # fmt: skip
    pace: Dated = setting(
        0.34, unit="1/year", zh="年度建设进度", en="part of it built in a year", low=0, high=1, source="three years",
        status="assumption",
    )  # fmt: skip
    land_per_kw: Dated = setting(
        0.03, unit="mu/kW", zh="单位用地", en="land of a kilowatt", low=0, high=1,
        source="30 mu a megawatt (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    land_quota: Dated = setting(
        13350, unit="mu", zh="用地指标", en="hill land approved for stations", low=0, high=1e7, scaled=True,
        source="what 445 MW need; no quota is given in the source", status="assumption",
    )  # fmt: skip
    land_rent: Dated = setting(
        200, unit="yuan/mu/year", zh="荒坡租金", en="rent of hill land", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    benefit: Dated = setting(
        3000, unit="yuan/household/year", zh="户均收益", en="benefit of a household", low=0, high=50000,
        source="common rate of photovoltaic benefits (general knowledge, to verify); none in the sources",
        status="assumption",
    )  # fmt: skip
    kw_per_person: Dated = setting(
        44.5, unit="kW/person", zh="人均带动容量", en="capacity for each person served", low=1, high=1000,
        source="baoding.csv: 445 MW for over 10,000 persons", status="seed",
    )  # fmt: skip
    revenue_share: Dated = setting(
        0.1, unit="share", zh="收益上限占比", en="most that a station gives of its revenue", low=0, high=1,
        source="mechanisms.csv M168: capped by a share of revenue; size assumed", status="assumption",
    )  # fmt: skip
    sun_hours: Dated = setting(
        1216, unit="hours/year", zh="年利用小时", en="full-load hours", low=500, high=2200,
        source="literature.md section 3, as for village plants", status="published estimate",
    )  # fmt: skip
    sun_sd: Dated = setting(
        0.05, unit="log", zh="日照波动", en="spread of sunshine between years", low=0, high=0.3,
        source="as for village plants", status="assumption",
    )  # fmt: skip
    tariff: Dated = setting(
        TARIFF, unit="yuan/kWh", zh="上网电价", en="tariff", low=0, high=2, source="as for village plants",
        status="assumption",
    )  # fmt: skip


class CentralPhotovoltaics(Instrument):
    """Stations of companies in the hills: who cannot work is served first, one household for so many kilowatts."""

    kind, family = "central_photovoltaics", "industry"
    zh, en = "集中式光伏电站带动", "central photovoltaics"
    about_zh = "企业在山区建集中式电站，按容量带动贫困户，无劳动能力的户优先。"
    not_sized = sizes.FREE
    Settings = StationSettings
    months, service_months = (6,), (12,)

    def built(self, region: Region) -> Amounts:
        """Capacity on the land of each village (one of those that it stands for), kW."""
        state, n = region.state_of(self), len(region.rows("village"))
        if not hasattr(state, "kw"):
            state.kw = np.zeros(n)
        return np.asarray(state.kw)

    def offer(self, region: Region, s: Any) -> None:
        """The year's stations stand in hill villages, as far as land is approved for them."""
        v, kw = region.rows("village"), self.built(region)
        hills = (v.poor_village & (v.terrain != PLAIN)).nonzero()[0]
        room = max(float(v.weight[hills].sum()), 1e-9)
        more = kw_to_build(s, weighted_sum(kw, v.weight))
        kw[hills] += more / room
        poor = float(v.weight[v.poor_village].sum())
        served = room if more > 0.0 and len(hills) else 0.0
        region.funnel.append((region.month, self.id, poor, float(v.weight[hills].sum()), served))

    def service(self, region: Region, s: Any) -> None:
        """Each December the companies pay rent for the land and the benefit out of the year's revenue."""
        if region.calendar_month != DECEMBER:
            return
        kw, v = self.built(region), region.rows("village")
        if not kw.any():
            return
        rows = (kw > 0.0).nonzero()[0]
        rent = s.land_rent * s.land_per_kw * kw[rows]
        v.collective_cash[rows] += rent
        v.collective_income[rows] += rent
        to = Side("collectives", rent, rows)
        region.ledger.post("solar.land_rent", Side("markets"), to, instrument=self.id)
        self.pay_benefit(region, s, kw)

    def pay_benefit(self, region: Region, s: Any, kw: Amounts) -> None:
        """In each county: so many households as its stations owe, those without workers first, within the revenue."""
        h, v, county = region.rows("household"), region.rows("village"), region.rows("county")
        capacity = np.bincount(v.county, v.weight * kw, minlength=len(county))
        listed = supported_homes(region)
        persons = h.weight[listed] * h.members[listed]
        room = capacity / s.kw_per_person
        rows = listed[admit(h.county[listed], h.workers[listed], persons, room, h.uid[listed])]
        owed = np.bincount(h.county[rows], h.weight[rows] * s.benefit, minlength=len(county))
        revenue = capacity * s.tariff * sun(region, s, self)
        part = np.minimum(1.0, s.revenue_share * revenue / np.maximum(owed, 1e-9))
        region.reach(self, rows)
        pay_households(region, "solar.benefit", Side("markets"), rows, s.benefit * part[h.county[rows]], self.id)


def kw_to_build(s: Any, standing: float) -> float:
    """Capacity added in a year: the pace, what is still wanted, and what the land quota leaves room for."""
    land = s.land_quota / s.land_per_kw if s.land_per_kw > 0.0 else np.inf
    return float(max(min(s.pace * s.capacity, s.capacity - standing, land - standing), 0.0))


KINDS = (CentralPhotovoltaics,)
