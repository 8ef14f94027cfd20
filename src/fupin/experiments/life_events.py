"""What happens to a household in a month, told from its columns before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fupin.model.household import EXITED, HOME, MOVED, NEVER, REACHED, REGISTERED, RETURNED, mark_of

type State = dict[str, float]


class Event(NamedTuple):
    """Something that happened in a month; `world` is both, policy or reference."""

    month: int
    zh: str
    en: str
    world: str = "both"


REGISTER = {
    (NEVER, REGISTERED): ("纳入建档立卡", "registered as poor"),
    (REGISTERED, EXITED): ("脱贫退出", "left the register"),
    (EXITED, REGISTERED): ("返贫，重新纳入", "registered again"),
}
MOVES = {
    (HOME, MOVED): ("搬入安置点", "moved to the relocation site"),
    (MOVED, RETURNED): ("返迁回村", "returned from the site"),
}
# a column of persons, and what more or fewer of them mean
PEOPLE = {
    "local_workers": (("有人到本地上班", "somebody takes a local job"), ("有人离开本地岗位", "a local job ends")),
    "migrants": (("有人外出务工", "a member migrates for work"), ("外出者返回", "a migrant comes home")),
    "severely_ill": (("有人患重病", "a member falls severely ill"), ("重病者康复或去世", "a severe illness ends")),
    "members": (("添丁", "a child is born"), ("有人去世", "a member dies")),
    "pupils": (("有人入学", "a member starts school"), ("有人离开学校", "a member leaves school")),
}  # fmt: skip


def events_between(month: int, before: State, now: State, programmes: Sequence[tuple[str, str]]) -> list[Event]:
    """The events of a month; `programmes` are the labels of the world's instruments, in the order of their marks.

    The words of `REACHED` in a state are whole numbers: a float has fewer digits than they have bits.
    """
    found = []
    fresh = {word: int(now[word]) & ~int(before[word]) for word in REACHED}
    for place, (zh, en) in enumerate(programmes):
        word, mark = mark_of(place)
        if fresh[word] & mark:
            found.append(Event(month, f"首次受益：{zh}", f"first reached by: {en}"))
    for name, words in (("registry", REGISTER), ("location", MOVES)):
        change = words.get((int(before[name]), int(now[name])))
        if change:
            found.append(Event(month, *change))
    if now["dibao"] > 0 and before["dibao"] <= 0:
        yuan = f"{now['dibao']:,.0f}"
        found.append(Event(month, f"纳入低保，每月 {yuan} 元", f"listed for dibao, {yuan} yuan a month"))
    if now["dibao"] <= 0 and before["dibao"] > 0:
        found.append(Event(month, "退出低保", "dropped from dibao"))
    if now["loan"] > before["loan"]:
        yuan = f"{now['loan'] - before['loan']:,.0f}"
        found.append(Event(month, f"获得小额信贷 {yuan} 元", f"micro-credit of {yuan} yuan"))
    if now["loan"] <= 0 < before["loan"]:
        found.append(Event(month, "贷款结清或核销", "the loan is repaid or written off"))
    if now["grant_pending"] > before["grant_pending"] and now["loan"] <= before["loan"]:
        yuan = f"{now['grant_pending'] - before['grant_pending']:,.0f}"
        found.append(Event(month, f"得到产业项目资产 {yuan} 元", f"project assets worth {yuan} yuan"))
    if now["grant_pending"] <= 0 < before["grant_pending"]:
        found.append(Event(month, "项目开始见效", "the project begins to yield"))
    for name, (more, fewer) in PEOPLE.items():
        if now[name] != before[name]:
            found.append(Event(month, *(more if now[name] > before[name] else fewer)))
    return found
