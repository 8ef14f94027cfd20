"""Where a number of a comparison must not be used, and why."""

from __future__ import annotations

from fupin.experiments.replicated import tables
from fupin.experiments.replicated.findings import LEAST_REACHED, Findings
from fupin.experiments.tables import number, unit_name
from fupin.labels import pick, tell


def warnings(found: Findings, lang: str) -> list[str]:
    """Where a number of this comparison must not be used, the worst first."""
    told = []
    if found.asked.replicates == 1:
        told.append(
            tell(
                "只有一次重复，没有区间：差别可能只是抽样和运气，不要据此排名；加上 --replicates 10。",
                "One replicate, no intervals: differences may be the sample and luck alone, so rank nothing by them; "
                "add --replicates 10.",
                lang,
            )
        )
    for arm in found.arms:
        reason = _warning_of(found, arm, lang)
        if reason:
            told.append(
                tell(f"{pick(found.labels[arm], lang)}：{reason}", f"{pick(found.labels[arm], lang)}: {reason}", lang)
            )
    share = found.asked.reference.scenario.sample
    if share < 1.0:
        told.append(
            tell(
                f"抽样 {100 * share:g} %：不能用来说某一个村或某一个县，也不能用来排摘帽日期。",
                f"A sample of {100 * share:g} %: not to be used for a single village or county, nor to date its exit.",
                lang,
            )
        )
    assumed, settings = _assumed(found)
    told.append(
        tell(
            f"各方案的 {settings} 项设置中 {assumed} 项是假设，区间不含这种不确定性：上会之前先用 fupin sensitivity 看"
            "结论是否站得住。",
            f"Of the {settings} settings of these policies {assumed} are assumptions, and the intervals do not contain "
            "that: before you act on a result see with fupin sensitivity whether it stands.",
            lang,
        )
    )
    told.append(
        tell(
            "数字是两个模拟世界之差，住户是合成的：不是统计，不是对真实住户的预测，也不能证明政策有效。",
            "These are differences of two simulated worlds of synthetic households: no statistics, no forecast for a "
            "real family, no evidence that a policy works.",
            lang,
        )
    )
    return told


def usable(found: Findings, arm: str, lang: str) -> str:
    """Yes, or in a few words why not."""
    row = found.costs(arm)
    if not row["reached_sampled"] >= LEAST_REACHED:
        return tell("不能：样本户太少", "no: too few households", lang)
    if found.asked.replicates == 1:
        return tell("不能：没有区间", "no: no interval", lang)
    if not row["net_households_low"] > 0:
        return tell("不能：效果可能为零", "no: may be nothing", lang)
    fit = found.fits.get(arm)
    if fit is not None and fit.state not in ("met", "near"):
        return tell("慎用：没花到预算", "with care: not the budget", lang)
    return tell("可以，见提醒", "yes, with the warnings", lang)


def _warning_of(found: Findings, arm: str, lang: str) -> str:
    row, fit = found.costs(arm), found.fits.get(arm)
    reached = f"{row['reached_sampled']:.0f}"
    if not row["reached_sampled"] >= LEAST_REACHED:
        return tell(
            f"每次重复平均只有 {reached} 个样本户受益（不足 {LEAST_REACHED}），它的数不要用；加大 --sample。",
            f"only {reached} sampled households are reached in a replicate (fewer than {LEAST_REACHED}): do not use "
            "its numbers; take a larger --sample.",
            lang,
        )
    if found.asked.replicates > 1 and not row["net_households_low"] > 0:
        return tell(
            "净脱贫的区间含零或为负，不能说它让人脱贫，它每户年的成本也不能用。",
            "the interval of what it lifts holds nothing or less: it cannot be said to lift anybody, nor at what cost.",
            lang,
        )
    if fit is not None and fit.state not in ("met", "near"):
        spent = f"{number(fit.spent, 'yuan', lang)} {unit_name('yuan', lang)}"
        return tell(
            f"{pick(tables.STATE_OF_SIZE[fit.state], lang)}；支出 {spent}，与其他方案花的不是同样的钱。",
            f"{pick(tables.STATE_OF_SIZE[fit.state], lang)}; it spends {spent}, which is not the money of the others.",
            lang,
        )
    return ""


def _assumed(found: Findings) -> tuple[int, int]:
    """Settings of the arms' own instruments that have a status: those that are assumptions, and all."""
    from fupin.experiments.replicated.save import world_of_arm

    known = set(found.asked.reference.scenario.instruments)
    own = {
        chosen.kind: chosen
        for arm in found.arms
        for chosen in world_of_arm(arm, found).instruments
        if chosen not in known
    }
    status = [
        record["status"]
        for chosen in own.values()
        for record in type(chosen.settings).describe()
        if record["status"] and getattr(chosen.settings, record["name"]) is not None
    ]
    return sum(one == "assumption" for one in status), len(status)
