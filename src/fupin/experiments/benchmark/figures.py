"""What a figure of the benchmark is: a declared kind with a budget for each engine, and what was measured.

A figure that no engine changes (Mesa objects, the start of a program) has the engine "" and the first of the budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fupin.experiments.benchmark.engines import COMPILED
from fupin.experiments.benchmark.noise import STEADY, Noise

type Budgets = tuple[float | None, float | None]  # NumPy, compiled


@dataclass(frozen=True)
class Kind:
    """A declared figure. `budgets` hold at every size, or by size; with `more` they are the least, else the most.

    `scaled` budgets are for 84 months and the nominal size. `noise` is the change that means nothing; None for a figure
    that is a check and not a cost. `machine` figures are of the machine alone: nothing in fupin changes them.
    """

    name: str
    part: str
    zh: str
    en: str
    unit: str
    budgets: Budgets | Mapping[int, Budgets] = (None, None)
    more: bool = False
    scaled: bool = False
    row: int | None = None
    noise: Noise | None = STEADY
    machine: bool = False

    def budget(self, engine: str, size: int | None = None) -> float | None:
        """The budget of an engine, at a nominal size where that matters."""
        pair = self.budgets.get(size or 0, (None, None)) if isinstance(self.budgets, Mapping) else self.budgets
        return pair[1] if engine == COMPILED else pair[0]

    def sizes(self) -> Sequence[int | None]:
        """Sizes at which there is a budget, or [None]."""
        return list(self.budgets) if isinstance(self.budgets, Mapping) else [None]


@dataclass(frozen=True)
class Figure:
    """One measured figure. `at` tells those of one kind apart; `repeats` are what `value` is the best of, if known.

    `households` are those that it was measured with, where their number matters.
    """

    kind: Kind
    value: float
    zh: str
    en: str
    at: str = ""
    engine: str = ""
    budget: float | None = None
    repeats: tuple[float, ...] = ()
    households: int | None = None

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.kind.more else self.value <= self.budget

    @property
    def share(self) -> float | None:
        """The figure in shares of its budget."""
        return None if self.budget is None else self.value / self.budget

    @property
    def noise(self) -> float | None:
        """The relative change that means nothing, as declared; None for a check."""
        declared = self.kind.noise
        return None if declared is None else declared.of(self.value, self.households)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same figure in another result."""
        return self.kind.name, self.at, self.engine
