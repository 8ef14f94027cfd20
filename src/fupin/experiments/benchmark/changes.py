"""What became slower or quicker between two results, beyond what the machine does by itself.

A figure's noise is the largest of its declared floor (`Noise`: how far measurements of the same code lie apart), of
what the repeats of the two results tell (the quickest repeat is what counts, and how far the middle one lies above it
says how disturbed it was), and of how much quicker or slower the machine itself was: the middle change of what nothing
in fupin can change (the start of Python, the import of NumPy, the speed of memory).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from fupin.errors import FupinError
from fupin.experiments.benchmark.figures import Figure
from fupin.experiments.benchmark.record import SAME, Record
from fupin.labels import tell

ENOUGH = 3  # figures of the machine alone that tell how quick it was


@dataclass(frozen=True)
class Change:
    """One figure in two results. `factor` is the cost against before (above 1: worse), `noise` what means nothing."""

    old: Figure
    new: Figure
    noise: float

    @property
    def factor(self) -> float:
        """New cost over old; of a figure that should be large, old over new."""
        ratio = self.new.value / self.old.value
        return 1.0 / ratio if self.new.kind.more else ratio

    @property
    def slower(self) -> bool:
        """Worse beyond noise."""
        return self.factor > 1.0 + self.noise

    @property
    def quicker(self) -> bool:
        """Better beyond noise."""
        return self.factor < 1.0 / (1.0 + self.noise)


@dataclass(frozen=True)
class Changes:
    """Figures of both results that can be compared, the worst first, and how many are in one alone.

    `machine` is the middle factor of the `witnesses`, the figures of the machine alone, which are not among the others;
    None where there are too few.
    """

    both: list[Change]
    gone: int
    new: int
    machine: float | None
    witnesses: int

    def slower(self) -> list[Change]:
        """Those that became worse beyond noise."""
        return [one for one in self.both if one.slower]

    def quicker(self) -> list[Change]:
        """Those that became better beyond noise, the most first."""
        return [one for one in reversed(self.both) if one.quicker]


def noise_of(one: Figure) -> float:
    """How disturbed a measurement was: the middle repeat over the quickest, less 1; 0 for a single one."""
    if len(one.repeats) < 2 or min(one.repeats) <= 0.0:
        return 0.0
    return median(one.repeats) / min(one.repeats) - 1.0


def changes(old: Record, new: Record) -> Changes:
    """Compare two results figure by figure; raises FupinError if they have no figure in common."""
    before, after = _costs(old.figures), _costs(new.figures)
    pairs = [(before[key], one) for key, one in after.items() if key in before]
    witnesses = [Change(a, b, 0.0).factor for a, b in pairs if b.kind.machine]
    machine = median(witnesses) if len(witnesses) >= ENOUGH else None
    drift = max(machine, 1.0 / machine) - 1.0 if machine else 0.0
    shared = [
        Change(a, b, max(a.noise or 0.0, b.noise or 0.0, math.hypot(noise_of(a), noise_of(b)), drift))
        for a, b in pairs
        if not b.kind.machine
    ]
    if not shared:
        raise FupinError(tell("两个结果没有共同的项目", "the two results have no figure in common"))
    shared.sort(key=lambda one: -one.factor)
    gone, fresh = len(before.keys() - after.keys()), len(after.keys() - before.keys())
    return Changes(shared, gone, fresh, machine, len(witnesses))


def other_machine(old: Record, new: Record) -> list[str]:
    """What differs between the machines of two results, in words; empty on the same one."""
    pairs = [(name, old.machine.get(name), new.machine.get(name)) for name in SAME]
    return [f"{name} {a} / {b}" for name, a, b in pairs if a != b]


def other_settings(old: Record, new: Record) -> list[str]:
    """What else differs: versions, and how it was measured."""
    found = []
    for a, b in ((old.machine, new.machine), (old.settings, new.settings)):
        names = [name for name in {**a, **b} if name not in SAME]
        found += [f"{name} {a.get(name, '–')} / {b.get(name, '–')}" for name in names if a.get(name) != b.get(name)]
    return found


def _costs(figures: Iterable[Figure]) -> dict[tuple[str, str, str], Figure]:
    positive = (one for one in figures if one.kind.noise is not None and one.value > 0.0)
    return {one.identity: one for one in positive}
