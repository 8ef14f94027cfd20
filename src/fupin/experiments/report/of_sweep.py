"""The report of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from fupin import __version__
from fupin.experiments.decide.conditions import Named
from fupin.experiments.report.assumptions import parameters_grid, settings_grid
from fupin.experiments.report.content import Chart, Grid, Number, Picture, Report, Section, Words, grid_of
from fupin.experiments.report.limits import general_limits
from fupin.experiments.study import Results
from fupin.experiments.sweep import Sweep, drawing_of_fans, level_unit, lines_of, rows_of, sweep_table
from fupin.experiments.tables import factor, label_of, number, unit_name
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES


def report_of_sweep(
    asked: Sweep, results: Results, table: pd.DataFrame, named: Mapping[str, Named], command: str, lang: str
) -> Report:
    """The whole report in one language."""
    base = next(iter(asked.arms.values())).scenario
    years = sorted(int(year) for year in table["year"].unique())
    arms = tell("、", ", ", lang).join(pick(arm.label, lang) for arm in asked.arms.values())
    told = [
        tell(
            f"{len(asked.arms)} 个方案（{arms}）在下列取值的每种组合上各运行 {asked.replicates} 次"
            f"（不同种子：另抽村庄与住户、另换运气），{years[0]}–{years[-1]} 年。",
            f"{len(asked.arms)} policies ({arms}) are run at every combination of the levels below, {asked.replicates} "
            f"times each (other seeds: other villages, households and luck), {years[0]}–{years[-1]}.",
            lang,
        )
    ]
    levels = [
        (
            pick(named[vary.path][0], lang),
            f"{', '.join(f'{one:g}' for one in vary.levels)} {level_unit(vary.path, named, lang)}".rstrip(),
        )
        for vary in asked.varied
    ]
    failed = len(results.failed)
    if failed:
        told.append(tell(f"{failed} 次运行失败，未计入。", f"{failed} runs failed and are not in.", lang))
    head = [tell("变动的量", "varied", lang), tell("取值", "levels", lang)]
    worlds = {pick(arm.label, lang): arm.scenario for arm in asked.arms.values()}
    range_of = tell(
        "区间只含抽样与运气，不含参数与模型结构的不确定性。",
        "Ranges contain sampling and luck, not the uncertainty of parameters or of the model's structure.",
        lang,
    )
    return Report(
        title=tell("不同取值下的结果", "Results at different levels", lang),
        subtitle=f"{tell(f'{base.zh}，', f'{base.en}, ', lang)}{years[0]}–{years[-1]}",
        lang=lang,
        numbers=_numbers(asked, table, named, lang),
        sections=[
            Section(tell("问题", "What was asked", lang),
                    [Words(told), Grid(tell("取值", "Levels", lang), head, levels, words=True)]),
            Section(tell("发现", "What was found", lang), [
                Picture(drawing_of_fans(asked, table, named, lang), _chart(asked, table, named, lang)),
                grid_of(tell("各年中位数", "Medians by year", lang), sweep_table(asked, table, named, lang)),
            ]),
            Section(tell("假设与来源", "Assumptions and their sources", lang), [settings_grid(worlds, lang)]),
            Section(tell("局限", "Limits", lang), [Words([range_of, *general_limits(lang)], listed=True)]),
            Section(tell("模型参数", "Parameters of the model", lang), [parameters_grid(lang)], sheet_only=True),
        ],
        command=command,
        made=f"fupin {__version__} · {results.about['identity'][:12]} · {date.today().isoformat()}",
    )  # fmt: skip


def _numbers(asked: Sweep, table: pd.DataFrame, named: Mapping[str, Named], lang: str) -> list[Number]:
    """Of the first outcomes, the lowest and highest median in the last year."""
    last, found = int(table["year"].max()), []
    for name in asked.outcomes[:2]:
        rows = {asked.label(key, named, lang): rows_of(table, name, key).iloc[-1] for key in lines_of(asked, table)}
        unit = OUTCOMES[name].unit
        for words, choose in ((tell("最低", "lowest", lang), min), (tell("最高", "highest", lang), max)):
            line = choose(rows, key=lambda label: float(rows[label]["q50"]))
            value = f"{number(float(rows[line]['q50']), unit, lang)} {unit_name(unit, lang)}"
            title = pick(OUTCOMES[name], lang)
            found.append(Number(tell(f"{title}，{last} 年{words}", f"{title}, {last}: {words}", lang), value, line))
    return found


def _chart(asked: Sweep, table: pd.DataFrame, named: Mapping[str, Named], lang: str) -> Chart:
    name = asked.outcomes[0]
    scale = factor(OUTCOMES[name].unit, lang)
    years = sorted(int(year) for year in table["year"].unique())
    series = [
        (asked.label(key, named, lang), [scale * float(x) for x in rows_of(table, name, key)["q50"]])
        for key in lines_of(asked, table)
    ]
    return Chart("line", [str(year) for year in years], series, tell("年份", "year", lang), label_of(name, lang))
