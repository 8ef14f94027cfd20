"""The task counted back to the village: who leaves in which year, and what follows from it for whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from exit_worlds import LENIENT, procedure, world
from worlds import START, changed, instruments, region, snapshot, thinned

from fupin.model.household import EXITED, REGISTERED
from fupin.model.processes.county_exit import its_turn
from fupin.model.processes.dispatch import turns
from fupin.model.processes.stakes import choose_villages
from fupin.model.processes.village_exit import incidence_by
from fupin.model.processes.village_plan import (
    date_villages,
    distance_to_exit,
    due_villages,
    missing_by_village,
    planned_first,
    tasks_of_year,
    verify,
)
from fupin.model.region import Region
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.scenario import load_scenario

ON = {"village_plan__village_plan_on": 1.0}


def planned(months: int = 1, package: Any = (), **overrides: float) -> Region:
    """Fuping's few villages, all of them poor, with a plan."""
    made = world(0, package, **(ON | overrides))
    made.rows("village").poor_village = True
    made.run_to(START - 1 + months)
    return made


def prefecture(**overrides: float) -> Region:
    """The nine counties in January, one village in ten thousand households."""
    named = {"village_plan.village_plan_on": 1.0} | {k.replace("__", "."): x for k, x in overrides.items()}
    made = region(thinned(build_region_data("baoding", 0.004, [], 1), 5), years=3, overrides=named)
    made.run_to(START)
    return made


# who leaves when


def test_villages_are_spread_over_the_years_left_the_nearest_first() -> None:
    made = planned(0, county_exit__county_deadline=2015.0)
    v = made.rows("village")
    v.exit_year = -1
    made.month = START
    date_villages(made)
    distance, year = distance_to_exit(made), v.exit_year
    assert set(year.tolist()) == {2014, 2015}
    assert distance[year == 2014].max() <= distance[year == 2015].min()
    half = v.weight.sum() / 2
    assert v.weight[year == 2014].sum() == pytest.approx(half, abs=v.weight.max())


def test_a_village_that_meets_everything_has_no_distance_and_one_that_meets_nothing_is_furthest() -> None:
    made = planned()
    v, h = made.rows("village"), made.rows("household")
    for name in ("road", "water", "power", "broadband", "clinic", "industry_quality"):
        made.table_of("village")[name][:] = 0.0
        made.table_of("village")[name][0] = 1.0
    v.collective_income = 0.0
    made.table_of("village")["collective_income"][0] = 1e5
    h.registry = np.where(h.village == 0, EXITED, REGISTERED)
    distance = distance_to_exit(made)
    assert distance[0] == 0.0
    assert distance[1:] == pytest.approx((3.0 + 1.0 - made.p.village_incidence) / 4.0)


def test_who_has_missed_its_year_comes_first_however_far_it_is() -> None:
    made = planned(county_exit__county_deadline=2017.0)
    v = made.rows("village")
    furthest = int(np.argmax(distance_to_exit(made)))
    v.exit_year = 2016
    made.table_of("village")["exit_year"][furthest] = 2014
    made.month += 12
    date_villages(made)
    assert v.exit_year[furthest] == 2015


def test_a_village_that_has_left_and_one_that_is_not_poor_are_not_planned() -> None:
    made = planned(0)
    v = made.rows("village")
    made.table_of("village")["poor_village"][0] = False
    made.table_of("village")["exited"][1] = True
    made.step()
    assert (v.exit_year[:2] == -1).all()
    assert (v.exit_year[2:] >= 2014).all()


def test_the_number_that_the_city_has_set_is_met_in_the_region() -> None:
    made = prefecture(village_plan__planned_share=0.465)
    v = made.rows("village")
    poor = v.weight[v.poor_village].sum()
    due = v.weight[v.poor_village & (v.exit_year == 2014)].sum()
    assert due == pytest.approx(0.465 * poor, abs=v.weight.max())
    counted_back = prefecture(county_exit__county_deadline=2017.0).rows("village")
    due = counted_back.weight[counted_back.exit_year == 2014].sum()
    assert due == pytest.approx(0.25 * poor, abs=2 * v.weight.max())


