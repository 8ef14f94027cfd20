"""Credit of groups and enterprises, awards, pairings and land: money goes out, comes back, and losses are shared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from budget_worlds import booked, two_counties
from worlds import START, instruments, region, same_bits, snapshot, villages

from fupin.model.enterprise import LEADING
from fupin.model.household import MUTUAL_FUND, WOMENS_GROUP
from fupin.model.instruments.finance import handled
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.enterprises import close
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot

GRANTS = {"share_per_year": 1.0}
FUND = {"share_per_year": 1.0, "uptake_constant": 1}


def run(*kinds: str, months: int = 24, data: Any = None, overrides: Any = None, **settings: Any) -> Region:
    world = region(data or villages(), instruments(*kinds, **settings), years=4, audit=True, overrides=overrides or {})
    for _ in range(months):
        world.step()
        world.ledger.check()
    return world


# mutual funds


def test_a_mutual_fund_lends_no_more_than_it_holds_and_is_repaid() -> None:
    world = run("mutual_fund", months=36, mutual_fund=FUND)
    v = world.rows("village")
    seeded = booked(world, "mutual.seed")
    lent, back = booked(world, "mutual.lent", year=0), booked(world, "mutual.repaid")
    assert 0.0 < lent <= seeded + 1e-6
    assert back > 0.5 * lent
    assert booked(world, "mutual.lent") > seeded  # what comes back is lent again
    held = float(v.weight @ (v.mutual_fund + v.mutual_lent))
    assert held == pytest.approx(seeded - booked(world, "mutual.write_off"))


def test_the_fee_of_a_mutual_fund_is_income_of_the_collective_and_its_loans_are_assets_of_members() -> None:
    world, none = run("mutual_fund", months=15, mutual_fund=FUND), run(months=15)
    assert booked(world, "mutual.fee") > 0.0
    v, w = world.rows("village"), none.rows("village")
    assert (v.collective_income - w.collective_income)[v.poor_village].sum() > 0.0
    h = world.rows("household")
    assert np.all(world.rows("village").poor_village[h.village[h.group_lender == MUTUAL_FUND]])


def test_where_no_village_is_poor_there_is_no_fund_and_nothing_differs() -> None:
    data = villages()
    rich = replace(data, villages=data.villages | {"poor_village": np.zeros(len(data.villages["uid"]), np.bool_)})
    with_one, without = run("mutual_fund", data=rich, months=12, mutual_fund=FUND), run(data=rich, months=12)
    other = snapshot(with_one)
    assert all(same_bits(values, other[key]) for key, values in snapshot(without).items())


# loans for women


def test_women_of_registered_households_borrow_and_the_group_stands_in() -> None:
    terms = {"share_per_year": 1.0, "uptake_constant": 1}
    alone, group = (run("women_credit", months=30, women_credit=terms | {"most_help": part}) for part in (0.0, 1.0))
    h = group.rows("household")
    assert booked(group, "women.lent") > 0.0
    assert booked(alone, "women.group_help") == 0.0
    assert booked(group, "women.group_help") > 0.0
    assert booked(group, "women.write_off") < booked(alone, "women.write_off")
    person = group.rows("person")
    women = np.unique(person.household[person.female & person.alive & (person.age >= 18)])
    assert np.isin(np.flatnonzero(h.group_lender == WOMENS_GROUP), women).all()


def test_without_a_woman_who_can_work_nobody_borrows() -> None:
    world = region(villages(), instruments("women_credit", women_credit={"share_per_year": 1.0}), years=1, audit=True)
    world.rows("person").female[:] = False
    for _ in range(4):
        world.step()
    assert booked(world, "women.lent") == 0.0


def test_strong_ties_bring_more_borrowers() -> None:
    def lent(weight: float) -> float:
        world = region(
            villages(),
            instruments("women_credit", women_credit={"share_per_year": 1.0, "tie_weight": weight}),
            years=1,
        )
        world.run_to(START + 2)
        world.rows("village").norm[:] = 0.9
        world.run_to(START + 4)
        return booked(world, "women.lent")

    assert lent(4.0) > lent(0.0)


# enterprises


def guaranteed(**settings: Any) -> Region:
    given = {"loan_part": 0.5, "caution": 0, "per_household": 1e6} | settings
    world = region(villages(), instruments("credit_guarantee", credit_guarantee=given), years=3, audit=True)
    world.run_to(START + 14)
    return world


def test_a_guarantee_shares_the_loss_of_a_bad_loan() -> None:
    world = guaranteed(government_share=0.5, insurer_share=0.4)
    state, e = world.state_of(world.instruments[0]), world.rows("enterprise")
    firms = np.flatnonzero((state.covered > 0.0) & e.alive)
    assert len(firms)
    owed = float(np.minimum(state.covered[firms], e.loan[firms]).sum())
    close(world, firms)
    world.step()
    world.ledger.check()
    assert booked(world, "guarantee.paid") == pytest.approx(owed * (0.5 + 0.5 * 0.4))
    assert booked(world, "guarantee.insured") == pytest.approx(owed * 0.5 * 0.4)


def test_guaranteed_loans_become_capital_of_enterprises() -> None:
    world, none = guaranteed(), region(villages(), years=3)
    none.run_to(START + 14)
    assert booked(world, "guarantee.lent") > 0.0
    assert world.rows("enterprise").capital.sum() > none.rows("enterprise").capital.sum()


def test_banks_lend_more_the_less_they_bear_and_less_after_defaults() -> None:
    cautious = {"caution": 100, "first_default": 0.5}
    alone, shared = (guaranteed(government_share=part, insurer_share=0, **cautious) for part in (0.0, 1.0))
    assert booked(shared, "guarantee.lent") > booked(alone, "guarantee.lent")
    calm = guaranteed(government_share=0, insurer_share=0, caution=100, first_default=0.0)
    assert booked(calm, "guarantee.lent") > booked(alone, "guarantee.lent")


def test_no_more_is_lent_than_the_ceiling_of_all_credit() -> None:
    assert booked(guaranteed(per_household=0), "guarantee.lent") == 0.0
    assert booked(run("micro_credit", months=6, micro_credit={"per_household": 0}), "credit.granted") == 0.0


def test_growth_money_hires_more_workers() -> None:
    more, none = run("growth_fund", months=24, growth_fund={"per_household": 2000}), run(months=24)
    assert more.rows("enterprise").jobs.sum() > none.rows("enterprise").jobs.sum()


# micro-credit: banks, offices, uses


def test_a_cautious_bank_grants_fewer_micro_loans() -> None:
    bold, wary = (
        run("micro_credit", months=6, micro_credit={"bank_caution": c, "share_per_year": 1.0, "risk_share": 0.0})
        for c in (0, 60)
    )
    assert booked(wary, "credit.granted") < booked(bold, "credit.granted")


def test_offices_at_more_levels_handle_more_applications() -> None:
    world = run("micro_credit", months=1)
    settings = world.instruments[0].settings
    cases = [handled(world, type(settings)(office_levels=n).at(START)) for n in (1, 2, 3)]
    assert 0 < cases[0] < cases[1] < cases[2]
    few, many = (
        booked(
            run("micro_credit", months=4, micro_credit={"office_levels": n, "share_per_year": 1.0}), "credit.granted"
        )
        for n in (1, 0)
    )
    assert few < many


def test_a_loan_that_is_handed_on_pays_dividends_and_comes_back_before_it_is_due() -> None:
    terms = {"four_ways": 1, "share_per_year": 1.0, "firm_dividend": 0.3, "use_trust": 0}
    world = run("micro_credit", months=40, micro_credit=terms)
    handed = booked(world, "credit.entrusted", year=0)
    assert 0.0 < handed <= booked(world, "credit.granted", year=0)
    assert booked(world, "credit.dividends") > 0.0
    assert 0.0 < booked(world, "credit.handed_back") <= booked(world, "credit.entrusted")


def test_the_dividend_decides_how_many_entrust_their_loan() -> None:
    def entrusted(dividend: float) -> float:
        terms = {"four_ways": 1, "share_per_year": 1.0, "firm_dividend": dividend, "coop_dividend": dividend}
        return booked(run("micro_credit", months=4, micro_credit=terms | {"shared_part": 0.0}), "credit.entrusted")

    assert entrusted(0.3) > entrusted(0.0)


# awards


def test_an_award_makes_households_invest_more_of_their_own() -> None:
    world = run("award_support", months=12, award_support={"share_per_year": 1.0, "effort": 0.0})
    none = run(months=12)
    h = world.rows("household")
    reached = h.reached > 0
    assert reached.any()
    assert h.capital[reached].sum() > none.rows("household").capital[reached].sum()
    invested = booked(world, "investment", "award_support")
    assert booked(world, "award.paid") == pytest.approx(0.3 * invested, rel=0.1)


def test_who_gives_up_gets_no_award() -> None:
    world = run("award_support", months=12, award_support={"share_per_year": 1.0, "effort": 1.0})
    assert booked(world, "investment", "award_support") > 0.0
    assert booked(world, "award.paid") == 0.0


# pairings and land


@pytest.mark.parametrize(("way", "purpose"), [("gifts", "gift"), ("joint", "goods"), ("hires", "branch")])
def test_a_firm_helps_its_village_in_its_own_way(way: str, purpose: str) -> None:
    ways = {"gifts": 0, "joint": 0, "hires": 0} | {way: 1}
    world = run("firm_pairing", months=12, firm_pairing=ways | {"chance": 1.0})
    firms, places = world.state_of(world.instruments[0]).firms, world.state_of(world.instruments[0]).villages
    assert len(firms)
    assert np.all(world.rows("enterprise").kind[firms] == LEADING)
    assert np.all(world.rows("village").poor_village[places])
    assert len(set(places.tolist())) == len(places)
    assert booked(world, f"pairs.{purpose}") > 0.0
    others = {"gift", "goods", "branch"} - {purpose}
    assert all(booked(world, f"pairs.{other}") == 0.0 for other in others)


def test_a_shared_workshop_hires_in_villages_off_the_list_too() -> None:
    sites = {"share_per_year": 1.0, "least_workers": 0}
    joint = run("joint_workshop", months=12, joint_workshop=sites)
    single = run("village_workshop", months=12, village_workshop=sites)

    def places_off(world: Region) -> float:
        e, v = world.rows("enterprise"), world.rows("village")
        shop = np.flatnonzero(e.village >= 0)
        return float(e.places[shop[~v.poor_village[e.village[shop]]]].sum())

    assert places_off(single) == 0.0
    assert places_off(joint) > 0.0


PLANTS = {"village_photovoltaics": {"share_per_year": 1.0, "approved": 1.0, "least_power": 0}}


def plants(months: int = 8, **land: Any) -> float:
    world = run("land_quota", "village_photovoltaics", months=months, data=two_counties(), land_quota=land, **PLANTS)
    return float(world.rows("village").pv_kw.sum())


def test_without_land_there_is_no_plant_and_every_test_counts() -> None:
    free = {"plan_pass": 1.0, "swap_pass": 1.0, "balance_pass": 1.0}
    assert plants(**free) > 0.0
    for test in free:
        assert plants(**free | {test: 0.0}) == 0.0


def test_poverty_projects_that_go_first_need_no_swap() -> None:
    strict = {"plan_pass": 1.0, "swap_pass": 0.0, "balance_pass": 1.0}
    assert plants(**strict, poverty_first=1) > 0.0 == plants(**strict)


def test_a_county_that_was_refused_asks_less() -> None:
    def asked(deterred: float) -> float:
        world = run(
            "land_quota", months=25, data=two_counties(), land_quota={"plan_pass": 0, "discouragement": deterred}
        )
        return float(world.state_of(world.instruments[0]).asked.sum())

    assert asked(20.0) < asked(0.0)


def test_credit_pays_with_a_lag() -> None:
    lent, none = (
        region(villages(60), package, years=4) for package in (instruments("micro_credit", micro_credit=GRANTS), [])
    )
    by_year: list[np.ndarray] = []
    borrowed = np.zeros(len(lent.rows("household")), np.bool_)
    for month in range(24):
        lent.step()
        none.step()
        ours, others = lent.rows("household"), none.rows("household")
        if month < 6:
            borrowed |= ours.loan > others.loan + 1.0
        if month % 12 == 11:
            by_year.append(ours.operating_income - others.operating_income)
    assert borrowed.sum() >= 5
    first, second = (float(difference[borrowed].mean()) for difference in by_year)
    assert first == pytest.approx(0.0, abs=50.0)
    assert second > first + 500.0


# grants and credit side by side


@pytest.mark.parametrize("order", [("production_grant", "micro_credit"), ("micro_credit", "production_grant")])
def test_what_is_bought_on_credit_loses_nothing_of_what_grants_lose_whatever_the_order(order: tuple[str, ...]) -> None:
    grants = {"share_per_year": 1.0, "take_up": 1.0, "budget": {"2014-01": 1e12, "2015-01": 0}}
    credit = {"share_per_year": 1.0, "uptake_constant": 3, "start": "2015-04"}
    world = run(*order, months=45, data=villages(60), production_grant=grants, micro_credit=credit)
    once_granted = world.rows("household").granted_month >= 0
    assert (world.reached_by(world.instruments[order.index("micro_credit")]) & once_granted).any()
    ready = START + 14  # the grants of March 2014 yield
    world.ledger.close_month()
    lost = {entry.month for entry in world.ledger.journal if entry.purpose == "asset.loss"}
    assert lost == {ready}


def test_the_rate_of_default_is_what_the_books_say_was_given_up() -> None:
    hard = {"consumption.debt_ceiling": 0.5}
    settings = {"share_per_year": 1.0, "uptake_constant": 3, "months": 12}
    world = run("micro_credit", months=24, overrides=hard, micro_credit=settings)
    bad, back = booked(world, "credit.write_off", year=1), booked(world, "credit.repaid", year=1)
    assert bad > 0.0
    assert OUTCOMES["bad_loans"].compute(Snapshot(world)) == pytest.approx(bad / (bad + back))
    assert OUTCOMES["bad_loans"].compute(Snapshot(run(months=12))) == 0.0


def test_a_second_lender_does_not_collect_the_loans_of_the_first() -> None:
    terms = {"share_per_year": 1.0, "uptake_constant": 3}
    known = instrument_kinds()["micro_credit"]
    first = known(known.Settings(**terms, end="2014-12"))
    idle = known(known.Settings(**terms, start="2030-01"), id="other")
    later = known(known.Settings(**terms, start="2015-01"), id="other")
    worlds = [region(villages(), package, years=4, audit=True) for package in ([first], [first, idle], [first, later])]
    for world in worlds:
        world.run_to(START + 29)
        world.ledger.check()
    alone, with_idle, with_later = worlds
    other = snapshot(with_idle)
    assert all(same_bits(values, other[key]) for key, values in snapshot(alone).items())
    assert with_idle.state_of(idle).spent == {}
    assert with_later.state_of(later).spent[2015] > 0.0
    assert with_later.state_of(first).spent[2014] == alone.state_of(first).spent[2014]
    months = with_later.rows("household").loan_months[with_later.rows("household").loan > 0.0]
    assert set(months.tolist()) <= {6.0, 18.0, 30.0}  # lent in March 2014, 2015 and 2016
