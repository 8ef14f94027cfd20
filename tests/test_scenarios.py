"""Claims about scenario and policy text: what it means, how it stacks, and what it hashes to."""

from __future__ import annotations

import json
import pickle
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_library import BASE, SCENARIO, GrantSettings, build_library, written

from fupin.errors import FupinError
from fupin.model.dated import month_number
from fupin.scenarios.catalogue import Catalogue
from fupin.scenarios.overrides import prepare, with_sets
from fupin.scenarios.policy import load_policy
from fupin.scenarios.scenario import Scenario, load_scenario
from fupin.scenarios.schema import policy_schema, scenario_schema
from fupin.scenarios.write import to_toml, value_text

JAN14 = month_number("2014-01")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return build_library(tmp_path_factory.mktemp("library"))


def amount(scenario: Scenario, known: Catalogue, month: str) -> float:
    world = scenario.resolve(known)
    return float(next(item.settings.at(month_number(month)).amount for item in world.instruments if item.id == "grant"))


def test_a_scenario_resolves_to_one_world(known: Catalogue) -> None:
    world = load_scenario("dale", known).resolve(known)
    assert (world.first, world.start, world.last) == (JAN14 - 24, JAN14, JAN14 + 83)
    assert [(item.kind, item.id) for item in world.instruments] == [("grant", "grant"), ("post", "rangers")]
    assert world.parameters_over(known.book).at(JAN14).land_exponent == 0.32
    assert world.region_file.name == "dale.toml"
    assert hash(world) == hash(load_scenario("dale", known).resolve(known))
    assert pickle.loads(pickle.dumps(world)) == world


def test_a_dated_setting_takes_over_from_the_default_on_its_date(known: Catalogue) -> None:
    scenario = load_scenario("dale", known)
    assert [amount(scenario, known, month) for month in ("2014-12", "2015-01", "2020-12")] == [5000, 6000, 6000]


def test_the_later_policy_wins_from_its_date_on_and_keeps_what_it_does_not_speak_of(known: Catalogue) -> None:
    scenario = load_scenario("dale", known) + load_policy("more", known=known)
    assert [amount(scenario, known, month) for month in ("2014-12", "2015-12", "2016-01")] == [5000, 6000, 7000]
    grant = scenario.resolve(known).instruments[0].settings.at(JAN14)
    assert (grant.quota, grant.target) == (100, "all")


def test_stacking_a_policy_upon_what_it_includes_changes_nothing(known: Catalogue) -> None:
    more, base = load_policy("more", known=known), load_policy("base", known=known)
    assert (base + more).package == more.package
    assert load_policy("base+more", known=known).package == more.package


def test_stacking_policies_is_associative(known: Catalogue) -> None:
    a, b, c = (load_policy(name, known=known) for name in ("base", "more", "do-nothing"))
    assert ((a + b) + c).package == (a + (b + c)).package


def test_the_scenario_wins_over_its_policies_and_set_over_both(known: Catalogue) -> None:
    scenario = load_scenario("dale", known) + load_policy("more", known=known)
    wage = scenario.resolve(known).parameters_over(known.book).series("wages.migrant_wage")
    assert [wage[month - JAN14 + 24] for month in (JAN14, JAN14 + 12, JAN14 + 24)] == pytest.approx(
        [20000, 22000, 21000]
    )
    changed = with_sets(scenario, ["wages.migrant_wage=30000", "grant.amount@2018-01=8000", "years=2"], known)
    wage = changed.resolve(known).parameters_over(known.book).series("wages.migrant_wage")
    assert set(wage) == {30000.0}
    assert changed.resolve(known).years == 2
    assert amount(changed, known, "2018-01") == 8000
    assert amount(changed, known, "2017-12") == 7000


def test_policies_named_on_the_command_line_replace_those_of_the_scenario(known: Catalogue) -> None:
    world = prepare("dale", policies=["do-nothing"], known=known, sample=0.5, years=None).resolve(known)
    assert (world.policies, world.instruments, world.sample, world.years) == (("do-nothing",), (), 0.5, 7)
    assert world.parameters == load_scenario("dale", known).resolve(known).parameters


def test_a_reference_world_may_lack_the_instrument_that_set_speaks_of(known: Catalogue) -> None:
    bare = prepare("dale", policies=["do-nothing"], sets=["grant.amount=1"], known=known)
    assert bare.resolve(known, absent_ok=True).instruments == ()
    with pytest.raises(FupinError, match="these policies have no instrument 'grant'"):
        bare.resolve(known)


def test_set_accepts_lists_words_and_tables(known: Catalogue) -> None:
    sets = [
        'grant.counties=["甲县"]',
        "grant.target=all",
        "grant.merit=true",
        'grant.quota={"2015-01"=5}',
        "region=hill",
    ]
    world = prepare("dale", sets=sets, known=known).resolve(known)
    grant = world.instruments[0].settings.at(JAN14 + 12)
    assert (grant.counties, grant.target, grant.merit, grant.quota) == (("甲县",), "all", True, 5)
    assert world.region == "hill"
    assert hash(prepare("dale", sets=sets, known=known)) == hash(prepare("dale", sets=sets, known=known))


