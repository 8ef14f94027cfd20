"""Who works for whom in population units, when a row stands for many workers.

A row of weight w is one worker, who has an employer, and stands for w - 1 others like this one. These work for all
ordinary employers of the county, as staff is spread over them (`enterprise.filled`). Were all w booked with the one
employer, the firms of a sample would stand empty in one year and overcrowded in the next, and fail for it. With weight
1 this is plain counting, and so it is for the workshops of a village and the employers of relocation sites, which take
nobody else, and for firms that have closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup, Lookup
from fupin.model.processes.queue import Keys, admit, standing
from fupin.model.rules.vocabulary import minimum, where

if TYPE_CHECKING:
    from fupin.model.region import Region

FAR = 2.0  # times the excess of an employer: who stands further off is not looked at if those who are suffice
AMPLE = 1.01  # times the room: so many more that sums in another order cannot tell
SURELY = 0.9  # part of the way within which nobody comes behind somebody who is not looked at

type Amounts = NDArray[np.float64]
type Index = NDArray[np.int64]


def ordinary(e: Any) -> Any:
    """Enterprises in business that take workers from the whole county. Elementwise."""
    return e.alive & (e.village < 0) & (e.reserved <= 0.0)


def staff_share(region: Region) -> Amounts:
    """Share of each ordinary employer in the staff of all those of its county; 0 for the others."""
    return np.asarray(share_of_county(region, total=Lookup(staff_of_counties(region)["total"])))


@rowwise("enterprise")
def staff_of_counties(region: Region, e: Any) -> ByGroup:
    """Staff of the ordinary employers of each county."""
    return ByGroup({"total": ("county", e.county, where(ordinary(e), e.filled, 0.0))})


@rowwise("enterprise")
def share_of_county(region: Region, e: Any, total: Lookup) -> Any:
    """Share of an ordinary employer in that of its county."""
    of_county = total[e.county]
    return where(ordinary(e), e.filled, 0.0) / where(of_county > 0.0, of_county, 1.0)


class Staff(NamedTuple):
    """Employed persons: their rows, and by row the household, the employer, and the workers that a row stands for."""

    rows: Index
    home: Index
    employer: Index
    weight: Amounts

    def of(self, which: Index) -> Staff:
        """Some of them, in order."""
        if len(which) == len(self.rows):
            return self
        return Staff(self.rows[which], self.home[which], self.employer[which], self.weight[which])

    def idle_at(self, which: Index) -> Staff:
        """The same, in which some, by their places, count for nothing."""
        weight = self.weight.copy()
        weight[which] = 0.0
        return self._replace(weight=weight)

    def idle(self, persons: Index) -> Staff:
        """The same, in which some persons, if they are among them, count for nothing."""
        return self.idle_at(self.places_of(persons))

    def without(self, *groups: Index) -> Staff:
        """Those who count for something and are in none of some groups of persons."""
        stay = self.weight > 0.0
        for group in groups:
            stay[self.places_of(group)] = False
        return self.of(stay.nonzero()[0])

    def places_of(self, persons: Index) -> Index:
        """Where some persons stand, those who are among them."""
        place = self.rows.searchsorted(persons)
        inside = place < len(self.rows)
        place = place[inside]
        return np.asarray(place[self.rows[place] == persons[inside]])

    def together_with(self, other: Staff) -> Staff:
        """These and others, none of whom is among them, in the order of their rows."""
        place = self.rows.searchsorted(other.rows) + np.arange(len(other.rows))
        theirs = np.zeros(len(self.rows) + len(other.rows), np.bool_)
        theirs[place] = True
        ours = (~theirs).nonzero()[0]
        rows, home, employer = np.empty((3, len(theirs)), np.int64)
        merged = Staff(rows, home, employer, np.empty(len(theirs)))
        for column, mine, added in zip(merged, self, other, strict=True):
            column[ours], column[place] = mine, added
        return merged


def staff_of(region: Region, rows: Index | Staff) -> Staff:
    """What is to be known of employed persons; looked up once and handed on."""
    if isinstance(rows, Staff):
        return rows
    person = region.table_of("person")
    home = person["household"][rows]
    return Staff(rows, home, person["employer"][rows].astype(np.int64), region.table_of("household")["weight"][home])


def by_employer(region: Region, staff: Index | Staff, amounts: Any = 1.0) -> Amounts:
    """Population total by enterprise of `amounts` (default: heads), one for each of the employed persons `staff`."""
    e, share, staff = region.rows("enterprise"), staff_share(region), staff_of(region, staff)
    found = sum_staff(
        region, staff.rows, employer=staff.employer, weight=staff.weight, amounts=amounts, share=Lookup(share)
    )
    return np.asarray(found["known"] + share * found["others"][e.county])


@rowwise("person")
def sum_staff(region: Region, person: Any, employer: Any, weight: Any, amounts: Any, share: Any) -> ByGroup:
    """Amounts of the workers who are with their row's employer, by employer, and of the others, by county."""
    known, others = apart(weight, share[employer])
    county = region.rows("enterprise").county[employer]
    return known_and_others(employer, county, known * amounts, others * amounts)


