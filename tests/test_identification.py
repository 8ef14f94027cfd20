"""Whom to help with what: looks as a budget, lists of villages, order of effort, causes and plans, named cadres."""

from __future__ import annotations

from typing import Any

import numpy as np
from exit_worlds import world
from worlds import START, instruments, region, same_bits, villages

from fupin.model.household import DISABILITY, LABOUR, REGISTERED, SOUND
from fupin.model.instruments.base import Instrument
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.causes import PRODUCTION, SECURITY, within_plan
from fupin.model.processes.effort import hardship_first, works_order
from fupin.model.processes.listing import hardship_group
from fupin.model.processes.plans import gains_per_yuan
from fupin.model.processes.registry import observe
from fupin.model.processes.village_lists import deepest, depth, fails_check
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

GRANTS = {"production_grant": {"share_per_year": 0.5, "take_up": 1.0}}


def scores(made: Region) -> Any:
    observe(made)
    return made.rows("household").score.copy()


def test_each_look_estimates_another_quantity() -> None:
    made = world(looks__look_budget_on=1, registry__score_noise=0.2)
    h, p = made.rows("household"), made.p
    h.land, h.members, h.workers, h.ill, h.disabled, h.pupils, h.housing = 6.0, 4.0, 2.0, 0.0, 0.0, 0.0, SOUND
    usual = scores(made)
    line = p.poverty_line * 4.0
    for name, value, worth in (
        ("land", 7.0, p.look_yield),
        ("workers", 1.0, -p.look_wage),
        ("ill", 1.0, -p.look_medical),
        ("pupils", 1.0, p.look_promise - p.look_school),
        ("housing", 0, -p.look_depth * line),
    ):
        before = getattr(h, name).copy()
        setattr(h, name, value)
        np.testing.assert_allclose((scores(made) - usual) * line, worth, rtol=1e-9)
        setattr(h, name, before)


def test_an_allowance_that_has_been_paid_this_year_is_not_at_stake_twice() -> None:
    made = world(10)  # ten months are over
    assert made.calendar_month == 10
    h, before = made.rows("household"), made.rows("household").income_year.copy()
    h.dibao, h.programme_income, h.income_year = 100.0, 1000.0, before + 1200.0
    observe(made)
    paid_in_part = h.reported_income.copy()
    h.dibao, h.programme_income, h.income_year = 0.0, 1200.0, before  # the same year's worth and income of one's own
    observe(made)
    np.testing.assert_allclose(paid_in_part, h.reported_income)
    h.programme_income = 2200.0
    observe(made)
    assert (h.reported_income < paid_in_part).any()


def test_lasting_income_on_file_does_not_list_a_passing_bad_year() -> None:
    listed = []
    for on in (0.0, 1.0):
        made = world(20, registry__entry_share=0.9, listing__lasting_on=on, registry__noise_sd=0.4)
        h = made.rows("household")
        off = np.flatnonzero((h.registry != REGISTERED) & (h.members > 0))
        h.permanent_income[off] = 1e5
        made.table_of("household")["income_q3"][off] = -1e4  # a lost harvest
        made.run_to(START + 20)
        h.income_year[off] = 100.0
        made.run_to(START + 21)
        listed.append(int((h.registry[off] == REGISTERED).sum()))
    assert listed[0] > 0 == listed[1]


def test_targeting_error_lowers_impact_per_yuan() -> None:
    impacts = []
    for noise in (0.4, 1.0):
        worlds = []
        for package in ((), instruments("dibao", dibao={"targeting_noise": 0.0, "take_up": 1.0})):
            made = world(48, package, villages(100), registry__noise_sd=noise)
            worlds.append(Snapshot(made))
        without, treated = worlds
        lifted = OUTCOMES["poverty_gap"].compute(without) - OUTCOMES["poverty_gap"].compute(treated)
        impacts.append(lifted / OUTCOMES["public_cost"].compute(treated))
    assert impacts[0] > impacts[1] > 0.0


# lists of villages


def test_the_deepest_non_poor_villages_join_the_list_and_keep_to_its_share() -> None:
    data = villages(40, sample=0.05)
    made = region(data, years=4, overrides={"village_lists.added_share": 0.5})
    made.run_to(START + 11)
    v = made.rows("village")
    others = ~v.poor_village
    expected = deepest(made, others, 0.5)
    made.step()
    assert len(expected) > 0
    assert set(np.flatnonzero(v.listed_late)) == set(expected)
    assert v.poor_village[expected].all()
    made.run_to(START + 30)
    assert v.weight[v.listed_late].sum() <= 0.75 * v.weight[others].sum()


