"""The arms of a comparison, as a planner names them: `industry+finance` is one arm of two stacked policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fupin.errors import FupinError
from fupin.experiments.compare import Arm
from fupin.labels import Label, tell
from fupin.scenarios.overrides import prepare
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.sampling import counties_of
from fupin.scenarios.scenario import Scenario


def split(arm: str) -> list[str]:
    """The policies of an arm; a file whose name holds a `+` stays whole. Raises FupinError for an empty name."""
    names = [arm] if Path(arm).is_file() else [name.strip() for name in arm.split("+")]
    if not all(names):
        raise FupinError(
            tell(
                f"--policy {arm!r}：缺少政策名；允许：名称，或 名称+名称",
                f"--policy {arm!r}: a policy name is missing; allowed: NAME or NAME+NAME",
            )
        )
    return names


def arms_of(
    name: str, policies: Sequence[str], against: str | None, sets: Sequence[str], keys: Mapping[str, Any]
) -> tuple[dict[str, Arm], str, Arm]:
    """The arms, the name of the reference and the reference, ready to be run.

    Without policies the scenario's own are the one arm; without `against` the scenario names the reference. A `--set`
    of an instrument that only some arms have changes those arms; one that no arm has is a mistake (FupinError).
    """
    changed = {**keys, "against": against}
    own = prepare(name, sets=sets, **changed)
    against = own.text.against
    listed = policies or ["+".join(policy.name for policy in own.policies) or "do-nothing"]
    worlds = {arm: prepare(name, policies=split(arm), sets=sets, **changed) if policies else own for arm in listed}
    _check_sets(list(worlds.values()))
    reference = prepare(name, policies=split(against), sets=sets, **changed)
    labels = told_apart({arm: label_of(world) for arm, world in worlds.items()})
    arms = {arm: Arm(labels[arm], world.resolve(absent_ok=True)) for arm, world in worlds.items()}
    return arms, against, Arm(label_of(reference), reference.resolve(absent_ok=True))


def check_area(scenario: ResolvedScenario) -> None:
    """Raise FupinError for a county that the region does not have, before anything is built or written."""
    counties_of(load_profile(scenario.region_file), scenario.area)


def _check_sets(worlds: Sequence[Scenario]) -> None:
    """Every `--set` must have its instrument in at least one arm."""
    known = {id_ for world in worlds for id_ in world.instrument_ids}
    for world in worlds[:1]:
        if any(tune.id not in known for tune in world.tunes):
            world.resolve()  # raises, and says which


def told_apart(labels: Mapping[str, Label]) -> dict[str, Label]:
    """The labels of arms, with the arm's own name behind those that several have."""
    zh, en = Counter(label.zh for label in labels.values()), Counter(label.en for label in labels.values())
    return {
        arm: Label(
            f"{label.zh}（{arm}）" if zh[label.zh] > 1 else label.zh,
            f"{label.en} ({arm})" if en[label.en] > 1 else label.en,
        )
        for arm, label in labels.items()
    }


def label_of(scenario: Scenario) -> Label:
    """What the policies of a scenario are called together: short, the part of a name before a colon."""
    if not scenario.policies:
        return Label("无政策", "no policy")
    zh = "＋".join((policy.zh or policy.name).partition("：")[0] for policy in scenario.policies)
    en = " + ".join((policy.en or policy.name).partition(":")[0] for policy in scenario.policies)
    return Label(zh, en)
