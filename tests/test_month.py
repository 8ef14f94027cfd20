"""The month is what its list says: order, cadence, and which process may change which column."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pytest
from exit_worlds import AT_WORK as EXITS_AT_WORK
from exit_worlds import FURTHER, REJECTED, RELATIVE
from typer.testing import CliRunner
from worlds import AT_WORK, HARD_TIMES, START, aged, changed, instruments, region, snapshot, villages

import fupin
from fupin.cli import app
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.month import CADENCES, MONTH, Process
from fupin.model.processes.registry import enrol
from fupin.model.region import Region

UNSEEN = {  # changes that our few villages need not show: the death of a pupil, land that nobody wants
    "age_members": {
        *("household.pupils", "household.school_cost", "household.dibao_members", "household.post_pay"),
        *("person.chronic", "person.disabled", "person.dibao", "person.schooling", "person.skill", "person.stage"),
        *("person.school_aid", "person.vocational_aid", "person.craft", "person.brand", "person.pension_account"),
        "person.left_stage",
        *("person.post", "person.post_wage"),
        *("household.contract_firm", "household.grant_pending", "household.park_land"),  # who has died out had none
        *("household.ungrounded", "household.homestay", "household.rented_in"),
    },
    "bank_loans": {f"household.{name}" for name in ("savings", "debt", "loan", "loan_months")},  # only of own tables
    "policies": {
        *("enterprise.loan", "enterprise.jobs", "enterprise.alive"),  # a park that closes with staff and debt
        "village.venture_assets",  # no collective of the few chooses services as its way
        *("workteam.weight", "workteam.members", "workteam.skill", "workteam.paperwork"),  # a lost team is sent anew
    },
    "schooling": {  # a pupil is nobody's migrant yet, and the few who leave school need not change what others do
        *("household.residents", "household.remitted_pay", "household.migrants", "household.migrant_pay"),
        *("household.own_workers", "household.local_workers", "household.local_pay", "household.casual_labour"),
        *("household.migrants", "household.migrant_pay"),
    },
    "allocate_labour": {"county.unheard", "county.unskilled", "county.out_of_reach"},  # frictions are off by default
    "health": {"household.reached_3"},  # as the package stands, whoever pays for care comes earlier in it
    "rent_land": {"village.idle_land"},
    "look_back": {  # held in the first month: nobody has left, nobody has been warned
        *("household.returns", "household.ungrounded", "household.alert_month", "household.elder_split"),
    },
}


class WatchedRegion(Region):
    """Notes for each process what it changed and in which calendar months it ran."""

    def step(self) -> None:
        self.month += 1
        self.ledger.month = self.month
        if self.month == self.start:
            self.watch("registry", enrol)
        for process in MONTH:
            if self.calendar_month in process.months:
                self.watch(process.name, process.run)
        self.ledger.close_month()

    def watch(self, name: str, run: object) -> None:
        before = snapshot(self)
        run(self)  # type: ignore[operator]
        after = snapshot(self)
        for (kind, column), values in before.items():
            if len(after[kind, column]) > len(values):
                self.written[name].add(f"{kind}.*")
                after[kind, column] = after[kind, column][: len(values)]
        self.written[name] |= changed(before, after)


@lru_cache(maxsize=1)
def written() -> dict[str, set[str]]:
    """What each process changed in the years of a region with every instrument."""
    package = instruments(*instrument_kinds(), **AT_WORK)
    overrides = EXITS_AT_WORK | HARD_TIMES
    world = region(aged(villages(40), 6), package, years=5, burn_in=12, cls=WatchedRegion, overrides=overrides)
    world.written = defaultdict(set)
    world.run_to(START + 59)
    rejected = region(villages(40), years=3, cls=WatchedRegion, overrides=REJECTED)  # where counties fail to leave
    rejected.written = world.written
    rejected.run_to(START + 35)
    further = region(villages(40), years=4, cls=WatchedRegion, overrides=EXITS_AT_WORK | FURTHER)
    further.written = world.written
    further.run_to(START + 35)
    relative = region(villages(40), years=4, cls=WatchedRegion, overrides=EXITS_AT_WORK | RELATIVE)
    relative.written = world.written
    relative.run_to(START + 35)
    return dict(world.written)


every_process = pytest.mark.parametrize("process", MONTH, ids=lambda process: process.name)


@every_process
def test_a_process_changes_only_columns_that_it_declares(process: Process) -> None:
    assert written()[process.name] - process.columns == set()


@every_process
def test_a_process_declares_no_column_that_it_never_changes(process: Process) -> None:
    assert process.columns - written()[process.name] - UNSEEN.get(process.name, set()) == set()


@every_process
def test_what_a_process_declares_exists(process: Process) -> None:
    declared = {f"{kind}.{name}" for kind, cls in AGENT_CLASSES.items() for name in (*columns_of(cls), "*")}
    assert process.columns <= declared


@every_process
def test_a_process_has_a_known_cadence_and_both_labels(process: Process) -> None:
    assert process.months in CADENCES
    assert process.zh
    assert process.en


def test_a_process_is_named_once() -> None:
    assert len({process.name for process in MONTH}) == len(MONTH)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_month_is_printed_line_by_line(lang: str) -> None:
    shown = CliRunner().invoke(app, ["show", "month", "--lang", lang, "--markdown"])
    assert shown.exit_code == 0
    lines = [line for line in shown.output.splitlines() if line.startswith("| ")][2:]
    assert len(lines) == len(MONTH)
    for line, process in zip(lines, MONTH, strict=True):
        assert process.name in line
        assert getattr(process, lang) in line
        assert process.writes in line


def test_no_column_is_only_declared() -> None:
    written = set().union(*(process.columns for process in MONTH))
    source = {path: path.read_text("utf-8") for path in Path(fupin.__file__).parent.rglob("*.py")}
    for kind, cls in AGENT_CLASSES.items():
        declared_in = Path(inspect.getfile(cls))
        code = "".join(text for path, text in source.items() if path != declared_in)
        idle = [name for name in columns_of(cls) if f"{kind}.{name}" not in written]
        assert [name for name in idle if not re.search(rf'\.{name}\b|"{name}"', code)] == []
