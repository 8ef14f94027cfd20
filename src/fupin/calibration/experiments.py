"""Paired experiments behind P6, P7, P9 and P10: one thing changes for half of the households, luck stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.calibration.allowance import allowance_quantities
from fupin.calibration.history import history_quantities
from fupin.calibration.patterns import (
    CHANGE_YEAR,
    Panel,
    Target,
    chosen,
    fifths,
    load_targets,
    panel_of,
    per_head,
    weighted_mean,
    world_quantities,
)
from fupin.model.ledger import Side
from fupin.model.processes.household_sums import refresh_pay, sum_illness
from fupin.model.processes.income import pay_households
from fupin.scenarios.resolved import ResolvedScenario

if TYPE_CHECKING:
    from fupin.model.region import Region

type Mask = NDArray[np.bool_]
type Live = Callable[..., tuple[Region, dict[int, Panel]]]

GIFT = 1000.0  # yuan a year and household
BETTER = np.log(1.1)  # rise of log productivity


def fall_ill(region: Region, touched: Mask) -> None:
    """P6: the first able worker of each chosen household falls severely ill, with the mean loss, for five years."""
    person, p = region.rows("person"), region.p
    able = np.flatnonzero(person.able & touched[person.household])
    first = able[np.unique(person.household[able], return_index=True)[1]]
    person.illness_loss[first] = np.maximum(person.illness_loss[first], 0.5 * (p.loss_low + p.loss_high))
    person.illness_months[first] = 60.0
    person.restless[first] = True
    refresh_pay(region, first)
    sum_illness(region)
    h = region.rows("household")
    struck = np.unique(person.household[first])
    h.health_due[struck] += np.minimum(0.5 * p.severe_cost, np.maximum(h.savings[struck], 0.0))


def give(region: Region, touched: Mask) -> None:
    """P9: a lasting gift of 1,000 yuan a year, paid monthly."""
    rows = np.flatnonzero(touched & (region.rows("household").members > 0))
    pay_households(region, "support.children", Side("kin"), rows, np.full(len(rows), GIFT / 12.0))


def improve(region: Region, touched: Mask) -> None:
    """P10: productivity rises by 10 % in the villages of even number, for everybody there."""
    h = region.rows("household")
    h.productivity += BETTER * (h.village % 2 == 0)


def halve_assets(region: Region, touched: Mask) -> None:
    """P7: chosen households lose half of their productive assets (booked as a loss)."""
    h = region.rows("household")
    rows = np.flatnonzero(touched)
    lost = 0.5 * h.capital[rows]
    h.capital[rows] -= lost
    region.ledger.post("asset.loss", Side("households", lost, rows), Side("nature"), "assets")


def all_quantities(scenario: ResolvedScenario) -> dict[str, float]:
    """Every quantity of `patterns.csv` in the scenario's world (five runs)."""
    region, base = panel_of(scenario)
    found = world_quantities(region, base) | history_quantities(scenario, region, base)
    found |= allowance_quantities(region, base)
    return found | paired_quantities(partial(panel_of, scenario), region, base)


def paired_quantities(live: Live, region: Region, base: dict[int, Panel]) -> dict[str, float]:
    """What the paired experiments say; `live` runs the world again with a change, the first run has gone before."""
    weight, touched = region.table_of("household")["weight"], chosen(region)
    alive = np.all([base[year]["members"] > 0 for year in base], axis=0)
    on = touched & alive
    found = illness_effect(base, live(fall_ill)[1], weight, on)
    found |= recovery(base, live(halve_assets)[1], weight, on)
    found |= consumption_response(base, live(None, give)[1], weight, on)
    better = (region.table_of("household")["village"] % 2 == 0) & alive
    return found | investment_effect(base, live(improve)[1], weight, better)


def illness_effect(base: dict[int, Panel], ill: dict[int, Panel], weight: Mask, on: Mask) -> dict[str, float]:
    """Change of income per head of the struck, per cent, one and three years after; households with able workers."""
    on = on & (ill[CHANGE_YEAR]["severely_ill"] > base[CHANGE_YEAR]["severely_ill"])
    w = (weight * base[CHANGE_YEAR]["members"])[on]

    def effect(year: int) -> float:
        with_illness, without = (weighted_mean(per_head(x[year])[on], w) for x in (ill, base))
        return 100.0 * (with_illness / without - 1.0)

    return {"health_shock_year_1": effect(CHANGE_YEAR + 1), "health_shock_year_3": effect(CHANGE_YEAR + 3)}


def recovery(base: dict[int, Panel], halved: dict[int, Panel], weight: Mask, on: Mask) -> dict[str, float]:
    """Share of the halved assets regained after three years, by fifth: 2·(ratio to the twin) − 1."""
    fifth = fifths(per_head(base[CHANGE_YEAR - 1]), weight * base[CHANGE_YEAR - 1]["members"])
    year = CHANGE_YEAR + 2

    def regained(group: int) -> float:
        which = on & (fifth == group)
        lost, whole = (float((weight * x[year]["capital"])[which].sum()) for x in (halved, base))
        return 2.0 * lost / whole - 1.0

    return {"no_trap": regained(0), "recovery_poor_slower": regained(4) - regained(0)}


def consumption_response(base: dict[int, Panel], given: dict[int, Panel], weight: Mask, on: Mask) -> dict[str, float]:
    """Extra consumption per yuan of extra income in the first and the fourth year."""

    def share(year: int) -> float:
        more = [float((weight * (given[year][x] - base[year][x]))[on].sum()) for x in ("consumption", "income")]
        return more[0] / more[1]

    first = share(CHANGE_YEAR)
    return {"consumption_year_1": first, "consumption_rises": share(CHANGE_YEAR + 3) - first}


def investment_effect(base: dict[int, Panel], better: dict[int, Panel], weight: Mask, on: Mask) -> dict[str, float]:
    """Gain per head of the top fifth against the bottom fifth in the third year."""
    year = CHANGE_YEAR + 2
    persons = weight * base[year]["members"]
    fifth = fifths(per_head(base[CHANGE_YEAR - 1]), persons)
    gain = per_head(better[year]) - per_head(base[year])
    top, bottom = (weighted_mean(gain[on & (fifth == g)], persons[on & (fifth == g)]) for g in (4, 0))
    return {"investment_top_to_bottom": top / max(bottom, 1.0)}


def check(scenario: ResolvedScenario) -> list[tuple[Target, float, bool]]:
    """Every target with the simulated value and whether it is within its tolerance."""
    found = all_quantities(scenario)
    known = [target for target in load_targets() if target.quantity in found]  # what programmes add: in history only
    return [(target, found[target.quantity], target.within(found[target.quantity])) for target in known]
