"""How a household learns to stand on its own (M290)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, maximum, minimum, rule


@rule
def capacity_gain(own_capacity: Num, visits: Num, capacity_growth: Num, capacity_cap: Num) -> Num:
    """Yearly gain of own capacity, log: g·min(visits, 1)·max(cap − capacity, 0); one visit a month is full guidance."""
    return capacity_growth * minimum(visits, 1.0) * maximum(capacity_cap - own_capacity, 0.0)
