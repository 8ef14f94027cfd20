"""The standards of a county are asked for whenever somebody decides: in December, in April, at a re-test."""

from __future__ import annotations

import numpy as np
import pytest
from exit_worlds import LENIENT, STRICT, procedure
from worlds import START

from fupin.model.county import APPLIED, IDLE, RECTIFYING, SELF_CHECK, SPOT_CHECK
from fupin.model.processes.county_exit import ESTIMATE, note_growth
from fupin.model.processes.indicators import OF_THE_YEAR, nineteen_met
from fupin.model.processes.village_exit import SERVICES
from fupin.model.region import Region

LEVEL = {"county_exit.service_level": 0.5}


def applied(**settings: float) -> Region:
    """A county in the January after its application."""
    made = procedure(12, **LENIENT, **settings)
    assert made.rows("county").exit_stage[0] == APPLIED
    return made


def last_words(made: Region) -> str:
    return made.events[-1].en


def test_a_village_listed_since_the_application_holds_the_county_back() -> None:
    made = applied()
    v = made.rows("village")
    v.poor_village[0], v.exited[0] = True, False
    made.run_to(START + 15)
    assert made.rows("county").exit_stage[0] == IDLE
    assert last_words(made) == "rejected by the province: poor villages remain"


def test_services_that_have_fallen_since_are_to_be_put_right_before_the_retest() -> None:
    for restored, stage in ((1.0, SPOT_CHECK), (0.4, IDLE)):
        made = procedure(0, **LENIENT, **LEVEL)
        for level, month in ((1.0, 11), (0.4, 15), (restored, 18)):
            for name in SERVICES:
                made.table_of("village")[name] = level
            made.run_to(START + month)
            if month == 15:
                assert made.rows("county").exit_stage[0] == RECTIFYING
                assert "rectification ordered (services below standard)" in last_words(made)
        assert made.rows("county").exit_stage[0] == stage
        assert (last_words(made) == "fails the re-test: exit put off (services below standard)") == (stage == IDLE)


def test_a_county_that_reckons_too_well_is_rejected_when_the_figure_of_the_year_is_out() -> None:
    known = procedure(12, **LENIENT)
    c = known.rows("county")
    error = 0.02 * known.draws.normals(ESTIMATE, START + 11, int(c.uid[0]), 2)[1]
    province = known.p.province_growth + c.growth_lead[0] + 0.5 * error  # between the truth and the county's belief
    asked = {"county_exit.province_growth": province, "county_exit.growth_margin": 0.0}
    made = procedure(16, **LENIENT, **asked, **{"county_exit.growth_error": 0.02})
    told = [event.en for event in made.events]
    if error > 0.0:
        assert "applies for exit" in told
        assert last_words(made) == "rejected by the province: income grew less than in the province"
    else:
        assert last_words(made) == "does not apply, by its own estimate: income grew less than in the province"


def test_growth_is_that_of_income_per_head() -> None:
    made = procedure(12, **LENIENT)
    c, h = made.rows("county"), made.rows("household")
    persons = h.weight * h.members
    assert c.rural_income[0] == pytest.approx((h.weight @ h.income_year) / persons.sum())
    c.rural_income = 0.8 * c.rural_income
    note_growth(made, c)
    assert c.growth_lead[0] + made.p.province_growth == pytest.approx(0.25)
    h.members = 2 * h.members  # as much income, for twice as many
    note_growth(made, c)
    assert c.growth_lead[0] + made.p.province_growth == pytest.approx(-0.5)


def test_the_growth_asked_for_in_spring_is_that_of_the_year_of_the_application() -> None:
    made = procedure(12, **LENIENT)
    lead = made.rows("county").growth_lead[0]
    made.run_to(START + 15)
    assert made.rows("county").growth_lead[0] == lead


def test_items_that_add_up_over_a_year_are_asked_for_in_december_alone() -> None:
    made = procedure(12, **LENIENT, **{"indicators.province_mean": 0.5, "indicators.indicator_tolerance": 0.0})
    v, h = made.rows("village"), made.rows("household")
    for name in (*SERVICES, "sanitation"):
        setattr(v, name, 1.0)
    h.safe_water, h.housing, h.dibao = True, 2, 1.0
    v.collective_income = 0.0  # as in every month before December, when leases come in
    assert nineteen_met(made)[0] < 1.0
    made.month = START + 15
    assert nineteen_met(made)[0] == 1.0
    assert len(OF_THE_YEAR) == 4


def test_a_county_that_fails_a_retest_in_august_begins_again_in_the_same_autumn() -> None:
    late = {"county_exit.verification_to": 5.0, "county_exit.rectification_reach": 0.0}
    made = procedure(20, **STRICT, **late)
    assert "fails the re-test" in made.events[-2].en
    assert made.rows("county").exit_stage[0] == SELF_CHECK
    assert np.count_nonzero([event.en == "self-check and rectification begin" for event in made.events]) == 2
