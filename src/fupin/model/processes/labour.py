"""Labour allocation: who thinks again, what each alternative is worth, and the match with vacancies.

A quarter of the workers re-optimise each quarter, and with them everyone to whom something happened. Tastes persist: a
renewal draws a new epoch. Jobs have an employer: incumbents keep theirs, ordinary vacancies of the county are filled
first, then the vacancies of workshops in the village, where registered households stand first in the queue. Who finds
no vacancy takes the next best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.draws import declare_stream
from fupin.model.engine.among import among, places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.household import MOVED
from fupin.model.person import CARE, LOCAL, MIGRANT, OWN, POST
from fupin.model.processes.away_jobs import NO_JOB, QUARTER, shortage, shut_out
from fupin.model.processes.hiring import room_for_others, within_reach
from fupin.model.processes.queue import Keys, Uids, admit, laid_over, ranked
from fupin.model.processes.staff import Staff, count_staff, let_go, ordinary, spread_hired, staff_of
from fupin.model.processes.support import supported
from fupin.model.rules.labour import (
    at_home_or_site,
    best_of_three,
    stay_bonus,
    wants_local_job,
    worth_of_local_job,
    worth_of_migration,
    worth_of_own_work,
    worth_of_post,
    worth_of_staying_home,
)
from fupin.model.rules.motivation import unearned_in_a_year
from fupin.model.rules.vocabulary import maximum, minimum, where

if TYPE_CHECKING:
    from fupin.model.region import Region

TASTES = declare_stream("labour.tastes", "taste of a worker for each kind of work, by epoch")
RESIDENCE = declare_stream("labour.residence", "whether a person who migrates would cease to be a resident member")
RENEWAL = declare_stream("labour.renewal", "renewal of tastes and separation from a job, yearly")
TASTE_COLUMNS = ("taste_own", "taste_local", "taste_migrant", "taste_post", "taste_care")

WORKERS = 16384  # whose alternatives are valued at a time

type Index = NDArray[np.int64]


@rowwise("person")
def draw_tastes(region: Region, person: Any) -> None:
    """Draw the tastes of persons for their present epoch."""
    tastes = region.draws.gumbels(TASTES, person.taste_epoch, person.uid, len(TASTE_COLUMNS))
    for name, taste in zip(TASTE_COLUMNS, tastes, strict=True):
        setattr(person, name, taste)


def allocate_labour(region: Region) -> None:
    """Layoffs, separations, choices and the match; then employer, activity and tenure are written."""
    region.rows("person").tenure += QUARTER
    staff = present_staff(region)
    shortage(region)
    if region.markets_on:
        staff = lay_off(region, staff)
    thinking = thinks(region)
    leaves = renew(region, thinking)
    staff = staff.idle(leaves)
    hired, gone = choose(region, thinking, staff)
    staff = staff.without(gone).together_with(staff_of(region, hired))
    region.staff = region.month, staff
    count_staff(region, staff)


@among("person")
def thinks(region: Region, person: Any) -> Any:
    """Who thinks again: a quarter of the workers each quarter, and those to whom something happened."""
    return person.able & ((person.turn == region.quarter) | person.restless)


def employed(region: Region) -> Index:
    """Rows of the persons who have an employer: all of them work locally."""
    person = region.rows("person")
    local = places_where(region, person.activity == LOCAL)
    return np.asarray(local[(person.employer[local] >= 0).nonzero()[0]])


def present_staff(region: Region) -> Staff:
    """The employed persons of now: those of the last match who still are, or all who can be found if somebody else has
    been put to work since.
    """
    staff = region.staff[1]
    if staff is not None:
        employer, still = at_work(region, staff.rows)
        stay = still.nonzero()[0]
        if len(stay) == np.count_nonzero(region.rows("person").activity == LOCAL):
            return staff._replace(employer=employer).of(stay)  # type: ignore[no-any-return]
    return staff_of(region, employed(region))


@rowwise("person")
def at_work(region: Region, person: Any) -> tuple[Any, Any]:
    """The employer, and whether this is a local worker who has one."""
    employer = person.employer.astype(np.int64)
    return employer, (employer >= 0) & (person.activity == LOCAL)


def lay_off(region: Region, staff: Index | Staff) -> Staff:
    """Employers with more workers than jobs, and closed ones, let the newest workers go.

    Returns the staff, in which those who went count for nothing.
    """
    person, enterprise, staff = region.rows("person"), region.rows("enterprise"), staff_of(region, staff)
    count_staff(region, staff)
    wanted = np.where(enterprise.alive, region.p.staff_tolerance * enterprise.jobs, 0.0)
    excess = np.maximum(enterprise.filled - wanted, 0.0)
    if not np.any(excess > 1e-9):
        return staff
    out = let_go(region, staff, newest_first(region, staff.rows), excess)
    gone = staff.rows[out]
    person.employer[gone] = -1
    person.activity[gone] = CARE
    person.tenure[gone] = 0.0
    person.restless[gone] = True
    return staff.idle_at(out)


@rowwise("person")
def newest_first(region: Region, person: Any) -> Any:
    """What orders workers when some must go: time in the job, ties by each one's own place."""
    return person.tenure + person.priority


