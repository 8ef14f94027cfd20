"""`fupin check mechanisms`, `ranges`, `ledger`: the register's claims, the ranges of outcomes, books under any package.

`check.py` adds them to the group. Each prints a table and exits with 1 if something does not hold.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands.output import Lang, Markdown, print_table
from fupin.errors import FupinError, nearest
from fupin.labels import language, pick, tell

if TYPE_CHECKING:
    from fupin.experiments.register_verdicts import Verdict


def mechanisms(
    family: Annotated[str, typer.Option("--family", help=tell("组名中的字词", "a word of a group's name"))] = "",
    id: Annotated[list[str] | None, typer.Option("--id", help=tell("编号，可重复", "a row, repeatable"))] = None,
    seeds: Annotated[int, typer.Option(min=1, help=tell("种子数", "number of seeds"))] = 8,
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Fork the gallery region off, on and strong for every implemented row; exit 1 if a row does not hold."""
    from fupin.commands.reading import progress_bar
    from fupin.experiments.register_trials import declares_trial, read_trials
    from fupin.experiments.register_verdicts import CHECKS, judge_all
    from fupin.library import library
    from fupin.model.mechanisms import groups_named, read_mechanisms

    lang = language(lang)
    rows = read_mechanisms(library("model", "mechanisms.csv"))
    wanted = groups_named(family)
    for name in id or ():
        if name not in {row.id for row in rows}:
            raise FupinError(
                tell(
                    f"没有机制 {name!r}；{nearest(name, [row.id for row in rows])}",
                    f"unknown mechanism {name!r}; {nearest(name, [row.id for row in rows])}",
                )
            )
    trials = [one for one in read_trials(rows) if one.row.group in wanted and (not id or one.row.id in id)]
    silent = [
        row.id
        for row in rows
        if row.status == "implemented" and not declares_trial(row) and row.group in wanted and (not id or row.id in id)
    ]
    found: list[Verdict] = []
    began = time.perf_counter()
    with progress_bar(tell("机制", "mechanisms", lang)) as progress:
        for verdict in judge_all(trials, range(1, seeds + 1)):
            found.append(verdict)
            progress(len(found), len(trials))
    labels = {
        "moves": ("首先变动", "moves"),
        "without": ("无前提", "without"),
        "effect": ("效应", "effect"),
        "strong": ("单调", "strong"),
        "neutral": ("停用", "neutral"),
    }
    zh = "编号 机制 首先分叉 结果 关→开 90%区间 关→强 最小"
    en = "id mechanism parts_first outcome off→on 90% off→strong least"
    head = [
        *(word.replace("_", " ") for word in tell(zh, en, lang).split()),
        *(tell(*labels[name], lang) for name in CHECKS),
    ]
    found.sort(key=lambda one: (one.holds, one.trial.row.id))
    title = tell(f"机制登记表的成对试验：{seeds} 个种子", f"paired experiments of the register: {seeds} seeds", lang)
    print_table(head, [_line(one, lang) for one in found], title=title, markdown=markdown)
    failed = [one for one in found if not one.holds]
    for one in failed:
        print(_diagnosis(one, lang))
    spent = time.perf_counter() - began
    zh = f"{len(found)} 条已试，{len(failed)} 条不成立；{len(silent)} 条已实现但未声明试验；{spent:.0f} 秒"
    en = (
        f"{len(found)} rows tried, {len(failed)} do not hold; {len(silent)} implemented rows declare no experiment; "
        f"{spent:.0f} s"
    )
    print(tell(zh, en, lang) + ("" if not silent else ": " + ", ".join(silent)))
    if failed or silent:
        raise typer.Exit(1)


def _line(found: Verdict, lang: str) -> list[str]:
    from fupin.experiments.tables import change_unit, factor
    from fupin.model.mechanisms import sign_in
    from fupin.model.outcomes import OUTCOMES

    row, outcome = found.trial.row, OUTCOMES.get(found.trial.row.outcome)
    words = {True: tell("合", "good", lang), False: tell("不合", "BAD", lang), None: "–"}
    parting = next((one for one in found.partings if one), None)
    numbers = ["", "", "", ""]
    if outcome:
        scale = factor(outcome.unit, lang)
        low, high = (scale * end for end in found.interval)
        least = f"{scale * found.trial.least:.3g}" if found.trial.least else ""
        strong = f"{scale * found.strong:+.3g}" if found.strongs else ""
        numbers = [f"{scale * found.effect:+.3g}", f"{low:+.3g} … {high:+.3g}".replace("inf", "∞"), strong, least]
    return [
        row.id,
        tell(row.phrase_zh, row.english, lang),
        f"{row.moves} ({parting})" if parting else tell("未分叉", "never", lang),
        f"{pick(outcome, lang)} ({change_unit(outcome.unit, lang)}) {sign_in(row.sign, lang)}" if outcome else "",
        *numbers,
        *(words[passed] for passed in found.passed.values()),
    ]


