"""Outcomes keep to the ranges of `calibration/ranges.toml` whatever a planner sets; books balance under any package.

The short forms of `fupin check ranges` and `fupin check ledger`.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from fupin.commands.check import app
from fupin.errors import FupinError
from fupin.experiments.random_packages import check_package, random_package
from fupin.experiments.range_checks import YEARS, Case, cases, check_case, read_ranges
from fupin.experiments.register_forks import fork
from fupin.experiments.register_trials import Rules
from fupin.library import library
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.ledger import LedgerError
from fupin.model.outcomes import measure
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

TEXT = library("calibration", "ranges.toml").read_text(encoding="utf-8")
PARTS = 30  # every day another thirtieth of the cases is tried here; the command tries all


def changed_file(folder: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = folder / "ranges.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_setting_of_every_instrument_is_tried_at_both_ends() -> None:
    tried = {(case.kind, case.setting) for case in cases()}
    for kind, cls in instrument_kinds().items():
        for record in cls.Settings.describe():
            has_ends = record["kind"] in ("number", "true or false") or bool(record["choices"])
            assert ((kind, record["name"]) in tried) == (has_ends and record["kind"] != "list of text"), record
    assert {case.kind for case in cases() if not case.setting} == set(instrument_kinds())


def test_outcomes_keep_to_their_ranges_in_todays_part_of_the_cases() -> None:
    ranges = read_ranges()
    today = cases()[datetime.date.today().toordinal() % PARTS :: PARTS]
    assert not [breach for case in today for breach in check_case(case, ranges)]


def of(kind: str) -> tuple[str, tuple[tuple[str, Any], ...]]:
    return kind, tuple(read_ranges().settings.get(kind, {}).items())


BESIDE = ("first_secretaries", "village_workshop", "production_grant", "relocation", "collective_ways", "asset_reform")
ELSEWHERE = {"exit_task_force"}  # no county of the gallery applies within three years: tests/test_leaders.py


@lru_cache(maxsize=1)
def without() -> tuple[str, ...]:
    """Outcomes of the gallery, year by year, under what the other instruments build on, shape, check or delay."""
    world, found = fork(1, Rules(package=tuple(map(of, BESIDE)))), []
    for year in range(YEARS):
        world.run_to(world.start + 12 * year + 11)
        found.append(repr(measure(Snapshot(world))))
    return tuple(found)


def finds_somebody(kind: str, world: Region) -> bool:
    """Live until it has paid somebody, or what others do has come out differently by the end of a year."""
    for plain in without():
        for _ in range(12):
            world.step()
            if any(entry.instrument == kind and entry.amount > 0.0 for entry in world.ledger.journal):
                return True
        if kind not in BESIDE and repr(measure(Snapshot(world))) != plain:
            return True
    return False


@pytest.mark.parametrize("kind", sorted(set(instrument_kinds()) - ELSEWHERE))
def test_every_instrument_finds_somebody_in_the_gallery(kind: str) -> None:
    assert finds_somebody(kind, fork(1, Rules(package=tuple(map(of, dict.fromkeys((*BESIDE, kind)))))))


def test_an_instrument_that_is_not_there_finds_nobody() -> None:
    assert not finds_somebody("dibao", fork(1, Rules(package=tuple(map(of, BESIDE)))))


def test_what_leaves_its_range_is_found(tmp_path: Path) -> None:
    narrow = read_ranges(changed_file(tmp_path, "share = [0.0, 1.0]", "share = [0.0, 0.05]"))
    found = check_case(Case("dibao", "standard", 0.0), narrow)
    assert "headcount" in {breach.quantity for breach in found}


def test_a_household_that_overdraws_and_a_person_who_is_lost_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from fupin.experiments import range_checks

    def spoiled(seed: int, rules: Rules) -> object:
        world = fork(seed, rules)
        world.run_to(world.start + 10)
        h, person = world.rows("household"), world.rows("person")
        h.savings[:5] = -1000.0
        person.alive[np.flatnonzero(person.alive)[:3]] = False
        return world

    range_checks._living(2014)  # of an unspoiled world
    monkeypatch.setattr(range_checks, "fork", spoiled)
    monkeypatch.setattr(range_checks, "YEARS", 1)
    found = {breach.quantity for breach in check_case(Case("dibao", "", None), read_ranges())}
    assert {"unbalanced", "members_not_found", "lost_persons"} <= found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("cliff =", "clif =", "no such outcome; did you mean 'cliff'"),
        ("ratio = [0.0, 10000.0]", "", "quintile_ratio .* has no range"),
        ("log = [0.0, 4.0]", "log = [4.0, 0.0]", "not a range"),
        ("lost_persons =", "lost_people =", "names exactly"),
        ("[with.land_park]", "[with.land_perk]", "unknown instrument; did you mean 'land_park'"),
        ("[units]", "[unit]\n[units]", "unknown table"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(FupinError, match=told):
        read_ranges(changed_file(tmp_path, old, new))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_what_was_tried(lang: str) -> None:
    shown = CliRunner().invoke(app, ["ranges", "--instrument", "pension_premium", "--lang", lang, "--markdown"])
    assert shown.exit_code == 0, shown.output
    assert re.search(r"pension_premium \| .+ \| \d+ \| 0 \|", shown.output)


def test_books_balance_under_random_packages_of_the_gallery() -> None:
    for seed in range(10):
        assert check_package(seed).difference < 1e-4


def test_random_packages_draw_every_instrument_and_switches_too() -> None:
    drawn = [one for seed in range(40) for one in random_package(np.random.default_rng(seed))]
    assert {one.kind for one in drawn} == set(instrument_kinds())
    assert {one.settings.poor_only for one in drawn if one.kind == "village_roads"} == {True, False}


def test_the_command_that_finds_unbalanced_books_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def unbalanced(seed: int) -> object:
        raise LedgerError("households cash: stock and books differ by 5 yuan")

    shown = CliRunner().invoke(app, ["ledger", "--packages", "2", "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    monkeypatch.setattr("fupin.experiments.random_packages.check_package", unbalanced)
    shown = CliRunner().invoke(app, ["ledger", "--packages", "2", "--lang", "en"])
    assert shown.exit_code == 1
    assert "differ by 5 yuan" in shown.output
