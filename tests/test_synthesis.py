"""The synthetic region: what a household starts from depends on itself, and the whole meets the margins."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from fupin.cli import main
from fupin.errors import FupinError
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.draws import Draws
from fupin.model.household import Household
from fupin.model.person import COLLEGE, PRIMARY
from fupin.scenarios.frame import build_frame
from fupin.scenarios.margins import EXPRESSIONS, ProfileSurvey, fit_margins
from fupin.scenarios.profiles import load_profile, profile_path
from fupin.scenarios.regions import build_region_data, populate
from fupin.scenarios.sampling import draw_villages
from fupin.scenarios.scores import apportion, rotated_points

PROFILE = load_profile("baoding")
TABLES = ("households", "persons", "villages", "enterprises", "teams", "counties")


@pytest.fixture(scope="module")
def sample():
    return build_region_data(PROFILE, 0.01, seed=1)


@pytest.fixture(scope="module")
def county():
    return build_region_data(PROFILE, 1.0, ["Boye"], seed=1)


# who depends on what


def test_a_sample_is_a_literal_subset_of_the_full_region(county):
    part = build_region_data(PROFILE, 0.02, ["博野县"], seed=1)
    assert len(part.villages["uid"]) < len(county.villages["uid"])
    for table, skipped in (("villages", {"weight", "county"}), ("households", {"village", "weight", "county"})):
        some, whole = getattr(part, table), getattr(county, table)
        rows = np.searchsorted(whole["uid"], some["uid"])
        for name in some.keys() - skipped:
            np.testing.assert_array_equal(some[name], whole[name][rows], err_msg=name)
    rows = np.searchsorted(county.persons["uid"], part.persons["uid"])
    for name in part.persons.keys() - {"household", "employer"}:
        np.testing.assert_array_equal(part.persons[name], county.persons[name][rows], err_msg=name)


def test_naming_one_county_leaves_its_households_as_they_are(county, sample):
    inside = np.isin(sample.households["uid"], county.households["uid"])
    rows = np.searchsorted(county.households["uid"], sample.households["uid"][inside])
    assert inside.any()
    for name in sample.households.keys() - {"village", "county", "weight"}:
        np.testing.assert_array_equal(sample.households[name][inside], county.households[name][rows])


def test_adding_a_household_changes_nobody_else():
    frame = build_frame(PROFILE, Draws(1))
    rows, weights = draw_villages(frame.villages, 0.01, Draws(1))
    counties = range(len(PROFILE.county))
    before = populate(PROFILE, frame, rows, weights, counties, 1)
    larger = frame.villages["households"].copy()
    larger[rows[7]] += 1
    frame = dataclasses.replace(frame, villages=frame.villages | {"households": larger})
    after = populate(PROFILE, frame, rows, weights, counties, 1)

    added = ~np.isin(after.households["uid"], before.households["uid"])
    assert added.sum() == 1
    newcomer = ~np.isin(after.persons["uid"], before.persons["uid"])
    assert (after.persons["uid"][newcomer] // 64 == after.households["uid"][added]).all()
    for name in before.households:
        np.testing.assert_array_equal(before.households[name], after.households[name][~added], err_msg=name)
    for name in before.persons.keys() - {"household"}:
        np.testing.assert_array_equal(before.persons[name], after.persons[name][~newcomer], err_msg=name)
    # only the village's own totals and the employers' head counts see the newcomer
    for name in before.villages:
        others = np.arange(len(rows)) != 7
        np.testing.assert_array_equal(before.villages[name][others], after.villages[name][others], err_msg=name)
    for table in ("enterprises", "teams", "counties"):
        for name in getattr(before, table).keys() - {"filled"}:
            np.testing.assert_array_equal(getattr(before, table)[name], getattr(after, table)[name], err_msg=name)


def test_one_seed_gives_one_region_and_another_seed_another(sample):
    again, other = build_region_data("baoding", 0.01, seed=1), build_region_data("baoding", 0.01, seed=2)
    for table in TABLES:
        for name, values in getattr(sample, table).items():
            np.testing.assert_array_equal(values, getattr(again, table)[name])
    assert not np.array_equal(sample.villages["uid"], other.villages["uid"])


def test_another_sample_seed_draws_other_villages_of_the_same_region(county):
    part = build_region_data(PROFILE, 0.05, ["Boye"], seed=1, sample_seed=99)
    usual = build_region_data(PROFILE, 0.05, ["Boye"], seed=1)
    assert not np.array_equal(part.villages["uid"], usual.villages["uid"])
    rows = np.searchsorted(county.households["uid"], part.households["uid"])
    np.testing.assert_array_equal(part.households["savings"], county.households["savings"][rows])


# sampling


def test_the_whole_region_has_weight_one_and_counts_as_fully_simulated(county, sample):
    assert (county.households["weight"] == 1).all()
    assert county.counties["fully_simulated"].all()
    assert not sample.counties["fully_simulated"].any()
    assert len(county.villages["uid"]) == PROFILE.county[-1].villages


def test_quotas_and_jobs_are_scaled_to_the_households_that_a_sample_stands_for(sample):
    frame = build_frame(PROFILE, Draws(1))
    seen = np.bincount(sample.households["county"], sample.households["weight"])
    whole = build_region_data(PROFILE, 0.03, seed=1).counties
    ratio = seen / frame.counties["households"]
    np.testing.assert_allclose(sample.counties["quota"], frame.counties["quota"] * ratio)
    assert frame.counties["quota"].sum() == PROFILE.frame.registered
    np.testing.assert_allclose(whole["households"], sample.counties["households"])


@pytest.mark.parametrize("share", [0, -0.1, 1.5, float("nan")])
def test_an_impossible_sample_is_refused(share):
    with pytest.raises(FupinError, match="allowed: above 0, at most 1"):
        build_region_data(PROFILE, share)


def test_an_unknown_county_is_answered_with_the_nearest_one():
    with pytest.raises(FupinError, match="did you mean 'Fuping'"):
        build_region_data(PROFILE, 0.01, ["Fupin"])


# balanced draws


def test_rotated_points_are_uniform_and_fill_each_group_evenly():
    shift = Draws(5).uniforms("synthesis.rotation", 0, np.arange(3000), 19)
    one = rotated_points(shift, np.arange(3000), np.full(3000, 41))
    assert min(kstest(values, "uniform").pvalue for values in one) > 1e-4
    group = rotated_points(shift[:, :1], np.zeros(256, np.int64), np.arange(256))
    assert max(kstest(values, "uniform").statistic for values in group) < 0.02  # independent draws: about 0.05
    assert group.min() > 0
    assert group.max() < 1


def test_a_longer_sequence_begins_with_the_shorter_one():
    shift = Draws(5).uniforms("synthesis.rotation", 0, np.arange(1), 19)
    few, many = (rotated_points(shift, np.zeros(n, np.int64), np.arange(n)) for n in (300, 5000))
    np.testing.assert_array_equal(few, many[:, :300])


@given(st.integers(0, 10**6), st.lists(st.floats(0.01, 100), min_size=1, max_size=20))
def test_apportionment_is_whole_complete_and_fair(total, weights):
    weights = np.array(weights)
    parts = apportion(total, weights)
    assert parts.sum() == total
    assert (np.abs(parts - total * weights / weights.sum()) < 1 + 1e-6).all()


# households make sense


def test_every_column_is_declared_has_its_type_and_lies_within_its_bounds(sample):
    for table, agent_class in zip(TABLES, AGENT_CLASSES.values(), strict=True):
        declared = columns_of(agent_class)
        for name, values in getattr(sample, table).items():
            column = declared[name]
            assert values.dtype == column.dtype, (table, name)
            assert values.min() >= column.low, (table, name)
            assert values.max() <= column.high, (table, name)


def test_members_add_up_and_are_in_order(sample):
    h, p = sample.households, sample.persons
    n = len(h["uid"])
    for uids in (h["uid"], p["uid"]):
        assert (np.diff(uids) > 0).all()
    np.testing.assert_array_equal(p["uid"] // 64, h["uid"][p["household"]])
    np.testing.assert_array_equal(h["uid"] // 65536, sample.villages["uid"][h["village"]])
    np.testing.assert_array_equal(np.bincount(p["household"], p["alive"], n), h["members"])
    np.testing.assert_array_equal(np.bincount(p["household"], p["able"], n), h["workers"])
    assert (h["residents"] == h["members"] - np.bincount(p["household"], p["non_resident"], n)).all()
    mothers = np.bincount(p["household"], p["alive"] & p["female"] & (p["age"] < 35.0), n) > 0
    free = np.bincount(p["household"], ~p["alive"], n)
    np.testing.assert_array_equal(free > 0, mothers)  # a place for a birth, where there can be one


def test_persons_are_possible(sample):
    p = {name: values[sample.persons["alive"]] for name, values in sample.persons.items()}
    pupil = p["stage"] > 0
    assert (p["schooling"] <= np.maximum(p["age"] - 5, 0)).all()
    assert (p["age"][pupil] >= 6).all()
    assert (p["stage"][pupil & (p["age"] < 10)] == PRIMARY).all()
    assert (p["age"][p["stage"] == COLLEGE] >= 18).all()
    assert ((p["age"] >= 16) & (p["age"] < 60) & ~p["disabled"] & ~pupil)[p["able"]].all()
    assert ((p["activity"] >= 0) == p["able"]).all()
    assert (p["capacity"][p["illness_loss"] > 0] < 1).all()
    assert ((p["illness_months"] > 0) == (p["illness_loss"] > 0)).all()


def test_parents_are_a_generation_older_than_their_children(sample):
    p = sample.persons
    place = p["uid"] % 64
    head = np.zeros(len(sample.households["uid"]))
    head[p["household"][place == 0]] = p["age"][place == 0]
    youngest = p["alive"] & (place >= 6) & (place < 9)
    with_head = youngest & (head[p["household"]] > 0)
    assert (head[p["household"]] - p["age"])[with_head].min() >= 16


def test_ability_ties_the_first_state_together(sample):
    h = sample.households
    for name in ("schooling", "capital", "savings", "productivity", "motivation", "business", "housing"):
        able, values = h["workers"] > 0, h[name].astype(float)
        assert np.corrcoef(h["ability"][able], np.log1p(values[able] - values.min()))[0, 1] > 0.15, name
    for name in ("ill", "disabled", "debt"):
        assert np.corrcoef(h["ability"], h[name])[0, 1] < -0.02, name


def test_poor_villages_are_the_remote_and_unproductive_ones():
    villages = build_frame(PROFILE, Draws(4)).villages
    poor = villages["poor_village"]
    for name, sign in (("remoteness", 1), ("productivity", -1), ("road", -1), ("collective_cash", -1)):
        assert sign * (villages[name][poor].mean() - villages[name][~poor].mean()) > 0, name
    assert poor.sum() == 1082


def test_local_workers_have_an_employer_of_their_county_and_nobody_else_has(sample):
    p, firms = sample.persons, sample.enterprises
    hired = p["employer"] >= 0
    np.testing.assert_array_equal(hired, p["activity"] == 1)
    home = sample.households["county"][p["household"][hired]]
    np.testing.assert_array_equal(firms["county"][p["employer"][hired]], home)
    weight = sample.households["weight"][p["household"][hired]]
    assert firms["filled"].sum() == pytest.approx(weight.sum())


# margins


def test_the_full_region_meets_every_margin():
    fits = fit_margins(PROFILE, build_region_data(PROFILE, 1.0, seed=1))
    assert [fit.margin.name for fit in fits if not fit.met] == []
    assert max(fit.standard_error for fit in fits) == 0
    assert len(fits) >= 25


@pytest.mark.parametrize("seed", [1, 2])
def test_a_one_per_cent_sample_meets_every_margin(seed):
    assert [
        fit.margin.name for fit in fit_margins(PROFILE, build_region_data(PROFILE, 0.01, seed=seed)) if not fit.met
    ] == []


def test_standard_errors_describe_how_samples_differ():
    frame, truth = build_frame(PROFILE, Draws(1)), {}
    scores: dict[str, list[float]] = {"villages": [], "schooling": [], "business": [], "income": []}
    for seed in range(30):
        rows, weights = draw_villages(frame.villages, 0.01, Draws(seed))
        data = populate(PROFILE, frame, rows, weights, range(len(PROFILE.county)), 1)
        survey = ProfileSurvey(PROFILE, data)
        for name, values in scores.items():
            estimate = EXPRESSIONS[name](survey, data.villages, data.households, data.persons)
            values.append(estimate.value)
            truth.setdefault(name, []).append(survey.standard_error(estimate))
    for name, values in scores.items():
        assert 0.6 < np.std(values) / np.mean(truth[name]) < 1.6, name


def test_a_changed_recipe_misses_its_margin():
    recipe = PROFILE.household.model_copy(update={"business_share": 0.35})
    changed = PROFILE.model_copy(update={"household": recipe})
    missed = {fit.margin.name for fit in fit_margins(changed, build_region_data(changed, 0.01, seed=1)) if not fit.met}
    assert "business" in missed


def test_every_number_of_the_profile_says_where_it_comes_from(capsys):
    with pytest.raises(SystemExit):
        main(["region", "show", "baoding", "--markdown", "--lang", "en"])
    lines = [line for line in capsys.readouterr().out.splitlines() if re.match(r"\| [a-z_]+\.[a-z_]+ \|", line)]
    assert len(lines) > 100
    assert all(cell.strip() for line in lines for cell in line.split("|")[1:-1])


# mistakes in a profile


def _changed(tmp_path, old, new):
    text = profile_path("baoding").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "land_mean    =",
            "land_maen    =",
            r"mine\.toml, line \d+, key household\.land_maen: unknown key; did you mean 'land_mean'",
        ),
        (
            "value = 8.0, unit",
            'value = "a lot", unit',
            r"key household\.land_mean.*'a lot' has the wrong type; allowed: a number",
        ),
        (
            "business_share = { value = 0.22",
            "business_share = { value = 2.2",
            r"business_share: 2\.2 is out of range; allowed: 0 to 1",
        ),
        ("poor_villages = 164", "poor_villages = 900", r"900 poor villages of 234; allowed: at most all"),
        (
            "rural_share = 0.065",
            "rural_share = 0.5",
            r"key county\.8\.rural_share: those of all counties sum to 1\.435; allowed: a sum of 1",
        ),
        ("[0, 1, 0, ", "[0, 0, 0, ", r"without adult or elder"),
        ("[team]", "[team", r"line \d+.*not valid TOML"),
        ("skill_sd     = ", "# skill_sd     = ", r"the key `skill_sd` is missing"),
        ('name = "baoding"', 'name = "baoding"\ntables = "nowhere"', r"line \d+, key tables: 'nowhere' is no folder"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_place(tmp_path, old, new, said):
    with pytest.raises(FupinError, match=said):
        load_profile(_changed(tmp_path, old, new))


def test_an_unknown_expression_is_answered_with_the_nearest_one(tmp_path, sample):
    profile = load_profile(_changed(tmp_path, 'expression = "savings"', 'expression = "saving"'))
    with pytest.raises(FupinError, match="did you mean 'savings'"):
        fit_margins(profile, sample)


# the command


def _run(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["region", *map(str, arguments)])
    return stopped.value.code or 0, capsys.readouterr()


def test_check_prints_every_margin_in_both_languages(capsys):
    for lang, head, margin in (("zh", "目标", "户均人口"), ("en", "target", "members a household")):
        code, text = _run(capsys, "check", "baoding", "--lang", lang)
        assert code == 0
        assert head in text.out
        assert margin in text.out


def test_check_exits_with_one_when_a_margin_is_missed(capsys, tmp_path):
    path = _changed(tmp_path, 'expression = "members"', 'expression = "land"')
    code, text = _run(capsys, "check", path, "--json")
    missed = [row["name"] for row in json.loads(text.out) if not row["met"]]
    assert (code, missed) == (1, ["members"])


def test_an_unknown_region_is_one_message_and_exit_code_two(capsys):
    code, text = _run(capsys, "check", "baodin")
    assert code == 2
    assert text.err == (
        "fupin: unknown region 'baodin'; did you mean 'baoding'? (a file of your own: give its path, ending in .toml)\n"
    )


def test_household_columns_cover_what_the_month_reads_first(sample):
    computed_later = {"illness_load", "care_burden", "own_labour", "local_pay", "migrant_pay"}
    assert computed_later.isdisjoint(sample.households)
    assert {"land", "capital", "savings", "permanent_income", "income_q1"} <= sample.households.keys()
    assert sample.households.keys() <= columns_of(Household).keys()
