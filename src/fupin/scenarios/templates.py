"""A region of one's own to begin with: `fupin region new NAME`."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.library import library
from fupin.scenarios.table_columns import TABLES, TableColumn

_HEAD = """\
# {name}: 自己的地区。数字从保定资料抄来：改成当地的，再运行 fupin region check {name}.toml
# {name}: a region of your own. The numbers are Baoding's: change them to yours, then run
#     fupin region check {name}.toml
# and use the region in a scenario:  region = "{name}.toml"
#
# 用自己的住户表：填好 {name}-tables 里的表（说明见其中的 COLUMNS.md），再去掉下面 tables 一行的 # 号。
# 没有的列和空的格子按本文件的分布抽取。
# To use households of your own: fill the tables in {name}-tables (COLUMNS.md there says what the columns mean) and take
# away the # before `tables` below. Columns that you leave out and cells that you leave empty are drawn from this file.

"""
_ABOUT = """\
# 表格说明 Tables

`households.csv` 必填，其余可选，不用的删去。每个表也可以是 Parquet。CSV 用逗号分隔，UTF-8 或 GBK 编码。
表里的第一行数据是例子，请换成自己的。必填列不可空；其余的列可以删去，格子可以留空：由地区资料的分布抽取。标题和选项可用下表的中文。

`households.csv` is needed; the others are optional: remove what you do not use. Each may also be Parquet. CSV is
separated by commas, in UTF-8 or GBK. The first row of data is an example: put your own in its place. A required column
has no empty cells; the others may be left out and their cells left empty: they are drawn from the region's profile.

各表写首个模拟月（含预热）之前的状况；若是起始年的普查，请用 `burn_in_years = 0` 运行。
The tables say how things stand before the first month simulated, burn-in included; with a census of the start run with
`burn_in_years = 0`.

一户一行，村和户的编号自定。`optional/persons.csv` 是成员表：要用就移到上一级文件夹，并删去 `households` 里的人数各列
和 `schooling`：它们由成员表计算。
One row a household; villages and households have ids of your own. `optional/persons.csv` is a table of members: to use
it, move it one folder up and remove from `households` the columns that count members and `schooling`, which then
follow from it. Headings and words may be Chinese, as in the tables below.
"""


def write_region(name: str, folder: Path) -> list[Path]:
    """Write `NAME.toml` and the table templates in `NAME-tables`; returns the paths.

    Raises FupinError if one of them exists already or the name cannot be a file's.
    """
    stem = name.removesuffix(".toml")
    if not re.fullmatch(r"[\w-]+", stem):
        raise FupinError(
            tell(
                f"{name!r} 不能作名称；允许：字母、数字、- 和 _",
                f"{name!r} cannot be a name; allowed: letters, digits, - and _",
            )
        )
    if not folder.is_dir():
        raise FupinError(tell(f"{folder}：没有这个文件夹", f"{folder}: there is no such folder"))
    tables = folder / f"{stem}-tables"
    files = {folder / f"{stem}.toml": _profile(stem), tables / "COLUMNS.md": describe_tables()}
    for table, columns in TABLES.items():
        # a table of persons does not go with the columns that count members: it waits to be moved up
        files[(tables / "optional" if table == "persons" else tables) / f"{table}.csv"] = _template(columns)
    for path in (folder / f"{stem}.toml", tables):
        if path.exists():
            raise FupinError(
                tell(f"{path}：已存在；另取名称或移走它", f"{path}: exists already; choose another name or remove it")
            )
    (tables / "optional").mkdir(parents=True)
    for path, text in files.items():
        # spreadsheets take a CSV for UTF-8 only with a byte order mark
        encoding = "utf-8-sig" if path.suffix == ".csv" else "utf-8"
        path.write_text(text, encoding=encoding, newline="\n")
    return list(files)


def describe_tables() -> str:
    """The columns of all tables as a Markdown text in both languages."""
    parts = [_ABOUT]
    for table, columns in TABLES.items():
        parts.append(
            f"\n## {table}\n\n| column | 必填 required | 中文 | English | allowed |\n| --- | --- | --- | --- | --- |"
        )
        for column in columns:
            needed = "是 yes" if column.required else ""
            english = column.en + (f" ({column.meaning})" if column.meaning else "")
            chinese = column.zh + (f"（{column.meaning_zh}）" if column.meaning_zh else "")
            parts.append(f"| {column.name} | {needed} | {chinese} | {english} | {column.allowed} |")
    return "\n".join(parts) + "\n"


def _profile(name: str) -> str:
    text = library("scenarios", "regions", "baoding.toml").read_text(encoding="utf-8")
    for pattern, line in (
        (r"^name = .*$", f'name = "{name}"'),
        (r"^zh = .*$", f'zh = "{name}"'),
        (r"^en = .*$", f'en = "{name}"'),
        (r"^# tables = .*$", f'# tables = "{name}-tables"'),
    ):
        text = re.sub(pattern, line, text, count=1, flags=re.MULTILINE)
    return _HEAD.format(name=name) + text


def _template(columns: list[TableColumn]) -> str:
    """Heading and an example row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerow([column.example for column in columns])
    return text.getvalue()
