"""Houses: how likely a year makes one worse."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, minimum, rule, where


@rule
def house_hazard(housing: Num, in_mountains: Num, house_wear: Num, house_decay: Num, house_mountain: Num) -> Num:
    """Chance that a house falls by a grade in a year, 0-1: a poor one becomes dangerous, a sound one poor.

    In the mountains rain and slopes make it so many times more likely.
    """
    chance = where(housing == 2, house_wear + 0.0 * housing, where(housing == 1, house_decay, 0.0) + 0.0 * housing)
    return minimum(chance * where(in_mountains, house_mountain, 1.0), 1.0)
