"""The manifest of a results folder: with what it was made, by which command it is made again, and what its files are.

Every command that writes a folder writes `manifest.json` and `README.md` by the functions of this module, last of all.
"""

from __future__ import annotations

import datetime
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fupin import __version__
from fupin.experiments.balance import UNBALANCED, Imbalances, record_of
from fupin.experiments.results import write_text
from fupin.model.instruments.declared import declared
from fupin.scenarios.resolved import ResolvedScenario

PACKAGES = ("numpy", "scipy", "pandas", "mesa", "pydantic", "duckdb", "matplotlib", "SALib")

type Files = Mapping[str, tuple[str, str]]
"""What a folder holds: name or pattern (`report.*.html`), and what it is in Chinese and in English."""

FIGURES = ("图（PNG、SVG）", "figures (PNG and SVG)")
REPORTS: Files = {
    "report.*.html": ("报告：用浏览器打开，可打印（zh 中文，en 英文）", "the report, for a browser or paper (zh, en)"),
    "report.*.xlsx": ("报告：Excel，每节一张表", "the report for Excel, one sheet a section"),
    "report.*.pdf": ("报告：PDF（--pdf）", "the report as PDF (--pdf)"),
}
MANIFEST: Files = {"manifest.json": ("版本、种子、情景标识、命令", "versions, seed, identities, command")}
STUDY_FILES: Files = {
    "study.json": ("研究的内容与标识", "what the study is, with its identity"),
    "design.parquet": ("每次运行一行：编号、键、变动的取值", "one row a run: number, key, and what varies"),
    "scenarios": ("各方案展开后的情景，可直接再运行", "the arms as resolved scenarios, ready to be run again"),
    "parts": ("各次运行的结果（Parquet）", "what the runs gave back (Parquet)"),
    "failed/run-*.json": ("失败的运行及其原因", "runs that failed, and why"),
}
"""The files of a study; see docs/studies.md."""


def manifest(
    arguments: Sequence[str],
    worlds: Mapping[str, ResolvedScenario],
    files: Files,
    *,
    seconds: float,
    again: str = "",
    sample: Mapping[str, Any] | None = None,
    engine: str = "",
    imbalances: Imbalances | None = None,
    **more: Any,
) -> dict[str, Any]:
    """What made a result: command, versions, seed, identities of its worlds, files, and when it was run.

    `arguments` are those of the command, `again` the command that makes it again (the same, if none is given), `sample`
    what was drawn, `more` whatever else belongs to it. Everything that differs between two runs of one command stands
    under `run`.
    """
    command = shlex.join(["fupin", *arguments])
    first = next(iter(worlds.values()), None)  # a study of one's own has arms that are no scenarios
    drawn = (
        {"region": first.region, "seed": first.seed, "sample": {"share": first.sample, **(sample or {})}}
        if first
        else {}
    )
    return {
        "command": command,
        "again": again or command,
        "versions": {"fupin": __version__, "python": platform.python_version()}
        | {name: version(name) for name in PACKAGES}
        | {point.dist.name: point.dist.version for point in declared() if point.dist},
        **drawn,
        **more,
        "worlds": {
            name: {"policies": list(world.policies), "identity": world.identity()} for name, world in worlds.items()
        },
        **(record_of(imbalances) if imbalances is not None else {}),
        "files": {name: {"zh": zh, "en": en} for name, (zh, en) in files.items()},
        "run": {
            "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 2),
            "system": f"{platform.system()} {platform.machine()}",
        }
        | ({"engine": engine} if engine else {}),
    }


def present(folder: Path, files: Files) -> dict[str, tuple[str, str]]:
    """Of the files that a folder may hold, those that are there; the manifest itself will be."""
    return {name: text for name, text in files.items() if name in MANIFEST or any(folder.glob(name))}


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write README.md, which says what each file is in both languages, and manifest.json."""
    lines = [f"- `{name}` {text['zh']} · {text['en']}" for name, text in content["files"].items()]
    head = f"`{content['command']}`\n\n再现 · to make it again: `{content['again']}`\n\n"
    if not content.get("balanced", True):
        head = f"**账目不平，结果不可使用 · the books do not balance, not to be used: `{UNBALANCED}`**\n\n{head}"
    write_text(folder / "README.md", f"# fupin\n\n{head}" + "\n".join(lines) + "\n")
    write_text(folder / "manifest.json", json.dumps(content, ensure_ascii=False, indent=2) + "\n")
