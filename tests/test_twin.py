"""Claims about two lives: they add up to the panel and to the ledger, and part where the policy first touches them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from small_runs import OPTIONS, arm, population, world

from fupin.errors import FupinError
from fupin.experiments.life_events import PEOPLE, events_between
from fupin.experiments.lives import Lives, Parting, _World, find_row, pick_household, two_lives
from fupin.experiments.tables_twin import events_table, flows_table, parting_line, years_table
from fupin.experiments.twins import pair_worlds
from fupin.labels import tell
from fupin.model.dated import month_label
from fupin.model.household import REACHED, mark_of
from fupin.scenarios.build import build_region


@cache
def lifted() -> int:
    """A household that dibao lifts."""
    return pick_household(pair_worlds(world("baseline-2014"), world("do-nothing")), "lifted")


@cache
def lives() -> Lives:
    """Its two lives."""
    return two_lives(arm("baseline-2014"), arm("do-nothing"), lifted(), population())


def test_quarters_add_up_to_the_year_of_the_household_panel() -> None:
    for name, policy in (("policy", "baseline-2014"), ("reference", "do-nothing")):
        panel = world(policy).panel
        assert panel is not None
        mine = panel[panel["uid"] == lifted()].set_index("year")
        quarters = lives().quarters[lives().quarters["world"] == name]
        assert len(quarters) == 8
        for column in ("wage_income", "operating_income", "transfer_income", "consumption"):
            assert quarters.groupby("year")[column].sum().to_numpy() == pytest.approx(mine[column].to_numpy())
        ends = quarters[quarters["quarter"] == 4]
        assert ends["savings"].to_numpy() == pytest.approx(mine["savings"].to_numpy())
        assert (ends["poor"].to_numpy() == mine["poor"].to_numpy()).all()


def test_cash_flows_add_up_to_the_change_of_savings() -> None:
    for name in ("policy", "reference"):
        ends = lives().quarters[(lives().quarters["world"] == name) & (lives().quarters["quarter"] == 4)]
        flows = lives().flows[lives().flows["world"] == name].groupby("year")["yuan"].sum()
        assert float(ends["savings"].diff().iloc[-1]) == pytest.approx(float(flows.iloc[-1]), abs=0.01)


def test_a_lifted_household_is_poor_in_one_world_only() -> None:
    table = lives().quarters[lives().quarters["quarter"] == 4]
    assert not table[table["world"] == "policy"]["poor"].all()
    assert table[table["world"] == "reference"]["poor"].any()


def test_the_first_help_of_every_programme_is_told_however_many_there_are() -> None:
    columns = [*REACHED, "registry", "location", "dibao", "loan", "grant_pending", *PEOPLE]
    programmes = [(f"项目{place}", f"programme {place}") for place in range(130)]
    before: dict[str, float] = dict.fromkeys(columns, 0)
    for place in reversed(range(130)):  # the lowest mark last, beside sixty others
        word, mark = mark_of(place)
        now = before | {word: int(before[word]) | mark}
        assert [event.en for event in events_between(0, before, now, programmes)] == [
            f"first reached by: programme {place}"
        ]
        before = now


def test_marks_of_a_household_are_followed_to_the_last_bit() -> None:
    made, uid = population(), lifted()
    world = _World("policy", build_region(arm("baseline-2014").scenario, made), find_row(made, uid))
    marks = 2**60 + 1  # no float has so many digits
    world.region.table_of("household")["reached"][world.row] = marks
    assert world.columns()["reached"] == marks


def test_lives_part_when_the_policy_first_touches_them() -> None:
    parting = lives().parting
    assert parting is not None
    assert "dibao" in [name for name, _, _ in parting.columns]
    assert re.search(r"minimum living allowance [\d.]+ / 0 yuan/month", parting_line(lives(), "en"))
    first = next(event for event in lives().events if event.world == "policy")
    assert first.month == parting.month
    assert "2015-01" in parting_line(lives(), "en")
    assert "不同" in parting_line(lives(), "zh")
    assert not set("();:") & set(parting_line(lives(), "zh")), "Chinese is written with full-width marks"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lives_that_part_by_little_show_what_differs_and_when_something_happens(lang: str) -> None:
    before = Parting(
        int(lives().quarters["year"].min()) * 12 - 1, (("savings", -365.123, -365.124), ("debt", 12.0, 12.000004))
    )
    told = parting_line(replace(lives(), parting=before), lang)
    assert "−365.123 / −365.124" in told
    assert "12 / 12.000004" in told
    first = next(event for event in lives().events if event.world != "both")
    assert month_label(first.month) in told
    assert tell("连带影响", "comes from prices", lang) in told
    assert tell("连带影响", "comes from prices", lang) not in parting_line(lives(), lang)


def test_two_lives_in_one_world_never_part() -> None:
    same = two_lives(arm("baseline-2014"), arm("baseline-2014"), lifted(), population())
    assert same.parting is None
    assert "the same in every month" in parting_line(same, "en")
    assert {event.world for event in same.events} <= {"both"}
    assert flows_table(same, "en")[1] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_of_two_lives_are_complete(lang: str) -> None:
    years, lines = years_table(lives(), lang)
    assert years == [2015, 2016]
    assert all(len(line.values) in (0, 2) for line in lines)
    head, events = events_table(lives(), lang)
    assert len(events) == len(lives().events) > 0
    assert all(len(line.values) == len(head) - 1 for line in events)
    labels = " ".join(line.label for line in flows_table(lives(), lang)[1])
    assert ("低保金" if lang == "zh" else "minimum living allowance") in labels


def test_a_picked_household_has_the_fate_that_was_asked_for() -> None:
    pairs = pair_worlds(world("industry"), world("do-nothing"))
    for pick, place in (("lifted", 0), ("unchanged", 2)):
        uid = pick_household(pairs, pick)
        fates = [int(pair.status[np.flatnonzero(pair.uid == uid)[0]]) for pair in pairs]
        assert place in fates
    unharmed = pair_worlds(world("baseline-2014"), world("baseline-2014"))
    with pytest.raises(FupinError, match="lifted"):
        pick_household(unharmed, "harmed")


def test_an_unknown_household_is_answered_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUPIN_LANG", "en")
    uids = population().households["uid"]
    assert find_row(population(), int(uids[3])) == 3
    with pytest.raises(FupinError, match=f"no household {uids[-1] + 5} in this sample; the nearest is {uids[-1]}"):
        find_row(population(), int(uids[-1]) + 5)


def test_the_command_tells_the_story_in_both_languages(
    run: Callable[..., tuple[int, str, str]],
) -> None:
    uid = str(lifted())
    code, printed, _ = run("twin", "fuping", uid, *OPTIONS, "--lang", "zh")
    assert code == 0
    assert f"农户 {uid}" in printed
    assert "纳入低保" in printed
    code, printed, _ = run("twin", "fuping", *OPTIONS, "--pick", "lifted", "--lang", "en", "--out", "here")
    assert code == 0
    assert f"household {uid}" in printed
    assert "listed for dibao" in printed
    files = {"quarters.csv", "flows.csv", "events.csv", "scenarios", "manifest.json", "README.md"}
    assert {path.name for path in Path("here").iterdir()} == files
    told = json.loads(run("twin", "fuping", uid, *OPTIONS, "--json")[1])
    assert told["uid"] == lifted()
    assert told["parting"]["month"] == "2015-01"
    for wrong, expected in ((["--pick", "lifte"], "did you mean 'lifted'?"), (["--policy", "dibo"], "unknown policy")):
        code, printed, message = run("twin", "fuping", *OPTIONS, *wrong)
        assert (code, printed) == (2, "")
        assert expected in message
