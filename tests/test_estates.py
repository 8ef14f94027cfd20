"""Who has died out: the house is off the register, earns, lets and eats nothing, and what it had has gone to heirs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from exit_worlds import world
from numpy.typing import NDArray
from worlds import START, instruments, villages

from fupin.model.household import EXITED, NEVER, REGISTERED
from fupin.model.instruments.base import Instrument
from fupin.model.processes import years
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

type Index = NDArray[np.int64]
FLOWS = (
    "savings", "capital", "debt", "land", "rented_out", "rented_in", "property_income", "operating_income",
    "transfer_income", "consumption", "income_year", "permanent_income", "expected_output", "dibao",
)  # fmt: skip


def died_out(rows: Index, monkeypatch: pytest.MonkeyPatch, package: Iterable[Instrument] = ()) -> Region:
    """A region in which nobody of some households lives past their birthday in January 2015."""
    made = world(12, package)
    usual, person = years.grow_older, made.rows("person")
    doomed = np.isin(person.household, rows)

    def grow_older(region: Region) -> tuple[Index, ...]:
        dies, *others = usual(region)
        gone = (doomed & person.alive).nonzero()[0]
        return (np.union1d(dies, gone), *(np.setdiff1d(who, gone) for who in others))

    monkeypatch.setattr(years, "grow_older", grow_older)
    made.step()
    monkeypatch.undo()
    assert not made.rows("household").members[rows].any()
    return made


def some_with(made: Region, column: str, count: int = 5) -> Index:
    return np.flatnonzero(getattr(made.rows("household"), column) > 0)[:count]


def test_a_house_in_which_nobody_lives_is_off_the_register_and_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = world(12)
    h = before.rows("household")
    listed, left = (np.flatnonzero(h.registry == status)[:4] for status in (REGISTERED, EXITED))
    rows = np.unique(np.concatenate([listed, left, *(some_with(before, name) for name in ("debt", "rented_out"))]))
    assert h.savings[rows].any()
    assert len(listed)
    assert h.debt[rows].any()
    made = died_out(rows, monkeypatch)
    for months in (12, 24, 36):
        home = made.rows("household")
        assert set(home.registry[rows]) == {NEVER}
        assert {name: float(np.abs(getattr(home, name)[rows]).max()) for name in FLOWS} == dict.fromkeys(FLOWS, 0.0)
        made.run_to(START + months + 11)
        made.ledger.check()


def test_what_it_had_goes_to_kin_and_is_booked_by_account(monkeypatch: pytest.MonkeyPatch) -> None:
    before = world(12).rows("household")
    rows = some_with(world(12), "debt")
    made = died_out(rows, monkeypatch)
    booked = {entry.purpose: entry.amount for entry in made.ledger.journal if entry.month == START + 12}
    weight = before.weight[rows]
    assert booked["estate.savings"] == pytest.approx(weight @ before.savings[rows], rel=0.05)  # others die as well
    assert booked["estate.debt"] == pytest.approx(weight @ before.debt[rows], rel=0.05)
    assert booked["estate.goods"] >= weight @ before.capital[rows] - 1e-6


def test_its_land_is_let_by_heirs_elsewhere_and_its_neighbours_still_work_it(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = world(15)
    h = twin.rows("household")
    rows = np.flatnonzero((h.rented_out > 0) & (h.own_labour == 0))[:3]
    assert len(rows)
    made = died_out(rows, monkeypatch)
    assert made.rows("village").heirs_land.sum() == pytest.approx(h.land[rows].sum(), rel=0.2)
    made.run_to(START + 14)
    here = np.isin(h.village, h.village[rows])
    now = made.rows("household").rented_in[here].sum()
    assert now == pytest.approx(h.rented_in[here].sum(), rel=0.02)
    assert made.rows("household").rented_out[here].sum() < h.rented_out[here].sum()


def test_lenders_are_paid_out_of_the_estate_before_heirs(monkeypatch: pytest.MonkeyPatch) -> None:
    package = instruments("micro_credit", micro_credit={"share_per_year": 1.0, "uptake_constant": 3.0, "months": 24})
    rows = some_with(world(12, package), "loan", 8)
    assert len(rows) == 8
    made = died_out(rows, monkeypatch, package)
    h = made.rows("household")
    covered = rows[h.savings[rows] >= h.loan[rows] - 1e-6]
    assert len(covered) >= 4
    np.testing.assert_allclose(h.savings[covered], h.loan[covered], atol=1e-6)
    owed = h.loan[covered].copy()
    made.run_to(START + 36)
    assert not h.loan[rows].any()
    assert not h.consumption[rows].any()
    assert np.all(h.savings[covered] < 0.05 * owed)  # the loans have not been written off: interest alone is left
    made.ledger.check()


def test_houses_of_the_dead_do_not_count_among_the_sound_and_unsound(monkeypatch: pytest.MonkeyPatch) -> None:
    h = world(12).rows("household")
    rows = np.flatnonzero(h.village == 0)[:-1]
    made = died_out(rows, monkeypatch)
    home = made.rows("household")
    home.housing = 2
    home.housing[rows] = 0
    assert Snapshot(made).sound_houses[0] == 1.0


def test_a_household_that_is_left_with_one_member_keeps_its_own() -> None:
    made = region_after_a_year = world(24)
    h = made.rows("household")
    alive = h.members > 0
    assert (h.land[alive] > 0).any()
    assert not h.land[~alive].any()
    assert villages(60).households["land"].sum() == pytest.approx(
        h.land.sum() + region_after_a_year.rows("village").heirs_land.sum()
    )
