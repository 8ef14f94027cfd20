"""The manifest: with what a result was made, and by which command it is made again."""

from __future__ import annotations

import datetime
import json
import platform
import shlex
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fupin import __version__
from fupin.experiments.balance import UNBALANCED, record_of
from fupin.experiments.results import write_text
from fupin.experiments.run import WorldResult

PACKAGES = ("numpy", "scipy", "pandas", "mesa", "pydantic", "duckdb", "matplotlib")


def manifest(
    worlds: dict[str, WorldResult], arguments: Sequence[str], files: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    """What made a result: command, versions, seed, identities and samples of its worlds, files, and when it was run.

    Everything that differs between two runs of one command stands under `run`.
    """
    first = next(iter(worlds.values()))
    return {
        "command": shlex.join(["fupin", *arguments]),
        "again": "fupin run scenario.toml" if len(worlds) == 1 else shlex.join(["fupin", *arguments]),
        "versions": {"fupin": __version__, "python": platform.python_version()}
        | {name: version(name) for name in PACKAGES},
        "region": first.scenario.region,
        "seed": first.scenario.seed,
        "sample": {"share": first.scenario.sample} | first.sample,
        "worlds": {
            label: {"policies": list(world.scenario.policies), "identity": world.scenario.identity()}
            for label, world in worlds.items()
        },
        **record_of({label: world.imbalances for label, world in worlds.items()}),
        "files": {name: {"zh": zh, "en": en} for name, (zh, en) in files.items()},
        "run": {
            "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": round(sum(world.seconds for world in worlds.values()), 2),
            "system": f"{platform.system()} {platform.machine()}",
            "engine": first.engine,
        },
    }


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write manifest.json, and README.md that says what each file is, in both languages."""
    write_text(folder / "manifest.json", json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    lines = [f"- `{name}` {text['zh']} · {text['en']}" for name, text in content["files"].items()]
    head = f"`{content['command']}`\n\n再现 · to make it again: `{content['again']}`\n\n"
    if not content.get("balanced", True):
        head = f"**账目不平，结果不可使用 · the books do not balance, not to be used: `{UNBALANCED}`**\n\n{head}"
    write_text(folder / "README.md", f"# fupin\n\n{head}" + "\n".join(lines) + "\n")
