"""What the machine allows: how quickly it moves bytes, how long programs take to start, what it is."""

from __future__ import annotations

import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from fupin import __version__
from fupin.experiments.benchmark.core import repeated

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
        **{name: found for name in ("numba", "polars") if (found := _version(name))},
        "fupin": __version__,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


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
    try:  # what getrusage says is never less than what the process that started this one had
        with Path("/proc/self/status").open(encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024 / 1e9
    except (OSError, StopIteration):
        pass
    try:
        import resource  # not on Windows
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def in_process[**P, T](function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """The same call in a fresh process, whose memory and caches are nobody else's; Ctrl-C ends it at once."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), deaf) as pool:
        future = pool.submit(function, *arguments, **named)
        try:
            return future.result()
        except KeyboardInterrupt:
            for process in (getattr(pool, "_processes", None) or {}).values():
                process.kill()
            raise


def deaf() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the one that measures."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start_times(repeats: int = 5) -> dict[str, list[float]]:
    """Seconds until each program has started and ended, in processes of its own."""
    return {name: [_seconds(arguments) for _ in range(repeats)] for name, arguments in START.items()}


def cold_times(repeats: int = 2) -> dict[str, list[float]]:
    """The same for fupin's programs at the first use after an installation: nothing is compiled yet."""
    ours = {name: arguments for name, arguments in START.items() if "fupin" in name}
    return {name: [_first_use(arguments) for _ in range(repeats)] for name, arguments in ours.items()}


def first_runs(engine: str, repeats: int = 3) -> tuple[float, list[float]]:
    """Seconds of a process that simulates one year of a small world: at first use, and when all is compiled."""
    code = "import sys; from fupin.experiments.benchmark.speed import small_run; small_run(sys.argv[1])"
    arguments = ["-c", code, engine]
    with tempfile.TemporaryDirectory() as room:
        cold = _seconds(arguments, room)
        return cold, [_seconds(arguments, room) for _ in range(repeats)]


def _first_use(arguments: list[str]) -> float:
    with tempfile.TemporaryDirectory() as room:
        return _seconds(arguments, room)


def _seconds(arguments: list[str], caches: str | None = None) -> float:
    """Seconds of a Python process; `caches` is the folder of its byte code and of the kernels in the user's cache."""
    places = ("PYTHONPYCACHEPREFIX", "XDG_CACHE_HOME", "LOCALAPPDATA", "FUPIN_CACHE") if caches else ()
    given = {**os.environ, **{name: str(caches) for name in places}}
    if caches:  # which would never be filled otherwise
        given.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    apart = sys.platform != "win32"  # out of reach of Ctrl-C, which ends it through this process
    subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=given, start_new_session=apart
    )
    return time.perf_counter() - begun


def moving(nbytes: int, repeats: int = 7) -> float:
    """Seconds it takes to move so many bytes, half of them from memory and half to memory: a copy of half as many."""
    source = np.ones(max(nbytes // 16, 1))
    out = np.empty_like(source)
    np.copyto(out, source)
    return min(repeated(lambda: np.copyto(out, source), repeats))
