"""What is asked, as a study: one row a replicate, whose seed is that of the scenario plus the replicate's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.compare import Arm
from fupin.experiments.replicated.costs import DISCOUNT
from fupin.experiments.study import Study
from fupin.experiments.study.identity import digest, task_identity
from fupin.labels import tell

TASK = "fupin.experiments.replicated.replicate:replicate"


@dataclass(frozen=True)
class Asked:
    """A comparison over replicates: the arms and the reference, how often, at which budget (yuan; none: as written)."""

    arms: Mapping[str, Arm]
    against: str
    reference: Arm
    replicates: int
    discount: float = DISCOUNT
    budget: float | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the policies of each arm

    def __post_init__(self) -> None:
        if self.replicates < 1:
            raise FupinError(
                tell(
                    f"--replicates {self.replicates} 不允许；允许：1 以上",
                    f"--replicates {self.replicates} is not allowed; allowed: 1 or more",
                )
            )
        if not -0.5 < self.discount < 1.0:
            raise FupinError(
                tell(
                    f"--discount {self.discount:g} 不允许；允许：年率，如 0.05",
                    f"--discount {self.discount:g} is not allowed; allowed: a yearly rate such as 0.05",
                )
            )
        if self.budget is not None and not self.budget > 0.0:
            raise FupinError(
                tell(
                    f"--budget {self.budget:g} 不允许；允许：大于 0 元",
                    f"--budget {self.budget:g} is not allowed; allowed: more than 0 yuan",
                )
            )

    @property
    def identity(self) -> str:
        """What distinguishes this comparison from any other (hex)."""
        worlds = [self.reference.scenario, *(arm.scenario for arm in self.arms.values())]
        numbers = [self.replicates, self.discount, self.budget or 0.0]
        return digest([*(world.identity() for world in worlds), list(self.arms), *numbers, task_identity(TASK)])

    def study(self, arms: Mapping[str, Arm] | None = None) -> Study:
        """The study of all arms, or of some at other sizes."""
        arms = self.arms if arms is None else arms
        base = self.reference.scenario
        seeds = [base.seed + replicate for replicate in range(self.replicates)]
        return Study(
            name=f"{base.name}-compare",
            task=TASK,
            design=pd.DataFrame({"replicate": range(self.replicates), "seed": seeds}),
            shared={
                "reference": base.to_toml(),
                "against": self.against,
                "discount": self.discount,
                "worlds": {name: arm.scenario.to_toml() for name, arm in arms.items()},
            },
            arms={name: arm.label._asdict() for name, arm in arms.items()},  # what `fupin study show` calls them
            zh=f"政策比较：{base.zh}",
            en=f"policies compared: {base.en}",
        )
