"""How they leave: exits of households, villages and counties, under pressure and under audit."""

from __future__ import annotations

import numpy as np
import pytest
from exit_worlds import LENIENT, STRICT, procedure, world
from worlds import START, assert_same_world, instruments, region, same_bits, villages

from fupin.errors import FupinError
from fupin.model.county import APPLIED, IDLE, OUT, RECTIFYING, SELF_CHECK, SPOT_CHECK, VERIFICATION
from fupin.model.events import events_of
from fupin.model.household import EXITED, NEVER, REGISTERED
from fupin.model.person import JUNIOR, NOT_IN_SCHOOL
from fupin.model.processes import gaming
from fupin.model.processes.assessment import assess_county
from fupin.model.processes.county_exit import exit_dates
from fupin.model.processes.registry import guaranteed
from fupin.model.processes.support import supported
from fupin.model.processes.village_exit import SERVICES, incidence_by, incidence_of_county
from fupin.model.region import Region
from fupin.scenarios.build import build_region
from fupin.scenarios.scenario import load_scenario


def test_each_guarantee_holds_a_household_on_the_list() -> None:
    made = world()
    h, person = made.rows("household"), made.rows("person")
    h.housing, h.safe_water, h.forgone = 2, True, 0.0
    child = np.flatnonzero(person.alive & (person.age >= 7) & (person.age < 16) & ~person.disabled)
    child = child[person.schooling[child] < 9]
    person.stage[child] = 1
    everybody = np.arange(len(h))
    assert guaranteed(made, everybody).all()
    h.housing[0], h.safe_water[1], h.forgone[2] = 0, False, 10.0
    person.stage[child[0]] = NOT_IN_SCHOOL
    assert set(np.flatnonzero(~guaranteed(made, everybody))) == {0, 1, 2, person.household[child[0]]}


def test_a_child_who_is_not_to_begin_before_september_is_not_kept_from_school() -> None:
    made = world(15)  # March, when the third party comes
    h, person = made.rows("household"), made.rows("person")
    h.housing, h.safe_water, h.forgone, h.shortfall, h.unmet_before = 2, True, 0.0, 0.0, False
    six = person.household[person.alive & (person.age == 6) & (person.stage == NOT_IN_SCHOOL) & ~person.disabled]
    older = person.alive & (person.age > 6) & (person.age < 16) & (person.stage == NOT_IN_SCHOOL)
    rows = np.setdiff1d(six, person.household[older & ~person.disabled])
    assert len(rows)
    assert guaranteed(made, rows).all()
    made.month += 6  # September: none has gone
    assert not guaranteed(made, rows).any()


def test_who_has_finished_junior_high_school_is_not_kept_from_school() -> None:
    made = world(10)
    h, person = made.rows("household"), made.rows("person")
    h.housing, h.safe_water, h.forgone, h.shortfall, h.unmet_before = 2, True, 0.0, 0.0, False
    graduate = np.flatnonzero(person.alive & (person.age == 15) & ~person.disabled)[:1]
    home = person.household[graduate]
    sibling = person.alive & (person.household == home) & (person.age >= 6) & (person.age < 15)
    person.stage[sibling], person.stage[graduate] = JUNIOR, NOT_IN_SCHOOL
    for years, held in ((9.0, False), (8.0, True)):
        person.schooling[graduate] = years
        assert bool(guaranteed(made, home)[0]) != held


def test_a_household_whose_income_is_not_stable_stays_on_the_list() -> None:
    free, asked = (world(22, registry__least_months=0, household_exit__exit_stability=s) for s in (0.0, 1.5))
    left = [made.rows("household").exited_month == START + 21 for made in (free, asked)]
    assert 0 < left[1].sum() < left[0].sum()


# gaming


def struck_off(audit: float, deadline: float = 2016.0) -> Region:
    made = world(gaming__gaming_on=1, gaming__household_deadline=deadline, gaming__gaming_constant=0.0)
    made.rows("county").audit = audit
    made.run_to(START + 21)
    return made


