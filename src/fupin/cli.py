"""The command `fupin`: which subcommands there are, and what happens when something goes wrong.

A subcommand's module is imported when that subcommand is called, so `fupin --help` stays fast. A module holds one
`app` (Typer): either several subcommands (`run`, `compare`, `twin`), or one group or command named as here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from fupin import __version__
from fupin.errors import FupinError, nearest
from fupin.labels import Label, pick, tell

COMMANDS: dict[str, tuple[str, Label]] = {
    "run": ("fupin.commands.run", Label("模拟一个情景", "simulate a scenario")),
    "compare": (
        "fupin.commands.compare",
        Label("在同样的住户和运气下比较政策", "compare policies on the same households"),
    ),
    "twin": ("fupin.commands.run", Label("一户人家在两个世界里的生活", "one household's two lives")),
    "study": ("fupin.commands.study", Label("作为数据的研究：列出、运行、报告", "studies as data: list, run, report")),
    "sweep": ("fupin.commands.sweep", Label("在若干取值和种子上运行", "run at several levels and seeds")),
    "sensitivity": (
        "fupin.commands.sensitivity",
        Label("哪些因素左右结果", "what drives an outcome, or the effect of a policy"),
    ),
    "discover": (
        "fupin.commands.decide",
        Label("在什么条件下一个方案优于另一个", "under which conditions one arm beats another"),
    ),
    "robust": (
        "fupin.commands.decide",
        Label("不确定世界中的遗憾与稳健", "regret and robustness over uncertain worlds"),
    ),
    "search": ("fupin.commands.decide", Label("在预算内搜索政策组合", "search for policies under a budget")),
    "scenario": ("fupin.commands.scenario", Label("情景和政策文本", "scenario and policy files")),
    "region": ("fupin.commands.region", Label("地区资料与合成人口", "region profiles and their populations")),
    "show": (
        "fupin.commands.show",
        Label("参数、数据字典、月历、政策工具", "parameters, columns, the month, instruments"),
    ),
    "check": ("fupin.commands.check", Label("用数据检验模型", "hold the model against data")),
    "bench": ("fupin.commands.bench", Label("测量速度", "measure speed")),
}


FRAME = {
    "Arguments": "参数",
    "Options": "选项",
    "Commands": "命令",
    "Show this message and exit.": "显示本说明",
    "[required]": "[必填]",
    "[default: ": "[默认：",
}
"""What Typer itself says in a page of help, and how it is said in Chinese."""


class _Help(typer.Context.formatter_class):  # type: ignore[misc, valid-type]
    """A page of help whose frame is in the user's language, as its text is."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or tell("用法：", "Usage: "))

    def write_heading(self, heading: str) -> None:
        super().write_heading(tell(FRAME.get(heading, heading), heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *shape: int) -> None:
        super().write_dl([(name, _framed(words)) for name, words in rows], *shape)


class _Context(TyperCommand.context_class):  # type: ignore[misc, valid-type]
    formatter_class = _Help


def _framed(words: str) -> str:
    chinese = words
    for english, told in FRAME.items():
        chinese = chinese.replace(english, told)
    return tell(chinese, words)


class Commands(TyperGroup):
    """The subcommands, listed without importing them."""

    context_class = _Context

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with name and help; `resolve_command` puts the real one in its place."""
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=pick(COMMANDS[cmd_name][1]), rich_markup_mode=None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The subcommand that is called, imported now."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise FupinError(
                tell(
                    f"没有命令 {args[0]!r}；{nearest(args[0], COMMANDS)}",
                    f"no command {args[0]!r}; {nearest(args[0], COMMANDS)}",
                )
            )
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest


def load(name: str) -> Any:
    """The real command of a name in `COMMANDS`."""
    command: Any = typer.main.get_command(import_module(COMMANDS[name][0]).app)
    command = getattr(command, "commands", {}).get(name, command)
    command.name, command.help = name, command.help or pick(COMMANDS[name][1])
    for one in (command, *getattr(command, "commands", {}).values()):
        one.context_class = _Context
    return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=tell("扶贫政策实验室：同样的住户，不同的政策。", "A laboratory for rural poverty policy."),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fupin {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=tell("显示版本", "print the version")),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit: 0 done, 2 a mistake in the input (one message on stderr), 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes have another default
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(list(arguments) if arguments is not None else None, prog_name="fupin")
    except FupinError as error:
        _fail(str(error), 2)
    except OSError as error:
        if not error.filename:
            raise
        _fail(f"{error.filename}: {error.strerror}", 2)
    except KeyboardInterrupt:
        _fail(tell("已中断", "interrupted"), 130)


def _fail(message: str, code: int) -> None:
    print(f"fupin: {message}", file=sys.stderr)
    raise SystemExit(code)
