"""The command `fupin`: which subcommands there are, and what happens when something goes wrong.

A subcommand's module is imported when that subcommand is called, so `fupin --help` stays fast. A module holds one
`app` (Typer): either several subcommands (`run`, `compare`, `twin`), or one group or command named as here.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from fupin import __version__
from fupin.commands.typer_words import complaint, spoken, translate
from fupin.errors import ABORTED, MISTAKE, STOPPED, UNBALANCED, FupinError, nearest, system_reason
from fupin.labels import LANGUAGES, Label, pick, speaking, tell

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


class Commands(TyperGroup):
    """The subcommands, listed without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table above."""
        return list(COMMANDS)

    def get_help(self, ctx: Any) -> str:
        """The list of commands in the user's language."""
        return spoken(super().get_help(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in with name and help; `resolve_command` puts the real one in its place."""
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=pick(COMMANDS[cmd_name][1]), rich_markup_mode=None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The subcommand that is called, imported now."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = nearest(args[0], COMMANDS)
            raise FupinError(tell(f"没有命令 {args[0]!r}；{near}", f"no command {args[0]!r}; {near}"))
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest

    def invoke(self, ctx: Any) -> Any:
        """Call what is asked for; Ctrl-C is answered here, because Typer would end without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _fail(tell("已中断", "interrupted"), STOPPED)


def load(name: str) -> Any:
    """The real command of a name in `COMMANDS`."""
    command: Any = typer.main.get_command(import_module(COMMANDS[name][0]).app)
    command = getattr(command, "commands", {}).get(name, command)
    command.name, command.help = name, command.help or pick(COMMANDS[name][1])
    return translate(command)


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
    """Run the command and exit with 0 or one of the codes of `fupin.errors`; a mistake is one message on stderr.

    `--lang` counts for every message and help page, so it is looked up before anything is said.
    """
    words = list(arguments) if arguments is not None else sys.argv[1:]
    asked = [right for left, right in zip(["", *words], [*words, ""], strict=True) if left == "--lang"]
    asked += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    with speaking(next((word for word in asked if word in LANGUAGES), None)):
        _run(None if arguments is None else words)


def _run(words: list[str] | None) -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles and pipes have another default
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(words, prog_name="fupin", standalone_mode=False)
    except FupinError as error:
        _fail(str(error), MISTAKE)
    except typer.Abort:  # a question without an answer
        _fail(tell("已中断", "interrupted"), ABORTED)
    except OSError as error:
        if not error.filename:
            raise
        reason = system_reason(error)
        _fail(tell(f"{error.filename}：{reason}", f"{error.filename}: {reason}"), MISTAKE)
    except AssertionError as error:
        from fupin.model.ledger import LedgerError  # only now: `fupin --help` needs no model

        if not isinstance(error, LedgerError):
            raise
        traceback.print_exc()  # a fault of the program: whoever mends it needs the place
        told = tell("账目不平，运行中止（这是程序的错误）：", "the books do not balance (a fault of fupin): ")
        _fail(f"{told}{error}", UNBALANCED)
    except KeyboardInterrupt:
        _fail(tell("已中断", "interrupted"), STOPPED)
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's own complaints, whatever their class in this version
            raise
        print(complaint(error), file=sys.stderr)
        raise SystemExit(getattr(error, "exit_code", MISTAKE)) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int) -> NoReturn:
    print(f"fupin: {message}", file=sys.stderr)
    raise SystemExit(code)
