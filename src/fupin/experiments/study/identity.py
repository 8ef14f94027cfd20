"""What a run's result depends on besides its own row: the sources of the model, its content files, the versions.

Runs are content-addressed: two runs with the same key have the same result, byte for byte, on the same machine.
"""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fupin.library import library
from fupin.model.engine.choice import VARIABLE
from fupin.scenarios.resolved import ResolvedScenario, canonical

SOURCES = ("model", "scenarios", "experiments", "calibration")
VERSIONS = ("numpy", "scipy", "pandas", "mesa", "duckdb")


def digest(content: Any) -> str:
    """SHA-256 (hex) of JSON-like content, whatever the order of its keys."""
    return hashlib.sha256(canonical(content).encode("utf-8")).hexdigest()


@cache
def code_identity() -> str:
    """SHA-256 (hex) of the sources that can change a result, the parameter files, and the versions used."""
    found = hashlib.sha256(f"python {platform.python_version()}".encode())
    for name in VERSIONS:
        found.update(f"{name} {version(name)}".encode())
    package = Path(__file__).parents[2]
    files = [file for folder in SOURCES for file in sorted((package / folder).rglob("*.py"))]
    files += sorted(library("model", "parameters").glob("*.toml"))
    for file in files:
        found.update(file.name.encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def world_identity(scenario: ResolvedScenario) -> str:
    """The scenario's identity and that of the user's own tables, if its region has any."""
    from fupin.scenarios.profiles import load_profile

    found = hashlib.sha256(scenario.identity().encode())
    if os.environ.get(VARIABLE) == "compiled":  # the same to a billionth, but not to the byte
        found.update(f"compiled by numba {version('numba')}".encode())
    tables = load_profile(scenario.region_file).tables
    if tables is not None:
        for file in sorted(Path(tables).rglob("*")):
            if file.is_file():
                found.update(file.name.encode())
                found.update(file.read_bytes())
    return found.hexdigest()
