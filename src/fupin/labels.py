"""Labels in two languages, and which of the two a user reads."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple, Protocol

from fupin.errors import FupinError

LANGUAGES = ("zh", "en")


class Label(NamedTuple):
    """One thing's name in Chinese and in English."""

    zh: str
    en: str


class Labelled(Protocol):
    """Anything with a `zh` and an `en`: a `Label`, a column, a parameter, an instrument."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


# what the command line, or a thread of a server, asks for: for messages that know nothing of it
_spoken: ContextVar[str | None] = ContextVar("_spoken", default=None)


@contextmanager
def speaking(lang: str | None) -> Iterator[None]:
    """Inside it, in this thread, `language()` is `lang`, whatever the environment says; None changes nothing."""
    token = _spoken.set(lang or _spoken.get())
    try:
        yield
    finally:
        _spoken.reset(token)


def language(given: str | None = None) -> str:
    """The language to speak: as given or `speaking`, else `FUPIN_LANG`, else that of the system.

    That is zh on a Chinese system and en on all others. Raises `FupinError` for anything but zh and en.
    """
    name = given or _spoken.get() or os.environ.get("FUPIN_LANG", "")
    if name:
        if name not in LANGUAGES:
            where = "--lang" if given else "FUPIN_LANG"
            allowed = ", ".join(LANGUAGES)  # in both, as nobody knows which of them is understood
            raise FupinError(
                f"{where} {name!r} is not spoken here; allowed: {allowed}（不是可用的语言；可用：{allowed}）"
            )
        return name
    names = [os.environ.get(key, "") for key in ("LC_ALL", "LC_MESSAGES", "LANG")]
    system = next((name for name in names if name), None) or locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def pick(label: Labelled, lang: str | None = None) -> str:
    """The label in a language (default: the user's), or in the other one where it has none."""
    zh, en = label.zh, label.en
    return (zh or en) if (lang or language()) == "zh" else (en or zh)


def tell(zh: str, en: str, lang: str | None = None) -> str:
    """The one of two sentences that the user reads."""
    return pick(Label(zh, en), lang)
