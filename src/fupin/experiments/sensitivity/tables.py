"""What a sensitivity study found, in words and tables of one language."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from fupin.experiments.sensitivity.analysis import Analysis, Target
from fupin.experiments.sensitivity.factors import LEAST_SCALE, SCALE, SHIFT, Factor
from fupin.experiments.sensitivity.methods import INDEX_LABELS, METHODS
from fupin.experiments.tables import change_unit, unit_name
from fupin.experiments.tables import factor as scale_of
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES
from fupin.units import unit_in

EFFECTS = ("mu_star", "mu", "sigma")  # indices in the unit of the outcome; the others are shares or distances
COLUMNS = {
    "morris": ("mu_star", "mu", "sigma"),
    "sobol": ("total", "first"),
    "pawn": ("pawn",),
    "delta": ("delta", "first"),
    "rbd_fast": ("first",),
}
SHARES = ("first", "total")


class Words(NamedTuple):
    """A target in one language: the outcome's label, units of its values and of changes, and the factor to both."""

    outcome: str
    unit: str
    change: str
    scale: float


def words_of(target: Target, lang: str) -> Words:
    """Label, unit and scale of a target; differences of shares are percentage points."""
    if target.outcome not in OUTCOMES:
        return Words(target.outcome, "", "", 1.0)
    outcome = OUTCOMES[target.outcome]
    unit = unit_name(outcome.unit, lang)
    change = change_unit(outcome.unit, lang)
    return Words(pick(outcome, lang), change if target.against else unit, change, scale_of(outcome.unit, lang))


def subject(target: Target, lang: str) -> str:
    """What is asked about: an outcome, or the effect of a policy on it."""
    words = words_of(target, lang)
    if not target.against:
        return words.outcome
    arm = pick(target.label, lang) or target.arm
    return tell(f"“{arm}”对{words.outcome}的影响", f"effect of {arm} on {words.outcome}", lang)


def question(target: Target, lang: str) -> str:
    """What the study asked, as a title."""
    what = subject(target, lang)
    return tell(f"哪些因素左右{what}", f"What drives {'the ' if target.against else ''}{what}", lang)


def setting_of(target: Target, lang: str) -> str:
    """Under which policies and when."""
    arm, other = (
        pick(one, lang) or name for one, name in ((target.label, target.arm), (target.against_label, target.against))
    )
    if target.against:
        return tell(f"{target.year} 年，对照：{other}", f"{target.year}, reference: {other}", lang)
    return tell(f"{target.year} 年", str(target.year), lang) + (f"{tell('，', ', ', lang)}{arm}" if arm else "")


def number(value: float) -> str:
    """A number of three digits that count; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    if value != 0 and abs(value) < 5e-13:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{min(digits, 6)}f}".replace("-", "−")


def index_text(name: str, value: float, words: Words) -> str:
    """An index as it is shown: effects in the outcome's unit, shares in per cent."""
    if name in EFFECTS:
        return number(value * words.scale)
    return f"{100 * value:.1f}%".replace("-", "−") if name in SHARES else f"{value:.3f}"


def index_label(name: str, words: Words, lang: str) -> str:
    """The label of an index with its unit."""
    label = pick(INDEX_LABELS[name], lang)
    return f"{label}, {words.change}" if name in EFFECTS and words.change else label


def range_text(factor: Factor, lang: str) -> str:
    """What a factor ranges over, with its unit."""
    if factor.distribution == "discrete":
        return " / ".join(f"{level:g}" if isinstance(level, float) else str(level) for level in factor.levels)
    low = 0.0 if factor.how == SCALE and factor.low <= LEAST_SCALE else factor.low
    span = f"{number(low)}\u00a0–\u00a0{number(factor.high)}"  # not to be broken
    if factor.how == SCALE:
        return tell(f"声明路径的 {span} 倍", f"{span} times the declared path", lang)
    span += f" {unit_in(factor.unit, lang)}" if factor.unit not in ("", "1") else ""
    return tell(f"路径平移 {span}", f"path shifted by {span}", lang) if factor.how == SHIFT else span


def indices_table(found: Analysis, lang: str, most: int = 0) -> tuple[list[str], list[list[str]]]:
    """The ranked factors (the first `most`, or all): rank, label, path, range, indices with intervals, floor."""
    words, names = words_of(found.target, lang), COLUMNS[found.plan.method]
    shown = [name for name in names if name in found.indices.columns]
    head = [tell("序", "rank", lang), tell("因素", "factor", lang), tell("路径", "path", lang)]
    head += [] if found.plan.grouped else [tell("范围", "range", lang)]
    sure = ("first", *shown[:1])  # those whose intervals are shown
    for name in shown:
        head += [index_label(name, words, lang)] + ([tell("95% 区间", "95 % interval", lang)] if name in sure else [])
    head.append(tell("噪声线", "noise", lang))
    factors = {factor.path: factor for factor in found.plan.factors}
    ranked = found.ranked.head(most) if most else found.ranked
    rows = []
    for _, row in ranked.iterrows():
        cells = [str(row["rank"]), str(row[lang] or row["en"]), str(row["item"])]
        cells += [] if found.plan.grouped else [range_text(factors[str(row["item"])], lang)]
        for name in shown:
            cells.append(index_text(name, float(row[name]), words))
            if name in sure:
                ends = (index_text(name, float(row[f"{name}_{end}"]), words) for end in ("low", "high"))
                cells.append(tell("{} 至 {}", "{} to {}", lang).format(*ends))
        rows.append([*cells, index_text(found.main, float(row["floor"]), words)])
    return head, rows


