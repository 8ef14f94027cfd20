"""Writing TOML: the few forms that scenario and policy files need."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(content: Mapping[str, Any]) -> str:
    """The text of a file: plain keys first, then a `[table]` a dictionary, then a `[[table]]` an entry of a list."""
    plain = {key: value for key, value in content.items() if not _is_table(value) and not _is_tables(value)}
    blocks = [_lines(plain)] if plain else []
    blocks += [f"[{_key(key)}]\n{_lines(value)}" for key, value in content.items() if _is_table(value) and value]
    for key, entries in content.items():
        if _is_tables(entries):
            blocks += [f"[[{_key(key)}]]\n{_entry(key, entry)}" for entry in entries]
    return "\n".join(blocks)


def _entry(name: str, entry: Mapping[str, Any]) -> str:
    """One entry of a list of tables; its own tables follow under `[name.key]`."""
    plain = {key: value for key, value in entry.items() if not _is_table(value)}
    tables = [(key, value) for key, value in entry.items() if _is_table(value) and value]
    return _lines(plain) + "".join(f"[{_key(name)}.{_key(key)}]\n{_lines(value)}" for key, value in tables)


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{_key(key)} = {value_text(value)}\n" for key, value in table.items())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def value_text(value: Any) -> str:
    """One value as it stands after the `=`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return f"[{', '.join(value_text(item) for item in value)}]"


def _text(value: str) -> str:
    # JSON's escapes are TOML's, save that TOML also wants DEL escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)
