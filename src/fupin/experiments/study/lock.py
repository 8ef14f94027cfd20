"""One driver a study: a lock of the operating system, which ends with its process, however that ends."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fupin.errors import FupinError
from fupin.labels import tell

HELD = 64  # the byte that is locked lies behind the holder's name, so that others can read it


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a study's folder; raises FupinError, naming the holder, if another process has it."""
    path = folder / "lock"
    with path.open("a+", encoding="utf-8") as file:
        if not _take(file):
            holder = path.read_text(encoding="utf-8").strip() or "?"
            raise FupinError(
                tell(
                    f"{folder} 正由 {holder} 运行，请等它结束", f"{folder} is being run by {holder}; wait for it to end"
                )
            )
        file.truncate(0)
        file.write(f"{platform.node()}, {tell('进程', 'process')} {os.getpid()}"[:HELD])
        file.flush()
        try:
            yield
        finally:
            _release(file)


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        file.seek(HELD)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[str]) -> None:
        file.seek(HELD)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _release(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
