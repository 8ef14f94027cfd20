"""Forks of the gallery: worlds with the same luck under other rules, and the first place at which two of them part.

After every process of a month the columns that it declares to write, and the money that it booked by purpose, are
remembered as digests. Two worlds part in the first process of the first month after which any of these differ.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from fupin.experiments import gallery
from fupin.experiments.gallery import BURN_IN, LONGEST, START, parameter_book
from fupin.experiments.register_trials import Rules
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import Table
from fupin.model.dated import month_label
from fupin.model.month import Process
from fupin.model.outcomes import measure
from fupin.model.parameters import ParameterPath
from fupin.model.processes.household_sums import refresh_pay, sum_labour, sum_members
from fupin.model.processes.years import leave_work
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

ENROLMENT = "enrol"  # stands for the listing with which the first month begins, which is no process


class Step(NamedTuple):
    """State after one process of one month: digests of what it may have written and of the month's books so far."""

    month: int
    process: str
    digests: dict[str, int]


type Moved = frozenset[str]


class Parting(NamedTuple):
    """Where two worlds part: the month, the process, and all columns and purposes that differ after it."""

    month: int
    process: str
    moved: Moved

    def __str__(self) -> str:
        return f"{month_label(self.month)} {self.process}"


@lru_cache(maxsize=64)
def parameters_under(overrides: tuple[tuple[str, float], ...]) -> ParameterPath:
    """The parameters over burn-in and forks, with these overrides."""
    return parameter_book().resolve(START - BURN_IN, START + LONGEST - 1, dict(overrides))


@lru_cache(maxsize=8)
def _checkpoint(seed: int) -> bytes:
    return pickle.dumps(gallery.start(seed), pickle.HIGHEST_PROTOCOL)


def fork(seed: int, rules: Rules) -> Region:
    """The gallery at the end of its burn-in, to go on under the given rules."""
    region: Region = pickle.loads(_checkpoint(seed))
    for table, column, value in rules.cells:
        region.table_of(table)[column] = value
    if any(table == "person" for table, _, _ in rules.cells):
        person = region.rows("person")
        leave_work(region, np.flatnonzero(~person.able & (person.activity >= 0)))  # who cannot work has no job
        sum_members(region)
        refresh_pay(region)
        sum_labour(region)
    if rules.cells:
        region.ledger.open(region.month)  # the books begin with the stocks as they are set
    region.come_under(parameters_under(rules.overrides), rules.instruments())
    return region


class World:
    """One fork: its region, its steps as far as it has been run, and outcomes (all, or those asked for) by December."""

    def __init__(self, seed: int, rules: Rules, asked: Sequence[str] | None = None) -> None:
        self.region, self.asked = fork(seed, rules), asked
        self.steps: list[Step] = []
        self.outcomes: dict[int, dict[str, float]] = {}
        self.recording = True
        enrolment = Process(ENROLMENT, lambda region: None, (START % 12 + 1,), "", "", "", "")
        self.region.processes = tuple(self._watched(one) for one in (enrolment, *self.region.processes))

    def run(self, months: int) -> None:
        """Live up to that many months after the fork."""
        while self.region.month < START + months - 1:
            self.region.step()
            if self.region.calendar_month == 12:
                self.outcomes[self.region.month] = measure(Snapshot(self.region), self.asked)

    def _watched(self, process: Process) -> Process:
        run: Callable[[Region], None] = process.run
        kinds = {one.partition(".")[0] for one in process.columns if one.endswith(".*")}
        named = [tuple(one.split(".")) for one in sorted(process.columns) if one.split(".")[1] not in ("", "*")]

        def watched(region: Region) -> None:
            run(region)
            if not self.recording or (process.name == ENROLMENT and region.month > START):
                return
            digests: dict[str, int] = {}
            for kind in AGENT_CLASSES if process.name == ENROLMENT else sorted(kinds):
                table = region.table_of(kind)
                digests |= {f"{kind}.{name}": _digest(table, name) for name in table.columns}
            digests |= {f"{kind}.{name}": _digest(region.table_of(kind), name) for kind, name in named}
            digests |= {purpose: hash(amount) for purpose, amount in region.ledger.booked().items()}
            self.steps.append(Step(region.month, process.name, digests))

        return replace(process, run=watched)


def _digest(table: Table, name: str) -> int:
    return hash(table[name].tobytes())


@lru_cache(maxsize=16)
def reference(seed: int, rules: Rules) -> World:
    """A world that others are compared with, kept: many rows share it. It records to its end."""
    return World(seed, rules)


def partings(
    off: World, other: World, months: int, *, at: Parting | None = None, to_the_end: bool = True
) -> tuple[Parting | None, Moved]:
    """Live both worlds that long and compare them step by step.

    The first parting (None: they never part), and what differs after the step of `at`, another pair's parting. Then
    the other world lives on `to_the_end` without being recorded. `off` is run first, up to the last month, so that
    nothing that stands in for a symbol while `other` is run touches it.
    """
    off.run(months)
    place, first, there = 0, None, frozenset[str]()
    for lived in range(1, months + 1):
        if first and (at is None or at.month < START + lived - 1):
            other.recording = False
            break
        other.run(lived)
        for step in other.steps[place:]:
            moved = _moved(off.steps[place], step)
            place += 1
            if moved and first is None:
                first = Parting(step.month, step.process, moved)
            if at and (step.month, step.process) == (at.month, at.process):
                there = moved
    if to_the_end:
        other.run(months)
    return first, there


def _moved(a: Step, b: Step) -> Moved:
    assert (a.month, a.process) == (b.month, b.process)
    if a.digests == b.digests:
        return frozenset()
    names = a.digests.keys() | b.digests.keys()
    return frozenset(name for name in names if a.digests.get(name) != b.digests.get(name))
