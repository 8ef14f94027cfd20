"""Outcomes of work and projects: what each household and worker has, moves to sites, houses rebuilt."""

from __future__ import annotations

import numpy as np

from fupin.model.household import DANGEROUS, HOME, MOVED, REGISTERED, mark_of
from fupin.model.near import FEN
from fupin.model.outcome import Outcome
from fupin.model.snapshot import Amounts, Mask, Snapshot
from fupin.model.village import MOUNTAIN

POOR_ROAD = 0.5  # in the mountains, coverage with hardened road below which it does as well


def has_project(s: Snapshot) -> Mask:
    """Households with a source of income that a project made: assets, shares, panels, guests, contract, land, post."""
    h = s.h
    return np.asarray(
        (h.granted_month >= 0)
        | (h.loan > 0.0)
        | (h.shares > 0.0)
        | (h.pv_income > 0.0)
        | h.homestay
        | (h.contract_firm >= 0)
        | (h.park_land > 0.0)
        | (h.post_pay > 0.0)
    )


def willing(s: Snapshot) -> Mask:
    """Listed households with savings of their own that still live in a far village, for which a move is meant."""
    h, v = s.h, s.villages
    far = (v.remoteness >= s.p.remote_from) | ((v.terrain == MOUNTAIN) & (v.road < POOR_ROAD))
    return np.asarray(far[h.village] & (h.registry == REGISTERED) & (h.location == HOME) & (h.savings >= FEN))


def reached_by(s: Snapshot, kind: str) -> Mask:
    """Households that an instrument of a kind has reached since the start."""
    found = np.zeros(len(s.h.members), np.bool_)
    for place, item in enumerate(s.region.instruments):
        if item.kind == kind:
            word, bit = mark_of(place)
            found |= (getattr(s.h, word) & bit) != 0
    return found


def listed_share(s: Snapshot, mask: Mask) -> float:
    """Share of the registered households that a mask marks; 0 if nobody is registered any more."""
    listed = (s.h.registry == REGISTERED) & (s.h.members > 0)
    return s.ratio(1.0 * (mask & listed), 1.0 * listed) if (s.w * listed).sum() > 0 else 0.0


def placed(s: Snapshot) -> float:
    """Of the registered households with an able worker, those in which somebody earns a wage; 0 if there are none."""
    able = (s.h.registry == REGISTERED) & (s.h.workers > 0)
    paid: Amounts = s.h.local_workers + s.h.migrants + s.h.post_pay
    return s.ratio(1.0 * (able & (paid > 0)), 1.0 * able) if (s.w * able).sum() > 0 else 0.0


def moved_share(s: Snapshot) -> float:
    """Moved households of the moved and those still waiting; 0 if nobody is to move."""
    moved, waiting = s.h.location == MOVED, willing(s)
    total = s.total(1.0 * (moved | waiting))
    return s.total(1.0 * moved) / total if total > 0 else 0.0


# fmt: off
DECLARED = (
    Outcome("income_project", "在册户有增收项目比例", "registered households with an income project", "share", 1,
      "registry", "of registered households, those with granted or financed assets, shares, panels, guests, a "
      "contract, land leased to a park or a public post", lambda s: listed_share(s, has_project(s))),
    Outcome("income_project_all", "有增收项目户占比", "households with an income project", "share", 1, "work",
      "the same of all households", lambda s: s.per_household(1.0 * has_project(s))),
    Outcome("able_placed", "有劳力在册户有人务工比例", "able registered households with a wage earner", "share", 1,
      "registry", "of registered households with an able worker, those with a local job, a migrant or a public post; "
      "who was trained before is not asked", placed),
    Outcome("young_skilled", "青壮年有技能比例", "young workers with a skill", "share", 1, "work",
      "able members of 16 to 45 whose job skill is 0.1 or more: from a course, a vocational school or a job, of all of "
      "that age who are able", lambda s: s.young[1] / s.young[0] if s.young[0] > 0 else 0.0, False),
    Outcome("business_share", "有经营项目户占比", "households in business", "share", 1, "work",
      "households with a home business or granted assets", lambda s: s.per_household(
        1.0 * (s.h.business | (s.h.granted_month >= 0)))),
    Outcome("three_haves", "三有一网", "three haves and a network", "index", 1, "work",
      "mean of four shares: villages with a leading industry, households in business, young workers with a skill, "
      "villages with an online station", lambda s: float(np.mean([
        s.of_villages(s.villages.industry_quality >= s.p.village_industry),
        s.per_household(1.0 * (s.h.business | (s.h.granted_month >= 0))),
        s.young[1] / s.young[0] if s.young[0] > 0 else 0.0,
        s.of_villages(s.villages.station)])), False),

    Outcome("relocated", "搬迁人口", "persons at relocation sites", "persons", 0, "assets",
      "persons of households that live at a site", lambda s: s.persons_in(s.h.location == MOVED)),
    Outcome("moved_share", "应搬已搬比例", "moved of those to be moved", "share", 1, "assets",
      "households at a site, of these and the registered with savings who still live in far villages (remoteness 0.8 "
      "or a mountain village without road)", moved_share),
    Outcome("houses_renewed", "危房改造户", "dangerous houses renewed", "households", 1, "assets",
      "households that the renewal of dangerous houses has reached since the start",
      lambda s: s.total(1.0 * reached_by(s, "housing_renewal"))),
    Outcome("dangerous_houses", "危房户占比", "households in dangerous houses", "share", -1, "assets",
      "of all households", lambda s: s.per_household(1.0 * (s.h.housing == DANGEROUS))),
    Outcome("safe_water", "安全饮水人口占比", "persons with safe water", "share", 1, "services",
      "persons in households with safe water", lambda s: s.share(s.h.safe_water)),
)
# fmt: on
