"""Cadres: who is sent, what they know and dare; each instrument moves what it should, and nothing where it cannot."""

from __future__ import annotations

import tomllib
import zlib
from typing import Any

import numpy as np
import pytest
from team_worlds import BUSY, OURS, differs, mean_visits, places, staffed, team, without_teams
from worlds import START, changed, instruments, region, same_bits, snapshot, villages

from fupin.library import library
from fupin.model.household import EXITED, REGISTERED
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.instruments.secretaries import exchanged, village_needs
from fupin.model.instruments.teamwork import TeamInstrument
from fupin.model.person import CARE
from fupin.model.processes.applications import ASKING, asking_luck, village_applies
from fupin.model.processes.teams import fit_by_village
from fupin.model.region import Region
from fupin.model.rules.cadres import (
    application_chance,
    gain_of_course,
    match_of_secretary,
    paperwork_of_plans,
    sponsored_chance,
)
from fupin.model.workteam import ONE_PERSON

MODULES = ("team_modes", "secretaries", "cadres", "village_officials", "team_time", "leadership")
GOVERNANCE = [kind for kind, cls in instrument_kinds().items() if cls.__module__.rpartition(".")[2] in MODULES]
GRANTS: dict[str, Any] = {"production_grant": {"share_per_year": 1.0, "take_up": 1.0, "loss": 0.9, "lag_months": 3}}


def money(made: Region, purpose: str) -> float:
    made.ledger.close_month()
    return sum(one.amount for one in made.ledger.journal if one.purpose == purpose)


# what all of them share


@pytest.mark.parametrize("kind", GOVERNANCE)
def test_no_instrument_of_governance_touches_incomes_when_it_acts(kind: str) -> None:
    """In the first months only teams, their marks and the money of counties differ; gifts are money by themselves."""
    plain, made = staffed(2), staffed(2, kind, **{kind: {"start": "2014-01"}})
    table = {name.partition(".")[0] for name in differs(plain, made) - {"household.visits"}}
    assert table <= {"workteam", "village", "county"}


def test_shifts_that_are_left_as_they_stand_are_those_that_would_be_set_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """With money running out and coming back, teams sent, seats lost, courses, and the end of a programme."""
    budget = {"2014-01": 1e12, "2015-05": 2e4, "2015-08": 0, "2016-02": 1e12}
    settings: dict[str, Any] = {
        kind: {"budget": budget} for kind in GOVERNANCE if "budget" in instrument_kinds()[kind].Settings.model_fields
    }
    for kind in ("township_stations", "team_modes", "graduate_officials", "late_start"):
        settings.setdefault(kind, {})["end"] = "2016-05"
    settings["township_stations"] |= {"heavy_task": 25, "budget": 1e12}
    settings["team_modes"] |= {"merged_share": {"2014-01": 0, "2014-12": 0.5}, "least_registered": 5}
    settings["late_start"] |= {"everywhere": 1, "thinness": {"2014-01": 0.5, "2015-04": 0.2}}
    plain, made = (region(villages(40, 1, 0.06), instruments(*GOVERNANCE, **settings)) for _ in range(2))
    anew = TeamInstrument.as_before
    for month in range(START, START + 32):
        plain.run_to(month)
        with monkeypatch.context() as patched:
            patched.setattr(TeamInstrument, "as_before", lambda *asked: anew(*asked) and False)
            made.run_to(month)
        for kind in ("workteam", "village", "county"):
            for name in plain.table_of(kind).columns:
                assert same_bits(plain.table_of(kind)[name], made.table_of(kind)[name]), (month, kind, name)


@pytest.mark.parametrize("kind", GOVERNANCE)
def test_what_an_instrument_held_is_gone_when_it_ends(kind: str) -> None:
    made = staffed(8, kind, **{kind: {"end": "2014-05"}})
    if kind == "cadre_training":  # nobody forgets
        assert team(made, "skill_shift").max() > 0.0
        return
    for name in ("days_shift", "paperwork_shift", "skill_shift", "fit_shift", "matching_shift", "talk_share"):
        assert team(made, name) == pytest.approx(0.0, abs=1e-12), name
    assert made.rows("village").cadre_shift == pytest.approx(0.0, abs=1e-12)
    assert made.rows("county").attention == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("kind", ["team_posting", "first_secretaries", "city_units", "secondments", "volunteers"])
