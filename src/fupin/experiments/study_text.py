"""Studies as data: a TOML file says which command is asked with which options, signed by whoever asks.

    name = "five-families"
    zh = "…"        en = "…"        author = "…"        date = 2026-11-26        sources = ["…"]
    command = "compare"
    scenario = "baoding"
    [options]
    policy = ["industry", "relocation"]
    replicates = 10

The options are those of the command, without the dashes; what is not known there is refused with the nearest name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from fupin.errors import FupinError, nearest
from fupin.experiments.results import plain_name
from fupin.experiments.study.identity import code_identity, digest
from fupin.labels import tell
from fupin.library import library
from fupin.model.tomlfile import Source, read_toml
from fupin.scenarios.catalogue import is_path
from fupin.scenarios.policy import AboutText, read_text

COMMANDS = ("compare", "sensitivity", "sweep", "search")
NOT_IN_A_FILE = ("out", "lang", "as_json", "engine", "workers", "deadline", "retry_failed", "figures", "pdf", "panel")


class StudyText(AboutText):
    """The keys of a study file."""

    command: str = Field(description="命令 · one of compare, sensitivity, sweep, search")
    scenario: str = Field(description="情景 · a scenario of the library or a .toml file")
    options: dict[str, Any] = Field({}, description="选项 · options of the command, without the dashes")


@dataclass(frozen=True)
class StudyFile:
    """A study as it is written, and where."""

    text: StudyText
    source: Source
    folder: Path

    @property
    def results(self) -> Path:
        """Where it is run if nobody says otherwise; another text or another code is another folder."""
        content = [self.text.command, self.text.scenario, self.text.options, code_identity()]
        return Path("results", "studies", f"{plain_name(self.text.name)}-{digest(content)[:8]}")

    def arguments(self, known: Mapping[str, bool]) -> list[str]:
        """The words of the command: scenario and options. `known` says which options there are and which are flags.

        Raises FupinError (file, line, key) for an unknown option and for a value of the wrong shape.
        """
        allowed = {name: flag for name, flag in known.items() if name not in NOT_IN_A_FILE}
        words = [self.scenario()]
        for name, value in self.text.options.items():
            place = ("options", name)
            if name not in allowed:
                raise self.source.error(
                    tell(
                        f"{self.text.command} 没有选项 {name!r}；{nearest(name, allowed)}",
                        f"{self.text.command} has no option {name!r}; {nearest(name, allowed)}",
                    ),
                    place,
                )
            option = "--" + name.replace("_", "-")
            if allowed[name]:
                if not isinstance(value, bool):
                    raise self.source.error(
                        tell(
                            f"不能是 {value!r}；可写 true 或 false",
                            f"{value!r} is not allowed; allowed: true or false",
                        ),
                        place,
                    )
                words += [option] if value else []
                continue
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, (bool, dict, list)):
                    raise self.source.error(
                        tell(
                            f"不能是 {one!r}；可写数、文字或其列表",
                            f"{one!r} is not allowed; allowed: numbers, words, or a list of them",
                        ),
                        place,
                    )
                words += [option, self._file(str(one))]
        return words

    def scenario(self) -> str:
        """The scenario's name, or its file as seen from here."""
        return self._file(self.text.scenario)

    def _file(self, word: str) -> str:
        """A file that is named relative to the study's own folder."""
        beside = self.folder / word
        return str(beside) if is_path(word) and not Path(word).is_absolute() and beside.is_file() else word


def studies() -> list[str]:
    """Names of the studies of the library."""
    return sorted(file.stem for file in library("experiments").glob("*.toml"))


def load_study_file(name: str) -> StudyFile:
    """A study of the library by name, or a file; raises FupinError (file, line, key) for any mistake in it."""
    if is_path(name):
        path = Path(name)
        if not path.is_file():
            raise FupinError(
                tell(
                    f"{name}：没有这个研究文件",
                    f"{name}: there is no such study file",
                )
            )
    elif name in studies():
        path = library("experiments", f"{name}.toml")
    else:
        raise FupinError(
            tell(
                f"没有研究 {name!r}；{nearest(name, studies())}（自己的文件：写出路径）",
                f"unknown study {name!r}; {nearest(name, studies())} (a file of your own: give its path)",
            )
        )
    content, source = read_toml(path)
    text = read_text(StudyText, {"name": path.stem} | content, source)
    if text.command not in COMMANDS:
        raise source.error(
            tell(
                f"没有命令 {text.command!r}；{nearest(text.command, COMMANDS)}",
                f"{text.command!r} is not known; {nearest(text.command, COMMANDS)}",
            ),
            ("command",),
        )
    return StudyFile(text, source, path.parent)
