"""What changed in a traced household and its members, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fupin.experiments.money import labels_of
from fupin.model.household import (
    DANGEROUS,
    EXITED,
    HOME,
    MOVED,
    NEVER,
    POOR_HOUSE,
    REGISTERED,
    RETURNED,
    SOUND,
    mark_of,
)
from fupin.model.person import ACTIVITY_LABELS, COLLEGE, JUNIOR, NOT_IN_SCHOOL, PRIMARY, SENIOR, VOCATIONAL
from fupin.model.region import Region

type State = dict[str, float]
type Pair = tuple[str, str]
type Found = list[tuple[Pair, Pair]]

REGISTER, PROGRAMME, HOUSE = ("建档", "register"), ("项目", "programme"), ("住房饮水", "house and water")
WORK, SCHOOL, HEALTH, FAMILY = ("就业", "work"), ("就学", "school"), ("健康", "health"), ("家庭", "family")
YEAR = ("全年", "year")
CREDIT, TEAM, LAND = ("借贷", "credit"), ("走访", "visits"), ("土地", "land")

STATUS = {NEVER: ("未在册", "not on the list"), REGISTERED: ("在册", "registered"), EXITED: ("已脱贫", "exited")}
HOUSES = {DANGEROUS: ("危房", "dangerous"), POOR_HOUSE: ("较差", "poor"), SOUND: ("安全", "sound")}
PLACES = {HOME: ("原村", "home village"), MOVED: ("安置点", "relocation site"), RETURNED: ("返回原村", "back home")}
STAGES = {
    NOT_IN_SCHOOL: ("未在学", "not at school"),
    PRIMARY: ("小学", "primary school"),
    JUNIOR: ("初中", "junior high"),
    SENIOR: ("高中", "senior high"),
    VOCATIONAL: ("中职", "vocational school"),
    COLLEGE: ("大学", "college"),
}
SPLITS = {
    0: ("赡养已申报", "children's support declared"),
    1: ("分户，未申报子女赡养", "children's support not declared"),
    2: ("赡养责任已落实", "children's duty of support restored"),
}
CHANNELS = {
    0: ("无", "none"),
    1: ("经营", "own business"),
    2: ("务工", "wages"),
    3: ("财产", "property"),
    4: ("转移", "transfers"),
    5: ("收入未增", "no gain of income"),
}


class Seen(NamedTuple):
    """A column that is told when it changes: topic, label, how its value reads, and the least change told."""

    topic: Pair
    zh: str
    en: str
    read: Callable[[float], Pair]
    least: float = 0.0


def codes(names: dict[int, Pair]) -> Callable[[float], Pair]:
    """Reader of a code."""
    return lambda code: names.get(int(code), (f"{code:.0f}", f"{code:.0f}"))


def yuan(amount: float) -> Pair:
    """Reader of money."""
    return f"{amount:,.0f} 元", f"{amount:,.0f} yuan"


def plain(amount: float) -> Pair:
    """Reader of a number."""
    return f"{amount:.1f}", f"{amount:.1f}"


def yes(amount: float) -> Pair:
    """Reader of a condition."""
    return ("是", "yes") if amount else ("否", "no")


SEEN: dict[str, Seen] = {
    "registry": Seen(REGISTER, "建档状态", "register", codes(STATUS)),
    "observed_income": Seen(REGISTER, "认定人均收入", "income that cadres believe, a head", yuan, 50.0),
    "elder_split": Seen(REGISTER, "老人赡养", "elders", codes(SPLITS)),
    "ungrounded": Seen(REGISTER, "未达标被脱贫", "struck off without grounds", yes),
    "exit_channel": Seen(REGISTER, "脱贫主要途径", "main way out", codes(CHANNELS)),
    "dibao": Seen(PROGRAMME, "低保金（月）", "dibao a month", yuan, 1.0),
    "wubao": Seen(PROGRAMME, "特困供养金（月）", "wubao a month", yuan, 1.0),
    "housing": Seen(HOUSE, "住房", "house", codes(HOUSES)),
    "safe_water": Seen(HOUSE, "安全饮水", "safe water", yes),
    "location": Seen(HOUSE, "居住地", "home", codes(PLACES)),
    "rented_out": Seen(LAND, "流转出（亩）", "land rented out (mu)", plain, 0.05),
    "rented_in": Seen(LAND, "流转入（亩）", "land rented in (mu)", plain, 0.05),
    "park_land": Seen(LAND, "流转给园区（亩）", "land leased to a park (mu)", plain, 0.05),
    "forgone": Seen(HEALTH, "因无钱未治疗（年累计）", "care not taken for want of money, this year", yuan, 1.0),
    "health_due": Seen(HEALTH, "待付医疗费", "hospital bill to pay", yuan, 1.0),
    "visits": Seen(TEAM, "每月受访次数", "visits a month", plain, 0.25),
    "homestay": Seen(PROGRAMME, "民宿农家乐", "takes guests", yes),
    "shares": Seen(PROGRAMME, "入股资金", "shares", yuan, 1.0),
    "loan": Seen(CREDIT, "银行贷款余额", "bank loan outstanding", yuan, 1.0),
}
FALLING = {"forgone", "health_due"}  # back to nothing by the books of the year or because it is paid: no news


def household_notes(region: Region, before: State, now: State) -> Found:
    """What a planner would want to hear of the change from one state of a household to the next."""
    found: Found = []
    for name, seen in SEEN.items():
        old, new = before[name], now[name]
        if abs(new - old) <= seen.least or (name in FALLING and new < old):
            continue
        (old_zh, old_en), (new_zh, new_en) = seen.read(old), seen.read(new)
        if (old_zh, old_en) != (new_zh, new_en):
            found.append((seen.topic, (f"{seen.zh}：{old_zh} → {new_zh}", f"{seen.en}: {old_en} → {new_en}")))
    if now["alert_month"] >= 0 > before["alert_month"]:
        found.append((REGISTER, ("列入返贫致贫预警", "warning of poverty opened")))
    if now["alert_month"] < 0 <= before["alert_month"] and now["registry"] == before["registry"]:
        found.append((REGISTER, ("核查后解除预警", "warning closed after a visit")))
    for place, item in enumerate(region.instruments):
        word, bit = mark_of(place)
        if int(now[word]) & ~int(before[word]) & bit:
            zh, en = labels_of(item, region.instruments)
            found.append((PROGRAMME, (f"首次享受：{zh}", f"first reached by: {en}")))
    return found + _assets(before, now)


def in_kind(worth: float) -> Found:
    """What programmes gave in kind or as a service in a month; cash stands with the money that came in."""
    return [
        (PROGRAMME, (f"得到实物或服务，价值 {worth:,.0f} 元", f"received in kind or as a service: {worth:,.0f} yuan"))
    ]


def household_year(region: Region, row: int) -> Found:
    """December: income of the year by source against the line, and what the household owns and owes."""
    h, p = region.rows("household"), region.p
    heads = max(float(h.members[row]), 1.0)
    parts = [float(values[row]) for values in (h.wage_income, h.operating_income, h.property_income, h.transfer_income)]
    mean, line = sum(parts) / heads, float(p.poverty_line)
    verdict = ("低于", "below") if mean < line else ("高于", "above")
    wage, own, rent, given = (f"{part:,.0f}" for part in parts)
    owned = f"{h.savings[row]:,.0f}", f"{h.capital[row]:,.0f}", f"{h.debt[row] + h.loan[row]:,.0f}"
    zh = (f"全年人均收入 {mean:,.0f} 元，{verdict[0]}贫困线 {line:,.0f} 元；"
          f"全户工资 {wage}、经营 {own}、财产 {rent}、转移 {given} 元；"
          f"存款 {owned[0]}、生产资产 {owned[1]}、负债 {owned[2]} 元")  # fmt: skip
    en = (
        f"income {mean:,.0f} yuan a head, {verdict[1]} the line of {line:,.0f}; the household's wages {wage}, business "
        f"{own}, property {rent}, transfers {given}; savings {owned[0]}, productive assets {owned[1]}, debts {owned[2]}"
    )
    return [(YEAR, (zh, en))]


def _assets(before: State, now: State) -> Found:
    """Assets that a programme gave, and when they begin to yield."""
    found: Found = []
    growing = now["grant_pending"] - before["grant_pending"]
    if growing >= 1.0:
        found.append(
            (
                PROGRAMME,
                (f"得到尚未见效的资产 {growing:,.0f} 元", f"assets of {growing:,.0f} yuan that do not yield yet"),
            )
        )
    if now["grant_pending"] <= 0.0 < before["grant_pending"]:
        found.append((PROGRAMME, ("项目资产开始见效", "the assets begin to yield")))
    return found


def member_notes(region: Region, row: int, before: State, now: State) -> Found:
    """What changed for one member: birth, death, school, work, illness."""
    zh, en = member(now, row - int(region.first_person[int(now["household"])]) + 1)
    found: Found = []
    if now["alive"] > before["alive"]:
        return [(FAMILY, (f"{zh}出生", f"{en} is born"))]
    if now["alive"] < before["alive"]:
        return [(FAMILY, (f"{zh}去世", f"{en} dies"))]
    if now["stage"] != before["stage"]:
        (old_zh, old_en), (new_zh, new_en) = STAGES[int(before["stage"])], STAGES[int(now["stage"])]
        found.append((SCHOOL, (f"{zh}：{old_zh} → {new_zh}", f"{en}: {old_en} → {new_en}")))
    if now["activity"] != before["activity"]:
        (old_zh, old_en), (new_zh, new_en) = work_of(before), work_of(now)
        found.append((WORK, (f"{zh}：{old_zh} → {new_zh}", f"{en}: {old_en} → {new_en}")))
    if now["illness_months"] > before["illness_months"]:
        months, lost = f"{now['illness_months']:.0f}", f"{100 * now['illness_loss']:.0f} %"
        words = (f"{zh}患重病，预计 {months} 个月，劳力损失 {lost}",
                 f"{en} falls severely ill, for {months} months, losing {lost} of working capacity")  # fmt: skip
        found.append((HEALTH, words))
    if now["illness_months"] <= 0 < before["illness_months"]:
        found.append((HEALTH, (f"{zh}病愈", f"{en} recovers")))
    if now["skill"] - before["skill"] >= 0.05:
        words = (f"{zh}技能提高到 {now['skill']:.2f}", f"{en}: skill rises to {now['skill']:.2f}")
        found.append((WORK, words))
    return found


def member(state: State, place: int) -> Pair:
    """How a member is called."""
    age = f"{state['age']:.0f}"
    female = bool(state["female"])
    return (f"成员{place}（{'女' if female else '男'}，{age}岁）",
            f"member {place} ({'woman' if female else 'man'}, {age})" if state["age"] >= 16
            else f"member {place} ({'girl' if female else 'boy'}, {age})")  # fmt: skip


def work_of(state: State) -> Pair:
    """Activity of a member in words."""
    return ACTIVITY_LABELS.get(int(state["activity"]), ("不在劳动力中", "outside the labour force"))
