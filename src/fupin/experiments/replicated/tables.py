"""What a planner reads of a comparison over replicates: tables with intervals, and sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fupin.experiments.replicated.dominance import STATES
from fupin.experiments.replicated.findings import LEAST_REACHED, Findings
from fupin.experiments.replicated.interaction import PARTS, not_asked
from fupin.experiments.replicated.intervals import tells
from fupin.experiments.tables import Line, change_label_of, factor, level_and_change_label_of, number, unit_name
from fupin.experiments.tables_compare import COMPARED
from fupin.experiments.twins import STATUSES, WHO
from fupin.labels import Label, pick, tell
from fupin.model.dated import month_label
from fupin.model.outcomes import GROUPS, OUTCOMES
from fupin.model.snapshot import SOURCES
from fupin.units import unit_in

COSTS = {
    "gross_undiscounted": ("毛成本（未折现）", "gross cost, not discounted", "yuan"),
    "gross": ("毛成本（折现）", "gross cost, discounted", "yuan"),
    "savings": ("按共同规则少发的补助（折现）", "entitlement savings, discounted", "yuan"),
    "net": ("净成本（折现）", "net cost, discounted", "yuan"),
    "insurance": ("新增医保支付（另计，折现）", "extra insurance payments (beside it), discounted", "yuan"),
    "lifted": ("因政策脱贫", "lifted", "person-years"),
    "harmed": ("因政策致贫", "harmed", "person-years"),
    "net_lifted": ("净脱贫", "net lifted", "person-years"),
    "net_households": ("净脱贫", "net lifted", "household-years"),
    "gross_per_household_year": ("净脱贫一户年的毛成本", "gross cost per household-year lifted", "yuan/household-year"),
    "net_per_household_year": ("净脱贫一户年的净成本", "net cost per household-year lifted", "yuan/household-year"),
    "gross_per_person_year": ("净脱贫一人年的毛成本", "gross cost per person-year lifted", "yuan/person-year"),
}  # fmt: skip
PAIRED_ON = ("headcount", "poverty_gap", "income", "consumption", "gini", "public_cost")
TOO_FEW = {"zh": "次数太少", "en": "too few"}
STATE_OF_SIZE = {
    "met": Label("达到预算", "spends the budget"),
    "capacity": Label("花不完：各项设置已到上限", "cannot spend it: every setting is at the end of its range"),
    "fixed": Label("没有可调规模的设置", "nothing of it can be scaled"),
    "floor": Label("再小也超出预算", "spends more at any size"),
    "near": Label("最接近的规模（名额以整户计）", "as near as it gets (places come in whole households)"),
}


def labels_of_arms(found: Findings, lang: str) -> list[str]:
    """Labels of the arms, in order."""
    return [pick(found.labels[arm], lang) for arm in found.arms]


def spread(middle: float, high: float, unit: str, lang: str, *, signed: bool = False) -> str:
    """A mean with half of its interval, if it has one."""
    text = number(middle, unit, lang, signed=signed)
    return text if not math.isfinite(high) else f"{text} ±{number(high - middle, unit, lang)}"


def effects_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: the reference in the last year, and each arm's paired difference with half of its interval."""
    year = max(found.years)
    against = tell("对照：", "reference: ", lang) + pick(found.labels[found.asked.against], lang)
    lines = []
    last = found.effects[found.effects["year"] == year]
    for group, names in COMPARED.items():
        lines.append(Line(tell(*GROUPS[group], lang)))
        for name in names:
            rows = last[last["outcome"] == name].set_index("arm")
            unit = OUTCOMES[name].unit
            values = [number(float(rows["reference"].iloc[0]), unit, lang)]
            for arm in found.arms:
                middle, high = (float(rows[column].to_dict()[arm]) for column in ("difference", "high"))
                values.append(spread(middle, high, unit, lang, signed=True))
            lines.append(Line("  " + level_and_change_label_of(name, lang), tuple(values)))
    return [str(year), against, *labels_of_arms(found, lang)], lines