def _diagnosis(found: Verdict, lang: str) -> str:
    """What went wrong with a row, in words."""
    from fupin.model.mechanisms import sign_in

    row, said = found.trial.row, []
    wrong = [name for name, passed in found.passed.items() if passed is False]
    if "moves" in wrong:
        parting = next(one for one in found.partings if one is None or row.moves not in one.moved)
        moved = ", ".join(sorted(parting.moved)[:6]) if parting else tell("无", "nothing", lang)
        said.append(tell(f"应先动 {row.moves}，而非 {moved}", f"{row.moves} should move first, not {moved}", lang))
    if "without" in wrong:
        bare = next(one for one in found.bare or () if one)
        moved = ", ".join(sorted(bare.moved)[:6])
        said.append(tell(f"无前提仍在 {bare} 变动：{moved}", f"without its precondition {bare} moves: {moved}", lang))
    if "effect" in wrong:
        effects = ", ".join(f"{one:.3g}" for one in found.effects)
        said.append(
            tell(
                f"各种子效应 {effects}，应为 {sign_in(row.sign, lang)}", f"effects {effects} should be {row.sign}", lang
            )
        )
    if "strong" in wrong:
        said.append(tell("加强反而更弱", "stronger is weaker", lang))
    if "neutral" in wrong:
        said.append(tell(f"停用 {row.symbol} 后照样变动", f"still moves with {row.symbol} neutralised", lang))
    return f"{row.id}: " + "; ".join(said)


def ranges(
    kind: Annotated[str, typer.Option("--instrument", help=tell("只查一种工具", "one instrument only"))] = "",
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Every setting of every instrument at minimum, default and maximum; exit 1 if an outcome leaves its range."""
    from fupin.commands.reading import progress_bar
    from fupin.experiments.range_checks import cases, check_cases, read_ranges
    from fupin.model.instruments.kinds import instrument_kinds

    lang = language(lang)
    chosen, allowed = cases(kind), read_ranges()
    done: dict[str, int] = {}
    breaches: dict[str, list[Any]] = {}
    with progress_bar(tell("设置", "settings", lang)) as progress:
        for place, (case, found) in enumerate(check_cases(chosen, allowed), start=1):
            done[case.kind] = done.get(case.kind, 0) + 1
            breaches.setdefault(case.kind, []).extend(found)
            progress(place, len(chosen))
    kinds = instrument_kinds()
    table = [(name, pick(kinds[name], lang), count, len(breaches[name])) for name, count in done.items()]
    title = tell("结果是否在允许的范围内", "do outcomes keep to their ranges", lang)
    head = tell("工具 名称 情形 越界", "instrument label cases breaches", lang).split()
    print_table(head, table, title=title, markdown=markdown)
    broken = [
        (one.case.kind, one.case.setting, one.case.value, one.year, one.quantity, one.value, *one.allowed)
        for found in breaches.values()
        for one in found
    ]
    if broken:
        zh, en = "工具 设置 取值 年 指标 数值 下限 上限", "instrument setting value year quantity found low high"
        head = tell(zh, en, lang).split()
        print_table(head, broken, markdown=markdown)
        raise typer.Exit(1)


def ledger(
    packages: Annotated[int, typer.Option(min=1, help=tell("随机政策包数", "random packages"))] = 500,
    first: Annotated[int, typer.Option("--first", help=tell("首个种子", "seed of the first one"))] = 0,
    lang: Lang = None,
    markdown: Markdown = False,
) -> None:
    """Random packages of all instruments and settings: the books balance every month; exit 1 if they do not."""
    from fupin.commands.reading import progress_bar
    from fupin.experiments.random_packages import MONTHS, check_package
    from fupin.model.instruments.kinds import instrument_kinds
    from fupin.model.ledger import LedgerError

    lang = language(lang)
    began, largest, bad = time.perf_counter(), 0.0, []
    used = dict.fromkeys(instrument_kinds(), 0)
    postings: dict[str, int] = {}
    with progress_bar(tell("政策包", "packages", lang)) as progress:
        for place, seed in enumerate(range(first, first + packages), start=1):
            try:
                books = check_package(seed)
            except LedgerError as error:
                bad.append((seed, str(error)))
            else:
                largest = max(largest, books.difference)
                for name in books.kinds:
                    used[name] += 1
                for purpose, count in books.postings.items():
                    postings[purpose] = postings.get(purpose, 0) + count
            progress(place, packages)
    kinds = instrument_kinds()
    rows = [(name, pick(kinds[name], lang), count) for name, count in used.items()]
    print_table(tell("工具 名称 出现次数", "instrument label packages", lang).split(), rows, markdown=markdown)
    spent = time.perf_counter() - began
    zh = (
        f"{packages} 个随机政策包，各 {MONTHS} 个月：{sum(postings.values()):,} 笔汇总分录，{len(postings)} 种用途；"
        f"账实最大差额 {largest:.2g} 元；不平 {len(bad)} 个；{spent:.0f} 秒"
    )
    en = (
        f"{packages} random packages of {MONTHS} months: {sum(postings.values()):,} monthly postings of "
        f"{len(postings)} purposes; largest difference of stocks and books {largest:.2g} yuan; "
        f"{len(bad)} do not balance; {spent:.0f} s"
    )
    print(tell(zh, en, lang))
    for seed, problem in bad:
        print(tell(f"种子 {seed}：{problem}", f"seed {seed}: {problem}", lang))
    if bad:
        raise typer.Exit(1)
