"""Where chunks are run: in this process, on processes of this machine, on a Dask cluster, on Slurm.

Every engine is a `concurrent.futures` executor; parts are written by the workers, so those of a cluster must see the
study's folder under the same path.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from fupin.errors import FupinError
from fupin.experiments.study.worker import start_worker
from fupin.labels import tell

ANSWER = 5.0  # seconds that a cluster has to answer
ENGINES = ("local", "here", "dask://ADDRESS", "slurm")


class Here(Executor):
    """Runs everything at once in the driver's own process: to debug a task, and where processes are not allowed."""

    def submit[**P, R](self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call it now; the future is finished."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # a future holds whatever its function raised
            future.set_exception(error)
        return future


def check_engine(name: str) -> None:
    """Raise FupinError for an engine that there is not."""
    if name not in ("local", "here", "slurm") and not name.startswith("dask://"):
        raise FupinError(
            tell(
                f"--engine {name!r} 不能识别；允许：{', '.join(ENGINES)}",
                f"--engine {name!r} is not known; allowed: {', '.join(ENGINES)}",
            )
        )


def default_workers() -> int:
    """As many as there are cores to use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def opened(name: str, workers: int) -> Iterator[Executor]:
    """An executor of an engine; leaving it ends what is still running on this machine."""
    check_engine(name)
    if name == "here":
        yield Here()
        return
    if name == "local":
        pool = processes(workers)
        try:
            yield pool
        finally:
            end(pool)
        return
    with _cluster(name, workers) as executor:
        yield executor


def processes(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh processes: nothing of the driver (its lock, its threads) is inherited."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker)


def end(pool: ProcessPoolExecutor) -> None:
    """Stop a pool at once: a part is whole or not there, so nothing is lost that was not lost anyway."""
    alive = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in alive:
        process.kill()
    for process in alive:
        process.join()


@contextmanager
def _cluster(name: str, workers: int) -> Iterator[Executor]:
    distributed = _needed(
        "distributed",
        tell(f"--engine {name} 需要 Dask；请安装 fupin[dask]", f"--engine {name} needs Dask; install fupin[dask]"),
    )
    cluster: Any = None
    if name == "slurm":
        queues = _needed(
            "dask_jobqueue",
            tell(
                "--engine slurm 需要 dask-jobqueue；请安装 fupin[slurm]",
                "--engine slurm needs dask-jobqueue; install fupin[slurm]",
            ),
        )
        cluster = queues.SLURMCluster()  # its settings are those of the user's own jobqueue configuration
        cluster.scale(workers)
    try:
        client = distributed.Client(cluster or name.replace("dask://", "tcp://"), timeout=ANSWER)
    except (OSError, ValueError) as error:  # nobody answers, or it is no address
        raise FupinError(
            tell(
                f"--engine {name}：那里没有 Dask 调度器应答（{error}）",
                f"--engine {name}: no Dask scheduler answers there ({error})",
            )
        ) from None
    try:
        yield client.get_executor(pure=False, retries=0)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def _needed(module: str, advice: str) -> Any:
    """An optional library, or one message that says how to get it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise FupinError(advice) from None
