"""`fupin check runner`: the runner on trial."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from fupin.commands.output import Lang, print_table
from fupin.labels import language, tell


def runner(
    runs: Annotated[int, typer.Option("--runs", min=20, help=tell("扫描的运行次数", "runs of the sweep"))] = 2000,
    kills: Annotated[
        int, typer.Option("--kills", min=1, help=tell("杀死驱动或工作进程的次数", "killings of driver or workers"))
    ] = 50,
    pause: Annotated[float, typer.Option("--pause", min=0, help=tell("每次运行的秒数", "seconds a run takes"))] = 0.02,
    seed: Annotated[int, typer.Option("--seed", help=tell("随机种子", "seed of the moments"))] = 1,
    lang: Lang = None,
) -> None:
    """Kill a sweep at random moments and go on; exit 1 if a run is lost, twice there, or differs by a byte."""
    lang = language(lang)
    from fupin.experiments.study.trials import kill_trial

    def show(count: int) -> None:
        if sys.stderr.isatty():
            print(tell(f"已杀死 {count} 次", f"killed {count} times", lang), end="\r", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as room:
        found = kill_trial(Path(room), runs, kills, pause, seed, show)
    rows = [
        (tell("运行", "runs", lang), found.runs),
        (tell("驱动进程被杀", "times the driver was killed", lang), found.drivers_killed),
        (tell("工作进程被杀", "times a worker was killed", lang), found.workers_killed),
        (tell("丢失的运行", "runs lost", lang), found.lost),
        (tell("重复的运行", "runs twice", lang), found.twice),
        (tell("与未受扰动者不同的文件", "files that differ from those of an undisturbed sweep", lang), found.different),
    ]
    print_table([tell("项目", "what", lang), tell("数量", "count", lang)], rows)
    if not found.passed:
        raise typer.Exit(1)
