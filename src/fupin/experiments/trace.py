"""Follow a county, a village or a household through a run: a month-by-month account that a planner can read.

The recorder looks at the rows of its targets after every process of the month, so it knows what changed them, and at
the ledger's traced postings at the end of the month. A run without targets is not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from fupin.experiments.trace_flows import cash_benefits, flows_of_month
from fupin.experiments.trace_household import household_notes, household_year, in_kind, member_notes
from fupin.experiments.trace_places import county_month, village_month, village_notes
from fupin.experiments.trace_targets import Target
from fupin.model.month import Process
from fupin.model.region import Region

type State = dict[str, float]
NOBODY = ("", "")
PROGRAMMES = "policies"  # the process whose name says nothing that the line does not say


class Note(NamedTuple):
    """One line of an account: month, topic, what happened, and the process that did it, in both languages."""

    month: int
    target: Target
    topic_zh: str
    topic_en: str
    zh: str
    en: str
    process_zh: str
    process_en: str


@dataclass
class Trace:
    """The accounts of some targets; `attach` it to a region before the first month.

    `notes` is in order of time. Nothing is noted before the start of the scenario.
    """

    targets: Sequence[Target]
    notes: list[Note] = field(default_factory=list)
    _last: dict[tuple[str, int], State] = field(default_factory=dict)
    _told: int = 0
    _benefits: dict[int, float] = field(default_factory=dict)  # of the month, by row of household

    @property
    def households(self) -> list[int]:
        """Uids of the traced households, whose postings the ledger must keep."""
        return [target.uid for target in self.targets if target.kind == "household"]

    def attach(self, region: Region) -> None:
        """Look at the targets after every process of the region from now on."""
        region.processes = tuple(replace(item, run=self._watched(item)) for item in region.processes)

    def _watched(self, process: Process) -> Callable[[Region], None]:
        def run(region: Region) -> None:
            if region.month == region.start and not self._last:
                self._remember(region)
                self._first_register(region)
            process.run(region)
            if region.month >= region.start:
                done_by = NOBODY if process.name == PROGRAMMES else (process.zh, process.en)
                self._compare(region, done_by)

        return run

    def _rows(self, region: Region, target: Target) -> list[tuple[str, int]]:
        """Rows of tables that belong to a target: its own, and the members of a household."""
        own = [(target.kind, target.row)]
        if target.kind == "household":
            first, last = region.first_person[target.row], region.first_person[target.row + 1]
            own += [("person", row) for row in range(int(first), int(last))]
        return own

    def _remember(self, region: Region) -> None:
        for target in self.targets:
            for kind, row in self._rows(region, target):
                self._last[kind, row] = state_of(region, kind, row)

    def _first_register(self, region: Region) -> None:
        h = region.rows("household")
        for target in self.targets:
            if target.kind == "household":
                listed = bool(h.registry[target.row] == 1)
                income, score = f"{h.observed_income[target.row]:,.0f}", f"{h.score[target.row]:.2f}"
                zh = f"{'纳入' if listed else '未纳入'}建档立卡：认定人均收入 {income} 元，四看得分 {score}"
                words = "registered as poor" if listed else "not registered"
                en = f"{words}: income believed {income} yuan a head, four-look score {score}"
                self.add(region, target, ("建档", "register"), (zh, en), NOBODY)

    def _compare(self, region: Region, process: tuple[str, str]) -> None:
        for target in self.targets:
            for kind, row in self._rows(region, target):
                before, now = self._last[kind, row], state_of(region, kind, row)
                if before != now:
                    self._last[kind, row] = now
                    self._changed(region, target, kind, row, before, now, process)

    def _changed(
        self, region: Region, target: Target, kind: str, row: int, before: State, now: State, process: tuple[str, str]
    ) -> None:
        if kind == "household":
            gained = max(now["benefits"] - before["benefits"], 0.0)
            self._benefits[row] = self._benefits.get(row, 0.0) + gained
            found = household_notes(region, before, now)
        elif kind == "person":
            found = member_notes(region, row, before, now)
        else:
            found = village_notes(before, now) if kind == "village" else []
        for topic, words in found:
            self.add(region, target, topic, words, process)

    def end_month(self, region: Region) -> None:
        """What the month's events, postings and sums say of the targets."""
        if region.month < region.start:
            return
        events, self._told = region.events[self._told :], len(region.events)
        for target in self.targets:
            for event in events:
                if (event.kind, event.uid) == (target.kind, target.uid) and target.kind != "household":
                    self.add(region, target, ("程序", "procedure"), (event.zh, event.en), NOBODY)
            if target.kind == "household":
                found = flows_of_month(region, target.row)
                kind = self._benefits.pop(target.row, 0.0) - cash_benefits(region, target.row)
                found = (in_kind(kind) if kind >= 1.0 else []) + found
                found += household_year(region, target.row) if region.calendar_month == 12 else []
            else:
                found = (county_month if target.kind == "county" else village_month)(region, target.row)
            for topic, words in found:
                self.add(region, target, topic, words, NOBODY)

    def add(
        self,
        region: Region,
        target: Target,
        topic: tuple[str, str],
        words: tuple[str, str],
        process: tuple[str, str],
    ) -> None:
        """Note one line."""
        self.notes.append(Note(region.month, target, *topic, *words, *process))

    def of(self, target: Target) -> list[Note]:
        """The lines of one target, in order."""
        return [note for note in self.notes if note.target == target]


def state_of(region: Region, kind: str, row: int) -> State:
    """All columns of one row."""
    table = region.table_of(kind)
    return {name: value(table.arrays[name], row) for name in table.columns}


def value(array: Any, row: int) -> float:
    """One cell as a plain number; whole numbers stay whole, for the bits of `reached` go beyond 2**53."""
    cell = array[row]
    return int(cell) if np.issubdtype(array.dtype, np.integer) else float(cell)
