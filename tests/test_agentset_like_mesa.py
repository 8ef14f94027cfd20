"""Whatever one does to a set of agents, array-backed sets answer as Mesa's do."""

from __future__ import annotations

import pytest
from agentset_twins import OPERATIONS, run
from hypothesis import given, settings
from hypothesis import strategies as st

SCRIPTS = st.lists(st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 20), st.integers(0, 20)), max_size=25)
OURS = ["plain", "columns", "guests"]


@pytest.mark.parametrize("world", OURS)
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_gives_what_mesa_gives(operation: str, world: str) -> None:
    script = [("even", 0, 0), ("by weight", 0, 1), ("hens", 0, 0)] + [
        (operation, i, j) for i, j in [(0, 1), (1, 2), (2, 0), (3, 5), (1, 3), (0, 12), (1, 13)]
    ]
    assert run(world, script) == run("mesa", script)


@settings(max_examples=120)
@pytest.mark.parametrize("world", OURS)
@given(script=SCRIPTS)
def test_any_sequence_of_operations_gives_what_mesa_gives(world: str, script: list[tuple[str, int, int]]) -> None:
    assert run(world, script) == run("mesa", script)
