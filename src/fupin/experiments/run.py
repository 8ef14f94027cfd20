"""One world from its burn-in to its last month, and what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.experiments.breakdown import Dimension, by_group, first_register, further_groups, starting_groups
from fupin.experiments.money import funnel_table, labels_of, ledger_table, programme_table, reached_now
from fupin.experiments.panel import PANEL_HOUSEHOLDS, December, panel_rows
from fupin.experiments.trace import Trace
from fupin.model.ledger import Imbalance
from fupin.model.outcomes import measure
from fupin.model.parameters import ParameterBook
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.model.snapshot import Snapshot
from fupin.scenarios.build import build_region
from fupin.scenarios.resolved import ResolvedScenario

type Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class WorldResult:
    """What a run leaves: tables (pandas), the Decembers of all households, and how large the sample was.

    `outcomes` has one row a year (index) and one column an outcome; its first row is the last December before the
    start. `groups`, `programmes`, `funnel` and `ledger` are described where they are made; `panel` is None if it was
    not kept; `imbalances` are the accounts that did not balance after the last month. Tables are the same, byte for
    byte, whenever and wherever the same scenario is run on the same `engine` (to a billionth on the other one);
    `seconds` is not.
    """

    scenario: ResolvedScenario
    outcomes: pd.DataFrame
    groups: pd.DataFrame
    programmes: pd.DataFrame
    funnel: pd.DataFrame
    ledger: pd.DataFrame
    panel: pd.DataFrame | None
    decembers: tuple[December, ...]
    instruments: tuple[tuple[str, str, str], ...]  # id, zh, en; the place is the bit in `reached`
    strata: NDArray[np.int64]  # of each village row: county and poor or not, as the sample was drawn
    sample: dict[str, float]
    seconds: float
    founders: NDArray[np.int64]  # uid of each household row at the start
    dimensions: tuple[Dimension, ...]  # groups of these rows
    engine: str = "numpy"
    imbalances: tuple[Imbalance, ...] = ()

    def value(self, year: int, outcome: str) -> float:
        """One outcome of one year."""
        return float(self.outcomes[outcome].to_numpy()[list(self.outcomes.index).index(year)])

    @property
    def years(self) -> list[int]:
        """The years reported, without the one before the start."""
        return [year for year in self.outcomes.index if year * 12 + 11 >= self.scenario.start]


def run_world(
    scenario: ResolvedScenario,
    data: RegionData | None = None,
    book: ParameterBook | None = None,
    *,
    panel: bool | None = None,
    traced: Sequence[int] = (),
    progress: Progress | None = None,
    watch: Callable[[Region], None] | None = None,
    trace: Trace | None = None,
    further: bool = False,
) -> WorldResult:
    """Simulate a scenario and collect its results.

    `data` and `book` may be shared by several worlds; `panel` None keeps the household panel of samples up to
    `PANEL_HOUSEHOLDS`. `progress(month, months)` and `watch(region)` are called after each month; `watch` must not
    change the region; `trace` follows its targets; `further` adds groups by terrain and cause of poverty. Raises
    FupinError for a scenario that cannot be built.
    """
    begun = time.perf_counter()
    region = build_region(scenario, data, book, traced=[*traced, *(trace.households if trace else ())])
    if trace:
        trace.attach(region)
    months = scenario.last - scenario.first + 1
    if panel is None:
        panel = len(region.rows("household")) <= PANEL_HOUSEHOLDS
    opening = scenario.start // 12 * 12 - 1  # the last December before the start
    kept = _Kept(panel)
    while region.month < scenario.last:
        if region.month == scenario.start - 1:
            kept.dimensions = starting_groups(region) + (further_groups(region) if further else ())
            kept.founders = region.rows("household").uid.copy()
            v = region.rows("village")  # lists of villages may change later, how the sample was drawn may not
            kept.strata = v.county * 2 + v.poor_village
        region.step()
        if region.month == scenario.start:
            kept.dimensions += (first_register(region),)
        if region.calendar_month == 12 and region.month >= opening:
            kept.year(region)
        if trace:
            trace.end_month(region)
        if watch:
            watch(region)
        if progress:
            progress(region.month - scenario.first + 1, months)
    return kept.result(region, scenario, time.perf_counter() - begun)


class _Kept:
    """Collects the yearly tables of a run."""

    def __init__(self, panel: bool) -> None:
        self.dimensions: tuple[Dimension, ...] = ()
        self.founders = np.empty(0, np.int64)
        self.strata = np.empty(0, np.int64)
        self.outcomes: dict[int, dict[str, float]] = {}
        self.groups: list[pd.DataFrame] = []
        self.decembers: list[December] = []
        self.reached: dict[int, dict[str, float]] = {}
        self.panel: list[pd.DataFrame] | None = [] if panel else None

    def year(self, region: Region) -> None:
        s = Snapshot(region)
        self.outcomes[region.year] = measure(s)
        self.decembers.append(December.of(s))
        if not s.listed:
            return
        self.groups.append(by_group(s, self.dimensions))
        self.reached[region.year] = reached_now(region)
        if self.panel is not None:
            self.panel.append(panel_rows(s))

    def result(self, region: Region, scenario: ResolvedScenario, seconds: float) -> WorldResult:
        h, v = region.rows("household"), region.rows("village")
        ledger = ledger_table(region)
        return WorldResult(
            scenario=scenario,
            outcomes=pd.DataFrame.from_dict(self.outcomes, orient="index").rename_axis("year"),
            groups=pd.concat(self.groups, ignore_index=True),
            programmes=programme_table(region, ledger, self.reached),
            funnel=funnel_table(region),
            ledger=ledger,
            panel=None if self.panel is None else pd.concat(self.panel, ignore_index=True),
            decembers=tuple(self.decembers),
            instruments=tuple((item.id, *labels_of(item, region.instruments)) for item in region.instruments),
            strata=self.strata,
            sample={
                "counties": len(region.rows("county")),
                "villages": len(v),
                "households": len(h),
                "persons": int(h.members.sum()),
                "villages_represented": float(v.weight.sum()),
                "households_represented": float(h.weight.sum()),
            },
            seconds=seconds,
            founders=self.founders,
            dimensions=self.dimensions,
            engine="compiled" if region.compiled else "numpy",
            imbalances=region.ledger.imbalances(),
        )
