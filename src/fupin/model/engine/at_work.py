"""Which engine is at work in this thread: for what many call and nobody tells, as the queues of `processes/queue.py`.

A region says so while one of its processes runs. Everywhere else it is NumPy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class _Here(threading.local):
    """Each thread has its own: a server may run two regions on two engines."""

    compiled = False


here = _Here()


def on[T](compiled: bool, run: Callable[..., T], *arguments: object) -> T:
    """What a function gives on the compiled engine, or on NumPy."""
    before, here.compiled = here.compiled, compiled
    try:
        return run(*arguments)
    finally:
        here.compiled = before
