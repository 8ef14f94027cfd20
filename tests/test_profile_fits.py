"""Claims about the numbers of a region profile: those that contradict each other are refused, with place and advice."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fupin.errors import FupinError
from fupin.labels import speaking
from fupin.library import library
from fupin.model.parameters import load_parameters
from fupin.scenarios import regions
from fupin.scenarios.profiles import Profile, load_profile, profile_names, profile_path

# key, what is written, what is told in Chinese and in English
SLIPS = [
    ("family.couple_settled", "[18, 30]",
     "[18, 30]；允许：两端都不低于 couple_young 的 [20, 35]",
     "[18, 30]; allowed: neither end below that of couple_young, [20, 35]"),
    ("family.couple_counted", "[18, 59]",
     "[18, 59]；允许：在 couple_young 与 couple_settled 合起来的 [20, 59] 之内",
     "[18, 59]; allowed: within [20, 59], couple_young and couple_settled together"),
    ("family.grandparents_until", "30",
     "30；允许：至少 36（再大一岁的夫妇有 16 岁的成年子女：parent_gap 至少 21）",
     "30; allowed: at least 36 (a couple a year older has grown children of 16: parent_gap of at least 21)"),
    ("family.grandparents_until", "45",
     "45；允许：至多 39（祖辈不满 60 岁，比夫妇至少大 grandparent_gap 的 20 岁）",
     "45; allowed: at most 39 (these grandparents are below 60 and at least 20 years older, grandparent_gap)"),
    ("family.mother_until", "20",
     "20；允许：至少 22（最年轻的母亲比孩子大 parent_gap 的 21 岁）",
     "20; allowed: at least 22 (the youngest mother is 21 years older, parent_gap)"),
    ("family.elder_gap_until", "110",
     "110；允许：至多 98（person.elder_age_max 98）", "110; allowed: at most 98 (person.elder_age_max 98)"),
    ("health.severe_quarters", "[24, 12]",
     "[24, 12]；允许：两个数，小的在前", "[24, 12]; allowed: two numbers, the smaller one first"),
    ("health.severe_loss", "[0.4, 0.15]",
     "[0.4, 0.15]；允许：两个数，小的在前", "[0.4, 0.15]; allowed: two numbers, the smaller one first"),
    ("health.severe_adult", "0.3",
     "0.3；允许：至多 0.222222（1 / 4.5 年，severe_quarters 的平均病程：病者不多于全部）",
     "0.3; allowed: at most 0.222222 (1 / 4.5 years, the mean of severe_quarters: at most all are ill)"),
    ("household.poor_house", "0.95",
     "与 dangerous 合计 1.05；允许：合计至多 1", "with dangerous it sums to 1.05; allowed: a sum of at most 1"),
    ("household.motivation_mean", "0.99",
     "0.99；允许：在 motivation_range [0.02, 0.98] 之内", "0.99; allowed: within motivation_range [0.02, 0.98]"),
    ("household.land_sd", "55", "55 超出范围；允许：大于 0，至多 5", "55 is out of range; allowed: above 0, at most 5"),
    ("person.schooling_shares", "[0.1, 0.1, 0.2, 0.1, 0.4, 0.1, 0.1]",
     "合计 1.1；允许：合计为 1 的比例", "they sum to 1.1; allowed: shares that sum to 1"),
    ("person.schooling_years", "[5, 2, 6, 8, 9, 12, 15]",
     "[5, 2, 6, 8, 9, 12, 15]；允许：由小到大的年数", "[5, 2, 6, 8, 9, 12, 15]; allowed: years in rising order"),
    ("first_income.quarters", "[0.3, 0.21, 0.27, 0.32]",
     "合计 1.1；允许：合计为 1 的比例", "they sum to 1.1; allowed: shares that sum to 1"),
    ("team.members", "[]", "一个数也没有；允许：一个或更多", "no number given; allowed: one or more"),
    ("frame.registered", "5000000",
     "5e+06；允许：至多 3.89977e+06（households 1e+06 户，每户 3.9 人（household_types）：在册的不多于全部人口）",
     ("5e+06; allowed: at most 3.89977e+06 "
      "(households 1e+06 of 3.9 persons, household_types: at most all are registered)")),
    ("frame.village_size_min", "2000",
     "2000；允许：至多 1200（village_size_max 1200）", "2000; allowed: at most 1200 (village_size_max 1200)"),
]  # fmt: skip


def changed(key: str, value: str) -> tuple[str, int]:
    """The text of the shipped profile with another value of a key, and the line on which it stands."""
    section, name = key.split(".")
    lines = profile_path("baoding").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"[{section}]")
    place = next(n for n in range(start, len(lines)) if re.match(rf"{name}\s*=", lines[n]))
    lines[place], count = re.subn(r"value = (\[[^]]*\]|[-\d.]+)", f"value = {value}", lines[place], count=1)
    assert count == 1
    return "\n".join(lines), place + 1


def refused(path: Path, lang: str) -> str:
    with speaking(lang), pytest.raises(FupinError) as caught:
        load_profile(path)
    return str(caught.value)


@pytest.mark.parametrize(("key", "value", "zh", "en"), SLIPS, ids=[f"{slip[0]}={slip[1]}" for slip in SLIPS])
def test_numbers_that_contradict_each_other_are_refused_with_place_and_advice(
    tmp_path: Path, key: str, value: str, zh: str, en: str
) -> None:
    text, line = changed(key, value)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert refused(path, "zh") == f"{path}，第 {line} 行，键 {key}：{zh}"
    assert refused(path, "en") == f"{path}, line {line}, key {key}: {en}"


def test_villages_that_cannot_have_their_households_are_refused(tmp_path: Path) -> None:
    text = profile_path("baoding").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(re.sub(r"villages = 234\b", "villages = 2340", text, count=1), encoding="utf-8")
    assert "villages of" in refused(path, "en")
    assert re.search(
        r"第 \d+ 行，键 county\.\d\.villages：2340 个村，平均每村 \d+ 户；允许：每村 60 至", refused(path, "zh")
    )


def test_shares_of_the_counties_that_are_no_whole_are_told_with_the_line_of_the_last(tmp_path: Path) -> None:
    text = profile_path("baoding").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(re.sub(r"rural_share = 0.065\b", "rural_share = 0.02", text, count=1), encoding="utf-8")
    assert re.search(r"第 \d+ 行，键 county\.8\.rural_share：各县合计 0.955；允许：合计为 1", refused(path, "zh"))
    assert "those of all counties sum to 0.955; allowed: a sum of 1" in refused(path, "en")


@pytest.mark.parametrize("name", profile_names())
def test_the_shipped_profiles_fit(name: str) -> None:
    assert load_profile(name).name


def test_a_region_without_absent_children_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    content: dict[str, Any] = tomllib.loads(profile_path("baoding").read_text(encoding="utf-8"))
    content["household"]["absent_share"]["value"] = 0
    profile = Profile.model_validate(content)
    monkeypatch.setattr(regions, "load_profile", lambda *_: profile)
    data = regions.build_region_data("baoding", 0.003, ("Fuping",), 1)
    assert (data.households["absent_support"] == 0).all()


@pytest.mark.parametrize("name", profile_names())
def test_non_resident_migrants_are_as_many_in_the_profile_as_a_run_draws(name: str) -> None:
    book = load_parameters(library("model", "parameters"))
    assert set(book["wages.non_resident_share"].values.values()) == {float(load_profile(name).work.non_resident)}
