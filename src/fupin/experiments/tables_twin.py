"""The tables of two lives: year by year side by side, the events, the money that differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from fupin.experiments.life_events import Event
from fupin.experiments.lives import Lives, lone_purposes
from fupin.experiments.tables import Line
from fupin.labels import pick, tell
from fupin.model.columns import columns_of
from fupin.model.dated import month_label
from fupin.model.household import Household
from fupin.model.purposes import PURPOSES
from fupin.units import unit_in

SUMS = {
    "wage_income": ("工资性收入", "wage income"),
    "operating_income": ("经营净收入", "operating income"),
    "property_income": ("财产净收入", "property income"),
    "transfer_income": ("转移净收入", "transfer income"),
    "consumption": ("消费支出", "consumption"),
}
ENDS = {
    "income_per_head": ("人均收入", "income per head"),
    "savings": ("年末储蓄", "savings, end of year"),
    "debt": ("年末私人借款", "private debt, end of year"),
    "loan": ("年末贷款", "bank loan, end of year"),
    "capital": ("年末生产性资产", "productive assets, end of year"),
}
REGISTRY = (("未建档", "–"), ("在册", "registered"), ("已退出", "exited"))
MOST_DIGITS = 6
WORLDS = {"policy": ("政策", "policy"), "reference": ("对照", "reference")}


def years_table(lives: Lives, lang: str) -> tuple[list[int], list[Line]]:
    """Years, and two lines for each item: under the policy and in the reference (yuan of the household)."""
    table = lives.quarters
    years = sorted({int(year) for year in table["year"]})
    lines = []
    for name, text in (SUMS | ENDS).items():
        lines.append(Line(f"{tell(*text, lang)} ({tell('元', 'yuan', lang)})"))
        for world, label in WORLDS.items():
            mine = table[table["world"] == world]
            by_year = mine.groupby("year")[name]
            values = (by_year.sum() if name in SUMS else by_year.last()).to_numpy()
            lines.append(Line("  " + tell(*label, lang), tuple(f"{value:,.0f}".replace("-", "−") for value in values)))
    for title, cell in (
        (tell("是否收入贫困", "income-poor", lang), lambda row: tell("贫困", "poor", lang) if row["poor"] else "–"),
        (tell("建档状态", "register", lang), lambda row: tell(*REGISTRY[row["registry"]], lang)),
        (tell("自营/本地/外出 (人)", "own/local/migrant (persons)", lang), _work),
    ):
        lines.append(Line(title))
        for world, label in WORLDS.items():
            ends = table[(table["world"] == world) & (table["quarter"] == 4)].to_dict("records")
            lines.append(Line("  " + tell(*label, lang), tuple(cell(row) for row in ends)))
    return years, lines


def _work(row: Mapping[Hashable, Any]) -> str:
    return f"{row['own_workers']:.0f}/{row['local_workers']:.0f}/{row['migrants']:.0f}"


def parting_line(lives: Lives, lang: str) -> str:
    """One sentence: when and in what the two lives part."""
    if lives.parting is None:
        return tell("两个世界里的生活完全相同。", "The two lives are the same in every month.", lang)
    news = [event for event in lives.events if event.month == lives.parting.month and event.world != "both"]
    parts = tell("；", "; ", lang).join(
        news_of(news, lang) + [_both(name, mine, theirs, lang) for name, mine, theirs in lives.parting.columns]
    )
    month = month_label(lives.parting.month)
    told = tell(
        f"两种生活从 {month} 起不同（政策 / 对照）：{parts}",
        f"The lives part in {month} (policy / reference): {parts}",
        lang,
    )
    later = next((event for event in lives.events if event.world != "both"), None)
    if news or later is None:
        return told
    since = month_label(later.month)
    first = tell("；", "; ", lang).join(
        news_of((one for one in lives.events if (one.world, one.month) == (later.world, later.month)), lang)
    )
    return told + tell(
        f"。此前没有哪件事只发生在一个世界里，差别来自价格、岗位等连带影响；第一件在 {since}：{first}",
        ". Nothing has happened in one world alone by then: what differs comes from prices, jobs and the like; the "
        f"first that does is in {since}: {first}",
        lang,
    )


def _both(name: str, mine: float, theirs: float, lang: str) -> str:
    """A column with both values, in words where it holds codes, else with its unit."""
    column = columns_of(Household)[name]

    def shown(value: float, digits: int) -> str:
        if column.codes:
            return pick(column.codes[int(value)], lang)
        if column.unit == "month":
            return month_label(int(value)) if value >= 0 else "–"
        text = f"{value:,.{digits}f}" if abs(value) >= 100 else f"{value:.{3 + digits}g}"
        return text.replace("-", "−")

    # as many decimals as it takes to see that they differ
    digits = next((many for many in range(MOST_DIGITS) if shown(mine, many) != shown(theirs, many)), MOST_DIGITS)
    unit = "" if column.codes or column.unit in ("", "1", "month") else f" {unit_in(column.unit, lang)}"
    return f"{pick(column, lang)} {shown(mine, digits)} / {shown(theirs, digits)}{unit}"


def news_of(events: Iterable[Event], lang: str) -> list[str]:
    """What happens in one world only, each with its world."""
    return [
        tell(f"{event.zh}（{WORLDS[event.world][0]}）", f"{event.en} ({WORLDS[event.world][1]})", lang)
        for event in events
    ]


def events_table(lives: Lives, lang: str) -> tuple[list[str], list[Line]]:
    """Head and lines of the events: when, in which world, what."""
    both = tell("两个世界", "both", lang)
    head = [tell("月份", "month", lang), tell("世界", "world", lang), tell("事件", "event", lang)]
    worlds = {"both": both} | {world: tell(*label, lang) for world, label in WORLDS.items()}
    return head, [
        Line(month_label(event.month), (worlds[event.world], tell(event.zh, event.en, lang))) for event in lives.events
    ]


def flows_table(lives: Lives, lang: str) -> tuple[list[int], list[Line]]:
    """Years, and the yearly cash flows that exist in one of the worlds only (yuan, positive: received)."""
    years = sorted({int(year) for year in lives.quarters["year"]})
    lines = []
    for world, purpose in lone_purposes(lives):
        rows = lives.flows[lives.flows["purpose"] == purpose]
        by_year = dict(zip(rows["year"], rows["yuan"], strict=True))
        values = (by_year.get(year, 0.0) for year in years)
        zh, en = WORLDS[world]
        label = tell(f"{zh}：{PURPOSES[purpose].zh}", f"{en}: {PURPOSES[purpose].en}", lang)
        cells = (f"{value:+,.0f}".replace("-", "−") if abs(value) >= 0.5 else "" for value in values)
        lines.append(Line(label, tuple(cells)))
    return years, lines
