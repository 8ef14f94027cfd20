"""Motivation: what moves it, what it cannot touch, and that it reaches income only through what people do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_governance import after, flow
from worlds import START, changed, instruments, region, same_bits, snapshot, villages

from fupin.model.household import BREACH, ENTITLED, EXITED, REGISTERED
from fupin.model.outcomes import measure
from fupin.model.processes.settle import spend
from fupin.model.processes.settlement import Place, quarter_values
from fupin.model.region import Region
from fupin.model.rules.incentives import graded_support, lesson_gain, take_up_when_known
from fupin.model.rules.vocabulary import scalar
from fupin.model.snapshot import Snapshot

ALL = {"share_per_year": 1.0}
NEVER_DEPENDENT = {"motivation.dependence_weight": 0.0}


def spirits(world: Region) -> Any:
    return world.rows("household").motivation


# what depends on transfers


def test_without_the_weight_of_dependence_motivation_changes_and_nothing_else_at_first() -> None:
    generous = {"dibao": {"standard": 15000, "coverage": 0.5}}
    with_it, without = (after(3, "dibao", overrides=given, **generous) for given in ({}, NEVER_DEPENDENT))
    assert changed(snapshot(with_it), snapshot(without)) == {"household.motivation", "village.norm"}
    assert (spirits(without) >= spirits(with_it)).all()
    assert flow(with_it, "sales") == flow(without, "sales")
    later = [after(12, "dibao", overrides=given, **generous) for given in ({}, NEVER_DEPENDENT)]
    assert flow(later[1], "sales") > flow(later[0], "sales")  # through effort


def test_without_transfers_the_weight_of_dependence_is_of_no_account() -> None:
    with_it, without = (after(12, overrides=given) for given in ({}, NEVER_DEPENDENT))
    assert changed(snapshot(with_it), snapshot(without)) == set()


def test_an_idle_habit_is_given_to_the_share_that_is_asked_for_and_stays() -> None:
    world = after(24, overrides={"motivation.idle_habit_share": 0.2})
    h = world.rows("household")
    idle = h.motivation_base < 0.3
    assert h.weight[idle].sum() / h.weight.sum() == pytest.approx(0.2, abs=0.01)
    assert spirits(world)[idle].mean() < 0.4
    plain = after(24).rows("household")
    assert same_bits(plain.motivation_base[~idle], h.motivation_base[~idle])
    assert h.expected_output[idle].sum() < plain.expected_output[idle].sum()


# examples, praise, lessons


def test_awards_move_winners_most_and_neighbours_half_as_much() -> None:
    settings = {"awards": {"winners": 0.1, "grant": 2000, "neighbours_reached": 1.0, "start": "2015-01"}}
    world = region(villages(), instruments("awards", **settings), years=3, audit=True)
    world.run_to(START + 21)
    before = spirits(world).copy()
    world.step()
    world.ledger.check()
    h = world.rows("household")
    won = h.reached != 0
    there = np.isin(h.village, h.village[won]) & (h.members > 0)
    share = (spirits(world) - before) / (1.0 - before)
    assert 0 < won.sum() < 20
    np.testing.assert_allclose(share[won], 0.15)
    np.testing.assert_allclose(share[there & ~won], 0.075)
    assert not share[~there].any()
    assert flow(world, "award") == pytest.approx(2000.0 * h.weight[won].sum())


def test_winners_rose_by_their_own_work() -> None:
    world = after(23, "awards", awards={"winners": 0.1, "start": "2015-01"})
    h = world.rows("household")
    assert (h.income_growth[h.reached != 0] > 0.0).all()


def test_role_models_raise_spirits_and_aspirations_of_their_neighbours_only() -> None:
    alone, beside = (after(14, *kinds, role_models=ALL) for kinds in ((), ("role_models",)))
    h, before = beside.rows("household"), alone.rows("household")
    there = np.isin(h.village, np.unique(h.village[h.motivation > before.motivation]))
    assert there.any()
    assert (h.motivation >= before.motivation)[there].mean() > 0.95
    assert h.aspiration.mean() > before.aspiration.mean()


def test_where_nobody_was_ever_listed_there_are_no_role_models() -> None:
    nobody = {"county.quota": 0.0}
    alone, beside = (after(9, *kinds, columns=nobody, role_models=ALL) for kinds in ((), ("role_models",)))
    assert changed(snapshot(alone), snapshot(beside)) == set()
    listed = [after(9, *kinds, role_models=ALL | {"least_gain": 0.01}) for kinds in ((), ("role_models",))]
    assert "household.aspiration" in changed(*(snapshot(world) for world in listed))


def test_evenings_at_school_saturate_and_fade() -> None:
    assert lesson_gain(0.0, 0.1, 6.0) == 0.0
    assert lesson_gain(6.0, 0.1, 6.0) == pytest.approx(0.05)
    assert lesson_gain(12.0, 0.1, 6.0) - lesson_gain(6.0, 0.1, 6.0) < 0.05
    none, school, stopped = (
        after(24, *kinds, night_schools=ALL | given)
        for kinds, given in (((), {}), (("night_schools",), {}), (("night_schools",), {"end": "2014-12"}))
    )
    assert spirits(school).mean() > spirits(stopped).mean() > spirits(none).mean()
    half_way = after(12, "night_schools", night_schools=ALL), after(12)
    assert spirits(stopped).mean() - spirits(none).mean() < spirits(half_way[0]).mean() - spirits(half_way[1]).mean()


def test_who_knows_the_rules_takes_up_more_of_what_is_offered() -> None:
    assert take_up_when_known(0.6, 0.0, 0.5) == 0.6
    assert take_up_when_known(0.6, 1.0, 0.5) == pytest.approx(0.8)
    given = {"lecture_teams": ALL | {"lectures": 12}, "production_grant": {"share_per_year": 1.0}}
    unknown, known = (
        after(3, *kinds, **given) for kinds in (("production_grant",), ("lecture_teams", "production_grant"))
    )
    before, now = (world.rows("household").granted_month >= 0 for world in (unknown, known))
    assert now[before].all()
    assert now.sum() > before.sum()


def test_a_public_rating_spurs_those_below_the_middle_and_costs_the_last_some_heart() -> None:
    settings = {"star_households": ALL | {"error": 0.0, "pride": 0.0, "spur": 0.2, "discouragement": 0.0}}
    world = region(villages(), instruments("star_households", **settings), years=3)
    world.run_to(START + 10)
    plain = region(villages(), years=3)
    plain.run_to(START + 11)
    world.step()
    gain = spirits(world) - spirits(plain)
    h = world.rows("household")
    middle = np.array([np.median(spirits(plain)[(h.village == place) & (h.members > 0)]) for place in range(4)])
    low = spirits(plain) < middle[h.village] - 0.02
    assert (gain[low & (h.members > 0)] > 0.0).all()
    assert abs(gain[spirits(plain) > middle[h.village] + 0.02]).max() < 1e-12
    harsh = {"star_households": ALL | {"error": 0.0, "pride": 0.0, "spur": 0.0, "discouragement": 1.0}}
    assert spirits(after(12, "star_households", **harsh)).mean() < spirits(plain).mean()


def test_worthies_and_elders_draw_the_village_up() -> None:
    plain = spirits(after(12))
    for kind in ("village_worthies", "five_elders"):
        lifted = spirits(after(12, kind, **{kind: ALL}))
        assert lifted.mean() > plain.mean() + 1e-4, kind


# duties


def duties(months: int, *kinds: str, **given: Any) -> Region:
    settings = {"duty_cost": 0.9, "steepness": 50, "noticed": 1.0, "mistaken": 0.0, "response": 0.0} | given
    package = ("dibao", "extremely_poor_support", "production_grant", *kinds)
    alone = {"household.absent_support": 0.0, "household.formal_pension": 0.0}
    return after(months, *package, columns=alone, production_grant={"share_per_year": 1.0}, duty_lists=settings)


def test_suspension_stops_special_benefits_and_never_the_minimum_living_allowance() -> None:
    free, bound = duties(9), duties(9, "duty_lists")
    h = bound.rows("household")
    assert set(h.suspended) == {ENTITLED, BREACH}
    assert not h.suspended[h.workers == 0].any()
    assert flow(bound, "production_grant") < 0.2 * flow(free, "production_grant")
    for purpose in ("dibao", "extremely_poor"):
        assert flow(bound, purpose) == flow(free, purpose) > 0.0
    kept = ("dibao", "dibao_members", "wubao", "transfer_income")
    assert not {f"household.{name}" for name in kept} & changed(snapshot(free), snapshot(bound))


def test_special_benefits_come_back_when_duties_are_met() -> None:
    lenient = duties(18, "duty_lists", duty_cost={"2014-01": 0.9, "2014-10": 0.0})
    h = lenient.rows("household")
    assert not h.suspended.any()
    assert flow(lenient, "production_grant") > 0.5 * flow(duties(18), "production_grant")
    ended = duties(12, "duty_lists", end="2014-10")
    assert not ended.rows("household").suspended.any()


def test_who_is_suspended_thinks_it_over() -> None:
    h = duties(2, "duty_lists", response=0.2).rows("household")
    before = duties(2, "duty_lists").rows("household")
    np.testing.assert_allclose((h.motivation - before.motivation)[h.suspended == BREACH], 0.05)
    others = h.suspended == ENTITLED
    assert same_bits(h.motivation[others], before.motivation[others])


def test_mistakes_and_the_poverty_of_the_suspended_are_reported() -> None:
    told = measure(Snapshot(duties(12, "duty_lists", duty_cost=0.55, mistaken=0.2)))
    assert 0.0 < told["false_suspensions"] < told["suspended"]
    assert 0.0 < told["suspended_poor"] <= told["suspended"]
    assert measure(Snapshot(duties(12, "duty_lists")))["false_suspensions"] == 0.0
    assert measure(Snapshot(duties(12)))["suspended"] == 0.0


# reward of effort


def test_support_by_effort_costs_the_same_and_goes_to_those_who_do_more() -> None:
    rank = (np.arange(100) + 0.5) / 100
    assert graded_support(1000.0, rank, 0.6).mean() == pytest.approx(1000.0)
    exact, blurred = (
        after(3, "effort_support", effort_support={"noise": noise, "grading": 1.0, "response": 0.2})
        for noise in (0.0, 1.0)
    )
    plain = spirits(after(3))
    assert flow(exact, "effort.support") == pytest.approx(flow(blurred, "effort.support"))
    got = [world.rows("household").benefits for world in (exact, blurred)]
    able = got[0] > 0.0
    assert np.corrcoef(got[0][able], plain[able])[0, 1] > 0.9
    assert np.corrcoef(got[1][able], plain[able])[0, 1] < 0.5
    assert (spirits(exact) - plain)[able].mean() > 5 * (spirits(blurred) - plain)[able].mean() > 0.0


def test_perks_make_care_cheaper_for_those_who_left_and_lapse_with_the_programme() -> None:
    world = after(24, "exit_perks", exit_perks={"earned_share": 0.3})
    h = world.rows("household")
    got = h.care_shift < 0.0
    assert got.any()
    assert (h.registry[got] == EXITED).all()
    np.testing.assert_allclose(h.care_shift[got], np.log(0.7))
    assert flow(world, "exit.perks") > 0.0
    over = after(36, "exit_perks", exit_perks={"earned_share": 0.3, "end": "2016-06"}).rows("household")
    np.testing.assert_allclose(over.care_shift, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "settings"), [("exit_perks", {"discount": 0.5}), ("no_label_norm", ALL | {"campaign": 1.0, "effort": 0.0})]
)
def test_frankness_grows_with_the_promise_and_with_the_shame(kind: str, settings: dict[str, Any]) -> None:
    hiding, frank = (after(10, "dibao", *kinds, **{kind: settings}).rows("household") for kinds in ((), (kind,)))
    earning = hiding.reported_income > 0.0
    assert (frank.reported_income[earning] >= hiding.reported_income[earning]).all()
    assert frank.reported_income.sum() > 1.01 * hiding.reported_income.sum()
    np.testing.assert_array_equal(frank.income_year, hiding.income_year)


# feasts, and the sense of gain


def test_norms_lower_ceremonial_spending_and_the_money_is_kept() -> None:
    free, thrifty = (after(12, *kinds, ceremony_norms=ALL) for kinds in ((), ("ceremony_norms",)))
    assert flow(thrifty, "ceremony") < 0.9 * flow(free, "ceremony")
    assert thrifty.rows("household").savings.mean() > free.rows("household").savings.mean()
    unheard = after(12, "ceremony_norms", columns={"village.participation": 0.0}, ceremony_norms=ALL)
    assert flow(unheard, "ceremony") == flow(after(12, columns={"village.participation": 0.0}), "ceremony")


def test_one_household_keeps_the_norm_as_all_do() -> None:
    world = after(3, "ceremony_norms", ceremony_norms=ALL)
    twin = after(3, "ceremony_norms", ceremony_norms=ALL)
    h, p, arrays = world.rows("household"), quarter_values(world), world.table_of("village").arrays
    columns, one = SimpleNamespace(quarter_income=np.full(len(h), 4e3)), SimpleNamespace(quarter_income=4e3)
    scalar(spend)(twin.households[5], Place(twin.table_of("village").arrays, int(h.village[5])), p, None, one)
    spend(h, Place(arrays, h.village), p, None, columns)
    assert 0.0 < one.ceremony == pytest.approx(columns.ceremony[5])
    assert one.ceremony < 0.9 * p.ceremony_share * 4e3


def test_taking_part_lifts_spirits_and_approval() -> None:
    silent, heard = (spirits(after(12, *kinds, village_voice=ALL)) for kinds in ((), ("village_voice",)))
    assert heard.mean() > silent.mean() + 0.005
    opinions = {"approval.approval_on": 1.0}
    before, after_all = (
        after(12, overrides=opinions | given, columns={"village.participation": 0.9}).rows("household").approval.mean()
        for given in ({}, {"governance.approval_voice": 1.0})
    )
    assert after_all > before
    low, high = (
        after(12, overrides=opinions | {"governance.approval_voice": 1.0}, columns={"village.participation": value})
        for value in (0.1, 0.9)
    )
    assert high.rows("household").approval.mean() > low.rows("household").approval.mean()


def test_registered_households_exist_in_these_worlds() -> None:
    assert (after(1).rows("household").registry == REGISTERED).any()
