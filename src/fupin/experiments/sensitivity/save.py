"""What is written about a sensitivity study: tables for machines, figures, and a report that can be handed on."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fupin.experiments.manifest import FIGURES, MANIFEST, REPORTS, STUDY_FILES, Files, manifest, present, write_manifest
from fupin.experiments.results import open_folder, write_csv, write_text
from fupin.experiments.sensitivity.analysis import Analysis
from fupin.experiments.sensitivity.asking import Question, title_of
from fupin.experiments.study import Results
from fupin.experiments.study.identity import code_identity
from fupin.labels import tell

FILES: Files = {
    "analysis/*/indices.csv": ("各因素的指数、区间、噪声线、排名", "indices of all factors, intervals, noise, rank"),
    "analysis/*/pairs.csv": ("两两交互份额（Sobol）", "shares of pairs (Sobol)"),
    "analysis/*/convergence.csv": ("由前若干样本得到的指数", "the index from the first samples"),
    "analysis/*/curves.csv": ("因素各段上结果的均值", "mean outcome by value of a factor"),
    "analysis/*/figures": FIGURES,
    "sensitivity.json": ("方法、因素、目标、噪声", "method, factors, targets, noise"),
    **REPORTS,
    **STUDY_FILES,
    **MANIFEST,
}


def save_sensitivity(
    question: Question,
    results: Results,
    found: Sequence[Analysis],
    folder: Path,
    arguments: Sequence[str],
    lang: str,
    seconds: float,
    *,
    figures: bool,
    pdf: bool = False,
) -> None:
    """Write a folder a target under `analysis/`, sensitivity.json, with figures the report, and the manifest."""
    for one in found:
        place = open_folder(folder / "analysis" / one.target.name)
        labels = dict(enumerate(one.plan.items))
        pairs = one.pairs.assign(one=one.pairs["one"].map(labels), other=one.pairs["other"].map(labels))
        tables = {"indices": one.indices, "pairs": pairs, "convergence": one.convergence, "curves": one.curves}
        for name, table in tables.items():
            if len(table):
                write_csv(place / f"{name}.csv", table)
        if figures:
            from fupin.experiments.figures import draw
            from fupin.experiments.sensitivity.figures import drawings_of_sensitivity

            draw(drawings_of_sensitivity(one, lang), place / "figures", note_of_sensitivity(question, lang))
    command = shlex.join(["fupin", *arguments])
    about = question.plan.record() | {
        "command": command,
        "targets": [
            {
                "outcome": one.target.outcome,
                "year": one.target.year,
                "arm": one.target.arm,
                "against": one.target.against,
            }
            | {"folder": f"analysis/{one.target.name}", "noise": noise_record(one)}
            for one in found
        ],
        "identities": {name: arm.scenario.identity() for name, arm in question.arms.items()},
        "code": code_identity(),
    }
    write_text(folder / "sensitivity.json", json.dumps(about, ensure_ascii=False, indent=1) + "\n")
    if figures:
        from fupin.experiments.report.write import write_report
        from fupin.experiments.sensitivity.report import report_of_sensitivity

        write_report(report_of_sensitivity(question, found, command, lang), folder, pdf=pdf)
    worlds = {name: arm.scenario for name, arm in question.arms.items()}
    failed = [int(run) for run in results.failed["run"]] if len(results.failed) else []
    about = {"method": question.plan.method, "samples": question.plan.samples, "runs": len(question.study)}
    files = present(folder, FILES)
    write_manifest(folder, manifest(arguments, worlds, files, seconds=seconds, **about, failed=failed))


def noise_record(found: Analysis) -> dict[str, Any]:
    """The noise of a target, in the model's units."""
    noise = found.noise
    keys = ("points", "seeds", "deviation", "shift", "share")
    return {key: getattr(noise, key) for key in keys}


def note_of_sensitivity(question: Question, lang: str) -> str:
    """The line under every figure."""
    first = next(iter(question.arms.values())).scenario
    runs, size = f"{len(question.study):,}", f"{100 * first.sample:g}%"
    return tell(
        f"{title_of(question, lang)}。抽样 {size}，种子 {first.seed}，{runs} 次运行。\n"
        "fupin 模拟结果；不是统计数据。范围来自参数声明。",
        f"{title_of(question, lang)}. Sample {size}, seed {first.seed}, {runs} runs.\n"
        "Simulated by fupin; not statistics. Ranges are those of the declarations.",
        lang,
    )
