"""One household's two lives: what it lived on and what happened in each world, and where the lives part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.compare import Arm
from fupin.experiments.life_events import Event, events_between
from fupin.experiments.money import labels_of
from fupin.experiments.run import Progress
from fupin.experiments.twins import Pair
from fupin.labels import tell
from fupin.library import library
from fupin.model.household import REACHED
from fupin.model.ledger import Imbalance
from fupin.model.parameters import load_parameters
from fupin.model.purposes import PURPOSES
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.build import build_region

INCOMES = ("wage_income", "operating_income", "property_income", "transfer_income")
TO_DATE = (*INCOMES, "consumption", "benefits")
STOCKS = ("savings", "debt", "loan", "capital", "motivation", "members", "own_workers", "local_workers", "migrants")
PICKS = ("lifted", "harmed", "unchanged")
FIRST_LOOK = (
    "registry", "dibao", "grant_pending", "loan", "capital", "location", "transfer_income", "wage_income",
    "operating_income", "savings", "consumption",
)  # fmt: skip
"""Columns named first when the lives part: what a planner recognises."""


@dataclass(frozen=True)
class Parting:
    """The first month after which the household's columns differ, and the columns that do, with both values."""

    month: int
    columns: tuple[tuple[str, float, float], ...]  # name, under the policy, in the reference


@dataclass(frozen=True)
class Lives:
    """The two lives of a household.

    `quarters`: world (policy, reference), year, quarter, incomes and spending of the quarter, stocks at its end,
    registry, income per head of the year and whether it was below the line. `flows`: yearly cash flows by purpose
    (positive: received). `events`: what happened, and in which of the worlds.
    """

    uid: int
    county: tuple[str, str]
    village: int
    quarters: pd.DataFrame
    flows: pd.DataFrame
    events: tuple[Event, ...]
    parting: Parting | None
    imbalances: Mapping[str, Sequence[Imbalance]] = field(default_factory=dict)  # by world: policy, reference


@dataclass
class _World:
    """One of the two regions while it is simulated."""

    name: str
    region: Region
    row: int
    quarters: list[dict[str, Any]] = field(default_factory=list)
    to_date: dict[str, float] = field(default_factory=lambda: dict.fromkeys(TO_DATE, 0.0))
    before: dict[str, float] = field(default_factory=dict)

    def columns(self) -> dict[str, float]:
        """All columns of the household, now; words of marks as whole numbers."""
        table = self.region.table_of("household")
        cells = {name: table[name][self.row] for name in table.columns}
        return {name: int(cell) if name in REACHED else float(cell) for name, cell in cells.items()}

    def note_quarter(self, now: dict[str, float]) -> None:
        region = self.region
        if region.calendar_month == 3:
            self.to_date = dict.fromkeys(TO_DATE, 0.0)
        # at the end of a year the year so far, as the outcomes have it; before that the last four quarters
        year = sum(now[name] for name in INCOMES) if region.calendar_month == 12 else now["income_year"]
        income = year / max(now["members"], 1.0)
        entry: dict[str, Any] = {"world": self.name, "year": region.year, "quarter": region.quarter + 1}
        entry |= {name: now[name] - self.to_date[name] for name in TO_DATE}
        entry |= {name: now[name] for name in STOCKS}
        entry |= {"registry": int(now["registry"]), "income_per_head": income, "line": float(region.p.poverty_line)}
        self.quarters.append(entry | {"poor": income < region.p.poverty_line})
        self.to_date = {name: now[name] for name in TO_DATE}


def find_row(data: RegionData, uid: int) -> int:
    """Row of a household; raises FupinError with the nearest number for one that is not in the sample."""
    uids = data.households["uid"]
    rows = np.flatnonzero(uids == uid)
    if len(rows):
        return int(rows[0])
    close = int(uids[np.argmin(np.abs(uids - uid))])
    raise FupinError(
        tell(
            f"样本中没有编号为 {uid} 的农户；最接近的是 {close}（编号见 households.parquet 的 uid 列）",
            f"no household {uid} in this sample; the nearest is {close} (see the column uid of households.parquet)",
        )
    )


