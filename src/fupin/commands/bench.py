"""`fupin bench`: how fast the model runs on this machine, beside the budgets; results drawn and compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from fupin.commands.output import Lang, Markdown, print_table
from fupin.errors import STOPPED, FupinError, nearest
from fupin.labels import language, pick, tell

if TYPE_CHECKING:
    from fupin.experiments.benchmark.figures import Figure
    from fupin.experiments.benchmark.record import Record


class _Measuring(TyperGroup):
    """Measures unless one of the other commands is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`fupin bench profile` means `fupin bench measure profile`."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else ["measure", *args])


app = typer.Typer(cls=_Measuring, add_completion=False, rich_markup_mode=None, help=tell("测量速度", "measure speed"))

Result = Annotated[
    Path, typer.Argument(help=tell("fupin bench --out 写成的结果", "a result written by fupin bench --out"))
]


@app.command(
    help=tell("测量速度", "measure speed"),
    epilog=tell(
        "已有结果：fupin bench compare 旧.json 新.json 找出变慢的项目；"
        "fupin bench show 结果.json 打印；fupin bench plot 结果.json 图.png 画图。",
        "With results: fupin bench compare OLD.json NEW.json tells what became slower; "
        "fupin bench show RESULT.json prints it; fupin bench plot RESULT.json PLOT.png draws it.",
    ),
)
def measure(
    part: Annotated[
        str,
        typer.Argument(
            metavar="[all|size|everything|core|phases|stream|profile|objects|machine|runner]",
            help=tell("测量哪一部分", "what is measured"),
            show_default=True,
        ),
    ] = "all",
    engine: Annotated[
        str, typer.Option("--engine", metavar="all|numpy|compiled", help=tell("测量哪个引擎", "which engines"))
    ] = "all",
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help=tell("到一百万户，核心到一千万户（需数分钟）", "up to a million households, the core ten (minutes)"),
        ),
    ] = False,
    years: Annotated[int, typer.Option("--years", help=tell("年数", "years simulated"), min=1, max=7)] = 7,
    repeats: Annotated[
        int, typer.Option("--repeats", help=tell("重复次数，取最快", "repeats, of which the quickest counts"), min=1)
    ] = 3,
    out: Annotated[
        Path | None, typer.Option("--out", help=tell("结果写入 JSON 文件", "write the figures to a JSON file"))
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help=tell("画成 PNG 和 SVG 图", "draw them as PNG and SVG"))
    ] = None,
    markdown: Markdown = False,
    lang: Lang = None,
) -> None:
    """Measure and print the figures beside their budgets."""
    lang = language(lang)
    from fupin.experiments.benchmark.declared import PARTS
    from fupin.experiments.benchmark.engines import chosen
    from fupin.experiments.benchmark.frames import installed
    from fupin.experiments.benchmark.measures import measure as measured
    from fupin.experiments.benchmark.plot import draw_speed
    from fupin.experiments.benchmark.record import record_of, write_record

    if part not in ("all", *PARTS):
        raise FupinError(
            tell(
                f"没有这一部分：{part!r}；{nearest(part, ['all', *PARTS])}",
                f"no part {part!r}; {nearest(part, ['all', *PARTS])}",
            )
        )
    engines = chosen(engine)
    if part in ("all", "core") and not installed():
        _warn(
            tell(
                "没有安装 Polars，不与它比较；需要时安装 fupin[bench]",
                "Polars is not installed, so nothing is compared with it; install fupin[bench] for that",
                lang,
            )
        )
    settings: dict[str, Any] = {"engines": list(engines), "full": full, "years": years, "repeats": repeats}
    figures: list[Figure] = []

    def seen(one: Figure) -> None:
        figures.append(one)
        if sys.stderr.isatty():
            _tell_progress(one, lang)

    try:
        measured(part, engines=engines, full=full, years=years, repeats=repeats, progress=seen)
    except KeyboardInterrupt:
        _stopped(record_of(figures, part=part, **settings, stopped=True), out, markdown, lang)
    record = record_of(figures, part=part, **settings)
    if out:
        write_record(record, out)
    _print(record, markdown, lang)
    if plot:
        draw_speed(record, plot, lang)


