"""`fupin run` and `fupin twin`: simulate a world, look at one household's two lives."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from fupin.commands.output import Computed, Json, Lang, Threads
from fupin.commands.running import end_if_unbalanced
from fupin.commands.scenario import Sets
from fupin.errors import FupinError, nearest
from fupin.labels import language, tell
from fupin.labels import pick as pick_label

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help=tell("情景：名称或 .toml 文件", "scenario: a name or a .toml file"))]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help=tell("政策（可重复，叠加）", "policy (repeatable, stacked)")),
]
Years = Annotated[int | None, typer.Option("--years", help=tell("年数", "years simulated"))]
Sample = Annotated[float | None, typer.Option("--sample", help=tell("抽样比例", "share of households, 1 for all"))]
Area = Annotated[list[str] | None, typer.Option("--area", help=tell("县（可重复）", "county (repeatable)"))]
Seed = Annotated[int | None, typer.Option("--seed", help=tell("随机种子", "seed of all random draws"))]
Out = Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "results folder"))]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help=tell("画图", "draw the figures"))]
Traced = Annotated[
    list[str] | None,
    typer.Option(
        "--trace",
        metavar="KIND:NAME",
        help=tell(
            "逐月跟踪：county:县名、village:村编号、household:户编号（可重复）",
            "follow month by month: county:NAME, village:UID or household:UID (repeatable)",
        ),
    ),
]
Panel = Annotated[
    bool | None,
    typer.Option("--panel/--no-panel", help=tell("保存农户面板", "keep the household panel (default: samples only)")),
]


@app.command(help=tell("模拟一个情景", "simulate a scenario"))
def run(
    name: Name,
    policy: Policies = None,
    set_: Sets = None,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    out: Out = None,
    figures: Figures = True,
    panel: Panel = None,
    trace: Traced = None,
    engine: Computed = None,
    threads: Threads = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Simulate a scenario, print its table and write its results folder."""
    lang = language(lang)
    from fupin.commands.reading import print_years, progress_bar, summary, tell_idle, tell_tables
    from fupin.experiments.arms import check_area
    from fupin.experiments.results import default_folder, open_folder
    from fupin.experiments.run import run_world
    from fupin.experiments.save import save_world
    from fupin.experiments.tables import planner_table
    from fupin.experiments.trace import Trace
    from fupin.experiments.trace_targets import targets_of
    from fupin.experiments.trace_text import account
    from fupin.scenarios.build import region_data
    from fupin.scenarios.overrides import prepare

    world = prepare(name, policies=policy or (), sets=set_ or (), **keys_of(years, sample, area, seed)).resolve()
    check_area(world)
    tell_idle([world], lang)
    tell_tables([world], lang)
    data = region_data(world) if trace else None
    followed = Trace(targets_of(trace, data)) if trace and data else None
    folder = open_folder(out or default_folder(world))
    with progress_bar(tell("模拟", "simulating", lang)) as progress:
        result = run_world(world, data, panel=panel, progress=progress, trace=followed)
    told = told_again(
        "run", name, policy=policy, set=set_, years=years, sample=sample, area=area, seed=seed,
        trace=trace, engine=engine, out=out,
    )  # fmt: skip
    save_world(result, folder, told, lang, figures=figures, trace=followed)
    if as_json:
        print(json.dumps(summary(result, folder), ensure_ascii=False, indent=2))
        end_if_unbalanced({world.name: result.imbalances}, lang)
        return
    print_years(*planner_table(result, lang), title=tell(world.zh, world.en, lang), lang=lang)
    if followed:
        for target in followed.targets:
            print(account(followed, target, lang))
    print(tell("结果在", "results in", lang), folder)
    end_if_unbalanced({world.name: result.imbalances}, lang)


def told_again(command: str, *words: object, **options: Any) -> list[str]:
    """The arguments of the command that makes the same result: its words, then its options by their names in Python.

    An option that is None or False is left out, True is a flag, one with several values is repeated.
    """
    told = [command, *map(str, words)]
    for key, value in options.items():
        option = "--" + key.strip("_").replace("_", "-")
        several = isinstance(value, (list, tuple))
        for one in value if several else [] if value is None or value is False else [value]:
            told += [option] if one is True else [option, str(one)]
    return told


