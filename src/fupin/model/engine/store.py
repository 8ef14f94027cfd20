"""Where compiled loops are kept: the user's cache folder, by their text, the compiler and the mathematics they use.

A folder that cannot be written, or a file that is damaged, costs a compilation and nothing else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

VARIABLE = "FUPIN_CACHE"
_HERE = Path(__file__).parent


class Loop:
    """A loop, by its name in a text, that is compiled, or read from the folder, when it is first called."""

    def __init__(self, text: str, name: str = "loop") -> None:
        self.text, self.name = text, name
        self.run: Callable[..., Any] = self._first
        self.ready = False  # compiled or read, so that it can be run anywhere

    def _first(self, *arguments: Any) -> Any:
        known = is_kept(self.text, self.name)
        if not known:
            told(1)
        try:
            loop = getattr(_kept(self.text), self.name)
            result = loop(*arguments)
        except Exception:  # no loop raises anything itself: its file, or the folder, is at fault
            forget(self.text)
            loop = _in_memory(self.text)[self.name]
            result = loop(*arguments)
        self.run, self.ready = loop, True
        if not known:
            told(0)
        return result


told: Callable[[int], None] = lambda begun: None  # noqa: E731
"""Called with 1 before a loop is compiled and with 0 after; `listen` replaces it."""


@contextlib.contextmanager
def listen(listener: Callable[[int], None]) -> Any:
    """Have somebody told of every loop that has to be compiled."""
    global told
    before, told = told, listener
    try:
        yield
    finally:
        told = before


def cache_folder() -> Path:
    """The folder of loops: `FUPIN_CACHE`, or where the user's system keeps what can be made again."""
    given = os.environ.get(VARIABLE)
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
    """All that a compiled loop depends on besides its own text and the processor."""
    import numba

    digest = hashlib.blake2b(digest_size=8)
    for part in (sys.version, numba.__version__, np.__version__):
        digest.update(part.encode())
    for file in ("mathematics.py", "compiling.py"):
        digest.update((_HERE / file).read_bytes())
    return digest.hexdigest()


def name_of(text: str) -> str:
    """The name of a text: what it says, and with what it is compiled."""
    return f"loop_{_versions()}_{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def is_warm() -> bool:
    """Have loops been compiled here before, by this compiler?"""
    return any(cache_folder().glob(f"loop_{_versions()}_*.py"))


def is_kept(text: str, name: str = "loop") -> bool:
    """Has this loop of a text been compiled here before?"""
    return any((cache_folder() / "__pycache__").glob(f"{name_of(text)}.{name}-*.nbi"))


def forget(text: str) -> None:
    """Remove what is kept of a text."""
    with contextlib.suppress(OSError):
        folder = cache_folder()
        for file in [folder / f"{name_of(text)}.py", *(folder / "__pycache__").glob(f"{name_of(text)}*")]:
            file.unlink(missing_ok=True)


def _kept(text: str) -> Any:
    """The module of a text, beside which Numba keeps the machine code of its loops."""
    name, folder = name_of(text), cache_folder()
    file = folder / f"{name}.py"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        folder.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(scratch).replace(file)
    spec = importlib.util.spec_from_file_location(f"fupin_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba finds the functions of a kept loop by the name of their module
    spec.loader.exec_module(module)
    return module


def _in_memory(text: str) -> dict[str, Any]:
    """The loops of a text, kept nowhere."""
    names: dict[str, Any] = {"__name__": f"fupin_{name_of(text)}"}
    exec(compile(re.sub(r"import (compiled\w*)", r"import unkept as \1", text), name_of(text), "exec"), names)
    return names
