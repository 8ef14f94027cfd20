"""Lives in either engine: the same people die, are born, fall ill, leave school and find work, and learn as much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import AT_WORK, START, instruments, region, snapshot, villages

from fupin.model.columns import Rows
from fupin.model.engine.among import among, rows_where
from fupin.model.month import MONTH
from fupin.model.processes import health
from fupin.model.region import Region

pytest.importorskip("numba", reason="the compiled engine is an extra")

PROCESSES = {process.name: process for process in MONTH}
HAPPENS = {  # processes, and columns in which something must have happened in five years
    "open_year": ("household.income_before",),
    "age_members": ("person.age", "person.alive", "person.able", "person.female", "household.members"),
    "move_luck": ("household.luck", "person.wage_luck", "person.skill", "person.pay"),
    "schooling": ("person.stage", "person.schooling", "person.able", "household.pupils"),
    "health": ("person.illness_months", "person.illness_loss", "person.restless", "household.health_due"),
}


def five_years(engine: str, name: str) -> Region:
    """A small region in which one process alone has run for five years."""
    world = region(villages(), years=6, engine=engine)
    process = PROCESSES[name]
    for month in range(START, START + 60):
        world.month = world.ledger.month = month
        if world.calendar_month in process.months:
            process.run(world)
    return world


def assert_same_lives(one: Region, other: Region, tolerance: float = 1e-12) -> None:
    """Codes, flags and rows are the same, and numbers to a relative tolerance."""
    there = snapshot(other)
    for (kind, name), values in snapshot(one).items():
        if values.dtype.kind in "iub":
            assert np.array_equal(values, there[kind, name]), f"{kind}.{name}"
        else:
            np.testing.assert_allclose(there[kind, name], values, tolerance, tolerance, err_msg=f"{kind}.{name}")


@pytest.mark.parametrize("name", HAPPENS)
def test_a_process_of_lives_is_the_same_in_both_engines(name: str) -> None:
    before = snapshot(region(villages(), years=6, engine="numpy"))
    worlds = [five_years(engine, name) for engine in ("numpy", "compiled")]
    assert_same_lives(*worlds)
    after = snapshot(worlds[1])
    for column in HAPPENS[name]:
        kind, attribute = column.split(".")
        assert not np.array_equal(before[kind, attribute], after[kind, attribute]), column
    paid, other = (world.ledger.turnover() for world in worlds)
    assert other == pytest.approx(paid, rel=1e-12)


def test_instruments_that_pay_bills_and_keep_pupils_meet_the_same_people_in_both_engines() -> None:
    kinds = ("dibao", "medical_cover", "village_schools", "fee_waiver", "school_census")
    settings = {kind: AT_WORK[kind] for kind in kinds if kind in AT_WORK}
    worlds = []
    for compiled in (False, True):
        world = region(villages(), instruments(*kinds, **settings), years=1, engine="numpy")
        world.run_to(START + 7)
        world.compiled = compiled
        world.month = world.ledger.month = START + 8
        for name in ("schooling", "health"):
            PROCESSES[name].run(world)
        worlds.append(world)
    assert_same_lives(*worlds)
    assert "medical.layers" in worlds[1].ledger.booked()


def old(person: Any) -> Any:
    return person.age >= 60.0


@among("person", old, block=50)
def grow_weak(world: Region, person: Any) -> tuple[Any, Any]:
    """Old people lose skill; who of them is very old, and who is a woman."""
    person.skill = person.skill - 1.0
    return person.age >= 75.0, person.female


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_search_changes_and_finds_only_those_of_whom_the_condition_holds(engine: str) -> None:
    world = region(villages(), engine=engine)
    person = world.rows("person")
    before, aged = person.skill.copy(), person.age >= 60.0
    very_old, women = grow_weak(world)
    assert np.array_equal(person.skill, np.where(aged, before - 1.0, before))
    assert np.array_equal(very_old, np.flatnonzero(person.age >= 75.0))
    assert np.array_equal(women, np.flatnonzero(aged & person.female))
    assert 0 < len(very_old) < len(women) < aged.sum() < len(aged)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_search_among_listed_rows_finds_rows_of_the_table(engine: str) -> None:
    @among("person", block=50)
    def older_than(world: Region, person: Any, years: Any) -> Any:
        return person.age > years

    world = region(villages(), engine=engine)
    person = world.rows("person")
    rows = np.arange(3, len(person), 7)
    years = np.linspace(0.0, 90.0, len(rows))
    assert np.array_equal(older_than(world, rows, years=years), rows[person.age[rows] > years])
    assert len(older_than(world, rows[:0], years=years[:0])) == 0


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 1.0])
def test_rows_of_a_mask_are_its_nonzero_places(share: float) -> None:
    for count in (0, 1, 7, 8, 9, 1003):
        mask = np.random.default_rng(count).random(count) < share
        assert np.array_equal(rows_where(mask), mask.nonzero()[0])


def test_the_numpy_engine_looks_at_all_who_can_fall_ill_or_go_to_hospital() -> None:
    world = region(villages(), engine="numpy")
    h, everybody = world.rows("household"), np.arange(len(world.rows("household")))
    for world.month in range(START, START + 36, 3):
        found = health.struck_by_illness(world)
        draw = world.fate().illness_draw
        masks = health.misfortunes.body(world, Rows(h.table, everybody), shifted=False, draw=draw)
        for rows, mask in zip(found, masks, strict=True):
            assert np.array_equal(rows, mask.nonzero()[0])
