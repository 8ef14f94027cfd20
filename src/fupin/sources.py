"""Sources in Chinese: the phrases that a source is made of are translated, what it cites stays as it is.

A source is declared in English, once, beside its number: `mechanisms.csv M020: effect is matched to the cause; off by
default`. Its phrases stand in `model/sources.csv`; a phrase that is not there, such as one of a profile of one's own,
is shown as its author wrote it.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from fupin.library import library

_FILE = r"(?:domain/(?:data/)?)?[\w-]+\.(?:csv|md)"
_PLACE = r"(?: (?:sections?|rules?) [\d.]+(?:(?:,| and|-) ?[\d.]+)*| [EFMP]\d+(?:[-–, ]+[EFMP]?\d+)*)*"
_ROWS = r"M\d{3}(?:(?:-|, | and )M\d{3})*"
_SEED = r"(?:seed )?00\d(?: and 00\d)?"
_CITED = rf"(?:{_FILE}{_PLACE}|{_ROWS}|{_SEED})"
CITATION = re.compile(rf"{_CITED}(?:, {_CITED})*")
_KNOWN = "general knowledge, to verify|general knowledge"
_BEFORE = re.compile(rf"({CITATION.pattern}|{_KNOWN})(: | (?=[a-zA-Z(0-9]))(.+)")
_AFTER = re.compile(rf"(.+?),? \(({CITATION.pattern}|{_KNOWN}|issue)\)")
_NOTED = " [K]"  # how the working papers mark general knowledge


def source_in(source: str, lang: str) -> str:
    """The source of a number in a language."""
    return "；".join(_part(part) for part in source.split("; ")) if lang == "zh" else source


@cache
def phrases() -> dict[str, str]:
    """English phrases of sources and what they are in Chinese."""
    with library("model", "sources.csv").open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["chinese"] for row in csv.DictReader(file)}


def _part(words: str) -> str:
    if words.endswith(_NOTED):
        return f"{_part(words.removesuffix(_NOTED))}（{_part('general knowledge, to verify')}）"
    if words in phrases():
        return phrases()[words]
    if CITATION.fullmatch(words):
        return _cited(words)
    if found := _BEFORE.fullmatch(words):
        between = "：" if found[2] == ": " else "" if found[3].startswith("(") else " "
        return f"{_part(found[1])}{between}{_part(found[3])}"
    if found := _AFTER.fullmatch(words):
        return f"{_part(found[1])}（{_part(found[2])}）"
    return words


def _cited(words: str) -> str:
    words = re.sub(r" sections? ([\d.]+)", r" 第 \1 节", words)
    words = re.sub(r" rules? ([\d.]+)", r" 规则 \1", words)
    return re.sub(r"(?<![\w.])(?:seed )?(00\d)", r"原文 \1", words).replace(" and ", "、").replace(", ", "、")
