"""`fupin check`: does the model reproduce the patterns that judge it, and does a sample tell the truth?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands import check_engines, check_pairing, check_register, check_runner
from fupin.commands.check_prior import check_prior
from fupin.commands.output import Json, Lang, Markdown, print_table
from fupin.commands.run import keys_of
from fupin.commands.running import Deadline, Engine, Retry, Workers
from fupin.labels import language, pick, tell
from fupin.units import unit_in

if TYPE_CHECKING:
    from fupin.experiments.coverage import Coverage, Judged

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("检验模型", "check the model"),
)


for _command, _help in (
    (check_register.mechanisms, ("登记表各条机制的成对试验", "paired experiments of the register's rows")),
    (check_register.ranges, ("各设置取极值时结果是否有意义", "outcomes at the ends of every setting")),
    (check_register.ledger, ("随机政策包下账目是否平衡", "books under random packages")),
    (check_runner.runner, ("反复杀死后不丢不重", "a sweep that is killed again and again")),
    (check_pairing.pairing, ("同样的运气（配对）值多少次重复", "what the same luck in both worlds is worth")),
    (check_engines.engines, ("两个引擎的结果是否相同", "do both engines give the same results")),
):
    app.command(help=tell(*_help))(_command)


@app.callback()
def _group() -> None:
    """The checks, each a command."""


@app.command(help=tell("与数据对照 P1–P12 各模式", "the patterns P1-P12 beside the data"))
def patterns(
    scenario: Annotated[str, typer.Argument(help=tell("情景", "scenario"))] = "baoding",
    policy: Annotated[
        list[str] | None, typer.Option("--policy", help=tell("政策，可重复", "policy, repeatable"))
    ] = None,
    sample: Annotated[float | None, typer.Option(help=tell("抽样比例", "share of the households"))] = None,
    seed: Annotated[int | None, typer.Option(help=tell("随机种子", "seed"))] = None,
    prior: Annotated[
        int | None,
        typer.Option(
            "--prior", help=tell("校准前：不确定参数的抽样次数", "before calibration: draws of the parameters")
        ),
    ] = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    out: Annotated[Path | None, typer.Option("--out", help=tell("抽样结果文件夹", "folder of the draws"))] = None,
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print every pattern with its target, what is simulated, its tolerance and the verdict; exit 1 if one fails.

    With --prior N: the interval of N draws of all uncertain parameters, and whether the data lie inside it.
    """
    lang = language(lang)
    if prior is not None:
        check_prior(
            scenario, policy or (), sample, seed, prior, engine=engine, workers=workers, deadline=deadline,
            retry_failed=retry_failed, out=out, lang=lang, markdown=markdown,
        )  # fmt: skip
        return
    from fupin.calibration.experiments import check
    from fupin.calibration.patterns import CONTEXT
    from fupin.scenarios.overrides import prepare

    resolved = prepare(scenario, policies=policy or (), sample=sample, seed=seed).resolve()
    world = "do-nothing" if not resolved.instruments else "+".join(resolved.policies)
    rows, failed = [], 0
    for target, value, within in check(resolved):
        judged = target.holds_in in ("all", world)
        failed += judged and not within
        verdict = tell(*(("合", "within") if within else ("不合", "outside")), lang)
        if target.holds_in == CONTEXT:
            verdict += tell("（仅供参照）", " (context)", lang)
        elif not judged:
            verdict += tell("（本世界不评）", " (not judged here)", lang)
        label = tell(target.zh, target.en, lang)
        rows.append(
            (
                target.name_in(lang),
                label,
                unit_in(target.unit, lang),
                target.target,
                value,
                target.low,
                target.high,
                verdict,
            )
        )
    head = (
        "模式 指标 单位 目标 模拟值 下限 上限 判定",
        "pattern quantity unit target simulated low high verdict",
    )
    print_table(tell(*head, lang).split(), rows, markdown=markdown)
    if failed:
        raise typer.Exit(1)


@app.command(help=tell("抽样是否如实反映全区", "whether samples tell the truth about the whole region"))
def coverage(
    scenario: Annotated[str, typer.Argument(help=tell("情景", "scenario"))] = "baoding",
    samples: Annotated[int, typer.Option(help=tell("独立样本数", "independent samples"))] = 30,
    sample: Annotated[float, typer.Option(help=tell("抽样比例", "share of the households in a sample"))] = 0.01,
    years: Annotated[int, typer.Option(help=tell("年数", "years simulated"))] = 2,
    policy: Annotated[
        list[str] | None, typer.Option("--policy", help=tell("政策，可重复", "policy, repeatable"))
    ] = None,
    area: Annotated[list[str] | None, typer.Option(help=tell("县，可重复", "county, repeatable"))] = None,
    seed: Annotated[int | None, typer.Option(help=tell("随机种子", "seed"))] = None,
    lang: Lang = None,
    markdown: Markdown = False,
    as_json: Json = False,
) -> None:
    """Live the whole region and independent samples of it; print mean errors and how often intervals hold the truth.

    Exit 1 if the mean error of a headline quantity is beyond two standard errors or its 90 per cent intervals hold the
    truth in less than 80 or more than 97 per cent, or if any other quantity is worse than chance allows.
    """
    from fupin.commands.reading import progress_bar
    from fupin.experiments.coverage import coverage as judge
    from fupin.scenarios.overrides import prepare

    lang = language(lang)
    resolved = prepare(scenario, policies=policy or (), **keys_of(years, sample, area, seed)).resolve()
    with progress_bar(tell("全区与样本", "region and samples", lang)) as progress:
        found = judge(resolved, samples, progress=progress)
    if as_json:
        print(json.dumps(_coverage_record(found), ensure_ascii=False, indent=2))
    else:
        _print_coverage(found, lang, markdown)
    if not found.holds:
        raise typer.Exit(1)