@given(st.randoms(use_true_random=False))
def test_identity_ignores_key_order_comments_and_the_way_a_date_is_written(
    known: Catalogue, order: random.Random
) -> None:
    head = ['region = "dale"', "years = 7", 'start = "2014-01-01"', 'policies = ["base"]', "sample = 0.010"]
    body = ['"farm.land_exponent" = 0.320', '"wages.migrant_wage" = { 2016-01-01 = 21000.0 }  # new']
    order.shuffle(head)
    order.shuffle(body)
    comment = f"# {order.random()}\n"
    text = comment + "\n".join(head) + "\n[parameters]\n" + comment.join(line + "\n" for line in body)
    folder = known.folder.parent
    again = written(folder, known, text).resolve(known)
    assert again.identity() == load_scenario("dale", known).resolve(known).identity()


@pytest.mark.parametrize(
    "change",
    [
        "seed=2",
        "sample=0.02",
        "years=6",
        "burn_in_years=1",
        'start="2015"',
        "region=hill",
        'area=["阜平县"]',
        "farm.land_exponent=0.33",
        "wages.migrant_wage@2016-02=21000",
        "grant.quota=99",
        "grant.end=2016",
    ],
)
def test_identity_changes_with_anything_that_changes_a_result(known: Catalogue, change: str) -> None:
    scenario = load_scenario("dale", known)
    assert with_sets(scenario, [change], known).resolve(known).identity() != scenario.resolve(known).identity()


@pytest.mark.parametrize("change", ["name=vale", 'description="x"', "against=base", 'author="me"'])
def test_identity_ignores_names_and_descriptions(known: Catalogue, change: str) -> None:
    scenario = load_scenario("dale", known)
    assert with_sets(scenario, [change], known).resolve(known).identity() == scenario.resolve(known).identity()


def test_a_resolved_scenario_written_as_text_resolves_to_itself(known: Catalogue, tmp_path: Path) -> None:
    scenario = prepare("dale", policies=["more"], sets=["seed=7", 'description="两行\\n\\"引\\""'], known=known)
    world = scenario.resolve(known)
    again = written(tmp_path, known, world.to_toml()).resolve(known)
    assert again.identity() == world.identity()
    assert again.instruments == world.instruments
    assert again.description == world.description


def test_a_policy_file_is_found_beside_its_scenario(known: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(BASE.replace("6000", "6500"), encoding="utf-8")
    (tmp_path / "hollow.toml").write_text('name = "hollow"\n', encoding="utf-8")
    text = SCENARIO.replace('["base"]', '["./own.toml"]').replace('region = "dale"', 'region = "hollow.toml"')
    world = written(tmp_path, known, text).resolve(known)
    assert world.instruments[0].settings.at(JAN14 + 12).amount == 6500
    assert world.region_file == tmp_path / "hollow.toml"


def test_an_instrument_is_in_force_from_its_first_to_its_last_month() -> None:
    settings = GrantSettings(quota=1, start="2015-03", end=2016)  # type: ignore[arg-type]
    months = ("2015-02", "2015-03", "2016-01", "2016-02")
    assert [settings.active(month_number(month)) for month in months] == [False, True, True, False]
    assert GrantSettings(quota=1).active(JAN14)  # type: ignore[arg-type]


def test_settings_describe_themselves() -> None:
    records = {record["name"]: record for record in GrantSettings.describe()}
    assert records["amount"]["default"] == 5000
    assert records["quota"]["required"]
    assert records["quota"]["scaled"]
    assert records["target"]["choices"] == ["poor", "all"]


def test_settings_that_were_read_stay_equal_and_can_be_pickled() -> None:
    one, two = GrantSettings(quota=1), GrantSettings(quota=1.0)  # type: ignore[arg-type]
    assert one.at(JAN14) is one.at(JAN14)
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == two


def test_the_schema_knows_parameters_settings_policies_and_regions(known: Catalogue) -> None:
    schema = json.loads(json.dumps(scenario_schema(known)))
    keys = schema["properties"]
    assert {"region", "sample", "parameters", "instrument"} <= set(keys)
    assert keys["region"]["anyOf"][0]["enum"] == ["dale", "hill"]
    number = keys["parameters"]["properties"]["farm.land_exponent"]["anyOf"][0]
    assert number == {"type": "number", "minimum": 0.25, "maximum": 0.45}
    grant = keys["instrument"]["items"]["oneOf"][0]["properties"]
    assert "补助" in grant["settings"]["properties"]["amount"]["description"]
    assert grant["settings"]["properties"]["target"]["enum"] == ["poor", "all"]
    assert "includes" in policy_schema(known)["properties"]


toml_values: Any = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=8,
)


@given(toml_values)
def test_a_value_written_as_toml_reads_back_as_itself(value: Any) -> None:
    assert tomllib.loads(f"value = {value_text(value)}")["value"] == value


@given(st.dictionaries(st.text(min_size=1), toml_values, max_size=4))
def test_a_table_written_as_toml_reads_back_as_itself(table: dict[str, Any]) -> None:
    content = {"plain": 1, "table": table, "list": [{"kind": "a", "settings": table}, {"kind": "b"}]}
    back = tomllib.loads(to_toml(content))
    assert back.get("table", {}) == table
    assert back["list"][0].get("settings", {}) == table
    assert back["list"][1] == {"kind": "b"}
