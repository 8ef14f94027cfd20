"""Claims about mistakes in scenario text: each is told with its place, what was given and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scenario_library import BASE, SCENARIO, build_library, written

from fupin.errors import FupinError
from fupin.scenarios.catalogue import Catalogue
from fupin.scenarios.overrides import prepare, with_sets


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return build_library(tmp_path_factory.mktemp("library"))


MISTAKES = [
    ('zh = "谷地"', 'zhh = "谷地"', r"line 3, key zhh: unknown key; did you mean 'zh'\?"),
    ('policies = ["base"]', 'policis = ["base"]', r"line 7, key policis: unknown key; did you mean 'policies'\?"),
    ("years = 7", 'years = "seven"', r"line 6, key years: 'seven' has the wrong type; allowed: a whole number"),
    ("years = 7", "years = 0", r"line 6, key years: 0 is out of range; allowed: at least 1"),
    ("years = 7", "sample = 1.5", r"line 6, key sample: 1.5 is out of range; allowed: at most 1"),
    ('"2014-01"', '"2014-13"', r"line 5, key start: the date '2014-13' does not exist"),
    ('["base"]', '"base"', r"line 7, key policies: 'base' has the wrong type; allowed: a list"),
    ('["base"]', '["bass"]', r"line 7, key policies.0: unknown policy 'bass'; did you mean 'base'\?"),
    ('["base"]', '["./gone.toml"]', r"line 7, key policies.0: ./gone.toml: there is no such policy file"),
    ("years = 7", 'against = "nothing"', r"line 6, key against.*: unknown policy 'nothing'; did you mean 'do-nothing'"),
    ('region = "dale"', 'region = "dalle"', r"line 4, key region: unknown region 'dalle'; did you mean 'dale'\?"),
    ('region = "dale"', "", r"mine.toml: the key `region` is missing"),
    ('region = "dale"', 'region = "dale', r"mine.toml, line 4, column \d+: not valid TOML"),
    ("farm.land_exponent", "farm.land_exponant", r"line 10, .*unknown parameter .*did you mean 'farm.land_exponent'"),
    ("0.32", "0.9", r"line 10, .*0.9 is out of range; allowed: 0.25 to 0.45"),
    ('"2016-01" = 21000', '"2016-31" = 21000', r"line 11, .*the date '2016-31' does not exist"),
    ('"2016-01" = 21000', '"2016-01" = "much"', r"line 11, .*'much' is not a number"),
    ("[parameters]", "[[parameters]]", r"key parameters: allowed: a table \[parameters\]"),
    ("[parameters]", "[instrument]", r"key instrument: allowed: one \[\[instrument\]\]"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_in_a_scenario_is_told_with_its_place_and_what_is_allowed(
    known: Catalogue, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in SCENARIO
    with pytest.raises(FupinError) as caught:
        written(tmp_path, known, SCENARIO.replace(old, new))
    assert re.search(expected, str(caught.value)), str(caught.value)
    assert "mine.toml" in str(caught.value)


POLICY_MISTAKES = [
    (
        'kind = "grant"',
        'kind = "grand"',
        r"own.toml, line 5, key instrument.0.kind: unknown instrument 'grand'; did you",
    ),
    ('kind = "grant"', "", r"own.toml, line 4, key instrument.0: the key `kind` is missing"),
    (
        "quota = 100",
        "qota = 100",
        r"own.toml, line 6, key instrument.0.settings.qota: unknown key; did you mean 'quota'",
    ),
    ("quota = 100", "quota = -1", r"line 6, key instrument.0.settings.quota: -1 is out of range; allowed: at least 0"),
    (
        '"2015-01" = 6000',
        '"2015-01" = 60000',
        r"60000 from 2015-01 is out of range; allowed: 0 to 20000 yuan/household",
    ),
    ("quota = 100", 'quota = 1, target = "al"', r"settings.target: 'al' is not known; did you mean 'all'"),
    ("quota = 100", 'quota = 1, start = "2016", end = "2015"', r"ends \(2015-01\) before it starts \(2016-01\)"),
    ('id = "rangers"', 'id = "grant"', r"line 7, key instrument.1: two instruments have the id 'grant'"),
    ('id = "rangers"', 'id = "a b"', r"line 9, key instrument.1.id"),
    ('zh = "原有"', 'includes = ["own.toml"]', r"include each other in a circle: own → own"),
    (
        'zh = "原有"',
        'includes = ["bsae"]',
        r"own.toml, line 2, key includes: unknown policy 'bsae'; did you mean 'base'",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), POLICY_MISTAKES)
def test_a_mistake_in_a_policy_is_told_with_its_place_and_what_is_allowed(
    known: Catalogue, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in BASE
    (tmp_path / "own.toml").write_text(BASE.replace(old, new), encoding="utf-8")
    with pytest.raises(FupinError) as caught:
        written(tmp_path, known, SCENARIO.replace('"base"', '"own.toml"'))
    assert re.search(expected, str(caught.value)), str(caught.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("smaple=1", r"--set smaple=1: unknown path 'smaple'; did you mean 'sample'"),
        ("sample=2", r"--set sample=2, key sample: 2 is out of range; allowed: at most 1"),
        ("sample@2015=0.5", r"has no dates"),
        ("sample", r"allowed: path=value or path@2016-01=value"),
        ("farm.land_exponent@2014-20=0.3", r"the date '2014-20' does not exist"),
        ("farm.land_exponent=9", r"9 is out of range; allowed: 0.25 to 0.45"),
        ("farm.land=9", r"unknown path 'farm.land'; did you mean 'farm.land_exponent'"),
        ("grant.amont=9", r"key settings.amont: unknown key; did you mean 'amount'"),
        ("grants.amount=9", r"no instrument 'grants'; did you mean 'grant.amount'"),
        ("grant.target@2015=9", r"key settings.target: .*wrong type; allowed: text"),
        ("policies=base", r"key policies: 'base' has the wrong type; allowed: a list"),
        ("region=dala", r"unknown region 'dala'; did you mean 'dale'"),
    ],
)
def test_a_mistake_in_set_is_told_with_what_is_allowed(known: Catalogue, given: str, expected: str) -> None:
    with pytest.raises(FupinError) as caught:
        prepare("dale", sets=[given], known=known).resolve(known)
    assert re.search(expected, str(caught.value)), str(caught.value)


def test_a_setting_without_default_must_come_from_some_policy(known: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[instrument]]\nkind = "grant"\n', encoding="utf-8")
    scenario = written(tmp_path, known, SCENARIO.replace('"base"', '"own.toml"'))
    with pytest.raises(FupinError, match="instrument 'grant', key settings: the key `quota` is missing"):
        scenario.resolve(known)
    assert with_sets(scenario, ["grant.quota=3"], known).resolve(known).instruments


def test_one_id_cannot_mean_two_kinds(known: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[instrument]]\nkind = "post"\nid = "grant"\n', encoding="utf-8")
    with pytest.raises(FupinError, match="'grant' is used for two kinds, 'grant' and 'post'"):
        written(tmp_path, known, SCENARIO.replace('"base"', '"base", "own.toml"')).resolve(known)
