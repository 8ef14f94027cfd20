"""Replicates that failed are left out for all arms alike, and how sure a rank is follows from those that are in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from replicated_worlds import asked

from fupin.errors import FupinError
from fupin.experiments.replicated.findings import _first_in, findings, stacked
from fupin.experiments.study import Results, Study, run_study
from fupin.experiments.study.design import Job


def halting(job: Job) -> dict[str, dict[str, list[object]]]:
    """Sums of two arms; some replicates end badly."""
    if job.row["replicate"] in job.shared["wrong"]:
        raise ValueError("it went wrong")
    return {"sums": {"arm": ["industry", "security"], "gross": [1.0, 2.0]}}


def halted(folder: Path, *wrong: int) -> Results:
    design = pd.DataFrame({"replicate": range(4), "seed": range(4)})
    return run_study(Study("made", f"{__name__}:halting", design, {"wrong": list(wrong)}), folder, engine="here")


def test_a_replicate_that_failed_for_one_arm_is_left_out_for_all(tmp_path: Path) -> None:
    both = asked("industry", "security")
    parts = [(halted(tmp_path / "a", 0), ["industry"]), (halted(tmp_path / "b", 2), ["security"])]
    table = stacked(both, parts, "sums")
    assert [list(table[table["arm"] == arm]["run"]) for arm in ("industry", "security")] == [[1, 3], [1, 3]]
    parts[1] = halted(tmp_path / "c", 1, 2, 3), ["security"]
    with pytest.raises(FupinError, match=r"no replicate ended well for all arms.*it went wrong"):
        findings(both, parts, {})


def test_how_sure_the_first_place_is_follows_from_the_replicates() -> None:
    both, runs = asked("industry", "security"), 10
    luck = np.linspace(-1.0, 1.0, runs)

    def share(gap: float) -> float:
        rows = [
            {"run": run, "arm": arm, "gross": 100.0, "net_households": 10.0 + lead + luck[run] * sign}
            for arm, lead, sign in (("industry", gap, 1.0), ("security", 0.0, -1.0))
            for run in range(runs)
        ]
        return _first_in(both, pd.DataFrame(rows), ["industry", "security"])["industry"]

    assert share(5.0) == 1.0
    assert 0.4 < share(0.0) < 0.6
    assert share(0.0) < share(0.3) < 1.0
    few = pd.DataFrame({"run": [0, 0], "arm": ["industry", "security"], "gross": 1.0, "net_households": 1.0})
    assert _first_in(both, few, ["industry", "security"]) == {}
