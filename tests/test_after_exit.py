"""After exit: buffer, taper, the cliff, and what households think of it."""

from __future__ import annotations

import math
from inspect import signature
from typing import Any

import numpy as np
import pytest
from exit_worlds import world
from worlds import BOOK, START, instruments, same_bits, villages

from fupin.model.household import EXITED, NEVER, REGISTERED
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.approval import cliff
from fupin.model.processes.registry import change
from fupin.model.processes.support import supported
from fupin.model.region import Region
from fupin.model.rules.approval import approval_target
from fupin.model.snapshot import Snapshot

BOOK_2014 = BOOK.resolve(START, START).at(START)


# buffer


def test_support_goes_on_in_the_buffer_and_tapers_off() -> None:
    made = world(buffer__buffer_years=1, buffer__taper_years=2)
    h = made.rows("household")
    h.registry, h.exited_month = EXITED, START
    shares = []
    for months in (0, 11, 18, 24, 30, 36):
        made.month = START + months
        shares.append(supported(made).mean())
    assert shares[:2] == [1.0, 1.0]
    np.testing.assert_allclose(shares[2:], [0.75, 0.5, 0.25, 0.0], atol=0.12)


def test_without_a_buffer_support_is_for_the_listed() -> None:
    made = world(22)
    assert same_bits(supported(made), made.rows("household").registry == REGISTERED)


def test_a_buffer_lowers_returns_to_poverty() -> None:
    package = instruments("production_grant", "dibao", production_grant={"share_per_year": 0.5, "take_up": 1.0})
    back = []
    for years in (0.0, 5.0):
        regions = [
            world(70, package, villages(100, seed), buffer__buffer_years=years).rows("household")
            for seed in range(1, 5)
        ]
        back.append(sum(float(h.weight @ h.returns) for h in regions))  # in one region luck can be stronger
    assert back[1] < back[0]


# approval


def opinions(package: Any = (), **settings: float) -> Region:
    return world(36, package, approval__approval_on=1, **settings)


GENEROUS = {"production_grant": {"share_per_year": 1.0, "take_up": 1.0, "pause_months": 0, "grant": 20000}}


def test_a_cliff_lowers_the_approval_of_those_just_off_the_list() -> None:
    plain, generous = opinions(), opinions(instruments("production_grant", **GENEROUS))
    h, other = generous.rows("household"), plain.rows("household")
    felt = (cliff(generous) > 1.0) & (h.registry == NEVER) & (other.registry == NEVER)
    assert felt.any()
    assert h.approval[felt].mean() < other.approval[felt].mean() - 0.05


def test_visits_benefits_and_a_fair_list_raise_approval_and_a_cliff_lowers_it() -> None:
    weights = [getattr(BOOK_2014, name) for name in list(signature(approval_target).parameters)[5:]]
    base = {"visits": 1.0, "own_benefit": 1000.0, "felt": 1.0, "seen_accuracy": 0.5, "struck_off": 0.0}
    usual = approval_target(*base.values(), *weights)
    for name, more, sign in (("visits", 2, 1), ("own_benefit", 2000, 1), ("felt", 2, -1), ("seen_accuracy", 0.9, 1)):
        assert sign * (approval_target(*(base | {name: more}).values(), *weights) - usual) > 0.005


def test_who_was_struck_off_without_grounds_approves_less() -> None:
    made = opinions(gaming__gaming_on=1, gaming__gaming_constant=2, gaming__household_deadline=2015)
    h = made.rows("household")
    off = h.ungrounded & (h.registry == EXITED)
    assert off.any()
    assert h.approval[off].mean() < h.approval[~off].mean() - 0.1


def test_approval_is_a_constant_where_it_is_off() -> None:
    made = world(36, instruments("production_grant", **GENEROUS))
    assert same_bits(made.rows("household").approval, villages(60).households["approval"])


# what lasts


def test_an_exit_has_lasted_if_the_household_is_off_the_list_and_above_the_line_two_years_later() -> None:
    made = world(36)
    h, two_years_ago = made.rows("household"), START + 9
    h.exited_month, h.registry = -1, NEVER
    made.left_in.clear()
    assert math.isnan(OUTCOMES["sustained_exit"].compute(Snapshot(made)))
    people = (h.members > 0).nonzero()[0]
    gone, line = people[:4], made.p.poverty_line
    h.exited_month[gone], h.registry[gone] = two_years_ago, EXITED
    made.left_in[two_years_ago // 12] = [gone]
    h.exited_month[people[4]], h.registry[people[4]] = two_years_ago + 12, EXITED  # too late to count
    h.wage_income[gone] = 9.0 * line * h.members[gone]
    h.wage_income[gone[0]] = h.operating_income[gone[0]] = h.property_income[gone[0]] = h.transfer_income[gone[0]] = 0.0
    h.registry[gone[1]] = REGISTERED
    persons = h.weight[gone] * h.members[gone]
    assert OUTCOMES["sustained_exit"].compute(Snapshot(made)) == pytest.approx(persons[2:].sum() / persons.sum())


def test_support_after_exit_is_counted_by_households() -> None:
    made = world(24)
    h = made.rows("household")
    h.registry, h.benefits = NEVER, 0.0
    people = (h.members > 0).nonzero()[0]
    by_size = people[np.argsort(h.members[people], kind="stable")]
    small, large = by_size[0], by_size[-1]
    h.registry[small], h.registry[large], h.benefits[large] = EXITED, EXITED, 500.0
    share = h.weight[large] / (h.weight[small] + h.weight[large])
    assert OUTCOMES["exit_support"].compute(Snapshot(made)) == pytest.approx(share)


def test_an_exit_after_which_a_household_came_back_has_not_lasted_though_it_has_left_again() -> None:
    made = world(12)
    h, end = made.rows("household"), made.month
    people = (h.members > 0).nonzero()[0][:3]
    h.registry, h.exited_month = NEVER, -1
    h.registry[people] = REGISTERED
    h.wage_income[people] = 9.0 * made.p.poverty_line * h.members[people]
    first, nobody = people[:1], people[:0]
    for month, leaving, entering in ((end - 24, people, nobody), (end - 12, nobody, first), (end, first, nobody)):
        made.month = month
        change(made, leaving, entering)
    assert (h.registry[people] == EXITED).all()
    persons = h.weight[people] * h.members[people]
    expected = pytest.approx(persons[1:].sum() / persons.sum())
    snapshot = Snapshot(made)
    assert OUTCOMES["sustained_exit"].compute(snapshot) == expected
    part = np.zeros(len(h), np.bool_)
    part[people] = True
    assert OUTCOMES["sustained_exit"].compute(snapshot.within(part)) == expected
