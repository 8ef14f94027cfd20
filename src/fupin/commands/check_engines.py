"""`fupin check engines`: random worlds in both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fupin.commands.output import Lang, Markdown, print_table
from fupin.errors import FupinError
from fupin.labels import language, tell

if TYPE_CHECKING:
    from fupin.experiments.engine_check import Verdict


def engines(
    scenarios: Annotated[int, typer.Option("--scenarios", min=1, help=tell("随机情景数", "random scenarios"))] = 50,
    years: Annotated[int, typer.Option("--years", min=1, max=7, help=tell("年数", "years simulated"))] = 7,
    seed: Annotated[int, typer.Option("--seed", min=0, help=tell("首个种子", "seed of the first scenario"))] = 1,
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Run random scenarios with NumPy and compiled; exit 1 if an outcome or a decision differs, and tell where first.

    Outcomes of every year to 1e-9, codes and conditions of every row exactly.
    """
    from fupin.commands.reading import progress_bar
    from fupin.experiments.engine_check import check_engines
    from fupin.model.engine.choice import installed

    if not installed():
        raise FupinError(
            tell(
                "编译引擎需要 Numba；请安装 fupin[fast]",
                "the compiled engine needs Numba; install fupin[fast]",
            )
        )
    lang = language(lang)
    with progress_bar(tell("情景", "scenarios", lang)) as progress:
        found = list(check_engines(scenarios, years, seed, progress))
    different = [one for one in found if not one.same]
    households = sum(one.households for one in found)
    rows = [
        (tell("情景", "scenarios", lang), f"{len(found)}"),
        (tell("农户（合计）", "households, in all", lang), f"{households:,}"),
        (tell("工具数（最少–最多）", "instruments, fewest and most", lang), _range([one.instruments for one in found])),
        (tell("最大相对误差", "largest relative difference of an outcome", lang), _largest(found)),
        (tell("与 NumPy 不同的情景", "scenarios that differ", lang), f"{len(different)}"),
        (
            tell("仅差舍入误差的决策", "decisions within rounding of the other way", lang),
            f"{sum(one.near for one in found)}",
        ),
        (tell("NumPy 秒数", "seconds with NumPy", lang), f"{sum(one.seconds[0] for one in found):.1f}"),
        (tell("编译引擎秒数", "seconds compiled", lang), f"{sum(one.seconds[1] for one in found):.1f}"),
    ]
    title = tell(f"两个引擎：{years} 年", f"the two engines: {years} years", lang)
    print_table([tell("项目", "what", lang), tell("数值", "value", lang)], rows, title=title, markdown=markdown)
    for one in different:
        print(_told(one, lang))
    if different:
        raise typer.Exit(1)


def _range(counts: list[int]) -> str:
    return f"{min(counts)}–{max(counts)}"


def _largest(found: list[Verdict]) -> str:
    worst = max(found, key=lambda one: one.largest)
    return f"{worst.largest:.1e} {worst.outcome}".strip()


def _told(one: Verdict, lang: str) -> str:
    """What differs, and where it begins."""
    said = tell(
        f"{one.label}：{one.outcome} 相差 {one.largest:.1e}，{one.discrete} 列决策不同",
        f"{one.label}: {one.outcome} differs by {one.largest:.1e}, {one.discrete} columns of decisions differ",
        lang,
    )
    first = one.first
    if first is None:
        return said + tell("；逐过程比较未见差异", "; run in step, no column does", lang)
    date = f"{first.month // 12}-{first.month % 12 + 1:02d}"
    numpy, compiled = (repr(value) for value in first.values)
    return said + tell(
        f"；最早于 {date} {first.process} {first.kind}.{first.column} 第 {first.row} 行：{numpy} 与 {compiled}",
        f"; first in {date} after {first.process}: {first.kind}.{first.column} of row {first.row}, {numpy} and "
        f"{compiled} ({first.rows} rows)",
        lang,
    )
