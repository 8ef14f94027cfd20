"""Overrides that put the exit procedure and its neighbours to work in our few small villages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from worlds import START, region, villages

from fupin.model.region import Region

WITHIN_REACH = {  # standards that need other instruments are waived
    "village_exit.village_industry": 0.0,
    "village_exit.village_collective": 0.0,
    "village_exit.village_services": 0.0,
    "county_exit.service_level": 0.0,
    "county_exit.growth_margin": -1.0,
}
WILLING = {"county_exit.apply_constant": 8.0, "county_exit.reluctance": 0.0, "county_exit.estimate_sd": 0.0}
EASY = WITHIN_REACH | WILLING | {"village_exit.village_incidence": 1.0, "county_exit.county_incidence": 1.0}
AT_WORK = EASY | {
    "procedure.procedure_on": 1.0,
    "monitoring.monitoring_on": 1.0,
    "look_back.look_back_on": 1.0,
    "gaming.gaming_on": 1.0,
    "approval.approval_on": 1.0,
    "listing.split_share": 0.5,
    "listing.screening": 0.3,
    "buffer.buffer_years": 1.0,
    "buffer.taper_years": 1.0,
    "gaming.gaming_constant": 2.0,
    "county_exit.reading_sd": 0.4,
    "county_exit.misexit_limit": 1.0,
    "county_exit.omission_limit": 1.0,
    "county_exit.approval_least": 0.0,
}
REJECTED = AT_WORK | {"county_exit.misexit_limit": 0.0, "county_exit.omission_limit": 0.0}
FURTHER = {  # lists of villages, plans, named cadres, timetable: all at once
    "looks.look_budget_on": 1.0,
    "listing.lasting_on": 1.0,
    "village_lists.added_share": 0.5,
    "village_lists.deep_share": 0.6,
    "village_exit.village_incidence": 0.0,
    "plans.plans_on": 1.0,
    "plans.plan_days": 1.0,
    "dispatch.timetable_on": 1.0,
    "dispatch.dispatch_on": 1.0,
    "capacity.capacity_growth": 0.2,
    "gaming.totals_match": 0.5,
    "county_exit.county_deadline": 2014.0,
    "county_exit.apply_constant": -5.0,
    "county_exit.apply_pressure": 0.0,
}
RELATIVE = {  # what goes with a plan of villages
    "village_lists.relative_share": 0.5,
    "village_plan.village_plan_on": 1.0,
    "dispatch.timetable_on": 1.0,
}
PROCEDURE = EASY | {"procedure.procedure_on": 1.0}
LENIENT = {"county_exit.misexit_limit": 1.0, "county_exit.omission_limit": 1.0}
STRICT = {"county_exit.misexit_limit": 0.0, "county_exit.omission_limit": 0.0, "county_exit.reading_sd": 0.0}


def world(months: int = 0, package: Any = (), data: Any = None, **overrides: float) -> Region:
    """A region after some months; overrides by path with `__` for the dot."""
    named = {name.replace("__", "."): value for name, value in overrides.items()}
    made = region(data or villages(60), package, years=6, overrides=named)
    made.run_to(START - 1 + months)
    return made


def procedure(months: int, package: Any = (), **settings: float) -> Region:
    """A region in which the county may leave, whole so that its date counts."""
    data = villages(60)
    counties = data.counties | {"fully_simulated": np.ones(1, bool), "poor_county": np.ones(1, bool)}
    named = {name.replace(".", "__"): value for name, value in (PROCEDURE | settings).items()}
    return world(months, package, replace(data, counties=counties), **named)
