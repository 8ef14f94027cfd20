"""Schools: distance, quality, cost and persuasion keep pupils; places are limited; kindergartens free time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.instruments.base import Instrument
from fupin.model.measures import schooling_persistence
from fupin.model.outcomes import OUTCOMES
from fupin.model.person import JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, VOCATIONAL
from fupin.model.processes.schooling import drop_out
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

AUGUST, OCTOBER = START + 7, START + 9


def one(kind: str, **settings: Any) -> list[Instrument]:
    return instruments(kind, **{kind: settings})


def world(package: list[Instrument], month: int = AUGUST, **kwargs: Any) -> Region:
    made = region(villages(), package, years=5, audit=True, **kwargs)
    while made.month < month:
        made.step()
        made.ledger.check()
    return made


def in_september(made: Region) -> Region:
    """The instruments of September have run, the pupils have not decided yet."""
    made.month += 1
    made.ledger.month = made.month
    for instrument in made.instruments:
        instrument.run(made)
    return made


def chances(made: Region, pupils: Any) -> Any:
    """Chance of leaving school of some pupils, found by trying every draw."""
    tries = np.linspace(0.0, 1.0, 400)
    return np.mean([drop_out(made, pupils, np.full(len(pupils), u)) for u in tries], axis=0)


def pupils_of(made: Region, *stages: int) -> Any:
    person = made.rows("person")
    return np.flatnonzero(person.alive & np.isin(person.stage, stages))


def booked(made: Region, purpose: str) -> float:
    made.ledger.close_month()
    return sum(entry.amount for entry in made.ledger.journal if entry.purpose == purpose)


def compared(kind: str, *stages: int, **settings: Any) -> tuple[Any, Any, Region]:
    """Chances of leaving without and with an instrument, and the world with it."""
    without, with_it = in_september(world([])), in_september(world(one(kind, **settings)))
    pupils = pupils_of(without, *(stages or (JUNIOR,)))
    return chances(without, pupils), chances(with_it, pupils), with_it


def far(made: Region, pupils: Any) -> Any:
    return made.rows("village").remoteness[made.rows("household").village[made.rows("person").household[pupils]]]


def test_boarding_lowers_dropout_where_school_is_far_and_nowhere_else() -> None:
    before, after, made = compared("boarding_schools", schools=68, years=1)
    away = far(made, pupils_of(made, JUNIOR)) >= 0.0
    assert away.any()
    assert not away.all()
    assert np.all(after[away] < before[away])
    assert np.array_equal(after[~away], before[~away])


def test_no_more_pupils_board_than_there_are_beds() -> None:
    _, _, made = compared("boarding_schools", schools=2, years=1, beds=100)
    boards = made.state_of(made.instruments[0]).boards
    weight = made.rows("household").weight[made.rows("person").household[boards]]
    assert 0.0 < weight.sum() <= 200.0 + weight.max()


def test_only_pupils_of_grade_four_and_more_board() -> None:
    _, _, made = compared("boarding_schools", schools=68, years=1)
    boards = made.state_of(made.instruments[0]).boards
    assert made.rows("person").schooling[boards].min() >= 3.0


def test_boarding_schools_are_built_in_three_years_for_446_million() -> None:
    made = region(villages(), one("boarding_schools", beds=1), years=4)
    made.run_to(START + 35)
    assert made.state_of(made.instruments[0]).schools == pytest.approx(68.0)
    assert booked(made, "schools.building") == pytest.approx(446e6, rel=0.001)


def test_without_far_villages_no_boarding_school_is_built() -> None:
    nothing, made = world([], OCTOBER), world(one("boarding_schools", far=3.0), OCTOBER)
    other = snapshot(made)
    assert all(same_bits(values, other[key]) for key, values in snapshot(nothing).items())


def test_a_small_village_school_is_near_but_poorer() -> None:
    small = {"least_pupils": 1, "share": 1.0}
    before, near, made = compared("village_schools", **small, small_penalty=0.0)
    _, poorer, _ = compared("village_schools", **small, small_penalty=1.0)
    away = far(made, pupils_of(made, JUNIOR)) > 0.0
    assert np.all(near[away] < before[away])
    assert np.all(poorer[away] > near[away])
    assert np.array_equal(near[~away], before[~away])


def test_schools_with_too_few_pupils_are_not_kept() -> None:
    assert booked(world(one("village_schools", least_pupils=500), OCTOBER), "schools.running") == 0.0


def test_teachers_keep_pupils_and_what_they_added_fades_when_they_go() -> None:
    before, after, made = compared("teachers_sent")
    assert np.all(after < before)
    made = world(one("teachers_sent", end="2014-12", decay=0.6), START + 21)
    quality = made.state_of(made.instruments[0]).quality
    assert quality == pytest.approx(np.full(4, 0.2))


def test_few_teachers_go_to_the_farthest_village_first() -> None:
    made = in_september(world(one("teachers_sent", teachers=1)))
    quality, v = made.state_of(made.instruments[0]).quality, made.rows("village")
    assert quality[np.argmax(v.remoteness)] > 0.0
    assert np.count_nonzero(quality) == 1


def test_a_better_school_shows_in_later_pay() -> None:
    with_it, without = world(one("teachers_sent"), OCTOBER), world([], OCTOBER)
    pupils = pupils_of(without, PRIMARY, JUNIOR)
    gain = (with_it.rows("person").talent - without.rows("person").talent)[pupils]
    assert gain.min() > 0.0
    grown = [pupils_of(without, SENIOR), np.flatnonzero(without.rows("person").able)]
    assert same_bits(with_it.rows("person").talent[grown[1]], without.rows("person").talent[grown[1]])


def test_twins_are_as_many_as_teachers_have_time_for_and_registered_first() -> None:
    made = in_september(world(one("school_twinning", teachers=20)))
    paired = made.state_of(made.instruments[0]).paired
    h, home = made.rows("household"), made.rows("person").household[paired]
    assert 0.0 < h.weight[home].sum() <= 200.0 + h.weight[home].max()
    assert np.all(h.registry[home] == 1)


def test_the_census_keeps_some_pupils_of_junior_high_and_no_others() -> None:
    before, after, made = compared("school_census", JUNIOR, SENIOR, VOCATIONAL)
    junior = made.rows("person").stage[pupils_of(made, JUNIOR, SENIOR, VOCATIONAL)] == JUNIOR
    assert np.all(after[junior] < before[junior])
    assert np.array_equal(after[~junior], before[~junior])


def test_the_census_brings_dropouts_of_compulsory_age_back() -> None:
    leaving = {"schooling.dropout_constant": 0.0}
    counts = []
    for package in ([], one("school_census", persuade=1.0)):
        made = world(package, START + 24, overrides=leaving)
        person = made.rows("person")
        young = person.alive & (person.age >= 13) & (person.age < 16) & (person.schooling < 9) & (person.schooling >= 6)
        counts.append(np.count_nonzero(young & (person.stage == NOT_IN_SCHOOL)))
    assert counts[1] < counts[0]


def test_a_waived_fee_keeps_pupils_and_is_no_income() -> None:
    before, after, _ = compared("fee_waiver", SENIOR, VOCATIONAL, registered_only=False)
    assert np.all(after < before)
    with_it, without = (world(package, OCTOBER) for package in (one("fee_waiver", registered_only=False), []))
    paid = booked(with_it, "education.fees")
    assert paid > 0.0
    h, other = with_it.rows("household"), without.rows("household")
    assert same_bits(h.transfer_income, other.transfer_income)
    assert float(h.weight @ (h.savings - other.savings)) == pytest.approx(paid, rel=1e-6)


def test_senior_fees_are_waived_for_the_registered_only_and_vocational_fees_for_all() -> None:
    made = world(one("fee_waiver"), AUGUST)
    pupils = pupils_of(made, SENIOR, VOCATIONAL)
    fees = made.instruments[0].waived(made, made.instruments[0].settings.at(AUGUST), pupils)  # type: ignore[attr-defined]
    listed = made.rows("household").registry[made.rows("person").household[pupils]] == 1
    senior = made.rows("person").stage[pupils] == SENIOR
    assert np.all((fees > 0.0) == (listed | ~senior))


def test_a_kindergarten_takes_over_care_and_parents_go_to_work() -> None:
    given = {"share_per_year": 1.0, "hours": 1.0}
    with_it, without = (world(package, START + 2) for package in (one("preschool", **given), []))
    for made in (with_it, without):
        for _ in range(21):
            made.step()
    h, other = with_it.rows("household"), without.rows("household")
    relieved = h.care_relief > 0.0
    assert relieved.any()
    assert np.all(h.care_burden[relieved] < other.care_burden[relieved])
    assert not h.care_relief[~with_it.rows("village").poor_village[h.village]].any()
    at_work = [float(a.weight @ (a.own_workers + a.local_workers + a.migrants)) for a in (h, other)]
    assert at_work[0] >= at_work[1]


def test_places_end_with_the_programme() -> None:
    made = world(one("preschool", share_per_year=1.0, end="2014-12"), START + 14)
    assert not made.rows("household").care_relief.any()


def test_schooling_of_the_young_follows_that_of_their_elders() -> None:
    made = world([], START)
    h, person = made.rows("household"), made.rows("person")
    assert np.isfinite(schooling_persistence(made))
    young = person.alive & (person.age >= 18) & (person.age < 30)
    old = person.alive & (person.age >= 40) & (person.age < 60)
    mean = np.bincount(person.household[old], person.schooling[old], minlength=len(h))
    mean = mean / np.maximum(np.bincount(person.household[old], minlength=len(h)), 1)
    person.schooling[young] = 0.5 * mean[person.household[young]]
    assert schooling_persistence(made) == pytest.approx(0.5)
    person.schooling[young] = 9.0
    assert schooling_persistence(made) == pytest.approx(0.0, abs=1e-12)


def test_education_aid_keeps_to_its_budget_when_pupils_reach_a_dearer_stage() -> None:
    """The pupils are chosen by their stage in August and paid by that of October."""
    years = (START // 12, START // 12 + 1)
    free = world(one("education_aid", take_up=1.0), START + 23)
    wanted = [free.state_of(free.instruments[0]).spent[year] for year in years]
    budget = 0.25 * max(wanted)
    assert min(wanted) > budget
    tight = world(one("education_aid", take_up=1.0, budget=budget), START + 23)
    for year in years:
        assert 0.0 < tight.state_of(tight.instruments[0]).spent[year] <= budget * (1.0 + 1e-9)


# who leaves


def test_dropout_is_the_share_of_pupils_who_leave_a_stage_they_had_not_finished() -> None:
    hard = {"schooling.dropout_constant": -1.5}
    before, made = (world([], month, overrides=hard) for month in (AUGUST, START + 11))
    was, person, w = before.rows("person"), made.rows("person"), made.rows("household").weight[:]
    snapshot_of_december = Snapshot(made)
    everybody = [0.0, 0.0]
    for name, stages, end in (("junior", (JUNIOR,), 9.0), ("senior", (SENIOR, VOCATIONAL), 12.0)):
        asked = was.alive & person.alive & np.isin(was.stage, stages) & (was.schooling + 1.0 < end)
        left = asked & (person.stage == NOT_IN_SCHOOL)
        assert left.any()
        expected = w[was.household[left]].sum() / w[was.household[asked]].sum()
        assert OUTCOMES[f"dropout_{name}"].compute(snapshot_of_december) == pytest.approx(expected)
        everybody = [everybody[0] + left.sum(), everybody[1] + asked.sum()]
    assert 0.0 < OUTCOMES["dropout"].compute(snapshot_of_december) < 3.0 * everybody[0] / everybody[1]
    there = made.rows("household").village == 0
    mine = left & there[was.household]
    mine_of = asked & there[was.household]
    found = OUTCOMES["dropout_senior"].compute(snapshot_of_december.within(there))
    assert found == pytest.approx(mine.sum() / mine_of.sum())


def test_who_comes_back_to_school_has_not_dropped_out() -> None:
    made = world([], START + 11, overrides={"schooling.dropout_constant": -1.5})
    person = made.rows("person")
    gone = np.flatnonzero((person.left_stage == JUNIOR) & (person.stage == NOT_IN_SCHOOL))
    first = OUTCOMES["dropout_junior"].compute(Snapshot(made))
    person.stage[gone[0]] = JUNIOR
    assert OUTCOMES["dropout_junior"].compute(Snapshot(made)) < first
    made.run_to(START + 20)
    again = person.left_stage == JUNIOR
    assert not again[gone[1:]].any()
