"""What a run's result depends on besides its arm and row: sources, content files, versions, the engine asked for.

Runs are content-addressed: two runs with the same key have the same result, byte for byte, on the same machine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import platform
from collections.abc import Iterable
from functools import cache
from importlib.metadata import EntryPoint, version
from pathlib import Path
from typing import Any

from fupin.library import library
from fupin.model.engine.choice import asked, installed
from fupin.model.instruments.declared import declared
from fupin.scenarios.resolved import canonical

SOURCES = ("model", "scenarios", "experiments", "calibration")
VERSIONS = ("numpy", "scipy", "pandas", "mesa", "duckdb")


def digest(content: Any) -> str:
    """SHA-256 (hex) of JSON-like content, whatever the order of its keys."""
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


def code_identity() -> str:
    """SHA-256 (hex) of what can change a result: our sources, those of packages that declare instruments, the parameter
    files, and the versions used."""
    return _code_identity(declared())


@cache
def _code_identity(points: tuple[EntryPoint, ...]) -> str:
    found = hashlib.sha256(f"python {platform.python_version()}".encode())
    for name in VERSIONS:
        found.update(f"{name} {version(name)}".encode())
    package = Path(__file__).parents[2]
    files = [*package.glob("*.py"), *(file for folder in SOURCES for file in (package / folder).rglob("*.py"))]
    _add(found, package, files)
    _add(found, library("model"), library("model", "parameters").glob("*.toml"))
    for point in points:
        found.update(f"{point.name} = {point.value} {source_identity(point.module)}".encode())
    return found.hexdigest()


def source_identity(module: str) -> str:
    """SHA-256 (hex) of the files of the package, or the one file, that a module belongs to; empty if there is none."""
    try:
        spec = importlib.util.find_spec(module.partition(".")[0])
    except ValueError:  # `__main__` of an interactive session
        return ""
    if spec is None:
        return ""
    found = hashlib.sha256()
    for place in map(Path, spec.submodule_search_locations or ()):
        inside = (file for file in place.rglob("*") if file.is_file())
        _add(found, place, (file for file in inside if "__pycache__" not in file.parts))
    if not spec.submodule_search_locations and spec.origin and Path(spec.origin).is_file():
        _add(found, Path(spec.origin).parent, [Path(spec.origin)])
    return found.hexdigest()


def task_identity(task: str) -> dict[str, str]:
    """What besides code, arm and row decides what a task gives back: the engine that is asked for, sources of others.

    The engines are the same to a billionth, but not to the byte; `auto` takes the compiled one where it is installed.
    """
    module, engine = task.partition(":")[0], asked()
    if engine == "auto" and not installed():
        engine = "numpy"
    found = {"engine": engine if engine == "numpy" else f"{engine} numba {version('numba')}"}
    if module.partition(".")[0] != __name__.partition(".")[0]:
        found["sources"] = source_identity(module)
    return found


def _add(found: Any, root: Path, files: Iterable[Path]) -> None:
    for file in sorted(files):
        content = file.read_bytes()
        found.update(f"{file.relative_to(root).as_posix()} {len(content)}\n".encode())
        found.update(content)
