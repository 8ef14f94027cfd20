"""The county's plan of the year: the money of its lines is divided over the programmes before any of them draws.

A county answers for plan, funds and projects (seed 001, organisation; 004: it decides alone from 2016). It does not
know what the year will bring, so it plans from what each programme asked the year before: what was paid and what was
last refused. Where the lines hold less than that, each gets the same part of it. What they hold beyond goes to the
programmes that used up their part (or to all alike where none is known). A programme that is new is put down for what
the middle one of its use asks. So nobody is paid less for standing later in the package, or for paying late in the
year. The rule of division is an assumption; no source has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.calendar import DECEMBER, JANUARY
from fupin.model.near import FEN
from fupin.model.rules.budgets import part_met

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]
type Rows = NDArray[np.int64]

USED_UP = 0.9  # of its part, from which a programme is thought to have wanted more: half a project may be left over


@dataclass
class YearPlan:
    """What each programme asks and may spend, by county, population yuan; keys are ids of instruments."""

    wanted: dict[str, Amounts] = field(default_factory=dict)  # what it asked last year
    eager: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # used up its part last year
    allotted: dict[str, Amounts] = field(default_factory=dict)  # still to be spent
    paid: dict[str, Amounts] = field(default_factory=dict)  # this year, out of the lines or not
    refused: dict[str, Amounts] = field(default_factory=dict)  # this year, the last time it asked

    def close_year(self) -> None:
        """What was paid and refused this year is what is asked for the next; who used up its part asks no less."""
        if names := list(self.allotted):
            left = np.array(list(self.allotted.values()))
            nothing = np.zeros(left.shape[1])
            paid, refused, before = (laid(known, names, nothing) for known in (self.paid, self.refused, self.wanted))
            used_up = left < (1.0 - USED_UP) * (paid + left) + FEN
            asked = paid + refused
            self.wanted |= zip(names, np.where(used_up, np.maximum(asked, before), asked), strict=True)
            self.eager |= zip(names, used_up, strict=True)
        self.allotted.clear()
        self.paid.clear()
        self.refused.clear()

    def divide(self, uses: dict[str, str], lines: dict[str, Amounts], admitting: dict[str, tuple[str, ...]]) -> None:
        """Divide all that the lines hold now; `uses` are the programmes of the year with their use.

        The narrowest lines are divided first: what one use alone may spend goes to its programmes.
        """
        count, names = len(next(iter(lines.values()))), list(uses)
        want = self.still_wanted(uses, count).reshape(-1, count)
        eager = laid(self.eager, names, np.ones(count, np.bool_)).astype(np.float64)
        allotted = np.zeros_like(want)
        admitted = {line: np.array([line in admitting[use] for use in uses.values()], np.bool_) for line in lines}
        breadth = {line: len({use for use in uses.values() if line in admitting[use]}) for line in lines}
        for line in sorted(lines, key=breadth.__getitem__):
            some, money = admitted[line].nonzero()[0], np.maximum(lines[line], 0.0)
            if not len(some) or not money.any():
                continue
            open_wants = (want[some] - allotted[some]).clip(0.0)
            part = part_met(money, open_wants.sum(axis=0))
            given = part * open_wants
            rest = np.maximum(money - given.sum(axis=0), 0.0)
            keen = eager[some]
            keen[:, ~keen.any(axis=0)] = 1.0
            given += rest * keen / keen.sum(axis=0)
            allotted[some] += given
        self.allotted = dict(zip(names, allotted, strict=True))

    def still_wanted(self, uses: dict[str, str], count: int) -> Amounts:
        """What each programme asked last year less what it has had this year, or what it was refused this year if that
        is more; if it is new, what is typical of its use."""
        new = dict.fromkeys(use for name, use in uses.items() if name not in self.wanted)
        typical = {use: self.typical(use, uses, count) for use in new}
        wanted = np.array([self.wanted[name] if name in self.wanted else typical[use] for name, use in uses.items()])
        paid, refused = (laid(known, uses, np.zeros(count)) for known in (self.paid, self.refused))
        return np.asarray(np.maximum(wanted - paid, refused).clip(0.0))

    def typical(self, use: str, uses: dict[str, str], count: int) -> Amounts:
        """What the middle programme of a use asked last year, by county."""
        known = [self.wanted[name] for name, its_use in uses.items() if its_use == use and name in self.wanted]
        return np.asarray(np.median(known, axis=0)) if known else np.zeros(count)

    def note_paid(self, name: str, yuan: Amounts) -> Amounts:
        """Book what a programme needs; returns the part that its plan covers."""
        self.paid[name] = self.paid.get(name, 0.0) + yuan
        allotted = self.allotted.get(name)
        if allotted is None:
            return np.minimum(yuan, 0.0)
        covered = np.minimum(yuan, allotted)
        self.allotted[name] = allotted - covered
        return covered

    def note_refused(self, name: str, yuan: Amounts) -> None:
        """Remember what was asked and not paid for; asking again for the same counts once."""
        self.refused[name] = yuan


def laid(known: Mapping[str, NDArray[Any]], names: Iterable[str], missing: NDArray[Any]) -> NDArray[Any]:
    """What is known of each of some programmes, one below the other."""
    return np.array([known.get(name, missing) for name in names])


def programmes(region: Region) -> list[Instrument]:
    """Instruments that offer something and are in force at some time of the year."""
    january = region.year * 12
    offering = (one for one in region.instruments if one.months)
    return [one for one in offering if one.settings.active_within(january, january + DECEMBER - JANUARY)]
