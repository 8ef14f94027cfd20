"""Neutralise the symbol of a row: while the row's setting is on, the symbol acts as though it were off.

If the register names the right symbol, the world then no longer parts from the off world where the row says. What
stands in depends on the symbol:

- an instrument's class: `run` does nothing, and what processes ask of it is answered as by an instrument that has
  nothing to say;
- a method of an instrument: called with the off value of the setting, in its settings and in every namespace among its
  arguments; if off means that the instrument is absent, the method of the base class takes its place;
- a function of a process: called while the region's parameters, or the instrument's settings, are those of the off
  world;
- a rule: evaluated at the off value of the parameter that is its argument (or lies in a namespace among them).

A function or method that returns nothing (`-> None`) may instead be left out (`left_out`): it need not know the setting
that decides whether it is called.

A function is replaced by its code, so that whoever holds it (another module, the list of the month, a tuple of
phases) calls the stand-in; a method is replaced in the class that defines it. Loops that are compiled already would not
see it: the worlds of the register run on NumPy.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from fupin.errors import FupinError
from fupin.experiments.register_forks import parameters_under
from fupin.experiments.register_trials import ABSENT, Trial
from fupin.model.engine.kernels import Rowwise
from fupin.model.instruments.base import Instrument
from fupin.model.parameters import Values
from fupin.model.region import Region

STAND_INS: dict[str, Callable[..., Any]] = {}
_RELAY = """
def relay(*args, **kwargs):
    from fupin.experiments.neutral import STAND_INS
    return STAND_INS[{key!r}](*args, **kwargs)
"""


def ways(trial: Trial) -> tuple[bool, ...]:
    """The ways to neutralise the symbol, in the order in which to try them: `left_out` or not."""
    symbol = _symbol(trial)
    gives_nothing = isinstance(symbol, FunctionType) and symbol.__annotations__.get("return", "?") in (None, "None")
    if gives_nothing and trial.off == ABSENT:
        return (True,)
    return (False, True) if gives_nothing else (False,)


def _symbol(trial: Trial) -> Any:
    """What the row names; of a process by rows, its body."""
    found = pkgutil.resolve_name(trial.row.symbol)
    return found.body if isinstance(found, Rowwise) else found


@contextmanager
def neutralised(trial: Trial, *, left_out: bool = False) -> Iterator[None]:
    """While it lasts, the symbol of the trial's row acts as though its setting were off, or does nothing at all."""
    symbol = _symbol(trial)
    if inspect.isclass(symbol):
        if not issubclass(symbol, Instrument):
            raise _cannot(trial, "is a class but no instrument")
        with _idle(symbol):
            yield
        return
    if not isinstance(symbol, FunctionType):
        raise _cannot(trial, "is neither a class nor a function")
    owner = _owner(trial.row.symbol)
    if owner is None:
        if trial.off == ABSENT and not left_out:
            raise _cannot(trial, "is a function and off is `absent`: name the value at which it does nothing")
        with _replaced(trial.row.symbol, symbol, trial, left_out):
            yield
    else:
        with _method(owner, symbol, trial, left_out):
            yield


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


def _cannot(trial: Trial, why: str) -> FupinError:
    where = f"mechanisms.csv, line {trial.line}, {trial.row.id}, column `symbol`"
    return FupinError(f"{where}: {trial.row.symbol} {why}; allowed: an instrument, a method of one, a function, a rule")


def _owner(symbol: str) -> type | None:
    """The class of a method; None for a function of a module."""
    holder: Any = pkgutil.resolve_name(symbol.rpartition(".")[0])
    return holder if inspect.isclass(holder) else None


@contextmanager
def _idle(cls: type[Instrument]) -> Iterator[None]:
    """An instrument that does nothing and answers nothing."""
    asked = [name for name, value in vars(Instrument).items() if inspect.isfunction(value) and name[0] != "_"]
    with ExitStack() as stack:
        for name in asked:
            stack.enter_context(_attribute(cls, name, vars(Instrument)[name]))
        stack.enter_context(_attribute(cls, "run", lambda self, region: None))
        yield


@contextmanager
def _method(cls: type, method: FunctionType, trial: Trial, left_out: bool) -> Iterator[None]:
    defined = next(one for one in cls.__mro__ if method.__name__ in vars(one))
    stand_in: Callable[..., Any] = _nothing
    if left_out:
        pass
    elif trial.off != ABSENT:
        stand_in = _as_if_off(method, trial)
    elif issubclass(cls, Instrument) and method.__name__ in vars(Instrument):
        stand_in = vars(Instrument)[method.__name__]
    else:
        raise _cannot(trial, "is no method that every instrument has, and off is `absent`")
    with _attribute(defined, method.__name__, stand_in):
        yield


@contextmanager
def _attribute(owner: type, name: str, value: Any) -> Iterator[None]:
    had, before = name in vars(owner), vars(owner).get(name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if had:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


@contextmanager
def _replaced(key: str, function: FunctionType, trial: Trial, left_out: bool) -> Iterator[None]:
    """The function's code gives way to a call of its stand-in."""
    if function.__code__.co_freevars:
        raise _cannot(trial, "is a closure, whose code cannot be replaced")
    code, defaults, keyword_defaults = function.__code__, function.__defaults__, function.__kwdefaults__
    original = FunctionType(code, function.__globals__, function.__name__, defaults)
    original.__kwdefaults__ = keyword_defaults
    made: dict[str, Any] = {}
    exec(_RELAY.format(key=key), made)
    STAND_INS[key] = _nothing if left_out else _as_if_off(original, trial)
    function.__defaults__ = function.__kwdefaults__ = None  # they belong to the code that goes
    function.__code__ = made["relay"].__code__
    try:
        yield
    finally:
        function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, keyword_defaults
        del STAND_INS[key]


def _as_if_off(function: FunctionType, trial: Trial) -> Callable[..., Any]:
    """The function, called in the off world: parameters of the region, settings, arguments of that name."""
    signature = inspect.signature(function)
    parameters = parameters_under(trial.worlds[0].overrides) if not trial.kind else None
    off = trial.off if trial.kind else float(trial.off)
    settings = next((one.settings for one in trial.worlds[0].instruments() if one.kind == trial.kind), None)

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        with ExitStack() as stack:
            for value in list(given.values()):
                if isinstance(value, Region):
                    stack.enter_context(_in_region(value, trial.kind, parameters, settings))
                elif isinstance(value, Instrument) and value.kind == trial.kind and settings is not None:
                    stack.enter_context(_held(value, "settings", settings))
            for name, value in given.items():
                if isinstance(value, SimpleNamespace | Values) and trial.leaf in vars(value):
                    given[name] = SimpleNamespace(**{**vars(value), trial.leaf: off})
            if trial.leaf in given:
                before = given[trial.leaf]
                given[trial.leaf] = np.full(before.shape, off) if isinstance(before, np.ndarray) else off
            return function(*bound.args, **bound.kwargs)

    return stand_in


@contextmanager
def _in_region(region: Region, kind: str, parameters: Any, settings: Any) -> Iterator[None]:
    with ExitStack() as stack:
        if parameters is not None:
            stack.enter_context(_held(region, "parameters", parameters))
        for instrument in region.instruments:
            if instrument.kind == kind and settings is not None:
                stack.enter_context(_held(instrument, "settings", settings))
        yield


@contextmanager
def _held(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
