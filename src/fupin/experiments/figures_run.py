"""The figures of one run: incomes, poverty and registry, distribution, work, money, targeting."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from fupin.experiments.balance import unbalanced_note
from fupin.experiments.figures import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    RED,
    SERIES,
    SKY,
    Drawing,
    label_ends,
    legend,
    note_of,
    thousands,
    year_axis,
)
from fupin.experiments.panel import December
from fupin.experiments.run import WorldResult
from fupin.experiments.tables import factor, number, unit_name
from fupin.labels import pick, tell
from fupin.model.measures import LOWEST_INCOME
from fupin.model.outcomes import OUTCOMES
from fupin.model.snapshot import SOURCES

INCOMES = {"operating_income": GREEN, "wage_income": BLUE, "transfer_income": ORANGE, "property_income": PURPLE}
MOST_PROGRAMMES = 6  # in one figure; the smallest are drawn together
WORK = {"own_share": GREEN, "local_share": BLUE, "migrant_share": SKY, "post_share": PURPLE, "idle_share": "#C8C8C8"}


def drawings_of_run(world: WorldResult, lang: str) -> list[Drawing]:
    """The figures that have something to show."""
    persons, money, income = (unit_name(unit, lang) for unit in ("persons", "yuan/year", "yuan/person/year"))
    first, last = world.decembers[0].year, world.decembers[-1].year
    say: Callable[[str, str], str] = partial(tell, lang=lang)
    found = [
        Drawing(
            "income", say("人均可支配收入及来源", "Income per head by source"), income, partial(_income, world, lang)
        ),
        Drawing(
            "poverty",
            say("收入贫困人口与建档立卡人口", "Income poverty and the register"),
            say(f"上：{persons}，括号内为贫困发生率；下：当年进出",
                f"above: {persons}, headcount in brackets; below: yearly flows"),
            partial(_poverty, world, lang),
        ),
        Drawing(
            "distribution",
            say(f"收入分布：{first} 年与 {last} 年", f"Distribution of income, {first} and {last}"),
            say(f"按人计，横轴为人均收入（{income}，对数），虚线为当年国家贫困线",
                f"persons by income per head ({income}, log scale); dashed: the national line of the year"),
            partial(_distribution, world, lang),
        ),
        Drawing(
            "work", say("劳动力在哪里就业", "Who works where"),
            say("占有劳动能力者的比例，%", "share of able workers, %"),
            partial(_work, world, lang),
        ),
        Drawing(
            "targeting",
            say("瞄准误差", "Targeting errors of the register"),
            say("12月的名册与当年真实收入贫困相比，%", "the list of December against income poverty of the year, %"),
            partial(_targeting, world, lang),
        ),
    ]  # fmt: skip
    if world.instruments:
        title = say("财政支出：按项目与来源", "Public spending by programme and source")
        found.append(Drawing("spending", title, money, partial(_spending, world, lang)))
    return found


def note_of_run(world: WorldResult, lang: str) -> str:
    """The note under the figures of a run."""
    scenario = world.scenario
    policies = " + ".join(scenario.policy_names(lang)) or tell("无", "none", lang)
    name = tell(scenario.zh, scenario.en, lang)
    missing = tell("未反映参数和抽样的不确定性", "uncertainty of parameters and sampling not shown", lang)
    if scenario.sample >= 1:
        missing = tell("未反映参数的不确定性", "uncertainty of parameters not shown", lang)
    name = unbalanced_note({scenario.name: world.imbalances}, lang) + name
    return note_of(name, policies, world.sample, scenario.sample, scenario.seed, missing, lang)


def _income(world: WorldResult, lang: str, figure: Figure) -> None:
    ax = figure.add_subplot()
    table, years = world.outcomes, list(world.outcomes.index)
    base = np.zeros(len(years))
    labels = []
    for name, colour in INCOMES.items():
        top = base + np.maximum(table[name].to_numpy(), 0.0)
        ax.fill_between(years, base, top, color=colour, alpha=0.85, linewidth=0)
        value = number(table[name].iloc[-1], OUTCOMES[name].unit, lang)
        labels.append((0.5 * float(base[-1] + top[-1]), f"{pick(OUTCOMES[name], lang)} {value}", colour))
        base = top
    total = table["income"]
    ax.plot(years, total, color=INK)
    for year, side, offset in ((years[0], "left", (4, 11)), (years[-1], "right", (0, 7))):
        text = number(total[year], "yuan/person/year", lang)
        ax.annotate(text, (year, total[year]), offset, textcoords="offset points", ha=side, color=INK)
    if years[-1] > years[0]:  # a single year has no line
        ax.set_xlim(years[0], years[-1])
    ax.set_ylim(0, 1.12 * float(total.max()))
    year_axis(ax, years)
    thousands(ax)
    label_ends(ax, labels)


def _poverty(world: WorldResult, lang: str, figure: Figure) -> None:
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": (2.2, 1), "hspace": 0.12})
    table, years = world.outcomes, list(world.outcomes.index)
    scale = factor("persons", lang)
    poor, registered = table["poor_persons"] * scale, table["registered"] * scale
    above.plot(years, poor, color=RED, marker="o", markersize=5)
    above.plot(years, registered, color=BLUE, marker="s", markersize=5)
    for year in years:
        over = registered[year] < poor[year]  # on the side where the other line is not
        above.annotate(
            f"({100 * table['headcount'][year]:.1f}%)", (year, poor[year]), (0, 8 if over else -8),
            textcoords="offset points", ha="center", va="bottom" if over else "top", color=RED, fontsize=8,
        )  # fmt: skip
    above.set_ylim(min(0.0, -0.12 * float(poor.max())), 1.12 * float(np.nanmax([poor.max(), registered.max()])))
    above.spines["bottom"].set_visible(False)
    above.set_yticks([tick for tick in above.get_yticks() if tick >= 0])
    thousands(above)
    ends = [
        (float(poor.iloc[-1]), tell("收入贫困人口", "income-poor", lang), RED),
        (float(registered.iloc[-1]), tell("建档立卡在册", "registered", lang), BLUE),
    ]
    flows = table[["entries", "returns", "exits"]].fillna(0.0) * scale
    below.bar(years, flows["entries"], 0.5, color=SKY)
    below.bar(years, flows["returns"], 0.5, bottom=flows["entries"], color=ORANGE)
    below.bar(years, -flows["exits"], 0.5, color=GREY)
    below.axhline(0, color=INK, linewidth=0.8)
    thousands(below, absolute=True)
    below.margins(y=0.12)
    year_axis(below, years)
    last = flows.iloc[-1]
    label_ends(above, ends)
    label_ends(
        below,
        [
            (0.5 * float(last["entries"]), tell("新识别", "entries", lang), SKY),
            (float(last["entries"] + last["returns"]), tell("返贫", "returns", lang), ORANGE),
            (-0.5 * float(last["exits"]), tell("退出", "exits", lang), GREY),
        ],
    )


def density(december: December, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Density of persons over log10 income per head on an even grid, smoothed by a Gaussian of 0.05."""
    step = grid[1] - grid[0]
    logs = np.log10(np.maximum(december.income, LOWEST_INCOME))
    edges = np.append(grid - 0.5 * step, grid[-1] + 0.5 * step)
    counts, _ = np.histogram(logs, edges, weights=december.persons)
    reach = np.arange(-0.2, 0.2 + step / 2, step)
    kernel = np.exp(-0.5 * (reach / 0.05) ** 2)
    smooth = np.convolve(counts, kernel / kernel.sum(), mode="same")
    return np.asarray(smooth / (december.persons.sum() * step))


