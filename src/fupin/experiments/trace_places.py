"""What happened in a traced village or county in a month, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from fupin.experiments.money import labels_of
from fupin.model.county import OUT
from fupin.model.household import EXITED, REGISTERED
from fupin.model.processes.county_exit import WORDS, standards
from fupin.model.processes.public_works import SERVICES
from fupin.model.processes.support import supported
from fupin.model.processes.village_exit import conditions, incidence_of_county
from fupin.model.region import Region

type State = dict[str, float]
type Pair = tuple[str, str]
type Found = list[tuple[Pair, Pair]]

SERVICE, COLLECTIVE, PROJECT = ("公共服务", "services"), ("集体经济", "collective"), ("项目", "projects")
TEAM, REGISTER, EXIT = ("工作队", "team"), ("建档", "register"), ("退出条件", "exit conditions")
ECONOMY, BUFFER, STANDARD = ("经济", "economy"), ("缓冲期", "buffer"), ("退出标准", "standards")
LEAST = 0.005  # change of a coverage that is told
CONDITIONS = {
    "incidence": ("建档发生率", "recorded incidence"),
    "industry": ("主导产业", "leading industry"),
    "collective": ("集体收入", "collective income"),
    "services": ("基础设施", "services"),
}


def percent(share: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * share:.1f} %"


def village_notes(before: State, now: State) -> Found:
    """Changes of a village within the month: services, plants, stations, status."""
    found: Found = []
    for name, service in SERVICES.items():
        if abs(now[name] - before[name]) >= LEAST:
            old, new = percent(before[name]), percent(now[name])
            found.append((SERVICE, (f"{service.zh}覆盖率 {old} → {new}", f"{service.en}: {old} → {new} covered")))
    if now["pv_value"] > before["pv_value"]:
        kw = f"{now['pv_kw']:,.0f}"
        found.append((PROJECT, (f"建成光伏电站 {kw} 千瓦", f"photovoltaic plant of {kw} kW")))
    for name, zh, en in (("station", "建成电商站点", "e-commerce station opened"),
                         ("tourism", "开发为旅游村", "developed for tourism"),
                         ("poor_village", "列为贫困村", "put on the list of poor villages")):  # fmt: skip
        if now[name] > before[name]:
            found.append((PROJECT, (zh, en)))
        if now[name] < before[name]:
            found.append((PROJECT, (f"{zh}：终止", f"{en}: ended")))
    return found


def village_month(region: Region, row: int) -> Found:
    """Sums of a village at the end of the month: register, programmes, team, conditions, collective."""
    found = _register(region, "village", row)
    h, v = region.rows("household"), region.rows("village")
    here = np.flatnonzero(h.village == row)
    if region.calendar_month == 11 and region.p.procedure_on and v.poor_village[row]:
        found.append((EXIT, _conditions(region, row)))
    if region.calendar_month == 12:
        income, cash, paid = (f"{v[row]:,.0f}" for v in (v.collective_income, v.collective_cash, v.dividends))
        zh = f"集体收入 {income} 元，分红 {paid} 元，年末现金 {cash} 元"
        found.append((COLLECTIVE, (zh, f"income {income} yuan, dividends {paid}, cash at the end of the year {cash}")))
        found.append((PROJECT, _reached(region, here)))
        found.append((ECONOMY, _living(region, here)))
    if region.calendar_month in (1, 7):
        found += _team(region, row)
    return found


def _living(region: Region, here: Any) -> Pair:
    """Mean income of a village, and how many of its households live below the line."""
    h = region.rows("household")
    mean = f"{h.income_year[here].sum() / max(h.members[here].sum(), 1e-9):,.0f}"
    below = h.income_year[here] < region.p.poverty_line * np.maximum(h.members[here], 1.0)
    share = percent(float(below.sum()) / max(len(here), 1))
    zh = f"人均收入 {mean} 元，收入低于贫困线的农户 {share}"
    return zh, f"income {mean} yuan a head, {share} of households below the line"


def _team(region: Region, row: int) -> Found:
    team = region.rows("workteam")
    for place in np.flatnonzero(team.village == row).tolist():
        people, load = f"{team.members[place]:.0f}", f"{team.load[place]:.1f}"
        seen, visits = percent(float(team.accuracy[place])), f"{team.visits[place]:.1f}"
        zh = f"驻村 {people} 人，每工作日负责 {load} 户，识别精度 {seen}，每户每月走访 {visits} 次"
        en = (
            f"{people} members, {load} households a day of work, accuracy {seen}, {visits} visits a household and month"
        )
        return [(TEAM, (zh, en))]
    return [(TEAM, ("没有驻村工作队，由村干部识别", "no work team: village cadres assess"))]


def _conditions(region: Region, row: int) -> Pair:
    """The November review condition by condition."""
    v, p = region.rows("village"), region.p
    least = min(float(getattr(v, name)[row]) for name in ("road", "water", "power", "broadband", "clinic"))
    due = p.asset_return * v.collective_assets[row] + p.land_lease * v.rent[row] * v.collective_land[row]
    figures = {
        "incidence": (percent(float(v.recorded_share[row])), f"< {percent(p.village_incidence)}"),
        "industry": (f"{v.industry_quality[row]:.2f}", f"≥ {p.village_industry:.2f}"),
        "collective": (f"{v.collective_income[row] + due:,.0f}", f"≥ {p.village_collective:,.0f}"),
        "services": (percent(least), f"≥ {percent(p.village_services)}"),
    }
    met = {name: bool(mask[row]) for name, mask in conditions(region).items()}
    zh = "；".join(
        f"{CONDITIONS[k][0]} {figures[k][0]}（{figures[k][1]}，{'达标' if met[k] else '未达标'}）" for k in met
    )
    en = "; ".join(
        f"{CONDITIONS[k][1]} {figures[k][0]} ({figures[k][1]}: {'met' if met[k] else 'not met'})" for k in met
    )
    return zh, en


def _reached(region: Region, here: Any) -> Pair:
    """How many households of the village each programme has reached so far."""
    parts = []
    for item in region.instruments:
        count = int(region.reached_by(item, here).sum())
        if count:
            zh, en = labels_of(item, region.instruments)
            parts.append((f"{zh} {count} 户", f"{en} {count}"))
    if not parts:
        return "尚无项目到户", "no programme has reached a household yet"
    return "累计受益：" + "；".join(part[0] for part in parts), "households reached so far: " + "; ".join(
        part[1] for part in parts
    )


def _register(region: Region, kind: str, row: int) -> Found:
    """Households listed and struck off this month, and who is listed now."""
    h, month = region.rows("household"), region.month
    here = (h.village if kind == "village" else h.county) == row
    listed = here & (h.registry == REGISTERED)
    new, gone = listed & (h.registered_month == month), here & (h.registry == EXITED) & (h.exited_month == month)
    back = new & (h.returns > 0)
    if not (new.any() or gone.any()):
        return []
    persons = h.weight * h.members
    share = percent(float(persons[listed].sum() / max(persons[here].sum(), 1e-9)))
    weight = h.weight if kind == "county" else np.ones(len(h.weight))  # a village tells of its own households
    counts = [f"{weight[mask].sum():,.0f}" for mask in (new, back, gone, listed)]
    zh = f"新纳入 {counts[0]} 户（其中返贫 {counts[1]} 户），脱贫 {counts[2]} 户；在册 {counts[3]} 户，占人口 {share}"
    en = (
        f"{counts[0]} households listed ({counts[1]} of them again), {counts[2]} left; "
        f"{counts[3]} on the list, {share} of persons"
    )
    return [(REGISTER, (zh, en))]


def county_month(region: Region, row: int) -> Found:
    """Sums of a county at the end of the month: register, standards, buffer, jobs."""
    found = _register(region, "county", row)
    c, h, v, p = (region.rows("county"), region.rows("household"), region.rows("village"), region.p)
    if region.calendar_month == 12:
        here = v.county == row
        listed = v.poor_village | v.exited
        poor, out = float((v.weight * listed)[here].sum()), float((v.weight * v.exited)[here].sum())
        words = f"贫困村 {poor:,.0f} 个，已出列 {out:,.0f} 个", f"{poor:,.0f} poor villages, {out:,.0f} have left"
        found.append((EXIT, words))
        if p.procedure_on and c.poor_county[row] and c.exit_stage[row] != OUT:
            found.append((STANDARD, _standards(region, row)))
        people = f"{c.job_seekers[row]:,.0f}", f"{c.vacancies[row]:,.0f}"
        found.append((ECONOMY, (f"本季求职 {people[0]} 人，空岗 {people[1]} 个",
                                f"{people[0]} job seekers and {people[1]} vacancies in the quarter")))  # fmt: skip
    if region.calendar_month == 12 and p.buffer_years + p.taper_years > 0:
        left = np.flatnonzero((h.county == row) & (h.registry == EXITED))
        kept, total = float(h.weight[left][supported(region, left)].sum()), float(h.weight[left].sum())
        zh = f"摘帽不摘政策：已脱贫 {total:,.0f} 户中 {kept:,.0f} 户仍享受帮扶（缓冲 {p.buffer_years:g} 年）"
        en = (
            f"of {total:,.0f} households that left {kept:,.0f} are still supported (buffer of {p.buffer_years:g} years)"
        )
        found.append((BUFFER, (zh, en)))
    return found


def _standards(region: Region, row: int) -> Pair:
    """The county's standards beside incidence, and incidence, one by one."""
    recorded = incidence_of_county(region, row)
    met = standards(region, row) | {"incidence": recorded < region.p.county_incidence}
    done = [name for name, reached in met.items() if reached]
    missing = [name for name in met if name not in done]
    zh = f"建档发生率 {percent(recorded)}；未达标：{'、'.join(WORDS[name][0] for name in missing) or '无'}"
    en = f"recorded incidence {percent(recorded)}; not met: {', '.join(WORDS[name][1] for name in missing) or 'none'}"
    return zh, en
