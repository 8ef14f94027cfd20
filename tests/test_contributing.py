"""The worked examples of CONTRIBUTING.md are complete: a rule, an instrument, an outcome and a policy that run."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rule_domains import arguments_of, columns_for, known_names
from rule_faces import faces
from rule_purity import impurities
from worlds import START, region, villages

import fupin.model.instruments
import fupin.model.rules
from fupin import cli
from fupin.model import outcomes, purposes
from fupin.model.household import REGISTERED
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.ledger import LedgerError
from fupin.model.region import Region
from fupin.model.rules import arguments
from fupin.model.rules.vocabulary import RULES, scalar
from fupin.model.snapshot import Snapshot
from fupin.scenarios.catalogue import catalogue
from fupin.scenarios.scenario import load_scenario

PAGE = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"^```\w+ ([\w-]+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
HEATING = ("fupin.model.rules.heating", "fupin.model.instruments.heating")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The house with the four examples built in, and a folder with the policy; afterwards it is as it was."""
    folder = tmp_path_factory.mktemp("contributed")
    with pytest.MonkeyPatch.context() as patch:
        for package, name in ((fupin.model.rules, "rule"), (fupin.model.instruments, "instrument")):
            (folder / name).mkdir()
            (folder / name / "heating.py").write_text(EXAMPLE[name], encoding="utf-8")
            patch.setattr(package, "__path__", [*package.__path__, str(folder / name)])
        for argument, declared in ast.literal_eval("{" + EXAMPLE["arguments"] + "}").items():
            patch.setitem(arguments.ARGUMENTS, argument, declared)
        for purpose, made in eval("{" + EXAMPLE["purpose"] + "}", vars(purposes)).items():
            patch.setitem(purposes.PURPOSES, purpose, made)
        for outcome in eval("[" + EXAMPLE["outcome"] + "]", vars(outcomes)):
            patch.setitem(outcomes.OUTCOMES, outcome.name, outcome)
        install(folder / "site")
        patch.syspath_prepend(folder / "site")
        (folder / "winter.toml").write_text(EXAMPLE["policy"], encoding="utf-8")
        catalogue.cache_clear()
        importlib.import_module(HEATING[0])
        yield folder
    catalogue.cache_clear()
    del RULES["heating_gap"]
    for name in HEATING:
        del sys.modules[name]
        delattr(sys.modules[name.rpartition(".")[0]], "heating")


def install(site: Path) -> None:
    """What installing a package with the example's entry point leaves behind."""
    groups = tomllib.loads(EXAMPLE["entry-point"])["project"]["entry-points"]
    text = "".join(
        f"[{group}]\n" + "".join(f"{n} = {v}\n" for n, v in points.items()) for group, points in groups.items()
    )
    info = site / "heating-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: heating\nVersion: 0.1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(text, encoding="utf-8")


def winter(folder: Path, **settings: Any) -> list[Instrument]:
    """The instruments of the example's policy; `settings` of the aid are changed."""
    chosen = load_scenario("fuping").with_policies([str(folder / "winter.toml")]).resolve().instruments
    kinds = instrument_kinds()
    return [
        kinds[item.kind](
            item.settings.model_validate(item.settings.text() | (settings if item.kind == "heating_aid" else {}))
        )
        for item in chosen
    ]


def spent_by_year(world: Region) -> dict[int, float]:
    aid = next(item for item in world.instruments if item.kind == "heating_aid")
    return dict(world.state_of(aid).spent)


def lived(world: Region, years: int) -> Region:
    """The world after some years, its books checked every month."""
    while world.month < START + 12 * years - 1:
        world.step()
        world.ledger.check()
    return world


@pytest.fixture(scope="module")
def world(house: Path) -> Region:
    return lived(region(villages(20), winter(house), years=4, audit=True), 4)


def test_the_page_has_the_four_examples() -> None:
    assert set(EXAMPLE) == {"rule", "arguments", "instrument", "purpose", "entry-point", "outcome", "policy"}


@pytest.mark.usefixtures("house")
def test_the_rule_is_pure_and_the_same_in_all_faces() -> None:
    gap = RULES["heating_gap"]
    assert impurities(gap) == []
    columns = columns_for(arguments_of(gap), known_names(), 200, seed=1)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    assert np.isfinite(gap(*columns)).all()
    for face in faces(gap):
        np.testing.assert_allclose([face(*row) for row in rows], gap(*columns), rtol=1e-12, atol=1e-9)
    assert scalar(gap)(heating_cost=1800.0, reported_income=20000.0, bearable_share=0.06) == 600.0


@pytest.mark.usefixtures("house")
def test_the_instrument_is_found_by_its_entry_point_and_says_what_its_settings_are() -> None:
    assert instrument_kinds()["heating_aid"].__module__ == HEATING[1]
    for setting in catalogue().settings_of("heating_aid").describe():
        assert setting["zh"]
        assert setting["en"]
        assert setting["source"] or setting["kind"] == "month"


def test_the_instrument_pays_registered_households_each_november_and_every_yuan_is_booked(world: Region) -> None:
    paid = [entry for entry in world.ledger.journal if entry.purpose == "heating_aid"]
    assert {entry.month for entry in paid} == {year * 12 + 10 for year in (2015, 2016, 2017)}
    h = world.rows("household")
    aid = next(item for item in world.instruments if item.kind == "heating_aid")
    reached = world.reached_by(aid)
    assert reached.any()
    assert (h.registry[reached] >= REGISTERED).all()
    overhead = 1.0 + aid.settings.at(world.month).administration_share
    total = sum(spent_by_year(world).values())
    assert total == pytest.approx(overhead * sum(entry.amount for entry in paid), rel=1e-12)


def test_the_instrument_keeps_within_its_budget_but_for_half_of_the_last_household(house: Path, world: Region) -> None:
    budget = 0.3 * spent_by_year(world)[2015]
    poor = lived(region(villages(20), winter(house, budget=budget), years=2), 2)
    largest = 1.03 * 1500.0 * poor.rows("household").weight.max()
    assert 0.5 * budget < spent_by_year(poor)[2015] <= budget + 0.5 * largest


def test_the_books_notice_a_payment_that_is_not_posted(house: Path) -> None:
    forgetful = region(villages(20), winter(house), years=2, audit=True, suppressed=("heating_aid",))
    with pytest.raises(LedgerError, match="cash"):
        lived(forgetful, 2)


def test_the_outcome_is_measured_with_all_others(world: Region) -> None:
    h = world.rows("household")
    persons = np.where(h.elders > 0, h.weight * h.members, 0.0)
    income = h.wage_income + h.operating_income + h.property_income + h.transfer_income
    poor = income / np.maximum(h.members, 1.0) < world.p.poverty_line
    assert outcomes.measure(Snapshot(world))["elder_headcount"] == pytest.approx(persons[poor].sum() / persons.sum())


def test_the_policy_is_valid_and_costs_more_from_2017_on(
    house: Path, world: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["scenario", "check", str(house / "winter.toml")])
    assert not ended.value.code, capsys.readouterr().err
    spent = spent_by_year(world)
    assert 2014 not in spent
    assert spent[2017] > 1.2 * spent[2016] > 0.0
