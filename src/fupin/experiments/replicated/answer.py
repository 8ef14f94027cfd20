"""What a planner asks, answered in plain words from the findings: which mix lifts which households, for how long, at
what cost, and what would have happened anyway."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fupin.experiments.replicated import tables
from fupin.experiments.replicated.caution import may_be_nothing, off_budget, usable
from fupin.experiments.replicated.findings import LEAST_REACHED, Findings
from fupin.experiments.replicated.shares import (
    gap_between,
    left_of_best,
    net_by_year,
    of_those_reached,
    per_cent,
    per_hundred,
    share_lifted,
    years_each,
    years_text,
)
from fupin.experiments.tables import Line, number, unit_name
from fupin.experiments.twins import STATUSES
from fupin.labels import pick, tell

PRICE = "gross_per_household_year"
TITLE = ("回答", "The answer")
CAUSES_NAMED = 2


def answer(found: Findings, lang: str) -> list[str]:
    """The five questions answered, a sentence or two each; of the arm that ranks first, if any may be ranked."""
    order = ranked(found)
    anyway = _without(found, lang)
    if not order:
        nothing = tell(
            f"没有方案可以排名：每个方案在抽样里受益的都不足 {LEAST_REACHED} 户，或净脱贫不大于零。",
            f"No policy can be ranked: each reaches fewer than {LEAST_REACHED} sampled households, or lifts nobody on "
            "balance.",
            lang,
        )
        return [nothing, anyway]
    best = order[0]
    return [
        _which(found, order, lang),
        _whom(found, best, lang),
        _how_long(found, best, lang),
        _at_what_cost(found, best, lang),
        anyway + tell("", " ", lang) + _of_reached(found, best, lang),
    ]


def ranked(found: Findings) -> list[str]:
    """Arms that may be ranked and lift somebody on balance, the cheapest household-year first."""
    rows = found.cost[np.isfinite(found.cost["rank"]) & (found.cost["net_households"] > 0)].sort_values("rank")
    return [str(arm) for arm in rows["arm"]]


def answer_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: the questions, one column an arm; the first line says whether its numbers may be used."""
    arms = found.arms
    span = tell(f"{found.years[0]}–{found.years[-1]} 年", f"{found.years[0]}–{found.years[-1]}", lang)
    unit = {name: unit_name(name, lang) for name in ("yuan", "household-years", "yuan/household-year")}
    costs = {arm: found.costs(arm) for arm in arms}

    def line(zh: str, en: str, cells: Sequence[str]) -> Line:
        return Line(tell(zh, en, lang), tuple(cells))

    lines = [
        line("这些数能不能用", "may these numbers be used?", [usable(found, arm, lang) for arm in arms]),
        line(f"花多少钱（折现，{unit['yuan']}）", f"what it costs, discounted ({unit['yuan']})",
             [tables.spread(costs[arm]["gross"], costs[arm]["gross_high"], "yuan", lang) for arm in arms]),
        line(f"让多少户脱贫（净，{unit['household-years']}）", f"how many it lifts, net ({unit['household-years']})",
             [tables.spread(costs[arm]["net_households"], costs[arm]["net_households_high"], "household-years", lang)
              for arm in arms]),
        line(f"每净脱贫一户年多少钱（{unit['yuan/household-year']}）",
             f"cost of a household-year lifted ({unit['yuan/household-year']})",
             [tables.price(found, arm, PRICE, lang) for arm in arms]),
        line("哪些户：期初收入最低五分之一占", "whom: from the poorest fifth at the start",
             [per_cent(share_lifted(found, arm, "fifth", 0)) for arm in arms]),
        line("哪些户：期初在册占", "whom: on the register at the start",
             [per_cent(share_lifted(found, arm, "registry", 1)) for arm in arms]),
        line("多久：脱贫户平均脱贫年数", "how long: years a lifted household is lifted",
             [years_text(years_each(found, arm)) for arm in arms]),
        line("多久：末年净脱贫为最多一年的", "how long: last year's net effect, of the best year's",
             [left_of_best(found, arm, lang) for arm in arms]),
        line("否则会怎样：受益人年中本来就不贫困", "anyway: not poor without it, of person-years reached",
             [per_cent(of_those_reached(found, arm)["anyway"]) for arm in arms]),
        line("否则会怎样：受益人年中因政策脱贫", "anyway: lifted by it, of person-years reached",
             [per_cent(of_those_reached(found, arm)["lifted"]) for arm in arms]),
        line("每 100 人年因政策脱贫，另有多少人年因政策致贫", "person-years made poor by it, per 100 lifted",
             [per_hundred(costs[arm]["harmed"], costs[arm]["lifted"]) for arm in arms]),
    ]  # fmt: skip
    return [span, *tables.labels_of_arms(found, lang)], lines


