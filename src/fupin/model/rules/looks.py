"""The four looks as a household budget: each look estimates another quantity (model section 5, M001)."""

from __future__ import annotations

from fupin.model.rules.scales import FURTHEST
from fupin.model.rules.vocabulary import Num, clip, maximum, rule


@rule
def grain_look(land: Num, members: Num, look_yield: Num, look_food: Num) -> Num:
    """Look at the grain: farm income less the food that the members need, yuan a year."""
    return look_yield * land - look_food * members


@rule
def labour_look(workers: Num, ill: Num, disabled: Num, look_wage: Num, look_medical: Num) -> Num:
    """Look at the labour and its health: what workers may earn less care of the ill and disabled, yuan a year."""
    return look_wage * workers - look_medical * (ill + disabled)


@rule
def pupils_look(pupils: Num, look_school: Num, look_promise: Num) -> Num:
    """Look at the pupils: what they promise less what they cost, yuan a year."""
    return (look_promise - look_school) * pupils


@rule
def budget_score(
    budget: Num,
    members: Num,
    bad_house: Num,
    look_depth: Num,
    poverty_line: Num,
    noise: Num,
    assessor_error: Num,
) -> Num:
    """Score by the estimated budget per head in poverty lines; a dangerous house shows deeper poverty; plus the error.

    score = budget/(members·line) − depth·house + noise·error, held within ±FURTHEST.
    """
    per_head = budget / maximum(members, 1.0) / poverty_line
    return clip(per_head - look_depth * bad_house + noise * assessor_error, -FURTHEST, FURTHEST)
