"""`fupin sweep`: arms at several levels of some numbers, over seeds, as fans by year."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from fupin.commands.output import Json, Lang
from fupin.commands.run import Area, Sample, Seed, Years, keys_of, told_again
from fupin.commands.running import Deadline, Engine, Retry, Workers, end_with_failed, study_bar
from fupin.commands.scenario import Sets
from fupin.errors import FupinError
from fupin.labels import language, tell

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = ("headcount", "poverty_gap", "registered", "public_cost")


@app.command(help=tell("在若干取值和种子上运行", "run at several levels and seeds"))
def sweep(
    name: Annotated[str, typer.Argument(help=tell("情景：名称或 .toml 文件", "scenario: a name or a .toml file"))],
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="PATH=A,B,…", help=tell("一个数的几个取值（可重复）", "levels of a number")),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help=tell("一个方案（可重复；+ 叠加）", "one arm (repeatable; + stacks policies)")),
    ] = None,
    replicates: Annotated[int, typer.Option("--replicates", help=tell("种子数", "seeds"))] = 10,
    outcome: Annotated[
        list[str] | None, typer.Option("--outcome", help=tell("结果（可重复）", "outcome (repeatable)"))
    ] = None,
    set_: Sets = None,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "results folder"))] = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help=tell("画图并写报告", "draw figures and write the report"))
    ] = True,
    pdf: Annotated[bool, typer.Option("--pdf", help=tell("另写 PDF", "write a PDF too"))] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Run every arm at every combination of levels over some seeds; the same command goes on after an interruption."""
    lang = language(lang)
    from fupin.commands.decide import factor_labels_of
    from fupin.commands.reading import print_lines
    from fupin.experiments.arms import arms_of, check_area
    from fupin.experiments.study.runner import run_study, study_folder
    from fupin.experiments.sweep import Sweep, Vary, fans, sweep_table
    from fupin.experiments.sweep_save import save_sweep

    keys = keys_of(years, sample, area, seed)
    arms, _, reference = arms_of(name, policy or (), None, set_ or (), keys)
    check_area(reference.scenario)
    asked = Sweep(arms, tuple(Vary.read(text) for text in vary or ()), replicates, tuple(outcome or SHOWN))
    study = asked.study()
    _check_levels(asked, study)
    folder, begun = out or study_folder(study), time.perf_counter()
    with study_bar(tell("模拟", "simulating", lang), lang) as bar:
        results = run_study(
            study, folder, engine=engine, workers=workers, deadline=deadline, retry_failed=retry_failed, progress=bar
        )
    failed = results.failed
    if len(failed) == len(study):
        first = failed.iloc[0]["reason"]
        raise FupinError(
            tell(
                f"所有运行都失败了；第一个：{first}；见 {folder}/failed",
                f"every run failed; the first: {first}; see {folder}/failed",
            )
        )
    table = fans(asked, results)
    paths = [one.path for one in asked.varied]
    named = factor_labels_of(paths, study.arms)
    told = told_again(
        "sweep", name, vary=vary, policy=policy, set=set_, area=area, years=years, sample=sample, seed=seed,
        replicates=replicates, outcome=asked.outcomes, out=out,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    save_sweep(asked, results, table, named, told, lang, seconds, figures=figures, pdf=pdf)
    if as_json:
        print(json.dumps(table.to_dict("records"), ensure_ascii=False, indent=2))
        end_with_failed(failed, len(study), folder, lang)
        return
    title = tell("各年中位数", "medians by year", lang)
    print_lines(*sweep_table(asked, table, named, lang), title=title)
    print(tell("结果在", "results in", lang), folder)
    end_with_failed(failed, len(study), folder, lang)


def _check_levels(asked: Any, study: Any) -> None:
    """Every level must be allowed in some arm, before anything is run."""
    from fupin.experiments.study.simulate import world_of

    first = study.job(0, lambda: None)
    for vary in asked.varied:
        for level in vary.levels:
            try:
                world_of(type(first)(first.row | {vary.path: level}, first.shared, first.arm, first.check))
            except FupinError as error:
                raise FupinError(str(error).replace("--set ", "--vary ")) from None
