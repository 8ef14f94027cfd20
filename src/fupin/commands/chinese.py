"""Chinese in the cells of a table: lines break between characters, and none begins with a comma or ends with a bracket.

Rich breaks at spaces, as English wants it: a sentence of Chinese is one word to it, so a line ends at the next number.
"""

from __future__ import annotations

import re
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.text import Text

WIDE = r"\u3000-\u303f\u3400-\u9fff\uff00-\uff65"  # marks, characters, full-width letters
OPENING, CLOSING = "（《“‘〔【", "，。；：、！？）》”’〕】…"
PIECE = re.compile(
    rf"[{OPENING}]*(?:[{WIDE}]|[^\s{WIDE}{OPENING}{CLOSING}]+)?[{CLOSING}]*\s*"  # what stays on one line
)


def wrapped(cell: str) -> str | Text:
    """A cell that breaks as its language does; English is left to Rich."""
    return _Chinese(cell) if re.search(f"[{WIDE}]", cell) else cell


class _Chinese(Text):
    def wrap(self, console: Console, width: int, **how: Any) -> Lines:
        pieces = [piece for piece in PIECE.findall(self.plain) if piece]
        if how.get("no_wrap") or "\n" in self.plain or any(cell_len(piece.rstrip()) > width for piece in pieces):
            return super().wrap(console, width, **how)
        breaks, place, used = [], 0, 0
        for piece in pieces:
            if used + cell_len(piece.rstrip()) > width:
                breaks.append(place)
                used = 0
            place += len(piece)
            used += cell_len(piece)
        lines = self.divide(breaks)
        for line in lines:
            line.rstrip()
        if how.get("justify") not in (None, "default", "left"):
            lines.justify(console, width, justify=how["justify"], overflow=how.get("overflow") or "fold")
        return lines
