"""Allocation of the year's money to counties: who counts for how much, who adds what, and how donors choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.county import IDLE
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup, Lookup
from fupin.model.household import EXITED, NEVER
from fupin.model.ledger import Side
from fupin.model.processes.budgets import LINES, Pool
from fupin.model.processes.support import supported
from fupin.model.rules.budgets import (
    approval_wait,
    debt_service,
    deep_poverty_weight,
    donor_preference,
    exit_year_weight,
    fast_lane_wait,
    grown_revenue,
    growth_money,
    hard_region_weight,
    integrated_share,
    matching_due,
    matching_paid,
    paired_transfer,
    performance_weight,
    poor_county_weight,
)
from fupin.model.sums import sums_of
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]

CENTRAL_LINES, PROVINCIAL_LINES, CITY_LINES = 20, 20, 3  # sector funds that may be integrated: 004, mechanisms.csv M101
FORMS = {"money": "free", "projects": "works", "industry": "farm", "staff": "people", "jobs": "people"}  # 002, M113


def allocate(region: Region, keeper: Instrument, pool: Pool, s: Any) -> None:
    """Decide the year's money of each county, by source and by line; it arrives when the approvals are through."""
    c = region.rows("county")
    persons = poor_persons(region)
    quota = float(c.quota.sum())
    by_rule = shares(persons * case_weights(region, s, persons))
    lines = {name: np.zeros(len(c)) for name in LINES}
    sources = public_money(s, quota * by_rule)
    own = own_funds(region, s) - serve_debt(region, keeper, s)
    due = matching_due(sources["province"], np.where(c.poor_county, s.matching_poor, s.matching_ratio))
    extra = np.where(c.poor_county, 0.0, s.other_own_extra)
    sources["county"] = matching_paid(np.maximum(due - sources["city"] - pool.advanced, 0.0), own, extra)
    c.matching_gap = np.maximum(due - sources["city"] - sources["county"] - pool.advanced, 0.0)
    pool.advanced = np.zeros(len(c))
    special = sum(sources.values())
    lines["growth"] += growth_money(special, s.growth_share)
    lines["free"] += special - lines["growth"]
    for name, amounts in sector_money(region, s, quota, shares(persons), sources).items():
        lines[name] += amounts
    sources["society"], given = donors(region, s, persons, quota)
    for name, amounts in given.items():
        lines[name] += amounts
    sources["credit"] = policy_credit(region, s, persons, quota)
    lines["works"] += sources["credit"]
    table = np.array([lines[name] for name in LINES]).T
    c.funds = np.asarray(sum(sources.values()))
    c.funds_spent = np.zeros(len(c))
    wait = fast_lane_wait(approval_wait(s.approval_steps, s.step_months), s.fast_lane)
    pool.arriving.append((region.month + int(np.floor(wait + 0.5)), sources, table))


def public_money(s: Any, places: Amounts) -> dict[str, Amounts]:
    """Special funds of centre, province and city, for so many poor persons of each county (M108)."""
    return {
        "centre": s.central * places,
        "province": s.province_ratio * s.central * places,
        "city": s.city * places,
    }


def policy_credit(region: Region, s: Any, persons: Amounts, quota: float) -> Amounts:
    """What policy banks lend the poor counties this year, by their poor persons (M120)."""
    return np.asarray(s.policy_credit * quota * shares(np.where(region.rows("county").poor_county, persons, 0.0)))


def shares(weights: Amounts) -> Amounts:
    """Weights as shares of their sum; nothing where there is none."""
    return np.asarray(weights / max(float(weights.sum()), 1e-9))


def poor_persons(region: Region) -> Amounts:
    """Persons supported as poor, by county; the quota of 2014 where nobody is left in the whole region."""
    h, c = region.rows("household"), region.rows("county")
    persons = sums_of(region, "county", h.weight * h.members * supported(region))
    return persons if persons.sum() > 0.0 else c.quota.copy()


def part_of(region: Region, persons: Amounts, villages: Any) -> Amounts:
    """Share of a county's supported persons who live in some of its villages."""
    mine = poor_persons_in(region, helped=supported(region), villages=Lookup(villages))["persons"]
    return np.asarray(mine / np.maximum(persons, 1e-9)).clip(0.0, 1.0)


@rowwise("household")
def poor_persons_in(region: Region, h: Any, helped: Any, villages: Lookup) -> ByGroup:
    """Supported persons of each county who live in some villages."""
    return ByGroup({"persons": ("county", h.county, h.weight * h.members * (helped & villages[h.village]))})


def case_weights(region: Region, s: Any, persons: Amounts) -> Amounts:
    """What a poor person of each county counts for: one factor a rule."""
    c, v = region.rows("county"), region.rows("village")
    listed = persons_listed(region)
    deep = v.poor_village & (v.recorded_share >= s.deep_incidence)
    if not v.recorded_share.any():  # before the first November: by the list itself
        deep = v.poor_village & (listed >= s.deep_incidence)
    weight = poor_county_weight(c.poor_county, s.equal_per_person, s.poor_factor)
    weight = weight * deep_poverty_weight(part_of(region, persons, deep), s.deep_factor)
    weight = weight * hard_region_weight(part_of(region, persons, v.terrain == MOUNTAIN), s.hard_extra)
    weight = weight * exit_year_weight(to_apply(region, s, persons), s.exit_tilt)
    return np.asarray(weight * performance_weight(participation(region), lasting_exits(region), s.performance_link))


def to_apply(region: Region, s: Any, persons: Amounts) -> NDArray[np.bool_]:
    """Counties that are to apply for exit this year: by the timetable, or without one those near the limit.

    Who applied last December is in verification now, and has had the money of its year.
    """
    c = region.rows("county")
    near = persons / np.maximum(people(region), 1.0) <= s.applying_reach * region.p.county_incidence
    its_year = np.where(c.exit_year < 0, near, c.exit_year == region.year)
    return np.asarray(c.poor_county & (c.exit_stage == IDLE) & its_year)


