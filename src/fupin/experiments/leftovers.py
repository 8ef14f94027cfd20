"""Temporary files: whose they are stands in their names, so that those of writers who were killed can be removed.

A name tells the process, and where that process lives: the machine since it was started, and among its processes those
that see each other (containers may share everything else). A process of the same place is asked for; of another
place only age can tell.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import sys
from functools import cache
from pathlib import Path

FORGOTTEN = 3600.0  # seconds for which a writer elsewhere has not touched its file before it counts as gone
_NAME = re.compile(r"\..+\.([0-9a-f]{8})-(\d+)\.part")


def temporary(path: Path) -> Path:
    """The neighbour of `path` to which this process writes before it takes that name."""
    return path.with_name(f".{path.name}.{_place()}-{os.getpid()}.part")


def remove_leftovers(*folders: Path) -> None:
    """Remove the temporary files of writers that are no longer alive; what a living one writes is not touched."""
    for folder in folders:
        for file in folder.glob(".*.part"):
            whose = _NAME.fullmatch(file.name)
            if whose and (not _alive(int(whose[2])) if whose[1] == _place() else _age(file) > FORGOTTEN):
                with contextlib.suppress(
                    OSError
                ):  # another driver was quicker, or it cannot be removed: it harms nobody
                    file.unlink()


@cache
def _place() -> str:
    facts = [platform.node()]
    with contextlib.suppress(OSError):  # as Linux tells it
        facts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        facts.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return hashlib.blake2b(" ".join(facts).encode(), digest_size=4).hexdigest()


def _age(file: Path) -> float:
    """Seconds since a file was last written to, by the clock of its own disk; 0 if nobody can tell."""
    now = file.with_name(f".clock.{_place()}-{os.getpid()}")
    try:
        now.write_bytes(b"")
        return now.stat().st_mtime - file.stat().st_mtime
    except OSError:
        return 0.0
    finally:
        now.unlink(missing_ok=True)


if sys.platform == "win32":
    import ctypes

    def _alive(process: int) -> bool:
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, process)  # the right to ask, and no more
        if not handle:
            return bool(kernel.GetLastError() == 5)  # it is there, and somebody else's
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # still active

else:

    def _alive(process: int) -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True  # it is there, and somebody else's
        with contextlib.suppress(OSError):  # as Linux tells it: one that has ended and that nobody has asked for
            stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
            return stat.rpartition(")")[2].split()[0] not in "ZX"
        return True
