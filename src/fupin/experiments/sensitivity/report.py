"""The report of a sensitivity study: what drives what, how sure that is, and what was assumed."""

from __future__ import annotations

from collections.abc import Sequence

from fupin.experiments.report import Grid, Number, Picture, Report, Section, Words
from fupin.experiments.sensitivity.analysis import Analysis
from fupin.experiments.sensitivity.asking import Question, title_of
from fupin.experiments.sensitivity.figures import drawings_of_sensitivity
from fupin.experiments.sensitivity.groups import DISTRIBUTIONS
from fupin.experiments.sensitivity.tables import (
    below_noise,
    indices_table,
    method_line,
    none_above,
    pairs_table,
    question,
    range_text,
    setting_of,
    summary_lines,
)
from fupin.labels import pick, tell
from fupin.sources import source_in
from fupin.units import STATUS_LABELS


def report_of_sensitivity(asked: Question, found: Sequence[Analysis], command: str, lang: str) -> Report:
    """The report in one language."""
    first = found[0]
    scenario = next(iter(asked.arms.values())).scenario
    sections = [_section(one, lang) for one in found]
    return Report(
        title=tell("敏感性分析", "What drives the results", lang) + f"{tell('：', ': ', lang)}{title_of(asked, lang)}",
        subtitle=method_line(first, lang),
        lang=lang,
        numbers=_numbers(asked, found, lang),
        sections=[*sections, _assumptions(asked, lang), _limits(lang)],
        command=command,
        made=tell(
            f"抽样 {100 * scenario.sample:g}%，种子 {scenario.seed}，标识 {scenario.identity()[:12]}",
            f"sample {100 * scenario.sample:g}%, seed {scenario.seed}, identity {scenario.identity()[:12]}",
            lang,
        ),
    )


def _numbers(asked: Question, found: Sequence[Analysis], lang: str) -> list[Number]:
    first = found[0]
    largest, note = "–", none_above(lang)
    if len(first.ranked):
        largest, note = str(first.ranked.iloc[0][lang] or first.ranked.iloc[0]["en"]), question(first.target, lang)
    return [
        Number(tell("变动的因素", "factors varied", lang), f"{len(asked.plan.factors)}"),
        Number(tell("运行次数", "runs", lang), f"{len(asked.study):,}"),
        Number(
            tell("高于噪声的因素", "factors above noise", lang),
            " / ".join(str(len(one.ranked)) for one in found),
            tell("、", "; ", lang).join(question(one.target, lang) for one in found) if len(found) > 1 else "",
        ),
        Number(tell("影响最大者", "largest", lang), largest, note),
    ]


def _section(found: Analysis, lang: str) -> Section:
    (rank, factor, *others), rows = indices_table(found, lang)
    rest = below_noise(found, lang)
    blocks: list[Grid | Picture | Words] = [Words([setting_of(found.target, lang), *summary_lines(found, lang)])]
    if rows:  # what is long comes first: a report gives its first column room
        listed = [(label, place, *cells) for place, label, *cells in rows]
        blocks.append(Grid(tell("排名", "Ranking", lang), [factor, rank, *others], listed, rest, words=True))
    else:
        blocks.append(Words([none_above(lang), rest]))
    pairs, strong = pairs_table(found, lang)
    if strong:
        blocks.append(Grid(tell("交互", "Pairs", lang), pairs, strong, words=True))
    blocks += [Picture(drawing) for drawing in drawings_of_sensitivity(found, lang)]
    return Section(question(found.target, lang), blocks)


def _assumptions(asked: Question, lang: str) -> Section:
    head = tell("路径 因素 范围 分布 状态 来源", "path factor range distribution status source", lang).split()
    rows = [
        [
            one.path,
            pick(one, lang),
            range_text(one, lang),
            pick(DISTRIBUTIONS[one.distribution], lang),
            pick(STATUS_LABELS[one.status], lang) if one.status else "",
            source_in(one.source, lang),
        ]
        for one in asked.plan.factors
    ]
    return Section(
        tell("假设：因素与范围", "Assumptions: factors and ranges", lang), [Grid("", head, rows, words=True)]
    )


def _limits(lang: str) -> Section:
    return Section(
        tell("局限", "Limits", lang),
        [
            Words(
                [
                    tell(
                        "指数只对声明的范围成立：范围宽的因素显得更重要。多数范围是假设。",
                        "Indices hold for the declared ranges: a wide range makes a factor look important. "
                        "Most ranges are assumptions.",
                        lang,
                    ),
                    tell(
                        "各因素独立变动；现实中有些会一起变。",
                        "Factors vary independently of each other; in reality some go together.",
                        lang,
                    ),
                    tell(
                        "区间反映设计点有限，不反映模型结构是否正确。",
                        "Intervals tell of the finite number of points, not of whether the model is right.",
                        lang,
                    ),
                ],
                listed=True,
            )
        ],
    )
