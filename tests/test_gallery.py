"""Every implemented row of the register does what it says, in forks of the gallery region with the same luck.

The short form of `fupin check mechanisms` (eight seeds, whole horizons): two seeds, precondition and symbol with one.
"""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import changed, snapshot

from fupin.commands.check import app
from fupin.errors import FupinError
from fupin.experiments import gallery
from fupin.experiments.gallery import START, counts, gallery_data
from fupin.experiments.neutral import neutralised
from fupin.experiments.register_forks import World, fork, partings, reference
from fupin.experiments.register_trials import Rules, Trial, declares_trial, read_trial, read_trials
from fupin.experiments.register_verdicts import Verdict, in_turn, judge
from fupin.library import library
from fupin.model.instruments.security import Dibao
from fupin.model.mechanisms import Mechanism, read_mechanisms
from fupin.model.month import MONTH
from fupin.model.rules.teams import team_accuracy

ROWS = read_mechanisms(library("model", "mechanisms.csv"))
LINES = {row.id: (row, line) for line, row in enumerate(ROWS, start=2)}
IMPLEMENTED = [row for row in ROWS if row.status == "implemented"]
TRIED = [row.id for row in IMPLEMENTED if declares_trial(row)]
IN_TURN = [one.row.id for one in sorted(read_trials(ROWS), key=in_turn)]  # rows that share an off world in a row
NOT_TRIED: tuple[str, ...] = ()  # implemented rows without an experiment: this list may only become shorter
SEEDS = (1, 2)
DIBAO = Rules(package=(("dibao", ()),))


def trial(id: str, **changes: str) -> Trial:
    """The experiment of a row, with some of its cells written otherwise."""
    row, line = LINES[id]
    return read_trial(row._replace(**changes), line)


def failures(verdict: Verdict) -> dict[str, Any]:
    """The checks that failed, with all that is known about them."""
    facts = (verdict.partings, verdict.effects, verdict.strongs, verdict.bare, verdict.neutral)
    return {name: facts for name, passed in verdict.passed.items() if passed is False}


def failed(id: str, **changes: str) -> set[str]:
    return set(failures(judge(trial(id, **changes), (1,), brief=True)))


# the rows


def test_every_implemented_row_declares_its_experiment_or_is_listed_here() -> None:
    assert {row.id for row in IMPLEMENTED} - set(TRIED) == set(NOT_TRIED)
    assert sorted(IN_TURN) == TRIED


def test_only_implemented_rows_declare_experiments() -> None:
    assert not [row.id for row in ROWS if declares_trial(row) and row.status != "implemented"]


@pytest.mark.parametrize("id", IN_TURN)
def test_a_row_of_the_register_does_what_it_says(id: str) -> None:
    verdict = judge(trial(id), SEEDS, brief=True)
    assert not failures(verdict), verdict.trial.row


# a wrong row is found out


def test_a_row_that_names_another_column_does_not_hold() -> None:
    assert failed("M203") == set()
    assert "moves" in failed("M203", moves="household.debt")


def test_a_row_with_the_wrong_sign_or_too_large_a_size_does_not_hold() -> None:
    assert "effect" in failed("M203", sign="-")
    assert failed("M203", least="1000000") == {"effect"}
    assert failed("M203", sign="0") == {"effect"}


def test_a_row_whose_strong_world_is_weaker_does_not_hold() -> None:
    assert failed("M203", strong="100") == {"strong"}


def test_a_row_whose_precondition_is_another_one_does_not_hold() -> None:
    assert failed("M203", without="village.road=0") == {"without"}


@pytest.mark.parametrize(
    ("id", "symbol"),
    [
        ("M203", "fupin.model.instruments.posts.ForestRangers"),
        ("M003", "fupin.model.processes.gaming.feign"),
        ("M003", "fupin.model.processes.monitoring.warn"),
        ("M074", "fupin.model.rules.teams.free_days"),
        ("M324", "fupin.model.instruments.ecology.LandRetirement.priority"),
    ],
)
def test_a_row_that_names_an_idle_symbol_does_not_hold(id: str, symbol: str) -> None:
    assert failed(id, symbol=symbol) == {"neutral"}


def test_a_symbol_that_returns_nothing_may_be_left_out_instead() -> None:
    assert failed("M014", symbol="fupin.model.processes.monitoring.warn") == set()  # it is not told of the switch


# symbols are neutralised for as long as asked


def test_a_neutralised_rule_uses_the_off_value_wherever_it_is_called_from() -> None:
    from fupin.model.processes import teams

    given = {"team_skill": 0.5, "load": 4.0, "load_half": 6.0, "best_accuracy": 0.9}
    before = team_accuracy(**given)
    with neutralised(trial("M074")):
        assert team_accuracy(**given) == teams.team_accuracy(0.5, 4.0, 6.0, 0.9) == 0.9 * 0.5 / (1.0 + 4.0 / 2.0)
    assert team_accuracy(**given) == before


def test_a_neutralised_instrument_moves_nothing_and_works_again_afterwards() -> None:
    method = vars(Dibao).get("run")
    with neutralised(trial("M230")):
        idle = World(1, DIBAO)
        assert partings(reference(1, Rules()), idle, 12)[0] is None
    again = partings(reference(1, Rules()), World(1, DIBAO), 1)[0]
    assert again is not None
    assert vars(Dibao).get("run") is method


def test_what_cannot_be_neutralised_is_told() -> None:
    for symbol, why in (
        ("fupin.model.household.Household", "is a class but no instrument"),
        ("fupin.model.rules.teams.team_accuracy", "name the value at which it does nothing"),
        ("fupin.model.instruments.posts.Posts.dismiss", "no method that every instrument has"),
        ("fupin.model.month.MONTH", "neither a class nor a function"),
    ):
        with pytest.raises(FupinError, match=why), neutralised(trial("M230", symbol=symbol)):
            pass


