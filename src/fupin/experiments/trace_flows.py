"""The money of a traced household in a month, from the ledger: what came in, what went out, what stocks changed."""

from __future__ import annotations

from fupin.model.ledger import HOLDINGS
from fupin.model.purposes import PURPOSES
from fupin.model.region import Region

type Pair = tuple[str, str]

IN, OUT, STOCKS = ("收入", "money in"), ("支出", "money out"), ("资产负债", "assets and debts")
SIDES = ("（债务）", "（实物）", " (cash)", " (claim)", " (goods)", " (money)")
LEAST = 0.5  # yuan: smaller postings are not told


def flows_of_month(region: Region, row: int) -> list[tuple[Pair, Pair]]:
    """One line each for cash received, cash paid and changes of assets and debts in the present month."""
    sums: dict[tuple[str, str, str], float] = {}
    for month, whose, purpose, holding, amount, instrument in reversed(region.ledger.trace):
        if month != region.month:
            break
        if whose == row:
            key = (purpose, holding, instrument)
            sums[key] = sums.get(key, 0.0) + amount
    found = []
    ordered = [(key, sums[key]) for key in reversed(sums)]
    for topic, cash, sign in ((IN, True, 1.0), (OUT, True, -1.0)):
        chosen = [(key, sign * yuan) for key, yuan in ordered if (key[1] == "cash") == cash and sign * yuan >= LEAST]
        if chosen:
            total = sum(yuan for _, yuan in chosen)
            parts = [_named(region, purpose, instrument, f"{yuan:,.0f}") for (purpose, _, instrument), yuan in chosen]
            zh = f"共 {total:,.0f} 元：" + "；".join(part[0] for part in parts)
            found.append((topic, (zh, f"{total:,.0f} yuan: " + "; ".join(part[1] for part in parts))))
    other = [(key, yuan) for key, yuan in ordered if key[1] != "cash" and abs(yuan) >= LEAST]
    if other:
        parts = [
            _named(region, purpose, instrument, f"{_growth(holding, yuan):+,.0f}", HOLDINGS[holding])
            for (purpose, holding, instrument), yuan in other
        ]
        found.append((STOCKS, ("；".join(part[0] for part in parts), "; ".join(part[1] for part in parts))))
    return found


def cash_benefits(region: Region, row: int) -> float:
    """Cash that instruments paid the household in the present month, yuan."""
    found = 0.0
    for month, whose, _, holding, amount, instrument in reversed(region.ledger.trace):
        if month != region.month:
            break
        if whose == row and holding == "cash" and instrument:
            found += max(amount, 0.0)
    return found


def _growth(holding: str, yuan: float) -> float:
    """A liability grows by what is posted away from the household."""
    return -yuan if holding in ("loan", "debt") else yuan


def _named(region: Region, purpose: str, instrument: str, yuan: str, holding: Pair | None = None) -> Pair:
    """A posting in words: its purpose, and the instrument that pays it where that says more."""
    what = PURPOSES[purpose]
    item = next((one for one in region.instruments if one.id == instrument), None)
    zh, en = what.zh, what.en
    for tail in SIDES:  # which side of a posting it is, the line says already
        zh, en = zh.removesuffix(tail), en.removesuffix(tail)
    if item is not None and item.zh not in zh and zh not in item.zh:
        zh, en = f"{zh}〔{item.zh}〕", f"{en} [{item.en}]"
    if holding:
        zh = holding[0] if holding[0] == zh else f"{holding[0]}（{zh}）"
        en = f"{holding[1]} ({en})"
    return f"{zh} {yuan}", f"{en} {yuan}"