def test_exits_without_grounds_fall_with_audit() -> None:
    shares = [gaming.ungrounded_share(struck_off(audit)) for audit in (0.0, 0.4, 1.0)]
    assert shares[0] > shares[1] > shares[2]


def test_exits_without_grounds_rise_as_the_deadline_nears() -> None:
    assert gaming.ungrounded_share(struck_off(0.1, 2015)) > gaming.ungrounded_share(struck_off(0.1, 2020)) > 0


def test_audit_uncovers_exits_without_grounds_and_the_households_are_listed_again() -> None:
    made = struck_off(0.0)
    h = made.rows("household")
    off = np.flatnonzero(h.ungrounded)
    made.rows("county").audit = 1.0
    found = gaming.uncovered(made)
    assert 0.3 * len(off) < len(found) < 0.9 * len(off)
    made.run_to(START + 33)
    assert (h.ungrounded[off] & (h.registry[off] == EXITED)).sum() < len(off)
    assert not (h.ungrounded & (h.registry == REGISTERED)).any()


def test_who_was_struck_off_on_paper_does_not_come_back_by_a_warning_of_the_same_cadres() -> None:
    feigning = {"gaming__gaming_on": 1, "gaming__household_deadline": 2015.0, "gaming__gaming_constant": 1.0}
    made = world(22, **feigning, monitoring__monitoring_on=1, monitoring__monitoring_reach=1.0)
    h = made.rows("household")
    made.rows("county").audit = 0.0
    off = np.flatnonzero(h.ungrounded & (h.registry == EXITED) & (h.members > 0))
    assert len(off)
    made.run_to(START + 31)
    assert h.ungrounded[off][h.members[off] > 0].all()
    assert (h.registry[h.ungrounded] != REGISTERED).all()


# villages


def village_exits(condition: str = "", threshold: float = 0.0) -> int:
    """Villages out in November if one condition is set to a threshold and all services and industries are at 0.5."""
    made = procedure(0, **({f"village_exit.{condition}": threshold} if condition else {}))
    for name in (*SERVICES, "industry_quality"):
        made.table_of("village")[name] = 0.5
    made.run_to(START + 10)
    return int(made.rows("village").exited.sum())


def test_every_condition_can_hold_a_village_back() -> None:
    assert village_exits() > 0
    assert village_exits("village_industry", 0.5) == village_exits("village_services", 0.5) == village_exits()
    held = {"village_incidence": 0.0, "village_industry": 0.51, "village_services": 0.51, "village_collective": 5e5}
    assert [village_exits(*each) for each in held.items()] == [0, 0, 0, 0]


def test_a_village_leaves_in_november_and_only_if_it_was_poor() -> None:
    made = procedure(10)
    v = made.rows("village")
    assert not v.exited.any()
    made.step()
    assert same_bits(v.exited, v.poor_village)
    assert set(v.exit_month[v.exited]) == {START + 10}
    np.testing.assert_allclose(v.recorded_share, incidence_by(made, "village"))


# counties


def stages(made: Region, months: int) -> list[tuple[int, int]]:
    """(months since January 2014, new stage) of the county."""
    county, seen, found = made.rows("county"), IDLE, []
    for month in range(months):
        made.step()
        if county.exit_stage[0] != seen:
            seen = int(county.exit_stage[0])
            found.append((month + 1, seen))
    return found


def test_a_county_passes_the_four_stages_on_their_calendar() -> None:
    made = procedure(0, **LENIENT)
    assert stages(made, 20) == [(8, SELF_CHECK), (12, APPLIED), (13, VERIFICATION), (16, SPOT_CHECK), (19, OUT)]
    told = [(event.month - START + 1, event.en) for event in events_of(made, "county", "Fuping")]
    assert next(month for month, words in told if "assessed" in words) == 15
    assert exit_dates(made)[0]["month"] == START + 18
    assert made.rows("county").applied_month[0] == START + 11


def test_the_calendar_is_data() -> None:
    moved = {"county_exit.verification_to": 3.0, "county_exit.spot_check_month": 4.0}
    moved |= {"county_exit.announcement_month": 5.0, "county_exit.self_check_from": 9.0}
    made = procedure(0, **LENIENT, **moved)
    assert stages(made, 20) == [(9, SELF_CHECK), (12, APPLIED), (13, VERIFICATION), (15, SPOT_CHECK), (17, OUT)]


