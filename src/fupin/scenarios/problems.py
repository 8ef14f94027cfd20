"""Pydantic's complaints told in the house's way: file, line, key, what was given, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from fupin.errors import FupinError, nearest
from fupin.labels import Label, pick, tell
from fupin.model.tomlfile import Source

_KINDS = {
    "int": Label("整数", "a whole number"),
    "float": Label("数", "a number"),
    "string": Label('文字，加引号："…"', "text"),
    "bool": Label("true 或 false", "true or false"),
    "tuple": Label('列表，如 ["a", "b"] 或 [1, 2]', 'a list, such as ["a", "b"] or [1, 2]'),
    "list": Label('列表，如 ["a", "b"] 或 [1, 2]', 'a list, such as ["a", "b"] or [1, 2]'),
    "dict": Label("表，如 { 键 = 值 }", "a table, such as { key = value }"),
    "model": Label("表，如 { 键 = 值 } 或 [表名]", "a table, such as { key = value } or [name]"),
    "date": Label("日期，如 2014-01-01", "a date, such as 2014-01-01"),
    "finite": Label("数，不能是 inf 或 nan", "a number other than inf and nan"),
}
_LENGTHS = {
    "too_short": ("min_length", Label("太少；至少", "too few; allowed: at least")),
    "too_long": ("max_length", Label("太多；至多", "too many; allowed: at most")),
}
_TEXTS = {
    "string_too_short": ("min_length", Label("太短；至少", "too short; allowed: at least")),
    "string_too_long": ("max_length", Label("太长；至多", "too long; allowed: at most")),
}
PLAIN = r"^[\w-]*$"  # a name that can be part of a path
_PATTERNS = {PLAIN: Label("只用字母、汉字、数字、_ 和 -，不留空格", "letters, digits, _ and - only, no spaces")}
SHOWN = 60  # letters of a value that is told
_BOUNDS = {
    "greater_than_equal": ("ge", Label("至少", "at least")),
    "greater_than": ("gt", Label("大于", "above")),
    "less_than_equal": ("le", Label("至多", "at most")),
    "less_than": ("lt", Label("小于", "below")),
}


class MisfitError(ValueError):
    """A value that does not fit others of its file; `key` is where it stands below the table that is checked."""

    def __init__(self, key: Sequence[str], problem: str) -> None:
        super().__init__(problem)
        self.key = tuple(key)


def complaint(
    error: ValidationError,
    source: Source,
    known: Iterable[str],
    inside: Sequence[str | int] = (),
    *,
    missing_counts: bool = True,
    labels: Mapping[str, str] | None = None,
) -> FupinError | None:
    """The first of pydantic's errors as a `FupinError`, the others counted.

    `known` are the keys that exist in the table at `inside`. Without `missing_counts` absent keys are no errors
    (part of a table that is merged with others), and the answer is None when nothing else is wrong. `labels` are what
    keys are called in Chinese.
    """
    found: list[Any] = [item for item in error.errors() if missing_counts or item["type"] != "missing"]
    if not found:
        return None
    first = found[0]
    place, kind, given = (*inside, *first["loc"]), first["type"], _shown(first.get("input"))
    word, _, how = kind.partition("_")
    if kind == "missing" and isinstance(place[-1], int):  # an entry of a list of fixed length
        few = len(first["input"])
        place, problem = place[:-1], tell(f"只有 {few} 个；应有更多", f"{few} are given; allowed: more")
    elif kind == "missing":
        problem = tell(f"缺少键 `{place[-1]}`", f"the key `{place[-1]}` is missing")
        place = place[:-1]
    elif kind == "extra_forbidden":
        near = nearest(str(place[-1]), known, labels=labels)
        problem = tell(f"没有这个键；{near}", f"unknown key; {near}")
    elif kind == "value_error":
        fault = first["ctx"]["error"]
        problem, place = str(fault), (*place, *(fault.key if isinstance(fault, MisfitError) else ()))
    elif kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        limit = f"{pick(words)} {first['ctx'][bound]:g}"
        problem = tell(f"{given} 超出范围；可取{limit}", f"{given} is out of range; allowed: {limit}")
    elif kind in _LENGTHS:
        bound, words = _LENGTHS[kind]
        number, limit = first["ctx"]["actual_length"], f"{pick(words)} {first['ctx'][bound]}"
        problem = tell(f"给了 {number} 个，{limit} 个", f"{number} given, {limit}")
    elif kind in _TEXTS:
        bound, words = _TEXTS[kind]
        limit = f"{pick(words)} {first['ctx'][bound]}"
        problem = tell(f"{given} {limit} 个字符", f"{given} is {limit} characters")
    elif kind == "string_pattern_mismatch":
        pattern = first["ctx"]["pattern"]
        allowed = pick(_PATTERNS.get(pattern, Label(f"合 {pattern} 的写法", f"what matches {pattern}")))
        problem = tell(
            f"{given} 的写法不对；可用：{allowed}", f"{given} is not written as it should be; allowed: {allowed}"
        )
    elif kind == "literal_error":
        listed = tell("、", ", ").join(re.findall(r"'[^']*'", first["ctx"]["expected"]))
        problem = tell(f"{given} 不能识别；可用：{listed}", f"{given} is not known; allowed: {listed}")
    elif word in _KINDS and (how in ("type", "parsing", "number") or how.startswith("from_")):
        allowed = pick(_KINDS[word])
        problem = tell(f"{given} 类型不对；应是{allowed}", f"{given} has the wrong type; allowed: {allowed}")
    else:  # what only the settings of somebody's own instrument can ask for
        problem = tell(f"{given} 不允许（{first['msg']}）", f"{given} is not allowed: {first['msg']}")
    more = tell(f"（另有 {len(found) - 1} 处）", f" (and {len(found) - 1} more)") if len(found) > 1 else ""
    return source.error(problem + more, place)


def _shown(given: Any) -> str:
    """A value as the file has it, or its beginning."""
    if isinstance(given, dict) or (isinstance(given, list) and any(isinstance(one, dict) for one in given)):
        return "{ … }" if isinstance(given, dict) else "[{ … }]"
    text = str(given).lower() if isinstance(given, bool) else repr(given)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
