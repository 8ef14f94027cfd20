"""Months of the year by name, 1 to 12."""

from __future__ import annotations

(
    JANUARY,
    FEBRUARY,
    MARCH,
    APRIL,
    MAY,
    JUNE,
    JULY,
    AUGUST,
    SEPTEMBER,
    OCTOBER,
    NOVEMBER,
    DECEMBER,
) = range(1, 13)

DAYS_OF_YEAR = 365.0
"""Days: nights that a room may be let in a year."""


def months_left(month: int) -> int:
    """Months of the year from a month, 1 to 12, to December, itself among them."""
    return DECEMBER + 1 - month