def test_errors_above_the_limit_lead_to_rectification_a_retest_and_back_to_the_start() -> None:
    made = procedure(16, **STRICT, **{"county_exit.rectification_reach": 0.0})
    county = made.rows("county")
    assert county.sample_misexit[0] + county.sample_omission[0] > 0
    assert county.exit_stage[0] == RECTIFYING
    assert county.rectifications[0] == 1
    assert county.retest_month[0] == START + 18
    made.run_to(START + 18)
    assert county.exit_stage[0] == IDLE
    assert exit_dates(made)[0]["month"] is None
    assert [event.en for event in made.events][-1].startswith("fails the re-test: exit put off (")


def test_a_county_whose_rectification_lists_too_many_does_not_leave() -> None:
    """The re-test finds no error any more, but whoever was listed for that counts in the incidence."""
    limits = {"county_exit.misexit_limit": 0.01, "county_exit.omission_limit": 0.01, "county_exit.reading_sd": 0.0}
    thorough = {
        "county_exit.rectification_reach": 1.0,
        "county_exit.complaint_rate": 0.0,
        "county_exit.gap_search": 0.0,
    }
    ready = procedure(12, **limits, **thorough)
    limit = 1.02 * incidence_of_county(ready, 0)  # met at the application and, after births and deaths, in April
    for incidence, stage in ((limit, IDLE), (0.9, SPOT_CHECK)):
        made = procedure(19, **limits, **thorough, **{"county_exit.county_incidence": incidence})
        county = made.rows("county")
        assert county.rectifications[0] == 1
        assert county.sample_omission[0] <= 0.01
        assert incidence_of_county(made, 0) > limit
        assert county.exit_stage[0] == stage
        told = "fails the re-test: exit put off (incidence too high)"
        assert (told in [event.en for event in made.events]) == (stage == IDLE)


def test_rectification_lists_the_wronged_and_fewer_errors_are_left() -> None:
    before, after = (procedure(months, **STRICT) for months in (15, 16))
    listed = [(made.rows("household").registry == REGISTERED).sum() for made in (before, after)]
    assert listed[1] > listed[0]
    found = [assess_county(made, 0) for made in (before, after)]
    assert found[1].misexit + found[1].omission < found[0].misexit + found[0].omission


def test_a_sample_of_everybody_reads_the_true_rates() -> None:
    made = procedure(22, **{"county_exit.sample_size": 10000.0, "county_exit.reading_sd": 0.0})
    h = made.rows("household")
    rates = []
    for status in (EXITED, NEVER):
        rows = (h.registry == status) & (h.members > 0)
        income = np.maximum(h.income_year, h.permanent_income)[rows] / h.members[rows]
        rates.append(h.weight[rows] @ (income < made.p.poverty_line) / h.weight[rows].sum())
    np.testing.assert_allclose(assess_county(made, 0)[:2], rates)


def test_a_sample_visits_as_many_households_as_it_says() -> None:
    made = procedure(22, **{"county_exit.sample_size": 60.0})
    out = (made.rows("household").registry == EXITED).sum()
    assert assess_county(made, 0).visited == min(30, out) + 30


def test_low_approval_holds_a_county_back_once_households_have_an_opinion() -> None:
    content, angry = (
        procedure(16, **LENIENT, **{"approval.approval_on": 1.0, "approval.approval_constant": constant})
        for constant in (5.0, -1.0)
    )
    assert content.rows("county").exit_stage[0] == SPOT_CHECK
    assert angry.rows("county").exit_stage[0] == RECTIFYING


def test_a_county_applies_only_if_its_own_estimate_passes() -> None:
    made = procedure(12, **LENIENT, **{"county_exit.county_incidence": 0.01})
    assert made.rows("county").applied_month[0] == -1
    assert "incidence too high" in made.events[-1].en


