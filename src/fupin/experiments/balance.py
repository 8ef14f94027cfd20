"""What is said where the books of a world do not balance: on the terminal, in the results folder, under the figures.

The last month of every world is held against its books (`Ledger.imbalances`). A difference is a fault of the program,
so results that are there are kept, for whoever looks for it, but marked wherever they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fupin.experiments.results import write_text
from fupin.labels import tell
from fupin.model.ledger import HOLDINGS, SECTORS, Imbalance, LedgerError
from fupin.model.purposes import PURPOSES

type Imbalances = Mapping[str, Sequence[Imbalance]]  # by world; a world whose books balance has none

UNBALANCED = "DOES-NOT-BALANCE.md"
NAMED = 3  # purposes of an account, the largest


def account_line(one: Imbalance, lang: str) -> str:
    """Which account, how many yuan it holds beyond its books, and the largest purposes booked there."""
    sector, holding = tell(*SECTORS[one.sector], lang), tell(*HOLDINGS[one.holding], lang)
    booked = [
        f"{tell(PURPOSES[purpose].zh, PURPOSES[purpose].en, lang)} {amount:+,.0f}"
        for purpose, amount in one.purposes[:NAMED]
    ]
    listed = tell("、", "; ", lang).join(booked) or tell("无", "nothing", lang)
    yuan = f"{abs(one.yuan):,.2f}"
    if one.yuan < 0:
        zh, en = f"实有比账面少 {yuan} 元", f"{yuan} yuan less there than booked"
    else:
        zh, en = f"实有比账面多 {yuan} 元", f"{yuan} yuan more there than booked"
    return tell(
        f"{sector}·{holding}：{zh}（该账户最大的分录用途：{listed}）",
        f"{sector}, {holding}: {en} (largest purposes booked there: {listed})",
        lang,
    )


def unbalanced_lines(found: Imbalances, lang: str) -> list[str]:
    """What a user is told; nothing where every world balances."""
    wrong = {world: accounts for world, accounts in found.items() if accounts}
    if not wrong:
        return []
    lines = [
        tell(
            "账目不平：下列账户的存量不等于期初加分录。这是程序的错误，不是情景的错误；结果不可使用，请附结果文件夹报告。",
            "the books do not balance: stocks of these accounts are not opening plus flows. This is a fault of fupin, "
            "not of your scenario; do not use these results, report them with their folder.",
            lang,
        )
    ]
    for world, accounts in wrong.items():
        lines += [f"  {world}{tell('：', ': ', lang)}{account_line(one, lang)}" for one in accounts]
    return lines


def unbalanced_note(found: Imbalances, lang: str) -> str:
    """What stands before the note under a figure of such a world."""
    wrong = any(found.values())
    return tell("账目不平，结果不可使用。", "THE BOOKS DO NOT BALANCE: not to be used. ", lang) if wrong else ""


def refuse_unbalanced(found: Imbalances) -> None:
    """Raise LedgerError if a world does not balance: a run among many is put aside, and told, instead of averaged."""
    for world, accounts in found.items():
        if accounts:
            raise LedgerError(f"{world}: {'; '.join(map(str, accounts))}")


def mark_folder(folder: Path, found: Imbalances) -> None:
    """Leave a file that is seen first, in both languages; where all balances, none (an earlier one is removed)."""
    told = [line for lang in ("zh", "en") for line in [*unbalanced_lines(found, lang), ""]]
    lines = [f"- {line.strip()}" if line.startswith("  ") else f"{line}\n" for line in told]
    path = folder / UNBALANCED
    if any(found.values()):
        write_text(path, "# 账目不平 · the books do not balance\n\n" + "\n".join(lines))
    else:
        path.unlink(missing_ok=True)


def record_of(found: Imbalances) -> dict[str, Any]:
    """The same for a machine."""
    return {
        "balanced": not any(found.values()),
        "imbalances": [
            {"world": world, "sector": one.sector, "holding": one.holding, "yuan": one.yuan}
            | {"purposes": dict(one.purposes[:NAMED])}
            for world, accounts in found.items()
            for one in accounts
        ],
    }
