"""`fupin compare`: policies on the same households and luck, once or over replicates, as written or at one budget."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands.output import Json, Lang
from fupin.commands.run import Area, Figures, Name, Out, Sample, Seed, Years, keys_of, told_again
from fupin.commands.running import Deadline, Engine, Retry, Workers, end_if_unbalanced, end_with_failed, study_bars
from fupin.commands.scenario import Sets
from fupin.errors import FupinError
from fupin.labels import language, tell

if TYPE_CHECKING:
    from fupin.experiments.compare import Arm
    from fupin.experiments.replicated.findings import Findings

app = typer.Typer(add_completion=False, rich_markup_mode=None)

DISCOUNT = 0.05  # `replicated.costs.DISCOUNT`, which a help page need not import

Budget = Annotated[
    float | None,
    typer.Option(
        "--budget",
        metavar="YUAN",
        help=tell(
            "全部年份的毛支出（全区、折现、对照之外）；各方案调整到同一支出",
            "gross spending of the whole region over all years, discounted, beyond the reference; arms are sized to it",
        ),
    ),
]


@app.command(help=tell("在同样的住户和运气下比较政策", "compare policies on the same households and luck"))
def compare(
    name: Name,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help=tell("一个方案（可重复；+ 叠加）", "one arm (repeatable; + stacks policies)")),
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", help=tell("对照：一项政策", "the reference world: a policy"))
    ] = None,
    replicates: Annotated[
        int,
        typer.Option(
            "--replicates", help=tell("重复次数（另抽住户、另换运气）", "replicates: other households and luck")
        ),
    ] = 1,
    budget: Budget = None,
    discount: Annotated[
        float, typer.Option("--discount", help=tell("折现率（每年）", "yearly rate at which money is discounted"))
    ] = DISCOUNT,
    set_: Sets = None,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    out: Out = None,
    figures: Figures = True,
    panel: Annotated[
        bool, typer.Option("--panel/--no-panel", help=tell("保存农户面板（单次）", "keep the panels (one replicate)"))
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help=tell("另写 PDF 报告（多次重复）", "write the report as PDF too (replicates)"))
    ] = False,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Run several worlds on one population; print paired differences, twins and cost; write a results folder."""
    lang = language(lang)
    from fupin.commands.reading import tell_idle, tell_same, tell_tables
    from fupin.experiments.arms import arms_of, check_area

    if budget is not None and against is None:
        against = _as_it_is(name)
    keys = keys_of(years, sample, area, seed)
    arms, against, reference = arms_of(name, policy or (), against, set_ or (), keys)
    check_area(reference.scenario)
    tell_idle([arm.scenario for arm in (*arms.values(), reference)], lang)
    tell_same(arms, reference, lang)
    tell_tables([reference.scenario, *(arm.scenario for arm in arms.values())], lang)
    told = told_again(
        "compare", name, policy=policy, set=set_, years=years, sample=sample, area=area, seed=seed,
        against=against, out=out,
    )  # fmt: skip
    if replicates == 1 and budget is None:
        others = engine != "local", workers is not None, deadline is not None, retry_failed, pdf, discount != DISCOUNT
        if any(others):
            raise FupinError(
                tell(
                    "--engine、--workers、--deadline、--retry-failed、--discount、--pdf 用于多次重复或同等预算；"
                    "加上 --replicates N 或 --budget YUAN，或去掉它们",
                    "--engine, --workers, --deadline, --retry-failed, --discount and --pdf are for many replicates or "
                    "a budget; "
                    "add --replicates N or --budget YUAN, or leave them out",
                )
            )
        _once(arms, against, reference, told, lang, out=out, figures=figures, panel=panel, as_json=as_json)
        return
    if panel:
        raise FupinError(
            tell(
                "--panel 用于不设预算的单次比较；去掉 --panel，或去掉 --replicates 和 --budget",
                "--panel is for one replicate without a budget; leave out --panel, or --replicates and --budget",
            )
        )
    from fupin.experiments.arms import split
    from fupin.experiments.replicated.design import Asked
    from fupin.experiments.replicated.run import run_replicates
    from fupin.experiments.replicated.save import save_findings, summary
    from fupin.experiments.results import open_folder, plain_name

    names = {arm: tuple(split(arm)) for arm in arms}
    asked = Asked(arms, against, reference, replicates, discount, budget, names)
    folder = open_folder(out or Path("results", f"{plain_name(reference.scenario.name)}-compare-{asked.identity[:8]}"))
    how: dict[str, Any] = {"engine": engine, "workers": workers, "deadline": deadline, "retry_failed": retry_failed}
    begun = time.perf_counter()
    with study_bars(lang) as bars:
        found = run_replicates(asked, folder, bars, **how)
    told += ["--replicates", str(replicates)]
    told += ["--budget", f"{budget:g}"] if budget is not None else []
    told += ["--discount", f"{discount:g}"] if discount != DISCOUNT else []
    save_findings(found, folder, told, lang, time.perf_counter() - begun, figures=figures, pdf=pdf)
    if as_json:
        print(json.dumps(summary(found, folder), ensure_ascii=False, indent=2))
        end_with_failed(found.failed, replicates, folder / "runs", lang)
        return
    again = _twin_commands(found, folder, name, set_ or [], keys)
    _print(found, again, lang)
    print(tell("结果在", "results in", lang), folder)
    end_with_failed(found.failed, replicates, folder / "runs", lang)