def test_a_buffer_overcomes_reluctance_to_leave() -> None:
    reluctant = {"county_exit.apply_constant": 4.0, "county_exit.apply_pressure": 0.0, "county_exit.reluctance": 10.0}
    applied = []
    for years in (0.0, 3.0):
        made = procedure(12, **LENIENT, **(reluctant | {"buffer.buffer_years": years}))
        applied.append(made.rows("county").applied_month[0] >= 0)
    assert applied == [False, True]


def test_the_centre_checks_national_counties_only() -> None:
    certain = {"county_exit.spot_check_share": 1.0}
    national, provincial = (procedure(16, **LENIENT, **certain) for _ in range(2))
    provincial.rows("county").national_list = False
    for made in (national, provincial):
        made.run_to(START + 16)
    assert sum(event.en == "spot check by the centre" for event in national.events) == 1
    assert not [event for event in provincial.events if event.en == "spot check by the centre"]


def test_the_centre_may_check_a_county_that_has_passed_a_retest_before_it_leaves() -> None:
    """Its own turn, in May, comes while it still rectifies: the centre looks the month after the re-test instead."""
    strict = {"county_exit.misexit_limit": 0.01, "county_exit.omission_limit": 0.01, "county_exit.reading_sd": 0.0}
    thorough = {"county_exit.rectification_reach": 1.0, "county_exit.spot_check_share": 1.0}
    made = procedure(20, **strict, **thorough)
    told = [(event.month - START + 1, event.en) for event in events_of(made, "county", "Fuping")]
    (tested,) = (month for month, words in told if words == "passes the re-test")
    assert tested == 19
    assert (tested + 1, "spot check by the centre") in told
    assert made.rows("county").out_month[0] == START + 19


def test_a_sampled_county_has_no_date() -> None:
    made = procedure(20, **LENIENT)
    assert exit_dates(made)[0]["month"] == START + 18
    made.rows("county").fully_simulated = False
    assert exit_dates(made)[0] == {"zh": "阜平县", "en": "Fuping", "reportable": False, "month": None, "stage": OUT}


def test_events_are_found_by_name_in_both_languages_and_an_unknown_name_is_answered() -> None:
    made = procedure(9, **LENIENT)
    assert made.events
    assert events_of(made, "county", "阜平县") == events_of(made, "county", "fuping") == made.events
    with pytest.raises(FupinError, match="did you mean 'fuping'"):
        events_of(made, "county", "Fupin")


def test_events_of_households_are_kept_for_the_traced() -> None:
    uid = int(villages(60).households["uid"][3])
    made = region(villages(60), years=2, traced=[uid], overrides={"look_back.look_back_on": 1.0})
    made.run_to(START)
    h = made.rows("household")
    h.registry[3], h.registered_month[3], h.observed_income[:], h.income_year[3] = REGISTERED, START, 1e5, 1e6
    made.run_to(START + 21)
    assert [event.en for event in events_of(made, "household", uid)] == ["left the register"]


def test_the_same_seed_tells_the_same_story() -> None:
    one, other = (procedure(30, instruments("dibao")) for _ in range(2))
    assert one.events == other.events
    assert_same_world(one, other, 0.0)


def test_anhui_asks_for_the_guarantees_at_exit() -> None:
    book = load_scenario("baoding").with_policies(["anhui-exit-2018"]).changed(sample=0.0001, area=["Wangdu"]).resolve()
    made = build_region(book)
    asked = [made.parameters.at(12 * 2018 + month - 1).exit_guarantees for month in (8, 9)]
    assert asked == [0.0, 1.0]


def test_the_policy_of_exit_runs_and_its_story_begins_with_the_look_back() -> None:
    scenario = (
        load_scenario("baoding").with_policies(["exit"]).changed(sample=0.0001, area=["Wangdu"], years=4).resolve()
    )
    made = build_region(scenario, audit=True)
    made.run_to(START + 47)
    made.ledger.check()
    told = events_of(made, "county", "Wangdu")
    assert told[0].month == 2015 * 12 + 8
    assert told[0].en.startswith("look-back: ")
    assert exit_dates(made)[0]["reportable"] is False
    h = made.rows("household")
    assert (supported(made) & (h.registry == EXITED)).any()
