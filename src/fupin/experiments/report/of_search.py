"""The report of a search: what was tried, the Pareto points, each explained as what differs from the start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fupin import __version__
from fupin.experiments.decide.conditions import Named
from fupin.experiments.decide.figures import drawing_of_pareto
from fupin.experiments.decide.search import Found
from fupin.experiments.decide.tables import on_fresh, pareto_table
from fupin.experiments.report.assumptions import parameters_grid, settings_grid
from fupin.experiments.report.content import Chart, Grid, Number, Picture, Report, Section, Words, grid_of
from fupin.experiments.report.limits import general_limits
from fupin.experiments.tables import number, unit_name
from fupin.labels import pick, tell
from fupin.model.outcomes import OUTCOMES
from fupin.scenarios.difference_text import sentences
from fupin.scenarios.differences import difference


def explained(found: Found, lang: str) -> list[str]:
    """Each Pareto point as a sentence: what it changes in the scenario that the search began with."""
    return [sentences(difference(found.scenario, found.world(point)), lang) for point in range(len(found.pareto))]


def report_of_search(found: Found, budget: float, labels: Mapping[str, Named], command: str, lang: str) -> Report:
    """The whole report in one language; `budget` is infinite where there is none."""
    world = found.scenario.resolve()
    spans = [(lever, f"{lever.low:,.4g} – {lever.high:,.4g}") for lever in found.levers]
    levers = [(pick(labels[lever.path][0], lang), span, lever.path) for lever, span in spans]
    aims = tell("、", ", ", lang).join(pick(OUTCOMES[aim.outcome], lang) for aim in found.aims)
    count = len(found.points)
    asked = tell(
        f"在 {len(found.levers)} 个可调设置的范围内试了 {count} 个组合，目标：{aims}。",
        f"{count} combinations of {len(found.levers)} settings were tried; aims: {aims}.",
        lang,
    )
    told = [asked]
    if budget < float("inf"):
        yuan = f"{number(budget, 'yuan', lang)} {unit_name('yuan', lang)}"
        told.append(
            tell(f"预算（各年财政支出合计）：{yuan}。", f"Budget (public spending of all years): {yuan}.", lang)
        )
    head = [tell("可调的设置", "setting", lang), tell("范围", "range", lang), tell("路径", "path", lang)]
    if found.without:
        told.append(
            tell(
                f"{found.without} 个组合的某个目标没有数值，不能是帕累托点。",
                f"At {found.without} combinations an aim has no number: they cannot be Pareto points.",
                lang,
            )
        )
    chance = tell(
        "搜索不是穷举：帕累托点是试过的点中不被超过者。它们是按同一组种子选出来的，所以当选时的数值偏好（赢者的诅咒）；"
        "“新种子”各列用搜索没有用过的种子（另抽村庄与住户、另换运气），附 95 % 区间的一半。",
        "A search is not exhaustive: Pareto points are those of the tried ones that nothing beats. They were chosen on "
        "the seeds of the search, so the values that got them chosen are too good (the optimizer's curse); the columns "
        "“fresh seeds” are of seeds that the search has not seen (other villages, households and luck), ± half of the "
        "95 % interval.",
        lang,
    )
    name = pick(world, lang)
    return Report(
        title=tell("政策搜索", "A search for policies", lang),
        subtitle=name,
        lang=lang,
        numbers=_numbers(found, lang),
        sections=[
            Section(tell("问题", "What was asked", lang),
                    [Words(told), Grid(tell("可调的设置", "Levers", lang), head, levers, words=True)]),
            Section(tell("帕累托点", "Pareto points", lang), [
                Picture(drawing_of_pareto(found, lang), _chart(found, lang)),
                grid_of(tell("帕累托点", "Pareto points", lang), pareto_table(found, labels, lang)),
                Words(explained(found, lang), listed=True),
            ]),
            Section(tell("假设与来源", "Assumptions and their sources", lang), [settings_grid({name: world}, lang)]),
            Section(tell("局限", "Limits", lang), [Words([chance, *general_limits(lang)], listed=True)]),
            Section(tell("模型参数", "Parameters of the model", lang), [parameters_grid(lang)], sheet_only=True),
        ],
        command=command,
        made=f"fupin {__version__} · {world.identity()[:12]} · {date.today().isoformat()}",
    )  # fmt: skip


def _numbers(found: Found, lang: str) -> list[Number]:
    tried = Number(tell("试过的组合", "combinations tried", lang), f"{len(found.points):,}")
    numbers = [tried, Number(tell("帕累托点", "Pareto points", lang), f"{len(found.pareto)}")]
    head, lines = pareto_table(found, {lever.path: (OUTCOMES["income"], "") for lever in found.levers}, lang)
    for place, aim in enumerate(found.aims[:2]):
        values = found.pareto[f"{aim.outcome}@{aim.over}"] * aim.direction
        best = int(values.to_numpy().argmax()) if len(values) else -1
        value = lines[best].values[place] if best >= 0 else "–"
        note = tell(f"点 {best}", f"point {best}", lang) if best >= 0 else ""
        if best >= 0 and f"{aim.outcome}@{aim.over}.fresh" in found.pareto:
            again = on_fresh(found.pareto.iloc[best].to_dict(), aim, lang)
            note += tell(f"；新种子上 {again}", f"; on fresh seeds {again}", lang)
        numbers.append(Number(tell(f"最好：{head[place + 1]}", f"best: {head[place + 1]}", lang), value, note))
    return numbers


def _chart(found: Found, lang: str) -> Chart | None:
    if len(found.aims) < 2:
        return None
    names = [f"{aim.outcome}@{aim.over}" for aim in found.aims[:2]]
    first, second = (found.pareto[name].astype(float).tolist() for name in names)
    labels = [pick(OUTCOMES[aim.outcome], lang) for aim in found.aims[:2]]
    return Chart("scatter", first, [(tell("帕累托点", "Pareto points", lang), second)], labels[0], labels[1])
