"""From a resolved scenario to a region that can be simulated."""

from __future__ import annotations

from collections.abc import Sequence

from fupin.library import library
from fupin.model.parameters import ParameterBook, load_parameters
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.resolved import ResolvedScenario


def region_data(scenario: ResolvedScenario, sample_seed: int | None = None) -> RegionData:
    """The synthetic (or the user's) population of a scenario: the same for every policy.

    `sample_seed` draws other villages of the same region (default: those of the scenario's seed).
    """
    return build_region_data(
        str(scenario.region_file), scenario.sample, scenario.area, scenario.seed, sample_seed=sample_seed
    )


def build_region(
    scenario: ResolvedScenario,
    data: RegionData | None = None,
    book: ParameterBook | None = None,
    *,
    audit: bool = False,
    traced: Sequence[int] = (),
    sample_seed: int | None = None,
    engine: str | None = None,
) -> Region:
    """A region at the first month of its burn-in. `data` and `book` may be shared by the arms of a comparison.

    `engine` is `numpy`, `compiled` or `auto` (by default what the process uses). Without `data` it is made, of the
    villages that `sample_seed` draws (see `region_data`).
    """
    book = book or load_parameters(library("model", "parameters"))
    return Region(
        data or region_data(scenario, sample_seed),
        scenario.parameters_over(book),
        scenario.build_instruments(),
        seed=scenario.seed,
        first=scenario.first,
        start=scenario.start,
        audit=audit,
        traced=traced,
        given_away=data is None,
        engine=engine,
    )
