"""Every rule as the compiled engine has it, and the mathematics of its loops, over their whole ranges: as NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rule_domains import arguments_of, columns_for, known_names
from rule_faces import import_all_rules

from fupin.model.draws import philox
from fupin.model.rules.vocabulary import RULES

pytest.importorskip("numba", reason="the compiled engine is an extra")

from fupin.model.engine import mathematics, store
from fupin.model.engine.tracing import Trace
from fupin.model.engine.writing import write

import_all_rules()
ROWS = 2000
TOGETHER = 24  # rules in one loop: each loop has a start of its own, and those of hundreds of columns compile slowly
KNOWN = known_names()
NAMES = sorted(RULES)
PARTS = [tuple(NAMES[start : start + TOGETHER]) for start in range(0, len(NAMES), TOGETHER)]
TYPES = {"f8": np.float64, "i8": np.int64, "b1": np.bool_}


def traced(functions: dict[str, Any], columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What elementwise functions give for columns of their arguments, all of them in one compiled loop."""
    trace, arrays, results = Trace(None, ""), {}, []
    for name, function in functions.items():
        given = []
        for argument, column in columns[name].items():
            arrays[argument] = column
            given.append(trace.given(argument, column.dtype))
        results.append(trace.graph.of(function(*given)))
    written = write(trace, tuple(results), False)
    rows = len(next(iter(arrays.values())))
    found = [np.empty(rows, TYPES[dtype]) for dtype in written.outputs]
    key = np.empty(0, np.uint64)
    store.Loop(written.text).run(0, rows, np.empty(0), key, *(arrays[name] for name in written.given), *found)
    return dict(zip(functions, found, strict=True))


@pytest.mark.parametrize("names", PARTS, ids=lambda names: f"{names[0]}...")
def test_a_rule_gives_the_same_compiled_all_over_its_domain(names):
    columns = {}
    for name in names:
        arguments = arguments_of(RULES[name])
        drawn = [np.ascontiguousarray(column) for column in columns_for(arguments, KNOWN, ROWS, seed=len(name))]
        columns[name] = dict(zip([f"{name}_{argument}" for argument in arguments], drawn, strict=True))
    found = traced({name: RULES[name] for name in names}, columns)
    for name in names:
        one, other = np.broadcast_to(RULES[name](*columns[name].values()), ROWS), found[name]
        if one.dtype == bool:
            wrong = one != other
        else:
            scale = max(1.0, float(np.median(np.abs(one))))  # where terms cancel
            wrong = ~np.isclose(other, one, rtol=1e-12, atol=1e-12 * scale)
        row = int(wrong.argmax())
        assert not wrong.any(), f"{name}: {one[row]} and {other[row]} for {[c[row] for c in columns[name].values()]}"


# the mathematics

ENDS = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 2.3e-308, 1.7e308, -1.7e308])


def of_loop(name: str, *columns: Any) -> Any:
    """A function of `mathematics` for columns, in a compiled loop."""
    function = {"exp": np.exp, "log": np.log, "power": np.power}[name]
    arguments = {f"x{place}": column for place, column in enumerate(columns)}
    return traced({name: function}, {name: arguments})[name]


def test_exp_is_numpys_over_all_of_its_range():
    x = np.concatenate([np.linspace(-708.0, 709.782712893384, 200_001), np.geomspace(1e-320, 700.0, 9_999)])
    x = np.concatenate([x, -x])
    one, other = np.exp(x), of_loop("exp", x)
    normal = x > -708.0
    np.testing.assert_allclose(other[normal], one[normal], rtol=4.5e-16)
    assert (other[~normal] == 0.0).all()  # where NumPy has less than 3.4e-308
    ends = np.append(ENDS, [709.79, -745.0, -746.0, 1e5, -1e5])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(of_loop("exp", ends), np.exp(ends), rtol=4.5e-16, atol=1e-307)


def test_log_is_numpys_for_everything_that_is_not_subnormal():
    x = np.concatenate([np.geomspace(2.3e-308, 1.7e308, 200_001), 1.0 + np.geomspace(1e-16, 1.0, 9_999)])
    x = np.concatenate([x, 1.0 - np.geomspace(1e-16, 0.999, 9_999)])
    np.testing.assert_allclose(of_loop("log", x), np.log(x), rtol=4.5e-16)
    usual = ENDS[np.abs(ENDS) != 5e-324]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(of_loop("log", usual), np.log(usual), rtol=4.5e-16)


def test_a_power_is_numpys_for_bases_that_are_not_negative():
    bases = np.append(np.geomspace(1e-12, 1e12, 401), [0.0, 1.0, np.inf])
    exponents = np.append(np.linspace(-5.0, 5.0, 41), [0.0, 0.5, 1.0, 2.0])
    base, exponent = (np.ascontiguousarray(grid.ravel()) for grid in np.meshgrid(bases, exponents))
    known = ~(np.isinf(base) & (exponent == 0.0))  # the one place where they differ, and no rule has an infinite base
    base, exponent = base[known], exponent[known]
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(of_loop("power", base, exponent), np.power(base, exponent), rtol=3e-14)


def test_the_words_of_philox_are_those_of_its_definition():
    ends = [0, 1, 2**31, 2**32 - 2, 2**32 - 1]
    rng = np.random.default_rng(1)
    drawn = [tuple(int(word) for word in rng.integers(0, 2**32, 6)) for _ in range(500)]
    for c0, c1, c2, c3, k0, k1 in [*drawn, *((a, b, a, b, b, a) for a in ends for b in ends)]:
        words = mathematics.philox(*(np.uint64(one) for one in (c0, c1, c2, c3, k0, k1)))
        assert tuple(int(word) for word in words) == philox((c0, c1, c2, c3), (k0, k1))
