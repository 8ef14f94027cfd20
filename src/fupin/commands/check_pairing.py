"""`fupin check pairing`: what the same luck in both worlds is worth."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fupin.commands.output import Json, Lang, Markdown, print_table
from fupin.commands.run import keys_of, told_again
from fupin.commands.running import Deadline, Engine, Retry, Workers, study_bars
from fupin.labels import Label, language, pick, tell

if TYPE_CHECKING:
    from fupin.experiments.replicated.pairing import Pairing


def pairing(
    scenario: Annotated[str, typer.Argument(help=tell("情景", "scenario"))] = "fuping",
    replicates: Annotated[
        int, typer.Option("--replicates", help=tell("换几种运气", "how many kinds of luck (the same households)"))
    ] = 200,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", help=tell("政策（默认五个单项包）", "policies (default: the five families)")),
    ] = None,
    against: Annotated[str, typer.Option("--against", help=tell("对照", "the reference"))] = "baseline-2014",
    sample: Annotated[float, typer.Option(help=tell("抽样比例", "share of the households"))] = 0.03,
    years: Annotated[int, typer.Option(help=tell("年数", "years simulated"))] = 7,
    area: Annotated[list[str] | None, typer.Option(help=tell("县，可重复", "county, repeatable"))] = None,
    seed: Annotated[int | None, typer.Option(help=tell("随机种子", "seed"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "folder of the runs"))] = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry_failed: Retry = False,
    lang: Lang = None,
    markdown: Markdown = False,
    as_json: Json = False,
) -> None:
    """Print, for each package, the variance of its effect with the same luck over that with independent seeds.

    Exit 1 unless it is at most a quarter for the headcount effect of at least three of the packages.
    """
    from fupin.experiments.replicated.pairing import FAMILIES
    from fupin.experiments.replicated.pairing import pairing as judge
    from fupin.experiments.replicated.save import save_pairing

    lang, begun = language(lang), time.perf_counter()
    with study_bars(lang) as bars:
        how = {
            "engine": engine, "workers": workers, "deadline": deadline, "retry_failed": retry_failed,
            "progress": bars(Label("换运气重复", "other luck")),
        }  # fmt: skip
        keys = keys_of(years, sample, area, seed)
        found = judge(scenario, replicates, out, policy or FAMILIES, against, how=how, **keys)
    told = told_again(
        "check", "pairing", scenario, replicates=replicates, policy=policy, against=against, sample=sample, years=years,
        area=area, seed=seed, out=out,
    )  # fmt: skip
    save_pairing(found, told, time.perf_counter() - begun)
    if as_json:
        print(json.dumps(_record(found), ensure_ascii=False, indent=2))
    else:
        _print(found, lang, markdown)
        print(tell("结果在", "results in", lang), found.folder)
    if not found.holds:
        raise typer.Exit(1)


def _print(found: Pairing, lang: str, markdown: bool) -> None:
    from fupin.experiments.replicated.pairing import ENOUGH, PACKAGES
    from fupin.experiments.replicated.tables import needed_text
    from fupin.experiments.tables import change_label_of, factor
    from fupin.model.outcomes import OUTCOMES

    zh = "政策 结果 效应 95%区间半宽 配对差标准差 独立种子差标准差 方差比 独立种子所需次数（95%区间）"
    en = (
        "package outcome effect half_of_95%_interval sd_of_paired_difference sd_with_independent_seeds "
        "ratio_of_variances replicates_independent_seeds_need_(95%_interval)"
    )
    rows = []
    for row in found.table.to_dict("records"):
        scale = factor(OUTCOMES[row["outcome"]].unit, lang)
        numbers = [row["high"] - row["difference"], row["variance_paired"] ** 0.5, row["variance_independent"] ** 0.5]
        rows.append(
            [
                pick(found.labels[row["arm"]], lang),
                change_label_of(row["outcome"], lang),
                f"{scale * row['difference']:+.3f}",
            ]
            + [f"{scale * value:.3f}" for value in numbers]
            + [f"{row['ratio']:.4f}", needed_text(row, lang)]
        )
    world = found.scenario
    title = tell(
        f"{world.zh}：同样的 {found.households:,} 户，{found.replicates} 种运气，{world.last // 12} 年",
        f"{world.en}: the same {found.households:,} households, {found.replicates} kinds of luck, {world.last // 12}",
        lang,
    )
    print_table([word.replace("_", " ") for word in tell(zh, en, lang).split()], rows, title=title, markdown=markdown)
    print(
        tell(
            f"贫困发生率效应的方差比不超过 {ENOUGH:g} 的政策：{found.good} 个（要求至少 {PACKAGES} 个）。",
            f"Packages whose headcount effect has a ratio of at most {ENOUGH:g}: {found.good} (asked: {PACKAGES}).",
            lang,
        )
    )


def _record(found: Pairing) -> dict[str, object]:
    return {
        "scenario": found.scenario.name,
        "sample": found.scenario.sample,
        "households": found.households,
        "replicates": found.replicates,
        "results": found.folder.as_posix(),
        "year": found.scenario.last // 12,
        "holds": found.holds,
        "packages": json.loads(found.table.to_json(orient="records")),
    }
