"""Registry: what the administration believes of each household, who is listed, who leaves and who returns.

True poverty is never read here. The administration sees reported income, the four looks and an assessor's error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.calendar import JUNE, months_left
from fupin.model.columns import Rows
from fupin.model.draws import declare_stream
from fupin.model.engine.among import places_where
from fupin.model.engine.families import members_of
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.events import tell_traced
from fupin.model.household import DANGEROUS, EXITED, REGISTERED
from fupin.model.processes import gaming
from fupin.model.processes.conduct import frankness, honour_counts
from fupin.model.processes.listing import chance_of_listing, split_elders, undeclared_support, within_quota
from fupin.model.processes.queue import admit
from fupin.model.processes.schooling import kept_from_school
from fupin.model.processes.teams import accuracy_by_village
from fupin.model.processes.village_plan import verify
from fupin.model.rules.looks import budget_score, grain_look, labour_look, pupils_look
from fupin.model.rules.reporting import (
    assessment_error,
    four_look_score,
    hidden_share,
    noise_left,
    observed_income_per_head,
    reported,
)

if TYPE_CHECKING:
    from fupin.model.region import Region

BLOCK = 16384  # households assessed at a time

type Index = NDArray[np.int64]

ASSESSOR = declare_stream(
    "registry.assessor", "errors of assessing income and the four looks: lasting (month 0) and yearly"
)
ENTRY = declare_stream("registry.entry", "whether a household believed poor is brought before the assessors this year")


def observe(region: Region) -> None:
    """Reported income, observed income per head and the four-look score of every household."""
    accuracy = accuracy_by_village(region)
    split_elders(region, accuracy)
    assess(region, None, **what_assessors_know(region, accuracy))


def observe_some(region: Region, rows: Index) -> None:
    """The same for the households in some rows."""
    assess(region, rows, **what_assessors_know(region, accuracy_by_village(region)))


def what_assessors_know(region: Region, accuracy: NDArray[np.float64]) -> dict[str, Any]:
    """Lasting errors by household, accuracy by village, and whether households anywhere are ashamed to hide income.

    Where they are not, array operations need not ask; a loop would have to be compiled twice.
    """
    of_income, of_looks = region.lasting(ASSESSOR, 2)
    seen = {"of_income": Lookup(of_income), "of_looks": Lookup(of_looks), "accuracy": Lookup(accuracy)}
    left = months_left(region.calendar_month) - 1.0
    return seen | {"left": left, "honour": region.compiled or honour_counts(region)}


@rowwise("household", block=BLOCK)
def assess(
    region: Region, h: Any, of_income: Lookup, of_looks: Lookup, accuracy: Lookup, left: float, honour: bool
) -> None:
    """The same for some households, whose assessors see with the given accuracy and err as they always do.

    `left` are the months of the year that are still to come.
    """
    p, sight = region.p, accuracy[h.village]
    passing = region.draws.normals(ASSESSOR, region.month, h.uid, 2)
    unreviewed = 1.0 - h.reviewed
    misjudged, misseen = (
        assessment_error(lasting[h.span], now, p.error_persistence) * unreviewed
        for lasting, now in zip((of_income, of_looks), passing, strict=True)
    )
    # what goes on, of the year: a house, animals or a bill that is paid one has already
    stake = h.programme_income + left * h.dibao  # so much of the allowance is still to come
    income = lasting_income(h) if p.lasting_on else h.income_year
    income = income - 12.0 * h.dibao  # the allowance is not counted against itself
    if p.split_share > 0.0:
        income = income - undeclared_support(h, p)
    audit = region.rows("county").audit[h.county]
    hidden = hidden_share(
        stake,
        income,
        h.visits,
        audit,
        p.hiding_base,
        p.hiding_stake,
        p.hiding_visit,
        p.hiding_audit,
        p.most_deterred,
        p.most_hidden,
    )
    hidden = hidden * (1.0 - p.look_back_data * h.reviewed)
    h.reported_income = reported(income, frankness(region, h, hidden) if honour else hidden)
    h.observed_income = observed_income_per_head(h.reported_income, h.members, noise_left(p.noise_sd, sight), misjudged)
    h.score = looked_at(region, h, noise_left(p.score_noise, sight), misseen)


def looked_at(region: Region, h: Any, noise: Any, error: Any) -> Any:
    """What the four looks tell: a score with weights, or an estimated budget where `look_budget_on` (M001)."""
    p = region.p
    if p.look_budget_on:
        return look_budget(h, p, noise, error)
    return four_look_score(
        h.reported_income / np.maximum(h.members, 1.0),
        p.poverty_line,
        h.workers,
        np.minimum(h.ill, 1.0),
        np.where(h.housing == DANGEROUS, 1.0, 0.0),
        h.pupils,
        h.land,
        h.members,
        noise,
        error,
        p.score_income,
        p.score_labour,
        p.score_illness,
        p.score_house,
        p.score_pupil,
        p.score_land,
    )


def look_budget(h: Any, p: Any, noise: Any, error: Any) -> Any:
    """The four looks as an estimated budget: grain, labour, pupils in yuan, the house as depth."""
    budget = grain_look(h.land, h.members, p.look_yield, p.look_food)
    budget = budget + labour_look(h.workers, h.ill, h.disabled, p.look_wage, p.look_medical)
    budget = budget + pupils_look(h.pupils, p.look_school, p.look_promise)
    bad_house = np.where(h.housing == DANGEROUS, 1.0, 0.0)
    return budget_score(budget, h.members, bad_house, p.look_depth, p.poverty_line, noise, error)


def lasting_income(h: Any) -> Any:
    """Income of a year that is not a passing bad one: what the third party asks for too (`assessment.found_poor`)."""
    return np.maximum(h.income_year, h.permanent_income)


def enrol(region: Region) -> None:
    """The listing of 2014: each county fills its quota of persons with the lowest scores.

    Without rationing there is no quota, and whoever is believed to be poor is listed.
    """
    observe(region)
    h, county = region.rows("household"), region.rows("county")
    people = (h.members > 0).nonzero()[0]
    if region.markets_on:
        persons = h.members[people] * h.weight[people]
        taken = people[admit(h.county[people], h.score[people], persons, county.quota, h.uid[people])]
    else:
        taken = people[h.observed_income[people] < region.p.poverty_line]
    h.registry[taken] = REGISTERED
    h.registered_month[taken] = region.month


def guaranteed(region: Region, rows: Index) -> NDArray[np.bool_]:
    """Food and clothing, housing, water, compulsory schooling and care of some households: what can be seen of them.

    What a household could not pay is seen of this year, and until June of the year before.
    """
    h = region.rows("household")
    members, home = members_of(region, rows)
    missing = np.bincount(home[kept_from_school(region, Rows(region.table_of("person"), members))], minlength=len(rows))
    sound = (h.housing[rows] != DANGEROUS) & h.safe_water[rows]
    unmet = (h.forgone[rows] > 0.0) | (h.shortfall[rows] > 0.0)
    if region.calendar_month <= JUNE:  # the year is too short yet to show what a household lacks
        unmet |= h.unmet_before[rows]
    return np.asarray(sound & (missing == 0) & ~unmet)


def allowance(h: Any) -> NDArray[np.float64]:
    """The minimum living allowance per head and year, which is income at exit though not for the list."""
    return np.asarray(12.0 * h.dibao / np.maximum(h.members, 1.0))


def ready(region: Region, before: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Who may leave: believed above the line, this year and (if asked) the year before, long enough, guaranteed."""
    h, p = region.rows("household"), region.p
    settled = (h.registry == REGISTERED) & (region.month - h.registered_month >= p.least_months)
    mask = settled & (h.observed_income + allowance(h) > p.exit_margin * p.poverty_line)
    if p.exit_stability > 0.0:
        mask &= before + allowance(h) >= p.exit_stability * p.poverty_line
    if p.exit_guarantees:
        asking = mask.nonzero()[0]
        mask[asking] = guaranteed(region, asking)
    return np.asarray(mask)


