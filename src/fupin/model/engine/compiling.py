"""How loops are compiled: no two arguments share memory, nothing is rounded otherwise than NumPy does, no interpreter.

LLVM vectorises a loop over fifty columns only if it knows that they do not overlap; Numba tells it so for kernels
compiled with `NoAlias`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.compiler import Compiler


class NoAlias(Compiler):  # type: ignore[misc]
    """Numba's compiler, told that the arrays which a kernel is given do not overlap."""

    def compile_extra(self, func: Any) -> Any:
        self.state.flags.noalias = True
        return super().compile_extra(func)


def compiled(loop: Callable[..., None]) -> Any:
    """A loop as machine code, kept on disk beside its text."""
    return njit(pipeline_class=NoAlias, nogil=True, error_model="numpy", cache=True)(loop)


def unkept(loop: Callable[..., None]) -> Any:
    """The same, kept nowhere."""
    return njit(pipeline_class=NoAlias, nogil=True, error_model="numpy")(loop)


@njit(fastmath={"reassoc"}, forceinline=True)
def plus(a: Any, b: Any) -> Any:
    """a + b where the order of additions is free: the only place where a loop may sum several rows at a time."""
    return a + b
