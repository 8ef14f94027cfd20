"""The patterns that judge the model: P1–P12 as declared in `calibration/targets/patterns.csv`, computed from a world.

Some patterns are paired experiments: the same households and luck with one thing changed (an illness, a gift of
income, more productive villages, assets lost). None of them is used to fit; levels, spread, composition and the
consumption ratio are (see docs/patterns.md).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.labels import tell
from fupin.library import library
from fupin.model.draws import Draws, declare_stream
from fupin.model.instruments.allowance_list import listed_by_kind
from fupin.model.ledger import weighted_sum
from fupin.model.parameters import ParameterBook
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.build import build_region, region_data
from fupin.scenarios.resolved import ResolvedScenario

CONTEXT = "context"  # holds in no world: told beside what is published elsewhere, never judged
CHOSEN = declare_stream("patterns.chosen", "which households a paired experiment touches")
CHANGE_YEAR = 2015
FLOOR = 300.0  # yuan a head: P1 is defined on this floor, because incomes can be negative

type Change = Callable[[Region, NDArray[np.bool_]], None]
type Panel = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Target:
    """One quantity with its data, tolerance and source."""

    pattern: str
    quantity: str
    zh: str
    en: str
    unit: str
    target: float
    low: float
    high: float
    holds_in: str
    source: str
    status: str

    def name_in(self, lang: str) -> str:
        """What the pattern is called in a language: a number, or a word."""
        return tell({"path": "走势", "bound": "界限"}.get(self.pattern, self.pattern), self.pattern, lang)

    def within(self, value: float) -> bool:
        """Is the value inside the tolerance?"""
        return bool(self.low <= value <= self.high)


def load_targets() -> list[Target]:
    """The declared targets, in order."""
    with (library("calibration", "targets") / "patterns.csv").open(encoding="utf-8", newline="") as file:
        return [
            Target(
                row["pattern"],
                row["quantity"],
                row["zh"],
                row["en"],
                row["unit"],
                float(row["target"]),
                float(row["low"]),
                float(row["high"]),
                row["holds_in"],
                row["source"],
                row["status"],
            )
            for row in csv.DictReader(file)
        ]


KEPT = {
    "income": "income_year",
    "wage": "wage_income",
    "operating": "operating_income",
    "property": "property_income",
    "transfer": "transfer_income",
    "consumption": "consumption",
    "members": "members",
    "capital": "capital",
    "severely_ill": "severely_ill",
    "ill": "ill",
    "registry": "registry",
    "allowance": "dibao",
    "listed": "dibao_members",
}


def panel_of(
    scenario: ResolvedScenario,
    change: Change | None = None,
    monthly: Change | None = None,
    *,
    data: RegionData | None = None,
    book: ParameterBook | None = None,
) -> tuple[Region, dict[int, Panel]]:
    """Household columns at each December. `change` acts once in January of 2015, `monthly` every month from then.

    `data` and `book` may be shared by several worlds.
    """
    region = build_region(scenario, data or region_data(scenario), book)
    touched = chosen(region)
    panel = {}
    for month in range(scenario.first, scenario.last + 1):
        if month == CHANGE_YEAR * 12 and change is not None:
            change(region, touched)
        if month >= CHANGE_YEAR * 12 and monthly is not None:
            monthly(region, touched)
        region.run_to(month)
        if month % 12 == 11:
            table = region.table_of("household")
            kept = {name: table[column].astype(np.float64) for name, column in KEPT.items()}
            panel[month // 12] = kept | listed_by_kind(region)
    return region, panel


def chosen(region: Region) -> NDArray[np.bool_]:
    """Half of the households, by a keyed coin."""
    return np.asarray(Draws(region.draws.seed).uniform(CHOSEN, 0, region.table_of("household")["uid"]) < 0.5)


def per_head(panel: Panel, name: str = "income") -> NDArray[np.float64]:
    """Income (or another column) per member."""
    return panel[name] / np.maximum(panel["members"], 1.0)


def weighted_mean(x: NDArray[Any], weight: NDArray[np.float64]) -> float:
    """Σ w·x / Σ w."""
    return weighted_sum(x, weight) / float(weight.sum())


def gini(income: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Gini coefficient of weighted persons."""
    order = np.argsort(income)
    persons = np.concatenate([[0.0], np.cumsum(weight[order])]) / weight.sum()
    money = np.concatenate([[0.0], np.cumsum((income * weight)[order])])
    return float(1.0 - 2.0 * np.trapezoid(money / money[-1], persons))


