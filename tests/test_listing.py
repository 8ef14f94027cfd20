"""Who is listed: look-back, warning, elders split off, quotas, screening; and nothing of it by default."""

from __future__ import annotations

import numpy as np
from exit_worlds import world
from worlds import BOOK, START, instruments, region, same_bits, snapshot, villages

from fupin.model.household import NEVER, REGISTERED, RESTORED, SPLIT
from fupin.model.processes.listing import priority_group
from fupin.model.processes.monitoring import shocked
from fupin.model.processes.registry import observe
from fupin.model.region import Region

SWITCHES = {
    *("looks.look_budget_on", "listing.lasting_on", "gaming.totals_match", "indicators.nineteen_on"),
    *("village_lists.added_share", "village_lists.deep_share", "village_lists.relative_share"),
    *("village_lists.scope_wide", "effort.poverty_first", "effort.effort_unmet", "effort.effort_near"),
    *("effort.effort_met", "effort.hardship_weight", "plans.plans_on", "dispatch.timetable_on"),
    *("dispatch.slippage", "dispatch.slippage_dispatched", "dispatch.dispatch_on", "capacity.capacity_growth"),
    *("listing.quota_rule", "listing.screening", "listing.split_share", "look_back.look_back_on"),
    *("listing.count_allowance", "village_plan.village_plan_on"),
    *("monitoring.monitoring_on", "gaming.gaming_on", "procedure.procedure_on", "approval.approval_on"),
    *("household_exit.exit_stability", "buffer.buffer_years", "buffer.taper_years", "buffer.support_ends"),
    "village_plan.village_plan_on",
}


def test_everything_is_off_by_default() -> None:
    ours = [path for path, entry in BOOK.items() if entry.file.endswith(("exit.toml", "identification.toml"))]
    moved = {}
    for path in set(ours) - SWITCHES:
        entry, now = BOOK[path], BOOK[path].series(START, START)[0]
        moved[path] = entry.high if entry.high != now else entry.low
    assert len(moved) > 60
    package = instruments("production_grant", "dibao", "micro_credit")
    one, other = (region(villages(), package, years=3, overrides=each) for each in ({}, moved))
    for each in (one, other):
        each.run_to(START + 35)
    before, after = snapshot(one), snapshot(other)
    assert not [name for name in before if not same_bits(before[name], after[name])]
    assert not one.events


# identification


def inclusion_error(made: Region) -> float:
    h, p = made.rows("household"), made.p
    listed = (h.registry == REGISTERED) * h.members * h.weight
    return float(listed[h.income_year / np.maximum(h.members, 1) >= p.poverty_line].sum() / listed.sum())


def test_a_look_back_lowers_inclusion_error_and_better_teams_lower_it_more() -> None:
    accuracy = {"registry__noise_sd": 0.9, "look_back__look_back_least": 0.0}
    without, poor_teams, good_teams = (
        world(1, **accuracy, look_back__look_back_on=on, teams__village_accuracy=least, teams__best_accuracy=best)
        for on, least, best in ((0, 0.05, 0.6), (1, 0.05, 0.6), (1, 0.5, 0.98))
    )
    assert inclusion_error(poor_teams) < inclusion_error(without)
    quality = [made.rows("household").reviewed.mean() for made in (without, poor_teams, good_teams)]
    assert quality[0] == 0.0
    assert quality[1] < quality[2]


def test_a_look_back_is_held_once() -> None:
    made = world(1, look_back__look_back_on=1)
    told = len(made.events)
    made.run_to(START + 8)
    assert told == 1
    assert len(made.events) == 1


def test_a_look_back_lists_no_more_persons_than_the_quota_while_there_is_one() -> None:
    filled = []
    for rule in (0.0, 1.0):
        made = world(0, look_back__look_back_on=1, listing__quota_rule=rule)
        h, county = made.rows("household"), made.rows("county")
        persons = h.members * h.weight
        county.quota[:] = 0.02 * np.bincount(h.county, persons, minlength=len(county))  # "a few poor people" (004)
        made.run_to(START)
        listed = np.bincount(h.county, np.where(h.registry == REGISTERED, persons, 0.0), minlength=len(county))
        filled.append(listed / (county.quota + persons.max()))
    assert filled[0].max() > 2.0
    assert filled[1].max() <= 1.0


def test_whoever_is_struck_off_in_a_look_back_counts_as_never_listed() -> None:
    without, held = world(1), world(1, look_back__look_back_on=1)
    off = (without.rows("household").registry == REGISTERED) & (held.rows("household").registry != REGISTERED)
    assert off.any()
    assert (held.rows("household").registry[off] == NEVER).all()