def test_a_county_whose_year_it_is_plans_all_its_villages_and_its_date_binds_them() -> None:
    made = prefecture(dispatch__timetable_on=1.0, dispatch__planned_counties=0.222, village_plan__planned_share=0.465)
    c, v = made.rows("county"), made.rows("village")
    assert (c.exit_year == 2014).sum() == 2
    mine = v.poor_village & (c.exit_year == 2014)[v.county]
    assert (v.exit_year[mine] == 2014).all()
    dated = v.poor_village & (v.households > 0)
    assert (v.exit_year <= c.exit_year[v.county])[dated].all()
    assert turns(made, 9).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4]
    stock = np.bincount(v.county, v.weight * dated, minlength=len(c))
    tasks = tasks_of_year(made, stock)
    assert (tasks[c.exit_year == 2014] == stock[c.exit_year == 2014]).all()
    assert tasks.sum() == pytest.approx(0.465 * v.weight[v.poor_village].sum())


def test_a_county_whose_year_it_is_not_holds_no_self_check() -> None:
    settings = {"dispatch.timetable_on": 1.0, "dispatch.planned_counties": 0.01, "county_exit.county_deadline": 2016.0}
    waiting, now = procedure(12, **LENIENT, **settings), procedure(12, **LENIENT)
    assert waiting.rows("county").exit_year[0] == 2015
    assert not its_turn(waiting, waiting.rows("county"))[0]
    assert not [event for event in waiting.events if event.kind == "county" and "self-check" in event.en]
    assert [event for event in now.events if event.kind == "county" and "self-check" in event.en]


# what comes first


def test_half_of_the_places_are_kept_for_villages_whose_turn_it_is_and_the_rest_is_open_to_all() -> None:
    made = planned(village_plan__plan_lead=0.0)
    v = made.rows("village")
    v.exit_year = 2018
    made.table_of("village")["exit_year"][3] = 2014
    places = np.array([0, 1, 2, 0, 3, 3, 3, 3])
    order, ones = np.arange(8), np.ones(8)
    kept = planned_first(made, places, order, ones, ones, 4.0, np.inf)
    assert kept.tolist() == [4, 5, 0, 1, 2, 3, 6, 7]
    v.exit_year = 2018
    assert planned_first(made, places, order, ones, ones, 4.0, np.inf).tolist() == order.tolist()


def test_this_years_villages_come_before_next_years_and_money_binds_as_places_do() -> None:
    made = planned(village_plan__plan_lead=1.0, village_plan__plan_tilt=1.0)
    v = made.rows("village")
    v.exit_year = 2018
    made.table_of("village")["exit_year"][2:4] = 2015, 2014
    places, ones = np.array([0, 1, 2, 3]), np.ones(4)
    assert planned_first(made, places, np.arange(4), ones, ones, 9.0, 9.0).tolist() == [3, 2, 0, 1]
    assert planned_first(made, places, np.arange(4), ones, ones, 9.0, 0.9).tolist() == [3, 0, 1, 2]
    assert choose_villages(made, 0.9 * v.weight[3], np.inf, np.arange(4), ones).tolist() == [3]


def served(made: Region, kind: str) -> Any:
    """By village: grants given, roads built, leading industries begun."""
    h, v = made.rows("household"), made.rows("village")
    if kind == "production_grant":
        return np.bincount(h.village, h.granted_month >= 0, minlength=len(v))
    return v.road if kind == "village_roads" else v.industry >= 0


@pytest.mark.parametrize("kind", ["production_grant", "village_roads", "leading_industry"])
def test_support_that_is_short_goes_to_villages_whose_turn_it_is(kind: str) -> None:
    def share_of_due(tilt: float) -> float:
        named = {"village_plan.village_plan_on": 1.0, "village_plan.plan_tilt": tilt, "village_plan.plan_lead": 0.0}
        data = thinned(build_region_data("baoding", 0.004, [], 1), 20)
        made = region(data, instruments(kind, **{kind: {"share_per_year": 0.2}}), overrides=named)
        made.run_to(START)
        due, before = due_villages(made), served(made, kind).copy()
        made.run_to(START + 12)
        gained = (served(made, kind) * 1.0 - before).clip(0.0) * made.rows("village").weight
        return float(gained[due].sum() / gained.sum())

    assert share_of_due(1.0) > 1.5 * share_of_due(0.0)


# October


def test_files_are_verified_where_it_is_the_villages_turn_as_far_as_days_go_the_listed_first() -> None:
    made = planned(9)
    h, v, team = made.rows("household"), made.rows("village"), made.rows("workteam")
    v.exit_year = 2018
    made.table_of("village")["exit_year"][:3] = 2014
    team.days = made.p.verification_days * 4.0
    h.reviewed, h.registry = 0.0, EXITED
    listed = np.flatnonzero(h.village < 3)[::3]
    made.table_of("household")["registry"][listed] = REGISTERED
    rows = verify(made)
    places = np.bincount(h.village[rows], minlength=len(v))
    assert set(np.flatnonzero(places)) <= {0, 1, 2}
    assert (places <= 4).all()
    assert places.max() == 4
    assert (h.registry[rows] == REGISTERED).all()
    assert (h.reviewed[rows] > 0.0).all()
    assert (np.delete(h.reviewed, rows) == 0.0).all()


