"""Where compiled loops are kept: the user's cache folder, by their text, the compiler and the mathematics they use.

A folder that cannot be written, or a file that is damaged, costs a compilation and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

_HERE = Path(__file__).parent


def cache_folder() -> Path:
    """The user's folder for compiled loops: `FUPIN_CACHE`, or where the system keeps such things."""
    given = os.environ.get("FUPIN_CACHE")
    if given:
        return Path(given) / "kernels"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fupin" / "kernels"


@functools.cache
def _versions() -> str:
    import numba

    digest = hashlib.blake2b(digest_size=8)
    for part in (sys.version, numba.__version__, np.__version__):
        digest.update(part.encode())
    for file in ("mathematics.py", "compiling.py"):
        digest.update((_HERE / file).read_bytes())
    return digest.hexdigest()


def name_of(text: str) -> str:
    """The name of a loop: what it says, and with what it would be compiled."""
    return "loop_" + hashlib.blake2b((_versions() + text).encode(), digest_size=12).hexdigest()


def load(text: str) -> Any:
    """The compiled loop of a text, from the cache folder if it is there."""
    name = name_of(text)
    folder = cache_folder()
    try:
        return _from(folder, name, text)
    except Exception:  # whatever is wrong with the folder: a place of our own will do
        return _from(Path(tempfile.mkdtemp(prefix="fupin-")), name, text)


def forget(text: str) -> None:
    """Remove what is kept of a loop, because it is damaged."""
    folder = cache_folder()
    for file in [folder / f"{name_of(text)}.py", *(folder / "__pycache__").glob(f"{name_of(text)}*")]:
        file.unlink(missing_ok=True)


def clear() -> None:
    """Remove all compiled loops."""
    shutil.rmtree(cache_folder(), ignore_errors=True)


def _from(folder: Path, name: str, text: str) -> Any:
    file = folder / f"{name}.py"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(scratch, file)
    return _module(file, name).loop


def _module(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fupin_{name}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba finds the functions of a kept loop by the name of their module
    spec.loader.exec_module(module)
    return module
