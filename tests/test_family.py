"""Ages and sexes of a household follow the profile, and a profile that does not speak of them is what it was."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from fupin.errors import FupinError
from fupin.scenarios.profiles import later_keys, load_profile, profile_path
from fupin.scenarios.regions import build_region_data

PROFILE = load_profile("baoding")


def test_a_profile_from_before_the_family_section_is_the_region_that_it_was(tmp_path):
    later = "|".join(key for _, key in later_keys())
    text = profile_path("baoding").read_text(encoding="utf-8").replace("\n[family]\n", "\n")
    old = tmp_path / "old.toml"
    old.write_text(re.sub(rf"^({later}) *=.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")
    said, pattern = (tomllib.loads(path.read_text(encoding="utf-8")) for path in (old, profile_path("baoding")))
    assert pattern.keys() - said.keys() == {"family"}
    assert sum(map(len, pattern.values())) - sum(map(len, said.values())) == len(later_keys())
    assert load_profile(old) == PROFILE
    page = (Path(__file__).parents[1] / "docs" / "region.md").read_text(encoding="utf-8")
    assert all(section == "family" or f"`{section}.{key}`" in page for section, key in later_keys())


def test_ages_of_a_household_follow_the_family_section():
    family = PROFILE.family.model_copy(update={"parent_gap": (40.0, 40.0), "young_female": 1.0})
    p = build_region_data(PROFILE.model_copy(update={"family": family}), 0.002).persons
    place, young = p["uid"] % 64, p["alive"] & (p["uid"] % 64 >= 6) & (p["uid"] % 64 < 9)
    assert p["female"][young].all()
    late = young & (p["stage"] > 0)  # some pupils are a year above their grade
    eldest, head = np.zeros(p["household"].max() + 1), np.zeros(p["household"].max() + 1)
    np.maximum.at(eldest, p["household"][young], p["age"][young])
    head[p["household"][place == 0]] = p["age"][place == 0]
    with_young = np.isin(np.arange(len(head)), p["household"][late]) & (head > 0) & (head < 59)
    assert set(head[with_young] - eldest[with_young]) <= {39.0, 40.0}


def test_mean_and_spread_of_adults_ages_are_those_that_the_profile_gives():
    sample = build_region_data(PROFILE, 0.005)
    place = sample.persons["uid"] % 64
    age = sample.persons["age"][place < 4]
    np.testing.assert_allclose([age.mean(), age.std()], PROFILE.person.worker_ages, rtol=0.03)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "parent_gap      = { value = [21, 30]",
            "parent_gap      = { value = [21, 50]",
            r"line \d+, key family\.parent_gap: 50 is out of range; allowed: 15 to 45",
        ),
        (
            "couple_young    = { value = [20, 35]",
            "couple_young    = { value = [35, 20]",
            r"family\.couple_young: \[35, 20\]; allowed: two whole numbers, the smaller one first",
        ),
        (
            "grown_max       = { value = 33",
            "grown_max       = { value = 33.5",
            r"33\.5; allowed: a whole number from 16",
        ),
        (
            "value = [0.02, 0.98]",
            "value = [0.98, 0.02]",
            r"motivation_range: \[0\.98, 0\.02\]; allowed: two numbers",
        ),
        ("sibling_gap ", "siblin_gap ", r"family\.siblin_gap: unknown key; did you mean 'sibling_gap'"),
        ("\n[family]\n", "\n[famly]\n", r"line \d+, key famly: unknown key; did you mean 'family'"),
    ],
)
def test_a_mistake_in_the_family_section_is_named_with_its_place(tmp_path, old, new, said):
    text = profile_path("baoding").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FupinError, match=said):
        load_profile(path)
