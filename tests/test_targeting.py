"""Claims about targeting: errors counted by hand, and what sight, places and favour do to them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from small_runs import world as small_world
from worlds import START, instruments, region, villages

from fupin.calibration.allowance import allowance_quantities
from fupin.calibration.patterns import CONTEXT, load_targets, panel_of
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.outcomes import OUTCOMES
from fupin.model.outcomes_targeting import standard_of
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot
from fupin.model.targeting import Aim
from fupin.scenarios.build import build_region, region_data
from fupin.scenarios.overrides import prepare

LINE = 1000.0
AIMED = [name for name in OUTCOMES if name.startswith("allowance_")]


def aim(yuan: list[float], before: list[float], weight: list[float], members: list[float]) -> Aim:
    return Aim(*(np.array(column) for column in (yuan, before, weight, members)))


def by_hand() -> Aim:
    """Reached: a poor couple whom it lifts, a poor widow whom it does not, a rich four; missed: a poor family of three.

    The widow stands for two households, so persons reached are 2, 2 and 4, and of the poor 3 of 7 are missed.
    """
    return aim([600.0, 100.0, 300.0, 0.0, 0.0], [800.0, 400.0, 5000.0, 500.0, 4000.0], [1, 2, 1, 1, 1], [2, 1, 4, 3, 5])


def test_errors_have_the_reached_and_the_poor_as_their_denominators() -> None:
    found = by_hand()
    assert found.coverage() == pytest.approx(8 / 16)
    assert found.inclusion(LINE) == pytest.approx(4 / 8)
    assert found.exclusion(LINE) == pytest.approx(3 / 7)


def test_money_is_counted_by_yuan_and_gaps_by_the_reached_poor() -> None:
    found = by_hand()
    assert found.to_poor(LINE) == pytest.approx((600 + 2 * 100) / (600 + 2 * 100 + 300))
    assert found.filled(LINE) == pytest.approx((600 + 2 * 100) / (2 * 200 + 2 * 600))


def test_a_house_makes_nobody_poor_without_it() -> None:
    made = region(villages(20))
    made.run_to(START + 11)
    h = made.rows("household")
    before = Snapshot(made).income.copy()
    rich = before > 2.0 * made.p.poverty_line
    h.benefits[rich] = 1e6  # in kind: no part of income
    s = Snapshot(made)
    assert s.benefits.reached[rich].all()
    assert not s.benefits.poor(s.p.poverty_line)[rich].any()
    assert OUTCOMES["benefits_to_better_off"].compute(s) > 0.5
    h.programme_income[rich] = h.income_year[rich]  # and where it is money that they live on
    s = Snapshot(made)
    assert s.benefits.poor(s.p.poverty_line)[rich].all()
    assert OUTCOMES["benefits_to_better_off"].compute(s) < 0.5


def test_only_those_whom_it_takes_over_the_line_are_lifted() -> None:
    assert by_hand().lifted(LINE) == pytest.approx(2 / 16)
    assert aim([200.0], [900.0], [1.0], [2.0]).lifted(LINE) == 1.0  # on the line is not poor
    assert aim([199.0], [900.0], [1.0], [2.0]).lifted(LINE) == 0.0


def test_rates_of_nobody_have_no_value() -> None:
    nobody, all_rich = aim([0.0], [500.0], [1.0], [2.0]), aim([10.0], [5000.0], [1.0], [2.0])
    assert math.isnan(nobody.inclusion(LINE))
    assert math.isnan(nobody.filled(LINE))
    assert math.isnan(all_rich.exclusion(LINE))
    assert nobody.exclusion(LINE) == 1.0
    assert all_rich.inclusion(LINE) == 1.0


def test_an_emptied_household_counts_nowhere() -> None:
    left, without = aim([50.0, 70.0], [0.0, 5000.0], [0.0, 1.0], [0.0, 3.0]), aim([70.0], [5000.0], [1.0], [3.0])
    assert left.inclusion(LINE) == without.inclusion(LINE) == 1.0
    assert left.to_poor(LINE) == without.to_poor(LINE) == 0.0


def test_less_than_a_fen_reaches_nobody() -> None:
    dust = aim([0.009, 0.01], [500.0, 500.0], [1.0, 1.0], [2.0, 3.0])
    assert dust.exclusion(LINE) == pytest.approx(2 / 5)


def after(months: int, **settings: float) -> Region:
    """Some 2,500 households with an allowance of these settings, after some months; a year has gone before."""
    made = region(villages(250, sample=0.05), instruments("dibao", dibao=settings), burn_in=12)
    made.run_to(START + months - 1)
    return made


def value(made: Region, name: str) -> float:
    return OUTCOMES[name].compute(Snapshot(made))


def test_where_there_is_no_allowance_nothing_is_said_of_it() -> None:
    made = region(villages(10))
    made.run_to(START + 11)
    assert all(math.isnan(value(made, name)) for name in AIMED)
    assert math.isnan(value(made, "benefits_to_poor"))


def test_the_allowance_is_taken_off_income_before_it_is_asked_who_is_poor() -> None:
    made = after(12)
    s = Snapshot(made)
    poor_after, aimed = s.income < s.p.poverty_line, s.allowance
    assert (aimed.poor(s.p.poverty_line) >= poor_after).all()
    assert value(made, "allowance_lifts") == pytest.approx(s.share(aimed.poor(s.p.poverty_line)) - s.share(poor_after))
    assert value(made, "allowance_lifts") > 0.0


def test_of_a_household_with_a_worker_only_frail_members_are_listed_unless_it_is_listed_whole() -> None:
    made = after(1, whole_households=0.3)
    person, h = made.table_of("person"), made.table_of("household")
    home, alive = person["household"], person["alive"]
    ill = person["chronic"] | (person["illness_months"] > 0)
    frail = alive & ((person["age"] >= 60) | person["disabled"] | ill)
    served, works, whole = h["dibao"] > 0, h["workers"] > 0, made.lifelong("dibao.whole", "household") < 0.3
    for some, listed in ((served & works & ~whole, frail), (served & works & whole, alive), (served & ~works, alive)):
        here = some[home]
        assert here.any()
        assert np.array_equal(person["dibao"][here], listed[here])
    assert not person["dibao"][~served[home]].any()
    assert np.array_equal(h["dibao_members"], np.bincount(home, person["dibao"], minlength=len(served)))
    assert (h["dibao_members"][served] > 0).all()


def test_listing_whole_households_brings_children_onto_the_list_and_reaches_fewer_households() -> None:
    frail, whole = after(12, whole_households=0.0), after(12, whole_households=1.0)
    assert value(whole, "allowance_minors") > 2.0 * value(frail, "allowance_minors")
    assert value(whole, "allowance_old") < value(frail, "allowance_old")
    assert value(whole, "allowance_persons") == pytest.approx(value(whole, "allowance_coverage"), rel=0.02)
    assert value(frail, "allowance_persons") < 0.6 * value(frail, "allowance_coverage")
    for made in (frail, whole):
        assert value(made, "allowance_persons") <= 0.085 * 1.05


@pytest.mark.parametrize("order", [1, -1])
def test_an_allowance_that_follows_another_keeps_its_list(order: int) -> None:
    kind = instrument_kinds()["dibao"]
    dates = (("first", {"end": "2014-12"}), ("second", {"start": "2015-01"}))
    package = [kind(kind.Settings(**span), id=name) for name, span in dates][::order]
    made = region(villages(50, sample=0.05), package, burn_in=12)
    made.run_to(START + 12)
    listed = made.table_of("household")["dibao"].copy()
    assert (listed > 0).any()
    made.run_to(START + 16)
    assert np.array_equal(made.table_of("household")["dibao"], listed)
    made.ledger.close_month()
    paid = [entry for entry in made.ledger.journal if entry.purpose == "dibao" and entry.month == START + 16]
    assert [entry.instrument for entry in paid] == ["second"]


def test_nobody_stays_on_the_list_when_the_allowance_ends() -> None:
    made = region(villages(50, sample=0.05), instruments("dibao", dibao={"end": "2014-06"}), burn_in=12)
    made.run_to(START + 5)
    assert made.table_of("person")["dibao"].any()
    made.run_to(START + 6)
    assert not made.table_of("person")["dibao"].any()


def errors(made: Region) -> NDArray[np.float64]:
    return np.array([value(made, f"allowance_{name}_lasting_line") for name in ("inclusion", "exclusion")])


def test_favour_makes_both_errors_larger() -> None:
    seen, favoured = after(12, targeting_noise=0.0), after(12, targeting_noise=3.0)
    assert (errors(favoured) > errors(seen)).all()
    assert value(favoured, "allowance_to_poor_line") < value(seen, "allowance_to_poor_line")


def test_more_places_miss_fewer_of_the_poor_and_include_more_of_the_others() -> None:
    few, many = after(12, coverage=0.04), after(12, coverage=0.5)
    assert value(many, "allowance_exclusion_line") < value(few, "allowance_exclusion_line")
    assert value(many, "allowance_inclusion_line") > value(few, "allowance_inclusion_line")


def test_the_standard_is_that_of_the_year_and_moves_where_counties_raise_it() -> None:
    assert standard_of(Snapshot(after(12))) == 2777.0
    raised = after(24, growth=0.1, means=1.0)
    assert standard_of(Snapshot(raised)) == pytest.approx(2777.0 * 1.1)


def test_the_higher_line_has_fewer_errors_of_inclusion() -> None:
    table = small_world("industry").outcomes.loc[[2015, 2016]]
    assert (table["allowance_inclusion"] >= table["allowance_inclusion_line"]).all()  # the standard is below the line
    assert (table["allowance_to_poor"] <= table["allowance_to_poor_line"]).all()


def test_patterns_of_the_allowance_are_what_the_outcomes_say() -> None:
    scenario = prepare("baoding", sample=0.005).resolve()
    data = region_data(scenario)
    found = allowance_quantities(*panel_of(scenario, data=data))
    made = build_region(scenario, data)
    made.run_to(2014 * 12 + 11)
    for pattern, name in (
        ("inclusion", "inclusion_line"),
        ("exclusion", "exclusion_line"),
        ("to_poor", "to_poor_line"),
    ):
        assert found[f"dibao_{pattern}_2014"] == pytest.approx(value(made, f"allowance_{name}"), abs=1e-9)
    assert set(found) == {one.quantity for one in load_targets() if one.quantity.startswith("dibao_")}


def test_what_is_published_of_errors_elsewhere_judges_no_world() -> None:
    rows = {one.quantity: one for one in load_targets() if one.quantity.startswith("dibao_")}
    official = {f"dibao_{name}_2015" for name in ("paid", "listed", "minors", "old", "disabled")}
    assert {name for name, one in rows.items() if one.holds_in != CONTEXT} == official


def test_a_world_without_an_allowance_has_no_such_patterns() -> None:
    scenario = prepare("baoding", policies=("do-nothing",), sample=0.002).resolve()
    assert allowance_quantities(*panel_of(scenario)) == {}
