"""Money of the counties: who gets how much, when, and for what; and a project that no line pays for is not begun."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from budget_worlds import booked, funded, two_counties
from worlds import START, instruments, region, same_bits, snapshot

from fupin.experiments.money import ledger_table, programme_table, reached_now
from fupin.model.county import APPLIED, IDLE
from fupin.model.region import Region

GRANTS = {"share_per_year": 1.0}
POOR, OTHER = 0, 1


def spent(world: Region, kind: str) -> float:
    """All that an instrument has spent, population yuan."""
    one = next(item for item in world.instruments if item.kind == kind)
    return float(sum(world.state_of(one).spent.values()))


# to whom


def test_money_is_tilted_to_the_county_whose_year_it_is_and_not_to_one_that_has_applied() -> None:
    """The sum is given: what one county gets more the other gets less."""
    rules = {"central": 1000, "deep_factor": 1, "hard_extra": 0, "equal_per_person": 1, "applying_reach": 1}
    funds = {}
    for name, (year, stage) in {"plain": (2020, IDLE), "due": (2014, IDLE), "applied": (2014, APPLIED)}.items():
        world = funded(months=0, rules=rules | {"exit_tilt": 0.5})
        c = world.rows("county")
        c.exit_year, c.exit_stage = np.where(c.poor_county, year, -1), np.where(c.poor_county, stage, IDLE)
        world.step()
        funds[name] = float(c.funds[c.poor_county].sum())
    assert funds["due"] > 1.01 * funds["plain"]
    assert funds["applied"] == funds["plain"]


def test_equal_allocation_per_poor_person_moves_money_to_the_county_off_the_list() -> None:
    weighted, equal = (
        funded("production_grant", rules={"central": 5000, "equal_per_person": {"2014-01": rule, "2019-01": rule}})
        for rule in (0, 1)
    )
    before, after = weighted.rows("county").funds, equal.rows("county").funds
    assert after[OTHER] > 1.3 * before[OTHER]
    assert after[POOR] < before[POOR]
    assert after.sum() == pytest.approx(before.sum())
    h = [world.rows("household") for world in (weighted, equal)]
    reached = [float((one.weight * (one.granted_month >= 0))[one.county == OTHER].sum()) for one in h]
    assert reached[1] >= reached[0]


def test_under_the_equal_rule_a_poor_person_is_worth_the_same_everywhere() -> None:
    plain = {"deep_factor": 1, "hard_extra": 0, "exit_tilt": 0, "equal_per_person": {"2014-01": 1}}
    world = funded(months=1, rules={"central": 1000} | plain)
    h, c = world.rows("household"), world.rows("county")
    persons = np.bincount(h.county, h.weight * h.members * (h.registry == 1), minlength=2)
    np.testing.assert_allclose(c.funds / persons, c.funds.sum() / persons.sum())


@pytest.mark.parametrize("rule", [{"deep_factor": 2.0, "deep_incidence": 0.05}, {"hard_extra": 1.0}])
def test_depth_and_mountains_draw_money_to_the_poor_county(rule: dict[str, Any]) -> None:
    plain = {"central": 1000, "deep_factor": 1, "hard_extra": 0, "exit_tilt": 0}
    before, after = (funded(months=1, rules=plain | more).rows("county").funds for more in ({}, rule))
    assert after[POOR] > before[POOR]
    assert after.sum() == pytest.approx(before.sum())


def test_the_county_that_is_about_to_leave_gets_more_and_the_others_pay_for_it() -> None:
    rules = {"central": 1000, "deep_factor": 1, "hard_extra": 0, "applying_reach": 20}
    before, after = (funded(months=1, rules=rules | {"exit_tilt": tilt}).rows("county").funds for tilt in (0, 1))
    assert after[POOR] > before[POOR]
    assert after[OTHER] < before[OTHER]


def test_money_follows_participation_where_it_is_linked() -> None:
    data = two_counties()
    poor = data.villages["county"] == POOR
    told = data.villages | {"participation": np.where(poor, 0.1, 0.9)}
    world = replace(data, villages=told)
    rules = {"central": 1000, "exit_tilt": 0}
    before, after = (
        funded(months=1, data=world, rules=rules | {"performance_link": link}).rows("county").funds for link in (0, 1)
    )
    assert after[POOR] < before[POOR]


def test_donations_come_as_whole_projects() -> None:
    c = funded(months=1, rules={"donations": 300, "project_size": 50000}).rows("county")
    assert c.funds.sum() > 0
    np.testing.assert_allclose(c.funds % 50000, 0, atol=1e-6)


def test_paired_counties_help_national_poor_counties_only_and_the_more_the_longer() -> None:
    world = funded(months=13, rules={"paired_county": 100, "donor_growth": 0.1})
    years = [booked(world, "grant.society", year=year) for year in (0, 1)]
    assert years[1] == pytest.approx(1.1 * years[0])
    assert world.rows("county").funds[OTHER] == 0.0


def test_the_east_helps_poor_villages_by_its_own_choice() -> None:
    world = funded(months=1, rules={"east_west": 10000})
    v = world.rows("village")
    assert booked_now(world) == pytest.approx(10000 * float(v.weight[v.poor_village].sum()))


def booked_now(world: Region) -> float:
    world.ledger.close_month()
    return booked(world, "grant.society")


# what counties add and owe


def test_a_county_that_cannot_match_has_a_gap_and_delivers_less() -> None:
    rules = {"central": 300, "province_ratio": 1.0, "matching_poor": 1.0}
    rich, weak = (
        funded("village_roads", village_roads=GRANTS, rules=rules | {"revenue_poor": revenue, "growth_poor": 0})
        for revenue in (1e5, 0)
    )
    assert rich.rows("county").matching_gap[POOR] == 0.0
    assert weak.rows("county").matching_gap[POOR] > 0.0
    assert weak.rows("county").funds[POOR] < rich.rows("county").funds[POOR]


def test_the_floor_of_2019_is_asked_of_counties_off_the_list_only() -> None:
    """000: the city and the counties off the list are to add no less than the province."""
    rules = {"central": 1000, "province_ratio": 1.0, "programme_share": 0.0}
    asked, free = (funded(months=1, rules=rules | {"matching_ratio": ratio}).rows("county") for ratio in (1.0, 0.0))
    assert asked.matching_gap[OTHER] > free.matching_gap[OTHER] == 0.0
    assert asked.matching_gap[POOR] == free.matching_gap[POOR] == 0.0


def test_slow_growth_of_revenue_widens_the_gap_over_the_years() -> None:
    rules = {"central": 1000, "province_ratio": 1.0, "matching_poor": 1.0, "programme_share": 0.003}
    slow, fast = (funded(months=36, rules=rules | {"growth_poor": growth}) for growth in (-0.1, 0.3))
    assert slow.rows("county").matching_gap[POOR] > fast.rows("county").matching_gap[POOR]


def test_districts_outside_the_focus_can_stretch_their_own_means() -> None:
    rules = {"central": 3000, "matching_ratio": 3.0, "revenue_other": 100}
    usual, more = (funded(months=1, rules=rules | {"other_own_extra": extra}).rows("county") for extra in (0, 1))
    assert more.funds[OTHER] > usual.funds[OTHER]
    assert more.funds[POOR] == usual.funds[POOR]


def test_policy_credit_builds_now_and_its_service_takes_from_later_matching() -> None:
    rules = {"central": 1000, "matching_poor": 1.0, "programme_share": 0.002}
    without, with_debt = (funded(months=36, rules=rules | {"policy_credit": credit}) for credit in (0, 1000))
    c = with_debt.rows("county")
    assert c.policy_debt[POOR] > 0.0
    assert c.policy_debt[OTHER] == 0.0
    assert booked(with_debt, "policy_credit.service") > booked(with_debt, "policy_credit.cleared")
    assert c.matching_gap[POOR] > without.rows("county").matching_gap[POOR]


# when and for what


def test_every_month_the_counties_hold_what_the_lines_hold() -> None:
    world = funded(
        "production_grant", "village_roads", "public_posts", months=0, rules={"central": 3000, "sector": 1000}
    )
    for _ in range(36):
        world.step()
        world.ledger.check()
        assert world.pool is not None
        np.testing.assert_allclose(
            world.rows("county").cash, (world.pool.opened + world.pool.waiting).sum(axis=1), atol=0.01
        )


def test_what_a_county_cannot_place_in_a_year_waits_for_the_next() -> None:
    works = {"village_roads": GRANTS}
    quick, slow = (
        funded("village_roads", months=12, rules={"central": 20000, "absorption": part}, **works) for part in (1.3, 0.1)
    )
    first = [float(world.rows("county").funds_spent.sum()) for world in (quick, slow)]
    assert first[1] < first[0]
    assert slow.pool is not None
    assert slow.pool.waiting.sum() > 0.0
    waited = slow.pool.waiting.sum()
    slow.step()
    assert slow.pool.opened.sum() >= waited  # January: it is open now


def test_sector_money_stays_with_its_use_until_it_is_integrated() -> None:
    rules = {"sector": 5000, "sector_farm": 0, "sector_works": 1}
    tied, free = (
        funded(
            "production_grant",
            "village_roads",
            village_roads=GRANTS,
            rules=rules | {"integrated_poor": {"2014-01": part}},
        )
        for part in (0, 1)
    )
    assert spent(tied, "production_grant") == 0.0
    assert spent(tied, "village_roads") > 0.0
    assert spent(free, "production_grant") > 0.0


def test_integrated_money_is_for_farms_and_works_only() -> None:
    rules = {"sector": 5000, "sector_farm": 0, "sector_works": 1, "integrated_poor": {"2014-01": 1}}
    world = funded("skills_training", "production_grant", rules=rules)
    assert spent(world, "skills_training") == 0.0
    assert spent(world, "production_grant") > 0.0


def test_a_county_off_the_list_integrates_only_what_province_and_city_give() -> None:
    rules = {"sector": 1000, "sector_farm": 0, "sector_works": 0, "integrated_other": {"2014-01": 1}}
    world = funded(months=1, rules=rules | {"integrated_poor": {"2014-01": 1}, "absorption": 2})
    assert world.pool is not None
    integrated, people = world.pool.opened[:, 3], world.pool.opened[:, 2]
    assert people[POOR] == 0.0
    assert integrated[OTHER] / (integrated[OTHER] + people[OTHER]) == pytest.approx(23 / 43)


def test_two_approvals_keep_the_money_away_longer_than_one_and_a_fast_lane_shortens_the_wait() -> None:
    def first_month(**rules: Any) -> int:
        world = funded(months=12, rules={"central": 1000} | rules)
        return min(one.month for one in world.ledger.journal if one.purpose == "grant.centre") - START

    assert first_month(approval_steps=2, step_months=2) == 4
    assert first_month(approval_steps=1, step_months=2) == 2
    assert first_month(approval_steps=2, step_months=2, fast_lane=0.5) == 2


def test_unspent_money_is_taken_back_in_part_and_carried_over_in_part() -> None:
    world = funded(months=13, rules={"central": 1000, "returned_share": 0.4, "absorption": 2, "matching_ratio": 0})
    given = booked(world, "grant.centre", year=0) + booked(world, "grant.province", year=0)
    assert booked(world, "grant.returned") == pytest.approx(0.4 * given)


def test_no_project_begins_after_the_last_month_for_it() -> None:
    early, late = (funded("production_grant", rules={"central": 3000, "last_start": last}) for last in (11, 2))
    assert spent(early, "production_grant") > 0.0
    assert spent(late, "production_grant") == 0.0


def test_a_project_must_have_been_in_the_pool_a_year_before() -> None:
    rules = {"central": 3000}
    pooled, plain = (funded("production_grant", months=24, rules=rules | {"project_pool": on}) for on in (True, False))
    assert booked(plain, "production_grant", year=0) > 0.0
    assert booked(pooled, "production_grant", year=0) == 0.0
    assert booked(pooled, "production_grant", year=1) > 0.0


def test_a_policy_with_preconditions_is_carried_out_in_part() -> None:
    workshop = {"village_workshop": {"share_per_year": 1.0, "least_workers": 0}}
    easy, hard = (
        funded("village_workshop", rules={"central": 5000, "conditions": n, "condition_met": 0.2}, **workshop)
        for n in (0, 4)
    )
    assert spent(hard, "village_workshop") < spent(easy, "village_workshop")


def test_donors_who_name_their_villages_pay_for_no_others() -> None:
    roads = {"village_roads": {"poor_only": False, "share_per_year": 1.0}}
    rules = {"donations": 20000, "absorption": 2}
    free, tied = (
        funded("village_roads", rules=rules | {"donors_name_villages": named}, **roads) for named in (False, True)
    )
    for world, expected in ((free, True), (tied, False)):
        sites = world.state_of(world.instruments[1])
        off_the_list = ~world.rows("village").poor_village
        begun = np.zeros(len(off_the_list), np.bool_)
        begun[[site[0] for site in sites.sites]] = True
        begun |= sites.built > 0
        assert bool((begun & off_the_list).any()) == expected


def test_growth_money_becomes_capital_of_enterprises_and_is_missing_elsewhere() -> None:
    rules = {"central": 3000}
    homes, growth = (
        funded("growth_fund", "production_grant", rules=rules | {"growth_share": part}) for part in (0, 0.6)
    )
    assert growth.rows("enterprise").capital.sum() > homes.rows("enterprise").capital.sum()
    assert booked(homes, "growth.grant") == 0.0
    assert spent(growth, "production_grant") <= spent(homes, "production_grant")


def test_the_table_of_programmes_says_who_spent_what_and_adds_up_to_what_came_in() -> None:
    world = funded("production_grant", "village_roads", "dibao", rules={"central": 3000}, months=12)
    table = programme_table(world, ledger_table(world), {START // 12: reached_now(world)}).set_index("kind")
    assert table["spent"]["production_grant"] == pytest.approx(spent(world, "production_grant"))
    came = sum(booked(world, purpose) for purpose in ("grant.centre", "grant.province", "grant.city", "county.revenue"))
    assert table["spent"].sum() == pytest.approx(came)


def test_entitlements_are_paid_whatever_the_lines_hold() -> None:
    world = funded("dibao")
    assert booked(world, "dibao") > 0.0
    assert booked(world, "grant.centre", "dibao") > 0.0


def test_where_no_line_holds_anything_nothing_is_begun() -> None:
    world = funded("production_grant", "village_roads", "skills_training", months=24)
    assert [spent(world, kind) for kind in ("production_grant", "village_roads", "skills_training")] == [0, 0, 0]


def test_rules_that_are_not_in_force_change_nothing() -> None:
    kinds = ("production_grant", "village_roads", "micro_credit", "dibao")
    data = two_counties()
    without = region(data, instruments(*kinds), years=2)
    later = region(data, instruments(*kinds, "budget_rules", budget_rules={"start": "2030-01"}), years=2)
    for world in (without, later):
        world.run_to(START + 23)
    other = snapshot(later)
    assert all(same_bits(values, other[key]) for key, values in snapshot(without).items())


def test_when_the_rules_end_the_money_goes_back() -> None:
    world = funded("production_grant", months=24, rules={"central": 3000, "end": "2015-06"})
    np.testing.assert_allclose(world.rows("county").cash, 0.0, atol=0.01)
    assert world.pool is None
    assert booked(world, "grant.returned") > 0.0


def test_policies_extended_to_villages_off_the_list_reach_some_of_them() -> None:
    def villages_off(share: float) -> int:
        roads = {"village_roads": {"share_per_year": 1.0, "other_share": share}}
        world = region(two_counties(), instruments("village_roads", **roads), years=1)
        world.run_to(START + 11)
        sites = world.state_of(world.instruments[0])
        begun = {site[0] for site in sites.sites} | set(np.flatnonzero(sites.built).tolist())
        return sum(not world.rows("village").poor_village[village] for village in begun)

    assert villages_off(0.0) == 0
    assert villages_off(1.0) > 0


def test_awards_announced_in_january_are_paid_in_december_though_no_project_begins_then() -> None:
    world = funded("output_award", rules={"central": 5000, "last_start": 11})
    assert booked(world, "award.output") > 0.0
    assert booked(funded("output_award", rules={"central": 0}), "award.output") == 0.0  # no money, no award


def test_compensation_for_water_is_owed_whatever_the_poverty_lines_hold() -> None:
    world = funded("groundwater_control")
    assert booked(world, "water.compensation") > 0.0
    assert world.rows("county").funds.sum() == 0.0


# the plan of the year

FOUR = ("village_roads", "safe_water_supply", "production_grant", "output_award")


def paid_by_programme(*order: str, months: int = 36, **rules: Any) -> dict[str, list[float]]:
    """What each programme spent, year by year."""
    given = {"central": 700, "sector": 500, "absorption": 2} | rules
    works = {kind: {"share_per_year": 1.0} for kind in ("village_roads", "safe_water_supply") if kind in order}
    world = funded(*order, months=months, rules=given, **works)
    assert world.pool is not None
    np.testing.assert_allclose(
        world.rows("county").cash, (world.pool.opened + world.pool.waiting).sum(axis=1), atol=0.01
    )
    return {one.kind: list(world.state_of(one).spent.values()) for one in world.instruments if one.kind in order}


def test_under_a_plan_the_order_of_the_package_does_not_change_who_is_paid() -> None:
    there, back = paid_by_programme(*FOUR), paid_by_programme(*reversed(FOUR))
    assert all(sum(there[kind]) > 0.0 for kind in FOUR)
    for kind in FOUR:
        assert there[kind] == pytest.approx(back[kind])
    first, last = paid_by_programme(*FOUR, yearly_plan=False), paid_by_programme(*reversed(FOUR), yearly_plan=False)
    assert any(first[kind] != pytest.approx(last[kind], rel=0.05) for kind in FOUR)  # first come, first served