def twins_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: person-years by status, for reached, not reached and all; the net with half of its interval."""
    unit = unit_name("person-years", lang)
    head = [tell(f"{unit}，各年12月合计", f"{unit}, sum of Decembers", lang)]
    head += [*(tell(*text, lang) for text in STATUSES.values()), tell("净脱贫", "net lifted", lang)]
    lines = []
    for arm in found.arms:
        lines.append(Line(pick(found.labels[arm], lang)))
        for who, text in WHO.items():
            sums = {status: float(found.twin(arm, who, status)["mean"].sum()) for status in STATUSES}
            cells = [number(value, "person-years", lang) for value in sums.values()]
            net, high = sums["lifted"] - sums["harmed"], math.nan
            if who == "all":
                net, high = found.costs(arm)["net_lifted"], found.costs(arm)["net_lifted_high"]
            cells.append(spread(net, high, "person-years", lang))
            lines.append(Line("  " + tell(*text, lang), tuple(cells)))
    return head, lines


def cost_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: money, persons and household-years lifted, their price, and where each arm stands."""
    years = found.years
    head = [tell(f"{years[0]}–{years[-1]} 年合计", f"sum of {years[0]}–{years[-1]}", lang)]
    lines = []
    for name, (zh, en, unit) in COSTS.items():
        cells = []
        for arm in found.arms:
            row = found.costs(arm)
            if "_per_" in name:
                cells.append(price(found, arm, name, lang))
            else:
                cells.append(spread(row[name], row[f"{name}_high"], unit, lang))
        lines.append(Line(f"{tell(zh, en, lang)} ({unit_name(unit, lang)})", tuple(cells)))
    rows = [found.cost[found.cost["arm"] == arm].iloc[0] for arm in found.arms]
    reached = tuple(f"{row['reached_sampled']:,.0f}" for row in rows)
    lines.append(Line(tell("受益的样本户（平均每次）", "sampled households reached (mean)", lang), reached))
    lines.append(
        Line(
            tell("名次（每户年毛成本）", "rank (gross cost per household-year)", lang),
            tuple(_rank(row["rank"]) for row in rows),
        )
    )
    if found.cost["first_in"].notna().any():
        label = tell("居首的把握（对重复作自助抽样，%）", "first in bootstrap samples of the replicates (%)", lang)
        lines.append(Line(label, tuple(_percent(row["first_in"]) for row in rows)))
    lines.append(Line(tell("占优关系", "dominance", lang), tuple(standing_of(found, arm, lang) for arm in found.arms)))
    return [*head, *labels_of_arms(found, lang)], lines


def _rank(rank: float) -> str:
    return f"{rank:.0f}" if math.isfinite(rank) else "–"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}" if math.isfinite(share) else "–"


def price(found: Findings, arm: str, name: str, lang: str) -> str:
    """A price of `COSTS` with its interval, or a word that it has no bound: the effect may be nothing."""
    row, unit = found.costs(arm), COSTS[name][2]
    value, bounds = row[name], (row[f"{name}_low"], row[f"{name}_high"])
    text = number(value, unit, lang)
    if found.asked.replicates == 1 or not math.isfinite(value):
        return text
    if not all(math.isfinite(bound) for bound in bounds):
        return text + tell("（无界）", " (no bound)", lang)
    return f"{text} [{number(bounds[0], unit, lang)}, {number(bounds[1], unit, lang)}]"


def standing_of(found: Findings, arm: str, lang: str) -> str:
    """Where an arm stands on the plane, in a few words."""
    state, by, incremental, _ = found.standings[arm]
    text = pick(STATES[state], lang)
    if state == "unranked":
        return tell(f"少于 {LEAST_REACHED} 户", f"fewer than {LEAST_REACHED}", lang)
    if state == "dominated":
        named = tell("、", " + ", lang).join(pick(found.labels[name], lang) for name in by)
        return tell(f"被{named}占优", f"{text}: {named}", lang)
    if state == "extended":
        return text
    cost = number(incremental, "yuan/household-year", lang)
    if cost == "–":
        return text
    return text + tell(f"：再多一户年 {cost} 元", f": {cost} yuan a further household-year", lang)


