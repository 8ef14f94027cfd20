"""Runs that another study in the same place has done already are taken from it: runs are content-addressed.

A chunk is filled if every one of its runs is found (by key) in one other study whose code is the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fupin.experiments.study.identity import code_identity
from fupin.experiments.study.store import Results, Store, read_about


def fill_from_others(store: Store) -> int:
    """Write the parts of chunks whose runs lie in sibling folders; returns how many were written."""
    todo = sorted(set(range(store.study.chunks)) - store.done())
    filled = 0
    for path in sorted(store.folder.resolve().parent.glob("*/study.json")) if todo else []:
        if path.parent == store.folder.resolve() or read_about(path.parent)["code"] != code_identity():
            continue
        filled += _fill(store, Results(path.parent), todo)
        todo = sorted(set(todo) - store.done())
    return filled


def _fill(store: Store, other: Results, chunks: list[int]) -> int:
    keys = store.study.keys()
    if not other.tables():
        return 0
    done = other.query("SELECT key, run FROM design SEMI JOIN " + _marked(other) + " USING (run)")
    place = dict(zip(done["key"].tolist(), done["run"].tolist(), strict=True))
    filled = 0
    for chunk in chunks:
        runs = list(store.study.runs_of(chunk))
        theirs = [place.get(keys[run], -1) for run in runs]
        if min(theirs) < 0:
            continue
        pairs = pd.DataFrame({"run": np.array(runs, np.int64), "other": np.array(theirs, np.int64)})
        store.write(chunk, {name: _rows(other, name, pairs) for name in other.tables()}, runs)
        filled += 1
    return filled


def _marked(other: Results) -> str:
    """The runs that ended well in the other study."""
    return f"(SELECT run FROM {other.marks()})"


def _rows(other: Results, table: str, pairs: pd.DataFrame) -> pd.DataFrame:
    """The rows of some runs of the other study under their numbers in this one, in order."""
    listed = ", ".join(str(run) for run in pairs["other"])
    found = other.query(f'SELECT * FROM "{table}" WHERE run IN ({listed})').rename(columns={"run": "other"})
    joined = pairs.merge(found, on="other", how="left").drop(columns="other")
    return joined[["run", *(name for name in joined.columns if name != "run")]]
