"""`fupin discover`, `fupin robust`, `fupin search`: conditions, regret, and a search for policies."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from fupin.commands.output import Json, Lang, print_table
from fupin.commands.run import Area, Sample, Seed, Years, keys_of, told_again
from fupin.commands.running import Deadline, Engine, Retry, StudyFolder, Workers, end_with_failed
from fupin.labels import Label, Labelled, language, pick, tell

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Outcome = Annotated[str, typer.Option("--outcome", help=tell("结果", "an outcome"))]
Year = Annotated[int | None, typer.Option("--year", help=tell("年份（默认末年）", "year (default: the last)"))]
Out = Annotated[Path | None, typer.Option("--out", help=tell("结果文件夹", "results folder"))]


@app.command(help=tell("在什么条件下一个方案优于另一个", "under which conditions one arm beats another"))
def discover(
    study: StudyFolder,
    better: Annotated[str, typer.Option("--better", help=tell("方案", "the arm that may win"))],
    other: Annotated[str, typer.Option("--other", help=tell("与之相比的方案", "the arm it is compared with"))],
    outcome: Outcome = "headcount",
    year: Year = None,
    by: Annotated[float, typer.Option("--by", help=tell("至少优多少（该结果的单位）", "by at least so much"))] = 0.0,
    boxes: Annotated[int, typer.Option("--boxes", min=1, max=10, help=tell("最多几个盒", "boxes at most"))] = 1,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Look through a stored study for the conditions under which an arm wins (PRIM)."""
    lang = language(lang)
    from fupin.commands.reading import print_lines
    from fupin.experiments.asked_outcomes import outcome_named
    from fupin.experiments.decide.conditions import sentence
    from fupin.experiments.decide.figures import drawing_of_box
    from fupin.experiments.decide.pairs import advantage, by_arm
    from fupin.experiments.decide.prim import find_boxes
    from fupin.experiments.decide.save import save_finding
    from fupin.experiments.decide.tables import boxes_table
    from fupin.experiments.study import open_study
    from fupin.experiments.tables import change_unit, number

    asked, results, begun = outcome_named(outcome, judged=True), open_study(study), time.perf_counter()
    factors, values = by_arm(results, outcome, year)
    wins = (advantage(values, better, other, asked.direction) > by).to_numpy()
    found = find_boxes(factors, wins, boxes)
    arms = _arm_labels(results.about["arms"])
    labels = factor_labels_of(list(factors.columns), results.about["arms"])
    unit = asked.unit
    margin = f"{number(by, unit, lang)} {change_unit(unit, lang)}" if by else ""
    what = pick(asked, lang)
    said = [sentence(box, arms[better], arms[other], labels, lang, what, margin) for box in found]
    if out and found:
        drawing = drawing_of_box(factors, wins, found[0], labels, said[0], lang)
        told = told_again(
            "discover", study, better=better, other=other, outcome=outcome, year=year, by=by, boxes=boxes, out=out
        )
        save_finding(results, len(factors), drawing, out, told, lang, time.perf_counter() - begun)
    if as_json:
        shown = [
            {
                "sentence": words,
                "coverage": box.coverage,
                "density": box.density,
                "mass": box.mass,
                "base": box.base,
                "limits": [
                    {"factor": limit.factor, "low": _finite(limit.low), "high": _finite(limit.high), "p": limit.p_value}
                    for limit in box.limits
                ],
            }
            for box, words in zip(found, said, strict=True)
        ]
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif not found:
        print(tell("没有哪个条件能说明差别", "no condition sets these worlds apart", lang))
    else:
        print("\n".join(said) + "\n")
        print_lines(*boxes_table(found, labels, lang))
    end_with_failed(results.failed, len(results.design), study, lang)


