"""Employers of the counties and the work teams of poor villages."""

from __future__ import annotations

import numpy as np

from fupin.model.draws import Draws, declare_stream
from fupin.model.enterprise import COOPERATIVE, ECOMMERCE, LEADING, PARK, TOURISM
from fupin.model.region_data import Columns
from fupin.scenarios.given import Given, filled
from fupin.scenarios.profiles import Profile
from fupin.scenarios.scores import Floats, Ints, apportion, lognormal, normal_score

FIRM = declare_stream("synthesis.enterprise", "size, capital and loan of an enterprise")
TEAM = declare_stream("synthesis.team", "members and skill of a work team")
PER_COUNTY = 65536  # uids kept for a county's enterprises


def build_enterprises(profile: Profile, draws: Draws, households: Floats, given: Given | None = None) -> Columns:
    """Enterprises of the whole region, sorted by county; jobs are in population units.

    Sizes are scaled so that a county offers `jobs_per_worker` jobs for each of the workers that its `households`
    (counties,) are expected to have. What is `given` takes the place of them all.
    """
    if given is not None and given.enterprises is not None:
        return _given_enterprises(profile, given.enterprises)
    recipe = profile.enterprise
    share = np.array([one.rural_share for one in profile.county])
    kinds = {
        LEADING: recipe.leading,
        COOPERATIVE: recipe.cooperatives,
        PARK: recipe.parks,
        TOURISM: recipe.tourism,
        ECOMMERCE: recipe.ecommerce,
    }
    numbers = np.array([apportion(round(firms[0]), share) for firms in kinds.values()]).T  # county x kind
    kind = np.concatenate([np.repeat(list(kinds), row) for row in numbers])
    relative = np.concatenate([np.repeat([firms[1] for firms in kinds.values()], row) for row in numbers])
    county = np.repeat(np.arange(len(share)), numbers.sum(axis=1))
    first = np.searchsorted(county, county)
    uid = county * PER_COUNTY + np.arange(len(county)) - first
    u = draws.uniforms(FIRM, 0, uid, 3)
    size = relative * np.exp(recipe.size_sd * normal_score(u[0]))
    wanted = recipe.jobs_per_worker * mean_workers(profile) * households
    jobs = size * (wanted / np.bincount(county, size))[county]
    capital = jobs * lognormal(recipe.capital_per_job, recipe.capital_sd, normal_score(u[1]))
    return {
        "uid": uid,
        "county": county,
        "village": np.full(len(uid), -1),
        "kind": kind,
        "jobs": jobs,
        "capital": capital,
        "cash": recipe.cash_per_job * jobs,
        "loan": np.where(u[2] < recipe.indebted, recipe.loan_share * capital, 0.0),
    }


def _given_enterprises(profile: Profile, known: Columns) -> Columns:
    jobs, recipe = known["jobs"], profile.enterprise
    drawn = {
        "kind": known["kind"].astype(np.int64),
        "jobs": jobs,
        "capital": recipe.capital_per_job * jobs,
        "cash": recipe.cash_per_job * jobs,
        "loan": np.zeros(len(jobs)),
    }
    place: Columns = {"uid": known["uid"], "county": known["county"], "village": np.full(len(jobs), -1)}
    return place | filled(drawn, known)


def mean_workers(profile: Profile) -> float:
    """Able workers of the mean household: adults who are not disabled."""
    weights = np.array(profile.household_types.weights)
    adults = weights[:, 0] @ weights[:, 3] / weights[:, 3].sum()
    return float(adults * (1 - np.mean(profile.health.disabled[1:3])))


def employers(enterprises: Columns, county: Ints, draw: Floats) -> Ints:
    """Row of the enterprise that employs each local worker: by lot, in proportion to the county's jobs; -1: none."""
    ends = np.cumsum(enterprises["jobs"])
    jobs = np.bincount(enterprises["county"], enterprises["jobs"], minlength=int(county.max(initial=0)) + 1)
    before = (np.cumsum(jobs) - jobs)[county]
    found = np.searchsorted(ends, before + draw * jobs[county], side="right")
    # rounding of the sums must not lead into the neighbouring county
    last = np.searchsorted(enterprises["county"], county, side="right") - 1
    inside = np.minimum(np.maximum(found, np.searchsorted(enterprises["county"], county)), last)
    return np.where(jobs[county] > 0, inside, -1)


def build_teams(profile: Profile, draws: Draws, villages: Columns) -> Columns:
    """One team a poor village of the table."""
    recipe = profile.team
    village = np.flatnonzero(villages["poor_village"])
    uid = villages["uid"][village]
    u = draws.uniforms(TEAM, 0, uid, 2)
    members = np.array(recipe.members)[np.floor(u[0] * len(recipe.members)).astype(np.int64)]
    return {
        "uid": uid,
        "village": village,
        "weight": villages["weight"][village],
        "members": members,
        "skill": np.clip(recipe.skill_mean + recipe.skill_sd * normal_score(u[1]), 0.0, 1.0),
        "days": recipe.days * members,
        "paperwork": np.full(len(uid), float(recipe.paperwork)),
    }
