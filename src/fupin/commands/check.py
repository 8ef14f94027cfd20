"""`fupin check`: does the model reproduce the patterns that judge it?"""

from __future__ import annotations

from typing import Annotated

import typer

from fupin.commands.output import Lang, Markdown, print_table
from fupin.labels import language, tell
from fupin.units import unit_in

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("检验模型", "check the model"),
)


@app.callback()
def _group() -> None:
    """A group, so that further checks can stand beside `patterns`."""


@app.command(help=tell("与数据对照 P1–P11 各模式", "the patterns P1-P11 beside the data"))
def patterns(
    scenario: Annotated[str, typer.Argument(help=tell("情景", "scenario"))] = "baoding",
    policy: Annotated[
        list[str] | None, typer.Option("--policy", help=tell("政策，可重复", "policy, repeatable"))
    ] = None,
    sample: Annotated[float | None, typer.Option(help=tell("抽样比例", "share of the villages"))] = None,
    seed: Annotated[int | None, typer.Option(help=tell("随机种子", "seed"))] = None,
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print every pattern with its target, what is simulated, its tolerance and the verdict; exit 1 if one fails."""
    from fupin.calibration.experiments import check
    from fupin.scenarios.overrides import prepare

    lang = language(lang)
    resolved = prepare(scenario, policies=policy or (), sample=sample, seed=seed).resolve()
    world = "do-nothing" if not resolved.instruments else "+".join(resolved.policies)
    rows, failed = [], 0
    for target, value, within in check(resolved):
        judged = target.holds_in in ("all", world)
        failed += judged and not within
        verdict = tell(*(("合", "within") if within else ("不合", "outside")), lang)
        if not judged:
            verdict += tell("（本世界不评）", " (not judged here)", lang)
        label = tell(target.zh, target.en, lang)
        rows.append(
            (target.pattern, label, unit_in(target.unit, lang), target.target, value, target.low, target.high, verdict)
        )
    head = (
        "模式 指标 单位 目标 模拟值 下限 上限 判定",
        "pattern quantity unit target simulated low high verdict",
    )
    print_table(tell(*head, lang).split(), rows, markdown=markdown)
    if failed:
        raise typer.Exit(1)
