"""Budgets: each January the counties' money is allocated, then it arrives, is drawn by projects, and lapses.

Nothing here happens unless `budget_rules` is in the package. Then a county holds money by line: sector money for the
farm, works and people lines, what it may integrate, donors' money, free money and money for growth. A project draws on
the lines that admit its use, the narrowest first, and is not begun where they are empty. What each programme may
draw stands in the county's plan of the year (`year_plan.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.ledger import Side
from fupin.model.processes.queue import admit
from fupin.model.processes.year_plan import YearPlan, programmes
from fupin.model.rules.budgets import carried_over, implementation_rate, usable_at_once

if TYPE_CHECKING:
    from fupin.model.instruments.base import Instrument
    from fupin.model.region import Region

type Amounts = NDArray[np.float64]
type Mask = NDArray[np.bool_]
type Rows = NDArray[np.int64]

CONDITIONS = declare_stream("budgets.conditions", "whether the preconditions of a project are met, by policy and year")

LINES = ("farm", "works", "people", "integrated", "donors", "free", "growth")
LINE = {name: place for place, name in enumerate(LINES)}
ADMITTING = {  # use -> lines that may pay for it, the narrowest first; integrated money is for farms and works only
    "farm": ("farm", "integrated", "donors", "free"),
    "works": ("works", "integrated", "donors", "free"),
    "people": ("people", "donors", "free"),
    "growth": ("growth",),
}
OPEN_TO = {  # the same by place, with the donors' line or without
    (use, donors): np.array([LINE[name] for name in lines if donors or name != "donors"])
    for use, lines in ADMITTING.items()
    for donors in (True, False)
}
USES = {  # family of an instrument -> use; what is not here is an entitlement, paid as if there were no pool
    "industry": "farm",
    "finance": "farm",
    "ecology": "farm",
    "services": "works",
    "employment": "people",
    "relocation": "people",
    "housing": "people",
}
KEEPER = "budget_rules"


@dataclass
class Pool:
    """Money of the counties. All amounts are population yuan, (counties, lines)."""

    opened: Amounts  # may be spent now
    waiting: Amounts  # received, to be spent next year: beyond what the county can place in one
    arriving: list[tuple[int, dict[str, Amounts], Amounts]] = field(default_factory=list)
    advanced: Amounts = field(default_factory=lambda: np.zeros(0))  # by the counties, for want of lines that admit it
    entered: dict[str, Rows] = field(default_factory=dict)  # projects of earlier years in the project pool
    entering: dict[str, list[Rows]] = field(default_factory=dict)  # those of this year
    plan: YearPlan | None = None  # none: who stands first in the package draws first
    year: int = -1


def keeper_of(region: Region) -> Instrument | None:
    """The budget rules of the package: those in force, where there were others before."""
    rules = region.of_kind(KEEPER)
    if len(rules) < 2:
        return next(iter(rules), None)
    now = (one for one in rules if one.settings.active(region.month))
    return next(now, next((one for one in rules if one.settings.begun(region.month)), None))


def budget_month(region: Region) -> None:
    """January: books are closed and the year's money allocated; any month: what was approved arrives."""
    keeper = keeper_of(region)
    if keeper is None or region.month < region.start:
        return
    if not keeper.settings.active(region.month):
        if region.pool is not None:
            give_back(region, keeper, region.pool, 1.0)
            region.pool = None
        return
    s: Any = keeper.settings.at(region.month)
    if region.pool is None:
        empty = np.zeros((len(region.rows("county")), len(LINES)))
        region.pool = Pool(empty, empty.copy(), advanced=np.zeros(len(empty)))
    pool = region.pool
    new_year = pool.year != region.year
    if new_year:
        if pool.year >= 0:
            close_books(region, keeper, pool, s)
        from fupin.model.processes.allocation import allocate  # it knows the lines and the pool of this module

        allocate(region, keeper, pool, s)
        pool.year = region.year
    if receive(region, keeper, pool, s) or new_year:
        make_plan(region, pool, s)


def make_plan(region: Region, pool: Pool, s: Any) -> None:
    """January, and whenever money arrives: what the lines hold is divided over the programmes of the year."""
    if not s.yearly_plan:
        pool.plan = None
        return
    pool.plan = pool.plan or YearPlan()
    uses = {one.id: use for one in programmes(region) if (use := use_of(one)) not in ("", "growth")}
    pool.plan.divide(uses, {name: pool.opened[:, LINE[name]] for name in LINES}, ADMITTING)


