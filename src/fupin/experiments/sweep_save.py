"""The folder of a sweep: the fans, figures, the report, the manifest, beside the study itself."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

import pandas as pd

from fupin.experiments.decide.conditions import Named
from fupin.experiments.figures import draw
from fupin.experiments.manifest import FIGURES, MANIFEST, REPORTS, STUDY_FILES, Files, manifest, present, write_manifest
from fupin.experiments.report.of_sweep import report_of_sweep
from fupin.experiments.report.write import write_report
from fupin.experiments.results import write_csv
from fupin.experiments.study import Results
from fupin.experiments.sweep import Sweep, drawing_of_fans
from fupin.labels import tell

FILES: Files = {
    "fans.csv": (
        "各方案、取值、年份的分位数（q05 … q95）",
        "quantiles over the seeds by arm, level and year (q05 … q95)",
    ),
    "figures": FIGURES,
    **REPORTS,
    **STUDY_FILES,
    **MANIFEST,
}


def save_sweep(
    asked: Sweep,
    results: Results,
    table: pd.DataFrame,
    named: Mapping[str, Named],
    arguments: Sequence[str],
    lang: str,
    seconds: float,
    *,
    figures: bool = True,
    pdf: bool = False,
) -> None:
    """Write the fans, and with figures the report, into the folder of the study; `arguments` are the command's."""
    folder, runs = results.folder, len(results.design)
    write_csv(folder / "fans.csv", table)
    if figures:
        note = tell(f"{runs} 次运行；fupin 模拟结果", f"{runs} runs; simulated by fupin", lang)
        draw([drawing_of_fans(asked, table, named, lang)], folder / "figures", note)
        report = report_of_sweep(asked, results, table, named, shlex.join(["fupin", *arguments]), lang)
        write_report(report, folder, pdf=pdf)
    about = manifest(
        arguments,
        {name: arm.scenario for name, arm in asked.arms.items()},
        present(folder, FILES),
        seconds=seconds,
        vary={one.path: list(one.levels) for one in asked.varied},
        replicates=asked.replicates,
        runs=runs,
        failed=[int(run) for run in results.failed["run"]] if len(results.failed) else [],
    )
    write_manifest(folder, about)
