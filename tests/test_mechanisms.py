"""The register of mechanisms names what exists, every mechanism once, and owes a reason for what it leaves out."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fupin.commands.show import app
from fupin.errors import FupinError
from fupin.library import library
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.mechanisms import CLASSES, GROUPS, HEAD, STATUSES, Mechanism, counts, read_mechanisms, tally
from fupin.model.outcomes import OUTCOMES
from fupin.model.parameters import load_parameters
from fupin.model.purposes import PURPOSES

ROWS = read_mechanisms(library("model", "mechanisms.csv"))
BY_ID = {row.id: row for row in ROWS}
COUNTS_OF_SOURCE = {"behaviour": 220, "rule": 52, "target": 34, "context": 38}


def of_status(*statuses: str) -> list[Mechanism]:
    return [row for row in ROWS if row.status in statuses]


def test_every_mechanism_of_the_sources_appears_once_and_in_order() -> None:
    assert [row.id for row in ROWS] == [f"M{number:03}" for number in range(1, 345)]
    assert {name: found.total() for name, found in counts(ROWS).items()} == COUNTS_OF_SOURCE


def test_every_row_has_names_a_group_and_a_known_status() -> None:
    assert not [row.id for row in ROWS if not (row.phrase_zh and row.english)]
    assert not [row.id for row in ROWS if row.cls not in CLASSES or row.status not in STATUSES]
    assert {row.group for row in ROWS} == set(GROUPS)


def test_every_symbol_can_be_imported_and_does_something() -> None:
    for row in ROWS:
        if row.symbol:
            assert callable(pkgutil.resolve_name(row.symbol)), row.id


def test_every_setting_is_one_of_an_instrument_or_a_parameter() -> None:
    settings = {f"{kind}.{name}" for kind, cls in instrument_kinds().items() for name in cls.Settings.model_fields}
    known = settings | set(load_parameters(library("model", "parameters")))
    assert not {row.id: row.setting for row in ROWS if row.setting and row.setting not in known}


def test_every_row_moves_a_declared_column_or_a_declared_purpose() -> None:
    columns = {f"{kind}.{name}" for kind, cls in AGENT_CLASSES.items() for name in columns_of(cls)}
    known = columns | set(PURPOSES)
    assert not {row.id: row.moves for row in ROWS if row.moves and row.moves not in known}


def test_every_outcome_exists_and_has_a_sign() -> None:
    assert not {row.id: row.outcome for row in ROWS if row.outcome and row.outcome not in OUTCOMES}
    assert not [row.id for row in ROWS if bool(row.outcome) != bool(row.sign)]
    assert {row.sign for row in ROWS} <= {"", "+", "-", "0", "ambiguous"}


def test_what_is_implemented_names_symbol_setting_and_what_it_moves() -> None:
    assert not [row.id for row in of_status("implemented") if not (row.symbol and row.setting and row.moves)]


def test_what_is_represented_names_what_stands_for_it_and_what_is_missing() -> None:
    assert not [row.id for row in of_status("represented") if not (row.symbol and row.note)]
    assert not [row.id for row in of_status("not modelled") if not row.note]


def test_a_row_refers_to_another_row_that_stands_by_itself() -> None:
    for row in ROWS:
        assert bool(row.of) or row.status != "duplicate", row.id
        if row.of:
            assert row.status in ("duplicate", "represented"), row.id
            assert row.of != row.id
            assert BY_ID[row.of].status != "duplicate", row.id
    stood_for = {row.id: BY_ID[row.of].status for row in of_status("represented") if row.of}
    assert set(stood_for.values()) <= {"implemented", "represented"}


def test_only_targets_are_outcomes_and_nothing_built_is_a_target() -> None:
    assert all(row.cls == "target" and row.outcome for row in of_status("outcome"))
    assert {row.status for row in ROWS if row.cls == "target"} <= {"outcome", "open"}


def test_what_is_open_or_left_out_claims_nothing() -> None:
    for row in of_status("open", "not modelled", "duplicate"):
        assert (row.symbol, row.setting, row.moves, row.outcome) == ("", "", "", ""), row.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_shows_a_family_and_counts_it(lang: str) -> None:
    shown = CliRunner().invoke(app, ["mechanisms", "--family", "ecology", "--lang", lang, "--markdown"])
    assert shown.exit_code == 0
    here = [row for row in ROWS if row.group == "Ecology"]
    assert [line.split("|")[1].strip() for line in shown.stdout.splitlines() if line.startswith("| M")] == [
        row.id for row in here
    ]
    assert int(shown.stdout.strip().splitlines()[-1].split("|")[-2]) == len(here)


def test_the_terminal_says_what_the_register_amounts_to() -> None:
    shown = CliRunner().invoke(app, ["mechanisms", "--lang", "en", "--markdown"]).stdout
    found = tally(ROWS)
    acting = [row for row in ROWS if row.cls in ("behaviour", "rule")]
    assert found.acting == len(acting) - len([row for row in acting if row.status == "duplicate"])
    assert found.symbols == len({row.symbol for row in acting if row.status == "implemented"})
    assert f"|   implemented or represented | {found.implemented + found.represented} |" in shown
    assert f"|   distinct symbols of the implemented | {found.symbols} |" in shown
    assert f"|   reported by an outcome | {found.outcomes} |" in shown


def test_the_terminal_shows_one_status() -> None:
    shown = CliRunner().invoke(app, ["mechanisms", "--status", "outcome", "--lang", "en", "--markdown"])
    lines = [line.split("|")[1].strip() for line in shown.stdout.splitlines() if line.startswith("| M")]
    assert sorted(lines) == [row.id for row in of_status("outcome")]


def test_an_unknown_status_is_told_with_the_nearest_one() -> None:
    failed = CliRunner().invoke(app, ["mechanisms", "--status", "implementd"])
    assert isinstance(failed.exception, FupinError)
    assert "implemented" in str(failed.exception)


def test_a_register_with_a_short_row_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(",".join(HEAD) + "\nM001,Ecology\n", encoding="utf-8")
    with pytest.raises(FupinError, match="line 2: 20 cells expected, 2 found"):
        read_mechanisms(path)
