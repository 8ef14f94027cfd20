"""Sentences said in passing: a change of one sign in what they speak of went unseen by all other tests."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from worlds import AT_WORK, START, changed, instruments, region, snapshot, villages

from fupin.model.agentset import ArrayAgentSet
from fupin.model.ages import SCHOOL, TEEN, WORK
from fupin.model.household import DANGEROUS, EXITED, NEVER, REGISTERED
from fupin.model.instruments.base import EVERY_MONTH, Instrument
from fupin.model.instruments.kinds import OWN
from fupin.model.instruments.relief import want_of
from fupin.model.measures import quintile_means
from fupin.model.outcomes import OUTCOMES
from fupin.model.person import NOT_IN_SCHOOL
from fupin.model.processes.indicators import at_school
from fupin.model.processes.leakage import audit_villages
from fupin.model.processes.own_capacity import own_capacity
from fupin.model.processes.years import open_year
from fupin.model.region import Region
from fupin.model.rules.budgets import performance_weight
from fupin.model.rules.collectives import perceived_worth
from fupin.model.rules.farming import operated_land
from fupin.model.rules.scales import SEEN_GROWTH
from fupin.model.snapshot import Snapshot
from fupin.scenarios.sampling import inclusion
from fupin.scenarios.table_columns import NUMBER, TableColumn


def measured(world: Region, name: str) -> float:
    return OUTCOMES[name].compute(Snapshot(world))


# social security


def test_who_is_extremely_poor_no_longer_is_off_the_next_years_list() -> None:
    given = {"income_limit": 5.0}
    world = region(villages(), instruments("extremely_poor_support", extremely_poor_support=given), audit=True)
    world.run_to(START)
    h = world.rows("household")
    listed = np.flatnonzero(h.wubao > 0.0)
    assert len(listed) > 1
    h.formal_pension[listed[0]] = 3000.0
    world.run_to(START + 11)
    assert h.wubao[listed[0]] > 0.0
    world.step()
    assert h.wubao[listed[0]] == 0.0
    assert h.wubao[listed[1:]].any()


def test_want_is_care_paid_and_forgone_and_subsistence_not_afforded() -> None:
    one = SimpleNamespace(health_spending=100.0, forgone=20.0, shortfall=3.0, school_cost=8.0)
    assert want_of(one, schooling=0.0) == 123.0
    assert want_of(one, schooling=0.5) == 127.0


def test_children_of_six_to_fifteen_and_youths_of_thirteen_to_seventeen_are_counted_apart() -> None:
    world = region(villages())
    world.run_to(START)
    person = world.rows("person")
    person.stage = np.where(person.disabled | ~person.alive, NOT_IN_SCHOOL, 1)  # of these nobody expects it
    person.stage[np.flatnonzero(person.age < SCHOOL)] = NOT_IN_SCHOOL
    person.disabled[np.flatnonzero((person.age == TEEN) & person.alive)[:1]] = True
    person.stage[person.disabled] = NOT_IN_SCHOOL
    for share in at_school(world).values():
        assert (share == 1.0).all()
    person.disabled, person.stage = False, 1
    person.stage[(person.age >= WORK) | (person.age < SCHOOL)] = NOT_IN_SCHOOL  # some of 16 and 17 work
    share = at_school(world)
    assert (share["school_6_15"] == 1.0).all()
    assert (share["school_13_17"] < 1.0).any()
    person.stage[person.age < TEEN] = NOT_IN_SCHOOL
    before, share = share, at_school(world)
    assert (share["school_6_15"] < 1.0).any()
    np.testing.assert_array_equal(share["school_13_17"], before["school_13_17"])


# samples


@pytest.mark.parametrize("wanted", [1, 2, 3, 4])
def test_a_village_too_large_for_its_share_is_in_the_sample_for_certain(wanted: int) -> None:
    size = np.array([1.0, 10.0, 3.0, 1.0, 0.5])
    chance = inclusion(size, wanted)
    assert chance.sum() == pytest.approx(wanted)
    assert (chance <= 1.0).all()
    rest = chance < 1.0
    assert np.ptp(chance[rest] / size[rest]) < 1e-12
    assert size[~rest].min(initial=np.inf) >= size[rest].max(initial=0.0)


# who is asked


def test_a_production_grant_is_for_those_with_hands_for_it_and_not_again_within_the_pause() -> None:
    world = region(villages(), instruments("production_grant"))
    world.run_to(START)
    (grant,) = world.instruments
    s, h = grant.settings.at(world.month), world.rows("household")
    h.registry, h.grant_pending, h.own_labour = REGISTERED, 0.0, np.where(h.uid % 2 == 0, s.least_labour, 0.0)
    pause = int(s.pause_months)
    h.granted_month = np.choose(h.uid // 2 % 3, [-1, world.month - pause, world.month - pause + 1])
    asked = np.zeros(len(h), np.bool_)
    asked[grant.eligible(world, s)] = True
    able = (h.uid % 2 == 0) & (h.members > 0)
    np.testing.assert_array_equal(asked, able & (h.uid // 2 % 3 < 2))


def test_a_contract_is_offered_to_who_farms_and_has_none() -> None:
    world = region(villages(), instruments("contract_farming"))
    world.run_to(START)
    (contract,) = world.instruments
    h = world.rows("household")
    h.registry, h.expected_output = REGISTERED, 1e4
    h.own_labour, h.contract_firm = h.uid % 2, np.where(h.uid // 2 % 2 == 0, -1, 0)
    asked = np.zeros(len(h), np.bool_)
    asked[contract.eligible(world, contract.settings.at(world.month))] = True
    np.testing.assert_array_equal(asked, (h.uid % 4 == 1) & (h.members > 0))


SEASONAL = [kind for kind in OWN if kind.service is not Instrument.service and kind.service_months != EVERY_MONTH]


def test_outside_of_its_service_months_a_service_does_nothing() -> None:
    world = region(villages(), instruments(*(kind.kind for kind in SEASONAL), **AT_WORK), audit=True)
    world.run_to(START + 11)
    seen = set()
    for _ in range(12):
        world.step()
        before = snapshot(world)
        for one in world.instruments:
            if world.calendar_month not in one.service_months:
                one.service(world, one.settings.at(world.month))
                assert not changed(before, snapshot(world)), one.kind
                assert not world.ledger.booked(), one.kind
                seen.add(one.kind)
    assert len(seen) == len(SEASONAL) > 30


# rules, by hand


def test_land_that_is_let_is_worked_by_others_and_land_that_is_taken_by_oneself() -> None:
    assert operated_land(5.0, 2.0, 1.0) == 4.0
    assert operated_land(1.0, 3.0, 0.0) == 0.0


def test_performance_counts_as_much_as_it_is_linked_and_not_at_all_at_the_middle() -> None:
    assert performance_weight(0.5, 0.5, 0.8) == pytest.approx(1.0)
    assert performance_weight(0.9, 0.6, 0.0) == 1.0
    assert performance_weight(0.9, 0.6, 0.5) == pytest.approx(1.25)


def test_strong_leaders_see_what_a_way_brings_and_weak_ones_err_in_its_income_alone() -> None:
    assert perceived_worth(100.0, 50.0, 0.1, 0.7, 1.0, 3.0) == pytest.approx(95.0)
    assert perceived_worth(100.0, 50.0, 0.1, 0.5, 0.6, 1.0) == pytest.approx(100.0 * np.exp(0.2) - 5.0)


# institutions and works of a village


@pytest.mark.parametrize("begun", [1, 4, 7, 10])
def test_an_institution_costs_in_its_first_year_what_is_left_of_the_year(begun: int) -> None:
    given = {"start": f"2014-{begun:02d}", "share_per_year": 1.0, "yearly_cost": 1200.0, "administration_share": 0.0}
    world = region(villages(), instruments("open_decisions", open_decisions=given))
    world.run_to(START + 11)
    left = 13 - begun
    assert world.instruments[0].spent(world) == pytest.approx(100.0 * left * world.rows("village").weight.sum())


def test_a_village_with_a_leading_industry_is_not_asked_for_another_whatever_its_product() -> None:
    world = region(villages(), instruments("leading_industry"))
    world.run_to(START)
    (industry,) = world.instruments
    v, s = world.rows("village"), industry.settings.at(world.month)
    v.poor_village, v.industry = True, np.arange(len(v)) % 3 - 1
    np.testing.assert_array_equal(industry.suited(world, s), np.flatnonzero(v.industry == -1))


# what was diverted


def test_what_an_audit_has_found_is_given_back_once() -> None:
    followed = villages().households["uid"].tolist()
    world = region(villages(), audit=True, overrides={"governance.leak_share": 0.2}, traced=followed)
    world.run_to(START)
    h, c, p = world.rows("household"), world.rows("county"), world.p
    c.audit, c.departments, h.diverted = 1.0, 1.0, 100.0
    back = []
    for _ in range(6):
        before, owed = h.savings.copy(), h.diverted.copy()
        audit_villages(world)
        given = h.savings - before
        found = given > 0.0
        assert given[found] == pytest.approx(p.recovered_share * owed[found])
        assert (h.diverted[found] == 0.0).all()
        back.append(found)
        world.month += 1
    assert np.sum(back, axis=0).max() == 1
    told = [event for event in world.events if event.en == "diverted aid given back"]
    assert len(told) == np.sum(back)


# who learns, who is unable, what is paid for

SETS = [("visits", 0.0), ("own_labour", 0.0), ("members", 0), ("registry", NEVER)]


@pytest.mark.parametrize(("column", "none"), SETS)
def test_capacity_grows_only_where_somebody_calls_works_at_home_and_is_supported(column: str, none: float) -> None:
    world = region(villages(), overrides={"capacity.capacity_growth": 0.1, "capacity.capacity_cap": 1.0})
    world.run_to(START + 1)
    h = world.rows("household")
    h.registry, h.visits, h.own_labour, h.members, h.own_capacity = REGISTERED, 2.0, 1.0, 3, 0.0
    without = h.uid % 2 == 0
    getattr(h, column)[without] = none
    own_capacity(world)
    np.testing.assert_array_equal(h.own_capacity > 0.0, ~without)


def test_one_member_to_nurse_keeps_the_only_worker_from_earning_enough() -> None:
    world = region(villages(), instruments("security_backstop"))
    (backstop,) = world.instruments
    h, s = world.rows("household"), SimpleNamespace(ill_too=True)
    h.workers, h.severely_ill, h.disabled = h.uid % 3, h.uid // 3 % 2, 0
    rows = np.arange(len(h))
    np.testing.assert_array_equal(
        backstop.unable(world, s, rows), (h.workers == 0) | (h.workers == 1) & (h.severely_ill == 1)
    )
    s.ill_too = False
    np.testing.assert_array_equal(backstop.unable(world, s, rows), h.workers == 0)


def test_a_flat_award_is_the_same_for_all_and_a_share_is_capped() -> None:
    world = region(villages(), instruments("output_award"))
    (award,) = world.instruments
    h, rows = world.rows("household"), np.array([0, 1])
    h.expected_output[rows] = 1000.0, 1e6
    s = SimpleNamespace(flat=0.0, award_rate=0.1, cap=3000.0)
    assert award.cost(world, s, rows).tolist() == [100.0, 3000.0]
    s.flat = 800.0
    assert award.cost(world, s, rows).tolist() == [800.0, 800.0]


def test_a_cap_on_groundwater_that_starts_after_its_month_begins_next_year() -> None:
    given = {"start": "2014-05", "plain": 0.7, "hill": 0.7, "mountain": 0.7}
    world = region(villages(), instruments("groundwater_control", groundwater_control=given), audit=True)
    dry = []
    for _ in range(15):
        world.step()
        world.ledger.check()
        dry.append(hasattr(world.state_of(world.instruments[0]), "dry"))
    assert dry == [False] * 13 + [True] * 2


# photovoltaics


def test_tasks_of_a_plant_go_to_the_registered_first_and_then_to_those_who_left() -> None:
    world = region(villages(), instruments("village_photovoltaics"), audit=True)
    world.run_to(START)
    (plant,) = world.instruments
    h, v = world.rows("household"), world.rows("village")
    h.registry = np.where(h.uid % 2 == 0, REGISTERED, EXITED)
    h.exited_month = START - 600
    v.collective_cash = 1e6
    world.ledger.open(world.month)
    s = plant.settings.at(world.month)
    before = h.savings.copy()
    plant.pay_tasks(world, s, np.full(len(v), 3.0 * s.task_pay / s.task_share))
    paid, fit = h.savings > before, (h.workers + h.elders > 0.0) & (h.members > 0)
    assert (np.bincount(h.village[paid], minlength=len(v)) > 0).all()
    assert (h.registry[paid] == REGISTERED).all()
    assert (fit & ~paid & (h.registry == REGISTERED)).any()


# outcomes


def test_the_quintile_ratio_is_the_richest_fifth_over_the_poorest() -> None:
    world = region(villages())
    world.run_to(START + 11)
    s = Snapshot(world)
    means = quintile_means(s.income, s.persons)
    assert means[0] > 0.0
    assert measured(world, "quintile_ratio") == means[-1] / means[0]


def test_where_the_poorest_fifth_lost_money_there_is_no_quintile_ratio() -> None:
    world = region(villages())
    world.run_to(START)
    h = world.rows("household")
    for name in ("wage_income", "property_income", "transfer_income"):
        setattr(h, name, 0.0)
    s = Snapshot(world)
    h.operating_income = np.where(np.cumsum(s.persons) < 0.25 * s.persons.sum(), -1.0, 1e4) * h.members
    assert np.isnan(measured(world, "quintile_ratio"))


def test_the_evaluation_counts_no_overhead_where_nothing_is_spent() -> None:
    world = region(villages())
    world.run_to(START + 11)
    assert not Snapshot(world).flows.get("administration")
    assert 0.2 < measured(world, "evaluation_score") <= 1.0


@pytest.mark.parametrize(("column", "lacking"), [("housing", DANGEROUS), ("safe_water", False), ("forgone", 1.0)])
def test_the_evaluation_counts_a_home_where_house_water_or_care_is_lacking_as_none(column: str, lacking: float) -> None:
    world = region(villages())
    world.run_to(START + 11)
    h = world.rows("household")
    h.housing, h.safe_water, h.forgone = DANGEROUS + 1, True, 0.0
    before = measured(world, "evaluation_score")
    setattr(h, column, lacking)
    assert measured(world, "evaluation_score") == pytest.approx(before - 1 / 5)


def test_villages_out_are_those_that_have_left_of_all_that_were_ever_designated() -> None:
    world = region(villages())
    world.run_to(START)
    v = world.rows("village")
    designated = np.flatnonzero(v.poor_village)
    out = designated[:1]
    v.exited[out], v.poor_village[out] = True, False
    share = v.weight[out].sum() / v.weight[designated].sum()
    assert 0.0 < share < 1.0
    assert measured(world, "villages_out") == pytest.approx(share)


def test_a_part_of_the_households_has_its_own_youths_out_of_school() -> None:
    world = region(villages())
    world.run_to(START)
    s = Snapshot(world)
    rows = s.h.village == s.h.village[-1]
    for whole, part in zip(s.school_age, s.within(rows).school_age, strict=True):
        np.testing.assert_array_equal(part, whole[rows])


# memory


def test_growth_of_income_is_last_years_change_and_no_more_than_is_seen() -> None:
    world = region(villages())
    world.run_to(START)
    h = world.rows("household")
    h.members = 1
    h.income_before, h.income_year = 1e4, np.where(h.uid % 3 == 0, 11e3, np.where(h.uid % 3 == 1, 0.0, 1e9))
    h.income_before[h.uid % 3 == 1] = 1e6
    open_year(world)
    assert h.income_growth[h.uid % 3 == 0] == pytest.approx(0.1)
    assert (h.income_growth[h.uid % 3 == 1] == -SEEN_GROWTH).all()
    assert (h.income_growth[h.uid % 3 == 2] == SEEN_GROWTH).all()


# words


def test_a_column_without_an_upper_bound_says_from_where_on() -> None:
    assert TableColumn("land", NUMBER, "土地", "land", "mu", low=0.0).allowed == "a number, at least 0 mu"
    assert TableColumn("luck", NUMBER, "运气", "luck").allowed == "a number"


# agent sets


def test_a_set_of_nobody_has_an_empty_slice_and_no_first_agent() -> None:
    nobody: ArrayAgentSet[object] = ArrayAgentSet([], Random(1))
    with pytest.warns(PendingDeprecationWarning):
        assert nobody[:2] == []
    with pytest.warns(PendingDeprecationWarning), pytest.raises(IndexError):
        nobody[0]
