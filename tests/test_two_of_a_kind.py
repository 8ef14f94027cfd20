"""Two instruments of a kind: each keeps its own list, or a package with both is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import AT_WORK, START, changed, instruments, money, region, snapshot, villages

from fupin.errors import FupinError
from fupin.labels import speaking
from fupin.model.household import REACHED
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.region import Region
from fupin.scenarios.policy import load_policy
from fupin.scenarios.scenario import load_scenario

KINDS = instrument_kinds()
GROUPS = 3  # of kinds in one package, so that there is room for a second of each
MONTHS = 39
IDLE: dict[str, dict[str, Any]] = {
    "later": {"start": "2030-01"},
    "over": {"start": "2010-01", "end": "2012-01"},
    "unpaid": {"budget": 0},
}


def one(kind: str, id: str = "", **settings: Any) -> Instrument:
    """An instrument at work, with other settings and another id."""
    return KINDS[kind](KINDS[kind].Settings(**AT_WORK.get(kind, {}) | settings), id)


def after(package: list[Instrument], months: int = MONTHS) -> Region:
    """A small world under a package."""
    world = region(villages(20), package, years=4)
    world.run_to(START + months - 1)
    return world


def paid(world: Region, id: str, purpose: str) -> float:
    """Population yuan that an instrument has booked for a purpose."""
    return sum(yuan for key, yuan in money(world).items() if key[1] == purpose and key[-1] == id)


def group(number: int) -> list[str]:
    """Every third kind, without the budget rules, which would leave the others too little to do."""
    return [kind for kind in KINDS if kind != "budget_rules"][number::GROUPS]


@pytest.fixture(scope="module", params=range(GROUPS))
def alone(request: pytest.FixtureRequest) -> tuple[list[str], Region]:
    kinds = group(request.param)
    return kinds, after([one(kind) for kind in kinds])


@pytest.mark.parametrize("how", IDLE)
@pytest.mark.parametrize("first", [True, False])
def test_a_second_of_every_kind_that_never_starts_is_over_or_has_no_money_changes_nothing(
    alone: tuple[list[str], Region], how: str, first: bool
) -> None:
    kinds, world = alone
    idle = [one(kind, f"idle_{kind}", **IDLE[how]) for kind in kinds if how != "unpaid" or can_be_without_money(kind)]
    rest = [one(kind) for kind in kinds]
    other = after(idle + rest if first else rest + idle)
    different = changed(snapshot(world), snapshot(other))
    assert different <= {f"household.{name}" for name in REACHED}  # whose bits stand for places in the package
    assert money(other) == pytest.approx(money(world))  # wear of ventures is added up by ways


def can_be_without_money(kind: str) -> bool:
    """May a second one be in force, and does all that it does cost money?"""
    return KINDS[kind].single is None and "budget" in KINDS[kind].Settings.model_fields and kind not in FREE_AS_WELL


FREE_AS_WELL = {  # what they do without money, too
    "team_agenda": "days of teams for talks are paid elsewhere",
    "groundwater_control": "the cap on irrigation is a rule",
}


@pytest.mark.parametrize("first", [True, False])
def test_rules_for_the_money_that_do_not_hold_yet_or_any_more_leave_those_that_do(first: bool) -> None:
    worlds = []
    for more in (
        [],
        [one("budget_rules", "idle", start="2010-01", end="2012-01")],
        [one("budget_rules", "idle", start="2030-01")],
    ):
        rules, grants = [one("budget_rules")], instruments("production_grant")
        worlds.append(after([*more, *rules, *grants] if first else [*rules, *grants, *more]))
    for other in worlds[1:]:
        assert money(other) == money(worlds[0])


# both at work


def test_two_education_aids_pay_their_own_stages_at_their_own_rates() -> None:
    schools = {"primary": 500, "junior": 1000, "senior": 0, "vocational": 0, "take_up": 1.0}
    further = {"primary": 0, "junior": 0, "senior": 2000, "vocational": 4000, "take_up": 1.0}
    both = [one("education_aid", "schools", **schools), one("education_aid", "further", **further)]
    for package in (both, both[::-1]):
        world = after(package)
        assert paid(world, "schools", "education.vocational") == 0.0
        assert paid(world, "schools", "education.stipend") > 0.0
        assert paid(world, "further", "education.vocational") > 0.0
        whole = after(
            [one("education_aid", **{name: schools[name] + further[name] for name in schools} | {"take_up": 1.0})]
        )
        for purpose in ("education.vocational", "education.stipend"):
            together = sum(paid(world, id, purpose) for id in ("schools", "further"))
            assert together == pytest.approx(paid(whole, "education_aid", purpose))


def test_a_second_insurer_insures_whom_the_first_does_not_and_ends_its_own_policies() -> None:
    first = one("crop_insurance", "first", take_up=0.5, end="2015-12")
    second = one("crop_insurance", "second", take_up=1.0, cover=0.25)
    world = region(villages(20), [first, second], years=4)
    world.run_to(START + 3)
    cover = world.rows("household").crop_cover
    assert {0.25, 0.5} <= set(np.unique(cover))
    world.run_to(START + 24)
    assert set(np.unique(world.rows("household").crop_cover)) <= {0.0, 0.25}
    assert (world.rows("household").crop_cover > 0.0).any()


def test_a_mutual_fund_that_follows_another_lends_what_it_left() -> None:
    long = after([one("mutual_fund")])
    world = after([one("mutual_fund", "old", end="2014-12"), one("mutual_fund", "new", start="2015-01")])
    follows = money(world)
    lent = sum(yuan for key, yuan in follows.items() if key[1] == "mutual.lent" and key[-1] == "new")
    assert lent > 0.5 * paid(long, "mutual_fund", "mutual.lent") - paid(world, "old", "mutual.lent")
    assert not any(key[-1] == "old" and key[0] >= START + 12 for key in follows)


def test_each_plant_earns_by_the_terms_of_its_own_programme() -> None:
    plants = [
        one("village_photovoltaics", id, share_per_year=0.5, tariff=tariff)
        for id, tariff in (("low", 0.2), ("high", 2))
    ]
    world = after(plants)
    v = world.rows("village")
    assert {0.2, 2.0} <= set(np.unique(v.pv_tariff[v.pv_kw > 0]))
    assert paid(world, "high", "photovoltaics.power") > 2.0 * paid(world, "low", "photovoltaics.power") > 0.0


def test_a_workshop_is_subsidised_once_whoever_else_builds_workshops() -> None:
    alone = after([one("village_workshop")])
    beside = after([one("village_workshop"), one("joint_workshop", "joint", share_per_year=0.0)])
    assert paid(beside, "joint", "workshop.wage_subsidy") == 0.0
    once = paid(alone, "village_workshop", "workshop.wage_subsidy")
    assert paid(beside, "village_workshop", "workshop.wage_subsidy") == pytest.approx(once)


def test_a_village_sent_a_team_anew_has_one_although_the_first_has_gone_home() -> None:
    modes = {"own_share": 1.0, "shared_share": 0.0, "neighbour_share": 0.0, "merged_share": 0.0}
    long = after([one("team_modes", **modes)])
    world = after(
        [one("team_modes", "old", end="2014-12", **modes), one("team_modes", "new", start="2015-01", **modes)]
    )
    present = [float((made.rows("workteam").presence_shift >= 0.0).sum()) for made in (long, world)]
    assert present[1] == present[0]
    assert not (world.rows("workteam").presence_shift < 0.0).any()


def test_who_follows_keeps_up_works_and_subsidises_workshops_of_who_is_over() -> None:
    for kind, purpose in (("safe_water_supply", "works.upkeep"), ("village_workshop", "workshop.wage_subsidy")):
        world = after([one(kind, "old", end="2014-12"), one(kind, "new", start="2015-01")])
        assert paid(world, "new", purpose) > 0.5 * paid(after([one(kind)]), kind, purpose)
        assert not any(key[-1] == "old" and key[1] == purpose and key[0] >= START + 12 for key in money(world))


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [
        ("village_roads", "works.building"),
        ("preschool", "schools.building"),
        ("village_schools", "schools.running"),
        ("happiness_homes", "care.home"),
        ("housing_renewal", "housing.grant"),
        ("idle_houses", "idle_houses.repair"),
    ],
)
def test_two_programmes_do_not_build_the_same_thing_twice(kind: str, purpose: str) -> None:
    alone, both = after([one(kind)]), after([one(kind, "one"), one(kind, "two")])
    assert 0.0 < paid(both, "one", purpose) + paid(both, "two", purpose) < 1.5 * paid(alone, kind, purpose)


# only one at a time

TWO = """
[[instrument]]
kind = "{kind}"
settings = {{ end = "2015-06" }}

