"""How far two measurements of the same code lie apart, by class of figure; each declared figure names its own.

Taken from two runs of `fupin bench --full` of the same code an hour apart on the machine of benchmarks/README.md (466
figures), with a margin, and tried on parts of it measured again; benchmarks/README.md has the table.
"""

from __future__ import annotations

from typing import NamedTuple

LARGE = 30_000  # households from which on a table is larger than the caches nearest to a core
MONTHS = 3  # in a household-quarter


class Noise(NamedTuple):
    """What changes of a figure mean nothing: how far measurements of the same code lay apart, and a margin.

    Two processes that measure the same thing differ by more than the repeats within one of them tell: where columns lie
    in memory and what else the machine does stays as it is for minutes. `large` is the share of the figure that means
    nothing from `LARGE` households on, or where there is no number of households; `small` below, where what fits a
    cache depends on its place; `call` the nanoseconds a month that mean nothing, whatever they are a share of: a
    process of two microseconds is measured with the clock and the interpreter.
    """

    large: float
    small: float
    call: float = 0.0

    def of(self, value: float, households: int | None) -> float:
        """The share of a figure that means nothing (`value` in nanoseconds a household-quarter where `call` counts)."""
        floor = self.small if households is not None and households < LARGE else self.large
        return floor + (MONTHS * self.call / (households * value) if self.call and households and value > 0.0 else 0.0)


STEADY = Noise(0.12, 0.35)  # months of a region, and whatever is the quickest of several repeats
COUNTED = Noise(0.01, 0.01)  # bytes, which do not depend on the machine
PARTS_OF = Noise(0.3, 0.45, call=1_000.0)  # processes: parts of a sum that is told with less noise
STEPS = Noise(0.2, 0.2)
STARTS = Noise(0.25, 0.25)  # processes that start, stores that are read: once, or a few times
BRIEF = Noise(0.3, 0.8)  # a loop or two, without a region: all of it depends on where its columns lie
SHARED = Noise(0.45, 0.6)  # two threads on two cores, of which others want one
OF_TWO = Noise(0.4, 0.8)  # a ratio of two such
FITTED = Noise(0.2, 0.2)  # what a regression through sizes says of the smallest