def two_lives(
    policy: Arm,
    reference: Arm,
    uid: int,
    data: RegionData,
    progress: Progress | None = None,
    *,
    until_apart: bool = False,
) -> Lives:
    """Simulate both worlds month by month and follow one household.

    `until_apart`: only until something has happened to it in one of the worlds alone.
    """
    row = find_row(data, uid)
    book = load_parameters(library("model", "parameters"))
    pair = [
        _World(name, build_region(arm.scenario, data, book, traced=[uid]), row)
        for name, arm in (("policy", policy), ("reference", reference))
    ]
    scenario = policy.scenario
    parting: Parting | None = None
    events: list[Event] = []
    for month in range(scenario.first, scenario.last + 1):
        happened = []
        for world in pair:
            world.region.step()
            now = world.columns()
            if month >= scenario.start:
                labels = [labels_of(item, world.region.instruments) for item in world.region.instruments]
                happened.append(events_between(month, world.before, now, labels) if world.before else [])
                if month % 3 == 2:
                    world.note_quarter(now)
            world.before = now
        if month >= scenario.start:
            events += _together(*happened)
        parting = parting or _differences(month, pair[0].before, pair[1].before)
        if progress:
            progress(month - scenario.first + 1, scenario.last - scenario.first + 1)
        if until_apart and parting and any(event.world != "both" for event in events):
            break
    region = pair[0].region
    return Lives(
        uid=uid,
        county=region.data.county_names[int(data.households["county"][row])],
        village=int(data.villages["uid"][data.households["village"][row]]),
        quarters=pd.DataFrame(pair[0].quarters + pair[1].quarters),
        flows=_flows(pair, scenario.start),
        events=tuple(events),
        parting=parting,
        imbalances={world.name: world.region.ledger.imbalances() for world in pair},
    )


def _together(mine: list[Event], theirs: list[Event]) -> list[Event]:
    """Events of a month in both worlds, marked with the worlds they happened in."""
    both = [event for event in mine if event in theirs]
    return [
        *both,
        *(event._replace(world="policy") for event in mine if event not in both),
        *(event._replace(world="reference") for event in theirs if event not in both),
    ]


def _differences(month: int, mine: dict[str, float], theirs: dict[str, float]) -> Parting | None:
    """The columns that differ by more than rounding, those that a planner recognises first."""
    unlike = [
        name
        for name in mine
        if name not in REACHED and abs(mine[name] - theirs[name]) > 1e-9 * max(abs(mine[name]), abs(theirs[name]), 1.0)
    ]
    if not unlike:
        return None
    ranked = [name for name in FIRST_LOOK if name in unlike] + [name for name in unlike if name not in FIRST_LOOK]
    return Parting(month, tuple((name, mine[name], theirs[name]) for name in ranked[:4]))


def _flows(pair: list[_World], start: int) -> pd.DataFrame:
    """Yearly cash flows of the household by purpose and world, from the ledger's trace."""
    rows = [
        (world.name, month // 12, purpose, PURPOSES[purpose].zh, PURPOSES[purpose].en, amount)
        for world in pair
        for month, _, purpose, holding, amount, _ in world.region.ledger.trace
        if month >= start and holding == "cash"
    ]
    table = pd.DataFrame(rows, columns=["world", "year", "purpose", "zh", "en", "yuan"])
    keys = ["world", "year", "purpose", "zh", "en"]
    return table.groupby(keys, sort=False)[["yuan"]].sum().reset_index()


def lone_purposes(lives: Lives) -> list[tuple[str, str]]:
    """World and purpose of the flows that exist in that world only, in order of the declaration."""
    seen = {world: set(lives.flows[lives.flows["world"] == world]["purpose"]) for world in ("policy", "reference")}
    alone = {"policy": seen["policy"] - seen["reference"], "reference": seen["reference"] - seen["policy"]}
    return [(world, purpose) for world in alone for purpose in PURPOSES if purpose in alone[world]]


def pick_household(pairs: list[Pair], pick: str) -> int:
    """A household worth looking at: reached, and lifted or harmed in most Decembers, or poor in both worlds in most.

    Ties go to the larger difference of income, then to the smaller uid. Raises FupinError if there is none.
    """
    wanted = {"lifted": 0, "harmed": 3, "unchanged": 2}[pick]
    last = pairs[-1]
    years, gain = np.zeros(len(last.uid)), np.zeros(len(last.uid))
    for pair in pairs:
        _, mine, theirs = np.intersect1d(last.uid, pair.uid, assume_unique=True, return_indices=True)
        years[mine] += pair.status[theirs] == wanted
        gain[mine] += pair.income[theirs]
    fitting = np.flatnonzero((years > 0) & last.reached)
    if not len(fitting):
        others = ", ".join(other for other in PICKS if other != pick)
        raise FupinError(
            tell(
                f"受益户中没有 --pick {pick}；可试 {others}",
                f"no reached household is {pick}; try {others}",
            )
        )
    order = np.lexsort((last.uid[fitting], -np.abs(gain[fitting]), -years[fitting]))
    return int(last.uid[fitting[order[0]]])
