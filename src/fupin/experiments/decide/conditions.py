"""A box as a sentence that a planner can say aloud, in both languages."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fupin.experiments.decide.prim import Box, Limit
from fupin.labels import Label, Labelled, pick, tell
from fupin.model.parameters import ParameterBook
from fupin.units import unit_in

SHARES = ("share", "1", "", "0-1")


type Named = tuple[Labelled, str]
"""A factor's label and unit."""


def factor_labels(names: list[str], book: ParameterBook, settings: Mapping[str, Named]) -> dict[str, Named]:
    """Label and unit of each factor: a parameter of the book, or a setting `ID.name` as `settings` knows it."""
    found: dict[str, Named] = {}
    for name in names:
        if name in settings:
            found[name] = settings[name]
        elif name in book:
            found[name] = (book[name], book[name].unit)
        else:
            found[name] = (Label(name, name), "")
    return found


def sentence(
    box: Box,
    better: Labelled,
    other: Labelled,
    labels: Mapping[str, Named],
    lang: str,
    outcome: str = "",
    margin: str = "",
) -> str:
    """What a box says: "A beats B in income when X is at most 3 and Y at least 20 %: so in 84 % of such worlds …".

    `outcome` is in what A has to be better, `margin` by how much, in words; none if any difference is a win.
    """
    conditions = [condition(limit, *labels[limit.factor], lang) for limit in box.limits]
    inside, covered, base = (f"{100 * value:.0f} %" for value in (box.density, box.coverage, box.base))
    joined = tell("且", " and ", lang).join(conditions)
    first, second = pick(better, lang), pick(other, lang)
    more = tell(f"（超过 {margin}）", f" by more than {margin}", lang) if margin else ""
    what = tell(f"在{outcome}上", f" in {outcome}", lang) if outcome else ""
    return tell(
        f"当{joined}时，{first}{what}优于{second}{more}：这类世界中 {inside} 如此（全部世界中 {base}），"
        f"涵盖其占优情形的 {covered}。",
        f"{first} beats {second}{what}{more} when {joined}: so in {inside} of such worlds ({base} of all worlds), "
        f"which hold {covered} of all its wins.",
        lang,
    )


def condition(limit: Limit, label: Labelled, unit: str, lang: str) -> str:
    """One condition in words; the ends belong to a box, as a level at the end of its range does."""
    name = pick(label, lang)
    low, high = _number(limit.low, unit, lang), _number(limit.high, unit, lang)
    if math.isfinite(limit.low) and math.isfinite(limit.high):
        return tell(f"{name}在 {low} 至 {high} 之间", f"{name} lies between {low} and {high}", lang)
    if math.isfinite(limit.low):
        return tell(f"{name}不低于 {low}", f"{name} is at least {low}", lang)
    return tell(f"{name}不高于 {high}", f"{name} is at most {high}", lang)


def with_unit(label: Labelled, unit: str, lang: str) -> str:
    """A label with its unit in brackets, if it has one."""
    return f"{pick(label, lang)} ({unit_in(unit, lang)})" if unit else pick(label, lang)


def _number(value: float, unit: str, lang: str) -> str:
    if unit == "share" and abs(value) <= 1.0:
        return f"{100 * value:.3g} %"
    text = (f"{value:.3g}" if abs(value) < 1e4 else f"{value:,.0f}").replace("-", "−")
    return text if unit in SHARES else f"{text} {unit_in(unit, lang)}".rstrip()
