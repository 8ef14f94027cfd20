"""Who founds firms: supported operators, factories, outside capital within its limits, returnees; awards and links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from industry_worlds import after, differs, places, total, without_workers
from worlds import instruments, region, villages

from fupin.model.enterprise import FACTORY, RETURNEE, WORKSHOP
from fupin.model.household import COOP_LINK, FIRM_LINK, GROWER_LINK, OWN_LINK, PARK_LINK, REGISTERED
from fupin.model.instruments.industry import accepts_condition
from fupin.model.instruments.links import gains_of_links
from fupin.model.instruments.markets_access import promise_kept
from fupin.model.instruments.operators import idle_share
from fupin.model.instruments.output_awards import registered_share
from fupin.model.instruments.outside_capital import clean_enough, land_on_plan, zone_open
from fupin.model.person import MIGRANT
from fupin.model.processes.lacks import HANDS, main_cause
from fupin.model.region import Region
from fupin.model.rules.industry import effort_under_award, entry_of_operators


def number(world: Region) -> int:
    return len(world.rows("enterprise"))


# operators


def test_support_credit_and_idle_hands_bring_more_founders() -> None:
    some = entry_of_operators(0.05, 1.0, 1.5, 0.5, 1.0, 0.6)
    assert entry_of_operators(0.05, 0.0, 1.5, 0.5, 1.0, 0.6) == 0.0
    assert entry_of_operators(0.05, 1.0, 1.5, 0.9, 1.0, 0.6) > some
    assert entry_of_operators(0.05, 1.0, 1.5, 0.5, 1.0, 0.2) < some
    counts = [
        number(after(14, "operator_support", operator_support={"support_effect": 20, "support_level": x}))
        for x in (0.0, 0.4, 1.0)
    ]
    assert counts[0] < counts[1] < counts[2]
    assert counts[0] == number(after(14))


def test_a_founder_in_a_county_that_suits_nothing_is_less_productive() -> None:
    where = [places(road=x, water=x, power=x, remoteness=3.0 - 5.0 * x) for x in (0.0, 1.0)]
    levels = []
    for data in where:
        world = after(3, "operator_support", data=data, operator_support={"support_effect": 20, "fit_effect": 1.0})
        plain = number(after(3, data=data))
        levels.append(world.rows("enterprise").productivity[plain:].mean())
    assert levels[0] < levels[1]


def test_no_money_no_founders_beyond_the_usual() -> None:
    world = after(14, "operator_support", operator_support={"support_effect": 20, "budget": 0})
    assert number(world) == number(after(14))


# factories


def test_factories_come_where_hands_are_idle_and_hire() -> None:
    world = after(24, "labour_factories", labour_factories={"entry": 10})
    e = world.rows("enterprise")
    assert (e.kind == FACTORY).sum() >= 2
    assert e.filled[e.kind == FACTORY].sum() > 0.0
    nobody = after(24, "labour_factories", data=without_workers(places()), labour_factories={"entry": 10})
    assert not (nobody.rows("enterprise").kind == FACTORY).any()
    assert np.all(idle_share(nobody) == 0.0)


def test_orders_for_many_kinds_of_goods_move_less() -> None:
    spread = []
    for kinds in (1, 20):
        world = after(6, "labour_factories", labour_factories={"entry": 20, "variety": kinds})
        e = world.rows("enterprise")
        rows, moves = np.flatnonzero(e.kind == FACTORY), []
        for _ in range(8):
            for _ in range(3):
                world.step()
            moves.append(world.rows("enterprise").orders[rows].std())
        spread.append(np.mean(moves))
    assert spread[1] < 0.4 * spread[0]


def test_a_large_project_brings_jobs_and_taxes_only_when_it_is_in_the_package() -> None:
    data = places(villages(60))
    given = {"jobs": 300, "capital_per_job": 50000}
    world = after(36, "industrial_projects", data=data, industrial_projects=given)
    e = world.rows("enterprise")
    big = np.flatnonzero(e.outside)
    assert len(big) == 1
    assert e.filled[big].sum() > 50.0
    assert total(world, "project.tax") > 0.0
    assert (
        differs(after(36, "industrial_projects", data=data, industrial_projects={"projects": 0}), after(36, data=data))
        == set()
    )


# outside capital


def outside(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "outside_capital", data=data, outside_capital={"entry": 12} | settings)


FREE = {"pollution_ban": 0, "land_ban": 0, "new_zones": 1}


def test_each_limit_turns_firms_and_their_jobs_away() -> None:
    came = {name: number(outside(13, **FREE | one)) for name, one in (
        ("free", {}), ("clean", {"pollution_ban": 1}), ("land", {"land_ban": 1}), ("zones", {"new_zones": 0}),
    )}  # fmt: skip
    assert came["free"] > max(came["clean"], came["land"], came["zones"])
    s = outside(1, **FREE).instruments[0].settings.at(0)
    u = np.array([0.1, 0.9])
    assert clean_enough(s, u).all()
    assert land_on_plan(s, u).all()
    assert zone_open(s, u).all()


def test_a_polluting_firm_makes_its_village_ill_until_it_is_gone() -> None:
    world = outside(9, polluting=1.0, **FREE)
    assert 0.0 < world.rows("household").hazard_shift.max() <= 0.15 + 1e-12
    e = world.rows("enterprise")
    e.alive[e.polluting] = False
    world.instruments[0].service(world, world.instruments[0].settings.at(world.month))
    for _ in range(3):
        world.step()
    assert np.allclose(world.rows("household").hazard_shift, 0.0)
    assert not outside(9, polluting=1.0, **FREE | {"pollution_ban": 1}).rows("household").hazard_shift.any()


def test_land_taken_off_the_plan_is_lost_to_the_villagers() -> None:
    taken, kept = (outside(9, off_plan=1.0, **FREE | {"land_ban": ban}).rows("household").land.sum() for ban in (0, 1))
    assert taken < kept
    assert kept == after(9).rows("household").land.sum()


def test_less_stays_in_the_village_the_more_of_the_profit_leaves() -> None:
    stay = [total(outside(36, leaves=e, jobs=20, **FREE), "outside.local_share") for e in (1.0, 0.5)]
    assert stay[0] == 0.0
    assert stay[1] > 0.0


# returnees

BACK: dict[str, Any] = {"rate": 0.1, "least_months": 0, "grant": 10000}


def returnees(months: int, data: Any = None, **settings: Any) -> Region:
    return after(months, "returnees", data=data, returnees=BACK | settings)


def test_migrants_return_found_firms_at_home_and_draw_profit() -> None:
    world, plain = returnees(26), after(26)
    e, h = world.rows("enterprise"), world.rows("household")
    firms = np.flatnonzero(e.kind == RETURNEE)
    assert len(firms)
    mine = firms[e.founder[firms] >= 0]
    assert np.all(h.county[e.founder[mine]] == e.county[mine])
    assert world.rows("household").migrants.sum() < plain.rows("household").migrants.sum()
    assert e.filled[firms].sum() > 0.0
    assert total(world, "returnee.profit") > 0.0


def test_nobody_returns_where_nobody_is_away() -> None:
    data = places()
    stayed = replace(
        data,
        persons=data.persons | {"activity": np.where(data.persons["activity"] == MIGRANT, 0, data.persons["activity"])},
    )
    world = after(3, "returnees", data=stayed, returnees=BACK | {"staff_rate": 0.0})
    assert number(world) == number(after(3, data=stayed))


def test_a_park_multiplies_founding_and_is_built_once_a_county() -> None:
    without, with_park = (returnees(4, rate=0.04, parks=n, park_effect=10) for n in (0, 1))
    assert number(with_park) > number(without)
    assert with_park.rows("county").returnee_park.all()
    world = returnees(26, parks=1)
    assert total(world, "returnee.park") == 3e6


def test_staff_of_institutions_lead_better_firms() -> None:
    world = returnees(3, rate=0.0, staff_rate=0.5, staff_skill=0.5)
    plain = returnees(3, rate=0.0, staff_rate=0.5, staff_skill=0.0)
    e, other = world.rows("enterprise"), plain.rows("enterprise")
    led = np.flatnonzero((e.kind == RETURNEE) & (e.founder < 0))
    assert len(led)
    assert e.productivity[led] == pytest.approx(other.productivity[led] + 0.5)


def test_firms_open_branches_in_other_villages_while_they_sell_online() -> None:
    data = places(villages(20, sample=0.03), broadband=1.0)
    few = {"rate": 0.01, "staff_rate": 0.0}
    online, offline = (returnees(60, data, online_growth=g, most_branches=3, **few) for g in (1.0, 0.0))
    branches = total(online, "returnee.branch")
    assert branches > 0.0
    assert total(offline, "returnee.branch") == 0.0
    e = online.rows("enterprise")
    firms = np.flatnonzero((e.kind == RETURNEE) & e.alive & (e.founder >= 0))
    assert np.bincount(e.founder[firms]).max() <= 4 + np.bincount(e.founder[firms] * 0).max()
    assert len(set(e.village[firms].tolist())) > 1


# hiring for the poor


def test_a_higher_share_for_the_registered_brings_fewer_workshops_with_more_of_the_poor() -> None:
    data = places(villages(60), poor_village=True)
    shops, poor = [], []
    for share in (0.0, 0.5, 1.0):
        given = {"share_per_year": 1.0, "least_workers": 0, "hire_share": share, "places": 20}
        world = after(27, "village_workshop", data=data, village_workshop=given)
        e = world.rows("enterprise")
        mine = np.flatnonzero(e.kind == WORKSHOP)
        shops.append(len(mine))
        if len(mine):
            poor.append(float((registered_share(world) * e.filled)[mine].sum() / max(e.filled[mine].sum(), 1e-9)))
    assert shops[0] >= shops[1] >= shops[2]
    assert shops[2] < shops[0]
    assert poor[-1] > poor[0]


def test_owners_do_not_come_where_reserved_places_would_stay_empty() -> None:
    world = region(places(without_workers(places())), instruments("village_workshop"))
    s = world.instruments[0].settings.at(world.month)
    sites = np.arange(len(world.rows("village")))
    asked = type(s)(**vars(s) | {"hire_share": 0.2})
    assert not accepts_condition(world, asked, sites).any()
    assert accepts_condition(world, s, sites).all()


# pay for what is done


def test_an_award_raises_the_effort_of_those_who_do_not_try_hard_and_a_flat_grant_does_not() -> None:
    assert effort_under_award(0.5, 0.7, 0.1, 0.5, 0.35) > 0.0
    assert effort_under_award(1.0, 0.7, 0.1, 0.5, 0.35) == pytest.approx(0.0)
    assert effort_under_award(0.5, 0.7, 0.0, 0.5, 0.35) == pytest.approx(0.0)
    award = after(12, "output_award", output_award={"award_rate": 0.2, "cap": 1e5})
    flat = after(12, "output_award", output_award={"flat": 1000})
    h, other = award.rows("household"), flat.rows("household")
    assert h.productivity_shift.max() > 0.0
    assert not other.productivity_shift.any()
    assert h.operating_income.sum() > other.operating_income.sum()
    assert total(award, "award.output") > 0.0


def test_an_award_for_which_there_is_no_money_draws_out_no_effort() -> None:
    offered = {"award_rate": 0.2, "cap": 1e5}
    full = after(12, "output_award", output_award=offered)
    half = 0.5 * full.instruments[0].spent(full)
    worlds = [full, *(after(12, "output_award", output_award=offered | {"budget": left}) for left in (half, 0.0))]
    shifts = [world.rows("household").productivity_shift for world in worlds]
    tries = shifts[0] > 0.0
    assert (shifts[1][tries] > 0.0).all()
    assert (shifts[1][tries] <= shifts[0][tries]).all()  # some do all they can already
    assert (shifts[1][tries] < shifts[0][tries]).mean() > 0.8
    assert not shifts[2].any()


def test_effort_is_as_before_when_awards_have_ended() -> None:
    world = after(26, "output_award", output_award={"end": "2014-12"})
    assert np.allclose(world.rows("household").productivity_shift, 0.0)


def test_a_subsidy_for_the_work_of_the_registered_makes_firms_want_more_workers() -> None:
    data = places(villages(60))
    plain, paid = after(15, data=data), after(15, "work_subsidy", data=data, work_subsidy={"rate": 0.5})
    e = paid.rows("enterprise")
    assert e.wage_support.max() > 0.0
    assert e.jobs.sum() > plain.rows("enterprise").jobs.sum()
    assert total(paid, "award.labour") > 0.0
    ended = after(25, "work_subsidy", data=data, work_subsidy={"rate": 0.5, "end": "2014-12"})
    assert not ended.rows("enterprise").wage_support.any()


def test_a_buyer_without_cash_may_break_its_promise_and_lose_its_growers() -> None:
    given = {"take_up": 1.0, "price": 2.0, "margin": 0.0, "temptation": 0.0}
    honest, weak = (
        after(6, "contract_farming", data=places(villages(60)), contract_farming=given | {"buyer_default": d})
        for d in (0.0, 1.0)
    )
    assert total(weak, "contract.premium") < total(honest, "contract.premium")
    bound = [(world.rows("household").contract_firm >= 0).sum() for world in (honest, weak)]
    assert bound[1] < bound[0]
    s = weak.instruments[0].settings.at(weak.month)
    assert promise_kept(s, np.array([100.0, 0.0]), np.array([50.0, 50.0])).tolist() == [1.0, 0.0]


# causes and links


def test_a_grant_that_does_not_suit_the_cause_is_worth_less_unless_the_team_sees_it() -> None:
    grants = {"share_per_year": 1.0, "loss": 0.0, "lag_months": 1}
    lost = []
    for accuracy in (0.0, 0.5):
        for cause_loss in (0.0, 0.8):
            parameters = {"teams.village_accuracy": accuracy}
            data = replace(places(), teams={name: x[:0] for name, x in places().teams.items()})
            world = after(
                5,
                "production_grant",
                data=data,
                parameters=parameters,
                production_grant=grants | {"cause_loss": cause_loss},
            )
            lost.append(total(world, "asset.loss"))
    assert lost[0] == 0.0
    assert lost[1] > 0.0
    assert 0.0 < lost[3] < 0.8 * lost[1]


def test_a_household_without_hands_lacks_hands() -> None:
    world = region(places())
    h = world.rows("household")
    h.workers[:5] = 0.0
    h.land[:5], h.capital[:5], h.severely_ill[:5] = 1e3, 1e6, 0.0
    assert np.all(main_cause(world, np.arange(5)) == HANDS)


def test_households_choose_the_link_that_brings_most_and_others_serve_only_those() -> None:
    world = after(2, "link_choice", link_choice={"weight": 20.0})
    h = world.rows("household")
    listed = np.flatnonzero((h.registry == REGISTERED) & (h.members > 0))
    assert np.all(h.link[listed] >= 0)
    blind = after(2, "link_choice", link_choice={"weight": 0.0})
    s = world.instruments[0].settings.at(world.month)
    gains = gains_of_links(world, s, listed)
    place = np.arange(len(listed))
    assert gains[h.link[listed], place].mean() > gains[blind.rows("household").link[listed], place].mean()
    assert {FIRM_LINK, OWN_LINK, PARK_LINK, COOP_LINK, GROWER_LINK} >= set(h.link[listed].tolist())


def test_shares_and_contracts_go_to_those_linked_to_a_cooperative_or_a_firm() -> None:
    given: dict[str, Any] = {
        "link_choice": {"weight": 0.0},
        "enterprise_shares": {"share_per_year": 1.0},
        "contract_farming": {"take_up": 1.0},
        "production_grant": {"share_per_year": 1.0, "take_up": 1.0, "least_labour": 0},
    }
    h = after(4, *given, **given).rows("household")
    assert np.all(h.link[h.shares > 0.0] == COOP_LINK)
    assert np.all(h.link[h.contract_firm >= 0] == FIRM_LINK)
    assert np.all(h.link[h.granted_month >= 0] == OWN_LINK)
    assert (h.shares > 0.0).any()
    assert (h.granted_month >= 0).any()


def test_growers_hire_no_more_days_than_their_land_asks_for() -> None:
    none, some = (
        total(after(10, "link_choice", link_choice={"weight": 0.0, "days_per_mu": d}), "link.grower_days")
        for d in (0, 5)
    )
    assert none == 0.0
    assert some > 0.0
