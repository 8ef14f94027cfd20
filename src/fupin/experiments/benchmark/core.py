"""The household core apart from a region: the six phases of the household quarter over some columns.

What the engines are compared on with Mesa objects, with Polars and with the speed of memory, and what is streamed: the
same households as in a region, or as many copies of them as wanted, without villages' markets, booking and instruments.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.columns import Rows, Table
from fupin.model.draws import Draws
from fupin.model.parameters import Values
from fupin.model.processes import settle, settlement
from fupin.model.rules.vocabulary import scalar

if TYPE_CHECKING:
    from fupin.model.region import Region

type Arrays = dict[str, NDArray[Any]]
type Phase = Callable[[Rows], None]  # what a phase does to a window of rows
type Step = Callable[[], None]  # the household quarter for all rows of a core

WHOLE = "whole"  # all phases together


@dataclass(frozen=True)
class Core:
    """Households (`table`), what they see of their villages, the values and the draws of a quarter."""

    table: Table
    villages: Arrays
    values: Values
    draws: Arrays
    luck: Draws
    month: int

    def blocks(self, size: int = settlement.BLOCK) -> Iterator[Rows]:
        """Windows of equal size, at most `size` rows, as the settlement takes them."""
        n = len(self.table)
        return self.table.blocks(-(-n // -(-n // size)))


class Traffic(NamedTuple):
    """Columns of a household that a phase reads before it writes them, and those that it writes."""

    read: tuple[str, ...]
    written: tuple[str, ...]

    def bytes(self, table: Table) -> int:
        """Bytes a household that must come from memory and go back to it."""
        return sum(table[name].itemsize for name in self.read + self.written)


def core_of(region: Region) -> Core:
    """The household core of a region in its month: its own columns, so a run changes the region."""
    return Core(
        region.table_of("household"),
        region.table_of("village").arrays,
        settlement.quarter_values(region),
        vars(region.fate()),
        region.draws,
        region.month,
    )


def copies(core: Core, households: int) -> Core:
    """So many households in columns of their own: those of `core`, again and again, each with its own luck."""
    names = {"uid", "weight", *columns_touched(core)}
    table = Table({name: core.table.columns[name] for name in core.table.columns if name in names}, households)
    for name in table.columns:
        column = table[name]
        for start in range(0, households, len(core.table)):
            part = column[start : start + len(core.table)]
            part[:] = core.table[name][: len(part)]
    table["uid"] = np.arange(households)
    return Core(table, core.villages, core.values, luck_of(core, table["uid"]), core.luck, core.month)


def luck_of(core: Core, uid: NDArray[Any]) -> Arrays:
    """The draws of the quarter for some households."""
    own, work, loss, illness = core.luck.shocks(settlement.QUARTER, core.month, uid, 2, 2)
    return {"own_shock": own, "work_shock": work, "loss_draw": loss, "illness_draw": illness}


def numpy_phases(core: Core) -> dict[str, Phase]:
    """The phases of the NumPy engine, in order; what one leaves for the next is kept for the window of rows."""
    here = SimpleNamespace(h=None)

    def bound(body: Callable[..., None]) -> Phase:
        def run(h: Rows) -> None:
            if here.h is not h:
                here.h, here.f, here.v = h, SimpleNamespace(), settlement.Place(core.villages, h.village)
                here.d = SimpleNamespace(**{name: draw[h.span] for name, draw in core.draws.items()})
            body(h, here.v, core.values, here.d, here.f)

        return run

    return {body.__name__: bound(body) for body in settle.PHASES}


def numpy_quarter(core: Core) -> Step:
    """The household quarter of the NumPy engine: all phases, block by block."""
    phases = numpy_phases(core)

    def run() -> None:
        for h in core.blocks():
            for phase in phases.values():
                phase(h)

    return run


def numpy_times(core: Core, repeats: int = 5) -> dict[str, list[float]]:
    """Nanoseconds a household of each phase of the NumPy engine, and of all, once for each repeat."""
    phases = numpy_phases(core)
    found: dict[str, list[float]] = {name: [] for name in (*phases, WHOLE)}
    for _ in range(repeats):
        seconds = dict.fromkeys(phases, 0.0)
        for h in core.blocks():
            for name, phase in phases.items():
                begun = time.perf_counter()
                phase(h)
                seconds[name] += time.perf_counter() - begun
        for name, taken in (seconds | {WHOLE: sum(seconds.values())}).items():
            found[name].append(1e9 * taken / len(core.table))
    return found


def repeated(run: Callable[[], Any], repeats: int) -> list[float]:
    """Seconds of each of some runs."""
    found = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return found


class _Witness:
    """Stands in for an agent and notes which columns are read and written."""

    def __init__(self, values: dict[str, Any]) -> None:
        vars(self).update(values=values, read={}, written={})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self.written:
            self.read[name] = True
        return self.values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self.written[name] = True
        self.values[name] = value


def traffic_of(core: Core) -> dict[str, Traffic]:
    """What each phase reads and writes of a household, by trial on the first one: rules do not branch on data.

    And what all of them do in one pass: what one has written the next need not read again.
    """
    values = {name: core.table[name].item(0) for name in core.table.columns}
    d = SimpleNamespace(**{name: draw.item(0) for name, draw in core.draws.items()})
    f, found = SimpleNamespace(), {}
    for phase in settle.PHASES:
        witness = _Witness(values)
        seen: set[str] = set()
        scalar(phase)(witness, _Seen(settlement.Place(core.villages, values["village"]), seen), core.values, d, f)
        place = {"village": True} if seen else {}  # whose values are gathered
        found[phase.__name__] = Traffic(tuple(witness.read | place), tuple(witness.written))
    read, written = dict[str, bool](), dict[str, bool]()
    for one in found.values():
        read |= {name: True for name in one.read if name not in written}
        written |= dict.fromkeys(one.written, True)
    return found | {WHOLE: Traffic(tuple(read), tuple(written))}


class _Seen:
    """A place that notes what is asked of it."""

    def __init__(self, place: Any, seen: set[str]) -> None:
        self._place, self._seen = place, seen

    def __getattr__(self, name: str) -> Any:
        self._seen.add(name)
        return getattr(self._place, name)


def columns_touched(core: Core) -> list[str]:
    """Names of the household columns that the household quarter reads or writes."""
    return sorted({name for one in traffic_of(core).values() for name in one.read + one.written})
