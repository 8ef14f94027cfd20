"""Pydantic's complaints told in the house's way: file, line, key, what was given, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from fupin.errors import FupinError, nearest
from fupin.model.tomlfile import Source

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "tuple": 'a list, such as ["a", "b"]',
    "list": 'a list, such as ["a", "b"]',
    "dict": "a table, such as { key = value }",
    "date": "a date, such as 2014-01-01",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "above"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "below"),
}


def complaint(
    error: ValidationError,
    source: Source,
    known: Iterable[str],
    inside: Sequence[str | int] = (),
    *,
    missing_counts: bool = True,
) -> FupinError | None:
    """The first of pydantic's errors as a `FupinError`, the others counted.

    `known` are the keys that exist in the table at `inside`. Without `missing_counts` absent keys are no errors
    (part of a table that is merged with others), and the answer is None when nothing else is wrong.
    """
    found: list[Any] = [item for item in error.errors() if missing_counts or item["type"] != "missing"]
    if not found:
        return None
    first = found[0]
    place, kind, given = (*inside, *first["loc"]), first["type"], first.get("input")
    word, _, how = kind.partition("_")
    if kind == "missing":
        problem, place = f"the key `{place[-1]}` is missing", tuple(inside)
    elif kind == "extra_forbidden":
        problem = f"unknown key; {nearest(str(place[-1]), known)}"
    elif kind == "value_error":
        problem = str(first["ctx"]["error"])
    elif kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        problem = f"{given!r} is out of range; allowed: {words} {first['ctx'][bound]:g}"
    elif word in _KINDS and how in ("type", "parsing", "from_float"):
        problem = f"{given!r} has the wrong type; allowed: {_KINDS[word]}"
    else:
        problem = f"{given!r}: {first['msg']}"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return source.error(problem + more, place)
