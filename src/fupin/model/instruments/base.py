"""What every instrument is: one pipeline from eligibility to delivery, with all money through the county's account.

    eligible → identified → takes up → priority → capacity and budget → selected → delivery → service

An instrument is a class with `kind`, labels, a `Settings` class and a few methods that each answer one question about
household rows. It keeps no state of its own: what it must remember lies in `region.state_of(self)`, so one instrument
may serve many regions. The funnel (households at each stage, in population units) is recorded for the report.
"""

from __future__ import annotations

import zlib
from abc import ABC
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fupin.errors import FupinError
from fupin.model.draws import declare_stream
from fupin.model.ledger import Side, weighted_sum
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import ranked
from fupin.model.settings import Dated, setting
from fupin.model.settings import Settings as BaseSettings

if TYPE_CHECKING:
    from fupin.model.region import Region

type Rows = NDArray[np.int64]
type Amounts = NDArray[np.float64]

TAKE_UP = declare_stream(
    "instrument.take_up", "whether a household takes up what it is offered, by instrument and year"
)
LOTTERY = declare_stream("instrument.lottery", "place in the queue for an instrument, by instrument and year")
EVERY_MONTH = tuple(range(1, 13))
QUARTER_ENDS = (3, 6, 9, 12)


class Funded(BaseSettings):
    """Settings that all paid instruments share: the yearly budget and who pays it."""

    budget: Dated = setting(
        1e12, unit="yuan/year", zh="年度预算", en="yearly budget of the region", low=0, source="none: unlimited",
        status="assumption", scaled=True,
    )  # fmt: skip
    centre_share: Dated = setting(
        0.6, unit="share", zh="中央占比", en="share paid by the centre", low=0, high=1,
        source="domain/data/funds_central.csv: centre 661 of about 1,000 (100m yuan) in 2016", status="assumption",
    )  # fmt: skip
    province_share: Dated = setting(
        0.25, unit="share", zh="省级占比", en="share paid by the province", low=0, high=1,
        source="provinces added about 540 to 861 (100m yuan) in 2017, funds_central.csv", status="assumption",
    )  # fmt: skip
    city_share: Dated = setting(
        0.05, unit="share", zh="市级占比", en="share paid by the city", low=0, high=1,
        source="domain/data/baoding.csv: city special fund 102m yuan (2016)", status="assumption",
    )  # fmt: skip
    administration_share: Dated = setting(
        0.03, unit="share", zh="管理费率", en="administration, share of what is delivered", low=0, high=0.3,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class Instrument(ABC):
    """One policy instrument in force in a region; subclasses declare what it is and answer the pipeline's questions."""

    kind: ClassVar[str]
    family: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    Settings: ClassVar[type[BaseSettings]] = BaseSettings
    months: ClassVar[tuple[int, ...]] = (3,)

    def __init__(self, settings: BaseSettings | None = None, id: str = "") -> None:
        self.settings = settings or self.Settings()
        self.id = id or self.kind

    # the questions, in the order of the pipeline

    def eligible(self, region: Region, s: Any) -> Rows:
        """Rows of households that the rule and the administration's records admit."""
        return np.empty(0, np.int64)

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        """Probability that an offered household takes it up."""
        return 1.0

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Smaller is served first; by default a lottery."""
        return np.asarray(region.draws.uniform(LOTTERY, self._key(region), region.rows("household").uid[rows]))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Public cost of serving each household, yuan."""
        return np.zeros(len(rows))

    def capacity(self, region: Region, s: Any) -> float:
        """Households that can be served this time, population units."""
        return float("inf")

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Carry it out for the selected households."""
        return None

    def service(self, region: Region, s: Any) -> None:
        """What goes on after delivery, every month while the region lives."""
        return None

    def meet_bill(
        self, region: Region, rows: Rows, cost: Amounts, due: Amounts, taken: Amounts, liquidity: Amounts
    ) -> tuple[Amounts, Amounts]:
        """What the households in `rows` still owe of a hospital bill, and the share of the treatment that they take."""
        return due, taken

    # the pipeline

    def run(self, region: Region) -> None:
        """One month of the instrument."""
        s = self.settings.at(region.month)
        if self.settings.active(region.month) and region.calendar_month in self.months:
            self.offer(region, s)
        self.service(region, s)

    def offer(self, region: Region, s: Any) -> None:
        """From eligibility to delivery."""
        h = region.rows("household")
        eligible = self.eligible(region, s)
        draw = region.draws.uniform(TAKE_UP, self._key(region), h.uid[eligible])
        applied = eligible[draw < self.take_up(region, s, eligible)]
        selected = self.select(region, s, applied)
        weight = h.weight
        stages = [float(weight[rows].sum()) for rows in (eligible, applied, selected)]
        region.funnel.append((region.month, self.id, stages[0], stages[1], stages[2]))
        if len(selected):
            h.reached[selected] |= 1 << region.bit_of(self)
            self.deliver(region, s, selected)

    def select(self, region: Region, s: Any, rows: Rows) -> Rows:
        """Those served within capacity and the rest of the year's budget, by priority; ties by uid."""
        if not len(rows):
            return rows
        h = region.rows("household")
        weight = h.weight[rows]
        cost = self.cost(region, s, rows) * (1.0 + getattr(s, "administration_share", 0.0))
        left = self.left(region, s)
        capacity = self.capacity(region, s)
        if weight.sum() <= capacity and weighted_sum(cost, weight) <= left:
            return rows
        order = ranked(self.priority(region, s, rows), h.uid[rows])
        w, yuan = weight[order], (weight * cost)[order]
        fits = (np.cumsum(w) - 0.5 * w <= capacity) & (np.cumsum(yuan) - 0.5 * yuan <= left)
        return np.sort(rows[order[fits]])

    def _key(self, region: Region) -> int:
        """Month word of the draws, of the year and the instrument: no two share their luck, whatever the package."""
        return zlib.crc32(f"{self.id} {region.year}".encode())

    # money

    def spent(self, region: Region) -> float:
        """Population yuan spent in the present year."""
        return float(region.state_of(self).spent.get(region.year, 0.0))

    def pay(self, region: Region, s: Any, purpose: str, rows: Rows, amounts: Amounts, *, earned: bool = False) -> None:
        """Pay households in cash out of the county's account; what is earned by work is no benefit."""
        by_county = self.charge(region, s, rows, amounts)
        pay_households(region, purpose, Side("counties", by_county), rows, amounts, self.id, earned)

    def buy(self, region: Region, s: Any, purpose: str, rows: Rows, amounts: Amounts) -> None:
        """Pay suppliers for what the households get in kind or as a service."""
        by_county = self.charge(region, s, rows, amounts)
        region.rows("household").benefits[rows] += amounts
        region.ledger.post(purpose, Side("counties", by_county), Side("markets"), instrument=self.id)

    def left(self, region: Region, s: Any) -> float:
        """Population yuan left of the year's budget: the setting's, or that of the region's own budget table."""
        table = region.data.budgets.get(self.id, {}).get(region.year, np.inf)
        return float(max(min(getattr(s, "budget", np.inf), table) - self.spent(region), 0.0))

    def charge(self, region: Region, s: Any, rows: Rows, amounts: Amounts) -> Amounts:
        """Fund and debit the counties of the households; returns the amounts by county, population yuan."""
        h = region.rows("household")
        by_county = np.bincount(h.county[rows], h.weight[rows] * amounts, minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        return by_county

    def fund(self, region: Region, s: Any, by_county: Amounts) -> None:
        """Draw the money (with administration) from its sources, spend the administration, debit the accounts."""
        county = region.rows("county")
        overhead = s.administration_share * by_county
        needed = by_county + overhead
        own = 1.0
        for source in ("centre", "province", "city"):
            share = min(getattr(s, f"{source}_share"), own)
            own -= share
            county.cash += share * needed
            region.ledger.post(f"grant.{source}", Side(source), Side("counties", share * needed), instrument=self.id)
        county.cash += own * needed
        region.ledger.post("county.revenue", Side("markets"), Side("counties", own * needed), instrument=self.id)
        county.cash -= overhead
        region.ledger.post("administration", Side("counties", overhead), Side("markets"), instrument=self.id)
        county.cash -= by_county
        spent = region.state_of(self).spent
        spent[region.year] = spent.get(region.year, 0.0) + float(needed.sum())


def instrument_kinds() -> dict[str, type[Instrument]]:
    """All kinds of instruments: those of fupin and those that installed packages declare as `fupin.instruments`."""
    from fupin.model.instruments import (
        awards,
        bases,
        city_market,
        ecology,
        education,
        employment,
        finance,
        guest_houses,
        handicraft,
        housing,
        industry,
        insurance,
        labour_services,
        leading_industry,
        links,
        markets_access,
        medical,
        operators,
        orchards,
        outside_capital,
        parks,
        photovoltaics,
        posts,
        relief,
        relocation,
        returnees,
        security,
        services,
        solar_stations,
        tourism,
    )

    own = (
        industry.ProductionGrant,
        industry.VillageWorkshop,
        relocation.Relocation,
        education.EducationAid,
        security.Dibao,
        finance.MicroCredit,
        photovoltaics.VillagePhotovoltaics,
        photovoltaics.HouseholdPhotovoltaics,
        relief.ExtremelyPoor,
        relief.TemporaryRelief,
        relief.DisabilitySubsidy,
        relief.PensionPremium,
        medical.MedicalCover,
        *markets_access.KINDS,
        insurance.CropInsurance,
        tourism.VillageTourism,
        parks.LandParks,
        parks.EnterpriseShares,
        posts.PublicPosts,
        employment.SkillsTraining,
        employment.LabourPlatform,
        employment.WorkRelief,
        *services.KINDS,
        housing.HousingRenewal,
        ecology.LandRetirement,
        posts.ForestRangers,
        *leading_industry.KINDS,
        *city_market.KINDS,
        *orchards.KINDS,
        *handicraft.KINDS,
        *bases.KINDS,
        *guest_houses.KINDS,
        *solar_stations.KINDS,
        *awards.KINDS,
        *operators.KINDS,
        *outside_capital.KINDS,
        *returnees.KINDS,
        *labour_services.KINDS,
        *links.KINDS,
    )
    kinds: dict[str, type[Instrument]] = {item.kind: item for item in own}
    for point in entry_points(group="fupin.instruments"):
        found = point.load()
        if not (isinstance(found, type) and issubclass(found, Instrument)):
            raise FupinError(f"entry point {point.name!r} of fupin.instruments is not an Instrument class")
        kinds[found.kind] = found
    return kinds


def fresh_state() -> SimpleNamespace:
    """What a region remembers for an instrument."""
    return SimpleNamespace(spent={})
