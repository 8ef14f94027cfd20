"""Results folders: every file appears whole or not at all, tables as Parquet and as CSV that Excel opens."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fupin.errors import FupinError, system_reason
from fupin.experiments.leftovers import temporary
from fupin.labels import tell
from fupin.scenarios.resolved import ResolvedScenario

if TYPE_CHECKING:
    import duckdb


DEVICES = r"con|prn|aux|nul|(com|lpt)\d"  # what Windows takes for a device, whatever its ending


def default_folder(scenario: ResolvedScenario, *others: ResolvedScenario) -> Path:
    """`results/<scenario>-<first eight characters of the identity>`; with others, of the identities of all of them."""
    key = scenario.identity()
    if others:
        key = hashlib.sha256(" ".join([key, *(other.identity() for other in others)]).encode()).hexdigest()
    return Path("results", f"{plain_name(scenario.name)}-{'compare-' if others else ''}{key[:8]}")


def plain_name(name: str) -> str:
    """A name that any file system takes."""
    plain = re.sub(r"[^\w.+-]+", "-", Path(name).stem if name.endswith(".toml") else name).strip("-. ") or "world"
    return f"_{plain}" if re.fullmatch(DEVICES, plain.partition(".")[0], re.IGNORECASE) else plain


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Such a name for each of several, no two alike: files `a/x.toml` and `b/x.toml`, names that differ in capitals."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        first = plain = plain_name(name)
        place = 1
        while plain.casefold() in taken:
            place += 1
            plain = f"{first}-{place}"
        taken.add(plain.casefold())
        found[name] = plain
    return found


def open_folder(path: Path) -> Path:
    """Make the folder if need be and try to write into it, before hours are spent; raises FupinError if that fails."""
    probe = temporary(path / "probe")  # of this process alone: another may try at the same moment
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)  # another thread has done it
    except OSError as error:
        raise FupinError(
            tell(
                f"不能把结果写入 {path}：{system_reason(error)}；请用 --out 指定另一个文件夹",
                f"cannot write results to {path}: {system_reason(error)}; name another folder with --out",
            )
        ) from None
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary neighbour of `path` to write to; on success it is flushed and takes that name."""
    neighbour = temporary(path)
    try:
        yield neighbour
        with neighbour.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(neighbour, path)  # noqa: PTH105 — replaces an existing file on Windows too
    except OSError as error:
        error.filename = error.filename or str(path)  # a full disk is told by the system without the file's name
        raise
    finally:
        neighbour.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file."""
    with replacing(path) as neighbour:
        neighbour.write_text(text, encoding="utf-8", newline="\n")


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file in UTF-8 with a byte-order mark, which Excel on a Chinese Windows needs."""
    with replacing(path) as neighbour:
        table.to_csv(neighbour, index=False, encoding="utf-8-sig", lineterminator="\r\n", float_format="%.10g")


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file; the same table gives the same bytes."""
    with replacing(path) as neighbour:
        connection, target = _writer(), str(neighbour).replace("'", "''")
        connection.register("rows", table)
        try:
            connection.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        except Exception as error:
            raise _of_the_system(error, path) from None
        finally:
            connection.unregister("rows")


def _of_the_system(error: Exception, path: Path) -> Exception:
    """What DuckDB could not write, as the system's own error (which names the file); anything else as it is."""
    import duckdb

    if not isinstance(error, duckdb.IOException):
        return error
    number = re.search(r'"errno"\s*:\s*"?(\d+)', str(error))
    code = int(number[1]) if number else errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else errno.EIO
    return OSError(code, os.strerror(code), str(path))


_WRITERS = threading.local()


def _writer() -> duckdb.DuckDBPyConnection:
    """This thread's connection: to open one costs more than to write a small file."""
    if not hasattr(_WRITERS, "connection"):
        import duckdb  # only when something is written

        _WRITERS.connection = duckdb.connect(config={"threads": 1})
    found: duckdb.DuckDBPyConnection = _WRITERS.connection
    return found


def write_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write `name`.parquet and `name`.csv."""
    write_parquet(folder / f"{name}.parquet", table)
    write_csv(folder / f"{name}.csv", table)
