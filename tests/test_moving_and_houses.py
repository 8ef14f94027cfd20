"""Relocation and houses: sites have room and jobs, finance has parts, houses wear and are renewed by a date."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.household import DANGEROUS, MOVED, POOR_HOUSE, RETURNED, SOUND
from fupin.model.instruments import sites
from fupin.model.instruments.base import Instrument
from fupin.model.processes.labour import care_asked, worths_at_home
from fupin.model.region import Region

MOVE = {"take_up": 1.0, "building_months": 3, "places": 100000, "remoteness": -3, "savings_share": 1.0}


def move(**settings: Any) -> list[Instrument]:
    return instruments("relocation", relocation=MOVE | settings)


def world(package: list[Instrument], month: int = START + 11, all_listed: bool = False, **kwargs: Any) -> Region:
    made = region(villages(), package, years=6, audit=True, **kwargs)
    while made.month < month:
        made.step()
        made.ledger.check()
        if all_listed and made.month == START:
            made.rows("household").registry = 1
    return made


def booked(made: Region, purpose: str) -> float:
    made.ledger.close_month()
    return sum(entry.amount for entry in made.ledger.journal if entry.purpose == purpose)


def gone_back(**settings: Any) -> float:
    made = world(move(patience_months=12, return_rate=0.5, **settings), START + 50, all_listed=True)
    h = made.rows("household")
    return float(h.weight @ (h.location == RETURNED)) / float(h.weight @ (h.location != 0))


# who moves, and where


def test_villages_that_are_dear_to_serve_are_moved_and_cheap_ones_are_not() -> None:
    made = world([], START)
    cost = sites.works_cost(made)
    assert np.argmin(cost) == np.argmax(made.rows("village").road)
    threshold = float(np.sort(cost)[1]) / 62500.0 + 1e-9
    there = world(move(cost_ratio=threshold), START + 8, all_listed=True).rows("household")
    assert set(there.village[there.location == MOVED]) == set(np.argsort(cost)[2:])


def test_all_sites_full_means_that_nobody_moves() -> None:
    nothing, made = world([], START + 8), world(move(sites=1, places=0), START + 8)
    other = snapshot(made)
    assert all(same_bits(values, other[key]) for key, values in snapshot(nothing).items())


def test_no_more_move_to_a_site_than_there_is_room() -> None:
    given = {"sites": 1, "places": 2000.0, "central_room": 0.5, "town_room": 0.25}
    made = world(move(**given), START + 8, all_listed=True)
    h, site = made.rows("household"), made.state_of(made.instruments[0]).site
    moved = np.flatnonzero(h.relocated_month >= 0)
    heads = np.bincount(site[moved], (h.weight * h.members)[moved], minlength=3)
    largest = float((h.weight * h.members).max())
    assert heads.sum() > 0.0
    assert np.all(heads <= np.array([1000.0, 500.0, 500.0]) + largest)


def test_who_has_hands_for_land_stays_near_it_and_who_has_not_goes_to_town() -> None:
    made = world(move(sites=1), START + 3)
    h = made.rows("household")
    s = made.instruments[0].settings.at(START)
    rows = np.arange(len(h))
    h.workers, h.own_labour, h.home_return = 2.0, 2.0, 30000.0
    farmers = sites.worth_of_sites(made, s, rows).argmax(axis=0)
    h.own_labour = 0.0
    others = sites.worth_of_sites(made, s, rows).argmax(axis=0)
    assert np.all(farmers == sites.CENTRAL)
    assert np.all(others == sites.SEAT)


def test_who_goes_back_has_the_house_and_the_water_that_it_left() -> None:
    made = world(move(patience_months=1, return_rate=1.0), START + 2, all_listed=True)
    h = made.rows("household")
    left, water = h.housing.copy(), h.safe_water.copy()
    made.run_to(START + 8)
    moved = h.location == MOVED
    h.local_workers, h.migrants, h.post_pay = 0, 0, 0.0
    made.month = START + 26
    made.instruments[0].service(made, made.instruments[0].settings.at(made.month))
    back, stays = h.location == RETURNED, h.location == MOVED
    assert np.array_equal(back, moved & (h.workers > 0))  # nobody goes back for want of a job who could not do one
    assert np.array_equal(h.housing[back], left[back])
    assert np.array_equal(h.safe_water[back], water[back])
    assert (left[back] < SOUND).any()
    assert stays.any()
    assert np.all(h.housing[stays] == SOUND)
    assert np.all(h.safe_water[stays])


def test_near_sites_keep_more_of_the_land_and_a_return_restores_all_of_it() -> None:
    made = world(move(sites=1, patience_months=1, return_rate=1.0), START + 8, all_listed=True)
    h, state = made.rows("household"), made.state_of(made.instruments[0])
    moved = h.location == MOVED
    near, far = moved & (state.site == sites.CENTRAL), moved & (state.site == sites.SEAT)
    assert near.any() | far.any()
    assert np.all(h.productivity_shift[near] > 0.0)
    assert np.all(h.productivity_shift[far] < 0.0)
    h.local_workers, h.migrants, h.post_pay, h.workers = 0.0, 0.0, 0.0, np.maximum(h.workers, 1)
    made.month = START + 26
    made.instruments[0].service(made, made.instruments[0].settings.at(made.month))
    assert np.all(h.location[moved] == RETURNED)
    assert h.productivity_shift == pytest.approx(np.zeros(len(h)))


# jobs and projects


def test_relocation_without_jobs_fails_more_often() -> None:
    assert gone_back(jobs_per_worker=0.0) > gone_back(jobs_per_worker=1.0)


def test_a_site_planned_with_industry_has_a_job_for_every_household_with_a_worker() -> None:
    plain, planned = (world(move(joint_planning=x), START + 4, all_listed=True) for x in (0.0, 1.0))
    h = planned.rows("household")
    moving = (h.relocated_month >= 0) & (h.workers > 0.0)
    jobs = planned.instruments[0].planned_jobs(
        planned, planned.instruments[0].settings.at(START), np.flatnonzero(moving)
    )  # type: ignore[attr-defined]
    assert np.all(jobs >= 1.0)
    assert booked(planned, "relocation.follow_up") > booked(plain, "relocation.follow_up")


def test_a_project_of_their_own_keeps_households_without_jobs_at_the_site() -> None:
    assert gone_back(jobs_per_worker=0.0, project=20000) < gone_back(jobs_per_worker=0.0)


def test_each_household_gets_one_project_at_most() -> None:
    made = world(move(jobs_per_worker=0.0, project=5000), START + 50, all_listed=True)
    h = made.rows("household")
    with_project = made.state_of(made.instruments[0]).project
    assert with_project.any()
    assert booked(made, "relocation.project") == pytest.approx(5000.0 * float(h.weight[with_project].sum()))


# finance


def test_the_parts_of_the_finance_add_up_to_the_cost_of_the_houses() -> None:
    made = world(move(swap_price=50000, loan=1), START + 2, all_listed=True)
    h = made.rows("household")
    moving = h.relocated_month >= 0
    cost = 62500.0 * float(h.weight[moving] @ h.members[moving])
    assert booked(made, "relocation.building") + booked(made, "relocation.loan") == pytest.approx(cost)
    assert booked(made, "relocation.land_swap") == pytest.approx(20000.0 * float(h.weight[moving].sum()))


def test_land_swap_saves_public_money_and_nothing_else() -> None:
    plain, swapped = (world(move(swap_price=x), START + 6) for x in (0, 30000))
    assert booked(swapped, "grant.centre") < booked(plain, "grant.centre")
    assert same_bits(plain.rows("household").savings, swapped.rows("household").savings)


def test_a_subsidised_loan_is_paid_back_and_its_interest_is_public() -> None:
    made = world(move(loan=1, savings_share=0.1), START + 60, all_listed=True)
    assert booked(made, "relocation.loan") > booked(made, "relocation.loan_repaid") > 0.0
    assert booked(made, "relocation.loan_interest") > 0.0
    h = made.rows("household")
    owed = booked(made, "relocation.loan") - booked(made, "relocation.loan_repaid")
    assert float(h.weight @ h.soft_debt) == pytest.approx(owed)


def test_the_limit_of_floor_space_keeps_households_out_of_debt() -> None:
    wide, limited, plain = (
        world(move(**given), START + 3, all_listed=True)
        for given in ({"desired_space": 40, "space_cap": 100}, {"desired_space": 40}, {})
    )
    assert booked(wide, "relocation.own_share") > booked(limited, "relocation.own_share")
    assert wide.rows("household").debt.sum() > limited.rows("household").debt.sum()
    other = snapshot(plain)
    assert all(same_bits(values, other[key]) for key, values in snapshot(limited).items())


# houses


def dangerous(made: Region) -> float:
    h = made.rows("household")
    return float(h.weight @ (h.housing == DANGEROUS))


def test_houses_become_dangerous_by_the_hazard_and_never_without_it() -> None:
    still, worn = world([], START + 36), world([], START + 36, overrides={"housing.house_decay": 0.1})
    assert dangerous(worn) > dangerous(still)
    assert same_bits(still.rows("household").housing, region(villages()).rows("household").housing)


def test_sound_houses_pass_through_poor_ones() -> None:
    made = world([], START + 13, overrides={"housing.house_wear": 0.2, "housing.house_decay": 0.0})
    before, after = region(villages()).rows("household").housing, made.rows("household").housing
    assert np.any((before == SOUND) & (after == POOR_HOUSE))
    assert not np.any((before == POOR_HOUSE) & (after == DANGEROUS))


RENEW = {"take_up": 1.0, "task": 1, "cost": 10000, "savings_share": 1.0}


def test_all_houses_of_the_groups_are_renewed_by_the_date() -> None:
    by_task, by_date = (
        world(instruments("housing_renewal", housing_renewal=RENEW | {"clear_by": year}), START + 47)
        for year in (0, 2016)
    )
    renewal = by_date.instruments[0]
    assert dangerous(by_date) < dangerous(by_task)
    assert not len(renewal.eligible(by_date, renewal.settings.at(START)))


def test_new_dangerous_houses_keep_the_stock_from_being_cleared() -> None:
    given = {"housing_renewal": RENEW | {"clear_by": 2015}}
    wearing = world(instruments("housing_renewal", **given), START + 48, overrides={"housing.house_decay": 0.1})
    still = world(instruments("housing_renewal", **given), START + 48)
    assert dangerous(wearing) > dangerous(still)


def test_families_outside_the_groups_rebuild_if_they_can_pay_and_not_otherwise() -> None:
    made = world([], START + 3)
    h = made.rows("household")
    h.housing = DANGEROUS
    some = instruments("doubtful_houses", doubtful_houses={"persuaded": 1.0, "cost": 20000})[0]
    s = some.settings.at(START)
    rows = some.eligible(made, s)
    assert not np.any(h.registry[rows] == 1)
    h.savings[rows[0]], h.income_year[rows[0]] = 0.0, 0.0
    h.savings[rows[1]] = 1e5
    assert np.asarray(some.take_up(made, s, rows))[:2].tolist() == [0.0, 1.0]


def test_a_doubtful_house_is_paid_by_its_family_and_a_grant_makes_more_of_them_build() -> None:
    given = {"persuaded": 1.0, "cost": 60000}
    built = []
    for grant in (0, 40000):
        package = instruments("doubtful_houses", doubtful_houses=given | {"grant": grant})
        made = region(villages(), package, years=2, audit=True)
        made.rows("household").housing = DANGEROUS
        made.run_to(START + 5)
        made.ledger.check()
        h = made.rows("household")
        built.append(float(h.weight @ (h.housing == SOUND)))
        paid = booked(made, "houses.own_share") + booked(made, "houses.grant")
        assert paid == pytest.approx(60000.0 * built[-1])
    assert built[0] < built[1]


# a house is no income


def test_a_house_that_is_being_built_is_no_income_and_nobody_stops_work_for_it() -> None:
    """A house costs twenty years of income: counted as unearned it would break motivation before anybody has moved."""
    waiting, without = (world(package, START + 11) for package in (move(building_months=12), []))
    h, twin = waiting.rows("household"), without.rows("household")
    building = h.relocated_month >= 0
    assert building.sum() > 20
    assert (h.location[building] != MOVED).all()
    assert h.benefits[building].min() > 50000.0
    assert h.programme_income[building].max() == 0.0
    np.testing.assert_allclose(h.motivation[building], twin.motivation[building], atol=1e-3)


def test_help_in_kind_keeps_nobody_from_work_and_money_does() -> None:
    made = world([], START)
    h, person = made.rows("household"), made.rows("person")
    who = person.able.nonzero()[0]

    def care() -> Any:
        return worths_at_home(made, who, person.activity[who], care_asked(made, who))[1]

    before = care()
    h.benefits = 5000.0
    assert same_bits(care(), before)
    h.programme_income = 5000.0
    assert (care() > before).all()