def fifths(income: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Fifth of the persons by income, 0–4."""
    order = np.argsort(income, kind="stable")
    share = np.empty(len(income))
    share[order] = (np.cumsum(weight[order]) - 0.5 * weight[order]) / weight.sum()
    return np.minimum((share * 5).astype(np.int64), 4)


def world_quantities(region: Region, panel: dict[int, Panel]) -> dict[str, float]:
    """Levels, spread, shares and poverty dynamics of one world."""
    weight = region.table_of("household")["weight"]
    persons = {year: weight * columns["members"] for year, columns in panel.items()}
    line = {year: region.parameters.at(year * 12 + 11).poverty_line for year in panel}

    def mean(name: str, year: int) -> float:
        return float((weight * panel[year][name]).sum() / persons[year].sum())

    def log_sd(year: int) -> float:
        logs = np.log(np.maximum(per_head(panel[year]), FLOOR))
        centre = weighted_mean(logs, persons[year])
        return float(weighted_mean((logs - centre) ** 2, persons[year]) ** 0.5)

    found = {f"income_{year}": mean("income", year) for year in (2014, 2019)}
    sources = ("wage", "operating", "property", "transfer")
    found |= {f"{name}_2014": mean(name, 2014) for name in sources}
    for name in ("wage", "operating", "transfer"):
        shares = [mean(name, year) / mean("income", year) for year in (2014, 2019)]
        found[f"{name}_share_change"] = 100.0 * (shares[1] - shares[0])
    for year in (2014, 2019):
        found[f"log_sd_{year}"] = log_sd(year)
        found[f"headcount_{year}"] = 100.0 * weighted_mean(per_head(panel[year]) < line[year], persons[year])
    found["gini_2017"] = gini(per_head(panel[2017]), persons[2017])
    found["consumption_ratio_2018"] = mean("consumption", 2018) / mean("income", 2018)
    listed = panel[2014]["registry"] == 1
    found["registered_ill"] = 100.0 * weighted_mean((panel[2014]["ill"] > 0)[listed], weight[listed])
    return found | group_ratios(panel[2017], persons[2017]) | dynamics(panel, weight)


def group_ratios(panel: Panel, persons: NDArray[np.float64]) -> dict[str, float]:
    """P5: income of the low and high fifth by source, against the mean."""
    fifth = fifths(per_head(panel), persons)
    found = {}
    for group, which in (("low", fifth == 0), ("high", fifth == 4)):
        for name in ("income", "operating", "wage"):
            x = per_head(panel, name)
            found[f"{group}_{name}_ratio"] = weighted_mean(x[which], persons[which]) / weighted_mean(x, persons)
    return found


def dynamics(panel: dict[int, Panel], weight: NDArray[np.float64]) -> dict[str, float]:
    """P7: transience and the hazard of leaving poverty, on a relative line that grows with mean income."""
    years = range(2014, 2020)
    lived = np.all([panel[year]["members"] > 0 for year in years], axis=0)
    relative = np.array([per_head(panel[y]) / weighted_mean(per_head(panel[y]), weight) for y in years])[:, lived]
    w = weight[lived]
    line = np.quantile(relative[0], 0.15)
    gap = np.maximum(1.0 - relative / line, 0.0) ** 2
    chronic = np.maximum(1.0 - relative.mean(axis=0) / line, 0.0) ** 2
    total = weighted_mean(gap.mean(axis=0), w)
    poor = relative < line
    hazards = []
    for spell in (1, 2, 3):
        at_risk = leaves = 0.0
        for t in range(spell, len(poor) - 1):
            in_spell = np.all(poor[t - spell + 1 : t + 1], axis=0) & ~poor[t - spell]
            at_risk += float(w[in_spell].sum())
            leaves += float(w[in_spell & ~poor[t + 1]].sum())
        hazards.append(leaves / max(at_risk, 1.0))
    return {
        "transient_share": 1.0 - weighted_mean(chronic, w) / total,
        "exit_hazard_1": hazards[0],
        "exit_hazard_fall": hazards[0] - hazards[2],
    }
