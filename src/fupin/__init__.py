"""fupin (扶贫): a laboratory for rural poverty policy.

The names below are found on first use: importing fupin costs nothing, Mesa and NumPy load when a model is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fupin.errors import FupinError
    from fupin.model.region import Region
    from fupin.scenarios.overrides import prepare
    from fupin.scenarios.policy import Policy, load_policy
    from fupin.scenarios.resolved import ResolvedScenario
    from fupin.scenarios.scenario import Scenario, load_scenario

__version__ = "0.1.0"

_HOMES = {
    "FupinError": "fupin.errors",
    "Policy": "fupin.scenarios.policy",
    "Region": "fupin.model.region",
    "ResolvedScenario": "fupin.scenarios.resolved",
    "Scenario": "fupin.scenarios.scenario",
    "load_policy": "fupin.scenarios.policy",
    "load_scenario": "fupin.scenarios.scenario",
    "prepare": "fupin.scenarios.overrides",
}
__all__ = [
    "FupinError",
    "Policy",
    "Region",
    "ResolvedScenario",
    "Scenario",
    "__version__",
    "load_policy",
    "load_scenario",
    "prepare",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'fupin' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
