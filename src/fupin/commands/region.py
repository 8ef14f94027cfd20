"""`fupin region`: check how well a region meets its margins, show its recipe, begin one of your own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from fupin.commands.output import Json, Lang, Markdown, print_table
from fupin.labels import language, pick, tell
from fupin.sources import source_in
from fupin.units import profile_status_in, profile_unit_in

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("地区资料与合成人口", "region profiles and their populations"),
)

Name = Annotated[str, typer.Argument(help=tell("名称或 .toml 文件", "a name or a .toml file"))]


@app.command(help=tell("合成人口与各项边际是否相符", "how well the population meets its margins"))
def check(
    name: Name,
    sample: Annotated[float, typer.Option(help=tell("抽样比例，1 为全部", "share of households; 1 is all"))] = 0.01,
    seed: Annotated[int, typer.Option(help=tell("随机种子", "seed of all draws"))] = 1,
    lang: Lang = None,
    markdown: Markdown = False,
    as_json: Json = False,
) -> None:
    """Print target, obtained, error, tolerance and source of every margin; exit with 1 if one is not met."""
    from fupin.scenarios.margins import fit_margins
    from fupin.scenarios.profiles import load_profile
    from fupin.scenarios.regions import build_region_data

    lang = language(lang)
    profile = load_profile(name)
    data = build_region_data(profile, sample, seed=seed)
    fits = fit_margins(profile, data)
    missed = sum(not fit.met for fit in fits)
    if as_json:
        _print_json(fits)
    else:
        rows = [
            (
                pick(fit.margin, lang),
                _number(fit.margin.target),
                _number(fit.obtained),
                f"{fit.error / abs(fit.margin.target):+.2%}",
                f"{fit.tolerance / abs(fit.margin.target):.2%}",
                profile_unit_in(fit.margin.unit, lang),
                tell("符合", "met", lang) if fit.met else tell("不符", "MISSED", lang),
                f"{source_in(fit.margin.source, lang)} [{profile_status_in(fit.margin.status, lang)}]",
            )
            for fit in fits
        ]
        heads = tell(
            "边际 目标 得到 误差 容差 单位 结论 来源",
            "margin target obtained error tolerance unit verdict source",
            lang,
        )
        title = f"{pick(profile, lang)}{tell('：', ': ', lang)}" + tell(
            f"抽样 {100 * sample:g}%，种子 {seed}，{len(data.villages['uid'])} 村，{len(data.households['uid']):,} 户",
            f"sample {100 * sample:g}%, seed {seed}, {len(data.villages['uid'])} villages, "
            f"{len(data.households['uid']):,} households",
            lang,
        )
        print_table(heads.split(), rows, title=title, markdown=markdown)
        print(
            tell(
                f"{len(fits)} 项边际，{missed} 项不符。容差 = max(2 %, 2 个标准误)；全样本时标准误为 0。",
                f"{len(fits)} margins, {missed} missed. Tolerance = max(2 %, 2 standard errors of the sample).",
                lang,
            )
        )
    if missed:
        raise typer.Exit(1)


@app.command(help=tell("地区资料里的每个数字", "every number of a region profile"))
def show(name: Name, lang: Lang = None, markdown: Markdown = False) -> None:
    """Print a profile: its counties, and every number with unit, source and status."""
    from fupin.scenarios.profiles import load_profile

    lang = language(lang)
    profile = load_profile(name)
    fields = [getattr(profile.county_fields, key) for key in type(profile.county_fields).model_fields]
    keys = list(type(profile.county_fields).model_fields)
    print_table(
        [tell("县", "county", lang), *(pick(field, lang) for field in fields)],
        [(pick(county, lang), *(getattr(county, key) for key in keys)) for county in profile.county],
        title=pick(profile, lang),
        markdown=markdown,
    )
    heads = tell("键 名称 数值 单位 状态 来源", "key name value unit status source", lang)
    print_table(heads.split(), numbers_of(profile, lang), markdown=markdown)


@app.command(help=tell("新建地区资料和数据表模板", "begin a region of your own"))
def new(
    name: Annotated[str, typer.Argument(help=tell("名称", "its name"))],
    folder: Annotated[Path, typer.Option(help=tell("写到哪个文件夹", "folder to write to"))] = Path(),
) -> None:
    """Write a commented NAME.toml and a folder NAME-tables of table templates; nothing is overwritten."""
    from fupin.scenarios.templates import write_region

    for path in write_region(name, folder):
        print(path)


def numbers_of(profile: Any, lang: str) -> Iterator[tuple[Any, ...]]:
    """Every number of a profile: key, label, value, unit, status and source."""
    from fupin.scenarios.quantities import Quantities, Quantity
    from fupin.scenarios.recipes import Described

    for section in type(profile).model_fields:
        content = getattr(profile, section)
        if isinstance(content, Described):
            yield section, pick(content, lang), tell("见文件", "see the file", lang), *_grounds(content, lang)
        for key in getattr(type(content), "model_fields", ()):
            entry = getattr(content, key)
            if isinstance(entry, Quantity | Quantities):
                value = ", ".join(f"{item:,.10g}" for item in (entry if isinstance(entry, Quantities) else [entry]))
                yield f"{section}.{key}", pick(entry, lang), value, *_grounds(entry, lang)


def _grounds(entry: Any, lang: str) -> tuple[str, str, str]:
    """Unit, status and source of a number."""
    return profile_unit_in(entry.unit, lang), profile_status_in(entry.status, lang), source_in(entry.source, lang)


def _print_json(fits: list[Any]) -> None:
    import json

    rows = [
        {
            "name": fit.margin.name,
            "zh": fit.margin.zh,
            "en": fit.margin.en,
            "unit": fit.margin.unit,
            "target": fit.margin.target,
            "obtained": fit.obtained,
            "error": fit.error,
            "standard_error": fit.standard_error,
            "tolerance": fit.tolerance,
            "met": fit.met,
            "source": fit.margin.source,
            "status": fit.margin.status,
        }
        for fit in fits
    ]
    print(json.dumps(rows, ensure_ascii=False, indent=2))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
