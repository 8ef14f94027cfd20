"""Decisions between numbers that are equal but for rounding.

Two engines, or two orders of adding up, agree to about fifteen digits. Where a decision compares what is equal in the
terms of the model (a budget that pays for exactly three houses, a debt that has been paid off, keys of priority that
tie), the last digit must not decide: these words decide alike whatever it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

NEAR = 1e-9
"""Relative difference up to which two numbers count as equal."""
TIE = 1e-12
"""The same for keys of priority, as a part of the largest: finer, because draws are keys that lie close together."""
FEN = 0.01
"""The smallest coin, yuan: who owes less owes nothing, and an instalment short by less is paid."""


_noted: Counter[str] | None = None


@contextmanager
def noting() -> Iterator[Counter[str]]:
    """Count the near ties that are met meanwhile, by what was decided; otherwise nothing is counted."""
    global _noted
    found: Counter[str] = Counter()
    _noted = found
    try:
        yield found
    finally:
        _noted = None


def note(what: str, close: Any) -> None:
    """Count near ties, if anybody wants to know."""
    if _noted is not None:
        count(what, int(np.count_nonzero(close)))


def count(what: str, ties: int) -> None:
    """The same for near ties that have been counted already."""
    if _noted is not None and ties:
        _noted[what] += ties


def room_for(asked: Any, room: Any) -> Any:
    """Is there room for what is asked, but for rounding?"""
    # of one queue for all the room is a number, for which NumPy takes ten times as long as Python
    slack = NEAR * (max(abs(room), 1.0) if isinstance(room, float) else np.maximum(np.abs(room), 1.0))
    if _noted is not None:
        with np.errstate(invalid="ignore"):  # there may be room without end
            note("room", (asked != room) & (asked > 0.0) & (np.abs(asked - room) <= slack) & np.isfinite(room))
    return asked <= room + slack


def part_within(asked: float, room: float) -> float:
    """Part of what is asked for which there is room: all of it, but for rounding, or less."""
    return 1.0 if room_for(asked, room) else room / asked


def tie(low: Any, high: Any) -> float:
    """Keys between `low` and `high` tie if they are no further apart than this; whole numbers, only if equal."""
    size = max(abs(float(low)), abs(float(high)))
    return TIE * size if isinstance(low, np.floating) and np.isfinite(size) else 0.0


def not_nothing(yuan: Any) -> Any:
    """An amount, or zero if it is less than a fen: what rounding has left of nothing."""
    return np.where(yuan < FEN, 0.0, yuan)


def settled(due: Any, paid: Any) -> Any:
    """What of a debt is cleared by a payment: all that was due if not a fen is missing."""
    return np.where(due - paid < FEN, due, paid)
