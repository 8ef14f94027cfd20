"""The compiled face of a rule: its scalar face, compiled by Numba, with the rules and words it calls compiled too."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Callable
from typing import Any

import pytest

import fupin.model.rules
from fupin.model.engine.choice import installed
from fupin.model.rules.vocabulary import RULES, SCALAR, is_word, scalar

type Function = Callable[..., Any]

_compiled: dict[Function, Function] = {}


def import_all_rules() -> None:
    """Import every module of rules, which registers what they hold."""
    for module in pkgutil.iter_modules(fupin.model.rules.__path__, "fupin.model.rules."):
        importlib.import_module(module.name)


def compiled(function: Function) -> Function:
    """A rule or word as Numba compiles it for the types it is first called with."""
    if function not in _compiled:
        numba = pytest.importorskip("numba", reason="the compiled engine is an extra")
        body = SCALAR.get(function, function)
        _compiled[function] = body if isinstance(body, types.BuiltinFunctionType) else numba.njit(_rebound(body))
    return _compiled[function]


def faces(function: Function) -> tuple[Function, ...]:
    """The scalar face of a rule or word, and, where Numba is installed, the compiled one."""
    return (scalar(function), compiled(function)) if installed() else (scalar(function),)


def _rebound(body: Function) -> Function:
    names = dict(body.__globals__)
    for name in body.__code__.co_names:
        value = names.get(name)
        if is_word(value) or (isinstance(value, types.FunctionType) and RULES.get(value.__name__) is value):
            names[name] = compiled(value)
    return types.FunctionType(body.__code__, names, body.__name__, body.__defaults__, body.__closure__)
