"""`fupin check patterns --prior N`: the patterns beside draws of the uncertain parameters, before any calibration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from fupin.commands.output import print_table
from fupin.commands.running import study_bar
from fupin.labels import tell
from fupin.units import unit_in


def check_prior(
    scenario: str,
    policies: Sequence[str],
    sample: float | None,
    seed: int | None,
    draws: int,
    *,
    engine: str,
    workers: int | None,
    deadline: float | None,
    retry_failed: bool,
    out: Path | None,
    lang: str,
    markdown: bool,
) -> None:
    """Run the draws (resumes if stopped), print every pattern with its interval; exit 1 if one misses the tolerance."""
    from fupin.calibration.prior import REFERENCE, WORLD, judge_prior, prior_study
    from fupin.errors import FupinError
    from fupin.experiments.study.runner import run_study, study_folder
    from fupin.scenarios.overrides import prepare

    worlds = {
        "+".join(one): prepare(scenario, policies=one, sample=sample, seed=seed).resolve()
        for one in ([list(policies)] if policies else [[REFERENCE], [WORLD]])
    }
    reference = prepare(scenario, policies=[REFERENCE], sample=sample, seed=seed).resolve() if WORLD in worlds else None
    first = next(iter(worlds.values()))
    study = prior_study(worlds, draws, first.seed, reference)
    folder = out or study_folder(study)
    with study_bar(tell("先验抽样", "prior draws", lang), lang) as progress:
        results = run_study(
            study, folder, engine=engine, workers=workers, deadline=deadline, retry_failed=retry_failed,
            progress=progress,
        )  # fmt: skip
    failed = results.failed
    if len(failed) == len(study):
        raise FupinError(
            tell(
                f"每次抽样都失败；第一个：{failed.iloc[0]['reason']}；见 {folder}/failed",
                f"every draw failed; the first: {failed.iloc[0]['reason']}; see {folder}/failed",
            )
        )
    rows = judge_prior(results)
    words = {True: ("在内", "inside"), False: ("在外", "outside")}
    table = []
    for row in rows:
        target, verdict = row.target, tell(*words[row.inside], lang)
        if not row.inside and row.reached:
            verdict += tell("，但达容许范围", ", tolerance reached", lang)
        table.append(
            (
                target.name_in(lang),
                tell(target.zh, target.en, lang),
                unit_in(target.unit, lang),
                row.world,
                target.target,
                f"{target.low:g} – {target.high:g}",
                row.low,
                row.middle,
                row.high,
                f"{row.within:.0%}",
                verdict,
            )
        )
    head = (
        "模式 指标 单位 世界 数据 容许范围 模拟5% 中位数 模拟95% 在容许范围内的抽样 判定",
        "pattern quantity unit world data tolerance 5_% median 95_% draws_within verdict",
    )
    names = [name.replace("_", " ") for name in tell(*head, lang).split()]
    title = tell(
        f"先验预测检验：{first.zh}，{draws} 次抽样", f"Prior predictive check: {first.en}, {draws} draws", lang
    )
    print_table(names, table, title=title, markdown=markdown)
    inside, outside = sum(row.inside for row in rows), sum(not row.inside and not row.reached for row in rows)
    near = len(rows) - inside - outside
    print(
        tell(
            f"{len(rows)} 项中 {inside} 项数据在模拟的 90% 区间内，{near} 项在外但区间达到容许范围，"
            f"{outside} 项在外且达不到：先查结构或范围，再谈校准。",
            f"Of {len(rows)} rows {inside} have their data inside the simulated 90 % interval, {near} outside although "
            f"the interval meets the tolerance, {outside} outside: there structure or ranges come before calibration.",
            lang,
        )
    )
    if len(failed):
        reason = failed.iloc[0]["reason"]
        print(tell(f"{len(failed)} 次运行失败：{reason}", f"{len(failed)} runs failed: {reason}", lang))
    print(tell("结果在", "results in", lang), folder)
    if outside:
        raise typer.Exit(1)
