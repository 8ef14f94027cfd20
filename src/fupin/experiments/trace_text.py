"""Accounts of traced agents as text and as tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fupin.experiments.results import write_csv, write_text
from fupin.experiments.trace import Note, Trace
from fupin.experiments.trace_targets import KINDS, Target
from fupin.labels import tell
from fupin.model.dated import month_label

HEAD = ("month", "kind", "uid", "topic_zh", "topic_en", "process_zh", "process_en", "zh", "en")


def account(trace: Trace, target: Target, lang: str) -> str:
    """The account of one target: a title, and under each month its lines."""
    notes = trace.of(target)
    name = tell(target.zh, target.en, lang)
    title = tell(f"{name}：逐月记录", f"{name}: month by month", lang)
    lines, month = [title, "=" * (2 * len(title) if lang == "zh" else len(title))], -1
    lines += [caution] if (caution := tell(target.zh_caution, target.en_caution, lang)) else []
    for note in notes:
        lead = month_label(note.month) if note.month != month else " " * 7
        month = note.month
        lines.append(f"{lead}  {line_of(note, lang)}")
    if not notes:
        lines.append(tell("没有发生什么。", "nothing happened.", lang))
    return "\n".join(lines) + "\n"


def line_of(note: Note, lang: str) -> str:
    """One line: topic, what happened, and in brackets the process that did it."""
    by = tell(note.process_zh, note.process_en, lang) if note.process_zh else ""
    topic = tell(note.topic_zh, note.topic_en, lang)
    what = tell(note.zh, note.en, lang)
    return tell(
        f"【{topic}】{what}" + (f"（{by}）" if by else ""), f"[{topic}] {what}" + (f" ({by})" if by else ""), lang
    )


def table(trace: Trace, target: Target) -> pd.DataFrame:
    """The same as a table, in both languages."""
    rows = [
        (month_label(note.month), target.kind, target.uid, note.topic_zh, note.topic_en, note.process_zh,
         note.process_en, note.zh, note.en)
        for note in trace.of(target)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(HEAD))


def save_trace(trace: Trace, folder: Path, lang: str) -> dict[str, tuple[str, str]]:
    """Write each account as text (in the language of the command) and as CSV (in both); names and what they hold."""
    files = {}
    for target in trace.targets:
        zh, en = KINDS[target.kind]
        write_text(folder / f"{target.file}.txt", account(trace, target, lang))
        write_csv(folder / f"{target.file}.csv", table(trace, target))
        files[f"{target.file}.txt"] = (f"{zh}的逐月记录", f"the {en}, month by month")
        files[f"{target.file}.csv"] = (f"{zh}的逐月记录（中英文表格）", f"the {en}, month by month, in both languages")
    return files