def test_deep_poverty_is_incidence_without_services_and_the_mark_moves_up_in_the_order_of_works() -> None:
    made = region(villages(40, sample=0.05), years=3, overrides={"village_lists.deep_share": 0.3})
    made.run_to(START + 12)
    v = made.rows("village")
    deep = v.deep_poor & v.poor_village
    assert deep.any()
    rest = v.poor_village & ~deep
    assert depth(made)[deep].min() > 0.5 * depth(made)[rest].max()
    gap = np.full(len(v), 0.2)
    order = works_order(made, gap, 1.0 - gap)
    assert order[deep].min() > order[rest].max()


def test_a_relative_list_is_as_long_as_its_share_whatever_the_list_of_2014() -> None:
    made = region(villages(40, sample=0.05), years=3, overrides={"village_lists.relative_share": 0.3})
    made.run_to(START + 11)
    v = made.rows("village")
    before = v.poor_village.copy()
    made.step()
    assert not same_bits(before, v.poor_village)
    assert abs(v.weight[v.poor_village].sum() / v.weight.sum() - 0.3) < 0.1


def test_a_wide_scope_builds_where_a_non_poor_village_fails_the_check() -> None:
    package = instruments("village_roads", village_roads={"share_per_year": 1.0})
    built = []
    for wide in (0.0, 1.0):
        made = region(villages(40, sample=0.05), package, years=3, overrides={"village_lists.scope_wide": wide})
        v = made.rows("village")
        start, others = v.road.copy(), ~v.poor_village & fails_check(made)
        made.run_to(START + 30)
        built.append(int((v.road > start)[others].sum()))
    assert built[0] == 0 < built[1]


# order of effort


def test_poverty_first_leaves_no_poor_village_behind_another_and_effort_near_the_standard_bunches() -> None:
    made = region(villages(40, sample=0.05), years=1, overrides={"effort.poverty_first": 1.0})
    v = made.rows("village")
    coverage = np.linspace(0.1, 0.9, len(v))
    order = works_order(made, 0.95 - coverage, coverage)
    below = v.poor_village & (coverage < made.p.village_services)
    assert order[below].min() > order[~below].max()
    bunched = region(villages(40), years=1, overrides={"effort.effort_near": 10.0})
    coverage = np.array([0.1, 0.5, 0.59, 0.8])[: len(bunched.rows("village"))]
    assert set(np.argsort(-works_order(bunched, 0.95 - coverage, coverage))[:2]) == {1, 2}
    plain = region(villages(40), years=1)
    assert same_bits(works_order(plain, 0.95 - coverage, coverage), 0.95 - coverage)


def test_hardship_groups_come_first_in_queues_by_lot() -> None:
    served = []
    for weight in (0.0, 1.0):
        package = instruments("production_grant", production_grant={"share_per_year": 0.2, "take_up": 1.0})
        made = world(12, package, villages(100), effort__hardship_weight=weight)
        served.append(OUTCOMES["hardship_served"].compute(Snapshot(made)))
    assert served[1] > served[0]
    rows = np.arange(50)
    group = hardship_group(made.rows("household"))[rows]
    assert same_bits(hardship_first(made, rows, 0.5), np.where(group, 0.5, 0.0))


# causes, batches, plans


def causes(noise: float, least: float = 0.2, best: float = 0.9) -> Region:
    settings = {"plans__cause_noise": noise, "teams__village_accuracy": least, "teams__best_accuracy": best}
    return world(1, plans__plans_on=1, **settings)


def test_causes_are_recorded_for_the_listed_and_better_seen_by_better_eyes() -> None:
    exact, poor, good = causes(0.0), causes(2.0, 0.0, 0.6), causes(2.0, 0.5, 0.98)
    h = exact.rows("household")
    listed = h.registry == REGISTERED
    assert (h.cause[listed] > 0).all()
    assert not h.cause[~listed].any()
    alone = listed & (h.workers <= 0) & (h.severely_ill <= 0) & (h.ill <= 0)
    assert set(h.cause[alone]) <= {LABOUR, DISABILITY}
    errors = [(made.rows("household").cause[listed] != h.cause[listed]).mean() for made in (poor, good)]
    assert errors[0] > errors[1] > 0.0


def test_measures_follow_the_batch_and_entitlements_do_not() -> None:
    made = causes(0.0)
    h = made.rows("household")
    rows = np.flatnonzero(h.registry == REGISTERED)
    grant, dibao = instruments("production_grant", "dibao")
    open_to = within_plan(made, grant, rows)
    assert 0 < len(open_to) < len(rows)
    assert (h.batches[open_to] & PRODUCTION).all()
    assert same_bits(within_plan(made, dibao, rows), rows)
    free = np.flatnonzero(h.registry != REGISTERED)
    assert same_bits(within_plan(made, grant, free), free)


