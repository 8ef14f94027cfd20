"""What scenario text may name: parameters, kinds of instruments, and the library's regions, policies and scenarios.

A plain name is looked up in the library; a name that ends in `.toml` or holds a separator is a file, relative to the
file that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fupin.errors import FupinError, nearest
from fupin.labels import Label, tell
from fupin.library import library
from fupin.model.parameters import ParameterBook, load_parameters
from fupin.model.tomlfile import read_toml

WORDS = {"scenario": "情景", "policy": "政策", "region": "地区"}
_FOLDERS = {"scenario": "", "policy": "policies", "region": "regions"}


@dataclass(frozen=True)
class Catalogue:
    """The parameter book, the instrument classes by kind, and the folder with scenarios, `policies/` and `regions/`."""

    book: ParameterBook
    kinds: Mapping[str, Any]
    folder: Path

    def names(self, what: str) -> list[str]:
        """The names of the library's scenarios, policies or regions (`what`: scenario, policy, region)."""
        return sorted(file.stem for file in (self.folder / _FOLDERS[what]).glob("*.toml"))

    def find(self, what: str, name: str, beside: Path | None = None) -> Path:
        """The file of a scenario, policy or region; raises `FupinError` if there is none.

        `beside` is the folder that relative paths start from (default: the current one).
        """
        if is_path(name):
            file = Path(name.replace("\\", "/")).expanduser()
            file = file if file.is_absolute() or beside is None else beside / file
            if not is_there(file):
                raise FupinError(tell(f"{name}：没有这个{WORDS[what]}文件", f"{name}: there is no such {what} file"))
            return file
        if name not in self.names(what):
            raise self._unknown(what, name, beside)
        return self.folder / _FOLDERS[what] / f"{name}.toml"

    def _unknown(self, what: str, name: str, beside: Path | None) -> FupinError:
        named = name if name.endswith(".toml") else f"{name}.toml"
        if is_there((beside or Path()) / named):
            advice = tell(f"自己的文件要写全：{named}", f"a file of your own is named in full: {named}")
        else:
            near = nearest(name, self.names(what), labels=self.labels(what))
            advice = tell(
                f"{near}（自己的文件：写出路径，以 .toml 结尾）",
                f"{near} (a file of your own: give its path, ending in .toml)",
            )
        return FupinError(tell(f"没有{WORDS[what]} {name!r}；{advice}", f"unknown {what} {name!r}; {advice}"))

    def labels(self, what: str) -> dict[str, str]:
        """The Chinese names of the library's scenarios, policies or regions."""
        return {name: self.label(what, name).zh for name in self.names(what)}

    def label(self, what: str, name: str) -> Label:
        """What a scenario, policy or region of the library is called."""
        content, _ = read_toml(self.find(what, name))
        return Label(str(content.get("zh", "")), str(content.get("en", "")))

    def settings_of(self, kind: str) -> type[Any]:
        """The settings class of a kind of instrument; raises `FupinError` for an unknown kind."""
        if kind not in self.kinds:
            near = nearest(kind, self.kinds, labels={name: known.zh for name, known in self.kinds.items()})
            raise FupinError(tell(f"没有政策工具 {kind!r}；{near}", f"unknown instrument {kind!r}; {near}"))
        settings: type[Any] = self.kinds[kind].Settings
        return settings


def is_path(name: str) -> bool:
    """Does a name mean a file rather than an entry of the library?"""
    return name.endswith(".toml") or "/" in name or "\\" in name


def is_there(file: Path) -> bool:
    """Is there such a file? Not if its name is longer than any file system takes."""
    try:
        return file.is_file()
    except OSError:
        return False


@cache
def catalogue() -> Catalogue:
    """The catalogue of this installation: its library and all installed instruments."""
    from fupin.model.instruments.kinds import instrument_kinds  # instruments load the model: only when needed

    return Catalogue(load_parameters(library("model", "parameters")), instrument_kinds(), library("scenarios"))
