"""Claims about what a planner sees of a sensitivity study: one axis has one unit, and no table is empty."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from fupin.experiments.report import Grid, Words
from fupin.experiments.sensitivity import Analysis, Plan, Target, analyse, study_of
from fupin.experiments.sensitivity.figures import drawings_of_sensitivity
from fupin.experiments.sensitivity.known import YEAR, plain_factors
from fupin.experiments.sensitivity.report import _section
from fupin.experiments.study import run_study

ANGLES = plain_factors(3, -math.pi, math.pi)


def study(plan: Plan, folder: Path) -> Analysis:
    """A study of the function of Ishigami."""
    asked = study_of(plan, task="fupin.experiments.sensitivity.known:ishigami")
    return analyse(plan, run_study(asked, folder, engine="here"), Target("y", YEAR))


def test_indices_on_one_axis_have_one_unit(tmp_path: Path) -> None:
    found = study(Plan("delta", 60, ANGLES, replicates=0), tmp_path / "s")
    figure = Figure()
    drawings_of_sensitivity(found, "en")[0].fill(figure)
    (ax,) = figure.axes
    assert ax.get_xlabel() == "0–1"  # delta and the share beside it, neither in per cent
    assert ax.get_xlim()[1] < 2.0
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["delta", "first-order share"]
    marks = [handle.get_markerfacecolor() for handle in legend.legend_handles if isinstance(handle, Line2D)]
    assert len(set(map(str, marks))) == 2


def test_a_report_without_a_ranked_factor_says_so_instead_of_an_empty_table(tmp_path: Path) -> None:
    found = study(Plan("sobol", 16, ANGLES), tmp_path / "s")
    idle = replace(found, indices=found.indices.assign(rank=0))
    blocks = _section(idle, "zh").blocks
    assert not any(isinstance(block, Grid) and not block.rows for block in blocks)
    said = " ".join(line for block in blocks if isinstance(block, Words) for line in block.paragraphs)
    assert "没有因素高于噪声。" in said
    ranked = next(block for block in _section(found, "en").blocks if isinstance(block, Grid))
    assert list(ranked.head[:2]) == ["factor", "rank"]