def pairing_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: variance of the paired difference over that of independent seeds, and the interval of the
    replicates that independent seeds would have needed for the same precision; the last year."""
    last = found.effects[found.effects["year"] == max(found.years)]
    lines = []
    for name in PAIRED_ON:
        rows = last[last["outcome"] == name].set_index("arm")
        cells = tuple(worth_of_pairing(rows.loc[arm].to_dict(), lang) for arm in found.arms)
        lines.append(Line(pick(OUTCOMES[name], lang), cells))
    head = tell(f"{max(found.years)} 年", str(max(found.years)), lang)
    return [head, *labels_of_arms(found, lang)], lines


def worth_of_pairing(row: Mapping[Any, Any], lang: str) -> str:
    """The ratio, and from how many to how many replicates it stands for; no number where too few runs were made."""
    ratio, needed = float(row["ratio"]), float(row["needed"])
    if not math.isfinite(ratio):
        return "–"
    told = needed_text(row, lang)
    return f"{ratio:.3f} ({told})" if math.isinf(needed) or tells(row["ratio_low"], row["ratio_high"]) else told


def needed_text(row: Mapping[Any, Any], lang: str) -> str:
    """From how many to how many replicates independent seeds would have needed for the same precision."""
    if math.isinf(row["needed"]):
        return "∞"
    if not tells(row["ratio_low"], row["ratio_high"]):
        return TOO_FEW[lang]
    return f"{row['needed_low']:,.0f}–{row['needed_high']:,.0f}"


def title_of_pairing(lang: str) -> str:
    """What the table of `pairing_table` shows."""
    return tell(
        "配对的方差比（括号内：独立种子所需重复次数，95 % 区间）",
        "variance of the paired difference over that of independent seeds (replicates these would have needed, 95 % "
        "interval)",
        lang,
    )


def gains_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: by group, mean difference of income per head over the years, and the shares of persons who gain
    and who lose in the last year."""
    unit = unit_name("yuan/person/year", lang)
    lines = []
    for dimension in found.dimensions["dimension"].unique():
        names = found.dimensions[found.dimensions["dimension"] == dimension]
        lines.append(Line(pick(Label(names["dimension_zh"].iloc[0], names["dimension_en"].iloc[0]), lang)))
        for entry in names.to_dict("records"):
            cells = [_gain(found, arm, str(dimension), int(entry["group"]), lang) for arm in found.arms]
            lines.append(Line("  " + tell(entry["zh"], entry["en"], lang), tuple(cells)))
    return [unit, *labels_of_arms(found, lang)], lines


def _gain(found: Findings, arm: str, dimension: str, group: int, lang: str) -> str:
    income = found.of_group(arm, dimension, group, "income_per_head")
    if not math.isfinite(income[0]):
        return "–"
    mean = spread(income[0], income[2], "yuan/person/year", lang, signed=True)
    gained, lost = (100.0 * found.of_group(arm, dimension, group, name)[0] for name in ("share_gained", "share_lost"))
    return f"{mean} ({gained:.0f}/{lost:.0f} %)"


def programmes_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: of each arm, extra spending by programme, plain and discounted, and by source."""
    unit = unit_name("yuan", lang)
    head = [f"{unit}", tell("新增支出", "extra spending", lang), tell("折现", "discounted", lang)]
    head += [tell(*words, lang) for words in SOURCES.values()]
    lines = []
    for arm in found.arms:
        rows = found.programmes[found.programmes["arm"] == arm]
        lines.append(Line(pick(found.labels[arm], lang)))
        for id_ in rows["instrument"].unique():
            part = rows[rows["instrument"] == id_]
            sums = [float(part[name].sum()) for name in ("difference", "discounted", *SOURCES)]
            shared = tell("（两个世界共有）", " (in both worlds)", lang) if int(part["shared"].iloc[0]) else ""
            label = f"  {tell(part['zh'].iloc[0], part['en'].iloc[0], lang)}{shared}"
            lines.append(Line(label, tuple(number(value, "yuan", lang) for value in sums)))
    return head, lines


def interactions_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: each pair of policies, alone, their sum, both together, and what is left: the interaction."""
    lines = []
    keys = ["joint", "first", "second"]
    for (_, first, second), rows in found.interactions.groupby(keys, sort=False):
        names = " + ".join(pick(found.labels[str(arm)], lang) for arm in (first, second))
        lines.append(Line(names))
        for outcome, part in rows.groupby("outcome", sort=False):
            label, unit = outcome_label(str(outcome), lang)
            values = part.set_index("part").loc[list(PARTS)]
            cells = tuple(
                spread(float(row["mean"]), float(row["high"]), unit, lang, signed=True) for _, row in values.iterrows()
            )
            lines.append(Line(f"  {label}", cells))
    return ["", *(tell(*words, lang) for words in PARTS.values())], lines


def outcome_label(name: str, lang: str) -> tuple[str, str]:
    """Label with unit, and unit, of an outcome or of the household-years lifted."""
    if name == "net_households":
        unit = "household-years"
        return f"{tell('净脱贫', 'net lifted', lang)} ({unit_name(unit, lang)})", unit
    return change_label_of(name, lang), OUTCOMES[name].unit


