"""What the commands that run many worlds share: how they are run, and a bar that says how long it will take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fupin.labels import tell

if TYPE_CHECKING:
    from fupin.experiments.study.runner import Progress

Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="local|here|dask://ADDRESS|slurm",
        help=tell("在哪里运行：本机多进程、本进程、Dask 集群、Slurm", "where runs are made"),
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
def study_bar(label: str, lang: str | None = None) -> Iterator[Callable[[Progress], None]]:
    """A bar on stderr, if that is a terminal: runs done, runs that failed, time left.

    Ctrl-C inside says that the same command goes on, and passes on.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Bars(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(label, total=None, left="")

        def show(progress: Progress) -> None:
            words = left_of(progress.left, lang)
            if progress.failed:
                words += tell(f"，{progress.failed} 次失败", f", {progress.failed} failed", lang)
            bars.update(task, completed=progress.done, total=progress.runs, left=words)

        try:
            yield show
        except KeyboardInterrupt:
            console.print(
                tell("已停下；同样的命令从这里继续", "stopped; the same command goes on from here", lang),
                highlight=False,
            )
            raise


def left_of(seconds: float, lang: str | None = None) -> str:
    """Time left in words."""
    if seconds != seconds:
        return ""
    if seconds < 90:
        return tell(f"还需 {seconds:.0f} 秒", f"{seconds:.0f} s left", lang)
    return tell(f"还需 {seconds / 60:.0f} 分钟", f"{seconds / 60:.0f} min left", lang)
