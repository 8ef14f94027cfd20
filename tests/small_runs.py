"""Small worlds for the tests of runs and comparisons: seven villages of Fuping, 2015 and 2016, simulated once."""

from __future__ import annotations

from functools import cache

from fupin.experiments.arms import label_of
from fupin.experiments.compare import Arm, Comparison, compare_worlds
from fupin.experiments.run import WorldResult, run_world
from fupin.model.region_data import RegionData
from fupin.scenarios.build import region_data
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import Scenario, load_scenario

OPTIONS = ("--sample", "0.03", "--years", "2", "--set", "start=2015-01", "--set", "burn_in_years=1")


@cache
def scenario(*policies: str) -> Scenario:
    """The small scenario under the given policies of the library."""
    small = load_scenario("fuping").changed(sample=0.03, start="2015-01", years=2, burn_in_years=1)
    return small.with_policies(policies or ("industry",))


@cache
def resolved(*policies: str) -> ResolvedScenario:
    """The same, resolved."""
    return scenario(*policies).resolve()


@cache
def population() -> RegionData:
    """The households of all small worlds."""
    return region_data(resolved())


@cache
def world(*policies: str) -> WorldResult:
    """The small scenario, run."""
    return run_world(resolved(*policies), population())


def arm(*policies: str) -> Arm:
    """A world to compare."""
    return Arm(label_of(scenario(*policies)), resolved(*policies))


@cache
def comparison(*arms: str, against: str = "baseline-2014") -> Comparison:
    """Arms of one policy each, compared with a reference."""
    return compare_worlds({name: arm(name) for name in arms}, against, arm(against), data=population())