def test_without_money_nobody_comes_and_the_counties_account_is_square(kind: str) -> None:
    plain, unpaid, paid = (
        staffed(14, *kinds, **settings)
        for kinds, settings in (((), {}), ((kind,), {kind: {"budget": 0.0}}), ((kind,), {}))
    )
    shifts = {name for name in differs(plain, unpaid) if name.endswith("_shift")}
    assert shifts == set()
    assert money(unpaid, "team.work") == 0.0
    assert money(paid, "team.work") > 0.0
    assert paid.rows("county").cash == pytest.approx(plain.rows("county").cash)


@pytest.mark.parametrize("kind", sorted(set(GOVERNANCE) - {"team_modes", "late_start", "township_stations"}))
def test_where_there_is_no_team_an_instrument_of_teams_changes_no_household(kind: str) -> None:
    nobody = without_teams(villages(40, 1, 0.06))
    plain, made = staffed(14, data=nobody), staffed(14, kind, data=nobody)
    moved = {name for name in differs(plain, made) if name.startswith("household.")}
    if kind in ("household_links", "graduate_officials"):  # these come without a team
        assert moved
        return
    assert moved == set()


# first secretaries


def test_matched_skills_raise_project_fit() -> None:
    lot, need = (staffed(4, "first_secretaries", first_secretaries={"matched": share}) for share in (0.0, 1.0))
    weight = team(lot, "weight")
    fits = [float((team(made, "project_fit") * weight).sum()) for made in (lot, need)]
    assert fits[1] > fits[0]
    for name in ("industry_skill", "governance_skill", "origin"):  # the same persons, elsewhere
        assert sorted(team(lot, name).tolist()) == sorted(team(need, name).tolist())


@pytest.mark.parametrize("seed", range(5))
def test_exchanging_places_never_loses_and_ends_where_no_exchange_gains(seed: int) -> None:
    worth = np.random.default_rng(seed).uniform(size=(9, 9))
    got = exchanged(worth)
    places_of = np.arange(9)
    assert sorted(got.tolist()) == list(range(9))
    assert worth[got, places_of].sum() >= np.trace(worth)
    for one in range(9):
        for other in range(one):
            swap = got.copy()
            swap[[one, other]] = swap[[other, one]]
            assert worth[swap, places_of].sum() <= worth[got, places_of].sum() + 1e-9


def test_projects_that_fit_leave_more_assets() -> None:
    without, with_heads = (
        staffed(13, "production_grant", *more, **GRANTS) for more in ((), ("secondments", "first_secretaries"))
    )
    assert (fit_by_village(with_heads) >= fit_by_village(without)).all()
    assert money(with_heads, "asset.loss") < money(without, "asset.loss")


def test_needs_of_villages_sum_to_one_and_follow_their_people() -> None:
    made = staffed(2)
    before = village_needs(made, 3.0)
    assert before.sum(axis=0) == pytest.approx(1.0)
    h = made.rows("household")
    here = (h.village == 0) & (h.registry == REGISTERED)
    h.workers[here] = 0.0
    after = village_needs(made, 3.0)
    assert after[2, 0] > before[2, 0]
    assert after[0, 0] < before[0, 0]


def test_secretaries_come_from_the_origins_that_are_named() -> None:
    only = {f"{kind}_share": 0.0 for kind in ("graduate", "veteran", "returnee", "young", "enterprise")}
    made = staffed(2, "first_secretaries", first_secretaries=only | {"entrepreneur_share": 1.0, "skill_sd": 0.0})
    assert (team(made, "origin") == 1).all()
    assert team(made, "industry_skill") == pytest.approx(0.9)
    assert match_of_secretary(0.9, 0.5, 0.5, 1.0, 0.0, 0.0) > match_of_secretary(0.9, 0.5, 0.5, 0.0, 0.0, 1.0)


