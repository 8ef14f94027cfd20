"""What Typer says of its own accord (help pages, complaints about options), in Chinese for who reads Chinese.

Typer has no translations. Its phrases are few and fixed; one that is not among them stays English.
"""

from __future__ import annotations

import re
from typing import Any

from fupin.labels import language, tell

HELP = (
    (r"^Usage: ", "用法："),
    (r"^Arguments:", "参数："),
    (r"^Options:", "选项："),
    (r"^Commands:", "命令："),
    (r"\bShow this message\s+and exit\.", "显示本说明"),
    (r"\[OPTIONS\]", "[选项]"),
    (r"\bCOMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"\[required\]", "[必填]"),
    (r"\[default: ", "[默认："),
    (r"<int range>", "<整数>     "),  # as wide as before, so that what stands to the right stays in its column
    (r"<list\[str\]>", "<文字>     "),
    (r"<float range>", "<数>         "),
    (r"<float>", "<数>   "),
    (r"<path>", "<路径>"),
    (r"<int> ", "<整数>"),
    (r"<str> ", "<文字>"),
    (r"; (\d+<=x<=\d+|x[<>]=?\d+)\]", r"；\1]"),
)
COMPLAINTS = (
    (r"Missing argument (.*?)\.?", r"缺少参数 \1"),
    (r"Missing option (.*?)\.?", r"缺少选项 \1"),
    (r"Missing command\.?", "缺少命令"),
    (r"No such option: (\S+?)\.? Did you mean (.*?)\?", r"没有选项 \1；是不是 \2？"),
    (r"No such option: (\S+) ?\(Possible options: (.*)\)", r"没有选项 \1；相近的有 \2"),
    (r"No such option: (\S+)", r"没有选项 \1"),
    (r"No such command (\S+?)\.? Did you mean (.*?)\?", r"没有命令 \1；是不是 \2？"),
    (r"No such command (.*?)\.?", r"没有命令 \1"),
    (r"Option (\S+) requires an argument\.?", r"选项 \1 后面要有一个值"),
    (r"Option (\S+) requires (\d+) arguments\.?", r"选项 \1 后面要有 \2 个值"),
    (r"Option (\S+) does not take a value\.?", r"选项 \1 后面没有值"),
    (r"Got unexpected extra argument\(?s?\)? \((.*)\)", r"多出的参数：\1"),
    (r"Invalid value for (\S+(?: / \S+)*): .*valid (?:integer|number)\b.*integer.*", r"\1 的值不对：应是整数"),
    (r"Invalid value for (\S+(?: / \S+)*): .*valid (?:number|float)\b.*", r"\1 的值不对：应是数，如 0.01 或 2e9"),
    (r"Invalid value for (\S+(?: / \S+)*): .*greater than or equal to (\S+)", r"\1 的值不对：至少为 \2"),
    (r"Invalid value for (\S+(?: / \S+)*): .*less than or equal to (\S+)", r"\1 的值不对：至多为 \2"),
    (r"Invalid value for (\S+(?: / \S+)*): (.*)", r"\1 的值不对：\2"),
)


ALLOWED = (
    (r"(.*): .*valid (?:integer|number)\b.*integer.*", r"\1: allowed: a whole number"),
    (r"(.*): .*valid (?:number|float)\b.*", r"\1: allowed: a number such as 0.01 or 2e9"),
    (r"(.*): .*greater than or equal to (\S+)", r"\1: allowed: at least \2"),
    (r"(.*): .*less than or equal to (\S+)", r"\1: allowed: at most \2"),
)


def spoken(page: str) -> str:
    """A help page or a line of usage in the user's language."""
    if language() == "zh":
        for phrase, chinese in HELP:
            page = re.sub(phrase, chinese, page, flags=re.MULTILINE)
    return page


def complaint(error: Any) -> str:
    """What a wrong call is told: usage, where help is, what is wrong."""
    problem, context = error.format_message(), getattr(error, "ctx", None)
    usage = "" if context is None else spoken(context.get_usage())
    if usage and problem.startswith(usage):  # a group called without a command: the help page is the answer
        return str(problem)
    chinese = language() == "zh"
    for phrase, ours in COMPLAINTS if chinese else ALLOWED:
        if said := re.fullmatch(phrase, problem, re.DOTALL):
            problem = said.expand(ours)
            break
    problem += _given(error)
    if not chinese:
        there = "" if context is None else f"{usage}\nTry '{context.command_path} --help' for help.\n\n"
        return f"{there}Error: {problem}"
    there = "" if context is None else f"{usage}\n说明见：{context.command_path} --help\n\n"
    return f"{there}错误：{problem}"


def _given(error: Any) -> str:
    """What was given for an option or argument, and how the number that is meant by it is written."""
    cause: Any = getattr(error, "__cause__", None)
    found = cause.errors() if hasattr(cause, "errors") else ()
    if not found or not isinstance(found[0].get("input"), str):
        return ""
    from fupin.model.dated import number_meant  # not at the top: help pages need no NumPy

    text = found[0]["input"]
    meant = number_meant(text)
    if meant is None or str(found[0].get("type", "")) != "float_parsing":
        return tell(f"；给出的是 {text!r}", f"; given: {text!r}")
    return tell(f"；给出的是 {text!r}（这里写 {meant:.12g}）", f"; given: {text!r} (write {meant:.12g})")


def translate(command: Any) -> Any:
    """The command and its subcommands, whose help pages are then spoken."""
    original = command.get_help
    command.get_help = lambda context: spoken(original(context))
    for inner in getattr(command, "commands", {}).values():
        translate(inner)
    return command
