"""The engines that are measured: how each builds a region and carries out the household core.

An engine is one entry of `ENGINES`; every measurement and every table takes all of them that are here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fupin.errors import FupinError, nearest
from fupin.experiments.benchmark.compiled import compiled_quarter, compiled_times, supplied_quarter
from fupin.experiments.benchmark.core import Core, Step, numpy_quarter, numpy_times
from fupin.labels import tell
from fupin.model.engine.choice import installed
from fupin.scenarios.build import build_region

if TYPE_CHECKING:
    from fupin.model.parameters import ParameterBook
    from fupin.model.region import Region
    from fupin.model.region_data import RegionData
    from fupin.scenarios.resolved import ResolvedScenario

NUMPY, COMPILED = "numpy", "compiled"
NAMES = {NUMPY: ("NumPy", "NumPy"), COMPILED: ("编译", "compiled")}


@dataclass(frozen=True)
class Engine:
    """An engine by name, and how it carries out the household core.

    `quarter` makes the step of a core; `times` are nanoseconds a household of each phase that the engine has apart, and
    of `WHOLE`, by repeat. One that `draws` makes its draws in its pass; `supplied` is then the step that takes those of
    the core, as the others do. One that `shares` can use several threads.
    """

    name: str
    quarter: Callable[[Core], Step]
    times: Callable[[Core, int], dict[str, list[float]]]
    draws: bool = False
    shares: bool = False
    supplied: Callable[[Core], Step] | None = None

    def build(
        self, world: ResolvedScenario, data: RegionData | None = None, book: ParameterBook | None = None
    ) -> Region:
        """A region that runs on this engine."""
        return build_region(world, data, book, engine=self.name)


ENGINES: dict[str, Engine] = {NUMPY: Engine(NUMPY, numpy_quarter, numpy_times)}
if installed():
    ENGINES[COMPILED] = Engine(
        COMPILED, compiled_quarter, compiled_times, draws=True, shares=True, supplied=supplied_quarter
    )


def chosen(name: str = "all") -> list[str]:
    """The engines of a name, or all that are here, NumPy first; raises FupinError for one that is not."""
    if name == "all":
        return list(ENGINES)
    if name in ENGINES:
        return [name]
    if name in NAMES:
        raise FupinError(
            tell(f"引擎 {name} 不可用；请安装 fupin[fast]", f"the {name} engine is not here; install fupin[fast]")
        )
    raise FupinError(
        tell(
            f"没有引擎 {name!r}；{nearest(name, ['all', *NAMES])}",
            f"no engine {name!r}; {nearest(name, ['all', *NAMES])}",
        )
    )