def close_books(region: Region, keeper: Instrument, pool: Pool, s: Any) -> None:
    """Part of what was not spent is taken back, the rest and what had to wait is open; projects entered count now."""
    give_back(region, keeper, pool, s.returned_share)
    pool.opened += pool.waiting
    pool.waiting[:] = 0.0
    for name, found in pool.entering.items():
        pool.entered[name] = np.unique(np.concatenate([pool.entered.get(name, np.empty(0, np.int64)), *found]))
    pool.entering.clear()
    if pool.plan is not None:
        pool.plan.close_year()


def give_back(region: Region, keeper: Instrument, pool: Pool, share: float) -> None:
    """Unspent money returns to the province; at the end of the rules (share 1) all that is left does."""
    if share >= 1.0 and not keeper.settings.active(region.month):
        pool.opened += pool.waiting
        pool.waiting[:] = 0.0
    kept = carried_over(pool.opened, share)
    back = (pool.opened - kept).sum(axis=1)
    pool.opened[:] = kept
    region.rows("county").cash -= back
    region.ledger.post_by_county("grant.returned", "counties", "province", back, keeper.id)


def receive(region: Region, keeper: Instrument, pool: Pool, s: Any) -> bool:
    """Money whose approvals are through: what the county can place this year is open, the rest waits. Did any come?"""
    c = region.rows("county")
    due = [one for one in pool.arriving if one[0] <= region.month]
    pool.arriving = [one for one in pool.arriving if one[0] > region.month]
    for _, sources, lines in due:
        for source, amounts in sources.items():
            c.cash += amounts
            book(region, keeper, source, amounts)
        usable = usable_at_once(lines, np.minimum(s.absorption * c.absorption, 1.0)[:, None])
        pool.opened += usable
        pool.waiting += lines - usable
    return bool(due)


def book(region: Region, keeper: Instrument, source: str, amounts: Amounts) -> None:
    """Post the money of one source; credit makes the county a debtor of policy banks."""
    counties, post = Side("counties", amounts), region.ledger.post
    if source == "county":
        post("county.revenue", Side("markets"), counties, instrument=keeper.id)
    elif source == "credit":
        region.rows("county").policy_debt += amounts
        post("policy_credit.drawn", Side("banks"), counties, instrument=keeper.id)
        post("policy_credit.owed", counties, Side("banks"), "loan", keeper.id)
    else:
        post(f"grant.{source}", Side(source), counties, instrument=keeper.id)


# what instruments ask


def use_of(instrument: Instrument) -> str:
    """What an instrument's money is for; '' for entitlements. An instrument may say its own `use`, '' too."""
    return str(getattr(instrument, "use", USES.get(instrument.family, "")))


def open_lines(region: Region, use: str, donors: bool = True) -> Amounts:
    """Money by county that may be spent on a use now; without donors' where these name the villages they help."""
    assert region.pool is not None
    return np.asarray(region.pool.opened[:, OPEN_TO[use, donors]].sum(axis=1))


def room_of(region: Region, instrument: Instrument, donors: bool = True) -> Amounts:
    """Money by county that an instrument may spend now: what the lines for its use hold, and within its plan."""
    assert region.pool is not None
    held, plan = open_lines(region, use_of(instrument), donors), region.pool.plan
    if plan is None or instrument.id not in plan.allotted:
        return held
    return np.minimum(held, plan.allotted[instrument.id])


def money_left(region: Region, instrument: Instrument) -> float:
    """Population yuan that all counties may still spend on what an instrument does; unlimited for an entitlement."""
    use = use_of(instrument)
    return float(room_of(region, instrument).sum()) if region.pool is not None and use else float("inf")


def rules_now(region: Region) -> Any:
    """Settings of the budget rules in force."""
    keeper = keeper_of(region)
    assert keeper is not None
    return keeper.settings.at(region.month)


def proposed(region: Region, instrument: Instrument, rows: Rows) -> Rows:
    """Households whose projects may be funded: under project-pool management, those entered in an earlier year."""
    pool = region.pool
    if pool is None or not use_of(instrument) or not rules_now(region).project_pool:
        return rows
    uid = region.rows("household").uid[rows]
    known = np.isin(uid, pool.entered.get(instrument.id, np.empty(0, np.int64)))
    pool.entering.setdefault(instrument.id, []).append(uid[~known])
    return rows[known]