[[instrument]]
kind = "{kind}"
id = "second"
settings = {{ start = "{start}" }}
"""


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS if KINDS[kind].single))
def test_of_some_kinds_only_one_may_be_in_force_and_the_message_says_where_and_what_to_do(
    kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "two.toml"
    file.write_text(TWO.format(kind=kind, start="2015-07"), encoding="utf-8")
    assert len(load_policy(str(file)).package.instruments) == 2
    file.write_text(TWO.format(kind=kind, start="2015-06"), encoding="utf-8")
    with speaking("en"), pytest.raises(FupinError) as english:
        load_policy(str(file))
    with speaking("zh"), pytest.raises(FupinError) as chinese:
        load_policy(str(file))
    for told, words in (
        (str(english.value), ("line 6", "until 2015-06", "from 2015-06", "`end`")),
        (str(chinese.value), ("第 6 行", "2015-06 起")),
    ):
        assert all(word in told for word in (str(file), "instrument.1", repr(kind), "'second'", *words)), told


def test_a_package_of_more_instruments_than_a_household_can_remember_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "many.toml"
    entries = [f'[[instrument]]\nkind = "awards"\nid = "a{place}"\n' for place in range(187)]
    file.write_text("".join(entries[:-1]), encoding="utf-8")
    assert len(load_policy(str(file)).package.instruments) == 186
    file.write_text("".join(entries), encoding="utf-8")
    with (
        speaking("en"),
        pytest.raises(FupinError, match=r"line 559, key instrument\.186: instrument 187; allowed: at most 186"),
    ):
        load_policy(str(file))


def test_two_that_meet_only_in_a_stack_of_policies_are_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[instrument]]\nkind = "dibao"\nid = "mine"\n', encoding="utf-8")
    scenario = load_scenario("baoding").with_policies(["baseline-2014", str(file)])
    with pytest.raises(FupinError, match=r"mine\.toml"):
        scenario.resolve()
