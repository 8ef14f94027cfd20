"""An instrument's turn looks settings up when they change, and no later; books are written up when asked for."""

import pickle
from typing import Any

import pytest
from worlds import AT_WORK, START, changed, instruments, region, snapshot, villages

from fupin.model.household import REACHED
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.instruments.security import Dibao
from fupin.model.instruments.turn import Turn
from fupin.model.processes.policies import turn_of

SETTINGS: dict[str, Any] = {
    "start": "2015-03",
    "end": "2016-06",
    "standard": {"2014-01": 2000, "2015-07": 3000, "2016-06": 4000},
}


def test_a_turn_has_the_settings_of_every_month_whatever_the_order_of_the_months() -> None:
    one = Dibao(Dibao.Settings(**SETTINGS))
    turn, months = Turn(one), range(2013 * 12, 2018 * 12)
    for month in [*months, *reversed(months)]:
        if not turn.since <= month < turn.until:
            turn.look_up(month)
        assert turn.settings == one.settings.at(month)
        assert bool(turn.months) == one.settings.active(month)


def test_nothing_changes_within_a_spell_and_something_at_its_end() -> None:
    settings, ends = Dibao.Settings(**SETTINGS), set[float]()
    for month in range(2014 * 12, 2018 * 12):
        first, end = settings.spell(month)
        assert first <= month < end
        assert first < 2014 * 12 or settings.at(int(first)) == settings.at(month)
        assert first < 2014 * 12 or settings.active(int(first)) == settings.active(month)
        ends.add(end)
    assert ends >= {2015 * 12 + 2, 2015 * 12 + 6, 2016 * 12 + 5, 2016 * 12 + 6}


def test_an_instrument_with_a_run_of_its_own_is_run_by_it() -> None:
    class Counted(Dibao):
        def run(self, region) -> None:  # type: ignore[no-untyped-def]
            told.append(region.month)
            super().run(region)

    told: list[int] = []
    world = region(villages(), [Counted()])
    world.run_to(START + 2)
    assert told == [START, START + 1, START + 2]
    assert turn_of(world, world.instruments[0]) == world.instruments[0].run


def test_a_region_that_was_kept_and_taken_up_again_goes_on_as_the_other() -> None:
    one = region(villages(), [Dibao()])
    one.run_to(START + 3)
    other = pickle.loads(pickle.dumps(one))
    for world in (one, other):
        world.run_to(START + 15)
        world.ledger.check()
    assert one.ledger.journal == other.ledger.journal


def test_the_books_are_right_in_the_middle_of_a_month_and_however_often_they_are_read() -> None:
    often, once = region(villages(), [Dibao()]), region(villages(), [Dibao()])
    for month in range(START, START + 12):
        for _ in often.stages():
            often.ledger.check()
        often.ledger.turnover()
        once.run_to(month)
    assert often.ledger.journal == once.ledger.journal
    assert often.ledger.turnover() == pytest.approx(once.ledger.turnover(), rel=1e-12)


def test_books_opened_again_in_the_middle_of_a_month_hold_what_was_set_and_what_is_posted() -> None:
    world = region(villages(), [Dibao()])
    world.run_to(START + 1)
    opened = False
    for _ in world.stages():
        if not opened and world.ledger.booked():
            world.rows("household").savings += 5.0
            world.ledger.open(world.month)
            opened = True
    assert opened
    world.run_to(START + 4)
    world.ledger.check()


def test_only_those_are_asked_who_have_an_answer_of_their_own_in_the_present_package() -> None:
    world = region(villages(), instruments("dibao", "medical_cover", "elder_cover"))
    asked = [one.kind for one in world.answering("meet_bill")]
    assert asked == ["medical_cover", "elder_cover"]
    assert world.answering("ease_school") == ()
    world.come_under(world.parameters, instruments("elder_cover", "dibao", "village_schools"))
    assert [one.kind for one in world.answering("meet_bill")] == ["elder_cover"]
    assert world.answering("ease_school") == world.instruments[2:]
    assert world.answering("meet_bill")[0] is world.instruments[0]


@pytest.mark.parametrize("kind", ["dibao", "duty_lists", "mutual_fund", "household_photovoltaics", "crop_insurance"])
def test_an_instrument_that_has_not_begun_does_nothing_to_another_of_its_kind(kind: str) -> None:
    """Before its start it has no list to strike off, no loan to collect and no contract to end."""
    known, given = instrument_kinds()[kind], AT_WORK.get(kind, {})
    one, idle = known(known.Settings(**given)), known(known.Settings(**given, start="2030-01"), id="idle")
    worlds = [region(villages(20), package, years=4) for package in ([one], [idle, one])]
    for world in worlds:
        world.run_to(START + 26)
    different = changed(*(snapshot(world) for world in worlds))
    assert different <= {f"household.{name}" for name in REACHED}  # whose bits stand for places in the package