def test_assignment_by_cause_keeps_grants_from_those_who_cannot_work() -> None:
    idle = []
    for share in (0.0, 1.0):
        made = world(12, instruments("production_grant", **GRANTS), villages(100), plans__plans_on=1,
                     plans__batch_by_cause=share, plans__cause_noise=0.1)  # fmt: skip
        h = made.rows("household")
        got = h.granted_month >= 0
        assert got.any()
        idle.append(float((h.workers[got] <= 0).mean()))
    assert idle[1] < idle[0]


def test_plans_are_as_many_as_the_team_has_days_for_and_take_the_most_promising_measures() -> None:
    made = world(1, plans__plans_on=1, plans__plan_days=2, plans__plan_share=0.1, plans__cause_noise=0.0)
    h, team = made.rows("household"), made.rows("workteam")
    planned = h.planned_month >= 0
    by_village = np.bincount(h.village[planned], minlength=len(made.rows("village")))
    room = np.zeros(len(by_village))
    room[team.village] = 0.1 * team.days / 2
    assert planned.any()
    assert (by_village <= room + 0.5).all()
    gains = gains_per_yuan(h, made.rows("village").remoteness[h.village], made.p)
    alone = planned & (h.workers <= 0)
    assert (h.batches[alone] & SECURITY).all()
    assert not (h.batches[alone] & PRODUCTION).any()
    assert (gains[0, h.workers <= 0] == 0.0).all()
    made.run_to(START + 6)
    assert (h.planned_month >= 0).sum() > planned.sum()


# named cadres and capacity


def test_own_capacity_grows_only_under_guidance_and_a_longer_buffer_leaves_more_of_it() -> None:
    grown = []
    for years in (0.0, 4.0):
        made = world(60, capacity__capacity_growth=0.3, buffer__buffer_years=years)
        h = made.rows("household")
        assert (h.own_capacity <= made.p.capacity_cap).all()
        never = h.registry == 0
        assert not h.own_capacity[never & (h.registered_month < 0)].any()
        assert same_bits(h.own_capacity > 0, h.productivity_shift > 0)
        grown.append(float(h.own_capacity[h.registry == 2].mean()))
    assert grown[1] > grown[0]


# backstop and care


def with_backstop(*package: Instrument, months: int = 36, **settings: float) -> Region:
    return world(months, package, villages(100), **settings)


def test_the_backstop_lifts_those_who_cannot_work_and_is_paid_to_nobody_else() -> None:
    plain = with_backstop(*instruments("dibao"))
    held = with_backstop(*instruments("dibao", "security_backstop"))
    served = held.state_of(held.instruments[1]).monthly > 0
    unable = (plain.rows("household").workers <= 0) & served
    gaps = []
    for made in (plain, held):  # the same households in both worlds
        h = made.rows("household")
        gaps.append(float(np.maximum(made.p.poverty_line * h.members[unable] - h.income_year[unable], 0.0).sum()))
    assert gaps[1] < gaps[0]
    h, paid = held.rows("household"), held.state_of(held.instruments[1]).monthly > 0
    assert paid.any()
    nursing = h.severely_ill[paid] + h.disabled[paid] > 0
    assert ((h.workers[paid] <= 0) | nursing).mean() > 0.9  # some have recovered since January


def test_a_care_group_takes_care_off_the_household_and_gives_it_back() -> None:
    package = instruments("care_groups", care_groups={"relief": 1.0, "end": "2014-12"})
    made = world(4, package, villages(100))  # April: who fell ill in March is taken on now
    h, p = made.rows("household"), made.p
    needed = p.child_care * h.children + p.carer_time * h.severely_ill
    served = made.state_of(made.instruments[0]).served
    assert (needed[served] > 0).any()
    assert not h.care_burden[served].any()
    made.run_to(START + 16)
    now = p.child_care * h.children + p.carer_time * h.severely_ill
    np.testing.assert_allclose(h.care_burden[served], now[served])


def test_care_groups_leave_the_relief_of_kindergartens_and_homes_as_it_is() -> None:
    shared = {"preschool": {"share_per_year": 1.0}, "care_groups": {"relief": 0.5}}
    alone, both = (world(12, instruments(*kinds, **shared), villages(100)) for kinds in (("preschool",), tuple(shared)))
    served = both.state_of(both.instruments[1]).served
    relieved = served[both.rows("household").care_relief[served] > 0.0]
    assert len(relieved) > 5
    burdens = [made.rows("household").care_burden[relieved] for made in (alone, both)]
    assert (burdens[1] <= burdens[0] + 1e-12).all()
