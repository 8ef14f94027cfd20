"""Save a run: tables, ledger, panel, the resolved scenario, figures and the manifest, in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fupin.experiments.manifest import manifest, write_manifest
from fupin.experiments.results import write_csv, write_parquet, write_table, write_text
from fupin.experiments.run import WorldResult
from fupin.experiments.tables import outcomes_by_year, outcomes_long

FILES = {
    "outcomes.csv": ("各项结果，逐年一列", "all outcomes, one column a year"),
    "outcomes.parquet": ("各项结果，每行一项一年", "all outcomes, one row an outcome and year"),
    "groups.csv": ("分组结果（县、村、建档、收入组、困难）", "outcomes by county, village, register, income, hardship"),
    "programmes.csv": ("各项目支出、资金来源和受益户", "spending, sources and households of each programme"),
    "funnel.csv": ("各项目的符合、申请、入选数", "eligible, applied and selected, by programme and year"),
    "ledger.csv": ("分录汇总账（元）", "the ledger: payer, payee, purpose, month (yuan)"),
    "households.parquet": ("农户面板，每行一户一年", "household panel, one row a household and year"),
    "scenario.toml": ("展开后的情景，可直接再运行", "the resolved scenario, ready to be run again"),
    "manifest.json": ("版本、种子、情景标识、命令", "versions, seed, identity, command"),
    "figures": ("图（PNG、SVG）", "figures (PNG and SVG)"),
}


def save_tables(world: WorldResult, folder: Path) -> None:
    """Write the tables of one world and its resolved scenario."""
    write_csv(folder / "outcomes.csv", outcomes_by_year(world.outcomes))
    write_parquet(folder / "outcomes.parquet", outcomes_long(world.outcomes))
    for name in ("groups", "programmes", "funnel", "ledger"):
        write_table(folder, name, getattr(world, name))
    if world.panel is not None:
        write_parquet(folder / "households.parquet", world.panel)
    write_text(folder / "scenario.toml", world.scenario.to_toml())


def save_world(world: WorldResult, folder: Path, arguments: Sequence[str], lang: str, *, figures: bool = True) -> None:
    """Write everything about one run into an open folder; `arguments` are those of the command, for the manifest."""
    save_tables(world, folder)
    left_out = set() if world.panel is not None else {"households.parquet"}
    left_out |= set() if figures else {"figures"}
    files = {name: text for name, text in FILES.items() if name not in left_out}
    write_manifest(folder, manifest({world.scenario.name: world}, arguments, files))
