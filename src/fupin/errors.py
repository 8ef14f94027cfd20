"""Errors that a user can cause, told in one message: where, what was given, what is allowed, the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

ABORTED, MISTAKE, UNBALANCED, STOPPED = 1, 2, 3, 130
"""Exit codes of the command beside 0: a check that did not pass or a question without an answer; a mistake in the
input, told in one message; results whose books do not balance, which are there and marked; ended by Ctrl-C."""


class FupinError(Exception):
    """A mistake in the input that the user can mend; the command prints it without a traceback and exits with 2."""


def nearest(name: str, allowed: Iterable[str], most: int = 8, labels: Mapping[str, str] | None = None) -> str:
    """Advice for an unknown name: the closest valid one, or the first few that exist.

    `labels` (valid name to what a reader calls it) helps who wrote the label where the name belongs.
    """
    from fupin.labels import tell  # which cannot be imported first, because it raises FupinError

    names = sorted(allowed)
    called = {label: own for own, label in (labels or {}).items() if own in names}
    if close := difflib.get_close_matches(name, names, n=1, cutoff=0.5):
        return tell(f"是不是 {close[0]!r}？", f"did you mean {close[0]!r}?")
    if close := difflib.get_close_matches(name, called, n=1, cutoff=0.5):
        own, label = called[close[0]], close[0]
        return tell(f"是不是 {own!r}（{label}）？", f"did you mean {own!r} ({label})?")
    shown = ", ".join(names[:most]) + (" …" if len(names) > most else "")
    return tell(f"可用：{shown}", f"known: {shown}") if names else tell("一个也没有", "none exists")
