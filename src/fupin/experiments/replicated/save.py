"""The folder of a comparison over replicates: tidy tables, the scaled policies as files, figures, manifest."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fupin.experiments.manifest import FIGURES, MANIFEST, REPORTS, STUDY_FILES, Files, manifest, present, write_manifest
from fupin.experiments.replicated.costs import DISCOUNT_SOURCE
from fupin.experiments.replicated.findings import TABLES, Findings
from fupin.experiments.replicated.pairing import Pairing
from fupin.experiments.results import plain_names, write_csv, write_table, write_text
from fupin.scenarios.resolved import ResolvedScenario
from fupin.scenarios.sizing import resized
from fupin.scenarios.write import to_toml

FILES: Files = {
    "effects.csv": ("各项结果：配对差、区间、方差比", "outcomes: paired differences, intervals, worth of pairing"),
    "twins.csv": ("孪生住户，逐年，含区间", "twins by year, with intervals"),
    "accounts.csv": ("由孪生住户加总的两个世界贫困人口", "both headcounts added up from the twins"),
    "groups.csv": ("分组的差别", "differences by group"),
    "gains.csv": ("谁受益、谁受损，分组", "who gains and who loses, by group"),
    "winners.csv": ("谁受益、谁受损，分组，各年合计", "who gains and who loses, by group, over all years"),
    "programmes.csv": ("各项目支出与资金来源", "spending by programme and source"),
    "ledger.csv": ("分录汇总账（元）", "the ledger by purpose, payer and payee (yuan)"),
    "cost.csv": ("成本、净脱贫户年、占优关系", "cost, household-years lifted, dominance"),
    "plane.csv": ("各次重复的成本与效果", "cost and effect of every replicate"),
    "interactions.csv": ("两项政策的交互作用", "interaction of two policies"),
    "sizes.csv": ("按预算调整的各项设置", "settings scaled to the budget"),
    "lives.csv": ("各方案最受益的一户", "the household most lifted by each arm"),
    "policies": ("各方案的政策文本（调整后）", "the arms as policy files, as they were run"),
    "runs": ("各次重复的结果", "the runs, replicate by replicate"),
    "figures": FIGURES,
    **REPORTS,
    **MANIFEST,
}

PAIRING_FILES: Files = {
    "pairing.csv": (
        "各政策各结果：配对差、方差、方差比",
        "by package and outcome: paired difference, variances, ratio",
    ),
    **STUDY_FILES,
    **MANIFEST,
}


def policy_toml(name: str, found: Findings) -> str:
    """An arm, as it was run, as a policy file: `--policy FILE` gives the same world."""
    world, label = world_of_arm(name, found), found.labels[name]
    content: dict[str, Any] = {"name": name, "zh": label.zh, "en": label.en}
    parameters = world.content()["parameters"]
    if parameters:
        content["parameters"] = parameters
    if world.instruments:
        content["instrument"] = world.content()["instrument"]
    fit = found.fits.get(name)
    told = f"; scaled by {fit.factor:.6g} to a budget of {found.asked.budget:g} yuan" if fit else ""
    return f"# written by fupin{told}\n{to_toml(content)}"


def world_of_arm(name: str, found: Findings) -> ResolvedScenario:
    """An arm as it was run."""
    arm, fit = found.asked.arms[name].scenario, found.fits.get(name)
    return resized(arm, found.asked.reference.scenario, fit.factor) if fit else arm


def policy_files(folder: Path, found: Findings) -> dict[str, Path]:
    """Where the policy file of each arm lies."""
    return {arm: folder / "policies" / f"{plain}.toml" for arm, plain in plain_names(found.arms).items()}


def save_findings(
    found: Findings,
    folder: Path,
    arguments: Sequence[str],
    lang: str,
    seconds: float,
    *,
    figures: bool = True,
    pdf: bool = False,
) -> None:
    """Write everything about a comparison over replicates into an open folder; with figures also the report."""
    for name in TABLES:
        table = getattr(found, name)
        if len(table):
            write_table(folder, name, table)
    (folder / "policies").mkdir(exist_ok=True)
    for arm, path in policy_files(folder, found).items():
        write_text(path, policy_toml(arm, found))
    if figures:
        from fupin.experiments.figures import draw
        from fupin.experiments.replicated.figures import drawings_of_findings, note_of_findings
        from fupin.experiments.report.of_comparison import report_of_comparison
        from fupin.experiments.report.write import write_report

        draw(drawings_of_findings(found, lang), folder / "figures", note_of_findings(found, lang))
        write_report(report_of_comparison(found, shlex.join(["fupin", *arguments]), lang), folder, pdf=pdf)
    write_manifest(folder, _manifest(found, arguments, present(folder, FILES), seconds))


def _manifest(found: Findings, arguments: Sequence[str], files: Files, seconds: float) -> dict[str, Any]:
    asked = found.asked
    return manifest(
        arguments,
        {asked.against: asked.reference.scenario} | {name: world_of_arm(name, found) for name in found.arms},
        files,
        seconds=seconds,
        sample=found.sample,
        replicates=asked.replicates,
        failed=sorted({int(run) for run in found.failed["run"]}) if len(found.failed) else [],
        discount={"rate": asked.discount, "source": DISCOUNT_SOURCE},
        budget=asked.budget,
        sizes=_sizes(found),
    )


def summary(found: Findings, folder: Path) -> dict[str, Any]:
    """A comparison over replicates in words a machine reads."""
    last = found.effects[found.effects["year"] == max(found.years)]
    cost: list[dict[str, Any]] = json.loads(found.cost.to_json(orient="records"))
    for row in cost:
        row["dominated_by"] = list(found.standings[row["arm"]].by)
    effects: list[dict[str, Any]] = json.loads(last.to_json(orient="records", force_ascii=False))
    return {
        "against": found.asked.against,
        "replicates": found.asked.replicates,
        "discount": found.asked.discount,
        "budget": found.asked.budget,
        "results": folder.as_posix(),
        "years": found.years,
        "cost": cost,
        "effects": effects,
        "interactions": json.loads(found.interactions.to_json(orient="records")),
        "sizes": _sizes(found),
        "lives": json.loads(found.lives.to_json(orient="records", force_ascii=False)),
    }


def _sizes(found: Findings) -> dict[str, dict[str, Any]]:
    fits = found.fits.items()
    return {name: {"factor": fit.factor, "spent": fit.spent, "state": fit.state} for name, fit in fits}


def save_pairing(found: Pairing, arguments: Sequence[str], seconds: float) -> None:
    """Write the table, and what made it, into the folder of the runs."""
    write_csv(found.folder / "pairing.csv", found.table)
    about = manifest(
        arguments,
        found.worlds,
        present(found.folder, PAIRING_FILES),
        seconds=seconds,
        sample={"households": found.households},
        replicates=found.replicates,
        holds=found.holds,
    )
    write_manifest(found.folder, about)
