"""The household core over more households than fit: blocks that are generated, run and reduced, one at a time.

Every block is the population of the base, in the columns of the block before, with the luck of its own households; what
is kept of it are sums. So memory does not grow with the number of households.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fupin.experiments.benchmark.core import Core, columns_touched, copies, core_of, luck_of
from fupin.experiments.benchmark.engines import ENGINES, NUMPY
from fupin.experiments.benchmark.machine import in_process, peak_memory
from fupin.experiments.benchmark.speed import world_of

if TYPE_CHECKING:
    from fupin.model.region import Region

STAGES = ("generate", "draw", "run", "reduce")
SUMS = ("households", "members", "income", "consumption", "below_line")


@dataclass(frozen=True)
class Streamed:
    """What streaming cost: nanoseconds a household of each stage, and the sums over all households.

    `before` and `peak` are the largest memory of the process until the first block and at the end, GB; `held` are the
    bytes a household in the columns of a block.
    """

    households: int
    block: int
    nanoseconds: dict[str, float]
    sums: dict[str, float]
    before: float | None
    peak: float | None
    held: float


def region_of_core(size: int = 10_000, engine: str = NUMPY) -> Region:
    """A region in the third month of its start, whose households are the base of the core."""
    world = world_of(size, 1)
    region = ENGINES[engine].build(world)
    region.run_to(world.start + 2)
    return region


def stream(base: Core, households: int, engine: str = NUMPY) -> Streamed:
    """The household quarter for so many households, in blocks of the base's size; at least one block."""
    size = len(base.table)
    held = copies(base, size)  # the only columns there are
    touched, use = columns_touched(base), ENGINES[engine]
    quarter = use.quarter(held)
    quarter()  # what is made once is made now; the state is that of no block
    taken, sums = dict.fromkeys(STAGES, 0.0), dict.fromkeys(SUMS, 0.0)
    before = peak_memory()
    blocks = -(-households // size)
    for number in range(blocks):
        marks = [time.perf_counter()]
        for name in touched:
            held.table[name] = base.table[name]
        held.table["uid"] = np.arange(number * size, (number + 1) * size)
        marks.append(time.perf_counter())
        if not use.draws:
            held.draws.update(luck_of(held, held.table["uid"]))
        marks.append(time.perf_counter())
        quarter()
        marks.append(time.perf_counter())
        for name, value in reduced(held).items():
            sums[name] += value
        marks.append(time.perf_counter())
        for stage, begun, ended in zip(STAGES, marks, marks[1:], strict=False):
            taken[stage] += ended - begun
    per = 1e9 / (blocks * size)
    nanoseconds = {stage: per * seconds for stage, seconds in taken.items()}
    bytes_each = held.table.nbytes / size
    return Streamed(blocks * size, size, nanoseconds, sums, before, peak_memory(), bytes_each)


def reduced(core: Core) -> dict[str, float]:
    """Sums over the households of a core: how many, their members, income of the year, spending, and the poor."""
    columns = core.table
    members, income = columns["members"], columns["income_year"]
    return {
        "households": float(len(columns)),
        "members": float(members.sum()),
        "income": float(income.sum()),
        "consumption": float(columns["consumption"].sum()),
        "below_line": float(members[income < core.values.poverty_line * members].sum()),
    }


def streamed(households: int, size: int = 10_000, engine: str = NUMPY) -> Streamed:
    """`stream` over a base of about `size` households, in a process of its own: its memory is nobody else's."""
    return in_process(_stream_of, households, size, engine)


def _stream_of(households: int, size: int, engine: str) -> Streamed:
    return stream(core_of(region_of_core(size, engine)), households, engine)
