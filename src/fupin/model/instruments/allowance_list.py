"""Who of a household is put on the list of the minimum living allowance: all of it, or its frail members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import ADULT, OLD
from fupin.model.draws import declare_stream
from fupin.model.engine.families import familywise
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.processes.household_sums import PERSONS

if TYPE_CHECKING:
    from fupin.model.region import Region

WHOLE = declare_stream("dibao.whole", "whether cadres list a household whole or its frail members only: for life")


def whole_households(region: Region, share: float) -> NDArray[np.bool_]:
    """Households that are listed whole: in which nobody can work, and by the cadres' lasting ways a share of others.

    The rule knows only whole households whose income per head is below the standard. The notice means by them those who
    are old or frail, ill or disabled (see `frail`), and lists were made by that: of many households only a part.
    """
    return np.asarray((region.rows("household").workers <= 0) | (region.lifelong(WHOLE, "household") < share))


def persons_to_list(region: Region, whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Members of each household who would be listed, persons."""
    return np.where(whole, region.rows("household").members, frail_members(region))


def frail(person: Any) -> Any:
    """Old, disabled, or ill for long or severely (whom the allowance is for: State Council, notice 19 of 2007)."""
    ill = person.chronic | (person.illness_months > 0.0)
    return person.alive & ((person.age >= OLD) | person.disabled | ill)


@familywise
def frail_members(region: Region, family: Any) -> Any:
    """Members of each household who are old, disabled or ill."""
    return family.those(frail(family.person)).sum()


def list_persons(region: Region, households: NDArray[np.bool_], whole: NDArray[np.bool_]) -> None:
    """Put the members of some households on the list, and take everybody else off it."""
    put_on_list(region, listed=Lookup(households), whole=Lookup(whole))


@rowwise("person", block=PERSONS)
def put_on_list(region: Region, person: Any, listed: Lookup, whole: Lookup) -> None:
    """A member is listed with a household that is listed whole, and else by being frail."""
    home = person.household
    person.dibao = listed[home] & person.alive & (whole[home] | frail(person))


def listed_by_kind(region: Region) -> dict[str, NDArray[np.float64]]:
    """Listed members of each household in all, and those who are old, minors or disabled (who may also be old)."""
    person = region.rows("person")
    who = np.flatnonzero(person.dibao & person.alive)
    home, households = person.household[who], len(region.rows("household"))
    kinds = {
        "listed_persons": np.ones(len(who), np.bool_),
        "listed_old": person.age[who] >= OLD,
        "listed_minors": person.age[who] < ADULT,
        "listed_disabled": person.disabled[who],
    }
    return {name: np.bincount(home[mask], minlength=households).astype(np.float64) for name, mask in kinds.items()}