def none_above(lang: str) -> str:
    """What stands where no factor can be ranked."""
    return tell("没有因素高于噪声。", "No factor is above the noise.", lang)


def below_noise(found: Analysis, lang: str, most: int = 0) -> str:
    """The factors that are not ranked (the first `most`, or all), in one sentence; empty if there are none."""
    rest = found.indices[found.indices["rank"] == 0]
    moved = rest[rest[f"{found.main}_high"] > 0]
    if not len(rest):
        return ""
    names = moved[lang].where(moved[lang].astype(bool), moved["item"])
    shown = list(names.head(most) if most else names)
    listed = tell("、", "; ", lang).join(shown)
    listed += (
        tell(f" 等 {len(moved)} 个", f" and {len(moved) - len(shown)} more", lang) if len(shown) < len(moved) else ""
    )
    told = tell(
        f"未明显高于噪声，不排名（{len(rest)}）：{listed}",
        f"Not clearly above the noise, so not ranked ({len(rest)}): {listed}",
        lang,
    )
    if still := len(rest) - len(moved):
        told += tell(f"；其中 {still} 个毫无影响", f"; {still} of them moved nothing at all", lang)
    return told + tell("。", ".", lang)


def summary_lines(found: Analysis, lang: str) -> list[str]:
    """The spread of the outcome, the noise, and whether the indices have settled."""
    words, y = words_of(found.target, lang), pd.Series(found.values)
    low, middle, high = (number(words.scale * float(y.quantile(p))) for p in (0.05, 0.5, 0.95))
    unit, n, count = words.unit, len(y), len(found.plan.items)
    lines = [
        tell(
            f"{n:,} 个设计点上：中位数 {middle} {unit}，90% 的点在 {low} 至 {high} 之间。",
            f"Over {n:,} points of the design: median {middle} {unit}, middle 90 per cent {low} to {high}.",
            lang,
        )
    ]
    noise = found.noise
    if noise.points:
        deviation, share = number(words.scale * noise.deviation), f"{100 * noise.share:.1f}"
        lines.append(
            tell(
                f"噪声：换一个种子，同一点的结果相差 {deviation} {words.change}（标准差，占设计方差 {share}%；"
                f"{noise.points} 个点，各 {noise.seeds} 个种子）。{count} 个因素中 {len(found.ranked)} 个高于噪声。",
                f"Noise: another seed changes the outcome of a point by {deviation} {words.change} "
                f"(standard deviation; {share}% of the design's variance; {noise.points} points, {noise.seeds} seeds). "
                f"{len(found.ranked)} of {count} factors are above it.",
                lang,
            )
        )
    else:
        lines.append(tell("未测噪声（--replicates 0）。", "Noise was not measured (--replicates 0).", lang))
    if math.isfinite(found.settled):
        lines.append(
            tell(
                f"收敛：样本减半时的排序与全部样本的秩相关 {found.settled:.2f}。",
                f"Convergence: rank correlation of the index from half of the samples with all: {found.settled:.2f}.",
                lang,
            )
        )
    return lines


def pairs_table(found: Analysis, lang: str, most: int = 10) -> tuple[list[str], list[list[str]]]:
    """The largest second-order shares whose interval is above zero."""
    labels = dict(found.indices.set_index("item")[lang])
    items = found.plan.items
    strong = found.pairs[found.pairs["low"] > 0].sort_values("share", ascending=False).head(most)
    head = tell("因素 与 二阶份额 95%_区间", "factor with second-order_share 95_%_interval", lang).split()
    rows = []
    for _, row in strong.iterrows():
        pair = [str(labels[items[int(row[end])]]) for end in ("one", "other")]
        shares = [f"{100 * row[name]:.1f}%".replace("-", "−") for name in ("share", "low", "high")]
        rows.append([*pair, shares[0], tell("{} 至 {}", "{} to {}", lang).format(*shares[1:])])
    return [name.replace("_", " ") for name in head], rows


def method_line(found: Analysis, lang: str) -> str:
    """Method and size."""
    plan, method = found.plan, METHODS[found.plan.method]
    size = f"{plan.samples:,} {pick(method.sample, lang)}"
    count = len(plan.items)
    what = tell("组", "groups", lang) if plan.grouped else tell("个因素", "factors", lang)
    return f"{pick(method.label, lang)}{tell('：', ': ', lang)}{count} {what}{tell('，', ', ', lang)}{size}"
