"""What the subcommands share: the `--lang` and `--markdown` options and the printing of tables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from fupin.labels import tell

Lang = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=tell("语言", "language of labels"))]
Markdown = Annotated[bool, typer.Option("--markdown", help=tell("输出 Markdown 表格", "print Markdown tables"))]
Json = Annotated[bool, typer.Option("--json", help=tell("输出 JSON", "print JSON"))]


def _use(engine: str | None) -> str | None:
    if engine is not None:
        from fupin.model.engine.choice import use

        use(engine)
    return engine


def _threads(number: int | None) -> int | None:
    if number is not None:
        os.environ["FUPIN_THREADS"] = str(number)
    return number


Computed = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="auto|numpy|compiled",
        callback=_use,
        help=tell(
            "计算引擎：自动、NumPy、编译（需 fupin[fast]）", "what computes the months; compiled needs fupin[fast]"
        ),
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads", min=1, max=64, callback=_threads, help=tell("编译引擎的线程数", "threads of the compiled engine")
    ),
]
"""The engine of the model, for this process and those that it starts; a command need not look at it."""

_PIPE_WIDTH = 200


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "", markdown: bool = False) -> None:
    """Print a table for reading: drawn to the width of the terminal, or as Markdown for documents."""
    cells = [[_cell(value) for value in row] for row in rows]
    if markdown:
        print(f"## {title}\n" if title else "", end="\n" if title else "")
        for line in (list(head), ["---"] * len(head), *cells):
            print("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |")
        print()
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from fupin.commands.chinese import wrapped

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(head):
        table.add_column(name, overflow="fold", no_wrap=place == 0)
    for row in cells:
        table.add_row(*(wrapped(cell) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, markup=False)
    with console.capture() as drawn:
        if title:  # not the table's own, which a narrow table would break
            console.print(title, style="italic", soft_wrap=True)
        console.print(table)
    print("\n".join(line.rstrip() for line in drawn.get().splitlines()).strip("\n") + "\n")


def _cell(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_cell(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(_cell(item) for item in value)
    return str(value)
