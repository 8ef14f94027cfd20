"""The outcomes that a user names on the command line or in Python."""

from __future__ import annotations

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.outcome import Outcome
from fupin.model.outcomes import OUTCOMES


def outcome_named(name: str, asked: str = "--outcome", *, judged: bool = False) -> Outcome:
    """The outcome of a name; `judged` wants one of which it is said whether more is better.

    `asked` is where it was named. Installed packages declare outcomes of their own when their instruments are loaded,
    so these are loaded first. Raises FupinError with the nearest name, or that of the Chinese label.
    """
    if name not in OUTCOMES:
        instrument_kinds()
    if name not in OUTCOMES:
        near = nearest(name, OUTCOMES, labels={one.name: one.zh for one in OUTCOMES.values()})
        raise FupinError(tell(f"{asked}：没有结果指标 {name!r}；{near}", f"{asked}: no outcome {name!r}; {near}"))
    if judged and not OUTCOMES[name].direction:
        raise FupinError(
            tell(
                f"{asked}：没有规定 {name!r} 越多越好还是越少越好",
                f"{asked}: nobody says whether more of {name!r} is better",
            )
        )
    return OUTCOMES[name]
