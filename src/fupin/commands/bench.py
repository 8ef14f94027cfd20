"""`fupin bench`: how fast the model runs on this machine, beside the budgets."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fupin.commands.output import Lang, Markdown, print_table
from fupin.errors import FupinError, nearest
from fupin.labels import language, pick, tell

if TYPE_CHECKING:
    from fupin.experiments.benchmark_report import Figure

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=tell("测量速度", "measure speed"))
def bench(
    part: Annotated[
        str,
        typer.Argument(
            metavar="[all|size|everything|profile|objects|machine|runner]",
            help=tell("测量哪一部分", "what is measured"),
            show_default=True,
        ),
    ] = "all",
    full: Annotated[
        bool, typer.Option("--full", help=tell("到一百万户（需数分钟）", "up to a million households (minutes)"))
    ] = False,
    years: Annotated[int, typer.Option("--years", help=tell("年数", "years simulated"), min=1, max=7)] = 7,
    repeats: Annotated[
        int, typer.Option("--repeats", help=tell("重复次数，取最快", "repeats, of which the quickest counts"), min=1)
    ] = 3,
    out: Annotated[
        Path | None, typer.Option("--out", help=tell("结果写入 JSON 文件", "write the figures to a JSON file"))
    ] = None,
    markdown: Markdown = False,
    lang: Lang = None,
) -> None:
    """Measure and print the figures beside their budgets."""
    lang = language(lang)
    from fupin.experiments.benchmark_report import PARTS, as_record, measure
    from fupin.experiments.results import write_text

    if part not in PARTS:
        raise FupinError(f"no part {part!r}; {nearest(part, PARTS)}")
    seen = (lambda figure: _tell_progress(figure, lang)) if sys.stderr.isatty() else (lambda figure: None)
    found = measure(part, full=full, years=years, repeats=repeats, progress=seen)
    record = as_record(found)
    head = [tell(*words, lang) for words in (("项目", "figure"), ("数值", "value"), ("单位", "unit"))]
    head += [tell(*words, lang) for words in (("预算", "budget"), ("数值/预算", "of budget"), ("", ""))]
    for name, figures in found.items():
        rows = [_row(figure, lang) for figure in figures]
        print_table(head, rows, title=tell(*TITLES[name.partition(" ")[0]], lang), markdown=markdown)
    print(", ".join(f"{key} {value}" for key, value in record["machine"].items()))
    if out:
        write_text(out, json.dumps(record, ensure_ascii=False, indent=2) + "\n")


TITLES = {
    "everything": ("全部政策", "Everything on"),
    "machine": ("启动", "Start"),
    "objects": ("与 Mesa 对象及内存极限相比", "Against Mesa objects and the limit of memory"),
    "profile": ("各过程，每户季纳秒", "Processes, nanoseconds a household-quarter"),
    "runner": ("运行许多次", "Many runs"),
    "size": ("成本与规模", "Cost against size"),
}


def _row(figure: Figure, lang: str) -> list[str]:
    marks = {None: "", True: tell("达到", "met", lang), False: tell("未达到", "missed", lang)}
    budget = "" if figure.budget is None else f"{'≥' if figure.more else '≤'} {figure.budget:g}"
    share = "" if figure.share is None else f"{figure.share:.2g}"
    return [pick(figure, lang), _number(figure.value), figure.unit, budget, share, marks[figure.met]]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _tell_progress(figure: Figure, lang: str) -> None:
    print(f"{pick(figure, lang)}: {_number(figure.value)} {figure.unit}", file=sys.stderr, flush=True)
