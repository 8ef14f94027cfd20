"""The plan of a sensitivity study, and the study that it becomes: points, repeats with other seeds, arms.

Every point of the sampler is one world in each arm, with the same seed, so that arms differ by their policies alone and
points by their factors alone. Some points are repeated with other seeds (another sample of villages and other luck):
from them noise is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fupin.errors import FupinError, nearest
from fupin.experiments.sensitivity.factors import Factor
from fupin.experiments.sensitivity.methods import METHODS, block_size, sample
from fupin.experiments.study.design import Study
from fupin.labels import tell

WORLDS = "fupin.experiments.sensitivity.worlds:simulate_point"
REPEATED_TRAJECTORIES = 2
REPEATED_POINTS = 20


@dataclass(frozen=True)
class Plan:
    """How a study samples its factors.

    `samples` are trajectories (morris), base points (sobol) or points; `replicates` is the number of other seeds with
    which some points are repeated; `seed` is that of the sampler and of every bootstrap (not of the worlds).
    """

    method: str
    samples: int
    factors: tuple[Factor, ...]
    grouped: bool = False
    second_order: bool = False
    replicates: int = 2
    seed: int = 1

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise FupinError(
                tell(
                    f"--method {self.method!r} 不能识别；{nearest(self.method, METHODS)}",
                    f"--method {self.method!r} is not known; {nearest(self.method, METHODS)}",
                )
            )
        method = METHODS[self.method]
        if self.grouped and not method.groups:
            able = ", ".join(name for name, one in METHODS.items() if one.groups)
            raise FupinError(
                tell(
                    f"--groups 只用于 {able}：{self.method} 没有组的指数",
                    f"--groups goes with {able}: {self.method} has no index of a group",
                )
            )
        if self.second_order and self.method != "sobol":
            raise FupinError(tell("--second-order 只用于 sobol", "--second-order goes with sobol"))
        if self.samples < method.fewest:
            raise FupinError(
                tell(
                    f"--samples {self.samples} 对 {self.method} 太少；至少 {method.fewest}",
                    f"--samples {self.samples} is too few for {self.method}; at least {method.fewest}",
                )
            )
        if self.method == "sobol" and self.samples & (self.samples - 1):
            raise FupinError(
                tell(
                    f"--samples {self.samples}：sobol 序列需要 2 的幂，如 64 或 256",
                    f"--samples {self.samples}: the sequence of sobol needs a power of two, such as 64 or 256",
                )
            )
        if self.replicates < 0 or self.seed < 1:
            raise FupinError(
                tell(
                    "--replicates 须为 0 以上，设计的种子须为 1 以上",
                    "--replicates must be 0 or more, the seed of the design 1 or more",
                )
            )
        if len(self.items) < 2:
            raise FupinError(
                tell(
                    f"只有 {len(self.items)} 项可变动；敏感性研究需要两个以上因素（或组）",
                    f"{len(self.items)} to vary; a sensitivity study needs two factors (or groups) or more",
                )
            )

    @property
    def items(self) -> tuple[str, ...]:
        """What gets an index: paths, or names of groups."""
        names = (factor.group for factor in self.factors) if self.grouped else (one.path for one in self.factors)
        return tuple(dict.fromkeys(names))

    @property
    def groups(self) -> tuple[str, ...] | None:
        """The group of each factor, if groups are moved as one."""
        return tuple(factor.group for factor in self.factors) if self.grouped else None

    @property
    def block(self) -> int:
        """Points of one sample (a trajectory, a base point with its crossings)."""
        return block_size(self.method, len(self.items), self.second_order)

    def points(self) -> NDArray[np.float64]:
        """Probabilities (points, factors), sample after sample."""
        return sample(self.method, len(self.factors), self.groups, self.samples, self.second_order, self.seed)

    def places(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where every factor stands in its range at probabilities u (points, factors); 0 its low end, 1 its high."""
        return np.column_stack([factor.place(u[:, at]) for at, factor in enumerate(self.factors)])

    def repeated(self) -> NDArray[np.int64]:
        """The points that are repeated with other seeds."""
        total = self.samples * self.block
        if not self.replicates:
            return np.empty(0, np.int64)
        if self.method == "morris":
            return np.arange(min(REPEATED_TRAJECTORIES, self.samples) * self.block)
        return np.arange(min(REPEATED_POINTS, self.samples)) * self.block if total else np.empty(0, np.int64)

    def record(self) -> dict[str, Any]:
        """The plan, JSON-like."""
        keys = ("method", "samples", "grouped", "second_order", "replicates", "seed")
        return {key: getattr(self, key) for key in keys} | {"factors": [factor.record() for factor in self.factors]}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Plan:
        """The plan of a record."""
        factors = tuple(Factor.of_record(one) for one in record["factors"])
        return cls(**{**record, "factors": factors})


def design_of(plan: Plan, arms: tuple[str, ...] = (), seed: int = 1) -> pd.DataFrame:
    """One row a run: sample_point, replicate, arm (if there are arms), seed, and the value of every factor."""
    u = plan.points()
    again = plan.repeated()
    place = np.concatenate([np.arange(len(u)), np.tile(again, plan.replicates)])
    replicate = np.concatenate([np.zeros(len(u), np.int64), np.repeat(np.arange(1, plan.replicates + 1), len(again))])
    worlds = max(len(arms), 1)
    columns: dict[str, Any] = {"sample_point": np.repeat(place, worlds), "replicate": np.repeat(replicate, worlds)}
    if arms:
        columns["arm"] = np.tile(np.array(arms, dtype=object), len(place))
    columns["seed"] = seed + columns["replicate"]
    for at, factor in enumerate(plan.factors):
        columns[factor.path] = np.repeat(factor.at(u[:, at])[place], worlds)
    return pd.DataFrame(columns)


def study_of(
    plan: Plan,
    arms: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    name: str = "sensitivity",
    seed: int = 1,
    task: str = WORLDS,
    shared: Mapping[str, Any] | None = None,
    zh: str = "",
    en: str = "",
) -> Study:
    """The study of a plan: `arms` by name hold resolved scenario texts (`toml`), `seed` is that of the worlds.

    What another task needs beside the factors comes in `shared`.
    """
    moved = {factor.path: {"how": factor.how, "setting": factor.setting} for factor in plan.factors}
    arms = dict(arms or {})
    return Study(name, task, design_of(plan, tuple(arms), seed), {"factors": moved, **(shared or {})}, arms, zh, en)
