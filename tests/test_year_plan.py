"""A county's plan of the year: what each programme may spend of the lines that it can draw on."""

from __future__ import annotations

import numpy as np
import pytest

from fupin.model.processes.budgets import ADMITTING, LINES
from fupin.model.processes.year_plan import YearPlan


def test_a_plan_leaves_every_programme_the_same_part_of_what_it_asks_where_money_is_short() -> None:
    plan = YearPlan(wanted={"roads": np.array([300.0]), "houses": np.array([100.0])})
    uses = {"roads": "works", "houses": "people"}
    lines = {name: np.zeros(1) for name in LINES} | {"free": np.array([200.0])}
    plan.divide(uses, lines, ADMITTING)
    assert [float(plan.allotted[name][0]) for name in uses] == pytest.approx([150.0, 50.0])
    plan.divide(uses, lines | {"works": np.array([300.0])}, ADMITTING)  # works money serves roads: houses get their all
    assert plan.allotted["houses"][0] >= 100.0
    assert sum(float(yuan[0]) for yuan in plan.allotted.values()) == pytest.approx(500.0)


def test_what_is_left_over_goes_to_the_programmes_that_used_up_their_part() -> None:
    plan = YearPlan()
    uses, lines = {"a": "farm", "b": "farm"}, {"free": np.array([1000.0])}
    plan.divide(uses, lines, ADMITTING)
    assert plan.allotted["a"][0] == plan.allotted["b"][0] == 500.0  # nothing is known yet
    plan.note_paid("a", np.array([500.0]))
    plan.note_refused("a", np.array([200.0]))
    plan.note_paid("b", np.array([100.0]))
    plan.close_year()
    plan.divide(uses, lines, ADMITTING)
    assert (plan.allotted["a"][0], plan.allotted["b"][0]) == (900.0, 100.0)


def test_a_new_programme_is_in_the_plan_with_what_the_others_ask() -> None:
    plan = YearPlan(wanted={"old": np.array([300.0])})
    plan.divide({"old": "farm", "new": "farm"}, {"free": np.array([300.0])}, ADMITTING)
    assert plan.allotted["new"][0] == pytest.approx(150.0)
