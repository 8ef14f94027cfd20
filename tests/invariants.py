"""What columns mean, as claims that must hold in every month of any world; each answers with the rows that break it.

The suite asks them of small worlds. Longer, from the folder `tests`: `python invariants.py POLICY HOUSEHOLDS YEARS
SEED`, as in `python invariants.py history 60 7 1` (households a village; `everything` is all instruments at once).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from worlds import AT_WORK, BOOK, HARD_TIMES, START, instruments, region, villages

from fupin.model.agents import AGENT_CLASSES
from fupin.model.ages import OLD, SCHOOL, WORK
from fupin.model.columns import columns_of
from fupin.model.household import EXITED, NEVER, REGISTERED
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.person import LOCAL, MIGRANT, OWN
from fupin.model.region import Region
from fupin.scenarios.overrides import prepare

NEAR = 1e-6
DATES = {  # the month of what happened: never to come, and when it changes, it is now
    "household": ("registered_month", "exited_month", "granted_month", "relief_month", "planned_month", "alert_month"),
    "village": ("industry_month", "hill_month", "exit_month"),
    "county": ("applied_month", "out_month"),
}


class Moment:
    """All columns of a world in a month: `now.household.age`, and `month`."""

    household: SimpleNamespace
    person: SimpleNamespace

    def __init__(self, world: Region) -> None:
        self.world, self.month, self.of_year = world, world.month, world.calendar_month
        for kind in AGENT_CLASSES:
            table = world.table_of(kind)
            setattr(self, kind, SimpleNamespace(**{name: table[name].copy() for name in table.columns}))

    def summed(self, values: Any) -> Any:
        """Of persons, by household."""
        return np.bincount(self.person.household, values * 1.0, minlength=len(self.household.uid))


def of_one_month(now: Any) -> Iterator[tuple[str, Any]]:
    """Claims about a month, as the rows for which each is false."""
    h, p, v, e, c = now.household, now.person, now.village, now.enterprise, now.county
    living, ill = p.alive, p.alive & (p.illness_months > 0)
    for kind, names in DATES.items():
        for name in names:
            yield f"{kind}.{name} lies ahead", getattr(getattr(now, kind), name) > now.month
    counts = {
        "members": living, "children": living & (p.age < SCHOOL), "elders": living & (p.age >= OLD),
        "pupils": living & (p.stage > 0), "workers": p.able, "disabled": living & p.disabled, "severely_ill": ill,
        "ill": ill | (living & p.chronic), "dibao_members": living & p.dibao,
    }  # fmt: skip
    if now.of_year % 3 == 0:
        counts |= {"own_workers": p.activity == OWN, "local_workers": p.activity == LOCAL}
        counts |= {"migrants": p.activity == MIGRANT}
        away = now.summed((p.activity == MIGRANT) & p.non_resident)
        yield "residents are not members less non-residents", h.residents != h.members - away
    for name, mask in counts.items():
        yield f"household.{name} is not the count of its members", getattr(h, name) != now.summed(mask)
    idle = ~living & (p.able | (p.activity >= 0) | (p.stage > 0) | (p.illness_months > 0) | (p.capacity > 0) | p.dibao)
    yield "the dead work, learn, are ill or on the allowance", idle
    right = (p.age >= WORK) & (p.age < OLD) & (p.stage == 0) & ~p.disabled & living
    yield "able is not of working age, out of school and not disabled", p.able != right
    yield "an activity of the unable, or none of the able", p.able != (p.activity >= 0)
    yield "an employer of who does not work locally", (p.employer >= 0) != (p.activity == LOCAL)
    yield "an employer of another county", (p.employer >= 0) & (e.county[p.employer] != h.county[p.household])
    yield "illness without loss, or loss without illness", ill != (p.illness_loss > 0)
    yield "more schooling than years since five", living & (p.schooling > np.maximum(p.age - SCHOOL + 1, 0))
    yield "school before its age", living & (p.stage > 0) & (p.age < SCHOOL)
    four = h.wage_income + h.operating_income + h.property_income + h.transfer_income
    quarters = [getattr(h, f"income_q{number}") for number in range(1, 5)]
    so_far = sum(quarters[: (now.of_year + 2) // 3])
    yield "the four incomes are not those of the year's quarters", np.abs(four - so_far) > 1e-3
    if now.of_year % 3 == 0:
        yield "income_year is not four quarters", np.abs(h.income_year - sum(quarters)) > 1e-3
    yield "more programme income than benefits", h.programme_income > h.benefits + NEAR
    yield "owed to a bank, with no months left", (h.loan > NEAR) & (h.loan_months <= 0)
    yield "owed to a group, of no lender", (h.group_loan > NEAR) & (h.group_lender == 0)
    yield "assets that grow, for ever", (h.grant_pending > 0) & (h.grant_ready < now.month)
    yield "more land let than had", h.rented_out + h.park_land > h.land + NEAR
    yield "land let and rented at once", (h.rented_out > 0) & (h.rented_in > 0)
    yield "on the register since no month", (h.registry == REGISTERED) & (h.registered_month < 0)
    yield "left before it was listed", (h.registry == EXITED) & (h.exited_month < h.registered_month)
    yield "returns of who was never listed", (h.registry == NEVER) & (h.returns > 0)
    yield "a moved household without a month", (h.location > 0) & (h.relocated_month < 0)
    yield "a village out without a month", v.exited & (v.exit_month < 0) & (v.poor_village)
    yield "a plant without a tariff", (v.pv_kw > 0) & (v.pv_tariff <= 0)
    yield "a county out before it applied", (c.out_month >= 0) & (c.out_month < c.applied_month)
    yield "jobs, cash or debt of a closed firm", ~e.alive & ((e.jobs > NEAR) | (np.abs(e.cash) + e.loan > NEAR))


def between(was: Any, now: Any) -> Iterator[tuple[str, Any]]:
    """Claims about what may change from one month to the next."""
    (h, p), (before, person) = (now.household, now.person), (was.household, was.person)
    january, quarter = now.of_year == 1, now.of_year % 3 == 0
    same = person.alive & p.alive & ~(january & (p.age == 0))  # a child may have the place of who died that January
    for kind, names in DATES.items():
        for name in names:
            old, new = getattr(getattr(was, kind), name), getattr(getattr(now, kind), name)
            yield f"{kind}.{name} is set to another month than now", (new != old) & (new != -1) & (new != now.month)
    yield "a birthday outside January, or none in it", same & (p.age != person.age + january)
    yield "births and deaths outside January", (p.alive != person.alive) & (not january)
    yield (
        "schooling falls, or rises outside September",
        same & ((p.schooling < person.schooling) | ((p.schooling > person.schooling) & (now.of_year != 9))),
    )
    yield "skill is lost", same & (p.skill < person.skill - NEAR)
    lasting = ("uid", "household", "turn", "priority")
    yield "what lasts for life changes", np.logical_or.reduce([getattr(p, n) != getattr(person, n) for n in lasting])
    yield (
        "an illness stands still over a quarter",
        same & (person.illness_months > 0) & quarter & (p.illness_months == person.illness_months),
    )
    yield "an illness passes between quarters", same & (not quarter) & (p.illness_months != person.illness_months)
    moved = same & p.able & person.able & (p.activity != person.activity)
    yield "a new activity of long standing", moved & (p.tenure > 3)
    yield (
        "months of a loan that do not fall",
        quarter
        & (before.loan > NEAR)
        & (h.loan > NEAR)
        & (h.loan <= before.loan)
        & (before.loan_months - h.loan_months != 3),
    )
    yield (
        "belief about income outside the quarter's end",
        (not quarter) & (h.permanent_income != before.permanent_income),
    )
    yield "a pension after the last elder", (before.elders > 0) & (h.elders == 0) & (h.formal_pension > 0)
    yield "returns undone", h.returns < before.returns
    yield "home from a site, as if never moved", (before.location > 0) & (h.location == 0)
    yield "safe water lost", before.safe_water & ~h.safe_water


def broken(world: Region, months: int) -> dict[str, tuple[int, int]]:
    """Claims that fail while a world lives some months: month since START, and how many rows, when first seen."""
    found: dict[str, tuple[int, int]] = {}
    was = None
    for _ in range(months):
        world.step()
        now = Moment(world)
        claims: list[Callable[[], Any]] = [lambda: of_one_month(now)]  # noqa: B023
        if was is not None:
            claims.append(lambda: between(was, now))  # noqa: B023
        for made in claims:
            for name, wrong in made():
                if np.any(wrong):
                    found.setdefault(name, (world.month - START, int(np.sum(wrong))))
        was = now
    return found


def world_of(policy: str, households: int, years: int, seed: int, burn_in: int = 24) -> Region:
    """A few villages under a policy of the library, or under all instruments in hard times."""
    if policy == "everything":
        package = instruments(*instrument_kinds(), **AT_WORK)
        return region(
            villages(households, seed), package, years=years, burn_in=burn_in, seed=seed, overrides=HARD_TIMES
        )
    scenario = prepare("baoding", policies=[policy], years=years, burn_in_years=burn_in // 12, seed=seed).resolve()
    package = scenario.build_instruments()
    path = scenario.parameters_over(BOOK)
    return Region(villages(households, seed), path, package, seed=seed, first=scenario.first, start=scenario.start)


def dtypes_and_bounds(world: Region) -> list[str]:
    """Columns with numbers that are not finite, or codes that are not declared."""
    wrong = []
    for kind, cls in AGENT_CLASSES.items():
        for name, column in columns_of(cls).items():
            values = world.table_of(kind)[name]
            coded = column.choices and not np.isin(values, list(column.choices)).all()
            if values.dtype != column.dtype or coded or not np.isfinite(values.astype(float)).all():
                wrong.append(f"{kind}.{name}")
    return wrong


if __name__ == "__main__":
    policy, households, years, seed = sys.argv[1], *map(int, sys.argv[2:5])
    for name, (month, rows) in broken(world_of(policy, households, years, seed), 24 + 12 * years).items():
        print(f"{name}: {rows} rows in month {month}")