def test_one_head_in_two_roles_leaves_fewer_days_than_two_heads() -> None:
    two, one = (staffed(4, "first_secretaries", first_secretaries={"combined": together}) for together in (0, 1))
    assert (team(one, "days") < team(two, "days")).all()
    assert not team(one, "days_shift").any()
    members = 20.0 * (1.0 - 0.3) - 4.0
    assert team(two, "days_shift") == pytest.approx(members)


def test_secretaries_stay_for_their_term() -> None:
    made = staffed(2, "first_secretaries", first_secretaries={"term": 2})
    first = team(made, "industry_skill")
    made.run_to(START + 23)
    assert same_bits(team(made, "industry_skill"), first) or sorted(team(made, "industry_skill")) == sorted(first)
    made.run_to(START + 24)
    assert sorted(team(made, "industry_skill")) != sorted(first)


# others who come


def test_the_city_sends_as_many_groups_as_it_has() -> None:
    half = float(villages(40, 1, 0.06).teams["weight"].sum()) / 2
    made = staffed(3, "city_units", city_units={"groups": half, "skill": 0.9})
    sent = team(made, "skill_shift") != 0.0
    assert float(team(made, "weight")[sent].sum()) == pytest.approx(half, abs=team(made, "weight").max())
    assert (team(made, "skill") + team(made, "skill_shift"))[sent] == pytest.approx(0.9)


def test_courses_teach_as_many_as_there_are_places_and_less_each_time() -> None:
    few, many = (staffed(3, "cadre_training", cadre_training={"places": places}) for places in (500.0, 1e5))
    assert 0.0 < team(few, "skill_shift").mean() < team(many, "skill_shift").mean()
    assert team(many, "skill_shift") == pytest.approx(0.1 * (1.0 - team(many, "skill")))
    assert gain_of_course(0.1, 1.0, 0.9) < gain_of_course(0.1, 1.0, 0.5)
    assert money(many, "cadre.training") == pytest.approx(0.25 * 1e5 * 600)


def test_section_chiefs_go_to_the_county_with_most_on_the_list() -> None:
    made = staffed(3, "secondments", secondments={"specialists": 0, "chiefs": 10})
    assert team(made, "fit_shift") == pytest.approx(0.2 * 10 / 17)
    assert not team(made, "skill_shift").any()


def test_graduates_sit_in_poor_villages_and_hang_out_the_accounts() -> None:
    plain, made = staffed(4), staffed(4, "graduate_officials")
    v = made.rows("village")
    assert (v.disclosure > plain.rows("village").disclosure)[v.poor_village].all()
    assert (v.disclosure == plain.rows("village").disclosure)[~v.poor_village].all()
    assert (v.disclosure <= 1.0).all()
    assert v.cadre_shift[v.poor_village] == pytest.approx(0.1)
    ended = staffed(6, "graduate_officials", graduate_officials={"end": "2014-03"})
    assert ended.rows("village").disclosure == pytest.approx(plain.rows("village").disclosure)


def test_volunteers_bring_days_without_forms() -> None:
    plain, made = staffed(3, parameters=BUSY), staffed(3, "volunteers", parameters=BUSY, volunteers={"days": 6})
    assert team(made, "days") == pytest.approx(team(plain, "days") + 6.0)
    assert mean_visits(made) > mean_visits(plain)


def test_only_townships_with_heavy_tasks_have_a_station() -> None:
    none, made = (
        staffed(3, "township_stations", township_stations={"heavy_task": least, "many_poor": least})
        for least in (2000, 1)
    )
    assert not team(none, "days_shift").any()
    assert len(team(none, "days")) < len(team(made, "days"))
    assert (team(made, "days_shift") == 3 * 20.0 / 30).all()
    assert team(made, "members")[len(team(none, "days")) :] == pytest.approx(1.0)


