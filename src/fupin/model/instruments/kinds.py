"""All kinds of instruments: what a package may name."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.model.instruments import (
    awards,
    backstop,
    bases,
    cadres,
    care,
    city_market,
    collective_ways,
    ecology,
    education,
    employment,
    enterprise_credit,
    finance,
    forests,
    funds,
    governance,
    grids,
    group_credit,
    guest_houses,
    handicraft,
    housing,
    incentives,
    industry,
    insurance,
    labour_services,
    land_quota,
    leaders,
    leadership,
    leading_industry,
    links,
    markets_access,
    medical,
    motivation,
    operators,
    orchards,
    output_awards,
    outside_capital,
    oversight,
    pairings,
    parks,
    photovoltaics,
    posts,
    reform,
    relief,
    relocation,
    returnees,
    schools,
    secretaries,
    security,
    services,
    solar_stations,
    teachers,
    team_modes,
    team_time,
    three_changes,
    tourism,
    village_assets,
    village_officials,
)
from fupin.model.instruments.base import Instrument

OWN: tuple[type[Instrument], ...] = (
    industry.ProductionGrant,
    industry.VillageWorkshop,
    relocation.Relocation,
    education.EducationAid,
    security.Dibao,
    finance.MicroCredit,
    *funds.KINDS,
    *group_credit.KINDS,
    *enterprise_credit.KINDS,
    *awards.KINDS,
    *land_quota.KINDS,
    *pairings.KINDS,
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
    team_modes.TeamModes,
    team_modes.TeamPosting,
    secretaries.FirstSecretaries,
    *cadres.TEAM_KINDS,
    *village_officials.TEAM_KINDS,
    *team_time.TEAM_KINDS,
    *leadership.TEAM_KINDS,
    *backstop.KINDS,
    ecology.LandRetirement,
    posts.ForestRangers,
    *governance.KINDS,
    *leaders.KINDS,
    *oversight.KINDS,
    *motivation.KINDS,
    *incentives.KINDS,
    *housing.KINDS,
    *reform.KINDS,
    *three_changes.KINDS,
    *village_assets.KINDS,
    *collective_ways.KINDS,
    *schools.KINDS,
    *teachers.KINDS,
    *care.KINDS,
    *forests.KINDS,
    *grids.KINDS,
    *leading_industry.KINDS,
    *city_market.KINDS,
    *orchards.KINDS,
    *handicraft.KINDS,
    *bases.KINDS,
    *guest_houses.KINDS,
    *solar_stations.KINDS,
    *output_awards.KINDS,
    *operators.KINDS,
    *outside_capital.KINDS,
    *returnees.KINDS,
    *labour_services.KINDS,
    *links.KINDS,
)
"""Those of fupin itself; add a class here, or its module's `KINDS`."""


def instrument_kinds() -> dict[str, type[Instrument]]:
    """Those of fupin and those that installed packages declare as `fupin.instruments`, by kind."""
    kinds: dict[str, type[Instrument]] = {item.kind: item for item in OWN}
    for point in _declared(tuple((place, _changed(place)) for place in sys.path)):
        found = point.load()
        if not (isinstance(found, type) and issubclass(found, Instrument)):
            raise FupinError(
                tell(
                    f"fupin.instruments 的入口 {point.name!r} 不是 Instrument 类",
                    f"entry point {point.name!r} of fupin.instruments is not an Instrument class",
                )
            )
        kinds[found.kind] = found
    return kinds


@lru_cache(maxsize=4)
def _declared(places: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    """What installed packages declare: their files are read again only when a folder of `sys.path` has changed."""
    return tuple(entry_points(group="fupin.instruments"))


def _changed(place: str) -> int:
    """When a folder of `sys.path` last gained or lost a package; 0 for what is none."""
    try:
        return Path(place or ".").stat().st_mtime_ns
    except OSError:
        return 0