def renew(region: Region, thinking: Index) -> Index:
    """Renew tastes and end jobs by chance, once a year for each worker; returns the persons whose job ends."""
    person = region.rows("person")
    fresh, leaves = chance_of_the_year(region, thinking)
    person.taste_epoch[fresh] += 1
    draw_tastes(region, fresh)
    person.employer[leaves] = -1
    return np.asarray(leaves)


@among("person")
def chance_of_the_year(region: Region, person: Any) -> tuple[Any, Any]:
    """Of those who think again and whose quarter it is: whose tastes are renewed, and whose local job ends."""
    u, due = region.draws.uniforms(RENEWAL, region.month, person.uid, 2), person.turn == region.quarter
    person.restless = False
    parted = (u[1] < region.p.separation) & (person.activity == LOCAL) & region.markets_on
    return due & (u[0] < region.p.taste_renewal), due & parted


@rowwise("person", block=WORKERS)
def weigh(region: Region, person: Any) -> tuple[Any, Any, Any, Any]:
    """Who looks for a local job, who changes at once, what each will do unless hired, and who holds a public post."""
    own, local, away, care = worths(region, person.span)
    wants, best = wants_local_job(own, local, away, care), best_of_three(own, away, care)
    return *decided(person, wants, best), person.activity == POST


@rowwise("person")
def weigh_post(region: Region, person: Any) -> tuple[Any, Any, Any]:
    """The same for those who hold a public post, which they keep unless something else is worth more."""
    own, local, away, care = worths(region, person.span)
    post = worth_of_posts(region, person.span, person.post_wage)
    wants = wants_local_job(own, local, away, care) & (local > post)
    best = where(post > maximum(maximum(own, away), care), 1.0 * POST, best_of_three(own, away, care))
    return decided(person, wants, best)


def decided(person: Any, wants: Any, best: Any) -> tuple[Any, Any, Any]:
    """Who looks for a local job, who changes at once, and what each will do unless hired: those who want a local job
    and have an employer stay, the others do what is best without one."""
    has = person.employer >= 0
    seeks, choice = wants & ~has, where(wants & has, 1.0 * LOCAL, best)
    return seeks, ~seeks & (choice != person.activity), choice


def worths(region: Region, who: Index) -> tuple[Any, Any, Any, Any]:
    """Utility of own work, a local job, migration and staying at home for the given persons."""
    activity, caring = region.rows("person").activity[who], care_asked(region, who)
    own, care = worths_at_home(region, who, activity, caring)
    local, away = worths_of_jobs(region, who, activity, caring)
    return own, local, away, care


def care_asked(region: Region, who: Index) -> Any:
    """Care at home that falls to each of the given persons."""
    person = region.rows("person")
    of_household = region.rows("household").care_burden[person.household[who]]
    return of_household * np.where(person.female[who], 1.0, region.p.men_care_share)


