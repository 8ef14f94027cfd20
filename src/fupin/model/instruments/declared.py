"""Which instruments installed packages declare, without loading any of them."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

GROUP = "fupin.instruments"


def declared() -> tuple[EntryPoint, ...]:
    """The entry points `fupin.instruments`: read again only when a folder of `sys.path` has changed."""
    return _declared(tuple((place, _changed(place)) for place in sys.path))


@lru_cache(maxsize=4)
def _declared(places: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _changed(place: str) -> int:
    """When a folder of `sys.path` last gained or lost a package; 0 for what is none."""
    try:
        return Path(place or ".").stat().st_mtime_ns
    except OSError:
        return 0