@app.command(help=tell("不确定世界中的遗憾与稳健", "regret and robustness over uncertain worlds"))
def robust(
    study: StudyFolder,
    outcome: Outcome = "headcount",
    year: Year = None,
    enough: Annotated[
        float | None, typer.Option("--enough", help=tell("达标值（该结果的单位）", "what counts as good enough"))
    ] = None,
    out: Out = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Compare the arms of a stored study over all its worlds."""
    lang = language(lang)
    from fupin.commands.reading import print_lines
    from fupin.experiments.asked_outcomes import outcome_named
    from fupin.experiments.decide.figures import drawing_of_regret
    from fupin.experiments.decide.pairs import by_arm
    from fupin.experiments.decide.robust import regret_table
    from fupin.experiments.decide.save import save_finding
    from fupin.experiments.decide.tables import regret_lines
    from fupin.experiments.study import open_study

    asked, results, begun = outcome_named(outcome, judged=True), open_study(study), time.perf_counter()
    factors, values = by_arm(results, outcome, year)
    table = regret_table(values, asked.direction, enough)
    labels = _arm_labels(results.about["arms"])
    if out:
        drawing = drawing_of_regret(values, outcome, labels, lang)
        told = told_again("robust", study, outcome=outcome, year=year, enough=enough, out=out)
        save_finding(results, len(factors), drawing, out, told, lang, time.perf_counter() - begun)
    if as_json:
        print(json.dumps(table.to_dict("records"), ensure_ascii=False, indent=2))
    else:
        print_lines(*regret_lines(table, outcome, labels, lang))
    end_with_failed(results.failed, len(results.design), study, lang)


@app.command(help=tell("在预算内搜索政策组合", "search for policies under a budget"))
def search(
    name: Annotated[str, typer.Argument(help=tell("情景：名称或 .toml 文件", "scenario: a name or a .toml file"))],
    lever: Annotated[
        list[str], typer.Option("--lever", metavar="ID.SETTING=LOW:HIGH", help=tell("可调的设置", "what may be moved"))
    ],
    aim: Annotated[
        list[str] | None,
        typer.Option("--aim", metavar="OUTCOME[@last|mean|sum]", help=tell("目标（可重复）", "an aim (repeatable)")),
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help=tell("政策（+ 叠加）", "policies (stacked with +)"))
    ] = None,
    budget: Annotated[
        float, typer.Option("--budget", help=tell("各年合计预算（元）", "public spending over all years, yuan"))
    ] = float("inf"),
    generations: Annotated[int, typer.Option("--generations", min=1, help=tell("代数", "generations"))] = 10,
    size: Annotated[int, typer.Option("--size", min=4, help=tell("每代点数", "points in a generation"))] = 20,
    replicates: Annotated[int, typer.Option("--replicates", min=1, help=tell("每点种子数", "seeds a point"))] = 1,
    fresh: Annotated[
        int,
        typer.Option(
            "--fresh", min=0, help=tell("帕累托点另用几个新种子复核", "seeds more on which the Pareto points are run")
        ),
    ] = 5,
    years: Years = None,
    sample: Sample = None,
    area: Area = None,
    seed: Seed = None,
    out: Out = None,
    engine: Engine = "local",
    workers: Workers = None,
    deadline: Deadline = None,
    retry: Retry = False,
    pdf: Annotated[bool, typer.Option("--pdf", help=tell("另写 PDF", "write a PDF too"))] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Search policies for several aims at once; the Pareto points are written as scenarios."""
    lang = language(lang)
    from fupin.commands.running import study_bar
    from fupin.experiments.arms import check_area, split
    from fupin.experiments.decide.fresh import on_fresh_seeds
    from fupin.experiments.decide.save import save_search
    from fupin.experiments.decide.search import Aim, Lever
    from fupin.experiments.decide.search import search as look
    from fupin.experiments.decide.tables import pareto_table
    from fupin.experiments.report.of_search import explained
    from fupin.experiments.results import open_folder, plain_name
    from fupin.experiments.study.identity import digest
    from fupin.scenarios.overrides import prepare

    keys = keys_of(years, sample, area, seed)
    scenario = prepare(name, policies=split(policy) if policy else (), **keys)
    check_area(scenario.resolve())
    levers = [Lever.read(text) for text in lever]
    aims = [Aim.read(text) for text in aim or ["poverty_gap", "public_cost@sum"]]
    asked = [scenario.resolve().identity(), levers, aims, budget, generations, size, replicates]
    place = Path("results", "searches", f"{plain_name(scenario.name)}-{digest(asked)[:8]}")
    folder, begun = open_folder(out or place), time.perf_counter()
    with study_bar(tell("搜索", "searching", lang), lang) as bar:
        found = look(
            scenario, levers, aims, folder,
            budget=budget, generations=generations, size=size, replicates=replicates, seed=scenario.text.seed,
            engine=engine, workers=workers, deadline=deadline, retry_failed=retry, progress=bar,
        )  # fmt: skip
    with study_bar(tell("用新种子复核", "fresh seeds", lang), lang) as bar:
        how: dict[str, Any] = {"engine": engine, "workers": workers, "deadline": deadline, "retry_failed": retry}
        found = on_fresh_seeds(found, folder, fresh, progress=bar, **how)
    labels = factor_labels_of([one.path for one in levers], {"": {"toml": scenario.resolve().to_toml()}})
    told = told_again(
        "search", name, policy=policy, lever=[f"{one.path}={one.low:g}:{one.high:g}" for one in levers],
        aim=[f"{one.outcome}@{one.over}" for one in aims], budget=f"{budget:g}" if budget < float("inf") else None,
        generations=generations, size=size, replicates=replicates, years=years, sample=sample, area=area, seed=seed,
        fresh=fresh if fresh != 5 else None, out=out,
    )  # fmt: skip
    save_search(found, folder, told, labels, lang, time.perf_counter() - begun, budget=budget, pdf=pdf)
    if as_json:
        print(json.dumps(found.pareto.to_dict("records"), ensure_ascii=False, indent=2))
        end_with_failed(found.failed, found.runs, folder / "generation-*", lang)
        return
    head, lines = pareto_table(found, labels, lang)
    print_table(head, [(line.label, *line.values) for line in lines], title=tell("帕累托点", "Pareto points", lang))
    print("\n".join(explained(found, lang)))
    print(tell("结果（每点一个情景文件）在", "results (a scenario file a point) in", lang), folder)
    end_with_failed(found.failed, found.runs, folder / "generation-*", lang)


def _arm_labels(arms: dict[str, Any]) -> dict[str, Labelled]:
    return {name: Label(arm.get("zh") or name, arm.get("en") or name) for name, arm in arms.items()}


def factor_labels_of(names: list[str], arms: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Labelled, str]]:
    """Labels and units of factors: parameters, and settings of the instruments of any arm."""
    from fupin.experiments.decide.conditions import factor_labels
    from fupin.experiments.study.simulate import parameter_book
    from fupin.scenarios.catalogue import catalogue
    from fupin.scenarios.scenario import scenario_of_text

    settings: dict[str, tuple[Labelled, str]] = {}
    for arm in arms.values():
        for chosen in scenario_of_text(arm["toml"]).resolve().instruments if "toml" in arm else ():
            kind = catalogue().kinds[chosen.kind]
            for record in type(chosen.settings).describe():
                label = Label(f"{kind.zh}：{record['zh']}", f"{kind.en}: {record['en']}")
                settings[f"{chosen.id}.{record['name']}"] = (label, record["unit"])
    return factor_labels(names, parameter_book(), settings)


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None
