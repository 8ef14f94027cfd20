"""Public posts, courses, the labour platform and relief work: who takes part, what it moves, and where it stops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from worlds import START, changed, instruments, region, snapshot, villages

from fupin.model.columns import Rows
from fupin.model.household import NEVER, REACHED, REGISTERED
from fupin.model.instruments.posts import weak_labour
from fupin.model.ledger import Ledger
from fupin.model.person import CARE, OWN, POST
from fupin.model.processes.labour import worths
from fupin.model.region import Region
from fupin.model.village import MOUNTAIN

PLENTY = {"posts": 20.0, "pay": 1500.0}


def after(
    months: int, *kinds: str, data: Any = None, parameters: dict[str, float] | None = None, **settings: Any
) -> Region:
    """A small region with a package, its books checked by account every month."""
    package = instruments(*kinds, **settings)
    world = region(data or villages(40), package, years=4, audit=True, overrides=parameters)
    while world.month < START + months - 1:
        world.step()
        world.ledger.check()
    return world


def total(world: Region, purpose: str) -> float:
    return sum(one.amount for one in world.ledger.journal if one.purpose == purpose)


def differs(a: Region, b: Region) -> set[str]:
    return changed(snapshot(a), snapshot(b)) - {f"household.{name}" for name in REACHED}


def everywhere(**columns: Any) -> Any:
    """Our villages with some household or village columns set."""
    data = villages(40)
    places = data.villages | {name: np.full(len(data.villages["uid"]), v) for name, v in columns.items()}
    return replace(data, villages=places)


# public posts


def test_posts_are_held_by_registered_workers_of_poor_villages_and_paid_as_wages() -> None:
    world = after(23, "public_posts", public_posts=PLENTY)
    person, h, v = world.rows("person"), world.rows("household"), world.rows("village")
    held = np.flatnonzero(person.post >= 0)
    home = person.household[held]
    assert len(held) > 4
    assert np.all(person.activity[held] == POST)
    assert np.all(v.poor_village[h.village[home]])
    assert h.wage_income[home].min() > 0
    assert total(world, "posts.pay") > 0
    paid = [one for one in world.ledger.journal if one.purpose == "posts.pay"]
    assert paid[-1].amount == pytest.approx(1500.0 * h.weight[home].sum())


def test_no_more_posts_are_filled_than_a_village_has() -> None:
    world = after(24, "public_posts", public_posts={"posts": 3.0, "pay": 3000.0})
    person, h, v = world.rows("person"), world.rows("household"), world.rows("village")
    home = person.household[person.post >= 0]
    filled = np.bincount(h.village[home], minlength=len(v))
    assert filled.max() == 3
    assert np.bincount(home).max() == 1


def test_nobody_takes_a_post_that_pays_less_than_what_he_does() -> None:
    few, many = (after(12, "public_posts", public_posts=PLENTY | {"pay": pay}) for pay in (100.0, 3000.0))
    assert np.sum(few.rows("person").post >= 0) < np.sum(many.rows("person").post >= 0)


def test_the_weak_come_first_if_there_are_few_posts() -> None:
    shares = []
    for weak_first in (0.0, 1.0):
        given = {"posts": 3.0, "pay": 2500.0, "weak_first": weak_first, "poor_only": False, "target": "all"}
        world = after(3, "public_posts", public_posts=given)
        held = Rows(world.table_of("person"), np.flatnonzero(world.rows("person").post >= 0))
        weak_age = world.instruments[0].settings.at(world.month).weak_age
        care = world.rows("household").care_burden[held.household]
        shares.append(weak_labour(held, care, weak_age).mean())
    assert shares[1] > shares[0]


def test_posts_end_when_the_programme_ends_and_when_the_money_does() -> None:
    ended = after(24, "public_posts", public_posts=PLENTY | {"end": "2014-12"})
    assert not np.any(ended.rows("person").post >= 0)
    assert not np.any(ended.rows("person").activity == POST)
    last = max(one.month for one in ended.ledger.journal if one.purpose == "posts.pay")
    assert last == START + 11
    money = {"2014-01": 1e7, "2015-01": 0.0}
    cut = after(24, "public_posts", public_posts=PLENTY | {"budget": money})
    assert not np.any(cut.rows("person").post >= 0)
    spent = cut.instruments[0].spent
    assert spent(cut) == 0.0


@pytest.mark.parametrize("kind", ["public_posts", "skills_training", "labour_platform", "work_relief"])
def test_the_budget_of_the_year_is_not_overspent(kind: str) -> None:
    budget, largest = 3e6, 82 * 40 * 100 / 0.15  # the last one served may go over by half of what he costs
    given = {"budget": budget} | (PLENTY if kind == "public_posts" else {})
    world, free = after(24, kind, **{kind: given}), after(24, kind, **{kind: given | {"budget": 1e9}})
    spent, wanted = (one.instruments[0].spent(one) for one in (world, free))
    assert 0.0 < spent <= min(wanted, budget + 0.5 * largest)


def test_pay_for_work_is_no_benefit_that_dulls_effort() -> None:
    world = after(24, "public_posts", public_posts=PLENTY)
    h = world.rows("household")
    assert h.benefits.sum() == 0.0


def test_cleaners_keep_a_village_clean_as_long_as_they_are_paid() -> None:
    plain = after(25)
    cleaned = after(25, "public_posts", public_posts=PLENTY | {"cleaning": 0.3}).rows("village")
    gained = cleaned.sanitation - plain.rows("village").sanitation
    assert gained[cleaned.poor_village].min() > 0.0
    ended = after(37, "public_posts", public_posts=PLENTY | {"cleaning": 0.3, "end": "2015-12"})
    np.testing.assert_allclose(ended.rows("village").sanitation, plain.rows("village").sanitation)


# courses


def test_a_course_teaches_members_at_home_and_costs_their_household_days() -> None:
    plain, world = after(1), after(1, "skills_training", skills_training={"uptake_constant": 3.0})
    gained = world.rows("person").skill - plain.rows("person").skill
    taught = np.flatnonzero(gained > 0)
    person, h = world.rows("person"), world.rows("household")
    home = person.household[taught]
    assert len(taught) > 4
    assert np.all(np.isin(plain.rows("person").activity[taught], (OWN, CARE)))
    assert np.all(person.age[taught] <= 50.0)
    assert np.all(h.registry[home] == REGISTERED)
    assert np.all(person.pay[taught] > plain.rows("person").pay[taught])
    assert h.productivity_shift.min() < 0.0
    assert total(world, "training.course") > 0
    world.run_to(START + 3)
    assert not world.rows("household").productivity_shift.any()


def test_what_is_learnt_makes_work_away_worth_more_and_the_farm_not() -> None:
    plain, world = after(1), after(1, "skills_training", skills_training={"uptake_constant": 3.0, "gain": 0.5})
    taught = np.flatnonzero(world.rows("person").skill > plain.rows("person").skill)
    before, now = worths(plain, taught), worths(world, taught)
    own, local, away, _ = (more - less for more, less in zip(now, before, strict=True))
    assert np.all(away > 0.0)
    assert np.all(local > 0.0)
    assert np.allclose(own, 0.0)


# the platform


def test_the_platform_sends_workers_away_as_long_as_it_lasts() -> None:
    away = {}
    for ease in (0.0, 3.0):
        world = after(36, "labour_platform", labour_platform={"ease": ease, "take_up": 1.0})
        away[ease] = float(world.rows("household").migrants.sum())
    assert away[3.0] > away[0.0]
    ended = after(36, "labour_platform", labour_platform={"end": "2015-12"})
    assert not ended.rows("household").migration_shift.any()


def test_the_way_is_paid_to_migrants_of_registered_households_only() -> None:
    world = after(14, "labour_platform", labour_platform={"take_up": 1.0, "ease": 3.0})
    assert total(world, "platform.transport") > 0
    served = world.rows("household").reached > 0
    assert not np.any(served & (world.rows("household").registry == NEVER))


def test_directed_hiring_reaches_further_into_the_mountains() -> None:
    world = after(2, "labour_platform", labour_platform={"take_up": 1.0, "hard_ease": 1.0})
    h, v = world.rows("household"), world.rows("village")
    assert np.all(v.terrain == MOUNTAIN)
    assert np.allclose(h.migration_shift[h.migration_shift > 0.0], 1.5)
    flat = after(2, "labour_platform", data=everywhere(terrain=0), labour_platform={"take_up": 1.0, "hard_ease": 1.0})
    assert flat.rows("household").migration_shift.max() == 0.5


# relief work


def test_relief_work_pays_idle_hands_and_leaves_a_road() -> None:
    plain, world = after(24), after(24, "work_relief")
    v = world.rows("village")
    built = v.road - plain.rows("village").road
    assert total(world, "relief.wages") > 0
    assert total(world, "relief.materials") / total(world, "relief.wages") == pytest.approx(0.85 / 0.15)
    assert built[v.poor_village].min() > 0.0
    assert not built[~v.poor_village].any()
    assert np.all(v.market_shift[v.poor_village] > 0.0)


def test_nobody_works_for_less_than_a_day_at_home_is_worth() -> None:
    assert total(after(12, "work_relief", work_relief={"day_wage": 0.0}), "relief.wages") == 0.0


# preconditions


@pytest.mark.parametrize("kind", ["public_posts", "work_relief"])
def test_nothing_happens_where_no_village_is_poor(kind: str) -> None:
    rich = everywhere(poor_village=False)
    plain, world = after(24, data=rich), after(24, kind, data=rich)
    assert not differs(plain, world)


def test_books_notice_a_wage_of_a_post_that_is_not_booked() -> None:
    world = region(villages(40), instruments("public_posts", public_posts=PLENTY), audit=True, suppressed=["posts.pay"])
    world.run_to(START + 3)
    with pytest.raises(AssertionError, match="stock and books differ"):
        world.ledger.check()
    assert isinstance(world.ledger, Ledger)


def test_the_way_is_paid_in_part_where_money_is_short() -> None:
    offer = {"take_up": 1.0, "ease": 3.0, "administration_share": 0.0}
    full = total(after(13, "labour_platform", labour_platform=offer), "platform.transport")
    budget = {"2014-01": 1e12, "2015-01": 0.5 * full}
    short = after(13, "labour_platform", labour_platform=offer | {"budget": budget})
    assert total(short, "platform.transport") == pytest.approx(0.5 * full)