def test_one_person_in_charge_of_a_village_has_no_secretary_above() -> None:
    many = {"heavy_task": 2000, "many_poor": 1}
    made = staffed(4, "township_stations", "first_secretaries", township_stations=many)
    single = team(made, "mode") == ONE_PERSON
    assert single.any()
    assert not team(made, "skill_shift")[single].any()
    assert team(made, "skill_shift")[~single].all()


# time


def test_every_plan_takes_days() -> None:
    fewer, more = (
        staffed(3, "plans_and_inspections", plans_and_inspections={"plans": plans, "levels": 0, "inspections": 0})
        for plans in (10, 33)
    )
    assert (team(more, "days") < team(fewer, "days")).all()
    assert paperwork_of_plans(33, 1.0, 3.0, 20.0) == pytest.approx(33 / 720)


def test_relief_cannot_give_back_more_than_was_taken() -> None:
    made = staffed(4, "grassroots_relief", grassroots_relief={"paperwork_cut": 1.0, "posts": 0.0})
    assert team(made, "days") == pytest.approx(team(made, "members") * 20.0)


def test_gifts_are_money_now_and_less_knowledge() -> None:
    calls, gifts = (staffed(12, "team_agenda", team_agenda={"talk_share": 0, "gift_share": x}) for x in (0.0, 0.5))
    h = gifts.rows("household")
    assert money(gifts, "team.gifts") > 0.0 == money(calls, "team.gifts")
    assert (team(gifts, "accuracy") < team(calls, "accuracy")).all()
    assert mean_visits(gifts) < mean_visits(calls)
    listed = (h.registry == REGISTERED) & (h.village == gifts.rows("workteam").village[0])
    assert h.transfer_income[listed].mean() > calls.rows("household").transfer_income[listed].mean()


def test_idle_workers_who_hear_of_jobs_choose_anew_where_a_team_tells_them() -> None:
    made = staffed(2, "team_agenda", team_agenda={"job_news": 1.0})
    person, h, v = (made.rows(kind) for kind in ("person", "household", "village"))
    person.activity[person.able & (person.turn == 0)] = CARE
    person.restless = False
    agenda = made.instruments[0]
    agenda.tell_of_jobs(made, agenda.settings.at(made.month))  # type: ignore[attr-defined]
    home = person.household[person.restless]
    assert len(home) > 5
    assert (person.activity[person.restless] == CARE).all()
    assert (h.registry[home] == REGISTERED).all()
    assert v.poor_village[h.village[home]].all()


def test_talks_move_motivation_and_cost_knowledge() -> None:
    none, some, many = (
        staffed(13, "team_agenda", parameters=BUSY, team_agenda={"talk_share": share}) for share in (0.0, 0.2, 0.5)
    )
    levels = [float(made.rows("household").motivation.mean()) for made in (none, some, many)]
    assert levels[0] < levels[1] < levels[2]
    assert team(many, "accuracy").mean() < team(some, "accuracy").mean() < team(none, "accuracy").mean()


def test_a_link_ends_only_at_exit_or_with_its_months() -> None:
    bound, lapsing = (
        staffed(13, "household_links", household_links={"until_exit": until, "months": 6}) for until in (1, 0)
    )
    assert mean_visits(bound) > mean_visits(lapsing)
    h = bound.rows("household")
    left = np.flatnonzero(h.registry == REGISTERED)[:5]
    h.registry[left] = EXITED
    bound.step()
    assert (h.visits[left] == 0.0).all()
    assert money(bound, "team.links") > 0.0


# fear


