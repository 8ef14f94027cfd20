"""A difference between two scenarios as a sentence, in Chinese and in English, from the declarations' labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from fupin.labels import Label, pick, tell
from fupin.model.dated import month_label
from fupin.scenarios.differences import Change, Difference, Part, Span
from fupin.units import unit_in

IN_A_LINE = 6  # clauses that one sentence bears; more stand on lines of their own
SWITCHES = ("1 on, 0 off", "1 yes, 0 no")
NUMBERS = ("", "1", "0-1", "index", "ratio", "month")  # whose unit says nothing beside the number
YEARS = ("year", "years")
RATES = {
    "1/year": Label("每年", "a year"),
    "1/quarter": Label("每季", "a quarter"),
    "1/month": Label("每月", "a month"),
}
MOST_SPANS = 4
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def sentences(found: Difference, lang: str) -> str:
    """What B is, as seen from A."""
    a, b = f"“{found.a}”", f"“{found.b}”"
    if found.a == found.b:
        a, b = f"{a} (A)", f"{b} (B)"
    if found.same:
        same = tell("两个情景是同一个世界", "the two scenarios are the same world", lang)
        return f"{same}{tell('：', ': ', lang)}{a}{tell('、', ', ', lang)}{b}"
    clauses = [text for part in (_keys, _policies, _parts, _settings, _parameters) for text in part(found, lang)]
    if not clauses:
        return tell(
            f"{b}与{a}只在不模拟的月份有差别。", f"{b} differs from {a} only in months that are not simulated.", lang
        )
    if len(clauses) > IN_A_LINE:
        head = tell(f"{b}与{a}相比，有 {len(clauses)} 处不同：", f"{b} is {a}, but for {len(clauses)} things:", lang)
        return "\n".join([head, *(f"- {clause}" for clause in clauses)])
    if lang == "zh":
        return f"{b}与{a}相比：{'；'.join(clauses)}。"
    return f"{b} is {a} {_listed(clauses)}."


def _listed(clauses: Sequence[str]) -> str:
    if len(clauses) < 2:
        return "".join(clauses)
    return ", ".join(clauses[:-1]) + ", and " + clauses[-1]


# plain keys


def _keys(found: Difference, lang: str) -> list[str]:
    return [KEY_TEXT[name](span.before, span.after, lang) for name, span in found.keys.items()]


def _area(before: Sequence[Label], after: Sequence[Label], lang: str) -> str:
    was, now = (tell("、", ", ", lang).join(pick(label, lang) for label in labels) for labels in (before, after))
    if not after:
        return tell(f"覆盖全地区，而不只是{was}", f"in the whole region instead of {was} only", lang)
    other = tell(f"（原为{was}）", f" instead of {was}", lang) if before else ""
    return tell(f"只看{now}{other}", f"in {now} only{other}", lang)


def _percent(value: float, lang: str) -> str:
    return f"{_digits(100.0 * value)}{tell('%', ' %', lang)}"


def _digits(value: float) -> str:
    """A number as it was written, with four digits that count if a machine wrote it."""
    written = value % 1 == 0 or float(f"{value:.6g}") == float(f"{value:.10g}")
    return f"{value if written else float(f'{value:.4g}'):,.10g}"


def _year_or_month(month: str) -> str:
    return month.removesuffix("-01")


KEY_TEXT: dict[str, Callable[[Any, Any, str], str]] = {
    "region": lambda a, b, lang: tell(f"地区为{b.zh}（原为{a.zh}）", f"in {b.en} instead of {a.en}", lang),
    "area": _area,
    "sample": lambda a, b, lang: tell(
        f"抽样比例为{_percent(b, lang)}（原为{_percent(a, lang)}）",
        f"on a sample of {_percent(b, lang)} instead of {_percent(a, lang)}",
        lang,
    ),
    "start": lambda a, b, lang: tell(
        f"从{zh_month(b)}开始（原为{zh_month(a)}）", f"beginning in {en_month(b)} instead of {en_month(a)}", lang
    ),
    "years": lambda a, b, lang: tell(f"模拟{b}年（原为{a}年）", f"over {_years(b)} instead of {a}", lang),
    "burn_in_years": lambda a, b, lang: tell(
        f"预热{b}年（原为{a}年）", f"with a run-up of {_years(b)} instead of {a}", lang
    ),
    "seed": lambda a, b, lang: tell(f"随机种子为{b}（原为{a}）", f"with the random seed {b} instead of {a}", lang),
}

# policies and instruments


def _policies(found: Difference, lang: str) -> list[str]:
    if not found.other_policies:
        return []
    before, after = found.policies
    shared = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    shared = min(len(before), len(after)) if shared is None else shared
    was, now = (_quoted(side[shared:], lang) for side in (before, after))
    if not was:
        return [tell(f"另加政策包{now}", f"with the package {now} on top", lang)]
    if not now:
        return [tell(f"不用政策包{was}", f"without the package {was}", lang)]
    return [tell(f"政策包为{now}（原为{was}）", f"under {now} instead of {was}", lang)]


def _quoted(labels: Sequence[Label], lang: str) -> str:
    return tell("、", " and ", lang).join(f"“{pick(label, lang)}”" for label in labels)


def _parts(found: Difference, lang: str) -> list[str]:
    """Instruments taken away and added; many are named in one clause."""
    clauses = []
    for parts, zh, en in ((found.removed, "没有", "without"), (found.added, "增加", "with")):
        if not parts:
            continue
        names = [_part(part, lang) for part in parts]
        if lang == "zh":
            count = f"{len(parts)}项工具：" if len(parts) > IN_A_LINE else ""
            clauses.append(f"{zh}{count}{'、'.join(names)}")
        elif len(parts) > IN_A_LINE:
            clauses.append(f"{en} {len(parts)} instruments: {', '.join(names)}")
        else:
            clauses.append(f"{en} {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}")
    return clauses


def _part(part: Part, lang: str) -> str:
    name = pick(part, lang) if part.id == part.kind else f"{pick(part, lang)} “{part.id}”"
    first, last = part.start and _year_or_month(part.start), part.end and _year_or_month(part.end)
    if lang == "zh":
        dates = (f"自{zh_month(first)}" if first else "") + (f"至{zh_month(last)}" if last else "")
        return f"{name}（{dates}）" if dates else name
    return name + (f" from {en_month(first)}" if first else "") + (f" until {en_month(last)}" if last else "")


# numbers and words


def _settings(found: Difference, lang: str) -> list[str]:
    return [_change(change, lang) for change in found.settings]


def _parameters(found: Difference, lang: str) -> list[str]:
    return [_change(change, lang) for change in found.parameters]


def _change(change: Change, lang: str) -> str:
    name = change.path.rpartition(".")[2]
    if change.of and name in ("start", "end"):
        return _dates(change.of, name, change.spans[0], lang)
    label = pick(change.label, lang)
    if change.of:
        of = _bare(pick(change.of, lang))
        label = f"{of}的{_bare(label)}" if lang == "zh" else f"{_bare(label)} ({of})"
    parts = [_span(group, change.unit, lang) for group in _grouped(change.spans)]
    if len(parts) > MOST_SPANS:
        parts = [*parts[:2], tell(f"……（共{len(parts)}段）", f"… ({len(parts)} values)", lang), parts[-1]]
    return tell(f"{label}{'，'.join(parts)}", f"with {label} {', '.join(parts)}", lang)


def _bare(label: str) -> str:
    """A label without what it explains in brackets at its end."""
    return re.sub(r"\s*[(（][^()（）]*[)）]$", "", label)


def _grouped(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans that follow each other and end with the same value are told as one."""
    groups: list[list[Span]] = []
    for span in spans:
        earlier = groups[-1][-1] if groups else None
        if earlier and earlier.after == span.after and (earlier.last or 0) + 1 == span.first:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _dates(of: Label, name: str, span: Span, lang: str) -> str:
    """An instrument that begins or ends in another month."""
    was, now = (None if month is None else _year_or_month(month) for month in (span.before, span.after))
    if lang == "zh":
        words = [zh_month(month) if month else {"start": "一开始", "end": "不停止"}[name] for month in (now, was)]
        form = "自{}起（原自{}起）" if name == "start" else "至{}止（原至{}止）"
        return of.zh + form.format(*words).replace("自一开始起", "一开始就有").replace("至不停止止", "不停止")
    word, none = ("from", "the beginning") if name == "start" else ("until", "the end")
    words = [en_month(month) if month else none for month in (now, was)]
    return f"with {of.en} {word} {words[0]} instead of {words[1]}"