def test_a_household_in_trouble_is_listed_after_the_lag_and_not_before() -> None:
    made = world(2, monitoring__monitoring_on=1, monitoring__monitoring_reach=1, monitoring__registration_lag=2)
    h = made.rows("household")
    row = np.flatnonzero((h.registry == NEVER) & (h.members > 1))[0]
    h.observed_income[row] = 100.0  # on file as poor
    made.step()  # March
    assert h.alert_month[row] == START + 2
    made.step()
    assert h.registry[row] == NEVER
    h.income_q1[row] = h.income_year[row] = 50.0
    made.step()
    assert h.registry[row] == REGISTERED
    assert h.registered_month[row] == START + 4
    assert h.alert_month[row] == -1


def test_a_hospital_bill_and_a_fall_of_income_are_shocks() -> None:
    made = world()
    h = made.rows("household")
    h.income_year = h.income_before = 10000.0
    h.health_spending = 0.0
    assert not shocked(made.rows("household"), made.p).any()
    h.health_spending[0] = 3100.0
    h.income_year[1] = 6900.0
    assert shocked(made.rows("household"), made.p).nonzero()[0].tolist() == [0, 1]


def poor_and_unlisted(made: Region, years: int) -> float:
    """Household-years below the line and off the list."""
    total = 0.0
    for year in range(years):
        made.run_to(START + 12 * year + 11)
        h = made.rows("household")
        poor = h.income_year < made.p.poverty_line * h.members
        total += float(h.weight @ (poor & (h.registry != REGISTERED)))
    return total


def test_monitoring_leaves_fewer_poor_households_off_the_list() -> None:
    assert poor_and_unlisted(world(monitoring__monitoring_on=1), 4) < poor_and_unlisted(world(), 4)


def test_split_elders_look_poorer_until_the_duty_of_support_is_restored() -> None:
    declared, hidden = world(), world(listing__split_share=1, listing__split_detection=0)
    for made in (declared, hidden):
        observe(made)
    h, other = hidden.rows("household"), declared.rows("household")
    split = h.elder_split == SPLIT
    assert split.any()
    assert (h.reported_income[split] < other.reported_income[split]).all()
    assert same_bits(h.reported_income[~split], other.reported_income[~split])
    restored = world(listing__split_share=1, listing__split_detection=1, teams__village_accuracy=0.5)
    for month in range(6):
        restored.month = START + month
        observe(restored)
    assert (restored.rows("household").elder_split == RESTORED).sum() > 0.5 * split.sum()


def test_under_the_quota_rule_the_list_does_not_outgrow_the_quota() -> None:
    free, ruled = (world(22, registry__entry_share=0.9, listing__quota_rule=rule) for rule in (0, 1))
    quota = float(ruled.rows("county").quota[0])
    listed = []
    for made in (free, ruled):
        h = made.rows("household")
        listed.append(float((h.members * h.weight)[h.registry == REGISTERED].sum()))
    assert listed[1] <= min(listed[0], quota * 1.02)


def test_screening_lists_more_households_of_the_priority_groups() -> None:
    plain, screened = (world(22, listing__screening=share) for share in (0.0, 1.0))
    listed = [(made.rows("household").registry == REGISTERED) for made in (plain, screened)]
    assert listed[1].sum() > listed[0].sum()
    assert (listed[1] | ~listed[0]).all()


def test_who_lives_above_the_line_by_the_allowance_is_not_listed_where_it_counts() -> None:
    entries = []
    for counted in (0.0, 1.0):
        made = world(21, listing__count_allowance=counted)
        made.rows("household").dibao = 5000.0
        made.step()
        entries.append((made.rows("household").registered_month == START + 21).sum())
    assert entries[0] > 0 == entries[1]


def test_under_the_quota_rule_nobody_is_listed_beyond_the_quota_within_the_year_either() -> None:
    seen = {"monitoring__monitoring_on": 1, "monitoring__monitoring_reach": 1.0, "registry__least_months": 60}
    stocks = []
    for rule in (0, 1):
        made = world(12, **seen, listing__quota_rule=rule)
        h = made.rows("household")
        persons = float((h.weight * h.members)[h.registry == REGISTERED].sum())
        stocks.append(persons / made.rows("county").quota.sum())
    assert stocks[0] > 1.2
    assert stocks[1] < 1.02  # the last that fits may stand half outside


def test_the_extremely_poor_are_among_the_groups_that_are_screened() -> None:
    made = world()
    h = made.rows("household")
    plain = np.flatnonzero(~priority_group(h))
    assert len(plain)
    h.wubao[plain[0]] = 400.0
    assert priority_group(h)[plain[0]]


def test_a_house_that_one_has_been_given_is_no_reason_to_hide_income() -> None:
    made = world(20)
    h = made.rows("household")
    people = np.flatnonzero((h.members > 0) & (h.income_year > 1000.0))
    homes, paid = people[::2], people[1::2]
    observe(made)
    frank = h.reported_income.copy()
    h.benefits[homes] += 60_000.0
    h.benefits[paid] += 3_000.0
    h.programme_income[paid] += 3_000.0
    observe(made)
    np.testing.assert_array_equal(h.reported_income[homes], frank[homes])
    assert (h.reported_income[paid] < frank[paid]).mean() > 0.9
