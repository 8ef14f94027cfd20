"""Claims about outcomes: declared once, right by hand, consistent with each other, the panel and the ledger."""

from __future__ import annotations

import importlib.util
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_runs import world
from worlds import START, region, villages

from fupin.model.household import DANGEROUS
from fupin.model.measures import fgt, gini, log_sd, mean, quintile_means, quintiles
from fupin.model.outcomes import GROUPS, OUTCOMES, UNITS
from fupin.model.snapshot import FUNDING, SOURCES, Snapshot

incomes = st.lists(st.tuples(st.floats(-2000, 60000), st.floats(0.5, 200)), min_size=2, max_size=40).map(
    lambda pairs: tuple(np.array(column) for column in zip(*pairs, strict=True))
)
Incomes = tuple[NDArray[np.float64], NDArray[np.float64]]


# declarations


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_outcome_says_what_it_is(name: str) -> None:
    outcome = OUTCOMES[name]
    assert outcome.name == name
    assert outcome.zh
    assert outcome.en
    assert outcome.meaning
    assert outcome.unit in UNITS
    assert outcome.group in GROUPS
    assert outcome.direction in (-1, 0, 1)


def test_labels_tell_outcomes_apart_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert len({getattr(outcome, lang) for outcome in OUTCOMES.values()}) == len(OUTCOMES)


def test_the_page_of_outcomes_is_what_they_declare() -> None:
    root = Path(__file__).parents[1]
    spec = importlib.util.spec_from_file_location("docs_outcomes", root / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (root / "docs" / "outcomes.md").read_text(encoding="utf-8")
    assert written == module.outcomes(), "docs/outcomes.md is stale; refresh it with: python docs/generate.py"


# measures by hand


def test_poverty_of_four_persons_counted_by_hand() -> None:
    income, weight = np.array([500.0, 1000.0, 2000.0, 9000.0]), np.array([1.0, 1.0, 2.0, 4.0])
    assert fgt(income, 2000.0, 0, weight) == pytest.approx(2 / 8)  # who stands on the line is not poor
    assert fgt(income, 2000.0, 1, weight) == pytest.approx((0.75 + 0.5) / 8)
    assert fgt(income, 2000.0, 2, weight) == pytest.approx((0.75**2 + 0.5**2) / 8)


def test_an_income_below_zero_is_a_gap_of_one() -> None:
    assert fgt(np.array([-900.0, 5000.0]), 2000.0, 2, np.ones(2)) == pytest.approx(0.5)


def test_equal_incomes_have_no_inequality_and_one_owner_has_nearly_all() -> None:
    assert gini(np.full(50, 700.0), np.ones(50)) == pytest.approx(0.0, abs=1e-12)
    assert gini(np.array([0.0] * 99 + [1.0]), np.ones(100)) == pytest.approx(0.99)
    assert log_sd(np.full(50, 700.0), np.ones(50)) == pytest.approx(0.0, abs=1e-9)


def test_fifths_split_a_household_that_straddles_two() -> None:
    means = quintile_means(np.array([100.0, 200.0]), np.array([1.0, 1.0]))
    assert means == pytest.approx([100.0, 100.0, 150.0, 200.0, 200.0])
    assert quintiles(np.arange(10.0)[::-1], np.ones(10)).tolist() == [4, 4, 3, 3, 2, 2, 1, 1, 0, 0]


@given(incomes)
def test_deeper_measures_are_never_larger(sample: Incomes) -> None:
    income, weight = sample
    count, gap, severity = (fgt(income, 3000.0, order, weight) for order in range(3))
    assert 1.0 >= count >= gap >= severity >= 0.0


@given(incomes, st.integers(2, 4))
def test_a_weight_is_as_good_as_a_repeated_household(sample: Incomes, times: int) -> None:
    income, weight = sample
    again, once = np.repeat(income, times), np.repeat(weight / times, times)
    for measure in (gini, log_sd, lambda y, w: float(quintile_means(y, w)[1])):
        assert measure(income, weight) == pytest.approx(measure(again, once), nan_ok=True)


@given(incomes, st.floats(0.2, 5.0))
def test_inequality_does_not_depend_on_the_currency(sample: Incomes, rate: float) -> None:
    income, weight = sample
    assert gini(rate * income, weight) == pytest.approx(gini(income, weight), nan_ok=True)


def test_measures_are_the_same_to_the_last_bit_on_any_number_of_cores() -> None:
    script = (
        "import numpy as np\n"
        "from fupin.model.measures import fgt, gini, log_sd, mean, quintile_means\n"
        "r = np.random.default_rng(3)\n"
        "for n in (11620, 20001, 60000, 100003, 250001):\n"  # np.dot itself gives two answers for the last three
        "    y, w = r.lognormal(9, 0.7, (2, n))\n"
        "    found = mean(y, w), gini(y, w), log_sd(y, w), fgt(y, 6000.0, 1, w), *quintile_means(y, w)\n"
        "    print(*(float(value).hex() for value in found))"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, encoding="utf-8",
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
        ).stdout
        for threads in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1] != ""