@rowwise("person")
def sum_apart(region: Region, person: Any, employer: Any, county: Any, known: Any, others: Any) -> ByGroup:
    """The same where the two have been told apart already."""
    return known_and_others(employer, county, known, others)


def known_and_others(employer: Any, county: Any, known: Any, others: Any) -> ByGroup:
    """What is with an employer, by employer, and what is not, by county."""
    return ByGroup({"known": ("enterprise", employer, known), "others": ("county", county, others)})


def apart(weight: Any, share: Any) -> tuple[Any, Any]:
    """Workers of a row who are with its employer, who has a share of the county's ordinary jobs, and the others."""
    known = where(share > 0.0, minimum(weight, 1.0), weight)
    return known, weight - known


def count_staff(region: Region, staff: Index | Staff) -> None:
    """Bring `enterprise.filled` up to date. `staff` holds all persons who have an employer."""
    region.rows("enterprise").filled = by_employer(region, staff)


def _parts(staff: Staff, share: Amounts) -> tuple[Index, Amounts, Amounts]:
    """Employer of each row, workers of the row who are with this employer, and the others it stands for."""
    return staff.employer, *apart(staff.weight, share[staff.employer])


def let_go(region: Region, staff: Staff, newest: Amounts, excess: Amounts) -> Index:
    """Places among the `staff` of those who lose their jobs where employers have an `excess` of workers: the newest.

    `newest` orders the staff, smallest first. Rows that are wholly their employer's go as they stand among its own. For
    others the staff of an employer is taken to be as new as the county's; of the rows that would go, or nearly, as many
    do as the employers of the county have too many.
    """
    e, uid = region.rows("enterprise"), Keys(region.table_of("person")["uid"], staff.rows)
    employer, known, others = _parts(staff, staff_share(region))
    asked = (excess[employer] > 1e-9).nonzero()[0]
    firm, whole = employer[asked], others[asked] <= 0.0
    if whole.all():
        out = asked[standing(firm, newest[asked], known[asked], uid[asked]) <= excess[firm]]
        e.filled -= excess
        return out
    county = e.county[employer]
    older = np.zeros(len(asked))  # than so many of the workers whom rows of the county stand for besides
    sums = sum_apart(region, staff.rows, employer=employer, county=county, known=known, others=others)
    lumps, unknown = asked[~whole], e.filled - sums["known"]
    part = standing(county, newest, others, uid)[lumps] / sums["others"][county[lumps]]
    older[~whole] = part * unknown[employer[lumps]]
    room = np.bincount(e.county, np.where(ordinary(e), excess, 0.0))
    mixed = np.bincount(firm[whole], minlength=len(e)) > 0
    for reach in (FAR, np.inf):
        near = ((older <= reach * excess[firm]) | mixed[firm]).nonzero()[0]
        here = asked[near]
        newer = standing(firm[near], newest[here], known[here], uid[here])
        order = (newer + older[near]) / excess[firm[near]]
        some = ~whole[near]
        surely = here[some & (order <= SURELY * reach)]
        queued = np.bincount(county[surely], staff.weight[surely], len(room))
        if reach == np.inf or (queued > AMPLE * room).all():
            break
    sole = here[~some & (newer <= excess[firm[near]])]
    some &= order <= reach
    here = here[some]
    e.filled -= excess
    return np.append(sole, here[admit(county[here], order[some], staff.weight[here], room, uid[here])])


def spread_hired(region: Region, free: Amounts, county: Index, weight: Amounts) -> None:
    """Workers of `county` and `weight` have been hired for the `free` jobs of enterprises, in proportion to them."""
    e, n = region.rows("enterprise"), len(region.rows("county"))
    jobs = np.bincount(e.county, free, minlength=n)
    hired = np.bincount(county, weight, minlength=n)
    e.filled += free * (hired / np.where(jobs > 0.0, jobs, 1.0))[e.county]