def adjust(region: Region) -> None:
    """October: the listed who are believed above the line leave; poor households that are seen enter or return."""
    h, p = region.rows("household"), region.p
    before = h.observed_income.copy()
    observe(region)
    if p.village_plan_on:
        observe_some(region, verify(region))
    if p.gaming_on:
        enter(region, gaming.uncovered(region))
    listed = h.registry == REGISTERED
    leaves = ready(region, before)
    if p.totals_match:
        leaves[gaming.match_totals(region, leaves, listed)] = False
    if p.gaming_on:
        feigned = gaming.feign(region, listed & ~leaves, leaves)
        leaves[feigned] = True
        h.ungrounded[feigned] = True
    leaving = leaves.nonzero()[0]
    believed = h.observed_income + allowance(h) if p.count_allowance else h.observed_income
    poor = places_where(region, ~listed & (believed < p.poverty_line) & (h.members > 0))
    if p.gaming_on:
        poor = poor[~h.ungrounded[poor]]  # whoever struck them off does not list them again
    chance = chance_of_listing(region, poor)
    entering = poor[region.draws.uniform(ENTRY, region.month, h.uid[poor]) < chance]
    change(region, leaving, within_quota(region, entering, leaving))


def change(region: Region, leaving: Index, entering: Index) -> None:
    """Take households off the list and on to it."""
    flows, h = flows_of_year(region), region.rows("household")
    if not (len(leaving) or len(entering)):
        return
    back = entering[h.registry[entering] == EXITED]
    h.returns[back] += 1
    h.registry[leaving] = EXITED
    h.exited_month[leaving] = region.month
    region.left_in.setdefault(region.year, []).append(leaving)
    h.registry[entering] = REGISTERED
    h.registered_month[entering] = region.month
    h.ungrounded[entering] = False
    h.alert_month[entering] = -1
    out, new, again = (float((h.members[rows] * h.weight[rows]).sum()) for rows in (leaving, entering, back))
    flows["exits"] += out
    flows["entries"] += new - again
    flows["returns"] += again
    if not len(region.ledger.traced):
        return
    tell_traced(region, leaving, "脱贫退出", "left the register")
    tell_traced(region, np.setdiff1d(entering, back), "纳入建档立卡", "registered as poor")
    tell_traced(region, back, "返贫，重新纳入", "fell back and was registered again")


def enter(region: Region, rows: Index) -> Index:
    """List some households within the year, as far as the quota goes where there is one; returns those listed."""
    nobody = np.empty(0, np.int64)
    listed = within_quota(region, rows, nobody)
    change(region, nobody, listed)
    return listed


def flows_of_year(region: Region) -> dict[str, float]:
    """Persons who left, entered and returned this year, for the outcome tables: from zero at its first change."""
    flows = region.registry_flows
    if flows.get("year") != region.year:
        flows.update(exits=0.0, entries=0.0, returns=0.0, year=float(region.year))
    return flows


def registry_october(region: Region) -> None:
    """Observe every household each October; from the scenario's start on, the list is adjusted."""
    if region.month < region.start:
        observe(region)
    else:
        adjust(region)