def worths_at_home(region: Region, who: Index, activity: Index, caring: Any) -> tuple[Any, Any]:
    """Utility of own work and of staying at home."""
    person, h, p = region.rows("person"), region.rows("household"), region.p
    home, sw = person.household[who], p.switching_cost
    transfers = unearned_in_a_year(h.programme_income[home], h.programme_income_before[home])
    unearned = p.unearned_share * transfers / maximum(h.workers[home], 1.0)
    own = worth_of_own_work(
        h.home_return[home], person.capacity[who], p.earnings_weight, p.own_constant, person.taste_own[who]
    )
    care = worth_of_staying_home(
        p.idle_value * p.consumer_prices,
        unearned,
        caring,
        p.earnings_weight,
        p.care_constant,
        p.care_weight,
        person.taste_care[who],
    )
    return own + stay_bonus(activity, OWN, sw), care + stay_bonus(activity, CARE, sw)


def worths_of_jobs(region: Region, who: Index, activity: Index, caring: Any) -> tuple[Any, Any]:
    """Utility of a local job and of migration."""
    person, h, v, p = region.rows("person"), region.rows("household"), region.rows("village"), region.p
    home, sw = person.household[who], p.switching_cost
    place, moved, pay = h.village[home], h.location[home], person.pay[who]
    ill = minimum(h.severely_ill[home], 1.0)
    wage_level = at_home_or_site(moved, v.wage_level[place], np.maximum(v.wage_level[place], p.site_wage_level))
    local = worth_of_local_job(
        p.local_wage,
        wage_level,
        pay,
        at_home_or_site(moved, v.remoteness[place], p.site_remoteness),
        p.earnings_weight,
        p.local_constant,
        p.commuting_cost,
        person.taste_local[who],
    )
    away = worth_of_migration(
        p.migrant_wage,
        p.living_share,
        pay,
        v.network[place],
        person.age[who],
        caring,
        ill,
        person.skill[who],
        v.road[place],
        p.earnings_weight,
        p.migration_constant + p.migration_ease + h.migration_shift[home],
        p.network_weight,
        p.age_weight,
        p.care_weight,
        p.illness_weight,
        p.skill_weight,
        p.road_weight,
        person.taste_migrant[who],
    )
    if p.away_jobs < 1.0:
        away = np.where(shut_out(region, who, p.away_jobs), NO_JOB, away)
    return local + stay_bonus(activity, LOCAL, sw), away + stay_bonus(activity, MIGRANT, sw)


def worth_of_posts(region: Region, who: Index, wage: Any) -> Any:
    """Utility of a public post with a yearly wage for the given persons, who keep part of their time for the farm."""
    person, p = region.rows("person"), region.p
    return worth_of_post(
        wage,
        region.rows("household").home_return[person.household[who]],
        person.capacity[who],
        p.earnings_weight,
        p.post_constant,
        p.post_spare,
        person.taste_post[who],
    )


def choose(region: Region, who: Index, staff: Staff) -> tuple[Index, Index]:
    """Each takes the best alternative; local jobs go to incumbents and to those who win a vacancy.

    Returns who is hired and who gives up a local job.
    """
    person = region.rows("person")
    seeks, changes, choice, holds = weigh(region, who)
    held = places_where(region, holds)
    if len(held):
        seeks[held], changes[held], choice[held] = weigh_post(region, who[held])
    seekers = places_where(region, seeks)
    people = who[seekers]
    found = match(region, people, staff)
    won = (found >= 0).nonzero()[0]
    choice[seekers[won]] = LOCAL
    moving = np.concatenate([places_where(region, changes), seekers])
    rows, choice = who[moving], choice[moving]
    before = person.activity[rows]
    other = (choice != before).nonzero()[0]
    rows, choice, before = rows[other], choice[other], before[other]
    gone, hired = rows[before == LOCAL], people[won]
    person.tenure[rows] = 0.0
    person.activity[rows] = choice
    person.employer[gone] = -1
    person.employer[hired] = found[won]
    return hired, gone