# the outcomes of a run


def test_income_is_the_sum_of_its_sources() -> None:
    table = world("industry").outcomes
    parts = table[["wage_income", "operating_income", "property_income", "transfer_income"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["income"].to_numpy())


def test_workers_are_somewhere() -> None:
    table = world("industry").outcomes
    shares = table[["own_share", "local_share", "migrant_share", "post_share", "idle_share"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert (shares >= -1e-12).all(axis=None)


def test_shares_lie_between_nothing_and_everything() -> None:
    table = world("industry").outcomes
    unbounded = {"consumption_share", "debt_income", "earned_share"}
    for name, outcome in OUTCOMES.items():
        if outcome.unit == "share" and name not in unbounded:
            assert table[name].dropna().between(0, 1).all(), name


def test_only_the_register_its_money_and_exits_have_no_value_before_the_start() -> None:
    table = world("industry").outcomes
    missing = {name for name in OUTCOMES if math.isnan(table[name].iloc[0])}
    listed = {"ill_registered"}
    assert missing == listed | {
        name for name, outcome in OUTCOMES.items() if outcome.group in ("registry", "targeting", "money", "exit")
    }
    # nobody leaves in the first year
    assert not table.iloc[1:].drop(columns=["mis_exit", "ungrounded", "sustained_exit"]).isna().any(axis=None)


def test_outcomes_agree_with_the_household_panel() -> None:
    result = world("industry")
    assert result.panel is not None
    line = {december.year: december.line for december in result.decembers}
    for year, rows in result.panel.groupby("year"):
        outcome, persons = result.outcomes.loc[year], rows["weight"] * rows["members"]
        poor, registered = rows["income"] / rows["members"] < line[year], rows["registry"] == 1
        assert (poor == rows["poor"]).all()
        assert outcome["headcount"] == pytest.approx(persons[poor].sum() / persons.sum())
        assert outcome["registered"] == pytest.approx(persons[registered].sum())
        assert outcome["exclusion_error"] == pytest.approx(persons[poor & ~registered].sum() / persons[poor].sum())
        assert outcome["inclusion_error"] == pytest.approx(
            persons[registered & ~poor].sum() / persons[registered].sum()
        )
        assert outcome["income"] == pytest.approx((rows["weight"] * rows["income"]).sum() / persons.sum())


def test_the_register_changes_by_those_who_enter_return_and_leave() -> None:
    # the stock also moves with births and deaths in listed households, which are few
    table = world("industry").outcomes.loc[[2015, 2016]]
    flows = table["entries"] + table["returns"] - table["exits"]
    assert table["registered"].diff().iloc[1] == pytest.approx(flows.iloc[1], abs=0.02 * table["registered"].iloc[0])


def test_every_household_is_in_one_group_of_each_dimension() -> None:
    result = world("industry")
    for (year, dimension), rows in result.groups.groupby(["year", "dimension"]):
        total = result.outcomes.loc[year]
        assert rows["persons"].sum() == pytest.approx(total["poor_persons"] / total["headcount"]), dimension
        for name in ("headcount", "income", "poverty_gap"):
            share = rows["persons"] / rows["persons"].sum()
            assert (share * rows[name].fillna(0)).sum() == pytest.approx(total[name]), dimension


def test_spending_by_programme_and_by_source_is_the_money_of_the_ledger() -> None:
    result = world("industry")
    for year in result.years:
        outcome = result.outcomes.loc[year]
        programmes = result.programmes[result.programmes["year"] == year]
        ledger = result.ledger[(result.ledger["year"] == year) & (result.ledger["purpose"].isin(FUNDING))]
        assert outcome["public_cost"] == pytest.approx(programmes["spent"].sum())
        assert outcome["public_cost"] == pytest.approx(ledger["yuan"].sum())
        for source in SOURCES:
            assert outcome[f"paid_{source}"] == pytest.approx(programmes[source].sum())
        assert outcome["administration"] == pytest.approx(programmes["administration"].sum())
    assert {"dibao", "production_grant"} <= set(result.programmes[result.programmes["spent"] > 0]["instrument"])


def test_the_funnel_narrows() -> None:
    funnel = world("industry").funnel
    assert (funnel["eligible"] >= funnel["applied"]).all()
    assert (funnel["applied"] >= funnel["selected"]).all()
    assert funnel["selected"].sum() > 0


def test_households_reached_only_grow() -> None:
    for _, rows in world("industry").programmes.groupby("instrument"):
        assert rows.sort_values("year")["households"].is_monotonic_increasing


def test_an_enterprise_of_a_sampled_village_stands_for_as_many_as_the_village_does() -> None:
    made = region(villages(60))
    e, v = made.rows("enterprise"), made.rows("village")
    e.village = -1
    e.village[0], v.weight[0] = 0, 7.0
    assert OUTCOMES["enterprises"].compute(Snapshot(made)) == e.alive.sum() + 6.0


def test_an_industry_of_scale_is_one_of_so_many_people_in_the_village_and_not_in_those_it_stands_for() -> None:
    made = region(villages(60))
    e, v = made.rows("enterprise"), made.rows("village")
    e.village, v.industry_quality, v.poor_village, v.weight[0] = -1, 0.0, False, 7.0
    e.village[0] = 0
    v.poor_village[0] = True
    found = []
    for people in (10.0, 25.0):
        e.filled[0] = 7.0 * people  # quantities of enterprises are those of the population
        found.append(OUTCOMES["township_clusters"].compute(Snapshot(made)))
    assert found == [0.0, 1.0]


def test_a_house_in_which_nobody_lives_is_no_house_of_the_village() -> None:
    made = region(villages(60))
    h = made.rows("household")
    h.housing = DANGEROUS
    here = (h.village == 0).nonzero()[0]
    h.housing[here[0]], h.members[here[1]] = DANGEROUS + 1, 0.0
    assert Snapshot(made).sound_houses[0] == pytest.approx(1.0 / (h.members[here] > 0).sum())


def test_poverty_is_told_at_any_line_and_no_rule_reads_it() -> None:
    low, high = (region(villages(), overrides={"registry.other_line": line}) for line in (1.0, 2.5))
    for made in (low, high):
        made.run_to(START + 11)
    at_line, above = Snapshot(low), Snapshot(high)
    assert at_line.income.tolist() == above.income.tolist()
    for other, own in (("headcount_other", "headcount"), ("gap_other", "poverty_gap"), ("severity_other", "severity")):
        assert OUTCOMES[other].compute(at_line) == OUTCOMES[own].compute(at_line)
    line = 2.5 * high.p.poverty_line
    assert OUTCOMES["headcount_other"].compute(above) == pytest.approx(above.share(above.income < line))
    assert OUTCOMES["gap_other"].compute(above) > OUTCOMES["poverty_gap"].compute(above)


def test_the_share_of_all_is_one_whatever_their_weights() -> None:
    rng = np.random.default_rng(3)
    weights = [rng.uniform(0.1, 300.0, 41) for _ in range(200)]
    shares = [mean(np.ones(41, np.bool_), weight) for weight in weights]
    assert min(shares) > 1.0 - 1e-12
    assert max(shares) == 1.0
