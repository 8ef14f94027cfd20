"""January: houses wear. Sound ones become poor, poor ones dangerous; without the hazards nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fupin.model.draws import declare_stream
from fupin.model.household import DANGEROUS, POOR_HOUSE, SOUND
from fupin.model.rules.housing import house_hazard
from fupin.model.village import MOUNTAIN

if TYPE_CHECKING:
    from fupin.model.region import Region

WEAR = declare_stream("household.house", "whether a house becomes worse in a year")


def houses_wear(region: Region) -> None:
    """One grade down for the houses that the year is too much for."""
    p = region.p
    if p.house_wear <= 0.0 and p.house_decay <= 0.0:
        return
    h, v = region.rows("household"), region.rows("village")
    mountain = v.terrain[h.village] == MOUNTAIN
    hazard = house_hazard(h.housing, mountain, p.house_wear, p.house_decay, p.house_mountain)
    worse = (h.members > 0.0) & (region.draws.uniform(WEAR, region.month, h.uid) < hazard)
    grade = h.housing.copy()
    h.housing[worse & (grade == SOUND)] = POOR_HOUSE
    h.housing[worse & (grade == POOR_HOUSE)] = DANGEROUS
