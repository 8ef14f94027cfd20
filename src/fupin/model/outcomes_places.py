"""Outcomes of places: services of villages, their gap, industry and stations, growth of poor and of tourism villages.

Works that the sources name and the model has no column for (gas, heating, kitchens, preschools) are left out of the
indices, and the meaning says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fupin.model.household import DANGEROUS
from fupin.model.outcome import Outcome
from fupin.model.processes.indicators import domains_near
from fupin.model.snapshot import WORKS, Mask, Snapshot
from fupin.model.village import SHELL

CLUSTER_QUALITY = 0.5  # quality of a leading industry from which it counts as one of scale
CLUSTER_JOBS = 20.0  # or so many people at work for an employer of the village
COVERED = 0.8  # of a village: what reaches so many counts as there
RARE = 0.005  # of those who left: as few may be poor again in a county that keeps its promise (M046: 0.5 %)
TOWNSHIPS = 10_000  # numbers kept for the townships of a county


def mean_of(values: Any, weight: Any) -> float:
    """Weighted mean; 0 if nobody is there."""
    total = float(np.sum(weight))
    return float(np.sum(values * weight) / total) if total > 0 else 0.0


def with_all(s: Snapshot, names: tuple[str, ...], least: float) -> Mask:
    """Villages in which each of some services is covered to `least` or more."""
    return np.asarray(np.min([getattr(s.villages, name) for name in names], axis=0) >= least)


def growth_lead(s: Snapshot, chosen: Mask) -> float:
    """Growth of income this year in the chosen villages less that of all; 0 if there are none."""
    h, w = s.h, s.w
    here = chosen[h.village]
    rates = []
    for mask in (here, np.ones(len(w), np.bool_)):
        now, before = float((w * h.income_year)[mask].sum()), float((w * h.income_before)[mask].sum())
        rates.append(now / before - 1.0 if before > 0.0 else 0.0)
    return rates[0] - rates[1] if here.any() else 0.0


def eight_haves(s: Snapshot) -> Mask:
    """Villages with six works (road to sanitation), a leading industry and an income of the collective."""
    v = s.villages
    works = with_all(s, WORKS, s.p.village_services)
    return np.asarray(works & (v.industry_quality >= s.p.village_industry) & (v.collective_income >= SHELL))


def eight_solved(s: Snapshot) -> Mask:
    """Households without any of eight hardships: house, water, road, power, schooling, care, food, work or income."""
    h, v = s.h, s.villages
    place = np.minimum(v.road, v.power)[h.village] >= s.p.village_services
    at_work = (h.own_workers + h.local_workers + h.migrants + h.post_pay > 0) | (h.workers <= 0)
    needs = (h.housing != DANGEROUS) & h.safe_water & place & (s.school_age[1] <= 0)
    return np.asarray(needs & (h.forgone <= 0) & (h.shortfall <= 0) & at_work)


def clusters(s: Snapshot) -> float:
    """Of townships with poor villages, those in which a village has an industry of scale; 0 without any."""
    v, e = s.villages, s.region.rows("enterprise")
    town = v.county.astype(np.int64) * TOWNSHIPS + v.township
    own = e.alive & (e.village >= 0)
    at_work = np.bincount(e.village[own], e.filled[own] / s.stands_for[own], minlength=len(v))
    large = (v.industry_quality >= CLUSTER_QUALITY) | (at_work >= CLUSTER_JOBS)
    poor = np.unique(town[s.poor_villages])
    return float(np.isin(poor, town[large]).mean()) if len(poor) else 0.0


def tourism_lead(s: Snapshot) -> float:
    """Income per head in tourism villages less that in the others; 0 if there are none."""
    here = s.villages.tourism[s.h.village]
    means = [s.share_of(s.total_income, mask) for mask in (here, ~here)]
    return means[0] - means[1] if here.any() and not here.all() else 0.0


def preschool_reach(s: Snapshot) -> float:
    """Share of children under six within reach of a preschool in the township; 0 if there are none."""
    at_site = s.h.location == 1
    near = (s.villages.road[s.h.village] >= s.p.village_services) | at_site
    children = s.total(s.h.children)
    return s.total(s.h.children * near) / children if children > 0 else 0.0


def goals(s: Snapshot) -> float:
    """Ten parts of Chongqing's goals on 0–1: four indices, three gaps closed, two promises kept, stability."""
    v, w = s.villages, s.villages.weight
    indices = [s.works, v.industry_quality, v.sanitation, 0.5 * (v.participation + v.disclosure)]
    gaps = [with_all(s, WORKS[:2], s.p.village_services), v.industry_quality >= s.p.village_industry]
    gaps.append(v.collective_income >= SHELL)
    out = (s.h.registry == 2) * s.persons
    back = float((out * s.poor).sum() / max(out.sum(), 1e-9))
    kept = [growth_lead(s, s.poor_villages) > 0.0, back <= RARE]
    again = float((s.persons * (s.h.returns > 0)).sum() / max(float((s.persons * (s.h.registry > 0)).sum()), 1e-9))
    return float(np.mean([*(mean_of(part, w) for part in (*indices, *gaps)), *kept, 1.0 - again]))


