"""`fupin show`: what the model knows and does, printed from the declarations themselves."""

from __future__ import annotations

import math
from collections import Counter
from typing import Annotated, Any

import typer

from fupin.commands.output import Lang, Markdown, print_table
from fupin.errors import FupinError, nearest
from fupin.labels import Label, language, pick, tell
from fupin.sources import source_in
from fupin.units import STATUS_LABELS, unit_in

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("打印模型的声明", "print the declarations"),
)

_KINDS = {
    "month": Label("月份", "month"),
    "number": Label("数", "number"),
    "whole number": Label("整数", "whole number"),
    "true or false": Label("true（是）或 false（否）", "true or false"),
    "text": Label("文字", "text"),
    "list of text": Label("若干名称", "list of text"),
}
"""What may be given to a setting that has no unit."""


@app.command(help=tell("参数表：数值、单位、区间、状态、来源", "parameters: values, unit, range, status, source"))
def parameters(
    prefix: Annotated[str, typer.Argument(help=tell("路径开头，或名称中的字词", "a path's beginning, or a word"))] = "",
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print the parameter table."""
    from fupin.library import library
    from fupin.model.parameters import load_parameters

    lang = language(lang)
    book = load_parameters(library("model", "parameters"))
    table = book.table()
    found = [entry for entry in table if entry["path"].startswith(prefix)]
    found = found or [entry for entry in table if prefix in entry["zh"] or prefix.lower() in entry["en"].lower()]
    if not found:
        near = nearest(prefix, book)
        raise FupinError(
            tell(
                f"没有以 {prefix!r} 开头的参数，名称中也没有这个词；{near}",
                f"no parameter begins with {prefix!r} or has it in its name; {near}",
            )
        )
    rows = [
        (
            entry["path"],
            entry[lang] or entry["en"],
            entry["values"],
            unit_in(entry["unit"], lang),
            _span(entry["low"], entry["high"]),
            f"{entry['growth']:+.1%}" if entry["growth"] else "",
            pick(STATUS_LABELS[entry["status"]], lang),
            source_in(entry["source"], lang),
        )
        for entry in found
    ]
    head = ("路径 名称 数值 单位 区间 年增长 状态 来源", "path label values unit range growth status source")
    print_table(tell(*head, lang).split(), rows, markdown=markdown)


@app.command(help=tell("数据字典：各类主体的列", "the data dictionary: columns of every kind of agent"))
def columns(
    kind: Annotated[str, typer.Argument(help=tell("主体种类", "one kind of agent"))] = "",
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print the columns of every kind of agent."""
    from fupin.model.agents import AGENT_CLASSES, AGENT_LABELS
    from fupin.model.columns import columns_of

    lang = language(lang)
    kind = next((name for name, label in AGENT_LABELS.items() if kind == label.zh), kind)
    if kind and kind not in AGENT_CLASSES:
        near = nearest(kind, AGENT_CLASSES)
        raise FupinError(tell(f"没有这类主体：{kind!r}；{near}", f"unknown kind of agent {kind!r}; {near}"))
    head = ("列 名称 单位 类型 区间 默认 含义", "column label unit dtype range default meaning")
    for name, cls in AGENT_CLASSES.items():
        if kind in ("", name):
            rows = [
                (
                    column.name,
                    pick(column, lang),
                    unit_in(column.unit, lang),
                    str(column.dtype),
                    {code: pick(word, lang) for code, word in column.codes.items()} or _span(column.low, column.high),
                    column.default,
                    pick(column.about, lang),
                )
                for column in columns_of(cls).values()
            ]
            title = f"{name} · {pick(AGENT_LABELS[name], lang)}"
            print_table(tell(*head, lang).split(), rows, title=title, markdown=markdown)


@app.command(help=tell("一个月里依次发生什么", "what happens in a month, in order"))
def month(lang: Lang = None, markdown: Markdown = False) -> None:
    """Print the processes of the month in their order."""
    from fupin.model.month import CADENCES, MONTH

    lang = language(lang)
    rows = [
        (
            place,
            entry.name,
            tell(*CADENCES[entry.months], lang),
            f"{pick(entry, lang)}{tell('：', ': ', lang)}{pick(entry.about, lang)}",
            entry.reads,
            entry.writes,
        )
        for place, entry in enumerate(MONTH, 1)
    ]
    head = ("序 过程 频率 内容 读 写", "no process cadence about reads writes")
    print_table(tell(*head, lang).split(), rows, markdown=markdown)


@app.command(help=tell("所有政策工具", "all kinds of instruments"))
def instruments(lang: Lang = None, markdown: Markdown = False) -> None:
    """Print all kinds of instruments, third parties' included."""
    from fupin.model.instruments.families import family_label
    from fupin.model.instruments.kinds import instrument_kinds

    lang = language(lang)
    rows = [
        (kind, tell(family_label(cls.family).zh, cls.family, lang), pick(cls, lang), pick(cls.about(), lang))
        for kind, cls in sorted(instrument_kinds().items())
    ]
    print_table(tell("种类 类别 名称 说明", "kind family label about", lang).split(), rows, markdown=markdown)


@app.command(help=tell("一种政策工具的设置", "the settings of one kind of instrument"))
def instrument(
    kind: Annotated[str, typer.Argument(help=tell("工具种类", "kind of instrument"))],
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print the settings of one kind of instrument."""
    from fupin.scenarios.catalogue import catalogue

    lang = language(lang)
    known = catalogue()
    records: list[dict[str, Any]] = known.settings_of(kind).describe()
    rows = [
        (
            record["name"],
            record[lang] or record["en"],
            tell("必填", "required", lang) if record["required"] else _default(record, lang),
            unit_in(record["unit"], lang) or pick(_KINDS[record["kind"]], lang),
            pick(record["allowed"], lang)
            if record["allowed"]
            else record["choices"] or _span(record["low"], record["high"]),
            pick(STATUS_LABELS[record["status"]], lang) if record["status"] else tell("情景设定", "scenario", lang),
            source_in(record["source"], lang),
        )
        for record in records
    ]
    cls = known.kinds[kind]
    title = f"{kind} · {pick(cls, lang)}{tell('：', ': ', lang)}{pick(cls.about(), lang)}"
    head = ("设置 名称 默认 单位 允许 状态 来源", "setting label default unit allowed status source")
    print_table(tell(*head, lang).split(), rows, title=title, markdown=markdown)
    whole = ", ".join(record["name"] for record in records if record["scaled"])
    if whole and not markdown:
        print(
            tell("全地区总量，点名的县按农户数分得：", "of the whole region, named counties get their share: ", lang)
            + whole
        )
    if cls.sized_by and not markdown:
        print(tell("按预算比较时调整：", "scaled in comparisons at equal budgets: ", lang) + ", ".join(cls.sized_by))
    elif cls.not_sized and not markdown:
        print(
            tell("按预算比较时不调整：", "not scaled in comparisons at equal budgets: ", lang)
            + pick(cls.not_sized, lang)
        )
    if cls.single and not markdown:
        print(tell("同一时间只能有一个：", "only one can be in force at a time: ", lang) + pick(cls.single, lang))


@app.command(help=tell("机制登记表：每条政策机制在模型中的状态", "the register of mechanisms and their status"))
def mechanisms(
    family: Annotated[str, typer.Option("--family", help=tell("组名中的字词", "a word of a group's name"))] = "",
    status: Annotated[str, typer.Option("--status", help=tell("状态", "one status"))] = "",
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Print the register of mechanisms, or a part of it, and how many rows have which status."""
    from fupin.library import library
    from fupin.model.mechanisms import CLASSES, GROUPS, STATUSES, counts, groups_named, read_mechanisms, sign_in, tally

    lang = language(lang)
    groups = groups_named(family)
    if status and status not in STATUSES:
        raise FupinError(
            tell(
                f"没有状态 {status!r}；{nearest(status, STATUSES)}",
                f"unknown status {status!r}; {nearest(status, STATUSES)}",
            )
        )
    found = read_mechanisms(library("model", "mechanisms.csv"))
    found = [row for row in found if row.group in groups and status in ("", row.status)]
    states = {name: tell(zh, name, lang) for name, (zh, _) in STATUSES.items()}
    for group in groups:
        rows = [
            (
                row.id,
                tell(row.phrase_zh, row.english, lang),
                tell(CLASSES[row.cls], row.cls, lang),
                states[row.status],
                row.of or row.symbol.removeprefix("fupin."),
                row.setting,
                row.moves,
                " ".join((row.outcome, sign_in(row.sign, lang))).strip(),
            )
            for row in found
            if row.group == group
        ]
        if rows:
            head = (
                "编号 机制 类别 状态 符号 设置 首先变动 结果",
                "id mechanism class status symbol setting moves outcome",
            )
            print_table(tell(*head, lang).split(), rows, title=tell(GROUPS[group], group, lang), markdown=markdown)
    sum_up = tally(found)
    acting = [
        (tell("行为与规则", "behaviours and rules", lang), sum_up.acting),
        (tell("　已实现", "  implemented", lang), sum_up.implemented),
        (tell("　已实现或粗略体现", "  implemented or represented", lang), sum_up.implemented + sum_up.represented),
        (tell("　已实现者所用的不同符号", "  distinct symbols of the implemented", lang), sum_up.symbols),
        (tell("目标", "targets", lang), sum_up.targets),
        (tell("　有结果指标", "  reported by an outcome", lang), sum_up.outcomes),
    ]
    print_table([tell("合计", "in all", lang), tell("条数", "rows", lang)], acting, markdown=markdown)
    table = {tell(CLASSES[name], name, lang): each for name, each in counts(found).items()}
    table[tell("合计", "all", lang)] = Counter(row.status for row in found)
    sums = [(name, *(each[state] for state in STATUSES), each.total()) for name, each in table.items()]
    print_table([tell("类别", "class", lang), *states.values(), tell("合计", "all", lang)], sums, markdown=markdown)


def _default(record: dict[str, Any], lang: str) -> Any:
    from fupin.scenarios.sizing import UNLIMITED

    value = record["default"]
    if value is None and record["unset"]:
        return pick(record["unset"], lang)
    if isinstance(value, float) and value >= UNLIMITED:
        return tell("不限", "unlimited", lang)
    return (
        {None: "", True: "true", False: "false"}.get(value, value) if isinstance(value, (bool, type(None))) else value
    )


def _span(low: float | None, high: float | None) -> str:
    low, high = -math.inf if low is None else low, math.inf if high is None else high
    if not math.isfinite(low) and not math.isfinite(high):
        return ""
    return f"≥ {low:g}" if high == math.inf else f"≤ {high:g}" if low == -math.inf else f"{low:g} – {high:g}"
