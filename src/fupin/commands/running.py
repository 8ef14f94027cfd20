"""What the commands that run many worlds share: how they are run, and bars that say how long it will take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.errors import STOPPED, UNBALANCED, FupinError
from fupin.labels import Label, pick, tell

if TYPE_CHECKING:
    import pandas as pd

    from fupin.experiments.balance import Imbalances
    from fupin.experiments.study.runner import Progress


def end_if_unbalanced(found: Imbalances, lang: str) -> None:
    """After everything is written and shown: say on stderr which accounts do not balance; exit with `UNBALANCED`."""
    from fupin.experiments.balance import unbalanced_lines

    if lines := unbalanced_lines(found, lang):
        typer.echo("fupin: " + "\n".join(lines), err=True)
        raise typer.Exit(UNBALANCED)


def end_with_failed(failed: pd.DataFrame, runs: int, folder: Path, lang: str) -> None:
    """The same for many runs: how many failed and are not in, and why; exit with `UNBALANCED` if books were wrong."""
    if not len(failed):
        return
    reasons = [str(reason) for reason in failed["reason"]]
    wrong = [reason for reason in reasons if reason.startswith("LedgerError")]
    first = (wrong or reasons)[0]
    many = len(failed)
    typer.echo(
        tell(
            f"fupin: {runs} 次运行中有 {many} 次失败，未计入：{first}（见 {folder} 的 failed/）",
            f"fupin: {many} of {runs} runs failed and are not in: {first} (see failed/ in {folder})",
            lang,
        ),
        err=True,
    )
    if wrong:
        raise typer.Exit(UNBALANCED)


def _place(given: str) -> str:
    """Of `compiled,dask://…` what says where runs are made; what says with which engine is put in force."""
    from fupin.model.engine.choice import ENGINES, use

    parts = [part for part in given.split(",") if part]
    for part in parts:
        if part in ENGINES:
            use(part)
    places = [part for part in parts if part not in ENGINES]
    if len(places) > 1 or len(parts) - len(places) > 1:
        raise FupinError(
            tell(
                f"--engine {given!r} 同类写了两个；允许：一个地点加 {', '.join(ENGINES)} 之一",
                f"--engine {given!r} names two of a kind; allowed: one place and one of {', '.join(ENGINES)}",
            )
        )
    return places[0] if places else "local"


Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="[local|here|dask://ADDRESS|slurm][,auto|numpy|compiled]",
        callback=_place,
        help=tell(
            "在哪里运行（本机多进程、本进程、Dask 集群、Slurm），以及用哪个计算引擎",
            "where runs are made, and what computes them",
        ),
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", help=tell("工作进程数（默认：核数）", "workers (default: cores)"))
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", help=tell("每次运行最多几秒", "seconds that a run may take at most"))
]
Retry = Annotated[
    bool, typer.Option("--retry-failed", help=tell("重试失败的运行", "try runs again that failed before"))
]
StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help=tell("研究的文件夹", "the folder of a study"))]


@contextmanager
def study_bars(lang: str) -> Iterator[Callable[[Label], Callable[[Progress], None]]]:
    """Bars on stderr, one a phase, with the time left; yields what makes the progress of a phase.

    Ctrl-C ends with one line that says how to go on, and exit code 130.
    """
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:

        def phase(label: Label) -> Callable[[Progress], None]:
            task = bars.add_task(pick(label, lang), total=None, left="")

            def show(now: Progress) -> None:
                bars.update(task, completed=now.done, total=now.runs, left=time_left(now, lang))

            return show

        try:
            yield phase
        except KeyboardInterrupt:
            bars.stop()
            again = (
                "已中断；已完成的运行都已保存，再次运行同一命令即可继续",
                "interrupted; what is done is kept, the same command goes on",
            )
            typer.echo(f"fupin: {tell(*again, lang)}", err=True)
            raise typer.Exit(STOPPED) from None


def time_left(now: Any, lang: str) -> str:
    """How long a study will still take, and how many of its runs failed."""
    failed = tell(f"，失败 {now.failed}", f", {now.failed} failed", lang) if now.failed else ""
    if math.isnan(now.left):  # not a number: nothing is done yet
        return failed
    minutes, seconds = divmod(round(now.left), 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return tell(f"剩余 {clock}", f"{clock} left", lang) + failed


@contextmanager
def study_bar(label: str, lang: str) -> Iterator[Callable[[Progress], None]]:
    """`study_bars` with a single phase."""
    with study_bars(lang) as bars:
        yield bars(Label(label, label))
