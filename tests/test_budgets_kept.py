"""Every instrument keeps to its budget, whatever it pays for, and does without money only what costs none."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import AT_WORK, START, changed, instruments, money, region, snapshot, villages

from fupin.errors import FupinError
from fupin.labels import speaking
from fupin.model.household import EXITED
from fupin.model.instruments.base import Funded, Instrument
from fupin.model.instruments.enterprise_credit import CreditGuarantee
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.instruments.teamwork import TeamInstrument
from fupin.model.region import Region
from fupin.scenarios.given import _budgets
from fupin.scenarios.policy import load_policy
from fupin.scenarios.schema import policy_schema
from fupin.scenarios.tables import UserTable

KINDS = instrument_kinds()
FUNDED = [kind for kind in KINDS if issubclass(KINDS[kind].Settings, Funded)]
MONTHS = 60
FREE_AS_WELL = {  # what they do without money, too
    "team_agenda": "days of teams for talks are paid elsewhere",
    "team_modes": "which team has a village in charge is decided without money",
    "township_stations": "they have nothing to pay where nobody is sent",
    "exit_task_force": "as they have where no county applies",
    "groundwater_control": "the cap on irrigation is a rule",
    "medical_cover": "hospitals wait for what patients owe them",
}


def at_work(kinds: list[str], **settings: Any) -> list[Instrument]:
    """Instruments of some kinds at work; `settings` are a number for all, or one by kind."""
    more = {
        kind: {
            name: value[kind] if isinstance(value, dict) and kind in value else value
            for name, value in settings.items()
        }
        for kind in kinds
    }
    return [KINDS[kind](KINDS[kind].Settings(**AT_WORK.get(kind, {}) | more[kind])) for kind in kinds]


def after(package: list[Instrument], months: int = MONTHS, **kwargs: Any) -> Region:
    """A small world under a package."""
    world = region(villages(20), package, years=5, **kwargs)
    world.run_to(START + months - 1)
    return world


def paid_by_counties(world: Region) -> dict[str, dict[int, float]]:
    """Population yuan that the counties have paid by instrument and year."""
    found: dict[str, dict[int, float]] = {kind: {} for kind in KINDS}
    for (month, _, holding, payer, _, instrument), yuan in money(world).items():
        if instrument and payer == "counties" and holding == "cash":
            found[instrument][month // 12] = found[instrument].get(month // 12, 0.0) + yuan
    return found


def paid(world: Region, purpose: str) -> float:
    """Population yuan booked for a purpose."""
    return sum(yuan for key, yuan in money(world).items() if key[1] == purpose)


def paid_until(world: Region, purpose: str, year: int) -> float:
    """The same before a year."""
    return sum(yuan for key, yuan in money(world).items() if key[1] == purpose and key[0] < 12 * year)


@pytest.fixture(scope="module", params=range(3))
def wanted(request: pytest.FixtureRequest) -> tuple[list[str], Region]:
    """Every third kind, and a world in which all of them have what they want."""
    kinds = FUNDED[request.param :: 3]
    return kinds, after(at_work(kinds, budget=1e12))


def test_without_money_nothing_is_done_that_costs_money() -> None:
    world = after(at_work([kind for kind in FUNDED if kind not in FREE_AS_WELL], budget=0))
    assert changed(snapshot(after([])), snapshot(world)) == set()
    assert not any(paid_by_counties(world).values())


@pytest.mark.parametrize("kind", FREE_AS_WELL)
def test_what_is_done_without_money_costs_the_counties_none(kind: str) -> None:
    assert sum(paid_by_counties(after(at_work([kind], budget=0), 30))[kind].values()) == 0.0


def test_what_was_begun_with_money_is_paid_no_longer_when_there_is_none(wanted: tuple[list[str], Region]) -> None:
    kinds, _ = wanted
    world = after(at_work(kinds, budget={"2014-01": 1e12, "2016-01": 0}))
    late = {
        kind: sum(yuan for year, yuan in by_year.items() if year >= 2016)
        for kind, by_year in paid_by_counties(world).items()
    }
    assert {kind: yuan for kind, yuan in late.items() if yuan > 0.0} == {}


@pytest.mark.parametrize("part", [0.5, 0.2])
def test_part_of_the_money_is_not_exceeded_in_any_year(wanted: tuple[list[str], Region], part: float) -> None:
    """But by half of the last household or village served: places and money are rounded, not cut off."""
    kinds, full = wanted
    most = {kind: max(paid_by_counties(full)[kind].values(), default=0.0) for kind in kinds}
    budget = {kind: part * yuan for kind, yuan in most.items()}
    short = paid_by_counties(after([one for kind in kinds for one in at_work([kind], budget=budget[kind])]))
    served = {kind: max((one[4] for one in full.funnel if one[1] == kind), default=0.0) for kind in kinds}
    heaviest = float(full.rows("village").weight.max())
    for kind in kinds:
        unit = 1.5 * most[kind] * min(heaviest / max(served[kind], heaviest), 1.0)  # costs differ
        assert max(short[kind].values(), default=0.0) <= budget[kind] + unit, kind


# a budget is a setting where money is spent, and nowhere else

SPENDS = re.compile(r"\bself\.(fund|charge|pay|buy|spend|spend_on)\(|\binstrument\.(charge|buy)\(")


@pytest.mark.parametrize("kind", KINDS)
def test_a_budget_is_a_setting_where_money_is_spent_and_nowhere_else(kind: str) -> None:
    parts = [part for part in KINDS[kind].__mro__ if issubclass(part, Instrument) and part is not Instrument]
    if issubclass(KINDS[kind], TeamInstrument):
        parts = parts[: parts.index(TeamInstrument)]
        spends = any("yearly_cost" in vars(part) or SPENDS.search(inspect.getsource(part)) for part in parts)
    else:
        spends = any(SPENDS.search(inspect.getsource(part)) for part in parts)
    assert spends == (kind in FUNDED) == ("budget" in {record["name"] for record in KINDS[kind].Settings.describe()})


def test_a_budget_that_nothing_reads_is_refused_and_not_in_the_schema(tmp_path: Path) -> None:
    file = tmp_path / "pledges.toml"
    file.write_text('[[instrument]]\nkind = "responsibility_pledges"\nsettings = { budget = 100 }\n', encoding="utf-8")
    with speaking("en"), pytest.raises(FupinError, match=r"line 3, key instrument\.0\.settings\.budget"):
        load_policy(str(file))
    allowed = {
        one["title"]: one["properties"]["settings"]["properties"]
        for one in policy_schema()["properties"]["instrument"]["items"]["oneOf"]
    }
    assert {kind for kind, settings in allowed.items() if "budget" in settings} == set(FUNDED)


def test_a_table_of_budgets_binds_by_id_and_the_row_of_a_kind_all_that_have_none_of_their_own() -> None:
    grants = KINDS["production_grant"]
    package = [grants(grants.Settings(share_per_year=1.0), id) for id in ("a", "b", "c")]
    data = replace(villages(20), budgets={"production_grant": {2014: 4e5}, "c": {2014: 5e5, 2015: 0.0}})
    world = region(data, package, years=5)
    world.run_to(START + 23)
    (a, b, c), late = ([world.state_of(one).spent.get(year, 0.0) for one in package] for year in (2014, 2015))
    unit = 5000 * 1.03 * float(world.rows("village").weight.max())
    assert 0.0 < a + b <= 4e5 + unit
    assert 0.0 < c <= 5e5 + unit
    assert late[0] > 0.0 == late[2]


def test_a_row_of_a_table_for_what_spends_nothing_is_refused() -> None:
    table = UserTable(
        "budgets.csv", 1, {"instrument": ["local_trials"]}, {"year": np.array([2014.0]), "yuan": np.ones(1)}
    )
    with pytest.raises(FupinError, match=r"row 2, column instrument: local_trials spends no public money"):
        _budgets(table)


# size

OTHER_PARTS = {  # what costs money besides that of which they name the size
    "medical_cover": "the chronic top-up and checks of treatment",
    "secondments": "section chiefs",
    "auxiliary_relief": "what insurers and donors leave",
    "forest_economy": "compensation for forest",
    "forest_work": "days of work in the forest that stands",
    "groundwater_control": "the central supply of water",
    "returnees": "parks",
    "security_backstop": "its standard cannot be nought",
}


def test_an_instrument_of_size_nought_costs_nothing() -> None:
    sized = [kind for kind in FUNDED if KINDS[kind].sized_by and kind not in OTHER_PARTS]
    nought = {kind: dict.fromkeys(KINDS[kind].sized_by, 0) for kind in sized}
    world = after([one for kind in sized for one in at_work([kind], **nought[kind])])
    assert {kind: by_year for kind, by_year in paid_by_counties(world).items() if sum(by_year.values()) > 0.0} == {}


@pytest.mark.parametrize(("kind", "size"), [("volunteers", 6), ("household_links", 1.0)])
def test_time_given_costs_more_the_more_it_is(kind: str, size: float) -> None:
    one, two = (
        sum(paid_by_counties(after(at_work([kind], **{KINDS[kind].sized_by[0]: part * size}), 12))[kind].values())
        for part in (0.5, 1)
    )
    assert two == pytest.approx(2.0 * one)


def test_no_cadre_calls_whose_travel_is_not_paid() -> None:
    full = after(at_work(["household_links"], calls=1.0), 14)
    year = paid_by_counties(full)["household_links"][2014]
    budget = {"2014-01": 1e12, "2015-01": 0.1 * year}
    short = after(at_work(["household_links"], calls=1.0, budget=budget), 17)
    none = after(at_work(["household_links"], calls=1.0, budget={"2014-01": 1e12, "2015-01": 0}), 17)
    called = [
        float((world.rows("household").weight * world.rows("household").visits).sum())
        for world in (after([], 17), none, short)
    ]
    assert called[0] == called[1] < called[2]


# what was promised beyond the budget


def test_subsidised_wages_of_workshops_stop_at_the_budget() -> None:
    few, all_of_them = (
        after(at_work(["village_workshop"], budget={"2014-01": 1e12, "2015-01": budget}, wage_subsidy=4000), 24)
        for budget in (1000.0, 1e12)
    )
    assert paid_by_counties(all_of_them)["village_workshop"][2015] > 2000.0
    assert paid_by_counties(few)["village_workshop"][2015] == pytest.approx(1000.0)


def test_borrowers_pay_the_interest_that_the_budget_does_not() -> None:
    lent = {"share_per_year": 1.0, "uptake_constant": 3}
    short, full = (
        after(
            [KINDS["micro_credit"](KINDS["micro_credit"].Settings(**lent, budget={"2014-01": 1e12, "2015-01": left}))],
            15,
        )
        for left in (10_000.0, 1e12)
    )
    assert paid_by_counties(short)["micro_credit"][2015] == pytest.approx(10_000.0)
    assert paid(short, "credit.own_interest") > 0.0 == paid(full, "credit.own_interest")
    assert paid(short, "credit.own_interest") + paid(short, "credit.interest") <= paid(full, "credit.interest") + 1e-6


def test_a_guarantee_fund_stands_for_no_more_loans_than_it_could_make_good() -> None:
    lent = []
    for budget in (0.0, 2e5, 1e12):
        world = after(at_work(["credit_guarantee"], budget=budget), 27)
        lent.append(paid(world, "guarantee.lent"))
        one = world.instruments[0]
        assert isinstance(one, CreditGuarantee)
        s = one.settings.at(START)
        seen = s.first_default * s.memory**2  # nobody has failed: in March 2016 banks have learnt for two years
        assert s.government_share * seen * lent[-1] <= 1.5 * budget
    assert lent[0] == 0.0 < lent[1] < lent[2]


def test_bad_loans_beyond_the_guarantee_fund_are_the_insurers_and_the_banks() -> None:
    parts = []
    for budget in (1e12, 3000.0):
        world = after(at_work(["credit_guarantee"], budget={"2014-01": 1e12, "2016-04": budget}), 27)
        e, state = world.rows("enterprise"), world.state_of(world.instruments[0])
        covered = (state.covered > 0.0).nonzero()[0]
        assert len(covered)
        e.alive[covered[:1]] = False
        world.run_to(START + 27)
        parts.append((paid_by_counties(world)["credit_guarantee"][2016], paid(world, "guarantee.insured")))
    (all_of_it, insured), (some, more) = parts
    fund_in_full, fund_in_part = all_of_it - insured, some - more
    assert fund_in_full > 3000.0
    assert fund_in_part == pytest.approx(3000.0)
    assert more > insured


def test_the_interest_of_relocation_loans_is_paid_as_far_as_the_money_goes() -> None:
    interest = []
    for left in (1e12, 5000.0):
        budget = {"2014-01": 1e12, "2015-01": 0, "2015-12": left}
        world = after(at_work(["relocation"], budget=budget, project=0, return_rate=0), 24)
        interest.append(paid(world, "relocation.loan_interest") - paid_until(world, "relocation.loan_interest", 2015))
    assert interest[0] > 5000.0
    assert interest[1] == pytest.approx(5000.0 / 1.03)


def test_visits_to_pupils_at_risk_cost_money_and_there_are_none_without() -> None:
    worlds = [after(at_work(["school_census"], persuade=1.0, budget=budget), 12) for budget in (0.0, 1e12)]
    assert paid(worlds[0], "schools.census") == 0.0 < paid(worlds[1], "schools.census")


def test_support_by_effort_stirs_in_proportion_to_what_is_at_stake() -> None:
    minds = {support: after(at_work(["effort_support"], support=support), 3) for support in (0, 500, 1000)}
    none, some, more = (world.rows("household").motivation for world in minds.values())
    assert np.array_equal(none, after([], 3).rows("household").motivation)
    assert none.mean() < some.mean() < more.mean()


def test_a_promise_at_exit_is_believed_as_far_as_the_money_goes() -> None:
    promises = []
    for budget in (0.0, 20_000.0, 1e12):
        world = region(villages(20), at_work(["exit_perks"], budget=budget, earned_share=0.0), years=3)
        world.run_to(START)
        h = world.rows("household")
        h.registry[:], h.exited_month[:], h.ungrounded[:] = EXITED, START, False
        world.run_to(START + 12)
        promises.append(float(world.rows("village").exit_promise.max()))
    assert promises[0] == 0.0 < promises[1] < promises[2] == 0.3


def test_a_late_budget_is_kept_too() -> None:
    world = after(instruments("production_grant", production_grant={"start": "2015-01", "budget": 1e5}), 24)
    assert set(paid_by_counties(world)["production_grant"]) <= {2015}
