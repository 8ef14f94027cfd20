"""Which engine a region runs on: `numpy`, the reference; `compiled`, with Numba; or `auto`, whichever is done first."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from contextvars import ContextVar

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.engine.store import is_warm

ENGINES = ("auto", "numpy", "compiled")
VARIABLE = "FUPIN_ENGINE"
WORTH = 5_000_000  # household-months of a run that repay reading the loops, half a second
WORTH_COMPILING = 50_000_000  # and that repay compiling them, which is done once
_STEADY: ContextVar[str | None] = ContextVar("_STEADY", default=None)


def use(engine: str) -> None:
    """Have this process, and those that it starts, use an engine where a region does not name one."""
    os.environ[VARIABLE] = checked(engine)


def checked(engine: str) -> str:
    """The name of an engine that can be had; `FupinError` otherwise."""
    if engine not in ENGINES:
        raise FupinError(
            tell(
                f"没有引擎 {engine!r}；{nearest(engine, ENGINES)}",
                f"engine {engine!r} is not known; {nearest(engine, ENGINES)}",
            )
        )
    if engine == "compiled" and not installed():
        raise FupinError(
            tell(
                "编译引擎需要 Numba；请安装 fupin[fast]，或用 --engine numpy",
                "the compiled engine needs Numba; install fupin[fast], or use --engine numpy",
            )
        )
    return engine


@contextlib.contextmanager
def steadily(engine: str) -> Iterator[None]:
    """For a while, in this thread, use an engine where a region does not name one; `auto` by a region's size alone.

    Which loops a machine keeps already then has no say, so that many runs are the same whatever was run before them.
    """
    token = _STEADY.set(checked(engine))
    try:
        yield
    finally:
        _STEADY.reset(token)


def asked() -> str:
    """The engine that this process uses where a region does not name one."""
    return os.environ.get(VARIABLE) or "auto"


def installed() -> bool:
    """Is Numba there? Looks without importing it."""
    return importlib.util.find_spec("numba") is not None


def is_compiled(engine: str | None, household_months: float) -> bool:
    """Does a region of so many households and months run compiled?"""
    steady = _STEADY.get()
    name = checked(engine or steady or asked())
    if name != "auto" or household_months < WORTH or not installed():
        return name == "compiled"
    return steady is not None or household_months >= WORTH_COMPILING or is_warm()
