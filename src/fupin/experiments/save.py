"""Save a run, a comparison or two lives in one folder: tables, panel, resolved scenarios, figures and the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from fupin.experiments.balance import mark_folder
from fupin.experiments.compare import Comparison
from fupin.experiments.life_events import Event
from fupin.experiments.lives import Lives
from fupin.experiments.manifest import FIGURES, MANIFEST, Files, manifest, write_manifest
from fupin.experiments.results import plain_names, write_csv, write_parquet, write_table, write_text
from fupin.experiments.run import WorldResult
from fupin.experiments.tables import outcomes_by_year, outcomes_long
from fupin.experiments.trace import Trace
from fupin.experiments.trace_text import save_trace
from fupin.model.dated import month_label
from fupin.scenarios.resolved import ResolvedScenario

FILES: Files = {
    "outcomes.csv": ("各项结果，逐年一列", "all outcomes, one column a year"),
    "outcomes.parquet": ("各项结果，每行一项一年", "all outcomes, one row an outcome and year"),
    "groups.csv": ("分组结果（县、村、建档、收入组、困难）", "outcomes by county, village, register, income, hardship"),
    "programmes.csv": ("各项目支出、资金来源和受益户", "spending, sources and households of each programme"),
    "funnel.csv": ("各项目的符合、申请、入选数", "eligible, applied and selected, by programme and year"),
    "ledger.csv": ("分录汇总账（元）", "the ledger: payer, payee, purpose, month (yuan)"),
    "households.parquet": ("农户面板，每行一户一年", "household panel, one row a household and year"),
    "scenario.toml": ("展开后的情景，可直接再运行", "the resolved scenario, ready to be run again"),
    "figures": FIGURES,
    **MANIFEST,
}


def save_tables(world: WorldResult, folder: Path) -> None:
    """Write the tables of one world and its resolved scenario; first of all, whether its books balance."""
    mark_folder(folder, {world.scenario.name: world.imbalances})
    write_csv(folder / "outcomes.csv", outcomes_by_year(world.outcomes))
    write_parquet(folder / "outcomes.parquet", outcomes_long(world.outcomes))
    for name in ("groups", "programmes", "funnel", "ledger"):
        write_table(folder, name, getattr(world, name))
    if world.panel is not None:
        write_parquet(folder / "households.parquet", world.panel)
    write_text(folder / "scenario.toml", world.scenario.to_toml())


def save_world(
    world: WorldResult,
    folder: Path,
    arguments: Sequence[str],
    lang: str,
    *,
    figures: bool = True,
    trace: Trace | None = None,
) -> None:
    """Write everything about one run into an open folder; `arguments` are those of the command, for the manifest."""
    save_tables(world, folder)
    if figures:
        from fupin.experiments.figures import draw  # matplotlib: only when figures are wanted
        from fupin.experiments.figures_run import drawings_of_run, note_of_run

        draw(drawings_of_run(world, lang), folder / "figures", note_of_run(world, lang))
    left_out = set() if world.panel is not None else {"households.parquet"}
    left_out |= set() if figures else {"figures"}
    files = {name: text for name, text in FILES.items() if name not in left_out}
    if trace:
        files |= save_trace(trace, folder, lang)
    write_manifest(folder, _manifest({world.scenario.name: world}, arguments, files, again="fupin run scenario.toml"))


def _manifest(
    worlds: Mapping[str, WorldResult], arguments: Sequence[str], files: Files, again: str = ""
) -> dict[str, Any]:
    first = next(iter(worlds.values()))
    return manifest(
        arguments,
        {name: world.scenario for name, world in worlds.items()},
        files,
        again=again,
        seconds=sum(world.seconds for world in worlds.values()),
        sample=first.sample,
        engine=first.engine,
        imbalances={name: world.imbalances for name, world in worlds.items()},
    )


COMPARISON_FILES: Files = {
    "effects.csv": ("各项结果与对照世界之差，逐年", "differences of all outcomes from the reference, by year"),
    "twins.csv": ("孪生住户：两个世界的贫困状况与受益，逐年", "twins: poverty in both worlds and reach, by year"),
    "groups.csv": ("分组的差别", "differences by group"),
    "summary.csv": ("合计与每净脱贫一人年的成本", "sums and the cost of a person-year lifted"),
    "worlds": ("各世界自己的结果表和情景", "tables and scenario of each world"),
    "figures": FIGURES,
    **MANIFEST,
}


def save_comparison(
    found: Comparison, folder: Path, arguments: Sequence[str], lang: str, *, figures: bool = True
) -> None:
    """Write everything about a comparison into an open folder."""
    mark_folder(folder, found.imbalances)
    for name in ("effects", "twins", "groups", "summary"):
        write_table(folder, name, getattr(found, name))
    worlds = {found.against: found.reference} | found.worlds
    places = plain_names(worlds)
    for name, world in worlds.items():
        place = folder / "worlds" / places[name]
        place.mkdir(parents=True, exist_ok=True)
        save_tables(world, place)
    if figures:
        from fupin.experiments.figures import draw
        from fupin.experiments.figures_compare import drawings_of_comparison, note_of_comparison

        draw(drawings_of_comparison(found, lang), folder / "figures", note_of_comparison(found, lang))
    files = {name: text for name, text in COMPARISON_FILES.items() if figures or name != "figures"}
    write_manifest(folder, _manifest(worlds, arguments, files))


LIVES_FILES: Files = {
    "quarters.csv": (
        "两个世界逐季：收支（元）、存量、登记状态；world 为 policy（政策）或 reference（对照）",
        "both worlds by quarter: income and spending (yuan), stocks, registry; world: policy or reference",
    ),
    "flows.csv": (
        "两个世界逐年现金收支，按用途（元，收入为正）",
        "cash by purpose and year (yuan, positive: received)",
    ),
    "events.csv": ("发生了什么、何时、在哪个世界", "what happened, when, and in which of the worlds"),
    "scenarios": ("两个世界展开后的情景，可直接再运行", "both worlds as resolved scenarios, ready to be run again"),
    **MANIFEST,
}


def save_lives(
    lives: Lives,
    worlds: Mapping[str, ResolvedScenario],
    folder: Path,
    arguments: Sequence[str],
    seconds: float,
) -> None:
    """Write the quarters, flows and events of two lives into an open folder; `worlds`: `policy` and `reference`."""
    mark_folder(folder, lives.imbalances)
    write_csv(folder / "quarters.csv", lives.quarters)
    write_csv(folder / "flows.csv", lives.flows)
    events = pd.DataFrame(lives.events, columns=list(Event._fields))
    write_csv(folder / "events.csv", events.assign(month=[month_label(event.month) for event in lives.events]))
    (folder / "scenarios").mkdir(exist_ok=True)
    for name, world in worlds.items():
        write_text(folder / "scenarios" / f"{name}.toml", world.to_toml())
    wrong = lives.imbalances
    about = manifest(arguments, worlds, LIVES_FILES, seconds=seconds, imbalances=wrong, household=lives.uid)
    write_manifest(folder, about)
