"""Users' own tables: CSV (UTF-8 with or without byte order mark, or GBK) or Parquet, read with care.

A table is read into arrays by column: texts as a list of `str`, all else as floats with NaN for an empty cell. Every
complaint names file, row and column, what was given and what is allowed; rows are counted as a spreadsheet does, the
heading being row 1.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fupin.errors import FupinError, nearest, system_reason
from fupin.labels import tell
from fupin.scenarios.scores import Floats
from fupin.scenarios.table_columns import CHOICE, FLAG, TABLES, TEXT, WHOLE, TableColumn
from fupin.scenarios.table_files import SUFFIXES, table_files

YES, NO = ("1", "1.0", "yes", "y", "true", "是", "有"), ("0", "0.0", "no", "n", "false", "否", "无")
SHEETS = (".xlsx", ".xls", ".xlsm", ".ods", ".et")  # what spreadsheets save unless they are asked for CSV
FROM_PERSONS = "schooling"  # the column of households, besides the counts, that a table of persons says already


@dataclass(frozen=True)
class UserTable:
    """A validated table: `texts` and `numbers` by column; only columns that the file has."""

    file: str
    rows: int
    texts: dict[str, list[str]]
    numbers: dict[str, Floats]

    def error(self, row: int, column: str, problem: str) -> FupinError:
        """A complaint about a cell; `row` counts data rows from 0."""
        return FupinError(
            tell(
                f"{self.file} 第 {row + 2} 行 {column} 列：{problem}",
                f"{self.file}, row {row + 2}, column {column}: {problem}",
            )
        )


def read_tables(folder: Path) -> dict[str, UserTable]:
    """All tables of a folder by name; `households` is always among them.

    Raises FupinError for a folder without households, a file that is no known table, and everything in a file that
    cannot be used.
    """
    found: dict[str, Path] = {}
    try:
        _all_readable(sorted(folder.iterdir()))
        paths = table_files(folder)
    except OSError as error:
        raise FupinError(
            tell(
                f"{folder}：文件夹读不出（{system_reason(error)}）",
                f"{folder}: the folder cannot be read ({system_reason(error)})",
            )
        ) from None
    for path in paths:
        name = path.stem.lower()
        if name not in TABLES:
            raise FupinError(
                tell(
                    f"{path}：没有表 {path.stem!r}；{nearest(name, TABLES)}",
                    f"{path}: unknown table {path.stem!r}; {nearest(name, TABLES)}",
                )
            )
        if name in found:
            raise FupinError(
                tell(
                    f"{path}：另有 {found[name].name}；只留一个",
                    f"{path}: there is a {found[name].name} too; keep one of them",
                )
            )
        found[name] = path
    if "households" not in found:
        raise FupinError(
            tell(
                f"{folder}：没有 households.csv（或 households.parquet）",
                f"{folder}: holds no households.csv (or households.parquet)",
            )
        )
    columns = dict(TABLES)
    if "persons" in found:
        columns["households"] = [
            column for column in TABLES["households"] if column.unit != "persons" and column.name != FROM_PERSONS
        ]
    return {name: read_table(path, columns[name]) for name, path in found.items()}


def _all_readable(paths: Sequence[Path]) -> None:
    """A table in a format that is not read must not be passed over in silence; other files may lie beside."""
    for path in paths:
        stem, _, ending = path.name.lower().partition(".")
        table = stem in TABLES and f".{ending}" not in SUFFIXES
        sheet = path.suffix.lower() in SHEETS and not path.name.startswith(("~", "."))
        if path.is_file() and (table or sheet):
            raise FupinError(
                tell(
                    f"{path}：不读这种格式；请另存为 CSV（或 Parquet），或移出文件夹",
                    f"{path}: this format is not read; save it as CSV (or Parquet), or move it out of the folder",
                )
            )


def read_table(path: Path, columns: Sequence[TableColumn]) -> UserTable:
    """One table, validated against its columns."""
    head, cells = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    known = {column.name: column for column in columns}
    chinese = {column.zh: column.name for column in TABLES.get(path.stem.lower(), columns)}
    head = [chinese.get(name, name) for name in head]
    for place, name in enumerate(head):
        if name not in known and any(name == column.name for column in TABLES.get(path.stem.lower(), ())):
            raise FupinError(
                tell(
                    f"{path} 第 1 行：列 {name!r} 由成员表计算；请删去",
                    f"{path}, row 1: column {name!r} is counted from the persons table; remove it",
                )
            )
        if name not in known:
            labels = {one: column.zh for one, column in known.items()}
            raise FupinError(
                tell(
                    f"{path}，第 1 行：没有列 {name!r}；{nearest(name, known, labels=labels)}",
                    f"{path}, row 1: unknown column {name!r}; {nearest(name, known)}",
                )
            )
        if name in head[:place]:
            raise FupinError(
                tell(
                    f"{path} 第 1 行：两列都叫 {name!r}；只留一个",
                    f"{path}, row 1: two columns {name!r}; keep one of them",
                )
            )
    missing = [column.name for column in columns if column.required and column.name not in head]
    if missing:
        needed = ", ".join(column.name for column in columns if column.required)
        raise FupinError(
            tell(
                f"{path}：缺少列 {missing[0]!r}；必填：{needed}",
                f"{path}: the column {missing[0]!r} is missing; required: {needed}",
            )
        )
    if not cells[0]:
        raise FupinError(
            tell(
                f"{path}：表里没有数据行；允许：标题下至少一行",
                f"{path}: the table has no rows; allowed: at least one below the heading",
            )
        )
    table = UserTable(str(path), len(cells[0]), {}, {})
    for name, values in zip(head, cells, strict=True):
        if known[name].kind == TEXT:
            table.texts[name] = _texts(table, known[name], values)
        else:
            table.numbers[name] = _numbers(table, known[name], values)
    return table


def _texts(table: UserTable, column: TableColumn, values: list[str]) -> list[str]:
    if column.required:
        for row, value in enumerate(values):
            if not value:
                raise table.error(
                    row,
                    column.name,
                    tell(f"这一格是空的；允许：{column.allowed}", f"the cell is empty; allowed: {column.allowed}"),
                )
    return values


def _numbers(table: UserTable, column: TableColumn, values: list[str]) -> Floats:
    if column.kind in (FLAG, CHOICE):
        codes = dict.fromkeys(YES, 1.0) | dict.fromkeys(NO, 0.0) if column.kind == FLAG else _codes(column)
        numbers = np.array([codes.get(value.lower(), math.nan) for value in values])
    else:
        numbers = np.array([_number(value) for value in values])
    given = np.array([bool(value) for value in values])
    wrong = (given & ~(np.isfinite(numbers) & (numbers >= column.low) & (numbers <= column.high))) | (
        ~given & column.required
    )
    if column.kind == WHOLE:
        wrong |= given & (numbers != np.floor(numbers))
    bad = np.flatnonzero(wrong)
    if len(bad):
        value = values[bad[0]]
        problem = repr(value) if value else tell("这一格是空的", "the cell is empty")
        more = tell(f"（另有 {len(bad) - 1} 行）", f" (and {len(bad) - 1} more rows)") if len(bad) > 1 else ""
        raise table.error(
            int(bad[0]),
            column.name,
            tell(f"{problem}；允许：{column.allowed}{more}", f"{problem}; allowed: {column.allowed}{more}"),
        )
    return numbers


def _allowed(column: TableColumn) -> str:
    return tell(f"；可填：{column.allowed}", f"; allowed: {column.allowed}")


def _codes(column: TableColumn) -> dict[str, float]:
    codes = {name.lower(): float(code) for code, label in column.choices.items() for name in label}
    return codes | {form: float(code) for code in column.choices for form in (str(code), f"{code}.0")}


def _number(text: str) -> float:
    try:
        return math.nan if "_" in text else float(text)  # Python reads 1_000 as a number, nobody else does
    except ValueError:
        return math.nan


def _csv(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FupinError(
            tell(
                f"{path}：文件读不出（{system_reason(error)}）",
                f"{path}: the file cannot be read ({system_reason(error)})",
            )
        ) from None
    text = _decoded(path, raw)
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        head = [name.strip() for name in next(rows, [])]
        if len(head) == 1 and any(mark in head[0] for mark in ";\t，"):
            raise FupinError(
                tell(
                    f"{path} 第 1 行：列之间不是逗号；请存为逗号分隔的 CSV",
                    f"{path}, row 1: the columns are not separated by commas; save the file as CSV with commas",
                )
            )
        while head and not head[-1]:
            head.pop()  # spreadsheets leave empty columns at the end
        cells: list[list[str]] = [[] for _ in head or [""]]
        for number, row in enumerate(rows, 2):
            if not any(cell.strip() for cell in row):
                cells = _blank(path, number, rows, cells)
                break
            if len(row) < len(head) or any(cell.strip() for cell in row[len(head) :]):
                raise FupinError(
                    tell(
                        f"{path} 第 {number} 行：{len(row)} 格；允许：{len(head)} 格，同标题",
                        f"{path}, row {number}: {len(row)} cells; allowed: {len(head)}, as in the heading",
                    )
                )
            for column, cell in zip(cells, row, strict=False):
                column.append(cell.strip())
    except csv.Error as error:
        raise FupinError(
            tell(
                f"{path} 第 {rows.line_num} 行：不是有效的 CSV（{error}）",
                f"{path}, line {rows.line_num}: not valid CSV ({error})",
            )
        ) from None
    return head, cells


def _blank(path: Path, number: int, rows: Any, cells: list[list[str]]) -> list[list[str]]:
    """Empty rows may end a table, not interrupt it."""
    if any(cell.strip() for row in rows for cell in row):
        raise FupinError(
            tell(
                f"{path} 第 {number} 行：表中间的空行；请删去",
                f"{path}, row {number}: an empty row within the table; remove it",
            )
        )
    return cells


def _decoded(path: Path, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
    raise FupinError(
        tell(
            f"{path} 第 {line} 行：既不是 UTF-8 也不是 GBK 文本；请存为 UTF-8",
            f"{path}, row {line}: neither UTF-8 nor GBK text; save the file as UTF-8",
        )
    )


def _parquet(path: Path) -> tuple[list[str], list[list[str]]]:
    import duckdb

    try:
        with duckdb.connect() as connection:
            answer = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            head = [str(item[0]) for item in answer.description or []]
            rows = answer.fetchall()
    except duckdb.Error as error:
        raise FupinError(
            tell(
                f"{path}：不是能读的 Parquet 文件（{str(error).splitlines()[0]}）",
                f"{path}: not a Parquet file that can be read ({str(error).splitlines()[0]})",
            )
        ) from None
    cells = [[_cell(value) for value in column] for column in zip(*rows, strict=True)] or [[] for _ in head or [""]]
    return head, cells


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value).strip()
