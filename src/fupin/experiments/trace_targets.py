"""What `--trace` names: `county:NAME`, `village:UID`, `household:UID`, looked up in the population before a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.region_data import RegionData

KINDS = {"county": ("县", "county"), "village": ("村", "village"), "household": ("农户", "household")}


@dataclass(frozen=True)
class Target:
    """One agent to be followed: its kind, row and key, what it is called, and what its account must not be used for."""

    kind: str
    row: int
    uid: int
    zh: str
    en: str
    zh_caution: str = ""  # what its account must not be used for
    en_caution: str = ""

    @property
    def file(self) -> str:
        """Stem of the files of its account."""
        name = self.en.replace(" ", "-") if self.kind == "county" else str(self.uid)
        return f"trace-{self.kind}-{name}"


def targets_of(asked: Sequence[str], data: RegionData) -> list[Target]:
    """The agents named by some `kind:name`, each once, in order.

    Raises FupinError with the nearest valid name for a kind or an agent that the region does not have.
    """
    found = {one: _target(one, data) for one in asked}
    return list({(target.kind, target.row): target for target in found.values()}.values())


def _target(asked: str, data: RegionData) -> Target:
    kind, colon, name = (part.strip() for part in asked.replace("：", ":").partition(":"))
    if kind not in KINDS or not colon or not name:
        near = tell("冒号后要有名称", "a name follows the colon") if kind in KINDS else nearest(kind, KINDS)
        raise FupinError(
            tell(
                f"--trace {asked!r} 不能识别；写作 county:县名、village:村编号 或 household:户编号；{near}",
                f"--trace {asked!r} is not understood; write county:NAME, village:UID or household:UID; {near}",
            )
        )
    return _county(name, data) if kind == "county" else _by_number(kind, name, data)


def _county(name: str, data: RegionData) -> Target:
    known = {text.casefold(): row for row, names in enumerate(data.county_names) for text in names}
    known |= {zh.removesuffix("县").removesuffix("区"): row for row, (zh, _) in enumerate(data.county_names)}
    row = known.get(name.casefold())
    if row is None:
        spelt = [text for names in data.county_names for text in names]
        near = nearest(name, spelt, most=len(spelt))
        raise FupinError(tell(f"本地区没有县 {name!r}；{near}", f"no county {name!r} in this region; {near}"))
    zh, en = data.county_names[row]
    uid = int(data.counties["uid"][row])
    if data.counties["fully_simulated"][row]:
        return Target("county", row, uid, zh, en)
    here = data.villages["county"] == row
    count, stands_for = int(here.sum()), f"{float(data.villages['weight'][here].sum()):,.0f}"
    return Target(
        "county", row, uid, zh, en,
        f"只模拟了本县 {count} 个村，代表约 {stands_for} 个：户数、村数是推算，出列和摘帽的日期不能用"
        "（全部村：--sample 1）",
        f"{count} villages of the county are simulated and stand for about {stands_for}: numbers are estimates, and "
        "dates of exit must not be used (all villages: --sample 1)",
    )  # fmt: skip


def _by_number(kind: str, name: str, data: RegionData) -> Target:
    table = data.villages if kind == "village" else data.households
    uids, (zh, en) = table["uid"], KINDS[kind]
    where = "villages" if kind == "village" else "households.parquet"
    if not name.isdigit():
        raise FupinError(
            tell(
                f"--trace {kind}:{name}：{zh}用编号（uid）表示，例如 {kind}:{uids[0]}",
                f"--trace {kind}:{name}: a {en} is named by its number (uid), such as {kind}:{uids[0]}",
            )
        )
    rows = np.flatnonzero(uids == int(name))
    if not len(rows):
        near = int(uids[np.argmin(np.abs(uids - int(name)))])
        raise FupinError(
            tell(
                f"样本中没有编号为 {name} 的{zh}；最接近的是 {kind}:{near}",
                f"no {en} {name} in this sample ({where}); the nearest is {kind}:{near}",
            )
        )
    row = int(rows[0])
    county = data.county_names[int(table["county"][row])]
    return Target(kind, row, int(name), f"{county[0]}{zh}{name}", f"{en} {name}, {county[1]}")