def _print_coverage(found: Coverage, lang: str, markdown: bool) -> None:
    head = (
        "指标 全区 样本均值 平均误差 其标准误 判定 样本标准差 标准误估计 90%区间覆盖率 判定",
        "quantity region samples'_mean mean_error its_SE verdict spread_of_samples SE_they_tell 90%_coverage verdict",
    )
    scenario, count = found.scenario, len(found.seeds)
    title = " ".join([tell(scenario.zh, scenario.en, lang), *scenario.area, str(scenario.last // 12)]) + ": "
    title += tell(
        f"全区 {found.households:,} 户，{count} 个 {scenario.sample:.2%} 样本（平均 {found.sampled:,.0f} 户）",
        f"{found.households:,} households, {count} samples of {scenario.sample:.2%} "
        f"({found.sampled:,.0f} households on average)",
        lang,
    )
    names = [name.replace("_", " ") for name in tell(*head, lang).split()]
    rows = [_coverage_row(one, found.risk, lang) for one in found.judged]
    print_table(names, rows, title=title, markdown=markdown)
    memory = "" if found.memory is None else f", {found.memory:.2f} GB"
    strict, rest = 2 * len(found.headline), 2 * (len(found.judged) - len(found.headline))
    print(
        tell(
            f"主要指标（*）严格判定：{strict} 项中 {found.headline_out} 项超限（平均误差 2 个标准误；覆盖率 80–97 %）。"
            f"其余供参考：{rest} 项中 {found.out - found.headline_out} 项超限，按县配给的量区间可偏宽；"
            f"“不合”表示非偶然所致。各区间合计覆盖 {found.pooled:.0%}。",
            f"Headline quantities (*) are judged strictly: {found.headline_out} of {strict} verdicts are out "
            "(limits: mean error 2 standard errors; coverage 80-97 %). Of the others, for information, "
            f"{found.out - found.headline_out} of {rest}, and intervals of what counties ration may be wide; "
            f"BAD is what chance does not explain. All intervals: {found.pooled:.0%}.",
            lang,
        )
    )
    print(
        tell(
            f"全区合成 {found.built:.0f} 秒{memory}，模拟 {found.lived:.0f} 秒。",
            f"The whole region took {found.built:.0f} s to build{memory}, {found.lived:.0f} s to live.",
            lang,
        )
    )


def _coverage_row(one: Judged, risk: float, lang: str) -> list[str]:
    from fupin.experiments.tables import number, unit_name

    unit, size = one.quantity.unit, abs(one.truth)
    words = {"good": ("合", "good"), "out": ("超限", "out"), "bad": ("不合", "BAD")}
    bias = "good" if one.unbiased else "out" if one.bias_by_chance(risk) else "bad"
    cover = "good" if one.covers else "out" if one.coverage_by_chance(risk) else "bad"
    rationed = tell("（配给）", " (rationed)", lang) if one.quantity.rationed else ""
    return [
        f"{pick(one.quantity, lang)} ({unit_name(unit, lang)}){' *' if one.quantity.headline else ''}",
        number(one.truth, unit, lang),
        number(float(one.estimates.mean()), unit, lang),
        f"{one.bias / size:+.2%}",
        f"{one.bias_error / size:.2%}",
        tell(*words[bias], lang),
        f"{one.spread / size:.1%}",
        f"{one.standard_error / size:.1%}",
        f"{one.covered:.0%}",
        tell(*words[cover], lang) + rationed,
    ]


def _coverage_record(found: Coverage) -> dict[str, Any]:
    return {
        "scenario": found.scenario.name,
        "identity": found.scenario.identity(),
        "policies": list(found.scenario.policies),
        "month": found.scenario.last,
        "sample": found.scenario.sample,
        "seeds": list(found.seeds),
        "households": found.households,
        "seconds_to_build": round(found.built, 2),
        "seconds_to_live": round(found.lived, 2),
        "peak_gigabytes": found.memory,
        "holds": found.holds,
        "verdicts_out": found.out,
        "headline_verdicts_out": found.headline_out,
        "pooled_coverage": found.pooled,
        "quantities": [
            {
                "name": one.quantity.name,
                "zh": one.quantity.zh,
                "en": one.quantity.en,
                "unit": one.quantity.unit,
                "rationed": one.quantity.rationed,
                "headline": one.quantity.headline,
                "truth": one.truth,
                "mean_error": one.bias,
                "standard_error_of_mean": one.bias_error,
                "unbiased": one.unbiased,
                "spread": one.spread,
                "standard_error": one.standard_error,
                "covered": one.covered,
                "covers": one.covers,
                "estimates": one.estimates.tolist(),
                "standard_errors": one.errors.tolist(),
                "half_widths": one.half_widths.tolist(),
            }
            for one in found.judged
        ],
    }