def _as_it_is(name: str) -> str:
    """Under a budget the reference is the scenario's own policies, if it has any: what is spent beyond them counts."""
    from fupin.scenarios.scenario import load_scenario

    scenario = load_scenario(name)
    own = "+".join(policy.name for policy in scenario.policies)
    return own or scenario.text.against


def _print(found: Findings, again: Mapping[str, str], lang: str) -> None:
    from fupin.commands.reading import print_lines
    from fupin.experiments.replicated import answer, caution, tables

    shown = [
        (tables.effects_table, "与对照世界之差（± 95 % 区间半宽）",
         "differences from the reference (± half of the interval)"),
        (tables.twins_table, "孪生住户：两个世界里的贫困状况", "twins: poverty in the two worlds"),
        (tables.cost_table, "成本与占优", "cost and dominance"),
        (tables.gains_table, "谁受益、谁受损：人均收入差（末年受益/受损人口比例）",
         "who gains and who loses: difference of income per head (gain / lose in the last year)"),
        (tables.programmes_table, "各项目支出与来源", "spending by programme and source"),
    ]  # fmt: skip
    if found.fits:
        shown.insert(0, (tables.sizes_table, "按预算确定的规模", "sizes under the budget"))
    if len(found.interactions):
        shown.append((tables.interactions_table, "交互作用（± 95 % 区间半宽）", "interaction (± half of the interval)"))
    if found.asked.replicates > 1:
        shown.append((tables.pairing_table, tables.title_of_pairing("zh"), tables.title_of_pairing("en")))
    for table, zh, en in shown:
        print_lines(*table(found, lang), title=tell(zh, en, lang))
    for line in tables.lives_lines(found, dict(again), lang):
        print(line)
    print()
    for sentence in tables.sentences(found, lang):
        print(sentence)
    print(f"\n{tell(*answer.TITLE, lang)}")
    for sentence in (*answer.answer(found, lang), *caution.warnings(found, lang)):
        print(f"- {sentence}")
    print()


def _twin_commands(
    found: Findings, folder: Path, name: str, sets: list[str], keys: Mapping[str, Any]
) -> dict[str, str]:
    """For each arm the command that shows both lives of the household most lifted, in the first replicate."""
    from fupin.experiments.replicated.save import policy_files
    from fupin.scenarios.scenario import ScenarioText

    commands = {}
    for row in found.lives.to_dict("records"):
        arm = str(row["arm"])
        policy = policy_files(folder, found)[arm].as_posix() if found.fits else arm
        kept = [one for one in sets if not found.fits or one.partition("=")[0].strip() in ScenarioText.model_fields]
        plain = {key: keys[key] for key in ("years", "sample", "area", "seed")}
        words = told_again("twin", name, row["uid"], policy=policy, set=kept, **plain, against=found.asked.against)
        commands[arm] = shlex.join(["fupin", *words])
    return commands


def _once(
    arms: dict[str, Arm],
    against: str,
    reference: Arm,
    told: list[str],
    lang: str,
    *,
    out: Path | None,
    figures: bool,
    panel: bool,
    as_json: bool,
) -> None:
    """One replicate, as the policies are written."""
    from fupin.commands.reading import comparison_summary, print_lines, progress_bar
    from fupin.experiments.compare import compare_worlds
    from fupin.experiments.results import default_folder, open_folder
    from fupin.experiments.save import save_comparison
    from fupin.experiments.tables_compare import cost_table, effects_table, twins_table

    folder = open_folder(out or default_folder(reference.scenario, *(arm.scenario for arm in arms.values())))
    with progress_bar(tell("模拟", "simulating", lang)) as progress:
        found = compare_worlds(arms, against, reference, panel=panel, progress=progress)
    save_comparison(found, folder, told, lang, figures=figures)
    if as_json:
        print(json.dumps(comparison_summary(found, folder), ensure_ascii=False, indent=2))
        end_if_unbalanced(found.imbalances, lang)
        return
    titles = (
        tell("与对照世界之差（± 抽样标准误）", "differences from the reference (± standard error of sampling)", lang),
        tell("孪生住户：两个世界里的贫困状况", "twins: poverty in the two worlds", lang),
        tell("成本", "cost", lang),
    )
    for title, table in zip(titles, (effects_table, twins_table, cost_table), strict=True):
        print_lines(*table(found, lang), title=title)
    print(
        tell(
            "只有一次重复，± 只含抽样误差：要区间、名次和报告，加 --replicates 10。",
            "One replicate, ± is the error of sampling alone: for intervals, ranks and a report add --replicates 10.",
            lang,
        )
    )
    print(tell("结果在", "results in", lang), folder)
    end_if_unbalanced(found.imbalances, lang)
