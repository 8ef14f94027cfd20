"""What a stored study asks, in words: what tells apart two studies of one scenario in a list."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from fupin.errors import FupinError
from fupin.experiments.study.store import Results
from fupin.labels import Labelled, pick, tell
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.sampling import counties_of
from fupin.units import unit_in

FIXED = ("run", "key", "arm", "seed", "replicate", "sample_point")  # columns of a design that nobody varies
FEW = 3  # factors that are named with their levels
LEVELS = 6  # of a factor, named


def varied_in(results: Results) -> list[str]:
    """The factors of a study: columns of its design that take several values."""
    design = results.design
    return [str(name) for name in design.columns if name not in FIXED and design[name].nunique() > 1]


def described(results: Results, labels: Mapping[str, tuple[Labelled, str]], lang: str) -> str:
    """Arms, what is varied, seeds, and the world: years, share of households, counties.

    `labels` (with units) are those of the factors; a study that varies many is told by their number.
    """
    about, design = results.about, results.design
    parts = []
    arms: dict[str, Any] = about["arms"] or {name: {} for name in about["shared"].get("worlds", {})}
    if len(arms) > 1 or any(arm.get(lang) for arm in arms.values()):
        listed = tell("、", ", ", lang).join(str(arm.get(lang) or name) for name, arm in arms.items())
        parts.append(tell(f"方案：{listed}", f"arms: {listed}", lang))
    if varied := varied_in(results):
        parts.append(_varied(design, varied, labels, lang))
    seeds = [int(seed) for seed in (design["seed"].unique() if "seed" in design else about["shared"].get("seeds", []))]
    if seeds:
        parts.append(tell(f"种子 {_span(seeds)}", f"seed{'s' if len(seeds) > 1 else ''} {_span(seeds)}", lang))
    parts += _world(about, lang)
    return tell("；", "; ", lang).join(parts)


def begun(results: Results) -> str:
    """When its folder was made, by the clock of this machine."""
    made = (results.folder / "study.json").stat().st_mtime
    return datetime.datetime.fromtimestamp(made).strftime("%Y-%m-%d %H:%M")


def _varied(design: pd.DataFrame, varied: Sequence[str], labels: Mapping[str, tuple[Labelled, str]], lang: str) -> str:
    points = (
        design["sample_point"].nunique() if "sample_point" in design else len(design[list(varied)].drop_duplicates())
    )
    if len(varied) > FEW:
        return tell(f"{len(varied)} 个因素变动，{points:,} 个点", f"{len(varied)} factors, {points:,} points", lang)
    told = []
    for name in varied:
        label, unit = labels.get(name, (None, ""))
        levels = sorted(design[name].unique())
        few = len(levels) <= LEVELS
        values = [f"{level:.4g}" if isinstance(level, float | int) else str(level) for level in levels]
        span = tell("、", ", ", lang).join(values) if few else f"{values[0]} … {values[-1]}"
        end = "" if unit in ("", "1") else f" {unit_in(unit, lang)}"
        told.append(f"{pick(label, lang) if label else name} {span}{end}")
    return tell("变动：", "varied: ", lang) + tell("，", "; ", lang).join(told)


def _span(seeds: Sequence[int]) -> str:
    low, high = min(seeds), max(seeds)
    if low == high:
        return str(low)
    return f"{low}–{high}" if high - low + 1 == len(set(seeds)) else ", ".join(map(str, sorted(set(seeds))))


def _world(about: Mapping[str, Any], lang: str) -> list[str]:
    """Of the first arm that is a scenario: years, share of households, counties."""
    shared = about["shared"]
    texts = [arm["toml"] for arm in about["arms"].values() if "toml" in arm]
    texts += [*shared.get("worlds", {}).values(), *([shared["reference"]] if "reference" in shared else [])]
    if not texts:
        return []
    world = tomllib.loads(texts[0])
    first, count = int(str(world["start"])[:4]), int(world["years"])
    years = str(first) if count == 1 else f"{first}–{first + count - 1}"
    parts = [
        tell(f"{years} 年", years, lang),
        tell(f"抽样 {100 * world['sample']:g}%", f"sample {100 * world['sample']:g}%", lang),
    ]
    if area := world.get("area"):
        parts.append(tell("、", ", ", lang).join(_counties(str(world["region"]), area, lang)))
    return parts


def _counties(region: str, area: Sequence[str], lang: str) -> list[str]:
    """Names of counties in a language; as they were given where the region cannot be read any more."""
    try:
        profile = load_profile(region)
        return [pick(profile.county[place], lang) for place in counties_of(profile, tuple(area))]
    except FupinError:
        return list(area)
