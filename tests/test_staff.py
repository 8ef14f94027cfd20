"""Workers and wages of rows that stand for many are shared out among employers, and nobody is lost on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import START, random_region, region

from fupin.model.person import LOCAL
from fupin.model.processes import staff as staff_module
from fupin.model.processes.labour import assign, employed, lay_off
from fupin.model.processes.staff import by_employer, count_staff, ordinary, staff_of
from fupin.model.region import Region
from fupin.scenarios.regions import build_region_data


def weights_of(world: Region, staff: np.ndarray) -> np.ndarray:
    return world.rows("household").weight[world.rows("person").household[staff]]


@given(seed=st.integers(0, 2**32), households=st.integers(1, 60))
def test_sharing_out_loses_no_worker_and_no_yuan(seed: int, households: int) -> None:
    world = random_region(seed, households, START + 2)
    staff, e = employed(world), world.rows("enterprise")
    pay = world.rows("person").pay[staff]
    paid = by_employer(world, staff, pay)
    assert (paid >= 0).all()
    of_county = np.bincount(e.county[world.rows("person").employer[staff]], pay * weights_of(world, staff), minlength=2)
    np.testing.assert_allclose(np.bincount(e.county, paid, minlength=2), of_county, rtol=1e-9)


@given(seed=st.integers(0, 2**32), households=st.integers(1, 60))
def test_rows_that_stand_for_themselves_are_simply_counted(seed: int, households: int) -> None:
    world = random_region(seed, households, START + 2)
    world.rows("household").weight = 1.0
    staff = employed(world)
    count_staff(world, staff)
    e = world.rows("enterprise")
    assert (e.filled == np.bincount(world.rows("person").employer[staff], minlength=len(e))).all()


@given(seed=st.integers(0, 2**32), households=st.integers(1, 60))
def test_workshops_sites_and_closed_firms_have_their_own_workers_only(seed: int, households: int) -> None:
    world = random_region(seed, households, START + 2)
    staff = employed(world)
    count_staff(world, staff)
    e = world.rows("enterprise")
    booked = np.bincount(world.rows("person").employer[staff], weights_of(world, staff), minlength=len(e))
    np.testing.assert_allclose(e.filled[~ordinary(e)], booked[~ordinary(e)])


def test_no_firm_of_a_sample_stands_empty_because_few_rows_are_drawn() -> None:
    world = region(build_region_data("baoding", 0.002, ["Fuping"]), years=2)
    world.run_to(START + 11)
    e = world.rows("enterprise")
    rows = np.bincount(world.rows("person").employer[employed(world)], minlength=len(e))
    assert (rows == 0).sum() > 20  # as many firms are nobody's employer
    np.testing.assert_allclose(e.filled[e.alive], e.jobs[e.alive], rtol=0.35)
    assert e.filled.sum() == pytest.approx(weights_of(world, employed(world)).sum())


def test_as_many_lose_their_jobs_as_are_too_many_though_rows_are_lumps() -> None:
    lost = wanted = 0.0
    for seed in range(30):
        world = random_region(seed, 200, START + 2)
        e, staff = world.rows("enterprise"), employed(world)
        count_staff(world, staff)
        before = weights_of(world, staff).sum()
        e.jobs = 0.8 * e.filled / world.p.staff_tolerance
        e.alive = True
        count_staff(world, staff)
        wanted += np.maximum(e.filled - world.p.staff_tolerance * e.jobs, 0.0).sum()
        lay_off(world, staff)
        lost += before - weights_of(world, employed(world)).sum()
    assert lost == pytest.approx(wanted, rel=0.05)


def test_the_newest_go_first_in_each_firm_and_where_rows_are_few_in_the_county() -> None:
    for weight in (1.0, 50.0):
        world = random_region(3, 400, START + 2)
        world.rows("household").weight = weight
        e, person, staff = world.rows("enterprise"), world.rows("person"), employed(world)
        e.alive, e.village, e.reserved = True, -1, 0.0
        person.tenure[staff], person.priority[staff] = np.arange(len(staff)) % 97, 0.5
        count_staff(world, staff)
        e.jobs = 0.5 * e.filled / world.p.staff_tolerance
        tenure, employer = person.tenure[staff], person.employer[staff]
        lay_off(world, staff)
        gone = person.employer[staff] < 0
        groups = employer if weight == 1.0 else e.county[employer]
        for group in np.unique(groups):
            here = groups == group
            assert tenure[here & gone].max() <= tenure[here & ~gone].min() + (0 if weight == 1.0 else 25)


def test_who_is_let_go_does_not_depend_on_how_far_one_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(6):
        lost = []
        for far in (staff_module.FAR, 0.5, np.inf):
            monkeypatch.setattr(staff_module, "FAR", far)
            world = random_region(seed, 300, START + 2)
            e, staff = world.rows("enterprise"), employed(world)
            home = world.rows("person").household[staff]
            world.rows("household").weight[home[:: seed + 2]] = 1.0  # rows that are their employer's among lumps
            world.rows("household").weight[home[1 :: seed + 2]] = 40.0
            count_staff(world, staff)
            e.jobs = e.filled * np.random.default_rng(seed).uniform(0.3, 1.2, len(e)) / world.p.staff_tolerance
            lay_off(world, staff)
            lost.append(staff[world.rows("person").employer[staff] < 0])
        monkeypatch.undo()
        assert len(lost[0]) > 5
        np.testing.assert_array_equal(lost[0], lost[1])
        np.testing.assert_array_equal(lost[0], lost[2])


def test_those_laid_off_look_for_work_at_once() -> None:
    world = random_region(3, 50, START + 2)
    staff = employed(world)
    world.rows("enterprise").jobs = 0.0
    lay_off(world, staff)
    person = world.rows("person")
    assert (person.activity[staff] != LOCAL).all()
    assert (person.tenure[staff] == 0).all()  # months in what they do now
    assert person.restless[staff].all()


def test_where_jobs_are_many_every_employer_finds_its_part_of_the_workers() -> None:
    jobs = np.array([100.0, 40.0, 60.0, 200.0])
    county = np.array([0, 0, 0, 1])
    uid, ones = np.arange(120), np.ones(120)
    found = assign(np.repeat([0, 1], [100, 20]), ones, ones, uid, county, jobs)
    np.testing.assert_allclose(np.bincount(found, minlength=4), [50, 20, 30, 20], atol=1)


def test_staff_who_leave_and_who_are_hired_keep_the_order_of_rows() -> None:
    world = random_region(3, 200, START + 2)
    everybody = staff_of(world, employed(world))
    rng = np.random.default_rng(1)
    gone, hired = rng.permutation(everybody.rows)[:30], np.sort(everybody.rows[::7])
    left = everybody.without(gone, np.append(hired, everybody.rows[-1] + 5))
    np.testing.assert_array_equal(left.rows, np.setdiff1d(everybody.rows, np.append(gone, hired)))
    again = left.together_with(staff_of(world, hired))
    for found, looked_up in zip(again, staff_of(world, again.rows), strict=True):
        np.testing.assert_array_equal(found, looked_up)
    np.testing.assert_array_equal(again.rows, np.union1d(left.rows, hired))
    assert not len(everybody.without(everybody.rows).rows)


def test_the_staff_of_the_match_is_whoever_has_an_employer() -> None:
    world = region(build_region_data("baoding", 0.002, ["Fuping"]), years=2)
    world.run_to(START - 1)
    for _ in range(8):
        world.run_to(world.month + 3)
        for kept, looked_up in zip(world.staff[1], staff_of(world, employed(world)), strict=True):
            np.testing.assert_array_equal(kept, looked_up)