def people(region: Region) -> Amounts:
    """Persons of each county."""
    h = region.rows("household")
    return np.asarray(sums_of(region, "county", h.weight * h.members))


def persons_listed(region: Region) -> Amounts:
    """Share of each village's persons who are supported as poor."""
    h = region.rows("household")
    all_of = sums_of(region, "village", h.members)
    return np.asarray(sums_of(region, "village", h.members * supported(region)) / np.maximum(all_of, 1.0))


def participation(region: Region) -> Amounts:
    """Mean participation of the villages of each county."""
    v, count = region.rows("village"), len(region.rows("county"))
    weight = np.bincount(v.county, v.weight, minlength=count)
    return np.asarray(np.bincount(v.county, v.weight * v.participation, minlength=count) / np.maximum(weight, 1e-9))


def lasting_exits(region: Region) -> Amounts:
    """Households out of the register for a year or more, of those and of the ones that returned; half without any."""
    h = region.rows("household")
    still = (h.registry == EXITED) & (h.exited_month <= region.month - 12)
    back = (h.returns > 0) & (h.registry != EXITED) & (h.registry != NEVER)
    good, bad = (sums_of(region, "county", h.weight * mask) for mask in (still, back))
    return np.where(good + bad > 0.0, good / np.maximum(good + bad, 1e-9), 0.5)


def own_funds(region: Region, s: Any) -> Amounts:
    """What each county can give out of its own revenue this year."""
    c, h = region.rows("county"), region.rows("household")
    homes = sums_of(region, "county", h.weight)
    first = np.where(c.poor_county, s.revenue_poor, s.revenue_other) * homes
    growth = np.where(c.poor_county, s.growth_poor, s.growth_other)
    return np.asarray(s.programme_share * grown_revenue(first, growth, region.year - region.start // 12))


def serve_debt(region: Region, keeper: Instrument, s: Any) -> Amounts:
    """Interest and repayment on policy-bank credit, out of own revenue; returns what it cost each county."""
    c = region.rows("county")
    owed = c.policy_debt.copy()
    service, repaid = debt_service(owed, s.policy_rate, s.policy_years), owed / s.policy_years
    c.policy_debt -= repaid
    counties = Side("counties", service)
    region.ledger.post("county.revenue", Side("markets"), counties, instrument=keeper.id)
    region.ledger.post("policy_credit.service", counties, Side("banks"), instrument=keeper.id)
    region.ledger.post("policy_credit.cleared", Side("banks"), Side("counties", repaid), "loan", keeper.id)
    return np.asarray(service)


def sector_money(
    region: Region, s: Any, quota: float, by_persons: Amounts, sources: dict[str, Amounts]
) -> dict[str, Amounts]:
    """Agricultural funds of three levels: each line for its own use, but for what the county may integrate."""
    c = region.rows("county")
    total = s.sector * quota * by_persons
    items = CENTRAL_LINES + PROVINCIAL_LINES + CITY_LINES
    for source, count in (("centre", CENTRAL_LINES), ("province", PROVINCIAL_LINES), ("city", CITY_LINES)):
        sources[source] = sources[source] + total * count / items
    local = (PROVINCIAL_LINES + CITY_LINES) / items
    pooled = total * integrated_share(c.poor_county, s.integrated_poor, s.integrated_other, local)
    return divided_by_use(s, total - pooled) | {"integrated": pooled}


def divided_by_use(s: Any, rest: Amounts) -> dict[str, Amounts]:
    """Sector money that is not integrated stays with its use: farms, works, people (M306)."""
    farm, works = s.sector_farm, (1.0 - s.sector_farm) * s.sector_works
    return {"farm": rest * farm, "works": rest * works, "people": rest * (1.0 - farm - works)}


def donors(region: Region, s: Any, persons: Amounts, quota: float) -> tuple[Amounts, dict[str, Amounts]]:
    """Money of society: whole donated projects, paired regions of the east by their choice, paired counties in forms.

    Returns the sum of each county and what goes to each line.
    """
    c, v = region.rows("county"), region.rows("village")
    hard = part_of(region, persons, v.terrain == MOUNTAIN)
    liked = shares(persons * donor_preference(hard, s.donor_ease))
    given = s.donations * quota * liked
    whole = s.project_size * np.floor(given / s.project_size + 0.5)  # a donation is a project
    lines = {"donors": whole + from_the_east(region, s, liked)}
    paired = from_paired_counties(region, s, persons, quota)
    parts = np.array([s.form_money, s.form_projects, s.form_industry, s.form_staff, s.form_jobs])
    for (_, line), part in zip(FORMS.items(), parts / max(parts.sum(), 1e-9), strict=True):
        lines[line] = lines.get(line, np.zeros(len(c))) + part * paired
    return np.asarray(sum(lines.values())), lines


def from_the_east(region: Region, s: Any, liked: Amounts) -> Amounts:
    """What paired regions of the east give for poor villages, to the counties that they like best (M110)."""
    v = region.rows("village")
    poor = np.bincount(v.county, v.weight * v.poor_village, minlength=len(liked))
    return np.asarray(s.east_west * float(poor.sum()) * shares(liked * (poor > 0.0)))


def from_paired_counties(region: Region, s: Any, persons: Amounts, quota: float) -> Amounts:
    """What paired counties send to those on the national list, in all forms together (M113)."""
    c = region.rows("county")
    sent = paired_transfer(s.paired_county * quota, s.donor_growth, region.year - region.start // 12)
    return np.asarray(sent * shares(np.where(c.poor_county & c.national_list, persons, 0.0)))
