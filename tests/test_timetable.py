"""How counties leave, further: timetable, dispatch, nineteen indicators, deadline, totals, the way out by channel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from exit_worlds import LENIENT, PROCEDURE, STRICT, procedure, world
from worlds import START, instruments, region, same_bits, thinned, villages

from fupin.model.county import IDLE
from fupin.model.household import BY_TRANSFER, BY_WAGE, EXITED, NO_GAIN, REGISTERED
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.dispatch import applying, set_timetable
from fupin.model.processes.exit_accounts import exit_channel
from fupin.model.processes.indicators import DOMAINS, indicators, nineteen_met
from fupin.model.processes.village_exit import incidence_by
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.model.rules.exits import complaint_probability
from fupin.model.snapshot import Snapshot
from fupin.scenarios.regions import build_region_data


def whole(counties: int = 1) -> RegionData:
    data = villages(40)
    flags = {"fully_simulated": np.ones(counties, bool), "poor_county": np.ones(counties, bool)}
    return replace(data, counties=data.counties | flags)


# timetable and dispatch


def test_the_timetable_is_counted_back_from_the_deadline() -> None:
    made = region(thinned(build_region_data("baoding", 0.0001, [], 1), 5), years=2)
    made.run_to(START)
    set_timetable(made)
    c = made.rows("county")
    assert made.p.county_deadline == 2018
    assert np.bincount(c.exit_year - 2014).tolist() == [2, 2, 2, 2, 1]
    incidence = incidence_by(made, "county")
    assert incidence[c.exit_year == 2014].max() <= incidence[c.exit_year == 2018].min()
    assert applying(made).tolist() == (c.exit_year == 2014).tolist()


def test_a_county_that_has_missed_its_year_is_due_again() -> None:
    made = region(whole(), years=2)
    made.run_to(START)
    set_timetable(made)
    assert applying(made)[0]
    made.month = START + 13
    assert not applying(made)[0]
    set_timetable(made)
    assert applying(made)[0]


def roads_by(month: int, **settings: float) -> Region:
    package = instruments("village_roads", village_roads={"share_per_year": 1.0})
    named = {"dispatch.timetable_on": 1.0, "county_exit.county_deadline": 2014.0}
    made = region(whole(), package, years=3, overrides=named | {k.replace("__", "."): v for k, v in settings.items()})
    made.run_to(START + month)
    return made


def test_works_slip_and_monthly_dispatch_keeps_them_to_time_at_a_price_in_days() -> None:
    punctual, slow = roads_by(10), roads_by(10, dispatch__slippage=0.95, dispatch__slippage_dispatched=0.0)
    pressed = roads_by(10, dispatch__slippage=0.95, dispatch__slippage_dispatched=0.0, dispatch__dispatch_on=1)
    roads = [float(made.rows("village").road.mean()) for made in (punctual, slow, pressed)]
    assert roads[0] == roads[2] > roads[1]
    team, other = pressed.rows("workteam"), slow.rows("workteam")
    np.testing.assert_allclose(team.paperwork, other.paperwork + pressed.p.dispatch_paperwork)
    assert (team.days < other.days).all()
    pressed.rows("county").exit_stage = 6  # out: dispatch is over
    pressed.step()
    np.testing.assert_allclose(pressed.rows("workteam").paperwork, other.paperwork)
    told = [event.en for event in pressed.events]
    assert "monthly dispatch begins" in told
    assert told[-1] == "monthly dispatch ends"


# standards and deadline


def test_there_are_nineteen_indicators_in_eight_domains_and_all_must_be_near_the_mean() -> None:
    made = world(12)
    found = indicators(made)
    assert len(found) == sum(len(names) for names in DOMAINS.values()) == 19
    assert set(found) == {name for names in DOMAINS.values() for name in names}
    assert all(((values >= 0) & (values <= 1)).all() for values in found.values())
    assert nineteen_met(made)[0] < 1.0


def test_a_county_below_one_of_the_nineteen_does_not_apply() -> None:
    lenient = {"indicators.province_mean": 0.0}
    free, held = (
        procedure(12, **LENIENT, **{"indicators.nineteen_on": 1.0}, **lenient),
        procedure(12, **LENIENT, **{"indicators.nineteen_on": 1.0, "indicators.province_mean": 1.0}),
    )
    assert free.rows("county").applied_month[0] == START + 11
    assert held.rows("county").applied_month[0] == -1
    assert "services below standard" in held.events[-1].en


def test_a_county_that_has_not_applied_by_the_deadline_is_told_once() -> None:
    stubborn = {"county_exit.county_deadline": 2014.0, "county_exit.apply_constant": -5.0,
                "county_exit.apply_pressure": 0.0}  # fmt: skip
    made = procedure(36, **LENIENT, **stubborn)
    assert made.rows("county").overdue[0]
    assert [event.month for event in made.events if "deadline" in event.en] == [START + 12]
    assert OUTCOMES["counties_overdue"].compute(Snapshot(made)) == 1.0
    in_time = procedure(36, **LENIENT, **{"county_exit.county_deadline": 2018.0})
    assert not in_time.rows("county").overdue[0]


def test_a_county_that_applied_and_was_sent_back_has_missed_the_deadline_too() -> None:
    """Not while it is under review: January of the year after is the first in which it neither left nor waits."""
    made = procedure(13, **LENIENT, **{"county_exit.county_deadline": 2014.0})
    assert made.rows("county").applied_month[0] == START + 11
    assert not made.rows("county").overdue[0]
    made.rows("county").exit_stage = IDLE  # sent back in spring
    made.run_to(START + 25)
    assert made.rows("county").overdue[0]


def test_exits_beyond_the_task_are_held_back_so_that_totals_match() -> None:
    task = {"gaming__household_deadline": 2030.0, "registry__least_months": 0.0}
    free, matched = world(10, **task), world(10, gaming__totals_match=1.0, **task)
    left = [float((made.rows("household").registry == EXITED).sum()) for made in (free, matched)]
    assert 0 < left[1] < left[0]
    h = matched.rows("household")
    kept = (free.rows("household").registry == EXITED) & (h.registry == REGISTERED)
    gone = h.registry == EXITED
    assert h.observed_income[kept].mean() < h.observed_income[gone].mean()


# the way out


def test_the_channel_is_the_largest_gain_and_nobody_leaves_poverty_by_earning_less() -> None:
    gain = np.array([[100.0, -50.0, 0.0], [900.0, 20.0, -10.0], [0.0, 0.0, 0.0], [500.0, 400.0, 5.0]])
    channel, transfers = exit_channel(gain)
    assert channel.tolist() == [BY_WAGE, BY_TRANSFER, NO_GAIN]
    np.testing.assert_allclose(transfers, [500 / 1500, 1.0, 0.0])


def test_every_household_that_left_has_its_account_and_the_channels_add_up() -> None:
    made = world(24)
    h = made.rows("household")
    gone = (h.registry == EXITED) & (h.members > 0)
    assert gone.any()
    assert (h.exit_channel[gone] > 0).all()
    assert not h.exit_channel[h.registered_month < 0].any()
    now = made.rows("household").wage_income[gone] / np.maximum(h.members[gone], 1)
    by_wage = h.exit_channel[gone] == BY_WAGE
    assert (now > h.listed_wage[gone])[by_wage].all()
    s = Snapshot(made)
    names = ("exit_by_operating", "exit_by_wage", "exit_by_property", "exit_by_transfer", "exit_without_gain")
    assert sum(OUTCOMES[name].compute(s) for name in names) == pytest.approx(1.0)


def test_dibao_makes_exits_rest_on_transfers() -> None:
    generous = instruments("dibao", dibao={"coverage": 0.5, "largest": 1.0, "smallest": 2000, "take_up": 1.0})
    plain, given = world(24, data=villages(100, seed=3)), world(24, generous, villages(100, seed=3))
    shares = [OUTCOMES["exit_mostly_transfer"].compute(Snapshot(made)) for made in (plain, given)]
    assert shares[1] > shares[0] + 0.02


def test_the_record_counts_every_listed_person_and_the_gap_is_what_is_not_poor() -> None:
    made = world(24)
    s = Snapshot(made)
    recorded = s.share(s.h.registry == REGISTERED)
    assert OUTCOMES["record_gap"].compute(s) == pytest.approx(recorded - OUTCOMES["headcount"].compute(s))


# outcomes of places and people move when what they report moves


@pytest.mark.parametrize(
    ("outcome", "kind", "column", "value"),
    [
        ("works_index", "village", "road", 1.0),
        ("water_cover", "village", "water", 1.0),
        ("lines_cover", "village", "broadband", 1.0),
        ("sanitation_cover", "village", "sanitation", 1.0),
        ("sewage_poor", "village", "sanitation", 1.0),
        ("stations_poor", "village", "station", True),
        ("township_clusters", "village", "industry_quality", 0.9),
        ("three_haves", "village", "industry_quality", 0.9),
        ("goals", "village", "participation", 1.0),
        ("safe_water", "household", "safe_water", True),
        ("income_project", "household", "granted_month", START),
        ("relocated", "household", "location", 1),
        ("moved_share", "household", "location", 1),
        ("able_placed", "household", "migrants", 1.0),
        ("evaluation_score", "household", "approval", 1.0),
        ("hardship_listed", "household", "severely_ill", 1.0),
        ("young_skilled", "person", "skill", 1.0),
    ],
)
def test_an_outcome_rises_with_what_it_reports(outcome: str, kind: str, column: str, value: float) -> None:
    made = world(12)
    before = OUTCOMES[outcome].compute(Snapshot(made))
    made.table_of(kind)[column][:] = value
    assert OUTCOMES[outcome].compute(Snapshot(made)) > before


def test_villages_with_everything_have_eight_things_and_five_works_and_no_gap() -> None:
    made = world(12)
    v, h = made.rows("village"), made.rows("household")
    for name in ("road", "water", "power", "broadband", "clinic", "sanitation", "industry_quality"):
        made.table_of("village")[name][:] = 1.0
    v.collective_income, h.housing = 60000.0, 2
    s = Snapshot(made)
    for name in ("eight_haves", "five_works", "works_index"):
        assert OUTCOMES[name].compute(s) == 1.0
    assert OUTCOMES["village_gap"].compute(s) == 0.0


def test_villages_that_have_left_are_judged_by_five_requirements() -> None:
    made = procedure(12)
    assert 0.0 < OUTCOMES["five_requirements"].compute(Snapshot(made)) < 1.0
    assert OUTCOMES["five_requirements"].compute(Snapshot(world(12))) == 0.0


def test_nothing_of_the_timetable_happens_where_it_is_off() -> None:
    made = region(whole(), years=2, overrides=PROCEDURE)
    made.run_to(START + 13)
    c = made.rows("county")
    assert (c.exit_year == -1).all()
    assert not c.dispatched.any()
    assert same_bits(made.rows("workteam").paperwork, villages(40).teams["paperwork"])


def test_complaints_come_from_those_furthest_below_the_line_and_the_decision_names_the_limit() -> None:
    near, far = (complaint_probability(0.2, 1.0, gap) for gap in (0.05, 0.8))
    assert 0.2 < near < far < 1.0
    assert complaint_probability(0.2, 0.0, 0.8) == 0.2
    made = procedure(16, **STRICT, **{"county_exit.rectification_reach": 0.0})
    told = next(event for event in made.events if event.en.startswith("rectification ordered"))
    assert "mis-exit" in told.en or "omission" in told.en
    assert "> 0.0 %" in told.en
    assert told.en.endswith("re-test in 2015-07")
    assert "责令整改" in told.zh


def test_the_buffer_is_told_when_a_county_is_out() -> None:
    kept, cut = (procedure(19, **LENIENT, **{"buffer.buffer_years": years}) for years in (3.0, 0.0))
    assert kept.events[-1].en.startswith("support stays: 3 years")
    assert cut.events[-1].en == "no buffer: support ends with a household's exit"
