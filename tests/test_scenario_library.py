"""The library of scenarios: each is signed, runs, and does what its description says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from fupin.cli import app
from fupin.errors import FupinError
from fupin.experiments.run import run_world
from fupin.experiments.study.design import Study
from fupin.experiments.study.store import Store
from fupin.experiments.tables import outcomes_by_year
from fupin.scenarios.catalogue import catalogue
from fupin.scenarios.difference_text import sentences
from fupin.scenarios.differences import difference
from fupin.scenarios.scenario import load_scenario, scenario_of_text
from fupin.scenarios.schema import scenario_schema

NAMES = catalogue().names("scenario")
PACKAGES = {
    "baoding-2016",
    "chongqing-upgrade-2018",
    "anhui-exit-2018",
    "hebei-nonpoor-2019",
    "five-batches",
    "history",
}
FAMILIES = ("industry", "relocation", "education", "security", "finance")
SHOCKS = ("drought", "price-fall", "migrant-jobs-lost", "spring-2020", "funding-stops")
every_scenario = pytest.mark.parametrize("name", NAMES)


@every_scenario
def test_every_scenario_is_signed_and_described_in_both_languages(name: str) -> None:
    text = load_scenario(name).text
    assert text.name == name
    for said in (text.zh, text.en, text.description, text.description_zh, text.author):
        assert said.strip()
    assert len(text.date) == len("2016-12-25")
    assert text.sources
    assert text.description.endswith(".")
    assert not any("一" <= letter <= "鿿" for letter in text.description + text.en)


@every_scenario
def test_every_scenario_runs(name: str) -> None:
    small = load_scenario(name).changed(sample=0.001, area=("Fuping",), years=1, burn_in_years=1, start="2017-01")
    world = small.resolve()
    assert run_world(world, panel=False).outcomes["income"][2017] > 0
    again = scenario_of_text(world.to_toml()).resolve()
    assert (again.identity(), again.author, again.sources) == (world.identity(), world.author, world.sources)


def test_the_library_has_the_source_packages_the_families_the_zero_and_the_shocks() -> None:
    policies = {load_scenario(name).text.policies for name in NAMES}
    assert {(name,) for name in (*PACKAGES, *FAMILIES, "do-nothing")} <= policies
    assert len(NAMES) >= 12
    assert set(SHOCKS) <= set(NAMES)


def test_the_list_shows_every_scenario_with_its_signature() -> None:
    lines = CliRunner().invoke(app, ["scenario", "list", "--lang", "en"]).output.splitlines()
    for name in NAMES:
        (line,) = [one for one in lines if one.split()[:2] == ["scenario", name]]
        text = load_scenario(name).text
        assert line.endswith(f"{text.author}, {text.date}")


def test_a_date_and_sources_that_say_nothing_are_refused() -> None:
    for line, told in (('date = "last week"', "is not a date"), ('sources = [" "]', "a source without words")):
        with pytest.raises(FupinError, match=told):
            scenario_of_text(f'region = "baoding"\n{line}\n')


def test_editors_know_the_signature() -> None:
    keys = json.loads(json.dumps(scenario_schema()))["properties"]
    assert keys["date"]["pattern"].startswith("^(")
    assert keys["sources"]["items"]["minLength"] == 1
    assert {"author", "description", "description_zh"} <= keys.keys()


# what the descriptions say


@cache
def years(name: str, seed: int = 1) -> pd.DataFrame:
    """Outcomes by year of a scenario in one small county."""
    small = load_scenario(name).changed(sample=0.001, area=("Fuping",), seed=seed)
    table = outcomes_by_year(run_world(small.resolve(), panel=False).outcomes).set_index("outcome")
    return table[[column for column in table.columns if column.isdigit()]]


def effect(name: str, outcome: str, year: int) -> float:
    """Of a shock, against the programmes as they happened."""
    return float(years(name).loc[outcome, str(year)] - years("as-it-happened").loc[outcome, str(year)])


@pytest.mark.parametrize("name", SHOCKS)
def test_a_shock_differs_from_what_happened_in_nothing_but_itself(name: str) -> None:
    found = difference(load_scenario("as-it-happened"), load_scenario(name))
    assert not found.keys
    assert not found.other_policies
    assert not (found.removed)
    assert not (found.added)
    assert not (found.settings)
    assert found.parameters
    assert sentences(found, "en").count("\n") == 0
    first = min(span.first for change in found.parameters for span in change.spans) // 12
    for outcome in ("income", "headcount"):
        assert all(effect(name, outcome, year) == 0.0 for year in range(2014, first))


def test_a_drought_lowers_own_business_in_its_year_and_people_recover() -> None:
    usual = years("as-it-happened").loc["operating_income", "2016"]
    assert -0.5 * usual < effect("drought", "operating_income", 2016) < -0.1 * usual
    assert effect("drought", "headcount", 2016) > 0.005
    assert abs(effect("drought", "operating_income", 2018)) < 0.02 * usual
    assert abs(effect("drought", "headcount", 2018)) < 0.2 * effect("drought", "headcount", 2016)
    assert effect("drought", "transfer_income", 2016) > 0  # insurance pays


def test_a_fall_of_prices_makes_more_poor_and_sends_workers_away_until_prices_are_back() -> None:
    for year in (2016, 2017):
        assert effect("price-fall", "operating_income", year) < 0
        assert effect("price-fall", "headcount", year) > 0
    assert effect("price-fall", "migrant_share", 2017) > 0
    assert abs(effect("price-fall", "headcount", 2019)) < effect("price-fall", "headcount", 2016)


@pytest.mark.parametrize(("name", "worst"), [("migrant-jobs-lost", 2017), ("spring-2020", 2020)])
def test_lost_migrant_jobs_lower_income_and_raise_the_headcount(name: str, worst: int) -> None:
    assert effect(name, "migrant_share", worst) < 0
    assert effect(name, "income", worst) < 0
    assert effect(name, "headcount", worst) > 0


def test_jobs_that_come_back_bring_income_back() -> None:
    assert effect("migrant-jobs-lost", "income", 2020) > 0.5 * effect("migrant-jobs-lost", "income", 2017)
    assert effect("migrant-jobs-lost", "headcount", 2020) < effect("migrant-jobs-lost", "headcount", 2017)


def test_when_funding_stops_more_return_to_poverty_and_less_is_spent() -> None:
    stopped, usual = years("funding-stops"), years("as-it-happened")
    span = [str(year) for year in range(2016, 2021)]
    assert stopped.loc["returns", span].sum() > 1.05 * usual.loc["returns", span].sum()
    assert stopped.loc["public_cost", span].sum() < usual.loc["public_cost", span].sum()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_single_family_scenario_adds_that_family_to_the_rules_of_2014(family: str) -> None:
    found = difference(load_scenario("baoding"), load_scenario(f"{family}-only"))
    assert not found.removed
    kinds = catalogue().kinds
    assert {kinds[part.kind].family for part in found.added} == (set() if family == "security" else {family})
    changed = {change.path.split(".")[0] for change in found.settings}
    assert changed == ({"dibao"} if family == "security" else set())


def test_nothing_costs_nothing() -> None:
    assert years("nothing").loc["public_cost"].dropna().max() == 0.0


def test_a_study_keeps_the_resolved_scenarios_of_its_arms(tmp_path: Path) -> None:
    world = load_scenario("drought").resolve()
    arms = {"drought": {"toml": world.to_toml()}}
    design = pd.DataFrame({"arm": ["drought"]})
    Store.create(Study("kept", "fupin.experiments.study.simulate:simulate", design, arms=arms), tmp_path / "kept")
    kept = load_scenario(str(tmp_path / "kept" / "scenarios" / "drought.toml"))
    assert kept.resolve().identity() == world.identity()
