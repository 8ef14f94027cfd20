"""The Chinese font that fupin ships, so that figures read well on a machine that has none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FAMILY = "Fupin Sans SC"
"""Family name inside the shipped file; its own, so that a system's full Noto Sans SC is never taken for it."""


def font_path() -> Path:
    """The shipped TrueType file: Noto Sans SC Regular, cut down to the characters that README.md lists."""
    return Path(__file__).with_name("NotoSansSC-subset.ttf")


@cache
def use_font() -> str:
    """Make the shipped font known to matplotlib (once a process) and return its family name for `font.family`."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(font_path())
    return FAMILY
