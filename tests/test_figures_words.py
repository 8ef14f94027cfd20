"""Claims about words and numbers in figures, tables and reports: none rounded, untranslated, broken or bare."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from matplotlib.figure import Figure

from fupin.commands.reading import print_lines
from fupin.experiments.figures import Drawing, figure_of, styled, thousands
from fupin.experiments.sensitivity.asking import title_of
from fupin.experiments.sweep import Sweep, level_unit
from fupin.experiments.tables import Line
from fupin.labels import Label
from fupin.scenarios.overrides import prepare
from fupin.scenarios.scenario import load_scenario


@pytest.mark.parametrize(
    ("ticks", "shown"),
    [
        ([2.5, 5.0, 7.5], ["2.5", "5.0", "7.5"]),  # one digit less would say 2, 5, 8
        ([0.0, 50_000.0], ["0", "50,000"]),
        ([-0.25, 0.0, 0.25], ["−0.25", "0.00", "0.25"]),
        ([0.1 + 0.2, 0.6], ["0.3", "0.6"]),
    ],
)
def test_a_tick_says_where_it_stands(ticks: list[float], shown: list[str]) -> None:
    axes = Figure().add_subplot()
    thousands(axes)
    assert axes.yaxis.get_major_formatter().format_ticks(ticks) == shown


@pytest.mark.parametrize("title", ["贫困发生率", "低保与搬迁" * 12, "effect of this and that " * 6])
def test_a_title_stays_inside_its_figure_however_long_it_is(title: str) -> None:
    with styled():
        figure = figure_of(Drawing("one", title, "", lambda figure: None))
    shown = figure.texts[0]
    assert shown.get_window_extent().x1 <= figure.bbox.x1
    assert (shown.get_fontsize() == 15) is (len(title) < 10)


def test_what_goes_out_is_drawn_downwards_without_a_sign() -> None:
    axes = Figure().add_subplot()
    thousands(axes, absolute=True)
    assert axes.yaxis.get_major_formatter().format_ticks([-4.0, -2.0, 0.0]) == ["4", "2", "0"]


def test_a_figure_names_policies_in_the_language_of_its_reader() -> None:
    world = load_scenario("fuping").with_policies(["history", "industry"]).resolve()
    assert world.policy_names("zh")[0] == "2014—2020 年实际政策"
    assert world.policy_names("en")[1] == "industry: grants and workshops"
    unnamed = replace(world, policy_labels=(Label("", ""), Label("产业", "industry")))
    assert unnamed.policy_names("zh") == ["history", "产业"]


@pytest.mark.parametrize(
    ("name", "area", "zh", "en"),
    [
        ("fuping", None, "阜平县", "Fuping, one mountain county"),
        ("baoding", ["Fuping", "Boye"], "保定九县：阜平县、博野县", "Baoding, nine poor counties: Fuping, Boye"),
        ("baoding", None, "保定九县", "Baoding, nine poor counties"),
    ],
)
def test_a_sensitivity_study_is_called_after_its_counties_once(
    name: str, area: list[str] | None, zh: str, en: str
) -> None:
    asked: Any = SimpleNamespace(arms={"x": SimpleNamespace(scenario=prepare(name, area=area).resolve())})
    assert title_of(asked, "zh") == zh
    assert title_of(asked, "en") == en


def test_the_level_of_a_sweep_has_its_unit() -> None:
    named = {
        "buffer.buffer_years": (Label("缓冲期", "buffer"), "years"),
        "labour.on": (Label("开", "on"), "1 on, 0 off"),
    }
    asked = cast(Sweep, SimpleNamespace(arms={}))
    assert level_unit("buffer.buffer_years", named, "zh") == "年"
    assert Sweep.label(asked, {"buffer.buffer_years": 3.0, "labour.on": 1.0}, named, "zh") == "缓冲期 3 年，开 1"
    assert Sweep.label(asked, {"buffer.buffer_years": 3.0}, named, "en") == "buffer 3 years"


def test_a_title_wider_than_its_table_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    title = "农户 15073315（阜平县，村 230）：产业扶贫 / 不作为，两个世界里的生活"
    print_lines(["", "2014"], [Line("收入", ("1",))], title=title)
    assert capsys.readouterr().out.splitlines()[0] == title
