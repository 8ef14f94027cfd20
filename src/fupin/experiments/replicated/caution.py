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
        name = pick(found.labels[arm], lang)
        told += [tell(f"{name}：{reason}", f"{name}: {reason}", lang) for reason in _reasons(found, arm, lang)]
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
    if few(found, arm):
        return tell("不能：样本户太少", "no: too few households", lang)
    if found.asked.replicates == 1:
        return tell("不能：没有区间", "no: no interval", lang)
    if may_be_nothing(found, arm):
        return tell("不能：效果可能为零", "no: may be nothing", lang)
    if off_budget(found, arm):
        return tell("慎用：花的不是预算", "with care: not the budget", lang)
    return tell("可以，见提醒", "yes, with the warnings", lang)


def few(found: Findings, arm: str) -> bool:
    """Does an arm reach too few sampled households to be ranked?"""
    return not found.costs(arm)["reached_sampled"] >= LEAST_REACHED


def may_be_nothing(found: Findings, arm: str) -> bool:
    """Does the interval of what an arm lifts contain zero, or lie below it? Not asked of one replicate."""
    return found.asked.replicates > 1 and not found.costs(arm)["net_households_low"] > 0


def off_budget(found: Findings, arm: str) -> bool:
    """Does an arm under a budget spend another amount?"""
    return arm in found.fits and found.fits[arm].state != "met"


def _reasons(found: Findings, arm: str, lang: str) -> list[str]:
    told = []
    if few(found, arm):
        reached = f"{found.costs(arm)['reached_sampled']:.0f}"
        told.append(
            tell(
                f"每次重复平均只有 {reached} 个样本户受益（不足 {LEAST_REACHED}），它的数不要用；加大 --sample。",
                f"only {reached} sampled households are reached in a replicate (fewer than {LEAST_REACHED}): do not "
                "use its numbers; take a larger --sample.",
                lang,
            )
        )
    elif may_be_nothing(found, arm):
        told.append(
            tell(
                "净脱贫的区间含零或为负，不能说它让人脱贫，它每户年的成本也不能用。",
                "the interval of what it lifts contains zero, or less: it cannot be said to lift anybody, nor at what "
                "cost.",
                lang,
            )
        )
    if off_budget(found, arm):
        fit = found.fits[arm]
        spent = f"{number(fit.spent, 'yuan', lang)} {unit_name('yuan', lang)}"
        state = pick(tables.STATE_OF_SIZE[fit.state], lang)
        told.append(
            tell(
                f"{state}；支出 {spent}，与其他方案花的不是同样的钱。",
                f"{state}; it spends {spent}, which is not the money of the others.",
                lang,
            )
        )
    return told


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
