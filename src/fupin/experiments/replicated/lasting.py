"""For how long households are lifted: their Decembers counted household by household, in one pair of worlds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fupin.experiments.twins import Pair


def lasting(pairs: Sequence[Pair]) -> dict[str, float]:
    """Households (of the population) that the policy lifts at one December at least, and the Decembers of all of them.

    `lifted_years` / `ever_lifted` is how many years a lifted household is not poor because of the policy, at most as
    many as are simulated.
    """
    uid = np.concatenate([pair.uid[pair.status == 0] for pair in pairs])
    weight = np.concatenate([pair.weight[pair.status == 0] for pair in pairs])
    first = np.unique(uid, return_index=True)[1]
    return {"ever_lifted": float(weight[first].sum()), "lifted_years": float(weight.sum())}
