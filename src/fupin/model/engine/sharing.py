"""Rows shared out among threads. Loops run without the interpreter's lock, so two cores halve a long one.

Every row is worked on by one thread and sums are made by chunks of rows, so the number of threads changes no result.
The threads are Python's own: several of them may run regions at once, as a server does.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.model.engine.store import Loop
from fupin.model.engine.writing import CHUNK

VARIABLE = "FUPIN_THREADS"
FEW = 4 * CHUNK  # rows for which it is not worth waking another thread


def threads() -> int:
    """Threads that a loop may use in this process: `FUPIN_THREADS`, by default one."""
    given = os.environ.get(VARIABLE, "1")
    if not given.isdecimal() or not 1 <= int(given) <= 64:
        raise FupinError(
            tell(
                f"{VARIABLE}={given!r}：应为 1 至 64 的线程数",
                f"{VARIABLE}={given!r}: a number of threads from 1 to 64 is wanted",
            )
        )
    return int(given)


@contextlib.contextmanager
def using(number: int) -> Iterator[None]:
    """So many threads for a while, in this process and those that it starts."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(number)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def shared_out(loop: Loop, rows: int, arguments: Sequence[Any]) -> None:
    """Run a loop over its rows, in as many threads as may be used."""
    parts = threads() if rows >= FEW and loop.ready else 1
    if parts == 1:
        loop.run(0, rows, *arguments)
        return
    chunks = -(-rows // CHUNK)
    cuts = [min(chunks * part // parts * CHUNK, rows) for part in range(parts + 1)]
    others = [_pool(parts).submit(loop.run, *cuts[part : part + 2], *arguments) for part in range(1, parts)]
    loop.run(*cuts[:2], *arguments)
    for other in others:
        other.result()


@functools.cache
def _pool(parts: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(parts - 1, "fupin-loop")