@rowwise("person")
def looking(region: Region, person: Any) -> tuple[Any, Any, Any, Any]:
    """Of those who look for a job: household, county, the workers that each stands for, and the place in the queue."""
    h, home = region.rows("household"), person.household
    return home, h.county[home], h.weight[home], person.priority


def match(region: Region, people: Index, staff: Staff) -> Index:
    """Employers found for seekers: the county's ordinary vacancies first, then jobs kept for some.

    Site jobs are for those who moved to a relocation site of the county, workshop jobs for the village, where
    registered households stand first in the queue.
    """
    person, h, enterprise = region.rows("person"), region.rows("household"), region.rows("enterprise")
    home, place, weight, queue = looking(region, people)
    if not region.markets_on:
        first = np.searchsorted(enterprise.county, np.arange(len(region.rows("county"))))
        return np.asarray(first[place], np.int64)
    count_staff(region, staff)
    free = np.where(enterprise.alive, np.maximum(enterprise.jobs - enterprise.filled, 0.0), 0.0)
    uid, county = Keys(person.uid, people), region.rows("county")
    county.job_seekers = np.bincount(place, weight, minlength=len(county))
    for_movers = (enterprise.village < 0) & (enterprise.reserved > 0.0)
    for_all = np.where(ordinary(enterprise), free, 0.0)
    county.vacancies = np.bincount(enterprise.county, for_all, minlength=len(county))
    reach = within_reach(region, people)
    if reach is None:
        found = assign(place, queue, weight, uid, enterprise.county, for_all)
    else:
        found = np.full(len(people), -1, np.int64)
        near = reach.nonzero()[0]
        found[near] = assign(place[near], queue[near], weight[near], uid[near], enterprise.county, for_all)
    hired = (found >= 0).nonzero()[0]
    spread_hired(region, for_all, place[hired], weight[hired])
    site = np.where(for_movers, free, 0.0)
    left = ((found < 0) & (h.location[home] == MOVED)).nonzero()[0]
    if len(left) and site.any():
        found[left] = assign(place[left], queue[left], weight[left], uid[left], enterprise.county, site)
    left = (found < 0).nonzero()[0]
    workshops = np.where(enterprise.village >= 0, free, 0.0)
    if len(left) and workshops.any():
        registered = supported(region, home[left])
        first_in_line = np.where(registered, 0.0, 1.0) + queue[left]
        village = np.maximum(enterprise.village, 0)
        if np.any(enterprise.hire_share[workshops > 0.0] > 0.0):  # a part of the jobs is closed to the others
            listed, others = left[registered], left[~registered]
            found[listed] = assign(
                h.village[home[listed]], queue[listed], weight[listed], uid[listed], village, workshops
            )
            taken = np.bincount(found[listed][found[listed] >= 0], weight[listed][found[listed] >= 0], len(workshops))
            room = np.minimum(room_for_others(region, staff, workshops), np.maximum(workshops - taken, 0.0))
            found[others] = assign(h.village[home[others]], queue[others], weight[others], uid[others], village, room)
        else:
            found[left] = assign(h.village[home[left]], first_in_line, weight[left], uid[left], village, workshops)
    return found


def assign(group: Index, queue: Any, weight: Any, uid: Uids, place: Index, free: Any) -> Index:
    """Fill the free jobs at each place with the seekers of the same group in the order of the queue.

    Returns the row of the employer for each seeker or −1. Jobs and seekers are in population units: a seeker with
    weight w takes w jobs; the last one is taken if at least half of its weight fits.
    """
    employer = np.full(len(group), -1, np.int64)
    places = max(int(place.max(initial=0)), int(group.max(initial=0))) + 1
    room = np.bincount(place, free, minlength=places)
    won = admit(group, queue, weight, room, uid)
    if not len(won):
        return employer
    order = won[ranked(queue[won], uid[won], group[won])]
    employer[order] = laid_over(group[order], weight[order], place, free, room)
    return employer