def _span(spans: Sequence[Span], unit: str, lang: str) -> str:
    after, before = spans[0].after, [span.before for span in spans]
    time = when(Span(before[0], after, spans[0].first, spans[-1].last), lang)
    if isinstance(after, bool) or (unit in SWITCHES and {*before, after} <= {0.0, 1.0}):
        return tell(f"{time}{'打开' if after else '关闭'}", f"switched {'on' if after else 'off'}{time}", lang)
    ends = [before[0]] if len(before) == 1 else [min(before), max(before)]
    was = tell("至", " to ", lang).join(value(end, unit, lang, short=True) for end in ends)
    now = value(after, unit, lang)
    return tell(f"{time}为{now}（原为{was}）", f"at {now} instead of {was}{time}", lang)


def value(given: Any, unit: str, lang: str, *, short: bool = False) -> str:
    """A value with its unit; `short` where the unit has just been said."""
    if given is None:
        return tell("不限", "none", lang)
    if isinstance(given, tuple):
        return tell("、", ", ", lang).join(map(str, given)) or tell("无", "none", lang)
    if not isinstance(given, (int, float)):
        return str(given)
    if unit in YEARS and given >= 1900:  # a year, not a number of them
        return f"{given:g}{'年' if lang == 'zh' else ''}"
    if unit.split(" ")[0] == "share":
        return _percent(given, lang) + ("" if short or lang == "zh" else unit.removeprefix("share"))
    if unit in RATES:
        every = "" if short else pick(RATES[unit], lang)
        return f"{every}{_percent(given, lang)}" if lang == "zh" else f"{_percent(given, lang)} {every}".rstrip()
    number = _digits(given)
    gap = "" if lang == "zh" else " "
    name = _one(unit) if given == 1 and lang == "en" else unit_in(unit, lang)
    return number if short or unit in NUMBERS else f"{number}{gap}{name}"


