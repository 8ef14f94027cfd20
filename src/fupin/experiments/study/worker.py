"""What a worker does: run the rows of one chunk, one after the other, and write their part.

A run that raises, or that its monthly check finds past its deadline, is put into quarantine and the rest goes on. A run
that never comes to its check is ended with its process by a timer that needs no Python to run (`faulthandler`); which
run that was stands in `active/`, with the place in the code where it hung.
"""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import platform
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.study.design import Tables
from fupin.experiments.study.identity import code_identity
from fupin.experiments.study.store import Store, read_about
from fupin.labels import tell
from fupin.model.engine.choice import asked, steadily

PATIENCE = 1.5  # the timer waits this many times the deadline, so that the check comes first


class DeadlineError(Exception):
    """A run has taken longer than it may."""


@dataclass(frozen=True)
class Report:
    """What became of a chunk: runs that ended well, runs in quarantine, seconds of the tasks themselves."""

    chunk: int
    well: int
    failed: int
    seconds: float


def run_chunk(
    folder: str, chunk: int, deadline: float | None = None, *, alone: bool = True, computes: str | None = None
) -> Report:
    """Run a chunk of the study in `folder` and write its parts; runs in quarantine are passed over.

    `deadline` in seconds a run; `alone` is false in the driver's own process, which no timer may end; `computes` is the
    engine that the driver was asked for (default: what this process uses). Raises FupinError where other code is
    installed than the driver's, whose name the results would bear.
    """
    store = _entered(folder, (Path(folder) / "study.json").stat().st_mtime_ns)
    with steadily(computes or asked()), _forgetful():
        return _run(store, chunk, deadline if alone else None, deadline)


def _run(store: Store, chunk: int, timer: float | None, deadline: float | None) -> Report:
    study, quarantined = store.study, store.failed()
    function = study.function()
    parts: dict[str, list[Mapping[str, Any]]] = {}
    well, failed, seconds = [], 0, 0.0
    for run in study.runs_of(chunk):
        if run in quarantined:
            failed += 1
            continue
        begun = time.perf_counter()
        try:
            with _watched(store, chunk, run, timer):
                found = function(study.job(run, _check(begun, deadline)))
                rows = {name: _row_block(run, table) for name, table in found.items()}
        except Exception as error:  # whatever a run raises is its own affair: it is recorded, and the sweep goes on
            reason = "deadline" if isinstance(error, DeadlineError) else f"{type(error).__name__}: {error}"
            store.quarantine(run, reason, traceback.format_exc())
            failed += 1
            continue
        finally:
            seconds += time.perf_counter() - begun
            gc.collect()
        for name, block in rows.items():
            parts.setdefault(name, []).append(block)
        well.append(run)
    store.write(chunk, {name: _together(blocks) for name, blocks in parts.items()}, well)
    (store.active / f"{chunk:05d}").unlink(missing_ok=True)
    return Report(chunk, len(well), failed, seconds)


@contextmanager
def _forgetful() -> Iterator[None]:
    """Within, garbage is looked for only among what has come since: a run's world goes when it ends, in a millisecond.

    Worlds hold themselves in circles (a model knows its agents, they know it) and are few objects with much memory, so
    that Python left to itself comes round to them after dozens: 3 GB where half of one is needed.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@lru_cache(maxsize=4)
def _entered(folder: str, written: int) -> Store:
    """The store, read once; `written` tells it from one that was removed and made again while the worker lived on."""
    store = Store.enter(Path(folder))
    if read_about(store.folder)["code"] != code_identity():
        raise FupinError(
            tell(
                f"{platform.node()} 上的工作进程与研究 {folder} 的代码、版本或已安装的包不同；"
                "请装成一样，并重启工作进程和本进程",
                f"the worker on {platform.node()} has other code, versions or installed packages than the study "
                f"{folder}; install the same, and start the workers and this process again",
            )
        )
    return store


def _check(begun: float, deadline: float | None) -> Any:
    def check() -> None:
        if deadline is not None and time.perf_counter() - begun > deadline:
            raise DeadlineError(f"longer than {deadline:g} s")

    return check


@contextmanager
def _watched(store: Store, chunk: int, run: int, deadline: float | None) -> Iterator[None]:
    """Say which run is at work, and set the timer."""
    with (store.active / f"{chunk:05d}").open("w", encoding="utf-8") as note:
        note.write(f"{run}\n")
        note.flush()
        if deadline is not None:
            faulthandler.dump_traceback_later(PATIENCE * deadline, exit=True, file=note)
        try:
            yield
        finally:
            if deadline is not None:
                faulthandler.cancel_dump_traceback_later()


def _row_block(run: int, table: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: np.atleast_1d(np.asarray(values)) for name, values in table.items()}
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of different lengths: { {name: len(values) for name, values in columns.items()} }")
    return {"run": np.full(lengths.pop() if lengths else 0, run, np.int64)} | columns


def _together(blocks: list[Mapping[str, Any]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for block in blocks for name in block))
    if all(list(block) == names for block in blocks):
        return pd.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in names})
    return pd.concat([pd.DataFrame(block) for block in blocks], ignore_index=True)[names]


def active_run(store: Store, chunk: int) -> tuple[int, str] | None:
    """The run at which a chunk's worker was when it died, and the timer's traceback if that was the reason."""
    path = store.active / f"{chunk:05d}"
    if not path.exists():
        return None
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    return (int(first), rest.strip()) if first.isdigit() else None


def start_worker() -> None:
    """First thing in a worker process: end it when its driver is gone, and leave Ctrl-C to the driver."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    driver = multiprocessing.parent_process()

    def follow() -> None:
        if driver is not None:
            driver.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True, name="fupin-driver-lives").start()


__all__ = ["Report", "Tables", "active_run", "run_chunk", "start_worker"]
