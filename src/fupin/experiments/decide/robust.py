"""Regret and robustness: what may be lost by a choice, over worlds that nobody can tell apart beforehand.

Regret of a policy in a world is what the best policy there would have given more (Savage 1951); a policy is robust if
its regret is small in nearly all worlds, or if it is good enough in most of them (Lempert et al. 2006; Herman et al.
2015, "How should robustness be defined for water systems planning under change?").
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fupin.errors import FupinError
from fupin.labels import tell

HIGH = 0.9  # quantile of regret that is reported beside the largest


def regret_table(values: pd.DataFrame, direction: int, enough: float | None = None) -> pd.DataFrame:
    """One row a policy, the smallest largest regret first.

    `values`: one row a world, one column a policy; `direction` 1 if more is better, -1 if less is; `enough` is what
    counts as good enough. Columns: mean, worst (value), best_in (share of worlds in which it is the best), regret_mean,
    regret_high (90 % of worlds have less), regret_most, and, with `enough`, satisfied (share of worlds).
    Raises FupinError for values that are no numbers.
    """
    table = values.to_numpy(np.float64)
    if not np.isfinite(table).all():
        world, policy = (int(place) for place in np.argwhere(~np.isfinite(table))[0])
        raise FupinError(
            tell(
                f"第 {values.index[world]} 个世界在 {values.columns[policy]!r} 下没有数",
                f"world {values.index[world]} has no number under {values.columns[policy]!r}",
            )
        )
    good = direction * table
    regret = good.max(axis=1, keepdims=True) - good
    rows = pd.DataFrame(
        {
            "policy": [str(name) for name in values.columns],
            "mean": table.mean(axis=0),
            "worst": direction * good.min(axis=0),
            "best_in": (regret <= 0.0).mean(axis=0),
            "regret_mean": regret.mean(axis=0),
            "regret_high": np.quantile(regret, HIGH, axis=0),
            "regret_most": regret.max(axis=0),
        }
    )
    if enough is not None:
        rows["satisfied"] = (good >= direction * enough).mean(axis=0)
    return rows.sort_values(["regret_most", "regret_mean"], ignore_index=True)