# forks


def test_a_fork_with_nothing_new_goes_on_as_the_gallery_does() -> None:
    straight = pickle.loads(pickle.dumps(gallery.start(1)))
    straight.run_to(START + 11)
    forked = fork(1, Rules())
    forked.run_to(START + 11)
    assert not changed(snapshot(straight), snapshot(forked))


def test_every_process_of_the_month_is_watched() -> None:
    world = World(1, Rules())
    world.run(12)
    assert {step.process for step in world.steps} == {"enrol", *(process.name for process in MONTH)}


def test_worlds_part_in_the_process_that_differs_and_name_its_columns() -> None:
    parting = partings(reference(1, Rules()), World(1, DIBAO), 12)[0]
    assert parting is not None
    assert (parting.month, parting.process) == (START, "policies")
    assert {"dibao", "household.dibao", "household.savings"} <= parting.moved
    assert "household.land" not in parting.moved


def test_books_balance_after_columns_were_set() -> None:
    world = fork(1, Rules(cells=(("household", "savings", 50.0), ("person", "able", 0.0))))
    assert not world.rows("household").workers.any()  # sums over members follow
    world.run_to(START + 2)
    world.ledger.check()


# the gallery


def test_the_gallery_has_twelve_villages_fifteen_hundred_households_and_every_precondition() -> None:
    data = gallery_data()
    assert len(data.villages["uid"]) == 12
    assert len(data.households["uid"]) == 1500
    assert not [name for name, count in counts().items() if not count]
    assert data.counties["poor_county"].tolist() == [True, True, False]
    assert data.counties["fully_simulated"].all()


def test_the_gallery_is_the_same_whenever_it_is_made() -> None:
    gallery_data.cache_clear()
    first = gallery_data()
    gallery_data.cache_clear()
    again = gallery_data()
    for kind in ("households", "persons", "villages", "enterprises", "counties", "teams"):
        one, other = getattr(first, kind), getattr(again, kind)
        assert all(np.array_equal(one[name], other[name]) for name in one), kind


# what a register may say


@cache
def a_row() -> Mechanism:
    return LINES["M203"][0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"months": "48"}, "`months`: '48'; allowed: a whole number from 12 to 36"),
        ({"months": "a year"}, "`months`: 'a year'"),
        ({"off": ""}, "`off`: is blank; allowed: a value of land_retirement.payment, or `absent` in `off`"),
        ({"on": "absent"}, "`on`: 'absent' is not a number"),
        ({"strong": "9000"}, "`strong`: .*out of range; allowed: 0 to 3000"),
        ({"least": "some"}, "`least`: 'some' is not a number"),
        ({"off": "240"}, "off and on are the same world"),
        ({"with_": "dibao.standart=3"}, "`with`: dibao has no setting 'standart'; did you mean 'standard'"),
        ({"with_": "dibbao"}, "`with`: 'dibbao' is not understood; allowed: .*did you mean 'dibao'"),
        ({"with_": "dibao.standard"}, "`with`: 'dibao.standard' is not understood"),
        ({"with_": "registry.noise_sd=high"}, "`with`: 'high' is not a number"),
        ({"with_": "registry.noise_sd=90"}, "registry.noise_sd|0.4 to 1"),
        ({"without": "village.rode=0"}, "`without`: village has no column 'rode'; did you mean 'road'"),
        ({"without": "village.road=2"}, "`without`: 'village.road=2' is out of range; allowed: 0 to 1"),
        ({"without": "poor"}, "`without`: 'poor' is no `table.column=value`; tables: household"),
        ({"setting": "registry.noise_sd"}, "registry.noise_sd is a parameter, which cannot be absent"),
        ({"setting": "no.such"}, "unknown instrument or parameter 'no.such'"),
        ({"symbol": ""}, "an experiment needs a symbol"),
    ],
)
def test_a_mistake_in_an_experiment_is_told_with_its_line(changes: dict[str, str], told: str) -> None:
    with pytest.raises(FupinError, match=told) as failed:
        read_trial(a_row()._replace(**changes), 204)
    assert "mechanisms.csv, line 204, M203" in str(failed.value)


def test_switches_and_words_are_read_as_their_setting_declares_them() -> None:
    found = trial("M196", with_="public_posts.target=registered; public_posts.poor_only=false; village.road=0.5")
    assert found.package["public_posts"] == {"target": "registered", "poor_only": False}
    assert found.cells == (("village", "road", 0.5),)
    assert found.worlds[0].package[-1][0] == "public_posts"
    assert [kind for kind, _ in found.worlds[1].package] == ["public_posts", "housing_renewal"]


# the command


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_a_planner_what_held(lang: str) -> None:
    arguments = ["mechanisms", "--id", "M203", "--seeds", "2", "--lang", lang, "--markdown"]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 0, shown.output
    assert "household.forest_land" in shown.output
    assert {"zh": "1 条已试，0 条不成立", "en": "1 rows tried, 0 do not hold"}[lang] in shown.output


def test_the_command_fails_and_says_why_when_a_row_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [row._replace(sign="-") if row.id == "M203" else row for row in ROWS]
    monkeypatch.setattr("fupin.model.mechanisms.read_mechanisms", lambda path: wrong)
    shown = CliRunner().invoke(app, ["mechanisms", "--id", "M203", "--seeds", "1", "--lang", "en"])
    assert shown.exit_code == 1
    assert "should be -" in shown.output


def test_an_unknown_row_is_told_with_the_nearest_one() -> None:
    failed = CliRunner().invoke(app, ["mechanisms", "--id", "M2O3"])
    assert isinstance(failed.exception, FupinError)
    assert "did you mean" in str(failed.exception)
