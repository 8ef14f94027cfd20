"""A policy made larger or smaller by one factor, so that policies can be compared at one budget.

An instrument that the reference lacks has the settings scaled that its class names in `sized_by` (and its yearly budget
if it has a limit). One that the reference has too, with other settings, moves away from it: every number that differs
is the reference's value plus the factor times the difference, so that a factor of 0 is the reference itself. One that
both worlds share is left alone. Values stay within their declared ranges, which bounds what a policy can spend.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

from fupin.model.dated import value_at
from fupin.model.settings import Dated
from fupin.scenarios.resolved import ChosenInstrument, ResolvedScenario

UNLIMITED = 1e12  # the default of `budget`: nobody's limit
LARGEST = 1000.0  # factor beyond which nothing is tried


class Scaled(NamedTuple):
    """One number that a factor moves: what the policy says, what is in force, whether that is the end of its range."""

    instrument: str
    setting: str
    month: int  # from which it holds; `dated.ALWAYS` for all months
    declared: float
    used: float
    at_limit: bool


class _Moved(NamedTuple):
    """A number that moves: its start (factor 0), the way it goes at factor 1, and its range."""

    instrument: str
    setting: str
    month: int
    origin: float
    way: float
    low: float
    high: float

    def at(self, factor: float) -> float:
        return min(max(self.origin + factor * self.way, self.low), self.high)

    @property
    def last_factor(self) -> float:
        """The factor at which the end of the range is reached."""
        if not self.way:
            return 0.0
        end = self.high if self.way > 0 else self.low
        return (end - self.origin) / self.way


def resized(policy: ResolvedScenario, reference: ResolvedScenario, factor: float) -> ResolvedScenario:
    """The policy at a size: 1 as it is written, 0 nothing beyond the reference."""
    if factor == 1.0:
        return policy
    found: dict[tuple[str, str], dict[int, float]] = {}
    for moved in _moving(policy, reference):
        found.setdefault((moved.instrument, moved.setting), {})[moved.month] = moved.at(factor)
    instruments = tuple(
        _with(chosen, {name: values for (id_, name), values in found.items() if id_ == chosen.id})
        for chosen in policy.instruments
    )
    return replace(policy, instruments=instruments)


def scaled_values(policy: ResolvedScenario, reference: ResolvedScenario, factor: float) -> list[Scaled]:
    """Every number that the factor moves, as written and as it is in force."""
    return [
        Scaled(
            moved.instrument, moved.setting, moved.month, moved.origin + moved.way, moved.at(factor),
            factor >= moved.last_factor,
        )
        for moved in _moving(policy, reference)
        if moved.way
    ]  # fmt: skip


def largest_factor(policy: ResolvedScenario, reference: ResolvedScenario) -> float:
    """The factor from which on nothing grows any more; 0 if nothing of the policy can be scaled."""
    return min(max((moved.last_factor for moved in _moving(policy, reference)), default=0.0), LARGEST)


def unscaled(policy: ResolvedScenario, reference: ResolvedScenario) -> list[str]:
    """The ids of the policy's own instruments that no factor moves."""
    moving = {moved.instrument for moved in _moving(policy, reference)}
    return [chosen.id for chosen in own_instruments(policy, reference) if chosen.id not in moving]


def own_instruments(policy: ResolvedScenario, reference: ResolvedScenario) -> list[ChosenInstrument]:
    """Instruments of the policy that the reference lacks or runs by other settings."""
    known = set(reference.instruments)
    return [chosen for chosen in policy.instruments if chosen not in known]


def _moving(policy: ResolvedScenario, reference: ResolvedScenario) -> list[_Moved]:
    """All numbers of the settings that a factor changes, those among them that happen to stay (`way` 0) included."""
    from fupin.model.instruments.kinds import instrument_kinds  # instruments load the model: only when needed

    kinds = instrument_kinds()
    others = {(chosen.kind, chosen.id): chosen.settings for chosen in reference.instruments}
    found = []
    for chosen in own_instruments(policy, reference):
        other = others.get((chosen.kind, chosen.id))
        for name, value in chosen.settings:
            if not isinstance(value, Dated):
                continue
            now = dict(value.values)
            if other is not None:
                before = dict(getattr(other, name).values)
            elif name in kinds[chosen.kind].sized_by or (name == "budget" and min(now.values()) < UNLIMITED):
                before = dict.fromkeys(now, 0.0)
            else:
                continue
            low, high = _range(type(chosen.settings), name)
            ways = [
                _Moved(chosen.id, name, month, start, value_at(now, month) - start, low, high)
                for month in sorted({*now, *before})
                for start in [value_at(before, month)]
            ]
            found += ways if any(moved.way for moved in ways) else []
    return found


def _range(settings: Any, name: str) -> tuple[float, float]:
    facts = settings.model_fields[name].json_schema_extra
    return facts.get("low", -math.inf), facts.get("high", math.inf)


def _with(chosen: ChosenInstrument, values: dict[str, dict[int, float]]) -> ChosenInstrument:
    if not values:
        return chosen
    given = {
        name: value for name, value in chosen.settings if name in chosen.settings.model_fields_set or name in values
    }
    given |= {name: Dated(tuple(sorted(found.items()))) for name, found in values.items()}
    return ChosenInstrument(chosen.kind, chosen.id, type(chosen.settings)(**given))
