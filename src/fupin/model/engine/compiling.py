"""How loops are compiled: no two arguments share memory, nothing is rounded otherwise than NumPy does, no interpreter.

LLVM vectorises a loop over fifty columns only if it knows that they do not overlap; Numba tells it so for kernels
compiled with `NoAlias`.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

from llvmlite.binding import get_host_cpu_features
from numba import config, njit
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import IRLegalization, NativeLowering, NoPythonBackend, NopythonTypeInference
from numba.core.untyped_passes import FixupArgs, IRProcessing, TranslateByteCode

# Instructions that gather eight values by eight indices take longer, on many processors by half, than eight loads.
# LLVM uses them unless told not to; Numba has no other place to tell it, and looks there when it first compiles.
if config.CPU_FEATURES is None and platform.machine().lower() in ("x86_64", "amd64"):
    config.CPU_FEATURES = f"{get_host_cpu_features().flatten()},+prefer-no-gather"


PASSES = (
    TranslateByteCode,
    FixupArgs,
    IRProcessing,
    NopythonTypeInference,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
)
"""What Numba does to a loop that `writing` wrote. Its other passes rewrite what no such loop has (closures, array
expressions, `with`, branches on types) or name variables anew where they are set again, as LLVM does anyway: a quarter
of the time of compiling."""


class NoAlias(Compiler):  # type: ignore[misc]
    """Numba's compiler, told that the arrays which a kernel is given do not overlap: for loops that people wrote."""

    def compile_extra(self, func: Any) -> Any:
        self.state.flags.noalias = True
        return super().compile_extra(func)


class FewPasses(NoAlias):
    """The same with few passes, for loops that `writing` wrote."""

    def define_pipelines(self) -> list[Any]:
        passes = PassManager("loop")
        for one in PASSES:
            passes.add_pass(one, one.name())
        passes.finalize()
        return [passes]


def compiled(loop: Callable[..., None]) -> Any:
    """A loop as machine code, kept on disk beside its text."""
    return njit(pipeline_class=FewPasses, nogil=True, error_model="numpy", cache=True)(loop)


def compiled_by_hand(loop: Callable[..., None]) -> Any:
    """The same for a loop that somebody wrote."""
    return njit(pipeline_class=NoAlias, nogil=True, error_model="numpy", cache=True)(loop)


def unkept(loop: Callable[..., None]) -> Any:
    """Either, kept nowhere."""
    return njit(pipeline_class=NoAlias, nogil=True, error_model="numpy")(loop)


@njit(fastmath={"reassoc"}, forceinline=True)
def plus(a: Any, b: Any) -> Any:
    """a + b where the order of additions is free: the only place where a loop may sum several rows at a time."""
    return a + b
