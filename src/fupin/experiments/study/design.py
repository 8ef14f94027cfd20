"""A study: which task, on which rows of a design table, with what the runs share; and how it is cut into chunks."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from fupin.errors import FupinError
from fupin.experiments.study.identity import code_identity, digest, task_identity
from fupin.labels import tell

PARTS = 200  # parts that a study is cut into, if it has as many runs
LARGEST_CHUNK = 1000
SMALLEST_CHUNK, FEW = 8, 32  # runs in a part, so that its writing costs little; fewer if a study had too few parts

type Tables = Mapping[str, Mapping[str, ArrayLike]]
"""What a run gives back: tables by name, each of columns by name, all columns of a table equally long."""


@dataclass(frozen=True)
class Job:
    """One run as its task sees it. Call `check()` now and then: it ends a run that is past its deadline."""

    row: Mapping[str, Any]
    shared: Mapping[str, Any]
    arm: Mapping[str, Any]
    check: Callable[[], None]


@dataclass(frozen=True)
class Study:
    """What is run.

    `task` names a function `package.module:function` that takes a `Job` and returns `Tables`; it must depend on nothing
    else. `design` has one row a run (numbers and words); if it has a column `arm`, the job of a row gets the entry of
    that name in `arms`. `shared` goes to every job. `shared` and `arms` are JSON-like. `chunk` runs make one part; by
    default as many as give some 200 parts. It must not depend on who runs the study, or the parts differ.
    """

    name: str
    task: str
    design: pd.DataFrame
    shared: Mapping[str, Any] = field(default_factory=dict)
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zh: str = ""
    en: str = ""
    chunk: int = 0

    def __post_init__(self) -> None:
        if "run" in self.design.columns:
            raise ValueError("the column `run` of a design is made by the study")
        if not len(self.design):
            raise FupinError(
                tell(
                    f"研究 {self.name!r} 没有运行；允许：至少一次",
                    f"study {self.name!r} has no runs; allowed: at least one",
                )
            )
        if "arm" in self.design.columns:
            unknown = sorted(set(self.design["arm"]) - set(self.arms))
            if unknown:
                raise ValueError(f"the design names arms that are not given: {', '.join(unknown)}")

    def __len__(self) -> int:
        return len(self.design)

    @property
    def chunk_size(self) -> int:
        """Runs in one part."""
        usual = max(math.ceil(len(self) / PARTS), min(SMALLEST_CHUNK, math.ceil(len(self) / FEW)))
        return self.chunk or min(usual, LARGEST_CHUNK)

    @property
    def chunks(self) -> int:
        """Number of parts."""
        return math.ceil(len(self) / self.chunk_size)

    def runs_of(self, chunk: int) -> range:
        """The runs of a chunk."""
        first = chunk * self.chunk_size
        return range(first, min(first + self.chunk_size, len(self)))

    def chunk_of(self, run: int) -> int:
        """The chunk of a run."""
        return run // self.chunk_size

    def row(self, run: int) -> dict[str, Any]:
        """One row of the design as plain numbers and words."""
        return {str(name): _plain(self.design[name].iloc[run]) for name in self.design.columns}

    def job(self, run: int, check: Callable[[], None]) -> Job:
        """One run, ready for its task."""
        row = self.row(run)
        return Job(row, self.shared, self.arms.get(row.get("arm", ""), {}), check)

    def keys(self) -> list[str]:
        """The content-addressed key (32 hex digits) of every run."""
        common = {"task": self.task, "shared": self.shared, "code": code_identity(), **task_identity(self.task)}
        heads = {name: digest(common | {"arm": arm}) for name, arm in self.arms.items()} | {"": digest(common)}
        columns = [str(name) for name in self.design.columns if name != "arm"]
        arms = self.design["arm"].tolist() if "arm" in self.design.columns else [""] * len(self)
        rows = zip(*(self.design[name].tolist() for name in columns), strict=True) if columns else [()] * len(self)
        return [
            digest([heads[arm], dict(zip(columns, row, strict=True))])[:32] for arm, row in zip(arms, rows, strict=True)
        ]

    def identity(self) -> str:
        """SHA-256 (hex) of all that can change the parts: the runs' keys in order and the size of a chunk."""
        names = self.design["arm"].tolist() if "arm" in self.design.columns else []
        return digest([self.keys(), names, self.chunk_size])

    def function(self) -> Callable[[Job], Tables]:
        """The task, imported."""
        module, _, name = self.task.partition(":")
        found: Callable[[Job], Tables] = getattr(importlib.import_module(module), name)
        return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