def _one(unit: str) -> str:
    """An English unit of a single thing: `year` for years, `household/year` for households/year."""
    head, slash, rest = unit.partition("/")
    return head.removesuffix("s") + slash + rest


def _years(count: int) -> str:
    return f"{count} {'year' if count == 1 else 'years'}"


# time


def when(span: Span, lang: str) -> str:
    """The months of a span in words, with a space before them in English; nothing for the whole calendar."""
    first, last = span.first, span.last
    if first is None and last is None:
        return ""
    if last is None:
        return tell(f"自{zh_month(_date(first))}起", f" from {en_month(_date(first))}", lang)
    end = month_label(last)
    if first is None:
        return tell(f"至{zh_month(end)}止", f" until {en_month(end)}", lang)
    begin, one_year = month_label(first), first // 12 == last // 12
    if first % 12 == 0 and last % 12 == 11:
        if one_year:
            return tell(f"{begin[:4]}年", f" in {begin[:4]}", lang)
        return tell(f"{begin[:4]}至{end[:4]}年", f" from {begin[:4]} to {end[:4]}", lang)
    if lang == "zh":
        return f"{zh_month(begin)}至{zh_month(end)[5 if one_year else 0 :]}"
    return f" from {en_month(begin)[: -5 if one_year else None]} to {en_month(end)}"


def _date(month: int | None) -> str:
    return "" if month is None else _year_or_month(month_label(month))


def zh_month(date: str) -> str:
    """`2016年4月` for 2016-04, `2016年` for 2016."""
    year, _, month = date.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def en_month(date: str) -> str:
    """`April 2016` for 2016-04, `2016` for 2016."""
    year, _, month = date.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year
