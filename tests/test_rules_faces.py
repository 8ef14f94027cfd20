"""Every rule says what it reads, is pure, and is the same rule for one household and for a column.

Compiled: `test_engine_rules.py`.
"""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np
import pytest
from rule_domains import Domain, arguments_of, columns_for, known_names, of_arguments, of_columns, of_parameters
from rule_faces import faces, import_all_rules
from rule_purity import impurities, impurities_of

from fupin.errors import nearest
from fupin.model.rules import vocabulary
from fupin.model.rules.vocabulary import RULES, SCALAR, WORDS, clip, exp, log, maximum, scalar, where  # noqa: F401

import_all_rules()
ROWS = 300
KNOWN = known_names()
every_rule = pytest.mark.parametrize("name", sorted(RULES))


def columns_of_rule(name: str) -> list[Any]:
    arguments = arguments_of(RULES[name])
    if unknown := [argument for argument in arguments if argument not in KNOWN]:
        pytest.fail(f"{name} reads unknown names: {', '.join(f'{n} ({nearest(n, KNOWN)})' for n in unknown)}")
    if unbounded := [argument for argument in arguments if not KNOWN[argument].bounded]:
        pytest.fail(f"{name} reads names without a range (declare low and high): {', '.join(unbounded)}")
    return columns_for(arguments, KNOWN, ROWS, seed=len(name))


def assert_same(faces: Any, columns: Any, arguments: Any) -> None:
    """Equal to 1e-12, relative, or absolute where terms cancel; conditions exactly."""
    if columns.dtype == bool:
        different = np.flatnonzero(np.asarray(faces) != columns)
    else:
        scale = max(1.0, float(np.median(np.abs(columns))))
        different = np.flatnonzero(~np.isclose(np.array(faces, float), columns, rtol=1e-12, atol=1e-12 * scale))
    for row in different[:1]:
        given = {name: column[row].item() for name, column in arguments.items()}
        pytest.fail(f"{len(different)} rows differ, such as {faces[row]} and {columns[row]} for {given}")


@every_rule
def test_every_argument_of_a_rule_is_a_column_a_parameter_or_a_declared_argument_and_has_a_range(name: str) -> None:
    columns_of_rule(name)


@every_rule
def test_a_rule_is_pure(name: str) -> None:
    assert impurities(RULES[name]) == []


@every_rule
def test_a_rule_is_finite_wherever_its_arguments_may_be(name: str) -> None:
    result = RULES[name](*columns_of_rule(name))
    assert np.isfinite(result).all()


@every_rule
def test_a_column_gets_what_each_household_would_get(name: str) -> None:
    columns = columns_of_rule(name)
    face = scalar(RULES[name])
    one_by_one = [face(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    assert_same(one_by_one, RULES[name](*columns), dict(zip(arguments_of(RULES[name]), columns, strict=True)))


@every_rule
def test_a_rule_takes_parameters_as_plain_numbers(name: str) -> None:
    arguments, columns = arguments_of(RULES[name]), columns_of_rule(name)
    mixed = [c[0].item() if KNOWN[a].parameter else c for a, c in zip(arguments, columns, strict=True)]
    full = [np.full(ROWS, c[0]) if KNOWN[a].parameter else c for a, c in zip(arguments, columns, strict=True)]
    result = RULES[name](*mixed)
    assert_same(np.broadcast_to(result, ROWS), RULES[name](*full), dict(zip(arguments, full, strict=True)))
    if not all(KNOWN[argument].parameter for argument in arguments):
        assert np.shape(result) == (ROWS,)


def test_there_are_rules() -> None:
    assert len(RULES) >= 20


def test_a_name_is_declared_once() -> None:
    columns, parameters, arguments = set(of_columns()), set(of_parameters()), set(of_arguments())
    twice = columns & parameters | columns & arguments | parameters & arguments
    assert not twice, f"declared as more than one of column, parameter and argument: {sorted(twice)}"


# Words

FINITE = np.concatenate([np.linspace(-30, 30, 61), [-1e6, -1e-9, 1e-9, 1e6]])
POSITIVE = np.geomspace(1e-9, 1e6, 200)
X, Y = (grid.ravel() for grid in np.meshgrid(FINITE, FINITE[::3]))
BASE, EXPONENT = (grid.ravel() for grid in np.meshgrid(POSITIVE[::5], np.linspace(-3, 3, 13)))
WORD_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "where": (X > Y, X, Y),
    "maximum": (X, Y),
    "minimum": (X, Y),
    "exp": (np.linspace(-700, 700, 999),),
    "log": (POSITIVE,),
    "sqrt": (np.append(POSITIVE, 0.0),),
    "power": (BASE, EXPONENT),
    "both": (X > 0, Y > 0),
    "either": (X > 0, Y > 0),
    "negate": (X > 0,),
    "clip": (X, Y, Y[::-1].copy()),
    "logistic": (FINITE,),
    "normal_middle": (np.linspace(-0.425, 0.425, 999),),
    "normal_tail": (np.geomspace(2.0**-33, 0.075, 999),),
    "standard_normal": (np.concatenate([np.geomspace(2.0**-33, 0.5, 500), np.linspace(0.5, 1 - 2.0**-33, 500)]),),
}
WORD = {name: value for name, value in vars(vocabulary).items() if vocabulary.is_word(value)} | WORDS


@pytest.mark.parametrize("name", sorted(WORD))
def test_a_word_means_the_same_in_every_face(name: str) -> None:
    function, columns = WORD[name], WORD_ARGUMENTS[name]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for face in faces(function) if name not in ("exp", "log", "sqrt") else (scalar(function),):
        assert_same([face(*row) for row in rows], function(*columns), dict(enumerate(columns)))


@pytest.mark.parametrize("rows", [3, vocabulary.SHORT + 1, vocabulary.STRETCH, 2 * vocabulary.STRETCH + 7])
def test_a_number_bounds_a_column_of_any_length_as_a_column_of_it_would(rows: int) -> None:
    column, level = np.linspace(-2.0, 2.0, rows), np.full(rows, 0.5)
    for word, same in ((vocabulary.maximum, np.maximum), (vocabulary.minimum, np.minimum)):
        assert word(column, 0.5).tobytes() == same(column, level).tobytes()
        assert word(column[::2], 0.5).tobytes() == same(column[::2], 0.5).tobytes()


@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_word_made_of_words_is_pure(name: str) -> None:
    assert impurities(WORDS[name]) == []


def test_every_word_has_a_scalar_face() -> None:
    missing = {name for name, value in WORD.items() if value not in SCALAR and name not in WORDS}
    assert not missing


# The checks check

FLOOR = 0.5


def toy_wage(schooling: Any, talent: Any) -> Any:
    return exp(0.1 * schooling + talent)


def toy_pay(schooling: Any, talent: Any, able: Any) -> Any:
    return where(able, maximum(toy_wage(schooling, talent), FLOOR), 0.0 * schooling)


def test_a_rule_that_calls_a_rule_has_all_its_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "toy_wage", toy_wage)
    columns = columns_for(["schooling", "talent", "able"], KNOWN, ROWS, seed=1)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for face in faces(toy_pay):
        assert_same([face(*row) for row in rows], toy_pay(*columns), {})
    assert type(scalar(toy_pay)(9.0, 0.1, True)) is float
    assert impurities(toy_pay) == []


