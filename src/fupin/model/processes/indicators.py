"""Nineteen indicators of public services by county, in eight domains, held against the mean of the province.

The sources name the eight domains and the number nineteen, not the items: these are ours, as far as columns go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import ADULT, TEEN
from fupin.model.calendar import DECEMBER
from fupin.model.household import DANGEROUS
from fupin.model.person import NOT_IN_SCHOOL
from fupin.model.processes.schooling import due_at_school
from fupin.model.village import SHELL

if TYPE_CHECKING:
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]

DOMAINS: dict[str, tuple[str, ...]] = {
    "schooling": ("school_6_15", "school_13_17"),
    "health": ("clinic", "care_taken", "cost_borne"),
    "information": ("broadband", "villages_broadband"),
    "transport": ("road", "villages_road"),
    "water": ("water", "safe_water"),
    "power": ("power", "villages_power"),
    "living": ("sound_houses", "sanitation", "villages_sanitation"),
    "security": ("subsistence", "unable_supported", "collectives"),
}
OF_THE_YEAR = ("care_taken", "cost_borne", "subsistence", "collectives")
"""Items that add up over a calendar year: known in December, and not before it comes again."""
LARGE_COST = 0.4  # own cost of care, share of income, from which it is catastrophic (health.csv)


def indicators(region: Region) -> dict[str, Amounts]:
    """The nineteen items of every county, each a share of its villages, persons or households (0–1)."""
    h, v, p = region.rows("household"), region.rows("village"), region.p
    n = len(region.rows("county"))
    persons = h.weight * h.members

    villages = np.bincount(v.county, v.weight, minlength=n)
    everybody = np.bincount(h.county, persons, minlength=n)

    def of_villages(values: Any) -> Amounts:
        return np.asarray(np.bincount(v.county, v.weight * values, minlength=n) / np.maximum(villages, 1e-9))

    def without(lacking: NDArray[np.bool_], among: Amounts = everybody) -> Amounts:
        rows = np.flatnonzero(lacking)  # few: quicker than sums over all
        lack = np.bincount(h.county[rows], persons[rows], minlength=n)
        return np.asarray(1.0 - lack / np.maximum(among, 1e-9))

    found = {name: of_villages(getattr(v, name)) for name in ("clinic", "broadband", "road", "water", "power")}
    found["sanitation"] = of_villages(v.sanitation)
    for name in ("broadband", "road", "power", "sanitation"):
        found[f"villages_{name}"] = of_villages(1.0 * (getattr(v, name) >= p.village_services))
    found["collectives"] = of_villages(1.0 * (v.collective_income >= SHELL))
    found["safe_water"] = without(~h.safe_water)
    found["sound_houses"] = without(h.housing == DANGEROUS)
    found["care_taken"] = without(h.forgone > 0.0)
    found["cost_borne"] = without(h.health_spending > LARGE_COST * np.maximum(h.income_year, 1.0))
    found["subsistence"] = without(h.shortfall > 0.0)
    unable = np.flatnonzero(h.workers <= 0.0)
    alone = (h.dibao[unable] <= 0) & (h.wubao[unable] <= 0) & (h.formal_pension[unable] <= 0)
    lacking = np.zeros(len(persons), np.bool_)
    lacking[unable[alone & (h.absent_support[unable] <= 0)]] = True
    found["unable_supported"] = without(lacking, np.bincount(h.county[unable], persons[unable], minlength=n))
    return found | at_school(region)


def at_school(region: Region) -> dict[str, Amounts]:
    """Shares at school, by county: of those who are to be there by law (6–15), and of the members of 13–17."""
    person, h = region.rows("person"), region.rows("household")
    n = len(region.rows("county"))
    teens = person.alive & (person.age >= TEEN) & (person.age < ADULT) & ~person.disabled
    found = {}
    for name, who in (("school_6_15", due_at_school(region, person)), ("school_13_17", teens)):
        home = person.household[rows := who.nonzero()[0]]
        weight, county = h.weight[home], h.county[home]
        total = np.bincount(county, weight, minlength=n)
        share = np.bincount(county, weight * (person.stage[rows] != NOT_IN_SCHOOL), minlength=n)
        found[name] = np.asarray(np.where(total > 0, share / np.maximum(total, 1e-9), 1.0))
    return found


def nineteen_met(region: Region) -> Amounts:
    """Share of the nineteen items that reach the mean of the province less the tolerance, by county.

    Within a year those that add up over it are not asked for: they were in December, when the county applied.
    """
    least = region.p.province_mean - region.p.indicator_tolerance
    asked = indicators(region)
    if region.calendar_month != DECEMBER:
        asked = {name: values for name, values in asked.items() if name not in OF_THE_YEAR}
    return np.asarray(np.mean([values >= least for values in asked.values()], axis=0))


def domains_near(region: Region) -> Amounts:
    """Share of the eight domains whose items on average come near the mean of the province, by county."""
    found, least = indicators(region), region.p.province_mean - region.p.indicator_tolerance
    means = [np.mean([found[name] for name in names], axis=0) for names in DOMAINS.values()]
    return np.asarray(np.mean([values >= least for values in means], axis=0))