def test_a_verified_file_is_nearer_to_the_truth() -> None:
    def error(days: float) -> float:
        made = planned(10, county_exit__county_deadline=2014.0, village_plan__verification_days=days)
        h = made.rows("household")
        listed = (h.registered_month >= 0) & (h.members > 0) & (h.income_year > 0)
        true = h.income_year / np.maximum(h.members, 1.0)
        return float(np.abs(np.log(np.maximum(h.observed_income, 1.0) / np.maximum(true, 1.0)))[listed].mean())

    assert error(0.05) < error(10.0)


def test_nobody_leaves_because_it_was_planned() -> None:
    made = planned(9, county_exit__county_deadline=2014.0)
    h = made.rows("household")
    listed = h.registry == REGISTERED
    made.table_of("household")["income_year"][:] = 500.0
    made.table_of("household")["permanent_income"][:] = 500.0
    made.step()
    assert due_villages(made).all()
    assert (h.registry[listed] == REGISTERED).all()


def test_the_task_falls_on_the_village_whose_turn_it_is_and_only_down_to_the_standard() -> None:
    made = planned(gaming__household_deadline=2030.0)
    h, v = made.rows("household"), made.rows("village")
    v.exit_year = 2018
    made.table_of("village")["exit_year"][0] = 2014
    h.registry = REGISTERED
    listed, nobody = np.asarray((h.registry == REGISTERED) & (h.members > 0)), np.zeros(len(h), np.bool_)
    missing, pressure = missing_by_village(made, listed, nobody)
    assert pressure[0] == 1.0 > pressure[1:].max()
    assert missing[0] == pytest.approx(1.0 - made.p.village_incidence, abs=0.01)
    assert missing[1:].max() < 0.3
    grounded, _ = missing_by_village(made, nobody, listed)
    assert grounded.max() == 0.0


def test_what_the_county_owes_beyond_its_villages_falls_on_all_lists() -> None:
    made = planned(gaming__household_deadline=2014.0)
    h, v = made.rows("household"), made.rows("village")
    v.exit_year = 2018
    made.table_of("village")["exit_year"][0] = 2014
    listed = np.asarray((h.registry == REGISTERED) & (h.members > 0))
    missing, _ = missing_by_village(made, listed, np.zeros(len(h), np.bool_))
    inhabited = incidence_by(made, "village") > 0
    assert missing[inhabited] == pytest.approx(1.0)


# off


def test_without_a_plan_nothing_is_dated_and_its_numbers_do_not_matter() -> None:
    settings = {"village_plan__plan_tilt": 1.0, "village_plan__verification_days": 0.05}
    package = instruments("production_grant", "village_roads", "home_handicraft")
    plain, other = world(24, package), world(24, package, village_plan__planned_share=0.5, **settings)
    assert (plain.rows("village").exit_year == -1).all()
    assert not changed(snapshot(plain), snapshot(other))


def test_without_poor_villages_a_plan_changes_nothing() -> None:
    def none_poor(on: float) -> Region:
        made = world(0, instruments("production_grant"), village_plan__village_plan_on=on)
        made.rows("village").poor_village = False
        made.run_to(START + 23)
        return made

    assert not changed(snapshot(none_poor(0.0)), snapshot(none_poor(1.0)))


def test_the_plan_is_told_to_village_and_county() -> None:
    made = planned()
    told = [(event.kind, event.en) for event in made.events]
    assert ("village", "planned to leave in 2014") in told
    assert any(kind == "county" and text.endswith("villages to leave in 2014") for kind, text in told)


def test_baoding_plans_503_of_1082_villages_and_two_of_nine_counties_for_2016_and_counts_back_after_that() -> None:
    package = load_scenario("baoding").with_policies(["baoding-2016"]).resolve()
    given = dict(package.parameters)
    for path, number in (("village_plan.planned_share", 503 / 1082), ("dispatch.planned_counties", 2 / 9)):
        assert dict(given[path]) == {2016 * 12: pytest.approx(number, abs=5e-4), 2017 * 12: 0.0}
    assert dict(given["village_plan.village_plan_on"]) == {2016 * 12: 1.0}
    assert dict(given["dispatch.timetable_on"]) == {2016 * 12: 1.0}