def _which(found: Findings, order: Sequence[str], lang: str) -> str:
    best, money = order[0], found.asked.budget
    name, row = pick(found.labels[best], lang), found.costs(best)
    years = len(found.years)
    lifted = _lifted(found, best, lang)
    price = f"{tables.price(found, best, PRICE, lang)} {unit_name('yuan/household-year', lang)}"
    if money is not None:
        yuan = f"{number(money, 'yuan', lang)} {unit_name('yuan', lang)}"
        zh, en = ("预算", "on a budget of") if off_budget(found, best) else ("同样花", "with the same")
        text = tell(
            f"哪种做法：{zh} {yuan}（折现，{years} 年），{name}净脱贫最省，共 {lifted}，每户年 {price}。",
            f"Which mix: {en} {yuan} (discounted, {years} years) {name} lifts at least cost: {lifted}, at {price}.",
            lang,
        )
    else:
        text = tell(
            f"哪种做法：按写定的规模，{name}每净脱贫一户年花钱最少：{price}；{years} 年共净脱贫 {lifted}。",
            f"Which mix: as they are written, {name} lifts at least cost: {price}; {lifted} net in {years} years.",
            lang,
        )
    if off_budget(found, best):
        spent = f"{number(row['gross'], 'yuan', lang)} {unit_name('yuan', lang)}"
        text += tell("", " ", lang) + tell(f"但它花的是 {spent}。", f"But it spends {spent}.", lang)
    if may_be_nothing(found, best):
        text += tell("", " ", lang) + tell(
            "但区间含零：不能说它让人脱贫，不要据此决定。",
            "But the interval contains zero: it cannot be said to lift anybody, so decide nothing by it.",
            lang,
        )
    most = max(order, key=lambda arm: found.costs(arm)["net_households"])
    if most != best:
        text += tell("", " ", lang) + tell(
            f"净脱贫最多的是{pick(found.labels[most], lang)}：{_lifted(found, most, lang)}。",
            f"Most is lifted by {pick(found.labels[most], lang)}: {_lifted(found, most, lang)}.",
            lang,
        )
    return text + tell("", " ", lang) + _against_the_next(found, order, lang)


def _lifted(found: Findings, arm: str, lang: str) -> str:
    row, unit = found.costs(arm), "household-years"
    return f"{tables.spread(row['net_households'], row['net_households_high'], unit, lang)} {unit_name(unit, lang)}"


def _against_the_next(found: Findings, order: Sequence[str], lang: str) -> str:
    """Is the first arm ahead of the second by more than chance? Asked of the prices, replicate by replicate."""
    if len(order) < 2:
        return tell("没有第二个可以排名的方案。", "No other policy can be ranked.", lang)
    second = pick(found.labels[order[1]], lang)
    gap = gap_between(found, order[0], order[1])
    if not math.isfinite(gap["low"]):
        return tell(
            f"其次是{second}；没有区间，先后不能定。",
            f"Next comes {second}; without intervals the order is open.",
            lang,
        )
    ahead = gap["low"] > 0
    ends = [number(gap[end], "household-years", lang, signed=not ahead) for end in ("low", "high")]
    unit = unit_name("household-years", lang)
    if ahead:
        return tell(
            f"其次是{second}：花同样的钱，前者多脱贫 {ends[0]} 至 {ends[1]} {unit}（95 % 区间），先后不是抽样的偶然。",
            f"Next comes {second}: for the same money the first lifts {ends[0]} to {ends[1]} {unit} more (95 % "
            "interval), so the order is not chance of the sample.",
            lang,
        )
    return tell(
        f"其次是{second}：花同样的钱，两者相差 {ends[0]} 至 {ends[1]} {unit}（95 % 区间），含零，先后不能定。",
        f"Next comes {second}: for the same money the two differ by {ends[0]} to {ends[1]} {unit} (95 % interval), "
        "which contains zero: the order is open.",
        lang,
    )


