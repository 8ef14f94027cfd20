"""How well a region meets the margins of its profile, within what its sample allows.

The tolerance is two standard errors of the sample, at least 2 per cent; with every village in, there is no error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model import ages
from fupin.model.enterprise import LEADING
from fupin.model.household import DANGEROUS
from fupin.model.person import CARE, LOCAL, MIGRANT, OWN
from fupin.model.region_data import Columns, RegionData
from fupin.model.rules.scales import SURVEYED
from fupin.scenarios.profiles import Margin, Profile
from fupin.scenarios.scores import Floats
from fupin.scenarios.survey import Estimate, Survey

RELATIVE_TOLERANCE, STANDARD_ERRORS = (
    0.02,
    2.0,
)  # a target may be missed by so much of it, or so many (assumption)
REMOTE = 1.0  # score of remoteness above which a village counts as remote: one standard deviation
ILLITERATE = 3.0  # years of school below which somebody is illiterate or half so (assumption: three make a reader)


@dataclass(frozen=True)
class Fit:
    """One margin against what the region holds."""

    margin: Margin
    obtained: float
    standard_error: float

    @property
    def error(self) -> float:
        """What is obtained less the target, in the margin's unit."""
        return self.obtained - self.margin.target

    @property
    def tolerance(self) -> float:
        """Error that is allowed, in the margin's unit: a part of the target, or what sampling villages explains."""
        return max(RELATIVE_TOLERANCE * abs(self.margin.target), STANDARD_ERRORS * self.standard_error)

    @property
    def met(self) -> bool:
        """Does the error lie within the tolerance?"""
        return abs(self.error) <= self.tolerance


class ProfileSurvey(Survey):
    """What a region starts from, as a survey of its villages."""

    def __init__(self, profile: Profile, data: RegionData) -> None:
        super().__init__(data.villages, data.households, data.persons)
        self.profile, self.data = profile, data

    @cached_property
    def represented(self) -> Floats:
        """Share of its county's households, as the sample sees them, in each village; sums to 1 / weight."""
        village = self.villages
        seen = np.bincount(village["county"], self.weight * village["households"])
        return np.asarray(village["households"] / seen[village["county"]])


type Expression = Callable[[ProfileSurvey, Columns, Columns, Columns], Estimate]


def _village_total(values: Callable[[Columns], Floats]) -> Expression:
    return lambda s, v, h, p: s.total(values(v).astype(np.float64))


def _activity(code: int) -> Expression:
    return lambda s, v, h, p: s.mean(p, p["activity"] == code, p["able"])


def _income_a_head(h: Columns) -> Floats:
    return np.asarray(h["income_year"] / np.maximum(h["members"], 1))


def _county_total(s: ProfileSurvey, table: Columns, name: str) -> Floats:
    """A quantity of counties spread over the villages that were used to scale it."""
    county = np.arange(len(s.data.counties["uid"])) if table is s.data.counties else table["county"]
    amount = np.bincount(county, table[name], minlength=len(s.data.counties["uid"]))
    return np.asarray(amount[s.data.villages["county"]] * s.represented)


def _teams(s: ProfileSurvey) -> Floats:
    return np.bincount(s.data.teams["village"], minlength=len(s.weight)).astype(np.float64)


