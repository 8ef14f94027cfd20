"""The benchmark measures what it says: the same rules on both sides, every process, budgets judged the right way."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from fupin.experiments import benchmark
from fupin.experiments.benchmark import (
    Speed,
    everything,
    frames,
    machine,
    measures,
    objects,
    speed,
    steps,
    stream,
    world_of,
)
from fupin.experiments.benchmark.core import (
    WHOLE,
    columns_touched,
    copies,
    core_of,
    numpy_phases,
    numpy_quarter,
    numpy_times,
    traffic_of,
)
from fupin.experiments.benchmark.engines import COMPILED, ENGINES, NUMPY
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.month import MONTH
from fupin.model.processes import settle
from fupin.model.rules import vocabulary


@pytest.fixture(scope="module")
def region():
    world = world_of(1_000, 1)
    region = ENGINES[NUMPY].build(world)
    region.run_to(world.first + 2)
    return region


@pytest.fixture(scope="module")
def core(region):
    """As many households as in the region, in columns of their own."""
    return copies(core_of(region), len(region.households))


@pytest.mark.parametrize("compare", [objects.compare_households, objects.compare_persons])
def test_plain_mesa_objects_and_columns_reach_the_same_state(region, compare):
    before = {name: region.table_of("household")[name].copy() for name in region.table_of("household").columns}
    found = compare(region, repeats=1)
    assert found.difference < 1e-9
    assert found.agents > 1_000
    assert found.ratio > 1
    for name, values in before.items():
        np.testing.assert_array_equal(region.table_of("household")[name], values)  # measured and left as it was


def test_objects_that_follow_other_rules_are_found_out(region, monkeypatch):
    scalar = objects.scalar
    right = scalar(settle.feel)

    def feel(h, v, p, d, f):
        right(h, v, p, d, f)
        h.aspiration += 1e-6

    monkeypatch.setattr(objects, "scalar", lambda body: feel if body is settle.feel else scalar(body))
    assert objects.compare_households(region, repeats=1).difference > 1e-8


@pytest.mark.skipif(COMPILED not in ENGINES, reason="needs Numba")
def test_a_core_with_draws_supplied_reaches_the_same_state_as_one_that_draws(region):
    cores = [copies(core_of(region), len(region.households)) for _ in range(3)]
    numpy_quarter(cores[0])()
    ENGINES[COMPILED].quarter(cores[1])()
    cores[2].draws["loss_draw"][:5] = 0.0  # another luck for a few: what is supplied is what counts
    ENGINES[COMPILED].supplied(cores[2])()
    for name in cores[0].table.columns:
        first, second, third = (core.table[name] for core in cores)
        np.testing.assert_allclose(second, first, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(third[5:], first[5:], rtol=1e-9, atol=1e-9)
    assert not np.allclose(cores[2].table["income_q1"][:5], cores[0].table["income_q1"][:5])


def test_an_engine_that_follows_other_rules_is_found_out(region, monkeypatch):
    def wrong(core):
        def run():
            numpy_quarter(core)()
            core.table["capital"] += 0.01

        return run

    assert objects.compare_households(region, 1, wrong).difference > 1e-8
    assert frames.compare_frames(copies(core_of(region), 50), numpy_quarter, 1).difference < 1e-9
    assert frames.compare_frames(copies(core_of(region), 50), wrong, 1).difference > 1e-8
    monkeypatch.setitem(ENGINES, NUMPY, SimpleNamespace(quarter=wrong, supplied=None))
    monkeypatch.setattr(stream, "region_of_core", lambda size=0: region)
    with pytest.raises(ArithmeticError, match="Polars and columns differ"):
        list(measures.core_figures([NUMPY], [50], 1))


def test_both_ways_to_cut_the_polars_query_carry_out_every_assignment(core):
    wanted = {name for one in traffic_of(core).values() for name in one.written}
    plain, by_rule = (frames.step(core, kept)() for kept in (False, True))
    assert wanted == set(plain.columns) == set(by_rule.columns)
    for name in plain.columns:
        np.testing.assert_allclose(plain[name], by_rule[name], rtol=1e-12, atol=1e-9)


def test_polars_has_every_word_of_the_rules_and_the_same_values():
    import polars as pl

    words = frames.words()
    assert set(words) == set(vocabulary.SCALAR)
    x, y = np.array([0.5, 2.0, 3.0]), np.array([1.0, 2.0, -3.0])
    frame = pl.DataFrame({"x": x, "y": y, "a": x > 1.0, "b": y > 1.0})
    cases = {
        np.where: ("a", "x", "y"),
        **dict.fromkeys((vocabulary.maximum, vocabulary.minimum, np.power), ("x", "y")),
        **dict.fromkeys((np.exp, np.log, np.sqrt, vocabulary.logistic), ("x",)),
        **dict.fromkeys((np.logical_and, np.logical_or), ("a", "b")),
        np.logical_not: ("a",),
        vocabulary.clip: ("x", "y", "x"),
    }
    assert set(cases) == set(words)
    for word, names in cases.items():
        found = frame.select(words[word](*(pl.col(name) for name in names)))
        np.testing.assert_allclose(found.to_series(), word(*(frame[name].to_numpy() for name in names)), rtol=1e-14)


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
    fixed, each = speed.fixed_cost(speeds)
    assert fixed == pytest.approx(2.0)  # ms a month
    assert each == pytest.approx(600.0)  # ns a household-quarter


def test_growth_in_proportion_has_the_exponent_one():
    small, large, worse = (Speed(n, np.full(12, t), 0.0) for n, t in ((1_000, 1.0), (8_000, 8.0), (8_000, 16.0)))
    assert speed.exponent(small, large) == pytest.approx(1.0)
    assert speed.exponent(small, worse) == pytest.approx(4.0 / 3.0)


def test_each_phase_reads_and_writes_its_columns_and_no_others(core):
    traffic = traffic_of(core)
    assert list(traffic) == [*(phase.__name__ for phase in settle.PHASES), WHOLE]
    assert {"local_rate"} == set(traffic["earn"].written)
    assert {"location", "village", "local_pay"} <= set(traffic["earn"].read)
    assert "motivation" in traffic["feel"].read
    assert "motivation" in traffic["feel"].written
    assert "income_year" in traffic["receive"].written
    assert "income_year" not in traffic["receive"].read  # written before it is read
    assert not {"uid", "registry", "dibao"} & set(columns_touched(core))
    assert traffic["invest"].bytes(core.table) == 8 * len(traffic["invest"].read + traffic["invest"].written)
    once = traffic.pop(WHOLE)
    assert once.bytes(core.table) < sum(one.bytes(core.table) for one in traffic.values())
    assert "local_rate" not in once.read  # what `earn` has written


def test_phases_write_what_the_witness_says(region):
    core = copies(core_of(region), 200)
    traffic, phases = traffic_of(core), numpy_phases(core)
    (h,) = core.blocks()
    for name, phase in phases.items():
        before = {column: core.table[column].copy() for column in core.table.columns}
        phase(h)
        changed = {column for column, values in before.items() if not np.array_equal(values, core.table[column])}
        assert changed <= set(traffic[name].written)
        assert changed


def test_moving_more_bytes_takes_longer():
    assert machine.moving(1 << 25, 3) > 4 * machine.moving(1 << 20, 3) > 0.0


def test_copies_of_the_core_have_the_same_households_and_their_own_luck(region):
    base = core_of(region)
    n = len(base.table)
    core = copies(base, 2 * n)
    for name in columns_touched(base):
        np.testing.assert_array_equal(core.table[name][:n], core.table[name][n:])
    first, second = (core.draws["own_shock"][part] for part in (slice(n), slice(n, None)))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    taken = numpy_times(core, 2)
    assert {len(found) for found in taken.values()} == {2}
    assert min(min(found) for found in taken.values()) > 0.0
    assert sum(found[0] for found in taken.values()) == pytest.approx(2.0 * taken[WHOLE][0])


def test_streamed_blocks_add_up_to_all_households_held_at_once(region):
    base = core_of(region)
    blocks = 5
    streamed = stream.stream(base, blocks * len(base.table) - 3)  # the last block is whole
    together = copies(base, blocks * len(base.table))
    numpy_quarter(together)()
    assert streamed.households == len(together.table)
    for name, total in stream.reduced(together).items():
        assert streamed.sums[name] == pytest.approx(total, rel=1e-12)
    assert 0 < streamed.sums["below_line"] < streamed.sums["members"]
    assert set(streamed.nanoseconds) == set(stream.STAGES)


def test_memory_does_not_grow_with_the_households_that_are_streamed(region):
    import tracemalloc

    peaks = []
    for blocks in (2, 8):
        tracemalloc.start()
        stream.stream(core_of(region), blocks * len(region.households))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]


def test_a_first_use_starts_with_empty_caches_and_leaves_the_users_alone(monkeypatch):
    seen = []
    monkeypatch.setattr(machine, "_seconds", lambda arguments, caches=None: seen.append(caches) or 1.0)
    machine.cold_times(2)
    assert None not in seen
    assert len(set(seen)) == len(seen)  # each time a new folder
    seen.clear()
    cold, warm = machine.first_runs(NUMPY, 2)
    assert (cold, warm) == (1.0, [1.0, 1.0])
    assert len(set(seen)) == 1  # the later processes find what the first has compiled


def test_nearly_every_instrument_is_in_force_when_everything_is_on() -> None:
    world = world_of(1_000, 2, everything())
    on = {instrument.kind for instrument in world.instruments}
    assert set(instrument_kinds()) - on <= {"growth_fund", "service_list", "township_grid"}


def test_the_memory_of_a_fresh_process_is_its_own():
    ballast = np.ones(40_000_000)  # 0.3 GB
    own, fresh = machine.peak_memory(), machine.in_process(machine.peak_memory)
    assert ballast.nbytes / 1e9 < own
    assert fresh < own - 0.2


def test_steps_that_cross_households_do_what_they_are_timed_for():
    n = 2_000
    run = steps.candidates(n)
    order = run["ranking"]()
    assert np.array_equal(np.sort(order), np.arange(n))
    assert np.all(np.diff(order // steps.VILLAGE) >= 0)
    assert len(run["rationing"]()) == n // 2
    assert (run["matching"]() >= 0).mean() == pytest.approx(0.3, abs=0.02)
    assert run["lots"]().sum() == 0.3 * n
    assert set(run) == set(steps.STEPS)
    for engine in ENGINES:
        assert all(len(taken) == 2 for taken in steps.step_times(n, 2, engine).values())
    assert steps.growth(1.0, 1.0, 10.0) == 1.0
