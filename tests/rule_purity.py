"""The grammar of a rule, checked on its source: arithmetic, comparisons, words and other rules, nothing else."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fupin.model.rules.vocabulary import RULES, is_word

STATEMENTS = (ast.Return, ast.Assign)
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
WHY = {
    ast.If: "`if` on data: use `where`",
    ast.IfExp: "`if` on data: use `where`",
    ast.For: "a loop",
    ast.While: "a loop",
    ast.BoolOp: "`and`/`or` on conditions: use `both`, `either`",
    ast.Not: "`not` on a condition: use `negate`",
    ast.Attribute: "an attribute: pass the value as an argument",
    ast.Subscript: "a subscript: pass the value as an argument",
    ast.AugAssign: "an assignment in place, which would write into the caller's column",
}


def impurities(function: Callable[..., Any]) -> list[str]:
    """What in the body of a rule is no arithmetic, comparison, word or rule; empty for a pure rule."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return impurities_of(tree, inspect.unwrap(function).__globals__)


def impurities_of(tree: ast.Module, names: Mapping[str, Any]) -> list[str]:
    """The same for the source of a single function whose globals are `names`."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    body = function.body[1:] if ast.get_docstring(function) else function.body
    given = function.args
    arguments = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    known = {*arguments, *(n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _stored(n))}
    used = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not _stored(n)}
    found = [f"{a!r} is never used" for a in arguments if a not in used]
    if given.vararg or given.kwarg or given.defaults or any(given.kw_defaults):
        found.append("arguments have names and no defaults: a caller says what it means")
    return found + [f"line {line}: {what}" for line, what in _foreign(body, known, names)]


def _stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _foreign(body: list[ast.stmt], known: set[str], names: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        yield 0, "does not end by returning a value"
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        what, inner = _judge(node, known, names)
        if what:
            yield getattr(node, "lineno", 0), what
        waiting.extend(inner)


def _judge(node: ast.AST, known: set[str], names: Mapping[str, Any]) -> tuple[str, list[ast.AST]]:
    """What is wrong with a node (empty if nothing), and which parts of it remain to be judged."""
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Assign(targets=[ast.Name()], value=value):
            return "", [value]
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATORS):
            return "", [left, right]
        case ast.UnaryOp(op=op, operand=operand) if isinstance(op, OPERATORS):
            return "", [operand]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, COMPARISONS):
            return "", [left, right]
        case ast.Compare(ops=ops) if len(ops) > 1:
            return "a chain of comparisons, which hides an `and`: use `both`", []
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            called = None if name in known else names.get(name)
            allowed = called is not None and (is_word(called) or called in RULES.values())
            return "" if allowed else f"calls {name!r}, which is neither a word nor a rule", list(args)
        case ast.Call(func=function, keywords=[]):
            return f"calls {ast.unparse(function)}, which is neither a word nor a rule", []
        case ast.Constant(value=bool() | int() | float()):
            return "", []
        case ast.Name(id=name):
            fixed = isinstance(names.get(name), int | float) and name.isupper()
            return "" if name in known or fixed else f"{name!r} is no argument, local name or numeric constant", []
        case ast.UnaryOp(op=op):
            return WHY.get(type(op), f"{type(op).__name__} is not in the grammar"), []
        case ast.BinOp(op=op):
            return f"{type(op).__name__} is not in the grammar", []
        case _:
            return WHY.get(type(node), f"{type(node).__name__} is not in the grammar"), []