def test_a_call_of_something_that_is_no_rule_is_noticed() -> None:
    assert impurities(toy_pay) == ["line 2: calls 'toy_wage', which is neither a word nor a rule"]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("return land if land > 0 else savings", "`if` on data"),
        ("if land > 0:\n        return savings\n    return land", "`if` on data"),
        ("return where(land > 0 and savings > 0, 1.0, 0.0)", "`both`"),
        ("return where(not land, savings, 0.0)", "`negate`"),
        ("return land * savings.mean()", "neither a word"),
        ("return land * math.pi + savings", "attribute"),
        ("return land[0] * savings", "subscript"),
        ("land += savings\n    return land", "in place"),
        ("for i in land:\n        pass\n    return savings", "loop"),
        ("return where(0 < land < savings, 1.0, 0.0)", "chain of comparisons"),
        ("return max(land, savings)", "'max'"),
        ("return sum(land * savings)", "'sum'"),
        ("return clip(land, low=0.0, high=savings)", "grammar"),
        ("return maximum(land, where)", "'where' is no argument"),
        ("return land", "'savings' is never used"),
        ("return land, savings", "Tuple"),
        ("a, b = land, savings\n    return a", "Assign"),
        ("print(land, savings)", "returning"),
        ("return land + savings + luck", "'luck'"),
        ("return land + savings + mutable", "'mutable'"),
        ("return [x for x in land] + savings", "ListComp"),
        ("return (lambda: land)() + savings", "neither a word"),
        ("global land\n    return land + savings", "Global"),
        ("return land @ savings", "MatMult"),
        ("return land + len('x') * savings", "'len'"),
    ],
)
def test_an_impure_rule_is_told_what_is_wrong(body: str, complaint: str) -> None:
    found = impurities_of(ast.parse(f"def toy(land, savings):\n    {body}\n"), globals() | {"mutable": 1.0})
    assert any(complaint in what for what in found), found


@pytest.mark.parametrize("arguments", ["land, savings=1.0", "*land, savings", "land, **savings"])
def test_arguments_of_a_rule_are_plain_names(arguments: str) -> None:
    assert impurities_of(ast.parse(f"def toy({arguments}):\n    return land + savings\n"), {})


def test_a_pure_rule_passes() -> None:
    body = "rest = -log(land) ** FLOOR\n    return clip(rest, 0.0, savings) / 2 * (land > 1.0)"
    assert impurities_of(ast.parse(f"def toy(land, savings):\n    {body}\n"), globals()) == []


def test_a_wrong_face_is_noticed() -> None:
    columns = np.linspace(1, 2, ROWS)
    with pytest.raises(pytest.fail.Exception, match="rows differ"):
        assert_same(columns * (1 + 1e-11), columns, {"x": columns})
    assert_same(columns * (1 + 1e-14), columns, {"x": columns})


def test_domains_reach_both_ends_and_stay_inside() -> None:
    rng = np.random.default_rng(0)
    values = Domain(-2.0, 5.0).draw(rng, 1000)
    assert (values.min(), values.max()) == (-2.0, 5.0)
    assert (values == 0).any()
    codes = Domain(0, 2, "i8", (0, 1, 2)).draw(rng, 100)
    assert set(codes.tolist()) == {0, 1, 2}
    assert Domain(0, 1, "?").draw(rng, 100).dtype == bool
    assert not Domain(0.0, math.inf).bounded