def sizes_table(found: Findings, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines: the size of each arm under the budget, what it spends, and every setting that was scaled."""
    head = ["", tell("倍数", "factor", lang), tell("支出/预算", "spent / budget", lang), tell("说明", "remark", lang)]
    lines = []
    budget = float(found.asked.budget or math.nan)
    for arm in found.arms:
        fit = found.fits[arm]
        spent = f"{number(fit.spent, 'yuan', lang)} {unit_name('yuan', lang)} ({100 * fit.spent / budget:.1f} %)"
        label = pick(found.labels[arm], lang)
        lines.append(Line(label, (f"{fit.factor:.4g}", spent, pick(STATE_OF_SIZE[fit.state], lang))))
        for row in found.sizes[found.sizes["arm"] == arm].to_dict("records"):
            name = tell(row["instrument_zh"], row["instrument_en"], lang)
            if not row["setting"]:
                lines.append(Line(f"  {name}", ("–", "", tell(row["zh"], row["en"], lang))))
                continue
            since = "" if row["since"] == "always" else tell(f"（{row['since']} 起）", f", from {row['since']}", lang)
            change = f"{_four_digits(row['declared'])} → {_four_digits(row['used'])}"
            limit = tell("（上限）", " (end of its range)", lang) if row["at_limit"] else ""
            label = f"  {name}: {tell(row['zh'], row['en'], lang)}{since}"
            lines.append(Line(label, ("", change, f"{unit_in(row['unit'], lang)}{limit}".strip())))
    return head, lines


def _four_digits(value: float) -> str:
    return f"{float(f'{value:.4g}'):,.10g}"


def sentences(found: Findings, lang: str) -> list[str]:
    """What the intervals contain, what is missing, which pairs were not asked for their interaction."""
    runs, rate = found.asked.replicates, found.asked.discount
    told = [
        tell(
            f"只有一次重复，没有区间（--replicates）。金额按年利率 {rate:.3g} 折现到起始月。",
            f"One replicate has no intervals (--replicates). Money is discounted to the first month at {rate:.3g} "
            "a year.",
            lang,
        )
        if runs == 1
        else tell(
            f"{runs} 次重复：每次重新抽取村庄与住户并换一种运气，对照与各方案配对。区间为 95 % t 区间，含抽样与运气，"
            f"不含参数与模型结构的不确定性。金额按年利率 {rate:.3g} 折现到起始月。",
            f"{runs} replicates: each draws other villages, households and luck; reference and arms are paired. "
            "Intervals are 95 % t intervals over replicates: they contain sampling and luck, not the uncertainty of "
            f"parameters or of the model's structure. Money is discounted to the first month at {rate:.3g} a year.",
            lang,
        )
    ]
    if runs > 1 and any(TOO_FEW[lang] in line.values for line in pairing_table(found, lang)[1]):
        told.append(
            tell(
                f"“{TOO_FEW['zh']}”：方差由很少几次重复估计，独立种子需要多少次重复无法判断。",
                f'"{TOO_FEW["en"]}": from so few replicates nothing can be told about a variance, nor how many '
                "independent seeds would have needed.",
                lang,
            )
        )
    if found.asked.budget is not None:
        told.append(
            tell(
                "预算是对照世界之外的毛支出（折现、全区口径）。方案中对照没有的工具按同一倍数放大；对照已有的工具，"
                "按同一倍数放大其与对照的差别。",
                "The budget is gross spending beyond the reference (discounted, population yuan). Instruments that the "
                "reference lacks are scaled by one factor; of those it has, the difference from the reference is.",
                lang,
            )
        )
    if len(found.failed):
        missing = ", ".join(str(run) for run in sorted(set(found.failed["run"])))
        told.append(
            tell(
                f"失败而未计入的重复：{missing}（见 failed/）",
                f"replicates that failed and are not in: {missing}",
                lang,
            )
        )
    for joint, first, second in not_asked(found.asked):
        told.append(
            tell(
                f"{joint} 未算交互作用：{first} 与 {second} 有对照所没有的共同工具，会重复计算；"
                "可用 --against 指定共同部分。",
                f"no interaction of {joint}: {first} and {second} share an instrument that the reference lacks and it "
                "would be counted twice; name what they share with --against",
                lang,
            )
        )
    return told


def lives_lines(found: Findings, commands: dict[str, str], lang: str) -> list[str]:
    """Of each arm the household most lifted, what first happens to it in one world alone, and how to see both lives."""
    lines = []
    for row in found.lives.to_dict("records"):
        arm = pick(found.labels[str(row["arm"])], lang)
        if int(row["uid"]) < 0:
            nobody = tell("没有因政策脱贫的受益户", "no reached household is lifted", lang)
            lines.append(tell(f"{arm}：{nobody}", f"{arm}: {nobody}", lang))
            continue
        when, what = month_label(int(row["month"])), tell(str(row["zh"]), str(row["en"]), lang)
        uid, command = row["uid"], commands[str(row["arm"])]
        told = tell(f"{arm}：农户 {uid}，{when}：{what}", f"{arm}: household {uid}, {when}: {what}", lang)
        lines.append(f"{told}\n  {command}")
    return lines


def shown(value: float, unit: str, lang: str) -> float:
    """A value in the scale of its unit."""
    return value * factor(unit, lang)
