"""Which instruments of a package cannot be in force at once: those of which there is only one (`Instrument.single`)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fupin.labels import Label, tell
from fupin.model.dated import month_label, month_number
from fupin.model.tomlfile import Source
from fupin.scenarios.catalogue import Catalogue

if TYPE_CHECKING:
    from fupin.scenarios.policy import Choice


def check_together(chosen: Iterable[Choice], known: Catalogue) -> None:
    """Raise `FupinError` for the first instrument that is one too many, or is in force together with another of its
    kind where that cannot be."""
    from fupin.model.household import REACHED, REACHED_BITS  # agents load Mesa: not with the module

    most = REACHED_BITS * len(REACHED)  # as many as a household can remember to have been reached by
    before: dict[str, list[Choice]] = {}
    for place, one in enumerate(chosen):
        source, key = one.at or (Source(tell(f"工具 {one.id!r}", f"instrument {one.id!r}")), ())
        if place >= most:
            raise source.error(
                tell(
                    f"这是第 {place + 1} 个工具；允许：至多 {most} 个",
                    f"instrument {place + 1}; allowed: at most {most}",
                ),
                key,
            )
        why: Label | None = getattr(known.kinds.get(one.kind), "single", None)
        if why is None:
            continue
        for other in before.setdefault(one.kind, []):
            (begins, ends), (first, last) = span(one), span(other)
            if begins <= last and first <= ends:
                raise source.error(
                    tell(
                        f"{why.zh}；{other.id!r}（{_said(other)}）与 {one.id!r}（{_said(one)}）都是 "
                        f"{one.kind!r}，时间重叠。请只留一个（数值可以按日期变化），或用 end 和 start 使二者前后相接",
                        f"{why.en}; {other.id!r} ({_said(other)}) and {one.id!r} ({_said(one)}) are both "
                        f"{one.kind!r} and overlap in time. Keep one of them (its numbers may change by date), or let "
                        "one `end` before the other's `start`",
                    ),
                    key,
                )
        before[one.kind].append(one)


def span(choice: Choice) -> tuple[float, float]:
    """First and last month in which an instrument is in force."""
    first, last = _ends(choice)
    return -math.inf if first is None else first, math.inf if last is None else last


def _ends(choice: Choice) -> tuple[int | None, int | None]:
    given = dict(choice.settings)
    first, last = (given.get(name) for name in ("start", "end"))
    return None if first is None else month_number(first), None if last is None else month_number(last)


def _said(choice: Choice) -> str:
    """Its time in words."""
    first, last = (None if month is None else month_label(month) for month in _ends(choice))
    if first and last:
        return tell(f"{first} 至 {last}", f"{first} to {last}")
    if first:
        return tell(f"{first} 起", f"from {first} on")
    return tell(f"至 {last}", f"until {last}") if last else tell("一直有效", "all the time")
