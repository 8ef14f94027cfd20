"""Synthetic households: balanced normal scores, mixed by latent ability, turned into the profile's distributions.

A household's uniform numbers are a Sobol point, the same for the j-th household of every village, rotated by a random
shift of its village (Cranley and Patterson 1976): every number is uniform, every village fits the margins closely, and
a household that is added changes nobody else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model import ages
from fupin.model.draws import Draws, declare_stream
from fupin.model.household import DANGEROUS, POOR_HOUSE, SOUND
from fupin.model.person import LOCAL, MIGRANT, OWN
from fupin.model.region_data import Columns
from fupin.model.rules.scales import EIGHT
from fupin.scenarios.families import build_families
from fupin.scenarios.frame import Frame
from fupin.scenarios.given import Given, filled
from fupin.scenarios.known_members import known_members
from fupin.scenarios.persons import Setting, build_persons
from fupin.scenarios.profiles import Profile
from fupin.scenarios.scores import Bools, Floats, Ints, lognormal, mixed, normal_score, rotated_points

ROTATION = declare_stream("synthesis.rotation", "shift of a village's Sobol points")
PER_VILLAGE = 65536  # uids kept for a village's households
# One dimension of the Sobol sequence each; a new one goes to the end, so that the others keep theirs.
DIMENSIONS = (
    "type",
    "ability",
    "land",
    "productivity",
    "business",
    "capital",
    "savings",
    "housing",
    "motivation",
    "absent",
    "formal",
    "water",
    "luck",
    "debt",
    "forest",
    "approval",
    "noise",
    "debtor",
    "grade",
)


def build_households(
    profile: Profile, frame: Frame, draws: Draws, villages: Ints, given: Given | None = None
) -> tuple[Columns, Columns]:
    """Households of some villages of the frame, and their members.

    `household.village` counts within `villages`, `person.household` within these households. The content of a village
    depends on its own row of the frame, on the seed and on what is `given` about it.
    """
    place = {name: values[villages] for name, values in frame.villages.items()}
    size = place["households"].astype(np.int64)
    row = np.repeat(np.arange(len(villages)), size)
    j = np.arange(len(row)) - (np.cumsum(size) - size)[row]
    uid = place["uid"][row] * PER_VILLAGE + j
    shift = draws.uniforms(ROTATION, 0, place["uid"], len(DIMENSIONS))
    u = dict(zip(DIMENSIONS, rotated_points(shift, row, j), strict=True))
    z = {name: normal_score(values) for name, values in u.items()}
    share = profile.village.ability_share
    ability = mixed(share, frame.ability[villages][row], z["ability"])

    def score(name: str, load: float) -> Floats:
        return mixed(load, ability, z[name])

    rows = None if given is None else given.start[villages][row] + j
    if given is None or rows is None:
        members = build_families(profile, draws, uid, _types(profile, u["type"]), u["grade"])
    else:
        members = known_members(profile, draws, given, rows, uid)
    persons = build_persons(profile, draws, members, Setting(uid, ability, place["remoteness"][row]))
    sums = summed(persons, len(uid))
    elders = sums["elders"]

    recipe, load = profile.household, profile.load
    business = score("business", load.business) > -normal_score(recipe.business_share)
    if given is not None and "business" in given.households:
        business = filled({"business": business}, {"business": given.households["business"][rows]})["business"]
    home = mixed(recipe.housing_remoteness, place["remoteness"][row], score("housing", load.housing))
    home /= _spread(recipe.housing_remoteness, load.housing * share * profile.village.ability_remoteness)
    motivation = np.clip(
        recipe.motivation_mean + recipe.motivation_sd * score("motivation", load.motivation), *recipe.motivation_range
    )
    terrain = place["terrain"][row]
    owes = u["debtor"] < recipe.debt_share
    formal = (elders > 0) & (score("formal", load.formal_pension) > -normal_score(recipe.formal_share))
    absent = (elders > 0) & (u["absent"] < recipe.absent_share)
    support = np.minimum(
        lognormal(1 / max(recipe.absent_share, 1e-9), recipe.absent_spread, ability), recipe.absent_max
    )
    by_members = recipe.land_fixed + (1 - recipe.land_fixed) * sums["members"] / mean_members(profile)
    households: Columns = {
        "uid": uid,
        "village": row,
        "county": place["county"][row],
        "ability": ability,
        "land": lognormal(recipe.land_mean, recipe.land_sd, z["land"]) * by_members * frame.land_factor[villages][row],
        "forest_land": lognormal(1.0, recipe.forest_sd, z["forest"]) * np.array(recipe.forest_mean)[terrain],
        "business": business,
        "productivity": _with_business(
            recipe.productivity_sd * score("productivity", load.productivity),
            np.where(business, float(recipe.business_output), 0.0),
        ),
        "luck": recipe.luck_sd * z["luck"],
        "capital": lognormal(recipe.capital_mean, recipe.capital_sd, score("capital", load.capital)),
        "savings": lognormal(recipe.savings_mean, recipe.savings_sd, score("savings", load.savings)),
        "debt": np.where(owes, lognormal(recipe.debt_mean, recipe.debt_sd, score("debt", load.debt)), 0.0),
        "housing": np.array([DANGEROUS, POOR_HOUSE, SOUND])[
            np.searchsorted(normal_score([recipe.dangerous, recipe.dangerous + recipe.poor_house]), home)
        ],
        "safe_water": u["water"] < place["water"][row],
        "motivation": motivation,
        "motivation_base": motivation,
        "formal_pension": np.where(formal, float(recipe.formal_amount), 0.0),
        "absent_support": np.where(absent, support, 0.0),
        "approval": np.clip(recipe.approval_mean + recipe.approval_sd * z["approval"], 0.0, 1.0),
    }
    year = None
    if given is not None:
        said = {name: values[rows] for name, values in given.households.items() if name not in sums}
        year = said.pop("income_year", None)
        households |= {name: np.zeros(len(uid)) for name in ("loan", "loan_months") if name in said}
        households = filled(
            households, said | ({"motivation_base": said["motivation"]} if "motivation" in said else {})
        )
    households |= sums
    households |= _first_income(profile, households, persons, place, z["noise"], year)
    return households, persons


def _with_business(farm: Floats, business: Floats) -> Floats:
    """Log productivity of home production: what a business yields is added to what the farm yields, log(e^a + B).

    `business` is in outputs of a farm of productivity 0 with the same land, labour and assets; 0 without one.
    """
    return np.asarray(np.log(np.exp(farm) + business))


def _types(profile: Profile, u: Floats) -> tuple[Floats, Floats, Floats]:
    """Adults, elders and young of the household types that uniform numbers choose."""
    weights = np.array(profile.household_types.weights)
    cumulative = np.cumsum(weights[:, 3]) / weights[:, 3].sum()
    adults, elders, young = weights[np.minimum(np.searchsorted(cumulative, u, side="right"), len(weights) - 1), :3].T
    return adults, elders, young


def _spread(load: float, correlation: float) -> float:
    """Standard deviation of a mixture of two scores that are themselves correlated."""
    return float(np.sqrt(1 + 2 * load * np.sqrt(1 - load**2) * correlation))


def mean_members(profile: Profile) -> float:
    """Members of the mean household type."""
    weights = np.array(profile.household_types.weights)
    return float(weights[:, :3].sum(axis=1) @ weights[:, 3] / weights[:, 3].sum())


def summed(persons: Columns, count: int) -> Columns:
    """Household columns that are sums over members."""
    household, alive, able = persons["household"], persons["alive"], persons["able"]

    def total(values: NDArray[Any], where: Bools = alive) -> Floats:
        # without any row NumPy would count in whole numbers
        return np.bincount(household[where], values[where], minlength=count).astype(np.float64, copy=False)

    ones = np.ones(len(household))
    members = total(ones)
    workers = total(ones, able)
    ill = persons["chronic"] | (persons["illness_months"] > 0)
    return {
        "members": members,
        "residents": members - total(persons["non_resident"] & (persons["activity"] == MIGRANT)),
        "children": total(ones, alive & (persons["age"] < ages.SCHOOL)),
        "pupils": total(ones, alive & (persons["stage"] > 0)),
        "workers": workers,
        "elders": total(ones, alive & (persons["age"] >= ages.OLD)),
        "ill": total(ill),
        "disabled": total(persons["disabled"]),
        "schooling": total(persons["schooling"], able) / np.maximum(workers, 1.0),
        "own_workers": total(ones, persons["activity"] == OWN),
        "local_workers": total(ones, persons["activity"] == LOCAL),
        "migrants": total(ones, persons["activity"] == MIGRANT),
    }


def _first_income(
    profile: Profile, households: Columns, persons: Columns, village: Columns, noise: Floats, known: Floats | None
) -> Columns:
    """A first guess of last year's income, where it is not known: beliefs and memories that the burn-in replaces."""
    recipe, row, person, home = profile.first_income, households["village"], profile.person, profile.household
    household, activity, capacity = persons["household"], persons["activity"], persons["capacity"]
    # half the variance is taken off, so that more spread means no more income
    pay = capacity * np.exp(
        recipe.schooling_return * (persons["schooling"] - EIGHT)
        + persons["talent"]
        + persons["wage_luck"]
        - (person.talent_sd**2 + person.wage_luck_sd**2) / 2
    )

    def total(values: Floats, where: Bools) -> Floats:
        return np.bincount(household[where], values[where], minlength=len(row)).astype(np.float64, copy=False)

    elder = activity < 0
    labour = total(capacity, (activity == OWN) | elder)
    gross = (
        recipe.home_level
        * np.exp(
            village["productivity"][row]
            + households["productivity"]
            + households["luck"]
            - (home.productivity_sd**2 + home.luck_sd**2) / 2
        )
        * np.maximum(households["land"], recipe.land_floor) ** recipe.land
        * np.maximum(labour, recipe.labour_floor) ** recipe.labour
        * np.maximum(households["capital"], recipe.capital_floor) ** recipe.capital
    )
    income = (
        np.maximum(recipe.net_share * gross - recipe.fixed_inputs, 0.0)
        + recipe.local_wage * total(pay, activity == LOCAL) * np.exp(village["wage_level"][row])
        + recipe.remittance * total(pay, activity == MIGRANT)
        + recipe.casual_pay * households["own_workers"]
        + households["elders"] * (recipe.pension + recipe.support * households["absent_support"])
        + households["formal_pension"]
        + recipe.other * households["members"]
    )
    year = income * np.exp(recipe.noise_sd * noise - recipe.noise_sd**2 / 2)
    if known is not None:
        year = np.where(np.isnan(known), year, known)
        income = np.where(np.isnan(known), income, np.maximum(known, 0.0))
    quarters = {f"income_q{q}": share * year for q, share in enumerate(recipe.quarters, 1)}
    return {
        **quarters,
        "income_year": year,
        "income_before": year / (1 + recipe.growth),
        "permanent_income": income,
    }
