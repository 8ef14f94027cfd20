"""Long loops cut into short ones that follow each other over a few hundred rows.

A processor works on some hundred instructions at once. A row of the household quarter has more, so that one row has
to wait for itself; in pieces of a hundred statements several rows are under way together (0.8 of the time). What one
piece leaves for the next lies in a buffer, and columns are read again, both out of the nearest cache.

The buffers of a type are stretches of one block of memory, so that LLVM sees that they lie apart. Of separate ones it
has to compare the addresses before each loop, and beyond 128 comparisons it does not vectorise the loop at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fupin.model.engine.symbols import BOOL, FLOAT, INT, ROW, Symbol

LONG = 150  # statements from which on a loop is cut
PIECE = 100  # statements of a piece
ROWS = 512  # rows of a buffer
APART = ROWS + 40  # from one buffer to the next: they do not begin at the same place of a page
_TYPES = {FLOAT: "np.float64", INT: "np.int64", BOOL: "np.bool_"}


class End(NamedTuple):
    """What a loop does with a value: the statement, where it is `{}`, and the column that it writes, if it does."""

    value: Symbol
    statement: str
    column: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.statement.format(self.value.name)


def is_long(order: Sequence[Symbol]) -> bool:
    """Is it worth cutting the loop of these symbols? Loops over members stay whole."""
    rows = sum(node.level == ROW for node in order)
    return rows > LONG and all(node.level <= ROW and node.op != "sum" for node in order)


def cut(writer: Any, order: Sequence[Symbol], ends: Sequence[End], late: set[Symbol]) -> tuple[list[str], list[str]]:
    """The statements that make the buffers, and the loops over the rows from `base` on, `length` of them.

    Symbols that are `late` are wanted by nobody but an end and are worked out as soon as they can be.
    """
    text = {node: writer.statement(node) for node in order if node.level == ROW}
    fresh = {node for node in text if node.op in ("row", "given") or _own(node)}  # had again wherever they are wanted
    piece: dict[Symbol, int] = {}
    for node in text:
        if node not in fresh:
            known = [piece[one] for one in node.args if isinstance(one, Symbol) and one in piece]
            bound = node.op == "word" or node in late
            piece[node] = max(known, default=0) if bound else len(piece) // PIECE
    read: dict[Any, int] = {}
    for node, here in piece.items():
        for one in node.args:
            if isinstance(one, Symbol) and _own(one):
                read[one.args[:2]] = max(read.get(one.args[:2], 0), here)
    at = [max(piece.get(end.value, 0), read.get(end.column, 0)) for end in ends]
    wanted = [set[Symbol]() for _ in range(max([*piece.values(), *at]) + 1)]
    for node, here in piece.items():
        wanted[here].update(one for one in node.args if isinstance(one, Symbol) and one in text)
    for end, here in zip(ends, at, strict=True):
        wanted[here].add(end.value)
    handed = {node for here, some in enumerate(wanted) for node in some if piece.get(node, here) != here}
    kept, blocks = dict[Symbol, str](), dict[str, int]()
    for node in text:
        if node in handed:
            place = blocks.get(node.dtype, 0)
            kept[node] = f"kept_{node.dtype}[k + np.uint64({place * APART})]"
            blocks[node.dtype] = place + 1
    loops = []
    for here, some in enumerate(wanted):
        body = [text[node] for node in text if node in some and node in fresh]
        body += [f"{node.name} = {kept[node]}" for node in text if node in some and piece.get(node, here) != here]
        for node in text:
            if piece.get(node) == here:
                body += [text[node], *([f"{kept[node]} = {node.name}"] if node in kept else [])]
        body += [str(end) for end, there in zip(ends, at, strict=True) if there == here]
        loops += ["for k in range(length):", "    i = j = base + k", *(f"    {line}" for line in body if line)]
    buffers = [f"kept_{dtype} = np.empty({count * APART}, {_TYPES[dtype]})" for dtype, count in blocks.items()]
    return buffers, loops


def _own(node: Symbol) -> bool:
    """Is it a column's value of the row itself?"""
    return node.op == "read" and node.args[2].op == "row"
