"""TOML files as users write them: read with care, and errors that say where.

Windows editors leave a byte order mark: it is tolerated. `Source` remembers a file's text, so that a complaint about
`instrument.1.settings.grant` can name the line on which that key stands.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from fupin.errors import FupinError, system_reason
from fupin.labels import tell

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?")
_ENTRY = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w.-]+|\s)+?)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_FULL_WIDTH = dict(zip("“”‘’，：＝【】［］｛｝（）；。、　", "\"\"'',:=[][]{}();., ", strict=True))
_SAID: tuple[
    tuple[str, str | Callable[[re.Match[str]], str]], ...
] = (  # what Python's reader of TOML says, in Chinese; what is not among them stays English
    (r"Unterminated string|Expected (?:\"'+\"|'\"+')", "字符串没有结束：缺少右引号"),
    (r"(?:Illegal|Found invalid) character '\\n'", "字符串没有结束就换行了：缺少右引号"),
    (r"Illegal character (.+)", r"这里不能有字符 \1"),
    (r"Found invalid character (.+)", r"这里不能有字符 \1"),
    (r"Unescaped '.+' in a string", r"双引号里的 \\ 要写成 \\\\，或改用单引号"),
    (r"Invalid hex value|Escaped character is not a Unicode scalar value", r"\\ 之后不是有效的字符编码"),
    (r"Unclosed array", "列表没有结束：缺少逗号或 ]"),
    (r"Unclosed inline table", "表没有结束：缺少逗号或 }（花括号里不能换行）"),
    (r"Duplicate inline table key (.+)", r"键 \1 写了两遍"),
    (r"Expected '=' after a key in a key/value pair", "键的后面应是 ="),
    (r"Expected '\]' at the end of a table declaration", "[表名] 没有结束：缺少 ]"),
    (r"Expected '\]\]' at the end of an array declaration", "[[表名]] 没有结束：缺少 ]]"),
    (r"Expected newline or end of document after a statement", "值的后面多了东西：一行只写一个键"),
    (r"Invalid initial character for a key part", "这里应是键名"),
    (r"Invalid statement", "这里应是 键 = 值 或 [表名]"),
    (r"Invalid value", "这里应是值：数、true、false 或加引号的文字"),
    (r"Invalid date or datetime", "没有这一天"),
    (r"Cannot declare \((.+?),?\) twice", lambda found: f"表 {dotted(_parts(found[1]))} 写了两遍"),
    (r"Cannot (?:overwrite a value|redefine namespace .+|mutate immutable namespace .+)", "这个键已经有值"),
)
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True)
class Source:
    """Where a piece of text came from: a file, or words such as `--set` when there is none."""

    name: str
    text: str = field(default="", repr=False)

    def error(self, problem: str, key: Sequence[str | int] = ()) -> FupinError:
        """The error to raise for a key of this file: `file, line 3, key farm.rent: problem`."""
        line = self.line_of(key)
        place = [self.name]
        place += [tell(f"第 {line} 行", f"line {line}")] if line else []
        place += [tell(f"键 {dotted(key)}", f"key {dotted(key)}")] if key else []
        return FupinError(tell(f"{'，'.join(place)}：{problem}", f"{', '.join(place)}: {problem}"))

    def line_of(self, key: Sequence[str | int]) -> int | None:
        """The line on which a key, or the innermost table around it that can be found, stands; None if none can."""
        wanted = tuple(str(part) for part in key)
        places = (self._lines.get(wanted[:depth]) for depth in range(len(wanted), 0, -1))
        return next((line for line in places if line), None)

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        lines: dict[tuple[str, ...], int] = {}
        for number, path in _keys(self.text):
            for depth in range(1, len(path) + 1):
                lines.setdefault(path[:depth], number)
        return lines


def dotted(key: Sequence[str | int]) -> str:
    """A key path as one writes it: parts joined by dots."""
    return ".".join(str(part) for part in key)


def _parts(key: str) -> list[str]:
    return ["".join(found) for found in _PART.findall(key)]


def _keys(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Every key of a TOML text, with the line it stands on; an entry of an array of tables carries its number."""
    found: list[tuple[int, tuple[str, ...]]] = []
    counts: dict[str, int] = {}
    table: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):  # as TOML counts them: there are other ends of lines
        if header := _HEADER.fullmatch(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[header[2]] = counts.get(header[2], -1) + 1
            outer = ".".join(table[:1])
            if outer in counts:
                table = [table[0], str(counts[outer]), *table[1:]]
            found.append((number, tuple(table)))
        elif entry := _ENTRY.match(line):
            path = (*table, *_parts(entry[1]))
            found.append((number, path))
            # keys of an inline table on the same line
            found += [(number, (*path, *_parts(inner))) for inner in re.findall(r"[{,]\s*([\w\"'.-]+)\s*=", line)]
    return found


def read_toml(path: Path, name: str | None = None) -> tuple[dict[str, Any], Source]:
    """The content of a TOML file and its source; `name` is how messages call it (default: the path).

    Raises `FupinError` for a missing file, text that is not UTF-8 and a syntax error (line and column).
    """
    name = name or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FupinError(tell(f"{name}：没有这个文件", f"{name}: there is no such file")) from None
    except OSError as error:
        why = system_reason(error)
        raise FupinError(tell(f"{name}：读不了这个文件（{why}）", f"{name}: the file cannot be read ({why})")) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FupinError(
            tell(
                f"{name}，第 {line} 行：不是 UTF-8 文本；请把文件另存为 UTF-8 编码（记事本：另存为，编码选 UTF-8）",
                f"{name}, line {line}: not UTF-8 text; save the file as UTF-8",
            )
        ) from None
    return parse_toml(text, name), Source(name, text)


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The content of a TOML text; raises `FupinError` with line and column for a syntax error."""
    try:
        return copy.deepcopy(_parsed(text))
    except tomllib.TOMLDecodeError as error:
        raise _bad_syntax(name, text, str(error)) from None
    except RecursionError:
        raise FupinError(
            tell(
                f"{name}：列表或表一层套一层，套得太深",
                f"{name}: lists or tables inside each other, too deep to be read",
            )
        ) from None
    except ValueError:  # what a whole number of thousands of digits raises
        raise FupinError(
            tell(f"{name}：有一个整数的位数太多", f"{name}: a whole number has too many digits to be read")
        ) from None


@lru_cache(maxsize=128)
def _parsed(text: str) -> dict[str, Any]:
    """The content of a text, parsed once: a region's profile is read again for every identity that it is part of."""
    return tomllib.loads(text)


def _bad_syntax(name: str, text: str, message: str) -> FupinError:
    where, zh, en = _WHERE.search(message), "", ""
    line = ""
    if where and where[1]:
        zh, en = f"，第 {where[1]} 行第 {where[2]} 列", f", line {where[1]}, column {where[2]}"
        line = text.split("\n")[int(where[1]) - 1]
    elif where:
        zh, en = "，文件末尾", ", at its end"
    said, hint = _WHERE.sub("", message), _meant(line, message)
    found = ((re.fullmatch(phrase, said), chinese) for phrase, chinese in _SAID)
    told = (chinese(match) if callable(chinese) else match.expand(chinese) for match, chinese in found if match)
    in_chinese = next(told, said)
    return FupinError(
        tell(
            f"{name}{zh}：不合 TOML 语法（{in_chinese}）" + (f"；{hint}" if hint else ""),
            f"{name}{en}: not valid TOML: {said}" + (f"; {hint}" if hint else ""),
        )
    )


def _meant(line: str, message: str) -> str:
    """Advice for the usual slips of who does not write TOML every day; nothing if the line holds none of them."""
    bare = re.sub(r"""#.*|"[^"]*"|'[^']*'""", "", line)  # what stands outside quotes
    found = [mark for mark in _FULL_WIDTH if mark in bare]
    if re.match(r"\s*\[+\s*instrument\s*\]", line):
        return tell("每个工具写作 [[instrument]]（两对方括号）", "allowed: one [[instrument]] (two brackets) for each")
    if "uplicate" in message or "overwrite" in message:
        return tell("同一个键写了两遍", "the same key is given twice")
    if found:
        marks = "，".join(f"{mark} → {_FULL_WIDTH[mark]}" for mark in found)
        return tell(f"这一行有中文标点，请换成英文标点：{marks}", f"Chinese punctuation; write instead: {marks}")
    if form := re.search(r"=\s*\{?\s*(\d{4}-\d{1,2})(?![-\d])", bare):
        return tell(f'月份要加引号："{form[1]}"', f'a month stands in quotes: "{form[1]}"')
    if re.search(r"=\s*\d{4}-\d{1,2}-\d{1,2}", bare):
        return tell("没有这一天，或写法不对：日期写作 2014-01-05", "no such day, or not written as 2014-01-05")
    if re.search(r"\d\s*%", bare):
        return tell("百分数写成小数：90 % 写作 0.9", "a percentage is written as a share: 90 % is 0.9")
    if re.search(r"\d\s*[万亿元]", bare):
        return tell(
            "数后面不写单位；万元、亿元先换算成元：2000 万元写作 20000000 或 2e7",
            "numbers stand without units, money in yuan",
        )
    if re.search(r"\d,\d{3}(?!\d)", bare):
        return tell("数里不用千分号：20000000 或 20_000_000", "no commas in numbers: 20000000 or 20_000_000")
    if form := re.search(r"=\s*(True|TRUE|False|FALSE)\b", bare):
        return tell(f"写作小写：{form[1].lower()}", f"in small letters: {form[1].lower()}")
    if form := re.search(r"[=\[,]\s*-?(\.\d+)", bare):
        return tell(f"小数点前要有 0：0{form[1]}", f"a number begins with a digit: 0{form[1]}")
    if re.search(r"(^|[{,])\s*[^\W\d_a-zA-Z]+\s*=", bare):
        return tell("键只用英文名，见 fupin show instrument", "keys are English names, see fupin show instrument")
    if re.search(r"=\s*[^\W\d]", bare):
        return tell('文字要加引号，如 name = "mine"', 'words stand in quotes, as in name = "mine"')
    return ""
