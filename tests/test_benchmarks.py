"""The benchmark measures what it says: the same rules on both sides, every process, budgets judged the right way."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fupin.cli import main
from fupin.experiments import benchmark, benchmark_machine, benchmark_objects, benchmark_report
from fupin.experiments.benchmark import Speed, everything, fixed_cost, world_of
from fupin.experiments.benchmark_report import Figure
from fupin.library import library
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.month import MONTH
from fupin.model.parameters import load_parameters
from fupin.scenarios.build import build_region, region_data


@pytest.fixture(scope="module")
def region():
    world = world_of(1_000, 1)
    region = build_region(world, region_data(world), load_parameters(library("model", "parameters")))
    region.run_to(world.first + 2)
    return region


@pytest.mark.parametrize("compare", [benchmark_objects.compare_households, benchmark_objects.compare_persons])
def test_plain_mesa_objects_and_columns_reach_the_same_state(region, compare):
    before = {name: region.table_of("household")[name].copy() for name in region.table_of("household").columns}
    found = compare(region, repeats=1)
    assert found.difference < 1e-9
    assert found.agents > 1_000
    assert found.ratio > 1
    for name, values in before.items():
        np.testing.assert_array_equal(region.table_of("household")[name], values)  # measured and left as it was


def test_objects_that_follow_other_rules_are_found_out(region, monkeypatch):
    scalar = benchmark_objects.scalar
    slower = scalar(benchmark_objects.settle.feel)

    def feel(h, v, p, d, f):
        slower(h, v, p, d, f)
        h.aspiration += 1e-6

    monkeypatch.setattr(
        benchmark_objects, "scalar", lambda body: feel if body is benchmark_objects.settle.feel else scalar(body)
    )
    assert benchmark_objects.compare_households(region, repeats=1).difference > 1e-8


def test_the_profile_knows_every_process_and_instrument():
    households, found = benchmark.profile(world_of(1_000, 2), repeats=1)
    kinds = {instrument.id for instrument in world_of(1_000, 2).build_instruments()}
    assert households > 900
    assert set(found) == {process.name for process in MONTH} | {f"  {kind}" for kind in kinds}
    assert min(found.values()) > 0


def test_every_month_of_a_world_is_timed_and_timing_changes_nothing():
    world = world_of(1_000, 1)
    speed = benchmark.measure_speed(world, repeats=2)
    assert speed.months.shape == (12,)
    assert speed.household_quarter == pytest.approx(1e9 * speed.months.sum() / 4 / speed.households)
    assert 1_000 < speed.bytes_per_household < 3_000


def test_fixed_cost_is_what_does_not_grow_with_the_households():
    speeds = [Speed(n, np.full(12, (2e6 + 200.0 * n) * 1e-9), 0.0) for n in (1_000, 10_000, 100_000)]
    fixed, each = fixed_cost(speeds)
    assert fixed == pytest.approx(2.0)  # ms a month
    assert each == pytest.approx(600.0)  # ns a household-quarter


def test_the_household_quarter_touches_its_columns_and_no_others(region):
    touched = benchmark_machine.touched_columns(region)
    assert {"savings", "income_year", "motivation", "capital"} <= set(touched)
    assert not {"uid", "registry", "dibao"} & set(touched)
    assert benchmark_machine.moving(region.table_of("household"), touched, repeats=1) > 0


def test_a_budget_is_an_upper_or_a_lower_bound():
    assert Figure("时", "time", 5.0, "ns", 6.0).met
    assert not Figure("时", "time", 7.0, "ns", 6.0).met
    assert Figure("倍", "ratio", 70.0, "×", 60.0, more=True).met
    assert not Figure("倍", "ratio", 50.0, "×", 60.0, more=True).met
    assert Figure("户", "households", 50.0, "").met is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_budgets_and_writes_json(tmp_path, capsys, monkeypatch, lang):
    monkeypatch.setattr(benchmark_report, "USUAL", (1_000,))
    out = tmp_path / "figures.json"
    with pytest.raises(SystemExit) as ended:
        main(["bench", "size", "--years", "1", "--repeats", "1", "--out", str(out), "--lang", lang])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    record = json.loads(out.read_text(encoding="utf-8"))
    assert ("一户一季" if lang == "zh" else "a household-quarter") in printed
    assert record["machine"]["numpy"] == np.__version__
    quarter = record["figures"]["size"][0]
    assert quarter["unit"] == "ns"
    assert quarter["budget"] is None  # budgets hold from 10,000 households on


def test_an_unknown_part_is_one_message_and_exit_code_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "profle"])
    assert stopped.value.code == 2
    assert "'profile'" in capsys.readouterr().err


def test_nearly_every_instrument_is_in_force_when_everything_is_on() -> None:
    world = world_of(1_000, 2, everything())
    on = {instrument.kind for instrument in world.instruments}
    assert set(instrument_kinds()) - on <= {"growth_fund", "service_list", "township_grid"}
