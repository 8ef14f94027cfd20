"""The household core on the compiled engine: one loop for all phases, with its draws in it or supplied to it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from fupin.experiments.benchmark.core import WHOLE, Core, Step, repeated
from fupin.model.engine.kernels import Calls, rowwise
from fupin.model.parameters import Values
from fupin.model.processes.settlement import live_quarter


@rowwise("household")
def core_quarter(region: Any, h: Any, p: Values) -> None:
    """The household quarter without booking."""
    live_quarter(region, h, p)


@rowwise("household")
def core_quarter_supplied(region: Any, h: Any, p: Values, **draws: Any) -> None:
    """The same with its draws supplied."""
    live_quarter(region, h, p, SimpleNamespace(**draws))


class _CoreRegion:
    """As much of a region as the household quarter asks for."""

    compiled = True

    def __init__(self, core: Core) -> None:
        self.p, self.draws, self.month, self.calls = core.values, core.luck, core.month, Calls()
        villages = {name: SimpleNamespace(dtype=column.dtype) for name, column in core.villages.items()}
        self._tables = {
            "household": core.table,
            "village": SimpleNamespace(arrays=core.villages, columns=villages),
        }

    def table_of(self, kind: str) -> Any:
        """The columns of a kind of agent."""
        return self._tables[kind]


def compiled_quarter(core: Core) -> Step:
    """The household quarter of the compiled engine."""
    region: Any = _CoreRegion(core)
    return lambda: core_quarter(region, p=core.values)


def supplied_quarter(core: Core) -> Step:
    """The household quarter of the compiled engine with the draws of the core."""
    region: Any = _CoreRegion(core)
    return lambda: core_quarter_supplied(region, p=core.values, **core.draws)


def compiled_times(core: Core, repeats: int = 5) -> dict[str, list[float]]:
    """Nanoseconds a household of all phases, which are one loop, once for each repeat."""
    run = compiled_quarter(core)
    run()
    return {WHOLE: [1e9 * seconds / len(core.table) for seconds in repeated(run, repeats)]}
