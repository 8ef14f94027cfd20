"""Verdicts on the rows of the register: does a mechanism do what its row says, in pairs of worlds with the same luck?

For every seed the gallery is forked off, on and strong. A row holds if

    moves     the worlds off and on part first where the row says (one of the first columns or purposes to differ)
    without   with the precondition taken away they are bitwise equal
    effect    on − off of the outcome at the last December has the declared sign and at least the declared size;
              from `LEAST_FOR_INTERVAL` seeds on its 90 % interval over the seeds excludes the wrong sign
    strong    strong − off is not smaller than on − off, in the direction of the sign
    neutral   with the symbol neutralised what the row names no longer differs at that place, nor where they part then
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from fupin.experiments.gallery import START
from fupin.experiments.neutral import neutralised, ways
from fupin.experiments.register_forks import Parting, World, partings, reference
from fupin.experiments.register_trials import Trial

LEAST_FOR_INTERVAL = 4
LEVEL = 0.90
UNSIGNED = ("", "ambiguous")  # signs of rows that claim no direction of their outcome
CHECKS = ("moves", "without", "effect", "strong", "neutral")
"""The verdicts in the order of the table; one that the row does not ask for is None."""


@dataclass(frozen=True)
class Verdict:
    """What the forks of one row say; `effects` and `strongs` are differences of the outcome by seed."""

    trial: Trial
    partings: tuple[Parting | None, ...]
    effects: tuple[float, ...]
    strongs: tuple[float, ...]
    bare: tuple[Parting | None, ...] | None
    neutral: tuple[Parting | None, ...]
    interval: tuple[float, float]
    passed: dict[str, bool | None]

    @property
    def holds(self) -> bool:
        """Did no check fail?"""
        return False not in self.passed.values()

    @property
    def effect(self) -> float:
        """Mean effect over the seeds."""
        return float(np.mean(self.effects)) if self.effects else math.nan

    @property
    def strong(self) -> float:
        """Mean effect of the strong setting over the seeds."""
        return float(np.mean(self.strongs)) if self.strongs else math.nan


def judge_all(trials: Iterable[Trial], seeds: Sequence[int], *, brief: bool = False) -> Iterator[Verdict]:
    """The verdicts of many rows, those that share an off world next to each other."""
    for trial in sorted(trials, key=in_turn):
        yield judge(trial, seeds, brief=brief)


def in_turn(trial: Trial) -> tuple[str, str]:
    """Key of an order in which the off worlds, which are kept for a while, need not be lived twice."""
    return repr(trial.worlds[0]), trial.row.id


def judge(trial: Trial, seeds: Sequence[int], *, brief: bool = False) -> Verdict:
    """Fork the gallery for one row. `brief`: precondition and symbol are tried with the first seed only, and no longer
    than the first parting took and a quarter more; a row that claims no sign lives no longer than to its parting.
    """
    off, on, strong = trial.worlds
    found, effects, strongs, bare, neutral = [], [], [], [], []
    idle, asked = True, [name for name in (trial.row.outcome,) if name]
    whole = not brief or trial.row.sign not in UNSIGNED
    for place, seed in enumerate(seeds):
        base, world = reference(seed, off), World(seed, on, asked)
        parting, _ = partings(base, world, trial.months, to_the_end=whole)
        found.append(parting)
        if whole:
            effects.append(_difference(trial, base, world))
        if whole and strong is not None:
            other = World(seed, strong, asked)
            other.recording = False
            other.run(trial.months)
            strongs.append(_difference(trial, base, other))
        if brief and place:
            continue
        lived = trial.months if parting is None else parting.month - START + 1
        if trial.without:
            months = min(lived + 3, trial.months) if brief else trial.months
            bare.append(partings(reference(seed, trial.bare(off)), World(seed, trial.bare(on), ()), months)[0])
        first, quiet = _neutral(trial, seed, lived if brief else trial.months, parting)
        neutral.append(first)
        idle &= quiet
    interval = _interval(effects)
    passed = {
        "moves": _at(trial, found),
        "without": all(one is None for one in bare) if trial.without else None,
        "effect": _effect(trial, effects, interval),
        "strong": _monotone(trial, effects, strongs),
        "neutral": idle,
    }
    return Verdict(
        trial, tuple(found), tuple(effects), tuple(strongs), tuple(bare) if trial.without else None, tuple(neutral),
        interval, passed,
    )  # fmt: skip


def _neutral(trial: Trial, seed: int, months: int, parting: Parting | None) -> tuple[Parting | None, bool]:
    """Where the worlds part with the symbol neutralised, in the better of the ways; is what the row names quiet?"""
    off, on, _ = trial.worlds
    first, quiet = None, False
    for left_out in ways(trial):
        try:
            with neutralised(trial, left_out=left_out):
                first, there = partings(reference(seed, off), World(seed, on, ()), months, at=parting)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            if not left_out:
                raise
            continue  # others need what it does: a world that cannot live without the symbol says nothing about it
        quiet = trial.row.moves not in there and not (first and trial.row.moves in first.moved)
        if quiet:
            break
    return first, quiet


def _at(trial: Trial, found: Sequence[Parting | None]) -> bool:
    return all(one is not None and trial.row.moves in one.moved for one in found)


def _difference(trial: Trial, off: World, on: World) -> float:
    """Of the outcome, at the last December of the fork."""
    if not trial.row.outcome:
        return math.nan
    december = START + trial.months // 12 * 12 - 1
    return on.outcomes[december][trial.row.outcome] - off.outcomes[december][trial.row.outcome]


def _interval(effects: Sequence[float]) -> tuple[float, float]:
    """Student's interval of the mean of paired differences; without limits for a single one."""
    if len(effects) < 2:
        return -math.inf, math.inf
    mean, error = float(np.mean(effects)), float(np.std(effects, ddof=1)) / math.sqrt(len(effects))
    width = float(student.ppf(0.5 + LEVEL / 2, len(effects) - 1)) * error
    return mean - width, mean + width


def _effect(trial: Trial, effects: Sequence[float], interval: tuple[float, float]) -> bool | None:
    sign = trial.row.sign
    if sign in UNSIGNED:
        return None
    mean = float(np.mean(effects))
    if sign == "0":
        return abs(mean) <= trial.least
    direction = 1.0 if sign == "+" else -1.0
    right = direction * mean > 0.0 and abs(mean) >= trial.least
    if len(effects) < LEAST_FOR_INTERVAL:
        return right
    return right and min(direction * interval[0], direction * interval[1]) > 0.0


def _monotone(trial: Trial, effects: Sequence[float], strongs: Sequence[float]) -> bool | None:
    if not strongs or trial.row.sign not in ("+", "-"):
        return None
    direction = 1.0 if trial.row.sign == "+" else -1.0
    return direction * float(np.mean(strongs)) >= direction * float(np.mean(effects))
