"""Hearing of jobs, skill asked, care that binds; the register, courses to order, the vocational base, brands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from industry_worlds import after, differs, places, total
from worlds import START, region, villages

from fupin.model.instruments.labour_services import premium_of_brand
from fupin.model.person import LOCAL, MIGRANT
from fupin.model.processes.hiring import acquaintances, within_reach
from fupin.model.region import Region
from fupin.model.rules.labour import (
    distance_to_town,
    heard_through_acquaintances,
    hears_of_vacancies,
    lacks_skill,
    too_far_for_a_carer,
)

FRICTION = {"labour.search_friction": 0.9}


def local(world: Region) -> float:
    h = world.rows("household")
    return float(h.weight @ h.local_workers)


# what stands between a seeker and a vacancy


def test_who_is_in_the_register_or_has_neighbours_at_work_hears_of_vacancies() -> None:
    assert hears_of_vacancies(0.8, 0.0, 0.0) == pytest.approx(0.2)
    assert hears_of_vacancies(0.8, 1.0, 0.0) == 1.0
    assert hears_of_vacancies(0.8, 0.0, heard_through_acquaintances(2.0, 0.5)) > 0.2
    assert heard_through_acquaintances(0.0, 0.5) == 0.0


def test_without_frictions_everybody_may_ask() -> None:
    world = region(places())
    assert within_reach(world, np.arange(10)) is None
    assert np.all(acquaintances(world) == 0.0)


def test_friction_leaves_vacancies_and_seekers_apart() -> None:
    plain, apart = after(24), after(24, parameters=FRICTION)
    assert apart.rows("county").unheard.sum() > 0.0
    assert local(apart) < local(plain)


def test_acquaintances_make_up_for_part_of_the_friction() -> None:
    alone, told = (after(24, parameters=FRICTION | {"labour.acquaintance_weight": w}) for w in (0.0, 5.0))
    assert local(told) > local(alone)


def test_the_register_makes_up_for_friction_and_is_idle_without_it() -> None:
    registered = after(24, "job_register", parameters=FRICTION, job_register={"coverage": 1.0})
    assert local(registered) > local(after(24, parameters=FRICTION))
    assert registered.rows("household").job_known.any()
    idle, plain = after(24, "job_register"), after(24)
    changed = {name for name in differs(idle, plain) if name.startswith("person.")}
    assert changed == set()


def test_a_register_that_is_no_longer_kept_is_forgotten() -> None:
    world = after(14, "job_register", job_register={"end": "2014-12"})
    assert not world.rows("household").job_known.any()


def test_posts_that_ask_for_skill_turn_the_unskilled_away() -> None:
    assert lacks_skill(0.2, 0.5)
    assert not lacks_skill(0.5, 0.5)
    asked = after(24, parameters={"labour.asked_skill": 0.8})
    assert asked.rows("county").unskilled.sum() > 0.0
    assert local(asked) < local(after(24))


def test_will_skill_and_post_are_told_apart() -> None:
    both = FRICTION | {"labour.asked_skill": 0.5, "labour.carer_reach": 2.0}
    county = after(12, parameters=both).rows("county")
    turned = county.unheard + county.unskilled + county.out_of_reach
    assert np.all(turned <= county.job_seekers + 1e-9)


def test_carers_take_no_job_beyond_two_kilometres_but_one_in_the_village() -> None:
    assert too_far_for_a_carer(1.0, 0.25, 8.0, 2.0)
    assert not too_far_for_a_carer(0.0, 0.25, 8.0, 2.0)
    assert not too_far_for_a_carer(1.0, 0.25, 1.5, 2.0)
    assert distance_to_town(8.0, 1.0, 0.5) > distance_to_town(8.0, -1.0, 0.5)
    reach = {"labour.carer_reach": 2.0}
    data = places(villages(60))
    plain, bound = after(24, data=data), after(24, data=data, parameters=reach)
    assert bound.rows("county").out_of_reach.sum() > 0.0
    assert carers_at_work(bound) < carers_at_work(plain)
    shops = {"share_per_year": 1.0, "least_workers": 0}
    near = after(24, "village_workshop", data=data, parameters=reach, village_workshop=shops)
    carers = [carers_at_work(world) for world in (bound, near)]
    assert carers[0] < carers[1]


def carers_at_work(world: Region) -> int:
    """Local workers whom care at home binds."""
    person, h = world.rows("person"), world.rows("household")
    caring = h.care_burden[person.household] * np.where(person.female, 1.0, world.p.men_care_share)
    return int(np.sum((person.activity == LOCAL) & (caring >= world.p.carer_burden)))


# courses with a promised job

COURSE: dict[str, Any] = {"places": 1e6, "uptake_constant": 3.0}


def course(kind: str, **settings: Any) -> Region:
    return after(1, kind, data=places(villages(60)), **{kind: COURSE | settings})


def test_trainees_of_an_ordered_course_take_the_jobs_they_were_promised() -> None:
    none, some = (course("order_training", placed=p, promise=10.0) for p in (0.0, 1.0))
    assert np.sum(some.rows("person").activity == LOCAL) > np.sum(none.rows("person").activity == LOCAL)
    assert np.all(some.rows("person").employer[some.rows("person").activity == LOCAL] >= 0)


def test_no_more_are_placed_than_there_are_vacancies() -> None:
    world = course("order_training", placed=1.0, promise=10.0)
    e = world.rows("enterprise")
    data = places(villages(60))
    full = replace(data, enterprises=data.enterprises | {"jobs": data.enterprises["jobs"] * 0.0})
    empty = after(1, "order_training", data=full, order_training=COURSE | {"placed": 1.0, "promise": 10.0})
    plain = after(1, data=full)
    assert np.sum(empty.rows("person").activity == LOCAL) == np.sum(plain.rows("person").activity == LOCAL)
    assert np.all(e.filled <= np.maximum(e.jobs, e.filled))
    assert total(empty, "training.course") > 0.0


def test_the_vocational_base_sends_its_graduates_away_with_more_skill() -> None:
    none, some = (course("vocational_base", placed=p, promise=10.0) for p in (0.0, 1.0))
    assert np.sum(some.rows("person").activity == MIGRANT) > np.sum(none.rows("person").activity == MIGRANT)
    assert some.rows("person").skill.sum() > after(1, data=places(villages(60))).rows("person").skill.sum()


def test_a_brand_raises_pay_for_good_and_is_worth_less_when_many_hold_it() -> None:
    given = {"least_motivation": 0.0, "premium": 0.2}
    world = course("labour_brands", **given)
    person, plain = world.rows("person"), after(1, data=places(villages(60))).rows("person")
    holders = np.flatnonzero(person.brand)
    assert len(holders)
    assert np.all(person.talent[holders] > plain.talent[holders])
    assert np.all(person.pay[holders] > plain.pay[holders])
    s = world.instruments[0].settings.at(world.month)
    diluted = type(s)(**vars(s) | {"demand": 1.0})
    assert premium_of_brand(world, diluted) < 0.01 * premium_of_brand(world, s)


def test_a_certificate_has_to_be_earned() -> None:
    assert not course("labour_brands", least_motivation=1.0).rows("person").brand.any()


@pytest.mark.parametrize("kind", ["order_training", "vocational_base", "labour_brands"])
def test_without_places_nobody_is_trained(kind: str) -> None:
    assert differs(after(14, kind, **{kind: {"places": 0}}), after(14)) == set()


def test_nobody_inherits_the_certificate_or_the_practice_of_the_dead() -> None:
    """A child may be born into the place that somebody who has died leaves in the household."""
    made = region(villages(60), years=6)
    made.run_to(START + 11)
    person = made.rows("person")
    holders = person.alive.copy()
    person.brand, person.craft = holders, 1.0 * holders
    made.run_to(START + 59)
    born_since = person.alive & (person.age < 4.0)
    assert (holders & born_since).any()
    assert not person.brand[born_since].any()
    assert not person.craft[born_since].any()
    assert person.brand.any()
