"""No number hides in the code: what the model does rests on declared parameters, settings, recipes and definitions.

A literal in the body of a function may be a count, a share of a year, a percentage or a guard against division by zero;
any other number has a name, and at the top of a module a comment that says what it is and where it comes from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fupin

SOURCE = Path(fupin.__file__).parent
MODEL = [
    *sorted(path for part in ("rules", "processes", "instruments") for path in (SOURCE / "model" / part).glob("*.py")),
    *sorted((SOURCE / "model").glob("outcomes*.py")),
    *(SOURCE / "model" / f"{name}.py" for name in ("measures", "region", "snapshot")),
]
SYNTHESIS = [
    SOURCE / "scenarios" / f"{name}.py"
    for name in (
        *("families", "known_members", "persons", "synthesis", "frame", "employers", "scores", "sampling", "regions"),
        *("given", "tables", "table_columns", "survey", "margins", "recipes", "quantities"),
    )
]
PLAIN = {0, 1, 2, 3, 4, 12, 0.5, 0.25, 100}  # counts, months, half, a quarter of a year, per cent
GUARD = 1e-3  # what is so small keeps a divisor or a logarithm from zero
PUBLISHED = {"normal.py"}  # coefficients of Wichura's AS 241, cited there


def numbers(path: Path) -> Iterator[tuple[int, float, str]]:
    """Line, number and text of the literals in bodies of functions that have no name."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            body = function.body if isinstance(function.body, list) else [function.body]
            for part in body:
                for node in _outside_places(part):
                    value = node.value
                    if type(value) in (int, float) and value not in PLAIN and not 0.0 < abs(value) <= GUARD:
                        yield node.lineno, value, lines[node.lineno - 1].strip()


def _outside_places(node: ast.AST) -> Iterator[ast.Constant]:
    """Constants of a statement, except whole numbers that count places: indices, shifts, ranges."""
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
        return
    if isinstance(node, ast.Constant):
        yield node
        return
    for name, inner in ast.iter_fields(node):
        if isinstance(node, ast.Subscript) and name == "slice":
            yield from (one for one in _outside_places(node.slice) if type(one.value) is float)
            continue
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.LShift | ast.RShift):
            continue
        if isinstance(node, ast.keyword) and node.arg in ("maxsize", "axis"):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setting":
            continue  # a declaration
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, ast.AST):
                yield from _outside_places(one)


@pytest.mark.parametrize("path", [*MODEL, *SYNTHESIS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_number_in_the_model_has_a_name(path):
    hidden = [] if path.name in PUBLISHED else sorted(set(numbers(path)))
    assert not hidden, "\n".join(f"{path.name}:{line}: {value}: {text}" for line, value, text in hidden)


@pytest.mark.parametrize("path", [*MODEL, *SYNTHESIS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_named_numbers_say_what_they_are(path):
    text = path.read_text("utf-8")
    lines, body = text.splitlines(), ast.parse(text).body
    for place, node in enumerate(body):
        if isinstance(node, ast.Assign) and _is_number(node.value):
            following = body[place + 1] if place + 1 < len(body) else None
            told = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
            assert told or "#" in lines[node.end_lineno - 1], f"{path.name}:{node.lineno}: {lines[node.lineno - 1]}"


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_is_number(item) for item in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def test_a_hidden_number_is_found(tmp_path):
    module = tmp_path / "hidden.py"
    lines = [
        "def rule(x):",
        "    y = x[17] << 9",
        "    y = y[x > 0.41]",
        "    return 0.25 * y + 0.37 * x / max(x, 1e-6)",
    ]
    module.write_text("\n".join(lines), "utf-8")
    assert [(line, value) for line, value, _ in numbers(module)] == [(3, 0.41), (4, 0.37)]
