"""The report of a comparison over replicates, from its findings."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from fupin import __version__
from fupin.experiments.figures import Drawing
from fupin.experiments.replicated import tables
from fupin.experiments.replicated.costs import DISCOUNT_SOURCE, DISCOUNT_SOURCE_ZH
from fupin.experiments.replicated.figures import drawings_of_findings
from fupin.experiments.replicated.findings import Findings
from fupin.experiments.replicated.save import world_of_arm
from fupin.experiments.report.assumptions import parameters_grid, settings_grid
from fupin.experiments.report.content import Block, Chart, Grid, Number, Picture, Report, Section, Words, grid_of
from fupin.experiments.report.limits import general_limits
from fupin.experiments.tables import change_label_of, factor, number, unit_name
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES

LEDGER_ROWS = 14  # purposes shown of an arm, the largest first
PATHS = ("headcount", "income")  # outcomes whose paths the workbook charts


def report_of_comparison(found: Findings, command: str, lang: str) -> Report:
    """The whole report in one language; `command` makes it again."""
    base = found.asked.reference.scenario
    drawings = {drawing.name: drawing for drawing in drawings_of_findings(found, lang)}
    span = f"{found.years[0]}–{found.years[-1]}"
    arms = tell("、", ", ", lang).join(tables.labels_of_arms(found, lang))
    return Report(
        title=tell("政策比较报告", "Policies compared", lang),
        subtitle=tell(f"{base.zh}，{span} · {arms}", f"{base.en}, {span} · {arms}", lang),
        lang=lang,
        numbers=_numbers(found, lang),
        sections=[
            Section(tell("问题", "What was asked", lang), _asked(found, lang)),
            Section(tell("发现", "What was found", lang), _found(found, drawings, lang)),
            Section(tell("谁受益、谁受损", "Who gains and who loses", lang), _who(found, drawings, lang)),
            Section(tell("钱从哪来、花在哪", "Money by programme and source", lang), _money(found, lang)),
            Section(tell("假设与来源", "Assumptions and their sources", lang), _assumptions(found, lang)),
            Section(tell("局限", "Limits", lang), _limits(found, lang)),
            Section(tell("模型参数", "Parameters of the model", lang), [parameters_grid(lang)], sheet_only=True),
        ],
        command=command,
        made=f"fupin {__version__} · {found.asked.identity[:12]} · {date.today().isoformat()}",
    )


def _numbers(found: Findings, lang: str) -> list[Number]:
    """Poverty in the reference, the largest effect on it, the cheapest household-year, who gains under that arm."""
    last, unit = found.years[-1], OUTCOMES["headcount"].unit
    rows = {arm: found.effect(arm, "headcount").iloc[-1] for arm in found.arms}
    reference = next(iter(rows.values()))
    most = min(rows, key=lambda arm: float(rows[arm]["difference"]))
    against = pick(found.labels[found.asked.against], lang)
    sign = unit_name(unit, lang)
    points = tell("个百分点", " points", lang) if sign == "%" else sign
    numbers = [
        Number(
            tell(f"{last} 年贫困发生率：{against}", f"headcount in {last}: {against}", lang),
            f"{number(float(reference['reference']), unit, lang)} {sign}",
            tell("与之比较的世界", "the world that all are compared with", lang),
        ),
        Number(
            tell(f"{last} 年贫困发生率下降最多", f"largest fall of the headcount in {last}", lang),
            f"{number(float(rows[most]['difference']), unit, lang, signed=True)}{points}",
            _interval(pick(found.labels[most], lang), rows[most], unit, lang),
        ),
    ]
    ranked = found.cost[found.cost["rank"] == 1.0]
    best = str(ranked["arm"].iloc[0]) if len(ranked) else most
    costs, price = found.costs(best), "gross_per_household_year"
    yuan = tell("元", "yuan", lang)
    numbers.append(
        Number(
            tell("最便宜的净脱贫一户年", "cheapest household-year lifted", lang),
            f"{number(costs[price], 'yuan/household-year', lang)} {yuan}" if math.isfinite(costs[price]) else "–",
            pick(found.labels[best], lang) + (_range(costs, price, lang) if found.asked.replicates > 1 else ""),
        )
    )
    part = found.gains[(found.gains["arm"] == best) & (found.gains["year"] == last)]
    first = part[part["dimension"] == part["dimension"].iloc[0]] if len(part) else part
    sums = first.groupby("quantity")["mean"].sum() if len(first) else pd.Series(dtype=float)
    persons = float(sums.get("persons", 0.0))
    shares = [100.0 * float(sums.get(name, 0.0)) / persons if persons else math.nan for name in ("gained", "lost")]
    numbers.append(
        Number(
            tell(f"{last} 年收入增加 / 减少的人", f"persons who gain / lose in {last}", lang),
            f"{shares[0]:.0f} % / {shares[1]:.0f} %" if persons else "–",
            pick(found.labels[best], lang),
        )
    )
    return numbers


def _interval(name: str, row: pd.Series, unit: str, lang: str) -> str:
    low, high = float(row["low"]), float(row["high"])
    if not (math.isfinite(low) and math.isfinite(high)):
        return name
    ends = [number(value, unit, lang, signed=True) for value in (low, high)]
    return tell(f"{name}，95 % 区间 {ends[0]} 至 {ends[1]}", f"{name}; 95 % interval {ends[0]} to {ends[1]}", lang)


def _range(costs: dict[str, float], price: str, lang: str) -> str:
    low, high = costs[f"{price}_low"], costs[f"{price}_high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return tell("，没有上限：效果可能为零", "; no bound: the effect may be nothing", lang)
    ends = [number(value, "yuan/household-year", lang) for value in (low, high)]
    return tell(f"，95 % 区间 {ends[0]} 至 {ends[1]}", f"; 95 % interval {ends[0]} to {ends[1]}", lang)


def _asked(found: Findings, lang: str) -> list[Block]:
    asked, base = found.asked, found.asked.reference.scenario
    against = pick(found.labels[asked.against], lang)
    size = f"{100 * base.sample:g} %"
    told = [
        tell(
            f"在同样的住户和同样的运气下，把 {len(found.arms)} 个方案分别与“{against}”比较，"
            f"{found.years[0]}–{found.years[-1]} 年，抽样 {size}，{asked.replicates} 次重复。",
            f'{len(found.arms)} policies are each compared with "{against}" on the same households with the same luck, '
            f"{found.years[0]}–{found.years[-1]}, a sample of {size}, {asked.replicates} replicates.",
            lang,
        )
    ]
    blocks: list[Block] = [Words(told)]
    if asked.budget is not None:
        yuan = f"{number(asked.budget, 'yuan', lang)} {unit_name('yuan', lang)}"
        title = tell(f"同样的预算：{yuan}（折现）", f"One budget for all: {yuan} (discounted)", lang)
        blocks.append(grid_of(title, tables.sizes_table(found, lang)))
    return blocks


def _found(found: Findings, drawings: dict[str, Drawing], lang: str) -> list[Block]:
    blocks: list[Block] = [
        Picture(drawings["effects"], _paths(found, PATHS[0], lang)),
        grid_of(
            tell(
                "末年与对照世界之差（± 95 % 区间的一半）",
                "Differences in the last year (± half of the 95 % interval)",
                lang,
            ),
            tables.effects_table(found, lang),
        ),
        Picture(drawings["plane"], _plane(found, lang)),
        grid_of(tell("成本与效果", "Cost and effect", lang), tables.cost_table(found, lang)),
    ]
    if "interaction" in drawings:
        title = tell("两项政策同时实施", "Two policies together", lang)
        blocks += [Picture(drawings["interaction"]), grid_of(title, tables.interactions_table(found, lang))]
    return blocks


def _paths(found: Findings, outcome: str, lang: str) -> Chart:
    scale, label = factor(OUTCOMES[outcome].unit, lang), change_label_of(outcome, lang)
    series = [
        (pick(found.labels[arm], lang), [scale * float(x) for x in found.effect(arm, outcome)["difference"]])
        for arm in found.arms
    ]
    title = tell(f"与对照之差：{label}", f"difference of {label}", lang)
    return Chart("line", [str(year) for year in found.years], series, tell("年份", "year", lang), title)


def _plane(found: Findings, lang: str) -> Chart:
    costs = [found.costs(arm) for arm in found.arms]
    name, unit = "gross_per_household_year", unit_name("yuan/household-year", lang)
    label = tell(f"每净脱贫一户年的毛成本（{unit}）", f"gross cost per household-year lifted ({unit})", lang)
    scale = factor("yuan/household-year", lang)
    return Chart("bar", tables.labels_of_arms(found, lang), [(label, [scale * cost[name] for cost in costs])], "", unit)


def _who(found: Findings, drawings: dict[str, Drawing], lang: str) -> list[Block]:
    title = tell(
        "分组：人均收入的平均差别（末年受益 / 受损人口）",
        "By group: mean difference of income per head (persons who gain / lose in the last year)",
        lang,
    )
    return [
        Picture(drawings["groups"]),
        grid_of(title, tables.gains_table(found, lang)),
        Picture(drawings["twins"]),
        grid_of(tell("孪生住户", "Twins", lang), tables.twins_table(found, lang)),
        grid_of(tell("配对的价值", "What pairing is worth", lang), tables.pairing_table(found, lang),
                tables.title_of_pairing(lang)),
    ]  # fmt: skip


def _money(found: Findings, lang: str) -> list[Block]:
    unit = unit_name("yuan", lang)
    title = tell("各项目与资金来源（与对照之差）", "By programme and source (beyond the reference)", lang)
    head = [
        "",
        tell("付款方", "payer", lang),
        tell("收款方", "payee", lang),
        tell(f"与对照之差（{unit}，折现）", f"difference ({unit}, discounted)", lang),
    ]
    rows: list[tuple[str, ...]] = []
    for arm in found.arms:
        rows.append((pick(found.labels[arm], lang),))
        part = found.ledger[(found.ledger["arm"] == arm) & (found.ledger["discounted"] != 0.0)]
        order = part["discounted"].abs().sort_values(ascending=False).index[:LEDGER_ROWS]
        for row in part.loc[order].to_dict("records"):
            names = (str(row[f"{side}_{lang}"]) for side in ("purpose", "payer", "payee"))
            rows.append((*names, number(float(row["discounted"]), "yuan", lang, signed=True)))
    note = tell(
        f"每个方案只列最大的 {LEDGER_ROWS} 笔；全部分录见结果文件夹的 ledger.csv",
        f"the {LEDGER_ROWS} largest of each policy; all of them are in ledger.csv of the results folder",
        lang,
    )
    return [
        grid_of(title, tables.programmes_table(found, lang)),
        Grid(tell("账目变化最大的用途", "Flows that change most", lang), head, rows, note),
    ]


def _assumptions(found: Findings, lang: str) -> list[Block]:
    rate = tell(
        f"折现率每年 {found.asked.discount:g}：{DISCOUNT_SOURCE_ZH}",
        f"discount rate {found.asked.discount:g} a year: {DISCOUNT_SOURCE}",
        lang,
    )
    worlds = {pick(found.labels[arm], lang): world_of_arm(arm, found) for arm in found.arms}
    return [Words([rate]), settings_grid(worlds, lang)]


def _limits(found: Findings, lang: str) -> list[Block]:
    return [Words([*tables.sentences(found, lang), *general_limits(lang)], listed=True)]
