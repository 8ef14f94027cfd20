"""The folders of a search, and of what is found in a stored study: tables, scenarios, figures, report, manifest."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from fupin.experiments.decide.conditions import Named
from fupin.experiments.decide.figures import drawing_of_pareto
from fupin.experiments.decide.search import Found
from fupin.experiments.figures import Drawing, draw
from fupin.experiments.manifest import MANIFEST, REPORTS, Files, manifest, present, write_manifest
from fupin.experiments.report.of_search import report_of_search
from fupin.experiments.report.write import write_report
from fupin.experiments.results import open_folder, write_csv, write_text
from fupin.experiments.study import Results
from fupin.labels import tell
from fupin.scenarios.scenario import scenario_of_text

PICTURE = ("图", "the figure")
SEARCH_FILES: Files = {
    "pareto.csv": ("帕累托点：设置、目标、支出（元）", "the Pareto points: settings, aims, cost (yuan)"),
    "pareto-*.toml": ("各帕累托点的情景，可直接运行", "the Pareto points as scenarios, ready to be run"),
    "points.csv": ("试过的全部组合", "all combinations that were tried"),
    "pareto.png": PICTURE,
    **REPORTS,
    "generation-*": ("各代的运行，每代一个研究", "the runs: every generation is a study"),
    "fresh-*": ("帕累托点在新种子上的运行", "the runs of the Pareto points on fresh seeds"),
    **MANIFEST,
}
FINDING_FILES: Files = {"*.png": PICTURE, **MANIFEST}


def save_search(
    found: Found,
    folder: Path,
    arguments: Sequence[str],
    labels: Mapping[str, Named],
    lang: str,
    seconds: float,
    *,
    budget: float,
    pdf: bool = False,
) -> None:
    """Write everything about a search into its folder; a point of the Pareto set is a scenario that can be run."""
    write_csv(folder / "points.csv", found.points)
    write_csv(folder / "pareto.csv", found.pareto)
    for older in folder.glob("pareto-*.toml"):
        older.unlink()
    worlds = {"searched": found.scenario.resolve()}
    for point in range(len(found.pareto)):
        name = f"pareto-{point:02d}"
        worlds[name] = found.world(point).resolve()
        write_text(folder / f"{name}.toml", worlds[name].to_toml())
    count = len(found.points)
    note = tell(f"{count} 个组合；fupin 模拟结果", f"{count} policies; simulated by fupin", lang)
    draw([drawing_of_pareto(found, lang)], folder, note)
    write_report(report_of_search(found, budget, labels, shlex.join(["fupin", *arguments]), lang), folder, pdf=pdf)
    about = manifest(
        arguments,
        worlds,
        present(folder, SEARCH_FILES),
        seconds=seconds,
        levers={one.path: [one.low, one.high] for one in found.levers},
        aims=[f"{one.outcome}@{one.over}" for one in found.aims],
        budget=budget if budget < float("inf") else None,
        points=count,
        failed=len(found.failed),
    )
    write_manifest(folder, about)


def save_finding(
    results: Results, count: int, drawing: Drawing, folder: Path, arguments: Sequence[str], lang: str, seconds: float
) -> None:
    """Draw what was found in `count` worlds of a stored study into a folder of its own, which says of which study."""
    note = tell(f"{count} 个世界；fupin 模拟结果", f"{count} worlds; simulated by fupin", lang)
    draw([drawing], open_folder(folder), note)
    arms = results.about["arms"].items()
    worlds = {name: scenario_of_text(arm["toml"]).resolve() for name, arm in arms if "toml" in arm}
    study = {"folder": str(results.folder), "identity": results.about["identity"]}
    files = present(folder, FINDING_FILES)
    write_manifest(folder, manifest(arguments, worlds, files, seconds=seconds, study=study))
