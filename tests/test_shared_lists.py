"""Lists that are shared within a month are what a scan would find, after every process and every instrument."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from worlds import region, villages

from fupin.experiments.benchmark import everything, world_of
from fupin.model import shared_lists
from fupin.model.household import EXITED, REGISTERED
from fupin.model.processes.policies import at_work, run_instruments
from fupin.model.region import Region
from fupin.model.rules.exits import keeps_support
from fupin.model.shared_lists import READS, TAPER, supported_among, supported_mask, supported_rows
from fupin.scenarios.build import build_region, region_data


def scanned(world: Region, name: str) -> Any:
    """The list made anew from the columns, without any that is kept."""
    lists, world.lists = world.lists, shared_lists.SharedLists()
    try:
        return getattr(shared_lists, name)(world)
    finally:
        world.lists = lists


def check(world: Region) -> None:
    kept = world.lists.kept
    groups = kept.get("supported_by_villages", {})
    for name in kept.keys() - {"supported_by_villages"}:
        assert np.array_equal(kept[name], scanned(world, name)), (name, world.month)
    for key, rows in groups.items():
        inside = np.frombuffer(key, np.bool_)[world.rows("household").village]
        assert np.array_equal(rows, np.flatnonzero(scanned(world, "supported_mask") & inside)), world.month


def one_by_one(world: Region) -> None:
    """Let the instruments run, and check after each."""
    for instrument in at_work(world) if world.month >= world.start else ():
        instrument.run(world)
        check(world)


def test_with_everything_on_a_kept_list_is_what_a_scan_finds() -> None:
    resolved = world_of(1_000, 3, everything())
    seen: set[str] = set()

    def checked(run: Callable[[Region], None]) -> Callable[[Region], None]:
        def checked(world: Region) -> None:
            (one_by_one if run is run_instruments else run)(world)
            check(world)
            seen.update(world.lists.kept)

        return checked

    world = build_region(resolved, region_data(resolved))
    world.run_to(resolved.start + 22)  # when most of them begin
    world.processes = tuple(dataclasses.replace(one, run=checked(one.run)) for one in world.processes)
    world.run_to(resolved.last)
    assert seen == set(READS)
    assert not world.lists.kept


def test_every_list_says_what_it_is_made_of() -> None:
    """It is dropped before a process that may write one of its columns, and only then."""
    world = region(villages())
    for written in {*READS.values(), frozenset({"household.savings"})}:
        world.lists.before(frozenset())
        for name in READS:
            getattr(shared_lists, name)(world)
        world.lists.before(written)
        assert set(world.lists.kept) == {name for name, columns in READS.items() if columns.isdisjoint(written)}


def test_outside_a_month_nothing_is_kept() -> None:
    world = region(villages())
    before = int(supported_mask(world).sum())
    world.rows("household").registry[:] = 1
    assert int(supported_mask(world).sum()) == len(supported_rows(world)) > before
    assert not world.lists.kept


def test_who_writes_what_others_have_not_declared_says_so() -> None:
    world = region(villages())
    world.lists.before(frozenset())
    before = len(supported_rows(world))
    world.rows("household").registry[:] = 1
    assert len(supported_rows(world)) == before
    world.lists.changed("household.registry")
    assert len(supported_rows(world)) == len(world.rows("household"))


def test_the_taper_is_what_the_rule_says_of_everybody_who_left() -> None:
    world = region(villages(40), overrides={"buffer.buffer_years": 1.0, "buffer.taper_years": 2.0})
    h = world.rows("household")
    h.registry = np.where(np.arange(len(h)) % 4, EXITED, REGISTERED)
    h.exited_month = world.month - np.arange(len(h)) % 50
    draw = world.draws.uniform(TAPER, h.exited_month, h.uid)
    told = keeps_support(world.month - h.exited_month, 1.0, 2.0, draw) | (h.registry == REGISTERED)
    assert np.array_equal(supported_among(world, slice(None)), told)
    assert 0 < (told & (h.registry == EXITED)).sum() < (h.registry == EXITED).sum()
    village = slice(len(h) // 2, len(h))
    assert np.array_equal(supported_among(world, village), told[village])
    h.exited_month += 7  # they left another time, with other luck
    draw = world.draws.uniform(TAPER, h.exited_month, h.uid)
    told = keeps_support(world.month - h.exited_month, 1.0, 2.0, draw) | (h.registry == REGISTERED)
    assert np.array_equal(supported_among(world, np.arange(len(h))), told)
