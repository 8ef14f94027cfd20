"""The noise of each figure of the benchmark: measurements of the same code are alike, a true slowdown is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fupin.experiments.benchmark.changes import changes
from fupin.experiments.benchmark.declared import KINDS, figure
from fupin.experiments.benchmark.engines import NUMPY
from fupin.experiments.benchmark.figures import Figure
from fupin.experiments.benchmark.record import Record

MAIN = {"quarter", "month", "years", "all_quarter", "all_years", "all_wait", "history_quarter", "core", "marginal",
        "all_marginal", "memory", "stream", "step", "phase"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(MAIN))
def test_a_quarter_more_of_a_main_figure_is_told_in_large_worlds(name):
    def result(value: float) -> Record:
        words = {"many": ("", ""), "years": 7, "block": "", "step": ("", ""), "phase": ("", "")}
        return Record({}, {}, [figure(name, value, NUMPY, size=100_000, **words)])

    assert len(changes(result(100.0), result(125.0)).slower()) == 1
    assert len(changes(result(125.0), result(100.0)).quicker()) == 1


def test_a_small_world_and_a_brief_process_have_more_noise_and_say_so():
    large, small = (figure("quarter", 500.0, NUMPY, size=size) for size in (100_000, 10_000))
    assert large.noise == 0.12
    assert small.noise > large.noise
    long, brief = (figure("process", x, NUMPY, at="a", households=12_860, what=("", "")) for x in (100.0, 0.25))
    assert long.noise == pytest.approx(0.45, abs=0.01)
    assert brief.noise == pytest.approx(0.45 + 1_000 / (0.25 * 12_860 / 3))  # a microsecond a month is nothing
    check = figure("household_difference", 1e-12, NUMPY, size=10_000)
    assert check.noise is None


def test_two_measurements_of_the_same_code_are_told_to_be_alike():
    """The two full results of the same code, an hour apart, from which the floors were taken: 466 figures."""
    rows = json.loads((Path(__file__).with_name("bench_same_code.json")).read_text(encoding="utf-8"))
    both = [
        [
            Figure(KINDS[name], pair[place], "", "", at, engine, households=households)
            for name, at, engine, households, pair in rows
        ]
        for place in (0, 1)
    ]
    found = changes(*(Record({}, {}, figures) for figures in both))
    told = len(found.slower()) + len(found.quicker())
    assert len(found.both) > 450
    assert told <= 0.02 * len(found.both)
