"""What the machine allows: how quickly it moves the columns, how long programs take to start, what it is."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from fupin import __version__
from fupin.model.processes import settle, settlement
from fupin.model.rules.vocabulary import scalar

if TYPE_CHECKING:
    from fupin.model.columns import Table
    from fupin.model.region import Region

START = {
    "python": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import mesa": ["-c", "import mesa"],
    "import fupin": ["-c", "import fupin"],
    "fupin --help": ["-m", "fupin", "--help"],
}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "mesa": version("mesa"),
        "fupin": __version__,
    }


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _memory() -> float | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)


def peak_memory() -> float | None:
    """Largest memory of this process so far, in GB; None where the system does not say."""
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def start_times(repeats: int = 5) -> dict[str, float]:
    """Seconds until each program has started and ended, in a process of its own; the quickest counts."""
    found = {}
    for name, arguments in START.items():
        times = []
        for _ in range(repeats):
            begun = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - begun)
        found[name] = min(times)
    return found


class _Witness:
    """Stands in for an agent and notes which columns are read and written."""

    def __init__(self, agent: Any) -> None:
        vars(self).update(agent=agent, touched=set(), changed={})

    def __getattr__(self, name: str) -> Any:
        self.touched.add(name)
        return self.changed.get(name, getattr(self.agent, name))

    def __setattr__(self, name: str, value: Any) -> None:
        self.touched.add(name)
        self.changed[name] = value


def touched_columns(region: Region) -> list[str]:
    """Names of the household columns that the household quarter reads or writes."""
    witness = _Witness(region.households[0])
    p, f = settlement.quarter_values(region), SimpleNamespace()
    v = settlement.Place(region.table_of("village").arrays, witness.agent.village)
    d = settlement.quarter_draws(region, witness.agent.uid)
    for phase in settle.PHASES:
        scalar(phase)(witness, v, p, d, f)
    return sorted(witness.touched)


def moving(table: Table, names: list[str], repeats: int = 7) -> float:
    """Nanoseconds a row that it takes to copy some columns of a table, each from memory and to memory."""
    pairs = [(np.empty_like(table[name]), table[name]) for name in names]
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        for out, column in pairs:
            np.copyto(out, column)
        best = min(best, time.perf_counter() - begun)
    return 1e9 * best / len(table)