def _distribution(world: WorldResult, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(right=0.97)
    ax = figure.add_subplot()
    grid = np.arange(2.4, 5.3, 0.01)
    peak = 0.0
    chosen = ((world.decembers[0], ORANGE), (world.decembers[-1], BLUE))
    for december, colour in chosen:
        curve = density(december, grid)
        ax.fill_between(10**grid, curve, color=colour, alpha=0.25, linewidth=0)
        ax.plot(10**grid, curve, color=colour)
        top = int(np.argmax(curve))
        ax.annotate(
            str(december.year), (10 ** grid[top], curve[top]), (0, 5), textcoords="offset points", ha="center",
            color=colour, fontsize=11, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )  # fmt: skip
        peak = max(peak, float(curve.max()))
    for place, (december, colour) in enumerate(chosen):
        poor = 100 * float(december.persons[december.poor].sum() / december.persons.sum())
        ax.axvline(december.line, color=colour, linestyle=(0, (5, 3)), linewidth=1.5)
        text = tell(
            f"{december.year} 年线 {december.line:,.0f} 元\n线下 {poor:.1f}%",
            f"line of {december.year}: {december.line:,.0f} yuan\n{poor:.1f} % below",
            lang,
        )
        ax.annotate(
            text, (chosen[0][0].line, (1.08 - 0.16 * place) * peak), (-6, 0), textcoords="offset points", ha="right",
            va="center", color=colour, fontsize=9,
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(400, 80_000)
    ax.set_ylim(0, 1.2 * peak)
    ticks = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
    ax.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    ax.set_yticks([])


def _work(world: WorldResult, lang: str, figure: Figure) -> None:
    ax = figure.add_subplot()
    table, years = world.outcomes, list(world.outcomes.index)
    base = np.zeros(len(years))
    labels = []
    for name, colour in WORK.items():
        values = 100 * table[name].to_numpy()
        if values.max() < 0.05:
            continue
        ax.bar(years, values, 0.72, bottom=base, color=colour, alpha=0.9)
        for year, low, value in zip(years, base, values, strict=True):
            if value >= 5:
                pale = colour in (SKY, "#C8C8C8")
                ax.text(year, low + value / 2, f"{value:.0f}", ha="center", va="center", fontsize=8.5,
                        color=INK if pale else "white")  # fmt: skip
        text = pick(OUTCOMES[name], lang)
        short = text.removesuffix("占比").removeprefix("workers in ")
        labels.append((float(base[-1] + values[-1] / 2), short, colour))
        base = base + values
    ax.set_ylim(0, 100)
    year_axis(ax, years)
    label_ends(ax, labels)


def _targeting(world: WorldResult, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(right=0.70)
    ax = figure.add_subplot()
    table = world.outcomes.loc[world.years]
    series = {
        "exclusion_error": (
            RED,
            "o",
            "漏评率：收入贫困者中\n未建档的",
            "exclusion error: of the\nincome-poor, not registered",
        ),
        "inclusion_error": (
            BLUE,
            "s",
            "错评率：建档人口中\n不属收入贫困的",
            "inclusion error: of the\nregistered, not income-poor",
        ),
        "mis_exit": (
            GREEN,
            "^",
            "错退率：已退出人口中\n收入贫困的",
            "poor after exit: of those\nwho left, income-poor",
        ),
    }
    labels = []
    for name, (colour, marker, zh, en) in series.items():
        values = 100 * table[name]
        ax.plot(world.years, values, color=colour, marker=marker, markersize=5)
        if np.isfinite(values.iloc[-1]):
            labels.append((float(values.iloc[-1]), f"{tell(zh, en, lang)}  {values.iloc[-1]:.0f}%", colour))
    ax.set_ylim(0, 100)
    year_axis(ax, world.years)
    label_ends(ax, labels, size=9)


def _spending(world: WorldResult, lang: str, figure: Figure) -> None:
    figure.subplots_adjust(left=0.09, right=0.975, bottom=0.285, top=0.80, wspace=0.08)
    left, right = figure.subplots(1, 2, sharey=True)
    table = world.programmes
    scale, years = factor("yuan/year", lang), world.years
    programmes = [
        (tell(zh, en, lang), table[table["instrument"] == id_].set_index("year")["spent"].reindex(years).to_numpy())
        for id_, zh, en in world.instruments
    ]
    if len(programmes) > MOST_PROGRAMMES:
        programmes.sort(key=lambda item: -float(item[1].sum()))
        rest = np.sum([values for _, values in programmes[MOST_PROGRAMMES - 1 :]], axis=0)
        programmes = [*programmes[: MOST_PROGRAMMES - 1], (tell("其他", "others", lang), rest)]
    totals = table.groupby("year")[list(SOURCES)].sum().reindex(years)
    sources = [(tell(*labels, lang), totals[source].to_numpy()) for source, labels in SOURCES.items()]
    for ax, parts in ((left, programmes), (right, sources)):
        base = np.zeros(len(years))
        for place, (text, values) in enumerate(parts):
            colour = SERIES[place % len(SERIES)]
            ax.bar(years, scale * values, 0.7, bottom=base, color=colour, alpha=0.9, label=text)
            base = base + scale * values
        for year, total in zip(years, base, strict=True):
            ax.annotate(f"{total:,.0f}", (year, total), (0, 3), textcoords="offset points", ha="center", fontsize=8,
                        color=FAINT)  # fmt: skip
        ax.set_ylim(0, 1.1 * max(float(base.max()), 1e-9))
        year_axis(ax, years)
        thousands(ax)
    legend(figure, left, x=0.017, y=0.235, columns=2)
    legend(figure, right, x=0.985, y=0.235, columns=2, corner="upper right")
    left.set_title(tell("按项目", "by programme", lang), loc="left", fontsize=10)
    right.set_title(tell("按来源", "by source", lang), loc="left", fontsize=10)
