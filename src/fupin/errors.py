"""Errors that a user can cause, told in one message: where, what was given, what is allowed, the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FupinError(Exception):
    """A mistake in the input that the user can mend; the command prints it without a traceback and exits with 2."""


def nearest(name: str, allowed: Iterable[str], most: int = 8) -> str:
    """Advice for an unknown name: the closest valid one, or the first few that exist."""
    from fupin.labels import tell  # labels raise errors

    names = sorted(allowed)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if close:
        return tell(f"是否指 {close[0]!r}？", f"did you mean {close[0]!r}?")
    shown = ", ".join(names[:most]) + (" …" if len(names) > most else "")
    return tell(f"可用：{shown}", f"known: {shown}") if names else tell("一个也没有", "none exists")
