"""Which engine a region runs on: `numpy`, the reference; `compiled`, with Numba; or `auto`, whichever is done first."""

from __future__ import annotations

import importlib.util
import os

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.engine.store import is_warm

ENGINES = ("auto", "numpy", "compiled")
VARIABLE = "FUPIN_ENGINE"
WORTH = 5_000_000  # household-months of a run that repay reading the loops, half a second
WORTH_COMPILING = 50_000_000  # and that repay compiling them, which is done once


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


def installed() -> bool:
    """Is Numba there? Looks without importing it."""
    return importlib.util.find_spec("numba") is not None


def is_compiled(engine: str | None, household_months: float) -> bool:
    """Does a region of so many households and months run compiled?"""
    name = checked(engine or os.environ.get(VARIABLE) or "auto")
    if name != "auto" or household_months < WORTH or not installed():
        return name == "compiled"
    return household_months >= WORTH_COMPILING or is_warm()