def test_fear_keeps_projects_away_and_tolerance_brings_them_back() -> None:
    plain, afraid, forgiven, watched = (
        staffed(4, "production_grant", *more, parameters={"cadres.liability": fear}, **GRANTS | settings)
        for fear, more, settings in (
            (0.0, (), {}),
            (1.0, (), {}),
            (1.0, ("grassroots_relief",), {"grassroots_relief": {"posts": 0, "paperwork_cut": 0}}),
            (1.0, ("leaders_in_charge",), {"leaders_in_charge": {"poor_counties": 1, "county_attention": 1.0}}),
        )
    )
    served = [float((made.rows("household").granted_month >= 0).sum()) for made in (afraid, plain)]
    assert 0 < served[0] < served[1]
    one = plain.instruments[0]
    assert village_applies(forgiven, one).sum() >= village_applies(afraid, one).sum()
    assert village_applies(watched, one).all()
    assert application_chance(1.0, 0.0, 0.5, 0.3) == pytest.approx(0.5)
    assert application_chance(1.0, 1.0, 0.5, 0.3) == pytest.approx(0.8)


def test_luck_of_applications_is_the_same_whoever_else_must_ask() -> None:
    made = staffed(4, "production_grant", "village_roads", "dibao", parameters={"cadres.liability": 1.0})
    uid = made.rows("village").uid
    for year in range(2):
        made.month += 12 * year
        for one in made.instruments:
            word = zlib.crc32(f"{one.id} {made.year}".encode())
            assert same_bits(asking_luck(made, one), made.draws.uniform(ASKING, word, uid)), (one.id, made.year)
    assert sponsored_chance(0.5, 0.3) == pytest.approx(0.65)


def test_villages_that_are_afraid_get_no_works_and_no_workshop() -> None:
    kinds = ("village_roads", "village_workshop")
    settings = {
        "village_roads": {"share_per_year": 1.0},
        "village_workshop": {"least_workers": 0, "share_per_year": 1.0},
    }
    plain, afraid = (
        staffed(20, *kinds, parameters={"cadres.liability": fear, "cadres.fear_weight": 1.0}, **settings)
        for fear in (0.0, 1.0)
    )
    assert money(plain, "workshop.setup") > 0.0 < money(plain, "works.building")
    assert money(afraid, "workshop.setup") == 0.0 == money(afraid, "works.building")


def test_entitlements_need_no_application() -> None:
    plain, afraid = (staffed(8, "dibao", parameters={"cadres.liability": fear}) for fear in (0.0, 1.0))
    assert changed(snapshot(plain), snapshot(afraid)) - OURS == set()


# teams stay


def test_a_team_that_stays_goes_on_when_its_village_has_left_and_one_that_is_called_back_does_not() -> None:
    for stay, days in ((1, True), (0, False)):
        made = staffed(2, "team_posting", team_posting={"stay": stay})
        made.rows("village").exited[made.rows("workteam").village] = True
        made.run_to(made.month + 2)
        assert bool(team(made, "days").all()) is days
        assert bool(mean_visits(made)) is days


def test_nobody_is_called_back_from_a_village_that_has_not_left() -> None:
    stay, go = (staffed(8, "team_posting", team_posting={"stay": x}) for x in (1, 0))
    assert differs(stay, go) == set()


def test_a_region_without_teams_or_poor_villages_runs() -> None:
    nobody = without_teams(places(poor_village=np.zeros(14, bool)))
    made = region(nobody, instruments(*GOVERNANCE), years=2, audit=True)
    made.run_to(START + 13)
    made.ledger.check()
    assert len(made.rows("workteam")) > 0


def test_the_policy_of_baoding_has_the_numbers_of_the_document() -> None:
    text = library("scenarios", "policies", "teams.toml").read_text(encoding="utf-8")
    given = {one["kind"]: one["settings"] for one in tomllib.loads(text)["instrument"]}
    assert given["first_secretaries"]["combined"] == 1
    assert given["city_units"]["groups"] == 204
    assert given["cadre_training"]["places"] == 14600
    assert (given["secondments"]["specialists"], given["secondments"]["chiefs"]) == (63, 10)
    assert given["plans_and_inspections"]["plans"] == 1 + 9 + 23
    defaults = {kind: instrument_kinds()[kind].Settings().at(START) for kind in given}
    assert defaults["city_units"].groups == 204
    assert defaults["cadre_training"].places == 14600