def _whom(found: Findings, arm: str, lang: str) -> str:
    name = pick(found.labels[arm], lang)
    poorest, listed = share_lifted(found, arm, "fifth", 0), share_lifted(found, arm, "registry", 1)
    labels = found.dimensions[found.dimensions["dimension"] == "cause"]
    shares = {
        tell(entry["zh"], entry["en"], lang): share_lifted(found, arm, "cause", int(entry["group"]))
        for entry in labels.to_dict("records")
    }
    first = sorted((cause for cause in shares if shares[cause] > 0), key=lambda cause: -shares[cause])[:CAUSES_NAMED]
    causes = tell("、", ", ", lang).join(f"{cause} {per_cent(shares[cause])}" for cause in first)
    return tell(
        f"哪些户：因{name}而脱贫的人年里，{per_cent(poorest)} 属于期初收入最低的五分之一，{per_cent(listed)} 期初建档"
        f"立卡；最多的致贫原因：{causes}。",
        f"Which households: of the person-years lifted by {name}, {per_cent(poorest)} belong to the poorest fifth at "
        f"the start and {per_cent(listed)} were registered then; most frequent main causes of poverty: {causes}.",
        lang,
    )


def _how_long(found: Findings, arm: str, lang: str) -> str:
    net = net_by_year(found, arm)
    peak = max(net, key=lambda year: net[year])
    last = found.years[-1]
    amount = {year: number(net[year], "persons", lang) for year in (peak, last)}
    persons = unit_name("persons", lang)
    if peak == last:
        course = tell(
            f"净脱贫的人到 {last} 年最多（{amount[last]} {persons}），还没有看到减退",
            f"the net number lifted is highest in {last} ({amount[last]} {persons}): no waning is seen",
            lang,
        )
    else:
        course = tell(
            f"净脱贫的人 {peak} 年最多（{amount[peak]} {persons}），{last} 年剩 {amount[last]} {persons}"
            f"（{left_of_best(found, arm, lang)}）",
            f"the net number lifted is highest in {peak} ({amount[peak]} {persons}); in {last} {amount[last]} {persons}"
            f" are left ({left_of_best(found, arm, lang)})",
            lang,
        )
    each, most = years_text(years_each(found, arm)), len(found.years)
    return tell(
        f"多久：一个因它脱贫过的户平均脱贫 {each} 年（每年 12 月计，最多 {most} 年）；{course}。{last} 年以后"
        "没有模拟。",
        f"For how long: a household that it lifts is lifted for {each} years in the mean (Decembers, {most} at most); "
        f"{course}. What comes after {last} is not simulated.",
        lang,
    )


def _at_what_cost(found: Findings, arm: str, lang: str) -> str:
    row, yuan = found.costs(arm), unit_name("yuan", lang)
    amount = {name: number(abs(row[name]), "yuan", lang) for name in ("gross", "net", "insurance")}
    zh, en = ("少", "less") if row["insurance"] < 0.0 else ("多", "more")
    return tell(
        f"花多少钱：毛支出 {amount['gross']} {yuan}（折现）；减去按共同规则少发的补助，净支出 {amount['net']} {yuan}；"
        f"医保另{zh}支付 {amount['insurance']} {yuan}。",
        f"At what cost: {amount['gross']} {yuan} gross (discounted); {amount['net']} {yuan} net of what is paid less "
        f"under rules that both worlds share; beside it the health insurance pays {amount['insurance']} {yuan} {en}.",
        lang,
    )


def _without(found: Findings, lang: str) -> str:
    rows = found.effect(found.arms[0], "headcount")
    first, last = (number(float(rows["reference"].iloc[place]), "share", lang) for place in (0, -1))
    against = pick(found.labels[found.asked.against], lang)
    return tell(
        f"否则会怎样：没有这些方案（{against}），贫困发生率从 {found.years[0]} 年的 {first} % 变为 {found.years[-1]} 年"
        f"的 {last} %。",
        f"What would have happened anyway: without any of these ({against}) the headcount goes from {first} % in "
        f"{found.years[0]} to {last} % in {found.years[-1]}.",
        lang,
    )


def _of_reached(found: Findings, arm: str, lang: str) -> str:
    name, part = pick(found.labels[arm], lang), of_those_reached(found, arm)
    harmed = found.costs(arm)["harmed"]
    told = {status: per_cent(part[status]) for status in STATUSES}
    amount = f"{number(harmed, 'person-years', lang)} {unit_name('person-years', lang)}"
    return tell(
        f"{name}的受益人年中，{told['anyway']} 本来就不贫困，{told['lifted']} 因它脱贫，{told['not_lifted']} 仍然贫困；"
        f"连同未受益的户，另有 {amount}因它致贫。",
        f"Of the person-years reached by {name}, {told['anyway']} would not have been poor anyway, {told['lifted']} "
        f"are lifted by it and {told['not_lifted']} stay poor; with those not reached, {amount} are made poor by it.",
        lang,
    )