def keys_of(years: int | None, sample: float | None, area: list[str] | None, seed: int | None) -> dict[str, Any]:
    """The plain keys of a scenario that options change; None where an option is not used."""
    return {"years": years, "sample": sample, "area": tuple(area) if area else None, "seed": seed}


@app.command(help=tell("一户人家在两个世界里的生活", "one household's two lives"))
def twin(
    name: Annotated[str, typer.Argument(help=tell("情景或农户编号", "a scenario or a household's ID"))] = "baoding",
    uid: Annotated[int | None, typer.Argument(metavar="ID", help=tell("农户编号", "the household's number"))] = None,
    pick: Annotated[
        str, typer.Option("--pick", help=tell("不给编号时挑哪一类", "without a number: lifted, harmed or unchanged"))
    ] = "lifted",
    policy: Annotated[
        str | None, typer.Option("--policy", help=tell("政策世界（+ 叠加）", "the policy world (+ stacks policies)"))
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", help=tell("对照：一项政策", "the reference world: a policy"))
    ] = None,
    set_: Sets = None,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    out: Out = None,
    engine: Computed = None,
    threads: Threads = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Follow one household through two worlds: year by year, what happened, and the first difference."""
    lang = language(lang)
    if uid is None and name.isdigit():
        name, uid = "baoding", int(name)
    from fupin.commands.reading import print_lines, print_years, progress_bar, twin_summary
    from fupin.experiments.arms import arms_of, check_area
    from fupin.experiments.compare import compare_worlds
    from fupin.experiments.lives import PICKS, find_row, pick_household, two_lives
    from fupin.experiments.results import open_folder
    from fupin.experiments.save import save_lives
    from fupin.experiments.tables_twin import events_table, flows_table, parting_line, years_table
    from fupin.experiments.twins import pair_worlds
    from fupin.scenarios.build import region_data

    if pick not in PICKS:
        raise FupinError(
            tell(
                f"--pick {pick!r} 不能识别；{nearest(pick, PICKS)}",
                f"--pick {pick!r} is not known; {nearest(pick, PICKS)}",
            )
        )
    arms, against, reference = arms_of(
        name, [policy] if policy else (), against, set_ or (), keys_of(years, sample, area, seed)
    )
    check_area(reference.scenario)
    folder, begun = open_folder(out) if out else None, time.perf_counter()
    ((arm_name, arm),) = arms.items()
    data = region_data(arm.scenario)
    if uid is None:
        with progress_bar(tell("挑选农户", "looking for a household", lang)) as progress:
            found = compare_worlds(arms, against, reference, data=data, progress=progress)
        pairs = pair_worlds(found.worlds[arm_name], found.reference)
        uid = pick_household(pairs, pick)
    find_row(data, uid)
    with progress_bar(tell("模拟两个世界", "simulating two worlds", lang)) as progress:
        lives = two_lives(arm, reference, uid, data, progress)
    names = {"policy": arm_name, "reference": against}
    wrong = {names[world]: accounts for world, accounts in lives.imbalances.items()}
    if folder:
        told = told_again(
            "twin", name, uid, policy=policy, set=set_, years=years, sample=sample, area=area, seed=seed,
            against=against, engine=engine, out=out,
        )  # fmt: skip
        both = {"policy": arm.scenario, "reference": reference.scenario}
        save_lives(lives, both, folder, told, time.perf_counter() - begun)
    if as_json:
        print(json.dumps(twin_summary(lives, arm_name, against, lang), ensure_ascii=False, indent=2))
        end_if_unbalanced(wrong, lang)
        return
    place = tell(f"{lives.county[0]}，村 {lives.village}", f"{lives.county[1]}, village {lives.village}", lang)
    worlds = f"{pick_label(arm.label, lang)} / {pick_label(reference.label, lang)}"
    title = tell(f"农户 {uid}（{place}）：{worlds}", f"household {uid} ({place}): {worlds}", lang)
    print_years(*years_table(lives, lang), title=title, lang=lang)
    print(parting_line(lives, lang) + "\n")
    print_lines(*events_table(lives, lang), title=tell("发生了什么", "what happened", lang), numbers=False)
    flow_years, flows = flows_table(lives, lang)
    if flows:
        only = tell("只在一个世界里有的资金（元）", "money that moved in one world only (yuan)", lang)
        print_years(flow_years, flows, title=only, lang=lang)
    if folder:
        print(tell("结果在", "results in", lang), folder)
    end_if_unbalanced(wrong, lang)
