"""Who of a household is put on the list of the minimum living allowance: all of it, or only those who cannot work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.ages import OLD
from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup, Lookup
from fupin.model.rules.vocabulary import where

if TYPE_CHECKING:
    from fupin.model.region import Region

WHOLE = declare_stream("dibao.whole", "whether cadres list a household whole or only who cannot work: for life")


def whole_households(region: Region, share: float) -> NDArray[np.bool_]:
    """Households that are listed whole: in which nobody can work, and by the cadres' lasting ways a share of others.

    The rule knows only whole households, whose income per head is below the standard. The notice of 2007 means those
    who lost their labour through illness, disability or age, and lists were made by that: a part of a household.
    """
    return np.asarray((region.rows("household").workers <= 0) | (region.lifelong(WHOLE, "household") < share))


def persons_to_list(region: Region, whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Members of each household who would be listed, persons."""
    unable = frail_of_households(region)["persons"]
    return np.where(whole, region.rows("household").members, unable)


def frail(person: Any) -> Any:
    """Alive and old, disabled or severely ill (State Council, notice 19 of 2007: whom the allowance is for)."""
    return person.alive & ((person.age >= OLD) | person.disabled | person.chronic | (person.illness_months > 0.0))


@rowwise("person")
def frail_of_households(region: Region, person: Any) -> ByGroup:
    """Members of each household who are unable to work."""
    return ByGroup({"persons": ("household", person.household, where(frail(person), 1.0, 0.0))})


def list_persons(region: Region, households: NDArray[np.bool_], whole: NDArray[np.bool_]) -> None:
    """Put the members of some households on the list, and take everybody else off it."""
    put_on_list(region, listed=Lookup(households), whole=Lookup(whole))


@rowwise("person")
def put_on_list(region: Region, person: Any, listed: Lookup, whole: Lookup) -> None:
    """A member is listed with a household listed whole, and else by not being able to work."""
    home = person.household
    person.dibao = listed[home] & person.alive & (whole[home] | frail(person))
