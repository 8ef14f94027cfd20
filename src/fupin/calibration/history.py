"""Patterns of the programme years: the register beside the survey, Baoding's own counts, and what programmes added.

P2, P3, P4 (levels), P8 and P12 describe 2014 to 2020 with the programmes as they happened, so they are judged in
the world `history`. What the programmes of that world add is its difference to the same households and luck under the
rules of 2014 (`baseline-2014`), and model section 4 bounds it: the observed growth less national growth by component.
"""

from __future__ import annotations

import numpy as np

from fupin.calibration.patterns import Panel, panel_of, per_head, weighted_mean
from fupin.model.household import EXITED, REGISTERED
from fupin.model.region import Region
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.scenario import load_scenario

WORLD = "history"
REFERENCE = "baseline-2014"
SOURCES = ("wage", "operating", "transfer")
THOUSAND = 1e-3


def history_quantities(scenario: ResolvedScenario, region: Region, panel: dict[int, Panel]) -> dict[str, float]:
    """Quantities of P1 to P4, P8 and P12 in a simulated world, and in `history` what its programmes added."""
    weight = region.table_of("household")["weight"]
    persons = {year: weight * columns["members"] for year, columns in panel.items()}
    found = levels(region, panel, persons) | registers(region, panel, persons)
    if WORLD in scenario.policies:
        found |= excess(scenario, panel, persons)
    return found


def levels(region: Region, panel: dict[int, Panel], persons: dict[int, np.ndarray]) -> dict[str, float]:
    """Real growth 2013-17 (per cent a year), the headcount of 2016, and the shares of income in 2019 (per cent)."""
    mean = {year: weighted_mean(per_head(panel[year]), persons[year]) for year in (2013, 2017, 2019)}
    prices = {year: region.parameters.at(year * 12 + 11).consumer_prices for year in (2013, 2017)}
    real = (mean[2017] / prices[2017]) / (mean[2013] / prices[2013])
    line = region.parameters.at(2016 * 12 + 11).poverty_line
    found = {
        "real_growth_2013_17": 100.0 * (real**0.25 - 1.0),
        "headcount_2016": 100.0 * weighted_mean(per_head(panel[2016]) < line, persons[2016]),
    }
    for name in SOURCES:
        found[f"{name}_share_2019"] = 100.0 * weighted_mean(per_head(panel[2019], name), persons[2019]) / mean[2019]
    return found


def registers(region: Region, panel: dict[int, Panel], persons: dict[int, np.ndarray]) -> dict[str, float]:
    """The register against the survey, and year by year against Baoding's counts (thousand persons, villages)."""

    def listed(year: int) -> np.ndarray:
        return np.where(panel[year]["registry"] == REGISTERED, persons[year], 0.0)

    line = region.parameters.at(2014 * 12 + 11).poverty_line
    poor = per_head(panel[2014]) < line
    found = {f"registered_{year}": THOUSAND * float(listed(year).sum()) for year in (2014, 2015, 2016)}
    found["registered_to_poor_2014"] = float(listed(2014).sum() / persons[2014][poor].sum())
    found["registered_not_poor_2014"] = float(listed(2014)[~poor].sum() / listed(2014).sum())
    village = region.rows("village")
    out = (village.exit_month >= 0) & (village.exit_month < 2017 * 12)
    found["villages_out_2016"] = float(village.weight[out].sum())
    return found | {
        f"back_{year}": share for year in (2016, 2018) if (share := back_in(year, panel, persons)) is not None
    }


def back_in(year: int, panel: dict[int, Panel], persons: dict[int, np.ndarray]) -> float | None:
    """Persons back on the list at the end of a year, as a share of those who had left before it; None if none had."""
    had_left = panel[year - 1]["registry"] == EXITED
    again = had_left & (panel[year]["registry"] == REGISTERED)
    base = float(persons[year][had_left].sum())
    return float(persons[year][again].sum()) / base if base > 0.0 else None


def excess(scenario: ResolvedScenario, panel: dict[int, Panel], persons: dict[int, np.ndarray]) -> dict[str, float]:
    """Income per head of 2019 by source, less what the same households have under the rules of 2014, yuan."""
    without = (
        load_scenario(scenario.name)
        .with_policies([REFERENCE])
        .changed(sample=scenario.sample, seed=scenario.seed, area=list(scenario.area))
    )
    return excess_over(*panel_of(without.resolve()), panel, persons)


def excess_over(
    region: Region, reference: dict[int, Panel], panel: dict[int, Panel], persons: dict[int, np.ndarray]
) -> dict[str, float]:
    """Income per head of 2019 by source, less that of a reference world (its region and panel), yuan.

    Operating income is compared as the statistics define it: less depreciation of productive assets (NBS yearbook,
    notes to chapter 6: revenue - costs - depreciation - production tax). The model's is net of inputs only, and those
    are fitted to a statistic that is net of wear too; so only the wear of what programmes add to assets is deducted.
    """
    weight = region.table_of("household")["weight"]
    other = weight * reference[2019]["members"]
    found = {
        f"excess_{name}_2019": weighted_mean(per_head(panel[2019], name), persons[2019])
        - weighted_mean(per_head(reference[2019], name), other)
        for name in SOURCES
    }
    rate = region.parameters.at(2019 * 12 + 11).depreciation_rate
    found["excess_operating_2019"] -= wear(panel, persons[2019], weight, rate) - wear(reference, other, weight, rate)
    return found


def wear(panel: dict[int, Panel], persons: np.ndarray, weight: np.ndarray, rate: float) -> float:
    """Depreciation of productive assets in 2019 per head, yuan: the yearly rate on the mean of two Decembers."""
    assets = 0.5 * (panel[2018]["capital"] + panel[2019]["capital"])
    return float(rate * (weight * assets).sum() / persons.sum())
