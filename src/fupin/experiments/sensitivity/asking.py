"""From what a user asks to a plan, a study and its targets: which worlds, which factors, which outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fupin.errors import FupinError, nearest
from fupin.experiments.arms import arms_of, check_area, label_of, split
from fupin.experiments.asked_outcomes import outcome_named
from fupin.experiments.compare import Arm
from fupin.experiments.sensitivity.analysis import Target
from fupin.experiments.sensitivity.factors import factors_of
from fupin.experiments.sensitivity.methods import METHODS
from fupin.experiments.sensitivity.plan import Plan, study_of
from fupin.experiments.study.design import Study
from fupin.labels import pick, tell
from fupin.scenarios.overrides import prepare
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.sampling import counties_of

FEW = 12  # items up to which pairs are estimated without being asked for


@dataclass(frozen=True)
class Question:
    """A study of sensitivity, ready to be run, and what will be asked of it; arms by name, the reference last."""

    plan: Plan
    study: Study
    targets: tuple[Target, ...]
    arms: Mapping[str, Arm]


def ask(
    name: str,
    method: str = "morris",
    samples: int | None = None,
    *,
    policies: Sequence[str] = (),
    against: str | None = None,
    factors: Sequence[str] = (),
    grouped: bool = False,
    second_order: bool | None = None,
    replicates: int = 2,
    outcomes: Sequence[str] = (),
    year: int | None = None,
    sets: Sequence[str] = (),
    keys: Mapping[str, Any] | None = None,
) -> Question:
    """The study of a scenario, as the command line asks for it.

    Without `against` the outcomes of one world are explained; with it the paired differences of the two, and the
    outcomes of the reference beside them. Raises FupinError for whatever does not fit.
    """
    if method not in METHODS:
        raise FupinError(
            tell(
                f"--method {method!r} 不能识别；{nearest(method, METHODS)}",
                f"--method {method!r} is not known; {nearest(method, METHODS)}",
            )
        )
    for outcome in outcomes:
        outcome_named(outcome)
    arms = _arms(name, policies, against, sets, keys or {})
    worlds = [arm.scenario for arm in arms.values()]
    first = worlds[0]
    check_area(first)
    years = range(first.start // 12, (first.last + 1) // 12)
    year = years[-1] if year is None else year
    if year not in years:
        raise FupinError(
            tell(
                f"--year {year} 没有模拟；允许：{years[0]} 至 {years[-1]}",
                f"--year {year} is not simulated; allowed: {years[0]} to {years[-1]}",
            )
        )
    varied = factors_of(factors, worlds)
    items = len({factor.group if grouped else factor.path for factor in varied})
    pairs = method == "sobol" and items <= FEW if second_order is None else second_order
    plan = Plan(method, METHODS[method].usual if samples is None else samples, varied, grouped, pairs, replicates)
    study = study_of(
        plan,
        {arm: {"toml": one.scenario.to_toml(), "zh": one.label.zh, "en": one.label.en} for arm, one in arms.items()},
        name=f"sensitivity-{method}-{first.name}",
        seed=first.seed,
        zh=f"敏感性分析（{METHODS[method].label.zh}）：{first.zh}",
        en=f"sensitivity ({METHODS[method].label.en}): {first.en}",
    )
    return Question(plan, study, tuple(_targets(arms, outcomes or ("headcount",), year)), arms)


def _arms(
    name: str, policies: Sequence[str], against: str | None, sets: Sequence[str], keys: Mapping[str, Any]
) -> dict[str, Arm]:
    """The world asked about and, if there is one, the reference."""
    stacked = "+".join(policies)
    if against is None:
        world = prepare(name, policies=[one for policy in policies for one in split(policy)], sets=sets, **keys)
        own = stacked or "+".join(policy.name for policy in world.policies) or "do-nothing"
        return {own: Arm(label_of(world), world.resolve())}
    arms, against, reference = arms_of(name, [stacked] if stacked else (), against, sets, keys)
    ((own, arm),) = arms.items()
    if own == against:
        raise FupinError(
            tell(
                f"--against {against} 就是本世界：不会有差别；用 --policy 另指一个",
                f"--against {against} is the world itself: nothing can differ; name another with --policy",
            )
        )
    return {own: arm, against: reference}


def _targets(arms: Mapping[str, Arm], outcomes: Sequence[str], year: int) -> list[Target]:
    names, labels = list(arms), [arm.label for arm in arms.values()]
    if len(names) == 1:
        return [Target(outcome, year, names[0], label=labels[0]) for outcome in outcomes]
    effects = [Target(outcome, year, names[0], names[1], labels[0], labels[1]) for outcome in outcomes]
    return effects + [Target(outcome, year, names[1], label=labels[1]) for outcome in outcomes]


def title_of(question: Question, lang: str) -> str:
    """The scenario's name, with its counties if it is a part of a region and is not called after them."""
    first = next(iter(question.arms.values())).scenario
    profile = load_profile(first.region_file)
    counties = [profile.county[place] for place in counties_of(profile, first.area)] if first.area else []
    listed, name = tell("、", ", ", lang).join(pick(county, lang) for county in counties), pick(first, lang)
    return name if listed in name else f"{name}{tell('：', ': ', lang)}{listed}"