def granted(region: Region, instrument: Instrument, s: Any, rows: Rows) -> Rows:
    """Those of the selected households whose county has the money, by priority, where the policy can be carried out."""
    if region.pool is None or not len(rows) or not use_of(instrument):
        return rows
    h, (cost, keys) = region.rows("household"), instrument.in_line(region, s, rows)
    listed = region.rows("village").poor_village[h.village[rows]]
    return rows[affordable(region, instrument, h.county[rows], listed, h.weight[rows] * cost, keys, h.uid[rows])]


def villages_granted(region: Region, instrument: Instrument, villages: Rows, yuan: Amounts) -> Mask:
    """The same for villages in their order: which have their county's money (yuan with administration)."""
    v = region.rows("village")
    mask = np.zeros(len(villages), np.bool_)
    where = affordable(
        region, instrument, v.county[villages], v.poor_village[villages], yuan,
        lambda: np.arange(len(villages), dtype=np.float64), v.uid[villages],
    )  # fmt: skip
    mask[where] = True
    return mask


def needs_permit(region: Region, kind: str) -> bool:
    """Is a land quota in force that binds this kind of instrument?"""
    quotas = (one.settings for one in region.of_kind("land_quota"))
    return any(quota.active(region.month) and kind in getattr(quota, "policies", ()) for quota in quotas)


def affordable(
    region: Region,
    instrument: Instrument,
    county: Rows,
    listed: Mask,
    yuan: Amounts,
    keys: Callable[[], Amounts],
    uid: Rows,
) -> Rows:
    """Positions of the projects that are begun: those with their preconditions whose county has the money."""
    s = rules_now(region)
    if instrument.begins and region.calendar_month > s.last_start:
        return np.empty(0, np.int64)
    if instrument.kind not in s.hard_policies or s.conditions <= 0.0:
        return paid_for(region, instrument, county, listed, yuan, keys, uid)
    u = region.draws.uniform(CONDITIONS, instrument._key(region), uid)
    met = (u < implementation_rate(s.condition_met, s.conditions)).nonzero()[0]
    begun = paid_for(region, instrument, county[met], listed[met], yuan[met], lambda: keys()[met], uid[met])
    return np.asarray(met[begun])


def paid_for(
    region: Region,
    instrument: Instrument,
    county: Rows,
    listed: Mask,
    yuan: Amounts,
    keys: Callable[[], Amounts],
    uid: Rows,
) -> Rows:
    """Positions of the projects that the counties' money does for. Donors who name their villages pay for no others.

    The keys of priority are asked for only where the money does not do for all.
    """
    room = room_of(region, instrument)
    asked = np.bincount(county, yuan, minlength=len(room))
    kept = admit(county, keys(), yuan, room, uid) if (asked > room).any() else np.arange(len(uid))
    if rules_now(region).donors_name_villages:
        others = kept[~listed[kept]]
        room = room_of(region, instrument, donors=False)
        paid = others[admit(county[others], keys()[others], yuan[others], room, uid[others])]
        kept = np.sort(np.concatenate([kept[listed[kept]], paid]))
    if region.pool is not None and region.pool.plan is not None:
        begun = np.bincount(county[kept], yuan[kept], minlength=len(asked))
        region.pool.plan.note_refused(instrument.id, asked - begun)
    return kept


def draw(region: Region, instrument: Instrument, needed: Amounts, listed: Amounts | None) -> None:
    """Take what is needed (by county) out of the lines; what they do not hold the county advances from its own means.

    `listed` is the part that is spent in villages that donors name; none where they name none.
    """
    pool, c, use = region.pool, region.rows("county"), use_of(instrument)
    assert pool is not None
    covered = needed if pool.plan is None or use == "growth" else pool.plan.note_paid(instrument.id, needed)
    rest, lines = covered.copy(), pool.opened.T
    for name in ADMITTING[use]:
        if not np.count_nonzero(rest):
            break
        line = lines[LINE[name]]
        wanted = np.minimum(rest, listed) if name == "donors" and listed is not None else rest
        taken = np.minimum(np.maximum(line, 0.0), wanted)
        line -= taken
        rest -= taken
    rest += needed - covered  # beyond its plan
    if np.count_nonzero(rest):
        c.cash += rest
        region.ledger.post_by_county("county.revenue", "markets", "counties", rest, instrument.id)
        pool.advanced += rest
    c.funds_spent += needed
    keeper, year, taken_in_all = keeper_of(region), region.year, float((needed - rest).sum())
    for one, yuan in ((instrument, taken_in_all), (keeper, -taken_in_all)):
        if one is not None:
            moved = region.state_of(one).__dict__.setdefault("drawn", {})
            moved[year] = moved.get(year, 0.0) + yuan
