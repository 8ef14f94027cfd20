"""How well a transfer is aimed: whom it reaches who is not poor without it, whom it misses, where its money goes.

Poor is who stands below a line *before* the transfer: by income per head less what the transfer itself pays. Persons
are counted by the household they live in, so it is reached with all its members, though not all may be listed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fupin.model.ledger import weighted_sum
from fupin.model.measures import mean
from fupin.model.near import FEN

type Amounts = NDArray[np.float64]
type Mask = NDArray[np.bool_]


class Aim:
    """A transfer of a year as it lies over households; all arrays have one length, NaN is a rate of nobody.

    `yuan` is what each household gets in the year, `before` its income per head without it, `weight` how many
    households it stands for, `members` how many persons live in it. Less than a fen is nothing.
    """

    def __init__(self, yuan: Amounts, before: Amounts, weight: Amounts, members: Amounts) -> None:
        self.yuan, self.before, self.weight, self.members = yuan, before, weight, members
        self.persons: Amounts = weight * members
        self.reached: Mask = (yuan >= FEN) & (self.persons > 0.0)

    def poor(self, line: float) -> Mask:
        """Who is below a line before the transfer."""
        return np.asarray(self.before < line)

    def coverage(self) -> float:
        """Persons in reached households, of all persons."""
        return mean(self.reached, self.persons)

    def inclusion(self, line: float) -> float:
        """Error of inclusion: of the persons reached, those who are not poor before the transfer."""
        return mean(~self.poor(line)[self.reached], self.persons[self.reached])

    def exclusion(self, line: float) -> float:
        """Error of exclusion: of the persons poor before the transfer, those who are not reached."""
        poor = self.poor(line)
        return mean(~self.reached[poor], self.persons[poor])

    def to_poor(self, line: float) -> float:
        """Of the money, what reaches those who are poor before it."""
        return mean(self.poor(line)[self.reached], (self.weight * self.yuan)[self.reached])

    def filled(self, line: float) -> float:
        """What the reached poor get, over what they are short of the line before it."""
        on = self.poor(line) & self.reached
        gap = self.members * np.maximum(line - self.before, 0.0)
        short = weighted_sum(gap[on], self.weight[on])
        return weighted_sum(self.yuan[on], self.weight[on]) / short if short > 0.0 else float("nan")

    def lifted(self, line: float) -> float:
        """Persons below the line before the transfer and not after, of all persons; behaviour left as it is."""
        after = self.before + self.yuan / np.maximum(self.members, 1.0)
        return mean(self.poor(line) & (after >= line), self.persons)
