"""Modifiers of named quantities: how an instrument changes what a rule reads, without touching the rule.

A quantity such as `farm.productivity` is a log shift kept in one column and read in one place. Instruments add their
effect when it begins and take it away when it ends, in any order; the sum is the same. Whoever wants to move a quantity
names it; nobody else writes its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fupin.errors import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region


class Quantity(NamedTuple):
    """A quantity that instruments may shift: labels, the column of the shift (log or sum), where it is read."""

    zh: str
    en: str
    kind: str
    column: str
    read_in: str


QUANTITIES: dict[str, Quantity] = {
    "farm.productivity": Quantity(
        "农户经营生产率",
        "productivity of a household's farm or business",
        "household",
        "productivity_shift",
        "settle.produce",
    ),
    "farm.price": Quantity("农户售价", "price a household receives", "household", "price_shift", "settle.produce"),
    "village.productivity": Quantity(
        "村生产条件", "productivity of a village", "village", "village_shift", "settle.produce"
    ),
    "village.price": Quantity("村市场通达", "price received in a village", "village", "market_shift", "settle.produce"),
    "health.own_cost": Quantity(
        "自付医疗", "what remains to be paid of a health bill", "household", "care_shift", "settle.spend, health.bill"
    ),
    "health.hazard": Quantity(
        "患重病风险", "hazard of severe illness", "household", "hazard_shift", "health.severe_illness"
    ),
    "labour.migration": Quantity(
        "外出便利", "ease of migration (utils)", "household", "migration_shift", "labour.worths"
    ),
    "health.outpatient_cost": Quantity(
        "自付门诊", "what remains to be paid of outpatient care", "household", "outpatient_shift", "settle.spend"
    ),
    # of teams, villages and counties: sums of shares and days, not of logs
    "team.days": Quantity(
        "工作队人日", "person-days that others add to a team's", "workteam", "days_shift", "teams.work"
    ),
    "team.presence": Quantity(
        "工作队在岗", "share of its time that a team is in the village", "workteam", "presence_shift", "teams.work"
    ),
    "team.paperwork": Quantity(
        "工作队填表占比", "share of a team's days on paperwork", "workteam", "paperwork_shift", "teams.work"
    ),
    "team.skill": Quantity("工作队能力", "skill of a team", "workteam", "skill_shift", "teams.work"),
    "team.fit": Quantity(
        "工作队项目能力", "skill of a team in projects, beyond its skill", "workteam", "fit_shift", "teams.work"
    ),
    "team.matching": Quantity(
        "工作队信息对接",
        "what a team's households hear of what is on offer",
        "workteam",
        "matching_shift",
        "teams.work",
    ),
    "team.talk": Quantity(
        "扶志用时", "share of a team's days for talks on motivation", "workteam", "talk_share", "teams.work"
    ),
    "team.gifts": Quantity("慰问用时", "share of a team's days for gifts", "workteam", "gift_share", "teams.work"),
    "village.cadres": Quantity(
        "村干部识别能力", "what village cadres see by themselves", "village", "cadre_shift", "teams.accuracy_by_village"
    ),
    "county.attention": Quantity(
        "领导包联关注", "attention of leaders to a county's projects", "county", "attention", "cadres.village_applies"
    ),
    "county.tolerance": Quantity(
        "容错程度", "tolerance of errors in a county", "county", "tolerance", "cadres.village_applies"
    ),
}


def modify(region: Region, quantity: str, rows: NDArray[np.int64], log_shift: NDArray[np.float64] | float) -> None:
    """Add a log shift to a named quantity for the given rows (no row twice); a negative shift takes an effect away."""
    if quantity not in QUANTITIES:
        raise KeyError(f"no quantity {quantity!r} to modify; {nearest(quantity, QUANTITIES)}")
    what = QUANTITIES[quantity]
    region.table_of(what.kind)[what.column][rows] += log_shift