def poor_gap(s: Snapshot) -> float:
    """Mean index of works of poor villages less that of the others; 0 if one kind is missing."""
    v, index = s.villages, s.works
    poor, other = v.weight * s.poor_villages, v.weight * ~s.poor_villages
    return mean_of(index, poor) - mean_of(index, other) if poor.sum() > 0 and other.sum() > 0 else 0.0


# fmt: off
DECLARED = (
    Outcome("works_index", "村基础设施指数", "index of village works", "index", 1, "services",
      "mean coverage with road, water, power, broadband, sanitation and sound houses over villages; gas, heating and "
      "kitchens have no column", lambda s: mean_of(s.works, s.villages.weight), False),
    Outcome("village_gap", "贫困村与非贫困村设施差距", "works of poor villages less the others'", "points", 1,
      "services",
      "mean index of works of poor villages less that of the other villages", poor_gap, False),
    Outcome("water_cover", "集中供水覆盖率", "water supply of villages", "share", 1, "services",
      "mean coverage of villages with safe water; assurance and price of water are not modelled",
      lambda s: mean_of(s.villages.water, s.villages.weight), False),
    Outcome("lines_cover", "宽带与动力电覆盖率", "broadband and three-phase power", "share", 1, "services",
      "mean over villages of the coverage with both", lambda s: mean_of(
        0.5 * (s.villages.broadband + s.villages.power), s.villages.weight), False),
    Outcome("sanitation_cover", "卫生设施覆盖率", "toilets, garbage and sewage", "share", 1, "services",
      "mean coverage of villages with sanitation, which stands for all three",
      lambda s: mean_of(s.villages.sanitation, s.villages.weight), False),
    Outcome("sewage_poor", "贫困村污水处理覆盖率", "sanitation of poor villages", "share", 1, "services",
      "mean coverage of poor villages with sanitation, in which sewage is contained",
      lambda s: mean_of(s.villages.sanitation, s.villages.weight * s.poor_villages), False),
    Outcome("five_works", "小康五项工程齐全村占比", "villages with the five works", "share", 1, "services",
      "villages with road, power, broadband and sound houses all at 0.8 or more; gas has no column",
      lambda s: mean_of(with_all(s, ("road", "power", "broadband"), COVERED) & (s.sound_houses >= COVERED),
                        s.villages.weight), False),
    Outcome("domains_near", "八大领域接近全省平均占比", "domains of services near the provincial mean", "share", 1,
      "services", "of eight domains in each county (schooling, health, information, transport, water, power, living, "
      "security), those whose indicators reach the provincial mean less the tolerance; mean over counties",
      lambda s: float(domains_near(s.region).mean()), False),
    Outcome("preschool_reach", "幼儿可入园比例", "children near a preschool", "share", 1, "school",
      "children under six at a site or in a village whose road reaches the township's preschool (0.6 and more); "
      "villages have no preschools of their own", preschool_reach),

    Outcome("township_clusters", "有规模产业片区乡镇占比", "townships with a cluster", "share", 1, "village",
      "of townships with poor villages, those in which a simulated village has a leading industry of quality 0.5 or an "
      "employer of its own with 20 people at work", clusters, False),
    Outcome("stations_poor", "贫困村电商站点覆盖率", "stations in poor villages", "share", 1, "village",
      "poor villages with an e-commerce station",
      lambda s: mean_of(s.villages.station, s.villages.weight * s.poor_villages), False),
    Outcome("tourism_lead", "旅游村收入领先", "income of tourism villages above the others", "yuan/person/year", 0,
      "village", "income per head in villages developed for tourism less that in the others, 0 without any",
      tourism_lead, False),
    Outcome("poor_growth_lead", "贫困村收入增速领先", "growth of poor villages above all", "points", 1, "village",
      "growth of income on the year before in poor villages less that of all villages",
      lambda s: growth_lead(s, s.poor_villages), False),
    Outcome("eight_haves", "八有村占比", "villages with eight haves", "share", 1, "village",
      "villages with road, water, power, broadband, clinic and sanitation at 0.6, a leading industry and a collective "
      "income; the sources do not list the eight", lambda s: mean_of(eight_haves(s), s.villages.weight), False),
    Outcome("eight_solved", "八难已解户占比", "households without eight hardships", "share", 1, "poverty",
      "sound house, safe water, road and power in the village, members of 13-17 at school, care taken, subsistence "
      "afforded, somebody at work; the sources do not list the eight",
      lambda s: s.per_household(1.0 * eight_solved(s))),
    Outcome("goals", "四三二一目标", "goals four, three, two, one", "index", 1, "village",
      "mean of ten parts on 0-1: works, industry, sanitation, governance; villages with works, an industry, an "
      "income of the collective; poor villages grow faster, poor after exit at most 0.5 %; not registered twice",
      goals, False),
)
# fmt: on
