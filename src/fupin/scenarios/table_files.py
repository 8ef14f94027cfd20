"""The files of a user's own tables: which they are, and what they hold as a whole."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

SUFFIXES = (".csv", ".parquet")


def table_files(folder: Path) -> list[Path]:
    """The files of a folder that are tables, by name; raises OSError if it cannot be read."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def tables_digest(folder: Path) -> str:
    """SHA-256 (hex) of all tables of a folder; they are read again when a size or a time of writing has changed.

    Raises OSError if the folder or a file cannot be read.
    """
    facts = ((path, path.stat()) for path in table_files(folder))
    return _digest(tuple((path, fact.st_size, fact.st_mtime_ns) for path, fact in facts))


@lru_cache(maxsize=16)
def _digest(files: tuple[tuple[Path, int, int], ...]) -> str:
    found = hashlib.sha256()
    for path, _, _ in files:
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()
