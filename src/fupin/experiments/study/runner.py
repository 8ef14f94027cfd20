"""The driver of a study: hand out chunks, follow them, find out who killed a worker, and be killed at any time.

What is done is what has a part in the folder; the driver itself remembers nothing. After a worker has died, the chunks
that were at work are run one at a time, each in a process of its own: innocent ones end well, and the run at which the
process dies again is put into quarantine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path

from fupin.errors import FupinError
from fupin.experiments.results import plain_name
from fupin.experiments.study.cache import fill_from_others
from fupin.experiments.study.design import Study
from fupin.experiments.study.engines import check_engine, default_workers, end, opened, processes
from fupin.experiments.study.lock import locked
from fupin.experiments.study.store import Results, Store
from fupin.experiments.study.worker import Report, active_run, run_chunk
from fupin.labels import tell
from fupin.model.engine.choice import asked

WINDOW = 2  # chunks handed out a worker: enough that none waits, few enough to stop soon
FRUITLESS = 5  # rounds without a chunk done or a run to suspect, before it is clear that no worker can start
LIVES = 2  # times a run may take its process with it, alone, before it is put into quarantine


@dataclass(frozen=True)
class Progress:
    """How far a study is: runs done (those in quarantine included), all runs, seconds so far and to go."""

    done: int
    runs: int
    failed: int
    seconds: float
    left: float


def study_folder(study: Study, root: Path = Path("results", "studies")) -> Path:
    """Where a study lies if nobody says otherwise: its name and the first characters of its identity."""
    return root / f"{plain_name(study.name)}-{study.identity()[:8]}"


def run_study(
    study: Study,
    folder: str | Path | None = None,
    *,
    engine: str = "local",
    workers: int | None = None,
    deadline: float | None = None,
    retry_failed: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Run what is not yet done of a study; the same call after an interruption goes on where it stopped.

    `engine` is `local` (processes), `here` (this process), `dask://HOST:PORT` or `slurm`; `deadline` in seconds a run.
    Results do not depend on engine, workers or interruptions. Raises FupinError if the folder holds another study or is
    being run by another process; KeyboardInterrupt leaves everything done in place.
    """
    check_engine(engine)
    if deadline is not None and not deadline > 0:
        raise FupinError(
            tell(
                f"--deadline {deadline:g} 不允许；允许：每次运行大于 0 秒",
                f"--deadline {deadline:g} is not allowed; allowed: more than 0 seconds a run",
            )
        )
    if workers is not None and workers < 1:
        raise FupinError(
            tell(f"--workers {workers} 不允许；允许：1 以上", f"--workers {workers} is not allowed; allowed: 1 or more")
        )
    folder = Path(folder) if folder else study_folder(study)
    store = Store.create(study, folder)
    with locked(folder):
        store.tidy()
        if retry_failed:
            store.release_failed()
        fill_from_others(store)
        try:
            _Driver(store, engine, workers or default_workers(), deadline, progress).run()
        finally:
            store.tidy()  # of workers that died, or were stopped, meanwhile
    return Results(folder)


class _Driver:
    def __init__(
        self,
        store: Store,
        engine: str,
        workers: int,
        deadline: float | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.store, self.engine, self.workers = store, engine, workers
        self.deadline, self.progress = deadline, progress
        self.window = 1 if engine == "here" else WINDOW * workers  # what is handed out to oneself is done at once
        self.begun = time.monotonic()
        self.done = self.started_with = sum(len(store.study.runs_of(chunk)) for chunk in store.done())

    def run(self) -> None:
        """Until nothing is left to do."""
        self.tell()
        chunks = sorted(set(range(self.store.study.chunks)) - self.store.done())
        fruitless = 0
        while chunks:
            suspects = self.hand_out(chunks)
            for chunk in sorted(suspects):
                self.try_alone(chunk)
            left = sorted(set(chunks) - self.store.done())
            fruitless = fruitless + 1 if len(left) == len(chunks) else 0
            if fruitless == FRUITLESS:
                raise FupinError(
                    "workers end before their first run; a script that calls run_study must do so under "
                    "`if __name__ == \"__main__\":`, or with engine='here'"
                )
            chunks = left

    def hand_out(self, chunks: list[int]) -> set[int]:
        """Run chunks on the engine until all are done or a worker died; returns those that were at work then."""
        waiting = list(reversed(chunks))
        at_work: dict[Future[Report], int] = {}
        with opened(self.engine, min(self.workers, len(chunks))) as executor:
            while waiting or at_work:
                while waiting and len(at_work) < self.window:
                    chunk = waiting.pop()
                    try:
                        at_work[self.submit(executor, chunk)] = chunk
                    except BrokenExecutor:
                        return {chunk for chunk in at_work.values() if active_run(self.store, chunk)}
                finished, _ = wait(at_work, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in finished:
                    chunk = at_work.pop(future)
                    try:
                        self.note(future.result())
                    except (BrokenExecutor, _killed_worker()):
                        suspects = {chunk, *at_work.values()}
                        return {chunk for chunk in suspects if active_run(self.store, chunk)}
        return set()

    def submit(self, executor: Executor, chunk: int) -> Future[Report]:
        """Hand out one chunk."""
        alone = self.engine != "here"
        folder = str(self.store.folder.resolve())
        return executor.submit(run_chunk, folder, chunk, self.deadline, alone=alone, computes=asked())

    def try_alone(self, chunk: int) -> None:
        """Run a chunk in a process of its own, as often as it takes to find all runs that end their process."""
        deaths: dict[int, int] = {}
        while chunk not in self.store.done():
            self.convict(chunk, deaths)
            pool = processes(1)
            try:
                self.note(self.submit(pool, chunk).result())
            except BrokenExecutor:
                found = active_run(self.store, chunk)
                if found is None:
                    raise FupinError(
                        tell(
                            f"一个工作进程在第一次运行前就退出（第 {chunk} 块）",
                            f"a worker died before its first run (chunk {chunk})",
                        )
                    ) from None
                deaths[found[0]] = deaths.get(found[0], 0) + 1
            finally:
                end(pool)

    def convict(self, chunk: int, deaths: dict[int, int]) -> None:
        """Put the run at which a worker died into quarantine, if it is clear that it was the run."""
        found = active_run(self.store, chunk)
        if found is None:
            return
        run, trace = found
        timed_out = trace.startswith("Timeout")
        if timed_out or deaths.get(run, 0) >= LIVES:
            self.store.quarantine(run, "deadline" if timed_out else "ended its process", trace)
        (self.store.active / f"{chunk:05d}").unlink(missing_ok=True)

    def note(self, report: Report) -> None:
        """Count a chunk that is done."""
        self.done += len(self.store.study.runs_of(report.chunk))
        self.tell()

    def tell(self) -> None:
        """Report progress."""
        if not self.progress:
            return
        seconds, runs = time.monotonic() - self.begun, len(self.store.study)
        new = self.done - self.started_with
        left = seconds / new * (runs - self.done) if new else float("nan")
        self.progress(Progress(self.done, runs, len(self.store.failed()), seconds, left))


def _killed_worker() -> type[BaseException]:
    """What Dask raises for a chunk whose workers died again and again; a class never raised where there is no Dask."""
    scheduler = sys.modules.get("distributed.scheduler")
    found: type[BaseException] = scheduler.KilledWorker if scheduler else BrokenExecutor
    return found
