"""The engines that are measured: how each builds a region and carries out the household core.

An engine is one entry of `ENGINES`; every measurement and every table takes all of them that are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fupin.errors import FupinError, nearest
from fupin.experiments.benchmark.core import Core, Phase, numpy_phases
from fupin.labels import tell
from fupin.library import library
from fupin.model.parameters import ParameterBook, load_parameters
from fupin.scenarios.build import build_region

if TYPE_CHECKING:
    from fupin.model.region import Region
    from fupin.model.region_data import RegionData
    from fupin.scenarios.resolved import ResolvedScenario

NUMPY, COMPILED = "numpy", "compiled"
NAMES = {NUMPY: ("NumPy", "NumPy"), COMPILED: ("编译", "compiled")}


@dataclass(frozen=True)
class Engine:
    """An engine by name: further arguments of `build_region`, and the phases of the household quarter over a core."""

    name: str
    phases: Callable[[Core], Mapping[str, Phase]]
    arguments: dict[str, Any] = field(default_factory=dict)

    def build(
        self, world: ResolvedScenario, data: RegionData | None = None, book: ParameterBook | None = None
    ) -> Region:
        """A region that runs on this engine."""
        return build_region(world, data, book or load_parameters(library("model", "parameters")), **self.arguments)


ENGINES: dict[str, Engine] = {NUMPY: Engine(NUMPY, numpy_phases)}


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
    raise FupinError(f"no engine {name!r}; {nearest(name, ['all', *NAMES])}")
