"""Mesa models moved over to array-backed agents by changing nothing but their imports.

`moved(name)` executes the source of a module again with `mesa` replaced by a stand-in that hands out `ArrayModel`,
`ArrayAgent` and array-backed cell agents under Mesa's names, and everything else from Mesa itself.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import mesa
import mesa.discrete_space
import mesa.experimental.continuous_space

from fupin.model.agent import ArrayAgent
from fupin.model.population import ArrayModel


class CellAgent(ArrayAgent, mesa.discrete_space.CellAgent):
    pass


class FixedAgent(ArrayAgent, mesa.discrete_space.FixedAgent):
    pass


class ContinuousSpaceAgent(ArrayAgent, mesa.experimental.continuous_space.ContinuousSpaceAgent):
    pass


def _stand_in(name: str, original: ModuleType, **ours: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update({key: value for key, value in vars(original).items() if not key.startswith("__")} | ours)
    module.__path__ = []
    sys.modules[name] = module
    return module


_CELLS = _stand_in("moved_mesa.discrete_space", mesa.discrete_space, CellAgent=CellAgent, FixedAgent=FixedAgent)
_PLANE = _stand_in(
    "moved_mesa.experimental.continuous_space",
    mesa.experimental.continuous_space,
    ContinuousSpaceAgent=ContinuousSpaceAgent,
)
_stand_in("moved_mesa.experimental", mesa.experimental, continuous_space=_PLANE)
_stand_in("moved_mesa", mesa, Model=ArrayModel, Agent=ArrayAgent, discrete_space=_CELLS)


_REPLACED = [r"\.discrete_space", r"\.experimental\.continuous_space"]


def moved(name: str) -> ModuleType:
    """The module `name`, and the modules it takes from Mesa's examples, with the stand-in for `mesa`."""
    new_name = "moved_" + name.replace(".", "_")
    if new_name in sys.modules:
        return sys.modules[new_name]
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    for other in re.findall(r"from (mesa\.examples\.\S+) import", source):
        source = source.replace(f"from {other} import", f"from {moved(other).__name__} import")
    source = re.sub(r"(?m)^import mesa$", "import moved_mesa as mesa", source)
    source = re.sub(rf"(?m)^from mesa({'|'.join(_REPLACED)}|) import", r"from moved_mesa\1 import", source)
    module = ModuleType(new_name)
    module.__file__ = spec.origin
    sys.modules[new_name] = module
    exec(compile(source, spec.origin, "exec"), module.__dict__)
    return module
