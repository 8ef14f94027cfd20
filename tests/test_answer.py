"""The answer on the first page of a comparison: the planner's question, in words, with what must not be used."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from replicated_worlds import asked
from small_runs import world

from fupin.experiments.replicated import tables
from fupin.experiments.replicated.answer import TITLE, answer, answer_table, ranked
from fupin.experiments.replicated.budget import Fit
from fupin.experiments.replicated.caution import warnings
from fupin.experiments.replicated.findings import LEAST_REACHED, Findings
from fupin.experiments.replicated.lasting import lasting
from fupin.experiments.replicated.run import run_replicates
from fupin.experiments.replicated.shares import gap_between, net_by_year, share_lifted, years_each
from fupin.experiments.report.content import Words, lead_of
from fupin.experiments.report.of_comparison import report_of_comparison
from fupin.experiments.report.page import page_of
from fupin.experiments.twins import pair_worlds
from fupin.labels import pick, tell

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return run_replicates(asked("security", "relocation"), tmp_path_factory.mktemp("answer"), engine="here")


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    comparison = asked("security", "industry", replicates=1)
    return run_replicates(comparison, tmp_path_factory.mktemp("single"), engine="here")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_answers_the_planners_five_questions(found: Findings, lang: str) -> None:
    told = answer(found, lang)
    leads = [lead_of(line)[0].strip("：: ") for line in told]
    assert leads == list(
        tell(
            ("哪种做法", "哪些户", "多久", "花多少钱", "否则会怎样"),
            ("Which mix", "Which households", "For how long", "At what cost", "What would have happened anyway"),
            lang,
        )
    )
    best = ranked(found)[0]
    assert pick(found.labels[best], lang) in told[0]
    assert tables.price(found, best, "gross_per_household_year", lang) in told[0]
    reference = found.effect(best, "headcount")["reference"]
    for place in (0, -1):
        assert f"{100 * float(reference.iloc[place]):.1f} %" in told[-1]
    assert lang == "zh" or not any(HAN.search(line) for line in [*told, *warnings(found, lang)])
    report = report_of_comparison(found, "fupin compare", lang)
    first = report.sections[0]
    assert first.title == tell(*TITLE, lang)
    assert [block.title for block in first.blocks if isinstance(block, Words) and block.title]
    assert f'<span class="lead">{lead_of(told[0])[0]}</span>' in page_of(report)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_numbers_of_too_few_households_are_called_unusable(found: Findings, lang: str) -> None:
    head, lines = answer_table(found, lang)
    assert all(len(line.values) == len(head) - 1 for line in lines)
    verdicts = dict(zip(found.arms, lines[0].values, strict=True))
    few = {arm for arm in found.arms if found.costs(arm)["reached_sampled"] < LEAST_REACHED}
    assert few == {"relocation"}
    assert verdicts["relocation"].startswith(tell("不能", "no:", lang))
    assert verdicts["security"].startswith(tell("可以", "yes", lang))
    name = pick(found.labels["relocation"], lang)
    assert any(line.startswith(name) and "--sample" in line for line in warnings(found, lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_replicate_is_not_said_to_have_an_effect_that_may_be_nothing(single: Findings, lang: str) -> None:
    report = report_of_comparison(single, "fupin compare", lang)
    shown = " ".join(f"{one.value} {one.note}" for one in report.numbers)
    assert tell("没有上限", "no bound", lang) not in shown
    assert "--replicates" in warnings(single, lang)[0]
    assert {value[:2] for value in answer_table(single, lang)[1][0].values} == {tell("不能", "no", lang)}
    assert tell("先后不能定", "the order is open", lang) in answer(single, lang)[0]


def test_the_order_is_open_where_the_gap_holds_nothing(found: Findings) -> None:
    plane = found.plane.copy()
    plane["gross"] = 1e6
    plane.loc[plane["arm"] == "security", "net_households"] = [10.0, 20.0, 30.0]
    plane.loc[plane["arm"] == "relocation", "net_households"] = [9.0, 21.0, 29.0]
    gap = gap_between(replace(found, plane=plane), "security", "relocation")
    assert math.isclose(gap["mean"], 1 / 3)
    assert gap["low"] < 0 < gap["high"]
    plane.loc[plane["arm"] == "relocation", "gross"] = 2e6  # dearer: for the same money it lifts half
    assert math.isclose(gap_between(replace(found, plane=plane), "security", "relocation")["mean"], 20 - 59 / 6)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_best_of_those_that_may_do_nothing_or_miss_the_budget_is_not_told_without_a_but(
    found: Findings, lang: str
) -> None:
    certain = answer(found, lang)[0]
    assert tell("但", "But", lang) not in certain
    doubtful = replace(found, cost=found.cost.assign(net_households_low=-1.0))
    told = answer(doubtful, lang)[0]
    assert tell("但区间含零", "But the interval contains zero", lang) in told
    assert answer_table(doubtful, lang)[1][0].values[0] == tell("不能：效果可能为零", "no: may be nothing", lang)
    fits = {"security": Fit(1.0, 5e7, "capacity")}
    missed = replace(found, fits=fits)
    assert tell("但它花的是", "But it spends", lang) in answer(missed, lang)[0]
    assert any(tell("不是同样的钱", "not the money of the others", lang) in line for line in warnings(missed, lang))


def test_a_household_counts_once_however_many_decembers_it_is_lifted() -> None:
    policy, reference = world("security"), world("baseline-2014")
    pairs = pair_worlds(policy, reference)
    sums = lasting(pairs)
    lives: dict[int, list[float]] = {}
    for pair in pairs:
        for uid, weight, status in zip(pair.uid, pair.weight, pair.status, strict=True):
            if status == 0:
                lives.setdefault(int(uid), []).append(float(weight))
    assert lives
    assert math.isclose(sums["ever_lifted"], sum(weights[0] for weights in lives.values()))
    assert math.isclose(sums["lifted_years"], sum(map(sum, lives.values())))
    twice = lasting([pairs[-1], pairs[-1]])
    assert math.isclose(twice["lifted_years"], 2 * twice["ever_lifted"])
    nobody = lasting(pair_worlds(reference, reference))
    assert nobody == {"ever_lifted": 0.0, "lifted_years": 0.0}


def test_the_numbers_of_the_answer_are_those_of_the_tables(found: Findings) -> None:
    arm = "security"
    assert math.isclose(sum(net_by_year(found, arm).values()), found.costs(arm)["net_lifted"])
    groups = found.dimensions[found.dimensions["dimension"] == "fifth"]["group"]
    assert math.isclose(sum(share_lifted(found, arm, "fifth", int(group)) for group in groups), 1.0)
    assert 1.0 <= years_each(found, arm) <= len(found.years)
    assert np.isnan(years_each(replace(found, cost=found.cost.assign(ever_lifted=0.0)), arm))


def test_a_lead_ends_at_the_first_colon() -> None:
    assert lead_of("哪种做法：同样花：一") == ("哪种做法：", "同样花：一")
    assert lead_of("At what cost: 1:2") == ("At what cost: ", "1:2")
    assert lead_of("nothing") == ("", "nothing")
