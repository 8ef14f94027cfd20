"""`fupin sensitivity`: what drives an outcome, or the effect of a policy."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands.output import Json, Lang, print_table
from fupin.commands.run import Area, Sample, Seed, Years, keys_of, told_again
from fupin.commands.running import Deadline, Engine, Retry, Workers, study_bar
from fupin.commands.scenario import Sets
from fupin.labels import language, tell

if TYPE_CHECKING:
    from fupin.experiments.sensitivity.analysis import Analysis

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = 20  # ranked factors on the terminal; files hold all
BELOW = 10


@app.command(help=tell("哪些因素左右一项结果，或一项政策的影响", "what drives an outcome, or the effect of a policy"))
def sensitivity(
    name: Annotated[str, typer.Argument(help=tell("情景：名称或 .toml 文件", "scenario: a name or a .toml file"))],
    method: Annotated[
        str, typer.Option("--method", metavar="morris|sobol|pawn|delta|rbd_fast", help=tell("方法", "method"))
    ] = "morris",
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            help=tell("轨迹数（morris）、基点数（sobol，2 的幂）或点数", "trajectories, base points (2^k) or points"),
        ),
    ] = None,
    groups: Annotated[
        bool, typer.Option("--groups", help=tell("按组变动（morris、sobol）", "vary groups as one (morris, sobol)"))
    ] = False,
    factor: Annotated[
        list[str] | None,
        typer.Option(
            "--factor",
            metavar="PATH[=LOW:HIGH|=A,B]",
            help=tell(
                "参数、组名、工具编号、ID.设置，或 uncertain（默认）；可重复",
                "a parameter, a group, an instrument, ID.setting, or uncertain (default); repeatable",
            ),
        ),
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option("--policy", help=tell("政策（可重复，叠加）", "policy (repeatable, stacked)"))
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help=tell("对照：解释两个世界之差", "a reference: explain the paired difference")),
    ] = None,
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", help=tell("结果（可重复）", "outcome (repeatable)"))
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help=tell("年份（默认末年）", "year (default: last)"))] = None,
    second_order: Annotated[
        bool | None,
        typer.Option(
            "--second-order/--no-second-order",
            help=tell("两两交互（sobol；不超过 12 项时默认）", "pairs (sobol; default up to 12 items)"),
        ),
    ] = None,
    replicates: Annotated[
        int,
        typer.Option("--replicates", help=tell("用几个其他种子重复部分点以测噪声", "other seeds that measure noise")),
    ] = 2,
    set_: Sets = None,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    out: Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "results folder"))] = None,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help=tell("画图并写报告", "draw figures and write the report"))
    ] = True,
    pdf: Annotated[bool, typer.Option("--pdf", help=tell("另写 PDF", "write a PDF too"))] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Vary all uncertain parameters (or some factors) together and rank what drives an outcome; resumes if stopped.

    Asking another outcome or year of the same study runs nothing again.
    """
    lang = language(lang)
    from fupin.experiments.sensitivity.analysis import analyse
    from fupin.experiments.sensitivity.asking import ask
    from fupin.experiments.sensitivity.save import save_sensitivity
    from fupin.experiments.study.runner import run_study, study_folder

    keys = keys_of(years, sample, area, seed)
    question = ask(
        name,
        method,
        samples,
        policies=policy or (),
        against=against,
        factors=factor or (),
        grouped=groups,
        second_order=second_order,
        replicates=replicates,
        outcomes=outcome or (),
        year=year,
        sets=set_ or (),
        keys=keys,
    )
    folder, begun = out or study_folder(question.study), time.perf_counter()
    with study_bar(tell("模拟", "simulating", lang), lang) as progress:
        results = run_study(
            question.study, folder, engine=engine, workers=workers, deadline=deadline, retry_failed=retry_failed,
            progress=progress,
        )  # fmt: skip
    found = [analyse(question.plan, results, target) for target in question.targets]
    told = told_again(
        "sensitivity", name, method=method, samples=question.plan.samples, policy=policy, against=against,
        factor=factor, outcome=outcome, year=year, replicates=replicates, set=set_, years=years, sample=sample,
        area=area, seed=seed, groups=groups, second_order=second_order, no_second_order=second_order is False, out=out,
    )  # fmt: skip
    save_sensitivity(
        question, results, found, folder, told, lang, time.perf_counter() - begun, figures=figures, pdf=pdf
    )
    if as_json:
        print(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        _print(one, lang)
    print(tell("结果在", "results in", lang), folder)


def _print(found: Analysis, lang: str) -> None:
    from fupin.experiments.sensitivity.tables import (
        below_noise,
        indices_table,
        method_line,
        none_above,
        pairs_table,
        question,
        setting_of,
        summary_lines,
    )

    title = f"{question(found.target, lang)} ({setting_of(found.target, lang)}) · {method_line(found, lang)}"
    if len(found.ranked):
        print_table(*indices_table(found, lang, SHOWN), title=title)
    else:
        print(f"{title}\n{none_above(lang)}")
    if len(found.ranked) > SHOWN:
        rest = len(found.ranked) - SHOWN
        print(tell(f"其余 {rest} 个高于噪声的因素见文件。", f"{rest} more are above the noise: see the files.", lang))
    if told := below_noise(found, lang, BELOW):
        print(told)
    head, pairs = pairs_table(found, lang)
    if pairs:
        print_table(head, pairs)
    print("\n".join(summary_lines(found, lang)) + "\n")


def _record(found: Analysis) -> dict[str, Any]:
    from fupin.experiments.sensitivity.save import noise_record

    target = found.target
    indices = json.loads(found.indices.to_json(orient="records", force_ascii=False))
    pairs = json.loads(found.pairs.to_json(orient="records"))
    return {
        "outcome": target.outcome,
        "year": target.year,
        "arm": target.arm,
        "against": target.against,
        "method": found.plan.method,
        "samples": found.plan.samples,
        "index": found.main,
        "noise": noise_record(found),
        "rank_correlation_half": found.settled if found.settled == found.settled else None,
        "indices": indices,
        "pairs": pairs,
    }
