"""What assessors believe of households is the same in both engines, under every rule of looking."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import BOOK, START, parameters, random_region

from fupin.model.processes import registry

pytest.importorskip("numba")

SEEN = "reported_income", "observed_income", "score"
RULES = {
    "as they stand": {},
    "lasting income, split elders, reviewed files": {"lasting_on": 1.0, "split_share": 0.5, "look_back_data": 0.5},
    "budget of the four looks": {"look_budget_on": 1.0},
}


@pytest.mark.parametrize("honour", [0.0, 0.4])
@pytest.mark.parametrize("rules", RULES)
def test_assessors_see_the_same(rules: str, honour: float) -> None:
    world = random_region(5, 300, START)
    paths = {path.rsplit(".", 1)[-1]: path for path in BOOK}
    world.parameters = parameters(START, START, tuple((paths[name], value) for name, value in RULES[rules].items()))
    world.rows("village").shame = honour
    world.rows("village").exit_promise = 0.0
    registry.observe(world)  # whoever splits off has done so
    found = []
    for compiled in (False, True):
        table = world.table_of("household")
        for name in SEEN:
            table[name] = -7.0
        world.compiled = compiled
        registry.observe_some(world, np.arange(0, len(table), 2))
        assert np.all(table["score"][1::2] == -7.0)
        some = table["score"][::2].copy()
        registry.observe(world)
        np.testing.assert_allclose(table["score"][::2], some, rtol=1e-12)
        found.append({name: table[name].copy() for name in SEEN})
    for name in SEEN:
        np.testing.assert_allclose(found[1][name], found[0][name], rtol=1e-12, err_msg=name)
