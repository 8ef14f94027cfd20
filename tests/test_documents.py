"""What the packages say of the source documents: their dates, and numbers that they count once."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from fupin.library import library
from fupin.model.dated import month_number
from fupin.model.instruments.kinds import instrument_kinds

NATIONAL_OR_EARLIER = {"relocation", "housing_renewal", "medical_cover", "education_aid", "micro_credit"}
TASK_OF_THE_YEAR = {"township_grid"}  # 001: to be done in 2018


def package(name: str) -> dict[str, Any]:
    """A policy file as it stands."""
    with library("scenarios", "policies", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def settings(name: str, kind: str) -> dict[str, Any]:
    (found,) = (one.get("settings", {}) for one in package(name)["instrument"] if one["kind"] == kind)
    return dict(found)


@pytest.mark.parametrize(("name", "earlier"), [
    ("chongqing-upgrade-2018", TASK_OF_THE_YEAR), ("anhui-exit-2018", NATIONAL_OR_EARLIER),
])  # fmt: skip
def test_a_document_does_not_act_before_its_date(name: str, earlier: set[str]) -> None:
    text = package(name)
    issued = text["date"].year * 12 + text["date"].month - 1
    for one in text["instrument"]:
        start = one.get("settings", {}).get("start")
        assert one["kind"] in earlier or start is None or month_number(start) >= issued, one["kind"]


@pytest.mark.parametrize(("name", "first"), [("exit-task-force", "2018-09"), ("village-officials", "2018-09"),
                                             ("team-modes", "2019-01"), ("services-by-date", "2018-01")])  # fmt: skip
def test_a_package_of_what_a_province_arranged_begins_with_it(name: str, first: str) -> None:
    before_it = {"late_start"}  # what the province found
    starts = [one["settings"]["start"] for one in package(name)["instrument"] if one["kind"] not in before_it]
    assert min(starts) == first


def test_what_chongqing_only_explores_takes_no_poor_village_off_its_list() -> None:
    """001: relative poor villages are to be explored; in the scope are all that were planned."""
    given = package("chongqing-upgrade-2018")["parameters"]
    assert "village_lists.relative_share" not in given
    assert given["village_lists.scope_wide"] == {"2018-09": 1}


def test_anhuis_caps_begin_in_2017() -> None:
    for name in ("anhui-exit-2018", "medical-anhui"):
        given = settings(name, "medical_cover")
        assert given["annual_caps"] == {"2016-01": 0, "2017-01": 1}
        assert given["chronic_top_up"] == {"2016-01": 0, "2017-01": 0.8}


@pytest.mark.parametrize("name", ["chongqing-upgrade-2018", "anhui-exit-2018"])
def test_documents_that_measure_exit_by_guarantees_ask_for_them(name: str) -> None:
    assert package(name)["parameters"]["registry.exit_guarantees"] == {"2018-09": 1}


def test_baoding_moves_and_rebuilds_as_many_as_its_document_says() -> None:
    assert settings("baoding-2016", "relocation")["places"] == {"2016-01": 76000, "2017-01": 0}
    houses = settings("baoding-2016", "housing_renewal")
    assert houses["start"] == "2016-01"
    assert sum(houses["task"].values()) == pytest.approx(6901 / 0.41, rel=1e-3)
    assert settings("baoding-2016", "household_photovoltaics")["households_per_year"] == {"2016-01": 130, "2017-01": 0}


def test_baoding_has_as_many_parks_and_villages_of_handicraft_by_2016_as_its_document_says() -> None:
    offers = 3  # one a year, in spring, from 2014
    assert offers * settings("baoding-2016", "land_park")["share_per_year"] * 1082 == pytest.approx(44, rel=0.02)
    crafts = instrument_kinds()["home_handicraft"].Settings(**settings("baoding-2016", "home_handicraft"))
    assert offers * crafts.text()["share_per_year"] * 1082 == pytest.approx(481, rel=0.02)
    assert crafts.text()["points"] * 481 == pytest.approx(1117, rel=0.01)


def test_baodings_points_of_handicraft_are_counted_once() -> None:
    kinds = [one["kind"] for one in package("baoding-2016")["instrument"]]
    assert "home_handicraft" in kinds
    assert "village_workshop" not in kinds


def test_history_moves_a_hundredth_of_all_who_moved_and_rebuilds_a_hundredth_of_all_houses() -> None:
    places = settings("history", "relocation")["places"]
    assert over_years(places, 2016) == pytest.approx(96000)
    houses = settings("history", "housing_renewal")
    assert houses["start"] == "2014-01"
    assert over_years(houses["task"], 2014) == pytest.approx(80000 - 10000, rel=0.01)  # the year 2013 is not simulated


def over_years(dated: dict[str, float], first: int) -> float:
    """Sum of the yearly numbers to 2020."""
    by_month = {month_number(date): number for date, number in dated.items()}
    years = range(first, 2021)
    return sum(by_month[max(date for date in by_month if date <= year * 12)] for year in years)
