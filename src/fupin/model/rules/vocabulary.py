"""The words in which rules are written, and the two faces they wear.

A rule is a pure elementwise function made of arithmetic, comparisons and the words of this module. Imported as they
stand the words are NumPy, so the rule works on columns. `scalar(rule)` is the same body with the same words bound to
`math` and plain selects: the behaviour of one household, and the body that Numba compiles later. The body is never
written twice: only the globals it is looked up in differ.

`rule` registers a rule, whose arguments are columns, parameters and draws; `word` registers mathematics made of words.

Conventions: no `if` on data (use `where`), no `and`/`or`/`not` on conditions (use `both`, `either`, `negate`),
no random numbers (draws arrive as arguments).
"""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable
from typing import Any, TypeGuard

import numpy as np

type Num = Any  # a float or a float64 array: rules are generic over the two
type Function = Callable[..., Any]

RULES: dict[str, Function] = {}
WORDS: dict[str, Function] = {}

where = np.where
exp = np.exp
log = np.log
sqrt = np.sqrt
power = np.power
both = np.logical_and
either = np.logical_or
negate = np.logical_not


STRETCH = 16384  # rows of a number laid out as a column
SHORT = 1000  # rows up to which that costs more than it saves
LARGEST = 700.0  # exponent: of a larger one the exponential overflows
COLUMN = (8,)  # strides of whole columns of eight-byte numbers


def maximum(x: Num, y: Num) -> Num:
    """The larger of the two."""
    if type(y) is float and type(x) is np.ndarray and x.strides == COLUMN and x.size > SHORT:
        return _against(np.maximum, x, y)
    return np.maximum(x, y)


def minimum(x: Num, y: Num) -> Num:
    """The smaller of the two."""
    if type(y) is float and type(x) is np.ndarray and x.strides == COLUMN and x.size > SHORT:
        return _against(np.minimum, x, y)
    return np.minimum(x, y)


def _against(function: np.ufunc, x: Num, y: float) -> Num:
    """Maximum or minimum of a column and a number, which NumPy finds three times as quickly for two columns."""
    n, level = len(x), _level(y)
    if n <= STRETCH:
        return function(x, level[:n])
    found = np.empty(n)
    for start in range(0, n, STRETCH):
        part = x[start : start + STRETCH]
        function(part, level[: len(part)], out=found[start : start + STRETCH])
    return found


@functools.lru_cache(maxsize=64)
def _level(value: float) -> Num:
    """A number as a column, which nobody may change."""
    column = np.full(STRETCH, value)
    column.flags.writeable = False
    return column


def clip(x: Num, low: Num, high: Num) -> Num:
    """x held between low and high."""
    return minimum(maximum(x, low), high)


def logistic(x: Num) -> Num:
    """1 / (1 + exp(-x)), for any x: below -700, where exp(-x) would overflow, it is 1e-304."""
    return 1.0 / (1.0 + np.exp(-maximum(x, -LARGEST)))


def _where(condition: bool, yes: float, no: float) -> float:
    return yes if condition else no


def _maximum(x: float, y: float) -> float:
    return x if x > y else y


def _minimum(x: float, y: float) -> float:
    return x if x < y else y


def _clip(x: float, low: float, high: float) -> float:
    raised = x if x > low else low
    return raised if raised < high else high


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x if x > -LARGEST else LARGEST))


def _power(x: float, y: float) -> float:
    return math.pow(x, y)


def _both(x: bool, y: bool) -> bool:
    return x and y


def _either(x: bool, y: bool) -> bool:
    return x or y


def _negate(x: bool) -> bool:
    return not x


SCALAR: dict[Any, Function] = {
    np.where: _where,
    maximum: _maximum,
    minimum: _minimum,
    np.exp: math.exp,
    np.log: math.log,
    np.sqrt: math.sqrt,
    np.power: _power,
    np.logical_and: _both,
    np.logical_or: _either,
    np.logical_not: _negate,
    clip: _clip,
    logistic: _logistic,
}


def rule[F: Function](function: F) -> F:
    """Register a rule: a pure elementwise function whose arguments are named after columns, parameters and draws."""
    name = function.__name__
    if name in RULES and RULES[name].__module__ != function.__module__:
        raise ValueError(f"two rules are named {name!r}: {RULES[name].__module__} and {function.__module__}")
    RULES[name] = function
    return function


def word[F: Function](function: F) -> F:
    """Register a word made of words: mathematics that rules may use, whose arguments mean nothing about a household."""
    if WORDS.setdefault(function.__name__, function).__module__ != function.__module__:
        raise ValueError(f"two words are named {function.__name__!r}")
    WORDS[function.__name__] = function
    return function


def is_word(value: object) -> TypeGuard[Function]:
    """Whether a global of a rule is a word of the vocabulary, elementary or composed."""
    named = isinstance(value, (types.FunctionType, np.ufunc)) or value is np.where
    return named and (value in SCALAR or value in WORDS.values())


_faces: dict[Function, Function] = {}


def scalar(function: Function) -> Function:
    """The scalar face of a rule, or of an elementwise process that is made of rules: same body, `math` words."""
    return face(function, SCALAR, _faces)


def face(function: Function, words: dict[Any, Function], faces: dict[Function, Function]) -> Function:
    """A rule, or an elementwise process made of rules, with its words bound to others: the body is not copied.

    `words` gives the other face of each word in `SCALAR`; `faces` keeps what was made.
    """
    if function in words:
        return words[function]
    if function not in faces:
        names = dict(function.__globals__)
        other = types.FunctionType(
            function.__code__, names, function.__name__, function.__defaults__, function.__closure__
        )
        other.__kwdefaults__ = function.__kwdefaults__
        faces[function] = other
        for name in function.__code__.co_names:
            value = names.get(name)
            if is_word(value) or (isinstance(value, types.FunctionType) and value.__name__ in RULES):
                names[name] = face(value, words, faces)
    return faces[function]
