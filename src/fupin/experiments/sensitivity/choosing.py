"""How a factor is named on the command line: `PATH`, `PATH=LOW:HIGH`, `PATH=A,B,C`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from fupin.errors import FupinError
from fupin.labels import Label, tell

FORMS = Label("允许：路径、路径=低:高 或 路径=A,B,C", "allowed: PATH, PATH=LOW:HIGH or PATH=A,B,C")


@dataclass(frozen=True)
class Given:
    """One `--factor` as it was written: a name, and a range or levels if any were given."""

    text: str
    name: str
    range: tuple[float, float] | None = None
    levels: tuple[float | str | bool, ...] = ()

    @property
    def spread(self) -> bool:
        """Does it bring its own range or levels?"""
        return self.range is not None or bool(self.levels)


def read_given(text: str) -> Given:
    """A `--factor` read; raises FupinError if its form is wrong."""
    name, equals, right = (part.strip() for part in text.partition("="))
    if not name or (equals and not right):
        raise FupinError(tell(f"--factor {text!r}：{FORMS.zh}", f"--factor {text!r}: {FORMS.en}"))
    if not equals:
        return Given(text, name)
    if ":" in right:
        try:
            low, high = (float(part) for part in right.split(":"))
        except ValueError:
            raise FupinError(tell(f"--factor {text!r}：{FORMS.zh}", f"--factor {text!r}: {FORMS.en}")) from None
        if not low < high:
            raise FupinError(
                tell(
                    f"--factor {text!r}：范围应由低到高，如 {name}={min(low, high):g}:{max(low, high):g}",
                    f"--factor {text!r}: the range must rise, as in {name}={min(low, high):g}:{max(low, high):g}",
                )
            )
        return Given(text, name, (low, high))
    levels = tuple(_level(part.strip()) for part in right.split(","))
    if len(set(levels)) < 2 or len(set(levels)) != len(levels):
        raise FupinError(
            tell(
                f"--factor {text!r}：需要两个以上不同的取值；{FORMS.zh}",
                f"--factor {text!r}: needs two or more different levels; {FORMS.en}",
            )
        )
    return Given(text, name, levels=levels)


def _level(text: str) -> float | str | bool:
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # no TOML: words
        return text
    return value if isinstance(value, bool) else float(value) if isinstance(value, (int, float)) else text
