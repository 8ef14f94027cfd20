"""The ledger, the programmes and their funnels as tables. All amounts are population yuan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from fupin.model.dated import month_label
from fupin.model.instruments.base import Instrument
from fupin.model.ledger import SECTORS, weighted_sum
from fupin.model.purposes import PURPOSES
from fupin.model.region import Region
from fupin.model.snapshot import FUNDING, SOURCES

LEDGER_COLUMNS = [
    "month", "year", "purpose", "zh", "en", "holding", "payer", "payee", "payer_zh", "payee_zh", "instrument", "yuan",
]  # fmt: skip


def ledger_table(region: Region) -> pd.DataFrame:
    """The journal from the scenario's start on: one row a month, purpose, payer, payee and instrument."""
    rows = [
        (
            month_label(entry.month),
            entry.month // 12,
            entry.purpose,
            PURPOSES[entry.purpose].zh,
            PURPOSES[entry.purpose].en,
            entry.holding,
            entry.payer,
            entry.payee,
            SECTORS[entry.payer][0],
            SECTORS[entry.payee][0],
            entry.instrument,
            entry.amount,
        )
        for entry in region.ledger.journal
        if entry.month >= region.start
    ]
    return pd.DataFrame(rows, columns=LEDGER_COLUMNS)


def programme_table(region: Region, ledger: pd.DataFrame, reached: dict[int, dict[str, float]]) -> pd.DataFrame:
    """Spending of each instrument by year and source, and the households it has reached since the start.

    Columns: year, instrument, kind, family, zh, en, spent (administration included), one column a source,
    administration, households (reached since the start, population units). Under budget rules the sources pay into the
    counties' accounts; what an instrument draws from these is its spending and no longer that of the rules.
    """
    funding = ledger.assign(source=ledger["purpose"].map(FUNDING))
    by_source = funding.dropna(subset=["source"]).groupby(["year", "instrument", "source"])["yuan"].sum()
    overhead = ledger[ledger["purpose"] == "administration"].groupby(["year", "instrument"])["yuan"].sum()
    rows = []
    for year, households in reached.items():
        for instrument in region.instruments:
            paid = {source: float(by_source.get((year, instrument.id, source), 0.0)) for source in SOURCES}
            drawn = getattr(region.state_of(instrument), "drawn", {}).get(year, 0.0)
            zh, en = labels_of(instrument, region.instruments)
            rows.append(
                {"year": year, "instrument": instrument.id, "kind": instrument.kind, "family": instrument.family}
                | {"zh": zh, "en": en, "spent": sum(paid.values()) + drawn}
                | paid
                | {"administration": float(overhead.get((year, instrument.id), 0.0))}
                | {"households": households[instrument.id]}
            )
    names = ["year", "instrument", "kind", "family", "zh", "en", "spent", *SOURCES, "administration", "households"]
    return pd.DataFrame(rows, columns=names)


def labels_of(instrument: Instrument, others: Sequence[Instrument]) -> tuple[str, str]:
    """Labels of an instrument, with its id if several of its kind are in force."""
    alone = sum(other.kind == instrument.kind for other in others) == 1
    tail = "" if alone else f" ({instrument.id})"
    return instrument.zh + tail, instrument.en + tail


def reached_now(region: Region) -> dict[str, float]:
    """Households that each instrument has reached so far, population units."""
    h = region.rows("household")
    marks = {item.id: region.reached_by(item) for item in region.instruments}
    return {name: weighted_sum(mark.astype(np.float64), h.weight) for name, mark in marks.items()}


def funnel_table(region: Region) -> pd.DataFrame:
    """Eligible, applied and selected units of each offer (villages where the instrument chooses villages)."""
    funnel = pd.DataFrame(region.funnel, columns=["month", "instrument", "eligible", "applied", "selected"])
    funnel.insert(0, "year", funnel["month"] // 12)
    funnel["month"] = [month_label(month) for month in funnel["month"]]
    return funnel
