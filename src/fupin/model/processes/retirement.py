"""Retirement pay of former employees: it has a holder, begins with a birthday and ends with a death."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.processes.household_sums import members_of
from fupin.model.processes.queue import run_starts
from fupin.model.rules.transfers import draws_retirement_pay

if TYPE_CHECKING:
    from fupin.model.region import Region

RETIREMENT = declare_stream("person.retirement", "whether a worker who turns 60 draws retirement pay")

type Index = NDArray[np.int64]


def first_retirees(region: Region) -> None:
    """Of a household that begins with retirement pay the eldest member draws it."""
    person = region.rows("person")
    members, home = members_of(region, places_where(region, region.rows("household").formal_pension > 0.0))
    if not len(members):
        return
    age = np.where(person.alive[members], person.age[members], -1.0)
    eldest = (age == np.maximum.reduceat(age, run_starts(home))[home]).nonzero()[0]
    person.retiree[members[eldest[run_starts(home[eldest])]]] = True


def retire(region: Region, retired: Index) -> None:
    """Of the workers who have turned 60 some were employees, and draw retirement pay from now on."""
    person, h, p = region.rows("person"), region.rows("household"), region.p
    home, score = person.household[retired], region.draws.normal(RETIREMENT, region.month, person.uid[retired])
    drawn = draws_retirement_pay(h.ability[home], score, p.retired_share, p.retired_ability).nonzero()[0]
    person.retiree[retired[drawn]] = True
    np.add.at(h.formal_pension, home[drawn], p.retired_pay)


def pay_ends(region: Region, dies: Index) -> None:
    """Retirement pay ends with the life of who draws it; that of another member goes on."""
    person, h = region.rows("person"), region.rows("household")
    gone = dies[person.retiree[dies].nonzero()[0]]
    if not len(gone):
        return
    before = np.bincount(person.household[places_where(region, person.retiree)], minlength=len(h))
    person.retiree[gone] = False
    homes, deaths = np.unique(person.household[gone], return_counts=True)
    h.formal_pension[homes] *= 1.0 - deaths / before[homes]
