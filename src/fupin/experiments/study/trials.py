"""The runner on trial: a sweep that is killed again and again must end with the parts of one that was left in peace.

`fupin check runner` runs it; the tasks here are small on purpose, since it is the runner that is tested.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from fupin.experiments.study.design import Job, Study, Tables
from fupin.experiments.study.runner import run_study
from fupin.experiments.study.store import Store, open_study

CHILDREN = Path("/proc")  # where Linux lists processes; without it only the driver is killed


def sums(job: Job) -> Tables:
    """Eleven years of a few numbers that depend on the row alone, after a pause of `shared["pause"]` seconds."""
    time.sleep(float(job.shared.get("pause", 0.0)))
    years = np.arange(2010, 2021)
    x = float(job.row["x"])
    return {"outcomes": {"year": years, "headcount": np.sin(x + years), "income": x * years, "gap": np.cos(x) / years}}


def misbehave(job: Job) -> Tables:
    """`sums`, unless the row's `deed` is to raise, to hang, or to end the process."""
    deed = job.row["deed"]
    if deed == "raise":
        raise ValueError(f"this run was told to raise (x = {job.row['x']})")
    while deed == "hang":
        pass
    while deed == "dawdle":
        job.check()
    if deed == "kill":
        os._exit(9)
    return sums(job)


def trial_study(runs: int, pause: float) -> Study:
    """The sweep that is killed."""
    return Study("trial", f"{__name__}:sums", pd.DataFrame({"x": np.arange(runs) / 7.0}), {"pause": pause}, chunk=10)


@dataclass(frozen=True)
class Verdict:
    """What the trial found: runs, kills of the driver and of workers, runs lost, runs twice, parts that differ."""

    runs: int
    drivers_killed: int
    workers_killed: int
    lost: int
    twice: int
    different: int

    @property
    def passed(self) -> bool:
        """Nothing lost, nothing twice, the same bytes."""
        return not (self.lost or self.twice or self.different)


def kill_trial(
    folder: Path, runs: int, kills: int, pause: float = 0.005, seed: int = 1, tell: Callable[[int], None] | None = None
) -> Verdict:
    """Run a sweep undisturbed, then one that is killed (SIGKILL) at random moments, driver or worker, and compare."""
    study, luck = trial_study(runs, pause), random.Random(seed)
    calm, wild = folder / "calm" / "study", folder / "wild" / "study"  # apart, or one would be taken from the other
    for place in (calm, wild):
        place.mkdir(parents=True)
    run_study(study, calm)
    Store.create(study, wild)
    killed = {"driver": 0, "worker": 0}
    while sum(killed.values()) < kills:
        driver = _driver(wild, runs, pause)
        time.sleep(luck.uniform(0.3, 1.5))
        while driver.poll() is None and sum(killed.values()) < kills:
            victim = luck.choice(["driver", "worker"])
            children = _children(driver.pid)
            if victim == "worker" and not children:
                victim = "driver"
            _kill(luck.choice(children) if victim == "worker" else driver.pid)
            killed[victim] += 1
            if tell:
                tell(sum(killed.values()))
            if victim == "driver":
                break
            time.sleep(luck.uniform(0.05, 1.0))
        driver.wait()
        if len(Store.enter(wild).done()) == study.chunks:
            break  # done before all the killing was
    run_study(study, wild)
    found = open_study(wild).frame(["income"])["run"].value_counts()
    # all that lies there: what is left of a part whose writer was killed, too
    names = {path.name for place in (calm, wild) for path in (place / "parts").iterdir()}
    same = [_bytes(calm / "parts" / name) == _bytes(wild / "parts" / name) for name in names]
    return Verdict(
        runs, killed["driver"], killed["worker"], runs - len(found), int((found > 11).sum()), same.count(False)
    )


def _driver(folder: Path, runs: int, pause: float) -> subprocess.Popen[bytes]:
    code = f"from {__name__} import drive; drive({str(folder)!r}, {runs}, {pause})"
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.DEVNULL)


def drive(folder: str, runs: int, pause: float) -> None:
    """What the process that is killed does."""
    run_study(trial_study(runs, pause), folder, workers=2)


def _kill(process: int) -> None:
    try:
        os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    except ProcessLookupError:
        return


def _children(parent: int) -> list[int]:
    """The workers of a driver, not the small process that only watches over its resources."""
    found = []
    for status in CHILDREN.glob("[0-9]*/stat"):
        try:
            rest = status.read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it has just ended
        if int(rest[1]) == parent and b"spawn_main" in command:
            found.append(int(status.parent.name))
    return found


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
