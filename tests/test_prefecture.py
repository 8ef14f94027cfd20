"""The whole prefecture: poor counties and others, each with its own list, and money that reaches both."""

from __future__ import annotations

import numpy as np
import pytest
from budget_worlds import funded, two_counties

from fupin.model.dated import month_number
from fupin.model.settings import Dated
from fupin.scenarios.build import build_region
from fupin.scenarios.overrides import prepare
from fupin.scenarios.policy import load_policy
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.scenario import load_scenario


def test_nine_poor_counties_stand_beside_nine_others_and_seven_districts() -> None:
    profile = load_profile("baoding-prefecture")
    poor = [one for one in profile.county if one.poor_county]
    others = [one for one in profile.county if not one.poor_county]
    assert (len(poor), len(others)) == (9, 16)
    districts = [one for one in others if one.zh.endswith(("区", "新城"))]
    assert len(districts) == 7
    assert sum(one.poor_villages for one in poor) == 1082
    assert sum(one.poor_villages for one in others) == 0


@pytest.mark.parametrize("region", ["baoding", "baoding-prefecture"])
def test_eight_counties_are_on_the_national_list_and_boye_on_that_of_the_province(region: str) -> None:
    """004: eight of the Yan-Taihang area and one provincial poor county; the centre checks only the eight."""
    poor = [one for one in load_profile(region).county if one.poor_county]
    assert [one.zh for one in poor if not one.national_list] == ["博野县"]
    data = build_region_data(region, 0.0001, ["望都县", "博野县"], 1)
    assert data.counties["national_list"].tolist() == [True, False]


def test_the_nine_are_those_of_baoding_with_the_same_homes_and_villages() -> None:
    nine, all_of = load_profile("baoding"), load_profile("baoding-prefecture")
    for alone, inside in zip(nine.county, all_of.county, strict=False):
        assert (alone.zh, alone.national_list) == (inside.zh, inside.national_list)
        assert (alone.zh, alone.villages, alone.poor_villages, alone.terrain, alone.productivity) == (
            inside.zh,
            inside.villages,
            inside.poor_villages,
            inside.terrain,
            inside.productivity,
        )
        homes = alone.rural_share * nine.frame.households
        assert inside.rural_share * all_of.frame.households == pytest.approx(homes, rel=1e-3)


def test_what_is_said_of_homes_and_people_is_that_of_the_nine() -> None:
    nine, all_of = load_profile("baoding"), load_profile("baoding-prefecture")
    for section in ("village", "household_types", "person", "family", "health", "load", "household", "work"):
        assert getattr(all_of, section) == getattr(nine, section), section


def test_counties_off_the_list_have_a_few_poor_of_their_own() -> None:
    data = build_region_data("baoding-prefecture", 0.0001, ["阜平县", "定兴县"], 1)
    assert data.counties["poor_county"].tolist() == [True, False]
    share = data.counties["quota"] / data.counties["households"] / 3.9
    assert 0.005 < share[1] < 0.03 < share[0]


def test_the_poor_are_listed_in_both_kinds_of_counties() -> None:
    h = funded(months=1).rows("household")
    listed = np.bincount(h.county, h.weight * h.members * (h.registry == 1), minlength=2)
    assert listed.min() > 0.0


def test_the_scenario_of_the_prefecture_names_its_region_and_its_rules() -> None:
    world = load_scenario("baoding-prefecture").resolve()
    assert world.region_file.stem == "baoding-prefecture"
    assert "budget_rules" in [item.kind for item in world.instruments]


def test_the_package_of_2019_differs_from_what_was_before_only_from_2019_on() -> None:
    before, after = (load_policy(name).package for name in ("hebei-before-2019", "hebei-nonpoor-2019"))
    earlier = {choice.id: dict(choice.settings) for choice in before.instruments}
    year = month_number("2019-01")
    for choice in after.instruments:
        settings = dict(choice.settings)
        if choice.id not in earlier:
            assert settings["start"] == "2019-01", choice.id
            continue
        for name, value in settings.items():
            known = dict(earlier[choice.id].get(name, value).values) if isinstance(value, Dated) else {}
            new = dict(value.values) if isinstance(value, Dated) else {}
            assert {month: new[month] for month in new if month < year} == {
                month: known[month] for month in known if month < year
            }, f"{choice.id}.{name}"


def test_the_package_of_2019_runs_beside_what_was_before_with_balanced_books() -> None:
    funds = []
    for name in ("hebei-before-2019", "hebei-nonpoor-2019"):
        scenario = prepare("baoding-prefecture", policies=[name], start="2018-01", years=2, burn_in_years=1)
        world = build_region(scenario.resolve(), two_counties(), audit=True)
        while world.month < month_number("2019-12"):
            world.step()
            world.ledger.check()
        funds.append(world.rows("county").funds.copy())
        assert world.rows("village").listed_late.any() == (name == "hebei-nonpoor-2019")
    before, after = funds
    assert after[1] > 1.25 * before[1]  # Dingxing, off the list
    assert after[0] < after[1] / before[1] * before[0]