# An expression gets the survey and the columns of villages, households and persons.
EXPRESSIONS: dict[str, Expression] = {
    "counties": lambda s, v, h, p: s.exact(len(s.data.county_names)),
    "townships": lambda s, v, h, p: s.exact(sum(county.townships for county in s.profile.county)),
    "villages": _village_total(lambda v: np.ones(len(v["uid"]))),
    "poor villages": _village_total(lambda v: v["poor_village"]),
    "households": _village_total(lambda v: v["households"]),
    "persons": lambda s, v, h, p: s.total(s.summed(p, p["alive"])),
    "registered quota": lambda s, v, h, p: s.total(_county_total(s, s.data.counties, "quota")),
    "work teams": lambda s, v, h, p: s.total(_teams(s)),
    "leading enterprises": lambda s, v, h, p: s.exact(int((s.data.enterprises["kind"] == LEADING).sum())),
    "jobs per worker": lambda s, v, h, p: s.ratio(_county_total(s, s.data.enterprises, "jobs"), s.summed(p, p["able"])),
    "remote villages": lambda s, v, h, p: s.mean(v, v["remoteness"] > REMOTE),
    "pay and remoteness": lambda s, v, h, p: s.correlation(v, v["wage_level"], v["remoteness"]),
    "members": lambda s, v, h, p: s.mean(h, h["members"]),
    "labour": lambda s, v, h, p: s.ratio(s.summed(p, p["capacity"] > 0), s.summed(h, h["uid"] >= 0)),
    "children share": lambda s, v, h, p: s.mean(p, p["age"] < ages.SCHOOL, p["alive"]),
    "pupils share": lambda s, v, h, p: s.mean(p, p["stage"] > 0, p["alive"]),
    "elders share": lambda s, v, h, p: s.mean(p, p["age"] >= ages.OLD, p["alive"]),
    "schooling": lambda s, v, h, p: s.mean(p, p["schooling"], p["able"]),
    "schooling spread": lambda s, v, h, p: s.spread(p, p["schooling"], p["able"]),
    "illiterate": lambda s, v, h, p: s.mean(p, p["schooling"] < ILLITERATE, p["able"]),
    "disabled": lambda s, v, h, p: s.mean(p, p["disabled"], p["alive"]),
    "severely ill": lambda s, v, h, p: s.mean(p, p["illness_months"] > 0, p["alive"]),
    "households with an ill member": lambda s, v, h, p: s.mean(h, h["ill"] > 0),
    "land": lambda s, v, h, p: s.mean(h, h["land"]),
    "capital": lambda s, v, h, p: s.mean(h, h["capital"]),
    "capital spread": lambda s, v, h, p: s.spread(h, np.log(np.maximum(h["capital"], 1))),
    "savings": lambda s, v, h, p: s.mean(h, h["savings"]),
    "savings spread": lambda s, v, h, p: s.spread(h, np.log(np.maximum(h["savings"], 1))),
    "in debt": lambda s, v, h, p: s.mean(h, h["debt"] > 0),
    "business": lambda s, v, h, p: s.mean(h, h["business"]),
    "dangerous housing": lambda s, v, h, p: s.mean(h, h["housing"] == DANGEROUS),
    "safe water": lambda s, v, h, p: s.mean(h, h["safe_water"]),
    "formal pension": lambda s, v, h, p: s.mean(h, h["formal_pension"] > 0, h["elders"] > 0),
    "own work": _activity(OWN),
    "local jobs": _activity(LOCAL),
    "migrants": _activity(MIGRANT),
    "care": _activity(CARE),
    "non-resident migrants": lambda s, v, h, p: s.mean(p, p["non_resident"], p["activity"] == MIGRANT),
    "income": lambda s, v, h, p: s.ratio(s.summed(h, h["income_year"]), s.summed(h, h["members"])),
    "income spread": lambda s, v, h, p: s.spread(h, np.log(np.maximum(_income_a_head(h), SURVEYED))),
    "ability and capital": lambda s, v, h, p: s.correlation(h, h["ability"], np.log(np.maximum(h["capital"], 1))),
    "capital and savings": lambda s, v, h, p: s.correlation(
        h, np.log(np.maximum(h["capital"], 1)), np.log(np.maximum(h["savings"], 1))
    ),
}


def fit_margins(profile: Profile, data: RegionData) -> list[Fit]:
    """Every margin of the profile against the region; raises FupinError for an unknown expression."""
    survey = ProfileSurvey(profile, data)
    fits = []
    for margin in profile.margin:
        if margin.expression not in EXPRESSIONS:
            raise FupinError(
                tell(
                    f"边际 {margin.name!r}：没有算式 {margin.expression!r}；{nearest(margin.expression, EXPRESSIONS)}",
                    f"margin {margin.name!r}: unknown expression {margin.expression!r}; "
                    f"{nearest(margin.expression, EXPRESSIONS)}",
                )
            )
        estimate = EXPRESSIONS[margin.expression](survey, data.villages, data.households, data.persons)
        fits.append(Fit(margin, estimate.value, survey.standard_error(estimate)))
    return fits