def _stopped(record: Record, out: Path | None, markdown: bool, lang: str) -> NoReturn:
    """Say what was measured before Ctrl-C, keep it beside the result that was asked for, and exit with 130."""
    from fupin.experiments.benchmark.record import write_record

    measured = len(record.figures)
    if measured:
        _print(record, markdown, lang)
    zh, en = f"已中断；已测 {measured} 项", f"interrupted; {measured} figures were measured so far"
    if out and measured:
        kept = out.with_name(f"{out.stem}.stopped{out.suffix}")
        write_record(record, kept)
        zh, en = f"{zh}，写入 {kept}（{out} 未改动）", f"{en}, they are in {kept} ({out} is left as it was)"
    elif out:
        zh, en = f"{zh}，未写入 {out}", f"{en}, nothing is written to {out}"
    _warn(tell(zh, en, lang))
    raise typer.Exit(STOPPED)


@app.command(help=tell("比较两个结果：哪些项目的变化超出噪声", "compare two results: what changed beyond noise"))
def compare(
    old: Result,
    new: Result,
    fail: Annotated[
        bool, typer.Option("--fail", help=tell("若有变慢则以 1 退出", "exit with 1 if anything became slower"))
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=tell("机器不同也比较", "compare results of different machines"))
    ] = False,
    markdown: Markdown = False,
    lang: Lang = None,
) -> None:
    """Print what became slower and what became quicker."""
    lang = language(lang)
    from fupin.experiments.benchmark.changes import changes, other_machine, other_settings
    from fupin.experiments.benchmark.record import read_record
    from fupin.experiments.benchmark.tables import changed

    before, after = read_record(old), read_record(new)
    if differ := other_machine(before, after):
        told = tell("两个结果来自不同的机器", "the results are of different machines", lang) + f": {'; '.join(differ)}"
        if not anyway:
            raise FupinError(told + tell("；仍要比较请加 --anyway", "; compare them with --anyway", lang))
        _warn(told)
    found = changes(before, after)
    for table in changed(found, lang):
        print_table(table.head, table.rows, title=table.title, markdown=markdown)
    slower, quicker = len(found.slower()), len(found.quicker())
    alike = len(found.both) - slower - quicker
    zh = f"变慢 {slower} 项，变快 {quicker} 项，噪声之内 {alike} 项；只在旧结果 {found.gone}，只在新结果 {found.new}。"
    en = f"{slower} slower, {quicker} quicker, {alike} within noise; only before: {found.gone}, only now: {found.new}."
    print(tell(zh, en, lang))
    if found.machine:
        drift = f"{100 * (found.machine - 1):+.0f} %"
        zh = f"机器本身 {drift}（{found.witnesses} 项与 fupin 无关的测量的中位数）；小于此的变化不算。"
        en = f"The machine itself: {drift} (median of {found.witnesses} figures that fupin does not change); "
        print(tell(zh, en + "changes below that count as noise.", lang))
    if others := other_settings(before, after):
        print(tell("另有不同：", "Also different: ", lang) + "; ".join(others))
    if fail and slower:
        raise typer.Exit(1)


@app.command(help=tell("打印已写成的结果", "print a result"))
def show(result: Result, markdown: Markdown = False, lang: Lang = None) -> None:
    """Print the tables of a result."""
    from fupin.experiments.benchmark.record import read_record

    _print(read_record(result), markdown, language(lang))


@app.command(help=tell("由结果画图（PNG 和 SVG）", "draw a result as PNG and SVG"))
def plot(
    result: Result,
    to: Annotated[Path, typer.Argument(metavar="FILE", help=tell("图的文件名", "name of the plot's files"))],
    lang: Lang = None,
) -> None:
    """Draw the cost of a household-quarter against size."""
    from fupin.experiments.benchmark.plot import draw_speed
    from fupin.experiments.benchmark.record import read_record

    draw_speed(read_record(result), to, language(lang))


def _print(record: Record, markdown: bool, lang: str) -> None:
    from fupin.experiments.benchmark.tables import tables

    for table in tables(record.figures, lang):
        print_table(table.head, table.rows, title=table.title, markdown=markdown)
    print(record.where(lang))


def _tell_progress(figure: Figure, lang: str) -> None:
    print(f"{pick(figure, lang)}: {figure.value:.4g} {figure.kind.unit}", file=sys.stderr, flush=True)


def _warn(text: str) -> None:
    print(f"fupin: {text}", file=sys.stderr)
